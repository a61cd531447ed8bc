//! `PubMed`'s own format, `.nbib`: MEDLINE's fields, as the National Library of
//! Medicine describes them.

use super::html::Markup;
use super::tagged::{Field, Line, made_key, records, refuse_none};
use super::tally::Tally;
use super::{add, dates, html, language, names, numbers};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{
    Bibliography, DateVariable, NameVariable, NumberVariable, PageVariable, Reference, RichText,
    StandardVariable, Variable, Work, WorkKind,
};
use crate::source::{FileId, Span};

/// Reads a file.
pub(super) fn read(
    text: &str,
    file: FileId,
    bibliography: &mut Bibliography,
    diagnostics: &mut Diagnostics,
) {
    let mut tally = Tally::default();
    let records = records(text, look, "PMID");
    if records.is_empty() && !text.trim_start_matches('\u{feff}').trim().is_empty() {
        refuse_none(file, "PubMed", "PMID- 12075059", bibliography, diagnostics);
    }
    for record in records {
        let Some(first) = record.first() else { continue };
        let mut maker =
            Maker { record: &record, file, work: Work::new(kind(&record)), diagnostics };
        maker.make(&mut tally);
        let work = maker.work;
        let key = made_key(&work, bibliography);
        let span = first.span(file);
        add(key, Reference { work, verbatim: None, span }, bibliography, diagnostics);
    }
    tally.report(diagnostics);
}

/// Tells what a line is: "TI  - Pleural effusion."
fn look(line: &str) -> Line<'_> {
    if line.trim().is_empty() {
        return Line::End;
    }
    let Some((tag, rest)) = line.split_at_checked(4) else { return Line::More };
    let name = tag.trim_end();
    let is_tag = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && name.starts_with(|c: char| c.is_ascii_uppercase());
    match rest.strip_prefix('-') {
        Some(behind) if is_tag && (behind.is_empty() || behind.starts_with(' ')) => {
            Line::Tag(name, 5)
        }
        _ => Line::More,
    }
}

fn kind(record: &[Field]) -> WorkKind {
    let has = |tag: &str| record.iter().any(|field| field.tag == tag && !field.text.is_empty());
    match (has("BTI"), has("TI"), has("CTI") && !has("JT") && !has("TA")) {
        (true, true, _) => WorkKind::Chapter,
        (true, false, _) => WorkKind::Book,
        (false, _, true) => WorkKind::Book,
        (false, ..) => WorkKind::ArticleJournal,
    }
}

struct Maker<'m, 'a> {
    record: &'m [Field<'a>],
    file: FileId,
    work: Work,
    diagnostics: &'m mut Diagnostics,
}

impl<'m, 'a> Maker<'m, 'a> {
    fn get(&self, tag: &str) -> Option<&'m Field<'a>> {
        self.record.iter().find(|field| field.tag == tag && !field.text.is_empty())
    }

    fn all(&self, tag: &'static str) -> impl Iterator<Item = &'m Field<'a>> + use<'m, 'a> {
        let record = self.record;
        record.iter().filter(move |field| field.tag == tag && !field.text.is_empty())
    }

    fn set(&mut self, variable: impl Into<Variable>, tag: &str) {
        if let Some(field) = self.get(tag) {
            self.work.set(variable, field.rich());
        }
    }

    fn make(&mut self, tally: &mut Tally) {
        use NumberVariable as N;
        use StandardVariable as S;
        self.titles();
        self.people();
        self.dates();
        self.numbers();
        self.set(N::Volume, "VI");
        self.set(N::Issue, "IP");
        if let Some(edition) = self.get("EN") {
            numbers::set_edition(&mut self.work, edition.rich());
        }
        if let Some(pages) = self.get("PG") {
            self.work.set(PageVariable::Page, numbers::pages(&pages.text));
        }
        // A journal's place is the country that it comes out in, which no list
        // of references tells.
        if self.work.kind != WorkKind::ArticleJournal {
            self.set(S::Publisher, "PB");
            self.set(S::PublisherPlace, "PL");
        }
        self.set(S::Abstract, "AB");
        if self.all("PT").any(|field| field.text == "Preprint") {
            self.work.set(S::Genre, "Preprint");
        }
        if self.get("PST").is_some_and(|field| field.text == "aheadofprint") {
            self.work.set(S::Status, "Epub ahead of print");
        }
        if let Some(language) = self.get("LA")
            && let Some(tag) = language::tag(&language.text)
        {
            self.work.set(S::Language, tag);
        }
        let keywords: Vec<String> = self.all("OT").map(|field| field.rich().plain()).collect();
        self.work.set(S::Keyword, keywords.join(", "));
        for field in self.record {
            if !TAGS.contains(&field.tag) {
                let at = Span::new(self.file, field.tag_at.start, field.tag_at.end);
                let message = format!("unknown tag `{}`", field.tag);
                let hint = "it is left out; the tags are those of MEDLINE";
                tally.note(Code::BibliographyField, field.tag, at, message, hint.into());
            }
        }
    }

    fn titles(&mut self) {
        use StandardVariable as S;
        let title = if self.get("TI").is_some() { "TI" } else { "BTI" };
        if let Some(field) = self.get(title).or_else(|| self.get("CTI")) {
            self.work.set(S::Title, without_period(field));
        }
        // What the work calls itself, where that is not in English.
        if let Some(field) = self.get("TT") {
            self.work.set(S::OriginalTitle, without_period(field));
        }
        match self.work.kind {
            WorkKind::ArticleJournal => {
                self.set(S::ContainerTitle, "JT");
                self.set(S::ContainerTitleShort, "TA");
                if self.work.text(S::ContainerTitle).is_none() {
                    self.set(S::ContainerTitle, "TA");
                }
            }
            WorkKind::Chapter => self.set(S::ContainerTitle, "BTI"),
            _ => {}
        }
        if title != "CTI" && self.get("BTI").is_some() {
            self.set(S::CollectionTitle, "CTI");
        }
        self.set(S::VolumeTitle, "VTI");
    }

    fn people(&mut self) {
        for (full, short, variable) in
            [("FAU", "AU", NameVariable::Author), ("FED", "ED", NameVariable::Editor)]
        {
            let mut list = Vec::new();
            let mut full_before = false;
            for field in self.record {
                let tag = field.tag;
                let is_corporate = tag == "CN" && variable == NameVariable::Author;
                // Each name stands there twice: in full, then with initials.
                let repeated = tag == short && full_before;
                if tag == full || (tag == short && !repeated) {
                    list.extend(names::inverted(&html::read(&field.text, Markup::Html).plain()));
                } else if is_corporate {
                    let name = html::read(&field.text, Markup::Html).plain();
                    let name = name.trim_end_matches('.').to_owned();
                    list.push(crate::model::Name::Literal(name));
                }
                if tag == full || repeated {
                    full_before = tag == full;
                }
            }
            if !list.is_empty() {
                let entry = self.work.names.entry(variable).or_default();
                entry.names = list;
            }
        }
    }

    fn dates(&mut self) {
        let issued = [self.get("DP"), self.get("DEP"), self.get("CDAT")];
        for field in issued.into_iter().flatten() {
            match dates::read(&with_dashes(&field.text)) {
                Some(date) => {
                    self.work.dates.insert(DateVariable::Issued, date);
                    break;
                }
                None => {
                    let message =
                        format!("`{}` is no date, and is left out", numbers::shown(&field.text));
                    self.diagnostics.push(
                        Diagnostic::warning(Code::BibliographyField, message)
                            .at(field.span(self.file))
                            .hint("write a date such as `2006 Apr 12`, or a year"),
                    );
                }
            }
        }
        let online = self.get("DEP").and_then(|field| dates::read(&with_dashes(&field.text)));
        if let Some(date) = online {
            self.work.dates.insert(DateVariable::AvailableDate, date);
        }
    }

    /// Sets what the work is known by, and its address.
    fn numbers(&mut self) {
        use StandardVariable as S;
        for (tag, variable) in [("PMID", S::PMID), ("PMC", S::PMCID), ("ISBN", S::ISBN)] {
            if let Some(field) = self.get(tag) {
                self.number(variable, field, &field.text);
            }
        }
        // "10.1056/NEJMcp010731 [doi]"
        for field in self.all("LID").chain(self.all("AID")) {
            let Some((number, kind)) = field.text.rsplit_once(" [") else { continue };
            match kind {
                "doi]" if self.work.text(S::DOI).is_none() => self.number(S::DOI, field, number),
                "bookaccession]" if self.work.text(S::URL).is_none() => {
                    self.work.set(S::URL, format!("https://www.ncbi.nlm.nih.gov/books/{number}/"));
                }
                // The number of an article that has no pages.
                "pii]" if self.get("PG").is_none() && is_place(number) => {
                    self.work.set(PageVariable::Page, number);
                }
                _ => {}
            }
        }
        // The one that links them is one of the others.
        let issns = self.all("IS").filter(|field| !field.text.ends_with("(Linking)"));
        let mut issns: Vec<&Field> = issns.collect();
        issns.sort_by_key(|field| !field.text.ends_with("(Print)"));
        let all: Vec<&str> = issns.iter().map(|field| field.text.as_ref()).collect();
        if let Some(first) = issns.first().copied().or_else(|| self.get("IS")) {
            let all = if all.is_empty() { first.text.to_string() } else { all.join(", ") };
            self.number(S::ISSN, first, &all);
        }
    }

    fn number(&mut self, variable: StandardVariable, field: &Field, value: &str) {
        let span = field.span(self.file);
        numbers::set(&mut self.work, variable, value, span, self.diagnostics);
    }
}

/// Tells whether a publisher's number is one that citations have in place of
/// pages: "e1004085".
fn is_place(number: &str) -> bool {
    number
        .strip_prefix('e')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Returns a title without the period that each has here.
fn without_period(field: &Field) -> RichText {
    let text = field.text.trim_end();
    let text = match text.strip_suffix('.') {
        Some(rest) if !rest.ends_with('.') => rest,
        _ => text,
    };
    html::read(text, Markup::Html)
}

/// Returns a date of electronic publication, "20020620", with dashes.
fn with_dashes(date: &str) -> String {
    match date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) {
        true => format!("{}-{}-{}", &date[..4], &date[4..6], &date[6..]),
        false => date.to_owned(),
    }
}

/// The fields of MEDLINE.
const TAGS: [&str; 105] = [
    "AB", "AC", "AD", "AID", "AU", "AUID", "BTI", "CDAT", "CDT", "CFD", "CI", "CIN", "CN", "COI",
    "COIS", "CON", "CP", "CRDT", "CRF", "CRI", "CTC", "CTDT", "CTI", "DA", "DCOM", "DDIN", "DEP",
    "DP", "DRDT", "DRIN", "ECF", "ECI", "ECN", "ED", "EDAT", "EFR", "EIN", "EN", "FAU", "FCN",
    "FED", "FIR", "FPS", "GN", "GR", "GS", "IED", "IP", "IR", "IRAD", "IS", "ISBN", "JID", "JT",
    "LA", "LID", "LR", "MH", "MHDA", "MID", "NM", "OAB", "OABL", "OCI", "OID", "ORI", "OT", "OTO",
    "OWN", "PB", "PG", "PHST", "PL", "PMC", "PMCR", "PMID", "PRIN", "PROF", "PS", "PST", "PT",
    "PUBM", "RCN", "RF", "RIN", "RN", "ROF", "RPF", "RPI", "RRF", "RRI", "SB", "SFM", "SI", "SO",
    "SPIN", "SPM", "STAT", "TA", "TI", "TT", "UIN", "UOF", "VI", "VTI",
];
