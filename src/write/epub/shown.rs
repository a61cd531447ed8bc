//! What of a topic a book shows.
//!
//! Knows: the author's controls. Must not know: how anything is shown.
//!
//! What is meant for handouts or teachers only, and flashcards, are left out
//! once, here, so that everything after sees one tree: what is counted is what
//! is printed.

use crate::model::{
    Block, Controls, Definition, DefinitionList, Footnote, Inline, List, ListItem, Quote, Section,
    Topic,
};

/// Returns the topic as books show it.
pub(super) fn topic(topic: &Topic) -> Topic {
    Topic { blocks: blocks(&topic.blocks), sections: sections(&topic.sections), ..topic.clone() }
}

fn belongs(controls: &Controls) -> bool {
    !controls.handout_only && !controls.teacher_only
}

fn sections(all: &[Section]) -> Vec<Section> {
    let shown = all.iter().filter(|section| belongs(&section.controls));
    shown
        .map(|section| Section {
            blocks: blocks(&section.blocks),
            sections: sections(&section.sections),
            ..section.clone()
        })
        .collect()
}

fn blocks(all: &[Block]) -> Vec<Block> {
    all.iter().filter_map(block).collect()
}

fn block(block: &Block) -> Option<Block> {
    match block {
        Block::List(list) => {
            let shown = list.items.iter().filter(|item| belongs(&item.controls));
            let items: Vec<_> = shown
                .map(|item| ListItem { blocks: blocks(&item.blocks), ..item.clone() })
                .filter(|item| !item.blocks.is_empty())
                .collect();
            let kept = belongs(&list.controls) && !items.is_empty();
            kept.then(|| Block::List(List { items, ..list.clone() }))
        }
        Block::DefinitionList(list) => {
            let items = list
                .items
                .iter()
                .map(|item| Definition { blocks: blocks(&item.blocks), ..item.clone() });
            Some(Block::DefinitionList(DefinitionList { items: items.collect() }))
        }
        Block::Quote(quote) => {
            let blocks = blocks(&quote.blocks);
            (!blocks.is_empty()).then_some(Block::Quote(Quote { blocks }))
        }
        Block::Figure(figure) => belongs(&figure.controls).then(|| block.clone()),
        Block::Card(_) => None,
        Block::Paragraph(_) | Block::Table(_) | Block::CodeBlock(_) | Block::ThematicBreak => {
            Some(block.clone())
        }
    }
}

/// Returns a footnote's blocks as books show them.
pub(super) fn footnote(footnote: &Footnote) -> Vec<Block> {
    blocks(&footnote.blocks)
}

/// Tells whether a line of text has anything to read in it.
pub(super) fn is_blank(inlines: &[Inline]) -> bool {
    crate::model::plain_text(inlines).trim().is_empty()
}
