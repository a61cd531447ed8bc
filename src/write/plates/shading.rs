//! Colors that flow into each other: functions (ISO 32000-1, 7.10) and shadings
//! (8.7.4.5) in inks.

use lopdf::{Dictionary, Document, Object, Stream, dictionary};

use super::calculator::Calculator;
use super::palette::Palette;
use super::space::{Space, space};
use crate::picture::light;

/// How many colors of a gradient are looked up: more than eyes can tell.
const STEPS: usize = 256;
/// How many are on a side, where colors go round.
const SIDE: usize = 192;
/// How many there are along a gradient that is repeated.
const LONG: usize = 2048;
/// How far functions are made of functions.
const MAX_DEPTH: usize = 8;

/// Returns the function of a shading in inks, and the space that these are in; `None`
/// if the shading stays as it is.
///
/// # Errors
/// What it is that cannot be told in inks.
pub(super) fn separated(
    document: &Document,
    shading: &Dictionary,
    palette: Palette,
) -> Result<Option<(Stream, &'static str)>, String> {
    let kind = shading.get(b"ShadingType").and_then(Object::as_i64).unwrap_or(0);
    let space = shading.get(b"ColorSpace").map_or(Space::Other, |object| space(document, object));
    match (&space, palette) {
        (Space::Gray | Space::Separation, _) | (Space::Cmyk, Palette::Process(_)) => {
            return Ok(None);
        }
        (Space::Rgb | Space::Cmyk, _) => {}
        _ => return Err("a gradient whose colors cannot be told".to_owned()),
    }
    let function = shading.get(b"Function").map_err(|_| "a gradient without colors")?;
    let domain = numbers(document, shading, b"Domain");
    match kind {
        1 => {
            let domain = domain.unwrap_or_else(|| vec![0.0, 1.0, 0.0, 1.0]);
            spread(document, function, &domain, &space, palette).map(Some)
        }
        2 | 3 => {
            let domain = domain.unwrap_or_else(|| vec![0.0, 1.0]);
            sampled(document, function, &domain, &space, palette).map(Some)
        }
        _ => Err("a gradient that is a mesh".to_owned()),
    }
}

/// Returns the function of an ink's stand-in (8.6.6.4) in inks; `None` if it stays as
/// it is.
///
/// # Errors
/// What it is that cannot be told in inks.
pub(super) fn tint(
    document: &Document,
    alternate: &Object,
    function: &Object,
    palette: Palette,
) -> Result<Option<(Stream, &'static str)>, String> {
    match (space(document, alternate), palette) {
        (Space::Gray, _) | (Space::Cmyk, Palette::Process(_)) => Ok(None),
        (space @ (Space::Rgb | Space::Cmyk), _) => {
            sampled(document, function, &[0.0, 1.0], &space, palette).map(Some)
        }
        _ => Err("an ink whose color cannot be told".to_owned()),
    }
}

fn sampled(
    document: &Document,
    function: &Object,
    domain: &[f64],
    space: &Space,
    palette: Palette,
) -> Result<(Stream, &'static str), String> {
    let [from, to] = domain else { return Err("a gradient without an extent".to_owned()) };
    let wrong = || "a gradient with colors of a kind that is not known".to_owned();
    let mut colors = Vec::with_capacity(STEPS);
    for step in 0..STEPS {
        let at = from + (to - from) * step as f64 / (STEPS - 1) as f64;
        let color = value(document, function, at, 0).ok_or_else(wrong)?;
        if Some(color.len()) != space.channels() {
            return Err(wrong());
        }
        colors.push(color);
    }
    inked(&colors, &[STEPS], domain, space, palette)
}

/// Samples a function of a place: of colors that go round a point, or back and forth.
fn spread(
    document: &Document,
    function: &Object,
    domain: &[f64],
    space: &Space,
    palette: Palette,
) -> Result<(Stream, &'static str), String> {
    let wrong = || "a gradient with colors of a kind that is not known".to_owned();
    let [left, right, bottom, top] = domain else { return Err(wrong()) };
    let (_, function) = document.dereference(function).map_err(|_| wrong())?;
    let stream = function.as_stream().map_err(|_| wrong())?;
    let text = stream.get_plain_content().map_err(|_| wrong())?;
    let calculator = Calculator::read(&text).ok_or_else(wrong)?;
    let at = |across: f64, up: f64| {
        let place = [left + (right - left) * across, bottom + (top - bottom) * up];
        calculator.value(&place).filter(|color| Some(color.len()) == space.channels())
    };
    let share = |step: usize, steps: usize| step as f64 / (steps - 1) as f64;
    let is_straight = (0..STEPS).map(|step| share(step, STEPS)).all(|across| {
        let color = at(across, 0.0);
        [0.37, 1.0].into_iter().all(|up| at(across, up) == color)
    });
    let size = if is_straight { [LONG, 2] } else { [SIDE; 2] };
    let mut colors = Vec::with_capacity(size[0] * size[1]);
    // The first number is the one that changes fastest.
    for up in 0..size[1] {
        for across in 0..size[0] {
            let color = at(share(across, size[0]), share(up, size[1]));
            colors.push(color.ok_or_else(wrong)?);
        }
    }
    inked(&colors, &size, domain, space, palette)
}

/// Returns a function that is a list of inks, and the space that these are in.
fn inked(
    colors: &[Vec<f64>],
    size: &[usize],
    domain: &[f64],
    space: &Space,
    palette: Palette,
) -> Result<(Stream, &'static str), String> {
    let byte = |number: f64| (number.clamp(0.0, 1.0) * 255.0).round() as u8;
    let of_screen = |color: &Vec<f64>| match color.as_slice() {
        [red, green, blue] => Some([byte(*red), byte(*green), byte(*blue)]),
        _ => None,
    };
    let screen: Option<Vec<[u8; 3]>> = colors.iter().map(of_screen).collect();
    let (samples, channels, name) = match (palette, screen) {
        (Palette::Process(inks), Some(screen)) => {
            if screen.iter().all(|[red, green, blue]| red == green && green == blue) {
                (screen.iter().map(|[gray, ..]| *gray).collect(), 1, "DeviceGray")
            } else {
                (screen.iter().flat_map(|color| inks.through(*color)).collect(), 4, "DeviceCMYK")
            }
        }
        (_, Some(screen)) => (screen.iter().copied().map(light).collect(), 1, "DeviceGray"),
        (_, None) => {
            let mut samples = Vec::new();
            for color in colors {
                samples.extend(palette.inks(space, color)?.into_iter().map(byte));
            }
            let channels = samples.len() / colors.len().max(1);
            (samples, channels, palette.name())
        }
    };
    let range: Vec<Object> = (0..channels).flat_map(|_| [0.into(), 1.into()]).collect();
    let domain: Vec<Object> = domain.iter().map(|end| Object::Real(*end as f32)).collect();
    let size: Vec<Object> = size.iter().map(|side| Object::Integer(*side as i64)).collect();
    let mut stream = Stream::new(
        dictionary! {
            "FunctionType" => 0,
            "Domain" => domain,
            "Range" => range,
            "Size" => size,
            "BitsPerSample" => 8,
        },
        samples,
    );
    stream.compress().map_err(|error| error.to_string())?;
    Ok((stream, name))
}

/// Returns the value of a function of one number; `None` if it is of a kind that is not
/// known, or broken.
fn value(document: &Document, function: &Object, at: f64, depth: usize) -> Option<Vec<f64>> {
    if depth > MAX_DEPTH {
        return None;
    }
    let (_, function) = document.dereference(function).ok()?;
    if let Object::Array(functions) = function {
        // One for each number of the color.
        let values = functions.iter().map(|function| value(document, function, at, depth + 1));
        return Some(values.collect::<Option<Vec<_>>>()?.concat());
    }
    let (dict, stream) = match function {
        Object::Dictionary(dict) => (dict, None),
        Object::Stream(stream) => (&stream.dict, Some(stream)),
        _ => return None,
    };
    let domain = numbers(document, dict, b"Domain")?;
    let at = at.clamp(*domain.first()?, *domain.get(1)?);
    let found = match dict.get(b"FunctionType").and_then(Object::as_i64).ok()? {
        0 => from_samples(document, stream?, at, &domain)?,
        2 => {
            let first = numbers(document, dict, b"C0").unwrap_or_else(|| vec![0.0]);
            let last = numbers(document, dict, b"C1").unwrap_or_else(|| vec![1.0]);
            let power = f64::from(dict.get(b"N").and_then(Object::as_float).ok()?);
            let share = at.powf(power);
            first.iter().zip(last).map(|(first, last)| first + share * (last - first)).collect()
        }
        3 => {
            let parts = dict.get(b"Functions").ok()?;
            let parts = document.dereference(parts).ok()?.1.as_array().ok()?;
            let bounds = numbers(document, dict, b"Bounds")?;
            let encode = numbers(document, dict, b"Encode")?;
            let part = bounds.iter().take_while(|bound| at >= **bound).count();
            let part = part.min(parts.len().checked_sub(1)?);
            let from = if part == 0 { domain[0] } else { *bounds.get(part - 1)? };
            let to = bounds.get(part).copied().unwrap_or(domain[1]);
            let (start, end) = (*encode.get(part * 2)?, *encode.get(part * 2 + 1)?);
            let share = if to > from { (at - from) / (to - from) } else { 0.0 };
            value(document, parts.get(part)?, start + share * (end - start), depth + 1)?
        }
        _ => return None,
    };
    let range = numbers(document, dict, b"Range");
    Some(match range {
        Some(range) if range.len() == found.len() * 2 => {
            let pairs = range.chunks_exact(2);
            found.iter().zip(pairs).map(|(n, pair)| n.clamp(pair[0], pair[1])).collect()
        }
        _ => found,
    })
}

/// Returns the value of a function that is a list of samples: 7.10.2.
fn from_samples(document: &Document, stream: &Stream, at: f64, domain: &[f64]) -> Option<Vec<f64>> {
    let dict = &stream.dict;
    let size = *numbers(document, dict, b"Size")?.first()?;
    let range = numbers(document, dict, b"Range")?;
    let channels = range.len() / 2;
    if dict.get(b"BitsPerSample").and_then(Object::as_i64).ok()? != 8 || size < 1.0 {
        return None;
    }
    let encode = numbers(document, dict, b"Encode").unwrap_or_else(|| vec![0.0, size - 1.0]);
    let decode = numbers(document, dict, b"Decode").unwrap_or(range);
    let samples = stream.get_plain_content().ok()?;
    let width = domain.get(1)? - domain.first()?;
    let share = if width > 0.0 { (at - domain[0]) / width } else { 0.0 };
    let place = encode.first()? + share * (encode.get(1)? - encode.first()?);
    let place = place.clamp(0.0, size - 1.0);
    let (low, high) = (place.floor(), place.ceil());
    (0..channels)
        .map(|channel| {
            let sample = |place: f64| {
                samples.get(place as usize * channels + channel).map(|sample| f64::from(*sample))
            };
            let (low, high) = (sample(low)?, sample(high)?);
            let sample = low + (place - place.floor()) * (high - low);
            let (least, most) = (decode.get(channel * 2)?, decode.get(channel * 2 + 1)?);
            Some(least + sample / 255.0 * (most - least))
        })
        .collect()
}

fn numbers(document: &Document, dict: &Dictionary, key: &[u8]) -> Option<Vec<f64>> {
    let array = document.dereference(dict.get(key).ok()?).ok()?.1.as_array().ok()?;
    array
        .iter()
        .map(|number| document.dereference(number).ok()?.1.as_float().ok().map(f64::from))
        .collect()
}
