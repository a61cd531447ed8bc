//! The soft tissues of trunk, neck and arms, and gas below the diaphragm.

use super::cage;
use crate::noise;
use crate::physics::{FAT, Probe, Solid, WATER, coverage};
use crate::shape::{Profile, capsule, ellipsoid, smooth_max, smooth_min, smoothstep};
use crate::vector::{Bounds, Vec3, vec3};

/// How thick the lateral chest wall is over height.
const WALL: Profile = Profile(&[
    (-160.0, 26.0),
    (-100.0, 25.0),
    (-40.0, 27.0),
    (10.0, 31.0),
    (50.0, 38.0),
    (80.0, 46.0),
    (110.0, 52.0),
]);

/// Trunk, neck and arms.
pub(crate) struct Body;

impl Body {
    /// Returns the distance to the skin.
    pub(crate) fn skin(p: Vec3) -> f32 {
        let wall = WALL.at(p.z);
        let rise = (p.z - 70.0).max(0.0);
        let above = rise * rise / (rise + 30.0);
        let low = vec3(
            p.x * (1.0 + above * 0.010),
            (p.y + above * 0.32) * (1.0 + above * 0.005),
            p.z.min(88.0),
        );
        let trunk = smooth_max(cage::cavity(low) - wall, (p.z - 150.0) * 0.8, 46.0);
        let q = vec3(p.x.abs(), p.y, p.z);
        let neck = capsule(
            vec3(q.x, (q.y + 14.0) * 0.95, q.z),
            vec3(0.0, 0.0, 120.0),
            vec3(0.0, 8.0, 260.0),
            58.0,
            55.0,
        );
        let shoulder = capsule(q, vec3(34.0, -32.0, 160.0), vec3(178.0, -18.0, 116.0), 44.0, 54.0);
        let arm = capsule(q, vec3(186.0, -16.0, 112.0), vec3(262.0, -10.0, -70.0), 48.0, 43.0);
        let pectoral = ellipsoid(
            q - vec3(72.0, cage::wall(2.5, 45.0, 0.0).y + 2.0, 44.0),
            vec3(62.0, 30.0, 50.0),
        );
        let latissimus = ellipsoid(q - vec3(128.0, -58.0, 50.0), vec3(40.0, 38.0, 80.0));
        let top = smooth_min(smooth_min(neck, shoulder, 42.0), arm, 18.0);
        let muscles = smooth_min(pectoral, latissimus, 12.0);
        smooth_min(smooth_min(trunk, muscles, 22.0), top, 20.0)
    }
}

impl Solid for Body {
    fn bounds(&self) -> Bounds {
        Bounds { low: vec3(-320.0, -190.0, -260.0), high: vec3(320.0, 190.0, 300.0) }
    }

    fn moves(&self) -> bool {
        true
    }

    fn grain(&self, depth: f32) -> f32 {
        if depth < 42.0 { 4.0 } else { f32::INFINITY }
    }

    fn probe(&self, point: Vec3) -> Probe {
        let distance = Body::skin(point);
        if distance > 1.0 {
            return Probe::outside(distance);
        }
        let depth = -distance;
        let ripple = 2.5 * noise::value(point * 0.02, 21);
        let under = smoothstep(1.2, 2.5, depth) * (1.0 - smoothstep(8.0, 10.0, depth + ripple));
        // Planes of fat between the muscles of the wall.
        let planes = noise::value(vec3(point.x * 0.03, point.y * 0.03, point.z * 0.018), 22);
        let between = (1.0 - smoothstep(0.0, 0.12, planes.abs()))
            * smoothstep(8.0, 14.0, depth)
            * (1.0 - smoothstep(26.0, 40.0, depth));
        let fat = (under + 0.7 * between).min(1.0);
        let tissue = WATER + (FAT - WATER) * fat;
        Probe { distance, contrast: tissue * coverage(distance) }
    }
}

/// How the patient is held while the picture is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Posture {
    /// Standing.
    Erect,
    /// Lying on the left side.
    LeftSide,
}

/// Gas in the stomach and the left flexure of the colon.
struct Gas {
    posture: Posture,
}

impl Solid for Gas {
    fn bounds(&self) -> Bounds {
        Bounds { low: vec3(20.0, -70.0, -175.0), high: vec3(125.0, 60.0, -55.0) }
    }

    fn probe(&self, point: Vec3) -> Probe {
        let fold = 1.4 * noise::value(point * 0.09, 31);
        let bubble = ellipsoid(point - vec3(62.0, -12.0, -92.0), vec3(30.0, 34.0, 22.0)) + fold;
        // The bubble ends on the fluid of the stomach.
        let level = match self.posture {
            Posture::Erect => -108.0 - point.z,
            Posture::LeftSide => point.x - 76.0,
        };
        let stomach = smooth_max(bubble, level, 1.5);
        let haustra = 4.0 * (point.x * 0.19 + point.z * 0.12).sin();
        let colon = capsule(point, vec3(104.0, 10.0, -132.0), vec3(88.0, 22.0, -168.0), 15.0, 16.0)
            + haustra;
        let distance = stomach.min(colon * 0.8);
        Probe { distance, contrast: -WATER * coverage(distance) }
    }
}

/// Adds skin, wall and gas.
pub(crate) fn add_body(scene: &mut Vec<Box<dyn Solid>>, posture: Posture) {
    scene.push(Box::new(Body));
    scene.push(Box::new(Gas { posture }));
}
