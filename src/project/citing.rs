//! How publications cite works, and list them: keys of the manifest and of its
//! publications.

use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::{FurtherReading, ListScope, ListSettings};
use crate::source::Spanned;
use crate::yaml::{Fields, Node};

/// How a publication cites works, and lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citing {
    /// The style, by its name; `None` for the default.
    pub style: Option<Spanned<String>>,
    /// The lists.
    pub lists: ListSettings,
}

/// What has a key `references`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// The manifest, for all publications.
    Manifest,
    /// An entry of `handouts`: each has one list.
    Handouts,
    /// An entry of `books`.
    Books,
    /// An entry of `decks`: cards show no list, and so no pages.
    Decks,
}

impl Holder {
    fn what(self) -> &'static str {
        match self {
            Self::Manifest => "`references`",
            Self::Handouts => "`references` of handouts",
            Self::Books => "`references` of a book",
            Self::Decks => "`references` of a deck",
        }
    }
}

/// What was said of citing; what was not is for others to say.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub(super) style: Option<Spanned<String>>,
    scope: Option<ListScope>,
    further: Option<FurtherReading>,
    back_references: Option<bool>,
}

impl Said {
    /// Reads `citation-style` and `references`.
    pub(super) fn take(fields: &mut Fields, holder: Holder, diagnostics: &mut Diagnostics) -> Self {
        let style = fields.text("citation-style", diagnostics);
        let Some(node) = fields.take("references") else {
            return Self { style, ..Self::default() };
        };
        let what = holder.what();
        let mut fields = Fields::new(node, what, diagnostics);
        let mut said = Self { style, ..Self::default() };
        if holder != Holder::Handouts {
            said.scope = word(fields.take("scope"), "scope", &ListScope::NAMES, diagnostics);
        }
        let further = fields.take("further-reading");
        said.further = word(further, "further-reading", &FurtherReading::NAMES, diagnostics);
        if holder != Holder::Decks {
            said.back_references = fields.maybe_flag("back-references", diagnostics);
        }
        fields.finish(what, diagnostics);
        said
    }

    /// Returns what holds where a publication says nothing itself.
    pub(super) fn or(self, others: &Self) -> Self {
        Self {
            style: self.style.or_else(|| others.style.clone()),
            scope: self.scope.or(others.scope),
            further: self.further.or(others.further),
            back_references: self.back_references.or(others.back_references),
        }
    }

    /// Returns what a publication does, with defaults for what nobody says:
    /// readers turn the pages of books, so those lead back.
    pub(super) fn settled(self, holder: Holder) -> Citing {
        let scope = match holder {
            // A handout is of one topic; its list is its own.
            Holder::Handouts => ListScope::Publication,
            Holder::Manifest | Holder::Books | Holder::Decks => self.scope.unwrap_or_default(),
        };
        let lists = ListSettings {
            scope,
            further: self.further.unwrap_or_default(),
            back_references: self.back_references.unwrap_or(holder == Holder::Books),
        };
        Citing { style: self.style, lists }
    }
}

impl From<&Citing> for Said {
    fn from(citing: &Citing) -> Self {
        let ListSettings { scope, further, back_references } = citing.lists;
        Self {
            style: citing.style.clone(),
            scope: Some(scope),
            further: Some(further),
            back_references: Some(back_references),
        }
    }
}

/// Returns what a word stands for.
fn word<T: Copy>(
    node: Option<Node>,
    key: &str,
    known: &[(&'static str, T)],
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    let written = crate::yaml::expect_text(node?, key, diagnostics)?;
    let found = known.iter().find(|(name, _)| *name == written.value);
    if found.is_none() {
        let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, format!("`{key}` cannot be `{}`", written.value))
                .at(written.span)
                .maybe_hint(near_miss(&written.value, names.iter().copied()))
                .hint(format!("write {}", quoted.join(" or "))),
        );
    }
    found.map(|(_, value)| *value)
}
