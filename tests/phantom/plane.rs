//! A gray picture with real numbers, and the filters a detector needs.

/// A rectangle of real values, row by row from the top.
#[derive(Clone, Debug)]
pub(crate) struct Plane {
    /// Pixels across.
    pub(crate) width: usize,
    /// Pixels down.
    pub(crate) height: usize,
    /// The values, row by row.
    pub(crate) values: Vec<f32>,
}

impl Plane {
    /// Returns a plane of zeros.
    pub(crate) fn new(width: usize, height: usize) -> Plane {
        Plane { width, height, values: vec![0.0; width * height] }
    }

    /// Sets one pixel; a place outside is ignored.
    pub(crate) fn set(&mut self, x: usize, y: usize, value: f32) {
        if x < self.width && y < self.height {
            self.values[y * self.width + x] = value;
        }
    }

    /// Returns one pixel.
    pub(crate) fn get(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.width + x]
    }

    /// Returns a plane with every value mapped.
    pub(crate) fn map(&self, f: impl Fn(f32) -> f32) -> Plane {
        Plane { values: self.values.iter().map(|&v| f(v)).collect(), ..*self }
    }

    /// Returns a plane whose values are computed from two planes of one size.
    pub(crate) fn zip(&self, other: &Plane, f: impl Fn(f32, f32) -> f32) -> Plane {
        let values = self.values.iter().zip(&other.values).map(|(&a, &b)| f(a, b)).collect();
        Plane { values, ..*self }
    }

    /// Returns the plane turned a quarter clockwise.
    pub(crate) fn turned(&self) -> Plane {
        let mut plane = Plane::new(self.height, self.width);
        for y in 0..self.height {
            for x in 0..self.width {
                plane.set(self.height - 1 - y, x, self.get(x, y));
            }
        }
        plane
    }

    /// Returns the plane at another size, interpolated between pixel middles.
    pub(crate) fn enlarged(&self, width: usize, height: usize) -> Plane {
        let mut plane = Plane::new(width, height);
        let place = |i: usize, from: usize, to: usize| {
            let at = (i as f32 + 0.5) * from as f32 / to as f32 - 0.5;
            let at = at.clamp(0.0, from as f32 - 1.001);
            (at as usize, at.fract())
        };
        for y in 0..height {
            let (j, v) = place(y, self.height, height);
            for x in 0..width {
                let (i, u) = place(x, self.width, width);
                let row = |j| self.get(i, j) * (1.0 - u) + self.get(i + 1, j) * u;
                plane.set(x, y, row(j) * (1.0 - v) + row(j + 1) * v);
            }
        }
        plane
    }

    /// Returns the plane blurred by a Gaussian of this deviation in pixels.
    ///
    /// Wide ones are three running means, which is close and does not depend
    /// on the width.
    pub(crate) fn blurred(&self, sigma: f32) -> Plane {
        if sigma < 0.1 {
            return self.clone();
        }
        let pass = |plane: &Plane| {
            if sigma > 6.0 {
                let radius = ((sigma * sigma * 4.0 + 1.0).sqrt() * 0.5).round() as usize;
                plane.mean_rows(radius).mean_rows(radius).mean_rows(radius)
            } else {
                plane.gauss_rows(sigma)
            }
        };
        pass(&pass(self).transposed()).transposed()
    }

    /// Returns the plane with rows and columns exchanged.
    fn transposed(&self) -> Plane {
        let mut plane = Plane::new(self.height, self.width);
        for y in 0..self.height {
            for x in 0..self.width {
                plane.values[x * self.height + y] = self.get(x, y);
            }
        }
        plane
    }

    /// Returns the plane with its rows blurred by a Gaussian.
    fn gauss_rows(&self, sigma: f32) -> Plane {
        let radius = (sigma * 3.0).ceil() as isize;
        let weights: Vec<f32> =
            (-radius..=radius).map(|i| (-(i * i) as f32 / (2.0 * sigma * sigma)).exp()).collect();
        let total: f32 = weights.iter().sum();
        let mut plane = Plane::new(self.width, self.height);
        let last = self.width as isize - 1;
        for (row, out) in self.values.chunks(self.width).zip(plane.values.chunks_mut(self.width)) {
            for (x, value) in out.iter_mut().enumerate() {
                let sum: f32 = weights
                    .iter()
                    .zip(-radius..)
                    .map(|(w, i)| w * row[(x as isize + i).clamp(0, last) as usize])
                    .sum();
                *value = sum / total;
            }
        }
        plane
    }

    /// Returns the running mean of the rows over a radius.
    fn mean_rows(&self, radius: usize) -> Plane {
        let mut plane = Plane::new(self.width, self.height);
        let last = self.width - 1;
        let count = (2 * radius + 1) as f32;
        for (row, out) in self.values.chunks(self.width).zip(plane.values.chunks_mut(self.width)) {
            let at = |i: isize| f64::from(row[i.clamp(0, last as isize) as usize]);
            let r = radius as isize;
            let mut sum: f64 = (-r..=r).map(at).sum();
            for (x, value) in out.iter_mut().enumerate() {
                *value = sum as f32 / count;
                sum += at(x as isize + r + 1) - at(x as isize - r);
            }
        }
        plane
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blur_keeps_the_sum() {
        for sigma in [1.5, 9.0] {
            let mut plane = Plane::new(121, 111);
            plane.set(60, 55, 1.0);
            let sum: f32 = plane.blurred(sigma).values.iter().sum();
            assert!((sum - 1.0).abs() < 1e-3);
        }
    }

    #[test]
    fn a_quarter_turn_moves_the_top_to_the_right() {
        let mut plane = Plane::new(4, 3);
        plane.set(1, 0, 1.0);
        assert_eq!(plane.turned().get(2, 1), 1.0);
    }
}
