//! The regions of marks, for image occlusion.

use super::source_of;
use crate::model::{Area, Coordinate, Mark, MarkId, Media, Panel, Point, Ratio, Shape};

/// Half the side of the box round an arrow's tip, as a share of the picture's
/// shorter side.
const REACH: f64 = 0.04;

/// Returns the areas that each mark covers, in shares of the picture: its
/// `region`; else the areas that are drawn for it; else a box round each place
/// that it points at, which is the tip of an arrow or arrowhead, the course of a
/// line, or a letter that stands by itself. Scale bars cover nothing.
pub fn regions(panel: &Panel, media: &Media) -> Vec<(MarkId, Area)> {
    let source = source_of(panel, media);
    let of = |mark: &Mark| -> Vec<Area> {
        if let Some(region) = &mark.region {
            return vec![in_shares(region, source)];
        }
        let areas: Vec<Area> = mark
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Area(area) => Some(in_shares(area, source)),
                Shape::Arrow { .. }
                | Shape::Arrowhead { .. }
                | Shape::Line { .. }
                | Shape::Letter(_)
                | Shape::ScaleBar { .. } => None,
            })
            .collect();
        if !areas.is_empty() {
            return areas;
        }
        mark.shapes.iter().filter_map(|shape| boxed(shape, source)).collect()
    };
    panel
        .marks
        .iter()
        .flat_map(|mark| of(mark).into_iter().map(|area| (mark.id.value.clone(), area)))
        .collect()
}

/// The box round what a shape points at.
fn boxed(shape: &Shape, source: (u32, u32)) -> Option<Area> {
    let places: Vec<(f64, f64)> = match shape {
        Shape::Arrow { tip, .. } | Shape::Arrowhead { tip, .. } => vec![shares(tip, source)],
        Shape::Letter(place) => vec![shares(place, source)],
        Shape::Line { points } => points.iter().map(|point| shares(point, source)).collect(),
        Shape::Area(_) | Shape::ScaleBar { .. } => return None,
    };
    let shorter = f64::from(source.0.min(source.1));
    let reach = (
        REACH * shorter / f64::from(source.0.max(1)),
        REACH * shorter / f64::from(source.1.max(1)),
    );
    let (mut min, mut max) = ((1.0_f64, 1.0_f64), (0.0_f64, 0.0_f64));
    for (x, y) in places {
        min = (min.0.min(x - reach.0), min.1.min(y - reach.1));
        max = (max.0.max(x + reach.0), max.1.max(y + reach.1));
    }
    Some(Area::Rectangle { min: point(min), max: point(max) })
}

fn in_shares(area: &Area, source: (u32, u32)) -> Area {
    let convert = |at: &Point| point(shares(at, source));
    match area {
        Area::Rectangle { min, max } => Area::Rectangle { min: convert(min), max: convert(max) },
        Area::Ellipse { center, radii } => {
            Area::Ellipse { center: convert(center), radii: convert(radii) }
        }
        Area::Polygon { points } => Area::Polygon { points: points.iter().map(convert).collect() },
    }
}

fn shares(point: &Point, (width, height): (u32, u32)) -> (f64, f64) {
    (point.x.share(width), point.y.share(height))
}

fn point((x, y): (f64, f64)) -> Point {
    let share = |value: f64| {
        let kept = Ratio::new(value.clamp(0.0, 1.0)).expect("it is between 0 and 1");
        Coordinate::Share(kept)
    };
    Point { x: share(x), y: share(y) }
}
