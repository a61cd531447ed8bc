//! From attenuation to a picture: scatter, sharpness, noise, characteristic
//! curve.
//!
//! The exposure behind the object is the primary beam (Beer–Lambert) and a
//! broad veil of scatter. The detector blurs a little (its modulation
//! transfer), the quanta are counted with Poisson noise, and the picture is
//! read over log exposure with the S-shaped characteristic curve that Hurter
//! and Driffield measured in 1890: air black, bone white. The low frequencies
//! are compressed a little first, as the processing of a digital chest stand
//! does, so that lung and mediastinum fit one print.

use crate::noise;
use crate::physics;
use crate::plane::Plane;

/// How a detector and its processing turn exposure into gray.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Film {
    /// Scatter as a fraction of the primary beam behind the object.
    pub(crate) scatter: f32,
    /// Deviation of the scatter veil in millimeters.
    pub(crate) veil: f32,
    /// Deviation of the detector blur in millimeters.
    pub(crate) blur: f32,
    /// Relative deviation of the quantum noise at the unattenuated exposure
    /// behind one half-value layer of the darkest part.
    pub(crate) noise: f32,
    /// Attenuation that is shown middle gray.
    pub(crate) middle: f32,
    /// Slope of the characteristic curve there.
    pub(crate) slope: f32,
    /// What is left of the low frequencies, 1 for all.
    pub(crate) range: f32,
    /// Deviation of the low-pass that divides low from high, in millimeters.
    pub(crate) divide: f32,
    /// Gain of the structures between the two, such as vessels and ribs.
    pub(crate) middle_gain: f32,
    /// Gain of fine detail, 1 for none.
    pub(crate) detail: f32,
}

impl Film {
    /// Returns the gray picture, 0 black to 1 white, of an attenuation plane
    /// whose pixels are `pitch` millimeters wide.
    pub(crate) fn develop(&self, attenuation: &Plane, pitch: f32, seed: u32) -> Plane {
        let primary = attenuation.map(physics::transmission);
        let veil = primary.map(|e| e.min(0.35)).blurred(self.veil / pitch);
        let exposure = primary.zip(&veil, |p, v| p + self.scatter * v);
        let logarithm = exposure.blurred(self.blur / pitch).map(|e| e.max(1e-5).ln());
        let noisy = self.count_quanta(&logarithm, seed);
        let low = noisy.blurred(self.divide / pitch);
        let fine = noisy.blurred(1.2 / pitch);
        let mut processed = noisy.clone();
        for (i, value) in processed.values.iter_mut().enumerate() {
            let (slow, smooth) = (low.values[i], fine.values[i]);
            let base = -self.middle + (slow + self.middle) * self.range;
            // Strong edges (skin, collimator) must not ring.
            let gain = 1.0 + (self.detail - 1.0) / (1.0 + (*value - smooth).abs() * 3.0);
            let band = smooth - slow;
            let lift = 1.0 + (self.middle_gain - 1.0) / (1.0 + (band * 2.5).powi(2));
            *value = base + band * lift + (*value - smooth) * gain;
        }
        processed.map(|log| self.characteristic(log))
    }

    /// Returns the log exposure with the noise of counting quanta.
    fn count_quanta(&self, logarithm: &Plane, seed: u32) -> Plane {
        let mut noise = Plane::new(logarithm.width, logarithm.height);
        for y in 0..noise.height {
            for x in 0..noise.width {
                noise.set(x, y, noise::normal(x as i32, y as i32, seed));
            }
        }
        let grain = noise.blurred(0.75);
        logarithm.zip(&grain, |log, n| {
            let counts = (log + self.middle).exp().clamp(0.02, 20.0);
            log + 2.4 * n * self.noise / counts.sqrt()
        })
    }

    /// Returns the gray of a log exposure.
    fn characteristic(&self, log: f32) -> f32 {
        let density = 1.0 / (1.0 + (-self.slope * (log + self.middle)).exp());
        1.0 - density
    }
}

/// Adds a lead letter to the attenuation, its middle at fractions of the plane.
pub(crate) fn stamp_letter(plane: &mut Plane, letter: char, at: (f32, f32), pitch: f32) {
    let (cx, cy) = (at.0 * plane.width as f32, at.1 * plane.height as f32);
    let reach = (12.0 / pitch) as isize;
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            let (x, y) = (cx as isize + dx, cy as isize + dy);
            if x < 0 || y < 0 {
                continue;
            }
            let (u, v) = (dx as f32 * pitch, dy as f32 * pitch);
            let distance = letter_distance(letter, u, v);
            let cover = (0.5 - distance / (2.0 * pitch)).clamp(0.0, 1.0);
            let (x, y) = (x as usize, y as usize);
            if x < plane.width && y < plane.height {
                let before = plane.get(x, y);
                plane.set(x, y, before + 4.0 * cover);
            }
        }
    }
}

/// Returns the distance to the strokes of a side letter, in millimeters.
fn letter_distance(letter: char, u: f32, v: f32) -> f32 {
    let stroke = |x0: f32, y0: f32, x1: f32, y1: f32| {
        let (ax, ay) = (x1 - x0, y1 - y0);
        let t = (((u - x0) * ax + (v - y0) * ay) / (ax * ax + ay * ay)).clamp(0.0, 1.0);
        (u - x0 - ax * t).hypot(v - y0 - ay * t) - 1.15
    };
    let stem = stroke(-3.2, -6.0, -3.2, 6.0);
    if letter == 'L' {
        return stem.min(stroke(-3.2, 6.0, 3.6, 6.0));
    }
    let bowl = if u > 0.0 {
        ((u).hypot(v + 2.7) - 3.3).abs() - 1.15
    } else {
        stroke(-3.2, -6.0, 0.0, -6.0).min(stroke(-3.2, 0.6, 0.0, 0.6))
    };
    stem.min(bowl).min(stroke(-0.2, 0.6, 3.8, 6.0))
}

/// Darkens what lies outside the shutters, `inset` pixels from each edge.
pub(crate) fn shutter(plane: &mut Plane, inset: f32) {
    let (w, h) = (plane.width as f32, plane.height as f32);
    for y in 0..plane.height {
        for x in 0..plane.width {
            let (fx, fy) = (x as f32 + 0.5, y as f32 + 0.5);
            let edge = fx.min(fy).min(w - fx).min(h - fy);
            let open = ((edge - inset) / 2.5).clamp(0.0, 1.0);
            let value = plane.get(x, y);
            plane.set(x, y, value * open);
        }
    }
}
