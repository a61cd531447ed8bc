//! Citations and the lists of references, rendered once for all outputs.
//!
//! 1. [`collect`] finds what topics cite, in the order of the text.
//! 2. [`engine`] renders a list, and [`citing`] all citations of its works, with
//!    what [`position`] says of those before. [`processor`] is what renders a work,
//!    by a style in a [`locale`], with what [`texts`] and [`manuals`] do to either.
//! 3. [`cluster`] puts the works of a citation together.
//! 4. [`flow`] makes inlines of what came out, [`tidy`] sees to their punctuation,
//!    and [`links`] has every address in them lead somewhere.
//!
//! Before all that, [`close`] takes the spaces from before raised numbers.

mod citing;
mod close;
mod cluster;
mod collect;
mod csl;
mod engine;
#[cfg(test)]
mod faults;
mod flow;
mod links;
mod locale;
mod manuals;
mod position;
mod processor;
mod short;
mod style;
mod texts;
mod tidy;

use std::sync::Arc;

pub(super) use close::close_up;
pub(super) use collect::{citations_in, is_known};
pub use csl::read as read_style;
pub use style::{DEFAULT_STYLE, Style, names as style_names};

use super::ByNode;
use crate::diag::Diagnostics;
use crate::model::{
    Document, Language, ListScope, ListSettings, ReferenceList, RenderedCitation, Topic,
};

/// What became of an edition's citations.
#[derive(Debug, Default)]
pub(super) struct Citations {
    pub(super) citations: ByNode<RenderedCitation>,
    pub(super) references: Vec<ReferenceList>,
}

/// How citations are to look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) style: &'a Style,
    pub(super) language: &'a Language,
    pub(super) lists: ListSettings,
    /// Whether flashcards are made, and so what they cite matters.
    pub(super) with_cards: bool,
}

/// Renders all citations of an edition in the order of the text. `cards` is what
/// its flashcards are made of: the same topics, or none.
pub(super) fn render(
    topics: &[Arc<Topic>],
    cards: &[Arc<Topic>],
    document: &Document,
    numbers: &ByNode<u32>,
    setting: Setting,
    diagnostics: &mut Diagnostics,
) -> Citations {
    let mut all = Citations::default();
    let scopes: Vec<_> = match setting.lists.scope {
        ListScope::Publication => vec![(topics, cards, None)],
        ListScope::Chapter => topics
            .iter()
            .enumerate()
            .map(|(place, topic)| {
                let cards = cards.get(place..=place).unwrap_or_default();
                (std::slice::from_ref(topic), cards, Some(topic.id.value.clone()))
            })
            .collect(),
    };
    for (topics, cards, topic) in scopes {
        let collected = collect::collect(topics, cards, numbers, document, diagnostics);
        let rendered = engine::render(&collected, &document.bibliography, setting);
        all.citations.extend(rendered.citations);
        let lists = rendered.lists.into_iter();
        all.references.extend(lists.map(|list| ReferenceList { topic: topic.clone(), ..list }));
    }
    // All references, and then all further reading.
    all.references.sort_by_key(|list| list.kind);
    all
}
