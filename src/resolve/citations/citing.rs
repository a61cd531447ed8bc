//! Citations, each of its works rendered, in the order of the text.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use hayagriva::citationberg::taxonomy::{Locator as Place, Term};
use hayagriva::citationberg::{IndependentStyle, LocaleCode, TermForm};

use super::cluster::{Joiner, Piece};
use super::collect::{Cited, Stands};
use super::engine::Engine;
use super::locale::locale_code;
use super::position::{Placed, positions};
use super::processor::{Cite, Program, Told, is_plural, order};
use crate::model::{CitationForm, CitationItem, Inline, Locator, NodeId, RenderedCitation};

/// What renders citations.
pub(super) struct Citing<'p, 'a> {
    engine: &'p Engine<'p, 'a>,
    told: &'p [Told],
    numbers: &'p [Option<usize>],
    /// The style in the languages of topics that have one of their own.
    programs: BTreeMap<String, Program<'a>>,
    /// Names for sentences, in all languages.
    names: BTreeMap<String, Program<'p>>,
}

impl<'p, 'a> Citing<'p, 'a> {
    pub(super) fn new(
        engine: &'p Engine<'p, 'a>,
        told: &'p [Told],
        numbers: &'p [Option<usize>],
        names_style: &'p IndependentStyle,
        cited: &[&Cited],
    ) -> Self {
        let mut programs = BTreeMap::new();
        let mut names = BTreeMap::new();
        for cited in cited {
            let code = locale_of(engine, cited);
            if cited.citation.form == CitationForm::Prose {
                names.entry(code.0.clone()).or_insert_with(|| Program::new(names_style, &code));
            }
            if code != engine.program.locale {
                programs
                    .entry(code.0.clone())
                    .or_insert_with(|| Program::new(engine.program.csl, &code));
            }
        }
        Self { engine, told, numbers, programs, names }
    }

    /// Renders citations in the order of the text.
    pub(super) fn render(&self, cited: &[&Cited]) -> Vec<(NodeId, RenderedCitation)> {
        let csl = self.engine.program.csl;
        let notes = self.engine.setting.style.manner.notes;
        let placed = positions(cited, notes, csl.citation.near_note_distance);
        cited
            .iter()
            .zip(placed)
            .map(|(cited, placed)| (cited.citation.id, self.citation(cited, &placed)))
            .collect()
    }

    fn citation(&self, cited: &Cited, placed: &[Placed]) -> RenderedCitation {
        let code = locale_of(self.engine, cited);
        let program = self.programs.get(&code.0).unwrap_or(self.engine.program);
        let items = &cited.citation.items;
        // In the order of the list, where the style's own leaves it open.
        let mut known: Vec<(usize, usize)> = items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| Some((index, self.engine.stock.work(&item.key.value)?)))
            .collect();
        let cite = |index: usize, work: usize| Cite {
            place: items[index].locator.as_ref(),
            position: placed[index].position,
            first_note: placed[index].first_note,
            number: self.numbers[work],
            told: &self.told[work],
            ..Cite::of(&self.engine.stock.items[work])
        };
        if let Some(sort) = program.csl.citation.sort.as_ref().filter(|_| known.len() > 1) {
            known.sort_by_key(|(_, work)| self.numbers[*work]);
            let cites: Vec<Cite> = known.iter().map(|(at, work)| cite(*at, *work)).collect();
            known = order(program, Some(sort), &cites).into_iter().map(|at| known[at]).collect();
        }
        let collapses = program.csl.citation.collapse.is_some() && items.len() > 1;
        let manner = self.engine.setting.style.manner;
        let is_prose = cited.citation.form == CitationForm::Prose;
        let pieces: Vec<Piece> = known
            .iter()
            .map(|(index, work)| {
                let item = &items[*index];
                let is_subject = is_prose && *index == 0;
                let cite = cite(*index, *work);
                let whole = program.cite(cite);
                let parted = !manner.numeric && (is_subject || item.suppress_author || collapses);
                let bare = parted.then(|| program.cite(Cite { suppress_author: true, ..cite }));
                let mut author = Vec::new();
                if is_subject {
                    if !manner.numeric && !manner.notes {
                        author = whole.author();
                    }
                    if author.is_empty() {
                        author = self.short_names(*work, &code);
                    }
                }
                Piece {
                    index: *index,
                    whole: whole.content(),
                    author,
                    names: whole.author_text(),
                    number: self.numbers[*work].filter(|_| whole.has_number()),
                    dated: bare.as_ref().and_then(super::processor::Rendered::dated),
                    bare: bare.map(|bare| bare.content()).unwrap_or_default(),
                    place: item.locator.as_ref().map(|place| place.value.clone()),
                    label: self.label(item, program),
                }
            })
            .collect();
        let mut rendered = self.joiner(cited, program).join(&cited.citation, &pieces);
        if cited.stopped && !rendered.note {
            let parts = match rendered.parts.is_empty() {
                true => &mut rendered.prose,
                false => &mut rendered.parts,
            };
            if let Some(last) = parts.last_mut() {
                without_stop(&mut last.content);
            }
        }
        rendered
    }

    /// Returns the names by which a work is cited in a sentence, where the style has
    /// no form for it.
    fn short_names(&self, work: usize, code: &LocaleCode) -> Vec<Inline> {
        let Some(program) = self.names.get(&code.0) else { return Vec::new() };
        program.cite(Cite::of(&self.engine.stock.items[work])).content()
    }

    /// Returns what puts a citation's works together.
    fn joiner<'j>(&self, cited: &Cited, program: &'j Program<'a>) -> Joiner<'j> {
        let manner = self.engine.setting.style.manner;
        let is_note = manner.notes && cited.stands == Stands::InText;
        Joiner {
            csl: program.csl,
            manner,
            is_note,
            goes_on: match cited.stands {
                Stands::InText => !is_note,
                Stands::InNote { ends } => !ends,
                Stands::OnCard => true,
            },
            in_quotes: program.terms.marks.punctuation_inside,
        }
    }

    /// Returns the short word for a place in a work ("pp."), if the style knows no
    /// places.
    fn label(&self, item: &CitationItem, program: &Program) -> Option<String> {
        let Locator { kind, value } = item.locator.as_ref()?;
        if self.engine.setting.style.manner.places {
            return None;
        }
        let term = Term::Locator(kind.parse().unwrap_or(Place::Page));
        let plural = is_plural(value, false);
        program.terms.word(term, TermForm::Short, plural).map(str::to_owned)
    }
}

/// Takes the full stop off the end of a text: that of "et al." is the author's own
/// where a sentence ends with it.
fn without_stop(content: &mut Vec<Inline>) {
    match content.last_mut() {
        Some(Inline::Text(text)) if text.ends_with('.') && !text.ends_with("..") => {
            text.pop();
            if text.is_empty() {
                content.pop();
            }
        }
        Some(Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::SmallCaps(inner)) => {
            without_stop(inner);
        }
        _ => {}
    }
}

/// Returns the locale of a citation's topic.
fn locale_of(engine: &Engine, cited: &Cited) -> LocaleCode {
    cited.language.as_ref().map_or_else(|| engine.program.locale.clone(), locale_code)
}

/// Returns a style that cites by the authors' names alone, for sentences in styles
/// of numbers and notes; in the style's own words.
pub(super) fn names_style(csl: &IndependentStyle) -> IndependentStyle {
    static STYLE: OnceLock<IndependentStyle> = OnceLock::new();
    let style = STYLE.get_or_init(|| {
        let text = r#"<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
            <info><title>Names</title><id>names</id><updated>2026-01-01T00:00:00+00:00</updated></info>
            <citation><layout><names variable="author">
            <name form="short" and="text" delimiter=", " et-al-min="3" et-al-use-first="1"
              delimiter-precedes-et-al="never" delimiter-precedes-last="never"/>
            <substitute>
              <names variable="editor"/><names variable="translator"/>
              <names variable="director"/><names variable="collection-editor"/>
              <text variable="title" form="short"/><text variable="container-title"/>
              <text variable="publisher"/>
            </substitute></names></layout></citation></style>"#;
        IndependentStyle::from_xml(text).expect("a style of our own")
    });
    IndependentStyle { locale: csl.locale.clone(), ..style.clone() }
}
