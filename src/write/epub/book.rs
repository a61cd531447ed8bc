//! The book as data for templates: what it says of itself, and its words.
//!
//! Knows: metadata and words. Must not know: topics, files.

use std::collections::BTreeMap;

use serde::Serialize;

use super::survey::direction;
use crate::model::{Contributor, Date, Edition, Language, Metadata, Role};
use crate::words::Words;

/// What the book says of itself; every template can print it.
#[derive(Debug, Serialize)]
pub(super) struct BookData {
    title: String,
    subtitle: Option<String>,
    /// The authors' names, in the order to print.
    authors: Vec<String>,
    /// Everybody, authors among them.
    contributors: Vec<ContributorData>,
    language: String,
    direction: &'static str,
    publisher: Option<String>,
    rights: Option<String>,
    description: Option<String>,
    subjects: Vec<String>,
    /// The day of publication, `YYYY-MM-DD`.
    published: Option<String>,
    /// The year of publication.
    year: Option<u16>,
    /// `urn:uuid:…`
    identifier: String,
    /// The moment of the last change, as EPUB writes it.
    modified: String,
}

#[derive(Debug, Serialize)]
struct ContributorData {
    name: String,
    /// The MARC relator: `aut`, `edt`, `ill`, `rev`.
    role: &'static str,
}

/// Returns the book's data.
pub(super) fn data(edition: &Edition, modified: i64) -> BookData {
    let metadata = &edition.metadata;
    let contributors = contributors(edition);
    let authors = contributors.iter().filter(|person| person.role == Role::Author);
    BookData {
        title: metadata.title.clone(),
        subtitle: metadata.subtitle.clone(),
        authors: authors.map(|person| person.name.clone()).collect(),
        contributors: contributors
            .iter()
            .map(|person| ContributorData { name: person.name.clone(), role: role(person.role) })
            .collect(),
        language: metadata.language.to_string(),
        direction: direction(&metadata.language),
        publisher: metadata.publisher.clone(),
        rights: metadata.rights.clone(),
        description: metadata.description.clone(),
        subjects: metadata.subjects.clone(),
        published: metadata.published.map(|date| date.to_string()),
        year: metadata.published.map(|date| date.year),
        identifier: identifier(metadata),
        modified: moment(modified),
    }
}

/// Where the book names nobody, everybody whom a topic names had a part in it.
fn contributors(edition: &Edition) -> Vec<Contributor> {
    let mut all = edition.metadata.contributors.clone();
    if all.is_empty() {
        for person in edition.topics.iter().flat_map(|topic| &topic.contributors) {
            if !all.contains(person) {
                all.push(person.clone());
            }
        }
    }
    all
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Author => "aut",
        Role::Editor => "edt",
        Role::Illustrator => "ill",
        Role::Reviewer => "rev",
    }
}

/// Returns the book's identifier: a UUID of version 8 (RFC 9562, section 5.8),
/// made of the BLAKE3 hash of what the project is called. It stays the same as
/// long as that does.
pub(super) fn identifier(metadata: &Metadata) -> String {
    let name = format!("recto epub {}", metadata.identifier);
    let hash = blake3::hash(name.as_bytes());
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(hash.as_bytes()) {
        *byte = *hashed;
    }
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::from("urn:uuid:");
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

fn moment(seconds: i64) -> String {
    let of_day = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", Date::from_timestamp(seconds))
}

/// Returns the words that templates may print, under their names.
pub(super) fn words(language: &Language) -> BTreeMap<&'static str, &'static str> {
    let words = Words::of(language);
    BTreeMap::from([
        ("answer", words.answer),
        ("answers", words.answers),
        ("back_to_figure", words.back_to_figure),
        ("back_to_question", words.back_to_question),
        ("back_to_text", words.back_to_text),
        ("chapter", words.chapter),
        ("cited_in", words.cited_in),
        ("colophon", words.colophon),
        ("contents", words.contents),
        ("cover", words.cover),
        ("figure", words.figure),
        ("figures_without_marks", words.figures_without_marks),
        ("further_reading", words.further_reading),
        ("glossary", words.glossary),
        ("image_credits", words.image_credits),
        ("index", words.index),
        ("landmarks", words.landmarks),
        ("language", words.tag),
        ("list_of_figures", words.list_of_figures),
        ("list_of_pages", words.list_of_pages),
        ("list_of_tables", words.list_of_tables),
        ("long_description", words.long_description),
        ("long_descriptions", words.long_descriptions),
        ("more_information", words.more_information),
        ("next_chapter", words.next_chapter),
        ("notes", words.notes),
        ("objectives", words.objectives),
        ("page", words.page),
        ("part", words.part),
        ("read_on", words.read_on),
        ("references", words.references),
        ("see_also", words.see_also),
        ("self_test", words.self_test),
        ("table", words.table),
        ("title_page", words.title_page),
        ("with_marks", words.with_marks),
        ("without_marks", words.without_marks),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_epub_has_them() {
        assert_eq!(moment(1_795_392_000 + 3_723), "2026-11-23T01:02:03Z");
    }
}
