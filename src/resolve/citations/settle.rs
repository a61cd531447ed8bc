//! What the engine rendered, set right where it knows too little of works.
//!
//! - hayagriva 0.10.1 prints no spans of time: of 15 to 17 June, the 15th.
//! - Layouts know no blocks within entries.
//! - CSL knows no delimiter between persons and groups; some manuals do.

use hayagriva::{ElemChild, ElemChildren, ElemMeta, Formatted, Formatting};

use super::people::is_tied;
use super::rules::Rules;
use crate::model::{Name, NumberVariable, PartialDate, PersonName, WithinYear, Work};

/// Sets the rendering of a work right.
pub(super) fn settle(children: &mut ElemChildren, work: &Work, rules: &Rules) {
    apart_blocks(children);
    for child in &mut children.0 {
        let ElemChild::Elem(elem) = child else { continue };
        match elem.meta {
            Some(ElemMeta::Date) => spans(&mut elem.children, work, rules),
            Some(ElemMeta::Names(_)) if rules.manual.groups_apart => {
                apart(&mut elem.children, work);
            }
            Some(ElemMeta::Name(variable, index)) => {
                let name = work.people(variable).and_then(|list| list.names.get(index));
                if let Some(Name::Person(person)) = name {
                    tie(&mut elem.children, person);
                }
            }
            Some(ElemMeta::Text | ElemMeta::Number) if rules.to != DASH => {
                issues(&mut elem.children, work, rules);
            }
            _ => {}
        }
        settle(&mut elem.children, work, rules);
    }
}

/// Puts spaces around what styles want on lines or in columns of their own:
/// layouts know entries only.
fn apart_blocks(children: &mut ElemChildren) {
    let is_block =
        |child: &ElemChild| matches!(child, ElemChild::Elem(elem) if elem.display.is_some());
    if !children.0.iter().any(is_block) {
        return;
    }
    let space = || {
        let text = Formatted { text: " ".to_owned(), formatting: Formatting::default() };
        ElemChild::Text(text)
    };
    let mut out = Vec::with_capacity(children.0.len() * 2);
    for child in std::mem::take(&mut children.0) {
        let block = is_block(&child);
        out.extend(block.then(space));
        out.push(child);
        out.extend(block.then(space));
    }
    children.0 = out;
}

/// What the engine prints between two numbers.
const DASH: &str = "–";

/// Prints the style's own sign between two issues: hayagriva 0.10.1 has a dash.
fn issues(children: &mut ElemChildren, work: &Work, rules: &Rules) {
    for child in &mut children.0 {
        let ElemChild::Text(text) = child else { continue };
        for variable in [NumberVariable::Issue, NumberVariable::Volume] {
            let written = work.plain(variable).unwrap_or_default();
            let dashed = written.trim().replace(['-', '–'], DASH);
            if dashed.contains(DASH) && text.text.contains(&dashed) {
                text.text = text.text.replace(&dashed, &dashed.replace(DASH, &rules.to));
            }
        }
    }
}

/// Takes the space from between "d’" and the family name.
fn tie(children: &mut ElemChildren, person: &PersonName) {
    let Some(particle) = &person.dropping_particle else { return };
    let particle = particle.replace('\'', "’");
    if !is_tied(&particle) {
        return;
    }
    for child in &mut children.0 {
        if let ElemChild::Text(text) = child {
            text.text = text.text.replace(&format!("{particle} "), &particle);
        }
    }
}

/// Puts a semicolon between a person and a group that follows.
fn apart(children: &mut ElemChildren, work: &Work) {
    let is_group = |child: &ElemChild| match child {
        ElemChild::Elem(elem) => match elem.meta {
            Some(ElemMeta::Name(variable, index)) => work
                .people(variable)
                .and_then(|list| list.names.get(index))
                .map(|name| matches!(name, Name::Literal(_))),
            _ => None,
        },
        _ => None,
    };
    for at in 1..children.0.len().saturating_sub(1) {
        let around = (is_group(&children.0[at - 1]), is_group(&children.0[at + 1]));
        if let ElemChild::Text(text) = &mut children.0[at]
            && around == (Some(false), Some(true))
            && text.text == ", "
        {
            text.text = "; ".to_owned();
        }
    }
}

/// Prints when something ended after when it began.
fn spans(children: &mut ElemChildren, work: &Work, rules: &Rules) {
    // Parts of a date and what stands between them, in one piece.
    children.0.dedup_by(|next, last| match (last, next) {
        (ElemChild::Text(last), ElemChild::Text(next)) if last.formatting == next.formatting => {
            last.text.push_str(&next.text);
            true
        }
        _ => false,
    });
    for child in &mut children.0 {
        match child {
            ElemChild::Text(text) => {
                let ends = work.dates.values().filter_map(|date| Some((date.start, date.end?)));
                let spanned =
                    ends.filter_map(|(start, end)| span(&text.text, start, end, rules)).next();
                if let Some(spanned) = spanned {
                    text.text = spanned;
                }
            }
            ElemChild::Elem(elem) => spans(&mut elem.children, work, rules),
            ElemChild::Markup(_) | ElemChild::Link { .. } | ElemChild::Transparent { .. } => {}
        }
    }
}

/// Returns a date with its end, if it is there and there is more to say.
fn span(text: &str, start: PartialDate, end: PartialDate, rules: &Rules) -> Option<String> {
    let year = number(text, &start.year.to_string());
    // Styles may print the year elsewhere.
    if year.is_none() && start.year != end.year {
        return None;
    }
    let (mut tokens, same_month) = match (start.within, end.within) {
        (Some(WithinYear::Day(from, first)), Some(WithinYear::Day(to, last))) => {
            let month = named(text, rules.month(from), rules.month(to));
            if year.is_none() && month.is_none() {
                return None;
            }
            let day = number_apart(text, first, year.as_ref());
            let day = day.map(|day| (day, last.to_string()));
            // Of numbers, one alone is the month.
            let number = || Some((number_apart(text, from, year.as_ref())?, to.to_string()));
            let month = if day.is_none() { month.or_else(number) } else { month };
            (vec![day, month], from == to)
        }
        (
            Some(WithinYear::Month(from) | WithinYear::Day(from, _)),
            Some(WithinYear::Month(to) | WithinYear::Day(to, _)),
        ) => {
            let number = || Some((number_apart(text, from, year.as_ref())?, to.to_string()));
            (vec![named(text, rules.month(from), rules.month(to)).or_else(number)], from == to)
        }
        (Some(WithinYear::Season(from)), Some(WithinYear::Season(to))) => {
            (vec![named(text, rules.season(from), rules.season(to))], from == to)
        }
        _ => (Vec::new(), true),
    };
    // Only what differs is said twice.
    if start.year == end.year && same_month {
        tokens.truncate(1);
    }
    let mut tokens: Vec<(Place, String)> = tokens.into_iter().flatten().collect();
    let (year_said, year_kept) = match start.year != end.year {
        true => (year, None),
        false => (None, year),
    };
    tokens.extend(year_said.map(|year| (year, end.year.to_string())));
    // Numbers that are not accounted for make it a date of numbers alone, of which
    // nobody can tell days from months.
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let told: usize = tokens.iter().map(|(place, _)| digits(&text[place.clone()])).sum();
    let kept = year_kept.map_or(0, |place| digits(&text[place]));
    if !same_month && told + kept < digits(text) {
        return None;
    }
    tokens.sort_by_key(|(place, _)| place.start);
    let first = tokens.first()?.0.start;
    let last = tokens.last()?.0.end;
    let mut ending = String::new();
    let mut at = first;
    for (place, other) in &tokens {
        ending.push_str(text.get(at..place.start)?);
        ending.push_str(other);
        at = place.end;
    }
    let said = text.get(first..last)?;
    (said != ending).then(|| format!("{}{}{ending}{}", &text[..last], rules.to, &text[last..]))
}

/// Where something stands in a text.
type Place = std::ops::Range<usize>;

/// Finds a number that is no part of a longer one.
fn number(text: &str, digits: &str) -> Option<Place> {
    let found = text.match_indices(digits).map(|(at, _)| at..at + digits.len());
    found.into_iter().find(|place| {
        let is_digit = |c: char| c.is_ascii_digit();
        !text[..place.start].ends_with(is_digit) && !text[place.end..].starts_with(is_digit)
    })
}

/// Finds a day, which is not in the year, with or without a zero.
fn number_apart(text: &str, day: u8, year: Option<&Place>) -> Option<Place> {
    let (before, after) = match year {
        Some(year) => (&text[..year.start], year.end),
        None => (text, text.len()),
    };
    let find = |digits: &str| {
        let later = || number(&text[after..], digits).map(|at| at.start + after..at.end + after);
        number(before, digits).or_else(later)
    };
    find(&day.to_string()).or_else(|| find(&format!("{day:02}")))
}

/// Finds one of the forms of a name, and returns the same form of another.
fn named(text: &str, forms: &[String], others: &[String]) -> Option<(Place, String)> {
    let (index, form) = forms.iter().enumerate().find(|(_, form)| text.contains(form.as_str()))?;
    let at = text.find(form.as_str())?;
    // "May" has one form, other months have three: long, short, without period.
    let period = form.ends_with('.');
    let other = match (forms.len(), index) {
        (1, _) => others.first(),
        (_, 0) => others.first(),
        _ => others
            .iter()
            .skip(usize::from(others.len() > 1))
            .find(|other| other.ends_with('.') == period)
            .or(others.last()),
    };
    Some((at..at + form.len(), other?.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;
    use crate::resolve::citations::locale::locale_code;
    use crate::resolve::citations::style::Style;

    fn rules(style: &str) -> Rules {
        let style = Style::archived(style).expect("a style");
        let language = Language::new("en").expect("a tag");
        Rules::of(&style.csl, &locale_code(&language))
    }

    fn date(text: &str) -> PartialDate {
        let mut parts = text.split('-').map(|part| part.parse::<i16>().expect("a number"));
        let year = parts.next().expect("a year");
        let mut part = || parts.next().and_then(|part| u8::try_from(part).ok());
        PartialDate::new(year, part(), part()).expect("a date")
    }

    #[test]
    fn spans_are_printed() {
        let rules = rules("apa");
        for (text, start, end, wanted) in [
            ("June 15, 2006", "2006-6-15", "2006-6-17", Some("June 15–17, 2006")),
            ("June 15", "2006-6-15", "2006-6-17", Some("June 15–17")),
            ("30 June 2006", "2006-6-30", "2006-7-2", Some("30 June–2 July 2006")),
            ("March 2006", "2006-3", "2006-4", Some("March–April 2006")),
            ("Mar. 2006", "2006-3", "2006-4", Some("Mar.–Apr. 2006")),
            ("2006 Mar", "2006-3", "2006-4", Some("2006 Mar–Apr")),
            ("11/2005", "2005-11", "2006-12", Some("11/2005–12/2006")),
            ("11/2005", "2005-11-15", "2006-12-20", Some("11/2005–12/2006")),
            ("2003", "2003", "2005", Some("2003–2005")),
            ("2003 Dec", "2003-12", "2004-1", Some("2003 Dec–2004 Jan")),
            // Of the year alone, and of numbers alone, nothing more is said.
            ("2006", "2006-3", "2006-4", None),
            ("2006-06-15", "2006-6-15", "2006-7-17", None),
            ("2024", "2006-6-15", "2006-6-17", None),
        ] {
            let spanned = span(text, date(start), date(end), &rules);
            assert_eq!(spanned.as_deref(), wanted, "{text}");
        }
        let hyphen = self::rules("vancouver");
        let spanned = span("2006 Mar", date("2006-3"), date("2006-4"), &hyphen);
        assert_eq!(spanned.as_deref(), Some("2006 Mar-Apr"));
    }
}
