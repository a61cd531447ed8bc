//! Variables that stand in a note: what Zotero's field "Extra" is used for.
//!
//! Two spellings are known to all programs of the family: a line "PMID: 123" or
//! "Original Date: 1972", and `{:original-date: 1972}` anywhere in the text.

use super::csl::{set_text, text_name};
use super::html::Markup;
use super::{dates, names};
use crate::diag::Diagnostics;
use crate::model::{
    Name, NameVariable, RichText, StandardVariable, Variable, Work, variable_named, work_kind_named,
};
use crate::source::{Span, Spanned};

/// What was found that is no variable of a work.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// A key to cite the work by.
    pub(super) citation_key: Option<String>,
    /// Texts and numbers, before they are set.
    texts: Vec<(Variable, String)>,
    /// The parts that had names before.
    had: Vec<NameVariable>,
    /// Dates that are none: the variable's name, and what was written.
    pub(super) bad_dates: Vec<(String, String)>,
}

/// Takes variables out of a work's note; what is left of it stays. A variable
/// that the work has already is not changed, but its type is: there is no other
/// way to say a type that Zotero does not know.
pub(super) fn take(work: &mut Work, span: Span, diagnostics: &mut Diagnostics) -> Found {
    let mut found = Found::default();
    let note = Variable::Standard(StandardVariable::Note);
    let Some(text) = work.text(note) else { return found };
    let plain = text.plain();
    if !plain.contains(':') && !plain.contains("tex.") {
        return found;
    }
    found.had = work.names.keys().copied().collect();
    let mut kept = Vec::new();
    for line in plain.split('\n') {
        let rest = take_braces(line, work, &mut found);
        // Better BibTeX writes "tex.x= y", too.
        let pair = match rest.trim_start().starts_with("tex.") {
            true => rest.split_once([':', '=']),
            false => rest.split_once(':'),
        };
        let taken = pair.is_some_and(|(label, value)| set(label, value, work, &mut found));
        let emptied = rest.trim().is_empty() && !line.trim().is_empty();
        if !taken && !emptied {
            kept.push(rest);
        }
    }
    for (variable, text) in std::mem::take(&mut found.texts) {
        set_text(work, variable, Spanned::new(text, span), Markup::Html, diagnostics);
    }
    let kept = kept.join("\n");
    if kept.trim() != plain.trim() {
        work.texts.shift_remove(&note);
        work.set(note, RichText::from(kept.trim()));
    }
    found
}

/// Takes `{:name: value}` out of a line.
fn take_braces(line: &str, work: &mut Work, found: &mut Found) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("{:") {
        let inner = &rest[at + 2..];
        let Some(end) = inner.find('}') else { break };
        let taken = inner[..end]
            .split_once(':')
            .is_some_and(|(label, value)| set(label, value, work, found));
        let whole = at + 2 + end + 1;
        out.push_str(&rest[..if taken { at } else { whole }]);
        rest = &rest[whole..];
    }
    out.push_str(rest);
    out
}

/// Sets what a label names; returns whether it names anything.
fn set(label: &str, value: &str, work: &mut Work, found: &mut Found) -> bool {
    let (label, value) = (label.trim(), value.trim());
    let is_label = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.');
    if label.is_empty() || label.len() > 40 || !label.chars().all(is_label) {
        return false;
    }
    let name = label.to_ascii_lowercase().replace(' ', "-");
    // Better BibTeX keeps fields of BibTeX there.
    if name.starts_with("tex.") || name == "bibtex" {
        return true;
    }
    if name == "citation-key" {
        found.citation_key.get_or_insert(value.to_owned());
        return true;
    }
    if name == "type" {
        return work_kind_named(value).map(|kind| work.kind = kind).is_some();
    }
    if name == "note" || value.is_empty() {
        return false;
    }
    let named = variable_named(&name).or_else(|| variable_named(&name.to_ascii_uppercase()));
    let underlined = || variable_named(&name.replace('-', "_"));
    let Some(variable) = named.or_else(underlined) else { return false };
    match variable {
        Variable::Name(variable) if found.had.contains(&variable) => {}
        Variable::Name(variable) => {
            let Some(name) = person(value) else { return false };
            work.names.entry(variable).or_default().names.push(name);
        }
        Variable::Date(variable) => match dates::read(value) {
            Some(date) => {
                work.dates.entry(variable).or_insert(date);
            }
            None => {
                found.bad_dates.push((name, value.to_owned()));
                return false;
            }
        },
        Variable::Standard(_) | Variable::Number(_) | Variable::Page(_) => {
            let known = found.texts.iter().any(|(set, _)| *set == variable);
            if !known && work.text(variable).is_none() {
                found.texts.push((variable, value.to_owned()));
            }
        }
    }
    true
}

/// Reads "Family || Given".
fn person(value: &str) -> Option<Name> {
    match value.split_once("||") {
        Some((family, given)) => names::person(family, given, "").map(Name::Person),
        None => text_name(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DateVariable, WorkKind};
    use crate::source::{ProjectPath, Sources};

    #[test]
    fn variables_are_taken_out_of_notes() {
        let mut work = Work::new(WorkKind::Document);
        work.set(StandardVariable::DOI, "10.1/x");
        let note = "PMID: 12075059\nPMCID: PMC1234\nOriginal Date: 1972-03\nDOI: 10.1/y\ntype: dataset\n\
            editor: Light || Richard W\ntex.ids: a, b\nCitation Key: light2002\nRead: twice: \n\n\
            See {:container-title-short: NEJM}also {:x: y}\noriginal-date: soon";
        work.set(StandardVariable::Note, note);
        let mut sources = Sources::default();
        let file = sources.add(ProjectPath::new("x.json").expect("a path"), String::new());
        let found = take(&mut work, Span::new(file, 0, 0), &mut Diagnostics::default());
        let text = |variable: StandardVariable| work.plain(variable).unwrap_or_default();
        assert_eq!(text(StandardVariable::PMID), "12075059");
        assert_eq!(text(StandardVariable::PMCID), "PMC1234");
        assert_eq!(text(StandardVariable::DOI), "10.1/x");
        assert_eq!(text(StandardVariable::ContainerTitleShort), "NEJM");
        assert_eq!(
            text(StandardVariable::Note),
            "Read: twice: \n\nSee also {:x: y}\noriginal-date: soon"
        );
        assert_eq!(work.kind, WorkKind::Dataset);
        assert!(work.dates.contains_key(&DateVariable::OriginalDate));
        assert_eq!(work.people(NameVariable::Editor).map(|list| list.names.len()), Some(1));
        assert_eq!(found.citation_key.as_deref(), Some("light2002"));
        assert_eq!(found.bad_dates, [("original-date".to_owned(), "soon".to_owned())]);
    }
}
