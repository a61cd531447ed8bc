//! The chest: who the patient is, how the solids are put together, and where
//! the tube stands.

pub(crate) mod body;
pub(crate) mod cage;
pub(crate) mod girdle;
pub(crate) mod lungs;
pub(crate) mod mediastinum;
pub(crate) mod spine;
pub(crate) mod vessels;

use crate::camera::Camera;
use crate::noise::Generator;
use crate::physics::Solid;
use crate::vector::{Vec3, vec3};
use body::Posture;
use cage::RibStyle;
use lungs::{Fluid, Lobe, Lungs};
use mediastinum::Great;

/// One patient.
#[derive(Clone, Debug)]
pub(crate) struct Chest {
    /// How the ribs look.
    pub(crate) ribs: RibStyle,
    /// The lungs and what displaces them.
    pub(crate) lungs: Lungs,
}

impl Chest {
    /// Returns an adult with thalassemia: extramedullary hematopoiesis beside
    /// the spine, ribs widened by marrow.
    pub(crate) fn thalassemia() -> Chest {
        let ribs =
            RibStyle { height: 1.42, thickness: 1.75, cortex: 0.7, coarse: 1.0, notched: false };
        let lungs = Lungs { great: Great::Large, fluid: Fluid::Dry, lobes: lobes() };
        Chest { ribs, lungs }
    }

    /// Returns an adult with fluid in the left pleural space.
    pub(crate) fn effusion(fluid: Fluid) -> Chest {
        let lungs = Lungs { great: Great::Normal, fluid, lobes: Vec::new() };
        Chest { ribs: RibStyle::NORMAL, lungs }
    }

    /// Returns an adult with coarctation of the aorta.
    pub(crate) fn coarctation() -> Chest {
        let ribs = RibStyle { notched: true, ..RibStyle::NORMAL };
        let lungs = Lungs { great: Great::Coarctation, fluid: Fluid::Dry, lobes: Vec::new() };
        Chest { ribs, lungs }
    }

    /// Returns the solids of the patient.
    pub(crate) fn scene(&self) -> Vec<Box<dyn Solid>> {
        let mut scene: Vec<Box<dyn Solid>> = Vec::new();
        let posture = match self.lungs.fluid {
            Fluid::Dry | Fluid::Erect => Posture::Erect,
            Fluid::Decubitus => Posture::LeftSide,
        };
        body::add_body(&mut scene, posture);
        scene.push(Box::new(self.lungs.clone()));
        mediastinum::add_airways(&mut scene);
        vessels::add_vessels(&mut scene, &self.lungs);
        spine::add_spine(&mut scene, self.ribs.coarse);
        cage::add_ribs(&mut scene, self.ribs);
        girdle::add_girdle(&mut scene);
        scene
    }
}

/// Returns the lobes of the masses on both sides of T5 to T11.
fn lobes() -> Vec<Lobe> {
    let mut draw = Generator::new(5);
    let mut lobes = Vec::new();
    let plan: [(f32, f32, f32, f32); 10] = [
        // side, height, reach from the midline, radius
        (-1.0, 42.0, 30.0, 13.0),
        (-1.0, 15.0, 38.0, 18.0),
        (-1.0, -19.0, 43.0, 22.0),
        (-1.0, -54.0, 37.0, 18.0),
        (-1.0, -82.0, 27.0, 13.0),
        (1.0, 38.0, 30.0, 13.0),
        (1.0, 12.0, 38.0, 16.0),
        (1.0, -20.0, 46.0, 21.0),
        (1.0, -56.0, 38.0, 18.0),
        (1.0, -84.0, 27.0, 12.0),
    ];
    let buds: [(Vec3, f32); 6] = [
        (vec3(-56.0, -60.0, -16.0), 14.0),
        (vec3(-34.0, -56.0, -20.0), 14.0),
        (vec3(-54.0, -80.0, -24.0), 13.0),
        (vec3(58.0, -62.0, -20.0), 13.0),
        (vec3(44.0, -54.0, -16.0), 14.0),
        (vec3(56.0, -80.0, -14.0), 12.0),
    ];
    for (center, radius) in buds {
        lobes.push(Lobe { center, radii: vec3(radius, radius, radius) });
    }
    for (side, z, reach, radius) in plan {
        let center = vec3(side * reach, -70.0, z);
        lobes.push(Lobe { center, radii: vec3(radius, radius, radius) });
        for _ in 0..2 {
            let turn =
                vec3(draw.range(-0.5, 0.7) * side, draw.range(-0.4, 0.9), draw.range(-0.3, 0.3));
            let size = radius * draw.range(0.5, 0.68);
            let at = center + turn.unit() * (radius * 0.62);
            lobes.push(Lobe { center: at, radii: vec3(size, size, size) });
        }
    }
    lobes
}

/// Returns the chest stand: source 180 cm behind, detector in front.
pub(crate) fn stand(scale: f32) -> Camera {
    let (half_width, half_height) = (183.0, 197.0);
    let width = (1140.0 * scale) as usize;
    Camera {
        source: vec3(0.0, -1680.0, 10.0),
        center: vec3(0.0, 132.0, 17.0),
        right: vec3(half_width, 0.0, 0.0),
        down: vec3(0.0, 0.0, -half_height),
        width,
        height: (width as f32 * half_height / half_width) as usize,
    }
}

/// Returns the point of a set of lobes that lies farthest to one side.
pub(crate) fn outermost(lobes: &[Lobe], side: f32, above: f32, below: f32) -> Vec3 {
    lobes
        .iter()
        .filter(|lobe| (below..above).contains(&lobe.center.z))
        .map(|lobe| lobe.center + vec3(side * lobe.radii.x, 0.0, 0.0))
        .fold(vec3(0.0, 0.0, 0.0), |a, b| if b.x * side > a.x * side { b } else { a })
}
