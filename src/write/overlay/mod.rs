//! Marks to outlines: the one drawing routine.
//!
//! Does: turns the marks of a panel into closed outlines in the picture's own
//! pixels, and says which regions they cover. Pages draw the outlines as
//! vectors, books and cards as pixels, captions as small symbols; all get the
//! same ones, so they cannot differ. Knows: the model, fonts. Must not know: who
//! draws.
//!
//! Each outline is drawn twice: first stroked in the halo's color, then filled
//! in the mark's own, by the nonzero rule. The halo keeps an arrow apart from
//! any ground, and the two edges of an outlined arrow from one another.
//!
//! Weights are those of print: see [`Brush`].

mod arrow;
mod glyph;
mod label;
mod region;
mod stroke;
mod surround;
mod symbol;

pub use region::regions;
pub use surround::surroundings;
pub use symbol::{Symbol, svg, svg_path, symbol};

use std::sync::Arc;

use crate::model::{
    Area, Color, Figure, Mark, Media, MediaFormat, Panel, Point, Shape, Style, Topic, Visitor,
    walk_topic,
};

/// A place in pixels of the picture, from its top left corner.
pub type Place = (f64, f64);

/// One step of an outline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Segment {
    /// A straight line to a place.
    Line(Place),
    /// A cubic Bézier curve over two control points to a place.
    Cubic(Place, Place, Place),
}

/// A closed outline that is filled in the mark's color.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// Where it starts.
    pub start: Place,
    /// How it goes on, and back to the start.
    pub segments: Vec<Segment>,
}

impl Outline {
    /// Returns the outline through places; `None` if there are none.
    fn polygon(places: impl IntoIterator<Item = Place>) -> Option<Self> {
        let mut places = places.into_iter();
        let start = places.next()?;
        Some(Self { start, segments: places.map(Segment::Line).collect() })
    }
}

/// What is drawn for a mark.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// The mark's color.
    pub color: Color,
    /// What is filled, by the nonzero rule: a ring is two outlines that go
    /// opposite ways.
    pub outlines: Vec<Outline>,
}

/// The drawings of a figure, and the width of their halos in pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlay {
    /// The drawings, in the order of the marks.
    pub drawings: Vec<Drawing>,
    /// How far the halo reaches out of an outline, in pixels.
    pub halo: f64,
}

/// A picture that marks are drawn on.
#[derive(Debug, Clone, Copy)]
struct Canvas {
    /// Its extent in the pixels that are drawn.
    size: (f64, f64),
    /// Its extent in the author's pixels, which coordinates count.
    source: (u32, u32),
    brush: Brush,
}

impl Canvas {
    fn new(panel: &Panel, media: &Media, (width, height): (u32, u32), room: f64) -> Self {
        let size = (f64::from(width), f64::from(height));
        let brush = Brush::new(size, printed_width(media, room));
        Self { size, source: source_of(panel, media), brush }
    }

    /// What lies outside is an error, and drawn at the edge: nothing depends on
    /// how far away an author's mistake is.
    fn place(&self, point: &Point) -> Place {
        let x = point.x.share(self.source.0).min(1.0) * self.size.0;
        (x, point.y.share(self.source.1).min(1.0) * self.size.1)
    }
}

fn source_of(_panel: &Panel, media: &Media) -> (u32, u32) {
    (media.source_width, media.source_height)
}

/// How heavy lines are, in the pixels that are drawn.
///
/// All weights come from one, that of an arrow's shaft, which is half a
/// millimeter at the size at which the picture is likely printed: heavy enough
/// for a copier, light enough to hide nothing.
#[derive(Debug, Clone, Copy)]
struct Brush {
    /// The shaft of an arrow.
    shaft: f64,
    /// The line round an area.
    line: f64,
    /// How far the halo reaches.
    halo: f64,
    /// The height of a letter.
    capital: f64,
}

/// The weight of a shaft, in millimeters of print.
const SHAFT: f64 = 0.55;
/// The height of a letter, in millimeters of print.
const CAPITAL: f64 = 3.1;
/// Shafts and letters are this much of the picture's shorter side at the most, so
/// that they do not fill a tiny picture.
const LARGEST: (f64, f64) = (0.016, 0.14);

impl Brush {
    /// Returns the brush for a picture of so many pixels that is printed so wide,
    /// in millimeters.
    fn new((width, height): (f64, f64), printed: f64) -> Self {
        let (millimeter, shorter) = (width / printed, width.min(height));
        let capital = (CAPITAL * millimeter).min(shorter * LARGEST.1);
        Self { capital, ..Self::of_shaft((SHAFT * millimeter).min(shorter * LARGEST.0)) }
    }

    fn of_shaft(shaft: f64) -> Self {
        Self { shaft, line: shaft * 0.86, halo: shaft * 0.38, capital: shaft / SHAFT * CAPITAL }
    }
}

/// The width of the text of a handout, in millimeters.
const TEXT: f64 = 118.0;
/// The height that pages give a picture, in millimeters.
const HEIGHT: f64 = 80.0;

/// Returns how wide a picture of a figure may become in print, in millimeters.
/// Layouts may choose otherwise: marks are then a little larger or smaller.
pub fn room(figure: &Figure) -> f64 {
    let width = TEXT * figure.width.map_or(1.0, |width| width.get());
    let columns = figure.columns.unwrap_or_else(|| figure.panels.len().clamp(1, 3));
    width / columns.max(1) as f64
}

/// Returns the panels of all figures of topics that are `wanted`, each with the room
/// that its figure has.
pub fn panels(topics: &[Arc<Topic>], wanted: fn(&Panel) -> bool) -> Vec<(Panel, f64)> {
    let mut collector = Collector { wanted, panels: Vec::new() };
    for topic in topics {
        walk_topic(topic, &mut collector);
    }
    collector.panels
}

struct Collector {
    wanted: fn(&Panel) -> bool,
    panels: Vec<(Panel, f64)>,
}

impl Visitor for Collector {
    fn figure(&mut self, figure: &Figure) {
        let room = room(figure);
        let wanted = figure.panels.iter().filter(|panel| (self.wanted)(panel));
        self.panels.extend(wanted.map(|panel| (panel.clone(), room)));
    }
}

/// Returns how wide a picture is likely printed, in millimeters: as wide as there
/// is room, not too high, and not under 200 dots per inch.
fn printed_width(media: &Media, room: f64) -> f64 {
    let (width, height) = (f64::from(media.width.max(1)), f64::from(media.height.max(1)));
    let widest = room.min(HEIGHT * width / height);
    if media.format == MediaFormat::Svg { widest } else { widest.min(width / 200.0 * 25.4) }
}

/// Draws the marks of a panel on its picture, which is to have `width` by
/// `height` pixels; `room` is that of its figure.
pub fn draw(panel: &Panel, media: &Media, width: u32, height: u32, room: f64) -> Overlay {
    let canvas = Canvas::new(panel, media, (width, height), room);
    let drawings = panel.marks.iter().map(|mark| draw_mark(mark, panel, media, &canvas)).collect();
    Overlay { drawings, halo: canvas.brush.halo }
}

fn draw_mark(mark: &Mark, panel: &Panel, media: &Media, canvas: &Canvas) -> Drawing {
    let mut outlines = Vec::new();
    for shape in &mark.shapes {
        outlines.extend(draw_shape(shape, mark.style, canvas));
        match shape {
            Shape::Letter(point) => {
                let letter = mark.letter.as_ref().map_or("", |letter| letter.as_str());
                outlines.extend(label::centered(letter, canvas.place(point), canvas));
            }
            Shape::ScaleBar { length, label, at } => {
                let left = at.as_ref().map(|at| canvas.place(at));
                let pixel = panel.image.pixel_size.or(media.pixel_size);
                if let Some(pixel) = pixel {
                    // Both are far below the precision of a float.
                    let pixels = length.nanometers as f64 / f64::from(pixel.x);
                    let long = pixels / f64::from(canvas.source.0.max(1)) * canvas.size.0;
                    outlines.extend(label::scale_bar(long, label, left, canvas));
                }
            }
            Shape::Arrow { .. } | Shape::Arrowhead { .. } | Shape::Line { .. } | Shape::Area(_) => {
                if let Some(letter) = &mark.letter {
                    outlines.extend(label::beside(shape, letter.as_str(), canvas));
                }
            }
        }
    }
    Drawing { color: mark.color, outlines }
}

/// Draws what has lines; letters and scale bars have none.
fn draw_shape(shape: &Shape, style: Style, canvas: &Canvas) -> Vec<Outline> {
    let brush = &canvas.brush;
    match shape {
        Shape::Arrow { tip, tail } => {
            arrow::arrow(canvas.place(tip), canvas.place(tail), style, brush)
        }
        Shape::Arrowhead { tip, tail } => {
            arrow::arrowhead(canvas.place(tip), canvas.place(tail), style, brush)
        }
        Shape::Line { points } => {
            let places: Vec<Place> = points.iter().map(|point| canvas.place(point)).collect();
            stroke::line(&places, style, brush)
        }
        Shape::Area(Area::Rectangle { min, max }) => {
            let (min, max) = (canvas.place(min), canvas.place(max));
            let corners = [min, (max.0, min.1), max, (min.0, max.1)];
            stroke::border(&corners, style, brush)
        }
        Shape::Area(Area::Polygon { points }) => {
            let corners: Vec<Place> = points.iter().map(|point| canvas.place(point)).collect();
            stroke::border(&corners, style, brush)
        }
        Shape::Area(Area::Ellipse { center, radii }) => {
            stroke::ellipse(canvas.place(center), canvas.place(radii), style, brush)
        }
        Shape::Letter(_) | Shape::ScaleBar { .. } => Vec::new(),
    }
}
