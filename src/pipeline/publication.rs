//! Pages to make: of a handout, of a book, of the press edition of either.

use super::plates::PlatesOf;
use super::sheets::SheetsOf;
use crate::layout::Layout;
use crate::model::{Edition, FigureOverlay, FigureStyle, PressSettings, Variant};
use crate::source::{ProjectPath, Spanned};
use crate::write::pdf::Kind;

/// Pages, resolved, and what is to be made of them.
pub(super) struct Publication {
    pub(super) edition: Edition,
    pub(super) kind: Kind,
    pub(super) layout: Layout,
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
    /// The sheets that its pages are put on.
    pub(super) sheets: Vec<SheetsOf>,
    /// How its pages become plates, if it is a press edition.
    pub(super) plates: Option<PlatesOf>,
    pub(super) path: ProjectPath,
}

impl Publication {
    /// Tells whether there is a twin of it for reading systems.
    pub(super) fn has_twin(&self) -> bool {
        self.kind == Kind::Book && self.plates.is_none()
    }
}
