//! Deterministic noise: the same phantom, to the byte, on every machine.
//!
//! Lattice values come from an integer hash (the finalizer of PCG-RXS-M-XS,
//! O'Neill 2014); value noise interpolates them; fractal noise adds octaves.
//! Quantum noise of the detector is drawn from the same hash.

use crate::vector::{Vec3, vec3};

/// Returns a well mixed 32-bit hash of a lattice cell.
fn mix(x: i32, y: i32, z: i32, seed: u32) -> u32 {
    let mut state = (x as u32)
        .wrapping_mul(0x8da6_b343)
        .wrapping_add((y as u32).wrapping_mul(0xd816_3841))
        .wrapping_add((z as u32).wrapping_mul(0xcb1a_b31f))
        .wrapping_add(seed.wrapping_mul(0x9e37_79b9));
    state = state.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let word = ((state >> ((state >> 28) + 4)) ^ state).wrapping_mul(277_803_737);
    (word >> 22) ^ word
}

/// Returns a number in 0..1 that belongs to a lattice cell.
pub(crate) fn cell(x: i32, y: i32, z: i32, seed: u32) -> f32 {
    (mix(x, y, z, seed) >> 8) as f32 / 16_777_216.0
}

/// Returns smooth noise in −1..1 with features about one unit wide.
pub(crate) fn value(point: Vec3, seed: u32) -> f32 {
    let (fx, fy, fz) = (point.x.floor(), point.y.floor(), point.z.floor());
    let (x, y, z) = (fx as i32, fy as i32, fz as i32);
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (u, v, w) = (ease(point.x - fx), ease(point.y - fy), ease(point.z - fz));
    let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
    let row =
        |dy: i32, dz: i32| mix(cell(x, y + dy, z + dz, seed), cell(x + 1, y + dy, z + dz, seed), u);
    let blend = mix(mix(row(0, 0), row(1, 0), v), mix(row(0, 1), row(1, 1), v), w);
    blend * 2.0 - 1.0
}

/// Returns fractal noise in about −1..1: octaves of [`value`] at halved size.
pub(crate) fn fractal(point: Vec3, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut weight, mut total, mut at) = (0.0, 1.0, 0.0, point);
    for octave in 0..octaves {
        sum += weight * value(at, seed.wrapping_add(octave * 7919));
        total += weight;
        weight *= 0.55;
        at = skewed(at) * 2.03;
    }
    sum / total
}

/// Returns the point turned about all axes, so that the lattice of the noise
/// lines up with nothing in the picture.
fn skewed(p: Vec3) -> Vec3 {
    vec3(
        0.714 * p.x + 0.500 * p.y - 0.490 * p.z,
        -0.420 * p.x + 0.866 * p.y + 0.272 * p.z,
        0.560 * p.x + 0.012 * p.y + 0.828 * p.z,
    )
}

/// Returns ridged noise in 0..1: thin bright walls between dark cells, as
/// trabeculae stand between marrow spaces.
pub(crate) fn ridged(point: Vec3, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut weight, mut total, mut at) = (0.0, 1.0, 0.0, skewed(point));
    for octave in 0..octaves {
        let ridge = 1.0 - value(at, seed.wrapping_add(octave * 104_729)).abs() * 1.6;
        sum += weight * ridge.max(0.0).powi(2);
        total += weight;
        weight *= 0.6;
        at = skewed(at) * 2.1;
    }
    sum / total
}

/// A small generator for procedures that need one number after another.
#[derive(Clone, Debug)]
pub(crate) struct Generator {
    seed: u32,
    count: i32,
}

impl Generator {
    /// Returns a generator whose sequence depends on `seed` alone.
    pub(crate) fn new(seed: u32) -> Generator {
        Generator { seed, count: 0 }
    }

    /// Returns the next number in 0..1.
    pub(crate) fn unit(&mut self) -> f32 {
        self.count = self.count.wrapping_add(1);
        cell(self.count, 0x5bd1, 17, self.seed)
    }

    /// Returns the next number in `low..high`.
    pub(crate) fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }
}

/// Returns a standard normal deviate for a pixel (Box–Muller).
pub(crate) fn normal(x: i32, y: i32, seed: u32) -> f32 {
    let radius = (-2.0 * (cell(x, y, 1, seed) + 1e-7).ln()).sqrt();
    radius * (std::f32::consts::TAU * cell(x, y, 2, seed)).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_deterministic_and_bounded() {
        for step in 0..500 {
            let point = vec3(step as f32 * 0.37, step as f32 * -0.21, 5.5);
            let first = fractal(point, 4, 3);
            assert_eq!(first, fractal(point, 4, 3));
            assert!((-1.0..=1.0).contains(&first));
        }
    }

    #[test]
    fn normal_deviates_have_unit_variance() {
        let draws: Vec<f32> = (0..10_000).map(|i| normal(i % 100, i / 100, 9)).collect();
        let mean = draws.iter().sum::<f32>() / 10_000.0;
        let variance = draws.iter().map(|d| (d - mean).powi(2)).sum::<f32>() / 10_000.0;
        assert!(mean.abs() < 0.05 && (variance - 1.0).abs() < 0.1);
    }
}
