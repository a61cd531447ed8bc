//! Works in the order of a style (CSL 1.0.2, "Sorting").

use std::cmp::Ordering;

use hayagriva::citationberg::{Sort, SortDirection, SortKey};
use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::Locale;

use super::dates::{Level, sort_text};
use super::item::Item;
use super::names::straightened;
use super::numbers::first_page;
use super::pass::Cite;
use super::person::{Parts, sort_parts};
use super::plan::EtAlRule;
use super::program::Program;
use crate::model::{Name, NumberVariable, RichText, StandardVariable, Variable};

/// What a work is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Number(i64),
    Text(String),
}

/// Returns works in a style's order: their places in `cites`. What is alike, stays
/// in the order that it has.
pub(in super::super) fn order<'a>(
    program: &Program<'a>,
    sort: Option<&Sort>,
    cites: &[Cite<'_, 'a>],
) -> Vec<usize> {
    let mut places: Vec<usize> = (0..cites.len()).collect();
    let Some(sort) = sort else { return places };
    let values: Vec<Vec<Option<Value>>> = cites
        .iter()
        .map(|cite| sort.keys.iter().map(|key| value(program, key, *cite)).collect())
        .collect();
    let collator = collator(&program.locale.0);
    let descends: Vec<bool> =
        sort.keys.iter().map(|key| key.sort_direction() == SortDirection::Descending).collect();
    places.sort_by(|a, b| {
        let pairs = values[*a].iter().zip(&values[*b]).zip(&descends);
        pairs
            .map(|((a, b), descends)| compare(a.as_ref(), b.as_ref(), *descends, collator.as_ref()))
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    places
}

/// Returns what compares texts as readers of a language look them up.
fn collator(locale: &str) -> Option<CollatorBorrowed<'static>> {
    let locale = Locale::try_from_str(locale).unwrap_or(Locale::UNKNOWN);
    Collator::try_new(CollatorPreferences::from(&locale), CollatorOptions::default()).ok()
}

/// What is missing comes last, in either direction.
fn compare(
    a: Option<&Value>,
    b: Option<&Value>,
    descends: bool,
    collator: Option<&CollatorBorrowed<'static>>,
) -> Ordering {
    let ordering = match (a, b) {
        (None, None) => return Ordering::Equal,
        (None, Some(_)) => return Ordering::Greater,
        (Some(_), None) => return Ordering::Less,
        (Some(Value::Number(a)), Some(Value::Number(b))) => a.cmp(b),
        (Some(Value::Number(_)), Some(Value::Text(_))) => Ordering::Less,
        (Some(Value::Text(_)), Some(Value::Number(_))) => Ordering::Greater,
        (Some(Value::Text(a)), Some(Value::Text(b))) if a == b => Ordering::Equal,
        (Some(Value::Text(a)), Some(Value::Text(b))) => match collator {
            Some(collator) => collator.compare(a, b),
            None => a.cmp(b),
        },
    };
    if descends { ordering.reverse() } else { ordering }
}

fn value<'a>(program: &Program<'a>, key: &SortKey, cite: Cite<'_, 'a>) -> Option<Value> {
    let text = match key {
        SortKey::MacroName { name, names_min, names_use_first, .. } => {
            let sort_names = (names_min.is_some() || names_use_first.is_some())
                .then(|| EtAlRule::new(*names_min, *names_use_first));
            program.sorted_by(name, Cite { sort_names, ..cite })
        }
        SortKey::Variable { variable, .. } => return of_variable(program, *variable, cite),
    };
    text_value(&text)
}

/// Signs do not count.
fn text_value(text: &str) -> Option<Value> {
    let is_sign = |c: char| "“”‘’\"'«»‹›„‚,.:;!?()[]…".contains(c);
    let text = match text.contains(is_sign) {
        true => text.replace(is_sign, ""),
        false => text.to_owned(),
    };
    let text = text.trim();
    (!text.is_empty()).then(|| Value::Text(text.to_owned()))
}

fn of_variable<'a>(program: &Program<'a>, variable: Variable, cite: Cite<'_, 'a>) -> Option<Value> {
    let item = cite.item;
    match variable {
        Variable::Number(NumberVariable::CitationNumber) => {
            cite.number.and_then(|number| i64::try_from(number).ok()).map(Value::Number)
        }
        Variable::Number(NumberVariable::FirstReferenceNoteNumber) => {
            cite.first_note.map(|number| Value::Number(number.into()))
        }
        Variable::Number(NumberVariable::Locator) => number(&cite.place?.value),
        Variable::Number(_) | Variable::Page(_) => number(&item.text(variable)?.plain()),
        Variable::Standard(StandardVariable::CitationLabel) => text_value(item.label()),
        Variable::Standard(StandardVariable::YearSuffix) => text_value(&cite.told.suffix),
        Variable::Standard(StandardVariable::Title) if item.beginning.is_some() => {
            text_value(item.beginning.as_deref()?)
        }
        Variable::Standard(_) => text_value(&item.text(variable).map(RichText::plain)?),
        Variable::Date(date) => {
            Some(Value::Text(sort_text(item.work.dates.get(&date)?, Level::Day)))
        }
        Variable::Name(variable) => text_value(&names(program, item, variable)?),
    }
}

/// Returns all names of a list, as they are sorted by.
fn names(program: &Program, item: &Item, variable: crate::model::NameVariable) -> Option<String> {
    use hayagriva::citationberg::DemoteNonDroppingParticle as Demote;
    let demoted = program.csl.settings.demote_non_dropping_particle != Demote::Never;
    let names = item.people(variable)?.names.iter().map(|name| match name {
        Name::Literal(text) => straightened(text).into_owned(),
        Name::Person(person) => {
            let Parts { family, given, dropping, particle, suffix, .. } =
                Parts::of(person, program.manual);
            let given = given.as_deref();
            sort_parts(&family, given, &dropping, &particle, suffix.as_deref(), demoted)
        }
    });
    Some(names.collect::<Vec<_>>().join("  "))
}

fn number(text: &str) -> Option<Value> {
    let digits: String = first_page(text).chars().filter(char::is_ascii_digit).collect();
    match digits.parse() {
        Ok(number) => Some(Value::Number(number)),
        Err(_) => text_value(text),
    }
}
