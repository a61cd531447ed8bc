//! What an edition cites, in the order of the text.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::{
    CardBlock, Citation, CiteKey, Document, NodeId, Topic, TopicId, Visitor, walk_topic,
};
use crate::source::Spanned;

/// What topics cite and list.
#[derive(Debug, Default)]
pub(super) struct Collected {
    /// What to render, in order.
    pub(super) requests: Vec<Request>,
    /// The works that are named.
    pub(super) works: IndexMap<CiteKey, Naming>,
}

/// Where a work is named.
#[derive(Debug, Default)]
pub(super) struct Naming {
    /// The topics that name it.
    pub(super) topics: Vec<TopicId>,
    /// The citations of it.
    pub(super) citations: Vec<NodeId>,
}

/// Something to render.
#[derive(Debug)]
pub(super) enum Request {
    /// A citation.
    Cited(Citation),
    /// A work that is listed though nothing cites it.
    Listed(CiteKey),
}

/// Collects what topics cite. `cards` is what their flashcards are made of, each
/// topic with more in it than is shown; works that only those cite come after
/// all others.
pub(super) fn collect(
    topics: &[Arc<Topic>],
    cards: &[Arc<Topic>],
    document: &Document,
    diagnostics: &mut Diagnostics,
) -> Collected {
    let mut collector = Collector { document, diagnostics, collected: Collected::default() };
    let mut seen = BTreeSet::new();
    for topic in topics {
        let mut found = Found::default();
        walk_topic(topic, &mut found);
        for citation in found.in_text {
            seen.insert(citation.id);
            collector.cite(citation, topic);
        }
        for key in &topic.references {
            collector.list(key, topic);
        }
    }
    for topic in cards {
        let mut found = Found::default();
        walk_topic(topic, &mut found);
        for citation in found.in_text.into_iter().chain(found.in_cards) {
            if seen.insert(citation.id) {
                collector.cite(citation, topic);
            }
        }
    }
    collector.collected
}

struct Collector<'a> {
    document: &'a Document,
    diagnostics: &'a mut Diagnostics,
    collected: Collected,
}

impl Collector<'_> {
    fn cite(&mut self, mut citation: Citation, topic: &Topic) {
        let id = citation.id;
        citation.items.retain(|item| self.note(&item.key, topic, Some(id)));
        if !citation.items.is_empty() {
            self.collected.requests.push(Request::Cited(citation));
        }
    }

    fn list(&mut self, key: &Spanned<CiteKey>, topic: &Topic) {
        if self.note(key, topic, None) {
            self.collected.requests.push(Request::Listed(key.value.clone()));
        }
    }

    /// Notes that a topic names a work; returns whether there is such a work.
    fn note(&mut self, key: &Spanned<CiteKey>, topic: &Topic, citation: Option<NodeId>) -> bool {
        if !is_known(key, self.document, self.diagnostics) {
            return false;
        }
        let Naming { topics, citations } =
            self.collected.works.entry(key.value.clone()).or_default();
        // Topics come one after the other, so an earlier one is the last.
        if topics.last() != Some(&topic.id.value) && !topics.contains(&topic.id.value) {
            topics.push(topic.id.value.clone());
        }
        citations.extend(citation.filter(|id| citations.last() != Some(id)));
        true
    }
}

/// Returns whether there is such a work, and reports it if not: unless it may
/// stand in a bibliography that could not be read.
pub(in crate::resolve) fn is_known(
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
    let given = references.keys().filter(|key| !key.is_unnamed());
    let hint = near_miss(key.value.as_str(), given.map(CiteKey::as_str));
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
