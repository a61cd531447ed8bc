//! Ledger to `cards.lock`: sorted, one fact a line, so that a diff reads well
//! and two people's additions seldom meet.
//!
//! Text is written as JSON strings, which YAML takes as they are; a serializer
//! would choose a style by the text and so change lines that did not change.

use std::collections::BTreeMap;

use super::read::VERSION;
use super::{Ledger, Stamp};

const HEADER: &str = "\
# What each flashcard is known by, so that rewording one keeps its reviews in
# Anki. Recto writes this file: commit it with the sources, and do not edit it.
";

impl Ledger {
    /// Returns the ledger as the text of `cards.lock`.
    pub fn to_yaml(&self) -> String {
        let mut out = format!("{HEADER}version: {VERSION}\n");
        if !self.notes.is_empty() {
            out.push_str("notes:\n");
        }
        for (key, record) in &self.notes {
            out.push_str(&format!("- topic: {}\n", quoted(key.topic.as_str())));
            out.push_str(&format!("  id: {}\n", quoted(key.id.as_str())));
            out.push_str(&format!("  kind: {}\n", key.kind.name()));
            out.push_str(&format!("  text: {}\n", quoted(&record.text)));
            out.push_str(&format!("  path: {}\n", quoted(&record.path)));
            if !record.clozes.is_empty() {
                out.push_str("  clozes:\n");
                let mut clozes: Vec<_> = record.clozes.iter().collect();
                clozes.sort_by_key(|(text, number)| (**number, text.as_str()));
                for (text, number) in clozes {
                    // Not as a key: YAML bounds the length of keys, but not of clozes.
                    out.push_str(&format!("  - [{number}, {}]\n", quoted(text)));
                }
            }
            write_stamps(&record.stamps, &mut out);
            if record.retired {
                out.push_str("  retired: true\n");
            }
        }
        let mut types: BTreeMap<&str, BTreeMap<String, Stamp>> = BTreeMap::new();
        for ((deck, name), stamp) in &self.note_types {
            types.entry(name).or_default().insert(deck.clone(), stamp.clone());
        }
        if !types.is_empty() {
            out.push_str("note-types:\n");
        }
        for (name, stamps) in types {
            out.push_str(&format!("- name: {}\n", quoted(name)));
            write_stamps(&stamps, &mut out);
        }
        out
    }
}

fn write_stamps(stamps: &BTreeMap<String, Stamp>, out: &mut String) {
    if !stamps.is_empty() {
        out.push_str("  written:\n");
    }
    for (deck, stamp) in stamps {
        out.push_str(&format!(
            "    {}: [{}, {}]\n",
            quoted(deck),
            quoted(&stamp.hash),
            stamp.modified
        ));
    }
}

/// Writes text as a JSON string; YAML's double quotes know the same escapes.
/// What JSON leaves bare but YAML does not print is escaped, too.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') =>
            {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Diagnostics;
    use crate::ledger::{NoteKey, NoteKind, NoteRecord};
    use crate::model::{FlashcardId, TopicId};
    use crate::source::{ProjectPath, Sources};

    fn reread(text: &str) -> (Option<Ledger>, Vec<String>) {
        let mut sources = Sources::default();
        let path = ProjectPath::new("cards.lock").expect("a plain path");
        let file = sources.add(path, text.into());
        let mut diagnostics = Diagnostics::default();
        let ledger = Ledger::read(text, file, &mut diagnostics);
        let messages = diagnostics.sorted().into_iter().map(|found| {
            assert!(found.place.is_some(), "{}", found.message);
            format!("{}: {}", found.code.name(), found.message)
        });
        (ledger, messages.collect())
    }

    #[test]
    fn what_is_written_reads_back() {
        let mut ledger = Ledger::default();
        let key = NoteKey {
            topic: TopicId::new("1e5").expect("an id"),
            id: FlashcardId::new("#a:\"b").expect("an id"),
            kind: NoteKind::FigureFind,
        };
        let record = NoteRecord {
            text: "a: \"b\" \\ # - c\u{2028}\u{7}\u{85} é 漢 \u{1f600}".into(),
            path: "X › Y".into(),
            clozes: [("12".to_owned(), 2), ("yes: no ".repeat(999), 1)].into(),
            stamps: BTreeMap::new(),
            retired: true,
        };
        ledger.notes.insert(key.clone(), record);
        ledger.stamp_note(key, "all", "12345678".into(), 1_795_392_000);
        ledger.stamp_note_type("all", "Recto Cloze", "0e1".into(), 7);
        let text = ledger.to_yaml();
        let (back, messages) = reread(&text);
        assert_eq!(messages, Vec::<String>::new());
        assert_eq!(back, Some(ledger), "{text}");
        assert_eq!(reread(""), (Some(Ledger::default()), Vec::new()));
    }

    /// The YAML crate bounds the nodes of a text; it once refused 14,000 notes.
    #[test]
    fn a_large_ledger_reads_back() {
        let mut ledger = Ledger::default();
        let topic = TopicId::new("topic").expect("an id");
        for number in 0..20_000 {
            let id = FlashcardId::new(&format!("n{number}")).expect("an id");
            let key = NoteKey { topic: topic.clone(), id, kind: NoteKind::Cloze };
            ledger.stamp_note(key, "all", "0".into(), 7);
        }
        assert_eq!(reread(&ledger.to_yaml()), (Some(ledger), Vec::new()));
    }

    #[test]
    fn a_broken_ledger_is_never_taken_as_empty() {
        let note = "- {topic: a, id: b, kind: cloze}\n";
        for (text, message) in [
            ("<<<<<<< HEAD\nversion: 1\n", "not valid YAML"),
            ("version: 9\n", "version 9"),
            ("notes: []\n", "no `version`"),
            ("version: 1\nnote: []\n", "unknown key `note`"),
            (&format!("version: 1\nnotes:\n{note}{note}"), "twice"),
            ("version: 1\nnotes:\n- {topic: a, id: b, kind: clozes}\n", "unknown kind"),
            ("version: 1\nnotes:\n- {topic: ../a, id: b, kind: cloze}\n", "topic id"),
            (
                "version: 1\nnotes:\n- {topic: a, id: b, kind: cloze, clozes: [[0, x]]}\n",
                "1 or more",
            ),
            ("version: 1\nnotes:\n- {topic: a, id: b, kind: cloze, written: {x: 3}}\n", "stamp"),
        ] {
            let (ledger, messages) = reread(text);
            assert_eq!(ledger, None, "{text}");
            assert!(messages.iter().all(|found| found.starts_with("broken-ledger: ")), "{text}");
            assert!(messages.iter().any(|found| found.contains(message)), "{messages:?}");
        }
    }
}
