//! A list, and the citations of its works.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::Setting;
use super::citing::{Citing, names_style};
use super::cluster::unlinked;
use super::collect::{Cited, Collected, Naming};
use super::flow::rich;
use super::links;
use super::locale::locale_code;
use super::processor::{Cite, Item, Position, PositionKind, Program, Told, disambiguate, order};
use super::short::short_form;
use super::tidy::{tidy, tidy_part};
use crate::model::{
    Bibliography, CiteKey, FurtherReading, Inline, NodeId, ReferenceList, ReferenceListKind,
    RenderedCitation, RenderedReference,
};
use crate::words::Words;

/// A list, its further reading, and the citations of their works.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) citations: Vec<(NodeId, RenderedCitation)>,
    pub(super) lists: Vec<ReferenceList>,
}

/// Renders what was collected.
pub(super) fn render(
    collected: &Collected,
    bibliography: &Bibliography,
    setting: Setting,
) -> Scope {
    if collected.works.is_empty() {
        return Scope::default();
    }
    let csl = &setting.style.csl;
    let program = Program::new(csl, &locale_code(setting.language));
    let stock = Stock::new(collected, bibliography);
    let cited: Vec<&Cited> = collected.cited.iter().collect();
    let is_cited: BTreeSet<&CiteKey> = cited
        .iter()
        .flat_map(|cited| cited.citation.items.iter().map(|item| &item.key.value))
        .collect();
    let separate = setting.lists.further == FurtherReading::Separate;
    let (further, main): (Vec<usize>, Vec<usize>) = (0..stock.items.len())
        .partition(|work| separate && !is_cited.contains(stock.items[*work].key));

    let engine = Engine { stock: &stock, setting, program: &program };
    let main = engine.sorted(&main);
    let further = engine.sorted(&further);
    let manner = setting.style.manner;
    let position = match manner.notes {
        // What a reader sees most often.
        true => Position { kind: PositionKind::Subsequent, near: false },
        false => Position::first(),
    };
    let told = match manner.numeric {
        true => vec![Told::default(); stock.items.len()],
        false => disambiguate(&program, &stock.items, &main, position),
    };
    let numbers = numbers(&main, stock.items.len());
    let names = names_style(csl);
    let citing = Citing::new(&engine, &told, &numbers, &names, &cited);
    let mut citations = citing.render(&cited);
    for part in citations.iter_mut().flat_map(|(_, citation)| &mut citation.parts) {
        part.content = tidy_part(std::mem::take(&mut part.content), &program.terms.marks);
        let work = part.key.as_ref().and_then(|key| bibliography.references.get(key));
        if let Some(reference) = work {
            links::mend(&mut part.content, &reference.work);
        }
    }

    let mut scope = Scope::default();
    if csl.bibliography.is_none() {
        citations.iter_mut().for_each(|(_, citation)| unlinked(citation, |_| false));
        if setting.with_cards {
            scope.lists.extend(engine.sources(&collected.works));
        }
    }
    let lists =
        [(ReferenceListKind::References, main), (ReferenceListKind::FurtherReading, further)];
    for (kind, works) in lists {
        let items = engine.list(kind, &works, &told, &numbers, &collected.works);
        if !items.is_empty() {
            let hanging = csl.bibliography.as_ref().is_some_and(|list| list.hanging_indent);
            scope.lists.push(ReferenceList { kind, topic: None, hanging, items });
        }
    }
    scope.citations = citations;
    scope
}

/// Returns the numbers of works by their order in the list.
fn numbers(order: &[usize], count: usize) -> Vec<Option<usize>> {
    let mut numbers = vec![None; count];
    for (place, work) in order.iter().enumerate() {
        numbers[*work] = Some(place + 1);
    }
    numbers
}

/// The works of a scope.
pub(super) struct Stock<'a> {
    /// The works in the order in which they are named.
    pub(super) items: Vec<Item<'a>>,
    places: BTreeMap<&'a CiteKey, usize>,
}

impl<'a> Stock<'a> {
    fn new(collected: &'a Collected, bibliography: &'a Bibliography) -> Self {
        let items: Vec<Item> = collected
            .works
            .keys()
            .filter_map(|key| Some(Item::new(key, bibliography.references.get(key)?)))
            .collect();
        let places = items.iter().enumerate().map(|(place, item)| (item.key, place)).collect();
        Self { items, places }
    }

    pub(super) fn work(&self, key: &CiteKey) -> Option<usize> {
        self.places.get(key).copied()
    }
}

/// Everything that is needed to render.
pub(super) struct Engine<'p, 'a> {
    pub(super) stock: &'p Stock<'a>,
    pub(super) setting: Setting<'a>,
    /// The style in the language of the list.
    pub(super) program: &'p Program<'a>,
}

impl Engine<'_, '_> {
    /// Returns works in the order of the style's list.
    fn sorted(&self, works: &[usize]) -> Vec<usize> {
        let list = self.program.csl.bibliography.as_ref();
        let sort = list.and_then(|list| list.sort.as_ref());
        let cites: Vec<Cite> = works
            .iter()
            .enumerate()
            .map(|(place, work)| Cite {
                number: Some(place + 1),
                bibliography: true,
                ..Cite::of(&self.stock.items[*work])
            })
            .collect();
        order(self.program, sort, &cites).into_iter().map(|place| works[place]).collect()
    }

    fn list(
        &self,
        kind: ReferenceListKind,
        works: &[usize],
        told: &[Told],
        numbers: &[Option<usize>],
        naming: &IndexMap<CiteKey, Naming>,
    ) -> Vec<RenderedReference> {
        let csl = self.program.csl;
        if csl.bibliography.is_none() {
            return Vec::new();
        }
        let words = Words::of(self.setting.language);
        let numbered = kind == ReferenceListKind::References;
        let mut before = None;
        let mut references = Vec::with_capacity(works.len());
        for work in works {
            let item = &self.stock.items[*work];
            let Some(named) = naming.get(item.key) else { continue };
            // Names stay as the list has them, whatever tells citations apart.
            let letter = Told { names: 0, given: Vec::new(), ..told[*work].clone() };
            let cite = Cite { number: numbers[*work], told: &letter, ..Cite::of(item) };
            let mut entry = self.program.entry(cite);
            if csl
                .bibliography
                .as_ref()
                .is_some_and(|list| list.subsequent_author_substitute.is_some())
            {
                let names = entry.names();
                if let Some(before) = &before {
                    entry.substitute(before, csl);
                }
                before = Some(names);
            }
            let label = entry.first_field().trim().to_owned();
            let mut content = tidy(entry.content(), &self.program.terms.marks);
            if let Some(text) = &item.reference.verbatim {
                content = rich(text);
            }
            let address = links::settle(&mut content, &item.reference.work);
            references.push(RenderedReference {
                label: Some(label).filter(|label| numbered && !label.is_empty()),
                content,
                topics: named.topics.clone(),
                citations: named.citations.clone(),
                short: short_form(item.key, item.reference, words),
                url: item.reference.work.address(),
                address,
                key: item.key.clone(),
            });
        }
        references
    }

    /// Returns the works of a style without a list, for flashcards, which show
    /// their sources all the same.
    fn sources(&self, works: &IndexMap<CiteKey, Naming>) -> Option<ReferenceList> {
        let words = Words::of(self.setting.language);
        let items: Vec<_> = self
            .stock
            .items
            .iter()
            .filter_map(|item| {
                let naming = works.get(item.key)?;
                let short = short_form(item.key, item.reference, words);
                Some(RenderedReference {
                    key: item.key.clone(),
                    label: None,
                    content: vec![Inline::Text(short.clone())],
                    topics: naming.topics.clone(),
                    citations: naming.citations.clone(),
                    short,
                    url: item.reference.work.address(),
                    address: item.reference.work.written_address(),
                })
            })
            .collect();
        let kind = ReferenceListKind::References;
        (!items.is_empty()).then_some(ReferenceList { kind, topic: None, hanging: false, items })
    }
}
