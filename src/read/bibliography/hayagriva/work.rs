//! Entries and their parents to works in the terms of CSL.
//!
//! Types and variables are as hayagriva itself has them, but for what it has no
//! word for: talks, scenes and performances are what they are; anthologies are
//! books, since CSL's `collection` is one of an archive; and the organization of
//! a thesis or report publishes it.

use super::{Entry, Formatted};
use crate::diag::Diagnostics;
use crate::model::{
    DateVariable, NameVariable, NumberVariable, PageVariable, StandardVariable, Variable, Work,
    WorkDate, WorkKind,
};
use crate::read::bibliography::{language, numbers};
use crate::source::Spanned;

/// Returns the work that an entry describes.
pub(super) fn of(entry: &Entry, diagnostics: &mut Diagnostics) -> Work {
    let mut work = Work::new(kind(entry));
    set_titles(entry, &mut work);
    set_numbers(entry, &mut work);
    set_identifiers(entry, &mut work, diagnostics);
    set_origin(entry, &mut work);
    set_names(entry, &mut work);
    work
}

impl Entry {
    fn is(&self, kinds: &[&str]) -> bool {
        kinds.contains(&self.kind)
    }

    /// Returns the first parent of a type, in the order of the types.
    fn parent(&self, kinds: &[&str]) -> Option<&Self> {
        kinds.iter().find_map(|kind| self.parents.iter().find(|parent| parent.kind == *kind))
    }

    /// Returns what it stands in.
    fn container(&self) -> Option<&Self> {
        self.parent(match self.kind {
            "article" => &[
                "book",
                "anthology",
                "proceedings",
                "periodical",
                "newspaper",
                "blog",
                "reference",
                "web",
            ],
            "anthos" | "chapter" | "case" | "entry" => {
                &["book", "anthology", "proceedings", "reference", "report", "repository"]
            }
            "report" => &["book", "anthology"],
            "web" => &["web"],
            "scene" => &["audio", "video", "performance", "artwork"],
            "video" => &["video"],
            "audio" => &["audio"],
            "post" => &["thread", "blog", "web"],
            "thread" => &["thread", "web", "blog"],
            _ => return None,
        })
    }

    /// Returns the series that it or what it stands in belongs to.
    fn collection(&self) -> Option<&Self> {
        let has_series = [
            "anthology",
            "newspaper",
            "performance",
            "periodical",
            "proceedings",
            "book",
            "reference",
            "exhibition",
        ];
        if self.is(&has_series) {
            let series = |parent: &&Self| parent.kind == self.kind || parent.kind == "anthology";
            return self.parents.iter().find(series);
        }
        self.parents.iter().find_map(Self::collection)
    }

    /// Returns the event that it was part of.
    fn event(&self) -> Option<&Self> {
        self.parent(&["conference", "exhibition", "misc"])
    }

    /// Returns the work that it was first.
    fn original(&self) -> Option<&Self> {
        match self.kind {
            "original" => Some(self),
            _ => self.parents.iter().find_map(Self::original),
        }
    }

    fn text(&self, key: &str) -> Option<&Formatted> {
        self.texts.get(key)
    }

    /// Returns its own text, or that of the first parent that has one. What was
    /// first said of an original is not said of this.
    fn inherited(&self, key: &str) -> Option<&Formatted> {
        self.text(key).or_else(|| self.later_parents().find_map(|parent| parent.inherited(key)))
    }

    fn serial(&self, scheme: &str) -> Option<&Spanned<String>> {
        let found = self.serial.iter().find(|(known, _)| known == scheme);
        found.map(|(_, number)| number).filter(|number| !number.value.trim().is_empty())
    }

    fn inherited_serial(&self, scheme: &str) -> Option<&Spanned<String>> {
        let inherited = || self.later_parents().find_map(|parent| parent.inherited_serial(scheme));
        self.serial(scheme).or_else(inherited)
    }

    fn inherited_date(&self) -> Option<WorkDate> {
        self.date.or_else(|| self.later_parents().find_map(Self::inherited_date))
    }

    fn inherited_visit(&self) -> Option<WorkDate> {
        self.visited.or_else(|| self.later_parents().find_map(Self::inherited_visit))
    }

    fn later_parents(&self) -> impl Iterator<Item = &Self> {
        self.parents.iter().filter(|parent| parent.kind != "original")
    }
}

fn kind(entry: &Entry) -> WorkKind {
    let is_in = |kinds: &[&str]| entry.parent(kinds).is_some();
    let genre = |entry: &Entry, word: &str| {
        let genre = entry.text("genre").map(|genre| genre.value.plain().to_lowercase());
        genre.is_some_and(|genre| genre.replace([' ', '-'], "").contains(word))
    };
    if genre(entry, "dataset") {
        return WorkKind::Dataset;
    }
    match entry.kind {
        "article" if is_in(&["proceedings"]) => WorkKind::PaperConference,
        "article" if is_in(&["conference"]) => WorkKind::Speech,
        "article" if is_in(&["periodical"]) => match entry.parent(&["periodical"]) {
            Some(parent) if genre(parent, "magazine") => WorkKind::ArticleMagazine,
            _ => WorkKind::ArticleJournal,
        },
        "article" if is_in(&["newspaper"]) => WorkKind::ArticleNewspaper,
        "article" if is_in(&["book", "anthology"]) => WorkKind::Chapter,
        _ if is_in(&["report"]) => WorkKind::Report,
        _ if is_in(&["thesis"]) => WorkKind::Thesis,
        _ if is_in(&["thread"]) => WorkKind::Post,
        _ if is_in(&["blog"]) => WorkKind::PostWeblog,
        _ if is_in(&["reference"]) => WorkKind::EntryEncyclopedia,
        "article" if is_in(&["web"]) => WorkKind::Webpage,
        "article" => WorkKind::Article,
        "chapter" | "anthos" => WorkKind::Chapter,
        "entry" => WorkKind::Entry,
        "report" => WorkKind::Report,
        "thesis" => WorkKind::Thesis,
        "web" | "blog" | "thread" => WorkKind::Webpage,
        "scene" if is_in(&["audio"]) => WorkKind::Song,
        "scene" => WorkKind::MotionPicture,
        "artwork" if is_in(&["article"]) => WorkKind::Figure,
        "artwork" => WorkKind::Graphic,
        "patent" => WorkKind::Patent,
        "case" => WorkKind::LegalCase,
        "newspaper" | "periodical" => WorkKind::Periodical,
        "legislation" if entry.inherited("publisher").is_some() => WorkKind::Legislation,
        "legislation" => WorkKind::Bill,
        "manuscript" => WorkKind::Manuscript,
        "post" => WorkKind::Post,
        "performance" => WorkKind::Performance,
        "book" if is_in(&["periodical"]) => WorkKind::Periodical,
        "book" | "anthology" | "proceedings" | "reference" | "original" => WorkKind::Book,
        "conference" | "exhibition" => WorkKind::Event,
        "repository" => WorkKind::Software,
        "video" if entry.parents.is_empty() => WorkKind::MotionPicture,
        "audio" if is_in(&["book", "periodical", "misc", "web"]) => WorkKind::MusicalScore,
        "audio" if entry.parents.is_empty() || is_in(&["audio"]) => WorkKind::Song,
        "video" | "audio" => WorkKind::Broadcast,
        _ if entry.serial("url").is_some() || is_in(&["web"]) => WorkKind::Webpage,
        _ => WorkKind::Document,
    }
}

fn set(work: &mut Work, variable: impl Into<Variable>, text: Option<&Formatted>) {
    if let Some(text) = text {
        work.set(variable, text.value.clone());
    }
}

fn set_plain(work: &mut Work, variable: impl Into<Variable>, text: Option<&Spanned<String>>) {
    if let Some(text) = text {
        work.set(variable, text.value.trim());
    }
}

fn set_titles(entry: &Entry, work: &mut Work) {
    use StandardVariable as S;
    let titles = [
        (Some(entry), S::Title, Some(S::TitleShort)),
        (entry.container(), S::ContainerTitle, Some(S::ContainerTitleShort)),
        (entry.collection(), S::CollectionTitle, None),
        (entry.event(), S::EventTitle, None),
        (entry.original(), S::OriginalTitle, None),
        (entry.parent(&["repository"]), S::Source, None),
    ];
    for (of, long, short) in titles {
        let Some(title) = of.and_then(|of| of.text("title")) else { continue };
        work.set(long, title.value.clone());
        if let (Some(variable), Some(text)) = (short, &title.short) {
            work.set(variable, text.clone());
        }
    }
}

fn set_numbers(entry: &Entry, work: &mut Work) {
    use NumberVariable as N;
    set(work, PageVariable::Page, entry.text("page-range"));
    set(work, N::ChapterNumber, entry.text("chapter"));
    set(work, N::CollectionNumber, entry.collection().and_then(|series| series.text("volume")));
    if let Some(edition) = entry.inherited("edition") {
        numbers::set_edition(work, edition.value.clone());
    }
    set(work, N::Issue, entry.inherited("issue"));
    set(work, N::NumberOfPages, entry.text("page-total"));
    set(work, N::NumberOfVolumes, entry.inherited("volume-total"));
    let container = entry.container().and_then(|container| container.text("volume"));
    set(work, N::Volume, container.or_else(|| entry.text("volume")));
    if container.is_some() {
        set(work, N::PartNumber, entry.text("volume"));
    }
    set_plain(work, N::PrintingNumber, entry.inherited_serial("printing"));
    // The number of a program is that of its version.
    let (serial, version) = (entry.serial("serial"), entry.serial("version"));
    match work.kind {
        WorkKind::Software => set_plain(work, N::Version, version.or(serial)),
        _ => set_plain(work, N::Number, serial),
    }
}

/// Sets the numbers by which it is known, and its address.
fn set_identifiers(entry: &Entry, work: &mut Work, diagnostics: &mut Diagnostics) {
    use StandardVariable as S;
    let own = [("doi", S::DOI), ("pmid", S::PMID), ("pmcid", S::PMCID)];
    let own = own.map(|(scheme, variable)| (entry.serial(scheme), variable));
    let inherited = [("isbn", S::ISBN), ("issn", S::ISSN), ("url", S::URL)];
    let inherited = inherited.map(|(scheme, variable)| (entry.inherited_serial(scheme), variable));
    for (number, variable) in own.into_iter().chain(inherited) {
        if let Some(number) = number {
            numbers::set(work, variable, &number.value, number.span, diagnostics);
        }
    }
    let arxiv = entry.serial("arxiv").filter(|_| work.text(S::DOI).is_none());
    if let Some(number) = arxiv {
        let number = number.value.trim().trim_start_matches("arXiv:").trim();
        if work.text(NumberVariable::Number).is_none() {
            work.set(NumberVariable::Number, format!("arXiv:{number}"));
        }
        if work.text(S::URL).is_none() {
            work.set(S::URL, format!("https://arxiv.org/abs/{number}"));
        }
    }
}

fn set_origin(entry: &Entry, work: &mut Work) {
    use StandardVariable as S;
    for (key, variable) in [
        ("abstract", S::Abstract),
        ("archive", S::Archive),
        ("archive-location", S::ArchiveLocation),
        ("call-number", S::CallNumber),
        ("genre", S::Genre),
        ("publisher", S::Publisher),
        ("publisher-place", S::PublisherPlace),
    ] {
        set(work, variable, entry.inherited(key));
    }
    if let Some(written) = entry.inherited("language") {
        let written = written.value.plain();
        let tag = language::tag(&written).unwrap_or_else(|| written.trim().to_owned());
        work.set(S::Language, tag);
    }
    set(work, S::Note, entry.text("note"));
    set(work, S::Dimensions, entry.text("runtime"));
    set(work, S::Authority, entry.text("organization"));
    let event = entry.event();
    set(work, S::EventPlace, event.and_then(|event| event.text("location")));
    let original = entry.original();
    let of_original = |key| original.and_then(|original| original.text(key));
    set(work, S::OriginalPublisher, of_original("publisher"));
    set(work, S::OriginalPublisherPlace, of_original("publisher-place"));
    let is_of_organization = matches!(work.kind, WorkKind::Thesis | WorkKind::Report);
    if is_of_organization && work.text(S::Publisher).is_none() {
        set(work, S::Publisher, entry.text("organization"));
        if work.text(S::PublisherPlace).is_none() {
            set(work, S::PublisherPlace, entry.text("location"));
        }
    }
    if matches!(work.kind, WorkKind::Event | WorkKind::Performance | WorkKind::Speech)
        && work.text(S::EventPlace).is_none()
    {
        set(work, S::EventPlace, entry.text("location"));
    }
    // A preprint is published by the server that it lies on.
    if work.kind == WorkKind::Article && work.text(S::Publisher).is_none() {
        set(work, S::Publisher, entry.parent(&["repository"]).and_then(|of| of.text("title")));
    }
    for (variable, date) in [
        (DateVariable::Issued, entry.inherited_date()),
        (DateVariable::Accessed, entry.inherited_visit()),
        (DateVariable::EventDate, event.and_then(|event| event.date)),
        (DateVariable::OriginalDate, original.and_then(|original| original.date)),
    ] {
        work.dates.extend(date.map(|date| (variable, date)));
    }
}

fn set_names(entry: &Entry, work: &mut Work) {
    let names = |of: Option<&Entry>, key: &str| of.and_then(|of| of.names.get(key)).cloned();
    let container = entry.container();
    let own = Some(entry);
    for (variable, list) in [
        (NameVariable::Author, names(own, "author")),
        (NameVariable::ContainerAuthor, names(container, "author")),
        (NameVariable::Editor, names(own, "editor").or_else(|| names(container, "editor"))),
        (NameVariable::CollectionEditor, names(entry.collection(), "editor")),
        (NameVariable::OriginalAuthor, names(entry.original(), "author")),
    ] {
        work.names.extend(list.map(|list| (variable, list)));
    }
    set_roles(entry, work);
}

/// Sets those who are affiliated with an entry, and with its parents where none
/// has that role nearer to it.
fn set_roles(entry: &Entry, work: &mut Work) {
    for (role, list) in &entry.affiliated {
        let variable = match *role {
            "translator" => NameVariable::Translator,
            "compiler" => NameVariable::Compiler,
            "composer" => NameVariable::Composer,
            "collaborator" => NameVariable::Contributor,
            "director" if entry.is(&["proceedings", "conference"]) => NameVariable::Chair,
            "director" => NameVariable::Director,
            "executive-producer" => NameVariable::ExecutiveProducer,
            "producer" => NameVariable::Producer,
            "illustrator" => NameVariable::Illustrator,
            "narrator" => NameVariable::Narrator,
            "organizer" if entry.is(&["exhibition"]) => NameVariable::Curator,
            "organizer" => NameVariable::Organizer,
            "cast-member" => NameVariable::Performer,
            "writer" => NameVariable::ScriptWriter,
            "founder" => NameVariable::SeriesCreator,
            // CSL has no word for those of forewords, notes and cameras.
            _ => continue,
        };
        work.names.entry(variable).or_insert_with(|| list.clone());
    }
    for parent in entry.later_parents() {
        set_roles(parent, work);
    }
}
