//! The vessels of the lungs, grown from the hila.
//!
//! Points are strewn through the lung; each in turn is joined to the nearest
//! suitable place of the tree, with a price on detours and sharp turns. Radii
//! follow a branching law of Murray's form (1926), so trunks are as wide as what
//! they feed; its exponent is chosen by eye, a little below his cube.

use super::lungs::Lungs;
use crate::noise::Generator;
use crate::physics::{LUNG, Probe, Solid, WATER, coverage, tube_chord};
use crate::shape::capsule;
use crate::vector::{Bounds, Ray, Vec3, vec3};

/// The exponent of the branching law.
const MURRAY: f32 = 2.55;
/// Radius of the last visible branch in millimeters.
const TWIG: f32 = 0.66;
/// How far apart the points of a tree are in millimeters.
const STRIDE: f32 = 4.0;

/// A place of a tree.
struct Node {
    at: Vec3,
    parent: usize,
    heading: Vec3,
    /// Distance to the root along the tree.
    path: f32,
}

/// A straight piece of a vessel.
struct Piece {
    from: Vec3,
    to: Vec3,
    radius: f32,
}

impl Solid for Piece {
    fn bounds(&self) -> Bounds {
        Bounds::around(&[self.from, self.to], self.radius + 0.3)
    }

    fn probe(&self, point: Vec3) -> Probe {
        let axis = self.to - self.from;
        let share = (point - self.from).dot(axis) / axis.dot(axis);
        let distance = capsule(point, self.from, self.to, self.radius, self.radius);
        // Pieces share their joints; without caps none counts twice.
        if !(0.0..1.0).contains(&share) {
            return Probe::outside(distance.abs());
        }
        Probe { distance, contrast: (WATER - LUNG) * coverage(distance) }
    }

    fn path(&self, ray: &Ray, _near: f32, _far: f32) -> f32 {
        (WATER - LUNG) * tube_chord(ray, self.from, self.to, self.radius)
    }
}

/// Adds arteries and veins of both lungs.
pub(crate) fn add_vessels(scene: &mut Vec<Box<dyn Solid>>, lungs: &Lungs) {
    let roots = [
        (vec3(-40.0, -18.0, 36.0), vec3(-0.5, -0.1, -0.8), 760, 11),
        (vec3(38.0, -22.0, 48.0), vec3(0.6, -0.3, -0.6), 700, 12),
        (vec3(-36.0, -16.0, 10.0), vec3(-0.9, 0.0, -0.1), 420, 13),
        (vec3(38.0, -18.0, 14.0), vec3(0.9, 0.0, -0.1), 380, 14),
    ];
    for (root, heading, count, seed) in roots {
        let targets = strew(lungs, root, count, seed);
        let nodes = grow(root, heading.unit(), &targets);
        let radii = widths(&nodes);
        for (node, &radius) in nodes.iter().zip(&radii).skip(1) {
            let from = nodes[node.parent].at;
            let middle = from.lerp(node.at, 0.5);
            if lungs.distance(middle) < -radius * 0.6 {
                scene.push(Box::new(Piece { from, to: node.at, radius }));
            }
        }
    }
}

/// Returns points strewn through the lung on the side of `root`, in an order
/// that lays the trunks first.
fn strew(lungs: &Lungs, root: Vec3, count: usize, seed: u32) -> Vec<Vec3> {
    let mut draw = Generator::new(seed);
    let mut targets = Vec::with_capacity(count);
    for _ in 0..count * 60 {
        if targets.len() == count {
            break;
        }
        let point = vec3(
            draw.range(20.0, 138.0) * root.x.signum(),
            draw.range(-96.0, 96.0),
            draw.range(-120.0, 152.0),
        );
        // Gravity: the bases are perfused more than the apices.
        let keep = 0.55 - point.z * 0.003;
        if draw.unit() < keep && lungs.distance(point) < -5.0 {
            targets.push(point);
        }
    }
    targets
}

/// Returns a tree that reaches all targets; a parent comes before its children.
fn grow(root: Vec3, heading: Vec3, targets: &[Vec3]) -> Vec<Node> {
    let mut nodes = vec![Node { at: root, parent: 0, heading, path: 0.0 }];
    for &target in targets {
        let mut best = (f32::MAX, 0);
        for (index, node) in nodes.iter().enumerate() {
            let way = target - node.at;
            let distance = way.length();
            if distance >= best.0 {
                continue;
            }
            let turn = 1.0 - way.dot(node.heading) / distance.max(1e-3);
            let price = distance * (1.0 + 0.75 * turn) + 0.35 * node.path;
            if price < best.0 {
                best = (price, index);
            }
        }
        sprout(&mut nodes, best.1, target);
    }
    nodes
}

/// Adds a branch that leaves its parent in the parent's direction and bends
/// toward the target.
fn sprout(nodes: &mut Vec<Node>, from: usize, target: Vec3) {
    let (start, heading, base) = (nodes[from].at, nodes[from].heading, nodes[from].path);
    let distance = (target - start).length();
    let control = start + heading * (distance * 0.38);
    let steps = (distance / STRIDE).ceil().max(1.0) as usize;
    let mut parent = from;
    for step in 1..=steps {
        let t = step as f32 / steps as f32;
        let at = start.lerp(control, t).lerp(control.lerp(target, t), t);
        let heading = (at - nodes[parent].at).unit();
        nodes.push(Node { at, parent, heading, path: base + distance * t });
        parent = nodes.len() - 1;
    }
}

/// Returns the radius of the branch that ends at each node.
fn widths(nodes: &[Node]) -> Vec<f32> {
    let mut flow = vec![0.0_f32; nodes.len()];
    for index in (1..nodes.len()).rev() {
        if flow[index] == 0.0 {
            flow[index] = TWIG.powf(MURRAY);
        }
        flow[nodes[index].parent] += flow[index];
    }
    flow.iter().map(|f| f.powf(1.0 / MURRAY)).collect()
}
