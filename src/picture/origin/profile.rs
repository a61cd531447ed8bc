//! The texts of a color profile: ICC.1, clause 7.3 (tag table), 10 (tag types).

use super::{Collector, decode, decode_utf16, u32_be};

/// The most tags that are read.
const MAX_TAGS: usize = 200;
/// The most translations of a text that are read.
const MAX_TRANSLATIONS: usize = 100;

pub(super) fn walk(profile: &[u8], collector: &mut Collector) {
    let Some(count) = u32_be(profile, 128) else { return };
    let mut texts = 0;
    for index in 0..count.min(MAX_TAGS) {
        let at = 132 + index * 12;
        let (Some(start), Some(length)) = (u32_be(profile, at + 4), u32_be(profile, at + 8)) else {
            break;
        };
        let element = profile.get(start..start.saturating_add(length)).unwrap_or_default();
        match element.get(..4) {
            Some(b"text") => {
                texts += 1;
                collector.text(&decode(element.get(8..).unwrap_or_default()));
            }
            Some(b"desc") => {
                texts += 1;
                let length = u32_be(element, 8).unwrap_or(0);
                let rest = element.get(12..).unwrap_or_default();
                collector.text(&decode(rest.get(..length).unwrap_or_default()));
                // The same again may follow in UTF-16, and as a Macintosh has it.
                collector.runs(rest.get(length..).unwrap_or_default());
            }
            Some(b"mluc") => {
                let translations = u32_be(element, 8).unwrap_or(0).min(MAX_TRANSLATIONS);
                for record in (0..translations).map(|index| 16 + index * 12) {
                    let (Some(length), Some(start)) =
                        (u32_be(element, record + 4), u32_be(element, record + 8))
                    else {
                        break;
                    };
                    let text = element.get(start..start.saturating_add(length));
                    texts += 1;
                    collector.text(&decode_utf16(text.unwrap_or_default(), false));
                }
            }
            // Curves and matrices say nothing; private ones may.
            Some(b"curv" | b"para" | b"XYZ " | b"sf32" | b"mft1" | b"mft2" | b"mAB " | b"mBA ") => {
            }
            _ => collector.runs(element),
        }
    }
    match texts {
        0 => {}
        1 => collector.removed("a text of the color profile"),
        _ => collector.removed(format!("{texts} texts of the color profile")),
    }
}
