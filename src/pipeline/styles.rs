//! The citation styles of all publications, each read once.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Diagnostics;
use crate::project::{Citing, Project};
use crate::resolve::{DEFAULT_STYLE, Style};
use crate::source::Spanned;

/// The styles that a project names, by their names.
#[derive(Debug)]
pub(super) struct Styles {
    named: BTreeMap<String, Style>,
    /// The style of publications that name none, or one that is not known.
    default: Style,
}

impl Styles {
    /// Reads all styles that a project names, and reports those that are not
    /// known, each where it stands. With another style in its place, there may
    /// be more to say.
    pub(super) fn read(project: &Project, diagnostics: &mut Diagnostics) -> Option<Self> {
        let books = project.books.iter().map(|book| &book.citing);
        let handouts = project.handouts.iter().map(|handouts| &handouts.citing);
        let decks = project.decks.iter().map(|deck| &deck.citing);
        let own = books.chain(handouts).chain(decks).filter_map(|citing| citing.style.as_ref());
        let mut named = BTreeMap::new();
        let mut places = BTreeSet::new();
        for name in project.citation_style.iter().chain(own) {
            // Most publications have the project's.
            let is_new = places.insert((name.span.start, name.span.end));
            if is_new && !named.contains_key(&name.value) {
                named.extend(style_of(name, diagnostics).map(|style| (name.value.clone(), style)));
            }
        }
        Some(Self { named, default: Style::archived(DEFAULT_STYLE)? })
    }

    /// Returns the style of a publication.
    pub(super) fn of(&self, citing: &Citing) -> &Style {
        let named = citing.style.as_ref().and_then(|name| self.named.get(&name.value));
        named.unwrap_or(&self.default)
    }
}

/// Returns the style of a name; `None`, after a message, if there is none.
fn style_of(name: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<Style> {
    Style::named(name, diagnostics)
}
