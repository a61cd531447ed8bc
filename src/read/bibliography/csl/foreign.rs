//! Names of other programs, of former versions of CSL, and of no meaning.

use crate::model::{StandardVariable, Variable};

/// Names that CSL gave up, or that Zotero has beside CSL's.
pub(super) fn older_name(name: &str) -> Option<Variable> {
    Some(Variable::Standard(match name {
        "journalAbbreviation" => StandardVariable::ContainerTitleShort,
        "shortTitle" => StandardVariable::TitleShort,
        "event" => StandardVariable::EventTitle,
        "archive-location" => StandardVariable::ArchiveLocation,
        "archive-collection" => StandardVariable::ArchiveCollection,
        _ => return None,
    }))
}

/// What CSL-JSON may hold that no style prints.
pub(super) fn is_no_variable(name: &str) -> bool {
    let known = [
        "custom",
        "categories",
        "citation-label",
        "citation-number",
        "first-reference-note-number",
        "locator",
        "label",
        "year-suffix",
        "system_id",
        "language-name",
        "page-key",
    ];
    name.starts_with('_') || known.contains(&name)
}

/// What other programs call CSL's variables.
pub(super) const OTHER_VARIABLES: [(&str, &str); 24] = [
    ("journal", "container-title"),
    ("journaltitle", "container-title"),
    ("booktitle", "container-title"),
    ("publicationTitle", "container-title"),
    ("shortjournal", "container-title-short"),
    ("year", "issued"),
    ("date", "issued"),
    ("published", "issued"),
    ("pages", "page"),
    ("page-range", "page"),
    ("address", "publisher-place"),
    ("location", "publisher-place"),
    ("place", "publisher-place"),
    ("institution", "publisher"),
    ("school", "publisher"),
    ("organization", "publisher"),
    ("series", "collection-title"),
    ("keywords", "keyword"),
    ("abstractNote", "abstract"),
    ("accessDate", "accessed"),
    ("urldate", "accessed"),
    ("subtitle", "title"),
    ("editors", "editor"),
    ("authors", "author"),
];

/// What other programs call CSL's types.
pub(super) const OTHER_KINDS: [(&str, &str); 26] = [
    ("journalArticle", "article-journal"),
    ("magazineArticle", "article-magazine"),
    ("newspaperArticle", "article-newspaper"),
    ("journal-article", "article-journal"),
    ("article_journal", "article-journal"),
    ("journal", "article-journal"),
    ("bookSection", "chapter"),
    ("book-chapter", "chapter"),
    ("book-section", "chapter"),
    ("inbook", "chapter"),
    ("incollection", "chapter"),
    ("inproceedings", "paper-conference"),
    ("conferencePaper", "paper-conference"),
    ("proceedings-article", "paper-conference"),
    ("proceedings", "book"),
    ("phdthesis", "thesis"),
    ("mastersthesis", "thesis"),
    ("dissertation", "thesis"),
    ("techreport", "report"),
    ("online", "webpage"),
    ("web", "webpage"),
    ("misc", "document"),
    ("preprint", "article"),
    ("posted-content", "article"),
    ("computerProgram", "software"),
    ("presentation", "speech"),
];
