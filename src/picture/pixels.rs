//! Pixels in memory, eight bits a channel: cropped, made smaller, turned upright
//! and encoded. A picture may be as large as memory allows, so nothing here makes
//! a second one of its size.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, MulDiv, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType as RowFilter, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageEncoder};

use super::crop::Area;
use super::{Coding, Problem};

/// What the channels of a pixel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Gray,
    GrayAlpha,
    Rgb,
    Rgba,
    /// Cyan, magenta, yellow and black; 255 is full ink.
    Cmyk,
}

impl Layout {
    /// Returns how many channels, and so bytes, a pixel has.
    pub(super) fn channels(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::GrayAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }

    pub(super) fn has_alpha(self) -> bool {
        matches!(self, Self::GrayAlpha | Self::Rgba)
    }

    fn pixel_type(self) -> PixelType {
        match self {
            Self::Gray => PixelType::U8,
            Self::GrayAlpha => PixelType::U8x2,
            Self::Rgb => PixelType::U8x3,
            Self::Rgba | Self::Cmyk => PixelType::U8x4,
        }
    }
}

/// A picture, decoded.
#[derive(Debug, Clone)]
pub(super) struct Pixels {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) layout: Layout,
    /// Row by row, without gaps.
    pub(super) data: Vec<u8>,
}

/// Paints on pixels: it gets red, green, blue and alpha of each, the width and the
/// height. `None` if it cannot.
pub type Paint<'a> = dyn Fn(&mut Vec<u8>, u32, u32) -> Option<()> + 'a;

/// How many rows are worked on at a time.
const BAND: usize = 64;

impl Pixels {
    /// Puts pixels together; `None` if the data is not as long as they say.
    pub(super) fn new(width: u32, height: u32, layout: Layout, data: Vec<u8>) -> Option<Self> {
        let pixels = Self { width, height, layout, data };
        let whole = pixels.data.len() == pixels.row() * height as usize;
        (whole && width > 0 && height > 0).then_some(pixels)
    }

    /// Takes pixels from a decoder that has them all its own way.
    pub(super) fn from_dynamic(image: DynamicImage) -> Option<Self> {
        let (width, height) = (image.width(), image.height());
        let (layout, data) = match image {
            DynamicImage::ImageLuma8(image) => (Layout::Gray, image.into_raw()),
            DynamicImage::ImageLumaA8(image) => (Layout::GrayAlpha, image.into_raw()),
            DynamicImage::ImageRgb8(image) => (Layout::Rgb, image.into_raw()),
            DynamicImage::ImageRgba8(image) => (Layout::Rgba, image.into_raw()),
            other => (Layout::Rgba, other.into_rgba8().into_raw()),
        };
        Self::new(width, height, layout, data)
    }

    /// Returns the bytes of a row.
    fn row(&self) -> usize {
        self.width as usize * self.layout.channels()
    }

    /// Keeps a part, in place.
    pub(super) fn crop(&mut self, area: Area) {
        if area == Area::whole(self.width, self.height) {
            return;
        }
        let channels = self.layout.channels();
        let (old, new) = (self.row(), area.width as usize * channels);
        for index in 0..area.height as usize {
            let from = (index + area.top as usize) * old + area.left as usize * channels;
            self.data.copy_within(from..from + new, index * new);
        }
        (self.width, self.height) = (area.width, area.height);
        self.shrink();
    }

    /// Makes the longer side at most that many pixels.
    pub(super) fn fit(&mut self, most: u32) {
        let (width, height) = fitting(self.width, self.height, most);
        self.resize(width, height);
    }

    /// Makes it smaller: first the rows, in place, then the columns.
    pub(super) fn resize(&mut self, width: u32, height: u32) {
        let (width, height) = (width.clamp(1, self.width), height.clamp(1, self.height));
        if (width, height) == (self.width, self.height) {
            return;
        }
        let with_alpha = self.layout.has_alpha();
        if with_alpha {
            self.each_band(|band| MulDiv::new().multiply_alpha_inplace(band).is_ok());
        }
        if width < self.width {
            self.squeeze(width);
        }
        if height < self.height {
            let mut smaller = Image::new(self.width, height, self.layout.pixel_type());
            let source =
                ImageRef::new(self.width, self.height, &self.data, self.layout.pixel_type());
            if let Ok(source) = source
                && Resizer::new().resize(&source, &mut smaller, &options()).is_ok()
            {
                self.data = smaller.into_vec();
                self.height = height;
            }
        }
        if with_alpha {
            self.each_band(|band| MulDiv::new().divide_alpha_inplace(band).is_ok());
        }
    }

    /// Makes pixels square that are `ratio` times as high as they are wide, and the
    /// longer side at most that many pixels. Nothing is lost but for that.
    pub(super) fn square(&mut self, ratio: f64, most: u32) {
        let longer = |side: u32, ratio: f64| (f64::from(side) * ratio).round().min(1e9) as u32;
        let (width, height) = if ratio > 1.0 {
            (self.width, longer(self.height, ratio))
        } else {
            (longer(self.width, 1.0 / ratio), self.height)
        };
        let (width, height) = fitting(width, height, most);
        let kind = self.layout.pixel_type();
        let mut square = Image::new(width, height, kind);
        if let Ok(source) = ImageRef::new(self.width, self.height, &self.data, kind)
            && Resizer::new().resize(&source, &mut square, &options()).is_ok()
        {
            self.data = square.into_vec();
            (self.width, self.height) = (width, height);
        }
    }

    /// Makes the rows shorter.
    fn squeeze(&mut self, width: u32) {
        let (old, new) = (self.row(), width as usize * self.layout.channels());
        let kind = self.layout.pixel_type();
        let mut resizer = Resizer::new();
        let mut first = 0;
        while first < self.height as usize {
            let rows = BAND.min(self.height as usize - first);
            let mut smaller = Image::new(width, rows as u32, kind);
            let from = first * old..(first + rows) * old;
            if let Ok(source) = ImageRef::new(self.width, rows as u32, &self.data[from], kind) {
                // Cannot fail: both have the same kind of pixels.
                let _ = resizer.resize(&source, &mut smaller, &options());
            }
            let start = first * new;
            self.data[start..start + rows * new].copy_from_slice(smaller.buffer());
            first += rows;
        }
        self.width = width;
        self.shrink();
    }

    fn shrink(&mut self) {
        self.data.truncate(self.row() * self.height as usize);
        self.data.shrink_to_fit();
    }

    fn each_band(&mut self, work: impl Fn(&mut Image) -> bool) {
        let (row, kind, width) = (self.row(), self.layout.pixel_type(), self.width);
        for band in self.data.chunks_mut(row * BAND) {
            let rows = (band.len() / row) as u32;
            if let Ok(mut image) = Image::from_slice_u8(width, rows, band, kind) {
                work(&mut image);
            }
        }
    }

    /// Turns it upright.
    pub(super) fn orient(self, orientation: Orientation) -> Option<Self> {
        if orientation == Orientation::NoTransforms {
            return Some(self);
        }
        let mut image = self.into_dynamic()?;
        image.apply_orientation(orientation);
        Self::from_dynamic(image)
    }

    /// `None` for CMYK, which is converted first.
    fn into_dynamic(self) -> Option<DynamicImage> {
        let Self { width, height, layout, data } = self;
        Some(match layout {
            Layout::Gray => image::GrayImage::from_raw(width, height, data)?.into(),
            Layout::GrayAlpha => image::GrayAlphaImage::from_raw(width, height, data)?.into(),
            Layout::Rgb => image::RgbImage::from_raw(width, height, data)?.into(),
            Layout::Rgba => image::RgbaImage::from_raw(width, height, data)?.into(),
            Layout::Cmyk => return None,
        })
    }

    /// Replaces pixels by others that have as many bytes or fewer, in place.
    pub(super) fn map(&mut self, layout: Layout, convert: impl Fn(&[u8], &mut [u8])) {
        let (from, to) = (self.layout.channels(), layout.channels());
        let mut pixel = [0; 4];
        for index in 0..self.width as usize * self.height as usize {
            pixel[..from].copy_from_slice(&self.data[index * from..(index + 1) * from]);
            convert(&pixel[..from], &mut self.data[index * to..(index + 1) * to]);
        }
        self.layout = layout;
        self.shrink();
    }

    /// Lays it on white, as readers and cards show it on any ground.
    pub(super) fn flatten(&mut self) {
        let over = |value: u8, alpha: u8| {
            let (value, alpha) = (u32::from(value), u32::from(alpha));
            ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
        };
        match self.layout {
            Layout::GrayAlpha => self.map(Layout::Gray, |from, to| to[0] = over(from[0], from[1])),
            Layout::Rgba => self.map(Layout::Rgb, |from, to| {
                for (to, from_one) in to.iter_mut().zip(from) {
                    *to = over(*from_one, from[3]);
                }
            }),
            Layout::Gray | Layout::Rgb | Layout::Cmyk => {}
        }
    }

    /// Tells whether there is no color.
    pub(super) fn is_gray(&self) -> bool {
        matches!(self.layout, Layout::Gray | Layout::GrayAlpha)
    }

    /// Takes the color away, and keeps how light it is (ITU-R BT.601).
    pub(super) fn gray(&mut self) {
        let light = |from: &[u8]| {
            let [r, g, b] = [from[0], from[1], from[2]].map(u32::from);
            ((299 * r + 587 * g + 114 * b + 500) / 1000) as u8
        };
        match self.layout {
            Layout::Rgb => self.map(Layout::Gray, |from, to| to[0] = light(from)),
            Layout::Rgba => self.map(Layout::GrayAlpha, |from, to| {
                to[0] = light(from);
                to[1] = from[3];
            }),
            // Clean pictures are never of four inks.
            Layout::Gray | Layout::GrayAlpha | Layout::Cmyk => {}
        }
    }

    /// Leaves out channels that say nothing: alpha where all is opaque, color
    /// where all is gray.
    pub(super) fn simplify(&mut self) {
        if self.layout == Layout::GrayAlpha && self.data.chunks_exact(2).all(|p| p[1] == 255) {
            self.map(Layout::Gray, |from, to| to[0] = from[0]);
        }
        if self.layout == Layout::Rgba && self.data.chunks_exact(4).all(|p| p[3] == 255) {
            self.map(Layout::Rgb, |from, to| to.copy_from_slice(&from[..3]));
        }
        let gray = |pixel: &[u8]| pixel[0] == pixel[1] && pixel[1] == pixel[2];
        if self.layout == Layout::Rgb && self.data.chunks_exact(3).all(gray) {
            self.map(Layout::Gray, |from, to| to[0] = from[0]);
        }
        if self.layout == Layout::Rgba && self.data.chunks_exact(4).all(gray) {
            self.map(Layout::GrayAlpha, |from, to| to.copy_from_slice(&[from[0], from[3]]));
        }
    }

    /// Has something painted on it; `None` if that cannot be.
    pub(super) fn painted(self, paint: &Paint) -> Option<Self> {
        let (width, height) = (self.width, self.height);
        let mut data = self.into_rgba()?;
        paint(&mut data, width, height)?;
        let mut painted = Self::new(width, height, Layout::Rgba, data)?;
        painted.flatten();
        painted.simplify();
        Some(painted)
    }

    /// Returns red, green, blue and alpha of each pixel. The image crate would go
    /// through floating-point numbers for what is a copy.
    fn into_rgba(self) -> Option<Vec<u8>> {
        let pixels = self.width as usize * self.height as usize;
        let mut data = Vec::with_capacity(pixels.checked_mul(4)?);
        match self.layout {
            Layout::Gray => self.data.iter().for_each(|y| data.extend([*y, *y, *y, 255])),
            Layout::GrayAlpha => {
                self.data.chunks_exact(2).for_each(|p| data.extend([p[0], p[0], p[0], p[1]]));
            }
            Layout::Rgb => {
                self.data.chunks_exact(3).for_each(|p| data.extend([p[0], p[1], p[2], 255]));
            }
            Layout::Rgba => return Some(self.data),
            Layout::Cmyk => return None,
        }
        Some(data)
    }

    /// Tells whether it is drawn rather than photographed: in most places, a
    /// pixel is the same as its neighbor.
    pub(super) fn is_drawing(&self) -> bool {
        let channels = self.layout.channels();
        let (mut same, mut all) = (0_u64, 0_u64);
        // A row in four tells.
        for row in self.data.chunks_exact(self.row()).step_by(4) {
            for at in (channels..row.len()).step_by(channels) {
                all += 1;
                same += u64::from(row[at - channels..at] == row[at..at + channels]);
            }
        }
        same * 10 >= all * 6
    }

    /// Returns what encoders call its channels.
    fn color(&self) -> ExtendedColorType {
        match self.layout {
            Layout::Gray => ExtendedColorType::L8,
            Layout::GrayAlpha => ExtendedColorType::La8,
            Layout::Rgb => ExtendedColorType::Rgb8,
            Layout::Rgba => ExtendedColorType::Rgba8,
            Layout::Cmyk => ExtendedColorType::Cmyk8,
        }
    }

    /// Encodes it. Alpha goes into a PNG only.
    pub(super) fn encode(&self, coding: Coding, quality: u8) -> Result<Vec<u8>, Problem> {
        let color = self.color();
        let mut bytes = Vec::new();
        let done = match coding {
            Coding::Jpeg => JpegEncoder::new_with_quality(&mut bytes, quality).write_image(
                &self.data,
                self.width,
                self.height,
                color,
            ),
            Coding::Png => {
                let (kind, filter) = (CompressionType::Default, RowFilter::Adaptive);
                PngEncoder::new_with_quality(&mut bytes, kind, filter).write_image(
                    &self.data,
                    self.width,
                    self.height,
                    color,
                )
            }
        };
        done.map(|()| bytes).map_err(|error| Problem::Broken(error.to_string()))
    }
}

/// Encodes a page that was drawn, of red, green, blue and alpha of each pixel, as a PNG; `None`
/// if there are not so many of them. A row says how it differs from the one above it: with
/// that, a fast level takes a fifth of the usual time and less room, on paper and pictures.
pub fn png_of_page(width: u32, height: u32, rgba: Vec<u8>) -> Option<Vec<u8>> {
    let mut pixels = Pixels::new(width, height, Layout::Rgba, rgba)?;
    pixels.simplify();
    let mut bytes = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Level(3), RowFilter::Up);
    encoder.write_image(&pixels.data, width, height, pixels.color()).ok()?;
    Some(bytes)
}

/// Returns the size that fits into a square, and is no larger than it was.
pub(super) fn fitting(width: u32, height: u32, most: u32) -> (u32, u32) {
    let longer = width.max(height);
    if longer <= most {
        return (width, height);
    }
    let scale = |side: u32| {
        let scaled =
            (u64::from(side) * u64::from(most) + u64::from(longer) / 2) / u64::from(longer);
        // At most `side`, which is smaller than `longer`.
        (scaled as u32).max(1)
    };
    (scale(width), scale(height))
}

fn options() -> ResizeOptions {
    ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).use_alpha(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient(width: u32, height: u32, layout: Layout) -> Pixels {
        let mut data = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let pixel = [(x * 255 / width) as u8, (y * 255 / height) as u8, 90, 200];
                data.extend(&pixel[..layout.channels()]);
            }
        }
        Pixels::new(width, height, layout, data).expect("pixels")
    }

    #[test]
    fn pages_are_read_back_as_they_were_drawn() {
        let read = |width, height, rgba: &[u8]| {
            let png = png_of_page(width, height, rgba.to_vec())?;
            Pixels::from_dynamic(image::load_from_memory(&png).ok()?)
        };
        let clear = gradient(64, 40, Layout::Rgba);
        let back = read(64, 40, &clear.data).expect("a picture");
        assert!(back.layout == Layout::Rgba && back.data == clear.data);
        let mut opaque = clear;
        opaque.data.chunks_exact_mut(4).for_each(|pixel| pixel[3] = 255);
        let back = read(64, 40, &opaque.data).expect("a picture");
        opaque.simplify();
        assert!(back.layout == Layout::Rgb && back.data == opaque.data);
        assert!(png_of_page(64, 41, vec![255; 64 * 40 * 4]).is_none());
    }

    #[test]
    fn bands_leave_no_seam() {
        for layout in [Layout::Gray, Layout::Rgb, Layout::Rgba] {
            let mut pixels = gradient(300, 517, layout);
            pixels.resize(100, 173);
            assert_eq!((pixels.width, pixels.height), (100, 173));
            let expected = gradient(100, 173, layout);
            let off = |(a, b): (&u8, &u8)| a.abs_diff(*b);
            let worst = pixels.data.iter().zip(&expected.data).map(off).max();
            assert!(worst <= Some(6), "{layout:?}: {worst:?}");
        }
    }

    #[test]
    fn nothing_is_made_larger() {
        let mut pixels = gradient(10, 5, Layout::Rgb);
        pixels.resize(20, 20);
        assert_eq!((pixels.width, pixels.height), (10, 5));
        assert_eq!(fitting(10, 5, 20), (10, 5));
        assert_eq!(fitting(8000, 4000, 6000), (6000, 3000));
        assert_eq!(fitting(20_000, 1, 100), (100, 1));
    }

    #[test]
    fn a_part_is_cut_out_in_place() {
        let mut pixels = gradient(10, 8, Layout::Rgb);
        let expected: Vec<u8> =
            (2..6).flat_map(|y| pixels.data[y * 30 + 9..y * 30 + 24].to_vec()).collect();
        pixels.crop(Area { left: 3, top: 2, width: 5, height: 4 });
        assert_eq!((pixels.width, pixels.height), (5, 4));
        assert_eq!(pixels.data, expected);
    }

    #[test]
    fn alpha_is_laid_on_white() {
        let data = vec![255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 128];
        let mut pixels = Pixels::new(3, 1, Layout::Rgba, data).expect("pixels");
        pixels.flatten();
        assert_eq!(pixels.layout, Layout::Rgb);
        assert_eq!(pixels.data, [255, 0, 0, 255, 255, 255, 127, 127, 127]);
    }

    #[test]
    fn channels_that_say_nothing_are_left_out() {
        let mut pixels = Pixels::new(1, 1, Layout::Rgba, vec![7, 7, 7, 255]).expect("pixels");
        pixels.simplify();
        assert_eq!((pixels.layout, &pixels.data[..]), (Layout::Gray, &[7][..]));
        let mut pixels = Pixels::new(1, 1, Layout::Rgba, vec![7, 7, 7, 9]).expect("pixels");
        pixels.simplify();
        assert_eq!((pixels.layout, &pixels.data[..]), (Layout::GrayAlpha, &[7, 9][..]));
    }
}
