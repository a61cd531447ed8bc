//! Files of pixels: what they say of themselves, and what is made of them.
//!
//! What needs no other pixels keeps its coded ones byte for byte. All else is
//! decoded once, and then cut, made smaller, converted and turned in place, in
//! this order: the largest picture is never in memory twice.

use image::metadata::Orientation;

use super::color::{Space, plain_inks};
use super::crop::{Area, upright};
use super::pixels::Pixels;
use super::{Coding, Kind, MAX_BYTES, MAX_SIDE, Problem, jpeg, plain, png, tiff};
use crate::model::{Excerpt, Media};

/// How well a picture is coded that was coded with loss before.
const QUALITY: u8 = 95;

/// What a file says of its pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    /// The width of the pixels as they are stored.
    pub(super) width: u32,
    pub(super) height: u32,
    /// How they become upright.
    pub(super) orientation: Orientation,
    /// How many bytes it takes to decode them.
    pub(super) cost: u64,
}

/// What is in a file.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) pixels: Pixels,
    /// What the numbers mean; `None` for sRGB.
    pub(super) space: Option<Space>,
    /// Whether something was lost already, so that a little more does not matter.
    pub(super) is_lossy: bool,
}

/// Reads what a file says of itself, and refuses what is too large before there
/// is memory for it.
pub(super) fn header(kind: Kind, bytes: &[u8], excerpt: &Excerpt) -> Result<Header, Problem> {
    super::refuse_window(excerpt)?;
    let page = excerpt.page.unwrap_or(1);
    let header = match kind {
        Kind::Tiff => tiff::header(bytes, page)?,
        _ if page != 1 => return Err(Problem::Page(1)),
        Kind::Jpeg => jpeg::header(bytes)?,
        Kind::Png => png::header(bytes)?,
        kind => plain::header(kind, bytes)?,
    };
    let Header { width, height, orientation, cost } = header;
    if width == 0 || height == 0 {
        return Err(Problem::Broken("it has no pixels".into()));
    }
    if width > MAX_SIDE || height > MAX_SIDE || cost > MAX_BYTES {
        return Err(Problem::Size(width, height));
    }
    if !plain::is_whole(kind, bytes) {
        return Err(Problem::Broken("it ends too early".into()));
    }
    let (width, height) = upright(orientation, width, height);
    Area::of(excerpt.crop.as_ref(), width, height)?;
    Ok(header)
}

/// Makes a clean picture of a file, no larger than `most` pixels on its longer
/// side.
pub(super) fn import(
    kind: Kind,
    bytes: &[u8],
    excerpt: &Excerpt,
    most: u32,
) -> Result<Media, Problem> {
    let Header { width, height, orientation, .. } = header(kind, bytes, excerpt)?;
    let upright = upright(orientation, width, height);
    let area = Area::of(excerpt.crop.as_ref(), upright.0, upright.1)?;
    let is_whole = orientation == Orientation::NoTransforms
        && area == Area::whole(width, height)
        && width.max(height) <= most;
    if let Some(kept) =
        (kind == Kind::Jpeg && is_whole).then(|| jpeg::keep(bytes)).transpose()?.flatten()
    {
        return Ok(super::media(kept, Coding::Jpeg, (width, height), (width, height)));
    }
    let decoded = match kind {
        Kind::Jpeg => jpeg::decode(bytes)?,
        Kind::Png => png::decode(bytes)?,
        Kind::Tiff => tiff::decode(bytes, excerpt.page.unwrap_or(1))?,
        kind => plain::decode(kind, bytes)?,
    };
    let is_srgb = decoded
        .space
        .as_ref()
        .is_none_or(|space| space.conversion(decoded.pixels.layout).is_none());
    let stays = kind == Kind::Png && is_whole && is_srgb;
    if let Some(kept) = stays.then(|| png::strip(bytes)).flatten() {
        return Ok(super::media(kept, Coding::Png, (width, height), (width, height)));
    }
    finish(decoded, orientation, area, most)
}

/// Cuts, makes smaller, converts, turns and encodes.
pub(super) fn finish(
    decoded: Decoded,
    orientation: Orientation,
    area: Area,
    most: u32,
) -> Result<Media, Problem> {
    let Decoded { mut pixels, space, is_lossy } = decoded;
    pixels.crop(area.stored(orientation, pixels.width, pixels.height));
    pixels.fit(most);
    if let Some(conversion) = space.and_then(|space| space.conversion(pixels.layout)) {
        conversion.apply(&mut pixels);
    }
    plain_inks(&mut pixels);
    pixels.simplify();
    let pixels = pixels.orient(orientation);
    let pixels = pixels.ok_or_else(|| Problem::Broken("it cannot be turned upright".into()))?;
    let coding = if is_lossy && !pixels.layout.has_alpha() { Coding::Jpeg } else { Coding::Png };
    let bytes = pixels.encode(coding, QUALITY)?;
    Ok(super::media(bytes, coding, (pixels.width, pixels.height), (area.width, area.height)))
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat};

    use super::*;
    use crate::model::MediaFormat;
    use crate::source::ProjectPath;

    const KINDS: [(Kind, ImageFormat); 6] = [
        (Kind::Jpeg, ImageFormat::Jpeg),
        (Kind::Png, ImageFormat::Png),
        (Kind::WebP, ImageFormat::WebP),
        (Kind::Gif, ImageFormat::Gif),
        (Kind::Tiff, ImageFormat::Tiff),
        (Kind::Bmp, ImageFormat::Bmp),
    ];

    fn whole() -> Excerpt {
        Excerpt::whole(ProjectPath::new("sources/a.jpg").expect("a path"))
    }

    fn picture(format: ImageFormat) -> Vec<u8> {
        let image = DynamicImage::ImageRgb8(image::RgbImage::from_fn(40, 20, |x, y| {
            image::Rgb([(x * 6) as u8, (y * 12) as u8, 90])
        }));
        let mut bytes = std::io::Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).expect("an encoded picture");
        bytes.into_inner()
    }

    fn pixels(bytes: &[u8]) -> Vec<u8> {
        image::load_from_memory(bytes).expect("a picture").into_rgb8().into_raw()
    }

    fn take(kind: Kind, bytes: &[u8]) -> Result<Media, Problem> {
        import(kind, bytes, &whole(), 6000)
    }

    fn holds(bytes: &[u8], text: &[u8]) -> bool {
        bytes.windows(text.len()).any(|window| window == text)
    }

    #[test]
    fn nothing_but_pixels_is_left_of_a_jpeg() {
        use img_parts::jpeg::{Jpeg, JpegSegment};
        let plain = picture(ImageFormat::Jpeg);
        let mut jpeg = Jpeg::from_bytes(plain.clone().into()).expect("a picture");
        let secret =
            |marker, text: &'static [u8]| JpegSegment::new_with_contents(marker, text.into());
        for (marker, text) in [
            (0xfe, b"PATIENT in a comment".as_slice()),
            (0xe1, b"http://ns.adobe.com/xap/1.0/\0PATIENT in XMP"),
            (0xed, b"Photoshop 3.0\0PATIENT in IPTC"),
            (0xe2, b"ICC_PROFILE\0\x01\x01PATIENT in a profile"),
            (0xee, b"Adobe\0\x64\0\0\0\0\x01PATIENT"),
            (0xe0, b"JFIF\0\x01\x02\0\0\x01\0\x01\x02\x02PATIENT in a thumbnail"),
        ] {
            jpeg.segments_mut().insert(0, secret(marker, text));
        }
        let mut bytes = jpeg.encoder().bytes().to_vec();
        bytes.extend(b"PATIENT after the end");
        let media = take(Kind::Jpeg, &bytes).expect("a clean picture");
        assert!(!holds(&media.file.read().expect("in memory"), b"PATIENT"));
        assert_eq!(pixels(&media.file.read().expect("in memory")), pixels(&plain));
    }

    #[test]
    fn nothing_but_pixels_is_left_of_a_png() {
        use img_parts::png::{Png, PngChunk};
        let plain = picture(ImageFormat::Png);
        let mut png = Png::from_bytes(plain.clone().into()).expect("a picture");
        for (kind, text) in [
            (*b"tEXt", b"Name\0PATIENT".as_slice()),
            (*b"eXIf", b"PATIENT"),
            (*b"iCCP", b"PATIENT\0\0nothing"),
        ] {
            png.chunks_mut().insert(1, PngChunk::new(kind, text.into()));
        }
        let mut bytes = png.encoder().bytes().to_vec();
        bytes.extend(b"PATIENT after the end");
        let media = take(Kind::Png, &bytes).expect("a clean picture");
        assert!(!holds(&media.file.read().expect("in memory"), b"PATIENT"));
        assert_eq!(pixels(&media.file.read().expect("in memory")), pixels(&plain));
    }

    #[test]
    fn what_needs_no_other_pixels_keeps_its_coded_ones() {
        for (kind, format) in KINDS {
            let plain = picture(format);
            let media = take(kind, &plain).expect("a clean picture");
            assert_eq!((media.width, media.height), (40, 20));
            assert_eq!(
                pixels(&media.file.read().expect("in memory")),
                pixels(&plain),
                "{format:?}"
            );
            let jpeg = format == ImageFormat::Jpeg;
            assert_eq!(media.format, if jpeg { MediaFormat::Jpeg } else { MediaFormat::Png });
        }
    }

    /// What cannot be decoded must not pass a check that does not decode.
    #[test]
    fn a_look_from_outside_finds_what_was_cut_off_or_changed() {
        for (kind, format) in KINDS {
            let plain = picture(format);
            for end in 0..plain.len() {
                let cut = &plain[..end];
                let seen = header(kind, cut, &whole()).is_ok();
                assert_eq!(seen, take(kind, cut).is_ok(), "{format:?} {end}");
            }
        }
        let plain = picture(ImageFormat::Png);
        // What has another signature is no PNG in the first place.
        for at in 8..plain.len() {
            let mut changed = plain.clone();
            changed[at] ^= 0x10;
            if take(Kind::Png, &changed).is_err() {
                assert!(header(Kind::Png, &changed, &whole()).is_err(), "{at}");
            }
        }
    }

    #[test]
    fn what_is_too_large_is_refused_by_its_header() {
        let mut bytes = picture(ImageFormat::Bmp);
        bytes[18..22].copy_from_slice(&15_000_u32.to_le_bytes());
        bytes[22..26].copy_from_slice(&15_000_u32.to_le_bytes());
        let found = header(Kind::Bmp, &bytes, &whole()).expect_err("a problem");
        assert_eq!(found, Problem::Size(15_000, 15_000));
    }

    #[test]
    fn a_large_picture_is_kept_as_small_as_print_wants_it() {
        for (kind, format) in KINDS {
            let media = import(kind, &picture(format), &whole(), 10).expect("a picture");
            assert_eq!((media.width, media.height), (10, 5));
            assert_eq!((media.source_width, media.source_height), (40, 20));
        }
    }
}
