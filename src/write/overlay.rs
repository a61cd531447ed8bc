//! Marks to outlines: the one drawing routine.
//!
//! A mark becomes closed outlines in the picture's own pixels. Pages draw them
//! as vectors, books and cards as pixels; both get the same outlines, so they
//! cannot differ.
//!
//! Each outline is drawn twice: first stroked thickly in the halo's color, then
//! filled in the mark's own. The halo keeps an arrow apart from any ground.

use crate::model::{Area, Color, Mark, Media, Panel, Point, Shape};

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

/// What is drawn for a mark.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// The mark's color.
    pub color: Color,
    /// What is filled. A ring is two outlines, filled by the even-odd rule.
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

/// The shaft's width of an arrow, as a share of the picture's shorter side.
const SHAFT: f64 = 0.0085;
/// The halo, as a share of the shaft's width.
const HALO: f64 = 0.42;
/// The head's length and its half width, in shafts.
const HEAD: (f64, f64) = (4.6, 2.1);
/// How far the back of the head is drawn in, in shafts.
const BARB: f64 = 0.9;
/// The control points' distance for a quarter of a circle.
const KAPPA: f64 = 0.552_284_749_8;

/// Draws the marks of a panel on its picture, which is to have `width` by
/// `height` pixels.
pub fn draw(panel: &Panel, media: &Media, width: u32, height: u32) -> Overlay {
    let source = (media.source_width, media.source_height);
    let (width, height) = (f64::from(width), f64::from(height));
    let shaft = width.min(height) * SHAFT;
    let drawings =
        panel.marks.iter().map(|mark| draw_mark(mark, source, (width, height), shaft)).collect();
    Overlay { drawings, halo: shaft * HALO }
}

fn draw_mark(mark: &Mark, source: (u32, u32), size: (f64, f64), shaft: f64) -> Drawing {
    let place =
        |point: &Point| (point.x.share(source.0) * size.0, point.y.share(source.1) * size.1);
    let mut outlines = Vec::new();
    for shape in &mark.shapes {
        match shape {
            Shape::Arrow { tip, tail } => outlines.extend(arrow(place(tip), place(tail), shaft)),
            Shape::Area(area) => outlines.extend(ring(area, &place, shaft)),
        }
    }
    Drawing { color: mark.color, outlines }
}

/// Shaft and head in one outline, so that no seam shows between them. An arrow
/// shorter than its head is all head.
fn arrow(tip: Place, tail: Place, shaft: f64) -> Option<Outline> {
    let (dx, dy) = (tip.0 - tail.0, tip.1 - tail.1);
    let length = dx.hypot(dy);
    if length <= f64::EPSILON {
        return None;
    }
    let (ux, uy) = (dx / length, dy / length);
    // `along` runs back from the tip, `across` to the right of the arrow.
    let at = |along: f64, across: f64| {
        (tip.0 - ux * along - uy * across, tip.1 - uy * along + ux * across)
    };
    let scale = (length / (HEAD.0 * shaft)).min(1.0);
    let (head, half_head) = (HEAD.0 * shaft * scale, HEAD.1 * shaft * scale);
    let neck = head - BARB * shaft * scale;
    let half = shaft / 2.0 * scale;
    let mut places = vec![at(head, half_head)];
    if length > head {
        places.extend([at(neck, half), at(length, half), at(length, -half), at(neck, -half)]);
    } else {
        places.push(at(neck, 0.0));
    }
    places.push(at(head, -half_head));
    Some(Outline { start: tip, segments: places.into_iter().map(Segment::Line).collect() })
}

/// A line round an area: its outer and its inner edge.
fn ring(area: &Area, place: &impl Fn(&Point) -> Place, shaft: f64) -> Vec<Outline> {
    let half = shaft * 0.42;
    match area {
        Area::Rectangle { min, max } => {
            let (min, max) = (place(min), place(max));
            let corners = [min, (max.0, min.1), max, (min.0, max.1)];
            band(&corners, half)
        }
        Area::Polygon { points } => {
            let corners: Vec<Place> = points.iter().map(place).collect();
            band(&corners, half)
        }
        Area::Ellipse { center, radii } => {
            let (center, radii) = (place(center), place(radii));
            [half, -half]
                .into_iter()
                .map(|grow| ellipse(center, ((radii.0 + grow).max(0.0), (radii.1 + grow).max(0.0))))
                .collect()
        }
    }
}

/// The band along a closed line of corners: each corner moved out and in along
/// the bisector of its edges, at most three half widths at sharp corners.
fn band(corners: &[Place], half: f64) -> Vec<Outline> {
    let count = corners.len();
    let offset = |grow: f64| {
        let moved: Vec<Place> = (0..count)
            .map(|index| {
                let before = corners[(index + count - 1) % count];
                let here = corners[index];
                let after = corners[(index + 1) % count];
                let normal = |a: Place, b: Place| {
                    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
                    let length = dx.hypot(dy).max(f64::EPSILON);
                    (dy / length, -dx / length)
                };
                let (first, second) = (normal(before, here), normal(here, after));
                let (sx, sy) = (first.0 + second.0, first.1 + second.1);
                let dot = (sx * first.0 + sy * first.1).max(1.0 / 3.0);
                (here.0 + sx / dot * grow, here.1 + sy / dot * grow)
            })
            .collect();
        let start = moved.first().copied().unwrap_or_default();
        Outline { start, segments: moved.into_iter().skip(1).map(Segment::Line).collect() }
    };
    vec![offset(half), offset(-half)]
}

fn ellipse((x, y): Place, (rx, ry): Place) -> Outline {
    let (kx, ky) = (rx * KAPPA, ry * KAPPA);
    Outline {
        start: (x + rx, y),
        segments: vec![
            Segment::Cubic((x + rx, y + ky), (x + kx, y + ry), (x, y + ry)),
            Segment::Cubic((x - kx, y + ry), (x - rx, y + ky), (x - rx, y)),
            Segment::Cubic((x - rx, y - ky), (x - kx, y - ry), (x, y - ry)),
            Segment::Cubic((x + kx, y - ry), (x + rx, y - ky), (x + rx, y)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_starts_at_its_tip_and_ends_at_its_tail() {
        let outline = arrow((100.0, 50.0), (20.0, 50.0), 4.0).expect("an arrow");
        assert_eq!(outline.start, (100.0, 50.0));
        let leftmost = outline
            .segments
            .iter()
            .map(|segment| match segment {
                Segment::Line(place) | Segment::Cubic(_, _, place) => place.0,
            })
            .fold(f64::INFINITY, f64::min);
        assert!((leftmost - 20.0).abs() < 1e-9, "{leftmost}");
        assert_eq!(arrow((1.0, 1.0), (1.0, 1.0), 4.0), None);
    }

    #[test]
    fn a_short_arrow_is_all_head() {
        let outline = arrow((10.0, 0.0), (7.0, 0.0), 4.0).expect("an arrow");
        assert_eq!(outline.segments.len(), 3);
    }
}
