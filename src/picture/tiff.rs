//! TIFF 6.0: one of its pages.

use std::borrow::Cow;
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

type Reader<'a> = Decoder<Cursor<Cow<'a, [u8]>>>;

fn broken(error: TiffError) -> Problem {
    Problem::Broken(error.to_string())
}

/// Opens a page, counted from 1.
fn open(bytes: &[u8], page: u32) -> Result<Reader<'_>, Problem> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = usize::try_from(MAX_BYTES).unwrap_or(usize::MAX);
    limits.intermediate_buffer_size = limits.decoding_buffer_size;
    limits.ifd_value_size = 16 << 20;
    let mut reader =
        Decoder::new(Cursor::new(as_gray(bytes, page))).map_err(broken)?.with_limits(limits);
    for before in 1..page.min(PAGES) {
        if !reader.more_images() {
            return Err(Problem::Page(before));
        }
        reader.next_image().map_err(broken)?;
    }
    if page > PAGES { Err(Problem::Page(PAGES)) } else { Ok(reader) }
}

/// How samples become pixels.
#[derive(Debug)]
struct Samples {
    layout: Layout,
    /// 1, 2, 4, 8 or 16.
    bits: u8,
    meaning: Meaning,
}

/// What samples stand for.
#[derive(Debug)]
enum Meaning {
    /// The channels of the layout.
    Channels,
    /// Luminance and two differences of color: TIFF 6.0, section 21.
    Ycbcr,
    /// Places among these colors: TIFF 6.0, section 5.
    Palette(Vec<[u8; 3]>),
}

/// The photometric interpretations of TIFF 6.0 that are dealt with here.
const BLACK_IS_ZERO: u16 = 1;
const PALETTE: u16 = 3;
/// The compression by JPEG, which gives each pixel all three of its values.
const JPEG: u16 = 7;

/// Returns the file with a page of palette colors called gray: the decoder knows
/// no palettes, but gives the places in them as it gives gray.
fn as_gray(bytes: &[u8], page: u32) -> Cow<'_, [u8]> {
    match photometric(bytes, page) {
        Some(found) if found.value == PALETTE => {
            let mut bytes = bytes.to_vec();
            if let Some(place) = bytes.get_mut(found.at..found.at + 2) {
                place.copy_from_slice(&if found.is_little {
                    BLACK_IS_ZERO.to_le_bytes()
                } else {
                    BLACK_IS_ZERO.to_be_bytes()
                });
            }
            bytes.into()
        }
        _ => bytes.into(),
    }
}

/// What a page says of how its samples are meant.
struct Photometric {
    /// Where it says so, in bytes from the file's start.
    at: usize,
    value: u16,
    /// Whether numbers begin with their smallest byte.
    is_little: bool,
}

/// Finds the photometric interpretation of a page. TIFF 6.0, section 2.
fn photometric(bytes: &[u8], page: u32) -> Option<Photometric> {
    let is_little = bytes.starts_with(b"II*\0");
    if !is_little && !bytes.starts_with(b"MM\0*") {
        return None;
    }
    let short = |at: usize| {
        let pair = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    let long = |at: usize| {
        let four = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let value = if is_little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) };
        usize::try_from(value).ok()
    };
    let mut directory = long(4)?;
    for _ in 1..page.min(PAGES) {
        let count = usize::from(short(directory)?);
        directory = long(directory.checked_add(2 + count * 12)?)?;
    }
    let count = usize::from(short(directory)?);
    let mut entries = (0..count).map(|index| directory + 2 + index * 12);
    let entry =
        entries.find(|entry| short(*entry) == Some(Tag::PhotometricInterpretation.to_u16()))?;
    Some(Photometric { at: entry + 8, value: short(entry + 8)?, is_little })
}

/// Reads the colors of a palette: all reds, all greens, all blues, of 16 bits.
fn palette(reader: &mut Reader, bits: u8) -> Option<Vec<[u8; 3]>> {
    let colors = reader.find_tag_unsigned_vec::<u16>(Tag::ColorMap).ok().flatten()?;
    let count = 1_usize << bits;
    // Old programs wrote eight bits.
    let is_short = colors.iter().all(|value| *value < 256);
    let of = |at: usize| {
        let value = *colors.get(at)?;
        Some(if is_short { value as u8 } else { ((u32::from(value) + 128) / 257) as u8 })
    };
    (0..count).map(|at| Some([of(at)?, of(at + count)?, of(at + 2 * count)?])).collect()
}

fn samples(reader: &mut Reader, is_palette: bool) -> Result<Samples, Problem> {
    let color = reader.colortype().map_err(broken)?;
    if let (true, ColorType::Gray(bits @ (1 | 2 | 4 | 8))) = (is_palette, color) {
        let colors = palette(reader, bits);
        let colors = colors.ok_or_else(|| Problem::Broken("its palette is damaged".into()))?;
        return Ok(Samples { layout: Layout::Rgb, bits, meaning: Meaning::Palette(colors) });
    }
    let compression = reader.find_tag_unsigned::<u16>(Tag::Compression).map_err(broken)?;
    if let (ColorType::YCbCr(8), Some(JPEG)) = (color, compression) {
        return Ok(Samples { layout: Layout::Rgb, bits: 8, meaning: Meaning::Ycbcr });
    }
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
            Ok(Samples { layout, bits, meaning: Meaning::Channels })
        }
        _ => Err(Problem::Kind(format!("TIFF with pixels of the kind {color:?}"))),
    }
}

/// Reads what the file says of a page, and sees that its pixels are there.
pub(super) fn header(bytes: &[u8], page: u32) -> Result<Header, Problem> {
    let mut reader = open(bytes, page)?;
    let (width, height) = reader.dimensions().map_err(broken)?;
    let Samples { layout, bits, .. } = samples(&mut reader, is_palette(bytes, page))?;
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
    let Samples { layout, bits, meaning } = samples(&mut reader, is_palette(bytes, page))?;
    let buffer = reader.image_buffer_layout().map_err(broken)?;
    let mut data = vec![0; buffer.complete_len];
    reader.read_image_bytes(&mut data).map_err(broken)?;
    match bits {
        16 => halve(&mut data),
        8 => {}
        bits => data = unpack(&data, width as usize, height as usize, bits),
    }
    if let Meaning::Palette(colors) = &meaning {
        // Few bits were spread over the values of eight.
        let step = usize::from(255 / (u8::MAX >> (8 - bits)));
        let color = |at: &u8| colors.get(usize::from(*at) / step).copied().unwrap_or_default();
        data = data.iter().flat_map(color).collect();
    }
    if buffer.planes > 1 {
        data = interleave(&data, &buffer, layout.channels(), bits);
    }
    let pixels = Pixels::new(width, height, layout, data);
    let mut pixels = pixels.ok_or_else(|| Problem::Broken("its header is damaged".into()))?;
    if reader.find_tag_unsigned::<u16>(Tag::ExtraSamples).ok().flatten() == Some(ASSOCIATED) {
        divide_alpha(&mut pixels);
    }
    if matches!(meaning, Meaning::Ycbcr) {
        pixels.map(Layout::Rgb, ycbcr);
    }
    let profile = reader.get_tag_u8_vec(Tag::IccProfile).ok();
    Ok(Decoded { pixels, space: profile.and_then(|profile| Space::icc(&profile)), is_lossy: false })
}

fn is_palette(bytes: &[u8], page: u32) -> bool {
    photometric(bytes, page).is_some_and(|found| found.value == PALETTE)
}

/// Luminance and two differences of color to red, green and blue: ITU-T T.871,
/// section 7.
fn ycbcr(from: &[u8], to: &mut [u8]) {
    let [light, blue, red] = [0, 1, 2].map(|at| f32::from(from.get(at).copied().unwrap_or(0)));
    let (blue, red) = (blue - 128.0, red - 128.0);
    let colors =
        [light + 1.402 * red, light - 0.344_136 * blue - 0.714_136 * red, light + 1.772 * blue];
    for (to, color) in to.iter_mut().zip(colors) {
        *to = color.round().clamp(0.0, 255.0) as u8;
    }
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
