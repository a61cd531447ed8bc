//! What of a topic a publication shows.
//!
//! What is meant for handouts or teachers only is left out once, here, so that
//! everything after sees one tree: what is counted is what is printed, and no
//! reference leads to what is not there.

use std::sync::Arc;

use super::Purpose;
use crate::model::{
    Block, Callout, Controls, Definition, DefinitionList, Figure, List, ListItem, Quote, Section,
    Topic, Visitor, walk_topic,
};

/// Returns the topic as a publication shows it. Topics that hide nothing, as
/// most do, are shared.
pub(super) fn topic(topic: &Arc<Topic>, purpose: Purpose) -> Arc<Topic> {
    if shows_all(topic, &[purpose]) {
        return Arc::clone(topic);
    }
    Arc::new(Topic {
        blocks: blocks(&topic.blocks, purpose),
        sections: sections(&topic.sections, purpose),
        ..Topic::clone(topic)
    })
}

/// Returns the topic as a deck shows it, and what its flashcards are made of. Nothing is
/// hidden from most.
pub(super) fn topic_and_cards(topic: &Arc<Topic>) -> (Arc<Topic>, Arc<Topic>) {
    if shows_all(topic, &[Purpose::Deck, Purpose::Handout]) {
        return (Arc::clone(topic), Arc::clone(topic));
    }
    (self::topic(topic, Purpose::Deck), self::topic(topic, Purpose::Handout))
}

/// Tells whether publications for these purposes show the whole topic.
pub(super) fn shows_all(topic: &Topic, purposes: &[Purpose]) -> bool {
    let mut search = Search { purposes, hides: false };
    walk_topic(topic, &mut search);
    !search.hides
}

fn belongs(controls: &Controls, purpose: Purpose) -> bool {
    let for_teachers = purpose == Purpose::Teacher;
    let in_handouts = for_teachers || purpose == Purpose::Handout;
    (for_teachers || !controls.teacher_only) && (in_handouts || !controls.handout_only)
}

struct Search<'a> {
    purposes: &'a [Purpose],
    hides: bool,
}

impl Search<'_> {
    fn look(&mut self, controls: &Controls) {
        self.hides |= !self.purposes.iter().all(|purpose| belongs(controls, *purpose));
    }
}

impl Visitor for Search<'_> {
    fn enters_lines(&self) -> bool {
        // Nothing that stands in a line, and no note, is left out alone.
        false
    }

    fn section(&mut self, section: &Section) {
        self.look(&section.controls);
    }

    fn callout(&mut self, callout: &Callout) {
        self.look(&callout.controls);
    }

    fn figure(&mut self, figure: &Figure) {
        self.look(&figure.controls);
    }

    fn list(&mut self, list: &List) {
        self.look(&list.controls);
        for item in &list.items {
            self.look(&item.controls);
        }
    }
}

fn sections(all: &[Section], purpose: Purpose) -> Vec<Section> {
    let shown = all.iter().filter(|section| belongs(&section.controls, purpose));
    shown
        .map(|section| Section {
            blocks: blocks(&section.blocks, purpose),
            sections: sections(&section.sections, purpose),
            ..section.clone()
        })
        .collect()
}

fn blocks(all: &[Block], purpose: Purpose) -> Vec<Block> {
    all.iter().filter_map(|one| block(one, purpose)).collect()
}

fn block(block: &Block, purpose: Purpose) -> Option<Block> {
    match block {
        Block::List(list) => {
            let shown = list.items.iter().filter(|item| belongs(&item.controls, purpose));
            let items: Vec<_> = shown
                .map(|item| ListItem { blocks: blocks(&item.blocks, purpose), ..item.clone() })
                .filter(|item| !item.blocks.is_empty())
                .collect();
            let kept = belongs(&list.controls, purpose) && !items.is_empty();
            kept.then(|| Block::List(List { items, ..list.clone() }))
        }
        Block::DefinitionList(list) => {
            let items = list
                .items
                .iter()
                .map(|item| Definition { blocks: blocks(&item.blocks, purpose), ..item.clone() });
            Some(Block::DefinitionList(DefinitionList { items: items.collect() }))
        }
        Block::Quote(quote) => {
            let blocks = blocks(&quote.blocks, purpose);
            (!blocks.is_empty()).then_some(Block::Quote(Quote { blocks }))
        }
        Block::Callout(callout) => {
            let blocks = blocks(&callout.blocks, purpose);
            let kept = belongs(&callout.controls, purpose) && !blocks.is_empty();
            kept.then(|| Block::Callout(Callout { blocks, ..callout.clone() }))
        }
        Block::Figure(figure) => belongs(&figure.controls, purpose).then(|| block.clone()),
        Block::Paragraph(_)
        | Block::Table(_)
        | Block::CodeBlock(_)
        | Block::Card(_)
        | Block::Equation(_)
        | Block::ThematicBreak => Some(block.clone()),
    }
}
