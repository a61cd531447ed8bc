//! Arrows and arrowheads.

use super::stroke::inset;
use super::{Brush, Outline, Place};
use crate::model::Style;

/// How an arrow is built, in weights of its shaft.
struct Build {
    /// The shaft's width.
    shaft: f64,
    /// The head's length.
    head: f64,
    /// Half of the head's width.
    half_head: f64,
    /// How far the back of the head is drawn in.
    barb: f64,
}

const SOLID: Build = Build { shaft: 1.0, head: 4.6, half_head: 1.9, barb: 0.85 };
const OPEN: Build = Build { shaft: 1.95, head: 4.9, half_head: 2.35, barb: 0.0 };
const HEAD: Build = Build { shaft: 0.0, head: 5.2, half_head: 2.3, barb: 1.1 };
const OPEN_HEAD: Build = Build { shaft: 0.0, head: 5.7, half_head: 2.55, barb: 0.9 };

/// The line of what is open, in weights of a shaft.
const EDGE: f64 = 0.46;
/// A dash of a shaft and the gap after it, in weights of a shaft.
const DASH: (f64, f64) = (2.0, 1.7);

/// A frame of reference that runs back from an arrow's tip.
struct Axis {
    tip: Place,
    forward: Place,
    length: f64,
}

impl Axis {
    fn new(tip: Place, tail: Place) -> Option<Self> {
        let (dx, dy) = (tip.0 - tail.0, tip.1 - tail.1);
        let length = dx.hypot(dy);
        (length > f64::EPSILON).then(|| Self { tip, forward: (dx / length, dy / length), length })
    }

    /// Returns the place so far back from the tip, and so far to its right.
    fn at(&self, along: f64, across: f64) -> Place {
        let (ux, uy) = self.forward;
        (self.tip.0 - ux * along - uy * across, self.tip.1 - uy * along + ux * across)
    }
}

/// Draws an arrow. One shorter than its head is all head.
pub(super) fn arrow(tip: Place, tail: Place, style: Style, brush: &Brush) -> Vec<Outline> {
    let Some(axis) = Axis::new(tip, tail) else { return Vec::new() };
    let build = match style {
        Style::Open => &OPEN,
        Style::Solid | Style::Dashed => &SOLID,
    };
    let weight = brush.shaft * (axis.length / (build.head * brush.shaft)).min(1.0);
    let head = build.head * weight;
    match style {
        Style::Open => open(silhouette(&axis, build, weight, axis.length), EDGE * weight),
        Style::Dashed if axis.length > head => dashed(&axis, weight),
        Style::Solid | Style::Dashed => {
            Outline::polygon(silhouette(&axis, build, weight, axis.length)).into_iter().collect()
        }
    }
}

/// Draws the head of an arrow alone; the tail gives its direction.
pub(super) fn arrowhead(tip: Place, tail: Place, style: Style, brush: &Brush) -> Vec<Outline> {
    let Some(axis) = Axis::new(tip, tail) else { return Vec::new() };
    match style {
        Style::Open => open(silhouette(&axis, &OPEN_HEAD, brush.shaft, 0.0), EDGE * brush.shaft),
        Style::Solid | Style::Dashed => {
            Outline::polygon(silhouette(&axis, &HEAD, brush.shaft, 0.0)).into_iter().collect()
        }
    }
}

/// Shaft and head in one outline, so that no seam shows between them.
fn silhouette(axis: &Axis, build: &Build, weight: f64, length: f64) -> Vec<Place> {
    let (head, half_head) = (build.head * weight, build.half_head * weight);
    let neck = head - build.barb * weight;
    let half = build.shaft / 2.0 * weight;
    let mut places = vec![axis.tip, axis.at(head, half_head)];
    if length > head {
        let shaft = [axis.at(neck, half), axis.at(length, half)];
        places.extend(shaft);
        places.extend([axis.at(length, -half), axis.at(neck, -half)]);
    } else if build.barb > 0.0 {
        places.push(axis.at(neck, 0.0));
    }
    places.push(axis.at(head, -half_head));
    places
}

/// The line along the inside of a form.
fn open(places: Vec<Place>, line: f64) -> Vec<Outline> {
    let inner = inset(&places, line);
    let mut inner = inner;
    inner.reverse();
    [Outline::polygon(places), Outline::polygon(inner)].into_iter().flatten().collect()
}

/// The head with a stub of the shaft, then dashes; the last ends at the tail.
fn dashed(axis: &Axis, weight: f64) -> Vec<Outline> {
    let (dash, gap) = (DASH.0 * weight, DASH.1 * weight);
    let neck = (SOLID.head - SOLID.barb) * weight;
    let half = SOLID.shaft / 2.0 * weight;
    // The stub is short, and the rest is whole periods of gap and dash.
    let rest = axis.length - neck;
    let periods = ((rest - 0.9 * weight) / (dash + gap)).floor();
    let Some(count) = (periods >= 1.0).then_some(periods) else {
        let whole = silhouette(axis, &SOLID, weight, axis.length);
        return Outline::polygon(whole).into_iter().collect();
    };
    // What is left over stretches dashes and gaps alike.
    let stretch = (rest - 0.9 * weight) / (count * (dash + gap));
    let (dash, gap) = (dash * stretch, gap * stretch);
    let stub = neck + 0.9 * weight;
    let head = silhouette(axis, &SOLID, weight, stub.max(SOLID.head * weight + 1e-6));
    let mut outlines: Vec<Outline> = Outline::polygon(head).into_iter().collect();
    for index in 0..count as usize {
        let from = stub + index as f64 * (dash + gap) + gap;
        let corners = [
            axis.at(from, half),
            axis.at(from + dash, half),
            axis.at(from + dash, -half),
            axis.at(from, -half),
        ];
        outlines.extend(Outline::polygon(corners));
    }
    outlines
}

#[cfg(test)]
mod tests {
    use super::super::Segment;
    use super::*;

    fn reach(outlines: &[Outline]) -> (f64, f64) {
        let places = outlines.iter().flat_map(|outline| {
            std::iter::once(outline.start).chain(outline.segments.iter().map(
                |segment| match segment {
                    Segment::Line(place) | Segment::Cubic(_, _, place) => *place,
                },
            ))
        });
        places.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (x, _)| {
            (low.min(x), high.max(x))
        })
    }

    #[test]
    fn arrows_of_all_styles_reach_from_tail_to_tip() {
        let brush = Brush::of_shaft(4.0);
        for style in Style::ALL {
            let outlines = arrow((100.0, 50.0), (20.0, 50.0), style, &brush);
            let (left, right) = reach(&outlines);
            assert!((left - 20.0).abs() < 1e-9, "{style:?} {left}");
            assert!((right - 100.0).abs() < 1e-9, "{style:?} {right}");
            assert!(arrow((1.0, 1.0), (1.0, 1.0), style, &brush).is_empty());
        }
        assert_eq!(arrow((100.0, 50.0), (20.0, 50.0), Style::Dashed, &brush).len(), 5);
    }

    #[test]
    fn a_short_arrow_is_all_head() {
        let outlines = arrow((10.0, 0.0), (7.0, 0.0), Style::Solid, &Brush::of_shaft(4.0));
        assert_eq!(outlines[0].segments.len(), 3);
    }

    #[test]
    fn a_head_is_as_long_wherever_its_tail_is() {
        let brush = Brush::of_shaft(4.0);
        let near = arrowhead((50.0, 0.0), (49.0, 0.0), Style::Solid, &brush);
        let far = arrowhead((50.0, 0.0), (0.0, 0.0), Style::Solid, &brush);
        assert_eq!(near, far);
    }
}
