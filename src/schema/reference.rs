//! Works in a topic's front matter: what `read/reference.rs` takes.

use serde_json::json;

use super::shape::{
    Object, Shape, any_of, defined, filled_text, list_of, one_of, one_or_list, text,
};
use crate::model::{StandardVariable, VARIABLES, Variable, WORK_KINDS};

/// An item of `references`.
pub(super) fn item() -> Shape {
    any_of([key(), entry(), defined("reference")])
}

/// A citation key; what follows `@` in a text.
fn key() -> Shape {
    text()
        .with(
            "pattern",
            r"^\s*@*[\p{Alphabetic}\p{N}_]([:.#$%&+?<>~/-]?[\p{Alphabetic}\p{N}_])*\s*$",
        )
        .with("minimum", 0)
}

/// A whole entry: words, and not keys in a row.
fn entry() -> Shape {
    let keys = concat!(
        r"^\s*(@*([\p{Alphabetic}\p{N}_][:.#$%&+?<>~/-]?)*[0-9]",
        r"([:.#$%&+?<>~/-]?[\p{Alphabetic}\p{N}_])*[,;]*(\s+|$))+$"
    );
    text().with("type", "string").with("pattern", r"^\s*[^@\s]\S*\s+\S").but_not(keys)
}

/// A work by its variables.
pub(super) fn work() -> Object {
    let object = Object::new(
        "A reference",
        "A work in the terms of CSL, or one whose entry is printed as it is written.",
        json!({ "id": "light2002", "type": "article-journal", "title": "Pleural effusion" }),
    )
    .with("anyOf", json!([{ "required": ["title"] }, { "required": ["text"] }]))
    .key("id", key().says("What the work is cited by; without it, it is listed only."))
    .key("type", one_of(WORK_KINDS.map(|(name, _)| name)).says("CSL's type of the work."))
    .key(
        "text",
        filled_text()
            .says("The whole entry, printed as it is written in every style.")
            .example("Agarwala R. Extramedullary hematopoiesis. Applied Radiology, April 2006"),
    );
    VARIABLES.into_iter().fold(object, |object, (name, variable)| {
        object.key(name, of(variable).says(&format!("CSL's variable `{name}`.")))
    })
}

fn of(variable: Variable) -> Shape {
    match variable {
        Variable::Name(_) => one_or_list(any_of([text(), defined("reference-name")])),
        Variable::Date(_) => any_of([text(), defined("reference-date")]),
        Variable::Standard(
            StandardVariable::Keyword | StandardVariable::ISBN | StandardVariable::ISSN,
        ) => one_or_list(text()),
        Variable::Standard(_) | Variable::Number(_) | Variable::Page(_) => text(),
    }
}

/// A name by its parts.
pub(super) fn name() -> Object {
    let object = Object::new(
        "A name",
        "The parts of a person's name, or the name of an institution.",
        json!({ "family": "Light", "given": "Richard W." }),
    )
    .key("family", text().says("The family name."))
    .key("given", text().says("The given names, or initials."))
    .key("literal", text().says("A name that has no parts: that of an institution."))
    .key("suffix", text().says("What follows the name.").example("Jr."))
    .key("dropping-particle", text().says("A particle that goes where the given name goes."))
    .key("non-dropping-particle", text().says("A particle that stays with the family name."));
    ["comma-suffix", "static-ordering", "parse-names"]
        .into_iter()
        .fold(object, |object, key| object.key(key, switch().says("Taken, without effect.")))
}

/// A date by its parts.
pub(super) fn date() -> Object {
    Object::new(
        "A date",
        "A date, as exactly as it is known.",
        json!({ "date-parts": [[2006, 4, 12]] }),
    )
    .key(
        "date-parts",
        list_of(list_of(text()))
            .says("Year, month and day; a second list for the end of a span of time.")
            .example(json!([[2006, 4], [2006, 5]])),
    )
    .key("season", text().says("The season, 1 for spring."))
    .key("literal", text().says("The date in words."))
    .key("raw", text().says("The date as one text.").example("2006-04-12"))
    .key("circa", switch().says("Whether it is only about right."))
}

fn switch() -> Shape {
    text().with("type", json!(["string", "number", "boolean"]))
}
