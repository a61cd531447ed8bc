//! What is round a mark, to tell whether it can be seen there.

use super::{Brush, Canvas, Outline, Place, Segment, draw_shape, label};
use crate::model::{Mark, Media, Panel, Shape, Style};

/// Returns, for each mark of a panel and each of its shapes, places in the
/// picture all along its outline, a little outside of its halo; in shares of
/// the picture. The inside of an open arrow does not count as its surroundings.
pub fn surroundings(panel: &Panel, media: &Media, room: f64) -> Vec<Vec<Vec<Place>>> {
    let canvas = Canvas::new(panel, media, (media.width, media.height), room);
    panel.marks.iter().map(|mark| of_mark(mark, &canvas)).collect()
}

fn of_mark(mark: &Mark, canvas: &Canvas) -> Vec<Vec<Place>> {
    let letter = mark.letter.as_ref().map_or("", |letter| letter.as_str());
    mark.shapes
        .iter()
        .map(|shape| {
            let mut outlines = draw_shape(shape, Style::Solid, canvas);
            if let Shape::Letter(point) = shape {
                outlines = label::centered(letter, canvas.place(point), canvas);
            }
            round(&outlines, canvas)
        })
        .filter(|places| !places.is_empty())
        .collect()
}

fn round(outlines: &[Outline], canvas: &Canvas) -> Vec<Place> {
    let Brush { shaft, halo, .. } = canvas.brush;
    let away = halo + shaft * 0.6;
    let flat: Vec<Vec<Place>> = outlines.iter().map(flattened).collect();
    let mut found = Vec::new();
    for places in &flat {
        let around = places.iter().zip(places.iter().cycle().skip(1));
        for (from, to) in around {
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let length = dx.hypot(dy);
            if length < 1e-9 {
                continue;
            }
            let steps = (length / shaft.max(0.5)).ceil().max(1.0);
            for step in 0..steps as u32 {
                let share = (f64::from(step) + 0.5) / steps;
                let on = (from.0 + dx * share, from.1 + dy * share);
                for side in [1.0, -1.0] {
                    let (nx, ny) = (dy / length * side, -dx / length * side);
                    let at = (on.0 + nx * away, on.1 + ny * away);
                    let inside =
                        at.0 >= 0.0 && at.1 >= 0.0 && at.0 < canvas.size.0 && at.1 < canvas.size.1;
                    if inside && !covered(at, &flat) {
                        found.push((at.0 / canvas.size.0, at.1 / canvas.size.1));
                    }
                }
            }
        }
    }
    found
}

/// Returns the corners of an outline, its curves in eight pieces.
fn flattened(outline: &Outline) -> Vec<Place> {
    let mut out = vec![outline.start];
    for segment in &outline.segments {
        let from = out.last().copied().unwrap_or_default();
        match *segment {
            Segment::Line(to) => out.push(to),
            Segment::Cubic(a, b, to) => out.extend((1..=8).map(|step| {
                let t = f64::from(step) / 8.0;
                let u = 1.0 - t;
                let weights = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
                let mix = |pick: fn(Place) -> f64| {
                    [from, a, b, to].iter().zip(weights).map(|(p, w)| pick(*p) * w).sum::<f64>()
                };
                (mix(|place| place.0), mix(|place| place.1))
            })),
        }
    }
    out
}

/// Tells whether a place lies in a form, by the nonzero rule.
fn covered(place: Place, outlines: &[Vec<Place>]) -> bool {
    let mut winding = 0;
    for places in outlines {
        for (from, to) in places.iter().zip(places.iter().cycle().skip(1)) {
            let left = (to.0 - from.0) * (place.1 - from.1) - (place.0 - from.0) * (to.1 - from.1);
            if from.1 <= place.1 && to.1 > place.1 && left > 0.0 {
                winding += 1;
            } else if from.1 > place.1 && to.1 <= place.1 && left < 0.0 {
                winding -= 1;
            }
        }
    }
    winding != 0
}
