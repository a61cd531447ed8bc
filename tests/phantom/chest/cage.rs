//! The chest wall: the envelope of the thoracic cavity and the ribs on it.
//!
//! The cavity is a stack of rounded sections whose half width and depth are
//! profiles over height. A rib runs on that envelope from its vertebra
//! around to the front, falling as it goes: the posterior arc slopes gently,
//! the anterior one steeply, and the anterior end lies some 10 cm lower than
//! the head, as on any erect film.

use std::f32::consts::{FRAC_PI_2, PI};
use std::sync::LazyLock;

use super::spine;
use crate::noise;
use crate::physics::{CORTEX, Probe, SPONGE, Solid, WATER, coverage};
use crate::shape::{Profile, ellipse, smooth_max, smoothstep};
use crate::vector::{Bounds, Vec3, vec3};

/// Half width of the cavity over height.
const WIDTH: Profile = Profile(&[
    (-160.0, 118.0),
    (-120.0, 128.0),
    (-90.0, 134.0),
    (-60.0, 138.0),
    (-30.0, 139.0),
    (0.0, 137.0),
    (30.0, 132.0),
    (60.0, 124.0),
    (85.0, 114.0),
    (105.0, 103.0),
    (120.0, 92.0),
    (135.0, 78.0),
    (147.0, 62.0),
    (156.0, 40.0),
    (162.0, 12.0),
]);
/// Where the cavity ends in front.
const FRONT: Profile = Profile(&[
    (-160.0, 70.0),
    (-120.0, 84.0),
    (-80.0, 94.0),
    (-40.0, 98.0),
    (0.0, 94.0),
    (40.0, 84.0),
    (70.0, 70.0),
    (100.0, 50.0),
    (125.0, 28.0),
    (145.0, 4.0),
    (162.0, -30.0),
]);
/// Where the cavity ends behind.
const BACK: Profile = Profile(&[
    (-160.0, -78.0),
    (-120.0, -86.0),
    (-60.0, -95.0),
    (0.0, -98.0),
    (50.0, -96.0),
    (90.0, -88.0),
    (120.0, -78.0),
    (145.0, -68.0),
    (162.0, -56.0),
]);

/// Exponent of the rounded sections; 2 would be an ellipse.
const SQUARE: f32 = 2.35;

/// One section of the cavity.
#[derive(Clone, Copy)]
struct Section {
    half: f32,
    middle: f32,
    front: f32,
    back: f32,
    /// How fast the half width changes with height.
    width_slope: f32,
    /// How fast the front changes with height.
    front_slope: f32,
}

/// Sections every millimeter from [`LOWEST`] up, as the profiles are slow.
static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| {
    (0..360)
        .map(|i| {
            let z = LOWEST + i as f32;
            let (front, back) = (FRONT.at(z), BACK.at(z));
            let middle = back + 0.46 * (front - back);
            Section {
                half: WIDTH.at(z).max(4.0),
                middle,
                front: front - middle,
                back: middle - back,
                width_slope: WIDTH.slope(z),
                front_slope: FRONT.slope(z),
            }
        })
        .collect()
});

/// Height of the lowest section.
const LOWEST: f32 = -180.0;

/// Returns the section at a height.
fn section(z: f32) -> Section {
    let place = (z - LOWEST).clamp(0.0, 358.0);
    let (a, b) = (SECTIONS[place as usize], SECTIONS[place as usize + 1]);
    let mix = |a: f32, b: f32| a + (b - a) * place.fract();
    Section {
        half: mix(a.half, b.half),
        middle: mix(a.middle, b.middle),
        front: mix(a.front, b.front),
        back: mix(a.back, b.back),
        width_slope: mix(a.width_slope, b.width_slope),
        front_slope: mix(a.front_slope, b.front_slope),
    }
}

/// Returns the distance to the thoracic cavity.
pub(crate) fn cavity(point: Vec3) -> f32 {
    let s = section(point.z);
    let y = point.y - s.middle;
    let depth = if y > 0.0 { s.front } else { s.back };
    let (u, v) = (point.x.abs() / s.half, y.abs() / depth.max(4.0));
    let (pu, pv) = (u.powf(SQUARE - 1.0), v.powf(SQUARE - 1.0));
    let value = (pu * u + pv * v).powf(1.0 / SQUARE).max(1e-4);
    let gradient = value.powf(1.0 - SQUARE) * (pu / s.half).hypot(pv / depth.max(4.0));
    let flat = (value - 1.0) / gradient.max(0.3 / s.half);
    let slope = s.width_slope * u.min(1.0) + 0.6 * s.front_slope * v.min(1.0);
    let distance = flat / (1.0 + slope * slope).sqrt();
    smooth_max(distance, (point.z - 160.0) * 0.9, 6.0)
}

/// Returns a point of the cavity wall, `angle` from the midline of the back,
/// lifted outward by `lift`.
pub(crate) fn wall(angle: f32, z: f32, lift: f32) -> Vec3 {
    let s = section(z);
    let (sin, cos) = angle.sin_cos();
    let power = 2.0 / SQUARE;
    let depth = if cos > 0.0 { s.back } else { s.front };
    let x = (s.half + lift) * sin.abs().powf(power);
    let y = s.middle - (depth + lift) * cos.abs().powf(power) * cos.signum();
    vec3(x, y, z)
}

/// What sets the ribs of one patient apart from those of another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RibStyle {
    /// Height of the ribs relative to a slender adult.
    pub(crate) height: f32,
    /// Thickness of the ribs relative to a slender adult.
    pub(crate) thickness: f32,
    /// Thickness of the cortex in millimeters.
    pub(crate) cortex: f32,
    /// How coarse the trabeculae are: 0 fine, 1 as in marrow hyperplasia.
    pub(crate) coarse: f32,
    /// Whether collateral arteries have scalloped the lower margins.
    pub(crate) notched: bool,
}

impl RibStyle {
    /// The ribs of a healthy adult.
    pub(crate) const NORMAL: RibStyle =
        RibStyle { height: 1.0, thickness: 1.0, cortex: 1.0, coarse: 0.0, notched: false };
}

/// A place on the axis of a rib, with the frame of its section.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Station {
    /// The middle of the section.
    pub(crate) center: Vec3,
    /// Away from the cavity.
    outward: Vec3,
    /// Along the height of the rib, toward the head.
    pub(crate) upward: Vec3,
    /// Half the thickness.
    thick: f32,
    /// Half the height.
    pub(crate) tall: f32,
}

/// How far around the chest the bone of each rib reaches, in radians.
const REACH: [f32; 12] = [2.55, 2.56, 2.55, 2.52, 2.47, 2.38, 2.28, 2.2, 2.1, 1.98, 1.45, 0.95];
/// How far each rib falls from its neck to its anterior end.
const FALL: [f32; 12] = [34.0, 56.0, 72.0, 84.0, 92.0, 97.0, 100.0, 98.0, 90.0, 80.0, 62.0, 40.0];
/// Half the height of each rib.
const TALL: [f32; 12] = [6.6, 6.0, 6.0, 6.2, 6.4, 6.6, 6.8, 6.7, 6.5, 6.0, 5.2, 4.4];
/// Where along the rib the fall happens: share of the reach, share of the fall.
const DROP: Profile = Profile(&[
    (0.0, 0.0),
    (0.12, 0.0),
    (0.25, 0.09),
    (0.4, 0.27),
    (0.52, 0.45),
    (0.65, 0.62),
    (0.8, 0.8),
    (1.0, 1.0),
]);

/// Returns the stations of a rib, `level` 0 to 11, on the side of `side`.
pub(crate) fn stations(level: usize, side: f32, style: &RibStyle) -> Vec<Station> {
    let vertebra = spine::thoracic(level);
    let reach = REACH[level];
    let jitter = |k: i32| noise::cell(level as i32, side as i32, k, 71) - 0.5;
    let fall = FALL[level] * (1.0 + 0.05 * jitter(1));
    let lift = 3.6 * style.thickness.sqrt() + 0.6;
    let start = 0.30 + 0.02 * jitter(2);
    let height = vertebra.center.z + 5.0 + 2.5 * jitter(3);
    let mut path: Vec<Vec3> = Vec::new();
    let head = vertebra.center + vec3(vertebra.half_width * 0.92, -9.0, 5.5);
    let tubercle = vertebra.center + vec3(vertebra.half_width + 17.0, -31.0, 8.0);
    let first = wall(start + 0.16, height, lift);
    for i in 0..10 {
        let t = i as f32 / 10.0;
        let (p, q) = (head.lerp(tubercle, t), tubercle.lerp(first, t));
        path.push(p.lerp(q, t));
    }
    for i in 0..=62 {
        let share = i as f32 / 62.0;
        let angle = start + 0.16 + (reach - start - 0.16) * share;
        let wave = 0.9 * noise::value(vec3(share * 5.0, level as f32 * 3.1, side * 9.0), 5);
        let z = height - fall * DROP.at(angle / reach.max(2.0) * 1.0) + wave;
        path.push(wall(angle, z, lift));
    }
    let smooth = relax(path, 3);
    frame(&smooth, level, side, style)
}

/// Returns the path with its corners rounded.
fn relax(mut path: Vec<Vec3>, rounds: usize) -> Vec<Vec3> {
    for _ in 0..rounds {
        let before = path.clone();
        for i in 1..path.len() - 1 {
            path[i] = before[i] * 0.5 + (before[i - 1] + before[i + 1]) * 0.25;
        }
    }
    path
}

/// Returns the path as stations, each with the frame and size of its section.
fn frame(path: &[Vec3], level: usize, side: f32, style: &RibStyle) -> Vec<Station> {
    let last = path.len() - 1;
    (0..=last)
        .map(|i| {
            let tangent = (path[(i + 1).min(last)] - path[i.saturating_sub(1)]).unit();
            let p = path[i];
            let radial = vec3(p.x, p.y - section(p.z).middle, 0.0).unit();
            let outward = (radial - tangent * radial.dot(tangent)).unit();
            let mut upward = outward.cross(tangent).unit();
            if upward.z < 0.0 {
                upward = -upward;
            }
            let share = i as f32 / last as f32;
            let (tall, thick) = girth(share, level, style);
            Station {
                center: p.on_side(side),
                outward: outward.on_side(side),
                upward: upward.on_side(side),
                thick,
                tall,
            }
        })
        .collect()
}

/// Returns half height and half thickness of a rib at a share of its length.
fn girth(share: f32, level: usize, style: &RibStyle) -> (f32, f32) {
    let neck = smoothstep(0.0, 0.16, share);
    let end = smoothstep(0.8, 1.0, share);
    let tip = if level >= 10 { 1.0 - 0.5 * end } else { 1.0 + 0.22 * end };
    // Marrow expansion swells the neck and the anterior end most.
    let swell = (1.0 - smoothstep(0.1, 0.4, share)) * 0.35 + end * 0.45;
    let grown = style.height - 1.0;
    let tall = TALL[level] * (0.78 + 0.22 * neck) * tip * (1.0 + grown * (0.85 + swell));
    let thick = 3.7 * (1.1 - 0.1 * neck) * tip * (1.0 + (style.thickness - 1.0) * (0.8 + swell));
    (tall, thick)
}

/// A scallop in the lower margin of a rib.
#[derive(Clone, Copy, Debug)]
struct Notch {
    center: Vec3,
    radius: f32,
}

/// A stretch of one rib.
///
/// A rib is cut in stretches so that a ray meets few of them; a point belongs
/// to the stretch that holds its nearest place on the axis, so nothing counts
/// twice.
struct RibStretch {
    stations: Vec<Station>,
    /// The segments that this stretch owns, among those it knows.
    owned: std::ops::Range<usize>,
    bounds: Bounds,
    style: RibStyle,
    seed: u32,
    notches: Vec<Notch>,
    /// Whether the far end of the rib is in this stretch.
    ends: bool,
}

impl Solid for RibStretch {
    fn bounds(&self) -> Bounds {
        self.bounds
    }

    fn grain(&self, _depth: f32) -> f32 {
        0.45
    }

    fn probe(&self, point: Vec3) -> Probe {
        let (mut best, mut index, mut share) = (f32::MAX, 0, 0.0);
        for (i, pair) in self.stations.windows(2).enumerate() {
            let axis = pair[1].center - pair[0].center;
            let t = (point - pair[0].center).dot(axis) / axis.dot(axis);
            let held = t.clamp(0.0, 1.0);
            let d = point - pair[0].center - axis * held;
            let square = d.dot(d);
            if square < best {
                (best, index, share) = (square, i, held);
            }
        }
        let (a, b) = (&self.stations[index], &self.stations[index + 1]);
        let tall = a.tall + (b.tall - a.tall) * share;
        let thick = a.thick + (b.thick - a.thick) * share;
        if best > (tall + 4.0).powi(2) {
            return Probe::outside(best.sqrt() - tall);
        }
        let offset = point - a.center.lerp(b.center, share);
        let u = offset.dot(a.outward.lerp(b.outward, share));
        let v = offset.dot(a.upward.lerp(b.upward, share));
        // The lower border is thin and carries the costal groove.
        let taper = (1.0 + 0.28 * v / tall).clamp(0.6, 1.3);
        let mut distance = ellipse(u, v, thick * taper, tall);
        if self.ends && index + 2 == self.stations.len() && share >= 1.0 {
            distance = distance.max(offset.dot((b.center - a.center).unit()));
        }
        for notch in &self.notches {
            let d = (point - notch.center).length() - notch.radius;
            distance = smooth_max(distance, -d, 0.8);
        }
        if !self.owned.contains(&index) {
            return Probe { distance: distance.abs().max(0.4), contrast: 0.0 };
        }
        if distance > 1.0 {
            return Probe::outside(distance);
        }
        Probe { distance, contrast: self.bone(point, distance) * coverage(distance) }
    }
}

impl RibStretch {
    /// Returns what bone adds to soft tissue at this depth.
    fn bone(&self, point: Vec3, distance: f32) -> f32 {
        let rim = self
            .notches
            .iter()
            .map(|notch| (point - notch.center).length() - notch.radius)
            .fold(f32::MAX, f32::min);
        // The margin of a notch is sclerotic.
        let cortex = self.style.cortex + 1.3 * (1.0 - smoothstep(0.6, 2.2, rim));
        let shell = 1.0 - smoothstep(cortex * 0.4, cortex * 1.8, -distance);
        let size = 1.7 + 1.6 * self.style.coarse;
        let lattice = noise::ridged(point * (1.0 / size), 2, self.seed);
        let uneven = 1.0 + 0.25 * noise::value(point * 0.12, self.seed ^ 77);
        let weight = 1.2 + 1.5 * self.style.coarse;
        let sponge = 1.35 * (SPONGE - WATER) * (1.0 + weight * (lattice - 0.42)) * uneven;
        let compact = CORTEX - WATER;
        sponge + (compact - sponge) * shell
    }
}

/// Adds the twelve pairs of ribs and their cartilages.
pub(crate) fn add_ribs(scene: &mut Vec<Box<dyn Solid>>, style: RibStyle) {
    for side in [-1.0, 1.0] {
        for level in 0..12 {
            let rib = stations(level, side, &style);
            let notches = if style.notched { notches(level, side, &rib) } else { Vec::new() };
            add_rib(scene, &rib, &notches, style, level as u32 * 2 + u32::from(side > 0.0));
        }
    }
}

/// Adds one rib, cut in stretches.
fn add_rib(
    scene: &mut Vec<Box<dyn Solid>>,
    rib: &[Station],
    notches: &[Notch],
    style: RibStyle,
    seed: u32,
) {
    /// Segments of a stretch.
    const LENGTH: usize = 6;
    for first in (0..rib.len() - 1).step_by(LENGTH) {
        let end = (first + LENGTH).min(rib.len() - 1);
        let (from, to) = (first.saturating_sub(1), (end + 1).min(rib.len() - 1));
        let known = rib[from..=to].to_vec();
        let axis: Vec<Vec3> = rib[first..=end].iter().map(|s| s.center).collect();
        let margin = known.iter().map(|s| s.tall.max(s.thick)).fold(0.0, f32::max) + 1.0;
        let bounds = Bounds::around(&axis, margin);
        let near = Bounds::around(&axis, margin + 8.0);
        scene.push(Box::new(RibStretch {
            owned: first - from..end - from,
            bounds,
            style,
            seed,
            notches: notches.iter().filter(|n| near.contains(n.center)).copied().collect(),
            ends: to == end,
            stations: known,
        }));
    }
}

/// Returns the scallops on the lower margin of a posterior arc.
fn notches(level: usize, side: f32, rib: &[Station]) -> Vec<Notch> {
    if !(3..=7).contains(&level) {
        return Vec::new();
    }
    notch_shares(level, side)
        .into_iter()
        .map(|(share, radius)| {
            let station = &rib[(share * (rib.len() - 1) as f32) as usize];
            let depth = station.tall + radius * 0.05;
            Notch { center: station.center - station.upward * depth, radius }
        })
        .collect()
}

/// Returns where the notches of a rib lie along it, and their radii.
fn notch_shares(level: usize, side: f32) -> Vec<(f32, f32)> {
    let mut draw = noise::Generator::new(level as u32 * 13 + if side > 0.0 { 400 } else { 7 });
    let count = 3 + usize::from(draw.unit() > 0.5);
    (0..count)
        .map(|k| {
            let share = 0.225 + 0.058 * k as f32 + draw.range(-0.012, 0.012);
            (share, draw.range(3.2, 4.8))
        })
        .collect()
}

/// Returns the notches of a rib as landmarks.
pub(crate) fn notch_landmarks(level: usize, side: f32, style: &RibStyle) -> Vec<Vec3> {
    let rib = stations(level, side, style);
    notches(level, side, &rib).iter().map(|n| n.center).collect()
}

/// The angle of the lateral wall, where a frontal ray is tangent to it.
pub(crate) const LATERAL: f32 = FRAC_PI_2;
/// The angle of the midline in front.
pub(crate) const ANTERIOR: f32 = PI;
