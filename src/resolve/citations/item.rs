//! Works to the items that the engine takes.

use std::collections::BTreeMap;

use hayagriva::citationberg::json::{
    DateValue, Item, LiteralName, NameValue, Value, VecDate, VecDateRange,
};

use super::cipher::{Cipher, Sign};
use super::mend::SEASON;
use super::pages::pages;
use super::people::name_value;
use super::rules::Rules;
use super::texts::prepared;
use crate::model::{
    CiteKey, DateVariable, Name, NameList, NameVariable, PartialDate, Reference, RichText,
    StandardVariable, Variable, WithinYear, WorkDate, WorkKind,
};

/// Returns the item of a work.
pub(super) fn item(
    key: &CiteKey,
    reference: &Reference,
    rules: &Rules,
    cipher: &mut Cipher,
) -> Item {
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
            Variable::Page(_) => pages(&text.plain(), rules.pages_as_is, cipher),
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
    let in_season = |date: &WorkDate| matches!(date.start.within, Some(WithinYear::Season(_)));
    if work.dates.values().any(in_season)
        && let Some(code) = cipher.code(Sign::Nothing)
    {
        fields.insert(SEASON.to_string(), Value::String(code.to_string()));
    }
    // CSL 1.0.2 has both names for it, and styles ask for either.
    let names =
        [StandardVariable::Event, StandardVariable::EventTitle].map(|name| name.to_string());
    for (name, other) in [(&names[0], &names[1]), (&names[1], &names[0])] {
        if let Some(event) = fields.get(other).cloned() {
            fields.entry(name.clone()).or_insert(event);
        }
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

fn name_values(list: &NameList, rules: &Rules, cipher: &mut Cipher) -> Vec<NameValue> {
    let mut values: Vec<_> =
        list.names.iter().map(|name| name_value(name, rules, cipher)).collect();
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
