//! The table of places: where a file says that its objects are (ISO 32000-1, 7.5.4 and 7.5.8).

use super::document::{Content, Indirect, Value};

/// How long a line of the table is.
pub(super) const LINE: usize = 20;

/// Where an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Entry {
    /// In the file, so many bytes from its start.
    At(usize),
    /// In a pack, by the number of that, the so-manieth of it.
    In(usize, usize),
}

/// Reads lines; `None` if one is none. Numbers that stand for nothing are left out.
pub(super) fn of_lines(lines: &[u8]) -> Option<Vec<(u32, Entry)>> {
    let mut listed = Vec::new();
    for (id, line) in (0..).zip(lines.chunks_exact(LINE)) {
        let (place, rest) = line.split_at(10);
        let (generation, end) = rest.split_at(7);
        let is_digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
        let place = std::str::from_utf8(place).ok().filter(|place| is_digits(place.as_bytes()))?;
        let is_end = matches!(end, [_, b' ', b'\r' | b'\n'] | [_, b'\r', b'\n']);
        let is_generation = matches!(generation, [b' ', digits @ .., b' '] if is_digits(digits));
        match end[0] {
            _ if !is_end || !is_generation => return None,
            b'n' if generation == b" 00000 " => listed.push((id, Entry::At(place.parse().ok()?))),
            b'f' => {}
            _ => return None,
        }
    }
    Some(listed)
}

/// Reads the table that is an object, with what it holds, unpacked; `None` if it is no table
/// of all numbers.
pub(super) fn of_stream(object: &Indirect) -> Option<Vec<(u32, Entry)>> {
    let entries = object.entries();
    let Some(Value::Array(widths)) = entries.get(b"W") else { return None };
    let [Value::Integer(1), Value::Integer(second), Value::Integer(third)] = widths.as_slice()
    else {
        return None;
    };
    let width = |width: &i64| usize::try_from(*width).ok().filter(|width| *width <= 8);
    let (second, third) = (width(second)?, width(third)?);
    let content =
        object.content.as_ref().map(|content| Content::unpacked(content, entries))?.ok()?;
    let size = entries.number(b"Size").filter(|_| entries.get(b"Index").is_none())?;
    if content.len() != size.checked_mul(1 + second + third)? {
        return None;
    }
    let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let mut listed = Vec::new();
    for (id, entry) in (0..).zip(content.chunks_exact(1 + second + third)) {
        let (first, last) = entry[1..].split_at(second);
        let (first, last) = (usize::try_from(number(first)).ok()?, number(last));
        match (entry[0], last) {
            (0, _) => {}
            (1, 0) => listed.push((id, Entry::At(first))),
            (2, last) => listed.push((id, Entry::In(first, usize::try_from(last).ok()?))),
            _ => return None,
        }
    }
    Some(listed)
}
