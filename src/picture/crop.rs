//! Which pixels of a picture are kept: what authors write of the upright
//! picture, and where that is in the pixels as they are stored.

use image::metadata::Orientation;

use super::Problem;
use crate::model::{Coordinate, Crop};

/// A part of a picture, in whole pixels; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Area {
    /// All of a picture.
    pub(super) fn whole(width: u32, height: u32) -> Self {
        Self { left: 0, top: 0, width, height }
    }

    /// The part of an upright picture that a crop keeps.
    pub(super) fn of(crop: Option<&Crop>, width: u32, height: u32) -> Result<Self, Problem> {
        let Some(crop) = crop else { return Ok(Self::whole(width, height)) };
        let place = |coordinate: Coordinate, extent: u32| {
            let place = (coordinate.share(extent) * f64::from(extent)).round();
            // A cast of what is too large gives the largest number, which lies outside.
            if place > f64::from(extent) { None } else { Some(place as u32) }
        };
        let span = |min: Coordinate, max: Coordinate, extent: u32| {
            let (min, max) = (place(min, extent)?, place(max, extent)?);
            // Less than a pixel is still a pixel.
            (min < extent && min <= max).then(|| (min, (max - min).max(1)))
        };
        let outside = Problem::Crop(width, height);
        let (left, width) = span(crop.min.x, crop.max.x, width).ok_or_else(|| outside.clone())?;
        let (top, height) = span(crop.min.y, crop.max.y, height).ok_or(outside)?;
        Ok(Self { left, top, width, height })
    }

    /// Where this part of the upright picture is in the one that is stored, which
    /// has `width` by `height` pixels.
    pub(super) fn stored(self, orientation: Orientation, width: u32, height: u32) -> Self {
        let Self { left, top, width: w, height: h } = self;
        // From the opposite edge.
        let right = |extent: u32| extent.saturating_sub(left + w);
        let bottom = |extent: u32| extent.saturating_sub(top + h);
        let (left, top, width, height) = match orientation {
            Orientation::NoTransforms => (left, top, w, h),
            Orientation::FlipHorizontal => (right(width), top, w, h),
            Orientation::FlipVertical => (left, bottom(height), w, h),
            Orientation::Rotate180 => (right(width), bottom(height), w, h),
            // The stored rows are the columns of the upright picture.
            Orientation::Rotate90 => (top, right(height), h, w),
            Orientation::Rotate270 => (bottom(width), left, h, w),
            Orientation::Rotate90FlipH => (top, left, h, w),
            Orientation::Rotate270FlipH => (bottom(width), right(height), h, w),
        };
        Self { left, top, width, height }
    }
}

/// Returns the size of a picture once it is upright.
pub(super) fn upright(orientation: Orientation, width: u32, height: u32) -> (u32, u32) {
    match orientation {
        Orientation::NoTransforms
        | Orientation::FlipHorizontal
        | Orientation::FlipVertical
        | Orientation::Rotate180 => (width, height),
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
    }
}

#[cfg(test)]
mod tests {
    use super::super::pixels::{Layout, Pixels};
    use super::*;
    use crate::model::{Point, Ratio};

    /// To crop what is stored and turn it upright is to turn it upright and crop.
    #[test]
    fn a_part_is_found_however_the_picture_lies() {
        let data: Vec<u8> = (0..7 * 5).collect();
        let stored = Pixels::new(7, 5, Layout::Gray, data).expect("pixels");
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).expect("an orientation");
            let (width, height) = upright(orientation, 7, 5);
            let area = Area { left: 1, top: 2, width: 3, height: 2 };
            let mut after = stored.clone().orient(orientation).expect("pixels");
            assert_eq!((after.width, after.height), (width, height));
            after.crop(area);
            let mut before = stored.clone();
            before.crop(area.stored(orientation, 7, 5));
            let before = before.orient(orientation).expect("pixels");
            assert_eq!(before.data, after.data, "{exif}");
        }
    }

    #[test]
    fn shares_and_pixels_name_the_same_part() {
        let share = |value| Coordinate::Share(Ratio::new(value).expect("a share"));
        let pixels = |value: u32| Coordinate::Pixels(value * 1000);
        let crop =
            |x0, y0, x1, y1| Crop { min: Point { x: x0, y: y0 }, max: Point { x: x1, y: y1 } };
        let area = Area { left: 20, top: 10, width: 60, height: 30 };
        let shares = crop(share(0.2), share(0.2), share(0.8), share(0.8));
        assert_eq!(Area::of(Some(&shares), 100, 50), Ok(area));
        let counted = crop(pixels(20), pixels(10), pixels(80), pixels(40));
        assert_eq!(Area::of(Some(&counted), 100, 50), Ok(area));
        assert_eq!(Area::of(Some(&counted), 79, 50), Err(Problem::Crop(79, 50)));
        let thin = crop(share(0.5), share(0.5), share(0.5), share(0.5));
        assert_eq!(
            Area::of(Some(&thin), 100, 50).map(|area| (area.width, area.height)),
            Ok((1, 1))
        );
        assert_eq!(Area::of(None, 100, 50), Ok(Area::whole(100, 50)));
    }
}
