//! Citations and the lists of references, rendered once for all outputs.
//!
//! 1. [`collect`] finds what topics cite, in the order of the text.
//! 2. [`item`] makes of each work the item that the engine takes, hayagriva;
//!    what that cannot carry goes through it in [`cipher`].
//! 3. [`engine`] has it render a list and all citations of its works.
//! 4. [`flow`] makes inlines of what came out.

mod cipher;
mod collect;
mod engine;
mod flow;
mod item;
mod locale;
mod mend;
mod order;
mod short;
mod style;

use std::sync::Arc;

pub(super) use collect::is_known;
pub use locale::open_locales;
pub use style::{DEFAULT_STYLE, Style};

use super::{ByNode, Purpose};
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

/// Renders all citations of an edition in the order of the text.
pub(super) fn render(
    topics: &[Arc<Topic>],
    document: &Document,
    purpose: Purpose,
    setting: Setting,
    diagnostics: &mut Diagnostics,
) -> Citations {
    let with_cards = purpose == Purpose::Deck;
    let mut all = Citations::default();
    let scopes: Vec<_> = match setting.lists.scope {
        ListScope::Publication => vec![(topics, None)],
        ListScope::Chapter => topics
            .iter()
            .map(|topic| (std::slice::from_ref(topic), Some(topic.id.value.clone())))
            .collect(),
    };
    for (topics, topic) in scopes {
        let collected = collect::collect(topics, with_cards, document, diagnostics);
        let rendered = engine::render(&collected, &document.bibliography, setting);
        all.citations.extend(rendered.citations);
        let lists = rendered.lists.into_iter();
        all.references.extend(lists.map(|list| ReferenceList { topic: topic.clone(), ..list }));
    }
    // All references, and then all further reading.
    all.references.sort_by_key(|list| list.kind);
    all
}
