//! Points and directions in patient space, in millimeters.
//!
//! `x` grows to the patient's left, `y` to the front, `z` to the head, so a
//! frontal radiograph shows `+x` on the right as it is hung on a light box.

use std::ops::{Add, Mul, Neg, Sub};

/// A point or a direction in patient space, in millimeters.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Vec3 {
    /// Toward the patient's left.
    pub(crate) x: f32,
    /// Toward the patient's front.
    pub(crate) y: f32,
    /// Toward the patient's head.
    pub(crate) z: f32,
}

/// Returns the vector with these components.
pub(crate) const fn vec3(x: f32, y: f32, z: f32) -> Vec3 {
    Vec3 { x, y, z }
}

impl Vec3 {
    /// Returns the scalar product.
    pub(crate) fn dot(self, other: Vec3) -> f32 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    /// Returns the vector product.
    pub(crate) fn cross(self, other: Vec3) -> Vec3 {
        vec3(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )
    }

    /// Returns the length.
    pub(crate) fn length(self) -> f32 {
        self.dot(self).sqrt()
    }

    /// Returns the direction of unit length, or zero for a zero vector.
    pub(crate) fn unit(self) -> Vec3 {
        let length = self.length();
        if length > 0.0 { self * (1.0 / length) } else { self }
    }

    /// Returns the point that lies `t` of the way to `other`.
    pub(crate) fn lerp(self, other: Vec3, t: f32) -> Vec3 {
        self + (other - self) * t
    }

    /// Returns the product by component.
    pub(crate) fn scale(self, other: Vec3) -> Vec3 {
        vec3(self.x * other.x, self.y * other.y, self.z * other.z)
    }

    /// Returns the smaller of each component.
    pub(crate) fn min(self, other: Vec3) -> Vec3 {
        vec3(self.x.min(other.x), self.y.min(other.y), self.z.min(other.z))
    }

    /// Returns the larger of each component.
    pub(crate) fn max(self, other: Vec3) -> Vec3 {
        vec3(self.x.max(other.x), self.y.max(other.y), self.z.max(other.z))
    }

    /// Returns the same point on the other side of the midline when `side` is
    /// −1, and the point itself when it is +1.
    pub(crate) fn on_side(self, side: f32) -> Vec3 {
        vec3(self.x * side, self.y, self.z)
    }
}

impl Add for Vec3 {
    type Output = Vec3;
    fn add(self, other: Vec3) -> Vec3 {
        vec3(self.x + other.x, self.y + other.y, self.z + other.z)
    }
}

impl Sub for Vec3 {
    type Output = Vec3;
    fn sub(self, other: Vec3) -> Vec3 {
        vec3(self.x - other.x, self.y - other.y, self.z - other.z)
    }
}

impl Mul<f32> for Vec3 {
    type Output = Vec3;
    fn mul(self, factor: f32) -> Vec3 {
        vec3(self.x * factor, self.y * factor, self.z * factor)
    }
}

impl Neg for Vec3 {
    type Output = Vec3;
    fn neg(self) -> Vec3 {
        self * -1.0
    }
}

/// An axis-aligned box that contains a solid.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// The corner with the smallest coordinates.
    pub(crate) low: Vec3,
    /// The corner with the largest coordinates.
    pub(crate) high: Vec3,
}

impl Bounds {
    /// Returns the smallest box around `points`, grown by `margin` on each side.
    pub(crate) fn around(points: &[Vec3], margin: f32) -> Bounds {
        let huge = f32::INFINITY;
        let (mut low, mut high) = (vec3(huge, huge, huge), vec3(-huge, -huge, -huge));
        for &point in points {
            low = low.min(point);
            high = high.max(point);
        }
        let grow = vec3(margin, margin, margin);
        Bounds { low: low - grow, high: high + grow }
    }

    /// Returns the eight corners.
    pub(crate) fn corners(&self) -> [Vec3; 8] {
        let (a, b) = (self.low, self.high);
        [
            vec3(a.x, a.y, a.z),
            vec3(b.x, a.y, a.z),
            vec3(a.x, b.y, a.z),
            vec3(b.x, b.y, a.z),
            vec3(a.x, a.y, b.z),
            vec3(b.x, a.y, b.z),
            vec3(a.x, b.y, b.z),
            vec3(b.x, b.y, b.z),
        ]
    }

    /// Returns whether the box contains `point`.
    pub(crate) fn contains(&self, point: Vec3) -> bool {
        let (a, b) = (self.low, self.high);
        (a.x..=b.x).contains(&point.x)
            && (a.y..=b.y).contains(&point.y)
            && (a.z..=b.z).contains(&point.z)
    }
}

/// A half line with a unit direction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ray {
    /// Where the ray starts.
    pub(crate) origin: Vec3,
    /// Where it goes, of unit length.
    pub(crate) direction: Vec3,
}

impl Ray {
    /// Returns the point `t` millimeters along the ray.
    pub(crate) fn at(&self, t: f32) -> Vec3 {
        self.origin + self.direction * t
    }

    /// Returns where the ray enters and leaves a box, by the slab method.
    pub(crate) fn through(&self, bounds: &Bounds) -> Option<(f32, f32)> {
        let (mut near, mut far) = (0.0_f32, f32::INFINITY);
        let origin = [self.origin.x, self.origin.y, self.origin.z];
        let direction = [self.direction.x, self.direction.y, self.direction.z];
        let low = [bounds.low.x, bounds.low.y, bounds.low.z];
        let high = [bounds.high.x, bounds.high.y, bounds.high.z];
        for axis in 0..3 {
            let inverse = 1.0 / direction[axis];
            let (a, b) =
                ((low[axis] - origin[axis]) * inverse, (high[axis] - origin[axis]) * inverse);
            near = near.max(a.min(b));
            far = far.min(a.max(b));
        }
        (near < far).then_some((near, far))
    }
}
