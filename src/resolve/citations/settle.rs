//! What the engine rendered, set right where it knows too little of works.
//!
//! - hayagriva 0.10.1 prints no spans of time: of 15 to 17 June, the 15th.
//! - Layouts know no blocks within entries.
//! - CSL knows no delimiter between persons and groups; some manuals do.

use hayagriva::{ElemChild, ElemChildren, ElemMeta, Formatted, Formatting};

use super::rules::Rules;
use crate::model::{Name, NumberVariable, PartialDate, WithinYear, Work};

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
            (vec![day, month], from == to)
        }
        (
            Some(WithinYear::Month(from) | WithinYear::Day(from, _)),
            Some(WithinYear::Month(to) | WithinYear::Day(to, _)),
        ) => (vec![named(text, rules.month(from), rules.month(to))], from == to),
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
    if let Some(year) = year.filter(|_| start.year != end.year) {
        tokens.push((year, end.year.to_string()));
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
