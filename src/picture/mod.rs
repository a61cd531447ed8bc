//! Pictures: files in, clean pixels out, as large as they are wanted.
//!
//! Does: recognizes and decodes files within limits, crops, cleans, and makes
//! pictures smaller. Knows: formats of pictures, the model's media, the cache.
//! Must not know: messages, topics, where a picture is shown.
//!
//! A picture of a patient carries more than pixels: names and dates in EXIF,
//! XMP, comments, and whatever follows the end of the file. Typst, and every
//! EPUB and Anki tool that was tried, hands all of it on. So only what is on a
//! short list of segments reaches a writer: pixels, color profile and density.
//!
//! 1. [`import`] makes [`Media`] of a file: upright, cropped, clean.
//! 2. [`Renditions`] makes it as large as an output wants it.

mod clean;
mod recognize;
mod rendition;

pub use self::recognize::{Kind, recognize};
pub use self::rendition::{Rendition, Renditions};

use self::clean::Coding;
use crate::model::{Excerpt, Media, Origin};

/// The most pixels of a picture on a side.
pub const MAX_SIDE: u32 = 20_000;
/// The most bytes of a picture in memory.
const MAX_BYTES: u64 = 512 << 20;

/// Why a picture cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It is of a kind that is not taken.
    Kind(String),
    /// It is too large: width and height in pixels.
    Size(u32, u32),
    /// It cannot be decoded, for a reason.
    Broken(String),
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
}

/// Takes in a file: decodes it, to be sure of it, and keeps what is on the list.
///
/// # Errors
/// If it is no picture, not whole, or too large.
pub fn import(bytes: &[u8], _excerpt: &Excerpt) -> Result<Imported, Problem> {
    let media = match known(bytes)? {
        Kind::Jpeg => clean::clean(bytes, Coding::Jpeg)?,
        Kind::Png => clean::clean(bytes, Coding::Png)?,
        kind => return Err(refuse(kind)),
    };
    Ok(Imported { media, origin: Origin::default() })
}

/// Looks at a file from outside, and finds what [`import`] finds, but for pixels
/// that cannot be decoded.
///
/// # Errors
/// If it is no picture, not whole, or too large.
pub fn inspect(bytes: &[u8], _excerpt: &Excerpt) -> Result<Inspected, Problem> {
    match known(bytes)? {
        Kind::Jpeg => clean::inspect(bytes, Coding::Jpeg)?,
        Kind::Png => clean::inspect(bytes, Coding::Png)?,
        kind => return Err(refuse(kind)),
    }
    Ok(Inspected { origin: Origin::default() })
}

fn known(bytes: &[u8]) -> Result<Kind, Problem> {
    if bytes.is_empty() {
        return Err(Problem::Broken("the file is empty".into()));
    }
    recognize(bytes).ok_or_else(|| Problem::Broken("it is of no kind that is known".into()))
}

fn refuse(kind: Kind) -> Problem {
    Problem::Kind(kind.name().into())
}
