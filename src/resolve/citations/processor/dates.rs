//! Dates (CSL 1.0.2, "Date").

use std::borrow::Cow;

use hayagriva::citationberg::taxonomy::{OtherTerm, Term};
use hayagriva::citationberg::{
    Affixes, Date, DateDayForm, DateMonthForm, DatePart, DatePartName, DateParts,
    DateStrongAnyForm, LongShortForm, TermForm,
};

use super::numbers::ordinal;
use super::output::{Look, Role, Run};
use super::pass::{Called, Pass};
use crate::model::{DateVariable, PartialDate, WithinYear, WorkDate};

/// A part of a date as the style has it: in a localized date, affixes and order are
/// the locale's, and the dress is the style's.
struct Part<'a> {
    part: &'a DatePart,
    /// The style's own, beside the locale's.
    own: Option<&'a DatePart>,
}

/// How much of a date there is to tell: the year, the month, the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Day,
    Month,
    Year,
}

fn level(name: DatePartName) -> Level {
    match name {
        DatePartName::Day => Level::Day,
        DatePartName::Month => Level::Month,
        DatePartName::Year => Level::Year,
    }
}

impl<'a> Pass<'_, 'a> {
    /// Prints a date.
    pub(super) fn date(&mut self, date: &'a Date) -> Called {
        let Some(variable) = date.variable else { return Called::default() };
        let nothing = Called { any: true, some: false };
        if self.is_spent(variable.into()) {
            return nothing;
        }
        let Some(value) = self.cite.item.work.dates.get(&variable) else { return nothing };
        self.touch(variable.into());
        if self.cite.sorting {
            // By as much as would be printed.
            let least = match date.form {
                Some(_) => match date.parts.unwrap_or_default() {
                    DateParts::Year => Level::Year,
                    DateParts::YearMonth => Level::Month,
                    DateParts::YearMonthDay => Level::Day,
                },
                None => {
                    let levels = date.date_part.iter().map(|part| level(part.name));
                    levels.min().unwrap_or(Level::Day)
                }
            };
            self.push(Run::plain(sort_text(value, least)));
            return Called { any: true, some: true };
        }
        let start = self.runs.len();
        let (parts, delimiter) = match date.form.and_then(|form| self.program.terms.date(form)) {
            Some(localized) => {
                let wanted = date.parts.unwrap_or_default();
                let parts = localized.date_part.iter().filter(|part| match part.name {
                    DatePartName::Day => wanted.has_day(),
                    DatePartName::Month => wanted != DateParts::Year,
                    DatePartName::Year => true,
                });
                let parts = parts.map(|part| Part {
                    part,
                    own: date.date_part.iter().find(|own| own.name == part.name),
                });
                (parts.collect::<Vec<_>>(), localized.delimiter.as_deref())
            }
            None => {
                let parts = date.date_part.iter().map(|part| Part { part, own: None });
                (parts.collect(), date.delimiter.as_deref())
            }
        };
        self.date_parts(variable, *value, &parts, delimiter.unwrap_or_default());
        let look = Look::of(&date.formatting);
        self.finish(start, date.text_case, false, look, false, &date.affixes, date.display);
        Called { any: true, some: self.runs.len() > start }
    }

    fn date_parts(
        &mut self,
        variable: DateVariable,
        value: WorkDate,
        parts: &[Part<'a>],
        delimiter: &'a str,
    ) {
        // What there is of it.
        let parts: Vec<&Part<'a>> =
            parts.iter().filter(|part| self.has_part(part, value.start)).collect();
        let split = value.end.and_then(|end| self.span(&parts, value.start, end));
        let Some((first, last, level, end)) = split else {
            for (at, part) in parts.iter().enumerate() {
                self.joined(at > 0, delimiter);
                self.date_part(variable, part, value.start, true, true);
            }
            return;
        };
        for at in 0..parts.len() {
            self.joined(at > 0, delimiter);
            self.date_part(variable, parts[at], value.start, true, at != last);
            if at != last {
                continue;
            }
            // Between the parts that differ, and then those of the end.
            let to = parts
                .iter()
                .find(|part| self::level(part.part.name) == level)
                .and_then(|part| part.own.unwrap_or(part.part).range_delimiter.as_deref())
                .unwrap_or(self.program.terms.to);
            self.push(Run::plain(to));
            for (index, part) in parts[first..=last].iter().enumerate() {
                self.joined(index > 0, delimiter);
                self.date_part(variable, part, end, index > 0, true);
            }
        }
    }

    /// Returns the parts of which a span of time has two: from the first to the
    /// last, the greatest of them, and where they end; `None` if all that is
    /// printed is alike.
    fn span(
        &self,
        parts: &[&Part],
        start: PartialDate,
        end: PartialDate,
    ) -> Option<(usize, usize, Level, PartialDate)> {
        let greatest = if start.year != end.year {
            Level::Year
        } else if month(start) != month(end) {
            Level::Month
        } else if day(start) != day(end) {
            Level::Day
        } else {
            return None;
        };
        let within = |part: &&&Part| level(part.part.name) <= greatest;
        let first = parts.iter().position(|part| within(&part))?;
        let last = parts.iter().rposition(|part| within(&part))?;
        // Of numbers of which one must be told from the others, nobody can tell
        // which they are: "2006-06-15–07-17".
        let numeric = parts.iter().all(|part| match part.part.form() {
            DateStrongAnyForm::Month(form) => {
                matches!(form, DateMonthForm::Numeric | DateMonthForm::NumericLeadingZeros)
            }
            _ => true,
        });
        let mixed = numeric && parts.len() > 2 && greatest < Level::Year;
        (!mixed).then_some((first, last, greatest, end))
    }

    fn joined(&mut self, more: bool, delimiter: &'a str) {
        if more && !delimiter.is_empty() {
            self.push(Run::plain(delimiter));
        }
    }

    fn has_part(&self, part: &Part, date: PartialDate) -> bool {
        match part.part.name {
            DatePartName::Year => true,
            DatePartName::Month => date.within.is_some(),
            DatePartName::Day => day(date).is_some(),
        }
    }

    fn date_part(
        &mut self,
        variable: DateVariable,
        part: &Part<'a>,
        date: PartialDate,
        with_prefix: bool,
        with_suffix: bool,
    ) {
        let form = part.part;
        let own = part.own.unwrap_or(form);
        let start = self.runs.len();
        let shape = match part.own {
            // The style may have another form, too.
            Some(own) if has_form(own) => own.form(),
            _ => form.form(),
        };
        match shape {
            DateStrongAnyForm::Year(form) => {
                self.push(Run::of(self.year(date.year, form), Role::Year));
                let suffix = self.cite.told.suffix.as_str();
                let here = variable == DateVariable::Issued
                    && !suffix.is_empty()
                    && !self.has_suffix
                    && !self.cite.sorting
                    && !self.program.places_suffix(self.cite.bibliography);
                if here {
                    self.has_suffix = true;
                    self.push(Run::of(suffix.to_owned(), Role::Suffix));
                }
            }
            DateStrongAnyForm::Month(form) => {
                if let Some(text) = self.month(date, form) {
                    self.push(Run::plain(text));
                }
            }
            DateStrongAnyForm::Day(form) => {
                if let Some(day) = day(date) {
                    self.push(Run::plain(self.day(day, date, form)));
                }
            }
        }
        let affixes = Affixes {
            prefix: form.affixes.prefix.clone().filter(|_| with_prefix),
            suffix: form.affixes.suffix.clone().filter(|_| with_suffix),
        };
        let look = Look::of(&own.formatting);
        let strip = form.strip_periods || own.strip_periods;
        self.finish(start, own.text_case.or(form.text_case), strip, look, false, &affixes, None);
    }

    fn year(&self, year: i16, form: LongShortForm) -> String {
        let word = |term: OtherTerm| {
            self.program.terms.word(term.into(), TermForm::Long, false).unwrap_or_default()
        };
        match year {
            // 0 is 1 BC.
            ..=0 => format!("{}{}", 1 - i32::from(year), word(OtherTerm::Bc)),
            1..=999 => format!("{year}{}", word(OtherTerm::Ad)),
            _ if form == LongShortForm::Short => format!("{:02}", year % 100),
            _ => year.to_string(),
        }
    }

    fn month(&self, date: PartialDate, form: DateMonthForm) -> Option<Cow<'a, str>> {
        let number = match date.within? {
            WithinYear::Month(month) | WithinYear::Day(month, _) => month,
            WithinYear::Season(season) => {
                let form = match form {
                    DateMonthForm::Short => TermForm::Short,
                    DateMonthForm::Long => TermForm::Long,
                    DateMonthForm::Numeric | DateMonthForm::NumericLeadingZeros => return None,
                };
                return self
                    .program
                    .terms
                    .word(season_term(season)?, form, false)
                    .map(Cow::Borrowed);
            }
        };
        let name = |form| {
            let term = OtherTerm::month(number.checked_sub(1)?)?;
            self.program.terms.word(term.into(), form, false).map(Cow::Borrowed)
        };
        match form {
            DateMonthForm::Long => name(TermForm::Long),
            DateMonthForm::Short => name(TermForm::Short),
            DateMonthForm::Numeric => Some(Cow::Owned(number.to_string())),
            DateMonthForm::NumericLeadingZeros => Some(Cow::Owned(format!("{number:02}"))),
        }
    }

    fn day(&self, day: u8, date: PartialDate, form: DateDayForm) -> String {
        match form {
            DateDayForm::NumericLeadingZeros => format!("{day:02}"),
            DateDayForm::Ordinal if day == 1 || !self.program.terms.first_day_only => {
                let month = month(date).and_then(|month| OtherTerm::month(month.checked_sub(1)?));
                let term = month.map_or(Term::PageVariable, Term::from);
                ordinal(day.into(), term, &self.program.terms)
            }
            DateDayForm::Numeric | DateDayForm::Ordinal => day.to_string(),
        }
    }
}

/// Whether a part says its form itself.
fn has_form(part: &DatePart) -> bool {
    match part.form() {
        DateStrongAnyForm::Day(form) => form != DateDayForm::default(),
        DateStrongAnyForm::Month(form) => form != DateMonthForm::default(),
        DateStrongAnyForm::Year(form) => form != LongShortForm::default(),
    }
}

fn season_term(season: u8) -> Option<Term> {
    let term = match season {
        1 => OtherTerm::Season01,
        2 => OtherTerm::Season02,
        3 => OtherTerm::Season03,
        4 => OtherTerm::Season04,
        _ => return None,
    };
    Some(term.into())
}

/// The month, or a season, which is never the same as a month.
fn month(date: PartialDate) -> Option<u8> {
    match date.within? {
        WithinYear::Season(season) => Some(20 + season),
        WithinYear::Month(month) | WithinYear::Day(month, _) => Some(month),
    }
}

fn day(date: PartialDate) -> Option<u8> {
    match date.within? {
        WithinYear::Day(_, day) => Some(day),
        WithinYear::Season(_) | WithinYear::Month(_) => None,
    }
}

/// Returns a date that sorts as text does, down to a part of it (CSL 1.0.2,
/// "Sorting").
pub(super) fn sort_text(date: &WorkDate, least: Level) -> String {
    let one = |date: PartialDate| {
        let month = match date.within {
            Some(WithinYear::Month(month) | WithinYear::Day(month, _)) => month,
            // After the months that it follows.
            Some(WithinYear::Season(season)) => season * 3,
            None => 0,
        };
        // Years before Christ first.
        let year = i32::from(date.year) + 40_000;
        let month = if least == Level::Year { 0 } else { month };
        let day = day(date).filter(|_| least == Level::Day).unwrap_or_default();
        format!("{year:05}{month:02}{day:02}")
    };
    match date.end {
        Some(end) => format!("{}-{}", one(date.start), one(end)),
        None => one(date.start),
    }
}
