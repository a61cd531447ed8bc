//! Works to the items that the engine takes.

use std::collections::BTreeMap;

use hayagriva::citationberg::json::{
    DateValue, Item, LiteralName, NameItem, NameValue, Value, VecDate, VecDateRange,
};

use super::cipher::{Cipher, Sign};
use super::pages::pages;
use super::rules::Rules;
use super::texts::{prepared, with_apostrophes};
use crate::model::{
    CiteKey, Name, NameList, PartialDate, PersonName, Reference, RichText, StandardVariable,
    Variable, WithinYear, WorkDate, WorkKind,
};

/// Returns the item of a work. `number` is what a verbatim entry is known by.
pub(super) fn item(
    key: &CiteKey,
    reference: &Reference,
    number: usize,
    rules: &Rules,
    cipher: &mut Cipher,
) -> Item {
    let work = &reference.work;
    let mut fields = BTreeMap::new();
    fields.insert("id".to_owned(), Value::String(key.as_str().to_owned()));
    fields.insert("type".to_owned(), Value::String(kind_name(work.kind)));
    for (variable, text) in &work.texts {
        let text = match variable {
            // The engine makes the address itself.
            Variable::Standard(StandardVariable::DOI) => work.doi().unwrap_or_default(),
            Variable::Page(_) => pages(&text.plain(), cipher),
            Variable::Standard(variable) if rules.manual.leaves_out(*variable, work) => continue,
            _ => cipher.encode(&prepared(*variable, text, rules)),
        };
        fields.insert(variable.to_string(), Value::String(text));
    }
    for (variable, names) in &work.names {
        fields.insert(variable.to_string(), Value::Names(name_values(names, rules, cipher)));
    }
    for (variable, date) in &work.dates {
        fields.insert(variable.to_string(), Value::Date(date_value(date)));
    }
    // CSL 1.0.2 has both names for it, and styles ask for either.
    let names =
        [StandardVariable::Event, StandardVariable::EventTitle].map(|name| name.to_string());
    for (name, other) in [(&names[0], &names[1]), (&names[1], &names[0])] {
        if let Some(event) = fields.get(other).cloned() {
            fields.entry(name.clone()).or_insert(event);
        }
    }
    if reference.verbatim.is_some()
        && let Some(code) = cipher.code(Sign::Verbatim(number))
    {
        fields.insert("title".to_owned(), Value::String(code.to_string()));
    }
    Item(fields)
}

/// Returns CSL's name of a type.
fn kind_name(kind: WorkKind) -> String {
    match serde_json::to_value(kind) {
        Ok(serde_json::Value::String(name)) => name,
        _ => "document".to_owned(),
    }
}

fn name_values(list: &NameList, rules: &Rules, cipher: &mut Cipher) -> Vec<NameValue> {
    let mut values: Vec<_> =
        list.names.iter().map(|name| name_value(name, rules, cipher)).collect();
    if list.others
        && let Some(code) = cipher.code(Sign::Others)
    {
        values.push(NameValue::Literal(LiteralName { literal: code.to_string() }));
    }
    values
}

fn name_value(name: &Name, rules: &Rules, cipher: &mut Cipher) -> NameValue {
    let person = match name {
        Name::Literal(text) => {
            let literal = cipher.encode(&RichText::from(with_apostrophes(text)));
            return NameValue::Literal(LiteralName { literal });
        }
        Name::Person(person) => rules.manual.name(person),
    };
    let PersonName { family, given, dropping_particle, particle, suffix } = person;
    let Some(given) = given else {
        let parts = [dropping_particle, particle, Some(family)];
        let literal = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let literal = with_apostrophes(&literal);
        return NameValue::Literal(LiteralName { literal });
    };
    NameValue::Item(NameItem {
        family: with_apostrophes(&family),
        given: Some(with_apostrophes(&spaced_initials(&given))),
        non_dropping_particle: particle.as_deref().map(with_apostrophes),
        dropping_particle: dropping_particle.as_deref().map(with_apostrophes),
        suffix,
        comma_suffix: None,
    })
}

/// Puts spaces into "RW", which the engine would take for one name and print as
/// "R": two or three capitals are initials.
fn spaced_initials(given: &str) -> String {
    let short = (2..=3).contains(&given.chars().count());
    if !short || !given.chars().all(char::is_uppercase) {
        return given.to_owned();
    }
    given.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

/// The engine takes no spans of time: of them, the beginning.
fn date_value(date: &WorkDate) -> DateValue {
    let PartialDate { year, within } = date.start;
    let (parts, season) = match within {
        None => (vec![year], None),
        Some(WithinYear::Season(season)) => (vec![year], Some(season.to_string())),
        Some(WithinYear::Month(month)) => (vec![year, month.into()], None),
        Some(WithinYear::Day(month, day)) => (vec![year, month.into(), day.into()], None),
    };
    let date_parts = VecDateRange(vec![VecDate(parts)]);
    DateValue::DateParts { date_parts, literal: None, season, circa: date.circa }
}
