//! Citations and the list of references, rendered once for all outputs.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use hayagriva::citationberg::taxonomy::Locator as CslLocator;
use hayagriva::citationberg::{FontStyle, FontVariant, FontWeight, VerticalAlign};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem as Item, CitationRequest, CitePurpose,
    ElemChild, ElemChildren, ElemMeta, Entry, Formatting, LocatorPayload, SpecificLocator,
};
use indexmap::IndexMap;

use super::style::{locale_code, locales};
use super::{ByNode, Purpose, Style};
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::{
    CardBlock, Citation, CitationForm, CitationPart, CiteKey, Document, Inline, Language, Link,
    RenderedCitation, RenderedReference, Topic, TopicId, Visitor, walk_topic,
};
use crate::source::Spanned;

/// What hayagriva made of an edition's citations.
#[derive(Debug, Default)]
pub(super) struct Citations {
    pub(super) citations: ByNode<RenderedCitation>,
    pub(super) references: Vec<RenderedReference>,
}

/// Renders all citations of an edition in the order of the text.
pub(super) fn render(
    topics: &[Arc<Topic>],
    document: &Document,
    purpose: Purpose,
    style: &Style,
    language: &Language,
    diagnostics: &mut Diagnostics,
) -> Citations {
    let mut collector =
        Collector { document, diagnostics, requests: Vec::new(), cited_in: IndexMap::new() };
    for topic in topics {
        collector.enter_text(topic);
    }
    if purpose == Purpose::Deck {
        for topic in topics {
            collector.enter_cards(topic);
        }
    }
    let Collector { requests, cited_in, .. } = collector;
    if requests.is_empty() {
        return Citations::default();
    }

    let locale = locale_code(language);
    let mut driver = BibliographyDriver::<Entry>::new();
    for request in &requests {
        let (items, hidden) = match request {
            Request::Cited(citation) => (&citation.items[..], false),
            Request::Listed(item) => (std::slice::from_ref(item), true),
        };
        let form = match request {
            Request::Cited(citation) => citation.form,
            Request::Listed(_) => CitationForm::Normal,
        };
        let items = items
            .iter()
            .filter_map(|item| {
                let reference = document.bibliography.references.get(&item.key.value)?;
                let locator = item.locator.as_ref().map(|locator| {
                    let kind = CslLocator::from_str(locator.kind).unwrap_or(CslLocator::Page);
                    SpecificLocator(kind, LocatorPayload::Str(&locator.value))
                });
                let purpose = match form {
                    CitationForm::Normal => None,
                    CitationForm::Prose => Some(CitePurpose::Prose),
                    CitationForm::Year => Some(CitePurpose::Year),
                };
                Some(Item::new(&reference.entry, locator, None, hidden, purpose))
            })
            .collect();
        driver.citation(CitationRequest::new(
            items,
            &style.csl,
            Some(locale.clone()),
            locales(),
            None,
        ));
    }
    let rendered = driver.finish(BibliographyRequest::new(&style.csl, Some(locale), locales()));

    let mut citations = BTreeMap::new();
    for (request, done) in requests.iter().zip(&rendered.citations) {
        if let Request::Cited(citation) = request {
            let known: Vec<_> = citation
                .items
                .iter()
                .filter(|item| document.bibliography.references.contains_key(&item.key.value))
                .collect();
            let mut parts = Vec::new();
            flatten(&done.citation, None, &mut |content, item| {
                let item = item.and_then(|index| known.get(index));
                push_part(&mut parts, content, item.map(|item| &item.key.value));
            });
            for item in known {
                add_affixes(&mut parts, item);
            }
            citations
                .insert(citation.id, RenderedCitation { parts, note: done.note_number.is_some() });
        }
    }
    let references = rendered.bibliography.map(|list| list.items).unwrap_or_default();
    let references = references
        .iter()
        .filter_map(|item| {
            let key = CiteKey::new(&item.key)?;
            let entry = &document.bibliography.references.get(&key)?.entry;
            let label = item.first_field.as_ref().map(|field| {
                let mut content = Vec::new();
                flatten_child(field, None, &mut |inline, _| content.push(inline));
                crate::model::plain_text(&content).trim().to_owned()
            });
            let mut content = Vec::new();
            flatten(&item.content, None, &mut |inline, _| push_inline(&mut content, inline));
            content.iter_mut().for_each(close_up);
            Some(RenderedReference {
                label: label.filter(|label| !label.is_empty()),
                content,
                topics: cited_in.get(&key).cloned().unwrap_or_default(),
                short: short_form(entry),
                url: address(entry),
                key,
            })
        })
        .collect();
    Citations { citations, references }
}

enum Request {
    Cited(Citation),
    Listed(crate::model::CitationItem),
}

struct Collector<'a> {
    document: &'a Document,
    diagnostics: &'a mut Diagnostics,
    requests: Vec<Request>,
    cited_in: IndexMap<CiteKey, Vec<TopicId>>,
}

impl Collector<'_> {
    /// Collects what the text of a topic cites, and then what its front matter
    /// lists.
    fn enter_text(&mut self, topic: &Topic) {
        let mut found = Found::default();
        walk_topic(topic, &mut found);
        for citation in found.in_text {
            self.cite(citation, topic);
        }
        for key in &topic.references {
            self.list(key, topic);
        }
    }

    /// Collects what the flashcards of a topic cite.
    fn enter_cards(&mut self, topic: &Topic) {
        let mut found = Found::default();
        walk_topic(topic, &mut found);
        for citation in found.in_cards {
            self.cite(citation, topic);
        }
    }

    fn cite(&mut self, citation: Citation, topic: &Topic) {
        let mut any = false;
        for item in &citation.items {
            any |= self.note(&item.key, topic);
        }
        if any {
            self.requests.push(Request::Cited(citation));
        }
    }

    fn list(&mut self, key: &Spanned<CiteKey>, topic: &Topic) {
        if self.note(key, topic) {
            let item = crate::model::CitationItem {
                key: key.clone(),
                prefix: None,
                locator: None,
                suffix: None,
            };
            self.requests.push(Request::Listed(item));
        }
    }

    /// Notes that a topic names a work; returns whether there is such a work.
    fn note(&mut self, key: &Spanned<CiteKey>, topic: &Topic) -> bool {
        if !is_known(key, self.document, self.diagnostics) {
            return false;
        }
        let topics = self.cited_in.entry(key.value.clone()).or_default();
        // Topics come one after the other, so an earlier one is the last.
        if topics.last() != Some(&topic.id.value) && !topics.contains(&topic.id.value) {
            topics.push(topic.id.value.clone());
        }
        true
    }
}

/// Returns whether there is such a work, and reports it if not: unless it may
/// stand in a bibliography that could not be read.
pub(super) fn is_known(
    key: &Spanned<CiteKey>,
    document: &Document,
    diagnostics: &mut Diagnostics,
) -> bool {
    let bibliography = &document.bibliography;
    let references = &bibliography.references;
    if references.contains_key(&key.value) {
        return true;
    }
    if bibliography.is_partial || bibliography.broken.contains(&key.value) {
        return false;
    }
    let hint = near_miss(key.value.as_str(), references.keys().map(CiteKey::as_str));
    let hint = hint.unwrap_or_else(|| {
        "add the work to a bibliography (a `.bib` file below `sources/`)".into()
    });
    diagnostics.push(
        Diagnostic::error(Code::UnknownCiteKey, format!("unknown citation key `{}`", key.value))
            .at(key.span)
            .hint(hint),
    );
    false
}

/// The citations of a topic, those on its flashcards apart.
#[derive(Default)]
struct Found {
    in_text: Vec<Citation>,
    in_cards: Vec<Citation>,
    in_card: bool,
}

impl Visitor for Found {
    fn card(&mut self, _card: &CardBlock) {
        self.in_card = true;
    }

    fn leave_card(&mut self, _card: &CardBlock) {
        self.in_card = false;
    }

    fn citation(&mut self, citation: &Citation) {
        let list = if self.in_card { &mut self.in_cards } else { &mut self.in_text };
        list.push(citation.clone());
    }
}

/// Hands each piece of what hayagriva rendered to `push`, with the index of the
/// citation item that it belongs to.
fn flatten(
    children: &ElemChildren,
    item: Option<usize>,
    push: &mut dyn FnMut(Inline, Option<usize>),
) {
    for child in &children.0 {
        flatten_child(child, item, push);
    }
}

fn flatten_child(
    child: &ElemChild,
    item: Option<usize>,
    push: &mut dyn FnMut(Inline, Option<usize>),
) {
    match child {
        ElemChild::Text(text) => push(dress(&text.text, &text.formatting), item),
        ElemChild::Elem(elem) => {
            let item = match &elem.meta {
                Some(ElemMeta::Entry(index)) => Some(*index),
                _ => item,
            };
            flatten(&elem.children, item, push);
        }
        // Typst markup is never evaluated; it is text as any other.
        ElemChild::Markup(text) => push(Inline::Text(text.clone()), item),
        ElemChild::Link { text, url } => {
            let content = vec![dress(&text.text, &text.formatting)];
            let safe = url.starts_with("https://") || url.starts_with("http://");
            if safe {
                push(Inline::Link(Link { url: url.clone(), content, more: false }), item);
            } else {
                content.into_iter().for_each(|inline| push(inline, item));
            }
        }
        ElemChild::Transparent { .. } => {}
    }
}

fn dress(text: &str, formatting: &Formatting) -> Inline {
    let mut inline = Inline::Text(text.to_owned());
    if formatting.font_variant == FontVariant::SmallCaps {
        inline = Inline::SmallCaps(vec![inline]);
    }
    if formatting.font_weight == FontWeight::Bold {
        inline = Inline::Strong(vec![inline]);
    }
    if formatting.font_style == FontStyle::Italic {
        inline = Inline::Emphasis(vec![inline]);
    }
    match formatting.vertical_align {
        VerticalAlign::Sup => Inline::Superscript(vec![inline]),
        VerticalAlign::Sub => Inline::Subscript(vec![inline]),
        VerticalAlign::None | VerticalAlign::Baseline => inline,
    }
}

/// Joins text to text of the same dress, so that readers get few pieces.
fn push_inline(content: &mut Vec<Inline>, inline: Inline) {
    match (content.last_mut(), inline) {
        (Some(Inline::Text(last)), Inline::Text(text)) => last.push_str(&text),
        (Some(Inline::Emphasis(last)), Inline::Emphasis(more))
        | (Some(Inline::Superscript(last)), Inline::Superscript(more))
        | (Some(Inline::Strong(last)), Inline::Strong(more)) => {
            more.into_iter().for_each(|inline| push_inline(last, inline));
        }
        (_, inline) => content.push(inline),
    }
}

/// Takes the space out of "2002 ;346": hayagriva 0.10.1 puts a group's delimiter
/// before an element that begins with a semicolon of its own, where CSL's
/// processors leave it out.
fn close_up(inline: &mut Inline) {
    if let Inline::Text(text) = inline {
        while let Some(at) = text.find(" ;") {
            let follows = text[at + 2..].chars().next();
            if !follows.is_some_and(|c| c.is_alphanumeric() || c == '(') {
                return;
            }
            text.remove(at);
        }
    }
}

fn push_part(parts: &mut Vec<CitationPart>, inline: Inline, key: Option<&CiteKey>) {
    match parts.last_mut() {
        Some(last) if last.key.as_ref() == key => push_inline(&mut last.content, inline),
        _ => parts.push(CitationPart { content: vec![inline], key: key.cloned() }),
    }
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

/// Returns a short form of a work for flashcards: "Light 1972, Ann Intern Med".
fn short_form(entry: &Entry) -> String {
    let family = |person: &hayagriva::types::Person| person.name.clone();
    let names = match entry.authors().unwrap_or_default() {
        [] => None,
        [one] => Some(family(one)),
        [one, two] => Some(format!("{} & {}", family(one), family(two))),
        [first, ..] => Some(format!("{} et al.", family(first))),
    };
    let title = entry.title().map(|title| title.value.to_string());
    let mut text = names.or(title).unwrap_or_else(|| entry.key().to_owned());
    if let Some(date) = entry.date_any() {
        text.push_str(&format!(" {}", date.year));
    }
    let container = entry.parents().first().and_then(Entry::title);
    if let Some(title) = container {
        let short = title.short.as_ref().map(ToString::to_string);
        text.push_str(&format!(", {}", short.unwrap_or_else(|| title.value.to_string())));
    }
    text
}

/// Returns where a work can be read: its DOI as an address, else its URL.
fn address(entry: &Entry) -> Option<String> {
    let doi = entry.doi().map(|doi| {
        let doi = doi.trim_start_matches("https://doi.org/").trim_start_matches("doi:");
        format!("https://doi.org/{doi}")
    });
    let url = entry.url_any().map(|url| url.value.to_string());
    doi.or(url.filter(|url| url.starts_with("https://") || url.starts_with("http://")))
}
