//! Works to the items that the engine takes.

use std::collections::BTreeMap;

use hayagriva::citationberg::json::{
    DateValue, Item, LiteralName, NameItem, NameValue, Value, VecDate, VecDateRange,
};

use super::cipher::{Cipher, Sign};
use crate::model::{
    CiteKey, DateVariable, Name, NameList, NameVariable, PartialDate, PersonName, Reference,
    RichText, StandardVariable, Variable, WithinYear, WorkDate, WorkKind,
};

/// Returns the item of a work.
pub(super) fn item(key: &CiteKey, reference: &Reference, cipher: &mut Cipher) -> Item {
    let work = &reference.work;
    let mut fields = BTreeMap::new();
    // The engine compares items whole and often; they differ in their first field.
    fields.insert(String::new(), Value::String(key.as_str().to_owned()));
    fields.insert("id".to_owned(), Value::String(key.as_str().to_owned()));
    fields.insert("type".to_owned(), Value::String(kind_name(work.kind)));
    for (variable, text) in &work.texts {
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
    // Lists print such an entry as it was written; this is for citations, and for
    // its place in the list.
    if let Some(text) = &reference.verbatim {
        let title = || Value::String(cipher.encode(&RichText::from(beginning(&text.plain()))));
        fields.entry("title".to_owned()).or_insert_with(title);
    }
    // As the archive's style of labels has it.
    let label = || Value::String(citation_label(reference));
    fields.entry(StandardVariable::CitationLabel.to_string()).or_insert_with(label);
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
    // As many as it takes for the style to abbreviate the list; none of them is
    // printed.
    if list.others
        && let Some(code) = cipher.code(Sign::Nobody)
    {
        let nobody = NameValue::Literal(LiteralName { literal: code.to_string() });
        values.resize(values.len().max(MANY) + 1, nobody);
    }
    values
}

/// No style prints more names than this before it abbreviates their list: APA
/// prints twenty.
pub(super) const MANY: usize = 24;

/// Returns the beginning of an entry that is all that is known of a work.
fn beginning(text: &str) -> String {
    const LONGEST: usize = 40;
    let text = text.trim();
    if text.chars().count() <= LONGEST {
        return text.trim_end_matches('.').to_owned();
    }
    let mut out = String::new();
    for word in text.split_whitespace() {
        if out.chars().count() + word.chars().count() >= LONGEST {
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    if out.is_empty() {
        out.extend(text.chars().take(LONGEST));
    }
    out.truncate(out.trim_end_matches(['.', ',', ':', ';']).len());
    out.push('…');
    out
}

/// Returns a label of letters of the authors and the year: "Lig02", "SLR19".
fn citation_label(reference: &Reference) -> String {
    let work = &reference.work;
    let people = work.people(NameVariable::Author).or_else(|| work.people(NameVariable::Editor));
    let families: Vec<&str> = people
        .iter()
        .flat_map(|list| &list.names)
        .map(|name| match name {
            Name::Literal(text) => text.as_str(),
            Name::Person(person) => person.family.as_str(),
        })
        .collect();
    let others = people.is_some_and(|list| list.others);
    let first = |text: &str, count| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).take(count).collect()
    };
    let verbatim = || reference.verbatim.as_ref().map(RichText::plain);
    let mut label = match families.as_slice() {
        [] => {
            let title = work.plain(StandardVariable::Title).or_else(verbatim).unwrap_or_default();
            first(&title, 3)
        }
        [one] if !others => first(one, 3),
        two if two.len() <= 3 && !others => two.iter().map(|one| first(one, 1)).collect(),
        [one, ..] => first(one, 3) + "+",
    };
    if let Some(date) = work.dates.get(&DateVariable::Issued) {
        label.push_str(&format!("{:02}", date.start.year.rem_euclid(100)));
    }
    label
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
