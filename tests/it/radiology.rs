//! Radiological pictures, written here byte by byte: grays, colors, frames and
//! sizes come out right, and nothing of a header does.

use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

use image::DynamicImage;
use recto::files::NoCache;
use recto::model::{Coordinate, Crop, Excerpt, PixelSize, Point, Ratio, Window};
use recto::picture::{Imported, Imports, Problem, inspect};
use recto::source::ProjectPath;

use crate::case::root;

const EXPLICIT: &str = "1.2.840.10008.1.2.1";
const IMPLICIT: &str = "1.2.840.10008.1.2";
const JPEG: &str = "1.2.840.10008.1.2.4.50";
const RLE: &str = "1.2.840.10008.1.2.5";

/// A file, element by element. PS3.5, chapter 7.
#[derive(Clone)]
struct Dicom {
    syntax: &'static str,
    bytes: Vec<u8>,
}

impl Dicom {
    fn new(syntax: &'static str) -> Self {
        let mut meta = Self { syntax: EXPLICIT, bytes: Vec::new() };
        meta.put(0x0002, 0x0001, "OB", &[0, 1]);
        meta.put(0x0002, 0x0002, "UI", b"1.2.840.10008.5.1.4.1.1.2");
        meta.put(0x0002, 0x0003, "UI", b"1.2.276.0.7230010.3.1.4.99887766");
        meta.put(0x0002, 0x0010, "UI", syntax.as_bytes());
        meta.put(0x0002, 0x0012, "UI", b"1.2.276.0.7230010.3.0.3.6.4");
        let mut file = Self { syntax: EXPLICIT, bytes: vec![0; 128] };
        file.bytes.extend(b"DICM");
        file.put(0x0002, 0x0000, "UL", &(meta.bytes.len() as u32).to_le_bytes());
        file.bytes.extend(meta.bytes);
        Self { syntax, ..file }
    }

    /// Elements stand in the order of their tags.
    fn put(&mut self, group: u16, element: u16, vr: &str, value: &[u8]) -> &mut Self {
        let pad = if vr == "UI" || vr == "OB" || vr == "OW" { 0 } else { b' ' };
        let mut value = value.to_vec();
        if value.len() % 2 == 1 {
            value.push(pad);
        }
        self.head(group, element, vr, value.len() as u32);
        self.bytes.extend(value);
        self
    }

    fn head(&mut self, group: u16, element: u16, vr: &str, length: u32) {
        self.bytes.extend(group.to_le_bytes());
        self.bytes.extend(element.to_le_bytes());
        if self.syntax == IMPLICIT || group == 0xfffe {
            self.bytes.extend(length.to_le_bytes());
        } else if matches!(vr, "OB" | "OW" | "SQ" | "UN" | "UT") {
            self.bytes.extend(vr.as_bytes());
            self.bytes.extend([0, 0]);
            self.bytes.extend(length.to_le_bytes());
        } else {
            self.bytes.extend(vr.as_bytes());
            self.bytes.extend(u16::try_from(length).expect("a short value").to_le_bytes());
        }
    }

    fn text(&mut self, group: u16, element: u16, vr: &str, value: &str) -> &mut Self {
        self.put(group, element, vr, value.as_bytes())
    }

    fn number(&mut self, element: u16, value: u16) -> &mut Self {
        self.put(0x0028, element, "US", &value.to_le_bytes())
    }

    /// What every picture has, in the order of the tags.
    fn picture(&mut self, about: &About) -> &mut Self {
        self.number(0x0002, about.samples).text(0x0028, 0x0004, "CS", about.color);
        if about.samples == 3 {
            self.number(0x0006, about.planar);
        }
        if about.frames > 1 {
            self.text(0x0028, 0x0008, "IS", &about.frames.to_string());
        }
        self.number(0x0010, about.height).number(0x0011, about.width);
        if !about.spacing.is_empty() {
            self.text(0x0028, 0x0030, "DS", about.spacing);
        }
        self.number(0x0100, about.allocated)
            .number(0x0101, about.stored)
            .number(0x0102, about.stored - 1)
            .number(0x0103, u16::from(about.signed));
        for (element, vr, value) in about.more {
            self.text(0x0028, *element, vr, value);
        }
        self
    }

    fn pixels(&mut self, value: &[u8]) -> Vec<u8> {
        self.put(0x7fe0, 0x0010, "OW", value).bytes.clone()
    }

    /// Compressed frames, each in a fragment. PS3.5, A.4.
    fn fragments(&mut self, frames: &[Vec<u8>]) -> Vec<u8> {
        self.head(0x7fe0, 0x0010, "OB", u32::MAX);
        self.put(0xfffe, 0xe000, "", &[]);
        for frame in frames {
            self.put(0xfffe, 0xe000, "OB", frame);
        }
        self.put(0xfffe, 0xe0dd, "", &[]);
        self.bytes.clone()
    }
}

/// What a header says of pixels.
#[derive(Clone, Copy)]
struct About {
    width: u16,
    height: u16,
    samples: u16,
    color: &'static str,
    planar: u16,
    frames: u32,
    allocated: u16,
    stored: u16,
    signed: bool,
    /// From row to row, then from column to column.
    spacing: &'static str,
    more: &'static [(u16, &'static str, &'static str)],
}

const GRAY: About = About {
    width: 4,
    height: 1,
    samples: 1,
    color: "MONOCHROME2",
    planar: 0,
    frames: 1,
    allocated: 16,
    stored: 16,
    signed: false,
    spacing: "",
    more: &[],
};

const COLOR: About = About { samples: 3, color: "RGB", allocated: 8, stored: 8, ..GRAY };

fn words(values: &[i16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn excerpt() -> Excerpt {
    Excerpt::whole(ProjectPath::new("sources/slice.dcm").expect("a path"))
}

fn import(bytes: &[u8], excerpt: &Excerpt) -> Result<Imported, Problem> {
    Imports::new(Arc::new(NoCache), 6000).import(bytes, excerpt)
}

fn take(bytes: &[u8], excerpt: &Excerpt) -> Imported {
    let imported = import(bytes, excerpt).expect("a picture");
    assert!(inspect(bytes, excerpt).is_ok());
    imported
}

fn shown(imported: &Imported) -> DynamicImage {
    image::load_from_memory(&imported.media.file.read().expect("in memory")).expect("a picture")
}

fn grays(bytes: &[u8], excerpt: &Excerpt) -> Vec<u8> {
    let image = shown(&take(bytes, excerpt));
    assert!(matches!(image, DynamicImage::ImageLuma8(_)), "eight bits of gray");
    image.into_bytes()
}

/// Why both a build and a check refuse a file.
fn refusal(bytes: &[u8], excerpt: &Excerpt) -> String {
    let told = |problem: Problem| match problem {
        Problem::Unfit { message, hint } => format!("{message}\n  {hint}"),
        other => format!("{other:?}"),
    };
    let built = told(import(bytes, excerpt).expect_err("a problem"));
    let checked = told(inspect(bytes, excerpt).expect_err("a problem"));
    assert_eq!(built, checked);
    built
}

/// A slice as scanners write it: signed, rescaled to Hounsfield units.
fn slice(values: &[i16], more: &'static [(u16, &'static str, &'static str)]) -> Vec<u8> {
    let about = About { signed: true, stored: 12, more, ..GRAY };
    Dicom::new(EXPLICIT).picture(&about).pixels(&words(values))
}

#[test]
fn a_window_of_the_file_spreads_its_values() {
    const SOFT: &[(u16, &str, &str)] = &[
        (0x1050, "DS", "40\\300"),
        (0x1051, "DS", "400\\1500"),
        (0x1052, "DS", "-1024"),
        (0x1053, "DS", "1"),
    ];
    // -1000, -160, 40 and 240 Hounsfield units; the second window is not shown.
    let bytes = slice(&[24, 864, 1064, 1264], SOFT);
    assert_eq!(grays(&bytes, &excerpt()), [0, 0, 128, 255]);
    let lung = Window { center: -600_000, width: 1_500_000 };
    let asked = Excerpt { window: Some(lung), ..excerpt() };
    assert_eq!(grays(&bytes, &asked), [60, 202, 236, 255]);
}

#[test]
fn functions_and_slopes_are_heeded() {
    const EXACT: &[(u16, &str, &str)] = &[
        (0x1050, "DS", "0"),
        (0x1051, "DS", "200"),
        (0x1052, "DS", "0"),
        (0x1053, "DS", "0.5"),
        (0x1056, "CS", "LINEAR_EXACT"),
    ];
    assert_eq!(grays(&slice(&[-200, -100, 0, 200], EXACT), &excerpt()), [0, 64, 128, 255]);
    const SIGMOID: &[(u16, &str, &str)] =
        &[(0x1050, "DS", "0"), (0x1051, "DS", "200"), (0x1056, "CS", "SIGMOID")];
    assert_eq!(grays(&slice(&[-400, -50, 0, 50], SIGMOID), &excerpt()), [0, 69, 128, 186]);
}

#[test]
fn without_a_window_all_values_are_shown() {
    assert_eq!(grays(&slice(&[-1000, -500, 0, 1000], &[]), &excerpt()), [0, 64, 128, 255]);
    // What pads the picture is none of its values.
    const PADDED: &[(u16, &str, &str)] = &[(0x0120, "SS", "\u{6}\u{7}")];
    assert_eq!(grays(&slice(&[0x0706, 0, 100, 200], PADDED), &excerpt())[1..], [0, 128, 255]);
    let flat = grays(&slice(&[7, 7, 7, 7], &[]), &excerpt());
    assert_eq!(flat, [0; 4]);
}

#[test]
fn films_are_turned_to_positives() {
    let about = About { color: "MONOCHROME1", allocated: 8, stored: 8, ..GRAY };
    let bytes = Dicom::new(IMPLICIT).picture(&about).pixels(&[0, 51, 204, 255]);
    assert_eq!(grays(&bytes, &excerpt()), [255, 204, 51, 0]);
}

#[test]
fn frames_are_counted_from_one() {
    let about = About { frames: 3, allocated: 8, stored: 8, ..GRAY };
    let frames = [[0, 0, 0, 255], [0, 0, 255, 255], [0, 255, 255, 255]].concat();
    let bytes = Dicom::new(EXPLICIT).picture(&about).pixels(&frames);
    let page = |page| Excerpt { page, ..excerpt() };
    assert_eq!(grays(&bytes, &page(None)), [0, 0, 0, 255]);
    assert_eq!(grays(&bytes, &page(Some(3))), [0, 255, 255, 255]);
    for outside in [0, 4] {
        let told = refusal(&bytes, &page(Some(outside)));
        assert!(told.contains('3'), "{told}");
    }
}

#[test]
fn colors_stand_by_pixel_or_by_plane() {
    let red_green = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]];
    let by_pixel = red_green.concat();
    let by_plane: Vec<u8> =
        (0..3).flat_map(|plane| red_green.iter().map(move |pixel| pixel[plane])).collect();
    let pixels = |about: About, bytes: &[u8]| {
        let file = Dicom::new(EXPLICIT).picture(&about).pixels(bytes);
        shown(&take(&file, &excerpt())).to_rgb8().into_raw()
    };
    assert_eq!(pixels(COLOR, &by_pixel), by_pixel);
    assert_eq!(pixels(About { planar: 1, ..COLOR }, &by_plane), by_pixel);
    let ybr = [[76, 85, 255], [149, 43, 21], [29, 255, 107], [255, 128, 128]].concat();
    let turned = pixels(About { color: "YBR_FULL", ..COLOR }, &ybr);
    let far = turned.iter().zip(&by_pixel).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(far.is_some_and(|far| far <= 2), "{turned:?}");
}

#[test]
fn long_samples_are_read_in_either_order() {
    let about = About { allocated: 32, stored: 32, width: 1, ..COLOR };
    let values = [0_u32, 0x8000_0000, u32::MAX].map(u32::to_le_bytes).concat();
    let bytes = Dicom::new(EXPLICIT).picture(&about).pixels(&values);
    assert_eq!(shown(&take(&bytes, &excerpt())).into_rgb8().into_raw(), [0, 128, 255]);

    let about = About { samples: 1, color: "MONOCHROME2", width: 3, ..about };
    let bytes = Dicom::new(EXPLICIT).picture(&about).pixels(&values);
    assert!(matches!(import(&bytes, &excerpt()), Err(Problem::Unfit { .. })));

    // The standard let words begin with their largest byte, once.
    let mut bytes = Dicom::new("1.2.840.10008.1.2.2").bytes;
    let mut put = |group: u16, element: u16, vr: &[u8; 2], value: &[u8]| {
        bytes.extend([group.to_be_bytes(), element.to_be_bytes(), *vr].concat());
        let length = value.len() as u32;
        if vr == b"OW" {
            bytes.extend([0, 0]);
            bytes.extend(length.to_be_bytes());
        } else {
            bytes.extend((length as u16).to_be_bytes());
        }
        bytes.extend(value);
    };
    put(0x0028, 0x0002, b"US", &[0, 1]);
    put(0x0028, 0x0004, b"CS", b"MONOCHROME2 ");
    for (element, value) in
        [(0x0010, 1), (0x0011, 4), (0x0100, 32), (0x0101, 32), (0x0102, 31), (0x0103, 0_u8)]
    {
        put(0x0028, element, b"US", &[0, value]);
    }
    let values = [0_u32, 100_000, 200_000, 300_000].map(u32::to_be_bytes).concat();
    put(0x7fe0, 0x0010, b"OW", &values);
    assert_eq!(grays(&bytes, &excerpt()), [0, 85, 170, 255]);
}

#[test]
fn palettes_are_looked_up() {
    let about = About { color: "PALETTE COLOR", allocated: 8, stored: 8, ..GRAY };
    let mut file = Dicom::new(EXPLICIT);
    file.picture(&about);
    for color in 0..3 {
        let descriptor: Vec<u8> = [3_u16, 10, 16].iter().flat_map(|n| n.to_le_bytes()).collect();
        file.put(0x0028, 0x1101 + color, "US", &descriptor);
    }
    for table in [[0xff00_u16, 0, 0x8000], [0, 0xff00, 0x8000], [0, 0, 0x8000]] {
        let element = 0x1201 + u16::from(table[0] == 0) + u16::from(table[..2] == [0, 0]);
        let bytes: Vec<u8> = table.iter().flat_map(|n| n.to_le_bytes()).collect();
        file.put(0x0028, element, "OW", &bytes);
    }
    let bytes = file.pixels(&[10, 11, 12, 200]);
    let image = shown(&take(&bytes, &excerpt())).to_rgb8();
    assert_eq!(image.into_raw(), [255, 0, 0, 0, 255, 0, 128, 128, 128, 128, 128, 128]);
}

/// Runs of a byte, and bytes as they are. PS3.5, annex G.
fn rle(planes: &[Vec<u8>]) -> Vec<u8> {
    let mut segments = Vec::new();
    for plane in planes {
        let mut segment = Vec::new();
        for run in plane.chunk_by(|a, b| a == b).flat_map(|run| run.chunks(128)) {
            if run.len() == 1 {
                segment.extend([0, run[0]]);
            } else {
                segment.extend([(257 - run.len()) as u8, run[0]]);
            }
        }
        if segment.len() % 2 == 1 {
            segment.push(0x80);
        }
        segments.push(segment);
    }
    let mut out = (planes.len() as u32).to_le_bytes().to_vec();
    let mut at = 64;
    for index in 0..15 {
        let offset = segments.get(index).map_or(0, |_| at);
        at += segments.get(index).map_or(0, |segment| segment.len() as u32);
        out.extend(offset.to_le_bytes());
    }
    out.extend(segments.concat());
    out
}

#[test]
fn runs_and_jpegs_are_decoded() {
    let values: Vec<i16> = vec![-1024, -1024, 0, 1023];
    let plane = |shift: u32| values.iter().map(|value| (*value >> shift) as u8).collect();
    let about = About { signed: true, ..GRAY };
    let bytes = Dicom::new(RLE).picture(&about).fragments(&[rle(&[plane(8), plane(0)])]);
    assert_eq!(grays(&bytes, &excerpt()), [0, 0, 128, 255]);

    let drawn =
        image::GrayImage::from_fn(16, 16, |x, _| image::Luma([if x < 8 { 20 } else { 220 }]));
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 98)
        .encode_image(&drawn)
        .expect("a JPEG");
    let more: &[_] = &[(0x1050, "DS", "128"), (0x1051, "DS", "256")];
    let about = About { width: 16, height: 16, allocated: 8, stored: 8, more, ..GRAY };
    let bytes = Dicom::new(JPEG).picture(&about).fragments(&[jpeg.clone()]);
    let found = grays(&bytes, &excerpt());
    assert!(found[0].abs_diff(20) < 4 && found[15].abs_diff(220) < 4, "{:?}", &found[..16]);
    // A header that says less than the JPEG has is not believed.
    let bytes = Dicom::new(JPEG).picture(&About { width: 8, ..about }).fragments(&[jpeg]);
    assert!(refusal(&bytes, &excerpt()).contains("another size"));
}

#[test]
fn pixels_have_a_size_in_the_world() {
    let about = About { spacing: "0.5\\0.25", ..GRAY };
    let bytes = Dicom::new(EXPLICIT).picture(&about).pixels(&words(&[0, 1, 2, 3]));
    let expected = Some(PixelSize { x: 250_000, y: 500_000 });
    assert_eq!(take(&bytes, &excerpt()).media.pixel_size, expected);
    let share = |x, y| Point {
        x: Coordinate::Share(Ratio::new(x).expect("a share")),
        y: Coordinate::Share(Ratio::new(y).expect("a share")),
    };
    let crop = Crop { min: share(0.5, 0.0), max: share(1.0, 1.0) };
    let cropped = take(&bytes, &Excerpt { crop: Some(crop), ..excerpt() });
    assert_eq!(cropped.media.pixel_size, expected);
    // Twice as high as wide: each row stands twice, and places still count the
    // pixels of the file.
    assert_eq!(shown(&cropped).into_bytes(), [170, 255, 170, 255]);
    assert_eq!((cropped.media.source_width, cropped.media.source_height), (2, 1));
    assert_eq!((cropped.media.width, cropped.media.height), (2, 2));
    const WIDE: &[(u16, &str, &str)] = &[(0x0034, "IS", "1\\2")];
    let about = About { width: 1, height: 2, more: WIDE, ..GRAY };
    let bytes = Dicom::new(EXPLICIT).picture(&about).pixels(&words(&[0, 3]));
    let wide = shown(&take(&bytes, &excerpt()));
    assert_eq!((wide.width(), wide.height()), (2, 2));
    assert_eq!(wide.into_bytes(), [0, 0, 255, 255]);
    // Archives fill up files behind the pixels, with less than an element.
    let padded = [&bytes[..], &[0xfc, 0xff, 0xfc, 0xff, b'O', b'B', 0, 0, 9, 0, 0, 0, 1]].concat();
    assert_eq!(grays(&padded, &excerpt()), grays(&bytes, &excerpt()));
    // They put the head of a TIFF before it all, so that both kinds of programs
    // open the file.
    let mut double = bytes.clone();
    double[..8].copy_from_slice(b"II*\0\x08\0\0\0");
    assert_eq!(grays(&double, &excerpt()), grays(&bytes, &excerpt()));
    // The detector's, where the patient's is not known.
    let mut file = Dicom::new(EXPLICIT);
    file.text(0x0018, 0x1164, "DS", "0.139\\0.139");
    let bytes = file.picture(&GRAY).pixels(&words(&[0, 1, 2, 3]));
    let expected = Some(PixelSize { x: 139_000, y: 139_000 });
    assert_eq!(take(&bytes, &excerpt()).media.pixel_size, expected);
}

/// A slice with a patient in its header.
fn named() -> Vec<u8> {
    let mut file = Dicom::new(EXPLICIT);
    file.text(0x0008, 0x0018, "UI", "1.2.276.0.7230010.3.1.4.99887766")
        .text(0x0008, 0x0020, "DA", "20240229")
        .text(0x0008, 0x0050, "SH", "ACC7654321")
        .text(0x0008, 0x0060, "CS", "CT")
        .text(0x0008, 0x0080, "LO", "Example Hospital")
        .text(0x0008, 0x0090, "PN", "Referring^Rita")
        .text(0x0010, 0x0010, "PN", "Zzyzx^Zelda^Q=ZZYZX")
        .text(0x0010, 0x0020, "LO", "MRN0012345")
        .text(0x0010, 0x0030, "DA", "19700131")
        .text(0x0018, 0x0015, "CS", "HEAD")
        .text(0x0029, 0x0010, "LO", "MAKER HEADER")
        .text(0x0029, 0x1010, "LO", "Zelda of ward seven");
    let spacing = "0.7\\0.7";
    let more: &[_] = &[
        (0x0301, "CS", "YES"),
        (0x1050, "DS", "40"),
        (0x1051, "DS", "400"),
        (0x1052, "DS", "-1024"),
        (0x1053, "DS", "1"),
    ];
    // Sequences hold names, too.
    let about = About { width: 32, height: 32, signed: true, stored: 12, spacing, more, ..GRAY };
    file.picture(&about);
    file.head(0x0040, 0x0275, "SQ", u32::MAX);
    file.head(0xfffe, 0xe000, "", u32::MAX);
    file.text(0x0040, 0x0007, "LO", "Nested Step");
    file.text(0x0040, 0x0253, "SH", "STEP998877");
    file.put(0xfffe, 0xe00d, "", &[]);
    file.put(0xfffe, 0xe0dd, "", &[]);
    let values: Vec<i16> = (0..32 * 32)
        .map(|index| {
            let (x, y) = (f64::from(index % 32) - 15.5, f64::from(index / 32) - 15.5);
            if x.hypot(y) < 6.0 {
                1104
            } else if x.hypot(y) < 13.0 {
                1044
            } else {
                24
            }
        })
        .collect();
    file.pixels(&words(&values))
}

#[test]
fn nothing_of_a_header_goes_out() {
    let imported = take(&named(), &excerpt());
    let bytes = imported.media.file.read().expect("in memory").to_vec();
    let mut text = String::new();
    for removed in &imported.origin.removed {
        writeln!(text, "removed: {removed}").expect("a string");
    }
    for identifier in &imported.origin.identifiers {
        writeln!(text, "identifier: {identifier}").expect("a string");
        let there = bytes.windows(identifier.len()).any(|w| w == identifier.as_bytes());
        assert!(!there, "{identifier}");
    }
    for concern in &imported.origin.concerns {
        writeln!(text, "concern: {concern}").expect("a string");
    }
    crate::case::compare("picture/dicom.origin.txt", &text);
}

/// What is not read is named, with what to do.
#[test]
fn unread_files_are_told_apart() {
    let mut text = String::new();
    let mut tell = |name: &str, bytes: &[u8]| {
        writeln!(text, "{name}: {}", refusal(bytes, &excerpt())).expect("a string");
    };
    let four = words(&[0, 1, 2, 3]);
    for (name, syntax) in [
        ("JPEG 2000", "1.2.840.10008.1.2.4.90"),
        ("JPEG-LS", "1.2.840.10008.1.2.4.80"),
        ("MPEG", "1.2.840.10008.1.2.4.100"),
        ("deflated", "1.2.840.10008.1.2.1.99"),
        ("private", "1.2.3.4"),
    ] {
        tell(name, &Dicom::new(syntax).picture(&GRAY).pixels(&four));
    }
    tell("no picture", &Dicom::new(EXPLICIT).text(0x0008, 0x0060, "CS", "SR").bytes);
    tell("no size", &Dicom::new(EXPLICIT).pixels(&four));
    let short = Dicom::new(EXPLICIT).picture(&About { height: 9, ..GRAY }).pixels(&four);
    tell("too few pixels", &short);
    let huge = About { width: 65_535, height: 65_535, ..GRAY };
    tell("too large", &Dicom::new(EXPLICIT).picture(&huge).pixels(&four));
    let odd = About { allocated: 24, ..GRAY };
    tell("odd samples", &Dicom::new(EXPLICIT).picture(&odd).pixels(&four));
    let mut lying = Dicom::new(EXPLICIT);
    lying.head(0x0009, 0x0001, "UN", 0xffff_fff0);
    tell("a length that lies", &lying.bytes);
    let mut deep = Dicom::new(EXPLICIT);
    for _ in 0..40 {
        deep.head(0x0040, 0x0275, "SQ", u32::MAX);
        deep.head(0xfffe, 0xe000, "", u32::MAX);
    }
    tell("sequences without end", &deep.bytes);
    crate::case::compare("picture/dicom.refused.txt", &text);
}

/// Whatever is cut off or changed is refused or shown, and no more.
#[test]
fn damaged_files_do_no_harm() {
    let about = About { frames: 2, signed: true, ..GRAY };
    let runs = rle(&[vec![0, 1, 2, 3], vec![9, 9, 9, 9]]);
    let compressed = Dicom::new(RLE).picture(&about).fragments(&[runs.clone(), runs]);
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 60)
        .encode_image(&image::GrayImage::from_pixel(8, 8, image::Luma([90])))
        .expect("a JPEG");
    let small = About { width: 8, height: 8, allocated: 8, stored: 8, frames: 2, ..GRAY };
    let jpegs = Dicom::new(JPEG).picture(&small).fragments(&[jpeg.clone(), jpeg]);
    for whole in [named(), compressed, jpegs] {
        for end in 0..whole.len().min(1200) {
            let _ = import(&whole[..end], &excerpt());
        }
        for at in 0..whole.len().min(1200) {
            for bit in [0x01, 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[at] ^= bit;
                let _ = import(&changed, &excerpt());
                let _ = inspect(&changed, &Excerpt { page: Some(2), ..excerpt() });
            }
        }
    }
}

/// The file of the test project is what is written here.
#[test]
fn the_sample_is_ours() {
    let path = root().join("tests/fixtures/valid/drawings/sources/slice.dcm");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, named()).expect("the sample can be written");
    }
    assert_eq!(fs::read(&path).expect("the sample"), named());
}
