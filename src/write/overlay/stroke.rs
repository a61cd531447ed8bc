//! Lines, open and closed, as outlines.

use super::{Brush, Outline, Place, Segment};
use crate::model::Style;

/// The control points' distance for a quarter of a circle.
const KAPPA: f64 = 0.552_284_749_8;
/// A dash and the gap after it, in weights of the line.
const DASH: (f64, f64) = (3.6, 2.6);
/// The most dashes of a line: more than anybody counts.
const MOST: f64 = 1000.0;
/// Of a double line, how far each line is from the middle, and half its width,
/// in weights of the line.
const DOUBLE: (f64, f64) = (0.68, 0.27);

/// Draws a line that is not closed.
pub(super) fn line(places: &[Place], style: Style, brush: &Brush) -> Vec<Outline> {
    let places = distinct(places, false);
    let half = brush.line / 2.0;
    match style {
        Style::Solid => open(&places, half, true),
        Style::Open => {
            let (apart, half) = (DOUBLE.0 * brush.line, DOUBLE.1 * brush.line);
            let side = |grow| open(&shifted(&places, grow), half, true);
            [side(apart), side(-apart)].concat()
        }
        Style::Dashed => dashes(&places, false, brush),
    }
}

/// Draws a line round corners.
pub(super) fn border(corners: &[Place], style: Style, brush: &Brush) -> Vec<Outline> {
    let corners = distinct(corners, true);
    let ring = |middle: f64, half: f64| {
        let outer = moved(&corners, middle + half);
        let mut inner = moved(&corners, middle - half);
        inner.reverse();
        [Outline::polygon(outer), Outline::polygon(inner)].into_iter().flatten()
    };
    let half = brush.line / 2.0;
    match style {
        Style::Solid => ring(0.0, half).collect(),
        Style::Open => {
            let (apart, half) = (DOUBLE.0 * brush.line, DOUBLE.1 * brush.line);
            ring(apart, half).chain(ring(-apart, half)).collect()
        }
        Style::Dashed => dashes(&corners, true, brush),
    }
}

/// Draws a line round an ellipse.
pub(super) fn ellipse(center: Place, radii: Place, style: Style, brush: &Brush) -> Vec<Outline> {
    let ring = |middle: f64, half: f64| {
        let grown = |grow: f64| ((radii.0 + grow).max(0.0), (radii.1 + grow).max(0.0));
        let (outer, inner) = (grown(middle + half), grown(middle - half));
        [oval(center, outer, false), oval(center, inner, true)]
    };
    match style {
        Style::Solid => ring(0.0, brush.line / 2.0).into(),
        Style::Open => {
            let (apart, half) = (DOUBLE.0 * brush.line, DOUBLE.1 * brush.line);
            ring(apart, half).into_iter().chain(ring(-apart, half)).collect()
        }
        Style::Dashed => {
            let steps = ((radii.0 + radii.1) / brush.line * 2.0).clamp(40.0, 160.0) as u32;
            let places: Vec<Place> = (0..steps)
                .map(|step| {
                    let angle = std::f64::consts::TAU * f64::from(step) / f64::from(steps);
                    (center.0 + radii.0 * angle.cos(), center.1 + radii.1 * angle.sin())
                })
                .collect();
            dashes(&places, true, brush)
        }
    }
}

/// An ellipse, clockwise or backwards.
fn oval((x, y): Place, (rx, ry): Place, backwards: bool) -> Outline {
    let ry = if backwards { -ry } else { ry };
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

/// Leaves out places that repeat the one before: a line between them would have
/// no direction.
fn distinct(places: &[Place], closed: bool) -> Vec<Place> {
    let mut out: Vec<Place> = Vec::with_capacity(places.len());
    let same = |a: &Place, b: &Place| (a.0 - b.0).hypot(a.1 - b.1) < 1e-6;
    for place in places {
        if !out.last().is_some_and(|last| same(last, place)) {
            out.push(*place);
        }
    }
    if closed && out.len() > 1 && same(&out[0], &out[out.len() - 1]) {
        out.pop();
    }
    out
}

/// The unit vector to the left of the way from one place to another.
fn normal(from: Place, to: Place) -> Place {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(f64::EPSILON);
    (dy / length, -dx / length)
}

/// The way out of a corner along the bisector of its edges, for a distance of 1
/// from both; at the most `limit` long.
fn bisector(before: Place, here: Place, after: Place, limit: f64) -> Place {
    let (first, second) = (normal(before, here), normal(here, after));
    let (sx, sy) = (first.0 + second.0, first.1 + second.1);
    // The sum is 2 cos(a/2) long, and should be 1 / cos(a/2).
    let dot = (sx * first.0 + sy * first.1).max(2.0 / (limit * limit));
    (sx / dot, sy / dot)
}

/// Moves each corner of a closed line out along its bisector, at most two and a
/// half distances at sharp corners.
fn moved(corners: &[Place], grow: f64) -> Vec<Place> {
    offset(corners, grow, 2.5)
}

/// Moves each corner of a closed form in by just the distance. The form may go
/// either way round.
pub(super) fn inset(corners: &[Place], distance: f64) -> Vec<Place> {
    let twice_area: f64 = corners
        .iter()
        .zip(corners.iter().cycle().skip(1))
        .map(|(a, b)| a.0 * b.1 - b.0 * a.1)
        .sum();
    offset(corners, -distance * twice_area.signum(), 8.0)
}

fn offset(corners: &[Place], grow: f64, limit: f64) -> Vec<Place> {
    let count = corners.len();
    (0..count)
        .map(|index| {
            let here = corners[index];
            let before = corners[(index + count - 1) % count];
            let out = bisector(before, here, corners[(index + 1) % count], limit);
            (here.0 + out.0 * grow, here.1 + out.1 * grow)
        })
        .collect()
}

/// Moves a line that is not closed to its left.
fn shifted(places: &[Place], grow: f64) -> Vec<Place> {
    let last = places.len().saturating_sub(1);
    (0..places.len())
        .map(|index| {
            let here = places[index];
            let out = match index {
                0 if last == 0 => (0.0, 0.0),
                0 => normal(here, places[1]),
                index if index == last => normal(places[index - 1], here),
                index => bisector(places[index - 1], here, places[index + 1], 2.5),
            };
            (here.0 + out.0 * grow, here.1 + out.1 * grow)
        })
        .collect()
}

/// The outline of a line that is not closed: along its left side, and back along
/// its right. Corners and, where asked for, ends are round.
fn open(places: &[Place], half: f64, round: bool) -> Vec<Outline> {
    let [first, .., last] = places else { return Vec::new() };
    let mut out = Vec::new();
    let backwards: Vec<Place> = places.iter().rev().copied().collect();
    side(places, half, &mut out);
    if round {
        arc(*last, out.last().copied(), std::f64::consts::PI, &mut out);
    }
    side(&backwards, half, &mut out);
    if round {
        arc(*first, out.last().copied(), std::f64::consts::PI, &mut out);
    }
    Outline::polygon(out).into_iter().collect()
}

/// Follows the left side of a line.
fn side(places: &[Place], half: f64, out: &mut Vec<Place>) {
    for (index, pair) in places.windows(2).enumerate() {
        let (from, to) = (pair[0], pair[1]);
        let (nx, ny) = normal(from, to);
        let start = (from.0 + nx * half, from.1 + ny * half);
        if index > 0 {
            let before = places[index - 1];
            let (bx, by) = normal(before, from);
            let turn = (bx * ny - by * nx).atan2(bx * nx + by * ny);
            if turn.abs() < 0.4 {
                // So little that the two sides simply meet.
                let (ox, oy) = bisector(before, from, to, 2.5);
                out.pop();
                out.push((from.0 + ox * half, from.1 + oy * half));
                out.push((to.0 + nx * half, to.1 + ny * half));
                continue;
            }
            if turn > 0.0 {
                // The outer side of a corner.
                arc(from, out.last().copied(), turn, out);
            } else {
                // On the inner side the way leads over the corner itself, so
                // that the winding stays the same.
                out.push(from);
            }
        }
        out.push(start);
        out.push((to.0 + nx * half, to.1 + ny * half));
    }
}

/// Goes round a center by an angle, from where the line is.
fn arc(center: Place, from: Option<Place>, angle: f64, out: &mut Vec<Place>) {
    let Some(from) = from else { return };
    let (dx, dy) = (from.0 - center.0, from.1 - center.1);
    let steps = (angle.abs() / 0.35).ceil().max(1.0);
    for step in 1..steps as u32 {
        let (sin, cos) = (angle * f64::from(step) / steps).sin_cos();
        out.push((center.0 + dx * cos - dy * sin, center.1 + dx * sin + dy * cos));
    }
}

/// Cuts a line into dashes. On a closed one they go round without a seam, on an
/// open one it begins and ends with a dash.
fn dashes(places: &[Place], closed: bool, brush: &Brush) -> Vec<Outline> {
    let mut way = places.to_vec();
    if closed {
        way.extend(places.first());
    }
    let total: f64 = way.windows(2).map(|pair| distance(pair[0], pair[1])).sum();
    let (dash, gap) = (DASH.0 * brush.line, DASH.1 * brush.line);
    if total <= f64::EPSILON {
        return Vec::new();
    }
    let count = if closed {
        (total / (dash + gap)).round().clamp(2.0, MOST)
    } else {
        ((total + gap) / (dash + gap)).round().clamp(1.0, MOST)
    };
    let periods = if closed { count } else { count - gap / (dash + gap) };
    let stretch = total / (periods * (dash + gap));
    let (dash, period) = (dash * stretch, (dash + gap) * stretch);
    (0..count as usize)
        .flat_map(|index| {
            let from = index as f64 * period;
            open(&part(&way, from, from + dash), brush.line / 2.0, false)
        })
        .collect()
}

fn distance(a: Place, b: Place) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// The part of a line between two distances from its start.
fn part(way: &[Place], from: f64, to: f64) -> Vec<Place> {
    let mut out = Vec::new();
    let mut walked = 0.0;
    for pair in way.windows(2) {
        let length = distance(pair[0], pair[1]);
        let at = |along: f64| {
            let share = ((along - walked) / length).clamp(0.0, 1.0);
            (
                pair[0].0 + (pair[1].0 - pair[0].0) * share,
                pair[0].1 + (pair[1].1 - pair[0].1) * share,
            )
        };
        if walked + length > from && walked < to {
            if out.is_empty() {
                out.push(at(from));
            }
            out.push(at(to));
        }
        walked += length;
    }
    distinct(&out, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inset_is_as_far_from_all_edges() {
        let square = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)];
        let inner = [(2.0, 2.0), (8.0, 2.0), (8.0, 8.0), (2.0, 8.0)];
        let near = |found: Vec<Place>, expected: &[Place]| {
            found.iter().zip(expected).all(|(a, b)| distance(*a, *b) < 1e-9)
        };
        assert!(near(inset(&square, 2.0), &inner));
        let (mut square, mut inner) = (square, inner);
        square.reverse();
        inner.reverse();
        assert!(near(inset(&square, 2.0), &inner));
    }

    #[test]
    fn dashes_begin_and_end_with_the_line() {
        let brush = Brush::of_shaft(2.0);
        let found = dashes(&[(0.0, 0.0), (100.0, 0.0)], false, &brush);
        let places = found.iter().flat_map(|outline| {
            std::iter::once(outline.start).chain(outline.segments.iter().map(
                |segment| match segment {
                    Segment::Line(place) | Segment::Cubic(_, _, place) => *place,
                },
            ))
        });
        let (low, high) = places.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (x, _)| {
            (low.min(x), high.max(x))
        });
        assert!(low.abs() < 1e-9 && (high - 100.0).abs() < 1e-9, "{low} {high}");
        assert!(found.len() > 5);
    }

    #[test]
    fn places_that_repeat_draw_nothing_odd() {
        let brush = Brush::of_shaft(2.0);
        for style in Style::ALL {
            for outlines in [
                line(&[(1.0, 1.0), (1.0, 1.0)], style, &brush),
                border(&[(1.0, 1.0), (1.0, 1.0), (5.0, 1.0)], style, &brush),
            ] {
                let finite = outlines.iter().all(|outline| {
                    outline.segments.iter().all(|segment| match segment {
                        Segment::Line((x, y)) | Segment::Cubic(_, _, (x, y)) => {
                            x.is_finite() && y.is_finite()
                        }
                    })
                });
                assert!(finite);
            }
        }
    }
}
