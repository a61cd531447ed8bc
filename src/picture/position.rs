//! Pictures for position only: what stands for a picture while pages are set, as page
//! make-up has always had it. Of a picture, pages need its shape; its pixels are a tenth of
//! what they cost, and most of what they take.

use blake3::Hash;
use jpeg_encoder::{ColorType, Encoder};
use memchr::memmem;

use super::jpeg;

/// How near the shape is to that of the picture: as a share of its height. On the largest
/// paper, it is a hundredth of a millimeter.
const NEAR: f64 = 1e-5;
/// What stands for a picture is smaller by this, or it is not worth it.
const SMALLER: u64 = 8;
/// What stands before hash and name of what it stands for, in a segment of applications.
const MARK: &[u8] = b"Recto\0";
const SEGMENT: u8 = 11;
/// The most units to an inch in a rational number of 32 bits.
const UNITS: f64 = 4e9;

/// What stands for a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// A JPEG of the shape, the kind of colors and the natural size of the picture, unlike
    /// that of any other.
    pub file: Vec<u8>,
    /// The width of the picture itself, in pixels.
    pub width: u32,
    /// Its height.
    pub height: u32,
}

/// Returns what stands for a picture of a hash that is called `name`; `None` if it does so itself best:
/// it is small, of four inks, turned by what it says, or no JPEG.
pub fn for_position(picture: &[u8], hash: Hash, name: &str) -> Option<Position> {
    let jpeg::Outline { width, height, channels, density, is_plain } = jpeg::outline(picture)?;
    let color = match channels {
        1 => ColorType::Luma,
        3 => ColorType::Rgb,
        _ => return None,
    };
    let (across, down) = shape(width, height)?;
    let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
    if !is_plain || area((across, down)) * SMALLER > area((width, height)) {
        return None;
    }
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 50);
    if let Some(density) = density {
        let density = density * f64::from(across) / f64::from(width);
        encoder.add_exif_metadata(&resolution(density)).ok()?;
    }
    // The identifier of a finished file is that of what Typst wrote into it.
    encoder.add_app_segment(SEGMENT, [MARK, hash.as_bytes(), name.as_bytes()].concat()).ok()?;
    // Both are at most as large as those of the picture, which have 16 bits.
    let sides = (u16::try_from(across).ok()?, u16::try_from(down).ok()?);
    let gray = vec![0x80; area((across, down)) as usize * channels];
    encoder.encode(&gray, sides.0, sides.1, color).ok()?;
    Some(Position { file, width, height })
}

/// Returns the name of the picture that a file stands for; `None` if it is none that does.
pub fn stands_for(file: &[u8]) -> Option<&str> {
    // Nothing but how many pixels there are to an inch stands before it.
    let start = memmem::find(&file[..file.len().min(128)], MARK)?;
    let [high, low] = file.get(start.checked_sub(2)?..start)?.try_into().ok()?;
    let end = start - 2 + usize::from(u16::from_be_bytes([high, low]));
    std::str::from_utf8(file.get(start + MARK.len() + blake3::OUT_LEN..end)?).ok()
}

/// Tells whether something in a file still stands for a picture.
pub fn is_left(file: &[u8]) -> bool {
    // JPEGs lie in a PDF as they are, and pictures of topics have no segments of programs.
    memmem::find(file, MARK).is_some()
}

/// Returns the fewest pixels that have a shape.
fn shape(width: u32, height: u32) -> Option<(u32, u32)> {
    if width == 0 || height == 0 {
        return None;
    }
    let slope = f64::from(height) / f64::from(width);
    (1..=width).find_map(|across| {
        let down = (f64::from(across) * slope).round();
        let is_near = (down / f64::from(across) / slope - 1.0).abs() <= NEAR;
        // No more than the height.
        is_near.then_some((across, down as u32))
    })
}

/// Says in Exif how many pixels there are to an inch: whole numbers, as JFIF has them, are
/// too coarse for few pixels.
fn resolution(density: f64) -> Vec<u8> {
    // A directory of one entry at 8: XResolution, one rational number, which is at 26.
    const HEAD: [u8; 26] = *b"MM\0\x2a\0\0\0\x08\0\x01\x01\x1a\0\x05\0\0\0\x01\0\0\0\x1a\0\0\0\0";
    let units = (UNITS / density).clamp(1.0, UNITS).floor();
    let mut tiff = HEAD.to_vec();
    tiff.extend_from_slice(&((density * units).round() as u32).to_be_bytes());
    tiff.extend_from_slice(&(units as u32).to_be_bytes());
    tiff
}

#[cfg(test)]
mod tests {
    use super::*;

    fn for_position(picture: &[u8], name: &str) -> Option<Position> {
        super::for_position(picture, blake3::hash(picture), name)
    }

    fn picture(width: u16, height: u16, color: ColorType, density: u16) -> Vec<u8> {
        let channels = match color {
            ColorType::Luma => 1,
            ColorType::Cmyk => 4,
            _ => 3,
        };
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, 90);
        if density > 0 {
            let unit = jpeg_encoder::PixelDensityUnit::Inches;
            encoder.set_density(jpeg_encoder::PixelDensity { density: (density, density), unit });
        }
        let pixels = vec![7; usize::from(width) * usize::from(height) * channels];
        encoder.encode(&pixels, width, height, color).expect("a picture");
        file
    }

    #[test]
    fn shapes_are_those_of_the_pictures() {
        assert_eq!(shape(1200, 900), Some((4, 3)));
        assert_eq!(shape(900, 1200), Some((3, 4)));
        assert_eq!(shape(7, 1), Some((7, 1)));
        assert_eq!(shape(0, 1), None);
        for (width, height) in [(415, 311), (1024, 1022), (1023, 1024), (9973, 17), (17, 9973)] {
            let (across, down) = shape(width, height).expect("a shape");
            let (is, should) = (down * width, height * across);
            let off = (f64::from(is) / f64::from(should) - 1.0).abs();
            assert!(off <= NEAR && across <= width && down <= height, "{width} by {height}");
        }
    }

    #[test]
    fn names_and_colors_make_what_stands_for_pictures() {
        let gray = picture(1200, 900, ColorType::Luma, 0);
        let first = for_position(&gray, "/media/0.jpg").expect("a picture to stand for");
        assert_eq!((first.width, first.height), (1200, 900));
        assert_ne!(for_position(&gray, "/media/1.jpg"), Some(first.clone()));
        assert_eq!(stands_for(&first.file), Some("/media/0.jpg"));
        assert_eq!(stands_for(&gray), None);
        assert!(is_left(&[gray.as_slice(), &first.file].concat()) && !is_left(&gray));
        let found = jpeg::outline(&first.file).map(|it| (it.width, it.height, it.channels));
        assert_eq!(found, Some((4, 3, 1)));
        assert_ne!(
            for_position(&picture(1200, 900, ColorType::Luma, 72), "/media/0.jpg"),
            Some(first)
        );
        let color = picture(1200, 900, ColorType::Rgb, 0);
        let found = for_position(&color, "/media/0.jpg").expect("a picture to stand for");
        assert_eq!(jpeg::outline(&found.file).map(|found| found.channels), Some(3));
    }

    #[test]
    fn others_stand_for_themselves() {
        assert_eq!(for_position(&picture(1200, 900, ColorType::Cmyk, 0), "a"), None);
        assert_eq!(for_position(&picture(5, 3, ColorType::Luma, 0), "a"), None);
        assert_eq!(for_position(b"\x89PNG\r\n\x1a\n", "a"), None);
        let turned = for_position(&picture(1200, 900, ColorType::Luma, 300), "a");
        let turned = turned.expect("a picture to stand for").file;
        assert_eq!(stands_for(&turned), Some("a"));
        assert_eq!(jpeg::outline(&turned).map(|found| found.is_plain), Some(false));
    }

    #[test]
    fn natural_sizes_are_said() {
        for density in [1, 72, 300, 65_535] {
            let file = picture(1200, 900, ColorType::Luma, density);
            let found = for_position(&file, "a").expect("a picture to stand for").file;
            let exif = exif::Reader::new().read_from_container(&mut std::io::Cursor::new(&found));
            let exif = exif.expect("Exif");
            let field = exif.get_field(exif::Tag::XResolution, exif::In::PRIMARY);
            let Some(exif::Value::Rational(values)) = field.map(|field| &field.value) else {
                panic!("no resolution");
            };
            // As long as that of the picture: 4 pixels stand for 1200.
            let inches = 4.0 / values[0].to_f64();
            let should = 1200.0 / f64::from(density);
            assert!((inches / should - 1.0).abs() < 1e-6, "{density}");
        }
    }
}
