//! The vertebral column from C5 to L2.
//!
//! Each vertebra is a waisted body with end plates, pedicles, laminae,
//! articular, transverse and spinous processes, joined with soft seams. Sizes
//! are those of an adult, set by eye; the curve is a mild thoracic kyphosis.

use crate::noise;
use crate::physics::{CORTEX, Probe, SPONGE, Solid, WATER, coverage};
use crate::shape::{Profile, capsule, ellipse, smooth_max, smooth_min, smoothstep};
use crate::vector::{Bounds, Vec3, vec3};

/// Where a vertebra is and how large its body is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vertebra {
    /// The middle of the body.
    pub(crate) center: Vec3,
    /// Half the width of the body.
    pub(crate) half_width: f32,
    /// Half its depth.
    pub(crate) half_depth: f32,
    /// Half its height.
    pub(crate) half_height: f32,
    /// How far it leans forward, in radians.
    lean: f32,
}

/// Heights of the centers, C5 to L2; T1 is the fourth.
const HEIGHTS: [f32; 17] = [
    204.0, 187.5, 170.5, 152.5, 133.5, 114.0, 94.0, 73.5, 52.5, 31.0, 9.0, -13.5, -37.0, -61.5,
    -87.5, -115.5, -146.0,
];
/// Where the front-to-back middle of the column lies over height.
const CURVE: Profile = Profile(&[
    (-160.0, -36.0),
    (-100.0, -50.0),
    (-40.0, -63.0),
    (20.0, -68.0),
    (70.0, -63.0),
    (120.0, -48.0),
    (160.0, -30.0),
    (210.0, -14.0),
]);

/// Returns the vertebra with an index from C5 (0) to L2 (16).
fn vertebra(index: usize) -> Vertebra {
    let z = HEIGHTS[index];
    let t = index as f32 / 16.0;
    let spacing = HEIGHTS[index.min(15)] - HEIGHTS[index.min(15) + 1];
    let half_width = if index < 4 { 13.5 } else { 13.6 + 9.5 * (t * 1.25 - 0.3).max(0.0) };
    Vertebra {
        center: vec3(1.2 * (z * 0.018).sin(), CURVE.at(z), z),
        half_width,
        half_depth: 9.0 + 8.5 * t,
        half_height: spacing * 0.5 - 2.0 - 1.2 * t,
        lean: -CURVE.slope(z) * 0.9,
    }
}

/// Returns a thoracic vertebra, 0 for T1 to 11 for T12.
pub(crate) fn thoracic(level: usize) -> Vertebra {
    vertebra(level + 3)
}

/// Returns the distance to the column with its ligaments and muscles, as it
/// bounds the lungs.
pub(crate) fn sheath(point: Vec3) -> f32 {
    let center = CURVE.at(point.z);
    let t = ((210.0 - point.z) / 360.0).clamp(0.0, 1.0);
    let body = ellipse(point.x, point.y - center, 17.0 + 8.0 * t, 13.0 + 7.0 * t);
    let back = ellipse(point.x, point.y - center + 34.0, 34.0, 26.0);
    smooth_min(body, back, 8.0)
}

/// One vertebra as a solid.
struct Bone {
    vertebra: Vertebra,
    seed: u32,
    coarse: f32,
    /// How far the transverse processes reach.
    reach: f32,
}

impl Bone {
    /// Returns the distance of a point given in the frame of the vertebra.
    fn distance(&self, p: Vec3) -> f32 {
        let v = &self.vertebra;
        let (w, d, h) = (v.half_width, v.half_depth, v.half_height);
        let q = vec3(p.x.abs(), p.y, p.z);
        let waist = 1.0 - 0.10 * (1.0 - (p.z / h).powi(2)).max(0.0);
        // The back of the body is hollow toward the canal.
        let hollow = (p.y + d * 1.25).hypot(p.x) - d * 0.42;
        let side = smooth_max(ellipse(q.x, p.y, w * waist, d * waist), -hollow, 4.0);
        let dish = 1.2 * (1.0 - (q.x / w).powi(2) - (p.y / d).powi(2)).max(0.0);
        let body = smooth_max(side, p.z.abs() - h + dish, 2.2);
        let pedicle = {
            let (a, b) = (vec3(w * 0.62, -d * 0.7, h * 0.35), vec3(w * 0.68, -d - 12.0, h * 0.35));
            let squeezed = vec3(q.x, p.y, a.z + (p.z - a.z) * 0.72);
            capsule(squeezed, a, b, 4.0, 3.8)
        };
        let arch = vec3(w * 0.66, -d - 11.0, h * 0.2);
        let lamina = capsule(q, arch, vec3(0.0, -d - 21.0, -h * 0.25), 3.2, 3.2);
        let stretched = vec3(q.x, p.y, p.z * 0.7);
        let process = capsule(
            stretched,
            vec3(0.0, -d - 20.0, -1.5),
            vec3(0.0, -d - 40.0, -h * 0.75),
            2.0,
            2.2,
        );
        let tip = vec3(w * 0.5 + self.reach, -d - 19.0, h * 0.4);
        let transverse = capsule(q, arch, tip, 3.0, 3.3);
        let facet = {
            let top = vec3(arch.x, arch.y - 1.0, h * 0.95);
            capsule(vec3(q.x, p.y, p.z), top, vec3(arch.x, arch.y - 3.0, -h * 1.05), 3.6, 3.6)
        };
        let arches = smooth_min(smooth_min(lamina, transverse, 3.0), facet, 2.0);
        smooth_min(smooth_min(body, pedicle, 2.0), smooth_min(arches, process, 2.5), 2.0)
    }
}

impl Solid for Bone {
    fn bounds(&self) -> Bounds {
        let v = &self.vertebra;
        let c = v.center;
        Bounds {
            low: c - vec3(v.half_width + 24.0, v.half_depth + 48.0, v.half_height * 2.4 + 6.0),
            high: c + vec3(v.half_width + 24.0, v.half_depth + 3.0, v.half_height * 1.3 + 6.0),
        }
    }

    fn grain(&self, _depth: f32) -> f32 {
        0.7
    }

    fn probe(&self, point: Vec3) -> Probe {
        let (sin, cos) = self.vertebra.lean.sin_cos();
        let q = point - self.vertebra.center;
        let p = vec3(q.x, cos * q.y - sin * q.z, sin * q.y + cos * q.z);
        let distance = self.distance(p);
        if distance > 1.0 {
            return Probe::outside(distance);
        }
        let plate = if p.z.abs() > self.vertebra.half_height - 3.0 { 1.3 } else { 0.9 };
        let shell = 1.0 - smoothstep(plate * 0.7, plate * 1.3, -distance);
        let size = 1.9 + 1.2 * self.coarse;
        // Trabeculae of a body run up and down.
        let lattice = noise::ridged(vec3(p.x, p.y, p.z * 0.5) * (1.0 / size), 2, self.seed);
        let sponge = 0.55 * (SPONGE - WATER) * (1.0 + (1.3 + self.coarse) * (lattice - 0.42));
        let bone = sponge + (0.62 * (CORTEX - WATER) - sponge) * shell;
        Probe { distance, contrast: bone * coverage(distance) }
    }
}

/// Adds the vertebrae; `coarse` is 1 for trabeculae as in marrow hyperplasia.
pub(crate) fn add_spine(scene: &mut Vec<Box<dyn Solid>>, coarse: f32) {
    for index in 0..HEIGHTS.len() {
        let reach = if index < 3 { 13.0 } else { 25.0 - 0.9 * index as f32 };
        let seed = 900 + index as u32;
        scene.push(Box::new(Bone { vertebra: vertebra(index), seed, coarse, reach }));
    }
}
