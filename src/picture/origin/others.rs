//! The blocks of a GIF (`GIF89a`), the chunks of a `WebP` (RIFF), and what follows a
//! BMP.

use super::{Collector, decode, profile, tiff, trailing, u32_le, xmp};

/// The most blocks that are walked: a GIF may have one for each 255 bytes.
const MAX_BLOCKS: usize = 4 << 20;

pub(super) fn gif(bytes: &[u8], collector: &mut Collector) {
    let table = |packed: u8| if packed & 0x80 == 0 { 0 } else { 3 << ((packed & 7) + 1) };
    let mut at = 13 + bytes.get(10).map_or(0, |packed| table(*packed));
    let (mut comments, mut applications) = (0, 0);
    for _ in 0..MAX_BLOCKS {
        match bytes.get(at) {
            Some(0x21) => {
                let label = bytes.get(at + 1).copied().unwrap_or_default();
                let (data, next) = sub_blocks(bytes, at + 2);
                match label {
                    0xfe | 0x01 => {
                        comments += 1;
                        collector.text(&decode(&data));
                    }
                    0xff if data.starts_with(b"XMP DataXMP") => {
                        // Its bytes are no blocks: it is taken as it stands.
                        let raw = bytes.get(at + 14..next).unwrap_or_default();
                        xmp::walk(raw, collector);
                    }
                    0xff if data.starts_with(b"NETSCAPE2.0")
                        || data.starts_with(b"ANIMEXTS1.0") => {}
                    0xf9 => {}
                    _ => {
                        applications += 1;
                        collector.runs(&data);
                    }
                }
                at = next;
            }
            Some(0x2c) => {
                let local = bytes.get(at + 9).map_or(0, |packed| table(*packed));
                // The minimum code size stands before the pixels.
                at = skip_blocks(bytes, at + 11 + local);
            }
            Some(0x3b) => {
                trailing(bytes.get(at + 1..).unwrap_or_default(), collector, 0);
                break;
            }
            _ => break,
        }
    }
    match comments {
        0 => {}
        1 => collector.removed("a comment"),
        _ => collector.removed(format!("{comments} comments")),
    }
    match applications {
        0 => {}
        1 => collector.removed("an application block"),
        _ => collector.removed(format!("{applications} application blocks")),
    }
}

fn sub_blocks(bytes: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    const MAX: usize = 1 << 20;
    let mut data = Vec::new();
    while let Some(length) = bytes.get(at).copied().map(usize::from).filter(|length| *length > 0) {
        let block = bytes.get(at + 1..).unwrap_or_default();
        if data.len() < MAX {
            data.extend(block.get(..length).unwrap_or(block));
        }
        at += 1 + length;
    }
    (data, at + 1)
}

fn skip_blocks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(length) = bytes.get(at).copied().map(usize::from).filter(|length| *length > 0) {
        at += 1 + length;
    }
    at + 1
}

pub(super) fn webp(bytes: &[u8], collector: &mut Collector, depth: usize) {
    let end = u32_le(bytes, 4).map_or(bytes.len(), |length| length.saturating_add(8));
    let mut at = 12;
    let mut unknown = 0;
    for _ in 0..MAX_BLOCKS {
        let Some(kind) = bytes.get(at..at + 4).filter(|_| at < end) else { break };
        let Some(length) = u32_le(bytes, at + 4) else { break };
        let contents = bytes.get(at + 8..).unwrap_or_default();
        let contents = contents.get(..length).unwrap_or(contents);
        match kind {
            b"EXIF" => {
                // Some put the name of a JPEG's segment before it.
                let exif = contents.strip_prefix(b"Exif\0\0").unwrap_or(contents);
                tiff::walk(exif, tiff::Role::Exif, collector, depth);
            }
            b"XMP " => xmp::walk(contents, collector),
            b"ICCP" => profile::walk(contents, collector),
            b"VP8 " | b"VP8L" | b"VP8X" | b"ALPH" | b"ANIM" | b"ANMF" => {}
            _ => {
                unknown += 1;
                collector.runs(contents);
            }
        }
        at = at.saturating_add(8).saturating_add(length).saturating_add(length % 2);
    }
    match unknown {
        0 => {}
        1 => collector.removed("an unknown chunk"),
        _ => collector.removed(format!("{unknown} unknown chunks")),
    }
    if let Some(rest) = bytes.get(end..).filter(|rest| !rest.is_empty()) {
        trailing(rest, collector, depth);
    }
}

pub(super) fn bmp(bytes: &[u8], collector: &mut Collector) {
    let signed = |at: usize| {
        let four = *bytes.get(at..)?.first_chunk()?;
        usize::try_from(i32::from_le_bytes(four).unsigned_abs()).ok()
    };
    let bits = bytes.get(28..30).map_or(0, |two| usize::from(two[0]) + 256 * usize::from(two[1]));
    let size = || {
        let (start, width, height) = (u32_le(bytes, 10)?, signed(18)?, signed(22)?);
        // Rows are padded to four bytes; the size of packed pixels is noted.
        let rows = width.checked_mul(bits)?.div_ceil(32).checked_mul(4)?.checked_mul(height)?;
        let packed = u32_le(bytes, 30)?;
        let length = if matches!(packed, 1 | 2) { u32_le(bytes, 34)? } else { rows };
        start.checked_add(length)
    };
    // A profile may follow the pixels, and is part of the file.
    if let Some(rest) = size().and_then(|end| bytes.get(end..)).filter(|rest| !rest.is_empty()) {
        trailing(rest, collector, 0);
    }
}
