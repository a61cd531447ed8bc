//! What an edition cites, in the order of the text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;

use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::{
    Block, CardBlock, Citation, CiteKey, Document, Inline, Language, NodeId, Topic, TopicId,
    Visitor, walk_blocks, walk_topic,
};
use crate::resolve::ByNode;
use crate::source::Spanned;

/// What topics cite and list.
#[derive(Debug, Default)]
pub(super) struct Collected {
    /// The citations, in order.
    pub(super) cited: Vec<Cited>,
    /// The works that are named, in order.
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

/// A citation, and where it stands.
#[derive(Debug)]
pub(super) struct Cited {
    pub(super) citation: Citation,
    /// The place of its topic among those that were collected.
    pub(super) topic: usize,
    /// The language of its topic, if that has one of its own.
    pub(super) language: Option<Language>,
    pub(super) stands: Stands,
    /// The number of the note that it stands in, or makes.
    pub(super) note: Option<u32>,
    /// Whether a full stop of the author's follows.
    pub(super) stopped: bool,
}

/// What a citation stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// In the text, a caption, a table.
    InText,
    /// In an author's note; whether a paragraph ends with it.
    InNote { ends: bool },
    /// On a flashcard.
    OnCard,
}

/// Collects what topics cite. `cards` is what their flashcards are made of, each
/// topic with more in it than is shown; works that only those cite come after
/// all others.
pub(super) fn collect(
    topics: &[Arc<Topic>],
    cards: &[Arc<Topic>],
    numbers: &ByNode<u32>,
    document: &Document,
    diagnostics: &mut Diagnostics,
) -> Collected {
    let collected = Collected::default();
    let mut collector = Collector { document, numbers, diagnostics, collected };
    let mut seen = BTreeSet::new();
    // What was found on cards, where they are made of what is shown: a walk takes longer than
    // all else.
    let mut on_cards = BTreeMap::new();
    for (place, topic) in topics.iter().enumerate() {
        let mut found = Found::default();
        walk_topic(topic, &mut found);
        for citation in std::mem::take(&mut found.in_text) {
            seen.insert(citation.id);
            let stands = match found.in_notes.get(&citation.id) {
                Some(noted) => Stands::InNote { ends: noted.ends },
                None => Stands::InText,
            };
            let note = found.in_notes.get(&citation.id).map_or(citation.id, |noted| noted.note);
            let stopped = found.stopped.contains(&citation.id);
            collector.cite(citation, topic, Standing { place, stands, note, stopped });
        }
        for key in &topic.references {
            collector.note(key, topic, None);
        }
        if cards.get(place).is_some_and(|cards| Arc::ptr_eq(cards, topic)) {
            on_cards.insert(place, found);
        }
    }
    for (place, topic) in cards.iter().enumerate() {
        let found = on_cards.remove(&place).unwrap_or_else(|| {
            let mut found = Found::default();
            walk_topic(topic, &mut found);
            found
        });
        for citation in found.in_text.into_iter().chain(found.in_cards) {
            let note = citation.id;
            if seen.insert(note) {
                let stopped = found.stopped.contains(&note);
                let stands = Stands::OnCard;
                collector.cite(citation, topic, Standing { place, stands, note, stopped });
            }
        }
    }
    collector.collected
}

/// How a citation stands: as [`Cited`] has it, with the note before it has a number.
struct Standing {
    place: usize,
    stands: Stands,
    note: NodeId,
    stopped: bool,
}

struct Collector<'a> {
    document: &'a Document,
    numbers: &'a ByNode<u32>,
    diagnostics: &'a mut Diagnostics,
    collected: Collected,
}

impl Collector<'_> {
    fn cite(&mut self, mut citation: Citation, topic: &Topic, standing: Standing) {
        let id = citation.id;
        citation.items.retain(|item| self.note(&item.key, topic, Some(id)));
        if !citation.items.is_empty() {
            self.collected.cited.push(Cited {
                citation,
                topic: standing.place,
                language: topic.language.clone(),
                stands: standing.stands,
                note: self.numbers.get(&standing.note).copied(),
                stopped: standing.stopped,
            });
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
    in_notes: BTreeMap<NodeId, Noted>,
    /// Those that a full stop follows.
    stopped: BTreeSet<NodeId>,
    /// The citation that came just before.
    last: Option<NodeId>,
}

/// Which note a citation stands in.
struct Noted {
    note: NodeId,
    ends: bool,
}

/// Returns the citations in a note's blocks, and whether a paragraph ends with
/// them.
pub(in crate::resolve) fn citations_in(blocks: &[Block]) -> Vec<(NodeId, bool)> {
    #[derive(Default)]
    struct Finder(Vec<(NodeId, bool)>);
    impl Visitor for Finder {
        fn citation(&mut self, citation: &Citation) {
            self.0.push((citation.id, false));
        }
    }
    let mut finder = Finder::default();
    walk_blocks(blocks, &mut finder);
    let last = |block: &Block| match block {
        Block::Paragraph(paragraph) => match paragraph.content.last() {
            Some(Inline::Citation(citation)) => Some(citation.id),
            _ => None,
        },
        _ => None,
    };
    let ends: Vec<NodeId> = blocks.iter().filter_map(last).collect();
    finder.0.into_iter().map(|(id, _)| (id, ends.contains(&id))).collect()
}

/// Tells whether a text begins with the full stop of a sentence, and not with an
/// ellipsis or a name such as ".NET".
fn is_stop(text: &str) -> bool {
    let next = text.strip_prefix('.').map(|rest| rest.chars().next());
    next.is_some_and(|next| next.is_none_or(|c| c != '.' && !c.is_alphanumeric()))
}

impl Visitor for Found {
    fn inline(&mut self, inline: &Inline) {
        if let Inline::Footnote(footnote) = inline {
            let found = citations_in(&footnote.blocks).into_iter();
            let noted = found.map(|(id, ends)| (id, Noted { note: footnote.id, ends }));
            self.in_notes.extend(noted);
        }
        let last = self.last.take();
        match inline {
            Inline::Citation(citation) => self.last = Some(citation.id),
            Inline::Text(text) if is_stop(text) => self.stopped.extend(last),
            _ => {}
        }
    }

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
