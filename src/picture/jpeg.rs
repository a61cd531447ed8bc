//! JPEG: ITU-T T.81. Its segments one by one, its pixels, and a copy of it with
//! the segments that are on the list.

use std::cell::RefCell;

use image::metadata::Orientation;
use memchr::memchr;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::Problem;
use super::color::Space;
use super::entropy;
use super::pixels::{Layout, Pixels};
use super::raster::{Decoded, Header};

/// Markers: T.81, table B.1.
const START: u8 = 0xd8;
const END: u8 = 0xd9;
pub(super) const SCAN: u8 = 0xda;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const APP14: u8 = 0xee;

/// How many scans a picture may have: programs write about ten, and each costs
/// a turn over all its blocks, however short it is.
const SCANS: usize = 100;

/// A part of the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment<'a> {
    pub(super) marker: u8,
    /// What follows its length.
    pub(super) contents: &'a [u8],
    /// The coded pixels that follow a scan's header.
    pub(super) scan: &'a [u8],
}

/// What the frame says: T.81, B.2.2.
#[derive(Debug)]
struct Frame {
    width: u32,
    height: u32,
    /// How often each component is sampled, across and down.
    sampling: Vec<(u64, u64)>,
    /// Whether pixels come in several passes, and so lie in memory twice.
    in_passes: bool,
}

fn broken(reason: &str) -> Problem {
    Problem::Broken(reason.into())
}

/// Splits a file into segments, up to its end marker. What follows it is no part
/// of the picture.
pub(super) fn segments(bytes: &[u8]) -> Result<Vec<Segment<'_>>, Problem> {
    let early = || broken("it ends too early");
    let mut found = Vec::new();
    let mut rest = bytes.get(2..).ok_or_else(early)?;
    loop {
        // Markers may be filled up with 0xff.
        let start = rest.iter().position(|byte| *byte != 0xff).ok_or_else(early)?;
        if start == 0 {
            return Err(broken("its segments are damaged"));
        }
        let marker = rest[start];
        rest = &rest[start + 1..];
        match marker {
            END => return Ok(found),
            START | 0x01 | 0xd0..=0xd7 => continue,
            0x00 => return Err(broken("its segments are damaged")),
            _ => {}
        }
        let length = match rest {
            [high, low, ..] => usize::from(u16::from_be_bytes([*high, *low])),
            _ => return Err(early()),
        };
        if length < 2 {
            return Err(broken("its segments are damaged"));
        }
        let contents = rest.get(2..length).ok_or_else(early)?;
        rest = &rest[length..];
        let mut scan: &[u8] = &[];
        if marker == SCAN {
            let end = scan_end(rest).ok_or_else(early)?;
            (scan, rest) = rest.split_at(end);
        }
        found.push(Segment { marker, contents, scan });
    }
}

/// Returns where coded pixels end: at a marker that is neither a stuffed byte nor
/// a restart.
fn scan_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr(0xff, bytes.get(at..)?)?;
        match bytes.get(at + 1)? {
            0x00 | 0xd0..=0xd7 => at += 2,
            0xff => at += 1,
            _ => return Some(at),
        }
    }
}

fn frame(segments: &[Segment]) -> Result<Frame, Problem> {
    let segment = segments
        .iter()
        .find(|segment| matches!(segment.marker, 0xc0..=0xcf if !matches!(segment.marker, 0xc4 | 0xc8 | 0xcc)))
        .ok_or_else(|| broken("it has no frame"))?;
    if !matches!(segment.marker, 0xc0..=0xc2) {
        return Err(Problem::Kind("JPEG with lossless or arithmetic coding".into()));
    }
    let [precision, h1, h0, w1, w0, count, components @ ..] = segment.contents else {
        return Err(broken("its frame is damaged"));
    };
    if *precision != 8 {
        return Err(Problem::Kind(format!("JPEG with {precision} bits a channel")));
    }
    let sampling: Vec<(u64, u64)> = components
        .chunks_exact(3)
        .take(usize::from(*count))
        .map(|component| (u64::from(component[1] >> 4), u64::from(component[1] & 15)))
        .collect();
    if !matches!(sampling.len(), 1 | 3 | 4) || sampling.len() != usize::from(*count) {
        return Err(broken("its frame is damaged"));
    }
    // The decoder takes the first component for the finest.
    if sampling.iter().any(|(x, y)| *x > sampling[0].0 && *y > sampling[0].1) {
        return Err(Problem::Kind("JPEG with colors that are finer than their light".into()));
    }
    let first = segments.iter().find(|segment| segment.marker == SCAN);
    let first = first.ok_or_else(|| broken("it has no pixels"))?;
    let scans = segments.iter().filter(|segment| segment.marker == SCAN).count();
    if scans > SCANS {
        return Err(broken(&format!("it has {scans} scans, and may have {SCANS}")));
    }
    let in_scan = first.contents.first().copied().unwrap_or(0);
    let progressive = segment.marker == 0xc2;
    let frame = Frame {
        width: u32::from(u16::from_be_bytes([*w1, *w0])),
        height: u32::from(u16::from_be_bytes([*h1, *h0])),
        in_passes: progressive || in_scan != *count,
        sampling,
    };
    // No code is shorter than a bit: one for the first value of each block and,
    // but in the first pass of several, one for its end. Decoders fill up what
    // is missing with gray.
    let least = frame.blocks() * if progressive { 1 } else { 2 };
    if in_scan == *count && first.scan.len() as u64 * 8 < least {
        return Err(broken("it ends too early"));
    }
    Ok(frame)
}

impl Frame {
    fn layout(&self) -> Layout {
        match self.sampling.len() {
            1 => Layout::Gray,
            3 => Layout::Rgb,
            _ => Layout::Cmyk,
        }
    }

    /// Returns how many blocks of 8 by 8 values there are of all components, those
    /// that only fill up the last column and row left out.
    fn blocks(&self) -> u64 {
        let most = |sides: fn(&(u64, u64)) -> u64| self.sampling.iter().map(sides).max();
        let (across, down) = (most(|s| s.0).unwrap_or(1).max(1), most(|s| s.1).unwrap_or(1).max(1));
        let count = |length: u32, share: u64, most: u64| {
            (u64::from(length) * share).div_ceil(most).div_ceil(8)
        };
        let of = |(x, y): &(u64, u64)| count(self.width, *x, across) * count(self.height, *y, down);
        self.sampling.iter().map(of).sum()
    }

    /// Returns how many bytes it takes to decode.
    fn cost(&self) -> u64 {
        let area = u64::from(self.width) * u64::from(self.height);
        let pixels = area * self.layout().channels() as u64;
        let most = |sides: fn(&(u64, u64)) -> u64| self.sampling.iter().map(sides).max();
        let block = most(|s| s.0).unwrap_or(1).max(1) * most(|s| s.1).unwrap_or(1).max(1);
        let samples: u64 = self.sampling.iter().map(|(x, y)| x * y).sum();
        // Coefficients have two bytes each.
        if self.in_passes { pixels + area * 2 * samples / block } else { pixels }
    }
}

/// No file of four inks takes more to decode, in bytes.
const MOST_INK: u64 = 512 << 20;

/// Reads what the file says of itself, and sees that all segments are there.
pub(super) fn header(bytes: &[u8]) -> Result<Header, Problem> {
    let segments = segments(bytes)?;
    let frame = frame(&segments)?;
    let exif = segments.iter().find_map(|segment| {
        (segment.marker == APP1).then(|| segment.contents.strip_prefix(b"Exif\0\0"))?
    });
    let orientation = exif.and_then(Orientation::from_exif_chunk);
    Ok(Header {
        width: frame.width,
        height: frame.height,
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
        cost: frame.cost(),
    })
}

/// What is to be known of a picture that is not looked at.
#[derive(Debug)]
pub(super) struct Outline {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) channels: usize,
    /// How many pixels there are to an inch, if JFIF says so (its clause 10.1).
    pub(super) density: Option<f64>,
    /// Whether nothing else is said of the pixels: how they are turned, or what their
    /// colors are.
    pub(super) is_plain: bool,
}

/// Reads the outline of a picture; `None` if it is no picture.
pub(super) fn outline(bytes: &[u8]) -> Option<Outline> {
    let segments = segments(bytes).ok()?;
    let frame = frame(&segments).ok()?;
    let first = segments.first().filter(|segment| segment.marker == APP0);
    let density = first.and_then(|segment| match segment.contents {
        [b'J', b'F', b'I', b'F', 0, 1, _, unit, x1, x0, y1, y0, ..] => {
            let density = [[*x1, *x0], [*y1, *y0]].map(u16::from_be_bytes);
            let density = f64::from(density[0].max(density[1]));
            match unit {
                1 => Some(density),
                2 => Some(density * 2.54),
                _ => None,
            }
        }
        _ => None,
    });
    Some(Outline {
        width: frame.width,
        height: frame.height,
        channels: frame.sampling.len(),
        density: density.filter(|density| *density > 0.0),
        is_plain: !segments.iter().any(|segment| matches!(segment.marker, APP1 | APP2)),
    })
}

/// Decodes the pixels of a file of four inks, four bytes of ink each, and tells whether
/// Adobe's mark is in it; `None` of any other file.
pub fn inks_of_jpeg(bytes: &[u8]) -> Option<(Vec<u8>, bool)> {
    let found = segments(bytes).ok()?;
    let frame = frame(&found).ok()?;
    if frame.layout() != Layout::Cmyk || frame.cost() > MOST_INK {
        return None;
    }
    let is_adobe =
        |segment: &Segment| segment.marker == APP14 && segment.contents.starts_with(b"Adobe");
    let pixels = decode(bytes).ok()?.pixels;
    Some((pixels.data, found.iter().any(is_adobe)))
}

/// Decodes the pixels.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Problem> {
    let segments = segments(bytes)?;
    let frame = frame(&segments)?;
    let adobe = segments
        .iter()
        .find(|segment| segment.marker == APP14 && segment.contents.starts_with(b"Adobe"));
    let is_ycck = adobe.and_then(|segment| segment.contents.get(11)) == Some(&2);
    let space = match frame.layout() {
        Layout::Gray => ColorSpace::Luma,
        Layout::Cmyk if is_ycck => ColorSpace::YCCK,
        Layout::Cmyk => ColorSpace::CMYK,
        _ => ColorSpace::RGB,
    };
    let data =
        decoder(bytes, space).decode().map_err(|error| Problem::Broken(error.to_string()))?;
    let pixels = Pixels::new(frame.width, frame.height, frame.layout(), data);
    let mut pixels = pixels.ok_or_else(|| broken("its frame is damaged"))?;
    match (pixels.layout == Layout::Cmyk, is_ycck, adobe.is_some()) {
        (true, true, _) => pixels.map(Layout::Cmyk, ycck),
        // Programs that leave Adobe's mark write ink the other way round.
        (true, false, true) => pixels.map(Layout::Cmyk, |from, to| {
            for (to, from) in to.iter_mut().zip(from) {
                *to = 255 - from;
            }
        }),
        _ => {}
    }
    let space = profile(&segments).and_then(|profile| Space::icc(&profile));
    Ok(Decoded { pixels, space, is_lossy: true })
}

/// Returns a JPEG of sRGB with nothing but what is on the list, if its coded pixels can
/// stay. To be sure of it, its codes are gone through, or else it is decoded into room
/// that is used again.
pub(super) fn keep(bytes: &[u8]) -> Result<Option<Vec<u8>>, Problem> {
    let segments = segments(bytes)?;
    let layout = frame(&segments)?.layout();
    let space = profile(&segments).and_then(|profile| Space::icc(&profile));
    if layout == Layout::Cmyk || space.is_some_and(|space| space.conversion(layout).is_some()) {
        return Ok(None);
    }
    let Some(kept) = strip(bytes) else { return Ok(None) };
    // Nobody looks at colors, and most files have these.
    let space = if layout == Layout::Gray { ColorSpace::Luma } else { ColorSpace::YCbCr };
    if !can_be_decoded(bytes, &segments, space) {
        decode(bytes)?;
    }
    Ok(Some(kept))
}

fn can_be_decoded(bytes: &[u8], segments: &[Segment<'_>], space: ColorSpace) -> bool {
    let mut decoder = decoder(bytes, space);
    if decoder.decode_headers().is_err() {
        return false;
    }
    if entropy::is_whole(segments) {
        return true;
    }
    let size = decoder.output_buffer_size().unwrap_or_default();
    ROOM.with_borrow_mut(|room| {
        if room.len() < size {
            room.resize(size, 0);
        }
        let done = decoder.decode_into(room.get_mut(..size).unwrap_or_default());
        if size > MOST_ROOM {
            *room = Vec::new();
        }
        done.is_ok()
    })
}

thread_local! {
    /// Where pixels go that nobody looks at.
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// How much of that is kept for the next picture, in bytes.
const MOST_ROOM: usize = 16 << 20;

fn decoder(bytes: &[u8], space: ColorSpace) -> JpegDecoder<ZCursor<&[u8]>> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(space);
    JpegDecoder::new_with_options(ZCursor::new(bytes), options)
}

/// Luminance, two differences of color, and black, as Adobe means them: the first
/// three are the light that the inks leave. Adobe Technical Note 5116, section 18.
fn ycck(from: &[u8], to: &mut [u8]) {
    let (y, cb, cr) = (f32::from(from[0]), f32::from(from[1]) - 128.0, f32::from(from[2]) - 128.0);
    let light = [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb];
    for (to, light) in to.iter_mut().zip(light) {
        // A cast of what lies outside gives the nearest end.
        *to = light.round() as u8;
    }
    to[3] = 255 - from[3];
}

/// Puts a color profile together: ICC.1, annex B.4. A damaged one is none.
fn profile(segments: &[Segment]) -> Option<Vec<u8>> {
    let mut parts: Vec<(u8, u8, &[u8])> = Vec::new();
    for segment in segments.iter().filter(|segment| segment.marker == APP2) {
        if let Some([number, count, part @ ..]) = segment.contents.strip_prefix(b"ICC_PROFILE\0") {
            parts.push((*number, *count, part));
        }
    }
    parts.sort_by_key(|(number, ..)| *number);
    let right = |(index, (number, count, _)): (usize, &(u8, u8, &[u8]))| {
        usize::from(*number) == index + 1 && usize::from(*count) == parts.len()
    };
    let whole = !parts.is_empty() && parts.iter().enumerate().all(right);
    whole.then(|| parts.iter().flat_map(|(_, _, part)| part.iter().copied()).collect())
}

/// Keeps what pixels need: frames, tables, scans (C0 to CF, DA to DD), JFIF's
/// density without its thumbnail (E0) and Adobe's color transform (EE). T.81,
/// annex B. `None` where the pixels must change all the same: inks become colors.
pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let segments = segments(bytes).ok()?;
    if frame(&segments).ok()?.layout() == Layout::Cmyk {
        return None;
    }
    let mut out = vec![0xff, START];
    for Segment { marker, contents, scan } in segments {
        let mut kept = match marker {
            0xc0..=0xcf | 0xda..=0xdd => contents.to_vec(),
            APP0 if contents.starts_with(b"JFIF\0") => contents.get(..14)?.to_vec(),
            APP14 if contents.starts_with(b"Adobe") => contents.get(..12)?.to_vec(),
            _ => continue,
        };
        if marker == APP0 {
            // The width and the height of the thumbnail.
            kept[12..14].fill(0);
        }
        let length = u16::try_from(kept.len() + 2).ok()?;
        out.extend([0xff, marker]);
        out.extend(length.to_be_bytes());
        out.extend(kept);
        out.extend(scan);
    }
    out.extend([0xff, END]);
    Some(out)
}
