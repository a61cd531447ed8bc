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

/// The most places that are looked at round a shape.
const MOST: f64 = 600.0;

fn round(outlines: &[Outline], canvas: &Canvas) -> Vec<Place> {
    let Brush { shaft, halo, .. } = canvas.brush;
    let away = halo + shaft * 0.6;
    let flat: Vec<Vec<Place>> = outlines.iter().map(flattened).collect();
    let edges: Vec<(Place, Place)> = flat
        .iter()
        .flat_map(|places| places.iter().copied().zip(places.iter().copied().cycle().skip(1)))
        .collect();
    let length = |(from, to): &(Place, Place)| (to.0 - from.0).hypot(to.1 - from.1);
    let total: f64 = edges.iter().map(length).sum();
    let step = shaft.max(total / MOST);
    let mut found = Vec::new();
    // How far it is to the next place.
    let mut ahead = step / 2.0;
    for edge in &edges {
        let (from, to) = edge;
        let long = length(edge);
        let (ux, uy) = ((to.0 - from.0) / long, (to.1 - from.1) / long);
        while ahead < long {
            let on = (from.0 + ux * ahead, from.1 + uy * ahead);
            for side in [away, -away] {
                let at = (on.0 + uy * side, on.1 - ux * side);
                let inside =
                    (0.0..canvas.size.0).contains(&at.0) && (0.0..canvas.size.1).contains(&at.1);
                if inside && !covered(at, &edges) {
                    found.push((at.0 / canvas.size.0, at.1 / canvas.size.1));
                }
            }
            ahead += step;
        }
        ahead -= long;
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
fn covered(place: Place, edges: &[(Place, Place)]) -> bool {
    let mut winding = 0;
    for (from, to) in edges {
        let left = (to.0 - from.0) * (place.1 - from.1) - (place.0 - from.0) * (to.1 - from.1);
        if from.1 <= place.1 && to.1 > place.1 && left > 0.0 {
            winding += 1;
        } else if from.1 > place.1 && to.1 <= place.1 && left < 0.0 {
            winding -= 1;
        }
    }
    winding != 0
}
