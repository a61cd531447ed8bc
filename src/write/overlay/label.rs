//! Where letters stand, and scale bars.

use super::glyph::{Text, text};
use super::{Brush, Canvas, Outline, Place};
use crate::model::{Area, Shape};

/// The gap between a shape and its letter, in weights of a shaft.
const GAP: f64 = 1.3;
/// How far a letter keeps from the picture's edge, in weights of a shaft.
const MARGIN: f64 = 1.0;

/// Draws a letter round a place, kept inside the picture.
pub(super) fn centered(letter: &str, middle: Place, canvas: &Canvas) -> Vec<Outline> {
    let text = text(letter, canvas.brush.capital);
    let middle = kept(middle, &text, canvas);
    text.centered(middle).collect()
}

/// Draws the letter beside a shape: at an arrow's tail, before the start of a
/// line, above and to the right of an area. Where the picture ends there, it
/// stands on the nearest other side that has room.
pub(super) fn beside(shape: &Shape, letter: &str, canvas: &Canvas) -> Vec<Outline> {
    let text = text(letter, canvas.brush.capital);
    let Brush { shaft, halo, capital, .. } = canvas.brush;
    let gap = (GAP * shaft).max(0.25 * capital) + halo;
    let candidates = match shape {
        Shape::Arrow { tip, tail } => at_tail(canvas.place(tip), canvas.place(tail), &text, gap),
        Shape::Arrowhead { tip, tail } => {
            // The head ends where its length says, not at the author's tail.
            let (tip, tail) = (canvas.place(tip), canvas.place(tail));
            let long = (tail.0 - tip.0).hypot(tail.1 - tip.1).max(f64::EPSILON);
            let share = 5.2 * canvas.brush.shaft / long;
            let back = (tip.0 + (tail.0 - tip.0) * share, tip.1 + (tail.1 - tip.1) * share);
            at_tail(tip, back, &text, gap)
        }
        Shape::Line { points } => {
            let places: Vec<Place> = points.iter().map(|point| canvas.place(point)).collect();
            let [first, second, ..] = places[..] else { return Vec::new() };
            let mut candidates = at_tail(second, first, &text, gap);
            if let [.., before, last] = places[..] {
                candidates.insert(1, at_tail(before, last, &text, gap).swap_remove(0));
            }
            candidates
        }
        Shape::Area(area) => round(area, &text, gap, canvas),
        Shape::Letter(_) | Shape::ScaleBar { .. } => return Vec::new(),
    };
    let fits = |middle: &&Place| kept(**middle, &text, canvas) == **middle;
    let Some(middle) = candidates.iter().find(fits).or(candidates.first()) else {
        return Vec::new();
    };
    text.centered(kept(*middle, &text, canvas)).collect()
}

/// Beyond the tail; else to either side of it.
fn at_tail(tip: Place, tail: Place, text: &Text, gap: f64) -> Vec<Place> {
    let (dx, dy) = (tail.0 - tip.0, tail.1 - tip.1);
    let length = dx.hypot(dy).max(f64::EPSILON);
    let (ux, uy) = (dx / length, dy / length);
    // How far the box reaches in a direction from its middle.
    let reach = |x: f64, y: f64| x.abs() * text.width / 2.0 + y.abs() * text.height / 2.0;
    let beyond = reach(ux, uy) + gap;
    let aside = reach(uy, ux) + gap * 1.6;
    let back = reach(ux, uy);
    vec![
        (tail.0 + ux * beyond, tail.1 + uy * beyond),
        (tail.0 - ux * back + uy * aside, tail.1 - uy * back - ux * aside),
        (tail.0 - ux * back - uy * aside, tail.1 - uy * back + ux * aside),
    ]
}

/// Above right, above left, below right, below left.
fn round(area: &Area, text: &Text, gap: f64, canvas: &Canvas) -> Vec<Place> {
    let corner = |right: f64, down: f64| match area {
        Area::Rectangle { min, max } => {
            let (min, max) = (canvas.place(min), canvas.place(max));
            let x = if right > 0.0 { max.0 } else { min.0 };
            (x, if down > 0.0 { max.1 } else { min.1 })
        }
        Area::Ellipse { center, radii } => {
            let (center, radii) = (canvas.place(center), canvas.place(radii));
            let diagonal = std::f64::consts::FRAC_1_SQRT_2;
            (center.0 + right * radii.0 * diagonal, center.1 + down * radii.1 * diagonal)
        }
        Area::Polygon { points } => points
            .iter()
            .map(|point| canvas.place(point))
            .max_by(|a, b| {
                let along = |place: &Place| place.0 * right + place.1 * down;
                along(a).total_cmp(&along(b))
            })
            .unwrap_or_default(),
    };
    // The corner of the letter's box is the gap away, on the diagonal.
    let away = gap * std::f64::consts::FRAC_1_SQRT_2;
    [(1.0, -1.0), (-1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
        .into_iter()
        .map(|(right, down)| {
            let (x, y) = corner(right, down);
            (x + right * (away + text.width / 2.0), y + down * (away + text.height / 2.0))
        })
        .collect()
}

/// The place nearest to where a text is wanted that keeps it inside the picture.
fn kept(middle: Place, text: &Text, canvas: &Canvas) -> Place {
    let margin = MARGIN * canvas.brush.shaft + canvas.brush.halo;
    let keep = |at: f64, half: f64, size: f64| {
        let least = half + margin;
        // A picture smaller than its letter has it in the middle.
        if size < 2.0 * least { size / 2.0 } else { at.clamp(least, size - least) }
    };
    (
        keep(middle.0, text.width / 2.0, canvas.size.0),
        keep(middle.1, text.height / 2.0, canvas.size.1),
    )
}

/// The thickness of a scale bar, in weights of a shaft.
const BAR: f64 = 1.3;
/// How far it keeps from the picture's corner, in weights of a shaft.
const CORNER: f64 = 6.0;
/// The height of its figures, of that of a letter.
const FIGURES: f64 = 0.8;

/// Draws a bar so long, in pixels, and its length above it; `left` is its left
/// end, else it stands in the lower right corner. A longer one than the picture
/// is drawn as long as it fits: it is an error anyway.
pub(super) fn scale_bar(
    long: f64,
    written: &str,
    left: Option<Place>,
    canvas: &Canvas,
) -> Vec<Outline> {
    let brush = &canvas.brush;
    let margin = CORNER * brush.shaft;
    let (x, y) = left.unwrap_or((
        (canvas.size.0 - margin - long).max(0.0),
        canvas.size.1 - margin - BAR / 2.0 * brush.shaft,
    ));
    let half = BAR / 2.0 * brush.shaft;
    let bar = [(x, y - half), (x + long, y - half), (x + long, y + half), (x, y + half)];
    let text = text(written, brush.capital * FIGURES);
    let above = y - half - GAP * brush.shaft - brush.halo - text.height / 2.0;
    let below = y + half + GAP * brush.shaft + brush.halo + text.height / 2.0;
    let is_high = above - text.height / 2.0 > brush.halo;
    let middle = (x + long / 2.0, if is_high { above } else { below });
    let mut outlines: Vec<Outline> = Outline::polygon(bar).into_iter().collect();
    outlines.extend(text.centered(kept(middle, &text, canvas)));
    outlines
}
