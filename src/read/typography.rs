//! Typed signs to printed ones: quotation marks, dashes, ellipses, ranges.
//!
//! The rules are Pandoc's `smart`, with the quotation marks and spaces of the
//! topic's language. Nothing is guessed that cannot be told from the signs
//! around it: what fits no rule stays as it was typed.

use std::borrow::Cow;

use crate::model::Language;

/// The four quotation marks of a language, for `"…"` and `'…'`, with the
/// no-break spaces that belong inside of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Quotes {
    double: (&'static str, &'static str),
    single: (&'static str, &'static str),
}

const ENGLISH: Quotes = Quotes { double: ("“", "”"), single: ("‘", "’") };

impl Quotes {
    /// Returns the marks of a language (Unicode CLDR, `delimiters`); English
    /// ones where they are not known.
    fn of(language: &Language) -> Self {
        let (double, single) = match (language.primary(), language.region()) {
            ("de" | "it" | "fr", Some("CH")) => (("«", "»"), ("‹", "›")),
            ("de" | "bg" | "cs" | "is" | "lt" | "sk" | "sl" | "sq", _) => (("„", "“"), ("‚", "‘")),
            ("fr", _) => (("«\u{202f}", "\u{202f}»"), ("“", "”")),
            ("es" | "it" | "el" | "ca", _) | ("pt", Some("PT")) => (("«", "»"), ("“", "”")),
            ("ru" | "uk" | "be" | "kk" | "hy", _) => (("«", "»"), ("„", "“")),
            ("pl", _) => (("„", "”"), ("‚", "’")),
            ("hu" | "ro", _) => (("„", "”"), ("»", "«")),
            ("hr" | "sr" | "bs" | "mk", _) => (("„", "“"), ("‘", "’")),
            ("nb" | "no" | "nn", _) => (("«", "»"), ("‘", "’")),
            ("sv" | "fi", _) => (("”", "”"), ("’", "’")),
            ("ja", _) => (("「", "」"), ("『", "』")),
            _ => return ENGLISH,
        };
        Self { double, single }
    }
}

/// How typed signs are set in one text, and where in it we are.
#[derive(Debug, Clone)]
pub(super) struct Typography {
    on: bool,
    quotes: Quotes,
    /// French sets a space before `;`, `:`, `!` and `?`, which must not break.
    spaced: bool,
    /// The last sign of this line; `None` at its start.
    last: Option<char>,
    double_open: bool,
    single_open: bool,
}

/// How many bytes are looked at in one go.
const STEP: usize = 16;

impl Typography {
    /// Starts a text in a language; with `on` false, it stays as typed.
    pub(super) fn new(language: &Language, on: bool) -> Self {
        let spaced = language.primary() == "fr" && language.region() != Some("CH");
        Self {
            on,
            quotes: Quotes::of(language),
            spaced,
            last: None,
            double_open: false,
            single_open: false,
        }
    }

    /// Starts a paragraph, cell or title: marks left open do not reach into it.
    pub(super) fn restart(&mut self) {
        self.last = None;
        self.double_open = false;
        self.single_open = false;
    }

    /// Notes what stands in the line and is not set by this: code, a citation.
    pub(super) fn pass(&mut self, text: &str) {
        self.last = text.chars().next_back().or(self.last);
    }

    /// Returns `typed` as it is printed. `next` is the sign that follows it;
    /// `None` at the end of the line.
    pub(super) fn set<'t>(&mut self, typed: &'t str, next: Option<char>) -> Cow<'t, str> {
        if !self.on || self.ordinary(typed) == typed.len() {
            self.pass(typed);
            return Cow::Borrowed(typed);
        }
        let mut out = String::with_capacity(typed.len() + 8);
        let mut rest = typed;
        while let Some(c) = rest.chars().next() {
            let ordinary = self.ordinary(rest);
            if ordinary > 0 {
                let (plain, others) = rest.split_at(ordinary);
                out.push_str(plain);
                self.pass(plain);
                rest = others;
                continue;
            }
            let run = rest.len() - rest.trim_start_matches(c).len();
            let before = self.last;
            let after = |taken: usize| rest[taken..].chars().next().or(next);
            let taken = match c {
                '"' => {
                    let follows = after(1);
                    self.double(before, follows, &mut out);
                    1
                }
                '\'' => {
                    let follows = after(1);
                    self.single(before, follows, &mut out);
                    1
                }
                '.' if run == 3 => {
                    out.push('…');
                    3
                }
                '-' if run == 3 => {
                    out.push('—');
                    3
                }
                '-' if run == 2 => {
                    out.push('–');
                    2
                }
                '-' if run == 1 && is_range(&typed[..typed.len() - rest.len()], &rest[1..]) => {
                    out.push('–');
                    1
                }
                '-' | '.' | ' ' if run > 1 || c != ' ' => {
                    out.push_str(&rest[..run]);
                    run
                }
                ' ' if self.spaced && run == 1 => {
                    let mut ahead = rest[1..].chars().chain(next);
                    out.push(self.space(before, ahead.next(), ahead.next()));
                    1
                }
                c => {
                    out.push(c);
                    c.len_utf8()
                }
            };
            self.last = rest[..taken].chars().next_back();
            rest = &rest[taken..];
        }
        Cow::Owned(out)
    }

    /// Returns how many bytes at the start are signs that are never changed.
    fn ordinary(&self, text: &str) -> usize {
        let spaced = self.spaced;
        let changes = |byte: u8| {
            byte == b'"'
                || byte == b'\''
                || byte == b'.'
                || byte == b'-'
                || (spaced && byte == b' ')
        };
        // Without a way out, a step is a few instructions for all of its bytes.
        let is_ordinary = |step: &[u8]| !step.iter().fold(false, |any, byte| any | changes(*byte));
        let bytes = text.as_bytes();
        let start = STEP * bytes.chunks_exact(STEP).take_while(|step| is_ordinary(step)).count();
        let rest = bytes.get(start..).unwrap_or_default();
        start + rest.iter().position(|byte| changes(*byte)).unwrap_or(rest.len())
    }

    fn double(&mut self, before: Option<char>, after: Option<char>, out: &mut String) {
        if opens(before) && after.is_some_and(|c| !c.is_whitespace()) {
            self.double_open = true;
            out.push_str(self.quotes.double.0);
        } else if self.double_open {
            self.double_open = false;
            out.push_str(self.quotes.double.1);
        } else {
            // Inches, or a mark that is left alone.
            out.push('"');
        }
    }

    fn single(&mut self, before: Option<char>, after: Option<char>, out: &mut String) {
        let in_word = before.is_some_and(char::is_alphanumeric);
        if in_word && after.is_some_and(char::is_alphabetic) {
            out.push('’');
        } else if opens(before) && after.is_some_and(|c| c.is_ascii_digit()) && !self.single_open {
            // The '80s.
            out.push('’');
        } else if opens(before) && after.is_some_and(|c| !c.is_whitespace()) {
            self.single_open = true;
            out.push_str(self.quotes.single.0);
        } else if self.single_open {
            self.single_open = false;
            out.push_str(self.quotes.single.1);
        } else if before.is_some_and(char::is_alphabetic) {
            // The patients' films.
            out.push('’');
        } else {
            out.push('\'');
        }
    }

    /// Returns the space that stands between two signs in French (Imprimerie
    /// nationale, "Lexique des règles typographiques").
    fn space(&self, before: Option<char>, after: Option<char>, then: Option<char>) -> char {
        match (before, after) {
            // `::` is a notation of ours.
            (_, Some(':')) if then != Some(':') => '\u{a0}',
            (_, Some(';' | '!' | '?' | '»')) | (Some('«'), _) => '\u{202f}',
            _ => ' ',
        }
    }
}

/// Tells whether a quotation mark after this sign can open.
fn opens(before: Option<char>) -> bool {
    before.is_none_or(|c| {
        c.is_whitespace()
            || matches!(
                c,
                '(' | '[' | '{' | '-' | '–' | '—' | '/' | '«' | '"' | '\'' | '¿' | '¡' | '='
            )
    })
}

/// Tells whether a hyphen between two texts stands for "to": one rising pair of
/// numbers, and nothing of a date, telephone number or name around it.
fn is_range(before: &str, after: &str) -> bool {
    let number = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let head = before.trim_end_matches(['%', '°']);
    let first = &head[head.trim_end_matches(number).len()..];
    let second = &after[..after.len() - after.trim_start_matches(number).len()];
    let second = second.trim_end_matches(['.', ',']);
    let around = (
        head[..head.len() - first.len()].chars().next_back(),
        after[second.len()..].chars().next(),
    );
    let apart = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '(' | ')'
                    | '['
                    | ']'
                    | ','
                    | '.'
                    | ';'
                    | ':'
                    | '!'
                    | '?'
                    | '%'
                    | '°'
                    | '<'
                    | '>'
                    | '"'
                    | '~'
                    | '≥'
                    | '≤'
                    | '×'
            )
    };
    if !around.0.is_none_or(apart) || !around.1.is_none_or(apart) {
        return false;
    }
    let value = |text: &str| {
        let digits = text.starts_with(|c: char| c.is_ascii_digit());
        let padded = text.len() > 1 && text.starts_with('0') && !text.starts_with("0.");
        let plain = text.matches(['.', ',']).count() <= 1;
        (digits && !padded && plain && text.len() < 16)
            .then(|| text.replace(',', ".").parse::<f64>().ok())
            .flatten()
    };
    matches!((value(first), value(second)), (Some(first), Some(second)) if first < second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(tag: &str, typed: &str) -> String {
        Typography::new(&Language::new(tag).expect("a tag"), true).set(typed, None).into_owned()
    }

    #[test]
    fn quotation_marks_are_those_of_the_language() {
        let typed = "He said \"see 'this'\" (\"that\").";
        assert_eq!(set("en", typed), "He said “see ‘this’” (“that”).");
        assert_eq!(set("de", typed), "He said „see ‚this‘“ („that“).");
        assert_eq!(set("de-CH", "\"a\""), "«a»");
        assert_eq!(
            set("fr", "Il dit \"non\" : vraiment ?"),
            "Il dit «\u{202f}non\u{202f}»\u{a0}: vraiment\u{202f}?"
        );
        assert_eq!(set("fr", "« non »"), "«\u{202f}non\u{202f}»");
        assert_eq!(set("xx", "\"a\""), "“a”");
    }

    #[test]
    fn apostrophes_and_inches() {
        assert_eq!(set("en", "Light's '80s patients' films"), "Light’s ’80s patients’ films");
        assert_eq!(set("de", "Paget's"), "Paget’s");
        assert_eq!(set("en", "a 5\" pipe, 6' long"), "a 5\" pipe, 6' long");
        assert_eq!(set("en", "a \" b"), "a \" b");
        assert_eq!(set("en", "\"in 1972\""), "“in 1972”");
    }

    #[test]
    fn dashes_and_ranges() {
        assert_eq!(set("en", "a -- b --- c ... d"), "a – b — c … d");
        assert_eq!(
            set("en", "3-5, 1990-1995; 5-10%, 5%-10%, 0.5-1.5 mm."),
            "3–5, 1990–1995; 5–10%, 5%–10%, 0.5–1.5 mm."
        );
        for kept in [
            "2020-01-02",
            "CD4-8",
            "5-3",
            "x-5",
            "1-2-dichloro",
            "COVID-19",
            "01-02",
            "----",
            "....",
            "555-1234-5",
            "10-3a",
            "3-",
            "-5",
        ] {
            assert_eq!(set("en", kept), kept);
        }
    }

    #[test]
    fn the_line_goes_on_over_what_is_not_set() {
        let mut line = Typography::new(&Language::english(), true);
        assert_eq!(line.set("say \"", Some('x')), "say “");
        line.pass("x");
        assert_eq!(line.set("\" now", None), "” now");
        line.restart();
        assert_eq!(line.set("\"a", None), "“a");
        let mut off = Typography::new(&Language::english(), false);
        assert_eq!(off.set("\"3-5...\"", None), "\"3-5...\"");
    }
}
