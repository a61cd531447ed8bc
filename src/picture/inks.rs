//! Colors to the inks of a press, as the ICC profile of its paper and inks says.
//!
//! What is black or gray is printed with black alone: letters in four inks have
//! colored fringes wherever plates are off by a hair. All else goes through the
//! profile, and nothing gets more ink than paper can take.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use moxcms::{
    ColorProfile, DataColorSpace, Layout as Channels, ProfileClass, ProfileText, RenderingIntent,
    TransformExecutor, TransformOptions,
};

use super::jpeg;
use super::pixels::{Layout, Pixels};

/// The largest profile that is read, in bytes: those of four inks have two or three
/// million.
pub const MAX_PROFILE: usize = 10 << 20;
/// Red, green and blue may differ so much in what is gray.
const NEUTRAL: u8 = 2;
/// A picture with at most so many colors is a drawing.
const FEW: usize = 512;
/// How much red, green and blue may differ in what is all but gray, and from what
/// difference on there is no black in the place of the three inks.
const PALE: [u8; 2] = [6, 30];

/// Why a file cannot say how colors are printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileFault {
    /// It is larger than [`MAX_PROFILE`]: so many bytes.
    TooLarge(usize),
    /// It is no ICC profile, or a broken one.
    NotProfile(String),
    /// It is a profile of something else than a press: a screen, a camera.
    NotPress(&'static str),
    /// It is of other inks than cyan, magenta, yellow and black.
    NotFourInks(&'static str),
    /// It says how inks look, and not which inks make a color: it has no table from
    /// colors to inks (`B2A0` or `B2A1`; ICC.1:2010, 9.2).
    OneWay,
}

impl fmt::Display for ProfileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(bytes) => {
                let megabytes = bytes.div_ceil(1 << 20);
                write!(f, "it has {megabytes} MB, and {} are the most", MAX_PROFILE >> 20)
            }
            Self::NotProfile(cause) => write!(f, "it is no ICC profile ({cause})"),
            Self::NotPress(what) => write!(f, "it is a profile of {what}, not of a press"),
            Self::NotFourInks(what) => {
                write!(f, "it is of {what}, not of cyan, magenta, yellow and black")
            }
            Self::OneWay => write!(f, "it does not say which inks make a color (no table `B2A`)"),
        }
    }
}

type Transform = Arc<dyn TransformExecutor<u8> + Send + Sync>;

/// The inks of a press.
#[derive(Clone)]
pub struct Inks {
    profile: Arc<[u8]>,
    name: String,
    transform: Transform,
    /// The most ink on a spot, in 255ths of a full one.
    most: u32,
}

impl fmt::Debug for Inks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inks").field("name", &self.name).field("most", &self.most).finish()
    }
}

/// A picture in inks: eight bits each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inked {
    /// Light, as pictures without colors have it: 255 is paper.
    Gray(Vec<u8>),
    /// Cyan, magenta, yellow and black: 255 is full ink.
    Process {
        /// The inks.
        samples: Vec<u8>,
        /// Whether it is drawn, with few colors, and no photograph.
        is_drawing: bool,
    },
}

impl Inks {
    /// Reads a profile. `limit` is the most ink on a spot, in percent: 400 is that of
    /// four full inks.
    ///
    /// # Errors
    /// If it does not say which cyan, magenta, yellow and black make a color.
    pub fn open(bytes: &[u8], limit: u32) -> Result<Self, ProfileFault> {
        if bytes.len() > MAX_PROFILE {
            return Err(ProfileFault::TooLarge(bytes.len()));
        }
        // Where its signature is: ICC.1:2010, 7.2.
        if bytes.get(36..40) != Some(b"acsp") {
            return Err(ProfileFault::NotProfile("it has no signature".to_owned()));
        }
        let profile = ColorProfile::new_from_slice(bytes)
            .map_err(|error| ProfileFault::NotProfile(error.to_string()))?;
        match profile.profile_class {
            ProfileClass::OutputDevice => {}
            ProfileClass::DisplayDevice => return Err(ProfileFault::NotPress("a screen")),
            ProfileClass::InputDevice => {
                return Err(ProfileFault::NotPress("a camera or a scanner"));
            }
            _ => return Err(ProfileFault::NotPress("a conversion")),
        }
        match profile.color_space {
            DataColorSpace::Cmyk => {}
            DataColorSpace::Gray => return Err(ProfileFault::NotFourInks("black alone")),
            DataColorSpace::Rgb => return Err(ProfileFault::NotFourInks("red, green and blue")),
            _ => return Err(ProfileFault::NotFourInks("other inks")),
        }
        let intent = match (&profile.lut_b_to_a_perceptual, &profile.lut_b_to_a_colorimetric) {
            (Some(_), _) => RenderingIntent::Perceptual,
            (None, Some(_)) => RenderingIntent::RelativeColorimetric,
            (None, None) => return Err(ProfileFault::OneWay),
        };
        let options = TransformOptions { rendering_intent: intent, ..TransformOptions::default() };
        let transform = ColorProfile::new_srgb()
            .create_transform_8bit(Channels::Rgb, &profile, Channels::Rgba, options)
            .map_err(|error| ProfileFault::NotProfile(error.to_string()))?;
        let name = profile.description.as_ref().map(text).unwrap_or_default();
        Ok(Self { profile: bytes.into(), name, transform, most: limit.min(400) * 255 / 100 })
    }

    /// Returns the profile, as it was read.
    pub fn profile(&self) -> &[u8] {
        &self.profile
    }

    /// Returns the most ink on a spot, in percent.
    pub fn limit(&self) -> u32 {
        self.most * 100 / 255
    }

    /// Returns what the profile calls itself; empty if it does not.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the inks of a color of sRGB that is drawn with: cyan, magenta, yellow,
    /// black; 255 is full ink.
    pub fn color(&self, color: [u8; 3]) -> [u8; 4] {
        if is_neutral(color) {
            return [0, 0, 0, 255 - color[1]];
        }
        match self.through(color) {
            // What is all but black is black.
            [_, _, _, 254 | 255] => [0, 0, 0, 255],
            inks => inks,
        }
    }

    /// Returns the inks of a color that is one of many that flow into each other, as in
    /// a gradient or a photograph: grays are as all else, or there would be edges where
    /// colors begin. There is no full black with colors under it.
    pub fn through(&self, color: [u8; 3]) -> [u8; 4] {
        if color == [255; 3] {
            return [0; 4];
        }
        let mut inks = [0; 4];
        // Cannot fail: both are one pixel.
        let _ = self.transform.transform(&color, &mut inks);
        self.limited(inks)
    }

    /// Returns inks of which there is not too much: of the three colors, less.
    pub fn limited(&self, inks: [u8; 4]) -> [u8; 4] {
        held(inks, self.most)
    }

    /// Returns inks of which there is so much less than may be, in 255ths.
    pub(super) fn spared(&self, inks: [u8; 4], less: u32) -> [u8; 4] {
        // Of black as well: what is all but full is coded as full now and then.
        let black = inks[3].min(255_u32.saturating_sub(less).max(200) as u8);
        held([inks[0], inks[1], inks[2], black], self.most.saturating_sub(less))
    }

    /// Returns how much more ink there is than may be, in 255ths.
    pub(super) fn over(&self, inks: [u8; 4]) -> u32 {
        let sum: u32 = inks.iter().map(|ink| u32::from(*ink)).sum();
        let is_rich = inks[3] == 255 && inks[..3] != [0; 3];
        sum.saturating_sub(self.most).max(u32::from(is_rich))
    }

    /// Returns a picture in inks: of red, green and blue, eight bits each, row by row.
    /// One without a color in it is gray, and drawings are as what is drawn on pages.
    pub fn picture(&self, samples: &[u8]) -> Inked {
        if is_gray(samples) {
            return Inked::Gray(samples.chunks_exact(3).map(|pixel| pixel[1]).collect());
        }
        let mut inks = vec![0; samples.len() / 3 * 4];
        if let Some(colors) = few_colors(samples) {
            let of: HashMap<[u8; 3], [u8; 4]> =
                colors.into_iter().map(|color| (color, self.color(color))).collect();
            for (pixel, out) in samples.chunks_exact(3).zip(inks.chunks_exact_mut(4)) {
                if let Some(inks) = of.get(pixel) {
                    out.copy_from_slice(inks);
                }
            }
            return Inked::Process { samples: inks, is_drawing: true };
        }
        let is_pale = is_mostly_gray(samples);
        // Some thousand pixels at a time.
        const TOGETHER: usize = 1 << 14;
        let bands = samples.chunks(TOGETHER * 3).zip(inks.chunks_mut(TOGETHER * 4));
        for (from, to) in bands {
            let whole = from.len() / 3;
            let _ = self.transform.transform(&from[..whole * 3], &mut to[..whole * 4]);
            for (pixel, out) in from.chunks_exact(3).zip(to.chunks_exact_mut(4)) {
                let color = [pixel[0], pixel[1], pixel[2]];
                let mut inks = [out[0], out[1], out[2], out[3]];
                if is_pale {
                    inks = blackened(color, inks);
                }
                // Paper stays paper.
                let limited = if color == [255; 3] { [0; 4] } else { self.limited(inks) };
                out.copy_from_slice(&limited);
            }
        }
        Inked::Process { samples: inks, is_drawing: false }
    }
}

/// Returns the light of a color of sRGB (ITU-R BT.601), as gray pictures have it.
pub fn light([red, green, blue]: [u8; 3]) -> u8 {
    let [red, green, blue] = [red, green, blue].map(u32::from);
    ((299 * red + 587 * green + 114 * blue + 500) / 1000) as u8
}

/// Tells whether a picture of red, green and blue has no color in it.
fn is_gray(samples: &[u8]) -> bool {
    samples.chunks_exact(3).all(|pixel| is_neutral([pixel[0], pixel[1], pixel[2]]))
}

/// Decodes a JPEG: its channels, which are one, three or four, and its samples.
/// `None` if it is broken.
pub fn jpeg_samples(bytes: &[u8]) -> Option<(usize, Vec<u8>)> {
    let Pixels { layout, data, .. } = jpeg::decode(bytes).ok()?.pixels;
    match layout {
        Layout::Gray | Layout::Rgb | Layout::Cmyk => Some((layout.channels(), data)),
        Layout::GrayAlpha | Layout::Rgba => None,
    }
}

/// Returns inks of which there is no more than that, in 255ths.
fn held(mut inks: [u8; 4], most: u32) -> [u8; 4] {
    let colors: u32 = inks[..3].iter().map(|ink| u32::from(*ink)).sum();
    if colors > 0 {
        inks[3] = inks[3].min(254);
    }
    let [cyan, magenta, yellow, black] = inks.map(u32::from);
    let room = most.saturating_sub(black);
    if colors <= room {
        return inks;
    }
    let less = |ink: u32| (ink * room / colors) as u8;
    [less(cyan), less(magenta), less(yellow), inks[3]]
}

/// Returns how far red, green and blue are apart.
fn difference([red, green, blue]: [u8; 3]) -> u8 {
    red.max(green).max(blue) - red.min(green).min(blue)
}

/// Tells whether a picture is gray but for a part of it, as a CT with colored arrows is.
fn is_mostly_gray(samples: &[u8]) -> bool {
    let gray = |pixel: &&[u8]| difference([pixel[0], pixel[1], pixel[2]]) <= PALE[0];
    samples.chunks_exact(3).filter(gray).count() >= samples.len() / 3 / 4 * 3
}

/// Returns inks of which those of a gray are black alone, as in gray pictures beside it,
/// and those of a color what they are; between them, there is no edge.
fn blackened(color: [u8; 3], inks: [u8; 4]) -> [u8; 4] {
    let [least, most] = PALE.map(i32::from);
    let share = (i32::from(difference(color)) - least).clamp(0, most - least);
    let black = [0, 0, 0, 255 - light(color)];
    std::array::from_fn(|at| {
        let (from, to) = (i32::from(black[at]), i32::from(inks[at]));
        // Between two bytes.
        (from + (to - from) * share / (most - least)) as u8
    })
}

fn is_neutral(color: [u8; 3]) -> bool {
    difference(color) <= NEUTRAL
}

/// Returns the colors of a picture, if they are few.
fn few_colors(samples: &[u8]) -> Option<Vec<[u8; 3]>> {
    let mut found = std::collections::BTreeSet::new();
    let mut last = None;
    for pixel in samples.chunks_exact(3) {
        let color = [pixel[0], pixel[1], pixel[2]];
        if last != Some(color) {
            found.insert(color);
            if found.len() > FEW {
                return None;
            }
            last = Some(color);
        }
    }
    Some(found.into_iter().collect())
}

/// Returns a text of a profile, in English if it has several.
fn text(text: &ProfileText) -> String {
    let found = match text {
        ProfileText::PlainString(text) => Some(text.as_str()),
        ProfileText::Localizable(texts) => {
            let english = texts.iter().find(|text| text.language == "en");
            english.or(texts.first()).map(|text| text.value.as_str())
        }
        ProfileText::Description(text) => {
            let texts = [&text.ascii_string, &text.unicode_string, &text.mac_string];
            texts.into_iter().map(String::as_str).find(|text| !text.trim_matches('\0').is_empty())
        }
    };
    let found = found.unwrap_or_default().chars().filter(|c| !c.is_control());
    found.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inks(limit: u32) -> Inks {
        Inks::open(include_bytes!("../../tests/fixtures/press.icc"), limit).expect("a profile")
    }

    fn sum(inks: [u8; 4]) -> u32 {
        inks.iter().map(|ink| u32::from(*ink)).sum()
    }

    #[test]
    fn grays_are_black_and_colors_are_not() {
        let inks = inks(300);
        assert_eq!(inks.color([0, 0, 0]), [0, 0, 0, 255]);
        assert_eq!(inks.color([255, 255, 255]), [0; 4]);
        assert_eq!(inks.color([127, 128, 128]), [0, 0, 0, 127]);
        let [cyan, magenta, yellow, black] = inks.color([200, 30, 30]);
        assert!(cyan < 60 && magenta > 200 && yellow > 180 && black < 60);
        assert_eq!(inks.name(), "Recto test press");
    }

    #[test]
    fn there_is_no_more_ink_than_the_limit() {
        for limit in [100, 180, 240, 300, 400] {
            let inks = inks(limit);
            for red in (0..=255_u8).step_by(15) {
                for green in (0..=255_u8).step_by(15) {
                    for blue in (0..=255_u8).step_by(15) {
                        let color = [red, green, blue];
                        for ink in [inks.color(color), inks.through(color)] {
                            assert!(sum(ink) * 100 <= limit * 255, "{limit} {color:?} {ink:?}");
                            assert!(ink[3] < 255 || ink[..3] == [0; 3], "{color:?} {ink:?}");
                        }
                    }
                }
            }
        }
        assert!(sum(inks(400).through([1, 0, 2])) > 765, "the profile asks for more");
    }

    #[test]
    fn what_is_gray_in_a_gray_picture_is_black() {
        let inks = inks(300);
        // A ramp of grays with noise in its colors, and a patch of red.
        let mut samples: Vec<u8> = Vec::new();
        for at in 0..4000_u32 {
            let gray = (at % 250) as u8;
            samples.extend([gray + (at % 5) as u8, gray, gray + (at % 3) as u8]);
        }
        let pale = samples.clone();
        samples.extend([200, 30, 30].repeat(600));
        let Inked::Process { samples: made, is_drawing: false } = inks.picture(&samples) else {
            panic!("no photograph")
        };
        for (pixel, ink) in pale.chunks_exact(3).zip(made.chunks_exact(4)) {
            assert_eq!(ink[..3], [0; 3], "{pixel:?}");
            assert!(ink[3].abs_diff(255 - pixel[1]) <= 3, "{pixel:?} {ink:?}");
        }
        let red = &made[made.len() - 4..];
        assert!(red[1] > 200 && red[2] > 180, "{red:?}");
        // With as many colors as grays, grays are as the profile has them.
        samples.extend([200, 30, 30].repeat(3000));
        let Inked::Process { samples: made, .. } = inks.picture(&samples) else {
            panic!("no colors")
        };
        assert!(made[100 * 4] > 0);
        // Without a color, it is gray.
        let gray = [7, 7, 7, 9, 9, 9];
        assert_eq!(inks.picture(&gray), Inked::Gray(vec![7, 9]));
    }
}
