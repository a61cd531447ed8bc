//! Smooth curves through given points, for vessels that are given by hand.

use crate::noise;
use crate::vector::{Vec3, vec3};

/// A point on the axis of a tube, and the radius there.
pub(crate) type Knot = (Vec3, f32);

/// Returns `steps` points per span on the Catmull–Rom curve through `knots`.
pub(crate) fn smooth(knots: &[Knot], steps: usize) -> Vec<Knot> {
    let last = knots.len() - 1;
    let mut curve = Vec::with_capacity(last * steps + 1);
    for i in 0..last {
        let at = |k: isize| knots[(i as isize + k).clamp(0, last as isize) as usize];
        for step in 0..steps {
            let t = step as f32 / steps as f32;
            let mix = |a: f32, b: f32, c: f32, d: f32| {
                0.5 * (2.0 * b
                    + (c - a) * t
                    + (2.0 * a - 5.0 * b + 4.0 * c - d) * t * t
                    + (3.0 * b - a - 3.0 * c + d) * t * t * t)
            };
            let (a, b, c, d) = (at(-1), at(0), at(1), at(2));
            let point = vec3(
                mix(a.0.x, b.0.x, c.0.x, d.0.x),
                mix(a.0.y, b.0.y, c.0.y, d.0.y),
                mix(a.0.z, b.0.z, c.0.z, d.0.z),
            );
            curve.push((point, mix(a.1, b.1, c.1, d.1).max(0.3)));
        }
    }
    curve.push(knots[last]);
    curve
}

/// Returns the curve with windings of this amplitude and wave length, in
/// millimeters, that fade out at both ends.
pub(crate) fn tortuous(curve: &[Knot], amplitude: f32, length: f32, seed: u32) -> Vec<Knot> {
    let last = curve.len() - 1;
    let (mut way, mut phase) = (0.0, seed as f32 * 2.4);
    curve
        .iter()
        .enumerate()
        .map(|(i, &(point, radius))| {
            let along = (curve[(i + 1).min(last)].0 - curve[i.saturating_sub(1)].0).unit();
            if i > 0 {
                let step = (point - curve[i - 1].0).length();
                way += step;
                let drift = noise::value(vec3(way / (length * 2.5), 0.3, 0.0), seed);
                phase += std::f32::consts::TAU * step / length * (1.0 + 0.45 * drift);
            }
            let share = i as f32 / last as f32;
            let fade = (share * 8.0).min((1.0 - share) * 8.0).min(1.0);
            let uneven = 0.75 + 0.6 * noise::value(vec3(way / (length * 1.7), 5.1, 0.0), seed);
            let first = along.cross(vec3(0.3, 0.2, 1.0)).unit();
            let second = along.cross(first);
            let swing = first * phase.sin() + second * (phase * 0.83 + 1.0).cos();
            (point + swing * (amplitude * fade * uneven), radius)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_meets_its_knots() {
        let knots =
            [(vec3(0.0, 0.0, 0.0), 1.0), (vec3(1.0, 2.0, 0.0), 2.0), (vec3(4.0, 2.0, 1.0), 1.0)];
        let curve = smooth(&knots, 5);
        assert_eq!(curve.len(), 11);
        assert!((curve[5].0 - knots[1].0).length() < 1e-5);
    }
}
