//! Pictures in inks: ISO 32000-1, 8.9.5.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Document, Object, Stream, dictionary};

use super::palette::Palette;
use super::space::{Space, space};
use crate::picture::{Inked, jpeg_samples, light};

/// No picture is larger unpacked.
const MAX_UNPACKED: usize = 1 << 30;
/// How well pictures are packed: a level above takes twice the time.
const PACKING: u32 = 4;

/// Returns a picture in inks; `None` if it stays as it is.
///
/// # Errors
/// What it is that cannot be told in inks.
pub(super) fn separated(
    document: &Document,
    stream: &Stream,
    palette: Palette,
) -> Result<Option<Stream>, String> {
    let get = |key: &[u8]| {
        let value = stream.dict.get(key).ok()?;
        document.dereference(value).ok().map(|(_, value)| value)
    };
    let whole = |key: &[u8]| get(key).and_then(|value| value.as_i64().ok()).unwrap_or(0);
    if get(b"ImageMask").and_then(|mask| mask.as_bool().ok()) == Some(true) {
        return Ok(None);
    }
    let filter = stream.filters().ok().and_then(|filters| filters.last().map(|name| name.to_vec()));
    if filter.as_deref() == Some(b"JPXDecode") {
        return Err("a picture in JPEG 2000".to_owned());
    }
    let space = get(b"ColorSpace").map_or(Space::Other, |object| space(document, object));
    let screen = match (&space, palette) {
        (Space::Gray, _) | (Space::Cmyk, Palette::Process(_)) => return Ok(None),
        (Space::Indexed { base, table }, _) => {
            return indexed(stream, base, table, whole(b"BitsPerComponent"), palette);
        }
        (Space::Rgb | Space::Cmyk, _) => space.channels().unwrap_or(3),
        (Space::Separation, _) => return Ok(None),
        (Space::Pattern(_) | Space::Other, _) => {
            return Err("a picture whose colors cannot be told".to_owned());
        }
    };
    if get(b"Mask").is_some_and(|mask| mask.as_array().is_ok()) {
        return Err("a picture of which some colors are not seen".to_owned());
    }
    let (width, height) = (whole(b"Width"), whole(b"Height"));
    let count = usize::try_from(width)
        .ok()
        .zip(usize::try_from(height).ok())
        .and_then(|(width, height)| width.checked_mul(height))
        .filter(|count| *count > 0 && count.saturating_mul(4) <= MAX_UNPACKED)
        .ok_or("a picture without a size")?;
    let broken = || "a broken picture".to_owned();
    let mut samples = if filter.as_deref() == Some(b"DCTDecode") {
        let (channels, samples) = jpeg_samples(&stream.content).ok_or_else(broken)?;
        if channels != screen {
            return Err(broken());
        }
        samples
    } else {
        let data = stream.get_plain_content_with_limit(MAX_UNPACKED).map_err(|_| broken())?;
        match whole(b"BitsPerComponent") {
            8 => data,
            // The finer half is finer than a press.
            16 => data.chunks_exact(2).map(|sample| sample[0]).collect(),
            _ => return Err("a picture with few colors a channel".to_owned()),
        }
    };
    if samples.len() < count * screen {
        return Err(broken());
    }
    samples.truncate(count * screen);
    if is_turned(get(b"Decode")) {
        samples.iter_mut().for_each(|sample| *sample = 255 - *sample);
    }
    let inked = match palette {
        Palette::Process(inks) => inks.picture(&samples),
        Palette::Black | Palette::Light => Inked::Gray(match screen {
            3 => samples.chunks_exact(3).map(|p| light([p[0], p[1], p[2]])).collect(),
            _ => samples.chunks_exact(4).map(gray_of_inks).collect(),
        }),
    };
    let row = usize::try_from(width).unwrap_or(0);
    let (name, channels, data, is_drawing) = match inked {
        Inked::Gray(data) => ("DeviceGray", 1, data, false),
        Inked::Process { samples, is_drawing } => ("DeviceCMYK", 4, samples, is_drawing),
    };
    let mut separated = stream.clone();
    let dict = &mut separated.dict;
    for key in [b"Filter".as_slice(), b"DecodeParms", b"Decode", b"Intent"] {
        dict.remove(key);
    }
    dict.set("ColorSpace", Object::Name(name.as_bytes().to_vec()));
    dict.set("BitsPerComponent", 8);
    dict.set("Filter", Object::Name(b"FlateDecode".to_vec()));
    // What was coded with loss before may be so again.
    let is_lossy = filter.as_deref() == Some(b"DCTDecode") && channels == 4 && !is_drawing;
    if let (true, Palette::Process(inks)) = (is_lossy, palette)
        && let Some(coded) = inks.coded(&data, row, count / row.max(1))
    {
        dict.set("Filter", Object::Name(b"DCTDecode".to_vec()));
        // As Adobe has it, 0 is full ink.
        let ends: Vec<Object> = [1, 0].repeat(4).into_iter().map(Object::Integer).collect();
        dict.set("Decode", ends);
        separated.set_content(coded);
        return Ok(Some(separated));
    }
    let data = if is_drawing {
        packed(&data)
    } else {
        dict.set(
            "DecodeParms",
            dictionary! {
                "Predictor" => 15,
                "Colors" => channels as i64,
                "BitsPerComponent" => 8,
                "Columns" => width,
            },
        );
        packed(&predicted(&data, row * channels, channels))
    };
    separated.set_content(data.map_err(|error| error.to_string())?);
    Ok(Some(separated))
}

/// A picture of a few colors: only their table changes.
fn indexed(
    stream: &Stream,
    base: &Space,
    table: &[u8],
    bits: i64,
    palette: Palette,
) -> Result<Option<Stream>, String> {
    let Some(channels) = base.channels() else {
        return Err("a picture whose colors cannot be told".to_owned());
    };
    let mut inks = Vec::new();
    for color in table.chunks_exact(channels) {
        let color: Vec<f64> = color.iter().map(|sample| f64::from(*sample) / 255.0).collect();
        let color = palette.inks(base, &color)?;
        inks.extend(color.into_iter().map(|ink| (ink * 255.0).round() as u8));
    }
    let most = (table.len() / channels).clamp(1, 1 << bits.clamp(1, 8)) as i64 - 1;
    let mut separated = stream.clone();
    separated.dict.set(
        "ColorSpace",
        vec![
            Object::Name(b"Indexed".to_vec()),
            Object::Name(palette.name().as_bytes().to_vec()),
            most.into(),
            Object::String(inks, lopdf::StringFormat::Hexadecimal),
        ],
    );
    Ok(Some(separated))
}

/// Tells whether a picture says that 0 is most: 8.9.5.2.
fn is_turned(decode: Option<&Object>) -> bool {
    let numbers = decode.and_then(|decode| decode.as_array().ok());
    let first = numbers.and_then(|numbers| numbers.first()?.as_float().ok());
    first.is_some_and(|first| first > 0.5)
}

fn gray_of_inks(inks: &[u8]) -> u8 {
    let [cyan, magenta, yellow] = [inks[0], inks[1], inks[2]].map(u32::from);
    let ink = (30 * cyan + 59 * magenta + 11 * yellow) / 100 + u32::from(inks[3]);
    255 - ink.min(255) as u8
}

fn packed(data: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(PACKING));
    encoder.write_all(data)?;
    encoder.finish()
}

/// Puts the difference to its neighbors in the place of each sample, as PNG does
/// (7.4.4.4; PNG, third edition, 9.4: Paeth's): what is smooth packs better.
fn predicted(data: &[u8], row: usize, channels: usize) -> Vec<u8> {
    const PAETH: u8 = 4;
    let mut out = Vec::with_capacity(data.len() + data.len() / row.max(1) + 1);
    let none = vec![0; row];
    let mut above: &[u8] = &none;
    let (first, same) = (channels.min(row), row.saturating_sub(channels));
    for line in data.chunks_exact(row.max(1)) {
        out.push(PAETH);
        // The first pixel has neighbors above alone.
        out.extend(line[..first].iter().zip(above).map(|(sample, up)| sample.wrapping_sub(*up)));
        let left = line[..same].iter().zip(&above[..same]);
        let here = line[first..].iter().zip(&above[first..]);
        out.extend(here.zip(left).map(|((sample, up), (left, corner))| {
            let [left, up, corner] = [*left, *up, *corner].map(i32::from);
            let guess = left + up - corner;
            let [by_left, by_up, by_corner] =
                [left, up, corner].map(|sample| (guess - sample).abs());
            let nearest = if by_left <= by_up && by_left <= by_corner {
                left
            } else if by_up <= by_corner {
                up
            } else {
                corner
            };
            sample.wrapping_sub(nearest as u8)
        }));
        above = line;
    }
    out
}
