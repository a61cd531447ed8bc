//! Pictures: files in, clean pixels out, as large as they are wanted.
//!
//! Does: recognizes and decodes files within limits, crops, cleans, and makes
//! pictures smaller. Knows: formats of pictures, the model's media, the cache.
//! Must not know: messages, topics, where a picture is shown.
//!
//! A picture of a patient carries more than pixels: names and dates in EXIF,
//! XMP, comments, and whatever follows the end of the file. Typst, and every
//! EPUB and Anki tool that was tried, hands all of it on. So only what is on a
//! short list of segments reaches a writer: pixels and density. Colors become
//! sRGB, and no color profile of a picture goes out: it has room for any text.
//!
//! 1. [`recognize()`] tells what a file is.
//! 2. [`Imports`] makes [`Media`] of it: upright, cropped, clean, and no larger
//!    than print may ever want it.
//! 3. [`Renditions`] makes it as large as an output wants it.
//! 4. [`for_position()`] makes what stands for it while pages are set.
//! 5. [`Inks`] turns it, and all other colors, into those of a press.
//!
//! A picture may be a hundred megapixels large. Limits hold before there is
//! memory for it, no step makes a second picture of its size, and threads share a
//! [`Budget`].

mod budget;
mod coded_inks;
mod color;
mod crop;
#[cfg(feature = "dicom")]
mod dicom;
mod document;
mod entropy;
mod inks;
mod jpeg;
mod kept;
mod lightness;
mod nesting;
mod origin;
mod pixels;
mod plain;
mod png;
mod position;
mod raster;
mod recognize;
mod refused;
mod rendition;
mod svg;
mod tiff;

use std::sync::Arc;

pub use self::budget::{Budget, Share};
pub use self::inks::{Inked, Inks, MAX_PROFILE, ProfileFault, jpeg_samples, light};
pub use self::jpeg::inks_of_jpeg;
pub use self::lightness::{color_lightness, lightness};
pub use self::pixels::{Paint, png_of_page};
pub use self::position::{Position, for_position, is_left, stands_for};
pub use self::recognize::{Kind, recognize};
pub use self::rendition::{Rendition, Renditions};
use crate::files::Cache;
use crate::model::{Excerpt, Media, MediaFormat, Origin};
use crate::source::ProjectPath;

/// The most pixels of a picture on a side.
pub const MAX_SIDE: u32 = 20_000;
/// The most bytes that it may take to decode a picture: enough for a hundred
/// megapixels of four channels.
const MAX_BYTES: u64 = 400 << 20;

/// Names the code that makes pictures. It is a part of every key of the cache, so
/// raise the number whenever other bytes are made of the same source.
const CODE: &str = concat!(env!("CARGO_PKG_VERSION"), "-2");

/// Why a picture cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It is of a kind that is not taken.
    Kind(String),
    /// It is too large: width and height in pixels.
    Size(u32, u32),
    /// What is to be kept of it lies outside of it: its width and height in
    /// pixels, upright.
    Crop(u32, u32),
    /// It has no such page; it has so many.
    Page(u32),
    /// It cannot be decoded, for a reason.
    Broken(String),
    /// It cannot be used for another reason.
    Unfit {
        /// What is wrong with it.
        message: String,
        /// What to do about it.
        hint: String,
    },
}

/// A file, taken in.
#[derive(Debug, Clone)]
pub struct Imported {
    /// What is left of it.
    pub media: Media,
    /// What it brought along.
    pub origin: Origin,
}

/// What can be told of a picture without its pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// What is in the file beside pixels.
    pub origin: Origin,
    /// How many bytes it takes to decode it.
    pub cost: u64,
}

/// Takes files in, each once: the cache keeps what came of them.
#[derive(Debug, Clone)]
pub struct Imports {
    shelf: Arc<kept::Shelf>,
    most: u32,
}

impl Imports {
    /// Keeps what is made in a cache. Pictures get at most `most` pixels on their
    /// longer side.
    pub fn new(cache: Arc<dyn Cache>, most: u32) -> Self {
        Self { shelf: kept::Shelf::of(cache), most }
    }

    /// Takes in a file: decodes it, to be sure of it, and keeps what is on the
    /// list.
    ///
    /// # Errors
    /// If it is no picture, not whole, or too large.
    pub fn import(&self, bytes: &[u8], excerpt: &Excerpt) -> Result<Imported, Problem> {
        // What a file brings along may name somebody: it is read each time, and
        // never kept.
        let origin = inspect(bytes, excerpt)?.origin;
        let key = kept::import_key(bytes, excerpt, self.most);
        if let Some(media) = self.shelf.find(&key) {
            return Ok(Imported { media, origin });
        }
        let media = self.shelf.keep(&key, decode(bytes, excerpt, self.most)?);
        Ok(Imported { media, origin })
    }
}

/// Makes a clean picture of a file.
fn decode(bytes: &[u8], excerpt: &Excerpt, most: u32) -> Result<Media, Problem> {
    match known(bytes)? {
        kind @ (Kind::Jpeg | Kind::Png | Kind::WebP | Kind::Gif | Kind::Tiff | Kind::Bmp) => {
            raster::import(kind, bytes, excerpt, most)
        }
        Kind::Svg => svg::import(bytes, excerpt, most),
        Kind::Pdf => document::import(bytes, excerpt, most),
        Kind::Dicom => dicom::import(bytes, excerpt, most),
        kind @ (Kind::Heic | Kind::Avif) => Err(refused::known(kind)),
    }
}

/// Takes in a picture that is part of another: of pixels, and whole.
fn import_part(bytes: &[u8]) -> Result<Imported, Problem> {
    let kind = known(bytes)?;
    if matches!(kind, Kind::Svg | Kind::Pdf | Kind::Dicom) {
        return Err(Problem::Unfit {
            message: format!("this drawing holds another document, of the kind {}", kind.name()),
            hint: "import its paths into the drawing, or export the whole as PNG".into(),
        });
    }
    let path = ProjectPath::new("part").map_err(Problem::Broken)?;
    let excerpt = Excerpt::whole(path);
    let origin = inspect(bytes, &excerpt)?.origin;
    Ok(Imported { media: decode(bytes, &excerpt, MAX_SIDE)?, origin })
}

/// Looks at a file from outside, and finds what [`Imports::import`] finds, but for
/// pixels that cannot be decoded.
///
/// # Errors
/// If it is no picture, not whole, or too large.
pub fn inspect(bytes: &[u8], excerpt: &Excerpt) -> Result<Inspected, Problem> {
    let kind = known(bytes)?;
    let cost = match kind {
        Kind::Jpeg | Kind::Png | Kind::WebP | Kind::Gif | Kind::Tiff | Kind::Bmp => {
            raster::header(kind, bytes, excerpt)?.cost
        }
        Kind::Svg => return svg::inspect(bytes, excerpt).map(origin::apart),
        Kind::Pdf => return document::inspect(bytes, excerpt).map(origin::apart),
        Kind::Dicom => return dicom::inspect(bytes, excerpt).map(origin::apart),
        Kind::Heic | Kind::Avif => return Err(refused::known(kind)),
    };
    Ok(Inspected { origin: origin::raster(bytes), cost })
}

fn known(bytes: &[u8]) -> Result<Kind, Problem> {
    if bytes.is_empty() {
        return Err(Problem::Broken("the file is empty".into()));
    }
    match recognize(bytes) {
        Some(Kind::Tiff) => refused::camera(bytes).map_or(Ok(Kind::Tiff), Err),
        Some(kind) => Ok(kind),
        None => Err(refused::other(bytes)
            .unwrap_or_else(|| Problem::Broken("it is of no kind that is known".into()))),
    }
}

/// What is said of radiological pictures where Recto was built without them.
#[cfg(not(feature = "dicom"))]
mod dicom {
    use super::{Excerpt, Inspected, Media, Problem};

    pub(super) fn import(_bytes: &[u8], _excerpt: &Excerpt, _most: u32) -> Result<Media, Problem> {
        Err(missing())
    }

    pub(super) fn inspect(_bytes: &[u8], _excerpt: &Excerpt) -> Result<Inspected, Problem> {
        Err(missing())
    }

    fn missing() -> Problem {
        Problem::Unfit {
            message: "this program was built without DICOM".into(),
            hint: "build it with the feature `dicom`, or export the picture as PNG".into(),
        }
    }
}

/// Only radiological pictures have values to choose from.
fn refuse_window(excerpt: &Excerpt) -> Result<(), Problem> {
    match excerpt.window {
        None => Ok(()),
        Some(_) => Err(Problem::Unfit {
            message: "only gray pictures in DICOM files have a window".into(),
            hint: "leave `window` out".into(),
        }),
    }
}

/// Returns a number of things: "a title", "3 titles".
fn counted(count: usize, what: &str) -> String {
    let (head, tail) = what
        .split_once(" of ")
        .map_or((what, ""), |(head, _)| (head, what.get(head.len()..).unwrap_or_default()));
    match (count, head.strip_suffix('y')) {
        (1, _) if head.starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {what}"),
        (1, _) => format!("a {what}"),
        (_, Some(stem)) => format!("{count} {stem}ies{tail}"),
        (_, None) => format!("{count} {head}s{tail}"),
    }
}

/// The two codings of pixels that outputs get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Jpeg,
    Png,
}

impl From<Coding> for MediaFormat {
    fn from(coding: Coding) -> Self {
        match coding {
            Coding::Jpeg => Self::Jpeg,
            Coding::Png => Self::Png,
        }
    }
}

/// Puts a clean picture together, `size` as it is and `source` as the author has
/// it.
fn media(bytes: Vec<u8>, coding: Coding, size: (u32, u32), source: (u32, u32)) -> Media {
    Media {
        hash: blake3::hash(&bytes).to_hex().to_string(),
        file: bytes.into(),
        format: coding.into(),
        width: size.0,
        height: size.1,
        source_width: source.0,
        source_height: source.1,
        pixel_size: None,
    }
}
