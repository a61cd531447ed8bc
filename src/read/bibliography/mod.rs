//! Bibliographies to works.
//!
//! There is a file for each format; all make [`Work`]s, and give them to
//! [`add`], which tells of keys and works that are there twice.

mod biblatex;
pub(super) mod csl;
mod dates;
mod extra;
pub(super) mod html;
mod json;
mod names;
pub(super) mod tally;

use indexmap::map::Entry as Slot;

use super::add_text;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Bibliography, CiteKey, Reference};
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
        _ => biblatex::read(text, file, bibliography, diagnostics),
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
