//! TIFF 6.0: one of its pages.

use std::io::Cursor;

use image::metadata::Orientation;
use tiff::decoder::{BufferLayoutPreference, Decoder, Limits};
use tiff::tags::{SampleFormat, Tag};
use tiff::{ColorType, TiffError};

use super::color::Space;
use super::pixels::{Layout, Pixels};
use super::raster::{Decoded, Header};
use super::{MAX_BYTES, Problem};

/// The most pages that are counted, so that a page which is not there can be told
/// of with how many there are.
const PAGES: u32 = 10_000;

type Reader<'a> = Decoder<Cursor<&'a [u8]>>;

fn broken(error: TiffError) -> Problem {
    Problem::Broken(error.to_string())
}

/// Opens a page, counted from 1.
fn open(bytes: &[u8], page: u32) -> Result<Reader<'_>, Problem> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = usize::try_from(MAX_BYTES).unwrap_or(usize::MAX);
    limits.intermediate_buffer_size = limits.decoding_buffer_size;
    limits.ifd_value_size = 16 << 20;
    let mut reader = Decoder::new(Cursor::new(bytes)).map_err(broken)?.with_limits(limits);
    for before in 1..page.min(PAGES) {
        if !reader.more_images() {
            return Err(Problem::Page(before));
        }
        reader.next_image().map_err(broken)?;
    }
    if page > PAGES { Err(Problem::Page(PAGES)) } else { Ok(reader) }
}

/// How samples become pixels.
#[derive(Debug, Clone, Copy)]
struct Samples {
    layout: Layout,
    /// 1, 2, 4, 8 or 16.
    bits: u8,
}

fn samples(reader: &mut Reader) -> Result<Samples, Problem> {
    let color = reader.colortype().map_err(broken)?;
    let layout = match color {
        ColorType::Gray(_) => Some(Layout::Gray),
        ColorType::GrayA(_) | ColorType::Multiband { num_samples: 2, .. } => {
            Some(Layout::GrayAlpha)
        }
        ColorType::RGB(_) => Some(Layout::Rgb),
        ColorType::RGBA(_) => Some(Layout::Rgba),
        ColorType::CMYK(_) => Some(Layout::Cmyk),
        _ => None,
    };
    let bits = color.bit_depth();
    let format = reader.find_tag_unsigned_vec::<u16>(Tag::SampleFormat).map_err(broken)?;
    let unsigned = format
        .is_none_or(|formats| formats.iter().all(|format| *format == SampleFormat::Uint.to_u16()));
    match layout {
        Some(layout)
            if unsigned
                && (matches!(bits, 8 | 16)
                    || layout == Layout::Gray && matches!(bits, 1 | 2 | 4)) =>
        {
            Ok(Samples { layout, bits })
        }
        _ => Err(Problem::Kind(format!("TIFF with pixels of the kind {color:?}"))),
    }
}

/// Reads what the file says of a page, and sees that its pixels are there.
pub(super) fn header(bytes: &[u8], page: u32) -> Result<Header, Problem> {
    let mut reader = open(bytes, page)?;
    let (width, height) = reader.dimensions().map_err(broken)?;
    let Samples { layout, bits } = samples(&mut reader)?;
    let pairs =
        [(Tag::StripOffsets, Tag::StripByteCounts), (Tag::TileOffsets, Tag::TileByteCounts)];
    for (offsets, lengths) in pairs {
        let mut list = |tag| reader.find_tag_unsigned_vec::<u64>(tag).ok().flatten();
        let (Some(offsets), Some(lengths)) = (list(offsets), list(lengths)) else { continue };
        let end = |(offset, length): (&u64, &u64)| offset.saturating_add(*length);
        if offsets.iter().zip(&lengths).map(end).any(|end| end > bytes.len() as u64) {
            return Err(Problem::Broken("it ends too early".into()));
        }
    }
    let planes = reader.image_buffer_layout().map_err(broken)?;
    let once = if planes.planes > 1 { 2 } else { 1 };
    let row = u64::from(width) * layout.channels() as u64 * u64::from(bits.max(8)) / 8;
    let pixels = row.saturating_mul(u64::from(height)).saturating_mul(once);
    // Samples that are no color are decoded as well.
    let cost = pixels.max(planes.complete_len as u64);
    Ok(Header { width, height, orientation: orientation(&mut reader), cost })
}

fn orientation(reader: &mut Reader) -> Orientation {
    let tag = reader.find_tag_unsigned::<u8>(Tag::Orientation).ok().flatten();
    tag.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms)
}

/// Decodes the pixels of a page to eight bits a channel.
pub(super) fn decode(bytes: &[u8], page: u32) -> Result<Decoded, Problem> {
    let mut reader = open(bytes, page)?;
    let (width, height) = reader.dimensions().map_err(broken)?;
    let Samples { layout, bits } = samples(&mut reader)?;
    let buffer = reader.image_buffer_layout().map_err(broken)?;
    let mut data = vec![0; buffer.complete_len];
    reader.read_image_bytes(&mut data).map_err(broken)?;
    match bits {
        16 => halve(&mut data),
        8 => {}
        bits => data = unpack(&data, width as usize, height as usize, bits),
    }
    if buffer.planes > 1 {
        data = interleave(&data, &buffer, layout.channels(), bits);
    }
    let pixels = Pixels::new(width, height, layout, data);
    let mut pixels = pixels.ok_or_else(|| Problem::Broken("its header is damaged".into()))?;
    if reader.find_tag_unsigned::<u16>(Tag::ExtraSamples).ok().flatten() == Some(ASSOCIATED) {
        divide_alpha(&mut pixels);
    }
    let profile = reader.get_tag_u8_vec(Tag::IccProfile).ok();
    Ok(Decoded { pixels, space: profile.and_then(|profile| Space::icc(&profile)), is_lossy: false })
}

/// Colors that are multiplied by their alpha: TIFF 6.0, page 31.
const ASSOCIATED: u16 = 1;

/// Sixteen bits to eight, in place.
fn halve(data: &mut Vec<u8>) {
    let count = data.len() / 2;
    for index in 0..count {
        let value = u16::from_ne_bytes([data[index * 2], data[index * 2 + 1]]);
        // At most 255.
        data[index] = ((u32::from(value) + 128) / 257) as u8;
    }
    data.truncate(count);
    data.shrink_to_fit();
}

/// Few bits to eight; each row begins with a byte of its own.
fn unpack(data: &[u8], width: usize, height: usize, bits: u8) -> Vec<u8> {
    let most = (1_u16 << bits) - 1;
    let row = (width * usize::from(bits)).div_ceil(8);
    let mut pixels = Vec::with_capacity(width * height);
    for packed in data.chunks_exact(row.max(1)).take(height) {
        for x in 0..width {
            let at = x * usize::from(bits);
            let shift = 8 - usize::from(bits) - at % 8;
            let value = u16::from(packed[at / 8] >> shift) & most;
            pixels.push((value * 255 / most) as u8);
        }
    }
    pixels
}

/// One plane a channel to pixels.
fn interleave(data: &[u8], layout: &BufferLayoutPreference, channels: usize, bits: u8) -> Vec<u8> {
    let plane =
        layout.plane_stride.map_or(0, std::num::NonZero::get) / usize::from(bits.max(8) / 8);
    let mut pixels = Vec::with_capacity(plane * channels);
    for at in 0..plane {
        pixels.extend((0..channels).filter_map(|channel| data.get(channel * plane + at)));
    }
    pixels
}

fn divide_alpha(pixels: &mut Pixels) {
    if !pixels.layout.has_alpha() {
        return;
    }
    let last = pixels.layout.channels() - 1;
    pixels.map(pixels.layout, |from, to| {
        let alpha = u32::from(from[last]).max(1);
        for (to, from) in to[..last].iter_mut().zip(from) {
            *to = ((u32::from(*from) * 255 + alpha / 2) / alpha).min(255) as u8;
        }
        to[last] = from[last];
    });
}
