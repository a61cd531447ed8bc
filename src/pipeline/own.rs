//! Layouts that Recto asks for by name.

use super::Loaded;
use crate::diag::Diagnostics;
use crate::layout::{FOLDER, Format, Layout};
use crate::source::{ProjectPath, Sources, Span, Spanned};

/// Layouts that Recto asks for by name.
pub(super) struct OwnLayouts {
    pub(super) epub: Layout,
    pub(super) anki: Layout,
    pub(super) cover: Layout,
    pub(super) cards: Layout,
    pub(super) spread: Layout,
}

/// Returns them, or messages about them.
pub(super) fn own_layouts(
    loaded: &Loaded,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<OwnLayouts> {
    let nowhere = sources.add(ProjectPath::new(FOLDER).ok()?, String::new());
    let mut get = |name: &str, format| {
        let name = Spanned::new(name.to_owned(), Span::new(nowhere, 0, 0));
        loaded.layouts.get(&name, format, sources, diagnostics)
    };
    let (epub, anki) = (get("epub", Format::Epub), get("anki", Format::Anki));
    let (cover, cards) = (get("cover", Format::Pdf), get("cards", Format::Pdf));
    let spread = get("cover-spread", Format::Pdf);
    Some(OwnLayouts { epub: epub?, anki: anki?, cover: cover?, cards: cards?, spread: spread? })
}
