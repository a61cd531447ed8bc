//! The lungs: the cavity less what stands in it.
//!
//! Below they end on the diaphragm, in the middle on heart and spine; masses
//! and fluid displace them too. Where lung touches soft tissue along the ray,
//! a sharp contour appears, and where it does not, none: the silhouette sign
//! comes out of the geometry and is not drawn.

use super::cage;
use super::mediastinum::{Great, junction};
use super::spine;
use crate::noise;
use crate::physics::{LUNG, Probe, Solid, WATER, coverage};
use crate::shape::{ellipse, smooth_max, smooth_min, smoothstep};
use crate::vector::{Bounds, Vec3, vec3};

/// Free fluid in the left pleural space.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fluid {
    /// None.
    Dry,
    /// Erect: level at the base, climbing along the walls.
    Erect,
    /// Left side down: a layer along the lateral wall.
    Decubitus,
}

/// A rounded lobe of a paraspinal mass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lobe {
    /// Its middle.
    pub(crate) center: Vec3,
    /// Its half axes.
    pub(crate) radii: Vec3,
}

/// Both lungs of one patient.
#[derive(Clone, Debug)]
pub(crate) struct Lungs {
    /// What stands between them.
    pub(crate) great: Great,
    /// The state of the left pleural space.
    pub(crate) fluid: Fluid,
    /// Masses beside the spine.
    pub(crate) lobes: Vec<Lobe>,
}

/// The height of the fluid in the middle of an erect effusion.
const LEVEL: f32 = -34.0;
/// Where the surface of decubitus fluid lies, to the left of the midline.
const LAYER: f32 = 112.0;

/// Returns the height of the diaphragm at a place.
pub(crate) fn diaphragm(x: f32, y: f32) -> f32 {
    let dome = |cx: f32, top: f32, rx: f32| {
        let u = ((x - cx) / rx).powi(2) + ((y - 8.0) / 112.0).powi(2);
        let inside = (1.0 - u).max(0.0).sqrt();
        top - 78.0 * (1.0 - inside) - (u - 1.0).max(0.0) * 70.0 - 0.10 * (8.0 - y).max(0.0)
    };
    let wave = 1.2 * noise::value(vec3(x * 0.02, y * 0.02, 3.0), 8);
    let sides = dome(-70.0, -46.0, 67.0).max(dome(73.0, -58.0, 66.0));
    smooth_max(sides, dome(2.0, -60.0, 62.0), 8.0) + wave
}

impl Lungs {
    /// Returns the distance to the surface of the lungs.
    pub(crate) fn distance(&self, p: Vec3) -> f32 {
        let cavity = cage::cavity(p);
        if cavity > 12.0 {
            return cavity * 0.8;
        }
        let base = (diaphragm(p.x, p.y) - p.z) * 0.55;
        let mut distance = smooth_max(cavity + 1.2, base, 2.0);
        if distance > 12.0 {
            return distance;
        }
        let middle = smooth_min(self.great.distance(p), spine::sheath(p), 7.0);
        distance = smooth_max(distance, -middle, 3.0);
        if !self.lobes.is_empty() {
            distance = smooth_max(distance, -self.masses(p), 1.5);
        }
        match self.fluid {
            Fluid::Dry => {}
            Fluid::Erect => {
                if p.x > junction(p) {
                    // The surface is steep at the wall; scale height to distance.
                    let steep = 0.5 + 8.8 * (cavity.min(0.0) / 10.0).exp();
                    let above = p.z - erect_surface(p, cavity);
                    distance = distance.max(-above / (1.0 + steep * steep).sqrt());
                }
            }
            Fluid::Decubitus => {
                let level = LAYER - 14.0 * smoothstep(60.0, 150.0, p.z)
                    + 7.0 * smoothstep(-30.0, -100.0, p.z);
                distance = smooth_max(distance, p.x - level, 9.0);
            }
        }
        distance
    }

    /// Returns the distance to the paraspinal masses.
    pub(crate) fn masses(&self, p: Vec3) -> f32 {
        self.lobes
            .iter()
            .map(|lobe| {
                let q = p - lobe.center;
                ellipse(q.x.hypot(q.y), q.z, lobe.radii.x, lobe.radii.z)
            })
            .fold(1e4, |a, b| smooth_min(a, b, 6.0))
    }
}

/// Returns the height of the fluid at a place, from its distance to the wall.
fn erect_surface(p: Vec3, cavity: f32) -> f32 {
    let depth = (-cavity).max(0.0);
    let lateral = smoothstep(20.0, 110.0, p.x);
    let wall = 88.0 * (-depth / 10.0).exp() + 34.0 * (-depth / 34.0).exp();
    LEVEL - 6.0 + wall * (0.45 + 0.55 * lateral)
}

/// Returns the top of the visible meniscus at the lateral wall.
pub(crate) fn meniscus_landmark() -> Vec3 {
    let z = LEVEL + 36.0;
    cage::wall(cage::LATERAL, z, -16.0)
}

/// Returns a point of the decubitus fluid surface at a height.
pub(crate) fn layer_landmark(z: f32) -> Vec3 {
    vec3(LAYER, 0.0, z)
}

/// Returns the right costophrenic angle.
pub(crate) fn angle_landmark() -> Vec3 {
    let mut z = -60.0;
    while z > -150.0 {
        let at = cage::wall(cage::LATERAL, z, -2.0);
        if diaphragm(-at.x, at.y) > z {
            return at.on_side(-1.0);
        }
        z -= 1.0;
    }
    cage::wall(cage::LATERAL, z, -2.0).on_side(-1.0)
}

impl Solid for Lungs {
    fn bounds(&self) -> Bounds {
        Bounds { low: vec3(-142.0, -101.0, -150.0), high: vec3(142.0, 101.0, 164.0) }
    }

    fn moves(&self) -> bool {
        true
    }

    fn grain(&self, _depth: f32) -> f32 {
        6.0
    }

    fn probe(&self, point: Vec3) -> Probe {
        let distance = self.distance(point);
        if distance > 1.0 {
            return Probe::outside(distance);
        }
        // Dependent lung holds more blood; fine texture is the capillary bed.
        let gradient = 1.15 - point.z * 0.0016;
        let texture = 1.0 + 0.28 * noise::fractal(point * 0.12, 2, 51);
        let lung = LUNG * gradient * texture;
        Probe { distance, contrast: (lung - WATER) * coverage(distance) }
    }
}
