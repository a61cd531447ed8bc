//! What X-rays do: attenuation, and the chord of a ray in simple solids.
//!
//! Beer–Lambert: the intensity behind an object is `I0 · exp(−∫ µ ds)`. The
//! coefficients are linear attenuation coefficients per millimeter, of the order
//! of those of water, fat and lung in a diagnostic beam (about 60 keV; tables:
//! Hubbell and Seltzer, NISTIR 5632). They are chosen by eye, not copied: bone
//! is weaker than the tables give at that energy, as a hard chest beam shows
//! it, and spine and shoulder are weakened again so that lung and heart lead.
//! Solids add up: each carries the *difference* to what it displaces.

use crate::vector::{Bounds, Ray, Vec3};

/// Soft tissue, as water.
pub(crate) const WATER: f32 = 0.0200;
/// Fatty tissue.
pub(crate) const FAT: f32 = 0.0180;
/// Compact bone.
pub(crate) const CORTEX: f32 = 0.0500;
/// Spongy bone: trabeculae and marrow together.
pub(crate) const SPONGE: f32 = 0.0275;
/// Lung at full inspiration.
pub(crate) const LUNG: f32 = 0.0047;
/// Half the width over which the edge of a solid fades, in millimeters.
pub(crate) const EDGE: f32 = 0.35;

/// What a solid is at a point.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Probe {
    /// The distance to the surface, negative inside.
    pub(crate) distance: f32,
    /// What the solid adds to the attenuation here, per millimeter.
    pub(crate) contrast: f32,
}

impl Probe {
    /// Returns the probe of a point that is this far outside.
    pub(crate) fn outside(distance: f32) -> Probe {
        Probe { distance, contrast: 0.0 }
    }
}

/// A body that attenuates.
pub(crate) trait Solid: Send + Sync {
    /// Returns a box outside which the solid adds nothing.
    fn bounds(&self) -> Bounds;

    /// Returns distance and added attenuation at a point.
    fn probe(&self, point: Vec3) -> Probe;

    /// Returns the longest step inside, in millimeters, that still sees the
    /// texture of the solid, at this depth under its surface.
    fn grain(&self, _depth: f32) -> f32 {
        f32::INFINITY
    }

    /// Returns whether the solid moves with breath and heart beat, so that its
    /// shadow is never sharper than about half a millimeter.
    fn moves(&self) -> bool {
        false
    }

    /// Returns `∫ µ ds` of the solid along a ray between two distances.
    fn path(&self, ray: &Ray, near: f32, far: f32) -> f32 {
        march(self, ray, near, far)
    }
}

/// Returns how much of a sample at this distance from a surface is inside.
pub(crate) fn coverage(distance: f32) -> f32 {
    (0.5 - distance / (2.0 * EDGE)).clamp(0.0, 1.0)
}

/// Integrates a solid along a ray: long steps where the distance allows them,
/// short ones near the surface and in texture.
fn march<S: Solid + ?Sized>(solid: &S, ray: &Ray, near: f32, far: f32) -> f32 {
    let (mut t, mut sum) = (near, 0.0);
    let mut before = solid.probe(ray.at(t)).contrast;
    let mut stride = EDGE;
    while t < far {
        let step = stride.min(far - t).max(1e-3);
        t += step;
        let probe = solid.probe(ray.at(t));
        sum += 0.5 * (before + probe.contrast) * step;
        before = probe.contrast;
        stride = if probe.distance > 0.0 {
            (probe.distance * 0.7).max(EDGE)
        } else {
            (-probe.distance * 0.7).clamp(EDGE, solid.grain(-probe.distance).max(EDGE))
        };
    }
    sum
}

/// Returns the transmitted fraction for a path of attenuation.
pub(crate) fn transmission(path: f32) -> f32 {
    (-path).exp()
}

/// Returns the length of the chord a ray cuts from an ellipsoid.
#[cfg(test)]
pub(crate) fn ellipsoid_chord(ray: &Ray, center: Vec3, radii: Vec3) -> f32 {
    let inverse = crate::vector::vec3(1.0 / radii.x, 1.0 / radii.y, 1.0 / radii.z);
    let origin = (ray.origin - center).scale(inverse);
    let direction = ray.direction.scale(inverse);
    let (a, b, c) = (direction.dot(direction), origin.dot(direction), origin.dot(origin) - 1.0);
    let discriminant = b * b - a * c;
    if discriminant > 0.0 { 2.0 * discriminant.sqrt() / a } else { 0.0 }
}

/// Returns the chord of a ray in a straight piece of a round tube.
///
/// By reciprocity it equals the length of the axis that lies within one radius
/// of the ray. Counted so, the pieces of a bent tube add up without a bead at
/// the joints, which a chain of capsules would show.
pub(crate) fn tube_chord(ray: &Ray, from: Vec3, to: Vec3, radius: f32) -> f32 {
    let axis = to - from;
    let length = axis.length();
    let across = |v: Vec3| v - ray.direction * v.dot(ray.direction);
    let (start, run) = (across(from - ray.origin), across(axis));
    let (a, b) = (run.dot(run), start.dot(run));
    let c = start.dot(start) - radius * radius;
    if a < 1e-6 * length * length {
        return if c < 0.0 { length } else { 0.0 };
    }
    let discriminant = b * b - a * c;
    if discriminant <= 0.0 {
        return 0.0;
    }
    let root = discriminant.sqrt();
    let (enter, leave) = (((-b - root) / a).max(0.0), ((-b + root) / a).min(1.0));
    (leave - enter).max(0.0) * length
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape;
    use crate::vector::vec3;

    struct Ball(f32);

    impl Solid for Ball {
        fn bounds(&self) -> Bounds {
            Bounds::around(&[Vec3::default()], self.0 + 1.0)
        }
        fn probe(&self, point: Vec3) -> Probe {
            let distance = shape::ellipsoid(point, vec3(self.0, self.0, self.0));
            Probe { distance, contrast: WATER * coverage(distance) }
        }
    }

    fn ray(x: f32) -> Ray {
        Ray { origin: vec3(x, -100.0, 0.0), direction: vec3(0.0, 1.0, 0.0) }
    }

    #[test]
    fn chord_through_the_middle_is_the_diameter() {
        let radii = vec3(4.0, 7.0, 9.0);
        assert!((ellipsoid_chord(&ray(0.0), Vec3::default(), radii) - 14.0).abs() < 1e-2);
        assert_eq!(ellipsoid_chord(&ray(5.0), Vec3::default(), radii), 0.0);
    }

    #[test]
    fn marching_agrees_with_the_chord() {
        let ball = Ball(30.0);
        for x in [0.0, 10.0, 25.0] {
            let exact = WATER * ellipsoid_chord(&ray(x), Vec3::default(), vec3(30.0, 30.0, 30.0));
            let (near, far) = ray(x).through(&ball.bounds()).expect("the ray meets the box");
            let marched = ball.path(&ray(x), near, far);
            assert!((marched - exact).abs() < 0.01 * exact + 0.003, "{x}: {marched} {exact}");
        }
    }

    #[test]
    fn beer_lambert_halves_at_the_half_value_layer() {
        let layer = std::f32::consts::LN_2 / WATER;
        assert!((transmission(WATER * layer) - 0.5).abs() < 1e-6);
        let both = transmission(0.3) * transmission(0.4);
        assert!((transmission(0.7) - both).abs() < 1e-6);
    }

    #[test]
    fn tube_chord_is_that_of_a_cylinder_and_adds_up() {
        let (a, b) = (vec3(-50.0, 0.0, 1.0), vec3(50.0, 0.0, 1.0));
        let chord = tube_chord(&ray(0.0), a, b, 3.0);
        assert!((chord - 2.0 * 8.0_f32.sqrt()).abs() < 1e-3);
        let halves = tube_chord(&ray(0.0), a, vec3(0.7, 0.0, 1.0), 3.0)
            + tube_chord(&ray(0.0), vec3(0.7, 0.0, 1.0), b, 3.0);
        assert!((halves - chord).abs() < 1e-3);
    }
}
