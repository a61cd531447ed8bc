//! The chunks of a PNG: third edition, section 11.

use super::{Collector, decode, inflate, iptc, profile, tiff, trailing, u32_be, xmp};

/// The most chunks that are walked: pixels may come in chunks of one byte.
const MAX_CHUNKS: usize = 1 << 20;
/// The most bytes of a text that are inflated.
const MAX_TEXT: usize = 256 << 10;
/// The most compressed texts that are inflated.
const MAX_TEXTS: usize = 64;

/// The keywords that PNG names (11.3.3.1): others may be anything, and are not
/// told.
const KEYWORDS: [&str; 10] = [
    "Title",
    "Author",
    "Description",
    "Copyright",
    "Creation Time",
    "Software",
    "Disclaimer",
    "Warning",
    "Source",
    "Comment",
];

pub(super) fn walk(bytes: &[u8], collector: &mut Collector, depth: usize) {
    let mut at = 8;
    let mut keywords: Vec<String> = Vec::new();
    let mut unknown = 0;
    for _ in 0..MAX_CHUNKS {
        let (Some(length), Some(kind)) = (u32_be(bytes, at), bytes.get(at + 4..at + 8)) else {
            break;
        };
        let contents = bytes.get(at + 8..).unwrap_or_default();
        let contents = contents.get(..length).unwrap_or(contents);
        match kind {
            b"tEXt" | b"zTXt" | b"iTXt"
                if keywords.len() < MAX_TEXTS && collector.spend(contents.len()) =>
            {
                if let Some((keyword, value)) = text(kind, contents) {
                    take(&keyword, &value, collector, depth);
                    keywords.push(keyword);
                }
            }
            b"eXIf" => tiff::walk(contents, tiff::Role::Exif, collector, depth),
            b"tIME" => collector.removed("the time of the last change"),
            b"iCCP" if collector.spend(MAX_TEXT) => {
                let (name, rest) = split(contents);
                collector.text(&decode(name));
                profile::walk(&inflate(rest.get(1..).unwrap_or_default(), MAX_TEXT), collector);
            }
            b"IHDR" | b"PLTE" | b"IDAT" | b"IEND" | b"tRNS" | b"gAMA" | b"cHRM" | b"sRGB"
            | b"sBIT" | b"pHYs" | b"bKGD" | b"hIST" | b"acTL" | b"fcTL" | b"fdAT" | b"cICP" => {}
            b"tEXt" | b"zTXt" | b"iTXt" | b"iCCP" => collector.runs(contents),
            _ => {
                unknown += 1;
                collector.runs(contents);
            }
        }
        at = at.saturating_add(12).saturating_add(length);
        if kind == b"IEND" {
            trailing(bytes.get(at..).unwrap_or_default(), collector, depth);
            break;
        }
    }
    if !keywords.is_empty() {
        let known: Vec<&str> =
            KEYWORDS.into_iter().filter(|known| keywords.iter().any(|k| k == known)).collect();
        let texts =
            if keywords.len() == 1 { "a text" } else { &format!("{} texts", keywords.len()) };
        collector.removed(match known.as_slice() {
            [] => texts.to_owned(),
            known => format!("{texts} ({})", known.join(", ")),
        });
    }
    match unknown {
        0 => {}
        1 => collector.removed("an unknown chunk"),
        _ => collector.removed(format!("{unknown} unknown chunks")),
    }
}

/// Parts bytes at the first zero.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == 0) {
        Some(at) => (bytes.get(..at).unwrap_or_default(), bytes.get(at + 1..).unwrap_or_default()),
        None => (bytes, &[]),
    }
}

fn text(kind: &[u8], contents: &[u8]) -> Option<(String, Vec<u8>)> {
    let (keyword, rest) = split(contents);
    let value = match kind {
        b"tEXt" => rest.to_vec(),
        // The method of compression, 0.
        b"zTXt" => inflate(rest.get(1..)?, MAX_TEXT),
        _ => {
            let [is_compressed, _, rest @ ..] = rest else { return None };
            let (_language, rest) = split(rest);
            let (translated, value) = split(rest);
            let mut all = translated.to_vec();
            all.push(b'\n');
            match is_compressed {
                0 => all.extend(value),
                _ => all.extend(inflate(value, MAX_TEXT)),
            }
            all
        }
    };
    Some((decode(keyword), value))
}

fn take(keyword: &str, value: &[u8], collector: &mut Collector, depth: usize) {
    if !KEYWORDS.contains(&keyword) {
        collector.text(keyword);
    }
    if keyword == "Author" {
        return collector.person(&decode(value));
    }
    if value.windows(8).any(|part| part == b"<rdf:RDF") || keyword == "XML:com.adobe.xmp" {
        return xmp::walk(value, collector);
    }
    if keyword.starts_with("Raw profile type ")
        && let Some(profile) = raw_profile(value)
    {
        const EXIF: &[u8] = b"Exif\0\0";
        return match profile.as_slice() {
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => {
                tiff::walk(&profile, tiff::Role::Exif, collector, depth);
            }
            profile if profile.starts_with(EXIF) => {
                tiff::walk(&profile[EXIF.len()..], tiff::Role::Exif, collector, depth);
            }
            profile if profile.starts_with(b"8BIM") => {
                iptc::resources(profile, collector, depth);
            }
            profile if profile.starts_with(&[0x1c]) => iptc::records(profile, collector),
            profile if profile.starts_with(b"<") => xmp::walk(profile, collector),
            profile => collector.runs(profile),
        };
    }
    collector.text(&decode(value));
}

/// Reads a profile as `ImageMagick` writes it: its name, its length, then
/// hexadecimal digits in lines.
fn raw_profile(value: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(value).ok()?;
    let mut lines = text.trim_start().lines();
    let (_name, _length) = (lines.next()?, lines.next()?);
    let digits: Vec<u32> = lines.flat_map(str::chars).filter_map(|c| c.to_digit(16)).collect();
    digits
        .chunks_exact(2)
        .map(|pair| u8::try_from(pair.iter().fold(0, |sum, digit| sum * 16 + digit)).ok())
        .collect()
}
