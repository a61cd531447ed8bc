//! The types of entries, and what their fields mean where that depends on them.

use crate::diag::near_miss;
use crate::model::WorkKind;

/// What an entry is of, as far as its fields mean different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// An article in a journal.
    Article,
    /// A journal, or one issue of it.
    Periodical,
    /// A book.
    Book,
    /// Several volumes.
    Volumes,
    /// A part of a book.
    Part,
    /// A report, patent or manual: its number is its own.
    Numbered,
    /// Something else.
    Other,
    /// No work: what other entries take fields from, and lists of entries.
    None,
}

/// A type of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Type {
    /// CSL's type.
    pub kind: WorkKind,
    /// What its fields mean.
    pub class: Class,
    /// What it calls itself, unless the entry says it.
    pub genre: Option<&'static str>,
}

/// Returns a type by its name; else, what may have been meant.
pub(super) fn get(name: &str) -> Result<Type, Option<String>> {
    let found = TYPES.iter().find(|(names, _, _)| names.contains(&name));
    let genre = match name {
        "phdthesis" => Some("PhD thesis"),
        "mastersthesis" => Some("Master’s thesis"),
        "bathesis" | "bachelorsthesis" => Some("Bachelor’s thesis"),
        _ => None,
    };
    found.map(|(_, kind, class)| Type { kind: *kind, class: *class, genre }).ok_or_else(|| {
        near_miss(name, TYPES.iter().flat_map(|(names, _, _)| names.iter().copied()))
            .map(|hint| hint.replacen('`', "`@", 1))
    })
}

const TYPES: [(&[&str], WorkKind, Class); 42] = [
    (&["article", "suppperiodical"], WorkKind::ArticleJournal, Class::Article),
    (&["review"], WorkKind::Review, Class::Article),
    (&["book", "collection", "proceedings", "reference"], WorkKind::Book, Class::Book),
    (&["mvbook", "mvcollection", "mvproceedings", "mvreference"], WorkKind::Book, Class::Volumes),
    (&["manual"], WorkKind::Book, Class::Numbered),
    (&["booklet", "pamphlet"], WorkKind::Pamphlet, Class::Other),
    (
        &["inbook", "incollection", "bookinbook", "suppbook", "suppcollection", "inbooklet"],
        WorkKind::Chapter,
        Class::Part,
    ),
    (&["inreference"], WorkKind::EntryEncyclopedia, Class::Part),
    (&["inproceedings", "conference"], WorkKind::PaperConference, Class::Part),
    (&["periodical"], WorkKind::Periodical, Class::Periodical),
    (&["report", "techreport", "whitepaper"], WorkKind::Report, Class::Numbered),
    (
        &["thesis", "phdthesis", "mastersthesis", "bathesis", "bachelorsthesis"],
        WorkKind::Thesis,
        Class::Other,
    ),
    (&["online", "electronic", "www", "webpage"], WorkKind::Webpage, Class::Other),
    (&["blog", "blogpost"], WorkKind::PostWeblog, Class::Other),
    (&["post"], WorkKind::Post, Class::Other),
    (&["preprint", "eprint"], WorkKind::Article, Class::Numbered),
    (&["misc", "unspecified"], WorkKind::Document, Class::Other),
    (&["dataset", "data"], WorkKind::Dataset, Class::Numbered),
    (
        &["software", "softwareversion", "softwaremodule", "code"],
        WorkKind::Software,
        Class::Numbered,
    ),
    (&["codefragment"], WorkKind::Software, Class::Numbered),
    (&["patent"], WorkKind::Patent, Class::Numbered),
    (&["standard"], WorkKind::Standard, Class::Numbered),
    (&["unpublished", "manuscript"], WorkKind::Manuscript, Class::Other),
    (&["talk", "presentation", "speech"], WorkKind::Speech, Class::Other),
    (&["letter"], WorkKind::PersonalCommunication, Class::Other),
    (&["interview"], WorkKind::Interview, Class::Other),
    (&["movie", "video"], WorkKind::MotionPicture, Class::Other),
    (&["audio", "music"], WorkKind::Song, Class::Other),
    (&["podcast", "broadcast"], WorkKind::Broadcast, Class::Other),
    (&["performance"], WorkKind::Performance, Class::Other),
    (&["artwork", "image", "photograph"], WorkKind::Graphic, Class::Other),
    (&["figure"], WorkKind::Figure, Class::Other),
    (&["map"], WorkKind::Map, Class::Other),
    (&["commentary"], WorkKind::Book, Class::Book),
    (&["jurisdiction"], WorkKind::LegalCase, Class::Numbered),
    (&["legislation"], WorkKind::Legislation, Class::Numbered),
    (&["legal", "treaty"], WorkKind::Treaty, Class::Numbered),
    (&["bill"], WorkKind::Bill, Class::Numbered),
    (&["newspaper"], WorkKind::ArticleNewspaper, Class::Article),
    (&["magazine"], WorkKind::ArticleMagazine, Class::Article),
    (&["xdata", "set"], WorkKind::Document, Class::None),
    (
        &["customa", "customb", "customc", "customd", "custome", "customf"],
        WorkKind::Document,
        Class::Other,
    ),
];

/// What BibLaTeX's words for types, states and parts stand for.
pub(super) fn word(key: &str) -> Option<&'static str> {
    Some(match key {
        "mathesis" => "Master’s thesis",
        "phdthesis" => "PhD thesis",
        "bathesis" => "Bachelor’s thesis",
        "candthesis" => "Candidate thesis",
        "techreport" => "Technical report",
        "resreport" => "Research report",
        "software" => "Computer software",
        "datacd" => "Data CD",
        "audiocd" => "Audio CD",
        "patent" => "Patent",
        "patentde" => "German patent",
        "patenteu" => "European patent",
        "patentfr" => "French patent",
        "patentuk" => "British patent",
        "patentus" => "U.S. patent",
        "patreq" | "patrequs" => "Patent request",
        "inpreparation" => "in preparation",
        "submitted" => "submitted",
        "forthcoming" => "forthcoming",
        "inpress" => "in press",
        "prepublished" => "pre-published",
        _ => return None,
    })
}

/// Returns the fields of an entry that one which refers to it does not have, or
/// has under another name (BibLaTeX's manual, appendix B): `None` for the first
/// ones.
pub(super) fn inherited(parent: Type, child: Type, field: &str) -> Option<&str> {
    // Numbers of the whole are none of its parts, nor is what is kept of it.
    let own = [
        "ids",
        "crossref",
        "xref",
        "xdata",
        "entryset",
        "entrysubtype",
        "execute",
        "label",
        "options",
        "presort",
        "related",
        "relatedoptions",
        "relatedstring",
        "relatedtype",
        "shorthand",
        "shorthandintro",
        "sortkey",
        "sortname",
        "sorttitle",
        "sortyear",
        "indextitle",
        "doi",
        "eprint",
        "eprinttype",
        "archiveprefix",
        "pmid",
        "pmcid",
        "pmc",
        "pagetotal",
        "abstract",
        "annotation",
        "annote",
        "keywords",
        "file",
        "note",
        "addendum",
        "pages",
    ];
    if own.contains(&field) {
        return None;
    }
    let titles = |title, subtitle, addon| match field {
        "title" => Some(title),
        "subtitle" => Some(subtitle),
        "titleaddon" => Some(addon),
        // A short title is of the whole title.
        "shorttitle" => None,
        field => Some(field),
    };
    match (parent.class, child.class) {
        (Class::Volumes, Class::Book | Class::Part) => {
            titles("maintitle", "mainsubtitle", "maintitleaddon")
        }
        (Class::Book, Class::Part) => titles("booktitle", "booksubtitle", "booktitleaddon"),
        (Class::Periodical, Class::Article) => match field {
            "shorttitle" => Some("shortjournal"),
            _ => titles("journaltitle", "journalsubtitle", "journaltitleaddon"),
        },
        _ => Some(field),
    }
}
