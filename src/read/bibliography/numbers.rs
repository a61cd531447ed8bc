//! The numbers by which works are known, and other values that all formats
//! share: DOI, PMID, PMCID, ISBN, ISSN, addresses, pages, editions.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{NumberVariable, RichText, StandardVariable, Work};
use crate::source::Span;

/// Sets a number of a work, in the form that all formats agree on; tells of one
/// that cannot be right. It is kept all the same: its author may mend it.
pub(super) fn set(
    work: &mut Work,
    variable: StandardVariable,
    written: &str,
    span: Span,
    diagnostics: &mut Diagnostics,
) {
    let written = written.trim();
    if written.is_empty() {
        return;
    }
    let (value, problem) = match variable {
        StandardVariable::DOI => doi(written),
        StandardVariable::PMID => pmid(written),
        StandardVariable::PMCID => pmcid(written),
        StandardVariable::ISBN => (written.to_owned(), isbn_problem(written)),
        StandardVariable::ISSN => issn(written),
        StandardVariable::URL => (written.to_owned(), url_problem(written)),
        _ => (written.to_owned(), None),
    };
    if let Some((message, hint)) = problem {
        let warning = Diagnostic::warning(Code::BibliographyField, message).at(span);
        diagnostics.push(warning.hint(hint));
    }
    work.set(variable, value);
}

/// A message and what to do.
type Problem = (String, String);

/// Returns a text that is short enough for a message.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(60).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown.replace(['\n', '\r', '\t'], " ")
}

fn without_prefix<'a>(text: &'a str, prefixes: &[&str]) -> &'a str {
    let mut text = text.trim();
    for prefix in prefixes {
        if text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)) {
            text = text[prefix.len()..].trim_start();
        }
    }
    text
}

fn doi(written: &str) -> (String, Option<Problem>) {
    let prefixes =
        ["https://", "http://", "www.", "dx.", "doi.org/", "doi:", "doi ", "https://doi.org/"];
    let doi = without_prefix(written, &prefixes).trim_end_matches(['.', ',', ';']);
    let right = doi.split_once('/').is_some_and(|(registrant, rest)| {
        let number = registrant.strip_prefix("10.").unwrap_or("");
        number.starts_with(|c: char| c.is_ascii_digit())
            && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            && !rest.is_empty()
            && !doi.contains(char::is_whitespace)
    });
    let problem = (!right).then(|| {
        (
            format!("`{}` is no DOI", shown(written)),
            "a DOI looks like `10.1056/NEJMcp010731`".to_owned(),
        )
    });
    (doi.to_owned(), problem)
}

fn pmid(written: &str) -> (String, Option<Problem>) {
    let prefixes = ["https://", "http://", "www.", "pubmed.ncbi.nlm.nih.gov/", "pmid:", "pmid"];
    let number = without_prefix(written, &prefixes).trim_end_matches(['/', '.']);
    let right = (1..=8).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let problem = (!right).then(|| {
        (
            format!("`{}` is no PMID", shown(written)),
            "a PMID is a number of up to eight digits, such as `12075059`".to_owned(),
        )
    });
    (number.to_owned(), problem)
}

fn pmcid(written: &str) -> (String, Option<Problem>) {
    let bare = without_prefix(written, &["pmcid:", "pmcid", "pmc"]).trim_end_matches(['/', '.']);
    let digits = bare.split('.').all(|part| {
        (1..=9).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    });
    match digits {
        true => (format!("PMC{bare}"), None),
        false => {
            let message = format!("`{}` is no PMCID", shown(written));
            (written.to_owned(), Some((message, "a PMCID looks like `PMC1234567`".to_owned())))
        }
    }
}

/// Returns the signs of an ISBN or ISSN, without what stands between them.
fn signs(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '-' | '–' | '‐' | '‑' | ' ')).collect()
}

/// Returns the parts of a list of numbers, without remarks in parentheses.
fn parts(text: &str) -> Vec<&str> {
    let parts = text.split([',', ';', '/', '\n']);
    parts
        .map(|part| part.split('(').next().unwrap_or("").trim())
        .filter(|p| !p.is_empty())
        .collect()
}

fn isbn_problem(written: &str) -> Option<Problem> {
    let right = |text: &str| {
        let isbn = signs(without_prefix(text, &["isbn", "-13", "-10", ":"]));
        is_isbn_10(&isbn) || is_isbn_13(&isbn)
    };
    // Spaces stand in one number, or between two.
    let wrong = parts(written)
        .into_iter()
        .find(|part| !right(part) && !part.split(' ').filter(|part| !part.is_empty()).all(right))?;
    Some((
        format!("`{}` is no ISBN: its check digit is another", shown(wrong)),
        "compare it with the book".to_owned(),
    ))
}

fn is_isbn_10(isbn: &str) -> bool {
    let digits = isbn.char_indices().map(|(at, c)| match c {
        'X' | 'x' if at == 9 => Some(10),
        c => c.to_digit(10),
    });
    let Some(digits) = digits.collect::<Option<Vec<u32>>>() else { return false };
    let sum: u32 = digits.iter().zip((1..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    digits.len() == 10 && sum.is_multiple_of(11)
}

fn is_isbn_13(isbn: &str) -> bool {
    let digits = isbn.chars().map(|c| c.to_digit(10)).collect::<Option<Vec<u32>>>();
    let Some(digits) = digits else { return false };
    let sum: u32 =
        digits.iter().zip([1, 3].iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    digits.len() == 13 && sum.is_multiple_of(10)
}

fn issn(written: &str) -> (String, Option<Problem>) {
    let parts = parts(written);
    let right = |text: &str| {
        let issn = signs(without_prefix(text, &["e-issn", "eissn", "issn", ":"]));
        let digits = issn.char_indices().map(|(at, c)| match c {
            'X' | 'x' if at == 7 => Some(10),
            c => c.to_digit(10),
        });
        let digits: Option<Vec<u32>> = digits.collect();
        digits.is_some_and(|digits| {
            let sum: u32 =
                digits.iter().zip((1..=8).rev()).map(|(digit, weight)| digit * weight).sum();
            digits.len() == 8 && sum.is_multiple_of(11)
        })
    };
    let wrong = parts
        .iter()
        .find(|part| !right(part) && !part.split(' ').filter(|part| !part.is_empty()).all(right));
    let problem = wrong.map(|wrong| {
        (
            format!("`{}` is no ISSN: its check digit is another", shown(wrong)),
            "an ISSN looks like `0028-4793`".to_owned(),
        )
    });
    (parts.join(", "), problem)
}

fn url_problem(written: &str) -> Option<Problem> {
    let scheme = written.split_once("://").map(|(scheme, _)| scheme);
    let right = scheme.is_some_and(|scheme| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    let right = right && !written.contains(char::is_whitespace);
    (!right).then(|| {
        let hint = match written.contains(char::is_whitespace) {
            true => "an address has no spaces; escape one as `%20`".to_owned(),
            false => format!("write `https://{}`", shown(written)),
        };
        (format!("`{}` is no address that can be followed", shown(written)), hint)
    })
}

/// Returns pages as all formats agree on: a dash between the first page and the
/// last one, which is whole ("1971-7" is "1971–1977").
pub(super) fn pages(written: &str) -> String {
    let written = written.split_whitespace().collect::<Vec<_>>().join(" ");
    // Where there is a longer dash, a hyphen is of the page itself: "3-12".
    let dashed = written.replace("---", "–").replace("--", "–").replace(['—', '‐', '‑', '−'], "–");
    let long = dashed.contains('–');
    let mut out = String::new();
    for part in dashed.split_inclusive([',', ';']) {
        let (part, sign) = part.split_at(part.trim_end_matches([',', ';']).len());
        let (spaces, part) = part.split_at(part.len() - part.trim_start().len());
        out.push_str(spaces);
        let ends = if long { part.split_once('–') } else { hyphened(part) };
        match ends {
            Some((start, end)) => out.push_str(&range(start.trim_end(), end.trim_start())),
            None => out.push_str(part.trim_end_matches(['-', '–'])),
        }
        out.push_str(sign);
    }
    out
}

/// Returns first and last page of "1971-1977"; of "3-12-3-15" it cannot be told.
fn hyphened(text: &str) -> Option<(&str, &str)> {
    let (start, end) = text.split_once('-')?;
    let page = |text: &str| {
        !text.is_empty()
            && text.chars().all(|c| c.is_alphanumeric() || c == '.')
            && (text.contains(|c: char| c.is_ascii_digit())
                || text.chars().all(|c| "ivxlcdmIVXLCDM".contains(c)))
    };
    (page(start.split(' ').next_back()?) && page(end.trim_start())).then_some((start, end))
}

/// Returns a range with its last page whole.
fn range(start: &str, end: &str) -> String {
    if end.is_empty() || end == start || end == "+" {
        return format!("{start}{}", if end == "+" { "+" } else { "" });
    }
    let split = |text: &str| -> Option<(usize, usize)> {
        let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
        (digits > 0).then_some((text.len() - digits, digits))
    };
    let Some(((first, digits), (last, fewer))) = split(start).zip(split(end)) else {
        return format!("{start}–{end}");
    };
    let letters = start[..first].bytes().all(|byte| byte.is_ascii_alphabetic());
    if letters && fewer < digits && (last == 0 || start[..first].ends_with(&end[..last])) {
        let kept = start.len() - fewer;
        return format!("{start}–{}{}", &start[..kept], &end[last..]);
    }
    if letters && last == 0 && first > 0 {
        return format!("{start}–{}{end}", &start[..first]);
    }
    format!("{start}–{end}")
}

/// Sets an edition: "2nd ed." and "Second" are 2; of the first one, nothing need
/// be said, but it may be.
pub(super) fn set_edition(work: &mut Work, written: RichText) {
    let plain = written.plain();
    let folded = plain.trim().to_lowercase();
    let mut bare = folded.trim_end_matches('.');
    for word in ["edition", "edn", "ed", "aufl", "auflage", "édition", "éd", "edición"] {
        if let Some(rest) = bare.strip_suffix(word).filter(|rest| rest.ends_with([' ', '.'])) {
            bare = rest.trim_end();
            break;
        }
    }
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    let (number, ending) = bare.split_at(digits);
    let ordinal = matches!(ending, "" | "st" | "nd" | "rd" | "th" | "." | "e" | "ª" | "º");
    let word = ORDINALS.iter().position(|word| *word == bare);
    match (ordinal && digits > 0, word) {
        (true, _) => work.set(NumberVariable::Edition, number),
        (false, Some(index)) => work.set(NumberVariable::Edition, (index + 1).to_string()),
        (false, None) => work.set(NumberVariable::Edition, written),
    }
}

const ORDINALS: [&str; 20] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_whole() {
        for (written, expected) in [
            ("1971--1977", "1971–1977"),
            ("1971-7", "1971–1977"),
            ("1971 – 77", "1971–1977"),
            ("e123", "e123"),
            ("e101-e109", "e101–e109"),
            ("S64-75", "S64–S75"),
            ("S64-S5", "S64–S65"),
            ("S98-101", "S98–S101"),
            ("W224--W233", "W224–W233"),
            ("xii-xv", "xii–xv"),
            ("12-5, 30; 41-2", "12–15, 30; 41–42"),
            ("1971-7; quiz 1980", "1971–1977; quiz 1980"),
            ("3-12", "3–12"),
            ("3-1--3-12", "3-1–3-12"),
            ("10.1-10.9", "10.1–10.9"),
            ("112-", "112"),
            ("112-112", "112"),
            ("a-b", "a-b"),
            ("119", "119"),
        ] {
            assert_eq!(pages(written), expected, "{written}");
        }
    }

    #[test]
    fn numbers_are_checked() {
        let mut sources = crate::source::Sources::default();
        let path = crate::source::ProjectPath::new("a.bib").expect("a path");
        let span = Span::new(sources.add(path, String::new()), 0, 0);
        let check = |variable, written: &str| {
            let mut diagnostics = Diagnostics::default();
            let mut work = Work::new(crate::model::WorkKind::Document);
            set(&mut work, variable, written, span, &mut diagnostics);
            (work.plain(variable).unwrap_or_default(), diagnostics.sorted().is_empty())
        };
        use StandardVariable::{DOI, ISBN, ISSN, PMCID, PMID, URL};
        for (variable, written, expected, right) in [
            (DOI, "https://doi.org/10.1056/NEJMcp010731", "10.1056/NEJMcp010731", true),
            (DOI, "doi:10.1056/NEJMcp010731.", "10.1056/NEJMcp010731", true),
            (DOI, "10.1056", "10.1056", false),
            (DOI, "10.1056/a b", "10.1056/a b", false),
            (PMID, "PMID: 12075059", "12075059", true),
            (PMID, "PMC12", "PMC12", false),
            (PMCID, "1234567", "PMC1234567", true),
            (PMCID, "PMC1234567", "PMC1234567", true),
            (PMCID, "x", "x", false),
            (ISBN, "978-3-16-148410-0", "978-3-16-148410-0", true),
            (ISBN, "978 3 16 148410 0", "978 3 16 148410 0", true),
            (ISBN, "978-3-16-148410-1", "978-3-16-148410-1", false),
            (ISBN, "0-19-852663-6 (hardback)", "0-19-852663-6 (hardback)", true),
            (ISBN, "0198526636 9783161484100", "0198526636 9783161484100", true),
            (ISSN, "0028-4793 (Print)", "0028-4793", true),
            (ISSN, "0028-4794", "0028-4794", false),
            (URL, "https://example.org", "https://example.org", true),
            (URL, "www.example.org", "www.example.org", false),
        ] {
            assert_eq!(check(variable, written), (expected.to_owned(), right), "{written}");
        }
    }
}
