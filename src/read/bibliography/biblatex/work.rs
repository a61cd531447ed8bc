//! The fields of an entry to the variables of a work.

use super::Ctx;
use super::inherit::Fields;
use super::names::{self, split_names};
use super::syntax::Field;
use super::types::{Class, Type, word};
use crate::diag::Code;
use crate::model::{
    DateVariable, NameVariable, NumberVariable, PageVariable, RichText, StandardVariable, Variable,
    Work, WorkKind,
};
use crate::read::bibliography::numbers::{self, shown};
use crate::read::bibliography::{dates, extra, language, latex};

/// Makes a work.
pub(super) fn make(fields: &Fields, kind: Type, ctx: &mut Ctx) -> Work {
    let mut maker = Maker { fields, kind, work: Work::new(work_kind(fields, kind)), ctx };
    maker.titles();
    maker.names();
    maker.dates();
    maker.publisher();
    maker.counted();
    maker.texts();
    maker.addresses();
    maker.eprint();
    maker.notes();
    maker.work
}

/// Returns CSL's type; what BibTeX has no types for is told from other fields.
fn work_kind(fields: &Fields, kind: Type) -> WorkKind {
    let subtype = |name| fields.get("entrysubtype").is_some_and(|field| field.value.trim() == name);
    let has = |name| fields.get(name).is_some();
    match kind.kind {
        WorkKind::ArticleJournal if subtype("magazine") => WorkKind::ArticleMagazine,
        WorkKind::ArticleJournal if subtype("newspaper") => WorkKind::ArticleNewspaper,
        // BibTeX's own `@inbook` has the book's title, and pages of it.
        WorkKind::Chapter if !has("booktitle") && !has("maintitle") && !has("crossref") => {
            WorkKind::Book
        }
        WorkKind::Document if has("eprint") && has("title") => WorkKind::Article,
        WorkKind::Document if is_web_page(fields) => WorkKind::Webpage,
        WorkKind::Manuscript if has("eventtitle") => WorkKind::Speech,
        kind => kind,
    }
}

/// Tells whether a `@misc` is what BibTeX has no `@online` for.
fn is_web_page(fields: &Fields) -> bool {
    let address = fields.get("url").is_some()
        || fields.get("howpublished").is_some_and(|field| field.value.contains("\\url"));
    address && fields.first(&["publisher", "doi", "isbn", "journal", "booktitle"]).is_none()
}

struct Maker<'m, 'e, 'a, 'c> {
    fields: &'m Fields<'e, 'a>,
    kind: Type,
    work: Work,
    ctx: &'m mut Ctx<'c>,
}

impl Maker<'_, '_, '_, '_> {
    /// Reads a field as dressed letters.
    fn rich(&mut self, name: &str) -> Option<RichText> {
        let field = self.fields.get(name)?;
        self.rich_value(field, &field.value, 0)
    }

    fn rich_value(&mut self, field: &Field, value: &str, from: usize) -> Option<RichText> {
        let read = latex::read(value);
        for (part, message, hint) in read.odd {
            let at = field.part(from + part.start..from + part.end);
            let hint = hint.unwrap_or_else(|| "its text is kept; write it in plain letters".into());
            let span = self.ctx.span(at);
            self.ctx.tally.note(Code::BibliographyField, &message.clone(), span, message, hint);
        }
        Some(read.text).filter(|text| !text.is_blank())
    }

    /// Reads the first of some fields as dressed letters.
    fn first(&mut self, names: &[&str]) -> Option<RichText> {
        names.iter().find_map(|name| self.rich(name))
    }

    /// Returns a field's letters alone.
    fn plain(&self, name: &str) -> Option<String> {
        let plain = latex::plain(&self.fields.get(name)?.value);
        Some(plain.trim().to_owned()).filter(|plain| !plain.is_empty())
    }

    fn set(&mut self, variable: impl Into<Variable>, names: &[&str]) {
        if let Some(text) = self.first(names) {
            self.work.set(variable, text);
        }
    }

    /// Returns a title with its subtitle and what is added to it.
    fn title(&mut self, title: &str, subtitle: &str, addon: &str) -> Option<RichText> {
        let main = self.rich(title);
        let sub = self.rich(subtitle);
        let mut whole = joined(main, ": ", sub);
        if let Some(addon) = self.rich(addon) {
            whole = joined(whole, ". ", Some(addon));
        }
        whole
    }

    fn titles(&mut self) {
        use StandardVariable as S;
        let title = self.title("title", "subtitle", "titleaddon");
        let main = self.title("maintitle", "mainsubtitle", "maintitleaddon");
        let booktitle = self.title("booktitle", "booksubtitle", "booktitleaddon");
        let (title, container, volume) = match self.kind.class {
            Class::Article => {
                let journal = match self.fields.get("journaltitle") {
                    Some(_) => "journaltitle",
                    None => "journal",
                };
                let journal = self.title(journal, "journalsubtitle", "journaltitleaddon");
                let issue = self.title("issuetitle", "issuesubtitle", "issuetitleaddon");
                (title, journal.or(booktitle), issue)
            }
            Class::Part => match main {
                Some(main) => (title, Some(main), booktitle),
                None => (title, booktitle, None),
            },
            Class::Periodical => {
                let issue = self.title("issuetitle", "issuesubtitle", "issuetitleaddon");
                (title, None, issue)
            }
            _ => match (main, title) {
                (Some(main), Some(title)) => (Some(main), booktitle, Some(title)),
                (main, title) => (
                    title.or(main),
                    booktitle.or_else(|| self.first(&["journaltitle", "journal"])),
                    None,
                ),
            },
        };
        for (variable, text) in
            [(S::Title, title), (S::ContainerTitle, container), (S::VolumeTitle, volume)]
        {
            if let Some(text) = text {
                self.work.set(variable, text);
            }
        }
        self.set(S::TitleShort, &["shorttitle"]);
        let short = [
            "shortjournal",
            "journal-abbreviation",
            "journal-iso",
            "journalabbr",
            "shortbooktitle",
        ];
        self.set(S::ContainerTitleShort, &short);
        if let Some(short) = self.work.text(S::ContainerTitleShort).cloned()
            && self.work.text(S::ContainerTitle).is_none()
            && self.kind.class == Class::Article
        {
            self.work.set(S::ContainerTitle, short);
        }
        self.set(S::CollectionTitle, &["series"]);
        self.set(S::OriginalTitle, &["origtitle", "reprinttitle"]);
        let event = self.title("eventtitle", "", "eventtitleaddon");
        if let Some(event) = event {
            self.work.set(S::EventTitle, event);
        }
        self.set(S::EventPlace, &["venue", "eventplace", "conference-location"]);
        self.set(S::PartTitle, &["parttitle"]);
    }

    fn names(&mut self) {
        use NameVariable as N;
        let with_prefix = self
            .fields
            .get("options")
            .is_none_or(|field| !field.value.replace(' ', "").contains("useprefix=false"));
        for (name, variable) in [
            ("author", N::Author),
            ("bookauthor", N::ContainerAuthor),
            ("translator", N::Translator),
            ("director", N::Director),
            ("illustrator", N::Illustrator),
            ("compiler", N::Compiler),
            ("interviewer", N::Interviewer),
            ("composer", N::Composer),
            ("performer", N::Performer),
            ("producer", N::Producer),
            ("scriptwriter", N::ScriptWriter),
            ("recipient", N::Recipient),
            ("origauthor", N::OriginalAuthor),
            ("series-editor", N::CollectionEditor),
            ("annotator", N::Contributor),
            ("commentator", N::Contributor),
            ("introduction", N::Contributor),
            ("foreword", N::Contributor),
            ("afterword", N::Contributor),
        ] {
            self.push_names(name, variable, with_prefix);
        }
        for (name, kind) in [
            ("editor", "editortype"),
            ("editora", "editoratype"),
            ("editorb", "editorbtype"),
            ("editorc", "editorctype"),
        ] {
            if self.fields.get(name).is_some() {
                let variable = self.editor_variable(kind);
                self.push_names(name, variable, with_prefix);
            }
        }
    }

    /// Returns what an editor did.
    fn editor_variable(&mut self, field: &str) -> NameVariable {
        use NameVariable as N;
        let Some(kind) = self.plain(field) else { return N::Editor };
        match kind.to_lowercase().as_str() {
            "editor" | "redactor" | "reviser" => N::Editor,
            "compiler" => N::Compiler,
            "organizer" => N::Organizer,
            "director" => N::Director,
            "producer" => N::Producer,
            "performer" => N::Performer,
            "narrator" => N::Narrator,
            "composer" => N::Composer,
            "host" => N::Host,
            "guest" => N::Guest,
            "illustrator" => N::Illustrator,
            "interviewer" => N::Interviewer,
            "scriptwriter" => N::ScriptWriter,
            "curator" => N::Curator,
            "chair" => N::Chair,
            "seriescreator" => N::SeriesCreator,
            "serieseditor" => N::CollectionEditor,
            "translator" => N::Translator,
            "founder" | "continuator" | "collaborator" | "contributor" => N::Contributor,
            _ => {
                if let Some(field) = self.fields.get(field) {
                    let at = field.part(0..field.value.len());
                    let message = format!("`{}` is no part that an editor has", shown(&kind));
                    self.ctx.warn(at, message, "write `editor`, `compiler`, `organizer`, …");
                }
                N::Contributor
            }
        }
    }

    fn push_names(&mut self, name: &str, variable: NameVariable, with_prefix: bool) {
        let Some(field) = self.fields.get(name) else { return };
        let (list, odd) = names::read(&field.value, with_prefix);
        for name in odd {
            let at = field.part(0..field.value.len());
            let message = format!("`{}` has too many commas for a name", shown(&name));
            self.ctx.warn(at, message, "write `and` between names: `Light, Richard and Ball, W.`");
        }
        if list.names.is_empty() {
            return;
        }
        let known = self.work.names.entry(variable).or_default();
        known.names.extend(list.names);
        known.others |= list.others;
    }

    fn dates(&mut self) {
        use DateVariable as D;
        let issued = [["date", "year", "month", "day"]];
        for names in issued {
            self.date(D::Issued, names);
        }
        self.date(D::OriginalDate, ["origdate", "origyear", "origmonth", "origday"]);
        self.date(D::EventDate, ["eventdate", "eventyear", "eventmonth", "eventday"]);
        self.date(D::Accessed, ["urldate", "urlyear", "urlmonth", "urlday"]);
        for name in ["lastaccessed", "lastchecked", "last-checked", "accessed", "access-date"] {
            self.date(D::Accessed, [name, "", "", ""]);
        }
        self.date(D::Submitted, ["submitted", "", "", ""]);
    }

    /// Sets a date: of one field, else of those of its parts.
    fn date(&mut self, variable: DateVariable, [whole, year, month, day]: [&str; 4]) {
        if self.work.dates.contains_key(&variable) {
            return;
        }
        for name in [whole, year] {
            let Some(field) = self.fields.get(name) else { continue };
            let Some(text) = self.plain(name) else { continue };
            let parts = (name == year).then(|| (self.plain(month), self.plain(day)));
            let date = match parts {
                Some((Some(month_text), day_text)) => {
                    let whole = of_parts(&text, &month_text, day_text.as_deref().unwrap_or(""));
                    whole.or_else(|| {
                        let only = dates::read(&text);
                        if only.is_some() {
                            self.bad_month(month, &month_text, day_text.as_deref());
                        }
                        only
                    })
                }
                _ => dates::read(&text),
            };
            match date {
                Some(date) => {
                    self.work.dates.insert(variable, date);
                    return;
                }
                None if is_no_date(&text) => {}
                None if variable == DateVariable::Issued && is_status(&text) => {
                    self.work.set(StandardVariable::Status, text);
                }
                None => {
                    let at = field.part(0..field.value.len());
                    let message = format!("`{}` is no date, and is left out", shown(&field.value));
                    let hint = match name == year {
                        true => "write a year, such as `2006`",
                        false => "write a date such as `2006-04-12`, `2006-04` or `2006`",
                    };
                    self.ctx.warn(at, message, hint);
                }
            }
        }
    }

    fn bad_month(&mut self, name: &str, month: &str, day: Option<&str>) {
        let Some(field) = self.fields.get(name) else { return };
        let at = field.part(0..field.value.len());
        let message = match day {
            Some(day) => format!("`{} {}` is no day of a year", shown(month), shown(day)),
            None => format!("`{}` is no month", shown(month)),
        };
        self.ctx.warn(at, message, "write a number from 1 to 12, or a name such as `apr`");
    }

    fn publisher(&mut self) {
        use StandardVariable as S;
        let mut publisher = ["publisher", "school", "institution", "organization"]
            .iter()
            .find_map(|name| self.list(name));
        if let Some(how) = self.fields.get("howpublished") {
            if let Some(at) = how.value.find("\\url") {
                let inner = how.value[at + 4..].trim_start();
                let end = inner.find('}').unwrap_or(inner.len());
                let address = latex::address(inner[..end].trim_start_matches('{'));
                let span = self.ctx.span(how.part(at..how.value.len()));
                if self.fields.get("url").is_none() {
                    numbers::set(&mut self.work, S::URL, &address, span, self.ctx.diagnostics);
                }
            } else if how.value.trim_start().starts_with("http") {
                let span = self.ctx.span(how.at.clone());
                let address = latex::address(&how.value);
                if self.fields.get("url").is_none() {
                    numbers::set(&mut self.work, S::URL, &address, span, self.ctx.diagnostics);
                }
            } else {
                publisher = publisher.or_else(|| self.rich("howpublished"));
            }
        }
        if let Some(publisher) = publisher {
            self.work.set(S::Publisher, publisher);
        }
        let place =
            if self.work.kind == WorkKind::Patent { S::Jurisdiction } else { S::PublisherPlace };
        if let Some(text) = self.list("location").or_else(|| self.list("address")) {
            self.work.set(place, text);
        }
        self.set(S::OriginalPublisher, &["origpublisher"]);
        self.set(S::OriginalPublisherPlace, &["origlocation"]);
    }

    /// Reads a list of publishers or places.
    fn list(&mut self, name: &str) -> Option<RichText> {
        let field = self.fields.get(name)?;
        let mut from = 0;
        let mut whole = None;
        for part in split_names(&field.value) {
            let text = self.rich_value(field, part, from);
            from += part.len() + 3;
            if text.is_some() {
                whole = joined(whole, "; ", text);
            }
        }
        whole
    }

    /// Sets volumes, numbers and pages.
    fn counted(&mut self) {
        use NumberVariable as N;
        self.set(N::Volume, &["volume"]);
        self.set(N::NumberOfVolumes, &["volumes"]);
        self.set(N::PartNumber, &["part"]);
        self.set(N::ChapterNumber, &["chapter"]);
        self.set(N::Version, &["version"]);
        self.set(N::NumberOfPages, &["pagetotal"]);
        if let Some(edition) = self.rich("edition") {
            numbers::set_edition(&mut self.work, edition);
        }
        let (number, issue) = (self.rich("number"), self.rich("issue"));
        match self.kind.class {
            Class::Article | Class::Periodical => {
                if let Some(text) = joined(number, ", ", issue) {
                    self.work.set(N::Issue, text);
                }
            }
            Class::Book | Class::Volumes | Class::Part => {
                if let Some(number) = number {
                    self.work.set(N::CollectionNumber, number);
                }
                if let Some(issue) = issue {
                    self.work.set(N::Issue, issue);
                }
            }
            _ => {
                if let Some(number) = number.or(issue) {
                    self.work.set(N::Number, number);
                }
            }
        }
        let pages = self.plain("pages").or_else(|| self.plain("pp"));
        let place = ["eid", "articleno", "article-number", "article_number", "art_number"];
        let place = place.iter().find_map(|name| self.plain(name));
        match (pages, place) {
            (Some(pages), place) => {
                self.work.set(PageVariable::Page, numbers::pages(&pages));
                if let Some(place) = place.filter(|_| self.kind.class == Class::Article) {
                    self.work.set(N::Number, place);
                }
            }
            (None, Some(place)) => self.work.set(PageVariable::Page, place),
            (None, None) => {}
        }
    }

    fn texts(&mut self) {
        use StandardVariable as S;
        let genre =
            self.plain("type").and_then(|kind| word(&kind.to_lowercase()).map(RichText::from));
        let genre = genre.or_else(|| self.rich("type"));
        if let Some(genre) = genre.or_else(|| self.kind.genre.map(RichText::from)) {
            self.work.set(S::Genre, genre);
        }
        if let Some(state) = self.plain("pubstate") {
            let text = word(&state.to_lowercase()).map_or(state, str::to_owned);
            self.work.set(S::Status, text);
        }
        // What is read, but not printed, need not be right.
        for (name, variable) in [
            ("keywords", S::Keyword),
            ("abstract", S::Abstract),
            ("annotation", S::Annote),
            ("annote", S::Annote),
            ("library", S::CallNumber),
        ] {
            if let Some(field) = self.fields.get(name)
                && self.work.text(variable).is_none()
            {
                self.work.set(variable, latex::read(&field.value).text);
            }
        }
        self.language();
    }

    fn language(&mut self) {
        for name in ["langid", "language", "hyphenation", "lang"] {
            let Some(field) = self.fields.get(name) else { continue };
            let first = split_names(&field.value).into_iter().next().unwrap_or("");
            match language::tag(&latex::plain(first)) {
                Some(tag) => return self.work.set(StandardVariable::Language, tag),
                None => {
                    let at = field.part(0..field.value.len());
                    let message = format!("the language `{}` is not known", shown(&field.value));
                    self.ctx.warn(at, message, "write its name in English, or its tag: `de`");
                }
            }
        }
    }

    /// Sets the numbers that a work is known by, and its address.
    fn addresses(&mut self) {
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
    fn eprint(&mut self) {
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
    fn notes(&mut self) {
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

/// Puts two texts together.
fn joined(first: Option<RichText>, between: &str, second: Option<RichText>) -> Option<RichText> {
    let (mut whole, second) = match (first, second) {
        (Some(first), Some(second)) => (first, second),
        (first, second) => return first.or(second),
    };
    let plain = whole.plain();
    let between = match plain.ends_with(['?', '!', ':', '.']) {
        true => " ",
        false => between,
    };
    whole.push(between, crate::model::Dress::default());
    for run in second.into_runs() {
        whole.push(&run.text, run.dress);
    }
    Some(whole)
}

/// Reads a date of its parts.
fn of_parts(year: &str, month: &str, day: &str) -> Option<crate::model::WorkDate> {
    let number = |text: &str| text.parse::<u8>().ok();
    match (number(month), number(day)) {
        (Some(month), Some(day)) => dates::read(&format!("{year}-{month:02}-{day:02}")),
        (Some(month), None) if day.is_empty() => dates::read(&format!("{year}-{month:02}")),
        // A span over the turn of a year has the years in the month.
        _ => dates::read(format!("{year} {month} {day}").trim()).or_else(|| dates::read(month)),
    }
}

/// Tells whether this says that there is no date.
fn is_no_date(text: &str) -> bool {
    let text = text.to_lowercase().replace([' ', '.', '[', ']', '(', ')'], "");
    matches!(
        text.as_str(),
        "" | "nd" | "nodate" | "undated" | "oj" | "od" | "sd" | "sf" | "unknown"
    )
}

/// Tells whether this says that the work is not out yet.
fn is_status(text: &str) -> bool {
    let text = text.to_lowercase();
    let words = [
        "in press",
        "forthcoming",
        "to appear",
        "submitted",
        "accepted",
        "in preparation",
        "under review",
        "in review",
        "advance online publication",
        "ahead of print",
        "epub ahead of print",
        "im druck",
        "im erscheinen",
        "in vorbereitung",
        "eingereicht",
        "angenommen",
        "sous presse",
        "à paraître",
        "soumis",
        "en prensa",
        "próximamente",
        "inpress",
        "online first",
    ];
    words.contains(&text.trim_matches(['.', '(', ')', '[', ']']))
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
