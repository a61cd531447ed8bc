//! Notes in Anki's sense: the content that cards are made of.

use std::collections::BTreeSet;

use super::note_type::Kind;
use crate::ledger::NoteKind;
use crate::model::{FlashcardId, Tag, TopicId};

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    /// What Anki knows it by in every collection.
    pub(super) guid: String,
    /// Its type.
    pub(super) kind: Kind,
    /// The deck that its cards go to when they are new.
    pub(super) deck: String,
    /// One for each field of its type, as HTML.
    pub(super) fields: Vec<String>,
    /// Its tags.
    pub(super) tags: Vec<Tag>,
    /// Which of its type's cards it has: templates, or clozes, from 0.
    pub(super) cards: BTreeSet<u32>,
    /// The images that its fields show.
    pub(super) media: BTreeSet<String>,
    /// When its content last changed, in seconds since 1970-01-01 UTC.
    pub(super) modified: i64,
}

impl Note {
    /// Returns a hash of all that an import would bring.
    pub(super) fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let tags = self.tags.iter().map(Tag::as_str);
        for part in self.fields.iter().map(String::as_str).chain(["\u{1e}"]).chain(tags) {
            hasher.update(part.as_bytes());
            hasher.update(&[0x1f]);
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// Returns the tags as Anki stores them: with a space on either side.
    pub(super) fn tag_text(&self) -> String {
        if self.tags.is_empty() {
            return String::new();
        }
        format!(" {} ", self.tag_list())
    }

    /// Returns the tags parted by spaces.
    pub(super) fn tag_list(&self) -> String {
        self.tags.iter().map(Tag::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// Returns the guid of a note: a hash of its names, never of its text, so that
/// a reworded note is the same note to every collection.
pub(super) fn guid(project: &str, topic: &TopicId, id: &FlashcardId, kind: NoteKind) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in ["recto", project, topic.as_str(), id.as_str(), kind.name()] {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    hasher.finalize().to_hex()[..20].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_hangs_on_names_and_kind_alone() {
        let guid = |project, topic, id, kind| {
            guid(
                project,
                &TopicId::new(topic).expect("an id"),
                &FlashcardId::new(id).expect("an id"),
                kind,
            )
        };
        // Frozen: another value here would cost every learner every review.
        assert_eq!(guid("p", "t", "a", NoteKind::Cloze), "3d071fb7d3729fb2a196");
        let all = [
            guid("p", "t", "a", NoteKind::Cloze),
            guid("q", "t", "a", NoteKind::Cloze),
            guid("p", "u", "a", NoteKind::Cloze),
            guid("p", "t", "b", NoteKind::Cloze),
            guid("p", "t", "a", NoteKind::Basic),
            guid("pt", "t", "a", NoteKind::Cloze),
        ];
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }
}
