//! Numbers and pages (CSL 1.0.2, "Number", "Page Ranges").

use std::fmt::Write as _;

use hayagriva::citationberg::taxonomy::Term;
use hayagriva::citationberg::{NumberForm, PageRangeFormat};

use super::terms::Terms;

/// What may stand between two numbers.
const DASHES: [&str; 4] = ["--", "–", "—", "-"];

/// A part of a text of numbers.
#[derive(Debug, PartialEq, Eq)]
enum Part<'t> {
    Number(&'t str),
    /// "-", ",", "&".
    Sign(char),
}

/// Takes "1-3, 5 & S7" apart; `None` if there is anything but numbers, which may
/// have letters before and after them (CSL 1.0.2, "is-numeric").
fn parts(text: &str) -> Option<Vec<Part<'_>>> {
    let mut out = Vec::new();
    let mut rest = text.trim();
    loop {
        let length = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let number = &rest[..length];
        // One number, whatever letters are around it.
        let inner = number.trim_matches(|c: char| !c.is_ascii_digit());
        if inner.is_empty() || !inner.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        out.push(Part::Number(number));
        rest = rest[length..].trim_start();
        if rest.is_empty() {
            return Some(out);
        }
        let (sign, length) = match rest.chars().next()? {
            ',' => (',', 1),
            '&' => ('&', 1),
            _ => ('-', DASHES.iter().find(|dash| rest.starts_with(**dash))?.len()),
        };
        out.push(Part::Sign(sign));
        rest = rest[length..].trim_start();
    }
}

/// Whether a text is of numbers.
pub(super) fn is_numeric(text: &str) -> bool {
    parts(text).is_some()
}

/// Whether a text of numbers is of more than one; `count` if the number is how many
/// there are.
pub(in super::super) fn is_plural(text: &str, count: bool) -> bool {
    if count {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        return digits.parse::<u64>().is_ok_and(|number| number != 1);
    }
    // A hyphen with a backslash stands within a number.
    let text = text.replace("\\-", "");
    match parts(&text) {
        Some(parts) => parts.len() > 1,
        // Roman numbers, and numbers with words between them: "iii–v", "3 and 5".
        None => {
            let words = ["and", "und", "et", "y", "ff", "ff.", "sqq."];
            let joined = text.split(' ').any(|word| words.contains(&word));
            let many = |dash: &str| {
                text.split_once(dash).is_some_and(|(first, last)| is_page(first) && is_page(last))
            };
            joined || DASHES.into_iter().any(many) || text.contains([',', '&']) && has_digit(&text)
        }
    }
}

fn has_digit(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

/// Whether a text can be a page: a number, or a Roman one.
fn is_page(text: &str) -> bool {
    let text = text.trim();
    let roman = |c: char| "ivxlcdmIVXLCDM".contains(c);
    !text.is_empty() && (has_digit(text) || text.chars().all(roman))
}

/// Returns numbers in a form; `None` if the text is no number.
pub(super) fn formatted(text: &str, form: NumberForm, term: Term, terms: &Terms) -> Option<String> {
    let parts = parts(text)?;
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Number(number) => out.push_str(&one(number, form, term, terms)),
            Part::Sign('-') => out.push_str(terms.to),
            Part::Sign(',') => out.push_str(", "),
            Part::Sign(sign) => {
                let _ = write!(out, " {sign} ");
            }
        }
    }
    Some(out)
}

fn one(text: &str, form: NumberForm, term: Term, terms: &Terms) -> String {
    let Ok(number) = text.parse::<i32>() else { return text.to_owned() };
    match form {
        NumberForm::Numeric => text.to_owned(),
        NumberForm::Ordinal => ordinal(number, term, terms),
        NumberForm::LongOrdinal => {
            terms.long_ordinal(number).map_or_else(|| ordinal(number, term, terms), str::to_owned)
        }
        NumberForm::Roman => roman(number).unwrap_or_else(|| text.to_owned()),
    }
}

/// Returns "3rd" for 3.
pub(super) fn ordinal(number: i32, term: Term, terms: &Terms) -> String {
    let suffix = terms.ordinal(number, terms.gender(term)).unwrap_or_default();
    format!("{number}{suffix}")
}

/// Returns a Roman number in small letters, as CSL has it; there are 3,999 of them.
fn roman(number: i32) -> Option<String> {
    const SIGNS: [(i32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut rest = Some(number).filter(|number| (1..4000).contains(number))?;
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            out.push_str(sign);
            rest -= value;
        }
    }
    Some(out)
}

/// Returns pages as a style has them: "284-287" as "284–7".
pub(super) fn pages(text: &str, format: Option<PageRangeFormat>, delimiter: &str) -> String {
    let mut out = String::new();
    let mut rest = text.trim();
    // Lists of ranges, each for itself.
    loop {
        let end = rest.find([',', ';', '&']).unwrap_or(rest.len());
        let range = rest[..end].trim();
        push_range(&mut out, range, format, delimiter);
        let Some(sign) = rest[end..].chars().next() else { return out };
        match sign {
            '&' => out.push_str(" & "),
            sign => {
                out.push(sign);
                out.push(' ');
            }
        }
        rest = rest[end + 1..].trim_start();
    }
}

fn push_range(out: &mut String, text: &str, format: Option<PageRangeFormat>, delimiter: &str) {
    // A hyphen with a backslash stands within a page.
    if text.contains("\\-") {
        out.push_str(&text.replace("\\-", "-"));
        return;
    }
    let ends = DASHES.iter().find_map(|dash| {
        let (first, last) = text.split_once(dash)?;
        let (first, last) = (first.trim(), last.trim());
        let whole = |page: &str| !page.is_empty() && !page.contains(['-', '–', '—', ' ']);
        (whole(first) && whole(last)).then_some((first, last))
    });
    let Some((first, last)) = ends.filter(|(first, last)| {
        // "Suppl-A" is no range.
        is_page(first) && is_page(last)
    }) else {
        out.push_str(text);
        return;
    };
    let Some(format) = format else {
        let _ = write!(out, "{first}{delimiter}{last}");
        return;
    };
    let (letters, digits) = split(first);
    let is_short = !letters.is_empty()
        && !digits.is_empty()
        && last.len() <= digits.len()
        && last.bytes().all(|byte| byte.is_ascii_digit());
    let whole;
    let last = if is_short {
        whole = format!("{letters}{last}");
        &whole
    } else {
        last
    };
    let digits = |page: &str| has_digit(split(page).1);
    if digits(first) && digits(last) {
        let mut range = String::new();
        if format.format(&mut range, first, last, Some(delimiter)).is_ok() {
            out.push_str(&range);
            return;
        }
    }
    let _ = write!(out, "{first}{delimiter}{last}");
}

/// Takes a page apart: "S93" to "S" and "93".
fn split(page: &str) -> (&str, &str) {
    page.split_at(page.trim_end_matches(|c: char| c.is_ascii_digit()).len())
}

/// Returns the first of pages.
pub(super) fn first_page(text: &str) -> &str {
    let text = text.trim();
    let end = text.find(['-', '–', '—', ',', ';', '&']).unwrap_or(text.len());
    text[..end].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_from_texts() {
        for text in ["3", "3rd", "S12", "1-3", "1 & 2", "12, 14-16", "e101–e109", "L2d"] {
            assert!(is_numeric(text), "{text}");
        }
        for text in ["", "three", "3 Suppl", "1a2", "Suppl-3", "third edition", "1-"] {
            assert!(!is_numeric(text), "{text}");
        }
    }

    #[test]
    fn pages_are_plural() {
        for text in ["3-5", "3, 5", "iii–v", "3–5 and 9", "12 ff."] {
            assert!(is_plural(text, false), "{text}");
        }
        for text in ["3", "iv", "e101", "3\\-5", "Suppl-A"] {
            assert!(!is_plural(text, false), "{text}");
        }
        assert!(is_plural("12", true) && !is_plural("1", true));
    }

    #[test]
    fn pages_have_the_form_of_the_style() {
        let minimal = Some(PageRangeFormat::Minimal);
        let expanded = Some(PageRangeFormat::Expanded);
        for (text, format, wanted) in [
            ("284-287", minimal, "284–7"),
            ("284–7", minimal, "284–7"),
            ("284–7", expanded, "284–287"),
            ("284–7", None, "284–7"),
            ("S93-9", minimal, "S93–9"),
            ("S93-9", expanded, "S93–S99"),
            ("e101--e109", expanded, "e101–e109"),
            ("e124", minimal, "e124"),
            ("1-3, 7", minimal, "1–3, 7"),
            ("iii-v", minimal, "iii–v"),
            ("3\\-5", minimal, "3-5"),
            ("100-105; 107-9", expanded, "100–105; 107–109"),
        ] {
            assert_eq!(pages(text, format, "–"), wanted, "{text}");
        }
        assert_eq!(pages("284-287", None, "-"), "284-287");
    }

    #[test]
    fn romans_counted_so() {
        assert_eq!(roman(1994).as_deref(), Some("mcmxciv"));
        assert_eq!(roman(0), None);
        assert_eq!(roman(4000), None);
    }
}
