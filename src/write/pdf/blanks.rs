//! What students are to write, and its numbers: from 1 in each topic, in the order
//! of the text.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{CardBlock, Cloze, Inline, NodeId, Section, Topic, Visitor, walk_topic};

/// The numbers of all blanks.
#[derive(Debug, Default)]
pub(super) struct Blanks(BTreeMap<NodeId, u32>);

impl Blanks {
    pub(super) fn of(topics: &[Arc<Topic>]) -> Self {
        let mut numbers = BTreeMap::new();
        for topic in topics {
            let ids = answers(topic).into_iter().map(|answer| answer.cloze.id);
            numbers.extend(ids.zip(1..));
        }
        Self(numbers)
    }

    /// Returns the number of a blank.
    pub(super) fn number(&self, id: NodeId) -> Option<u32> {
        self.0.get(&id).copied()
    }
}

/// What is to be written into a blank.
pub(super) struct Answer {
    /// The heading of the section that it is in.
    pub(super) heading: Option<Vec<Inline>>,
    pub(super) cloze: Cloze,
}

/// Returns the answers of a topic, in the order of its text.
pub(super) fn answers(topic: &Topic) -> Vec<Answer> {
    let mut finder = Finder::default();
    walk_topic(topic, &mut finder);
    finder.found
}

#[derive(Default)]
struct Finder {
    heading: Option<Vec<Inline>>,
    found: Vec<Answer>,
}

impl Visitor for Finder {
    fn enters_card(&self, _card: &CardBlock) -> bool {
        // Flashcards are not on the page.
        false
    }

    fn section(&mut self, section: &Section) {
        self.heading = Some(section.heading.clone());
    }

    fn inline(&mut self, inline: &Inline) {
        if let Inline::Cloze(cloze) = inline {
            let heading = self.heading.clone();
            self.found.push(Answer { heading, cloze: cloze.clone() });
        }
    }
}
