//! Radiological pictures: one frame of a DICOM file, as its window shows it.
//!
//! Only pixels leave this room. Names and dates of the header are counted, and
//! kept to search outputs for.

mod frame;
mod gray;
mod header;
mod walk;

use std::io::Cursor;

use dicom_object::{InMemDicomObject, OpenFileOptions, Tag};

use self::frame::Frame;
use self::gray::{Function, Layout, Rescale, Window, gray};
use super::crop::Area;
use super::pixels::{Layout as Channels, Pixels};
use super::{Coding, Inspected, MAX_BYTES, MAX_SIDE, Problem};
use crate::model::{Excerpt, Media, PixelSize};

/// Pixel Data.
const PIXELS: Tag = Tag(0x7fe0, 0x0010);
/// Photometric Interpretation.
const COLOR: Tag = Tag(0x0028, 0x0004);
/// Planar Configuration.
const PLANAR: Tag = Tag(0x0028, 0x0006);
/// Modality.
const MODALITY: Tag = Tag(0x0008, 0x0060);
/// The most bytes of a file: a series of some hundred slices.
const MAX_FILE: usize = 256 << 20;

type File = dicom_object::DefaultDicomObject;

/// What a header says of its pixels, once it is believed.
struct Shape {
    width: u32,
    height: u32,
    /// One for grays, three for colors.
    planes: usize,
    frames: u32,
    layout: Layout,
}

impl Shape {
    /// Returns how many samples a frame has.
    fn count(&self) -> usize {
        self.width as usize * self.height as usize * self.planes
    }
}

/// Takes in a frame, no larger than `most` pixels on its longer side.
pub(super) fn import(bytes: &[u8], excerpt: &Excerpt, most: u32) -> Result<Media, Problem> {
    let (file, shape, frame) = open(bytes, excerpt)?;
    let mut pixels = picture(&file, &shape, frame, excerpt)?;
    pixels.crop(Area::of(excerpt.crop.as_ref(), shape.width, shape.height)?);
    let source = (pixels.width, pixels.height);
    let ratio = height_over_width(&file, frame);
    // Spacings are measured; a hundredth shows nowhere.
    if (0.99..=1.01).contains(&ratio) {
        pixels.fit(most)
    } else {
        pixels.square(ratio, most)
    }
    let bytes = pixels.encode(Coding::Png, 0)?;
    let media = super::media(bytes, Coding::Png, (pixels.width, pixels.height), source);
    Ok(Media { pixel_size: pixel_size(&file, frame), ..media })
}

/// Looks at a file without its pixels.
pub(super) fn inspect(bytes: &[u8], excerpt: &Excerpt) -> Result<Inspected, Problem> {
    let (file, shape, _) = open(bytes, excerpt)?;
    Area::of(excerpt.crop.as_ref(), shape.width, shape.height)?;
    Ok(Inspected { origin: header::origin(&file), cost: shape.count() as u64 * 8 })
}

/// Reads a file, and finds which frame is asked for, counted from 0.
fn open(bytes: &[u8], excerpt: &Excerpt) -> Result<(File, Shape, u32), Problem> {
    if bytes.len() > MAX_FILE {
        return Err(Problem::Unfit {
            message: format!("this DICOM file is larger than {} MB", MAX_FILE >> 20),
            hint: "export the frame you need as PNG".into(),
        });
    }
    let (syntax, bytes) = walk::check(bytes)?;
    refuse_syntax(&syntax)?;
    let file =
        OpenFileOptions::new().from_reader(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let Some(pixels) = file.get(PIXELS) else {
        return Err(Problem::Unfit {
            message: "this DICOM file holds no picture".into(),
            hint: "reports, structures and waveforms are not shown; name the file of a picture"
                .into(),
        });
    };
    let shape = shape(&file)?;
    let page = excerpt.page.unwrap_or(1);
    if page == 0 || page > shape.frames {
        return Err(Problem::Page(shape.frames));
    }
    if is_compressed(&syntax) {
        refuse_other_size(&file, (shape.width, shape.height))?;
    } else {
        let bits = shape.count() as u64 * u64::from(shape.layout.allocated) * u64::from(page);
        if pixels.to_bytes().is_ok_and(|pixels| (pixels.len() as u64) < bits / 8) {
            return Err(Problem::Broken("it has fewer pixels than its header says".into()));
        }
    }
    Ok((file, shape, page - 1))
}

fn shape(file: &InMemDicomObject) -> Result<Shape, Problem> {
    let (width, height) = (number(file, Tag(0x0028, 0x0011)), number(file, Tag(0x0028, 0x0010)));
    let (Some(width), Some(height)) = (width, height) else {
        return Err(Problem::Broken("its header does not say how large it is".into()));
    };
    let planes = number(file, Tag(0x0028, 0x0002)).unwrap_or(1);
    if !matches!(planes, 1 | 3) {
        return Err(Problem::Broken(format!("each of its pixels has {planes} samples")));
    }
    if width > MAX_SIDE
        || height > MAX_SIDE
        || u64::from(width) * u64::from(height) * 6 * u64::from(planes) > MAX_BYTES
    {
        return Err(Problem::Size(width, height));
    }
    if width == 0 || height == 0 {
        return Err(Problem::Broken("it has no pixels".into()));
    }
    let short = |element: u16| {
        let value = file.get(Tag(0x0028, element))?;
        value.to_int::<u16>().ok()
    };
    let allocated = short(0x0100).unwrap_or(16);
    let stored = short(0x0101).unwrap_or(allocated);
    let high = short(0x0102).unwrap_or(stored.saturating_sub(1));
    if !matches!(allocated, 1 | 8 | 16 | 32)
        || stored == 0
        || stored > allocated
        || high >= allocated
    {
        let bits = format!("it has samples of {allocated} bits, {stored} of them used");
        return Err(Problem::Broken(bits));
    }
    let layout = Layout { allocated, stored, high, signed: short(0x0103) == Some(1) };
    let frames = number(file, Tag(0x0028, 0x0008)).unwrap_or(1).max(1);
    Ok(Shape { width, height, planes: planes as usize, frames, layout })
}

fn broken(error: &dyn std::error::Error) -> Problem {
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        reason = inner.to_string();
        source = inner.source();
    }
    let line = reason.lines().next().unwrap_or_default();
    Problem::Broken(line.trim_end_matches('.').to_owned())
}

fn is_compressed(syntax: &str) -> bool {
    syntax.starts_with("1.2.840.10008.1.2.4") || syntax == "1.2.840.10008.1.2.5"
}

/// Refuses what cannot be decoded here, by its name. PS3.6, annex A.
fn refuse_syntax(syntax: &str) -> Result<(), Problem> {
    let Some(rest) = syntax.strip_prefix("1.2.840.10008.1.2") else {
        return Err(unread(&format!("the transfer syntax {syntax}")));
    };
    let name = match rest {
        "" | ".1" | ".2" | ".5" | ".4.50" | ".4.51" | ".4.57" | ".4.70" => return Ok(()),
        ".1.99" => "Deflate",
        ".4.80" | ".4.81" => "JPEG-LS",
        ".4.90" | ".4.91" | ".4.92" | ".4.93" => "JPEG 2000",
        ".4.110" | ".4.111" | ".4.112" => "JPEG XL",
        ".4.201" | ".4.202" | ".4.203" => "High-Throughput JPEG 2000",
        ".4.100" | ".4.101" | ".4.102" | ".4.103" | ".4.104" | ".4.105" | ".4.106" => "MPEG video",
        ".4.107" | ".4.108" => "HEVC video",
        _ => return Err(unread(&format!("the transfer syntax {syntax}"))),
    };
    Err(unread(&format!("{name} ({syntax})")))
}

fn unread(coding: &str) -> Problem {
    Problem::Unfit {
        message: format!("this DICOM file is compressed with {coding}, which is not read"),
        hint: "decompress it first (`gdcmconv --raw IN.dcm OUT.dcm`), or export it as PNG".into(),
    }
}

/// A JPEG has a size of its own, for which memory would be set aside.
fn refuse_other_size(file: &File, size: (u32, u32)) -> Result<(), Problem> {
    let Some(pixels) = file.get(PIXELS) else { return Ok(()) };
    for fragment in pixels.value().fragments().unwrap_or_default() {
        let Some(found) = jpeg_size(fragment) else { continue };
        if found != size {
            return Err(Problem::Broken("its JPEG has another size than its header says".into()));
        }
    }
    Ok(())
}

/// Returns width and height of a JPEG's frame. ITU-T T.81, B.2.2.
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let [0xff, marker, ..] = *rest else { return None };
        if marker == 0xff {
            rest = rest.get(1..)?;
            continue;
        }
        let pair = |at: usize| Some(u32::from(*rest.get(at)?) << 8 | u32::from(*rest.get(at + 1)?));
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            return Some((pair(7)?, pair(5)?));
        }
        rest = rest.get(2 + pair(2)? as usize..)?;
    }
}

fn picture(file: &File, shape: &Shape, frame: u32, excerpt: &Excerpt) -> Result<Pixels, Problem> {
    let Frame { samples, color, by_plane } = frame::read(file, shape, frame)?;
    let (width, height) = (shape.width, shape.height);
    let unlike = || Problem::Broken("its samples do not fit its colors".into());
    match (color.as_str(), shape.planes) {
        ("MONOCHROME1" | "MONOCHROME2", 1) => {
            let inverted = color == "MONOCHROME1";
            let grays = grays(file, frame, &samples, excerpt, inverted)?;
            Pixels::new(width, height, Channels::Gray, grays).ok_or_else(unlike)
        }
        ("PALETTE COLOR", 1) => {
            super::refuse_window(excerpt)?;
            let pixels = palette(file, &samples).ok_or_else(|| Problem::Unfit {
                message: "this DICOM file has no palette for its colors, or one in segments".into(),
                hint: "export it as PNG".into(),
            })?;
            Pixels::new(width, height, Channels::Rgb, pixels).ok_or_else(unlike)
        }
        ("RGB" | "YBR_FULL", 3) => {
            super::refuse_window(excerpt)?;
            let shift = shape.layout.stored.saturating_sub(8);
            // Colors have no sign, and eight bits are left of them.
            let eight = |sample: i32| (sample.cast_unsigned() >> shift).min(255) as u8;
            let count = shape.count() / 3;
            let pixel = |index: usize| -> [u8; 3] {
                let place =
                    |plane| if by_plane { plane * count + index } else { index * 3 + plane };
                [0, 1, 2].map(|plane| eight(samples[place(plane)]))
            };
            let is_ybr = color == "YBR_FULL";
            let pixels = (0..count)
                .flat_map(|index| if is_ybr { rgb(pixel(index)) } else { pixel(index) })
                .collect();
            Pixels::new(width, height, Channels::Rgb, pixels).ok_or_else(unlike)
        }
        _ => Err(Problem::Unfit {
            message: format!("this DICOM file has colors of the kind {color}, which is not read"),
            hint: "export it as PNG".into(),
        }),
    }
}

/// Returns what enhanced files keep apart for each frame, or once for all. PS3.3,
/// C.7.6.16.
fn group(file: &InMemDicomObject, frame: u32, tag: Tag) -> Option<&InMemDicomObject> {
    let own = file.get(Tag(0x5200, 0x9230)).and_then(|all| all.items()?.get(frame as usize));
    let shared = file.get(Tag(0x5200, 0x9229)).and_then(|all| all.items()?.first());
    [own, shared].into_iter().flatten().find_map(|group| group.get(tag)?.items()?.first())
}

/// Returns the first number of an element, of a frame's own or of all.
fn value(file: &InMemDicomObject, frame: u32, sequence: Tag, tag: Tag) -> Option<f64> {
    let first = |object: &InMemDicomObject| {
        let values = object.get(tag)?.to_multi_float64().ok()?;
        values.first().copied().filter(|value| value.is_finite())
    };
    first(file).or_else(|| first(group(file, frame, sequence)?))
}

/// Turns full-range YCbCr into RGB. PS3.3, C.7.6.3.1.2.
fn rgb([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let (y, cb, cr) = (f64::from(y), f64::from(cb) - 128.0, f64::from(cr) - 128.0);
    [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb]
        .map(|value| value.round().clamp(0.0, 255.0) as u8)
}

fn grays(
    file: &File,
    frame: u32,
    samples: &[i32],
    excerpt: &Excerpt,
    inverted: bool,
) -> Result<Vec<u8>, Problem> {
    const TRANSFORMATION: Tag = Tag(0x0028, 0x9145);
    const VOI: Tag = Tag(0x0028, 0x9132);
    let rescale = Rescale {
        slope: value(file, frame, TRANSFORMATION, Tag(0x0028, 0x1053)).unwrap_or(1.0),
        intercept: value(file, frame, TRANSFORMATION, Tag(0x0028, 0x1052)).unwrap_or(0.0),
    };
    let name = Tag(0x0028, 0x1056);
    let named = word(file, name).or_else(|| word(group(file, frame, VOI)?, name));
    let function = Function::named(named.as_deref());
    let own = |center: f64, width: f64| {
        let window = Window { center, width, function };
        (width > 0.0).then_some(window)
    };
    let asked = excerpt.window.and_then(|window| {
        // The casts are exact enough: thousandths of what people write.
        own(window.center as f64 / 1e3, window.width as f64 / 1e3)
    });
    // Of several windows, the first is what the maker shows first.
    let center = value(file, frame, VOI, Tag(0x0028, 0x1050));
    let in_file = center.zip(value(file, frame, VOI, Tag(0x0028, 0x1051)));
    let in_file = in_file.and_then(|(center, width)| own(center, width));
    let turn = |share: f64| gray(if inverted { 1.0 - share } else { share });
    if asked.is_none()
        && in_file.is_none()
        && let Some(table) = Table::of(file)
    {
        return Ok(samples.iter().map(|sample| turn(table.look(rescale.apply(*sample)))).collect());
    }
    let window = asked.or(in_file).unwrap_or_else(|| {
        // What pads the picture to a rectangle is no value of it.
        let padding = file.get(Tag(0x0028, 0x0120)).and_then(|value| value.to_int::<i32>().ok());
        let seen = samples.iter().copied().filter(|sample| Some(*sample) != padding);
        let (min, max) = seen
            .fold((i32::MAX, i32::MIN), |(min, max), sample| (min.min(sample), max.max(sample)));
        let (a, b) = (rescale.apply(min), rescale.apply(max));
        if min > max { Window::of(0.0, 1.0) } else { Window::of(a.min(b), a.max(b)) }
    });
    Ok(samples.iter().map(|sample| turn(window.apply(rescale.apply(*sample)))).collect())
}

/// How bright values are, one by one. PS3.3, C.11.2.1.1.
struct Table {
    first: f64,
    most: f64,
    shares: Vec<u16>,
}

impl Table {
    fn of(file: &InMemDicomObject) -> Option<Self> {
        let item = file.get(Tag(0x0028, 0x3010))?.items()?.first()?;
        let descriptor = item.get(Tag(0x0028, 0x3002))?.to_multi_int::<i32>().ok()?;
        let [_, first, bits @ 1..=16] = descriptor[..] else { return None };
        let data = item.get(Tag(0x0028, 0x3006))?.to_multi_int::<i32>().ok()?;
        let shares: Vec<u16> = data.iter().map(|value| (value & 0xffff) as u16).collect();
        let most = f64::from((1_u32 << bits) - 1);
        (!shares.is_empty()).then_some(Self { first: f64::from(first), most, shares })
    }

    fn look(&self, value: f64) -> f64 {
        let last = self.shares.len() - 1;
        let index = (value - self.first).clamp(0.0, last as f64) as usize;
        (f64::from(self.shares[index]) / self.most).clamp(0.0, 1.0)
    }
}

/// Looks colors up. PS3.3, C.7.6.3.1.5 and C.7.6.3.1.6.
fn palette(file: &File, samples: &[i32]) -> Option<Vec<u8>> {
    let mut tables = Vec::new();
    for color in 0..3_u16 {
        let descriptor = file.get(Tag(0x0028, 0x1101 + color))?.to_multi_int::<i32>().ok()?;
        let [entries, first, bits] = descriptor[..] else { return None };
        let entries = if entries == 0 { 65_536 } else { (entries & 0xffff) as usize };
        let data = file.get(Tag(0x0028, 0x1201 + color))?.to_bytes().ok()?;
        // Tables of eight bits stand two to a word, or one.
        let wide = bits > 8 || data.len() >= entries * 2;
        let table: Vec<u8> = if wide {
            let high = usize::from(bits > 8);
            data.as_chunks::<2>().0.iter().map(|pair| pair[high]).collect()
        } else {
            data.to_vec()
        };
        if table.len() < entries || table.is_empty() {
            return None;
        }
        tables.push((first, table));
    }
    let look = |sample: i32, (first, table): &(i32, Vec<u8>)| {
        let index = i64::from(sample) - i64::from(*first);
        table[index.clamp(0, table.len() as i64 - 1) as usize]
    };
    Some(
        samples.iter().flat_map(|sample| tables.iter().map(|table| look(*sample, table))).collect(),
    )
}

/// Returns how large a pixel is: of the patient, else of the detector, else of
/// the film. Rows come first. PS3.3, 10.7.1.3.
fn pixel_size(file: &InMemDicomObject, frame: u32) -> Option<PixelSize> {
    let measures = group(file, frame, Tag(0x0028, 0x9110));
    let spacing = |object: &InMemDicomObject, tag: Tag| {
        let values = object.get(tag)?.to_multi_float64().ok()?;
        let [down, across] = values[..] else { return None };
        let nanometers = |length: f64| {
            let length = (length * 1e6).round();
            // The cast is exact: the value is in range.
            (1.0..=f64::from(u32::MAX)).contains(&length).then_some(length as u32)
        };
        Some(PixelSize { x: nanometers(across)?, y: nanometers(down)? })
    };
    spacing(file, Tag(0x0028, 0x0030))
        .or_else(|| spacing(measures?, Tag(0x0028, 0x0030)))
        .or_else(|| spacing(file, Tag(0x0018, 0x1164)))
        .or_else(|| spacing(file, Tag(0x0018, 0x2010)))
}

/// Returns how many times as high as wide a pixel is; 1 where that is not known, or
/// cannot be. PS3.3, C.7.6.3.1.7.
fn height_over_width(file: &InMemDicomObject, frame: u32) -> f64 {
    let ratio = match pixel_size(file, frame) {
        Some(size) => f64::from(size.y) / f64::from(size.x),
        None => {
            let ratio = file.get(Tag(0x0028, 0x0034));
            let ratio = ratio.and_then(|ratio| ratio.to_multi_int::<i32>().ok());
            match ratio.as_deref() {
                Some([down, across]) if *across != 0 => f64::from(*down) / f64::from(*across),
                _ => 1.0,
            }
        }
    };
    if (0.05..=20.0).contains(&ratio) { ratio } else { 1.0 }
}

/// Returns a whole number of the header.
fn number(object: &InMemDicomObject, tag: Tag) -> Option<u32> {
    object.get(tag)?.to_int::<u32>().ok()
}

/// Returns a text of the header.
fn text(object: &InMemDicomObject, tag: Tag) -> Option<String> {
    let value = object.get(tag)?.to_str().ok()?;
    Some(value.trim_matches([' ', '\0']).to_owned())
}

/// Returns the first of a header's code words, in capitals.
fn word(object: &InMemDicomObject, tag: Tag) -> Option<String> {
    let text = text(object, tag)?;
    text.split('\\')
        .next()
        .map(|word| word.trim().to_ascii_uppercase())
        .filter(|word| !word.is_empty())
}
