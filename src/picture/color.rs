//! Colors to sRGB. No profile reaches an output: it may carry any text, and many
//! reading systems pay no heed to it.

use std::sync::Arc;

use moxcms::{
    Chromaticity, ColorPrimaries, ColorProfile, DataColorSpace, Layout as Channels,
    RenderingIntent, ToneReprCurve, TransformExecutor, TransformOptions, XyY,
};

use super::pixels::{Layout, Pixels};

/// What a file says its numbers mean.
#[derive(Debug)]
pub(super) struct Space(ColorProfile);

impl Space {
    /// Reads an ICC profile. `None` if it is damaged: then the numbers are taken
    /// for what most pictures mean.
    pub(super) fn icc(bytes: &[u8]) -> Option<Self> {
        ColorProfile::new_from_slice(bytes).ok().map(Self)
    }

    /// A space of a gamma and primaries, as PNG says it: in hundred thousandths,
    /// white, red, green and blue as x and y. PNG, third edition, 11.3.2.
    /// `None` if it is that of sRGB, or makes no sense.
    pub(super) fn png(gamma: Option<u32>, primaries: Option<[u32; 8]>) -> Option<Self> {
        // What programs write for sRGB, with and without a rounding of their own.
        const SRGB: [u32; 8] = [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000];
        let is_srgb_gamma = gamma.is_none_or(|gamma| gamma.abs_diff(45455) <= 1000);
        let close = |value: [u32; 8]| value.iter().zip(SRGB).all(|(a, b)| a.abs_diff(b) <= 400);
        if is_srgb_gamma && primaries.is_none_or(close) {
            return None;
        }
        let mut profile = ColorProfile::new_srgb();
        profile.cicp = None;
        if let Some(values) = primaries.filter(|values| !close(*values)) {
            let [wx, wy, rx, ry, gx, gy, bx, by] = values.map(|value| value as f32 / 1e5);
            if [wy, ry, gy, by].iter().any(|y| *y < 1e-3) {
                return None;
            }
            let point = |x, y| Chromaticity { x, y };
            let primaries =
                ColorPrimaries { red: point(rx, ry), green: point(gx, gy), blue: point(bx, by) };
            profile.update_rgb_colorimetry(XyY::new(wx.into(), wy.into(), 1.0), primaries);
        }
        if !is_srgb_gamma {
            let gamma = gamma.filter(|gamma| (1_000..10_000_000).contains(gamma))?;
            let curve = ToneReprCurve::Parametric(vec![1e5 / gamma as f32]);
            profile.red_trc = Some(curve.clone());
            profile.green_trc = Some(curve.clone());
            profile.blue_trc = Some(curve);
        }
        Some(Self(profile))
    }

    /// Returns how pixels of a layout become sRGB. `None` if they are all but
    /// that already, or the profile is not for such pixels.
    pub(super) fn conversion(&self, layout: Layout) -> Option<Conversion> {
        let conversion = match (layout, self.0.color_space) {
            (Layout::Cmyk, DataColorSpace::Cmyk) => {
                Conversion::Inks(self.transform(Channels::Rgba)?)
            }
            (Layout::Gray | Layout::GrayAlpha, DataColorSpace::Gray) => {
                Conversion::Curve(self.curve(Channels::Gray)?)
            }
            // Gray files often carry the profile of the colors they once had.
            (Layout::Gray | Layout::GrayAlpha, DataColorSpace::Rgb) => {
                Conversion::Curve(self.curve(Channels::Rgb)?)
            }
            (Layout::Rgb | Layout::Rgba, DataColorSpace::Rgb) => {
                Conversion::Colors(self.transform(Channels::Rgb)?)
            }
            _ => return None,
        };
        (!conversion.changes_nothing()).then_some(conversion)
    }

    fn transform(&self, from: Channels) -> Option<Transform> {
        let options = TransformOptions {
            rendering_intent: RenderingIntent::RelativeColorimetric,
            ..TransformOptions::default()
        };
        let srgb = ColorProfile::new_srgb();
        let made = self.0.create_transform_8bit(from, &srgb, Channels::Rgb, options);
        made.or_else(|_| {
            // A profile may have the tables of one intent only.
            let options = TransformOptions::default();
            self.0.create_transform_8bit(from, &srgb, Channels::Rgb, options)
        })
        .ok()
    }

    fn curve(&self, from: Channels) -> Option<Box<[u8; 256]>> {
        let transform = self.transform(from)?;
        let repeat = if from == Channels::Gray { 1 } else { 3 };
        let grays: Vec<u8> =
            (0..=255_u8).flat_map(|gray| std::iter::repeat_n(gray, repeat)).collect();
        let mut colors = [0; 256 * 3];
        transform.transform(&grays, &mut colors).ok()?;
        Some(Box::new(std::array::from_fn(|gray| colors[gray * 3 + 1])))
    }
}

type Transform = Arc<dyn TransformExecutor<u8> + Send + Sync>;

/// How numbers become sRGB.
pub(super) enum Conversion {
    /// Each gray becomes another.
    Curve(Box<[u8; 256]>),
    /// Red, green and blue.
    Colors(Transform),
    /// Inks.
    Inks(Transform),
}

impl Conversion {
    /// Tells whether nobody would see a difference.
    fn changes_nothing(&self) -> bool {
        const SEEN: u8 = 3;
        match self {
            Self::Curve(curve) => {
                (0..=255_u8).zip(curve.iter()).all(|(a, b)| a.abs_diff(*b) <= SEEN)
            }
            Self::Colors(transform) => {
                let steps = || (0..=255_u8).step_by(51);
                let grid: Vec<u8> = steps()
                    .flat_map(|r| steps().flat_map(move |g| steps().flat_map(move |b| [r, g, b])))
                    .collect();
                let mut colors = vec![0; grid.len()];
                transform.transform(&grid, &mut colors).is_ok()
                    && grid.iter().zip(&colors).all(|(a, b)| a.abs_diff(*b) <= SEEN)
            }
            Self::Inks(_) => false,
        }
    }

    /// Converts pixels of the layout that it was made for; inks become colors.
    pub(super) fn apply(&self, pixels: &mut Pixels) {
        match self {
            Self::Curve(curve) => pixels.map(pixels.layout, |from, to| {
                to.copy_from_slice(from);
                to[0] = curve[usize::from(from[0])];
            }),
            Self::Colors(transform) | Self::Inks(transform) => by_rows(&**transform, pixels),
        }
    }
}

/// Converts a row at a time; alpha stays what it is.
fn by_rows(transform: &(dyn TransformExecutor<u8> + Send + Sync), pixels: &mut Pixels) {
    let width = pixels.width as usize;
    let (from, layout) = match pixels.layout {
        Layout::Cmyk => (4, Layout::Rgb),
        layout => (layout.channels(), layout),
    };
    let to = layout.channels();
    let mut colors = vec![0; width * 3];
    let mut source = Vec::with_capacity(width * 4);
    for index in 0..pixels.height as usize {
        let row = &pixels.data[index * width * from..(index + 1) * width * from];
        source.clear();
        if layout == Layout::Rgba {
            source.extend(row.chunks_exact(4).flat_map(|pixel| &pixel[..3]));
        } else {
            source.extend(row);
        }
        // Cannot fail: both rows have the length that is asked for.
        let _ = transform.transform(&source, &mut colors);
        let row = &mut pixels.data[index * width * to..(index + 1) * width * to];
        for (pixel, color) in row.chunks_exact_mut(to).zip(colors.chunks_exact(3)) {
            pixel[..3].copy_from_slice(color);
        }
    }
    pixels.data.truncate(width * pixels.height as usize * to);
    pixels.layout = layout;
}

/// Inks that no profile speaks of: each takes its own light away.
pub(super) fn plain_inks(pixels: &mut Pixels) {
    if pixels.layout != Layout::Cmyk {
        return;
    }
    pixels.map(Layout::Rgb, |from, to| {
        let light = |ink: u8| u32::from(255 - ink);
        for (to, ink) in to.iter_mut().zip(from) {
            *to = ((light(*ink) * light(from[3]) + 127) / 255) as u8;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn red() -> Pixels {
        Pixels::new(1, 1, Layout::Rgb, vec![255, 0, 0]).expect("pixels")
    }

    #[test]
    fn a_wide_profile_is_converted_and_srgb_is_not() {
        let wide = ColorProfile::new_display_p3().encode().expect("a profile");
        let wide = Space::icc(&wide).expect("a profile");
        let mut pixels = Pixels::new(1, 1, Layout::Rgb, vec![200, 100, 100]).expect("pixels");
        wide.conversion(Layout::Rgb).expect("a conversion").apply(&mut pixels);
        // Less saturated numbers would be a duller red in sRGB.
        assert!(pixels.data[0] > 205 && pixels.data[1] < 100, "{:?}", pixels.data);
        let same = ColorProfile::new_srgb().encode().expect("a profile");
        let same = Space::icc(&same).expect("a profile");
        assert!(same.conversion(Layout::Rgb).is_none());
        assert!(same.conversion(Layout::Gray).is_none());
        assert!(same.conversion(Layout::Cmyk).is_none());
        assert!(Space::icc(b"no profile").is_none());
    }

    #[test]
    fn a_gamma_of_its_own_is_converted() {
        assert!(Space::png(Some(45455), None).is_none());
        assert!(
            Space::png(None, Some([31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000]))
                .is_none()
        );
        let linear = Space::png(Some(100_000), None).expect("a space");
        let mut pixels = Pixels::new(1, 1, Layout::Gray, vec![55]).expect("pixels");
        linear.conversion(Layout::Gray).expect("a conversion").apply(&mut pixels);
        // A fifth of the light is 127 in sRGB.
        assert!(pixels.data[0].abs_diff(127) <= 3, "{:?}", pixels.data);
        let mut pixels = red();
        linear.conversion(Layout::Rgb).expect("a conversion").apply(&mut pixels);
        assert_eq!(pixels.data, [255, 0, 0]);
    }

    #[test]
    fn inks_take_light_away() {
        let data = vec![0, 255, 255, 0, 0, 0, 0, 255, 0, 0, 0, 0];
        let mut pixels = Pixels::new(3, 1, Layout::Cmyk, data).expect("pixels");
        plain_inks(&mut pixels);
        assert_eq!(pixels.data, [255, 0, 0, 0, 0, 0, 255, 255, 255]);
    }
}
