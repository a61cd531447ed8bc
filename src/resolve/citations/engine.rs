//! The engine, and what it is asked.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::str::FromStr;

use hayagriva::citationberg::IndependentStyle;
use hayagriva::citationberg::json::Item;
use hayagriva::citationberg::taxonomy::Locator as CslLocator;
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, CitePurpose,
    LocatorPayload, Rendered, RenderedBibliography, SpecificLocator,
};
use indexmap::IndexMap;

use super::Setting;
use super::cipher::Cipher;
use super::collect::{Collected, Naming, Request};
use super::flow::{Flow, close_up, push_inline, push_part};
use super::item::item;
use super::links;
use super::locale::Locales;
use super::order::WORTH;
use super::prune::pruned;
use super::short::short_form;
use crate::model::{
    Bibliography, Citation, CitationForm, CitationPart, CiteKey, FurtherReading, Inline, NodeId,
    ReferenceList, ReferenceListKind, RenderedCitation, RenderedReference, RichText, plain_text,
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
    if collected.requests.is_empty() {
        return Scope::default();
    }
    let locales = Locales::of(setting.language);
    let stock = Stock::new(collected, bibliography, setting, &locales);
    let separate = setting.lists.further == FurtherReading::Separate;
    let cited: BTreeSet<&CiteKey> = collected
        .requests
        .iter()
        .filter_map(|request| match request {
            Request::Cited(citation) => Some(citation),
            Request::Listed(_) => None,
        })
        .flat_map(|citation| citation.items.iter().map(|item| &item.key.value))
        .collect();
    let is_further = |request: &&Request| match request {
        Request::Cited(_) => false,
        Request::Listed(key) => separate && !cited.contains(key),
    };
    let (further, main): (Vec<_>, Vec<_>) = collected.requests.iter().partition(is_further);

    let engine = Engine { stock: &stock, setting, locales: &locales };
    let mut scope = Scope::default();
    let rendered = engine.run(&main);
    for (request, done) in main.iter().zip(&rendered.citations) {
        if let Request::Cited(citation) = request {
            scope.citations.push((citation.id, engine.citation(citation, done)));
        }
    }
    let lists = [
        (ReferenceListKind::References, rendered),
        (ReferenceListKind::FurtherReading, engine.run(&further)),
    ];
    for (kind, rendered) in lists {
        let Some(list) = rendered.bibliography else { continue };
        let items: Vec<_> = engine.list(&list, kind, &collected.works);
        if !items.is_empty() {
            let hanging = list.hanging_indent;
            scope.lists.push(ReferenceList { kind, topic: None, hanging, items });
        }
    }
    scope
}

/// The works of a scope, as the engine takes them.
struct Stock<'a> {
    items: IndexMap<&'a CiteKey, Item>,
    bibliography: &'a Bibliography,
    verbatim: Vec<Option<RichText>>,
    cipher: Cipher,
    /// The style, or as much of it as matters.
    csl: Cow<'a, IndependentStyle>,
}

impl<'a> Stock<'a> {
    fn new(
        collected: &'a Collected,
        bibliography: &'a Bibliography,
        setting: Setting<'a>,
        locales: &Locales,
    ) -> Self {
        let mut cipher = Cipher::default();
        let mut verbatim = Vec::new();
        let items = collected.works.keys().filter_map(|key| {
            let reference = bibliography.references.get(key)?;
            let item = item(key, reference, verbatim.len(), setting.style, &mut cipher);
            verbatim.push(reference.verbatim.clone());
            Some((key, item))
        });
        let mut items: IndexMap<_, _> = items.collect();
        let sorter = setting.style.sorter(items.len());
        let sorter = sorter.filter(|sorter| sorter.rank(&mut items, bibliography, locales));
        let csl = sorter.map_or(&setting.style.csl, |sorter| &sorter.ranked);
        let csl = match items.len() {
            ..WORTH => Cow::Borrowed(csl),
            _ => Cow::Owned(pruned(csl, items.values())),
        };
        Self { items, bibliography, verbatim, cipher, csl }
    }
}

struct Engine<'a> {
    stock: &'a Stock<'a>,
    setting: Setting<'a>,
    locales: &'a Locales,
}

impl Engine<'_> {
    fn run(&self, requests: &[&Request]) -> Rendered {
        let csl = self.stock.csl.as_ref();
        let Locales { code, files } = self.locales;
        let mut driver = BibliographyDriver::<Item>::new();
        for request in requests {
            let items = match request {
                Request::Cited(citation) => self.items(citation),
                Request::Listed(key) => {
                    let item = self.stock.items.get(key);
                    item.map(|item| CitationItem::new(item, None, None, true, None))
                        .into_iter()
                        .collect()
                }
            };
            driver.citation(CitationRequest::new(items, csl, Some(code.clone()), files, None));
        }
        driver.finish(BibliographyRequest::new(csl, Some(code.clone()), files))
    }

    fn items<'i>(&'i self, citation: &'i Citation) -> Vec<CitationItem<'i, Item>> {
        let purpose = match citation.form {
            CitationForm::Normal => None,
            CitationForm::Prose => Some(CitePurpose::Prose),
            CitationForm::Year => Some(CitePurpose::Year),
        };
        citation
            .items
            .iter()
            .filter_map(|written| {
                let item = self.stock.items.get(&written.key.value)?;
                let locator = written.locator.as_ref().map(|locator| {
                    let kind = CslLocator::from_str(locator.kind).unwrap_or(CslLocator::Page);
                    SpecificLocator(kind, LocatorPayload::Str(&locator.value))
                });
                Some(CitationItem::new(item, locator, None, false, purpose))
            })
            .collect()
    }

    fn flow(&self) -> Flow<'_> {
        Flow { cipher: &self.stock.cipher, verbatim: &self.stock.verbatim, others: "et al." }
    }

    fn citation(
        &self,
        citation: &Citation,
        done: &hayagriva::RenderedCitation,
    ) -> RenderedCitation {
        let mut parts = Vec::new();
        self.flow().children(&done.citation, None, &mut |content, item| {
            let item = item.and_then(|index| citation.items.get(index));
            push_part(&mut parts, content, item.map(|item| &item.key.value));
        });
        for item in &citation.items {
            add_affixes(&mut parts, item);
        }
        RenderedCitation { parts, note: done.note_number.is_some() }
    }

    fn list(
        &self,
        list: &RenderedBibliography,
        kind: ReferenceListKind,
        works: &IndexMap<CiteKey, Naming>,
    ) -> Vec<RenderedReference> {
        let flow = self.flow();
        let words = Words::of(self.setting.language);
        let references = list.items.iter().filter_map(|item| {
            let key = CiteKey::new(&item.key)?;
            let reference = self.stock.bibliography.references.get(&key)?;
            let naming = works.get(&key)?;
            let label = item.first_field.as_ref().map(|field| {
                let mut content = Vec::new();
                flow.child(field, None, &mut |inline, _| content.push(inline));
                plain_text(&content).trim().to_owned()
            });
            let mut content = Vec::new();
            flow.children(&item.content, None, &mut |inline, _| push_inline(&mut content, inline));
            content.iter_mut().for_each(close_up);
            if let Some(text) = &reference.verbatim {
                content = verbatim(text, &flow);
            }
            let address = links::settle(&mut content, &reference.work);
            let numbered = kind == ReferenceListKind::References;
            Some(RenderedReference {
                label: label.filter(|label| numbered && !label.is_empty()),
                content,
                topics: naming.topics.clone(),
                citations: naming.citations.clone(),
                short: short_form(&key, reference, words),
                url: reference.work.address(),
                address,
                key,
            })
        });
        references.collect()
    }
}

/// Returns an entry that is printed as it was written.
fn verbatim(text: &RichText, flow: &Flow) -> Vec<Inline> {
    let mut content = Vec::new();
    flow.runs(text, |inline| push_inline(&mut content, inline));
    content
}

/// Puts the words that an author wrote before and after a work beside it;
/// hayagriva knows none.
fn add_affixes(parts: &mut [CitationPart], item: &crate::model::CitationItem) {
    let Some(part) = parts.iter_mut().find(|part| part.key.as_ref() == Some(&item.key.value))
    else {
        return;
    };
    if let Some(prefix) = &item.prefix {
        part.content.insert(0, Inline::Text(format!("{prefix} ")));
    }
    if let Some(suffix) = &item.suffix {
        part.content.push(Inline::Text(format!(", {suffix}")));
    }
}
