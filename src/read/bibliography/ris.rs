//! RIS, as Zotero, `EndNote`, Mendeley, Reference Manager and the sites of
//! journals write it: each means a bit else by the same tags.

use super::html::Markup;
use super::tagged::{Field, Line, made_key, records, refuse_none};
use super::tally::Tally;
use super::{add, dates, extra, html, language, names, numbers};
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::{
    Bibliography, CiteKey, DateVariable, Dress, NameVariable, NumberVariable, PageVariable,
    Reference, RichText, StandardVariable, Variable, Work, WorkDate, WorkKind,
};
use crate::read::syntax::key_length;
use crate::source::{FileId, Span};

/// Reads a file.
pub(super) fn read(
    text: &str,
    file: FileId,
    bibliography: &mut Bibliography,
    diagnostics: &mut Diagnostics,
) {
    let mut tally = Tally::default();
    let records = records(text, look, "TY");
    if records.is_empty() && !text.trim_start_matches('\u{feff}').trim().is_empty() {
        refuse_none(file, "RIS", "TY  - JOUR", bibliography, diagnostics);
    }
    for record in records {
        let Some(first) = record.first() else { continue };
        if first.tag != "TY" {
            diagnostics.push(
                Diagnostic::error(Code::BrokenBibliography, "this record has no type")
                    .at(first.span(file))
                    .hint("begin it with a line such as `TY  - JOUR`"),
            );
            bibliography.is_partial = true;
            continue;
        }
        let kind = kind(first, file, &mut tally);
        let mut maker = Maker { record: &record, file, kind, work: Work::new(kind), diagnostics };
        maker.make(&mut tally);
        let work = maker.work;
        let id = record.iter().find(|field| field.tag == "ID" && !field.text.is_empty());
        let written = id.filter(|id| key_length(&id.text) == id.text.len());
        let written = written.and_then(|id| Some((CiteKey::new(&id.text)?, id.span(file))));
        let (key, span) = written.unwrap_or_else(|| {
            let key = made_key(&work, bibliography);
            if let Some(id) = id {
                let message =
                    format!("no text can cite a work by the id `{}`", numbers::shown(&id.text));
                let hint = format!("cite it as `@{key}`, or write letters and digits");
                tally.note(Code::BibliographyField, "id", id.span(file), message, hint);
            }
            (key, first.span(file))
        });
        add(key, Reference { work, verbatim: None, span }, bibliography, diagnostics);
    }
    tally.report(diagnostics);
}

/// Tells what a line is: "TY  - JOUR", by some programs with one space.
fn look(line: &str) -> Line<'_> {
    let Some((tag, rest)) = line.split_at_checked(2) else {
        return if line.trim().is_empty() { Line::Nothing } else { Line::More };
    };
    let mut letters = tag.bytes();
    let is_tag = letters.next().is_some_and(|byte| byte.is_ascii_uppercase())
        && letters.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let spaces = rest.len() - rest.trim_start_matches([' ', '\u{a0}']).len();
    let dash = rest.trim_start_matches([' ', '\u{a0}']).strip_prefix('-');
    match dash {
        Some(behind) if is_tag && spaces > 0 && (behind.is_empty() || behind.starts_with(' ')) => {
            if tag == "ER" {
                Line::End
            } else {
                Line::Tag(tag, 2 + spaces + 1)
            }
        }
        _ if line.trim().is_empty() => Line::Nothing,
        _ => Line::More,
    }
}

fn kind(field: &Field, file: FileId, tally: &mut Tally) -> WorkKind {
    let name = field.text.to_uppercase();
    let found = KINDS.iter().find(|(names, _)| names.contains(&name.as_str()));
    found.map(|(_, kind)| *kind).unwrap_or_else(|| {
        let known = KINDS.iter().flat_map(|(names, _)| names.iter().copied());
        let hint = near_miss(&name, known)
            .unwrap_or_else(|| "write `JOUR`, `BOOK`, `CHAP`, `RPRT`, `WEB`, … or `GEN`".into());
        let message = format!("`{}` is no type of RIS", numbers::shown(&field.text));
        tally.note(Code::BibliographyField, &format!("TY {name}"), field.span(file), message, hint);
        WorkKind::Document
    })
}

/// The types, and what they are in CSL.
const KINDS: [(&[&str], WorkKind); 34] = [
    (&["JOUR", "EJOUR", "EJOU", "ABST", "INPR"], WorkKind::ArticleJournal),
    (&["BOOK", "EBOOK", "EDBOOK", "SER", "CTLG", "WHOLE"], WorkKind::Book),
    (&["CHAP", "ECHAP"], WorkKind::Chapter),
    (&["CONF", "CPAPER"], WorkKind::PaperConference),
    (&["RPRT", "GOVDOC"], WorkKind::Report),
    (&["THES"], WorkKind::Thesis),
    (&["WEB", "ELEC"], WorkKind::Webpage),
    (&["BLOG"], WorkKind::PostWeblog),
    (&["GEN", "GRANT", "GRNT", "EQUA", "MULTI"], WorkKind::Document),
    (&["MGZN"], WorkKind::ArticleMagazine),
    (&["NEWS"], WorkKind::ArticleNewspaper),
    (&["PPRINT", "PREPRINT"], WorkKind::Article),
    (&["DATA", "DBASE", "AGGR", "DS"], WorkKind::Dataset),
    (&["COMP"], WorkKind::Software),
    (&["STAND", "STD"], WorkKind::Standard),
    (&["PAT"], WorkKind::Patent),
    (&["UNPB", "UNPD", "MANSCPT"], WorkKind::Manuscript),
    (&["JFULL"], WorkKind::Periodical),
    (&["ENCYC"], WorkKind::EntryEncyclopedia),
    (&["DICT"], WorkKind::EntryDictionary),
    (&["PAMP"], WorkKind::Pamphlet),
    (&["SLIDE"], WorkKind::Speech),
    (&["VIDEO", "MPCT", "ADVS"], WorkKind::MotionPicture),
    (&["SOUND"], WorkKind::Song),
    (&["MUSIC"], WorkKind::MusicalScore),
    (&["POD"], WorkKind::Broadcast),
    (&["ART"], WorkKind::Graphic),
    (&["FIGURE", "CHART"], WorkKind::Figure),
    (&["MAP"], WorkKind::Map),
    (&["PCOMM", "ICOMM"], WorkKind::PersonalCommunication),
    (&["CLSWK", "ANCIENT"], WorkKind::Classic),
    (&["CASE", "HEAR"], WorkKind::LegalCase),
    (&["LEGAL", "STAT"], WorkKind::Legislation),
    (&["BILL", "UNBILL", "UNBL"], WorkKind::Bill),
];

/// Tags that say nothing for a list of references, or nothing that programs
/// agree on.
const SILENT: [&str; 52] = [
    "AD", "AN", "AV", "C1", "C3", "C4", "C5", "C6", "C8", "CA", "CT", "DB", "DI", "DP", "DS", "ER",
    "FD", "H1", "H2", "ID", "L1", "L2", "L3", "L4", "LB", "LK", "LL", "M2", "NO", "OP", "RD", "RI",
    "RN", "RP", "SE", "SR", "TY", "U0", "U1", "U2", "U3", "U4", "U5", "U6", "U7", "U8", "U9", "UK",
    "UN", "WP", "WT", "WV",
];

struct Maker<'m, 'a> {
    record: &'m [Field<'a>],
    file: FileId,
    kind: WorkKind,
    work: Work,
    diagnostics: &'m mut Diagnostics,
}

impl<'m, 'a> Maker<'m, 'a> {
    fn get(&self, tag: &str) -> Option<&'m Field<'a>> {
        self.record.iter().find(|field| field.tag == tag && !field.text.is_empty())
    }

    fn first(&self, tags: &[&str]) -> Option<&'m Field<'a>> {
        tags.iter().find_map(|tag| self.get(tag))
    }

    fn set(&mut self, variable: impl Into<Variable>, tags: &[&str]) {
        if let Some(field) = self.first(tags) {
            self.work.set(variable, field.rich());
        }
    }

    fn warn(&mut self, at: Span, message: String, hint: &str) {
        self.diagnostics
            .push(Diagnostic::warning(Code::BibliographyField, message).at(at).hint(hint));
    }

    fn is_article(&self) -> bool {
        use WorkKind as K;
        matches!(
            self.kind,
            K::ArticleJournal | K::ArticleMagazine | K::ArticleNewspaper | K::Periodical
        )
    }

    fn make(&mut self, tally: &mut Tally) {
        self.titles();
        self.people();
        self.dates();
        self.counted();
        self.numbers();
        self.texts();
        let in_press = self.get("TY").is_some_and(|field| field.text == "INPR");
        if in_press && self.work.text(StandardVariable::Status).is_none() {
            self.work.set(StandardVariable::Status, "in press");
        }
        for field in self.record {
            if !SILENT.contains(&field.tag) && !READ.contains(&field.tag) {
                let at = Span::new(self.file, field.tag_at.start, field.tag_at.end);
                let message = format!("unknown tag `{}`", field.tag);
                let hint = "it is left out; the tags are those of RIS";
                tally.note(Code::BibliographyField, field.tag, at, message, hint.into());
            }
        }
    }

    fn titles(&mut self) {
        use StandardVariable as S;
        let is_book = matches!(self.kind, WorkKind::Book);
        let own: &[&str] = if is_book { &["TI", "T1", "BT"] } else { &["TI", "T1"] };
        self.set(S::Title, own);
        if let Some(other) = self.get("TT") {
            self.add_title(other.rich());
        }
        self.set(S::TitleShort, &["ST"]);
        let long: &[&str] = match self.kind {
            WorkKind::ArticleJournal => &["JF", "T2", "JO", "JA", "J2", "J1"],
            _ if self.is_article() => &["JF", "T2", "JO", "BT"],
            WorkKind::Book => &[],
            _ => &["BT", "T2", "JF", "JO"],
        };
        self.set(S::ContainerTitle, long);
        let long = self.work.plain(S::ContainerTitle);
        let shorter = ["J2", "JA", "JO", "J1"].iter().find_map(|tag| {
            let field = self.get(tag)?;
            (Some(field.rich().plain()) != long).then_some(field)
        });
        if let Some(field) = shorter.filter(|_| long.is_some() && !is_book) {
            self.work.set(S::ContainerTitleShort, field.rich());
        }
        // EndNote has a book's series where others have nothing.
        let series: &[&str] = if is_book { &["T3", "T2"] } else { &["T3"] };
        self.set(S::CollectionTitle, series);
    }

    /// Adds a title in another language. Databases have the translation in
    /// brackets and the work's own beside it; others, the other way round.
    fn add_title(&mut self, other: RichText) {
        let title = Variable::Standard(StandardVariable::Title);
        let Some(own) = self.work.texts.get_mut(&title) else { return };
        if own.plain().starts_with('[') {
            return self.work.set(StandardVariable::OriginalTitle, other);
        }
        own.push(" [", Dress::default());
        for run in other.into_runs() {
            own.push(&run.text, run.dress);
        }
        own.push("]", Dress::default());
    }

    fn people(&mut self) {
        use NameVariable as N;
        let edited = self.get("TY").is_some_and(|field| field.text == "EDBOOK");
        let of_series = self.kind == WorkKind::Book && self.get("T2").is_some();
        for (tags, variable) in [
            (&["AU", "A1"][..], if edited { N::Editor } else { N::Author }),
            (&["A2"], if of_series { N::CollectionEditor } else { N::Editor }),
            (&["ED"], N::Editor),
            (
                &["A3"],
                if self.kind == WorkKind::Thesis { N::Contributor } else { N::CollectionEditor },
            ),
            (&["A4", "TA"], N::Translator),
        ] {
            for field in self.record.iter().filter(|field| tags.contains(&field.tag)) {
                // Some programs write all of them into one line.
                for written in field.text.split(['\n', ';']) {
                    let list = self.work.names.entry(variable).or_default();
                    if names::is_others(written) {
                        list.others = true;
                    } else if let Some(name) =
                        names::inverted(&html::read(written, Markup::Html).plain())
                        && !list.names.contains(&name)
                    {
                        list.names.push(name);
                    }
                }
            }
            if self.work.people(variable).is_some_and(|list| list.names.is_empty()) {
                self.work.names.shift_remove(&variable);
            }
        }
    }

    fn dates(&mut self) {
        let read = |field: Option<&Field>| field.and_then(|field| dates::read(&field.text));
        let (year, exact) = (self.first(&["PY", "Y1"]), self.get("DA"));
        let (known, day) = (read(year), read(exact));
        // EndNote has the year in one and "Apr 12" in the other.
        let both = || {
            let year = known?.start.year;
            dates::read(&format!("{year} {}", exact?.text))
        };
        let same = |known: Option<WorkDate>, day: WorkDate| {
            known.is_none_or(|known| known.start.year == day.start.year && known.end.is_none())
        };
        let exacter = day.filter(|day| same(known, *day)).or_else(both);
        let only_year = known.is_none_or(|known| known.start.within.is_none());
        match exacter.filter(|_| only_year).or(known).or(day) {
            Some(date) => {
                self.work.dates.insert(DateVariable::Issued, date);
            }
            None => {
                for field in [year, exact].into_iter().flatten() {
                    self.bad_date(field);
                }
            }
        }
        if known.is_none()
            && day.is_some()
            && let Some(year) = year
        {
            self.bad_date(year);
        }
        if let Some(field) = self.get("Y2") {
            let event = self.kind == WorkKind::PaperConference && self.get("UR").is_none();
            let variable = if event { DateVariable::EventDate } else { DateVariable::Accessed };
            match dates::read(&field.text) {
                Some(date) => {
                    self.work.dates.insert(variable, date);
                }
                None => self.bad_date(field),
            }
        }
    }

    fn bad_date(&mut self, field: &Field) {
        let text = field.text.to_lowercase();
        if ["in press", "forthcoming", "submitted", "accepted"].contains(&text.trim_matches('/')) {
            let status = field.text.trim_matches('/').to_owned();
            return self.work.set(StandardVariable::Status, status);
        }
        if matches!(text.trim_matches(['/', '.']), "" | "n.d" | "nd") {
            return;
        }
        let message = format!("`{}` is no date, and is left out", numbers::shown(&field.text));
        self.warn(field.span(self.file), message, "write a date such as `2006/04/12/`, or a year");
    }

    /// Sets volumes, issues and pages.
    fn counted(&mut self) {
        use NumberVariable as N;
        self.set(N::Volume, &["VL", "VO"]);
        self.set(N::NumberOfVolumes, &["NV"]);
        self.set(N::CollectionNumber, &["SV"]);
        if let Some(edition) = self.get("ET") {
            numbers::set_edition(&mut self.work, edition.rich());
        }
        let number = self.first(&["IS", "CP"]).or_else(|| {
            let field = self.get("M1")?;
            let short =
                field.text.len() <= 4 && field.text.bytes().all(|byte| byte.is_ascii_digit());
            (short && self.is_article()).then_some(field)
        });
        if let Some(number) = number {
            let variable = match self.kind {
                _ if self.is_article() => N::Issue,
                WorkKind::Book | WorkKind::Chapter => N::CollectionNumber,
                _ => N::Number,
            };
            self.work.set(variable, number.rich());
        }
        if self.is_article() {
            self.set(N::Section, &["SE"]);
            // EndNote has first pages there, too.
            if self.kind == WorkKind::ArticleJournal {
                self.work.texts.shift_remove(&Variable::Number(N::Section));
            }
        }
        let (start, end) = (self.get("SP"), self.get("EP"));
        let pages = match (start, end) {
            (Some(start), Some(end)) if !start.text.contains(['-', '–']) => {
                Some(numbers::pages(&format!("{}–{}", start.text, end.text)))
            }
            (Some(pages), _) | (None, Some(pages)) => Some(numbers::pages(&pages.text)),
            (None, None) => self.get("C7").map(|field| field.text.to_string()),
        };
        let Some(pages) = pages else { return };
        let whole = matches!(self.kind, WorkKind::Book | WorkKind::Thesis | WorkKind::Report);
        let variable: Variable = match whole && pages.bytes().all(|byte| byte.is_ascii_digit()) {
            true => N::NumberOfPages.into(),
            false => PageVariable::Page.into(),
        };
        self.work.set(variable, pages);
    }

    /// Sets what the work is known by, and its address.
    fn numbers(&mut self) {
        use StandardVariable as S;
        let doi = self.first(&["DO", "DI"]).or_else(|| {
            // Older programs had no tag for it.
            let looks = |field: &&&Field| {
                let text = field.text.trim_start();
                let bare = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("doi:"));
                (bare || (text.starts_with("10.") && text.contains('/'))) && !text.contains('\n')
            };
            ["M3", "N1", "L3", "UR"]
                .iter()
                .find_map(|tag| self.get(tag).as_ref().filter(looks).copied())
        });
        if let Some(field) = doi {
            self.number(S::DOI, field, &field.text);
        }
        let addresses = self.record.iter().filter(|field| matches!(field.tag, "UR" | "LK"));
        let address = addresses.filter(|field| !field.text.is_empty()).find_map(|field| {
            let first = field.text.split(['\n', ' ', ';']).find(|part| !part.is_empty())?;
            // The DOI's own address says nothing more.
            (doi.is_none() || !first.contains("doi.org/")).then_some((field, first))
        });
        if let Some((field, address)) = address {
            self.number(S::URL, field, address);
        }
        let central = self.record.iter().find(|field| {
            field.tag == "C2" && field.text.get(..3).is_some_and(|s| s.eq_ignore_ascii_case("pmc"))
        });
        if let Some(field) = central {
            self.number(S::PMCID, field, &field.text);
        }
        if let Some(field) = self.get("AN").filter(|field| self.is_pubmed(field)) {
            self.number(S::PMID, field, &field.text);
        }
        for field in self.record.iter().filter(|field| field.tag == "SN") {
            let digits = field.text.split(['(', ';', ',', '\n']).next().unwrap_or("");
            let digits = digits.chars().filter(char::is_ascii_alphanumeric).count();
            let variable = match digits {
                8 => S::ISSN,
                10 | 13 => S::ISBN,
                _ if self.is_article() => S::ISSN,
                _ if matches!(self.kind, WorkKind::Book | WorkKind::Chapter) => S::ISBN,
                _ => {
                    self.work.set(NumberVariable::Number, field.rich());
                    continue;
                }
            };
            if self.work.text(variable).is_none() {
                self.number(variable, field, &field.text.replace('\n', ", "));
            }
        }
    }

    fn number(&mut self, variable: StandardVariable, field: &Field, value: &str) {
        let span = field.span(self.file);
        numbers::set(&mut self.work, variable, value, span, self.diagnostics);
    }

    /// Tells whether the number in a database is `PubMed`'s.
    fn is_pubmed(&self, field: &Field) -> bool {
        let text = field.text.trim();
        let database = ["DB", "DP"].iter().filter_map(|tag| self.get(tag)).any(|field| {
            let name = field.text.to_lowercase();
            ["pubmed", "medline", "nlm", "national library of medicine"]
                .iter()
                .any(|known| name.contains(known))
        });
        let said = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("pmid"));
        let address = self.record.iter().any(|field| {
            field.tag == "UR" && field.text.contains("pubmed") && field.text.contains(text)
        });
        (database || address) && text.bytes().all(|byte| byte.is_ascii_digit()) || said
    }

    fn texts(&mut self) {
        use StandardVariable as S;
        self.set(S::Publisher, &["PB"]);
        self.set(S::PublisherPlace, &["CY", "PP"]);
        self.set(S::Abstract, &["AB", "N2"]);
        self.set(S::CallNumber, &["CN"]);
        if let Some(kind) = self.get("M3").filter(|field| {
            let text = field.text.to_lowercase();
            !text.starts_with("doi") && !text.starts_with("10.") && !is_plain_type(&text)
        }) {
            self.work.set(S::Genre, kind.rich());
        }
        let keywords: Vec<String> = self
            .record
            .iter()
            .filter(|field| field.tag == "KW")
            .map(|field| html::read(&field.text.replace('\n', ", "), Markup::Html).plain())
            .collect();
        self.work.set(S::Keyword, keywords.join(", "));
        if let Some(field) = self.get("LA") {
            match language::tag(&field.text) {
                Some(tag) => self.work.set(S::Language, tag),
                None => {
                    let message =
                        format!("the language `{}` is not known", numbers::shown(&field.text));
                    let hint = "write its name in English, or its tag: `de`";
                    self.warn(field.span(self.file), message, hint);
                }
            }
        }
        let notes: Vec<&str> = self
            .record
            .iter()
            .filter(|field| field.tag == "N1")
            .map(|field| field.text.as_ref())
            .filter(|text| !text.to_lowercase().starts_with("doi:") && !text.starts_with("10."))
            .collect();
        self.work.set(S::Note, notes.join("\n"));
        let field = self.record.iter().find(|field| field.tag == "N1");
        if let Some(span) = field.map(|field| field.span(self.file)) {
            extra::take(&mut self.work, span, self.diagnostics);
        }
        if let Some(note) = self.work.plain(S::Note) {
            let note: RichText = html::read(&note.replace('\n', " "), Markup::Html);
            self.work.set(S::Note, note);
        }
    }
}

/// Tells whether `EndNote`'s type of a work says no more than that it is one.
fn is_plain_type(text: &str) -> bool {
    ["journal article", "article", "book", "book chapter", "research article", "paper", "web page"]
        .contains(&text)
}

/// Tags that are read.
const READ: [&str; 52] = [
    "A1", "A2", "A3", "A4", "AB", "AN", "AU", "BT", "C2", "C7", "CN", "CP", "CY", "DA", "DI", "DO",
    "ED", "EP", "ET", "IS", "J1", "J2", "JA", "JF", "JO", "KW", "LA", "LK", "M1", "M3", "N1", "N2",
    "NV", "PB", "PP", "PY", "SE", "SN", "SP", "ST", "SV", "T1", "T2", "T3", "TA", "TI", "TT", "UR",
    "VL", "VO", "Y1", "Y2",
];
