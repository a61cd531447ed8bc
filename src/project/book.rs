//! Books of the manifest: their chapters, and what these are put together in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::citing::Citing;
use super::press::{self, PressEdition};
use super::printing::{Printing, print};
use super::publications::{
    GivenOptions, each_once, figure_overlay, figures, file_name, layout, options, paper, press,
};
use super::read_path;
use super::selection::{Chosen, Selection};
use crate::diag::{Code, Diagnostic, Diagnostics, Severity};
use crate::imposition::Imposition;
use crate::model::{
    FigureOverlay, FigureStyle, Language, Outline, Part, PressSettings, Topic, TopicId,
};
use crate::read::yaml_language;
use crate::source::{ProjectPath, Span, Spanned};
use crate::yaml::{Fields, expect_list};

/// What a book is made as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BookFormat {
    /// Pages, to print or to read on a screen.
    Pdf,
    /// A book for reading systems.
    Epub,
}

impl BookFormat {
    /// All formats, which a book has that says nothing.
    pub const ALL: [Self; 2] = [Self::Pdf, Self::Epub];

    /// Returns the name that manifests use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Epub => "epub",
        }
    }
}

/// A book of topics.
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    /// The name of its files.
    pub name: Spanned<String>,
    /// Its title, where it is not the project's.
    pub title: Option<String>,
    /// Its subtitle, where it is not the project's.
    pub subtitle: Option<String>,
    /// What it is made as; at least one.
    pub formats: BTreeSet<BookFormat>,
    /// Its language, where it is not the project's.
    pub language: Option<Language>,
    /// What comes before the chapters.
    front: Option<Selection>,
    /// Chapters that are in no part; without the key, all topics that are in no
    /// other place, if there are no parts.
    topics: Option<Selection>,
    parts: Vec<PartEntry>,
    /// What comes after the chapters.
    back: Option<Selection>,
    /// The layout of its pages.
    pub layout: Spanned<String>,
    /// What the layout's options are.
    pub options: GivenOptions,
    /// The paper, by its name in Typst.
    pub paper: &'static str,
    /// How its pages show figures with marks.
    pub figures: FigureStyle,
    /// How its EPUB shows marks.
    pub figure_overlay: FigureOverlay,
    /// What is asked of its pages besides.
    pub press: PressSettings,
    /// The second edition of them, for a print shop.
    pub press_edition: Option<PressEdition>,
    /// The sheets that its pages are put on.
    pub print: Vec<Printing>,
    /// How it cites and lists works.
    pub citing: Citing,
    /// The picture on the cover of its EPUB; without one, the layout draws it.
    pub cover: Option<Spanned<ProjectPath>>,
    /// Who vouches that its EPUB conforms to WCAG 2.2 level AA.
    pub certified_by: Option<String>,
    /// Its entry.
    span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct PartEntry {
    title: Spanned<String>,
    topics: Selection,
}

impl Book {
    /// Reads an entry of `books`; `name` is the name without the key.
    pub(super) fn take(
        fields: &mut Fields,
        name: &str,
        citing: Citing,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let span = fields.span;
        let name = file_name(fields, name, diagnostics);
        let title = fields.text("title", diagnostics).map(|title| title.value);
        let subtitle = fields.text("subtitle", diagnostics).map(|subtitle| subtitle.value);
        let language = fields.text("lang", diagnostics);
        let language = language.and_then(|language| yaml_language(&language, diagnostics));
        let formats = formats(fields, diagnostics);
        let front = Selection::take_key(fields, "front-matter", diagnostics);
        let topics = Selection::take_key(fields, "topics", diagnostics);
        let parts = fields.take("parts").and_then(|node| expect_list(node, "parts", diagnostics));
        let parts = parts.unwrap_or_default().into_iter();
        let parts = parts.filter_map(|node| {
            let what = "an entry of `parts`";
            let mut fields = Fields::new(node, what, diagnostics);
            let title = fields.required_text("title", what, diagnostics);
            let topics = fields.required("topics", what, diagnostics);
            fields.finish(what, diagnostics);
            if let Some(title) = title.as_ref().filter(|title| title.value.trim().is_empty()) {
                diagnostics.push(
                    Diagnostic::error(Code::InvalidValue, "the title of this part is empty")
                        .at(title.span)
                        .hint("write what its chapters have in common"),
                );
            }
            let topics = Selection::read(topics?, "topics", diagnostics);
            Some(PartEntry { title: title?, topics })
        });
        let parts = parts.collect();
        let back = Selection::take_key(fields, "back-matter", diagnostics);
        let layout = layout(fields, "book", diagnostics);
        let options = options(fields, diagnostics);
        let paper = paper(fields, "iso-b5", diagnostics);
        let figures = figures(fields, diagnostics);
        let figure_overlay = figure_overlay(fields, diagnostics);
        let press = press(fields, diagnostics);
        let of_pages = [fields.place("press"), fields.place("print")];
        let press_edition = press::edition(fields, press.coloring, diagnostics);
        let print = print(fields, &Imposition::OF_BOOKS, diagnostics);
        let cover = fields.take("cover").and_then(|node| read_path(node, "cover", diagnostics));
        let certified_by = certified_by(fields, diagnostics);
        if !formats.contains(&BookFormat::Pdf) {
            for place in of_pages.into_iter().flatten() {
                diagnostics.push(
                    Diagnostic::error(Code::InvalidValue, "this book has no pages to print")
                        .at(place)
                        .hint("add `pdf` to its `formats`"),
                );
            }
        }
        Self {
            name,
            title,
            subtitle,
            formats,
            language,
            front,
            topics,
            parts,
            back,
            layout,
            options,
            paper,
            figures,
            figure_overlay,
            press,
            press_edition,
            print,
            citing,
            cover,
            certified_by,
            span,
        }
    }

    /// Returns the texts that its pages print besides its topics: its titles, and
    /// those of its parts.
    pub fn titles(&self) -> impl Iterator<Item = &str> {
        let parts = self.parts.iter().map(|part| part.title.value.as_str());
        self.title.iter().chain(&self.subtitle).map(String::as_str).chain(parts)
    }

    /// Returns the topics of the book in reading order, and how it is parted.
    ///
    /// A topic stands in one place. Where it is named wins over where a pattern
    /// matches it; what is left is reported.
    pub fn chapters(
        &self,
        all: &[Arc<Topic>],
        diagnostics: &mut Diagnostics,
    ) -> (Vec<Arc<Topic>>, Outline) {
        let nothing = |selection: &&Selection| !selection.is_all();
        let mut choose = |selection: Option<&Selection>| {
            let before = diagnostics.count(Severity::Error);
            // What is written as empty is empty here: parts have no default.
            let selection = selection.filter(nothing);
            let chosen = selection.map(|selection| selection.choose(all, diagnostics));
            let failed = diagnostics.count(Severity::Error) > before;
            Place { chosen: chosen.unwrap_or_default(), failed }
        };
        // The places of the book in order: before the chapters, chapters without
        // a part, the parts, after the chapters.
        let mut places = vec![choose(self.front.as_ref()), choose(self.topics.as_ref())];
        places.extend(self.parts.iter().map(|part| choose(Some(&part.topics))));
        places.push(choose(self.back.as_ref()));
        settle(&mut places, diagnostics);
        if self.parts.is_empty() && self.topics.as_ref().is_none_or(Selection::is_all) {
            let taken: Vec<_> = places.iter().flat_map(Place::ids).cloned().collect();
            let rest = all.iter().filter(|topic| !taken.contains(&topic.id.value));
            places[1].chosen =
                rest.map(|topic| Chosen { topic, named: false, span: topic.id.span }).collect();
        }

        let count = |places: &[Place]| places.iter().map(|place| place.chosen.len()).sum::<usize>();
        let last = places.len() - 1;
        let body = count(&places[..1])..count(&places[..last]);
        if body.is_empty() && !places.iter().any(|place| place.failed) {
            diagnostics.push(
                Diagnostic::error(
                    Code::InvalidValue,
                    format!("the book `{}` has no chapters", self.name.value),
                )
                .at(self.span)
                .hint("leave topics for its `topics` or `parts`"),
            );
        }
        let mut parts = Vec::new();
        for (index, part) in self.parts.iter().enumerate() {
            let place = &places[index + 2];
            let topics = count(&places[..index + 2])..count(&places[..index + 3]);
            if topics.is_empty() && !place.failed {
                let message = format!("the part `{}` has no topics", part.title.value);
                diagnostics.push(
                    Diagnostic::error(Code::InvalidValue, message)
                        .at(part.title.span)
                        .hint("name topics in its `topics`, or take the part away"),
                );
            }
            parts.push(Part { title: part.title.value.clone(), topics });
        }
        let topics = places.iter().flat_map(|place| &place.chosen);
        (topics.map(|chosen| Arc::clone(chosen.topic)).collect(), Outline { body, parts })
    }
}

/// Reads `formats`: one, or a list.
fn formats(fields: &mut Fields, diagnostics: &mut Diagnostics) -> BTreeSet<BookFormat> {
    let all = BookFormat::ALL.map(|format| (format.name(), format));
    let said = ("format", "format of a book");
    let asked = each_once(fields, "formats", &all, said, diagnostics);
    if asked.is_empty() { BookFormat::ALL.into() } else { asked.into_iter().collect() }
}

fn certified_by(fields: &mut Fields, diagnostics: &mut Diagnostics) -> Option<String> {
    let name = fields.text("certified-by", diagnostics)?;
    if name.value.trim().is_empty() {
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, "nobody certifies this book")
                .at(name.span)
                .hint("name a person or an organization, or take the key away"),
        );
        return None;
    }
    Some(name.value)
}

/// A place in a book, and what is chosen for it.
struct Place<'a> {
    chosen: Vec<Chosen<'a>>,
    /// Whether something is wrong with it already.
    failed: bool,
}

impl<'a> Place<'a> {
    fn ids(&self) -> impl Iterator<Item = &'a TopicId> {
        self.chosen.iter().map(|chosen| &chosen.topic.id.value)
    }
}

/// Leaves each topic in one place.
fn settle(places: &mut [Place], diagnostics: &mut Diagnostics) {
    let mut owners: BTreeMap<TopicId, (usize, bool, Span)> = BTreeMap::new();
    for (at, place) in places.iter_mut().enumerate() {
        for chosen in &place.chosen {
            let id = &chosen.topic.id.value;
            let Some((_, named, first)) = owners.get(id).copied() else {
                owners.insert(id.clone(), (at, chosen.named, chosen.span));
                continue;
            };
            if named == chosen.named {
                place.failed = true;
                let message = format!("the topic `{id}` stands in two places of the book");
                diagnostics.push(
                    Diagnostic::error(Code::RepeatedTopic, message)
                        .at(chosen.span)
                        .hint_at(first, "it stands here, too")
                        .hint(if named {
                            "name it in one of them".to_owned()
                        } else {
                            format!("name it where it belongs, or add `not:{id}` to the other")
                        }),
                );
            } else if chosen.named {
                owners.insert(id.clone(), (at, true, chosen.span));
            }
        }
    }
    for (at, place) in places.iter_mut().enumerate() {
        let here = |chosen: &Chosen| owners.get(&chosen.topic.id.value).map(|owner| owner.0);
        place.chosen.retain(|chosen| here(chosen) == Some(at));
    }
}
