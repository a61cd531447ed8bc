//! Pages, as the engine takes them.
//!
//! hayagriva 0.10.1 knows ranges of numbers only: of "iii-v" it does not know
//! that these are pages, not one page, and whatever the style has between pages,
//! it prints a dash. So pages that are no numbers get one, which is taken away
//! afterwards. And it abbreviates "S93-S99", but does not expand "S93-9".

use std::str::FromStr;

use hayagriva::types::PageRanges;

use super::cipher::{Cipher, Sign};
use crate::model::Dress;

/// What may stand between the first and the last page.
const DASHES: [&str; 4] = ["--", "–", "—", "-"];

/// Returns pages for the engine; `as_is` if the style leaves them as they are.
pub(super) fn pages(text: &str, as_is: bool, cipher: &mut Cipher) -> String {
    // Such a hyphen stands within a page.
    if text.contains("\\-") {
        return hyphenated(&text.trim().replace("\\-", "-"), cipher);
    }
    let text = text.trim();
    let ends = DASHES.iter().find_map(|dash| {
        let (first, last) = text.split_once(dash)?;
        let (first, last) = (first.trim(), last.trim());
        let whole =
            |page: &str| !page.is_empty() && !page.contains(['-', '–', '—', ',', ';', '&', ' ']);
        (whole(first) && whole(last)).then_some((first, last))
    });
    if let Some((first, last)) = ends {
        let (letters, digits) = split(first);
        let is_short = !as_is
            && !letters.is_empty()
            && !digits.is_empty()
            && last.len() <= digits.len()
            && last.chars().all(|c| c.is_ascii_digit());
        let last = if is_short { format!("{letters}{last}") } else { last.to_owned() };
        let both = format!("{first}-{last}");
        let is_shorter = last.len() < first.len();
        if PageRanges::from_str(&both).is_ok() && !(as_is && is_shorter) {
            return both;
        }
        // Different numbers, for they are different pages.
        return format!("{}1-{}2", hidden(first, cipher), hidden(&last, cipher));
    }
    if PageRanges::from_str(text).is_ok() || !text.contains('-') {
        return text.to_owned();
    }
    hyphenated(text, cipher)
}

/// Returns text whose hyphens are hyphens.
fn hyphenated(text: &str, cipher: &mut Cipher) -> String {
    let hyphen = cipher.code(Sign::Letter('-', Dress::default())).unwrap_or('-');
    text.replace('-', hyphen.encode_utf8(&mut [0; 4]))
}

/// Returns letters that the engine does not know, and that the number after them
/// is none.
fn hidden(page: &str, cipher: &mut Cipher) -> String {
    let mut out = String::new();
    for letter in page.chars() {
        out.push(cipher.code(Sign::Letter(letter, Dress::default())).unwrap_or(letter));
    }
    out.extend(cipher.code(Sign::Nothing));
    out
}

/// Takes a page apart: "S93" to "S" and "93".
fn split(page: &str) -> (&str, &str) {
    page.split_at(page.trim_end_matches(|c: char| c.is_ascii_digit()).len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_whole() {
        let cases = [
            ("284-287", "284-287"),
            ("284–7", "284-7"),
            ("S93-9", "S93-S9"),
            ("e101--e109", "e101-e109"),
            ("e124", "e124"),
            ("1-3, 7", "1-3, 7"),
        ];
        for (written, passed) in cases {
            assert_eq!(pages(written, false, &mut Cipher::default()), passed);
        }
    }

    /// The engine has it right once this fails.
    #[test]
    fn roman_pages_are_no_pages_to_the_engine() {
        assert!(PageRanges::from_str("iii-v").is_err());
        let coded = pages("iii-v", false, &mut Cipher::default());
        assert!(PageRanges::from_str(&coded).is_ok_and(|pages| pages.is_plural()));
    }
}
