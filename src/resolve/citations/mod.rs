//! Citations and the lists of references, rendered once for all outputs.
//!
//! 1. [`collect`] finds what topics cite, in the order of the text.
//! 2. [`item`] makes of each work the item that the engine takes, hayagriva;
//!    what that cannot carry goes through it in [`cipher`].
//! 3. [`engine`] has it render a list and all citations of its works.
//! 4. [`flow`] makes inlines of what came out, and [`links`] has every address in
//!    them lead somewhere.

mod cipher;
mod collect;
mod engine;
mod flow;
mod item;
mod links;
mod locale;
mod mend;
mod order;
mod prune;
mod short;
mod style;

use std::sync::Arc;

pub(super) use collect::is_known;
pub use locale::open_locales;
pub use style::{DEFAULT_STYLE, Style};

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
}

/// Renders all citations of an edition in the order of the text. `cards` is what
/// its flashcards are made of: the same topics, or none.
pub(super) fn render(
    topics: &[Arc<Topic>],
    cards: &[Arc<Topic>],
    document: &Document,
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
        let collected = collect::collect(topics, cards, document, diagnostics);
        let rendered = engine::render(&collected, &document.bibliography, setting);
        all.citations.extend(rendered.citations);
        let lists = rendered.lists.into_iter();
        all.references.extend(lists.map(|list| ReferenceList { topic: topic.clone(), ..list }));
    }
    // All references, and then all further reading.
    all.references.sort_by_key(|list| list.kind);
    all
}
