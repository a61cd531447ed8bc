//! What an edition would report, without the edition.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Index, Purpose, citations, kinds, numbering, shown};
use crate::diag::Diagnostics;
use crate::model::{
    CardBlock, Citation, Document, Figure, Inline, Target, Topic, TopicId, Visitor, walk_topic,
};

/// Reports what is wrong with the references, marks and citations of a topic, as
/// the publications that it is in show it: what [`super::edition`] reports.
pub fn check(
    topic: &Arc<Topic>,
    purposes: &BTreeSet<Purpose>,
    document: &Document,
    index: &Index,
    diagnostics: &mut Diagnostics,
) {
    let with_cards = purposes.contains(&Purpose::Deck);
    if with_cards && !purposes.contains(&Purpose::Handout) {
        // Flashcards are made of what only handouts show, too.
        let shown = shown::topic(topic, Purpose::Handout);
        let mut citing = Citing { document, diagnostics };
        walk_topic(&shown, &mut citing);
    }
    let mut purposes_to_show: Vec<Purpose> = purposes.iter().copied().collect();
    // Most topics are shown whole everywhere.
    if shown::shows_all(topic, &purposes_to_show) {
        purposes_to_show.truncate(1);
    }
    for purpose in purposes_to_show {
        let shown = shown::topic(topic, purpose);
        kinds::find(std::slice::from_ref(&shown), &document.kinds, diagnostics);
        let topic = &topic.id.value;
        let mut checker =
            Checker { document, index, topic, with_cards, in_card: false, diagnostics };
        walk_topic(&shown, &mut checker);
        for key in &shown.references {
            citations::is_known(key, document, diagnostics);
        }
    }
}

/// Looks at citations alone.
struct Citing<'a> {
    document: &'a Document,
    diagnostics: &'a mut Diagnostics,
}

impl Visitor for Citing<'_> {
    fn citation(&mut self, citation: &Citation) {
        for item in &citation.items {
            citations::is_known(&item.key, self.document, self.diagnostics);
        }
    }
}

struct Checker<'a> {
    document: &'a Document,
    index: &'a Index,
    topic: &'a TopicId,
    /// Whether flashcards are made, and so what they cite matters.
    with_cards: bool,
    in_card: bool,
    diagnostics: &'a mut Diagnostics,
}

impl Visitor for Checker<'_> {
    fn card(&mut self, _card: &CardBlock) {
        self.in_card = true;
    }

    fn leave_card(&mut self, _card: &CardBlock) {
        self.in_card = false;
    }

    fn figure(&mut self, figure: &Figure) {
        numbering::word_mentions(figure, self.diagnostics, &mut |_, _| {});
    }

    fn citation(&mut self, citation: &Citation) {
        if self.in_card && !self.with_cards {
            return;
        }
        for item in &citation.items {
            citations::is_known(&item.key, self.document, self.diagnostics);
        }
    }

    fn inline(&mut self, inline: &Inline) {
        let Inline::CrossReference(reference) = inline else { return };
        let span = reference.target.span;
        match &reference.target.value {
            Target::Topic(topic) => self.index.require_topic(topic, span, self.diagnostics),
            Target::Label(label) => {
                self.index.find(self.topic, label, span, self.diagnostics);
            }
            Target::Within(topic, label) => {
                self.index.find_within(topic, label, span, self.diagnostics);
            }
        }
    }
}
