//! Fonts: whether they are in the file, and how far text goes.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object};

/// More runs of widths than fonts have.
const MAX_WIDTHS: usize = 1 << 17;

/// A font of a document.
#[derive(Debug, Clone, Default)]
pub(super) struct Font {
    /// What it is called, if its letters are not in the file.
    pub(super) loose: Option<String>,
    /// Whether codes have two bytes.
    is_wide: bool,
    widths: BTreeMap<u32, f32>,
    usual: f32,
}

impl Font {
    /// Reads a font (ISO 32000-1, 9.6 and 9.7).
    pub(super) fn read(document: &Document, font: &Dictionary) -> Self {
        let kind = name(document, font, b"Subtype");
        if kind.as_deref() == Some(b"Type3".as_slice()) {
            // Its letters are drawings, in a system of their own.
            return Self { usual: 0.0, ..Self::default() };
        }
        let is_wide = kind.as_deref() == Some(b"Type0".as_slice());
        let below = || {
            let (_, fonts) = document.dereference(font.get(b"DescendantFonts").ok()?).ok()?;
            document.dereference(fonts.as_array().ok()?.first()?).ok()?.1.as_dict().ok()
        };
        let own = if is_wide { below() } else { None };
        let own = own.unwrap_or(font);
        let descriptor = document.get_dict_in_dict(own, b"FontDescriptor").ok();
        let files = [b"FontFile".as_slice(), b"FontFile2", b"FontFile3"];
        let is_embedded =
            descriptor.is_some_and(|descriptor| files.iter().any(|key| descriptor.has(key)));
        let called = name(document, font, b"BaseFont").unwrap_or_else(|| b"without name".to_vec());
        let loose = (!is_embedded).then(|| String::from_utf8_lossy(&called).into_owned());
        let number = |dictionary: &Dictionary, key: &[u8]| {
            let found = dictionary.get(key).ok();
            let found = found.and_then(|found| document.dereference(found).ok());
            found.and_then(|(_, found)| found.as_float().ok())
        };
        let mut out = Self { loose, is_wide, widths: BTreeMap::new(), usual: 0.0 };
        let list = |key: &[u8]| {
            let found = own.get(key).ok().and_then(|found| document.dereference(found).ok());
            found.and_then(|(_, found)| found.as_array().ok())
        };
        if is_wide {
            out.usual = number(own, b"DW").unwrap_or(1000.0);
            out.wide(document, list(b"W").map(Vec::as_slice).unwrap_or_default());
        } else {
            let missing = descriptor.and_then(|found| number(found, b"MissingWidth"));
            // Of the fonts that readers have, few letters are wider than half their size.
            out.usual = missing.unwrap_or(if list(b"Widths").is_some() { 0.0 } else { 500.0 });
            let first = number(own, b"FirstChar").unwrap_or(0.0) as u32;
            for (code, width) in (first..).zip(list(b"Widths").into_iter().flatten()) {
                let width = document.dereference(width).ok().and_then(|(_, it)| it.as_float().ok());
                out.widths.extend(width.map(|width| (code, width)));
            }
        }
        out
    }

    /// Reads widths of codes, one after the other or in ranges: 9.7.4.3.
    fn wide(&mut self, document: &Document, widths: &[Object]) {
        let mut rest = widths;
        while let [first, second, more @ ..] = rest {
            let Ok(first) = first.as_i64() else { return };
            let first = u32::try_from(first).unwrap_or_default();
            let Ok((_, second)) = document.dereference(second) else { return };
            if let Ok(list) = second.as_array() {
                let widths = list.iter().map(|width| width.as_float().unwrap_or_default());
                self.widths.extend((first..).zip(widths));
                rest = more;
            } else if let ([width, after @ ..], Ok(last)) = (more, second.as_i64()) {
                let last =
                    u32::try_from(last).unwrap_or_default().min(first.saturating_add(65_535));
                let width = width.as_float().unwrap_or_default();
                self.widths.extend((first..=last).map(|code| (code, width)));
                rest = after;
            } else {
                return;
            }
            if self.widths.len() > MAX_WIDTHS {
                return;
            }
        }
    }

    /// Returns how far text goes, in sizes of the font, how many codes it has, and how many
    /// of them are spaces.
    pub(super) fn advance(&self, text: &[u8]) -> (f64, usize, usize) {
        let width = |code: u32| f64::from(*self.widths.get(&code).unwrap_or(&self.usual)) / 1000.0;
        if self.is_wide {
            let codes =
                text.chunks_exact(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1]));
            let sum = codes.map(width).sum();
            return (sum, text.len() / 2, 0);
        }
        let spaces = text.iter().filter(|byte| **byte == b' ').count();
        (text.iter().map(|byte| width(u32::from(*byte))).sum(), text.len(), spaces)
    }
}

fn name(document: &Document, dictionary: &Dictionary, key: &[u8]) -> Option<Vec<u8>> {
    let found = dictionary.get(key).ok()?;
    document.dereference(found).ok()?.1.as_name().ok().map(<[u8]>::to_vec)
}
