//! Where lines may break within words, and where they may not.
//!
//! Found here and not by layouts: Typst makes an expression anew for each
//! document, which took longer than setting its pages.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::{Value, json};
use unicode_segmentation::UnicodeSegmentation;

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("an expression of our own")
}

/// The middle of a range of numbers: of "3–5", "1971-7", "S12–e3". What is beside it would
/// make an expression that takes longer to build than a page to set.
static RANGE: LazyLock<Regex> = LazyLock::new(|| expression(r"\d[–-]\p{L}{0,3}\d"));
/// How many letters and digits are beside it, at the most.
const BESIDE: usize = 9;

/// A whole address: of a page, or a DOI.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| expression(r"^(https?://|10\.\d{4,9}/)\S+$"));

/// The host of an address, unless it is too long for a line.
static HOST: LazyLock<Regex> = LazyLock::new(|| expression(r"^https?://[^/?#]{1,24}/?"));

/// What stays together of the rest: the prefix of a DOI, what follows a stop, and
/// what a slash ends.
static PART: LazyLock<Regex> = LazyLock::new(|| {
    expression(concat!(
        r"10\.\d{4,9}/",
        r"|[.,#_~%-]+[^/?&=;:.,#_~%-]{0,20}[/?&=;:]*",
        r"|[^/?&=;:.,#_~%-]{1,20}[/?&=;:]*",
        r"|[/?&=;:]+",
    ))
});

/// A word longer than half a line, which would run off the page. Scripts without
/// spaces have breaks of their own, with rules for them.
static LONG: LazyLock<Regex> = LazyLock::new(|| {
    expression(concat!(
        r"[^\s\x{2e80}-\x{d7ff}\x{f900}-\x{faff}\x{ff00}-\x{ffef}\x{20000}-\x{3ffff}",
        r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]{40,}",
    ))
});

/// Returns text as it stands in a line: pieces, and whether each is to stay on
/// one line, as a range of numbers is.
pub(super) fn pieces(text: &str) -> Vec<(String, bool)> {
    let mut pieces = Vec::new();
    let mut rest = 0;
    // Most texts have no range, and no dash.
    if text.contains(['-', '–']) {
        while let Some(middle) = RANGE.find_at(text, rest) {
            let is_beside = |letter: &char| letter.is_alphanumeric();
            let length = |letters: &mut dyn Iterator<Item = char>| -> usize {
                letters.take(BESIDE).take_while(is_beside).map(char::len_utf8).sum()
            };
            let start = middle.start() - length(&mut text[rest..middle.start()].chars().rev());
            let end = middle.end() + length(&mut text[middle.end()..].chars());
            push_between(&text[rest..start], &mut pieces);
            pieces.push((text[start..end].to_owned(), true));
            rest = end;
        }
    }
    push_between(&text[rest..], &mut pieces);
    if pieces.is_empty() {
        pieces.push((String::new(), false));
    }
    pieces
}

/// The most letters of words that a slash joins, such as a unit, if they are to stay on one
/// line: mL/min/1.73.
const SLASHED: usize = 12;

/// Adds what stands between ranges, and apart from the rest short words that a slash joins:
/// a line may end behind it, and g/ at its end is read as grams.
fn push_between(text: &str, pieces: &mut Vec<(String, bool)>) {
    let mut rest = 0;
    let mut push = |part: &str, whole: bool| {
        if !part.is_empty() {
            pieces.push((if whole { part.to_owned() } else { breakable(part) }, whole));
        }
    };
    let is_no_letter = |letter: char| !letter.is_alphanumeric();
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '/' | '.' | '·');
    let mut end = 0;
    // Most texts have none.
    while let Some(slash) = text[end..].find('/').map(|place| end + place) {
        let start = text[end..slash].rfind(char::is_whitespace).map_or(end, |gap| end + gap);
        end = text[slash..].find(char::is_whitespace).map_or(text.len(), |gap| slash + gap);
        let word = text[start..end].trim_start_matches(is_no_letter);
        let start = end - word.len();
        let word = word.trim_end_matches(is_no_letter);
        let is_slashed = word.contains('/')
            && word.starts_with(char::is_alphabetic)
            && word.chars().all(is_part)
            && word.chars().count() <= SLASHED;
        if is_slashed {
            push(&text[rest..start], false);
            push(word, true);
            rest = start + word.len();
        }
    }
    push(&text[rest..], false);
}

/// Returns text in which long words may break between any two characters, by
/// spaces without a width (U+200B).
pub(super) fn breakable(text: &str) -> String {
    // Looking at each letter costs; a text of 40 bytes without a space is rare.
    if !text.split(char::is_whitespace).any(|word| word.len() >= 40) {
        return text.to_owned();
    }
    let joined = |found: &Captures| {
        let clusters: Vec<&str> = found[0].graphemes(true).collect();
        clusters.join("\u{200b}")
    };
    LONG.replace_all(text, joined).into_owned()
}

/// Tells whether a text is an address, as readers type it.
pub(super) fn is_address(text: &str) -> bool {
    ADDRESS.is_match(text)
}

/// Returns the parts of an address, between which it may break: its host, which
/// does not, and the others.
pub(super) fn address(written: &str) -> Value {
    let host = HOST.find(written);
    let rest = &written[host.map_or(0, |host| host.end())..];
    let parts: Vec<&str> = PART.find_iter(rest).map(|part| part.as_str()).collect();
    json!({ "host": host.map(|host| host.as_str()), "parts": parts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_stay_together() {
        let shown = |text| {
            let pieces = pieces(text).into_iter();
            pieces
                .map(|(text, whole)| if whole { format!("[{text}]") } else { text })
                .collect::<String>()
        };
        assert_eq!(shown("346:1971-7. doi"), "346:[1971-7]. doi");
        assert_eq!(shown("S12–e3 and 3–5"), "[S12–e3] and [3–5]");
        assert_eq!(shown("a1234567890–b12c3456789012"), "a[1234567890–b12c3456789]012");
        assert_eq!(shown("3–5-7, ä2-é9"), "[3–5]-7, [ä2-é9]");
        assert_eq!(shown("well-known T2-weighted"), "well-known T2-weighted");
        assert_eq!(shown("3.1 g/dL, or (mL/min/1.73 m²)"), "3.1 [g/dL], or ([mL/min/1.73] m²)");
        assert_eq!(shown("3–5 mg/kg/d and/or"), "[3–5] [mg/kg/d] [and/or]");
        assert_eq!(shown("1/2 a/ /b https://a.org/b"), "1/2 a/ /b https://a.org/b");
        assert_eq!(shown("Tuberculosis/Sarcoidosis"), "Tuberculosis/Sarcoidosis");
        assert_eq!(shown("plain"), "plain");
        assert_eq!(shown(""), "");
    }

    #[test]
    fn long_words_may_break() {
        let word = "é".repeat(40);
        assert_eq!(breakable(&format!("a {word} b")).matches('\u{200b}').count(), 39);
        for text in ["é".repeat(39), "x ".repeat(40), "漢字".repeat(30), "ไทย".repeat(30)]
        {
            assert_eq!(breakable(&text), text);
        }
    }

    #[test]
    fn addresses_have_parts() {
        assert!(is_address("10.1056/NEJMcp010731") && is_address("https://a.org/b"));
        assert!(!is_address("https://a.org/ b") && !is_address("a.org"));
        assert_eq!(
            address("https://doi.org/10.1056/NEJMcp-01?x=1&y"),
            json!({ "host": "https://doi.org/", "parts": ["10.1056/", "NEJMcp", "-01?", "x=", "1&", "y"] })
        );
        assert_eq!(address("10.1/x.y"), json!({ "host": null, "parts": ["10", ".1/", "x", ".y"] }));
    }
}
