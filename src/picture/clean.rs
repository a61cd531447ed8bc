//! Pixels and nothing else: files of JPEG and PNG, cleaned.
//!
//! Where the pixels stay as they are, their file is kept byte for byte, but for
//! the segments that are on no list.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use img_parts::jpeg::{Jpeg, JpegSegment};
use img_parts::png::{Png, PngChunk};

use super::{MAX_BYTES, MAX_SIDE, Problem};
use crate::model::{Media, MediaFormat};

/// The two codings that are kept as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Jpeg,
    Png,
}

impl From<Coding> for MediaFormat {
    fn from(coding: Coding) -> Self {
        match coding {
            Coding::Jpeg => Self::Jpeg,
            Coding::Png => Self::Png,
        }
    }
}

/// Decodes a picture to be sure of it, and keeps what is on the list. Where the
/// pixels themselves must change (a rotation that is only noted beside them, or
/// CMYK), it is encoded anew.
pub(super) fn clean(bytes: &[u8], format: Coding) -> Result<Media, Problem> {
    let mut decoder = open(bytes, format)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let is_cmyk = format == Coding::Jpeg && jpeg_components(bytes) == Some(4);
    let profile = if format == Coding::Jpeg { decoder.icc_profile().ok().flatten() } else { None };
    let mut decoded = DynamicImage::from_decoder(decoder).map_err(broken)?;

    let cleaned = if orientation == Orientation::NoTransforms && !is_cmyk {
        strip(bytes, format)
    } else {
        decoded.apply_orientation(orientation);
        encode(&decoded, format, profile.filter(|_| !is_cmyk))
    };
    let cleaned = cleaned.ok_or_else(|| Problem::Broken("its segments are damaged".into()))?;
    let hash = blake3::hash(&cleaned).to_hex().to_string();
    let (width, height) = (decoded.width(), decoded.height());
    Ok(Media {
        bytes: cleaned.into(),
        format: format.into(),
        width,
        height,
        source_width: width,
        source_height: height,
        pixel_size: None,
        hash,
    })
}

/// Reads a picture's header, and sees that all its segments or chunks are there
/// and whole.
pub(super) fn inspect(bytes: &[u8], format: Coding) -> Result<(), Problem> {
    open(bytes, format)?;
    let whole = match format {
        Coding::Jpeg => Jpeg::from_bytes(bytes.to_vec().into()).is_ok(),
        Coding::Png => Png::from_bytes(bytes.to_vec().into()).is_ok_and(|png| {
            let right =
                |chunk: &PngChunk| *chunk == PngChunk::new(chunk.kind(), chunk.contents().clone());
            png.chunks().iter().all(right) && png.chunk_by_type(*b"IEND").is_some()
        }),
    };
    // What is not whole is decoded after all, to say the same of it as a build.
    if whole { Ok(()) } else { clean(bytes, format).map(|_| ()) }
}

/// Reads what a picture says of itself, within limits.
fn open(bytes: &[u8], format: Coding) -> Result<impl ImageDecoder, Problem> {
    let image_format = match format {
        Coding::Jpeg => ImageFormat::Jpeg,
        Coding::Png => ImageFormat::Png,
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), image_format);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let area = u64::from(width) * u64::from(height);
    if width > MAX_SIDE || height > MAX_SIDE || area * 4 > MAX_BYTES {
        return Err(Problem::Size(width, height));
    }
    if width == 0 || height == 0 {
        return Err(Problem::Broken("it has no pixels".into()));
    }
    if format == Coding::Jpeg && !has_end_marker(bytes) {
        return Err(Problem::Broken("it ends too early".into()));
    }
    Ok(decoder)
}

fn broken(error: image::ImageError) -> Problem {
    Problem::Broken(error.to_string())
}

fn strip(bytes: &[u8], format: Coding) -> Option<Vec<u8>> {
    match format {
        Coding::Jpeg => strip_jpeg(bytes),
        Coding::Png => strip_png(bytes),
    }
}

/// Returns how many components the frame of a JPEG has: 1 gray, 3 color, 4 CMYK.
/// ITU-T T.81, B.2.2.
fn jpeg_components(bytes: &[u8]) -> Option<u8> {
    let jpeg = Jpeg::from_bytes(bytes.to_vec().into()).ok()?;
    let frame = jpeg.segments().iter().find(
        |segment| matches!(segment.marker(), 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf),
    )?;
    // Precision, height (2), width (2), then the number of components.
    frame.contents().get(5).copied()
}

/// Decoders take a picture that was cut off and fill the rest with gray.
fn has_end_marker(bytes: &[u8]) -> bool {
    const SCAN: u8 = 0xda;
    const END: u8 = 0xd9;
    let mut markers = bytes.windows(2).rev().filter(|pair| pair[0] == 0xff);
    // The last scan starts before it; a thumbnail's own end does not count.
    markers.find(|pair| matches!(pair[1], SCAN | END)).is_some_and(|last| last[1] == END)
        && bytes.windows(2).any(|pair| pair == [0xff, SCAN])
}

fn encode(image: &DynamicImage, format: Coding, profile: Option<Vec<u8>>) -> Option<Vec<u8>> {
    use image::ImageEncoder;
    let mut bytes = Vec::new();
    match format {
        Coding::Jpeg => {
            let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95);
            if let Some(profile) = profile {
                encoder.set_icc_profile(profile).ok()?;
            }
            image.write_with_encoder(encoder).ok()?;
        }
        Coding::Png => {
            let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
            if let Some(profile) = profile {
                encoder.set_icc_profile(profile).ok()?;
            }
            image.write_with_encoder(encoder).ok()?;
        }
    }
    Some(bytes)
}

/// Keeps the segments that pixels need: frames, tables, scans (C0 to CF, DA to
/// DD), JFIF's density (E0), the color profile (E2) and Adobe's color transform
/// (EE). ITU-T T.81, annex B.
fn strip_jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut jpeg = Jpeg::from_bytes(bytes.to_vec().into()).ok()?;
    let kept: Vec<JpegSegment> = jpeg
        .segments()
        .iter()
        .filter(|segment| match segment.marker() {
            0xc0..=0xcf | 0xda..=0xdd => true,
            0xe0 => segment.contents().starts_with(b"JFIF\0"),
            0xe2 => is_profile(segment.contents()),
            0xee => segment.contents().starts_with(b"Adobe"),
            _ => false,
        })
        .map(|segment| {
            if segment.has_entropy() {
                // Whatever stands after the end marker counts as scan data.
                let entropy = entropy_of(segment);
                let end = entropy.windows(2).position(|pair| pair == [0xff, 0xd9]);
                let cut = entropy.slice(..end.unwrap_or(entropy.len()));
                JpegSegment::new_with_entropy(segment.marker(), segment.contents().clone(), cut)
            } else {
                segment.clone()
            }
        })
        .collect();
    *jpeg.segments_mut() = kept;
    let mut out = jpeg.encoder().bytes().to_vec();
    if !out.ends_with(&[0xff, 0xd9]) {
        out.extend([0xff, 0xd9]);
    }
    Some(out)
}

/// Tells whether a segment is a part of a color profile: ICC.1, annex B.4, and
/// for the first part the profile's own signature (7.2.9).
fn is_profile(contents: &[u8]) -> bool {
    let Some(rest) = contents.strip_prefix(b"ICC_PROFILE\0") else { return false };
    match rest {
        [1, _, profile @ ..] => profile.get(36..40) == Some(b"acsp"),
        _ => true,
    }
}

/// A segment gives its scan data only as the tail of its encoding: after the
/// marker (two bytes), the length (two bytes) and the contents.
fn entropy_of(segment: &JpegSegment) -> img_parts::Bytes {
    let whole = segment.clone().encoder().bytes();
    let head = 4 + segment.contents().len();
    whole.slice(head.min(whole.len())..)
}

/// Keeps the chunks that pixels need: the critical ones, transparency, color
/// space and density. PNG, third edition, section 11. A compressed color profile
/// is left out: it may hold any text, or inflate to gigabytes; without it, a
/// picture is taken for sRGB, as nearly all are.
fn strip_png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut png = Png::from_bytes(bytes.to_vec().into()).ok()?;
    png.chunks_mut().retain(|chunk| {
        matches!(
            &chunk.kind(),
            b"IHDR"
                | b"PLTE"
                | b"IDAT"
                | b"IEND"
                | b"tRNS"
                | b"gAMA"
                | b"cHRM"
                | b"sRGB"
                | b"sBIT"
                | b"pHYs"
        )
    });
    // The encoder writes chunks only, so what followed the last one is gone.
    Some(png.encoder().bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(format: Coding) -> Vec<u8> {
        let image = DynamicImage::ImageRgb8(image::RgbImage::from_fn(40, 20, |x, y| {
            image::Rgb([(x * 6) as u8, (y * 12) as u8, 90])
        }));
        encode(&image, format, None).expect("an encoded picture")
    }

    fn pixels(bytes: &[u8]) -> Vec<u8> {
        image::load_from_memory(bytes).expect("a picture").into_bytes()
    }

    #[test]
    fn nothing_but_pixels_is_left_of_a_jpeg() {
        let plain = picture(Coding::Jpeg);
        let mut jpeg = Jpeg::from_bytes(plain.clone().into()).expect("a picture");
        let secret =
            |marker, text: &'static [u8]| JpegSegment::new_with_contents(marker, text.into());
        jpeg.segments_mut().insert(0, secret(0xfe, b"PATIENT in a comment"));
        jpeg.segments_mut()
            .insert(0, secret(0xe1, b"http://ns.adobe.com/xap/1.0/\0PATIENT in XMP"));
        jpeg.segments_mut().insert(0, secret(0xed, b"Photoshop 3.0\0PATIENT in IPTC"));
        let mut bytes = jpeg.encoder().bytes().to_vec();
        bytes.extend(b"PATIENT after the end");
        let media = clean(&bytes, Coding::Jpeg).expect("a clean picture");
        assert!(!media.bytes.windows(7).any(|window| window == b"PATIENT"));
        assert_eq!(pixels(&media.bytes), pixels(&plain));
    }

    #[test]
    fn nothing_but_pixels_is_left_of_a_png() {
        use img_parts::png::PngChunk;
        let plain = picture(Coding::Png);
        let mut png = Png::from_bytes(plain.clone().into()).expect("a picture");
        png.chunks_mut().insert(1, PngChunk::new(*b"tEXt", b"Name\0PATIENT".as_slice().into()));
        let mut bytes = png.encoder().bytes().to_vec();
        bytes.extend(b"PATIENT after the end");
        let media = clean(&bytes, Coding::Png).expect("a clean picture");
        assert!(!media.bytes.windows(7).any(|window| window == b"PATIENT"));
        assert_eq!(pixels(&media.bytes), pixels(&plain));
    }

    /// What cannot be decoded must not pass a check that does not decode.
    #[test]
    fn a_look_from_outside_finds_what_was_cut_off_or_changed() {
        for format in [Coding::Jpeg, Coding::Png] {
            let whole = picture(format);
            assert!(inspect(&whole, format).is_ok());
            for end in 0..whole.len() {
                let cut = &whole[..end];
                assert_eq!(inspect(cut, format).is_ok(), clean(cut, format).is_ok(), "{end}");
            }
        }
        let whole = picture(Coding::Png);
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x10;
            if clean(&changed, Coding::Png).is_err() {
                assert!(inspect(&changed, Coding::Png).is_err(), "{at}");
            }
        }
    }

    #[test]
    fn damaged_pictures_are_reported() {
        let mut bytes = picture(Coding::Png);
        bytes.truncate(bytes.len() / 2);
        assert!(clean(&bytes, Coding::Png).is_err());
        let mut bytes = picture(Coding::Jpeg);
        bytes.truncate(bytes.len() - 40);
        assert!(clean(&bytes, Coding::Jpeg).is_err());
    }
}
