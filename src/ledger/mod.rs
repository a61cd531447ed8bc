//! The ledger of flashcard identity, `cards.lock`.
//!
//! Does: remembers, for each note that was ever derived, its name, the text it
//! was last known by, the numbers of its clozes, and when its content last
//! changed. Knows: names of topics and flashcards, YAML, messages. Must not
//! know: how flashcards are derived or matched, Anki's packages, the disk.
//!
//! The file is committed with the sources. Reviews hang on what is in it, so
//! nothing is ever dropped from it, and a file that cannot be read is an error:
//! to go on with an empty ledger would give every note a new identity.

mod changes;
mod lines;
mod read;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use changes::Changes;
use litemap::LiteMap;

use crate::model::{FigureQuestion, FlashcardId, FlashcardKind, TopicId};

/// The name of the ledger's file, at the root of a project.
pub const FILE: &str = "cards.lock";

/// What Recto remembers of flashcards between builds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// What is known of each note.
    pub notes: BTreeMap<NoteKey, Arc<NoteRecord>>,
    /// When each note type of each deck last changed: deck, then type.
    pub note_types: BTreeMap<(String, String), Stamp>,
}

/// The identity of a note. Its text is no part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteKey {
    /// The topic that it is about.
    pub topic: TopicId,
    /// Its name in the topic.
    pub id: FlashcardId,
    /// Its kind: Anki does not let a note change its type and keep its reviews.
    pub kind: NoteKind,
}

/// The kinds of notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// A question and its answer, one way or both.
    Basic,
    /// A text with clozes.
    Cloze,
    /// A marked picture: what is it?
    FigureIdentify,
    /// A clean picture: where is it?
    FigureFind,
    /// A picture with covered regions: what is there?
    FigureOcclude,
}

/// What is known of a note.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoteRecord {
    /// The plain text that it was last known by.
    pub text: String,
    /// The headings and parent bullets above it, joined by ` › `.
    pub path: String,
    /// The number of each cloze that it ever had, by its plain text.
    pub clozes: LiteMap<String, u32>,
    /// When its content last changed in each deck, by the deck's name. The same
    /// note may say "Figure 2" in one deck and "Figure 7" in another.
    pub stamps: LiteMap<String, Stamp>,
    /// Whether it is gone from the sources.
    pub retired: bool,
    /// If so, what it last said in each deck, by the deck's name.
    pub said: LiteMap<String, Said>,
}

/// What a note said that is gone: for learners who still have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// The deck of its cards.
    pub deck: String,
    /// Its fields, as HTML.
    pub fields: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
}

/// What something held when it last changed, and when that was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamp {
    /// A hash of the content.
    pub hash: String,
    /// Seconds since 1970-01-01 UTC.
    pub modified: i64,
}

impl NoteKind {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::Basic, Self::Cloze, Self::FigureIdentify, Self::FigureFind, Self::FigureOcclude];

    /// Returns the kind of a flashcard.
    pub fn of(kind: &FlashcardKind) -> Self {
        match kind {
            FlashcardKind::Basic { .. } => Self::Basic,
            FlashcardKind::Cloze { .. } => Self::Cloze,
            FlashcardKind::Figure { question: FigureQuestion::Identify, .. } => {
                Self::FigureIdentify
            }
            FlashcardKind::Figure { question: FigureQuestion::Find, .. } => Self::FigureFind,
            FlashcardKind::Occlusion { .. } => Self::FigureOcclude,
        }
    }

    /// Returns the name that the ledger uses, and that guids are made of.
    pub fn name(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Cloze => "cloze",
            Self::FigureIdentify => "figure-identify",
            Self::FigureFind => "figure-find",
            Self::FigureOcclude => "figure-occlude",
        }
    }
}

impl Ledger {
    /// Returns the notes of a topic.
    pub fn notes_of(&self, topic: &TopicId) -> impl Iterator<Item = (&NoteKey, &Arc<NoteRecord>)> {
        // `!` comes before every other sign that a name may hold.
        let first = FlashcardId::new("!").map(|id| NoteKey {
            topic: topic.clone(),
            id,
            kind: NoteKind::Basic,
        });
        let topic = topic.clone();
        first
            .into_iter()
            .flat_map(|first| self.notes.range(first..))
            .take_while(move |(key, _)| key.topic == topic)
    }

    /// Marks every note as retired whose topic is not among those `present`:
    /// for topics that were deleted. Notes that vanish from a topic are retired
    /// when its flashcards are derived. Returns the topics that are gone since
    /// the last time, each with its number of notes.
    pub fn retire_other_topics(&mut self, present: &BTreeSet<TopicId>) -> BTreeMap<TopicId, usize> {
        let mut gone = BTreeMap::new();
        for (key, record) in &mut self.notes {
            if !present.contains(&key.topic) && !record.retired {
                Arc::make_mut(record).retired = true;
                *gone.entry(key.topic.clone()).or_default() += 1;
            }
        }
        gone
    }

    /// Returns when the content of a note last changed in `deck`, and remembers
    /// it: the earlier time if the hash is the same, else `now`, or just after
    /// the earlier time if the clock stands behind it.
    pub fn stamp_note(&mut self, key: &NoteKey, deck: &str, hash: String, now: i64) -> i64 {
        // Most notes are known, and names need not be copied to find them.
        let known = self.notes.get(key).and_then(|known| known.stamps.get(deck));
        if let Some(stamp) = known.filter(|stamp| stamp.hash == hash) {
            return stamp.modified;
        }
        let record = Arc::make_mut(self.notes.entry(key.clone()).or_default());
        let mut stamp = record.stamps.remove(deck).unwrap_or_default();
        let modified = stamp.renew(hash, now);
        record.stamps.insert(deck.to_owned(), stamp);
        modified
    }

    /// Does for a note type what [`Ledger::stamp_note`] does for a note.
    pub fn stamp_note_type(&mut self, deck: &str, name: &str, hash: String, now: i64) -> i64 {
        self.note_types.entry((deck.to_owned(), name.to_owned())).or_default().renew(hash, now)
    }
}

impl Stamp {
    fn renew(&mut self, hash: String, now: i64) -> i64 {
        if self.hash != hash {
            let earliest = if self.hash.is_empty() { now } else { self.modified + 1 };
            *self = Self { hash, modified: earliest.max(now) };
        }
        self.modified
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_moves_only_with_the_content_and_never_back() {
        let mut stamp = Stamp::default();
        assert_eq!(stamp.renew("a".into(), 100), 100);
        assert_eq!(stamp.renew("a".into(), 200), 100);
        assert_eq!(stamp.renew("b".into(), 200), 200);
        assert_eq!(stamp.renew("c".into(), 50), 201);
    }
}
