//! Where the tube and the detector stand, and the shadow a scene casts.
//!
//! A point source and a flat detector: every pixel is one ray. The sum over
//! all solids of `∫ µ ds` is gathered by tile of the detector, so a ray meets
//! only solids whose shadow can reach it.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::physics::Solid;
use crate::plane::Plane;
use crate::vector::{Ray, Vec3};

/// The edge of a tile in pixels.
const TILE: usize = 12;

/// A point source and a flat detector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Camera {
    /// The focal spot.
    pub(crate) source: Vec3,
    /// The middle of the detector.
    pub(crate) center: Vec3,
    /// From the middle to the right edge of the picture.
    pub(crate) right: Vec3,
    /// From the middle to the lower edge of the picture.
    pub(crate) down: Vec3,
    /// Pixels across.
    pub(crate) width: usize,
    /// Pixels down.
    pub(crate) height: usize,
}

impl Camera {
    /// Returns the ray to a place on the detector, in fractions of its size
    /// from the top left.
    pub(crate) fn ray(&self, u: f32, v: f32) -> Ray {
        let target = self.center + self.right * (2.0 * u - 1.0) + self.down * (2.0 * v - 1.0);
        Ray { origin: self.source, direction: (target - self.source).unit() }
    }

    /// Returns where a point is projected, in fractions of the detector.
    pub(crate) fn project(&self, point: Vec3) -> (f32, f32) {
        let normal = self.right.cross(self.down).unit();
        let along = point - self.source;
        let scale = (self.center - self.source).dot(normal) / along.dot(normal);
        let offset = self.source + along * scale - self.center;
        let u = offset.dot(self.right) / self.right.dot(self.right);
        let v = offset.dot(self.down) / self.down.dot(self.down);
        (0.5 * (u + 1.0), 0.5 * (v + 1.0))
    }

    /// Returns the size of a pixel on the detector in millimeters.
    pub(crate) fn pitch(&self) -> f32 {
        2.0 * self.right.length() / self.width as f32
    }

    /// Returns the attenuation `∫ µ ds` of the scene for every pixel.
    ///
    /// What moves is computed at half the resolution: its edges are no sharper.
    pub(crate) fn expose(&self, scene: &[Box<dyn Solid>]) -> Plane {
        let (moving, still): (Vec<&dyn Solid>, Vec<&dyn Solid>) =
            scene.iter().map(AsRef::as_ref).partition(|solid| solid.moves());
        let half =
            Camera { width: self.width.div_ceil(2), height: self.height.div_ceil(2), ..*self };
        let soft = half.cast(&moving).enlarged(self.width, self.height);
        self.cast(&still).zip(&soft, |a, b| a + b)
    }

    /// Returns the attenuation of some solids for every pixel.
    fn cast(&self, scene: &[&dyn Solid]) -> Plane {
        let columns = self.width.div_ceil(TILE);
        let rows = self.height.div_ceil(TILE);
        let tiles = self.sort_into_tiles(scene, columns, rows);
        let next = AtomicUsize::new(0);
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let mut plane = Plane::new(self.width, self.height);
        std::thread::scope(|scope| {
            let handles: Vec<_> = (0..workers)
                .map(|_| {
                    scope.spawn(|| {
                        let mut done = Vec::new();
                        loop {
                            let tile = next.fetch_add(1, Ordering::Relaxed);
                            if tile >= tiles.len() {
                                return done;
                            }
                            let corner = (tile % columns * TILE, tile / columns * TILE);
                            done.push((corner, self.expose_tile(scene, &tiles[tile], corner)));
                        }
                    })
                })
                .collect();
            for handle in handles {
                let done = handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                for ((left, top), values) in done {
                    for (i, value) in values.into_iter().enumerate() {
                        plane.set(left + i % TILE, top + i / TILE, value);
                    }
                }
            }
        });
        plane
    }

    /// Returns for every tile the solids whose shadow touches it.
    fn sort_into_tiles(
        &self,
        scene: &[&dyn Solid],
        columns: usize,
        rows: usize,
    ) -> Vec<Vec<usize>> {
        let mut tiles = vec![Vec::new(); columns * rows];
        for (index, solid) in scene.iter().enumerate() {
            let shadow = solid.bounds().corners().map(|corner| self.project(corner));
            let range = |low: f32, high: f32, pixels: usize, count: usize| {
                let first = (low * pixels as f32 / TILE as f32 - 0.1).floor().max(0.0) as usize;
                let end = (high * pixels as f32 / TILE as f32 + 0.1).ceil().max(0.0) as usize;
                first..end.min(count)
            };
            let low = shadow.iter().fold((f32::MAX, f32::MAX), |l, s| (l.0.min(s.0), l.1.min(s.1)));
            let high =
                shadow.iter().fold((f32::MIN, f32::MIN), |h, s| (h.0.max(s.0), h.1.max(s.1)));
            for row in range(low.1, high.1, self.height, rows) {
                for column in range(low.0, high.0, self.width, columns) {
                    tiles[row * columns + column].push(index);
                }
            }
        }
        tiles
    }

    /// Returns the pixels of one tile, row by row.
    fn expose_tile(
        &self,
        scene: &[&dyn Solid],
        solids: &[usize],
        corner: (usize, usize),
    ) -> Vec<f32> {
        (0..TILE * TILE)
            .map(|i| {
                let u = (corner.0 + i % TILE) as f32 + 0.5;
                let v = (corner.1 + i / TILE) as f32 + 0.5;
                let ray = self.ray(u / self.width as f32, v / self.height as f32);
                solids
                    .iter()
                    .filter_map(|&index| {
                        let (near, far) = ray.through(&scene[index].bounds())?;
                        Some(scene[index].path(&ray, near, far))
                    })
                    .sum()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::vec3;

    fn camera() -> Camera {
        Camera {
            source: vec3(0.0, -1800.0, 0.0),
            center: vec3(0.0, 150.0, 0.0),
            right: vec3(180.0, 0.0, 0.0),
            down: vec3(0.0, 0.0, -200.0),
            width: 360,
            height: 400,
        }
    }

    #[test]
    fn the_middle_projects_to_the_middle() {
        let (u, v) = camera().project(vec3(0.0, 20.0, 0.0));
        assert!((u - 0.5).abs() < 1e-5 && (v - 0.5).abs() < 1e-5);
    }

    #[test]
    fn what_is_nearer_the_source_is_magnified() {
        let (far, near) = (vec3(50.0, 150.0, 0.0), vec3(50.0, -100.0, 0.0));
        assert!(camera().project(near).0 > camera().project(far).0);
    }

    #[test]
    fn projection_inverts_the_ray() {
        let point = camera().ray(0.3, 0.8).at(1700.0);
        let (u, v) = camera().project(point);
        assert!((u - 0.3).abs() < 1e-4 && (v - 0.8).abs() < 1e-4);
    }
}
