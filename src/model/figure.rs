//! Figures: clean pictures, and marks on them as data.

use super::{Controls, Inline, Label, Mark, MarkId, NodeId};
use crate::source::{ProjectPath, Span, Spanned};

/// Pictures with a caption, and what is pointed at in them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Figure {
    /// The key to its number in an edition.
    pub id: NodeId,
    /// What references name it by.
    pub label: Option<Spanned<Label>>,
    /// Its pictures: one, or the panels (a), (b), … of a montage. Never none.
    pub panels: Vec<Panel>,
    /// How many panels stand side by side; `None` leaves it to the writer.
    pub columns: Option<usize>,
    /// The caption.
    pub caption: Caption,
    /// Who made the pictures, as it is to be printed; panels may say otherwise.
    pub credit: Option<Vec<Inline>>,
    /// The pictures' license, as an SPDX identifier; panels may say otherwise.
    pub license: Option<String>,
    /// The width, as a share of the text's; `None` leaves it to the layout.
    pub width: Option<Ratio>,
    /// The author's controls.
    pub controls: Controls,
    /// Its place.
    pub span: Span,
}

impl Figure {
    /// Returns the first panel: of most figures, the only one.
    ///
    /// # Panics
    /// If there is none; readers make no such figure.
    pub fn lead(&self) -> &Panel {
        self.panels.first().expect("a figure has a panel")
    }

    /// Tells whether there are several panels, and so letters on them.
    pub fn is_montage(&self) -> bool {
        self.panels.len() > 1
    }

    /// Returns the panels with their letters, `a` first; the picture of a
    /// figure that is no montage has none.
    pub fn lettered(&self) -> impl Iterator<Item = (Option<char>, &Panel)> {
        let letters = self.is_montage();
        self.panels
            .iter()
            .zip('a'..='z')
            .map(move |(panel, letter)| (letters.then_some(letter), panel))
    }

    /// Returns the label that the figure's own gives to the panel of a letter:
    /// `fig-x-b` where the figure is `fig-x`.
    pub fn implied_label(&self, letter: char) -> Option<Label> {
        let label = &self.label.as_ref()?.value;
        Label::new(&format!("{label}-{letter}")).ok()
    }

    /// Returns what a panel is called by links: its own label, or the one that
    /// the figure's gives it; that of the figure, if it is the only one.
    pub fn label_of(&self, letter: Option<char>, panel: &Panel) -> Option<Label> {
        match (&panel.label, letter) {
            (Some(own), _) => Some(own.value.clone()),
            (None, Some(letter)) => self.implied_label(letter),
            (None, None) => self.label.as_ref().map(|label| label.value.clone()),
        }
    }

    /// Returns what flashcards of a panel are known by: its own label, else the
    /// figure's, else the name of the picture's file. So a figure that becomes a
    /// panel and keeps its label keeps its flashcards.
    pub fn card_name<'a>(&'a self, panel: &'a Panel) -> &'a str {
        let label = panel.label.as_ref().or(self.label.as_ref());
        label.map_or_else(|| panel.image.excerpt.path.stem(), |label| label.value.as_str())
    }

    /// Returns the panel that has a mark, with its letter.
    pub fn panel_of(&self, id: &MarkId) -> Option<(Option<char>, &Panel)> {
        self.lettered().find(|(_, panel)| panel.marks.iter().any(|mark| mark.id.value == *id))
    }

    /// Returns the marks of all panels, in the author's order.
    pub fn marks(&self) -> impl Iterator<Item = &Mark> {
        self.panels.iter().flat_map(|panel| &panel.marks)
    }

    /// Returns the mark of that name.
    pub fn mark(&self, id: &MarkId) -> Option<&Mark> {
        self.marks().find(|mark| mark.id.value == *id)
    }
}

/// A picture of a figure, and what is pointed at in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Panel {
    /// Its key in an edition; that of the figure, if it is the only one.
    pub id: NodeId,
    /// What references name it by, beside the figure's own label and its letter.
    pub label: Option<Spanned<Label>>,
    /// The clean picture.
    pub image: Image,
    /// What is pointed at, in the author's order.
    pub marks: Vec<Mark>,
    /// Who made it, if not who made the figure.
    pub credit: Option<Vec<Inline>>,
    /// Its license, if not the figure's.
    pub license: Option<String>,
}

impl Panel {
    /// Returns the one panel of a figure, which says everything else itself.
    pub fn only(figure: NodeId, image: Image, marks: Vec<Mark>) -> Self {
        Self { id: figure, label: None, image, marks, credit: None, license: None }
    }
}

/// A picture and the text for those who cannot see it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Image {
    /// Which picture.
    pub excerpt: Excerpt,
    /// Where the author names its file.
    pub span: Span,
    /// What is seen in it; never derived from the caption, which says what to
    /// make of it.
    pub alt: String,
    /// The same at length, for those who need more than `alt`: paragraphs of plain
    /// text; empty where there is none.
    pub description: Vec<String>,
    /// How large a pixel is in the world, as the author has it; over what the
    /// file says.
    pub pixel_size: Option<PixelSize>,
}

/// What is taken of a file of pixels.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Excerpt {
    /// The file.
    pub path: ProjectPath,
    /// The page of a document or the frame of a series, counted from 1; `None`
    /// for the first.
    pub page: Option<u32>,
    /// The gray values of a radiological picture to show; `None` for the file's
    /// own.
    pub window: Option<Window>,
    /// The part to keep; the rest never reaches an output.
    pub crop: Option<Crop>,
}

impl Excerpt {
    /// Returns the whole of a file.
    pub fn whole(path: ProjectPath) -> Self {
        Self { path, page: None, window: None, crop: None }
    }
}

/// The values of a radiological picture that are spread from black to white,
/// in its own units (Hounsfield units, for computed tomography), in thousandths.
/// DICOM PS3.3, C.11.2.1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// The middle.
    pub center: i64,
    /// From black to white; more than 0.
    pub width: i64,
}

/// A part of a picture, once it is upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Crop {
    /// The corner nearest the origin.
    pub min: Point,
    /// The opposite corner.
    pub max: Point,
}

/// How large a pixel is in the world, in nanometers; more than 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PixelSize {
    /// From left to right.
    pub x: u32,
    /// From top to bottom.
    pub y: u32,
}

/// What is said of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Caption {
    /// The text under the figure.
    pub long: Vec<Inline>,
    /// What lists of figures show; `None` for the first sentence.
    pub short: Option<Vec<Inline>>,
}

/// A place in a picture, once it is upright and cropped; the origin is the top
/// left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// From the left.
    pub x: Coordinate,
    /// From the top.
    pub y: Coordinate,
}

/// How far something is from an edge of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coordinate {
    /// As a share of the picture's extent.
    Share(Ratio),
    /// In pixels of the picture as the author has it, in thousandths.
    Pixels(u32),
}

impl Coordinate {
    /// Returns the share, of a picture that the author has with so many pixels.
    /// More than 1 lies outside.
    pub fn share(self, extent: u32) -> f64 {
        match self {
            Self::Share(ratio) => ratio.get(),
            Self::Pixels(pixels) => f64::from(pixels) / 1e3 / f64::from(extent.max(1)),
        }
    }
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

/// How books for reading systems show marks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FigureOverlay {
    /// As pixels of the picture, which every reading system shows.
    #[default]
    Pixels,
    /// As drawings over the clean picture, sharp at any size, each with its words.
    Svg,
}

impl FigureOverlay {
    /// All ways, the default first.
    pub const ALL: [Self; 2] = [Self::Pixels, Self::Svg];

    /// Returns the name that manifests use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pixels => "pixels",
            Self::Svg => "svg",
        }
    }
}

/// How pages show figures that have marks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FigureStyle {
    /// With their marks.
    #[default]
    Annotated,
    /// Without and with their marks, side by side.
    Pairs,
    /// Without their marks, for the reader to find; with them at the end.
    Find,
}

impl FigureStyle {
    /// All styles, the default first.
    pub const ALL: [Self; 3] = [Self::Annotated, Self::Pairs, Self::Find];

    /// Returns the name that manifests and layouts use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Annotated => "annotated",
            Self::Pairs => "pairs",
            Self::Find => "find",
        }
    }
}
