//! What is wrong with works for lack of something: of citations, or of a year or
//! pages.
//!
//! Nothing here stops a build. A library that is kept for many projects may hold
//! thousands of works that this one does not need, so those are one message for
//! each file.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{
    Bibliography, CiteKey, DateVariable, NumberVariable, PageVariable, StandardVariable, Variable,
    Work, WorkKind,
};
use crate::source::{FileId, Span};

/// Where works are cited or listed first.
pub(super) type FirstNamed = BTreeMap<CiteKey, Span>;

/// Reports, once for each bibliography, the works that no topic cites or lists.
pub(super) fn unused(
    bibliography: &Bibliography,
    named: &FirstNamed,
    diagnostics: &mut Diagnostics,
) {
    // Whoever mistypes a key leaves its work without a citation.
    if named.keys().any(|key| !bibliography.references.contains_key(key)) {
        return;
    }
    let mut files: IndexMap<FileId, File> = IndexMap::new();
    for (key, reference) in &bibliography.references {
        let file = files.entry(reference.span.file).or_default();
        file.works += 1;
        if !named.contains_key(key) {
            file.unused.push((key, reference.span));
        }
    }
    for file in files.values() {
        if let Some((_, first)) = file.unused.first() {
            let mut diagnostic = Diagnostic::warning(Code::UnusedWork, file.message()).at(*first);
            for (_, span) in file.unused.iter().take(SHOWN).skip(1) {
                diagnostic = diagnostic.hint_at(*span, "another one is here");
            }
            diagnostics.push(diagnostic.hint(HINT));
        }
    }
}

const HINT: &str = "cite what is needed, or name it in `references` of a topic; \
                    of a library, `allow` this in the manifest";

/// The works of a file, counted, and those that are not used.
#[derive(Default)]
struct File<'a> {
    works: usize,
    unused: Vec<(&'a CiteKey, Span)>,
}

impl File<'_> {
    fn message(&self) -> String {
        let (count, works) = (self.unused.len(), self.works);
        let of = match count {
            1 => "the work".to_owned(),
            _ if count == works => format!("any of {works} works:"),
            _ => format!("{count} of {works} works:"),
        };
        let shown: Vec<_> =
            self.unused.iter().take(SHOWN).map(|(key, _)| format!("`{key}`")).collect();
        let rest = match count - shown.len() {
            0 => String::new(),
            1 => " and 1 other".to_owned(),
            rest => format!(" and {rest} others"),
        };
        format!("no topic cites {of} {}{rest}", shown.join(", "))
    }
}

/// How many works a message names.
const SHOWN: usize = 3;

/// Reports works that are cited or listed, and lack what readers find them by.
pub(super) fn incomplete(
    bibliography: &Bibliography,
    named: &FirstNamed,
    diagnostics: &mut Diagnostics,
) {
    for (key, first) in named {
        let Some(reference) = bibliography.references.get(key) else { continue };
        // What is printed as it was written is whole if its author says so.
        if reference.verbatim.is_some() {
            continue;
        }
        let year = lacks_year(&reference.work);
        let pages = lacks_pages(&reference.work);
        let what = match (year, pages) {
            (None, None) => continue,
            (Some(_), None) => "no year",
            (None, Some(_)) => "no pages",
            (Some(_), Some(_)) => "no year and no pages",
        };
        let message = match key.is_unnamed() {
            true => format!("this work has {what}"),
            false => format!("the work `{key}` has {what}"),
        };
        let mut diagnostic = Diagnostic::warning(Code::IncompleteWork, message).at(reference.span);
        // A work in a front matter is named by standing there.
        if *first != reference.span {
            diagnostic = diagnostic.hint_at(*first, "first named here");
        }
        for hint in year.into_iter().chain(pages) {
            diagnostic = diagnostic.hint(hint);
        }
        diagnostics.push(diagnostic);
    }
}

/// Returns what to do about a year that is missing.
fn lacks_year(work: &Work) -> Option<&'static str> {
    if work.dates.contains_key(&DateVariable::Issued) || has(work, StandardVariable::Status) {
        return None;
    }
    match work.kind {
        // Nobody knows when, and nobody asks.
        WorkKind::Classic | WorkKind::Collection => None,
        WorkKind::Article
        | WorkKind::ArticleJournal
        | WorkKind::ArticleMagazine
        | WorkKind::ArticleNewspaper
        | WorkKind::Book
        | WorkKind::Chapter
        | WorkKind::PaperConference
        | WorkKind::Patent
        | WorkKind::Periodical
        | WorkKind::Report
        | WorkKind::Standard
        | WorkKind::Thesis => Some("add its year, or its `status` if it is not out yet"),
        WorkKind::Event | WorkKind::Performance | WorkKind::Speech => {
            let date = work.dates.contains_key(&DateVariable::EventDate);
            (!date).then_some("add its date")
        }
        // What changes has the day on which it was read.
        _ => {
            let read = work.dates.contains_key(&DateVariable::Accessed);
            (!read).then_some("add its year, or the day on which it was read")
        }
    }
}

/// Returns what to do about pages that are missing.
fn lacks_pages(work: &Work) -> Option<&'static str> {
    let found = has(work, PageVariable::Page)
        || has(work, NumberVariable::PageFirst)
        || has(work, NumberVariable::Number)
        || has(work, StandardVariable::Status);
    if found {
        return None;
    }
    match work.kind {
        WorkKind::ArticleJournal => {
            let in_issue = has(work, NumberVariable::Volume) || has(work, NumberVariable::Issue);
            // Ahead of print there is no page yet, and the DOI leads there.
            let ahead = has(work, StandardVariable::DOI) && !in_issue;
            (!ahead).then_some(
                "add its pages or article number (ahead of print, a DOI without volume and issue is enough)",
            )
        }
        WorkKind::Chapter => {
            let online = has(work, StandardVariable::URL)
                && work.dates.contains_key(&DateVariable::Accessed);
            let found = online || has(work, NumberVariable::ChapterNumber);
            (!found).then_some(
                "add its pages or the number of the chapter (online, its URL and the day on which it was read)",
            )
        }
        _ => None,
    }
}

fn has(work: &Work, variable: impl Into<Variable>) -> bool {
    work.text(variable).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::WorkDate;

    fn work(kind: WorkKind, texts: &[Variable], dates: &[DateVariable]) -> Work {
        let mut work = Work::new(kind);
        for variable in texts {
            work.set(*variable, "1");
        }
        for variable in dates {
            work.dates.insert(*variable, WorkDate::year(2002));
        }
        work
    }

    #[test]
    fn pages_that_tell_of_themselves_need_only_have_been_read() {
        let lacks = |kind, dates: &[DateVariable]| lacks_year(&work(kind, &[], dates)).is_some();
        assert!(lacks(WorkKind::Webpage, &[]));
        assert!(!lacks(WorkKind::Webpage, &[DateVariable::Accessed]));
        assert!(lacks(WorkKind::Book, &[DateVariable::Accessed]));
        assert!(!lacks(WorkKind::Book, &[DateVariable::Issued]));
        assert!(lacks(WorkKind::Speech, &[]));
        assert!(!lacks(WorkKind::Speech, &[DateVariable::EventDate]));
        assert!(!lacks(WorkKind::Classic, &[]));
        let in_press = work(WorkKind::Thesis, &[StandardVariable::Status.into()], &[]);
        assert!(lacks_year(&in_press).is_none());
    }

    #[test]
    fn articles_have_pages_or_a_number_or_are_ahead_of_print() {
        let doi: Variable = StandardVariable::DOI.into();
        let volume: Variable = NumberVariable::Volume.into();
        let lacks =
            |texts: &[Variable]| lacks_pages(&work(WorkKind::ArticleJournal, texts, &[])).is_some();
        assert!(lacks(&[]));
        assert!(lacks(&[volume]));
        assert!(!lacks(&[doi]));
        assert!(lacks(&[doi, volume]));
        assert!(!lacks(&[doi, volume, NumberVariable::Number.into()]));
        assert!(!lacks(&[volume, PageVariable::Page.into()]));
        assert!(lacks_pages(&work(WorkKind::Book, &[], &[])).is_none());
    }

    #[test]
    fn chapters_have_pages_or_a_number_or_are_read_online() {
        let url: Variable = StandardVariable::URL.into();
        let lacks = |texts: &[Variable], dates: &[DateVariable]| {
            lacks_pages(&work(WorkKind::Chapter, texts, dates)).is_some()
        };
        assert!(lacks(&[], &[]));
        assert!(lacks(&[url], &[]));
        assert!(!lacks(&[url], &[DateVariable::Accessed]));
        assert!(!lacks(&[NumberVariable::ChapterNumber.into()], &[]));
    }
}
