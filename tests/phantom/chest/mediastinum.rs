//! Heart, great vessels and airways.
//!
//! Blood and muscle are as dense as the soft tissue around them, so on a
//! radiograph they show only where they displace lung: this file gives the
//! distance to their common outline. The airways are gas and count on their
//! own.

use crate::physics::{Probe, Solid, WATER, coverage};
use crate::shape::{capsule, ellipsoid, smooth_min, turned};
use crate::vector::{Bounds, Vec3, vec3};

/// A point on the axis of a vessel, and the radius there.
pub(crate) type Knot = (Vec3, f32);

/// What the heart and aorta of a patient look like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Great {
    /// A slender adult.
    Normal,
    /// A mildly enlarged heart, as in chronic anemia.
    Large,
    /// Coarctation: a notch between a wide subclavian artery and a wide
    /// descending aorta, and a left ventricle that works against it.
    Coarctation,
}

/// The thoracic aorta from its root to the abdomen.
pub(crate) const AORTA: [Knot; 14] = [
    (vec3(2.0, 22.0, 4.0), 15.5),
    (vec3(-10.0, 28.0, 28.0), 15.5),
    (vec3(-15.0, 27.0, 54.0), 15.0),
    (vec3(-11.0, 18.0, 78.0), 14.5),
    (vec3(2.0, -2.0, 93.0), 14.0),
    (vec3(15.0, -26.0, 94.0), 13.5),
    (vec3(23.0, -44.0, 85.0), 13.0),
    (vec3(25.0, -54.0, 66.0), 12.5),
    (vec3(25.0, -60.0, 40.0), 12.2),
    (vec3(24.0, -62.0, 10.0), 12.0),
    (vec3(21.0, -60.0, -25.0), 11.5),
    (vec3(16.0, -54.0, -60.0), 11.2),
    (vec3(10.0, -47.0, -95.0), 11.0),
    (vec3(5.0, -40.0, -150.0), 10.5),
];

/// The aorta with a coarctation at the isthmus.
pub(crate) const COARCTED: [Knot; 17] = [
    (vec3(2.0, 22.0, 4.0), 16.5),
    (vec3(-12.0, 28.0, 28.0), 17.5),
    (vec3(-18.0, 27.0, 54.0), 17.0),
    (vec3(-13.0, 18.0, 80.0), 15.5),
    (vec3(2.0, -2.0, 97.0), 13.5),
    (vec3(15.0, -22.0, 103.0), 13.0),
    (vec3(26.0, -36.0, 103.0), 14.5),
    (vec3(24.0, -45.0, 93.0), 10.0),
    (vec3(21.0, -48.0, 85.0), 5.2),
    (vec3(25.0, -52.0, 77.0), 11.5),
    (vec3(33.0, -56.0, 66.0), 15.5),
    (vec3(32.0, -59.0, 50.0), 14.0),
    (vec3(27.0, -62.0, 20.0), 12.0),
    (vec3(22.0, -60.0, -25.0), 11.5),
    (vec3(16.0, -54.0, -60.0), 11.0),
    (vec3(10.0, -47.0, -95.0), 10.5),
    (vec3(5.0, -40.0, -150.0), 10.0),
];

/// The notch of the figure 3 on the left contour.
pub(crate) const NOTCH: Vec3 = vec3(28.5, -48.0, 85.5);

/// Returns the distance to a chain of tapering capsules.
pub(crate) fn chain(point: Vec3, knots: &[Knot], soft: f32) -> f32 {
    knots
        .windows(2)
        .map(|pair| capsule(point, pair[0].0, pair[1].0, pair[0].1, pair[1].1))
        .fold(1e4, |a, b| smooth_min(a, b, soft))
}

/// The upper vena cava and what joins it.
const CAVA: [Knot; 5] = [
    (vec3(-33.0, 8.0, 136.0), 8.5),
    (vec3(-25.0, 14.0, 112.0), 10.5),
    (vec3(-25.5, 16.0, 70.0), 10.5),
    (vec3(-24.0, 16.0, 30.0), 11.0),
    (vec3(-20.0, 14.0, 0.0), 12.0),
];
/// The left subclavian artery.
const SUBCLAVIAN: [Knot; 4] = [
    (vec3(16.0, -26.0, 98.0), 6.5),
    (vec3(23.0, -26.0, 118.0), 6.0),
    (vec3(28.0, -20.0, 136.0), 6.0),
    (vec3(46.0, -8.0, 152.0), 6.0),
];
/// The same artery as the wide source of collaterals.
const WIDE_SUBCLAVIAN: [Knot; 4] = [
    (vec3(18.0, -28.0, 100.0), 10.5),
    (vec3(26.0, -28.0, 120.0), 8.0),
    (vec3(29.0, -21.0, 136.0), 7.5),
    (vec3(46.0, -8.0, 152.0), 8.0),
];
/// The pulmonary trunk.
const TRUNK: [Knot; 3] =
    [(vec3(14.0, 44.0, 4.0), 17.0), (vec3(20.0, 34.0, 34.0), 15.5), (vec3(24.0, 6.0, 49.0), 12.5)];
/// The soft tissues from the arch to the neck.
const NECK: [Knot; 3] = [
    (vec3(0.0, -6.0, 100.0), 20.0),
    (vec3(0.0, -12.0, 135.0), 22.0),
    (vec3(0.0, -6.0, 200.0), 34.0),
];
/// The roots of the lungs: bronchi with their sheaths, and veins.
const ROOTS: [[Knot; 3]; 4] = [
    [
        (vec3(-12.0, -16.0, 56.0), 13.0),
        (vec3(-36.0, -18.0, 40.0), 11.5),
        (vec3(-44.0, -22.0, 14.0), 8.0),
    ],
    [
        (vec3(14.0, -16.0, 58.0), 13.0),
        (vec3(34.0, -20.0, 50.0), 11.5),
        (vec3(43.0, -30.0, 30.0), 8.0),
    ],
    [
        (vec3(-16.0, -20.0, 14.0), 12.0),
        (vec3(-34.0, -18.0, 10.0), 9.0),
        (vec3(-42.0, -20.0, 4.0), 6.0),
    ],
    [
        (vec3(20.0, -20.0, 18.0), 12.0),
        (vec3(36.0, -20.0, 14.0), 9.0),
        (vec3(44.0, -24.0, 8.0), 6.0),
    ],
];

impl Great {
    /// Returns the axis and radii of the aorta.
    pub(crate) fn aorta(self) -> &'static [Knot] {
        match self {
            Great::Normal | Great::Large => &AORTA,
            Great::Coarctation => &COARCTED,
        }
    }

    /// Returns the distance to everything between the lungs.
    pub(crate) fn distance(self, p: Vec3) -> f32 {
        // Nothing reaches so far to the side.
        let reach = if p.z > 75.0 { 70.0 } else { 108.0 };
        if p.x.abs() > reach {
            return (p.x.abs() - reach + 8.0).max(8.0);
        }
        let heart = self.heart(p);
        let vessels = smooth_min(chain(p, &CAVA, 6.0), chain(p, &TRUNK, 8.0), 6.0);
        let subclavian = match self {
            Great::Coarctation => chain(p, &WIDE_SUBCLAVIAN, 3.0),
            Great::Normal | Great::Large => chain(p, &SUBCLAVIAN, 6.0),
        };
        let soft = if self == Great::Coarctation { 2.0 } else { 6.0 };
        let aorta = smooth_min(chain(p, self.aorta(), soft), subclavian, 4.0);
        let neck = chain(vec3(p.x, p.y * 0.7, p.z), &NECK, 10.0);
        let roots = ROOTS.iter().map(|root| chain(p, root, 5.0)).fold(1e4, f32::min);
        let core = ellipsoid(p - vec3(0.0, -8.0, 45.0), vec3(20.0, 38.0, 70.0));
        // Esophagus, azygos vein and crura close the space before the spine.
        let gullet = capsule(p, vec3(-1.0, -36.0, -130.0), vec3(-1.0, -40.0, 60.0), 20.0, 16.0);
        // The heart rests on the diaphragm; no lung slips under it.
        let rest = ellipsoid(p - vec3(12.0, -6.0, -55.0), vec3(46.0, 44.0, 21.0));
        // The lungs meet in front in a thin, oblique line.
        let front = ((p.x - junction(p)).abs() * 0.9 - 1.1).max((24.0 - p.y) * 0.8);
        let heart = smooth_min(smooth_min(heart, vessels, 8.0), core, 10.0);
        let upper = smooth_min(aorta, neck, if soft < 3.0 { 3.0 } else { 8.0 });
        smooth_min(
            smooth_min(heart, upper, if soft < 3.0 { 3.0 } else { 7.0 }),
            smooth_min(roots, smooth_min(gullet, rest, 6.0), 6.0),
            6.0,
        )
        .min(front)
    }

    /// Returns the distance to the heart.
    pub(crate) fn heart(self, p: Vec3) -> f32 {
        let (grow, left) = match self {
            Great::Normal => (1.0, 0.0),
            Great::Large => (1.09, 3.0),
            Great::Coarctation => (1.0, 6.0),
        };
        let q = (p - vec3(0.0, 10.0, -60.0)) * (1.0 / grow) + vec3(0.0, 10.0, -60.0);
        let atrium = ellipsoid(q - vec3(-18.0, 18.0, -12.0), vec3(24.0, 32.0, 38.0));
        let right = ellipsoid(q - vec3(12.0, 46.0, -34.0), vec3(44.0, 28.0, 30.0));
        let pivot = vec3(35.0 + left * 0.6, 16.0, -24.0);
        let turn = vec3(0.0, -0.60, -0.30);
        let ventricle =
            ellipsoid(turned(q, pivot, turn), vec3(54.0 + left, 34.0, 33.0 + left * 0.6));
        let behind = ellipsoid(q - vec3(4.0, -20.0, 12.0), vec3(36.0, 23.0, 25.0));
        let auricle = ellipsoid(q - vec3(34.0, 12.0, 24.0), vec3(17.0, 20.0, 30.0));
        let chambers = smooth_min(smooth_min(ventricle, right, 14.0), auricle, 24.0);
        let atria = smooth_min(atrium, behind, 12.0);
        let inferior = capsule(q, vec3(-22.0, 2.0, -30.0), vec3(-24.0, -6.0, -75.0), 13.0, 12.0);
        smooth_min(smooth_min(chambers, atria, 14.0), inferior, 9.0) * grow
    }
}

/// Returns how far to the left of the midline the lungs meet at a point.
pub(crate) fn junction(p: Vec3) -> f32 {
    if p.y > 24.0 {
        0.06 * (p.z - 60.0) + 0.30 * (p.y - 60.0) + 3.0 * (p.z * 0.05).sin()
    } else {
        0.0
    }
}

/// The axis of the trachea.
const TRACHEA: [Knot; 5] = [
    (vec3(0.0, 4.0, 215.0), 9.0),
    (vec3(-1.0, -2.0, 165.0), 8.8),
    (vec3(-3.0, -14.0, 115.0), 8.6),
    (vec3(-3.5, -18.0, 84.0), 8.8),
    (vec3(-2.0, -20.0, 70.0), 9.0),
];
/// The axes of the main bronchi, right and left.
const BRONCHI: [[Knot; 4]; 2] = [
    [
        (vec3(-4.0, -20.0, 72.0), 7.4),
        (vec3(-16.0, -23.0, 54.0), 7.2),
        (vec3(-26.0, -26.0, 40.0), 6.2),
        (vec3(-34.0, -32.0, 16.0), 4.2),
    ],
    [
        (vec3(1.0, -20.0, 71.0), 6.8),
        (vec3(18.0, -25.0, 56.0), 6.2),
        (vec3(33.0, -28.0, 45.0), 5.4),
        (vec3(40.0, -36.0, 24.0), 3.4),
    ],
];

/// Trachea and main bronchi: gas where the soft tissue model has water.
struct Airway;

impl Solid for Airway {
    fn bounds(&self) -> Bounds {
        Bounds { low: vec3(-42.0, -42.0, 8.0), high: vec3(48.0, 16.0, 226.0) }
    }

    fn probe(&self, point: Vec3) -> Probe {
        let tubes = BRONCHI.iter().map(|b| chain(point, b, 3.0)).fold(1e4, f32::min);
        let rings = 0.25 * (point.z * 0.9).sin();
        let distance = smooth_min(chain(point, &TRACHEA, 3.0), tubes, 3.0) + rings;
        Probe { distance, contrast: -WATER * coverage(distance) }
    }
}

/// Adds the airways.
pub(crate) fn add_airways(scene: &mut Vec<Box<dyn Solid>>) {
    scene.push(Box::new(Airway));
}
