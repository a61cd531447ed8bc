//! Formats of lines that begin with a tag, as RIS and `PubMed`'s have: the lines,
//! put together to fields with their places, and keys for their works.

use std::borrow::Cow;
use std::ops::Range;

use super::html::{self, Markup};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{
    Bibliography, CiteKey, DateVariable, Name, NameVariable, RichText, StandardVariable, Work,
};
use crate::source::{FileId, Span};

/// A tag and what stands behind it, in one line or several.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    /// The tag.
    pub tag: &'a str,
    /// Where it stands.
    pub tag_at: Range<usize>,
    /// What stands behind it, without spaces around it.
    pub text: Cow<'a, str>,
    /// Where that stands, to the end of its last line.
    pub at: Range<usize>,
}

impl Field<'_> {
    /// Returns the place of the text; of the tag, if there is none.
    pub(super) fn span(&self, file: FileId) -> Span {
        let at = if self.at.is_empty() { &self.tag_at } else { &self.at };
        Span::new(file, at.start, at.end)
    }

    /// Returns the text with its markup.
    pub(super) fn rich(&self) -> RichText {
        html::read(&self.text, Markup::Html)
    }
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// One that begins a field: how long what stands before its text is.
    Tag(&'a str, usize),
    /// One that goes on with the field before it.
    More,
    /// One that says nothing.
    Nothing,
    /// One that ends a record.
    End,
}

/// Reports a text that has no record. `format` is what it should be, and `line`
/// what a record begins with.
pub(super) fn refuse_none(
    file: FileId,
    format: &str,
    line: &str,
    bibliography: &mut Bibliography,
    diagnostics: &mut Diagnostics,
) {
    bibliography.is_partial = true;
    diagnostics.push(
        Diagnostic::error(Code::BrokenBibliography, format!("this file has no record of {format}"))
            .at(Span::new(file, 0, 0))
            .hint(format!("a record begins with a line such as `{line}`")),
    );
}

/// Splits a text into records of fields. `look` tells what a line is, and
/// `begins` which tags begin a record.
pub(super) fn records<'a>(
    text: &'a str,
    look: impl Fn(&'a str) -> Line<'a>,
    begins: &str,
) -> Vec<Vec<Field<'a>>> {
    let mut records: Vec<Vec<Field>> = Vec::new();
    let mut record: Vec<Field> = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    for whole in text[at..].split_inclusive(['\n', '\r']) {
        let line = whole.trim_end_matches(['\n', '\r']);
        match look(line) {
            Line::Tag(tag, before) => {
                if tag == begins && !record.is_empty() {
                    records.push(std::mem::take(&mut record));
                }
                let rest = line.get(before..).unwrap_or("");
                let trimmed = rest.trim();
                let start = at + before + (rest.len() - rest.trim_start().len());
                let tag_start = at + (line.len() - line.trim_start().len());
                record.push(Field {
                    tag,
                    tag_at: tag_start..tag_start + tag.len(),
                    text: Cow::Borrowed(trimmed),
                    at: start..start + trimmed.len(),
                });
            }
            Line::More => {
                let more = line.trim();
                if let Some(last) = record.last_mut()
                    && !more.is_empty()
                {
                    let mut joined = std::mem::take(&mut last.text).into_owned();
                    // Of a note, the lines count; elsewhere, they are spaces.
                    joined.push(if joined.is_empty() { ' ' } else { '\n' });
                    joined.push_str(more);
                    if last.at.is_empty() {
                        last.at.start = at + (line.len() - line.trim_start().len());
                        joined = more.to_owned();
                    }
                    last.text = Cow::Owned(joined);
                    last.at.end = at + line.trim_end().len();
                }
            }
            Line::Nothing => {}
            Line::End => {
                if !record.is_empty() {
                    records.push(std::mem::take(&mut record));
                }
            }
        }
        at += whole.len();
    }
    if !record.is_empty() {
        records.push(record);
    }
    records
}

/// Returns a key for a work that has none: its PMID, else the family name of
/// the first author and the year, with a letter where that is taken.
pub(super) fn made_key(work: &Work, bibliography: &Bibliography) -> CiteKey {
    let is_number = |text: &String| text.bytes().all(|byte| byte.is_ascii_digit());
    let base = match work.plain(StandardVariable::PMID).filter(is_number) {
        Some(pmid) => format!("pmid{pmid}"),
        None => author_and_year(work),
    };
    let letters = ('a'..='z').map(String::from).chain((27..).map(|number| format!("-{number}")));
    let mut keys = std::iter::once(String::new()).chain(letters).filter_map(|ending| {
        let key = CiteKey::new(&format!("{base}{ending}"))?;
        (!bibliography.references.contains_key(&key)).then_some(key)
    });
    keys.next().unwrap_or_else(|| CiteKey::unnamed(&base))
}

fn author_and_year(work: &Work) -> String {
    let word = |text: &str| -> String {
        let letters = |c: &char| c.is_alphanumeric();
        text.to_lowercase().chars().filter(letters).collect()
    };
    let people = work.people(NameVariable::Author).or_else(|| work.people(NameVariable::Editor));
    let author = people.and_then(|list| list.names.first()).map(|name| match name {
        Name::Person(person) => word(&person.family),
        Name::Literal(text) => word(text.split(' ').next().unwrap_or("")),
    });
    let title = || {
        let title = work.plain(StandardVariable::Title).unwrap_or_default();
        title.split(' ').map(word).find(|word| word.chars().count() > 3)
    };
    let name = author.filter(|name| !name.is_empty()).or_else(title);
    let year = work.dates.get(&DateVariable::Issued).map(|date| date.start.year.unsigned_abs());
    let year = year.map(|year| year.to_string()).unwrap_or_default();
    match name {
        Some(name) => format!("{name}{year}"),
        None => format!("work{year}"),
    }
}
