//! The fields of an entry to the variables of a work.

use super::Ctx;
use super::inherit::Fields;
use super::names::{self, split_names};
use super::syntax::Field;
use super::types::{Class, Type, word};
use crate::diag::Code;
use crate::model::{
    NameVariable, NumberVariable, PageVariable, RichText, StandardVariable, Variable, Work,
    WorkKind,
};
use crate::read::bibliography::numbers::{self, shown};
use crate::read::bibliography::{language, latex};

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

/// A work that is being made.
pub(super) struct Maker<'m, 'e, 'a, 'c> {
    pub(super) fields: &'m Fields<'e, 'a>,
    kind: Type,
    pub(super) work: Work,
    pub(super) ctx: &'m mut Ctx<'c>,
}

impl Maker<'_, '_, '_, '_> {
    /// Reads a field as dressed letters.
    pub(super) fn rich(&mut self, name: &str) -> Option<RichText> {
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
    pub(super) fn plain(&self, name: &str) -> Option<String> {
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
}

/// Puts two texts together.
pub(super) fn joined(
    first: Option<RichText>,
    between: &str,
    second: Option<RichText>,
) -> Option<RichText> {
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
