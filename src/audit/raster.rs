//! JPEG and PNG, segment by segment and chunk by chunk, as their specifications
//! have them: ITU-T T.81, annex B; PNG, third edition.
//!
//! Lengths are computed, not believed: a table that is longer than its contents
//! would have room for a name.

use std::io::Read;

use memchr::memchr;

use super::{Auditor, MAX_UNPACKED, Zone, after_end, within};

/// Tells whether bytes begin as a JPEG or a PNG.
pub(super) fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xd8, 0xff]) || bytes.starts_with(SIGNATURE)
}

const SIGNATURE: &[u8] = &[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];

/// Looks at a picture.
pub(super) fn open(place: &str, bytes: &[u8], auditor: &mut Auditor) {
    if bytes.starts_with(SIGNATURE) {
        png(place, bytes, auditor);
    } else if bytes.starts_with(&[0xff, 0xd8]) {
        jpeg(place, bytes, auditor);
    } else {
        auditor.foreign(place, "is a picture that is neither JPEG nor PNG");
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk().map(|two| usize::from(u16::from_be_bytes(*two)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..)?.first_chunk()?;
    usize::try_from(u32::from_be_bytes(*four)).ok()
}

/// Looks at a JPEG.
pub(super) fn jpeg(place: &str, bytes: &[u8], auditor: &mut Auditor) {
    let mut at = 2;
    loop {
        let (Some(0xff), Some(marker)) = (bytes.get(at), bytes.get(at + 1)) else {
            return auditor.foreign(place, format!("has bytes outside of segments at {at}"));
        };
        at += 2;
        if *marker == 0xd9 {
            let rest = bytes.get(at..).unwrap_or_default();
            if !rest.is_empty() {
                auditor.foreign(place, after_end(rest));
                auditor.search(&within(place, "after its end"), rest, Zone::Structure);
            }
            return;
        }
        let length = u16_at(bytes, at).filter(|length| *length >= 2);
        let Some((length, contents)) =
            length.and_then(|length| Some((length, bytes.get(at + 2..at + length)?)))
        else {
            return auditor.foreign(place, format!("has a broken segment at {at}"));
        };
        match why_foreign(*marker, contents) {
            Some(what) => {
                auditor.foreign(place, format!("has {what}"));
                auditor.search(&within(place, &what), contents, Zone::Structure);
            }
            // The color profile, and what stands in the other two headers.
            None if matches!(marker, 0xe0..=0xef) => {
                auditor.search(&within(place, "a header"), contents, Zone::Structure);
            }
            None => auditor.search(&within(place, "a table"), contents, Zone::Opaque),
        }
        at += length;
        if *marker == 0xda {
            let end = scan_end(bytes, at);
            let data = bytes.get(at..end).unwrap_or_default();
            auditor.search(&within(place, "its pixels"), data, Zone::Opaque);
            at = end;
        }
    }
}

/// Returns where the data of a scan ends: at a marker that restarts nothing.
fn scan_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(step) = bytes.get(at..).and_then(|rest| memchr(0xff, rest)) {
        at += step;
        match bytes.get(at + 1) {
            Some(0 | 0xd0..=0xd7) => at += 2,
            _ => return at,
        }
    }
    bytes.len()
}

/// Says what a segment is, if a picture should not have it; `None` if it is on
/// the list, and has the length that its contents need.
fn why_foreign(marker: u8, contents: &[u8]) -> Option<String> {
    let right = match marker {
        // Frames, B.2.2: precision, height, width, three bytes a component.
        0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
            contents.get(5).is_some_and(|count| contents.len() == 6 + 3 * usize::from(*count))
        }
        // Scans, B.2.3: two bytes a component, then the band and approximation.
        0xda => contents.first().is_some_and(|count| contents.len() == 4 + 2 * usize::from(*count)),
        0xc4 => are_huffman_tables(contents),
        // Arithmetic conditioning, B.2.4.3.
        0xcc => contents.len().is_multiple_of(2),
        0xdb => are_quantization_tables(contents),
        // Number of lines, restart interval.
        0xdc | 0xdd => contents.len() == 2,
        // JFIF without a thumbnail: version, units, density, 0 × 0 pixels.
        0xe0 => {
            contents.len() == 14 && contents.starts_with(b"JFIF\0") && contents.ends_with(&[0, 0])
        }
        0xee => contents.len() == 12 && contents.starts_with(b"Adobe"),
        _ => false,
    };
    if right {
        return None;
    }
    Some(match marker {
        0xfe => "a comment".into(),
        0xe1 if contents.starts_with(b"Exif") => "EXIF data".into(),
        0xe1 if contents.starts_with(b"http://ns.adobe.com/") => "XMP data".into(),
        0xed => "data of Photoshop or IPTC".into(),
        0xe2 if contents.starts_with(b"ICC_PROFILE") => "a color profile".into(),
        0xe0 if contents.starts_with(b"JF") => "a thumbnail".into(),
        0xe0..=0xef => format!("an APP{} segment", marker - 0xe0),
        0xc0..=0xdf => format!("a table of a wrong length (FF{marker:02X})"),
        _ => format!("an unknown segment (FF{marker:02X})"),
    })
}

/// B.2.4.2: a class, sixteen counts, and as many values.
fn are_huffman_tables(mut contents: &[u8]) -> bool {
    while let Some((head, rest)) = contents.split_at_checked(17) {
        let values = head.iter().skip(1).map(|count| usize::from(*count)).sum();
        let Some((_, rest)) = rest.split_at_checked(values) else { return false };
        contents = rest;
    }
    contents.is_empty()
}

/// B.2.4.1: a precision, and 64 values of it.
fn are_quantization_tables(mut contents: &[u8]) -> bool {
    while let [head, rest @ ..] = contents {
        let size = if head >> 4 == 0 { 64 } else { 128 };
        let Some((_, rest)) = rest.split_at_checked(size) else { return false };
        contents = rest;
    }
    contents.is_empty()
}

/// What the header of a PNG says.
#[derive(Debug, Clone, Copy)]
struct Header {
    width: usize,
    height: usize,
    depth: usize,
    channels: usize,
    interlaced: bool,
}

fn png(place: &str, bytes: &[u8], auditor: &mut Auditor) {
    let mut at = SIGNATURE.len();
    let mut header = None;
    let mut data: Vec<u8> = Vec::new();
    loop {
        let length = u32_at(bytes, at);
        let kind: Option<&[u8; 4]> = bytes.get(at + 4..).and_then(<[u8]>::first_chunk);
        let contents = length.and_then(|length| bytes.get(at + 8..(at + 8).checked_add(length)?));
        let (Some(kind), Some(contents)) = (kind, contents) else {
            return auditor.foreign(place, format!("has bytes outside of chunks at {at}"));
        };
        let end = at + 8 + contents.len();
        let checked = bytes.get(at + 4..end).unwrap_or_default();
        if u32_at(bytes, end) != usize::try_from(crc(checked)).ok() {
            return auditor.foreign(place, format!("has a broken chunk at {at}"));
        }
        at = end + 4;
        let right = match kind {
            b"IHDR" => {
                header = read_header(contents);
                header.is_some()
            }
            b"IDAT" => {
                data.extend(contents);
                true
            }
            b"IEND" => contents.is_empty(),
            b"PLTE" => contents.len() % 3 == 0 && contents.len() <= 768,
            b"tRNS" => contents.len() <= 256,
            b"gAMA" => contents.len() == 4,
            b"cHRM" => contents.len() == 32,
            b"sRGB" => contents.len() == 1,
            b"sBIT" => contents.len() <= 4,
            b"pHYs" => contents.len() == 9,
            _ => false,
        };
        if !right {
            let what = match kind {
                b"tEXt" | b"zTXt" | b"iTXt" => "a text".into(),
                b"eXIf" => "EXIF data".into(),
                b"iCCP" => "a color profile".into(),
                b"tIME" => "a time".into(),
                // A name of letters only; it may be anything.
                kind if kind.iter().all(u8::is_ascii_alphabetic) => {
                    "a chunk that is on no list".into()
                }
                _ => format!("an unknown chunk at {at}"),
            };
            auditor.foreign(place, format!("has {what}"));
            auditor.search(&within(place, &what), contents, Zone::Structure);
            if kind == b"zTXt" || kind == b"iTXt" || kind == b"iCCP" {
                let packed = contents.iter().position(|byte| *byte == 0x78).unwrap_or(0);
                let packed = contents.get(packed..).unwrap_or_default();
                let mut text = Vec::new();
                let decoder = flate2::read::ZlibDecoder::new(packed);
                let _ = decoder.take(1 << 20).read_to_end(&mut text);
                auditor.search(&within(place, &what), &text, Zone::Structure);
            }
        } else if kind == b"PLTE" || kind == b"tRNS" {
            auditor.search(&within(place, "its palette"), contents, Zone::Opaque);
        }
        if kind == b"IEND" {
            break;
        }
    }
    let rest = bytes.get(at..).unwrap_or_default();
    if !rest.is_empty() {
        auditor.foreign(place, after_end(rest));
        auditor.search(&within(place, "after its end"), rest, Zone::Structure);
    }
    let Some(wanted) = header.and_then(Header::size) else {
        return auditor.foreign(place, "has a broken header");
    };
    inflate(&within(place, "its pixels"), &data, wanted, auditor);
}

/// Section 11.2.1.
fn read_header(contents: &[u8]) -> Option<Header> {
    let [.., depth, color, 0, 0, interlace @ (0 | 1)] = contents else { return None };
    let channels = match color {
        0 | 3 => 1,
        2 => 3,
        4 => 2,
        6 => 4,
        _ => return None,
    };
    (contents.len() == 13).then_some(Header {
        width: u32_at(contents, 0)?,
        height: u32_at(contents, 4)?,
        depth: usize::from(*depth),
        channels,
        interlaced: *interlace == 1,
    })
}

impl Header {
    /// Returns how many bytes the pixels have, each row with its filter;
    /// sections 7.2 and 8.1.
    fn size(self) -> Option<usize> {
        let pass = |width: usize, height: usize| -> Option<usize> {
            if width == 0 || height == 0 {
                return Some(0);
            }
            let bits = width.checked_mul(self.depth)?.checked_mul(self.channels)?;
            bits.div_ceil(8).checked_add(1)?.checked_mul(height)
        };
        if !self.interlaced {
            return pass(self.width, self.height).filter(|size| *size <= MAX_UNPACKED);
        }
        // Adam7: where each pass starts, and how far its pixels are apart.
        const PASSES: [(usize, usize, usize, usize); 7] = [
            (0, 0, 8, 8),
            (4, 0, 8, 8),
            (0, 4, 4, 8),
            (2, 0, 4, 4),
            (0, 2, 2, 4),
            (1, 0, 2, 2),
            (0, 1, 1, 2),
        ];
        let sizes = PASSES.iter().map(|(x, y, dx, dy)| {
            let (width, height) = (self.width.saturating_sub(*x), self.height.saturating_sub(*y));
            pass(width.div_ceil(*dx), height.div_ceil(*dy))
        });
        sizes.sum::<Option<usize>>().filter(|size| *size <= MAX_UNPACKED)
    }
}

/// Inflates pixels, of which there must be `wanted` bytes and no more, and the
/// stream must end with them. Pictures may be large: they are searched in pieces
/// that overlap.
pub(super) fn inflate(place: &str, bytes: &[u8], wanted: usize, auditor: &mut Auditor) {
    const PIECE: usize = 1 << 20;
    /// The longest text that is searched for, in UTF-16.
    const OVERLAP: usize = 1024;
    let mut decoder = flate2::read::ZlibDecoder::new(bytes);
    let mut piece: Vec<u8> = Vec::new();
    let mut length = 0;
    while length <= wanted {
        let kept = piece.len().saturating_sub(OVERLAP);
        piece.drain(..kept);
        let before = piece.len();
        let limit = PIECE.min(wanted.saturating_add(OVERLAP) - length);
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        // What came before an error is all there is.
        let _ = decoder.by_ref().take(limit).read_to_end(&mut piece);
        let read = piece.len() - before;
        auditor.search(place, &piece, Zone::Opaque);
        length += read;
        if read == 0 {
            break;
        }
    }
    let used = usize::try_from(decoder.total_in()).unwrap_or(usize::MAX);
    if length == wanted && used == bytes.len() {
        return;
    }
    auditor.foreign(place, "are more or less than its size needs");
    let over = length.saturating_sub(wanted).min(piece.len());
    let rest = piece.get(piece.len() - over..).unwrap_or_default();
    auditor.search(place, rest, Zone::Structure);
    auditor.search(place, bytes.get(used..).unwrap_or_default(), Zone::Structure);
}

/// The check of a chunk: PNG, annex D.
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}
