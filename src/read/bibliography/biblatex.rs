//! BibLaTeX and BibTeX.

use biblatex::{Entry, EntryType, RawBibliography};

use super::add;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{
    Bibliography, CiteKey, DateVariable, Dress, Name, NameList, NameVariable, NumberVariable,
    PageVariable, PartialDate, PersonName, Reference, RichText, StandardVariable, Variable, Work,
    WorkDate, WorkKind,
};
use crate::source::{FileId, Span};

/// Reads a file.
pub(super) fn read(
    text: &str,
    file: FileId,
    bibliography: &mut Bibliography,
    diagnostics: &mut Diagnostics,
) {
    let raw = match RawBibliography::parse(text) {
        Ok(raw) => raw,
        Err(error) => {
            let span = Span::new(file, error.span.start, error.span.end);
            diagnostics.push(
                Diagnostic::error(
                    Code::BrokenBibliography,
                    format!("this bibliography cannot be read ({})", error.kind),
                )
                .at(span)
                .hint("a work looks like `@book{key, title = {…}, date = {2001}}`"),
            );
            bibliography.is_partial = true;
            return;
        }
    };
    // Entries are read one by one, so that a broken one is blamed itself and
    // loses no other.
    for raw_entry in &raw.entries {
        let key = raw_entry.v.key.v;
        let span = key_span(text, file, raw_entry.v.key.span.clone(), key);
        let Some(cite_key) = CiteKey::new(key) else {
            diagnostics.push(
                Diagnostic::error(Code::BrokenBibliography, "this work has no citation key")
                    .at(span)
                    .hint("write one after the brace, such as `@book{light2002, …}`"),
            );
            continue;
        };
        let alone = RawBibliography {
            preamble: String::new(),
            entries: vec![raw_entry.clone()],
            abbreviations: raw.abbreviations.clone(),
        };
        let entry = match biblatex::Bibliography::from_raw(alone) {
            Ok(parsed) => parsed.into_vec().into_iter().next(),
            Err(error) => {
                diagnostics.push(
                    Diagnostic::error(
                        Code::BrokenBibliography,
                        format!("the work `{key}` cannot be read ({})", error.kind),
                    )
                    .at(span)
                    .hint("mend the field, or leave it out"),
                );
                bibliography.broken.insert(cite_key);
                continue;
            }
        };
        let Some(entry) = entry else { continue };
        let work = to_work(&entry);
        add(cite_key, Reference { work, verbatim: None, span }, bibliography, diagnostics);
    }
}

fn key_span(text: &str, file: FileId, range: std::ops::Range<usize>, key: &str) -> Span {
    let exact = text.get(range.clone()) == Some(key);
    let end = if exact { range.end } else { range.start + key.len() };
    Span::new(file, range.start, end.min(text.len()))
}

/// What the fields are in CSL.
const TEXTS: [(&str, Variable); 22] = [
    ("title", Variable::Standard(StandardVariable::Title)),
    ("journaltitle", Variable::Standard(StandardVariable::ContainerTitle)),
    ("journal", Variable::Standard(StandardVariable::ContainerTitle)),
    ("booktitle", Variable::Standard(StandardVariable::ContainerTitle)),
    ("shortjournal", Variable::Standard(StandardVariable::ContainerTitleShort)),
    ("publisher", Variable::Standard(StandardVariable::Publisher)),
    ("institution", Variable::Standard(StandardVariable::Publisher)),
    ("school", Variable::Standard(StandardVariable::Publisher)),
    ("location", Variable::Standard(StandardVariable::PublisherPlace)),
    ("address", Variable::Standard(StandardVariable::PublisherPlace)),
    ("doi", Variable::Standard(StandardVariable::DOI)),
    ("url", Variable::Standard(StandardVariable::URL)),
    ("isbn", Variable::Standard(StandardVariable::ISBN)),
    ("issn", Variable::Standard(StandardVariable::ISSN)),
    ("pmid", Variable::Standard(StandardVariable::PMID)),
    ("pmcid", Variable::Standard(StandardVariable::PMCID)),
    ("volume", Variable::Number(NumberVariable::Volume)),
    ("number", Variable::Number(NumberVariable::Issue)),
    ("issue", Variable::Number(NumberVariable::Issue)),
    ("edition", Variable::Number(NumberVariable::Edition)),
    ("pages", Variable::Page(PageVariable::Page)),
    ("series", Variable::Standard(StandardVariable::CollectionTitle)),
];

fn to_work(entry: &Entry) -> Work {
    let kind = match entry.entry_type {
        EntryType::Article => WorkKind::ArticleJournal,
        EntryType::Book => WorkKind::Book,
        EntryType::InBook | EntryType::InCollection => WorkKind::Chapter,
        EntryType::Thesis | EntryType::PhdThesis | EntryType::MastersThesis => WorkKind::Thesis,
        EntryType::Report | EntryType::TechReport => WorkKind::Report,
        EntryType::Online => WorkKind::Webpage,
        _ => WorkKind::Document,
    };
    let mut work = Work::new(kind);
    for (field, variable) in TEXTS {
        if let Some(chunks) = entry.get(field) {
            work.set(variable, to_text(chunks));
        }
    }
    if let Ok(authors) = entry.author() {
        push_names(&mut work, NameVariable::Author, authors);
    }
    for (editors, _) in entry.editors().unwrap_or_default() {
        push_names(&mut work, NameVariable::Editor, editors);
    }
    let date = entry.date().ok().and_then(|date| match date {
        biblatex::PermissiveType::Typed(date) => Some(date),
        biblatex::PermissiveType::Chunks(_) => None,
    });
    if let Some(date) = date {
        let time = match date.value {
            biblatex::DateValue::At(time)
            | biblatex::DateValue::After(time)
            | biblatex::DateValue::Before(time)
            | biblatex::DateValue::Between(time, _) => time,
        };
        let year = i16::try_from(time.year).unwrap_or_default();
        let month = time.month.map(|month| month + 1);
        let day = time.day.map(|day| day + 1);
        if let Some(start) = PartialDate::new(year, month, day) {
            work.dates.insert(DateVariable::Issued, WorkDate::at(start));
        }
    }
    work
}

fn to_text(chunks: &[biblatex::Spanned<biblatex::Chunk>]) -> RichText {
    let mut text = RichText::default();
    for chunk in chunks {
        let keeps_case = matches!(chunk.v, biblatex::Chunk::Verbatim(_));
        text.push(chunk.v.get(), Dress { keeps_case, ..Dress::default() });
    }
    text
}

fn push_names(work: &mut Work, variable: NameVariable, people: Vec<biblatex::Person>) {
    let filled = |text: String| Some(text).filter(|text| !text.is_empty());
    let names = people
        .into_iter()
        .map(|person| match person.given_name.is_empty() && person.prefix.is_empty() {
            true => Name::Literal(person.name),
            false => Name::Person(PersonName {
                family: person.name,
                given: filled(person.given_name),
                dropping_particle: None,
                particle: filled(person.prefix),
                suffix: filled(person.suffix),
            }),
        })
        .collect::<Vec<_>>();
    if !names.is_empty() {
        work.names.insert(variable, NameList { names, others: false });
    }
}
