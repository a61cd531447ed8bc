//! Places in works: what the engine gets for them, and how they are worded.
//!
//! The engine takes "3–5 and 9" for text, so that its label would stay in the
//! singular; it knows no page ranges here; and for each page that is cited it
//! would have to render the work anew. So it gets a sign, with one number or
//! two, and the place is put in afterwards.

use std::str::FromStr;

use hayagriva::citationberg::taxonomy::{Locator as Kind, Term};
use hayagriva::citationberg::{IndependentStyle, Locale, LocaleCode, TermForm};

use super::cipher::{Cipher, Sign};
use super::locale::locales;
use crate::model::Locator;

/// What the engine is told of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    pub(super) kind: Kind,
    count: Count,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Count {
    /// Letters: "iv".
    Text,
    One,
    Many,
}

impl Shape {
    /// Returns what the engine is told of a place.
    pub(super) fn of(locator: &Locator) -> Self {
        let kind = Kind::from_str(locator.kind).unwrap_or(Kind::Page);
        let value = locator.value.as_str();
        let joined = |word: &str| value.split(' ').any(|other| other == word);
        let many = value.contains(['–', ',', '&'])
            || ["and", "und", "et", "y", "ff", "ff.", "sqq."].into_iter().any(joined);
        let count = match (many, value.contains(|c: char| c.is_ascii_digit())) {
            (true, _) => Count::Many,
            (false, true) => Count::One,
            (false, false) => Count::Text,
        };
        Self { kind, count }
    }

    /// Returns what stands for the place; `number` tells places apart.
    pub(super) fn code(self, number: usize, cipher: &mut Cipher) -> Option<String> {
        let start = cipher.code(Sign::Place(number))?;
        let end = cipher.code(Sign::PlaceEnd)?;
        let middle = match self.count {
            Count::Text => "",
            Count::One => "1",
            Count::Many => "1-2",
        };
        Some(format!("{start}{middle}{end}"))
    }

    /// Returns the short word for a kind of place: "pp.".
    pub(super) fn label(self, csl: &IndependentStyle, locale: &LocaleCode) -> Option<String> {
        let term = Term::from(self.kind);
        lookup(csl, locale, term, TermForm::Short, self.count == Count::Many)
    }
}

/// Returns the locales that the engine asks, in its order.
fn chain<'a>(csl: &'a IndependentStyle, locale: &LocaleCode) -> impl Iterator<Item = &'a Locale> {
    let primary = locale.0.split('-').next().unwrap_or_default();
    let own = |code: Option<&str>| {
        csl.locale.iter().find(move |one| one.lang.as_ref().map(|lang| lang.0.as_str()) == code)
    };
    let files = locales(locale);
    let file = |code: &LocaleCode| files.iter().find(|one| one.lang.as_ref() == Some(code));
    let fallback = locale.fallback();
    let chain = [
        own(Some(&locale.0)),
        own(Some(primary)),
        own(None),
        file(locale),
        fallback.as_ref().and_then(file),
        file(&LocaleCode::en_us()),
    ];
    chain.into_iter().flatten()
}

/// Returns a term as the engine would have it, in a locale.
pub(super) fn lookup(
    csl: &IndependentStyle,
    locale: &LocaleCode,
    term: Term,
    form: TermForm,
    plural: bool,
) -> Option<String> {
    let mut form = Some(form);
    while let Some(current) = form {
        let found = chain(csl, locale).find_map(|place| {
            let term = place.term(term, current)?;
            if plural { term.multiple() } else { term.single() }
        });
        if let Some(found) = found {
            return Some(found.to_owned());
        }
        form = current.fallback();
    }
    None
}

/// Whether full stops and commas stand within quotation marks.
pub(super) fn punctuates_in_quotes(csl: &IndependentStyle, locale: &LocaleCode) -> bool {
    let of = |place: &Locale| place.style_options?.punctuation_in_quote;
    chain(csl, locale).find_map(of).unwrap_or_default()
}

/// Returns a place as it is printed: ranges of pages as the style has them.
pub(super) fn worded(locator: &Locator, csl: &IndependentStyle) -> String {
    let Some(format) = csl.settings.page_range_format.filter(|_| locator.kind == "page") else {
        return locator.value.clone();
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut out = String::new();
    for (index, word) in locator.value.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        let bare = word.trim_end_matches(',');
        match bare.split_once('–') {
            Some((start, end)) if digits(start) && digits(end) => {
                let mut range = String::new();
                if format.format(&mut range, start, end, Some("–")).is_ok() {
                    out.push_str(&range);
                    out.push_str(&word[bare.len()..]);
                } else {
                    out.push_str(word);
                }
            }
            _ => out.push_str(word),
        }
    }
    out
}
