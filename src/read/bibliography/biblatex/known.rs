//! What a work is known by: its numbers, addresses and archives, and those that
//! its note has.

use super::work::{Maker, joined};
use crate::model::{NumberVariable, RichText, StandardVariable, WorkKind};
use crate::read::bibliography::numbers::{self, shown};
use crate::read::bibliography::{extra, latex};

impl Maker<'_, '_, '_, '_> {
    /// Sets the numbers that a work is known by, and its address.
    pub(super) fn addresses(&mut self) {
        use StandardVariable as S;
        for (names, variable) in [
            (&["doi"][..], S::DOI),
            (&["url", "urlraw", "link"], S::URL),
            (&["pmid", "pubmed_id", "pubmedid"], S::PMID),
            (&["pmcid", "pmc"], S::PMCID),
            (&["isbn", "isbn-13", "isbn-10"], S::ISBN),
            (&["issn", "eissn", "essn"], S::ISSN),
        ] {
            if let Some(field) = self.fields.first(names)
                && self.work.text(variable).is_none()
            {
                let span = self.ctx.span(field.part(0..field.value.len()));
                let value = latex::address(&field.value);
                numbers::set(&mut self.work, variable, &value, span, self.ctx.diagnostics);
            }
        }
    }

    /// Sets what the number in an archive means.
    pub(super) fn eprint(&mut self) {
        use StandardVariable as S;
        let Some(field) = self.fields.first(&["eprint", "arxivid"]) else { return };
        let number = latex::address(&field.value);
        let span = self.ctx.span(field.part(0..field.value.len()));
        let archive = self.plain("eprinttype").or_else(|| self.plain("archiveprefix"));
        let archive = archive.unwrap_or_default();
        let address = match archive.to_lowercase().as_str() {
            "pubmed" | "pmid" | "medline" => {
                return numbers::set(&mut self.work, S::PMID, &number, span, self.ctx.diagnostics);
            }
            "pmc" | "pmcid" | "pubmed central" => {
                return numbers::set(&mut self.work, S::PMCID, &number, span, self.ctx.diagnostics);
            }
            "jstor" => format!("https://www.jstor.org/stable/{number}"),
            "hdl" | "handle" => format!("https://hdl.handle.net/{number}"),
            "googlebooks" => format!("https://books.google.com/books?id={number}"),
            "arxiv" => return self.arxiv(&number),
            "" if is_arxiv(&number) => return self.arxiv(&number),
            _ if number.starts_with("http") => number.clone(),
            _ => {
                self.work.set(S::Archive, archive);
                self.work.set(S::ArchiveLocation, number);
                return;
            }
        };
        if self.work.text(S::URL).is_none() {
            self.work.set(S::URL, address);
        }
    }

    fn arxiv(&mut self, number: &str) {
        use StandardVariable as S;
        let number = match number.get(..6) {
            Some(start) if start.eq_ignore_ascii_case("arxiv:") => number[6..].trim_start(),
            _ => number,
        };
        if self.work.text(S::URL).is_none() {
            self.work.set(S::URL, format!("https://arxiv.org/abs/{number}"));
        }
        // As Zotero has preprints; an article that came out later has a journal.
        if self.work.text(S::ContainerTitle).is_none() {
            if matches!(
                self.work.kind,
                WorkKind::ArticleJournal | WorkKind::Webpage | WorkKind::Manuscript
            ) {
                self.work.kind = WorkKind::Article;
            }
            if self.work.text(NumberVariable::Number).is_none() {
                self.work.set(NumberVariable::Number, format!("arXiv:{number}"));
            }
            if self.work.text(S::Publisher).is_none() {
                self.work.set(S::Publisher, "arXiv");
            }
        }
    }

    /// Sets the note. Better BibTeX puts variables into it, each in a line, that
    /// it has no field for.
    pub(super) fn notes(&mut self) {
        let note = StandardVariable::Note;
        let mut lines = Vec::new();
        let mut rich: Option<RichText> = None;
        for name in ["note", "addendum"] {
            if let Some(field) = self.fields.get(name) {
                lines.extend(field.value.lines().map(|line| latex::plain(line).trim().to_owned()));
                let text = self.rich(name);
                rich = joined(rich, ". ", text);
            }
        }
        let Some(rich) = rich else { return };
        let written = lines.join("\n");
        self.work.set(note, written.as_str());
        let field = self.fields.get("note").or_else(|| self.fields.get("addendum"));
        let Some(at) = field.map(|field| field.part(0..field.value.len())) else { return };
        let span = self.ctx.span(at);
        let found = extra::take(&mut self.work, span, self.ctx.diagnostics);
        for (name, date) in found.bad_dates {
            if let Some(field) = self.fields.get("note") {
                let at = field.part(0..field.value.len());
                let message = format!("`{}` is no date for `{name}`", shown(&date));
                self.ctx.warn(
                    at,
                    message,
                    "write a date such as `2006-04-12`, `2006-04` or `2006`",
                );
            }
        }
        match self.work.plain(note) {
            // Nothing was taken: its dress can stay.
            Some(left) if left == written => self.work.set(note, rich),
            Some(left) => self.work.set(note, left.replace('\n', " ")),
            None => {}
        }
    }
}

/// Tells whether a number is of arXiv: "1706.03762v2", "hep-th/9901001".
fn is_arxiv(number: &str) -> bool {
    let number = number.trim();
    let number = number
        .get(..6)
        .filter(|start| start.eq_ignore_ascii_case("arxiv:"))
        .map_or(number, |_| &number[6..]);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unversioned = number.rsplit_once('v').filter(|(_, version)| digits(version));
    let number = unversioned.map_or(number, |(number, _)| number);
    match number.split_once('.') {
        Some((month, rest)) => {
            month.len() == 4 && digits(month) && (4..=5).contains(&rest.len()) && digits(rest)
        }
        None => number.split_once('/').is_some_and(|(_, rest)| rest.len() == 7 && digits(rest)),
    }
}
