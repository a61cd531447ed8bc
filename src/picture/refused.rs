//! Files that are no pictures here, told by their first bytes, and what to do
//! with them.

use super::{Kind, Problem};

const CONVERT: &str = "convert it to JPEG or PNG";

/// Says what to do with a picture of a known kind that is not taken.
pub(super) fn known(kind: Kind) -> Problem {
    match kind {
        Kind::Heic => refuse(
            "HEIC",
            "convert it to JPEG: on an iPhone, choose Settings > Camera > Formats > Most \
             Compatible; on a Mac, File > Export in Preview; elsewhere, `magick photo.heic \
             photo.jpg`",
        ),
        Kind::Avif => refuse("AVIF", "convert it to PNG or JPEG: `magick photo.avif photo.png`"),
        kind => refuse(kind.name(), CONVERT),
    }
}

/// Says what a file is that is taken for no picture; `None` if that is not
/// known.
pub(super) fn other(bytes: &[u8]) -> Option<Problem> {
    let at =
        |start: usize, text: &[u8]| bytes.get(start..).is_some_and(|rest| rest.starts_with(text));
    let starts = |text: &[u8]| at(0, text);
    let is_pdf_based = starts(b"%!PS") || starts(b"\xc5\xd0\xd3\xc6");
    Some(if starts(b"\xff\x0a") || starts(b"\0\0\0\x0cJXL \r\n\x87\n") {
        refuse("JPEG XL", CONVERT)
    } else if starts(b"\0\0\0\x0cjP  \r\n\x87\n") || starts(b"\xff\x4f\xff\x51") {
        refuse("JPEG 2000", CONVERT)
    } else if starts(b"8BPS") {
        refuse("PSD", "export it from the image editor as PNG, with its layers merged")
    } else if is_pdf_based {
        refuse("EPS", "convert it to PDF (`ps2pdf -dEPSCrop figure.eps`) or SVG")
    } else if at(4, b"ftypcrx ")
        || starts(b"FUJIFILMCCD-RAW")
        || [&b"IIRO"[..], b"IIRS", b"MMOR", b"IIU\0"].iter().any(|magic| starts(magic))
    {
        raw()
    } else if starts(b"\x1f\x8b") {
        Problem::Unfit {
            message: "this file is compressed with gzip".into(),
            hint: "decompress it with `gunzip`; if it is a drawing, save it as plain SVG".into(),
        }
    } else if at(4, b"ftyp")
        || starts(b"\x1a\x45\xdf\xa3")
        || starts(b"\0\0\x01\xba")
        || (starts(b"RIFF") && at(8, b"AVI "))
    {
        no_picture("a video", "take a still of it, and save that as PNG")
    } else if starts(b"PK\x03\x04") || starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        refuse("office document or archive", "export the picture in it as PNG, or the page as PDF")
    } else if starts(b"\0\0\x01\0") {
        refuse("icon (ICO)", CONVERT)
    } else {
        return None;
    })
}

/// Says that a TIFF is what a camera wrote, before it was developed; `None` for
/// other TIFFs.
pub(super) fn camera(bytes: &[u8]) -> Option<Problem> {
    let is_raw = bytes.get(8..10) == Some(b"CR") || directory_is_raw(bytes).unwrap_or(false);
    is_raw.then(raw)
}

fn raw() -> Problem {
    refuse("camera raw", "develop it with the camera's program, and export it as JPEG or PNG")
}

/// Looks at the first directory of a TIFF: that of a camera's file holds a
/// thumbnail, and says elsewhere where the picture is. TIFF 6.0, section 2; DNG
/// 1.7, chapter 4.
fn directory_is_raw(bytes: &[u8]) -> Option<bool> {
    let big = bytes.starts_with(b"MM");
    let short = |at: usize| -> Option<u16> {
        let pair: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
    };
    let long = |at: usize| -> Option<u32> {
        let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    };
    let directory = long(4)? as usize;
    let (mut is_thumbnail, mut has_others, mut is_raw) = (false, false, false);
    for index in 0..usize::from(short(directory)?) {
        let entry = directory.checked_add(2 + index * 12)?;
        match short(entry)? {
            // What the picture is: 1 for a smaller version of another.
            0x00fe => is_thumbnail = long(entry.checked_add(8)?)? & 1 == 1,
            0x014a => has_others = true,
            // The version of DNG, and Nikon's compression.
            0xc612 => is_raw = true,
            0x0103 => is_raw |= short(entry.checked_add(8)?)? == 34_713,
            _ => {}
        }
    }
    Some(is_raw || (is_thumbnail && has_others))
}

fn no_picture(what: &str, hint: &str) -> Problem {
    Problem::Unfit { message: format!("this file is {what}, and no picture"), hint: hint.into() }
}

fn refuse(kind: &str, hint: &str) -> Problem {
    Problem::Unfit {
        message: format!("a picture of the kind {kind} is not taken"),
        hint: hint.into(),
    }
}
