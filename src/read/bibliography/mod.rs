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
mod names;
pub(super) mod tally;
mod yaml;

use indexmap::map::Entry as Slot;

use super::add_text;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Bibliography, CiteKey, Reference, Topic};
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
        "yaml" | "yml" => yaml::read(text, file, bibliography, diagnostics),
        _ => biblatex::read(text, file, bibliography, diagnostics),
    }
}

/// Tells whether a file that nobody named is a bibliography: by its name alone,
/// or by what is in it where the name may be that of a topic or of anything.
pub fn is_bibliography(path: &ProjectPath, content: impl FnOnce() -> Option<Vec<u8>>) -> bool {
    let of_text = |tells: fn(&str) -> bool| {
        content().is_some_and(|bytes| std::str::from_utf8(&bytes).is_ok_and(tells))
    };
    match path.extension().as_str() {
        "bib" => true,
        "json" => of_text(json::is_csl),
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
    reference: Reference,
    bibliography: &mut Bibliography,
    diagnostics: &mut Diagnostics,
) {
    match bibliography.references.entry(key) {
        Slot::Vacant(slot) => {
            slot.insert(reference);
        }
        Slot::Occupied(slot) => diagnostics.push(
            Diagnostic::error(
                Code::DuplicateCiteKey,
                format!("the citation key `{}` is used twice", slot.key()),
            )
            .at(reference.span)
            .hint_at(slot.get().span, "first used here")
            .hint("give one of them another key, or delete it"),
        ),
    }
}
