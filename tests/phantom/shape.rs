//! Signed distances of simple shapes, and how they are joined.
//!
//! A distance is negative inside. Ellipsoids use the usual first-order bound
//! (value over gradient length), which is exact on the surface and good enough
//! near it; joins with a soft edge are the polynomial minimum of Quilez.

use crate::vector::{Vec3, vec3};

/// Returns 0 below `low`, 1 above `high`, and a smooth step between.
pub(crate) fn smoothstep(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Returns the minimum of two distances, with the seam rounded over `k`.
pub(crate) fn smooth_min(a: f32, b: f32, k: f32) -> f32 {
    let h = (k - (a - b).abs()).max(0.0) / k;
    a.min(b) - h * h * k * 0.25
}

/// Returns the maximum of two distances, with the seam rounded over `k`.
pub(crate) fn smooth_max(a: f32, b: f32, k: f32) -> f32 {
    -smooth_min(-a, -b, k)
}

/// Returns the distance to an ellipsoid at the origin.
pub(crate) fn ellipsoid(point: Vec3, radii: Vec3) -> f32 {
    let inverse = vec3(1.0 / radii.x, 1.0 / radii.y, 1.0 / radii.z);
    let scaled = point.scale(inverse);
    let value = scaled.length();
    let gradient = scaled.scale(inverse).length();
    if gradient > 1e-9 {
        value * (value - 1.0) / gradient
    } else {
        -radii.x.min(radii.y).min(radii.z)
    }
}

/// Returns the distance to an ellipse at the origin.
pub(crate) fn ellipse(x: f32, y: f32, a: f32, b: f32) -> f32 {
    ellipsoid(vec3(x, y, 0.0), vec3(a, b, 1.0))
}

/// Returns the distance to a box with rounded edges.
pub(crate) fn rounded_box(point: Vec3, half: Vec3, round: f32) -> f32 {
    let q = vec3(point.x.abs(), point.y.abs(), point.z.abs()) - half + vec3(round, round, round);
    let outside = q.max(Vec3::default()).length();
    outside + q.x.max(q.y).max(q.z).min(0.0) - round
}

/// Returns the distance to a capsule whose radius runs from `ra` to `rb`.
pub(crate) fn capsule(point: Vec3, a: Vec3, b: Vec3, ra: f32, rb: f32) -> f32 {
    let axis = b - a;
    let t = ((point - a).dot(axis) / axis.dot(axis)).clamp(0.0, 1.0);
    (point - a - axis * t).length() - (ra + (rb - ra) * t)
}

/// Returns the distance to a triangle of the given half thickness.
pub(crate) fn plate(point: Vec3, corners: [Vec3; 3], half: f32) -> f32 {
    let [a, b, c] = corners;
    let normal = (b - a).cross(c - a).unit();
    let height = (point - a).dot(normal);
    let foot = point - normal * height;
    let edge = |p: Vec3, q: Vec3| (q - p).unit().cross(normal).dot(foot - p);
    let outside = edge(a, b).max(edge(b, c)).max(edge(c, a));
    if outside <= 0.0 {
        (height.abs() - half).max(outside)
    } else {
        (outside * outside + height * height).sqrt() - half
    }
}

/// Returns `point` turned about the axis through `pivot` along `x`, `y` and `z`
/// by these angles in radians, in that order.
pub(crate) fn turned(point: Vec3, pivot: Vec3, angles: Vec3) -> Vec3 {
    let mut p = point - pivot;
    let (s, c) = angles.x.sin_cos();
    p = vec3(p.x, c * p.y - s * p.z, s * p.y + c * p.z);
    let (s, c) = angles.y.sin_cos();
    p = vec3(c * p.x + s * p.z, p.y, c * p.z - s * p.x);
    let (s, c) = angles.z.sin_cos();
    vec3(c * p.x - s * p.y, s * p.x + c * p.y, p.z)
}

/// A smooth table of a quantity over one coordinate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Profile(pub(crate) &'static [(f32, f32)]);

impl Profile {
    /// Returns the value at `x` by cubic interpolation; constant outside.
    pub(crate) fn at(&self, x: f32) -> f32 {
        let knots = self.0;
        let last = knots.len() - 1;
        if x <= knots[0].0 {
            return knots[0].1;
        }
        if x >= knots[last].0 {
            return knots[last].1;
        }
        let i = knots.partition_point(|knot| knot.0 <= x).clamp(1, last) - 1;
        let slope = |k: usize| {
            let (a, b) = (knots[k.saturating_sub(1)], knots[(k + 1).min(last)]);
            (b.1 - a.1) / (b.0 - a.0)
        };
        let ((x0, y0), (x1, y1)) = (knots[i], knots[i + 1]);
        let (h, t) = (x1 - x0, (x - x0) / (x1 - x0));
        let (t2, t3) = (t * t, t * t * t);
        y0 * (2.0 * t3 - 3.0 * t2 + 1.0)
            + slope(i) * h * (t3 - 2.0 * t2 + t)
            + y1 * (3.0 * t2 - 2.0 * t3)
            + slope(i + 1) * h * (t3 - t2)
    }

    /// Returns the slope at `x`.
    pub(crate) fn slope(&self, x: f32) -> f32 {
        (self.at(x + 0.5) - self.at(x - 0.5)).clamp(-8.0, 8.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capsule_distance_is_exact() {
        let d = capsule(vec3(5.0, 0.0, 3.0), Vec3::default(), vec3(0.0, 0.0, 10.0), 2.0, 2.0);
        assert!((d - 3.0).abs() < 1e-5);
    }

    #[test]
    fn ellipsoid_is_zero_on_its_surface() {
        assert!(ellipsoid(vec3(0.0, 7.0, 0.0), vec3(3.0, 7.0, 5.0)).abs() < 1e-5);
        assert!(ellipsoid(vec3(1.0, 1.0, 1.0), vec3(3.0, 7.0, 5.0)) < 0.0);
    }

    #[test]
    fn profile_meets_its_knots() {
        let profile = Profile(&[(0.0, 1.0), (2.0, 5.0), (3.0, 4.0)]);
        assert!((profile.at(2.0) - 5.0).abs() < 1e-5);
        assert_eq!(profile.at(-1.0), 1.0);
    }
}
