//! Pictures: found, decoded within limits, and cleaned.
//!
//! A picture of a patient carries more than pixels: names and dates in EXIF,
//! XMP, comments, and whatever follows the end of the file. Typst, and every
//! EPUB and Anki tool that was tried, hands all of it on. So only what is on a
//! short list of segments reaches a writer: pixels, color profile and density.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::{Arc, Mutex};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use img_parts::jpeg::{Jpeg, JpegSegment};
use img_parts::png::{Png, PngChunk};

use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::files::{FileError, Files};
use crate::model::{Figure, Media, MediaFormat, MediaSet, Topic, Visitor, walk_topic};
use crate::source::{ProjectPath, Span};

/// The largest picture that is decoded, in pixels on a side and in all: twice
/// what an A3 page holds at 600 dpi.
const MAX_SIDE: u32 = 20_000;
const MAX_BYTES: u64 = 512 << 20;

/// Loads and cleans the pictures of all figures, on `jobs` threads.
pub fn load(
    topics: &[Arc<Topic>],
    files: &dyn Files,
    jobs: usize,
    diagnostics: &mut Diagnostics,
) -> MediaSet {
    let mut set = MediaSet::default();
    each(topics, files, jobs, &clean, diagnostics, &mut |path, media| {
        set.images.insert(path, media);
    });
    set
}

/// Looks at the pictures of all figures from outside, and reports what [`load`]
/// reports, but for pixels that cannot be decoded. Returns no pictures.
pub fn check(
    topics: &[Arc<Topic>],
    files: &dyn Files,
    jobs: usize,
    diagnostics: &mut Diagnostics,
) -> MediaSet {
    each(topics, files, jobs, &inspect, diagnostics, &mut |_, ()| {});
    MediaSet::default()
}

/// What is done with the bytes of a picture.
type Look<T> = dyn Fn(&[u8], MediaFormat) -> Result<T, Problem> + Sync;

/// Reads each picture once and hands it to `look`; what comes of it goes to
/// `keep`, or is reported wherever the picture is used.
fn each<T: Send>(
    topics: &[Arc<Topic>],
    files: &dyn Files,
    jobs: usize,
    look: &Look<T>,
    diagnostics: &mut Diagnostics,
    keep: &mut dyn FnMut(ProjectPath, T),
) {
    let mut wanted = Wanted::default();
    for topic in topics {
        walk_topic(topic, &mut wanted);
    }
    let paths: Vec<(ProjectPath, Vec<Span>)> = wanted.paths.into_iter().collect();
    let queue = Mutex::new(paths.iter());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, paths.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().ok().and_then(|mut queue| queue.next());
                    let Some((path, _)) = next else { return };
                    let result = read(path, files).and_then(|(bytes, format)| look(&bytes, format));
                    if let Ok(mut done) = done.lock() {
                        done.push((path.clone(), result));
                    }
                }
            });
        }
    });
    let mut results: BTreeMap<_, _> = done.into_inner().unwrap_or_default().into_iter().collect();
    for (path, spans) in &paths {
        match results.remove(path) {
            Some(Ok(found)) => keep(path.clone(), found),
            Some(Err(problem)) => {
                for span in spans {
                    diagnostics.push(problem.explain(path, *span, files));
                }
            }
            None => {}
        }
    }
}

#[derive(Default)]
struct Wanted {
    paths: BTreeMap<ProjectPath, Vec<Span>>,
}

impl Visitor for Wanted {
    fn figure(&mut self, figure: &Figure) {
        let path = &figure.image.path;
        self.paths.entry(path.value.clone()).or_default().push(path.span);
    }
}

/// Why a picture cannot be used.
enum Problem {
    File(FileError),
    Kind(String),
    Size(u32, u32),
    Broken(String),
}

impl Problem {
    fn explain(&self, path: &ProjectPath, span: Span, files: &dyn Files) -> Diagnostic {
        match self {
            Self::File(error) if error.is_missing() => {
                let diagnostic =
                    Diagnostic::error(Code::MissingImage, format!("there is no picture `{path}`"))
                        .at(span);
                let folder = path.folder().and_then(|folder| ProjectPath::new(folder).ok());
                let there = folder.and_then(|folder| files.list(&folder).ok()).unwrap_or_default();
                let names: BTreeSet<&str> = there.iter().map(ProjectPath::name).collect();
                diagnostic.maybe_hint(near_miss(path.name(), names))
            }
            Self::File(error) => Diagnostic::error(
                Code::UnreadableImage,
                format!("this picture cannot be read ({})", error.cause),
            )
            .at(span),
            Self::Kind(kind) => Diagnostic::error(
                Code::UnreadableImage,
                format!("a picture of the kind {kind} is not taken"),
            )
            .at(span)
            .hint("convert it to JPEG or PNG"),
            Self::Size(width, height) => Diagnostic::error(
                Code::UnreadableImage,
                format!("this picture is too large ({width} × {height} pixels)"),
            )
            .at(span)
            .hint(format!("make it smaller than {MAX_SIDE} pixels on each side")),
            Self::Broken(reason) => Diagnostic::error(
                Code::UnreadableImage,
                format!("this picture cannot be decoded ({reason})"),
            )
            .at(span)
            .hint("open it in an image editor and export it again"),
        }
    }
}

fn read(path: &ProjectPath, files: &dyn Files) -> Result<(Vec<u8>, MediaFormat), Problem> {
    let bytes = files.read(path).map_err(Problem::File)?;
    let reader = ImageReader::new(Cursor::new(&bytes)).with_guessed_format();
    let format = reader.ok().and_then(|reader| reader.format());
    let format = match format {
        Some(ImageFormat::Jpeg) => MediaFormat::Jpeg,
        Some(ImageFormat::Png) => MediaFormat::Png,
        Some(other) => return Err(Problem::Kind(format!("{other:?}").to_uppercase())),
        None if bytes.is_empty() => return Err(Problem::Broken("the file is empty".into())),
        None => return Err(Problem::Broken("it is neither a JPEG nor a PNG".into())),
    };
    Ok((bytes, format))
}

/// Decodes a picture to be sure of it, and keeps what is on the list. Where the
/// pixels themselves must change (a rotation that is only noted beside them, or
/// CMYK), it is encoded anew.
fn clean(bytes: &[u8], format: MediaFormat) -> Result<Media, Problem> {
    let mut decoder = open(bytes, format)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let is_cmyk = format == MediaFormat::Jpeg && jpeg_components(bytes) == Some(4);
    let profile =
        if format == MediaFormat::Jpeg { decoder.icc_profile().ok().flatten() } else { None };
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
    Ok(Media { bytes: cleaned.into(), format, width, height, hash })
}

/// Reads a picture's header, and sees that all its segments or chunks are there
/// and whole.
fn inspect(bytes: &[u8], format: MediaFormat) -> Result<(), Problem> {
    open(bytes, format)?;
    let whole = match format {
        MediaFormat::Jpeg => Jpeg::from_bytes(bytes.to_vec().into()).is_ok(),
        MediaFormat::Png => Png::from_bytes(bytes.to_vec().into()).is_ok_and(|png| {
            let right =
                |chunk: &PngChunk| *chunk == PngChunk::new(chunk.kind(), chunk.contents().clone());
            png.chunks().iter().all(right) && png.chunk_by_type(*b"IEND").is_some()
        }),
    };
    // What is not whole is decoded after all, to say the same of it as a build.
    if whole { Ok(()) } else { clean(bytes, format).map(|_| ()) }
}

/// Reads what a picture says of itself, within limits.
fn open(bytes: &[u8], format: MediaFormat) -> Result<impl ImageDecoder, Problem> {
    let image_format = match format {
        MediaFormat::Jpeg => ImageFormat::Jpeg,
        MediaFormat::Png => ImageFormat::Png,
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
    if format == MediaFormat::Jpeg && !has_end_marker(bytes) {
        return Err(Problem::Broken("it ends too early".into()));
    }
    Ok(decoder)
}

fn broken(error: image::ImageError) -> Problem {
    Problem::Broken(error.to_string())
}

fn strip(bytes: &[u8], format: MediaFormat) -> Option<Vec<u8>> {
    match format {
        MediaFormat::Jpeg => strip_jpeg(bytes),
        MediaFormat::Png => strip_png(bytes),
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

fn encode(image: &DynamicImage, format: MediaFormat, profile: Option<Vec<u8>>) -> Option<Vec<u8>> {
    use image::ImageEncoder;
    let mut bytes = Vec::new();
    match format {
        MediaFormat::Jpeg => {
            let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95);
            if let Some(profile) = profile {
                encoder.set_icc_profile(profile).ok()?;
            }
            image.write_with_encoder(encoder).ok()?;
        }
        MediaFormat::Png => {
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

    fn picture(format: MediaFormat) -> Vec<u8> {
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
        let plain = picture(MediaFormat::Jpeg);
        let mut jpeg = Jpeg::from_bytes(plain.clone().into()).expect("a picture");
        let secret =
            |marker, text: &'static [u8]| JpegSegment::new_with_contents(marker, text.into());
        jpeg.segments_mut().insert(0, secret(0xfe, b"PATIENT in a comment"));
        jpeg.segments_mut()
            .insert(0, secret(0xe1, b"http://ns.adobe.com/xap/1.0/\0PATIENT in XMP"));
        jpeg.segments_mut().insert(0, secret(0xed, b"Photoshop 3.0\0PATIENT in IPTC"));
        let mut bytes = jpeg.encoder().bytes().to_vec();
        bytes.extend(b"PATIENT after the end");
        let media = clean(&bytes, MediaFormat::Jpeg).ok().expect("a clean picture");
        assert!(!media.bytes.windows(7).any(|window| window == b"PATIENT"));
        assert_eq!(pixels(&media.bytes), pixels(&plain));
    }

    #[test]
    fn nothing_but_pixels_is_left_of_a_png() {
        use img_parts::png::PngChunk;
        let plain = picture(MediaFormat::Png);
        let mut png = Png::from_bytes(plain.clone().into()).expect("a picture");
        png.chunks_mut().insert(1, PngChunk::new(*b"tEXt", b"Name\0PATIENT".as_slice().into()));
        let mut bytes = png.encoder().bytes().to_vec();
        bytes.extend(b"PATIENT after the end");
        let media = clean(&bytes, MediaFormat::Png).ok().expect("a clean picture");
        assert!(!media.bytes.windows(7).any(|window| window == b"PATIENT"));
        assert_eq!(pixels(&media.bytes), pixels(&plain));
    }

    /// What cannot be decoded must not pass a check that does not decode.
    #[test]
    fn a_look_from_outside_finds_what_was_cut_off_or_changed() {
        for format in [MediaFormat::Jpeg, MediaFormat::Png] {
            let whole = picture(format);
            assert!(inspect(&whole, format).is_ok());
            for end in 0..whole.len() {
                let cut = &whole[..end];
                assert_eq!(inspect(cut, format).is_ok(), clean(cut, format).is_ok(), "{end}");
            }
        }
        let whole = picture(MediaFormat::Png);
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x10;
            if clean(&changed, MediaFormat::Png).is_err() {
                assert!(inspect(&changed, MediaFormat::Png).is_err(), "{at}");
            }
        }
    }

    #[test]
    fn damaged_pictures_are_reported() {
        let mut bytes = picture(MediaFormat::Png);
        bytes.truncate(bytes.len() / 2);
        assert!(clean(&bytes, MediaFormat::Png).is_err());
        let mut bytes = picture(MediaFormat::Jpeg);
        bytes.truncate(bytes.len() - 40);
        assert!(clean(&bytes, MediaFormat::Jpeg).is_err());
    }
}
