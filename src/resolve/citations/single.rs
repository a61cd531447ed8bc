//! Citations of styles in which none depends on those before it: a work is
//! rendered once for each way in which it is cited.

use std::collections::BTreeSet;

use hayagriva::ElemMeta;
use hayagriva::citationberg::LocaleCode;
use hayagriva::citationberg::taxonomy::Locator as Kind;
use indexmap::IndexSet;

use super::cluster::{Piece, joined};
use super::collect::Cited;
use super::engine::Engine;
use super::flow::Bit;
use super::place::{Shape, worded};
use super::press::{Ask, numbers_style, run};
use super::sequence::{Codes, halves};
use crate::model::{CitationForm, NodeId, RenderedCitation};

/// A way in which a work is cited.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Unit {
    work: usize,
    shape: Option<Shape>,
    locale: usize,
}

/// What became of a unit.
#[derive(Debug, Clone, Default)]
struct Made {
    whole: Vec<Bit>,
    bare: Vec<Bit>,
    author: Vec<crate::model::Inline>,
    names: String,
    has_number: bool,
}

/// Renders citations of works that are listed in `order`.
pub(super) fn render(
    engine: &Engine,
    cited: &[&Cited],
    order: &[usize],
    codes: &Codes,
) -> Vec<(NodeId, RenderedCitation)> {
    let mut locales: IndexSet<LocaleCode> = IndexSet::from([engine.locale.clone()]);
    let mut units: IndexSet<Unit> = IndexSet::new();
    let keyed: Vec<Vec<Option<usize>>> = cited
        .iter()
        .map(|cited| {
            let (locale, _) = locales.insert_full(engine.locale_of(cited));
            let items = cited.citation.items.iter().map(|item| {
                let work = engine.stock.work(&item.key.value)?;
                let shape = item.locator.as_ref().map(Shape::of);
                Some(units.insert_full(Unit { work, shape, locale }).0)
            });
            items.collect()
        })
        .collect();
    let mut asks: Vec<Ask> = Vec::new();
    for locale in &locales {
        asks.extend(engine.preamble(order, locale));
    }
    // Works are counted in the order of the list, and so rendered without a place;
    // only those with one are still to be rendered.
    let places_of = inverse(order, engine.stock.items.len());
    let first = asks.len();
    let mut asked: Vec<usize> = Vec::new();
    for unit in &units {
        if unit.shape.is_none() && places_of[unit.work] > 0 {
            asked.push(unit.locale * order.len() + places_of[unit.work] - 1);
            continue;
        }
        asked.push(asks.len());
        let place: Option<(Kind, &str)> =
            unit.shape.and_then(|shape| Some((shape.kind, codes.shape(shape)?)));
        asks.push(Ask {
            items: vec![(engine.stock.item(unit.work), place)],
            locale: &locales[unit.locale],
            note: None,
            hidden: false,
        });
    }
    asks[..first].iter_mut().for_each(|ask| ask.hidden = false);
    let citations = run(&engine.citing(), &asks, None, &engine.locale).citations;
    let mut made: Vec<Made> = units
        .iter()
        .zip(&asked)
        .map(|(unit, at)| {
            let citation = citations[*at].citation.clone();
            let locale = &locales[unit.locale];
            let entry = engine.settled(citation, locale, |_| Some(unit.work)).next();
            let Some((_, children)) = entry else {
                return Made::default();
            };
            let names = children.find_names().map(|names| format!("{:#} {:?}", names, names.meta));
            Made {
                whole: engine.flow().bits(&children),
                names: names.unwrap_or_default(),
                has_number: children.find_meta(&ElemMeta::CitationNumber).is_some(),
                ..Made::default()
            }
        })
        .collect();
    let manner = engine.setting.style.manner;
    if !manner.numeric && needs_parts(engine, cited) {
        let parted = engine.run_parted(&asks).citations;
        for ((at, unit), made) in asked.iter().zip(&units).zip(&mut made) {
            let citation = parted[*at].citation.clone();
            let locale = &locales[unit.locale];
            let entry = engine.settled(citation, locale, |_| Some(unit.work)).next();
            if let Some((_, children)) = entry {
                let (author, bare) = halves(engine.flow().bits(&children));
                made.author = joined(&author);
                made.bare = bare;
            }
        }
    }
    let wanted: BTreeSet<(usize, String)> = cited
        .iter()
        .zip(&keyed)
        .filter(|(cited, _)| cited.citation.form == CitationForm::Prose)
        .filter_map(|(_, keyed)| (*keyed.first()?).map(|unit| &units[unit]))
        .map(|unit| (unit.work, locales[unit.locale].0.clone()))
        .collect();
    let short = engine.short_names(&wanted);

    let ranks = ranks(engine, cited, order);
    let citations = cited.iter().zip(&keyed).map(|(cited, keyed)| {
        let locale = engine.locale_of(cited);
        let mut pieces: Vec<(usize, Piece)> = Vec::new();
        for (index, (item, unit)) in cited.citation.items.iter().zip(keyed).enumerate() {
            let Some(at) = *unit else { continue };
            let (unit, made) = (&units[at], &made[at]);
            let mut author = made.author.clone();
            if author.is_empty() && index == 0 {
                author = short.get(&(unit.work, locale.0.clone())).cloned().unwrap_or_default();
            }
            let piece = Piece {
                index,
                whole: made.whole.clone(),
                bare: made.bare.clone(),
                author,
                names: made.names.clone(),
                number: made.has_number.then(|| places_of[unit.work]),
                place: item.locator.as_ref().map(|locator| worded(locator, engine.csl())),
                label: engine.label(item.locator.as_ref(), &locale),
            };
            pieces.push((ranks[unit.work], piece));
        }
        if engine.csl().citation.sort.is_some() {
            pieces.sort_by_key(|(rank, _)| *rank);
        }
        let pieces: Vec<Piece> = pieces.into_iter().map(|(_, piece)| piece).collect();
        (cited.citation.id, engine.joiner(cited).join(&cited.citation, &pieces))
    });
    citations.collect()
}

/// Whether works are ever to be printed without their authors.
fn needs_parts(engine: &Engine, cited: &[&Cited]) -> bool {
    let groups = engine.csl().citation.collapse.is_some();
    cited.iter().any(|cited| {
        let citation = &cited.citation;
        citation.form == CitationForm::Prose
            || citation.items.iter().any(|item| item.suppress_author)
            || groups && citation.items.len() > 1
    })
}

/// Returns the places of works among those of `order`, from 1.
fn inverse(order: &[usize], count: usize) -> Vec<usize> {
    let mut places = vec![0; count];
    for (place, work) in order.iter().enumerate() {
        places[*work] = place + 1;
    }
    places
}

/// Returns the ranks of works within citations.
fn ranks(engine: &Engine, cited: &[&Cited], order: &[usize]) -> Vec<usize> {
    let count = engine.stock.items.len();
    let places = inverse(order, count);
    if !engine.setting.style.manner.sorts_by_names {
        return places;
    }
    let together: BTreeSet<usize> = cited
        .iter()
        .filter(|cited| cited.citation.items.len() > 1)
        .flat_map(|cited| &cited.citation.items)
        .filter_map(|item| engine.stock.work(&item.key.value))
        .collect();
    if together.is_empty() {
        return places;
    }
    // Where the style's keys are alike, the order of the list decides.
    let mut together: Vec<usize> = together.into_iter().collect();
    together.sort_by_key(|work| places[*work]);
    let mut csl = engine.citing();
    csl.citation.layout = numbers_style().citation.layout.clone();
    csl.bibliography = None;
    let mut asks = engine.preamble(order, &engine.locale);
    asks.push(Ask {
        items: together.iter().map(|work| (engine.stock.item(*work), None)).collect(),
        locale: &engine.locale,
        note: None,
        hidden: false,
    });
    let rendered = run(&csl, &asks, None, &engine.locale);
    let sorted: Vec<usize> = rendered
        .citations
        .into_iter()
        .next_back()
        .into_iter()
        .flat_map(|citation| super::press::entries(citation.citation))
        .map(|(index, _)| together[index])
        .collect();
    inverse(&sorted, count)
}
