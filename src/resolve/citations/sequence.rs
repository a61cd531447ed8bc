//! Citations of styles in which they depend on those before them: "ibid.", short
//! forms after full ones.

use std::collections::{BTreeMap, BTreeSet};

use hayagriva::citationberg::LocaleCode;
use hayagriva::citationberg::json::Item;

use super::cipher::Cipher;
use super::cluster::{Piece, joined, last_text};
use super::collect::{Cited, Stands};
use super::engine::Engine;
use super::flow::Bit;
use super::place::{Shape, worded};
use super::press::{Ask, nothing, run};
use crate::model::{CitationForm, Locator, NodeId, RenderedCitation};

/// What stands for places in works on their way through the engine.
#[derive(Debug, Default)]
pub(super) struct Codes {
    shapes: Vec<(Shape, String)>,
    places: BTreeMap<(&'static str, String), String>,
}

impl Codes {
    /// Returns what stands for all places that the engine need not tell apart.
    pub(super) fn shape(&self, shape: Shape) -> Option<&str> {
        let found = self.shapes.iter().find(|(other, _)| *other == shape);
        found.map(|(_, code)| code.as_str())
    }

    fn place(&self, locator: &Locator) -> Option<&str> {
        self.places.get(&(locator.kind, locator.value.clone())).map(String::as_str)
    }
}

/// Finds the places in works that are cited. Where a citation depends on those
/// before it, the engine must tell one place from another.
pub(super) fn codes(cited: &[&Cited], cipher: &mut Cipher, apart: bool) -> Codes {
    let mut codes = Codes::default();
    let items = cited.iter().flat_map(|cited| &cited.citation.items);
    for locator in items.filter_map(|item| item.locator.as_ref()) {
        let shape = Shape::of(locator);
        if apart {
            let number = codes.places.len() + 1;
            let key = (locator.kind, locator.value.clone());
            if !codes.places.contains_key(&key)
                && let Some(code) = shape.code(number, cipher)
            {
                codes.places.insert(key, code);
            }
        } else if codes.shape(shape).is_none()
            && let Some(code) = shape.code(0, cipher)
        {
            codes.shapes.push((shape, code));
        }
    }
    codes
}

/// Parts what a style prints in a sentence into the authors and the rest.
pub(super) fn halves(bits: Vec<Bit>) -> (Vec<Bit>, Vec<Bit>) {
    let mut author = Vec::new();
    let mut rest = Vec::new();
    let mut inside = false;
    for bit in bits {
        match bit {
            Bit::Open => inside = true,
            Bit::Close => inside = false,
            bit if inside => rest.push(bit),
            bit => author.push(bit),
        }
    }
    if let Some(Bit::Inline(inline)) = author.last_mut()
        && let Some(text) = last_text(std::slice::from_mut(inline))
    {
        text.truncate(text.trim_end().len());
    }
    (author, rest)
}

/// Renders citations in the order of the text.
pub(super) fn render(
    engine: &Engine,
    cited: &[&Cited],
    order: &[usize],
    codes: &Codes,
) -> Vec<(NodeId, RenderedCitation)> {
    // The numbers of notes begin anew in each topic, and with them what has been
    // cited before. Cards are read apart from everything.
    let mut runs: Vec<Vec<&Cited>> = Vec::new();
    if engine.setting.style.manner.notes {
        let mut by_topic: BTreeMap<(bool, usize), Vec<&Cited>> = BTreeMap::new();
        for one in cited {
            by_topic.entry((one.stands == Stands::OnCard, one.topic)).or_default().push(one);
        }
        runs.extend(by_topic.into_values());
    } else {
        runs.push(cited.to_vec());
    }
    runs.into_iter().flat_map(|cited| render_run(engine, &cited, order, codes)).collect()
}

fn render_run(
    engine: &Engine,
    cited: &[&Cited],
    order: &[usize],
    codes: &Codes,
) -> Vec<(NodeId, RenderedCitation)> {
    let locales: Vec<LocaleCode> = cited.iter().map(|cited| engine.locale_of(cited)).collect();
    let breaker = nothing();
    let manner = engine.setting.style.manner;
    // Letters after years are in the order of the list: works that get some are
    // counted first, though a style that tells a first citation from later ones
    // then takes theirs for later ones.
    let (ambiguous, unambiguous) =
        if manner.notes { (Vec::new(), Vec::new()) } else { engine.ambiguous(order) };
    let pause = |locale| Ask { items: vec![(&breaker, None)], locale, note: None, hidden: true };
    let mut asks = engine.preamble(&ambiguous, &engine.locale);
    if !asks.is_empty() {
        asks.push(pause(&engine.locale));
    }
    let mut places = Vec::new();
    let mut before: Option<&Cited> = None;
    for (cited, locale) in cited.iter().zip(&locales) {
        if !manner.numeric && before.is_some_and(|before| !may_follow(before, cited)) {
            asks.push(pause(locale));
        }
        before = Some(cited);
        places.push(asks.len());
        let items = cited.citation.items.iter().filter_map(|item| {
            let work = engine.stock.work(&item.key.value)?;
            let place = item
                .locator
                .as_ref()
                .and_then(|locator| Some((Shape::of(locator).kind, codes.place(locator)?)));
            Some((engine.stock.item(work), place))
        });
        let items: Vec<(&Item, _)> = items.collect();
        asks.push(Ask {
            items,
            locale,
            note: cited.note.map(|number| number as usize),
            hidden: false,
        });
    }
    // Works that are cited elsewhere may be ambiguous with these.
    asks.extend(engine.preamble(&unambiguous, &engine.locale));
    let rendered = run(&engine.citing(), &asks, None, &engine.locale).citations;
    let needs_parts = cited.iter().any(|cited| {
        cited.citation.form == CitationForm::Prose
            || cited.citation.items.iter().any(|item| item.suppress_author)
            || cited.citation.items.len() > 1 && engine.csl().citation.collapse.is_some()
    });
    let parted = if needs_parts && !manner.numeric {
        engine.run_parted(&asks).citations
    } else {
        Vec::new()
    };
    let first_work = |cited: &Cited| engine.stock.work(&cited.citation.items.first()?.key.value);
    let wanted: BTreeSet<(usize, String)> = cited
        .iter()
        .zip(&locales)
        .filter(|(cited, _)| cited.citation.form == CitationForm::Prose)
        .filter_map(|(cited, locale)| Some((first_work(cited)?, locale.0.clone())))
        .collect();
    let short = engine.short_names(&wanted);

    let mut all = Vec::new();
    for ((cited, locale), place) in cited.iter().zip(&locales).zip(places) {
        let Some(citation) = rendered.get(place) else { continue };
        let work = |index: usize| {
            let item = cited.citation.items.get(index)?;
            engine.stock.work(&item.key.value)
        };
        let mut pieces = Vec::new();
        for (index, children) in engine.settled(citation.citation.clone(), locale, work) {
            let Some(item) = cited.citation.items.get(index) else { continue };
            let names = children.find_names().map(|names| format!("{:#} {:?}", names, names.meta));
            pieces.push(Piece {
                index,
                whole: engine.flow().bits(&children),
                bare: Vec::new(),
                author: Vec::new(),
                names: names.unwrap_or_default(),
                number: None,
                place: item.locator.as_ref().map(|locator| worded(locator, engine.csl())),
                label: engine.label(item.locator.as_ref(), locale),
            });
        }
        if let Some(citation) = parted.get(place) {
            for (index, children) in engine.settled(citation.citation.clone(), locale, work) {
                let (author, bare) = halves(engine.flow().bits(&children));
                if let Some(piece) = pieces.iter_mut().find(|piece| piece.index == index) {
                    piece.bare = bare;
                    piece.author = if manner.notes { Vec::new() } else { joined(&author) };
                }
            }
        }
        if let Some(piece) = pieces.iter_mut().find(|piece| piece.index == 0)
            && piece.author.is_empty()
            && let Some(work) = first_work(cited)
        {
            let key = (work, locale.0.clone());
            piece.author = short.get(&key).cloned().unwrap_or_default();
        }
        all.push((cited.citation.id, engine.joiner(cited).join(&cited.citation, &pieces)));
    }
    all
}

/// Whether a citation may say "ibid." of the one before it: that must be of one
/// work (CSL 1.0.2, "position"), and the note before, or in the same.
fn may_follow(before: &Cited, cited: &Cited) -> bool {
    let near = match (before.note, cited.note) {
        (Some(before), Some(number)) => number.saturating_sub(before) <= 1,
        _ => true,
    };
    near && before.citation.items.len() == 1
}
