//! A magnetic resonance angiogram: a maximum intensity projection of blood.
//!
//! Along each parallel ray only the brightest voxel counts. A vessel is as
//! bright as its blood wherever the ray meets it, less where it is thinner
//! than the resolution; tissue is a faint background whose noise, being the
//! maximum of many samples, lies above zero (Rician).

use crate::chest::cage;
use crate::chest::mediastinum::Knot;
use crate::curve::{smooth, tortuous};
use crate::noise;
use crate::plane::Plane;
use crate::shape::smoothstep;
use crate::vector::{Vec3, vec3};

/// Resolution of the scan in millimeters.
const BLUR: f32 = 0.75;

/// A vessel: its axis and how bright its blood is.
struct Vessel {
    curve: Vec<Knot>,
    signal: f32,
}

/// The view of the projection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// Pixels across.
    pub(crate) width: usize,
    /// Pixels down.
    pub(crate) height: usize,
}

/// Along the picture from left to right: from the front to the back left.
const ACROSS: Vec3 = vec3(0.50, -0.866, 0.0);
/// Half the width of the field in millimeters.
const HALF_WIDTH: f32 = 128.0;
/// Half its height in millimeters.
const HALF_HEIGHT: f32 = 158.0;
/// The middle of the field: along the picture, and height.
const CENTER: (f32, f32) = (18.0, 28.0);

impl View {
    /// Returns the oblique sagittal view.
    pub(crate) fn oblique(scale: f32) -> View {
        let height = (1240.0 * scale) as usize;
        View { width: (height as f32 * HALF_WIDTH / HALF_HEIGHT) as usize, height }
    }

    /// Returns where a point is projected, as fractions from the top left.
    pub(crate) fn project(&self, point: Vec3) -> (f32, f32) {
        let (u, v) = (point.dot(ACROSS), point.z);
        (0.5 + 0.5 * (u - CENTER.0) / HALF_WIDTH, 0.5 - 0.5 * (v - CENTER.1) / HALF_HEIGHT)
    }

    /// Returns the gray picture, 0 black to 1 white.
    pub(crate) fn render(&self) -> Plane {
        let pitch = 2.0 * HALF_HEIGHT / self.height as f32;
        // The heart moves while it is scanned, so its pool is blurred.
        let mut pool = Plane::new(self.width, self.height);
        for vessel in blood_pool() {
            self.draw(&mut pool, &vessel);
        }
        let mut plane = self.background().zip(&pool.blurred(1.8 / pitch), f32::max);
        for vessel in vessels() {
            self.draw(&mut plane, &vessel);
        }
        let mut picture = plane.blurred(0.35 / pitch);
        let mut grain = Plane::new(self.width, self.height);
        for y in 0..self.height {
            for x in 0..self.width {
                grain.set(x, y, noise::normal(x as i32, y as i32, 41));
            }
        }
        let grain = grain.blurred(0.35 / pitch);
        let gain = 0.35 / pitch * 3.5;
        picture = picture.zip(&grain, |p, n| (p + 0.012 * gain * n).abs());
        picture
    }

    /// Returns muscle, fat and marrow that are not quite suppressed.
    fn background(&self) -> Plane {
        let mut plane = Plane::new(self.width, self.height);
        for y in 0..self.height {
            for x in 0..self.width {
                let u = (2.0 * (x as f32 + 0.5) / self.width as f32 - 1.0) * HALF_WIDTH + CENTER.0;
                let z =
                    (1.0 - 2.0 * (y as f32 + 0.5) / self.height as f32) * HALF_HEIGHT + CENTER.1;
                plane.set(x, y, tissue(u, z));
            }
        }
        plane
    }

    /// Draws a vessel where it is brighter than what is there.
    fn draw(&self, plane: &mut Plane, vessel: &Vessel) {
        let pitch = 2.0 * HALF_HEIGHT / self.height as f32;
        for (i, pair) in vessel.curve.windows(2).enumerate() {
            let ((a, ra), (b, rb)) = (pair[0], pair[1]);
            let flat = |p: Vec3| {
                let (u, v) = self.project(p);
                (u * self.width as f32, v * self.height as f32)
            };
            let ((ax, ay), (bx, by)) = (flat(a), flat(b));
            let reach = (ra.max(rb) + 3.0 * BLUR) / pitch;
            let columns = clip(ax.min(bx) - reach, ax.max(bx) + reach, self.width);
            for y in clip(ay.min(by) - reach, ay.max(by) + reach, self.height) {
                for x in columns.clone() {
                    let (px, py) = (x as f32 + 0.5 - ax, y as f32 + 0.5 - ay);
                    let (dx, dy) = (bx - ax, by - ay);
                    let t = ((px * dx + py * dy) / (dx * dx + dy * dy).max(1e-6)).clamp(0.0, 1.0);
                    let distance = (px - dx * t).hypot(py - dy * t) * pitch;
                    let radius = ra + (rb - ra) * t;
                    let flow = 1.0 + 0.05 * noise::value(vec3(i as f32 * 0.11, radius, 2.0), 43);
                    let value = vessel.signal * flow * profile(distance, radius);
                    if value > plane.get(x, y) {
                        plane.set(x, y, value);
                    }
                }
            }
        }
    }
}

/// Returns the pixels between two places, cut to the picture.
fn clip(low: f32, high: f32, count: usize) -> std::ops::Range<usize> {
    (low.floor().max(0.0) as usize).min(count)..(high.ceil().max(0.0) as usize).min(count)
}

/// Returns the brightest sample of a round vessel at a distance from its axis.
fn profile(distance: f32, radius: f32) -> f32 {
    let edge = smoothstep(radius + BLUR, radius - BLUR, distance);
    let thin = 1.0 - (-(radius / BLUR).powi(2)).exp();
    let round = (1.0 - (distance / radius.max(0.1)).powi(2)).max(0.0).sqrt();
    edge * thin * (0.66 + 0.34 * round)
}

/// Returns the faint signal of tissue at a place of the picture.
fn tissue(u: f32, z: f32) -> f32 {
    let p = vec3(u, 0.0, z);
    let spine = smoothstep(26.0, 14.0, (u - 66.0 + (z - 20.0).abs() * 0.06).abs());
    let disc = 0.5 + 0.5 * ((z + 200.0) * 0.29).sin();
    let wall = smoothstep(-90.0, -104.0, u + (z - 10.0).abs() * 0.12)
        + smoothstep(92.0, 108.0, u + (z - 20.0).abs() * 0.1);
    let mottle = 0.5 + 0.5 * noise::fractal(p * 0.06, 4, 44);
    let fine = noise::fractal(p * 0.5, 2, 45);
    let lung = smoothstep(120.0, 60.0, (u - 10.0).hypot((z - 10.0) * 0.8));
    0.030
        + 0.035 * mottle
        + 0.012 * fine
        + 0.045 * spine * (0.6 + 0.4 * disc)
        + 0.05 * wall.min(1.0) * mottle
        - 0.02 * lung
}

/// The tightest point of the coarctation.
pub(crate) const NARROWING: Vec3 = vec3(23.5, -46.0, 80.0);
/// The widest point beyond it.
pub(crate) const DILATATION: Vec3 = vec3(28.0, -57.0, 54.0);

/// The aorta as contrast medium shows it.
const AORTA: [Knot; 18] = [
    (vec3(8.0, 18.0, -8.0), 11.0),
    (vec3(3.0, 21.0, 4.0), 15.5),
    (vec3(-1.0, 23.0, 12.0), 16.5),
    (vec3(-6.0, 25.0, 22.0), 14.2),
    (vec3(-11.0, 27.0, 40.0), 15.0),
    (vec3(-13.0, 26.0, 60.0), 15.0),
    (vec3(-10.0, 19.0, 80.0), 14.2),
    (vec3(-1.0, 3.0, 94.0), 12.4),
    (vec3(8.0, -14.0, 99.5), 10.6),
    (vec3(16.0, -29.0, 98.0), 9.4),
    (vec3(21.0, -39.0, 91.0), 7.8),
    (vec3(23.0, -44.0, 84.0), 4.4),
    (vec3(23.5, -46.0, 80.0), 2.1),
    (vec3(24.0, -48.0, 75.5), 5.6),
    (vec3(26.0, -53.0, 66.0), 13.4),
    (vec3(28.0, -57.0, 52.0), 15.0),
    (vec3(28.0, -60.0, 32.0), 12.2),
    (vec3(26.0, -62.0, 8.0), 10.8),
];
/// The aorta below the level of the heart base.
const DESCENDING: [Knot; 5] = [
    (vec3(26.0, -62.0, 8.0), 10.8),
    (vec3(23.0, -61.0, -25.0), 10.4),
    (vec3(17.0, -55.0, -60.0), 10.1),
    (vec3(11.0, -48.0, -95.0), 9.8),
    (vec3(6.0, -42.0, -140.0), 9.6),
];
/// The branches of the arch.
const BRANCHES: [[Knot; 5]; 5] = [
    // Brachiocephalic trunk and right carotid.
    [
        (vec3(-4.0, 8.0, 96.0), 7.4),
        (vec3(-12.0, 8.0, 116.0), 6.8),
        (vec3(-20.0, 6.0, 132.0), 5.6),
        (vec3(-24.0, 8.0, 160.0), 4.0),
        (vec3(-26.0, 12.0, 200.0), 3.8),
    ],
    // Right subclavian.
    [
        (vec3(-20.0, 6.0, 132.0), 5.4),
        (vec3(-32.0, 0.0, 145.0), 5.0),
        (vec3(-56.0, -8.0, 150.0), 4.6),
        (vec3(-100.0, 20.0, 138.0), 4.2),
        (vec3(-150.0, 70.0, 120.0), 3.8),
    ],
    // Left carotid.
    [
        (vec3(6.0, -8.0, 102.0), 5.2),
        (vec3(8.0, -6.0, 122.0), 4.6),
        (vec3(16.0, -2.0, 145.0), 4.0),
        (vec3(22.0, 4.0, 168.0), 3.9),
        (vec3(26.0, 10.0, 200.0), 3.8),
    ],
    // Left subclavian, wide.
    [
        (vec3(15.0, -25.0, 101.0), 7.6),
        (vec3(22.0, -28.0, 120.0), 7.6),
        (vec3(30.0, -24.0, 140.0), 7.0),
        (vec3(48.0, -18.0, 153.0), 6.0),
        (vec3(150.0, -90.0, 145.0), 4.4),
    ],
    // Left vertebral.
    [
        (vec3(32.0, -22.0, 143.0), 2.6),
        (vec3(26.0, -28.0, 158.0), 2.2),
        (vec3(22.0, -22.0, 172.0), 2.1),
        (vec3(21.0, -18.0, 188.0), 2.1),
        (vec3(21.0, -16.0, 204.0), 2.0),
    ],
];

/// Returns the arteries.
fn vessels() -> Vec<Vessel> {
    let mut all = Vec::new();
    let mut add = |curve: Vec<Knot>, signal: f32| all.push(Vessel { curve, signal });
    add(smooth(&AORTA, 14), 0.97);
    add(smooth(&DESCENDING, 14), 0.92);
    for branch in &BRANCHES {
        add(tortuous(&smooth(branch, 12), 1.3, 42.0, 3), 0.93);
    }
    for side in [-1.0, 1.0] {
        add(internal_thoracic(side), if side > 0.0 { 0.9 } else { 0.72 });
        for level in 2..10 {
            let signal = if side > 0.0 { 0.82 } else { 0.5 };
            add(intercostal(level, side), signal - 0.03 * level as f32);
        }
        add(scapular(side), if side > 0.0 { 0.8 } else { 0.55 });
    }
    all
}

/// Heart, pulmonary vessels and veins: blood with less contrast medium.
fn blood_pool() -> Vec<Vessel> {
    let pool: [(&[Knot], f32); 6] = [
        (
            &[
                (vec3(10.0, 16.0, -14.0), 15.0),
                (vec3(26.0, 16.0, -26.0), 22.0),
                (vec3(44.0, 18.0, -42.0), 20.0),
                (vec3(60.0, 20.0, -56.0), 11.0),
            ],
            0.40,
        ),
        (
            &[
                (vec3(0.0, -14.0, 12.0), 16.0),
                (vec3(8.0, -22.0, 10.0), 19.0),
                (vec3(16.0, -22.0, 8.0), 15.0),
            ],
            0.30,
        ),
        (
            &[
                (vec3(16.0, 40.0, -10.0), 16.0),
                (vec3(15.0, 44.0, 10.0), 14.0),
                (vec3(18.0, 36.0, 34.0), 12.0),
                (vec3(24.0, 10.0, 50.0), 10.5),
                (vec3(36.0, -16.0, 50.0), 8.5),
                (vec3(46.0, -36.0, 30.0), 5.5),
            ],
            0.27,
        ),
        (
            &[
                (vec3(22.0, 12.0, 50.0), 10.0),
                (vec3(0.0, 2.0, 48.0), 9.0),
                (vec3(-28.0, -8.0, 44.0), 8.0),
                (vec3(-46.0, -24.0, 22.0), 5.0),
            ],
            0.24,
        ),
        (
            &[
                (vec3(-20.0, 14.0, 30.0), 15.0),
                (vec3(-20.0, 20.0, -6.0), 20.0),
                (vec3(-20.0, 10.0, -36.0), 15.0),
            ],
            0.20,
        ),
        (
            &[
                (vec3(-25.0, 15.0, 104.0), 8.5),
                (vec3(-25.0, 16.0, 60.0), 8.5),
                (vec3(-22.0, 16.0, 28.0), 9.0),
            ],
            0.19,
        ),
    ];
    pool.into_iter().map(|(knots, signal)| Vessel { curve: smooth(knots, 14), signal }).collect()
}

/// Returns the internal thoracic artery behind the front wall.
fn internal_thoracic(side: f32) -> Vec<Knot> {
    let front = |z: f32| vec3(19.0, cage::wall(cage::ANTERIOR - 0.25, z, -4.0).y, z).on_side(side);
    let mut knots = vec![
        (vec3(34.0, -16.0, 142.0).on_side(side), 3.4),
        (vec3(30.0, 8.0, 134.0).on_side(side), 3.2),
    ];
    for step in 0..=8 {
        let z = 116.0 - 31.0 * step as f32;
        knots.push((front(z), 3.1 - 0.11 * step as f32));
    }
    tortuous(&smooth(&knots, 20), 2.6, 24.0, if side > 0.0 { 21 } else { 22 })
}

/// Returns an intercostal artery: from the aorta back, then along its rib.
fn intercostal(level: usize, side: f32) -> Vec<Knot> {
    let rib = cage::stations(level, side, &cage::RibStyle::NORMAL);
    let start = rib[8].center;
    let from = vec3(20.0, -62.0, (start.z - 14.0).min(70.0));
    let mut knots = vec![(from, 1.9), (from.lerp(start, 0.5) + vec3(0.0, -10.0, 3.0), 1.9)];
    let end = if level < 7 { 62 } else { 46 };
    for index in (9..=end).step_by(4) {
        let station = &rib[index];
        let worn = (index as f32 / end as f32).powi(3);
        let wide = (2.1 - 0.07 * (level as f32 - 4.0).abs()) * (1.0 - 0.72 * worn);
        knots.push((station.center - station.upward * (station.tall * 0.9), wide));
    }
    let seed = level as u32 * 2 + u32::from(side > 0.0) + 50;
    tortuous(&smooth(&knots, 16), 3.4, 19.0, seed)
}

/// Returns a collateral from the subclavian around the scapula.
fn scapular(side: f32) -> Vec<Knot> {
    let knots = [
        (vec3(46.0, -16.0, 150.0).on_side(side), 3.0),
        (vec3(70.0, -45.0, 156.0).on_side(side), 2.8),
        (vec3(96.0, -80.0, 140.0).on_side(side), 2.5),
        (vec3(112.0, -94.0, 105.0).on_side(side), 2.4),
        (vec3(118.0, -96.0, 65.0).on_side(side), 2.2),
        (vec3(116.0, -92.0, 30.0).on_side(side), 1.9),
        (vec3(110.0, -86.0, 0.0).on_side(side), 1.4),
    ];
    tortuous(&smooth(&knots, 24), 4.4, 24.0, if side > 0.0 { 31 } else { 32 })
}

/// Returns places on collaterals for arrows: the internal thoracic artery and
/// an intercostal artery.
pub(crate) fn collateral_landmarks() -> [Vec3; 2] {
    let thoracic = internal_thoracic(1.0);
    let back = intercostal(5, 1.0);
    [thoracic[thoracic.len() * 45 / 100].0, back[back.len() / 5].0]
}
