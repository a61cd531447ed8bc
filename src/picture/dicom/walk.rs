//! A walk over the elements of a DICOM file that reads none of them: lengths
//! that lie would have gigabytes set aside.

use crate::picture::Problem;

/// The most sequences within each other; the standard's own have about six.
const MAX_DEPTH: usize = 24;
/// The most elements, all sequences counted in.
const MAX_ELEMENTS: usize = 2_000_000;
/// The transfer syntax whose elements are deflated, all together.
const DEFLATED: &str = "1.2.840.10008.1.2.1.99";
/// A length that is not known beforehand.
const UNDEFINED: u32 = u32::MAX;
/// Where the first element is: after the preamble and `DICM`. PS3.10, 7.1.
const START: usize = 132;

/// The types of values whose length has four bytes, and those with two. PS3.5,
/// 7.1.2.
const LONG: [&[u8; 2]; 13] =
    [b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"];
const SHORT: [&[u8; 2]; 21] = [
    b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FD", b"FL", b"IS", b"LO", b"LT", b"PN",
    b"SH", b"SL", b"SS", b"ST", b"TM", b"UI", b"UL", b"US",
];

/// How elements are written. PS3.5, 7.1 and 7.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Encoding {
    explicit: bool,
    big: bool,
}

/// What is open: where it ends, if that is known, and how what follows it is
/// written.
struct Open {
    end: Option<usize>,
    after: Encoding,
    /// Whether its items are bytes, not elements.
    fragments: bool,
}

/// Checks that all elements are whole, and returns the transfer syntax, and the
/// file up to the end of its pixels. Nothing that follows them is of use, and some
/// archives fill up files with bytes that are no elements: PS3.10, 7.2.
pub(super) fn check(bytes: &[u8]) -> Result<(String, &[u8]), Problem> {
    let cut = || Problem::Broken("it ends too early".into());
    let mut encoding = Encoding { explicit: true, big: false };
    let mut syntax = String::new();
    let mut in_meta = true;
    let mut open: Vec<Open> = Vec::new();
    let mut at = START;
    for _ in 0..MAX_ELEMENTS {
        while let Some(last) = open.last()
            && last.end.is_some_and(|end| at >= end)
        {
            encoding = last.after;
            open.pop();
        }
        if at >= bytes.len() {
            return if open.iter().all(|open| open.end.is_some()) && !in_meta {
                Ok((syntax, bytes))
            } else {
                Err(cut())
            };
        }
        let short = |at: usize, big: bool| -> Option<u16> {
            let pair: [u8; 2] = bytes.get(at..at + 2)?.try_into().ok()?;
            Some(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
        };
        let long = |at: usize, big: bool| -> Option<u32> {
            let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
            Some(if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
        };
        // Trailing bytes are no element: they are dropped with the rest.
        let group = short(at, encoding.big && !in_meta).ok_or_else(cut)?;
        if in_meta && group != 2 {
            in_meta = false;
            encoding = of(&syntax);
            if syntax == DEFLATED {
                return Ok((syntax, bytes));
            }
            continue;
        }
        let element = short(at + 2, encoding.big).ok_or_else(cut)?;
        let (mut vr, mut head) = ([0, 0], 8);
        let length;
        if group == 0xfffe || !encoding.explicit {
            length = long(at + 4, encoding.big).ok_or_else(cut)?;
        } else {
            vr = bytes.get(at + 4..at + 6).and_then(|vr| vr.try_into().ok()).ok_or_else(cut)?;
            // What is of no known type has its length at another place, depending
            // on who reads it.
            if !LONG.contains(&&vr) && !SHORT.contains(&&vr) {
                return Err(Problem::Broken("one of its elements is of no known type".into()));
            }
            if LONG.contains(&&vr) {
                head = 12;
                length = long(at + 8, encoding.big).ok_or_else(cut)?;
            } else {
                length = u32::from(short(at + 6, encoding.big).ok_or_else(cut)?);
            }
        }
        at += head;
        let is_pixels = (group, element) == (0x7fe0, 0x0010);
        let holds_fragments = open.last().is_some_and(|open| open.fragments);
        match (group, element) {
            // The end of an item or a sequence.
            (0xfffe, 0xe00d | 0xe0dd) => {
                if let Some(last) = open.last()
                    && last.end.is_none()
                {
                    encoding = last.after;
                    let last = open.pop();
                    if open.is_empty() && last.is_some_and(|last| last.fragments) {
                        return Ok((syntax, bytes.get(..at).unwrap_or(bytes)));
                    }
                }
                continue;
            }
            (0xfffe, 0xe000) if holds_fragments && length != UNDEFINED => {}
            _ if (group, element) == (0xfffe, 0xe000) || &vr == b"SQ" || length == UNDEFINED => {
                let end = if length == UNDEFINED {
                    None
                } else {
                    Some(at.checked_add(length as usize).ok_or_else(cut)?)
                };
                if end.is_some_and(|end| end > bytes.len()) {
                    return Err(cut());
                }
                if open.len() >= MAX_DEPTH {
                    return Err(Problem::Broken("its sequences are too deep".into()));
                }
                open.push(Open { end, after: encoding, fragments: is_pixels });
                // What is unknown is written without types. PS3.5, 6.2.2.
                if &vr == b"UN" {
                    encoding = Encoding { explicit: false, big: false };
                }
                continue;
            }
            _ => {}
        }
        let end = at.checked_add(length as usize).filter(|end| *end <= bytes.len());
        let end = end.ok_or_else(cut)?;
        if (group, element) == (0x0002, 0x0010) {
            let text = String::from_utf8_lossy(bytes.get(at..end).unwrap_or_default());
            syntax = text.trim_end_matches(['\0', ' ']).to_owned();
        }
        at = end;
        if is_pixels && open.is_empty() {
            return Ok((syntax, bytes.get(..at).unwrap_or(bytes)));
        }
    }
    Err(Problem::Broken("it has too many elements".into()))
}

/// Returns how a transfer syntax writes elements. PS3.5, annex A.
fn of(syntax: &str) -> Encoding {
    match syntax {
        "1.2.840.10008.1.2" => Encoding { explicit: false, big: false },
        "1.2.840.10008.1.2.2" => Encoding { explicit: true, big: true },
        _ => Encoding { explicit: true, big: false },
    }
}
