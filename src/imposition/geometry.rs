//! Sizes, boxes and matrices of paper, in points, from the lower left corner: as PDF
//! has them (ISO 32000-1, 8.3).

/// Returns millimeters in points.
pub fn mm(length: f64) -> f64 {
    length * 72.0 / 25.4
}

/// Returns points in millimeters.
pub fn to_mm(length: f64) -> f64 {
    length * 25.4 / 72.0
}

/// How large paper or a page is, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From bottom to top.
    pub height: f64,
}

impl Size {
    /// Returns a size that is given in millimeters.
    pub fn mm(width: f64, height: f64) -> Self {
        Self { width: mm(width), height: mm(height) }
    }

    /// Returns the size after a quarter turn.
    pub fn turned(self) -> Self {
        Self { width: self.height, height: self.width }
    }

    /// Tells whether it is wider than high.
    pub fn is_landscape(self) -> bool {
        self.width > self.height
    }

    /// Returns how much it can be enlarged to fill another size; 0 if that has no
    /// room at all.
    pub fn fit(self, other: Self) -> f64 {
        (other.width / self.width).min(other.height / self.height).max(0.0)
    }

    /// Returns the size as people write it: "148 × 210 mm".
    pub fn shown(self) -> String {
        format!("{:.0} × {:.0} mm", to_mm(self.width), to_mm(self.height))
    }
}

/// A box, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// The left edge.
    pub left: f64,
    /// The bottom edge.
    pub bottom: f64,
    /// The right edge.
    pub right: f64,
    /// The top edge.
    pub top: f64,
}

impl Rect {
    /// Returns a box of a size, by its lower left corner.
    pub fn at(left: f64, bottom: f64, size: Size) -> Self {
        Self { left, bottom, right: left + size.width, top: bottom + size.height }
    }

    /// Returns a box of a size whose corner is the origin.
    pub fn of(size: Size) -> Self {
        Self::at(0.0, 0.0, size)
    }

    /// Returns how large it is.
    pub fn size(self) -> Size {
        Size { width: self.right - self.left, height: self.top - self.bottom }
    }

    /// Returns the box with edges further out.
    pub fn grown(self, by: f64) -> Self {
        Self {
            left: self.left - by,
            bottom: self.bottom - by,
            right: self.right + by,
            top: self.top + by,
        }
    }

    /// Returns what two boxes have in common; without extent if that is nothing.
    pub fn common(self, other: Self) -> Self {
        let left = self.left.max(other.left);
        let bottom = self.bottom.max(other.bottom);
        let right = self.right.min(other.right).max(left);
        let top = self.top.min(other.top).max(bottom);
        Self { left, bottom, right, top }
    }

    /// Returns the smallest box round two.
    pub fn joined(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            bottom: self.bottom.min(other.bottom),
            right: self.right.max(other.right),
            top: self.top.max(other.top),
        }
    }

    /// Tells whether another box lies in it, but for a hundredth of a point.
    pub fn holds(self, other: Self) -> bool {
        const NEAR: f64 = 0.01;
        other.left >= self.left - NEAR
            && other.bottom >= self.bottom - NEAR
            && other.right <= self.right + NEAR
            && other.top <= self.top + NEAR
    }

    /// Returns the point in its middle.
    pub fn center(self) -> (f64, f64) {
        (f64::midpoint(self.left, self.right), f64::midpoint(self.bottom, self.top))
    }

    /// Returns the box as it lies after a half turn of the paper.
    pub fn half_turned(self, paper: Size) -> Self {
        Self {
            left: paper.width - self.right,
            bottom: paper.height - self.top,
            right: paper.width - self.left,
            top: paper.height - self.bottom,
        }
    }
}

/// A transformation: `x' = a x + c y + e`, `y' = b x + d y + f`
/// (ISO 32000-1, 8.3.3).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matrix(pub [f64; 6]);

impl Matrix {
    /// Returns a shift.
    pub fn shift(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// Returns an enlargement from the origin.
    pub fn scale(by: f64) -> Self {
        Self([by, 0.0, 0.0, by, 0.0, 0.0])
    }

    /// Returns a half turn of paper of a size, onto itself.
    pub fn half_turn(paper: Size) -> Self {
        Self([-1.0, 0.0, 0.0, -1.0, paper.width, paper.height])
    }

    /// Returns what another transformation does after this one.
    pub fn then(self, next: Self) -> Self {
        let Self([a, b, c, d, e, f]) = self;
        let (e, f) = next.apply(e, f);
        let Self([na, nb, nc, nd, ..]) = next;
        Self([a * na + b * nc, a * nb + b * nd, c * na + d * nc, c * nb + d * nd, e, f])
    }

    /// Returns where it takes a point.
    pub fn apply(self, x: f64, y: f64) -> (f64, f64) {
        let Self([a, b, c, d, e, f]) = self;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// Returns the box round where it takes a box.
    pub fn apply_to(self, rect: Rect) -> Rect {
        let Rect { left, bottom, right, top } = rect;
        let corners = [(left, bottom), (right, bottom), (left, top), (right, top)];
        let mut out: Option<Rect> = None;
        for (x, y) in corners.map(|(x, y)| self.apply(x, y)) {
            let point = Rect { left: x, bottom: y, right: x, top: y };
            out = Some(out.map_or(point, |out| out.joined(point)));
        }
        out.unwrap_or(rect)
    }

    /// Returns how much longer it makes lines.
    pub fn factor(self) -> f64 {
        let Self([a, b, c, d, ..]) = self;
        (a * d - b * c).abs().sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transformations_follow_each_other() {
        let both = Matrix::scale(2.0).then(Matrix::shift(10.0, 20.0));
        assert_eq!(both.apply(1.0, 2.0), (12.0, 24.0));
        let paper = Size { width: 100.0, height: 50.0 };
        let turned = both.then(Matrix::half_turn(paper));
        assert_eq!(turned.apply(1.0, 2.0), (88.0, 26.0));
        let rect = Rect::of(Size { width: 10.0, height: 5.0 });
        assert_eq!(turned.apply_to(rect), both.apply_to(rect).half_turned(paper));
        assert_eq!(turned.factor(), 2.0);
    }

    #[test]
    fn what_boxes_have_in_common() {
        let one = Rect { left: 0.0, bottom: 0.0, right: 10.0, top: 10.0 };
        let other = Rect { left: 5.0, bottom: 20.0, right: 15.0, top: 30.0 };
        assert_eq!(one.common(other).size(), Size { width: 5.0, height: 0.0 });
        assert!(one.grown(5.0).holds(one) && !one.holds(one.grown(0.02)));
    }
}
