//! BibLaTeX and BibTeX to works, as biber and Pandoc understand them.

mod fields;
mod inherit;
mod issued;
mod known;
mod names;
mod syntax;
mod types;
mod work;

use std::collections::BTreeMap;
use std::ops::Range;

use self::inherit::Fields;
use self::syntax::Entry;
use self::types::{Class, Type};
use super::add;
use super::numbers::shown;
use super::tally::Tally;
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::{Bibliography, CiteKey, Reference, WorkKind};
use crate::source::{FileId, Span};

/// Reads a file.
pub(super) fn read(
    text: &str,
    file: FileId,
    bibliography: &mut Bibliography,
    diagnostics: &mut Diagnostics,
) {
    let entries = syntax::read(text, file, &mut bibliography.abbreviations, diagnostics);
    let mut tally = Tally::default();
    let types: Vec<Type> = entries.iter().map(|entry| kind(entry, file, &mut tally)).collect();
    let mut places = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        places.entry(entry.key).or_insert(index);
    }
    for (entry, kind) in entries.iter().zip(&types) {
        let mut ctx = Ctx { file, tally: &mut tally, diagnostics };
        if kind.class == Class::None && entry.kind == "xdata" {
            ctx.check_fields(entry);
            continue;
        }
        let Some(key) = ctx.key(entry) else { continue };
        if !entry.is_whole {
            bibliography.broken.insert(key);
            continue;
        }
        if kind.class == Class::None {
            ctx.diagnostics.push(
                Diagnostic::warning(
                    Code::BibliographyField,
                    format!("`{}` is a set of works, and no work", entry.key),
                )
                .at(ctx.span(entry.kind_at.clone()))
                .hint("cite the works themselves: `[@first; @second]`"),
            );
            bibliography.broken.insert(key);
            continue;
        }
        ctx.check_fields(entry);
        let fields = ctx.fields(entry, &entries, &types, &places);
        let span = ctx.span(entry.key_at.clone());
        let work = work::make(&fields, *kind, &mut ctx);
        if work.texts.is_empty() && work.names.is_empty() {
            ctx.diagnostics.push(
                Diagnostic::warning(
                    Code::BibliographyField,
                    format!("nothing is known of the work `{}` that a list could print", entry.key),
                )
                .at(span)
                .hint("give it a `title`, an `author` and a `date`"),
            );
        }
        add(key, Reference { work, verbatim: None, span }, bibliography, diagnostics);
    }
    tally.report(diagnostics);
}

/// Returns the type of an entry; one that is not known is a document.
fn kind(entry: &Entry, file: FileId, tally: &mut Tally) -> Type {
    types::get(&entry.kind).unwrap_or_else(|near| {
        let span = Span::new(file, entry.kind_at.start - 1, entry.kind_at.end);
        let message = format!("`@{}` is no type of works", shown(&entry.kind));
        let hint = near.unwrap_or_else(|| {
            "write `@misc`, or a type of BibLaTeX such as `@article`, `@book`, `@report`, `@online`".into()
        });
        tally.note(Code::BibliographyField, &format!("@{}", entry.kind), span, message, hint);
        Type { kind: WorkKind::Document, class: Class::Other, genre: None }
    })
}

/// What is carried along.
struct Ctx<'a> {
    file: FileId,
    tally: &'a mut Tally,
    diagnostics: &'a mut Diagnostics,
}

impl Ctx<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    /// Warns of something that is as written, but not as meant.
    fn warn(&mut self, at: Range<usize>, message: String, hint: impl Into<String>) {
        let warning = Diagnostic::warning(Code::BibliographyField, message).at(self.span(at));
        self.diagnostics.push(warning.hint(hint));
    }

    /// Returns the key of an entry; `None`, after a message, if it has none.
    fn key(&mut self, entry: &Entry) -> Option<CiteKey> {
        let key = CiteKey::new(entry.key);
        if key.is_none() {
            let (message, at) = match entry.key.is_empty() {
                true => ("this work has no citation key".to_owned(), entry.kind_at.clone()),
                false => {
                    let message = format!("the citation key `{}` has a space", shown(entry.key));
                    (message, entry.key_at.clone())
                }
            };
            let span = self.span(at);
            self.diagnostics.push(
                Diagnostic::error(Code::BrokenBibliography, message)
                    .at(span)
                    .hint("write one after the brace, such as `@book{light2002, …}`"),
            );
        }
        key
    }

    /// Tells of fields that are not known, and of those that are there twice.
    fn check_fields(&mut self, entry: &Entry) {
        for (index, field) in entry.fields.iter().enumerate() {
            let name = field.name.as_str();
            if !fields::is_known(name) {
                let hint = near_miss(name, fields::known()).unwrap_or_else(|| {
                    "no style prints it; delete it, or name it as BibLaTeX does".into()
                });
                let message = format!("unknown field `{}`", shown(name));
                let span = self.span(field.name_at.clone());
                self.tally.note(Code::BibliographyField, name, span, message, hint);
            }
            // An entry has few fields, but nobody holds it to that.
            let before = entry.fields[index.saturating_sub(MAX_COMPARED)..index]
                .iter()
                .find(|before| before.name == name);
            if let Some(before) = before
                && !matches!(name, "keywords" | "file" | "annotation" | "annote" | "note")
            {
                let first = self.span(before.name_at.clone());
                let warning = Diagnostic::warning(
                    Code::BibliographyField,
                    format!("the field `{name}` is given twice"),
                );
                self.diagnostics.push(
                    warning
                        .at(self.span(field.name_at.clone()))
                        .hint_at(first, "the first one counts")
                        .hint("delete one of them"),
                );
            }
        }
    }

    /// Returns an entry's fields, and those that it has from others.
    fn fields<'e, 'a>(
        &mut self,
        entry: &'e Entry<'a>,
        entries: &'e [Entry<'a>],
        types: &[Type],
        places: &BTreeMap<&str, usize>,
    ) -> Fields<'e, 'a> {
        let (fields, missing) = inherit::fields(entry, entries, types, places);
        for (field, part) in missing {
            let key = &field.value[part.clone()];
            let hint = near_miss(key, places.keys().copied())
                .unwrap_or_else(|| "the entry must stand in the same file".into());
            let message = format!("`{}` is no entry of this file", shown(key));
            self.warn(field.part(part), message, hint);
        }
        fields
    }
}

/// How many fields before one are looked through for another of its name.
const MAX_COMPARED: usize = 100;
