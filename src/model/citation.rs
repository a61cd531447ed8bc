//! Citations, and the works they cite.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use indexmap::IndexMap;

use super::{Inline, NodeId, RichText, Work};
use crate::source::{Span, Spanned};

/// The name of a work in a bibliography.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CiteKey(String);

impl CiteKey {
    /// Returns the key; `None` for an empty one or one with spaces.
    pub fn new(text: &str) -> Option<Self> {
        let valid = !text.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        valid.then(|| Self(text.to_owned()))
    }

    /// Returns a key that no author can write, for a work that has none. `name`
    /// tells it from others.
    pub fn unnamed(name: &str) -> Self {
        Self(format!("/{name}"))
    }

    /// Returns whether the work has no key of its author's.
    pub fn is_unnamed(&self) -> bool {
        self.0.starts_with('/')
    }

    /// Returns the key as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CiteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One place where works are cited.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Citation {
    /// The key to its rendering in an edition.
    pub id: NodeId,
    /// The works, in the author's order.
    pub items: Vec<CitationItem>,
    /// How it stands in the sentence.
    pub form: CitationForm,
    /// Its place.
    pub span: Span,
}

/// How a citation stands in the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CitationForm {
    /// `[@key]`: in brackets, raised or in a note, as the style has it.
    Normal,
    /// `@key`: the name of the first work's author is part of the sentence.
    Prose,
}

/// A work in a citation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CitationItem {
    /// Which work.
    pub key: Spanned<CiteKey>,
    /// Words before it: "see".
    pub prefix: Vec<Inline>,
    /// Where in the work.
    pub locator: Option<Locator>,
    /// Words after it, with the comma or space that they begin with.
    pub suffix: Vec<Inline>,
    /// Whether the sentence names the author already: `[-@key]`.
    pub suppress_author: bool,
}

/// A place in a work.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Locator {
    /// CSL's name of the kind of place: `page`, `figure`, `chapter`, ….
    pub kind: &'static str,
    /// Which one: "3–5".
    pub value: String,
}

/// The works that may be cited, in the order of the bibliographies.
#[derive(Debug, Clone, Default)]
pub struct Bibliography {
    /// The works, each under its key.
    pub references: IndexMap<CiteKey, Reference>,
    /// Works that stand in a bibliography but could not be read. They have been
    /// reported; that they are unknown need not be, too.
    pub broken: BTreeSet<CiteKey>,
    /// Whether a whole bibliography could not be read.
    pub is_partial: bool,
    /// The numbers that works are known by (their DOIs and PMIDs, in small
    /// letters) and the first work of each.
    pub numbers: IndexMap<String, CiteKey>,
    /// Abbreviations that bibliographies define, for those that follow them:
    /// BibTeX's `@string`, by its name in small letters.
    pub abbreviations: BTreeMap<String, String>,
}

/// A work in a bibliography.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// What is known of it.
    pub work: Work,
    /// How its author wrote the entry, where that is all that is known: lists
    /// print it as it is, in every style. The work then has what labels need.
    pub verbatim: Option<RichText>,
    /// Where it was written.
    pub span: Span,
}

/// How a publication lists the works that it cites.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ListSettings {
    /// What a list is of.
    pub scope: ListScope,
    /// Where works stand that are listed, but not cited.
    pub further: FurtherReading,
    /// Whether a work tells where it is cited.
    pub back_references: bool,
}

/// What a list of references is of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ListScope {
    /// The publication: numbers run through it.
    #[default]
    Publication,
    /// Each chapter: numbers begin anew.
    Chapter,
}

impl ListScope {
    /// The scopes, by the names that manifests use.
    pub const NAMES: [(&str, Self); 2] = [("book", Self::Publication), ("chapter", Self::Chapter)];
}

/// Where works stand that are listed, but not cited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum FurtherReading {
    /// Among the references, as the style sorts them.
    #[default]
    Merged,
    /// In a list of their own, without numbers.
    Separate,
}

impl FurtherReading {
    /// The places, by the names that manifests use.
    pub const NAMES: [(&str, Self); 2] = [("merged", Self::Merged), ("separate", Self::Separate)];
}
