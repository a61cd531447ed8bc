//! Works to the items that the engine takes.

use std::collections::BTreeMap;

use hayagriva::citationberg::json::{
    DateValue, Item, LiteralName, NameItem, NameValue, Value, VecDate, VecDateRange,
};

use super::cipher::{Cipher, Sign};
use super::style::Style;
use crate::model::{
    CiteKey, Name, NameList, PartialDate, PersonName, Reference, RichText, StandardVariable,
    Variable, WithinYear, WorkDate, WorkKind,
};

/// Returns the item of a work. `number` is its own: a verbatim entry is
/// known by it.
pub(super) fn item(
    key: &CiteKey,
    reference: &Reference,
    number: usize,
    style: &Style,
    cipher: &mut Cipher,
) -> Item {
    let work = &reference.work;
    let mut fields = BTreeMap::new();
    // The engine compares items to tell works apart. What comes first decides.
    let place = i64::try_from(number).unwrap_or(i64::MAX);
    fields.insert(String::new(), Value::Number(place));
    fields.insert("id".to_owned(), Value::String(key.as_str().to_owned()));
    fields.insert("type".to_owned(), Value::String(kind_name(work.kind)));
    let asked = |variable: &&Variable| !style.unasked().contains(variable);
    for (variable, text) in work.texts.iter().filter(|(variable, _)| asked(variable)) {
        let text = match variable {
            // The engine makes the address itself.
            Variable::Standard(StandardVariable::DOI) => work.doi().unwrap_or_default(),
            _ => cipher.encode(text),
        };
        fields.insert(variable.to_string(), Value::String(text));
    }
    for (variable, names) in &work.names {
        fields.insert(variable.to_string(), Value::Names(name_values(names, cipher)));
    }
    for (variable, date) in &work.dates {
        fields.insert(variable.to_string(), Value::Date(date_value(date)));
    }
    // As Zotero has it: a work without a short form has the long one.
    let short = StandardVariable::ContainerTitleShort.to_string();
    if let Some(title) = fields.get(&StandardVariable::ContainerTitle.to_string()).cloned() {
        fields.entry(short).or_insert(title);
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

fn name_values(list: &NameList, cipher: &mut Cipher) -> Vec<NameValue> {
    let mut values: Vec<_> = list.names.iter().map(|name| name_value(name, cipher)).collect();
    if list.others
        && let Some(code) = cipher.code(Sign::Others)
    {
        values.push(NameValue::Literal(LiteralName { literal: code.to_string() }));
    }
    values
}

fn name_value(name: &Name, cipher: &mut Cipher) -> NameValue {
    let person = match name {
        Name::Literal(text) => {
            let literal = cipher.encode(&RichText::from(text.as_str()));
            return NameValue::Literal(LiteralName { literal });
        }
        Name::Person(person) => person,
    };
    let PersonName { family, given, dropping_particle, particle, suffix } = person;
    let Some(given) = given else {
        let parts = [dropping_particle.as_deref(), particle.as_deref(), Some(family)];
        let literal = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        return NameValue::Literal(LiteralName { literal });
    };
    NameValue::Item(NameItem {
        family: family.clone(),
        given: Some(spaced_initials(given)),
        non_dropping_particle: particle.clone(),
        dropping_particle: dropping_particle.clone(),
        suffix: suffix.clone(),
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
