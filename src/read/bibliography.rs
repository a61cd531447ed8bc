//! Bibliographies to references.

use hayagriva::Entry;
use hayagriva::types::FormatString;
use indexmap::map::Entry as Slot;

use super::add_text;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Bibliography, CiteKey, Reference};
use crate::source::{FileId, ProjectPath, Sources, Span};

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
    let raw = match biblatex::RawBibliography::parse(text) {
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
    // loses no other (hayagriva reads all or none).
    let abbreviations = abbreviation_text(text, &raw);
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
        let source = format!("{abbreviations}{}", entry_text(text, &raw_entry.span));
        let library = match hayagriva::io::from_biblatex_str(&source) {
            Ok(library) => library,
            Err(errors) => {
                let reasons: Vec<_> = errors.iter().map(explain).collect();
                diagnostics.push(
                    Diagnostic::error(
                        Code::BrokenBibliography,
                        format!("the work `{key}` cannot be read ({})", reasons.join("; ")),
                    )
                    .at(span)
                    .hint("mend the field, or leave it out"),
                );
                bibliography.broken.insert(cite_key);
                continue;
            }
        };
        let Some(mut entry) = library.iter().next().cloned() else { continue };
        restore(&mut entry, &raw_entry.v.fields);
        match bibliography.references.entry(cite_key) {
            Slot::Vacant(slot) => {
                slot.insert(Reference { entry, span });
            }
            Slot::Occupied(slot) => diagnostics.push(
                Diagnostic::error(
                    Code::DuplicateCiteKey,
                    format!("the citation key `{key}` is used twice"),
                )
                .at(span)
                .hint_at(slot.get().span, "first used here")
                .hint("give one of them another key, or delete it"),
            ),
        }
    }
}

fn explain(error: &hayagriva::io::BibLaTeXError) -> String {
    match error {
        hayagriva::io::BibLaTeXError::Parse(error) => error.kind.to_string(),
        hayagriva::io::BibLaTeXError::Type(error) => error.kind.to_string(),
    }
}

/// Returns `@string` definitions, which entries may use.
fn abbreviation_text(text: &str, raw: &biblatex::RawBibliography) -> String {
    raw.abbreviations
        .iter()
        .filter_map(|pair| {
            let value = text.get(pair.value.span.clone())?;
            Some(format!(
                "@string{{{} = {{{}}}}}\n",
                pair.key.v,
                value.trim_matches(['{', '}', '"'])
            ))
        })
        .collect()
}

/// The parser's span of an entry stops before the closing brace.
fn entry_text<'t>(text: &'t str, span: &std::ops::Range<usize>) -> &'t str {
    let start = text.get(..=span.start).and_then(|before| before.rfind('@')).unwrap_or(span.start);
    let rest = text.get(span.end..).unwrap_or("");
    let closing = rest.find(['}', ')']).filter(|at| rest[..*at].trim().is_empty());
    let end = span.end + closing.map_or(0, |at| at + 1);
    text.get(start..end).unwrap_or("")
}

fn key_span(text: &str, file: FileId, range: std::ops::Range<usize>, key: &str) -> Span {
    let exact = text.get(range.clone()) == Some(key);
    let end = if exact { range.end } else { range.start + key.len() };
    Span::new(file, range.start, end.min(text.len()))
}

/// Puts back what hayagriva 0.10 drops when it reads BibLaTeX: the short title
/// of a journal, and `PubMed`'s numbers.
fn restore(entry: &mut Entry, fields: &[biblatex::Pair]) {
    let field = |name: &str| {
        let pair = fields.iter().find(|pair| pair.key.v.eq_ignore_ascii_case(name))?;
        let text: String = pair.value.v.iter().map(|chunk| raw_chunk(&chunk.v)).collect();
        let text = text.replace(['{', '}'], "");
        (!text.trim().is_empty()).then(|| text.trim().to_owned())
    };
    if let Some(short) = field("shortjournal") {
        let mut parents = entry.parents().to_vec();
        if let Some(parent) = parents.first_mut()
            && let Some(title) = parent.title()
        {
            let title = FormatString::with_short(title.value.to_string(), short);
            parent.set_title(title);
        }
        entry.set_parents(parents);
    }
    if let Some(pmid) = field("pmid").filter(|_| entry.pmid().is_none()) {
        entry.set_pmid(pmid);
    }
    if let Some(pmcid) = field("pmcid").filter(|_| entry.pmcid().is_none()) {
        entry.set_pmcid(pmcid);
    }
}

fn raw_chunk<'s>(chunk: &biblatex::RawChunk<'s>) -> &'s str {
    match chunk {
        biblatex::RawChunk::Normal(text) => text,
        biblatex::RawChunk::Abbreviation(_) => "",
    }
}
