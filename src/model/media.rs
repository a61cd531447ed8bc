//! Pictures as pixels: what is left of a file once it is cleaned, and how large
//! outputs may have it.

use std::collections::BTreeMap;

use super::{Blob, Excerpt, PixelSize};
use crate::source::ProjectPath;

/// All pictures of the project.
#[derive(Debug, Default)]
pub struct MediaSet {
    /// The pictures, cleaned, each under what was taken of which file.
    pub images: BTreeMap<Excerpt, Media>,
    /// What the files brought along, for the privacy report.
    pub origins: BTreeMap<ProjectPath, Origin>,
}

/// A picture, cleaned: upright, cropped, and nothing but pixels, color profile
/// and density is left.
#[derive(Debug, Clone)]
pub struct Media {
    /// The file, cleaned.
    pub file: Blob,
    /// How it is encoded.
    pub format: MediaFormat,
    /// Its width in pixels; of a drawing, in its own units.
    pub width: u32,
    /// Its height in pixels; of a drawing, in its own units.
    pub height: u32,
    /// The width in pixels that the author has, which coordinates in pixels
    /// count: upright and cropped, before anything was made smaller.
    pub source_width: u32,
    /// The height in pixels that the author has.
    pub source_height: u32,
    /// How large one of the author's pixels is in the world, if the file says.
    pub pixel_size: Option<PixelSize>,
    /// The BLAKE3 hash of the cleaned file, in hexadecimal.
    pub hash: String,
}

/// How a picture is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MediaFormat {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// SVG: paths only, which print keeps sharp. Books and cards get pixels.
    Svg,
}

impl MediaFormat {
    /// Returns the file name extension.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Svg => "svg",
        }
    }

    /// Returns the media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Svg => "image/svg+xml",
        }
    }
}

/// What a file brought along, and what became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// What the file is: "JPEG", "DICOM".
    pub format: String,
    /// What was left out, in words: "EXIF (12 fields)", "a comment".
    pub removed: Vec<String>,
    /// Texts in what was left out that may name somebody: no output may hold
    /// them outside of the author's own text.
    pub identifiers: Vec<String>,
    /// What a person must look at, for no program can: "burned-in text".
    pub concerns: Vec<String>,
}

/// How large outputs have pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageSettings {
    /// In print.
    pub print: PrintLimits,
    /// In books for reading systems.
    pub epub: Bounds,
    /// On cards.
    pub anki: Bounds,
}

impl Default for ImageSettings {
    fn default() -> Self {
        Self {
            print: PrintLimits { dpi: 300, pixels: 6000 },
            epub: Bounds { pixels: 1600, bytes: 600_000 },
            anki: Bounds { pixels: 1200, bytes: 300_000 },
        }
    }
}

/// How large print has pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintLimits {
    /// The resolution that is kept at the printed size, in dots per inch.
    pub dpi: u32,
    /// The most pixels on the longer side, whatever the printed size.
    pub pixels: u32,
}

/// How large screens have a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The most pixels on the longer side.
    pub pixels: u32,
    /// The most bytes of the file.
    pub bytes: u64,
}
