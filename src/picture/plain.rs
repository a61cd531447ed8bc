//! Kinds that are decoded whole, and always encoded anew: WebP, GIF, BMP. Of an
//! animation, the first picture is taken.

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;
use image::codecs::gif::GifDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, Limits};

use super::color::Space;
use super::pixels::Pixels;
use super::raster::{Decoded, Header};
use super::{Kind, MAX_BYTES, Problem};

type Decoder<'a> = Box<dyn ImageDecoder + 'a>;

fn broken(error: ImageError) -> Problem {
    Problem::Broken(error.to_string())
}

fn open(kind: Kind, bytes: &[u8]) -> Result<Decoder<'_>, Problem> {
    let cursor = Cursor::new(bytes);
    let mut decoder: Decoder = match kind {
        Kind::WebP => Box::new(WebPDecoder::new(cursor).map_err(broken)?),
        Kind::Gif => Box::new(GifDecoder::new(cursor).map_err(broken)?),
        Kind::Bmp => Box::new(BmpDecoder::new(cursor).map_err(broken)?),
        kind => return Err(Problem::Kind(kind.name().into())),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_BYTES);
    decoder.set_limits(limits).map_err(broken)?;
    Ok(decoder)
}

/// Tells whether a file is as long as it says.
pub(super) fn is_whole(kind: Kind, bytes: &[u8]) -> bool {
    match kind {
        Kind::WebP => riff_is_whole(bytes),
        Kind::Gif => gif_is_whole(bytes),
        Kind::Bmp => bmp_is_whole(bytes).unwrap_or(true),
        _ => true,
    }
}

/// Reads what the file says of itself.
pub(super) fn header(kind: Kind, bytes: &[u8]) -> Result<Header, Problem> {
    let mut decoder = open(kind, bytes)?;
    let (width, height) = decoder.dimensions();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let area = u64::from(width) * u64::from(height);
    // Colors and alpha, and what decoders keep of planes and earlier pictures.
    let cost = if kind == Kind::Bmp { area * 4 } else { area * 6 };
    Ok(Header { width, height, orientation, cost })
}

/// Decodes the pixels.
pub(super) fn decode(kind: Kind, bytes: &[u8]) -> Result<Decoded, Problem> {
    let mut decoder = open(kind, bytes)?;
    let profile = decoder.icc_profile().ok().flatten();
    let image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    let mut pixels = Pixels::from_dynamic(image)
        .ok_or_else(|| Problem::Broken("its header is damaged".into()))?;
    pixels.simplify();
    let is_lossy = kind == Kind::WebP && webp_is_lossy(bytes);
    Ok(Decoded { pixels, space: profile.and_then(|profile| Space::icc(&profile)), is_lossy })
}

/// Chunks of RIFF: RFC 9649, section 2.3. The container says how long it is.
fn riff_is_whole(bytes: &[u8]) -> bool {
    let length = bytes.get(4..8).and_then(<[u8]>::first_chunk::<4>);
    length.is_some_and(|length| u64::from(u32::from_le_bytes(*length)) + 8 <= bytes.len() as u64)
}

/// Tells whether the first pictures are coded as `VP8 `, with loss, rather than
/// as `VP8L`.
fn webp_is_lossy(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(12..).unwrap_or_default();
    while let Some((kind, after)) = rest.split_first_chunk::<4>() {
        let Some((length, after)) = after.split_first_chunk::<4>() else { return false };
        let length = u32::from_le_bytes(*length) as usize;
        match kind {
            b"VP8 " => return true,
            b"VP8L" => return false,
            // A frame of an animation: its own chunks follow sixteen bytes.
            b"ANMF" => rest = after.get(16..).unwrap_or_default(),
            _ => rest = after.get(length.saturating_add(length & 1)..).unwrap_or_default(),
        }
    }
    false
}

/// Tells whether all rows of a bitmap are there; `None` where its rows are of no
/// fixed length, or its header is of a kind that is rarely seen.
fn bmp_is_whole(bytes: &[u8]) -> Option<bool> {
    let long = |at: usize| {
        bytes.get(at..)?.first_chunk::<4>().map(|bytes| u64::from(u32::from_le_bytes(*bytes)))
    };
    let (width, height, kind) = (long(18)?, bytes.get(22..)?.first_chunk::<4>()?, long(30)?);
    // Rows from the top have a negative height.
    let height = u64::from(i32::from_le_bytes(*height).unsigned_abs());
    let bits = long(26)? >> 16;
    if long(14)? < 40 || !matches!(kind, 0 | 3 | 6) {
        return None;
    }
    let row = (width * bits).div_ceil(32) * 4;
    Some(long(10)?.saturating_add(row.saturating_mul(height)) <= bytes.len() as u64)
}

/// Tells whether the first picture of a GIF is there: `GIF89a`, section 20.
fn gif_is_whole(bytes: &[u8]) -> bool {
    let colors = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let find = || {
        let mut at = 13 + colors(*bytes.get(10)?);
        loop {
            match bytes.get(at)? {
                0x2c => {
                    // A picture: its place and size, its colors, the size of its codes.
                    return blocks(bytes, at + 11 + colors(*bytes.get(at + 9)?));
                }
                0x21 => at = blocks(bytes, at + 2)?,
                _ => return None,
            }
        }
    };
    find().is_some()
}

/// Returns where a row of blocks ends: each has its length before it, the last
/// has none.
fn blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at)? {
            0 => return Some(at + 1),
            length => at += 1 + usize::from(*length),
        }
    }
}
