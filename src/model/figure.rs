//! Figures: a clean picture, and marks on it as data.

use super::{Controls, Inline, Label, MarkId, NodeId};
use crate::source::{ProjectPath, Span, Spanned};

/// A picture with its caption, and what is pointed at in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Figure {
    /// The key to its number in an edition.
    pub id: NodeId,
    /// What references name it by.
    pub label: Option<Spanned<Label>>,
    /// The clean picture.
    pub image: Image,
    /// The caption.
    pub caption: Caption,
    /// What is pointed at, in the author's order.
    pub marks: Vec<Mark>,
    /// Who made the picture, as it is to be printed.
    pub credit: Option<Vec<Inline>>,
    /// The picture's license, as an SPDX identifier.
    pub license: Option<String>,
    /// The width, as a share of the text's; `None` leaves it to the layout.
    pub width: Option<Ratio>,
    /// The author's controls.
    pub controls: Controls,
    /// Its place.
    pub span: Span,
}

impl Figure {
    /// Returns the mark of that name.
    pub fn mark(&self, id: &MarkId) -> Option<&Mark> {
        self.marks.iter().find(|mark| mark.id.value == *id)
    }
}

/// A picture and the text for those who cannot see it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Image {
    /// Where the picture is.
    pub path: Spanned<ProjectPath>,
    /// What is seen in it; never derived from the caption, which says what to
    /// make of it.
    pub alt: String,
}

/// What is said of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Caption {
    /// The text under the figure.
    pub long: Vec<Inline>,
    /// What lists of figures show; `None` for the first sentence.
    pub short: Option<Vec<Inline>>,
}

/// Something that is pointed at: what a caption names and a card asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mark {
    /// The name that the caption uses.
    pub id: Spanned<MarkId>,
    /// What it is, as the answer on a card: "paraspinal masses".
    pub means: Vec<Inline>,
    /// The color it is drawn in.
    pub color: Color,
    /// What is drawn; may be empty where there is a region only.
    pub shapes: Vec<Shape>,
    /// The area that image occlusion covers; never drawn.
    pub region: Option<Area>,
}

/// The colors of marks: few, so that they have names in every language and stay
/// apart for color-blind readers. Okabe and Ito's palette, made brighter for
/// dark pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Color {
    /// White.
    White,
    /// Black.
    Black,
    /// Red.
    Red,
    /// Yellow.
    Yellow,
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// Orange.
    Orange,
}

impl Color {
    /// All colors, in the order of their names in messages.
    pub const ALL: [Self; 7] =
        [Self::White, Self::Black, Self::Red, Self::Yellow, Self::Green, Self::Blue, Self::Orange];

    /// Returns the name that sources use.
    pub fn name(self) -> &'static str {
        match self {
            Self::White => "white",
            Self::Black => "black",
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Orange => "orange",
        }
    }

    /// Returns red, green and blue in sRGB.
    pub fn rgb(self) -> [u8; 3] {
        match self {
            Self::White => [255, 255, 255],
            Self::Black => [0, 0, 0],
            Self::Red => [226, 44, 44],
            Self::Yellow => [255, 214, 10],
            Self::Green => [24, 178, 106],
            Self::Blue => [56, 160, 255],
            Self::Orange => [250, 140, 22],
        }
    }

    /// Returns the color of the halo that parts it from any ground: black
    /// round light colors, white round dark ones.
    pub fn halo(self) -> [u8; 3] {
        match self {
            Self::White | Self::Yellow | Self::Orange => [0, 0, 0],
            Self::Black | Self::Red | Self::Green | Self::Blue => [255, 255, 255],
        }
    }
}

/// What is drawn for a mark.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Shape {
    /// An arrow from its tail to its tip.
    Arrow {
        /// The end that points.
        tip: Point,
        /// The other end.
        tail: Point,
    },
    /// The outline of an area.
    Area(Area),
}

/// An area of a picture.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Area {
    /// A rectangle.
    Rectangle {
        /// The corner nearest the origin.
        min: Point,
        /// The opposite corner.
        max: Point,
    },
    /// An ellipse.
    Ellipse {
        /// Its center.
        center: Point,
        /// Half its width and half its height.
        radii: Point,
    },
    /// A closed polygon of three points or more.
    Polygon {
        /// Its corners.
        points: Vec<Point>,
    },
}

/// A place in a picture, as fractions of its width and height; the origin is
/// the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Point {
    /// From the left.
    pub x: Ratio,
    /// From the top.
    pub y: Ratio,
}

/// A share of a whole, 0 to 1, kept in millionths so that it can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ratio(u32);

impl Ratio {
    /// Returns the ratio; `None` outside of 0 to 1.
    pub fn new(value: f64) -> Option<Self> {
        // The cast is exact: the value is at most a million.
        (0.0..=1.0).contains(&value).then(|| Self((value * 1e6).round() as u32))
    }

    /// Returns the share, 0 to 1.
    pub fn get(self) -> f64 {
        f64::from(self.0) / 1e6
    }
}
