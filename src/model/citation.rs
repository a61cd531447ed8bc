//! Citations, and the works they cite.

use std::collections::BTreeSet;
use std::fmt;

use indexmap::IndexMap;

use super::NodeId;
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
    /// `[@key]`: in brackets or superscript, as the style has it.
    Normal,
    /// `@key`: the author's name is part of the sentence.
    Prose,
    /// `[-@key]`: the sentence names the author already.
    Year,
}

/// A work in a citation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CitationItem {
    /// Which work.
    pub key: Spanned<CiteKey>,
    /// Words before it: "see".
    pub prefix: Option<String>,
    /// Where in the work.
    pub locator: Option<Locator>,
    /// Words after it.
    pub suffix: Option<String>,
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
}

/// A work.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The work, as hayagriva has it: the engine that renders it.
    pub entry: hayagriva::Entry,
    /// Where it was written.
    pub span: Span,
}
