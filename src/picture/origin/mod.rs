//! Origins: what files of pixels bring along beside them.
//!
//! Nothing is decoded: segments, chunks and tags are walked, within bounds of
//! work and memory, and what cannot be read is left out without a word; whether
//! a file is whole is for others to say. What is found is told in words and
//! counts. Values never are: they go to [`Origin::identifiers`], which outputs
//! are searched for.
//!
//! Formats: ITU-T T.81 annex B (JPEG), PNG third edition, TIFF 6.0, Exif 2.32
//! (CIPA DC-008), XMP part 3, IPTC IIM 4.2, ICC.1, `GIF89a`, RIFF (`WebP`), BMP.

mod collector;
mod iptc;
mod jpeg;
mod others;
mod png;
mod profile;
mod tiff;
mod xmp;

pub(in crate::picture) use collector::Collector;
use collector::is_harmless;

use super::Inspected;
use crate::model::Origin;

/// What a person must look at in every picture made of pixels.
const PIXELS: &str = "text or a face in the pixels, which no program can tell";

/// How deep a file may hold another: a thumbnail within a thumbnail.
const MAX_DEPTH: usize = 3;

/// What a file within a file takes from the budget: it may be as large as the
/// whole, many times.
const NESTED: usize = 512 << 10;

/// Finds what a file of pixels brings along. The kind of file is told by its
/// first bytes; of one that is unknown, everything that reads as text counts.
pub(super) fn raster(bytes: &[u8]) -> Origin {
    let mut collector = Collector::default();
    let format = walk(bytes, &mut collector, 0);
    collector.concern(PIXELS);
    collector.finish(format)
}

/// Takes the texts of a drawing or a header apart, as those of other files are:
/// of "Patient: Jane Doe", the name counts by itself.
pub(super) fn apart(mut inspected: Inspected) -> Inspected {
    let mut collector = Collector::default();
    for text in &inspected.origin.identifiers {
        collector.text(text);
    }
    let found = collector.finish("").identifiers;
    let known = &mut inspected.origin.identifiers;
    known.retain(|text| !is_harmless(text));
    let more: Vec<String> = found.into_iter().filter(|text| !known.contains(text)).collect();
    known.extend(more);
    inspected
}

/// Walks a file, or one that lies in another, and returns what it is.
fn walk(bytes: &[u8], collector: &mut Collector, depth: usize) -> &'static str {
    if depth >= MAX_DEPTH || (depth > 0 && !collector.spend(NESTED)) {
        return "unknown";
    }
    match bytes {
        [0xff, 0xd8, 0xff, ..] => {
            jpeg::walk(bytes, collector, depth);
            "JPEG"
        }
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => {
            png::walk(bytes, collector, depth);
            "PNG"
        }
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => {
            tiff::walk(bytes, tiff::Role::File, collector, depth);
            "TIFF"
        }
        [b'G', b'I', b'F', b'8', ..] => {
            others::gif(bytes, collector);
            "GIF"
        }
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
            others::webp(bytes, collector, depth);
            "WebP"
        }
        [b'B', b'M', ..] => {
            others::bmp(bytes, collector);
            "BMP"
        }
        _ => {
            collector.runs(bytes);
            "unknown"
        }
    }
}

/// What stands after the end of a file: cameras put further pictures there, and
/// anybody anything.
fn trailing(bytes: &[u8], collector: &mut Collector, depth: usize) {
    // A few zeros are what careless writers fill a block with.
    if bytes.iter().all(|byte| matches!(byte, 0 | b'\n' | b'\r')) {
        return;
    }
    let amount = if bytes.len() == 1 { "1 byte".into() } else { format!("{} bytes", bytes.len()) };
    collector.removed(format!("{amount} after the end of the picture"));
    if let Some(at) = bytes.windows(3).position(|three| three == [0xff, 0xd8, 0xff]) {
        collector.within("a further picture", |inner| {
            walk(bytes.get(at..).unwrap_or_default(), inner, depth + 1);
        });
    }
    collector.runs(bytes);
}

/// Returns a number of two bytes, the more significant first.
fn u16_be(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|two| u16::from_be_bytes(*two))
}

/// Returns a number of four bytes, the most significant first.
fn u32_be(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..)?.first_chunk()?;
    usize::try_from(u32::from_be_bytes(*four)).ok()
}

/// Returns a number of four bytes, the least significant first.
fn u32_le(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..)?.first_chunk()?;
    usize::try_from(u32::from_le_bytes(*four)).ok()
}

/// Reads bytes as UTF-8, or as Latin-1 if they are not.
fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// Reads UTF-16, up to its end or to a zero.
fn decode_utf16(bytes: &[u8], little: bool) -> String {
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [a, b] if little => u16::from_le_bytes([*a, *b]),
        [a, b] => u16::from_be_bytes([*a, *b]),
        _ => 0,
    });
    let units: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
    String::from_utf16_lossy(&units)
}

/// Inflates a zlib stream, but no more of it than `limit` bytes: it may be a
/// bomb.
fn inflate(bytes: &[u8], limit: usize) -> Vec<u8> {
    use std::io::Read;
    let mut out = Vec::new();
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    // What was read before an error is all there is to look at.
    let _ = flate2::read::ZlibDecoder::new(bytes).take(limit).read_to_end(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, contents: &[u8]) -> Vec<u8> {
        let length = u16::try_from(contents.len() + 2).expect("a short text").to_be_bytes();
        [&[0xff, marker], length.as_slice(), contents].concat()
    }

    fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
        [b"\xff\xd8".to_vec(), segments.concat(), b"\xff\xd9".to_vec()].concat()
    }

    #[test]
    fn what_is_removed_is_told_without_values() {
        let exif = b"Exif\0\0II\x2a\0\x08\0\0\0\x02\0\
            \x3b\x01\x02\0\x09\0\0\0\x26\0\0\0\
            \x25\x88\x04\0\x01\0\0\0\0\0\x01\0\
            \0\0\0\0Jane Doe\0";
        let origin = raster(&jpeg(&[segment(0xe1, exif), segment(0xfe, b"by Jane Doe")]));
        assert_eq!(origin.format, "JPEG");
        assert_eq!(origin.removed, ["a GPS position", "EXIF (1 field; Artist)", "a comment"]);
        assert!(origin.identifiers.contains(&"Jane Doe".to_owned()), "{:?}", origin.identifiers);
        assert_eq!(origin.concerns, [PIXELS]);
    }

    /// Parts that overlap, and texts that would take the square of their length:
    /// each of these ends, and says what was not read.
    #[test]
    fn work_is_bounded() {
        let long = vec![b'&'; 60_000];
        let xmp = [b"http://ns.adobe.com/xap/1.0/\0<a>".as_slice(), &long].concat();
        let colons = vec![b':'; 60_000];
        let many = [segment(0xe1, &xmp), segment(0xfe, &colons)];
        let many: Vec<_> = many.iter().cycle().take(100).cloned().collect();
        assert!(raster(&jpeg(&many)).removed.len() > 1);

        // A thousand tags with one large value.
        let mut tiff = b"II\x2a\0\x08\0\0\0\xe8\x03".to_vec();
        for _ in 0..1000 {
            tiff.extend(b"\x0e\x01\x02\0\0\0\x10\0\x08\0\0\0");
        }
        tiff.resize(0x10_0010, b'x');
        let origin = raster(&tiff);
        assert!(origin.concerns.iter().any(|concern| concern.contains("more metadata")));

        // A chunk that inflates to gigabytes.
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..64 {
            std::io::Write::write_all(&mut encoder, &vec![b'a'; 1 << 20]).expect("memory");
        }
        let bomb = encoder.finish().expect("memory");
        let contents = [b"Comment\0\0".as_slice(), &bomb].concat();
        let length = u32::try_from(contents.len()).expect("a short text").to_be_bytes();
        let chunk = [&length, b"zTXt".as_slice(), &contents, &[0; 4]].concat();
        let png = [b"\x89PNG\r\n\x1a\n".to_vec(), chunk.repeat(200)].concat();
        let origin = raster(&png);
        assert!(origin.identifiers.iter().all(|text| text.len() <= 200));
    }

    /// Whatever is cut off or changed, a walk ends without a panic.
    #[test]
    fn damaged_files_are_walked() {
        let iptc = b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x0d\x1c\x02\x50\0\x08Jane Doe\0";
        let exif =
            b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x3b\x01\x02\0\x09\0\0\0\x1a\0\0\0\0\0\0\0Jane Doe\0";
        let whole = jpeg(&[segment(0xe1, exif), segment(0xed, iptc), segment(0xfe, b"Jane Doe")]);
        for at in 0..whole.len() {
            raster(&whole[..at]);
            for change in [0x00, 0x01, 0x7f, 0xff] {
                let mut changed = whole.clone();
                changed[at] = change;
                raster(&changed);
            }
        }
        for start in [b"GIF89a".as_slice(), b"RIFF\0\0\0\0WEBP", b"BM", b"II\x2a\0", b"MM\0\x2a"] {
            for fill in [0x00, 0x21, 0x2c, 0xff] {
                let bytes = [start, &vec![fill; 3000]].concat();
                raster(&bytes);
            }
        }
    }
}
