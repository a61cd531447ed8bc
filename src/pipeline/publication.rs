//! Pages to make: of a handout, of a book, of the press edition of either.

use std::sync::Arc;

use super::Content;
use super::origin::Settled;
use super::plates::PlatesOf;
use super::sheets::SheetsOf;
use crate::layout::Layout;
use crate::model::{
    CiteKey, Edition, FigureOverlay, FigureStyle, NodeId, NumberedKind, PressSettings, Variant,
};
use crate::source::{ProjectPath, Spanned};
use crate::write::pdf::Kind;

/// Pages, and what is to be made of them.
pub(super) struct Publication<'a> {
    /// What is on them; a press edition shares it with that for screens.
    pub(super) content: Arc<Content<'a>>,
    /// What an earlier build made of the same, if it is known to.
    pub(super) settled: Option<Settled>,
    pub(super) kind: Kind,
    /// How they are laid out; a thousand handouts share it.
    pub(super) layout: Arc<Layout>,
    pub(super) paper: &'static str,
    pub(super) figures: FigureStyle,
    pub(super) figure_overlay: FigureOverlay,
    pub(super) press: PressSettings,
    pub(super) variant: Variant,
    /// The picture on the cover of its twin for reading systems, if the author has one.
    pub(super) cover: Option<ProjectPath>,
    /// Who vouches for the accessibility of that.
    pub(super) certified_by: Option<String>,
    /// How many pages it may take.
    pub(super) budget: Option<Spanned<usize>>,
    /// Whether its text is large.
    pub(super) large: bool,
    /// A number that the variants of one handout of a topic share.
    pub(super) entry: usize,
    /// Whether its pages are a result; else there is only its twin for reading systems.
    pub(super) has_pages: bool,
    /// Whether there is a twin of it for reading systems.
    pub(super) has_twin: bool,
    /// The sheets that its pages are put on.
    pub(super) sheets: Vec<SheetsOf>,
    /// How its pages become plates, if it is a press edition.
    pub(super) plates: Option<PlatesOf>,
    pub(super) path: ProjectPath,
}

impl Publication<'_> {
    /// Returns what is on the pages, put together.
    pub(super) fn edition(&self) -> &Edition {
        self.content.edition()
    }

    /// Returns the works that it lists; none of one that nobody asked for.
    pub(super) fn works(&self) -> Vec<&CiteKey> {
        match &self.settled {
            Some(settled) => settled.works.iter().collect(),
            None => self.content.resolved().into_iter().flat_map(works).collect(),
        }
    }

    /// Returns the figures that it counts; none of one that nobody asked for.
    pub(super) fn figures(&self) -> Vec<NodeId> {
        match &self.settled {
            Some(settled) => settled.figures.clone(),
            None => self.content.resolved().into_iter().flat_map(figures).collect(),
        }
    }
}

/// Returns the works that an edition lists.
pub(super) fn works(edition: &Edition) -> impl Iterator<Item = &CiteKey> {
    edition.references.iter().flat_map(|list| &list.items).map(|work| &work.key)
}

/// Returns the figures that an edition counts.
pub(super) fn figures(edition: &Edition) -> impl Iterator<Item = NodeId> {
    let figures = edition.numbered.iter().filter(|one| one.kind == NumberedKind::Figure);
    figures.map(|figure| figure.id)
}
