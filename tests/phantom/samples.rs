//! The pictures this program makes, one function each.
//!
//! A picture comes with landmarks: places of the finding in three dimensions,
//! projected like the picture itself, so that the arrows of a figure can be
//! put where the finding is and not where it seems to be.

use crate::camera::Camera;
use crate::chest::lungs::{self, Fluid};
use crate::chest::mediastinum::NOTCH;
use crate::chest::{self, Chest, cage};
use crate::film::{self, Film};
use crate::physics::Solid;
use crate::plane::Plane;
use crate::vector::Vec3;
use crate::{angiogram, axial, leg};

/// A finished picture and where its findings are.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    /// The gray values, 0 black to 1 white.
    pub(crate) plane: Plane,
    /// Names of landmarks and their places, as fractions of width and height
    /// from the top left.
    pub(crate) landmarks: Vec<(String, (f32, f32))>,
}

/// A sample picture: its file name and the function that makes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// The file name without extension.
    pub(crate) name: &'static str,
    /// Makes the picture; the argument scales its size, 1 for print.
    pub(crate) make: fn(f32) -> Picture,
}

/// All samples.
pub(crate) const SAMPLES: [Sample; 7] = [
    Sample { name: "emh-frontal", make: emh_frontal },
    Sample { name: "emh-axial", make: emh_axial },
    Sample { name: "pleural-effusion-frontal", make: effusion_frontal },
    Sample { name: "pleural-effusion-decubitus", make: effusion_decubitus },
    Sample { name: "coarctation-frontal", make: coarctation_frontal },
    Sample { name: "coarctation-angiogram", make: coarctation_angiogram },
    Sample { name: "paget-tibia", make: paget_tibia },
];

/// The processing of a chest film.
const CHEST_FILM: Film = Film {
    scatter: 0.35,
    veil: 22.0,
    blur: 0.22,
    noise: 0.010,
    middle: 2.75,
    slope: 1.95,
    range: 0.68,
    divide: 12.0,
    middle_gain: 1.7,
    detail: 1.3,
};

/// The processing of a film of a limb.
const LIMB_FILM: Film = Film {
    scatter: 0.12,
    veil: 14.0,
    blur: 0.16,
    noise: 0.010,
    middle: 2.15,
    slope: 1.9,
    range: 0.62,
    divide: 14.0,
    middle_gain: 1.35,
    detail: 1.25,
};

/// Exposes and develops a scene, with the side letter at a place if wanted.
fn radiograph(
    scene: &[Box<dyn Solid>],
    camera: &Camera,
    film: &Film,
    letter: Option<(char, (f32, f32))>,
) -> Plane {
    develop(camera.expose(scene), camera.pitch(), film, letter)
}

/// Develops an attenuation plane, with the side letter at a place if wanted.
fn develop(
    mut attenuation: Plane,
    pitch: f32,
    film: &Film,
    letter: Option<(char, (f32, f32))>,
) -> Plane {
    if let Some((letter, place)) = letter {
        film::stamp_letter(&mut attenuation, letter, place, pitch);
    }
    let mut picture = film.develop(&attenuation, pitch, 1);
    film::shutter(&mut picture, 2.2 / pitch);
    picture
}

/// Projects named landmarks.
fn mark(camera: &Camera, points: &[(&str, Vec3)]) -> Vec<(String, (f32, f32))> {
    points.iter().map(|(name, point)| ((*name).to_owned(), camera.project(*point))).collect()
}

/// Extramedullary hematopoiesis: the chest film.
fn emh_frontal(scale: f32) -> Picture {
    let (chest, camera) = (Chest::thalassemia(), chest::stand(scale));
    let plane = radiograph(&chest.scene(), &camera, &CHEST_FILM, Some(('L', (0.93, 0.07))));
    let lobes = &chest.lungs.lobes;
    let rib = |level: usize, side: f32, at: usize| cage::stations(level, side, &chest.ribs)[at];
    let lower = |level, side, at| {
        let station = rib(level, side, at);
        station.center - station.upward * station.tall
    };
    let landmarks = mark(
        &camera,
        &[
            ("mass right upper", chest::outermost(lobes, -1.0, 30.0, 0.0)),
            ("mass right", chest::outermost(lobes, -1.0, 0.0, -34.0)),
            ("mass left upper", chest::outermost(lobes, 1.0, 20.0, -8.0)),
            ("mass left", chest::outermost(lobes, 1.0, -8.0, -42.0)),
            ("rib 5 right, lower edge", lower(4, -1.0, 30)),
            ("rib 7 right, lower edge", lower(6, -1.0, 28)),
            ("rib 6 left, lower edge", lower(5, 1.0, 30)),
            ("rib 4 right, front end", rib(3, -1.0, 70).center),
            ("rib 4 left, front end", rib(3, 1.0, 70).center),
        ],
    );
    Picture { plane, landmarks }
}

/// Extramedullary hematopoiesis: the slice at T9.
fn emh_axial(scale: f32) -> Picture {
    let (chest, slice) = (Chest::thalassemia(), axial::Slice::ninth(scale));
    let lobes = &chest.lungs.lobes;
    let at = |side| {
        let point = chest::outermost(lobes, side, 0.0, -40.0);
        slice.project(point)
    };
    let rib = cage::stations(6, -1.0, &chest.ribs)
        .into_iter()
        .min_by(|a, b| {
            let off = |s: &cage::Station| (s.center.z - slice.height).abs();
            off(a).total_cmp(&off(b))
        })
        .map_or((0.0, 0.0), |station| slice.project(station.center));
    let landmarks = vec![
        ("mass right".to_owned(), at(-1.0)),
        ("mass left".to_owned(), at(1.0)),
        ("rib 7 right".to_owned(), rib),
    ];
    Picture { plane: slice.scan(&chest), landmarks }
}

/// Pleural effusion, erect.
fn effusion_frontal(scale: f32) -> Picture {
    let (chest, camera) = (Chest::effusion(Fluid::Erect), chest::stand(scale));
    let plane = radiograph(&chest.scene(), &camera, &CHEST_FILM, Some(('L', (0.93, 0.07))));
    let landmarks = mark(
        &camera,
        &[("meniscus", lungs::meniscus_landmark()), ("right angle", lungs::angle_landmark())],
    );
    Picture { plane, landmarks }
}

/// Pleural effusion, lying on the left side.
fn effusion_decubitus(scale: f32) -> Picture {
    let (chest, camera) = (Chest::effusion(Fluid::Decubitus), chest::stand(scale));
    // The picture is turned a quarter clockwise: the left side is down.
    let attenuation = camera.expose(&chest.scene()).turned();
    let plane = develop(attenuation, camera.pitch(), &CHEST_FILM, Some(('L', (0.94, 0.94))));
    let points = [
        ("layer, upper chest", lungs::layer_landmark(40.0)),
        ("layer, lower chest", lungs::layer_landmark(-20.0)),
    ];
    let landmarks =
        mark(&camera, &points).into_iter().map(|(name, (u, v))| (name, (1.0 - v, u))).collect();
    Picture { plane, landmarks }
}

/// Coarctation of the aorta: the chest film.
fn coarctation_frontal(scale: f32) -> Picture {
    let (chest, camera) = (Chest::coarctation(), chest::stand(scale));
    let plane = radiograph(&chest.scene(), &camera, &CHEST_FILM, Some(('L', (0.93, 0.07))));
    let mut landmarks = mark(&camera, &[("notch of the 3", NOTCH)]);
    for side in [-1.0, 1.0] {
        for level in 3..=7 {
            for at in cage::notch_landmarks(level, side, &chest.ribs) {
                let hand = if side > 0.0 { "left" } else { "right" };
                let name = format!("notch of rib {} {hand}", level + 1);
                landmarks.push((name, camera.project(at)));
            }
        }
    }
    Picture { plane, landmarks }
}

/// Coarctation of the aorta: the angiogram.
fn coarctation_angiogram(scale: f32) -> Picture {
    let view = angiogram::View::oblique(scale);
    let [thoracic, intercostal] = angiogram::collateral_landmarks();
    let landmarks = vec![
        ("narrowing".to_owned(), view.project(angiogram::NARROWING)),
        ("dilatation".to_owned(), view.project(angiogram::DILATATION)),
        ("internal thoracic artery".to_owned(), view.project(thoracic)),
        ("intercostal artery".to_owned(), view.project(intercostal)),
    ];
    Picture { plane: view.render(), landmarks }
}

/// Paget's disease of the tibia, from the side.
fn paget_tibia(scale: f32) -> Picture {
    let camera = leg::stand(scale);
    let plane = radiograph(&leg::scene(), &camera, &LIMB_FILM, None);
    let landmarks = mark(
        &camera,
        &[
            ("tip of the wedge", leg::tip_landmark()),
            ("front cortex", leg::cortex_landmark(20.0, 1.0)),
            ("front surface", leg::surface_landmark(20.0, 1.0)),
            ("back cortex", leg::cortex_landmark(20.0, -1.0)),
        ],
    );
    Picture { plane, landmarks }
}
