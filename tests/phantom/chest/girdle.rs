//! The shoulder girdle and the breastbone: clavicles, scapulae turned out of
//! the lungs as the arms are rolled forward, humeral heads, sternum.

use crate::noise;
use crate::physics::{CORTEX, Probe, SPONGE, Solid, WATER, coverage};
use crate::shape::{capsule, ellipsoid, plate, rounded_box, smooth_min, smoothstep};
use crate::vector::{Bounds, Vec3, vec3};

/// The distance function of one bone on the left side.
type Outline = fn(Vec3) -> f32;

/// One bone of one side.
struct Bone {
    outline: Outline,
    bounds: Bounds,
    side: f32,
    cortex: f32,
    seed: u32,
}

impl Solid for Bone {
    fn bounds(&self) -> Bounds {
        self.bounds
    }

    fn grain(&self, _depth: f32) -> f32 {
        0.7
    }

    fn probe(&self, point: Vec3) -> Probe {
        let distance = (self.outline)(point.on_side(self.side));
        if distance > 1.0 {
            return Probe::outside(distance);
        }
        let shell = 1.0 - smoothstep(self.cortex * 0.7, self.cortex * 1.3, -distance);
        let lattice = noise::ridged(point * 0.5, 2, self.seed);
        let sponge = (SPONGE - WATER) * (0.9 + 1.3 * (lattice - 0.42));
        let bone = sponge + (0.7 * (CORTEX - WATER) - sponge) * shell;
        Probe { distance, contrast: bone * coverage(distance) }
    }
}

/// Joins capsules along a path of points and radii.
fn chain(point: Vec3, path: &[(Vec3, f32)], soft: f32) -> f32 {
    path.windows(2)
        .map(|pair| capsule(point, pair[0].0, pair[1].0, pair[0].1, pair[1].1))
        .fold(f32::MAX, |a, b| smooth_min(a, b, soft))
}

/// The axis of the clavicle, from the breastbone out.
const CLAVICLE: [(Vec3, f32); 8] = [
    (vec3(13.0, 62.0, 112.0), 9.5),
    (vec3(24.0, 66.0, 114.5), 7.4),
    (vec3(45.0, 67.0, 121.0), 5.8),
    (vec3(68.0, 58.0, 128.5), 5.3),
    (vec3(92.0, 40.0, 135.5), 5.2),
    (vec3(116.0, 18.0, 141.5), 5.4),
    (vec3(138.0, 3.0, 146.0), 5.8),
    (vec3(156.0, 0.0, 148.0), 6.2),
];

/// Returns the distance to the clavicle.
fn clavicle(p: Vec3) -> f32 {
    chain(p, &CLAVICLE, 3.0)
}

/// The upper angle of the scapula.
const SUPERIOR: Vec3 = vec3(104.0, -70.0, 150.0);
/// The lower angle of the scapula.
const INFERIOR: Vec3 = vec3(146.0, -72.0, 8.0);
/// The middle of the socket.
const GLENOID: Vec3 = vec3(160.0, -34.0, 118.0);

/// Returns the distance to the scapula.
fn scapula(p: Vec3) -> f32 {
    let root = vec3(113.0, -79.0, 118.0);
    let acromion = vec3(174.0, -22.0, 148.0);
    let blade = plate(p, [SUPERIOR, INFERIOR, GLENOID], 1.0);
    let medial = chain(
        p,
        &[
            (SUPERIOR, 2.2),
            (root, 2.2),
            (vec3(118.0, -84.0, 88.0), 2.0),
            (vec3(124.0, -82.0, 58.0), 2.2),
            (vec3(133.0, -79.0, 30.0), 2.8),
            (INFERIOR, 4.2),
        ],
        2.0,
    );
    let filling = plate(p, [root, INFERIOR, vec3(124.0, -82.0, 58.0)], 1.0);
    let lateral = chain(
        p,
        &[
            (INFERIOR, 4.2),
            (vec3(148.0, -66.0, 30.0), 4.4),
            (vec3(147.0, -58.0, 58.0), 4.4),
            (vec3(150.0, -48.0, 86.0), 4.8),
            (vec3(155.0, -40.0, 104.0), 6.0),
            (GLENOID, 8.5),
        ],
        3.0,
    );
    let glenoid = ellipsoid(p - GLENOID, vec3(7.0, 12.0, 19.0));
    let crest = chain(
        p,
        &[
            (root, 2.6),
            (vec3(138.0, -74.0, 136.0), 4.2),
            (vec3(162.0, -48.0, 147.0), 5.2),
            (acromion, 6.5),
        ],
        3.0,
    );
    let wing = plate(p, [root, vec3(150.0, -46.0, 128.0), vec3(158.0, -52.0, 146.0)], 1.2);
    let upper = chain(
        p,
        &[(SUPERIOR, 2.2), (vec3(140.0, -52.0, 142.0), 2.6), (vec3(152.0, -30.0, 138.0), 6.0)],
        2.0,
    );
    let coracoid = chain(
        p,
        &[
            (vec3(152.0, -30.0, 136.0), 6.0),
            (vec3(148.0, -2.0, 140.0), 5.4),
            (vec3(154.0, 12.0, 132.0), 4.6),
        ],
        3.0,
    );
    let thin = blade.min(filling).min(wing);
    let borders = medial.min(upper).min(crest);
    let thick = smooth_min(smooth_min(lateral, glenoid, 4.0), coracoid, 3.0);
    smooth_min(smooth_min(thin, borders, 1.5), thick, 2.5)
}

/// The middle of the humeral head.
const HEAD: Vec3 = vec3(186.0, -22.0, 116.0);

/// Returns the distance to the humerus.
fn humerus(p: Vec3) -> f32 {
    let head = ellipsoid(p - HEAD, vec3(23.0, 23.0, 23.0));
    let tubercle = ellipsoid(p - HEAD - vec3(17.0, 8.0, -2.0), vec3(12.0, 12.0, 16.0));
    let shaft = chain(
        p,
        &[
            (HEAD + vec3(7.0, 2.0, -18.0), 17.0),
            (HEAD + vec3(20.0, 0.0, -55.0), 12.5),
            (HEAD + vec3(44.0, 0.0, -150.0), 11.5),
        ],
        8.0,
    );
    smooth_min(smooth_min(head, tubercle, 5.0), shaft, 8.0)
}

/// Returns the distance to the breastbone.
fn sternum(p: Vec3) -> f32 {
    let manubrium = rounded_box(p - vec3(0.0, 70.0, 98.0), vec3(26.0, 6.0, 22.0), 5.0);
    let tilted = vec3(p.x, p.y - 92.0 + (p.z - 25.0) * 0.28, p.z - 25.0);
    let body = rounded_box(tilted, vec3(17.0, 5.5, 50.0), 5.0);
    smooth_min(manubrium, body, 3.0)
}

/// Adds clavicles, scapulae, humeri and sternum.
pub(crate) fn add_girdle(scene: &mut Vec<Box<dyn Solid>>) {
    let bones: [(Outline, Vec3, Vec3, f32); 3] = [
        (clavicle, vec3(0.0, -10.0, 98.0), vec3(166.0, 78.0, 158.0), 1.2),
        (scapula, vec3(96.0, -95.0, 0.0), vec3(184.0, 20.0, 160.0), 0.9),
        (humerus, vec3(158.0, -50.0, -60.0), vec3(250.0, 8.0, 145.0), 1.3),
    ];
    for side in [-1.0, 1.0] {
        for (i, &(outline, low, high, cortex)) in bones.iter().enumerate() {
            let (a, b) = (low.on_side(side), high.on_side(side));
            let bounds = Bounds { low: a.min(b), high: a.max(b) };
            let seed = 300 + i as u32 * 2 + u32::from(side > 0.0);
            scene.push(Box::new(Bone { outline, bounds, side, cortex, seed }));
        }
    }
    let bounds = Bounds { low: vec3(-30.0, 60.0, -30.0), high: vec3(30.0, 120.0, 124.0) };
    scene.push(Box::new(Bone { outline: sternum, bounds, side: 1.0, cortex: 0.35, seed: 310 }));
}
