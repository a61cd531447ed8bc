//! One slice of computed tomography through the chest phantom.
//!
//! No projection: the attenuation is sampled in a plane, averaged over the
//! thickness of the slice, put on Hounsfield's scale and shown through a
//! window. Noise is blurred as a reconstruction kernel blurs it. What a
//! radiograph cannot tell apart is added here: fat between the organs,
//! contrast medium in the blood, the cord in its canal, the table.

use crate::chest::Chest;
use crate::chest::body::Body;
use crate::chest::mediastinum::{Great, chain};
use crate::chest::{cage, lungs, spine};
use crate::noise;
use crate::physics::{Solid, WATER};
use crate::plane::Plane;
use crate::shape::{capsule, ellipse, ellipsoid, smooth_min, smoothstep, turned};
use crate::vector::{Vec3, vec3};

/// The plane of a slice and how it is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slice {
    /// Height of the slice.
    pub(crate) height: f32,
    /// Half the field of view across.
    pub(crate) half_width: f32,
    /// Half the field of view from front to back.
    pub(crate) half_depth: f32,
    /// The middle of the field from front to back.
    pub(crate) middle: f32,
    /// Pixels across.
    pub(crate) width: usize,
}

impl Slice {
    /// Returns the slice at the ninth thoracic vertebra.
    pub(crate) fn ninth(scale: f32) -> Slice {
        Slice {
            height: -17.0,
            half_width: 183.0,
            half_depth: 143.0,
            middle: -2.0,
            width: (1240.0 * scale) as usize,
        }
    }

    /// Returns pixels down.
    fn rows(&self) -> usize {
        (self.width as f32 * self.half_depth / self.half_width) as usize
    }

    /// Returns where a point lies in the picture, as fractions from top left.
    pub(crate) fn project(&self, point: Vec3) -> (f32, f32) {
        (
            0.5 + 0.5 * point.x / self.half_width,
            0.5 - 0.5 * (point.y - self.middle) / self.half_depth,
        )
    }

    /// Returns the gray picture of a chest, 0 black to 1 white.
    pub(crate) fn scan(&self, chest: &Chest) -> Plane {
        let scene = chest.scene();
        let thickness = 1.5;
        let near: Vec<&dyn Solid> = scene
            .iter()
            .map(AsRef::as_ref)
            .filter(|solid| {
                let bounds = solid.bounds();
                bounds.low.z < self.height + thickness && bounds.high.z > self.height - thickness
            })
            .collect();
        let rows = self.rows();
        let mut plane = Plane::new(self.width, rows);
        let half = rows.div_ceil(2);
        let (first, second) = plane.values.split_at_mut(half * self.width);
        std::thread::scope(|scope| {
            scope.spawn(|| self.fill(chest, &near, first, 0));
            self.fill(chest, &near, second, half);
        });
        self.reconstruct(&plane)
    }

    /// Fills rows with Hounsfield units.
    fn fill(&self, chest: &Chest, solids: &[&dyn Solid], values: &mut [f32], top: usize) {
        let rows = self.rows() as f32;
        let mut near: Vec<&dyn Solid> = Vec::new();
        for (i, value) in values.iter_mut().enumerate() {
            let (column, row) = (i % self.width, top + i / self.width);
            if column == 0 {
                let y = self.middle + (1.0 - 2.0 * row as f32 / rows) * self.half_depth;
                let meets = |solid: &&&dyn Solid| {
                    let bounds = solid.bounds();
                    bounds.low.y < y + 1.0 && bounds.high.y > y - 1.0
                };
                near = solids.iter().filter(meets).copied().collect();
            }
            let mut sum = 0.0;
            for k in 0..6 {
                let (dx, dy) = ([0.2, 0.7, 0.45][k % 3], [0.25, 0.75][k % 2]);
                let dz = [-1.2, 0.0, 1.2][k % 3];
                let u = (column as f32 + dx) / self.width as f32;
                let v = (row as f32 + dy) / rows;
                let point = vec3(
                    (2.0 * u - 1.0) * self.half_width,
                    self.middle + (1.0 - 2.0 * v) * self.half_depth,
                    self.height + dz,
                );
                let attenuation: f32 = near
                    .iter()
                    .filter(|solid| solid.bounds().contains(point))
                    .map(|solid| solid.probe(point).contrast)
                    .sum();
                sum += (attenuation / WATER - 1.0) * 1000.0 + detail(chest, point);
            }
            *value = sum / 6.0;
        }
    }

    /// Adds noise, blurs as the kernel does, and applies the window.
    fn reconstruct(&self, plane: &Plane) -> Plane {
        let mut grain = Plane::new(plane.width, plane.height);
        for y in 0..plane.height {
            for x in 0..plane.width {
                grain.set(x, y, noise::normal(x as i32, y as i32, 77));
            }
        }
        let pitch = 2.0 * self.half_width / self.width as f32;
        let (fine, coarse) = (grain.blurred(0.45 / pitch), grain.blurred(1.1 / pitch));
        let gain = 0.45 / pitch * 3.5;
        let grain = fine.zip(&coarse, |f, c| (f - 0.7 * c) * gain);
        let sharp = plane.blurred(0.42 / pitch);
        let (level, window) = (45.0, 400.0);
        sharp.zip(&grain, |hu, n| {
            let noise = if hu < -700.0 { 4.0 } else { 9.0 };
            (hu + n * noise - level) / window + 0.5
        })
    }
}

/// Returns what the slice shows beyond the radiographic phantom, in Hounsfield
/// units added to the tissue at a point.
fn detail(chest: &Chest, p: Vec3) -> f32 {
    let skin = Body::skin(p);
    if skin > 0.0 {
        return table(p);
    }
    let cavity = cage::cavity(p);
    if cavity > 0.0 {
        return wall(p, skin, cavity);
    }
    if chest.lungs.distance(p) < 0.0 {
        return 0.0;
    }
    let masses = chest.lungs.masses(p);
    if masses < 0.0 {
        // Marrow enhances a little, unevenly, with streaks of fat.
        let texture = noise::fractal(p * 0.11, 3, 61);
        return 22.0 + 12.0 * texture
            - 38.0 * smoothstep(0.1, 0.55, noise::fractal(p * 0.09, 3, 62));
    }
    inside(chest.lungs.great, p)
}

/// Returns the table top under the patient.
fn table(p: Vec3) -> f32 {
    let arc = -134.0 + p.x * p.x * 0.00045;
    let sheet = (p.y - arc).abs() - 0.9;
    if sheet < 0.0 { 620.0 } else { 0.0 }
}

/// Returns fat and muscle of the wall.
fn wall(p: Vec3, skin: f32, cavity: f32) -> f32 {
    let q = vec3(p.x.abs(), p.y, p.z);
    let erector = ellipse(q.x - 32.0, q.y + 106.0, 25.0, 15.0).min(ellipse(
        q.x - 14.0,
        q.y + 102.0,
        12.0,
        14.0,
    ));
    let trapezius = ellipse(q.x - 22.0, q.y + 122.0, 34.0, 3.6);
    let latissimus = ellipse(q.x - 112.0, q.y + 80.0, 42.0, 50.0);
    let latissimus = latissimus.max(-ellipse(q.x - 98.0, q.y + 66.0, 42.0, 48.0));
    let serratus = (cavity - 13.0).abs() - 3.4;
    let serratus = if (-70.0..60.0).contains(&p.y) { serratus } else { 9.0 };
    let intercostal = cavity - 8.5;
    let pectoral = ellipse(q.x - 62.0, q.y - 108.0, 44.0, 5.0);
    let muscle =
        erector.min(trapezius).min(latissimus).min(serratus).min(intercostal).min(pectoral);
    let sheet = vec3(p.x * 0.16, p.y * 0.16, p.z * 0.05);
    let streak = smoothstep(0.35, 0.7, noise::ridged(sheet, 2, 63));
    let fat = smoothstep(-0.4, 0.6, muscle) * smoothstep(1.2, 2.0, -skin);
    let fibers = 14.0 + 6.0 * noise::fractal(p * 0.3, 2, 64) - 55.0 * streak;
    let base = 100.0 * smoothstep(8.0, 12.0, -skin);
    -base * fat + (1.0 - fat) * fibers * smoothstep(2.0, 3.0, -skin) + fat * 10.0 * streak
}

/// Returns organs between the lungs: enhanced blood, muscle of the heart, fat.
fn inside(great: Great, p: Vec3) -> f32 {
    let aorta = chain(p, great.aorta(), 4.0);
    if aorta < 0.0 {
        return 150.0 * smoothstep(0.0, 1.2, -aorta) + 20.0;
    }
    let azygos = capsule(p, vec3(-5.0, -50.0, -90.0), vec3(-5.0, -56.0, 40.0), 3.6, 3.6);
    if azygos < 0.0 {
        return 95.0;
    }
    let gullet = ellipsoid(p - vec3(7.0, -36.0, -15.0), vec3(8.5, 6.0, 90.0));
    if gullet < 0.0 {
        return if gullet < -4.2 { -260.0 } else { 35.0 };
    }
    let canal = ellipse(p.x, p.y + 91.0, 8.0, 7.5);
    if canal < 0.0 {
        let cord = ellipse(p.x, p.y + 91.0, 4.6, 4.0);
        return if cord < 0.0 { 38.0 } else { 8.0 };
    }
    if spine::sheath(p) < 0.0 {
        return 20.0 * smoothstep(-0.2, 0.4, noise::fractal(p * 0.1, 2, 65)) - 8.0;
    }
    let heart = great.heart(p);
    if heart < 0.0 {
        return chambers(p, heart);
    }
    if lungs::diaphragm(p.x, p.y) > p.z {
        return 55.0;
    }
    -105.0 * smoothstep(0.0, 1.5, heart.min(aorta)) + 10.0 * noise::fractal(p * 0.2, 2, 66)
}

/// Returns the chambers of the heart: blood bright, walls less.
fn chambers(p: Vec3, heart: f32) -> f32 {
    let turn = vec3(0.0, -0.60, -0.30);
    let left = ellipsoid(turned(p, vec3(40.0, 14.0, -22.0), turn), vec3(38.0, 20.0, 20.0));
    let papillary = 5.0 * noise::value(p * 0.12, 67);
    let right = ellipsoid(p - vec3(8.0, 50.0, -26.0), vec3(40.0, 18.0, 22.0)) + papillary * 0.6;
    let atrium = ellipsoid(p - vec3(-21.0, 16.0, -12.0), vec3(20.0, 27.0, 34.0));
    let behind = ellipsoid(p - vec3(4.0, -20.0, 4.0), vec3(32.0, 18.0, 24.0));
    let blood = (left + papillary * 0.5).min(right).min(smooth_min(atrium, behind, 2.0));
    let groove = smoothstep(-4.0, -1.0, heart) * smoothstep(0.1, 0.5, noise::value(p * 0.05, 68));
    let wall = 60.0 - 120.0 * groove;
    wall + (150.0 - wall) * smoothstep(0.6, -0.6, blood)
}
