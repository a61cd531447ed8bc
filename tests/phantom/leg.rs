//! A lower leg with Paget's disease of the tibia, from the side.
//!
//! The upper two thirds are wide, bowed to the front and coarse: thick cortex,
//! trabeculae drawn out along the lines of load. At the lower end the disease
//! advances as a lytic wedge, the blade of grass; beyond it the bone is sound.

use crate::camera::Camera;
use crate::noise;
use crate::physics::{FAT, Probe, Solid, WATER, coverage};
use crate::shape::{Profile, capsule, ellipse, ellipsoid, smooth_max, smooth_min, smoothstep};
use crate::vector::{Bounds, Vec3, vec3};

/// Attenuation of compact bone at the softer beam of a limb.
const COMPACT: f32 = 0.062;
/// Attenuation of spongy bone.
const SPONGY: f32 = 0.0265;

/// Height of the tip of the lytic wedge.
const TIP: f32 = -86.0;

/// Half depth of the tibia, front to back, over height.
const DEPTH: Profile = Profile(&[
    (-186.0, 20.0),
    (-176.0, 20.0),
    (-160.0, 16.5),
    (-130.0, 13.4),
    (-100.0, 13.0),
    (-75.0, 14.6),
    (-40.0, 18.6),
    (0.0, 21.2),
    (50.0, 22.2),
    (95.0, 22.8),
    (125.0, 24.5),
    (148.0, 28.0),
    (160.0, 28.5),
    (172.0, 26.5),
]);
/// Half width, side to side.
const BREADTH: Profile = Profile(&[
    (-186.0, 23.0),
    (-170.0, 21.0),
    (-145.0, 15.0),
    (-110.0, 12.0),
    (-60.0, 13.5),
    (0.0, 17.5),
    (80.0, 20.0),
    (120.0, 26.0),
    (150.0, 36.0),
    (172.0, 37.0),
]);
/// Where the axis lies, front to back: the bow.
const BOW: Profile = Profile(&[
    (-190.0, -2.0),
    (-150.0, -5.0),
    (-110.0, -3.0),
    (-70.0, 4.0),
    (-30.0, 13.5),
    (10.0, 19.5),
    (45.0, 19.5),
    (85.0, 13.5),
    (120.0, 5.0),
    (150.0, -3.0),
    (175.0, -6.0),
]);
/// Thickness of the cortex in front and behind.
const CORTEX: Profile = Profile(&[
    (-188.0, 1.0),
    (-165.0, 1.6),
    (-140.0, 3.6),
    (-100.0, 4.8),
    (-70.0, 5.6),
    (-30.0, 8.6),
    (20.0, 10.2),
    (70.0, 8.6),
    (110.0, 5.2),
    (140.0, 2.8),
    (172.0, 1.8),
]);

/// The tibia.
struct Tibia;

/// Returns how far a point is past the front of the disease: positive in
/// pagetic bone. The front is a wedge in the plane of the picture.
fn past_front(p: Vec3) -> f32 {
    let s = p.y - BOW.at(p.z) - 2.0;
    let ragged = 2.6 * noise::fractal(vec3(p.y * 0.16, p.z * 0.1, 1.0), 3, 81);
    // The sides of the wedge are slightly bowed, as a blade of grass is.
    let side = (s.abs() * 2.7).min(70.0);
    (p.z - TIP - side) * 0.29 + ragged * 0.5
}

impl Tibia {
    /// Returns the distance to the surface.
    fn distance(p: Vec3) -> f32 {
        let y = p.y - BOW.at(p.z);
        let shaft = ellipse(p.x, y, BREADTH.at(p.z), DEPTH.at(p.z));
        let slope = 1.0 / (1.0 + DEPTH.slope(p.z).powi(2)).sqrt();
        let plateau = p.z - 168.0 + 0.10 * (6.0 - p.y) - 0.0016 * p.x * p.x;
        let plafond = -183.0 - p.z + 5.0 - 0.010 * (p.y + 2.0).powi(2);
        let ends = smooth_max(plateau, plafond, 1.0);
        let bone = smooth_max(shaft * slope, ends, 3.5);
        let tuberosity = ellipsoid(p - vec3(0.0, 25.0, 128.0), vec3(12.0, 8.0, 20.0));
        let malleolus = ellipsoid(p - vec3(-19.0, -3.0, -186.0), vec3(8.0, 14.0, 17.0));
        smooth_min(smooth_min(bone, tuberosity, 8.0), malleolus, 5.0)
    }

    /// Returns what bone adds to soft tissue at a depth under the surface.
    fn bone(p: Vec3, depth: f32) -> f32 {
        let front = past_front(p);
        let sick = smoothstep(-0.5, 0.5, front);
        // Behind the wedge the lysis gives way to coarse, dense repair.
        let repaired = smoothstep(6.0, 26.0, front);
        let lysis = sick * (1.0 - repaired);
        let thick = CORTEX.at(p.z);
        let sound_thick = thick.min(4.9);
        let uneven = 1.0 + sick * 0.22 * noise::value(vec3(p.x * 0.1, p.y * 0.1, p.z * 0.035), 82);
        let edge = (sound_thick + (thick - sound_thick) * sick) * uneven;
        let blur = 0.5 + 2.6 * sick;
        let shell = 1.0 - smoothstep(edge - blur, edge + blur, depth);
        let fine = noise::ridged(vec3(p.x, p.y, p.z * 0.55) * 0.55, 2, 83);
        // Bend the lattice of the noise, or its axes show.
        let q = p * 0.035;
        let bend = vec3(noise::value(q, 71), noise::value(q, 72), noise::value(q, 73)) * 7.0;
        let w = p + bend;
        let w = vec3(w.x + 0.5 * w.y, w.y - 0.4 * w.x + 0.16 * w.z, w.z);
        let strands = noise::ridged(vec3(w.x * 0.17, w.y * 0.17, w.z * 0.04), 2, 84);
        let struts = noise::ridged(vec3(w.x * 0.10, w.y * 0.12, w.z * 0.07), 2, 85);
        let ends = smoothstep(60.0, 150.0, p.z.abs());
        let sound = SPONGY - WATER + (0.008 * ends + 0.001) * (fine - 0.35);
        let coarse = 0.001 + 0.034 * (strands - 0.25).max(0.0) + 0.030 * (struts - 0.32).max(0.0);
        let inner = sound + (coarse - sound) * sick * (0.25 + 0.75 * repaired);
        let tunnels = noise::ridged(vec3(w.x * 0.28, w.y * 0.3, w.z * 0.05), 2, 86);
        let compact = (COMPACT - WATER)
            * (1.0 - sick * repaired * 0.48 * (tunnels * 1.5).min(1.0))
            * (1.0 - 0.55 * lysis);
        inner * (1.0 - 0.45 * lysis) + (compact - inner) * shell
    }
}

impl Solid for Tibia {
    fn bounds(&self) -> Bounds {
        Bounds { low: vec3(-42.0, -40.0, -206.0), high: vec3(42.0, 48.0, 180.0) }
    }

    fn grain(&self, _depth: f32) -> f32 {
        0.7
    }

    fn probe(&self, point: Vec3) -> Probe {
        let distance = Tibia::distance(point);
        if distance > 1.0 {
            return Probe::outside(distance);
        }
        Probe { distance, contrast: Tibia::bone(point, -distance) * coverage(distance) }
    }
}

/// The sound bones: fibula, femur, patella, talus, calcaneus.
struct Sound {
    outline: fn(Vec3) -> f32,
    cortex: Profile,
    bounds: Bounds,
}

impl Solid for Sound {
    fn bounds(&self) -> Bounds {
        self.bounds
    }

    fn grain(&self, _depth: f32) -> f32 {
        0.8
    }

    fn probe(&self, p: Vec3) -> Probe {
        let distance = (self.outline)(p);
        if distance > 1.0 {
            return Probe::outside(distance);
        }
        let edge = self.cortex.at(p.z);
        let shell = 1.0 - smoothstep(edge - 0.5, edge + 0.5, -distance);
        let lattice = noise::ridged(vec3(p.x, p.y, p.z * 0.6) * 0.55, 2, 88);
        let inner = SPONGY - WATER + 0.009 * (lattice - 0.35);
        let bone = inner + (COMPACT - WATER - inner) * shell;
        Probe { distance, contrast: bone * coverage(distance) }
    }
}

/// Radius of the fibula over height.
const FIBULA_RADIUS: Profile = Profile(&[
    (-212.0, 5.0),
    (-200.0, 8.5),
    (-180.0, 9.5),
    (-155.0, 7.2),
    (-120.0, 6.2),
    (0.0, 6.4),
    (100.0, 5.6),
    (130.0, 6.6),
    (145.0, 10.0),
    (156.0, 9.0),
]);
/// Where its axis lies, front to back.
const FIBULA_AXIS: Profile = Profile(&[
    (-210.0, -8.0),
    (-150.0, -14.0),
    (-80.0, -20.0),
    (0.0, -23.0),
    (80.0, -25.0),
    (150.0, -27.0),
]);

/// Returns the distance to the fibula.
fn fibula(p: Vec3) -> f32 {
    let x = p.x - 30.0 + 0.03 * (p.z - 100.0).abs().min(60.0);
    let radius = FIBULA_RADIUS.at(p.z);
    let round = ellipse(x, p.y - FIBULA_AXIS.at(p.z), radius * 0.9, radius * 1.08);
    smooth_max(round, (p.z - 154.0).max(-208.0 - p.z), 5.0)
}

/// Returns the distance to the femur.
fn femur(p: Vec3) -> f32 {
    let q = vec3(p.x.abs(), p.y, p.z);
    let condyle = ellipsoid(q - vec3(24.0, -14.0 + p.x * 0.05, 203.0), vec3(17.0, 29.0, 28.0));
    let front = ellipsoid(q - vec3(14.0, 10.0, 216.0), vec3(24.0, 22.0, 26.0));
    let shaft = capsule(p, vec3(0.0, 4.0, 230.0), vec3(0.0, 10.0, 330.0), 22.0, 15.0);
    smooth_min(smooth_min(condyle, front, 12.0), shaft, 20.0)
}

/// Returns the distance to the patella.
fn patella(p: Vec3) -> f32 {
    let q = p - vec3(0.0, 43.0, 207.0);
    smooth_max(ellipsoid(q, vec3(21.0, 12.0, 22.0)), -8.0 - q.y + q.z * 0.06, 3.0)
}

/// Returns the distance to the talus.
fn talus(p: Vec3) -> f32 {
    let dome = ellipsoid(p - vec3(0.0, -3.0, -208.0), vec3(18.0, 23.0, 25.0));
    let head = capsule(p, vec3(-2.0, 14.0, -212.0), vec3(-6.0, 42.0, -219.0), 12.0, 13.0);
    smooth_min(dome, head, 8.0)
}

/// Returns the distance to the calcaneus.
fn calcaneus(p: Vec3) -> f32 {
    let body = capsule(p, vec3(2.0, 8.0, -240.0), vec3(2.0, -46.0, -238.0), 15.0, 19.0);
    let facet = ellipsoid(p - vec3(2.0, -10.0, -234.0), vec3(15.0, 18.0, 12.0));
    smooth_min(body, facet, 8.0)
}

/// Skin, fat and muscle of the leg.
struct Soft;

/// Where the skin lies behind, over height.
const CALF_BACK: Profile = Profile(&[
    (-260.0, -74.0),
    (-220.0, -62.0),
    (-195.0, -46.0),
    (-170.0, -42.0),
    (-120.0, -47.0),
    (-60.0, -62.0),
    (0.0, -78.0),
    (60.0, -88.0),
    (100.0, -86.0),
    (150.0, -72.0),
    (190.0, -66.0),
    (240.0, -70.0),
]);
/// Where the skin lies in front.
const CALF_FRONT: Profile = Profile(&[
    (-260.0, 70.0),
    (-225.0, 60.0),
    (-205.0, 38.0),
    (-180.0, 25.0),
    (-130.0, 20.0),
    (-70.0, 28.0),
    (-20.0, 42.0),
    (40.0, 50.0),
    (90.0, 47.0),
    (130.0, 44.0),
    (160.0, 44.0),
    (185.0, 52.0),
    (210.0, 62.0),
    (240.0, 62.0),
]);

impl Soft {
    /// Returns the distance to the skin.
    fn skin(p: Vec3) -> f32 {
        let (front, back) = (CALF_FRONT.at(p.z), CALF_BACK.at(p.z));
        let half = 0.5 * (front - back);
        ellipse(p.x, p.y - 0.5 * (front + back), half * 0.86, half)
    }
}

impl Solid for Soft {
    fn bounds(&self) -> Bounds {
        Bounds { low: vec3(-80.0, -110.0, -300.0), high: vec3(80.0, 90.0, 300.0) }
    }

    fn moves(&self) -> bool {
        true
    }

    fn grain(&self, _depth: f32) -> f32 {
        3.0
    }

    fn probe(&self, p: Vec3) -> Probe {
        let distance = Soft::skin(p);
        if distance > 1.0 {
            return Probe::outside(distance);
        }
        let depth = -distance;
        let layer = 5.5 + 2.0 * noise::value(p * 0.02, 91);
        let under = smoothstep(1.0, 2.0, depth) * (1.0 - smoothstep(layer, layer + 1.2, depth));
        // Fat in front of the Achilles tendon and between the muscle groups.
        let kager = ellipsoid(p - vec3(0.0, -30.0, -168.0), vec3(18.0, 7.0, 38.0));
        let planes = noise::value(vec3(p.x * 0.02, p.y * 0.045, p.z * 0.010), 92).abs();
        let between = 0.6 * (1.0 - smoothstep(0.0, 0.09, planes));
        let fat = under.max(between).max(smoothstep(1.0, -1.5, kager));
        Probe { distance, contrast: (WATER + (FAT - WATER) * fat) * coverage(distance) }
    }
}

/// Returns the solids of the leg.
pub(crate) fn scene() -> Vec<Box<dyn Solid>> {
    let sound = |outline: fn(Vec3) -> f32, cortex: Profile, low: Vec3, high: Vec3| {
        Box::new(Sound { outline, cortex, bounds: Bounds { low, high } }) as Box<dyn Solid>
    };
    let thin = Profile(&[(0.0, 1.1), (1.0, 1.1)]);
    let long = Profile(&[
        (-200.0, 1.0),
        (-150.0, 2.2),
        (-60.0, 2.9),
        (60.0, 2.7),
        (120.0, 1.6),
        (150.0, 0.9),
    ]);
    vec![
        Box::new(Soft),
        Box::new(Tibia),
        sound(fibula, long, vec3(12.0, -42.0, -214.0), vec3(46.0, 4.0, 160.0)),
        sound(femur, thin, vec3(-48.0, -48.0, 168.0), vec3(48.0, 48.0, 330.0)),
        sound(patella, thin, vec3(-24.0, 28.0, 182.0), vec3(24.0, 60.0, 234.0)),
        sound(talus, thin, vec3(-24.0, -30.0, -240.0), vec3(24.0, 58.0, -180.0)),
        sound(calcaneus, thin, vec3(-20.0, -70.0, -262.0), vec3(24.0, 30.0, -218.0)),
    ]
}

/// Returns the film: the tube to the side, the detector against the calf.
pub(crate) fn stand(scale: f32) -> Camera {
    let (half_width, half_height) = (104.0, 226.0);
    let height = (1500.0 * scale) as usize;
    Camera {
        source: vec3(-1080.0, -8.0, 0.0),
        center: vec3(75.0, -8.0, 0.0),
        right: vec3(0.0, -half_width, 0.0),
        down: vec3(0.0, 0.0, -half_height),
        width: (height as f32 * half_width / half_height) as usize,
        height,
    }
}

/// Returns the tip of the lytic wedge.
pub(crate) fn tip_landmark() -> Vec3 {
    vec3(0.0, BOW.at(TIP) + 2.0, TIP)
}

/// Returns a point on the front or back surface of the tibia.
pub(crate) fn surface_landmark(z: f32, direction: f32) -> Vec3 {
    vec3(0.0, BOW.at(z) + direction * DEPTH.at(z), z)
}

/// Returns a point in the middle of the front or back cortex.
pub(crate) fn cortex_landmark(z: f32, direction: f32) -> Vec3 {
    vec3(0.0, BOW.at(z) + direction * (DEPTH.at(z) - CORTEX.at(z) * 0.5), z)
}
