//! Names and addresses: of the book's files, and of places in them.
//!
//! Knows: what EPUB allows in a name. Must not know: what is behind it.
//!
//! File names and ids keep to ASCII: it is what every reading system, archive
//! tool and validator agrees on. Ids that Recto makes begin with `_`, which no
//! label can, so the two never meet.

use std::collections::BTreeSet;

use crate::model::{Label, TopicId};

/// Names that are already taken, in one folder or one file.
#[derive(Debug, Default)]
pub(super) struct Taken(BTreeSet<String>);

impl Taken {
    /// Returns the name, or the first of `name-2`, `name-3`, … that is free, and
    /// takes it. Names that differ only in case count as the same.
    pub(super) fn take(&mut self, name: &str) -> String {
        let mut free = name.to_owned();
        let mut number = 1;
        while !self.0.insert(free.to_ascii_lowercase()) {
            number += 1;
            free = format!("{name}-{number}");
        }
        free
    }
}

/// Returns the name that a topic's chapter would like, without extension.
pub(super) fn chapter_stem(topic: &TopicId) -> String {
    let id = topic.as_str();
    if id.is_ascii() {
        return format!("topic-{}", id.to_ascii_lowercase());
    }
    let kept: String =
        id.chars().map(|c| if c.is_ascii() { c.to_ascii_lowercase() } else { '-' }).collect();
    let kept = kept.trim_matches('-');
    let dash = if kept.is_empty() { "" } else { "-" };
    format!("topic-{kept}{dash}{}", short_hash(id))
}

/// Returns the id of what has that label.
pub(super) fn label_id(label: &Label) -> String {
    let text = label.as_str();
    if text.is_ascii() && text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        text.to_owned()
    } else {
        format!("_x{}", short_hash(text))
    }
}

fn short_hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ascii_and_apart() {
        let stem = |id| chapter_stem(&TopicId::new(id).expect("an id"));
        assert_eq!(stem("Pleural.Effusion"), "topic-pleural.effusion");
        assert!(stem("übersicht").starts_with("topic-bersicht-"));
        assert_ne!(stem("ü"), stem("ö"));
        let id = |label| label_id(&Label::new(label).expect("a label"));
        assert_eq!(id("fig-frontal"), "fig-frontal");
        assert!(id("2nd").starts_with("_x") && id("ü").starts_with("_x") && id("ü") != id("ö"));

        let mut taken = Taken::default();
        assert_eq!(["a", "A", "a"].map(|name| taken.take(name)), ["a", "A-2", "a-3"]);
    }
}
