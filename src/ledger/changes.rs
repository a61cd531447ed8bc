//! What a build changes in the ledger: what an import would bring to learners.

use std::collections::BTreeMap;

use super::{Ledger, NoteKey, NoteRecord};

/// What an import of new decks would do to the notes of somebody who has the old
/// ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Notes that are new, or come back after they were retired.
    pub added: Vec<NoteKey>,
    /// Notes whose content is another: what learners wrote into them is replaced.
    /// Their reviews stay.
    pub changed: Vec<NoteKey>,
    /// Notes that say the same under other headings: they are replaced, too.
    pub moved: Vec<NoteKey>,
    /// Notes that are gone from the sources. They stay with learners.
    pub retired: Vec<NoteKey>,
    /// Those among them of which nobody knows what they last said, because the deck
    /// that had them is not among the results any more.
    pub forgotten: Vec<NoteKey>,
    /// How many notes stay as they are.
    pub unchanged: usize,
}

impl Changes {
    /// Compares the ledger before a build with that after it.
    pub fn between(before: &Ledger, after: &Ledger) -> Self {
        let mut changes = Self::default();
        for (key, now) in &after.notes {
            let Some(was) = before.notes.get(key) else {
                if !now.retired {
                    changes.added.push(key.clone());
                }
                continue;
            };
            match (was.retired, now.retired) {
                (true, true) => {}
                (true, false) => changes.added.push(key.clone()),
                (false, true) => {
                    changes.retired.push(key.clone());
                    if !now.stamps.keys().all(|deck| now.said.contains_key(deck)) {
                        changes.forgotten.push(key.clone());
                    }
                }
                (false, false) if hashes(was) == hashes(now) => changes.unchanged += 1,
                (false, false) => {
                    if was.text == now.text && was.path != now.path {
                        changes.moved.push(key.clone());
                    } else {
                        changes.changed.push(key.clone());
                    }
                }
            }
        }
        changes
    }
}

/// What a note holds in each deck.
fn hashes(record: &NoteRecord) -> BTreeMap<&str, &str> {
    let stamps = record.stamps.iter();
    stamps.map(|(deck, stamp)| (deck.as_str(), stamp.hash.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{NoteKind, Stamp};
    use crate::model::{FlashcardId, TopicId};

    fn key(id: &str) -> NoteKey {
        NoteKey {
            topic: TopicId::new("t").expect("an id"),
            id: FlashcardId::new(id).expect("an id"),
            kind: NoteKind::Cloze,
        }
    }

    fn record(text: &str, path: &str, hash: &str, retired: bool) -> NoteRecord {
        let stamp = Stamp { hash: hash.into(), modified: 1 };
        NoteRecord {
            text: text.into(),
            path: path.into(),
            stamps: [("d".to_owned(), stamp)].into_iter().collect(),
            retired,
            ..NoteRecord::default()
        }
    }

    #[test]
    fn each_note_is_in_one_place() {
        let ledger = |notes: &[(&str, NoteRecord)]| Ledger {
            notes: notes.iter().map(|(id, record)| (key(id), record.clone().into())).collect(),
            ..Ledger::default()
        };
        let before = ledger(&[
            ("same", record("a", "p", "1", false)),
            ("reworded", record("a", "p", "1", false)),
            ("moved", record("a", "p", "1", false)),
            ("gone", record("a", "p", "1", false)),
            ("back", record("a", "p", "1", true)),
            ("long-gone", record("a", "p", "1", true)),
        ]);
        let after = ledger(&[
            ("same", record("a", "p", "1", false)),
            ("reworded", record("b", "q", "2", false)),
            ("moved", record("a", "q", "2", false)),
            ("gone", record("a", "p", "1", true)),
            ("back", record("a", "p", "1", false)),
            ("long-gone", record("a", "p", "1", true)),
            ("new", record("a", "p", "1", false)),
        ]);
        let changes = Changes::between(&before, &after);
        assert_eq!(changes.added, [key("back"), key("new")]);
        assert_eq!(changes.changed, [key("reworded")]);
        assert_eq!(changes.moved, [key("moved")]);
        assert_eq!(changes.retired, [key("gone")]);
        assert_eq!(changes.unchanged, 1);
    }
}
