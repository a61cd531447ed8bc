//! What works are cited by: their ids, or what stands for those.

use super::Item;
use crate::diag::Code;
use crate::model::{
    Bibliography, CiteKey, DateVariable, Name, NameVariable, StandardVariable, Work,
};
use crate::read::bibliography::tally::Tally;
use crate::read::syntax::key_length;
use crate::source::{Span, Spanned};

/// Returns what an item is cited by, and where that stands.
pub(super) fn of(
    item: &Item,
    span: Span,
    bibliography: &Bibliography,
    tally: &mut Tally,
) -> (CiteKey, Span) {
    let filled = |id: &&Spanned<String>| !id.value.trim().is_empty();
    let writable = |id: &Spanned<String>| {
        let id = id.value.trim();
        (key_length(id) == id.len()).then(|| CiteKey::new(id)).flatten()
    };
    let id = item.id.as_ref().filter(filled);
    for candidate in [id, item.citation_key.as_ref()].into_iter().flatten() {
        if let Some(key) = writable(candidate) {
            return (key, candidate.span);
        }
    }
    let made = made_key(&item.work, bibliography);
    match id {
        Some(id) => {
            let message = format!("no text can cite a work by the id `{}`", id.value);
            let hint = format!(
                "cite it by author, title and year, as `@{made}`; Zotero's plugin Better BibTeX exports keys"
            );
            tally.note(Code::BibliographyField, "id", id.span, message, hint);
        }
        None => {
            let hint = format!("add `id`; until then, it is cited as `@{made}`");
            tally.note(Code::BibliographyField, "id", span, "this work has no `id`".into(), hint);
        }
    }
    (made, id.map_or(span, |id| id.span))
}

/// Returns a key of author, title and year, as Zotero makes them.
fn made_key(work: &Work, bibliography: &Bibliography) -> CiteKey {
    let word = |text: String| -> String {
        let small = text.to_lowercase();
        let words = small.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let articles =
            ["a", "an", "the", "der", "die", "das", "ein", "eine", "le", "la", "les", "el"];
        words.into_iter().find(|word| !articles.contains(word)).unwrap_or_default().to_owned()
    };
    let people = work.people(NameVariable::Author).or_else(|| work.people(NameVariable::Editor));
    let author = people.and_then(|list| list.names.first()).map(|name| match name {
        Name::Person(person) => word(person.family.clone()),
        Name::Literal(text) => word(text.clone()),
    });
    let title = work.plain(StandardVariable::Title).map(word);
    let year = work.dates.get(&DateVariable::Issued).map(|date| date.start.year.to_string());
    let parts: Vec<String> =
        [author, title, year].into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let base = if parts.is_empty() { "work".to_owned() } else { parts.join("_") };
    let numbered = (1..).map(|number| format!("{base}-{number}"));
    let mut keys =
        std::iter::once(base.clone()).chain(numbered).filter_map(|key| CiteKey::new(&key));
    let free = keys.find(|key| !bibliography.references.contains_key(key));
    free.unwrap_or_else(|| CiteKey::unnamed(&base))
}
