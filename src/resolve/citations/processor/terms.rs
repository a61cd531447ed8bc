//! What a style and its locales say of words and dates, in one language.

use std::collections::HashMap;

use hayagriva::citationberg::taxonomy::Kind;
use hayagriva::citationberg::taxonomy::{Locator as Place, NumberVariable, OtherTerm, Term};
use hayagriva::citationberg::{
    Date, DateForm, GrammarGender, IndependentStyle, Locale, LocaleCode, LocalizedTerm,
    OrdinalMatch, TermForm,
};

use super::super::locale::locales;
use super::super::tidy::Marks;

/// The words of a style in a language: the style's own before those of the locale,
/// and these before English ones (CSL 1.0.2, "Locale Fallback").
pub(in super::super) struct Terms<'a> {
    terms: HashMap<(Term, TermForm), &'a LocalizedTerm>,
    /// Those for numbers: "th".
    ordinals: Vec<&'a LocalizedTerm>,
    numeric: Option<&'a Date>,
    text: Option<&'a Date>,
    /// Whether only the first of a month is an ordinal.
    pub(super) first_day_only: bool,
    /// The quotation marks.
    pub(in super::super) marks: Marks,
    /// What stands between the first and the last page.
    pub(super) page_delimiter: &'a str,
    /// What stands in a span of time, unless a style says it: a style that has a
    /// sign of its own between pages means it for dates, too.
    pub(super) to: &'a str,
}

impl<'a> Terms<'a> {
    /// Collects the words of a style in a language.
    pub(in super::super) fn of(csl: &'a IndependentStyle, code: &LocaleCode) -> Self {
        let chain: Vec<&'a Locale> = chain(csl, code).collect();
        let mut terms = HashMap::new();
        for term in
            chain.iter().filter_map(|locale| locale.terms.as_ref()).flat_map(|all| &all.terms)
        {
            terms.entry((canonical(term.name), term.form)).or_insert(term);
        }
        let date = |form: DateForm| {
            chain.iter().flat_map(|locale| &locale.date).find(|date| date.form == Some(form))
        };
        let single = |term: OtherTerm| {
            terms.get(&(term.into(), TermForm::Long)).and_then(|found| found.single())
        };
        let mark = |term: OtherTerm, otherwise: &str| {
            single(term).map_or_else(|| otherwise.to_owned(), str::to_owned)
        };
        let own = csl.locale.iter().find_map(|locale| {
            locale.term(OtherTerm::PageRangeDelimiter.into(), TermForm::Long)?.single()
        });
        let option = |ask: fn(&Locale) -> Option<bool>| {
            chain.iter().find_map(|locale| ask(locale)).unwrap_or_default()
        };
        Self {
            // A locale that has any has all.
            ordinals: chain
                .iter()
                .map(|locale| ordinals(locale))
                .find(|all| !all.is_empty())
                .unwrap_or_default(),
            numeric: date(DateForm::Numeric),
            text: date(DateForm::Text),
            first_day_only: option(|locale| locale.style_options?.limit_day_ordinals_to_day_1),
            marks: Marks {
                open: mark(OtherTerm::OpenQuote, "“"),
                close: mark(OtherTerm::CloseQuote, "”"),
                inner_open: mark(OtherTerm::OpenInnerQuote, "‘"),
                inner_close: mark(OtherTerm::CloseInnerQuote, "’"),
                punctuation_inside: option(|locale| locale.style_options?.punctuation_in_quote),
            },
            page_delimiter: single(OtherTerm::PageRangeDelimiter).unwrap_or("–"),
            to: own.unwrap_or("–"),
            terms,
        }
    }

    /// Returns a word; a form that there is not falls back (CSL 1.0.2, "Terms").
    pub(in super::super) fn word(
        &self,
        term: Term,
        form: TermForm,
        plural: bool,
    ) -> Option<&'a str> {
        let term = canonical(term);
        let mut form = Some(form);
        while let Some(current) = form {
            if let Some(found) = self.terms.get(&(term, current)) {
                return if plural { found.multiple() } else { found.single() };
            }
            form = current.fallback();
        }
        None
    }

    /// Returns the gender of what a term names.
    pub(super) fn gender(&self, term: Term) -> Option<GrammarGender> {
        self.terms.get(&(canonical(term), TermForm::Long)).and_then(|found| found.gender)
    }

    /// Returns what follows a number: "th".
    pub(super) fn ordinal(&self, number: i32, gender: Option<GrammarGender>) -> Option<&'a str> {
        let neuter = |term: &LocalizedTerm| term.gender_form.is_none();
        let best = |of: &dyn Fn(&LocalizedTerm) -> bool| {
            let terms = self.ordinals.iter().filter(|term| of(term));
            terms
                .filter_map(|term| Some((rank(term, number)?, *term)))
                .max_by_key(|(rank, _)| *rank)
        };
        let gendered = gender.and_then(|gender| best(&|term| term.gender_form == Some(gender)));
        let (_, term) = match (gendered, best(&neuter)) {
            (Some(gendered), Some(other)) if other.0 > gendered.0 => other,
            (found, other) => found.or(other)?,
        };
        term.single().or_else(|| term.multiple())
    }

    /// Returns "third" for 3; there are ten of them.
    pub(super) fn long_ordinal(&self, number: i32) -> Option<&'a str> {
        let number = u8::try_from(number).ok().filter(|number| (1..=10).contains(number))?;
        self.word(OtherTerm::LongOrdinal(number).into(), TermForm::Long, false)
    }

    /// Returns how the locale writes dates.
    pub(super) fn date(&self, form: DateForm) -> Option<&'a Date> {
        match form {
            DateForm::Numeric => self.numeric,
            DateForm::Text => self.text,
        }
    }
}

/// Returns the terms of a locale that follow numbers.
fn ordinals(locale: &Locale) -> Vec<&LocalizedTerm> {
    let terms = locale.terms.iter().flat_map(|all| &all.terms);
    terms
        .filter(|term| {
            matches!(term.name, Term::Other(OtherTerm::Ordinal | OtherTerm::OrdinalN(_)))
        })
        .collect()
}

/// Returns how well a term fits a number: those for more of its digits better (CSL
/// 1.0.2, "Ordinal Suffixes").
fn rank(term: &LocalizedTerm, number: i32) -> Option<u8> {
    let Term::Other(OtherTerm::OrdinalN(of)) = term.name else { return Some(0) };
    let of_two = if of >= 10 { OrdinalMatch::LastTwoDigits } else { OrdinalMatch::LastDigit };
    let (fits, rank) = match term.match_.unwrap_or(of_two) {
        OrdinalMatch::LastDigit => (number % 10 == i32::from(of), 1),
        OrdinalMatch::LastTwoDigits => (number % 100 == i32::from(of), 2),
        OrdinalMatch::WholeNumber => (number == i32::from(of), 3),
    };
    fits.then_some(rank)
}

/// Returns one of the names that CSL has for one word: "page" names a variable and
/// a kind of place.
fn canonical(term: Term) -> Term {
    match term {
        Term::NumberVariable(NumberVariable::Issue) => Term::Locator(Place::Issue),
        Term::NumberVariable(NumberVariable::Section) => Term::Locator(Place::Section),
        Term::NumberVariable(NumberVariable::Volume) => Term::Locator(Place::Volume),
        Term::PageVariable => Term::Locator(Place::Page),
        Term::Kind(Kind::Book) => Term::Locator(Place::Book),
        Term::Kind(Kind::Chapter) => Term::Locator(Place::Chapter),
        Term::Kind(Kind::Figure) => Term::Locator(Place::Figure),
        term => term,
    }
}

/// Returns the locales of a style in a language, the nearest first.
fn chain<'a>(csl: &'a IndependentStyle, code: &LocaleCode) -> impl Iterator<Item = &'a Locale> {
    let primary = code.0.split('-').next().unwrap_or_default().to_owned();
    let own = |wanted: Option<&str>| {
        csl.locale
            .iter()
            .filter(|one| one.lang.as_ref().map(|lang| lang.0.as_str()) == wanted)
            .collect::<Vec<_>>()
    };
    let mut all = own(Some(&code.0));
    if primary != code.0 {
        all.extend(own(Some(&primary)));
    }
    all.extend(own(None));
    all.extend(locales(code));
    all.into_iter()
}
