//! The names that authors give to things.

use std::fmt;

use crate::source::FileId;

/// A node of the tree that an edition may say something about, unique in the
/// project: the file it was read from, and a running number in it.
///
/// Spans will not do for this: text in a YAML scalar may have no exact one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// The file that the node was read from.
    pub file: FileId,
    /// The running number in that file, in the order of the text.
    pub index: u32,
}

/// Why a text cannot be an identifier; shown to the author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidIdentifier(String);

impl fmt::Display for InvalidIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Identifiers end up as file names, XML ids, PDF destinations and Anki tags at
/// once, so the alphabet is the common part: letters, digits, `-`, `_`, `.`.
fn check(text: &str, thing: &str) -> Result<(), InvalidIdentifier> {
    let reason = if text.is_empty() {
        "is empty"
    } else if text.len() > 120 {
        "is longer than 120 bytes"
    } else if !text.starts_with(char::is_alphanumeric) {
        "must begin with a letter or digit"
    } else if text.chars().any(|c| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '.')) {
        "may hold only letters, digits, `-`, `_` and `.`"
    } else {
        return Ok(());
    };
    Err(InvalidIdentifier(format!("the {thing} `{text}` {reason}")))
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $thing:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Returns the identifier written as `text`.
            ///
            /// # Errors
            /// If `text` is empty, too long, or has a character outside of
            /// letters, digits, `-`, `_` and `.`.
            pub fn new(text: &str) -> Result<Self, InvalidIdentifier> {
                check(text, $thing)?;
                Ok(Self(text.to_owned()))
            }

            /// Returns the identifier as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
identifier! {
    /// The name of a topic, unique in the project; its outputs are named after it.
    TopicId, "topic id"
}

identifier! {
    /// The name of a figure, table or section, unique in the project.
    Label, "label"
}

identifier! {
    /// The name of a kind of sections, unique in the project.
    KindId, "section kind"
}

identifier! {
    /// The name of a mark in its figure.
    MarkId, "mark"
}

impl Label {
    /// Returns the label that a heading of this text gets if the author gave
    /// none; `None` for a text without a letter or digit.
    pub fn from_heading(text: &str) -> Option<Self> {
        let mut slug = String::new();
        for c in text.chars() {
            if c.is_alphanumeric() {
                slug.extend(c.to_lowercase());
            } else if !slug.ends_with('-') && !slug.is_empty() {
                slug.push('-');
            }
        }
        let cut = slug
            .char_indices()
            .map(|(at, c)| at + c.len_utf8())
            .take_while(|end| *end <= 100)
            .last()?;
        Self::new(slug.get(..cut)?.trim_end_matches('-')).ok()
    }
}

/// A subject or an Anki tag: no spaces; levels are parted by `::`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(String);

impl Tag {
    /// Returns the tag written as `text`; spaces become `_`, as Anki has it.
    ///
    /// # Errors
    /// If `text` is empty, or holds a quote or a control character.
    pub fn new(text: &str) -> Result<Self, InvalidIdentifier> {
        let text = text.trim();
        if text.is_empty() || text.chars().any(|c| c.is_control() || c == '"') {
            return Err(InvalidIdentifier(format!(
                "the tag `{}` is empty or holds a quote or control character",
                text.escape_debug()
            )));
        }
        Ok(Self(text.split_whitespace().collect::<Vec<_>>().join("_")))
    }

    /// Returns the tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_checked() {
        assert!(TopicId::new("paget-disease").is_ok());
        assert!(TopicId::new("../x").is_err());
        assert!(TopicId::new("").is_err());
        assert!(Label::new("fig frontal").is_err());
    }

    #[test]
    fn headings_give_labels() {
        let label = |text| Label::from_heading(text).map(|label| label.as_str().to_owned());
        assert_eq!(label("Imaging findings: CT & MRI").as_deref(), Some("imaging-findings-ct-mri"));
        assert_eq!(label("Übersicht").as_deref(), Some("übersicht"));
        assert_eq!(label("???"), None);
    }
}
