//! Bibliographies to works.
//!
//! There is a file for each format; all make [`Work`]s, and give them to
//! [`add`], which tells of keys and works that are there twice.

mod biblatex;
pub(super) mod csl;
mod dates;
mod extra;
mod hayagriva;
pub(super) mod html;
mod json;
mod language;
mod latex;
mod names;
mod numbers;
mod pubmed;
mod ris;
mod tagged;
pub(super) mod tally;
mod yaml;

use super::add_text;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{
    Bibliography, CiteKey, Name, PageVariable, Reference, RichText, StandardVariable, Topic,
    Variable, Work, WorkKind,
};
use crate::source::{ProjectPath, Sources};

/// Reads a bibliography and adds its works to those known.
pub fn read_bibliography(
    path: &ProjectPath,
    bytes: Vec<u8>,
    bibliography: &mut Bibliography,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) {
    let Some(file) = add_text(path, bytes, sources, diagnostics) else { return };
    let text = sources.text(file);
    match path.extension().as_str() {
        "json" => csl::read_json(text, file, bibliography, diagnostics),
        "ris" => ris::read(text, file, bibliography, diagnostics),
        "nbib" => pubmed::read(text, file, bibliography, diagnostics),
        "yaml" | "yml" => yaml::read(text, file, bibliography, diagnostics),
        "bib" | "bibtex" => biblatex::read(text, file, bibliography, diagnostics),
        _ => {
            bibliography.is_partial = true;
            diagnostics.push(
                Diagnostic::error(
                    Code::BrokenBibliography,
                    "the ending of this file says nothing of how to read it as a bibliography",
                )
                .in_file(path)
                .hint("call it `.bib`, `.ris`, `.nbib`, `.json` or `.yaml`, as its format is"),
            );
        }
    }
}

/// Tells whether a file that nobody named is a bibliography: by its name alone,
/// or by what is in it where the name may be that of a topic or of anything.
pub fn is_bibliography(path: &ProjectPath, content: impl FnOnce() -> Option<Vec<u8>>) -> bool {
    let of_text = |tells: fn(&str) -> bool| {
        content().is_some_and(|bytes| std::str::from_utf8(&bytes).is_ok_and(tells))
    };
    match path.extension().as_str() {
        "bib" | "ris" | "nbib" => true,
        "json" => of_text(csl::is_csl),
        "yaml" | "yml" => of_text(yaml::is_bibliography),
        _ => false,
    }
}

/// Adds the works that a topic brings itself. One that has no key may stand in
/// several topics.
pub fn add_works(topic: &Topic, bibliography: &mut Bibliography, diagnostics: &mut Diagnostics) {
    for (key, reference) in &topic.works {
        let same = key.is_unnamed() && bibliography.references.contains_key(key);
        if !same {
            add(key.clone(), reference.clone(), bibliography, diagnostics);
        }
    }
}

/// Adds a work, unless another one has its key.
fn add(
    key: CiteKey,
    mut reference: Reference,
    bibliography: &mut Bibliography,
    diagnostics: &mut Diagnostics,
) {
    if let Some(first) = bibliography.references.get(&key) {
        diagnostics.push(
            Diagnostic::error(
                Code::DuplicateCiteKey,
                format!("the citation key `{key}` is used twice"),
            )
            .at(reference.span)
            .hint_at(first.span, "first used here")
            .hint("give one of them another key, or delete it"),
        );
        return;
    }
    level(&mut reference.work);
    tell_if_known(&key, &reference, bibliography, diagnostics);
    bibliography.references.insert(key, reference);
}

/// Makes the same of what formats and their programs write differently: dashes
/// of pages, and apostrophes.
fn level(work: &mut Work) {
    let page = Variable::Page(PageVariable::Page);
    for (variable, text) in &mut work.texts {
        match variable {
            Variable::Page(_) if *variable == page => {
                let plain = text.letters();
                let pages = numbers::pages(&plain);
                if pages != plain {
                    *text = RichText::from(pages);
                }
            }
            Variable::Standard(variable)
                if is_prose(*variable) && text.runs().iter().any(|run| run.text.contains('\'')) =>
            {
                let mut curly = RichText::default();
                for run in std::mem::take(text).into_runs() {
                    curly.push(&with_apostrophes(&run.text), run.dress);
                }
                *text = curly;
            }
            _ => {}
        }
    }
    for name in work.names.values_mut().flat_map(|list| &mut list.names) {
        let parts = match name {
            Name::Literal(text) => [Some(text), None],
            Name::Person(person) => [Some(&mut person.family), person.given.as_mut()],
        };
        for part in parts.into_iter().flatten().filter(|part| part.contains('\'')) {
            *part = with_apostrophes(part);
        }
    }
}

/// Tells whether words stand there, and no number or address.
fn is_prose(variable: StandardVariable) -> bool {
    use StandardVariable as S;
    matches!(
        variable,
        S::Title
            | S::TitleShort
            | S::ContainerTitle
            | S::ContainerTitleShort
            | S::CollectionTitle
            | S::VolumeTitle
            | S::PartTitle
            | S::OriginalTitle
            | S::EventTitle
            | S::Publisher
            | S::PublisherPlace
            | S::Genre
    )
}

/// Writes apostrophes between letters as they are printed. Quotation marks are
/// the language's, and stay.
fn with_apostrophes(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let between = before.is_alphanumeric() && chars.peek().is_some_and(|c| c.is_alphabetic());
        out.push(if c == '\'' && between { '’' } else { c });
        before = c;
    }
    out
}

/// Tells of a work that is there under another key.
fn tell_if_known(
    key: &CiteKey,
    reference: &Reference,
    bibliography: &mut Bibliography,
    diagnostics: &mut Diagnostics,
) {
    let work = &reference.work;
    let mut told = false;
    let doi = work.doi().map(|doi| ("DOI", doi));
    let pmid = work.plain(StandardVariable::PMID).map(|pmid| ("PMID", pmid));
    for (name, number) in doi.into_iter().chain(pmid) {
        let mut folded = format!("{name} {}", number.trim());
        match folded.is_ascii() {
            true => folded[name.len()..].make_ascii_lowercase(),
            false => folded = format!("{name} {}", number.trim().to_lowercase()),
        }
        let Some(first) = bibliography.numbers.get(&folded) else {
            bibliography.numbers.insert(folded, key.clone());
            continue;
        };
        let Some(known) = bibliography.references.get(first) else { continue };
        if told || are_parts(work, &known.work) {
            continue;
        }
        told = true;
        let mut warning = Diagnostic::warning(
            Code::DuplicateWork,
            match key.is_unnamed() || first.is_unnamed() {
                true => format!("this work is there twice: both have the {name} `{number}`"),
                false => {
                    format!("`{key}` and `{first}` are one work: both have the {name} `{number}`")
                }
            },
        );
        warning = warning.at(reference.span).hint_at(known.span, "first written here");
        diagnostics.push(
            warning.hint("cite one of them, and delete the other; else a list may have it twice"),
        );
    }
}

/// Tells whether works are two parts of one, whose number they both have.
fn are_parts(one: &Work, other: &Work) -> bool {
    let part = |work: &Work| {
        matches!(
            work.kind,
            WorkKind::Chapter
                | WorkKind::PaperConference
                | WorkKind::Entry
                | WorkKind::EntryDictionary
                | WorkKind::EntryEncyclopedia
        )
    };
    let title = |work: &Work| work.plain(StandardVariable::Title).map(|title| title.to_lowercase());
    (part(one) || part(other)) && title(one) != title(other)
}
