//! Color spaces: ISO 32000-1, 8.6.

use lopdf::{Document, Object};

/// How far spaces are made of spaces.
const MAX_DEPTH: usize = 8;

/// What the numbers of a color are.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Space {
    Gray,
    /// Red, green and blue: of sRGB, as all that we write, or of no certain screen.
    Rgb,
    Cmyk,
    /// A number in a table of colors.
    Indexed {
        base: Box<Space>,
        table: Vec<u8>,
    },
    /// A pattern; with a space if it is painted in a color.
    Pattern(Option<Box<Space>>),
    /// An ink of its own.
    Separation,
    /// Something else.
    Other,
}

impl Space {
    /// Returns how many numbers a color has.
    pub(super) fn channels(&self) -> Option<usize> {
        match self {
            Self::Gray | Self::Separation | Self::Indexed { .. } => Some(1),
            Self::Rgb => Some(3),
            Self::Cmyk => Some(4),
            Self::Pattern(_) | Self::Other => None,
        }
    }
}

/// Finds out what a color space is.
pub(super) fn space(document: &Document, object: &Object) -> Space {
    within(document, object, 0)
}

fn within(document: &Document, object: &Object, depth: usize) -> Space {
    let Ok((_, object)) = document.dereference(object) else { return Space::Other };
    if depth > MAX_DEPTH {
        return Space::Other;
    }
    let array = match object {
        Object::Name(name) => return named(name),
        Object::Array(array) => array,
        _ => return Space::Other,
    };
    let part = |place: usize| {
        let part = array.get(place)?;
        document.dereference(part).ok().map(|(_, part)| part)
    };
    let base = |place: usize| {
        array.get(place).map_or(Space::Other, |part| within(document, part, depth + 1))
    };
    match part(0).and_then(|kind| kind.as_name().ok()).unwrap_or_default() {
        b"ICCBased" => {
            let stream = part(1).and_then(|stream| stream.as_stream().ok());
            let channels = stream.and_then(|stream| stream.dict.get(b"N").ok());
            match channels.and_then(|channels| channels.as_i64().ok()) {
                Some(1) => Space::Gray,
                Some(3) => Space::Rgb,
                Some(4) => Space::Cmyk,
                _ => Space::Other,
            }
        }
        b"CalGray" => Space::Gray,
        b"CalRGB" => Space::Rgb,
        b"Indexed" | b"I" => {
            let table = match part(3) {
                Some(Object::String(table, _)) => table.clone(),
                Some(Object::Stream(stream)) => stream.get_plain_content().unwrap_or_default(),
                _ => Vec::new(),
            };
            Space::Indexed { base: Box::new(base(1)), table }
        }
        b"Separation" => Space::Separation,
        b"Pattern" if array.len() > 1 => Space::Pattern(Some(Box::new(base(1)))),
        name => named(name),
    }
}

/// Returns a space by its name alone, in full or as in pictures among instructions.
pub(super) fn named(name: &[u8]) -> Space {
    match name {
        b"DeviceGray" | b"G" => Space::Gray,
        b"DeviceRGB" | b"RGB" => Space::Rgb,
        b"DeviceCMYK" | b"CMYK" => Space::Cmyk,
        b"Pattern" => Space::Pattern(None),
        _ => Space::Other,
    }
}
