//! Imposition: which page of a document lies where on which sheet, so that the sheets,
//! printed, folded and cut, are what was meant.
//!
//! Does: arithmetic. Knows: nothing but numbers. Must not know: PDF, the model, the
//! disk. [`impose`] turns the sizes of finished pages into [`Sheet`]s; a writer puts
//! pages there, and draws the marks.

mod cover;
mod fold;
mod geometry;
mod grid;
mod marks;
mod order;
mod paper;
#[cfg(test)]
mod tests;

use std::fmt;

pub use self::cover::cover_paper;
pub use self::geometry::{Matrix, Rect, Size, mm, to_mm};
pub use self::marks::{CROSS, Mark, Stroke};
pub use self::order::{Order, scaling};
pub use self::paper::{paper, paper_names, usual_paper};

/// How many sheets of a book are folded together, if nobody says.
pub const SIGNATURE: usize = 4;

/// How pages are put on sheets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Imposition {
    /// Sheets that are folded once, put into each other, and stapled in the fold.
    Booklet {
        /// How many sheets are put into each other; all, if nobody says. More than one
        /// signature are sewn.
        signature: Option<usize>,
        /// How much further out each sheet stands than the one round it, in points:
        /// what a folded sheet is thick.
        creep: f64,
    },
    /// Several pages side by side, as slides are handed out.
    NUp {
        /// How many.
        pages: usize,
        /// Whether there are lines to write on beside each.
        notes: bool,
    },
    /// Signatures of folded sheets that are put on each other, and glued at the back.
    PerfectBound {
        /// How many sheets are put into each other.
        signature: usize,
        /// How much further out each sheet stands than the one round it, in points.
        creep: f64,
        /// How much is milled off at the back, in points: pages stand so far from the
        /// fold.
        milling: f64,
    },
    /// One page, as often as it finds room: cards, labels.
    StepAndRepeat {
        /// How far copies stand apart, in points.
        gap: f64,
    },
    /// Cards, each of two pages, its front and its back, which meet on a sheet.
    Cards {
        /// How far they stand apart, in points.
        gap: f64,
    },
    /// One page on each sheet, with marks round it: a poster.
    Single,
    /// The cover of a book, on one page: its back, its spine and its front.
    Cover {
        /// How wide the spine is, in points.
        spine: f64,
    },
}

impl Imposition {
    /// Impositions of finished pages as they are most often wanted, by the names that
    /// manifests use.
    pub const NAMES: [(&str, Self); 7] = [
        ("booklet", Self::Booklet { signature: None, creep: 0.0 }),
        ("two-up", Self::NUp { pages: 2, notes: false }),
        ("four-up", Self::NUp { pages: 4, notes: false }),
        ("six-up", Self::NUp { pages: 6, notes: false }),
        ("perfect-bound", Self::PerfectBound { signature: SIGNATURE, creep: 0.0, milling: 0.0 }),
        ("repeat", Self::StepAndRepeat { gap: 0.0 }),
        ("single", Self::Single),
    ];

    /// The same, and the cover, which is one of a book.
    pub const OF_BOOKS: [(&str, Self); 8] = {
        let [a, b, c, d, e, f, g] = Self::NAMES;
        [a, b, c, d, e, f, g, ("cover", Self::Cover { spine: 0.0 })]
    };

    /// Returns the name that files are called by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Booklet { .. } => "booklet",
            Self::NUp { pages: 2, .. } => "two-up",
            Self::NUp { pages: 4, .. } => "four-up",
            Self::NUp { .. } => "six-up",
            Self::PerfectBound { .. } => "perfect-bound",
            Self::StepAndRepeat { .. } => "repeat",
            Self::Cards { .. } => "cards",
            Self::Single => "single",
            Self::Cover { .. } => "cover",
        }
    }

    /// Tells whether its sheets are folded.
    pub fn is_folded(self) -> bool {
        matches!(self, Self::Booklet { .. } | Self::PerfectBound { .. })
    }
}

/// How a printer turns sheets over to print on their backs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Duplex {
    /// Not at all: backs stay empty.
    Off,
    /// As the pages of an upright book are turned.
    LongEdge,
    /// As the pages of a calendar on the wall are.
    ShortEdge,
}

impl Duplex {
    /// The ways of turning, by the names that manifests use.
    pub const NAMES: [(&str, Self); 3] =
        [("long-edge", Self::LongEdge), ("short-edge", Self::ShortEdge), ("off", Self::Off)];

    /// Returns the name that manifests use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::LongEdge => "long-edge",
            Self::ShortEdge => "short-edge",
        }
    }
}

/// On which side a book is bound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Binding {
    /// For what is read from left to right.
    #[default]
    Left,
    /// For what is read from right to left.
    Right,
}

impl Binding {
    /// The sides, by the names that manifests use.
    pub const NAMES: [(&str, Self); 2] = [("left", Self::Left), ("right", Self::Right)];
}

/// How large pages are put on sheets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scaling {
    /// As large as they are; smaller if they do not find room.
    Shrink,
    /// As large as there is room.
    Fit,
    /// So many times as large as they are.
    By(f64),
}

/// Which marks are drawn outside of pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// Where to cut.
    pub crop: bool,
    /// Where to fold.
    pub fold: bool,
    /// Where inks must meet.
    pub registration: bool,
}

impl Marks {
    /// Marks, by the names that manifests use.
    pub const NAMES: [(&str, Self); 5] = [
        ("crop", Self { crop: true, fold: false, registration: false }),
        ("fold", Self { crop: false, fold: true, registration: false }),
        ("registration", Self { crop: false, fold: false, registration: true }),
        ("all", Self { crop: true, fold: true, registration: true }),
        ("none", Self { crop: false, fold: false, registration: false }),
    ];

    /// Returns those and others.
    pub fn and(self, other: Self) -> Self {
        Self {
            crop: self.crop || other.crop,
            fold: self.fold || other.fold,
            registration: self.registration || other.registration,
        }
    }

    /// Returns those that print shops want.
    pub fn all() -> Self {
        Self { crop: true, fold: true, registration: true }
    }

    fn any(self) -> bool {
        self.crop || self.fold || self.registration
    }
}

/// How to impose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// In what way.
    pub imposition: Imposition,
    /// On what paper; it is turned so that pages are largest.
    pub paper: Size,
    /// How it is turned over.
    pub duplex: Duplex,
    /// How much of the edges of paper the printer does not reach, in points.
    pub margin: f64,
    /// How large pages become.
    pub scaling: Scaling,
    /// Where pages are bound, and which way they are read.
    pub binding: Binding,
    /// What is drawn round them.
    pub marks: Marks,
}

/// A finished page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leaf {
    /// How large it is, trimmed.
    pub size: Size,
    /// How far its ink goes on beyond, to be cut off, in points.
    pub bleed: f64,
}

/// A sheet of paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// How large it is, as it is looked at.
    pub size: Size,
    /// Which of the signatures it is of, from 0.
    pub signature: usize,
    /// What is printed on it.
    pub front: Side,
    /// What is printed on its back, if anything is.
    pub back: Option<Side>,
}

/// A side of a sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Side {
    /// The places of pages, from left to right, the upper first.
    pub slots: Vec<Slot>,
    /// What is drawn besides.
    pub marks: Vec<Mark>,
}

/// A place for a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slot {
    /// Which page, from 0; none if the place stays empty.
    pub page: Option<usize>,
    /// From the page, whose lower left trimmed corner is the origin, to the sheet.
    pub matrix: Matrix,
    /// Where it is cut.
    pub trim: Rect,
    /// What of it is printed: the trimmed page and its bleed, as far as there is room.
    pub clip: Rect,
}

/// Why pages cannot be imposed.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// There is no page.
    NoPages,
    /// What is folded has two sides.
    OneSided,
    /// The largest page finds no room.
    NoRoom {
        /// How large it would be on the sheet.
        page: Size,
        /// How much room there is.
        room: Size,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPages => write!(f, "there are no pages"),
            Self::OneSided => write!(f, "sheets that are folded are printed on both sides"),
            Self::NoRoom { page, room } => write!(
                f,
                "pages of {} find no room: there are {} for each",
                page.shown(),
                room.shown()
            ),
        }
    }
}

/// Puts pages on sheets.
///
/// # Errors
/// If they find no room.
pub fn impose(settings: &Settings, leaves: &[Leaf]) -> Result<Vec<Sheet>, Problem> {
    if leaves.is_empty() {
        return Err(Problem::NoPages);
    }
    match settings.imposition {
        Imposition::Booklet { signature, creep } => fold::fold(
            settings,
            leaves,
            &fold::Folding { signature, creep, milling: 0.0, is_gathered: false },
        ),
        Imposition::PerfectBound { signature, creep, milling } => fold::fold(
            settings,
            leaves,
            &fold::Folding { signature: Some(signature), creep, milling, is_gathered: true },
        ),
        Imposition::NUp { pages, notes } => grid::n_up(settings, leaves, pages, notes),
        Imposition::StepAndRepeat { gap } => grid::repeat(settings, leaves, gap),
        Imposition::Cards { gap } => grid::cards(settings, leaves, gap),
        Imposition::Single => grid::single(settings, leaves),
        Imposition::Cover { spine } => cover::cover(settings, leaves, spine),
    }
}

/// Returns the smallest size that each page fits in.
fn largest(leaves: &[Leaf]) -> Size {
    let most = |of: fn(&Leaf) -> f64| leaves.iter().map(of).fold(0.0, f64::max);
    Size { width: most(|leaf| leaf.size.width), height: most(|leaf| leaf.size.height) }
}

/// Returns how much pages are enlarged to be put where there is room.
///
/// # Errors
/// If they find none.
fn scale(scaling: Scaling, page: Size, room: Size) -> Result<f64, Problem> {
    let most = page.fit(room);
    // What misses by less than is cut by a knife fits: 148.5 mm of A4 folded is A5.
    let fits = |factor: f64| factor <= most * 1.0001 + 1e-9;
    let factor = match scaling {
        Scaling::Fit => most,
        Scaling::Shrink if fits(1.0) => 1.0,
        Scaling::Shrink => most,
        Scaling::By(factor) => factor,
    };
    if factor <= 0.0 || !fits(factor) {
        let shown = if factor > 0.0 { factor } else { 1.0 };
        let page = Size { width: page.width * shown, height: page.height * shown };
        return Err(Problem::NoRoom { page, room });
    }
    Ok(factor)
}

/// Tells whether the back of a sheet is printed upside down, so that it is upright for
/// who turns the sheet like the page of a book.
fn is_back_turned(duplex: Duplex, sheet: Size) -> bool {
    match duplex {
        Duplex::Off => false,
        Duplex::LongEdge => sheet.is_landscape(),
        Duplex::ShortEdge => !sheet.is_landscape(),
    }
}

impl Side {
    /// Returns the side as it is after a half turn.
    fn half_turned(self, sheet: Size) -> Self {
        let turn = Matrix::half_turn(sheet);
        let slots = self.slots.into_iter().map(|slot| Slot {
            page: slot.page,
            matrix: slot.matrix.then(turn),
            trim: slot.trim.half_turned(sheet),
            clip: slot.clip.half_turned(sheet),
        });
        let marks = self.marks.into_iter().map(|mark| mark.half_turned(sheet));
        let mut side = Self { slots: slots.collect(), marks: marks.collect() };
        side.slots.reverse();
        side
    }
}
