//! PNG: W3C, third edition. Its chunks one by one, its pixels, and a copy of it
//! with the chunks that are on the list.

use std::io::Cursor;

use image::metadata::Orientation;
use png::{ColorType, Limits, Transformations};

use super::Problem;
use super::color::Space;
use super::pixels::{Layout, Pixels};
use super::raster::{Decoded, Header};

/// The first bytes of a file.
const SIGNATURE: usize = 8;
/// How much memory what is no pixel may take, in bytes: profiles inflate.
const EXTRA: usize = 8 << 20;

/// A part of the file.
#[derive(Debug, Clone, Copy)]
struct Chunk<'a> {
    kind: [u8; 4],
    contents: &'a [u8],
    /// All of it: length, kind, contents, checksum.
    whole: &'a [u8],
}

fn broken(reason: &str) -> Problem {
    Problem::Broken(reason.into())
}

/// Splits a file into chunks, up to the last one, and sees that they are whole.
fn checked_chunks(bytes: &[u8]) -> Result<Vec<Chunk<'_>>, Problem> {
    let chunks = chunks(bytes)?;
    let is_whole = |chunk: &Chunk| {
        let (summed, sum) = chunk.whole.split_at(chunk.whole.len() - 4);
        checksum(&summed[4..]).to_be_bytes() == sum
    };
    if chunks.iter().all(is_whole) { Ok(chunks) } else { Err(broken("a checksum is wrong")) }
}

/// Splits a file into chunks, up to the last one.
fn chunks(bytes: &[u8]) -> Result<Vec<Chunk<'_>>, Problem> {
    let early = || broken("it ends too early");
    let mut found = Vec::new();
    let mut rest = bytes.get(SIGNATURE..).ok_or_else(early)?;
    loop {
        let (length, after) = rest.split_first_chunk::<4>().ok_or_else(early)?;
        let length = u32::from_be_bytes(*length) as usize;
        let (kind, after) = after.split_first_chunk::<4>().ok_or_else(early)?;
        let contents = after.get(..length).ok_or_else(early)?;
        let (whole, next) = rest.split_at_checked(length + 12).ok_or_else(early)?;
        found.push(Chunk { kind: *kind, contents, whole });
        if kind == b"IEND" {
            return Ok(found);
        }
        rest = next;
    }
}

/// Returns the checksum of PNG, annex D.
fn checksum(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0;
        while index < 256 {
            let mut value = index as u32;
            let mut bit = 0;
            while bit < 8 {
                value = if value & 1 == 1 { 0xedb8_8320 ^ (value >> 1) } else { value >> 1 };
                bit += 1;
            }
            table[index] = value;
            index += 1;
        }
        table
    };
    !bytes.iter().fold(!0, |sum, byte| TABLE[usize::from(sum as u8 ^ byte)] ^ (sum >> 8))
}

/// Returns the contents of the first chunk of a kind.
fn find<'a>(chunks: &[Chunk<'a>], kind: &[u8; 4]) -> Option<&'a [u8]> {
    chunks.iter().find(|chunk| chunk.kind == *kind).map(|chunk| chunk.contents)
}

/// Reads what the file says of itself, and sees that all chunks are there and
/// whole.
pub(super) fn header(bytes: &[u8]) -> Result<Header, Problem> {
    let chunks = checked_chunks(bytes)?;
    let Some([w3, w2, w1, w0, h3, h2, h1, h0, _, color, ..]) = find(&chunks, b"IHDR") else {
        return Err(broken("its header is damaged"));
    };
    if find(&chunks, b"IDAT").is_none() {
        return Err(broken("it has no pixels"));
    }
    let width = u32::from_be_bytes([*w3, *w2, *w1, *w0]);
    let height = u32::from_be_bytes([*h3, *h2, *h1, *h0]);
    let with_alpha = u64::from(find(&chunks, b"tRNS").is_some());
    let channels = match color {
        0 => 1 + with_alpha,
        2 | 3 => 3 + with_alpha,
        4 => 2,
        _ => 4,
    };
    let orientation = find(&chunks, b"eXIf").and_then(Orientation::from_exif_chunk);
    Ok(Header {
        width,
        height,
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
        cost: u64::from(width) * u64::from(height) * channels,
    })
}

/// Decodes the pixels of the picture, or of the first one of several, to eight
/// bits a channel.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Problem> {
    let chunks = chunks(bytes)?;
    let error = |error: png::DecodingError| Problem::Broken(error.to_string());
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: EXTRA });
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(error)?;
    let info = reader.info();
    let (width, height) = (info.width, info.height);
    let profile = info.icc_profile.clone();
    let layout = match reader.output_color_type().0 {
        ColorType::Grayscale => Layout::Gray,
        ColorType::GrayscaleAlpha => Layout::GrayAlpha,
        ColorType::Rgb => Layout::Rgb,
        ColorType::Rgba => Layout::Rgba,
        ColorType::Indexed => return Err(broken("its palette is missing")),
    };
    let length = reader.output_buffer_size().ok_or(Problem::Size(width, height))?;
    let mut data = vec![0; length];
    reader.next_frame(&mut data).map_err(error)?;
    let pixels = Pixels::new(width, height, layout, data);
    let pixels = pixels.ok_or_else(|| broken("its header is damaged"))?;
    let space = match profile {
        Some(profile) => Space::icc(&profile),
        None if find(&chunks, b"sRGB").is_some() => None,
        None => described_space(&chunks),
    };
    Ok(Decoded { pixels, space, is_lossy: false })
}

/// The color space of `gAMA` and `cHRM`.
fn described_space(chunks: &[Chunk]) -> Option<Space> {
    let number = |bytes: &[u8]| bytes.first_chunk().map(|bytes| u32::from_be_bytes(*bytes));
    let gamma = find(chunks, b"gAMA").and_then(number);
    let primaries = find(chunks, b"cHRM").and_then(|contents| {
        let mut values = [0; 8];
        for (value, bytes) in values.iter_mut().zip(contents.chunks_exact(4)) {
            *value = number(bytes)?;
        }
        (contents.len() == 32).then_some(values)
    });
    Space::png(gamma, primaries)
}

/// Tells whether pixels may let the ground through.
pub(super) fn may_have_alpha(bytes: &[u8]) -> bool {
    chunks(bytes).is_ok_and(|chunks| {
        let color = find(&chunks, b"IHDR").and_then(|header| header.get(9)).copied();
        matches!(color, Some(4 | 6)) || find(&chunks, b"tRNS").is_some()
    })
}

/// Keeps the chunks that pixels need: the critical ones, transparency, what says
/// that colors are sRGB, and density. PNG, third edition, section 11. `None`
/// where the pixels must change all the same: outputs have eight bits a channel.
pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let chunks = chunks(bytes).ok()?;
    if find(&chunks, b"IHDR")?.get(8) == Some(&16) {
        return None;
    }
    let mut out = bytes.get(..SIGNATURE)?.to_vec();
    for chunk in chunks {
        if matches!(
            &chunk.kind,
            b"IHDR" | b"PLTE" | b"IDAT" | b"IEND" | b"tRNS" | b"sRGB" | b"sBIT" | b"pHYs"
        ) {
            out.extend(chunk.whole);
        }
    }
    Some(out)
}
