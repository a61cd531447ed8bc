//! A page of a PDF as a picture: what its boxes show, and nothing beside them.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use flate2::read::ZlibDecoder;
use hayro_svg::hayro_interpret::{InterpreterSettings, InterpreterWarning};
use hayro_svg::{RenderCache, SvgRenderSettings};
use hayro_syntax::object::Object;
use hayro_syntax::{LoadPdfError, Pdf};

use super::{Inspected, Problem, counted, nesting, svg};
use crate::model::{Excerpt, Media, Origin};

/// The most bytes of a document.
const MAX_FILE: usize = 50 << 20;
/// The most bytes of a document once it is inflated.
const MAX_INFLATED: u64 = 256 << 20;
/// The most pixels of a picture in a document.
const MAX_PIXELS: u64 = 50_000_000;
/// The longest side of a page that is shown, in points: that of a poster.
const MAX_SIDE: f32 = 20_000.0;
/// The most text of a page, once it is drawn.
const MAX_TEXT: usize = 100 << 20;

/// Takes in a page. `most` is how many pixels it may have on its longer side, if
/// it has to have them.
pub(super) fn import(bytes: &[u8], excerpt: &Excerpt, most: u32) -> Result<Media, Problem> {
    let (text, _) = draw(bytes, excerpt)?;
    svg::import_text(&text, excerpt.crop, most)
}

/// Looks at a page.
pub(super) fn inspect(bytes: &[u8], excerpt: &Excerpt) -> Result<Inspected, Problem> {
    let (text, origin) = draw(bytes, excerpt)?;
    let (cost, concerns) = svg::inspect_text(&text, excerpt.crop)?;
    Ok(Inspected { origin: Origin { concerns, ..origin }, cost })
}

/// Draws a page as SVG.
fn draw(bytes: &[u8], excerpt: &Excerpt) -> Result<(String, Origin), Problem> {
    super::refuse_window(excerpt)?;
    if bytes.len() > MAX_FILE {
        return Err(Problem::Unfit {
            message: format!("this PDF is larger than {} MB", MAX_FILE >> 20),
            hint: "save the page alone as a PDF, or export it as PNG".into(),
        });
    }
    // The trailer and the dictionaries of cross-references are never compressed.
    if bytes.windows(8).any(|window| window == b"/Encrypt") {
        return Err(locked());
    }
    refuse_bombs(bytes)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => locked(),
        LoadPdfError::Invalid => Problem::Broken("it is no whole PDF".into()),
    })?;
    refuse_pictures(&pdf)?;
    let count = pdf.pages().len();
    if count == 0 {
        return Err(Problem::Broken("none of its pages can be read".into()));
    }
    let asked = excerpt.page.unwrap_or(1) as usize;
    let Some(page) = asked.checked_sub(1).and_then(|index| pdf.pages().get(index)) else {
        return Err(Problem::Page(u32::try_from(count).unwrap_or(u32::MAX)));
    };
    let (width, height) = page.render_dimensions();
    if !(1.0..=MAX_SIDE).contains(&width) || !(1.0..=MAX_SIDE).contains(&height) {
        return Err(Problem::Broken(format!("its page is {width} × {height} points large")));
    }
    if nesting::is_endless(page) {
        return Err(too_long());
    }
    let missing = Arc::new(AtomicU8::new(0));
    let seen = Arc::clone(&missing);
    let settings = InterpreterSettings {
        warning_sink: Arc::new(move |warning| {
            let bit = match warning {
                InterpreterWarning::UnsupportedFont => 1,
                InterpreterWarning::ImageDecodeFailure => 2,
            };
            seen.fetch_or(bit, Ordering::Relaxed);
        }),
        ..InterpreterSettings::default()
    };
    let drawn =
        hayro_svg::convert(page, &RenderCache::new(), &settings, &SvgRenderSettings::default());
    let incomplete = |what: &str| Problem::Unfit {
        message: format!(
            "{what} of this PDF cannot be read, so that the picture would have a hole"
        ),
        hint: "export the page as PNG, or as SVG with its text as paths".into(),
    };
    match missing.load(Ordering::Relaxed) {
        0 => {}
        1 => return Err(incomplete("a font")),
        _ => return Err(incomplete("a picture")),
    }
    if drawn.len() > MAX_TEXT {
        return Err(too_long());
    }
    Ok((drawn, origin(&pdf, count)))
}

fn too_long() -> Problem {
    Problem::Unfit {
        message: "this page would take too long to draw".into(),
        hint: "export it as PNG".into(),
    }
}

fn locked() -> Problem {
    Problem::Unfit {
        message: "this PDF is encrypted".into(),
        hint: "save it without a password (`qpdf --decrypt IN.pdf OUT.pdf`)".into(),
    }
}

/// Pictures are decoded whole, however small a page shows them.
fn refuse_pictures(pdf: &Pdf) -> Result<(), Problem> {
    for object in pdf.objects() {
        let Object::Stream(stream) = object else { continue };
        let side = |name: &str| stream.dict().get::<u32>(name).unwrap_or(0);
        let (width, height) = (side("Width"), side("Height"));
        if u64::from(width) * u64::from(height) > MAX_PIXELS {
            return Err(Problem::Size(width, height));
        }
    }
    Ok(())
}

/// Inflates whatever is deflated, and keeps none of it: a small file may hold
/// gigabytes.
fn refuse_bombs(bytes: &[u8]) -> Result<(), Problem> {
    const KEYWORD: &[u8] = b"stream";
    let mut left = MAX_INFLATED;
    let mut scratch = vec![0; 1 << 16];
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| find(rest, KEYWORD)) {
        at += found + KEYWORD.len();
        let rest = bytes.get(at..).unwrap_or_default();
        let data = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
        // RFC 1950, 2.2.
        let [first, second, ..] = *data else { break };
        if first & 0x0f != 8 || (u16::from(first) << 8 | u16::from(second)) % 31 != 0 {
            continue;
        }
        let mut inflated = ZlibDecoder::new(data);
        while let Ok(count @ 1..) = inflated.read(&mut scratch) {
            left = left.saturating_sub(count as u64);
            if left == 0 {
                return Err(Problem::Unfit {
                    message: format!("this PDF inflates to more than {} MB", MAX_INFLATED >> 20),
                    hint: "save the page alone as a PDF, or export it as PNG".into(),
                });
            }
        }
    }
    Ok(())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// Tells what the document brought along.
fn origin(pdf: &Pdf, pages: usize) -> Origin {
    let metadata = pdf.metadata();
    let texts = [
        &metadata.title,
        &metadata.author,
        &metadata.subject,
        &metadata.keywords,
        &metadata.creator,
        &metadata.producer,
    ];
    let identifiers: Vec<String> = texts
        .into_iter()
        .flatten()
        .map(|bytes| decode(bytes))
        .filter(|text| text.chars().filter(|c| c.is_alphabetic()).count() >= 3 && text.len() <= 400)
        .collect();
    let mut removed = Vec::new();
    if !identifiers.is_empty() {
        removed.push(format!("{} of the document", counted(identifiers.len(), "property")));
    }
    if pages > 1 {
        removed.push(counted(pages - 1, "further page"));
    }
    removed.push("text, which became outlines".into());
    Origin { format: "PDF".into(), removed, identifiers, concerns: Vec::new() }
}

/// Reads a text string: UTF-16 or UTF-8 with its mark, or nearly Latin-1. ISO
/// 32000-2, 7.9.2.2.
fn decode(bytes: &[u8]) -> String {
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        let units = rest.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair));
        return char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
    }
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return String::from_utf8_lossy(rest).into_owned();
    }
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
