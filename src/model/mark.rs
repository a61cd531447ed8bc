//! Marks: what is pointed at in a picture, and how it is drawn.

use super::{Inline, MarkId, Point};
use crate::source::Spanned;

/// Something that is pointed at: what a caption names and a card asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mark {
    /// The name that the caption uses.
    pub id: Spanned<MarkId>,
    /// What it is, as the answer on a card: "paraspinal masses".
    pub means: Vec<Inline>,
    /// What captions and cards call it, over the words of the language; `None`
    /// leaves it to them.
    pub called: Option<String>,
    /// The color it is drawn in.
    pub color: Color,
    /// How its lines are drawn.
    pub style: Style,
    /// Whether the author chose the style, and so the wording names it; else it
    /// was chosen to tell the marks of a figure apart.
    pub names_style: bool,
    /// The letter beside each of its shapes.
    pub letter: Option<Letter>,
    /// What is drawn; may be empty where there is a region only.
    pub shapes: Vec<Shape>,
    /// The area that image occlusion covers; never drawn.
    pub region: Option<Area>,
}

impl Mark {
    /// Returns what its shapes are called together; `None` if nothing is drawn.
    /// Letters that stand by themselves count only where there is nothing else.
    pub fn form(&self) -> Option<MarkForm> {
        let of = |shape: &Shape| match shape {
            Shape::Arrow { .. } => MarkForm::Arrow,
            Shape::Arrowhead { .. } => MarkForm::Arrowhead,
            Shape::Line { .. } => MarkForm::Line,
            Shape::Area(Area::Ellipse { .. }) => MarkForm::Ellipse,
            Shape::Area(Area::Rectangle { .. }) => MarkForm::Rectangle,
            Shape::Area(Area::Polygon { .. }) => MarkForm::Outline,
            Shape::Letter(_) => MarkForm::Letter,
            Shape::ScaleBar { .. } => MarkForm::ScaleBar,
        };
        let forms = self.shapes.iter().map(of);
        let is_area =
            |form| matches!(form, MarkForm::Ellipse | MarkForm::Rectangle | MarkForm::Outline);
        let joined = forms.filter(|form| *form != MarkForm::Letter).reduce(|joined, form| {
            match (joined, form) {
                (joined, form) if joined == form => form,
                (joined, form) if is_area(joined) && is_area(form) => MarkForm::Outline,
                _ => MarkForm::Several,
            }
        });
        joined.or((!self.shapes.is_empty()).then_some(MarkForm::Letter))
    }

    /// Returns how many shapes of its form there are.
    pub fn count(&self) -> usize {
        let letters = self.shapes.iter().filter(|shape| matches!(shape, Shape::Letter(_))).count();
        let others = self.shapes.len() - letters;
        if others > 0 { others } else { letters }
    }

    /// Returns its symbol; `None` for letters and scale bars, which need none,
    /// and where nothing is drawn.
    pub fn symbol(&self) -> Option<MarkSymbol> {
        let form = match self.form()? {
            MarkForm::Letter | MarkForm::ScaleBar => return None,
            MarkForm::Several => {
                let first =
                    Self { shapes: self.shapes.iter().take(1).cloned().collect(), ..self.clone() };
                return first.symbol();
            }
            form => form,
        };
        Some(MarkSymbol { form, color: self.color, style: self.style })
    }

    /// Tells whether a reader without colors could take it for another mark.
    /// White and black stay apart in gray; whatever has a letter does.
    pub fn looks_like(&self, other: &Self) -> bool {
        let lettered = self.letter.is_some() || other.letter.is_some();
        let opposite = self.color != other.color
            && [self.color, other.color]
                .iter()
                .all(|color| matches!(color, Color::White | Color::Black));
        !lettered
            && !opposite
            && self.form() == other.form()
            && !matches!(self.form(), None | Some(MarkForm::ScaleBar))
            && self.style == other.style
    }
}

/// What the shapes of a mark are called together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkForm {
    /// Arrows.
    Arrow,
    /// Arrowheads.
    Arrowhead,
    /// Open lines.
    Line,
    /// Ellipses.
    Ellipse,
    /// Rectangles.
    Rectangle,
    /// Polygons, or areas of several kinds.
    Outline,
    /// Letters that stand by themselves.
    Letter,
    /// Scale bars.
    ScaleBar,
    /// Forms of several kinds.
    Several,
}

impl MarkForm {
    /// Returns the name that layouts use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arrow => "arrow",
            Self::Arrowhead => "arrowhead",
            Self::Line => "line",
            Self::Ellipse => "ellipse",
            Self::Rectangle => "rectangle",
            Self::Outline => "outline",
            Self::Letter => "letter",
            Self::ScaleBar => "scale-bar",
            Self::Several => "several",
        }
    }

    /// Returns the styles that tell marks of this form apart: an arrowhead has
    /// no shaft that could be dashed, and letters speak for themselves.
    pub fn styles(self) -> &'static [Style] {
        match self {
            Self::Letter | Self::ScaleBar => &[Style::Solid],
            Self::Arrowhead => &[Style::Solid, Style::Open],
            Self::Arrow
            | Self::Line
            | Self::Ellipse
            | Self::Rectangle
            | Self::Outline
            | Self::Several => &Style::ALL,
        }
    }
}

/// How the lines of a mark are drawn. Those who cannot see colors tell marks
/// apart by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Style {
    /// Filled arrows, plain lines.
    Solid,
    /// Arrows as outlines, with the picture inside; double lines.
    Open,
    /// Arrows with a dashed shaft, dashed lines.
    Dashed,
}

impl Style {
    /// All styles, in the order in which marks get them.
    pub const ALL: [Self; 3] = [Self::Solid, Self::Open, Self::Dashed];

    /// Returns the name that sources and layouts use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Solid => "solid",
            Self::Open => "open",
            Self::Dashed => "dashed",
        }
    }
}

/// One to three letters or digits that stand beside a mark: "A".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Letter(String);

impl Letter {
    /// The most characters.
    pub const MAX: usize = 3;

    /// Returns the letter; `None` if it is empty, longer than three characters,
    /// or holds other than Latin, Greek or Cyrillic letters and digits, which
    /// can be drawn one after the other.
    pub fn new(text: &str) -> Option<Self> {
        let is_drawn = |c: char| {
            let plain = matches!(c, '0'..='9' | 'A'..='Z' | 'a'..='z');
            plain || (c.is_alphabetic() && matches!(c, 'À'..='ž' | 'Α'..='ω' | 'А'..='я'))
        };
        let length = text.chars().count();
        ((1..=Self::MAX).contains(&length) && text.chars().all(is_drawn))
            .then(|| Self(text.to_owned()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells whether it is a number.
    pub fn is_number(&self) -> bool {
        self.0.chars().all(|c| c.is_ascii_digit())
    }
}

/// What stands for a mention of a mark.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MarkMention {
    /// The words: "white arrows".
    pub wording: String,
    /// The drawn symbol before them; `None` if there is none.
    pub symbol: Option<MarkSymbol>,
}

/// A small drawing that looks like a mark, for captions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MarkSymbol {
    /// What is drawn.
    pub form: MarkForm,
    /// In which color.
    pub color: Color,
    /// In which style.
    pub style: Style,
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
    /// The head of an arrow alone.
    Arrowhead {
        /// The end that points.
        tip: Point,
        /// Where it comes from: only the direction matters.
        tail: Point,
    },
    /// A line that is not closed.
    Line {
        /// Where it goes through: two points or more.
        points: Vec<Point>,
    },
    /// The outline of an area.
    Area(Area),
    /// The mark's letter by itself, around a place.
    Letter(Point),
    /// A bar that shows how large things are.
    ScaleBar {
        /// How long it is in the world.
        length: Length,
        /// The length as it is written at the bar, in the topic's language:
        /// "2,5 cm".
        label: String,
        /// Its left end; `None` for the lower right corner of the picture.
        at: Option<Point>,
    },
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

/// A length in the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length {
    /// In nanometers; more than 0.
    pub nanometers: u64,
    /// The unit that the author writes it in.
    pub unit: LengthUnit,
}

/// The units of lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LengthUnit {
    /// Nanometers.
    Nanometer,
    /// Micrometers.
    Micrometer,
    /// Millimeters.
    Millimeter,
    /// Centimeters.
    Centimeter,
    /// Meters.
    Meter,
}

impl LengthUnit {
    /// All units, from small to large.
    pub const ALL: [Self; 5] =
        [Self::Nanometer, Self::Micrometer, Self::Millimeter, Self::Centimeter, Self::Meter];

    /// Returns the symbol, in the International System of Units.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Nanometer => "nm",
            Self::Micrometer => "µm",
            Self::Millimeter => "mm",
            Self::Centimeter => "cm",
            Self::Meter => "m",
        }
    }

    /// Returns how many nanometers it has.
    pub fn nanometers(self) -> u64 {
        match self {
            Self::Nanometer => 1,
            Self::Micrometer => 1_000,
            Self::Millimeter => 1_000_000,
            Self::Centimeter => 10_000_000,
            Self::Meter => 1_000_000_000,
        }
    }
}
