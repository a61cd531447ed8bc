//! Pictures as large as an output wants them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::pixels::{Paint, Pixels, fitting};
use super::{Budget, Coding, jpeg, kept, media, png, svg};
use crate::files::Cache;
use crate::model::{Blob, Bounds, Media, MediaFormat, WeakBlob};

/// A picture, made for a purpose.
#[derive(Debug, Clone)]
pub struct Rendition {
    /// The file.
    pub file: Blob,
    /// The BLAKE3 hash of the file, in hexadecimal digits.
    pub hash: Arc<str>,
    /// How it is encoded.
    pub format: MediaFormat,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

impl From<Media> for Rendition {
    fn from(media: Media) -> Self {
        let Media { file, hash, format, width, height, .. } = media;
        Self { file, hash: hash.into(), format, width, height }
    }
}

/// How well JPEG is coded for print.
const PRINT: u8 = 90;
/// How well JPEG is coded for screens: the first that is small enough.
const SCREEN: [u8; 5] = [88, 80, 72, 64, 56];
/// How small a picture may get for the sake of its bytes, in pixels on its longer
/// side.
const SMALLEST: u32 = 240;

/// Makes renditions, each once: the cache keeps them from build to build.
#[derive(Debug, Clone)]
pub struct Renditions {
    shelf: Arc<kept::Shelf>,
    budget: Arc<Budget>,
    /// Those that somebody holds, by their keys: a picture that a hundred figures
    /// show is in memory once.
    held: Arc<Mutex<HashMap<String, Held>>>,
}

/// A rendition, as long as somebody else holds its bytes.
#[derive(Debug)]
struct Held {
    file: WeakBlob,
    hash: Arc<str>,
    format: MediaFormat,
    width: u32,
    height: u32,
}

impl Held {
    fn get(&self) -> Option<Rendition> {
        let Self { hash, format, width, height, .. } = self;
        let (hash, file) = (Arc::clone(hash), self.file.upgrade()?);
        Some(Rendition { file, hash, format: *format, width: *width, height: *height })
    }
}

impl Renditions {
    /// Keeps what is made in a cache.
    pub fn new(cache: Arc<dyn Cache>) -> Self {
        Self { shelf: kept::Shelf::of(cache), budget: Arc::default(), held: Arc::default() }
    }

    /// Returns where renditions are kept.
    pub fn cache(&self) -> &dyn Cache {
        self.shelf.cache()
    }

    /// Returns a picture about `width` pixels wide, for print; never wider than
    /// it is. A drawing stays one.
    pub fn wide(&self, media: &Media, width: u32) -> Rendition {
        let width = width.max(1);
        if width >= media.width || media.format == MediaFormat::Svg {
            return media.clone().into();
        }
        self.make(media, "wide", &width.to_string(), || {
            let mut pixels = pixels(media, media.width.max(media.height))?;
            let height = u64::from(pixels.height) * u64::from(width);
            let height = (height + u64::from(pixels.width) / 2) / u64::from(pixels.width);
            // At most the height that it had.
            pixels.resize(width, height as u32);
            let coding = coding(media.format);
            Some((pixels.encode(coding, PRINT).ok()?, coding, (pixels.width, pixels.height)))
        })
    }

    /// Returns a picture about `width` pixels wide in shades of gray, for print. A
    /// drawing stays one.
    pub fn gray(&self, media: &Media, width: u32) -> Rendition {
        if media.format == MediaFormat::Svg {
            let Some(bytes) = media.file.read() else { return media.clone().into() };
            let bytes = svg::gray(&bytes);
            let hash = blake3::hash(&bytes).to_hex().as_str().into();
            return Rendition { file: bytes.into(), hash, ..media.clone().into() };
        }
        let width = width.clamp(1, media.width);
        self.make(media, "gray", &width.to_string(), || {
            let mut pixels = pixels(media, media.width.max(media.height))?;
            // What is gray and has its size keeps its coding.
            if pixels.is_gray() && width == media.width {
                return None;
            }
            pixels.gray();
            let height = u64::from(pixels.height) * u64::from(width);
            let height = (height + u64::from(pixels.width) / 2) / u64::from(pixels.width);
            // At most the height that it had.
            pixels.resize(width, height as u32);
            let coding = coding(media.format);
            Some((pixels.encode(coding, PRINT).ok()?, coding, (pixels.width, pixels.height)))
        })
    }

    /// Returns a picture within bounds, for screens: opaque, JPEG or PNG. One that
    /// is so already stays as it is.
    pub fn within(&self, media: &Media, bounds: Bounds) -> Rendition {
        if is_within(media, bounds) {
            return media.clone().into();
        }
        let Bounds { pixels, bytes } = bounds;
        self.make(media, "within", &format!("{pixels} {bytes}"), || {
            let mut pixels = self::pixels(media, bounds.pixels)?;
            pixels.flatten();
            pixels.fit(bounds.pixels);
            pixels.simplify();
            squeeze(pixels, coding(media.format), bytes)
        })
    }

    /// Returns a picture within bounds that something is painted on: `what`, which
    /// says all of it, by `paint`. `None` if it cannot be decoded.
    pub fn painted(
        &self,
        media: &Media,
        bounds: Bounds,
        what: &str,
        paint: &Paint,
    ) -> Option<Rendition> {
        let clean = self.within(media, bounds);
        let Bounds { pixels, bytes } = bounds;
        let mut done = true;
        let painted = self.make(media, "painted", &format!("{pixels} {bytes} {what}"), || {
            let made = (|| {
                let mut pixels = self::pixels(media, bounds.pixels)?;
                pixels.flatten();
                pixels.resize(clean.width, clean.height);
                let pixels = pixels.painted(paint)?;
                squeeze(pixels, coding(clean.format), bytes)
            })();
            done = made.is_some();
            made
        });
        done.then_some(painted)
    }

    /// Returns what the cache has, or makes it. What cannot be made stays whole.
    fn make(
        &self,
        media: &Media,
        what: &str,
        parameters: &str,
        make: impl FnOnce() -> Option<(Vec<u8>, Coding, (u32, u32))>,
    ) -> Rendition {
        let key = kept::key(what, &media.hash, parameters);
        if let Some(held) = self.held().get(&key).and_then(Held::get) {
            return held;
        }
        if let Some(kept) = self.shelf.find(&key) {
            return self.hold(key, kept.into());
        }
        let _share = self.budget.take(u64::from(media.width) * u64::from(media.height) * 4);
        let Some((bytes, coding, size)) = make() else { return media.clone().into() };
        let made = self.shelf.keep(&key, self::media(bytes, coding, size, size));
        self.hold(key, made.into())
    }

    /// Remembers a rendition for as long as somebody uses it.
    fn hold(&self, key: String, rendition: Rendition) -> Rendition {
        let Rendition { file, hash, format, width, height } = &rendition;
        let (file, hash) = (file.downgrade(), Arc::clone(hash));
        let held = Held { file, hash, format: *format, width: *width, height: *height };
        self.held().insert(key, held);
        rendition
    }

    fn held(&self) -> std::sync::MutexGuard<'_, HashMap<String, Held>> {
        // What a thread that panicked left behind is whole: it is put in at once.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Decodes a clean picture. `most` is how many pixels are wanted on the longer
/// side, for what has none of its own.
fn pixels(media: &Media, most: u32) -> Option<Pixels> {
    let bytes = media.file.read()?;
    match media.format {
        MediaFormat::Jpeg => Some(jpeg::decode(&bytes).ok()?.pixels),
        MediaFormat::Png => Some(png::decode(&bytes).ok()?.pixels),
        MediaFormat::Svg => svg::rasterize(media, &bytes, most),
    }
}

fn coding(format: MediaFormat) -> Coding {
    match format {
        MediaFormat::Jpeg => Coding::Jpeg,
        MediaFormat::Png | MediaFormat::Svg => Coding::Png,
    }
}

fn is_within(media: &Media, bounds: Bounds) -> bool {
    let small = fitting(media.width, media.height, bounds.pixels) == (media.width, media.height);
    if !small || media.file.size() > bounds.bytes {
        return false;
    }
    match media.format {
        MediaFormat::Jpeg => true,
        MediaFormat::Png => media.file.read().is_some_and(|bytes| !png::may_have_alpha(&bytes)),
        MediaFormat::Svg => false,
    }
}

/// Encodes pixels in so many bytes. What lost nothing so far goes on so, if it can:
/// a photograph may be coded with loss, a drawing is made smaller first.
fn squeeze(mut pixels: Pixels, coding: Coding, most: u64) -> Option<(Vec<u8>, Coding, (u32, u32))> {
    let fits = |bytes: &[u8]| bytes.len() as u64 <= most;
    if coding == Coding::Png {
        let original = pixels.clone();
        let is_drawing = pixels.is_drawing();
        loop {
            let bytes = pixels.encode(Coding::Png, 0).ok()?;
            if fits(&bytes) {
                return Some((bytes, Coding::Png, (pixels.width, pixels.height)));
            }
            if !is_drawing || !pixels.shrink_a_little() {
                break;
            }
        }
        pixels = original;
    }
    loop {
        for quality in SCREEN {
            let bytes = pixels.encode(Coding::Jpeg, quality).ok()?;
            let smallest = quality == SCREEN[SCREEN.len() - 1] && !pixels.can_shrink();
            if fits(&bytes) || smallest {
                return Some((bytes, Coding::Jpeg, (pixels.width, pixels.height)));
            }
        }
        pixels.shrink_a_little();
    }
}

impl Pixels {
    fn can_shrink(&self) -> bool {
        self.width.max(self.height) > SMALLEST
    }

    /// Takes a fifth of each side away; `false` if it is small enough.
    fn shrink_a_little(&mut self) -> bool {
        let can = self.can_shrink();
        if can {
            self.fit((self.width.max(self.height) * 4 / 5).max(SMALLEST));
        }
        can
    }
}

#[cfg(test)]
mod tests {
    use super::super::pixels::Layout;
    use super::*;
    use crate::files::NoCache;

    /// Noise, which no coding makes small, or a flat drawing.
    fn picture(width: u32, height: u32, layout: Layout, noisy: bool, coding: Coding) -> Media {
        let mut seed = 7_u32;
        let count = width as usize * height as usize * layout.channels();
        let data = (0..count)
            .map(|at| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if noisy { (seed >> 24) as u8 } else { (at / 5000 % 2 * 255) as u8 }
            })
            .collect();
        let pixels = Pixels::new(width, height, layout, data).expect("pixels");
        let bytes = pixels.encode(coding, 95).expect("a picture");
        media(bytes, coding, (width, height), (width, height))
    }

    fn bytes(file: &Blob) -> Arc<[u8]> {
        file.read().expect("in memory")
    }

    fn renditions() -> Renditions {
        Renditions::new(Arc::new(NoCache))
    }

    #[test]
    fn print_gets_the_width_that_it_asks_for_and_never_more() {
        for coding in [Coding::Jpeg, Coding::Png] {
            let media = picture(300, 200, Layout::Rgb, true, coding);
            let small = renditions().wide(&media, 150);
            assert_eq!((small.width, small.height, small.format), (150, 100, coding.into()));
            assert_eq!(bytes(&renditions().wide(&media, 900).file), bytes(&media.file));
        }
    }

    #[test]
    fn gray_pictures_have_no_colors_and_keep_their_lightness() {
        for coding in [Coding::Jpeg, Coding::Png] {
            let media = picture(300, 200, Layout::Rgb, true, coding);
            let made = renditions().gray(&media, 150);
            assert_eq!((made.width, made.height, made.format), (150, 100, coding.into()));
            let image = image::load_from_memory(&bytes(&made.file)).expect("a picture");
            assert!(!image.color().has_color());
            // What is gray already stays as it is.
            let media = picture(300, 200, Layout::Gray, true, coding);
            assert_eq!(bytes(&renditions().gray(&media, 300).file), bytes(&media.file));
        }
        let mut red = Pixels::new(1, 1, Layout::Rgba, vec![255, 0, 0, 9]).expect("pixels");
        red.gray();
        assert_eq!((red.layout, &red.data[..]), (Layout::GrayAlpha, &[76, 9][..]));
    }

    #[test]
    fn screens_get_pictures_within_their_bounds() {
        for (layout, noisy, coding) in [
            (Layout::Rgb, true, Coding::Jpeg),
            (Layout::Rgb, true, Coding::Png),
            (Layout::Gray, true, Coding::Png),
            (Layout::Rgba, true, Coding::Png),
            (Layout::Gray, false, Coding::Png),
        ] {
            let media = picture(450, 300, layout, noisy, coding);
            for (pixels, most) in [(350, 200_000), (450, 30_000), (2000, 20_000)] {
                let made = renditions().within(&media, Bounds { pixels, bytes: most });
                assert!(made.width.max(made.height) <= pixels.min(450));
                assert!(made.file.size() <= most, "{layout:?} {pixels} {}", made.file.size());
                assert!(
                    made.format == MediaFormat::Jpeg || !png::may_have_alpha(&bytes(&made.file))
                );
                assert!(noisy || made.format == MediaFormat::Png, "a drawing stays one");
            }
        }
    }

    /// A cache that somebody empties.
    #[derive(Debug, Default)]
    struct Emptied(Mutex<HashMap<String, Vec<u8>>>);

    impl Cache for Emptied {
        fn get(&self, key: &str) -> Option<Vec<u8>> {
            self.0.lock().expect("one thread").get(key).cloned()
        }

        fn put(&self, key: &str, bytes: &[u8]) -> bool {
            self.0.lock().expect("one thread").insert(key.to_owned(), bytes.to_vec());
            true
        }
    }

    #[test]
    fn what_is_kept_is_not_in_memory_and_may_be_gone() {
        let cache = Arc::new(Emptied::default());
        let renditions = Renditions::new(Arc::<Emptied>::clone(&cache));
        let media = picture(300, 200, Layout::Rgb, true, Coding::Jpeg);
        let made = renditions.wide(&media, 150);
        let whole = bytes(&made.file);
        assert_eq!(made.file.size(), whole.len() as u64);
        assert_eq!(*made.hash, *blake3::hash(&whole).to_hex().as_str());
        let again = Renditions::new(Arc::<Emptied>::clone(&cache)).wide(&media, 150);
        assert_eq!((again.hash, bytes(&again.file)), (made.hash, whole));
        cache.0.lock().expect("one thread").clear();
        assert!(made.file.read().is_none());
        // What can be made of nothing stays what it was.
        let small = renditions.within(&made_media(made.file), Bounds { pixels: 50, bytes: 900 });
        assert_eq!((small.width, small.height), (150, 100));
    }

    fn made_media(file: Blob) -> Media {
        Media { file, ..media(Vec::new(), Coding::Jpeg, (150, 100), (150, 100)) }
    }

    #[test]
    fn what_is_within_bounds_stays_as_it_is() {
        let bounds = Bounds { pixels: 400, bytes: 1_000_000 };
        let media = picture(300, 200, Layout::Rgb, true, Coding::Jpeg);
        assert_eq!(bytes(&renditions().within(&media, bounds).file), bytes(&media.file));
        let media = picture(300, 200, Layout::Rgba, true, Coding::Png);
        assert_ne!(bytes(&renditions().within(&media, bounds).file), bytes(&media.file));
    }
}
