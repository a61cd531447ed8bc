//! Ledger to `cards.lock`: sorted, each note on a line of its own, so that git can
//! merge what two people added: it keeps the lines of both.
//!
//! Each line is JSON, which YAML takes as it is: a serializer of YAML would choose a
//! style by the text and so change lines that did not change, and reading JSON takes
//! a tenth of the time.

use std::collections::BTreeMap;

use litemap::LiteMap;

use super::read::VERSION;
use super::{Ledger, Said, Stamp};

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
            let (topic, id) = (quoted(key.topic.as_str()), quoted(key.id.as_str()));
            let (text, path) = (quoted(&record.text), quoted(&record.path));
            let kind = key.kind.name();
            out.push_str(&format!(
                "- {{\"topic\": {topic}, \"id\": {id}, \"kind\": \"{kind}\", \"text\": {text}, \
                 \"path\": {path}"
            ));
            if !record.clozes.is_empty() {
                let mut clozes: Vec<_> = record.clozes.iter().collect();
                clozes.sort_by_key(|(text, number)| (**number, text.as_str()));
                // Not as keys: YAML bounds the length of keys, but not of clozes.
                let clozes: Vec<_> = clozes
                    .into_iter()
                    .map(|(text, number)| format!("[{number}, {}]", quoted(text)))
                    .collect();
                out.push_str(&format!(", \"clozes\": [{}]", clozes.join(", ")));
            }
            write_stamps(&record.stamps, &mut out);
            if record.retired {
                out.push_str(", \"retired\": true");
            }
            write_said(&record.said, &mut out);
            out.push_str("}\n");
        }
        let mut types: BTreeMap<&str, LiteMap<String, Stamp>> = BTreeMap::new();
        for ((deck, name), stamp) in &self.note_types {
            types.entry(name).or_default().insert(deck.clone(), stamp.clone());
        }
        if !types.is_empty() {
            out.push_str("note-types:\n");
        }
        for (name, stamps) in types {
            out.push_str(&format!("- {{\"name\": {}", quoted(name)));
            write_stamps(&stamps, &mut out);
            out.push_str("}\n");
        }
        out
    }
}

fn write_said(said: &LiteMap<String, Said>, out: &mut String) {
    if said.is_empty() {
        return;
    }
    let list =
        |texts: &[String]| texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ");
    let said: Vec<_> = said
        .iter()
        .map(|(name, Said { deck, fields, tags })| {
            let (name, deck) = (quoted(name), quoted(deck));
            let (fields, tags) = (list(fields), list(tags));
            format!("{name}: {{\"deck\": {deck}, \"fields\": [{fields}], \"tags\": [{tags}]}}")
        })
        .collect();
    out.push_str(&format!(", \"said\": {{{}}}", said.join(", ")));
}

fn write_stamps(stamps: &LiteMap<String, Stamp>, out: &mut String) {
    if stamps.is_empty() {
        return;
    }
    let stamps: Vec<_> = stamps
        .iter()
        .map(|(deck, Stamp { hash, modified })| {
            format!("{}: [{}, {modified}]", quoted(deck), quoted(hash))
        })
        .collect();
    out.push_str(&format!(", \"written\": {{{}}}", stamps.join(", ")));
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
            clozes: [("12".to_owned(), 2), ("yes: no ".repeat(999), 1)].into_iter().collect(),
            stamps: LiteMap::new_vec(),
            retired: true,
            said: [(
                "all".to_owned(),
                Said {
                    deck: "A::B".into(),
                    fields: vec!["<b>a</b> \"x\": {{c1::y}}".into(), String::new()],
                    tags: vec!["a::b".into()],
                },
            )]
            .into_iter()
            .collect(),
        };
        ledger.notes.insert(key.clone(), record.into());
        ledger.stamp_note(&key, "all", "12345678".into(), 1_795_392_000);
        ledger.stamp_note_type("all", "Recto Cloze", "0e1".into(), 7);
        let text = ledger.to_yaml();
        let (back, messages) = reread(&text);
        assert_eq!(messages, Vec::<String>::new());
        assert_eq!(super::super::lines::read(&text), Some(ledger.clone()), "{text}");
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
            ledger.stamp_note(&key, "all", "0".into(), 7);
        }
        assert_eq!(reread(&ledger.to_yaml()), (Some(ledger), Vec::new()));
    }

    #[test]
    fn a_broken_ledger_is_never_taken_as_empty() {
        for (text, message) in [
            ("<<<<<<< HEAD\nversion: 1\n", "two versions that were merged"),
            ("version: 1\n=======\n", "two versions that were merged"),
            ("version: 9\n", "version 9"),
            ("notes: []\n", "no `version`"),
            ("version: 1\nnote: []\n", "unknown key `note`"),
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

    /// As git leaves it where two people changed one note, and keeps both lines.
    #[test]
    fn a_note_that_stands_twice_is_one() {
        let text = "version: 1\nnotes:\n\
            - {topic: a, id: b, kind: cloze, text: one, path: p, clozes: [[1, x], [2, y]], \
               written: {d: [\"1\", 10], e: [\"1\", 30]}, retired: true}\n\
            - {topic: a, id: b, kind: cloze, text: two, path: q, clozes: [[1, x], [2, z]], \
               written: {d: [\"2\", 20]}}\n\
            - {topic: a, id: c, kind: cloze, written: {d: [\"2\", 20]}}\n\
            note-types:\n- {name: t, written: {d: [\"2\", 9]}}\n- {name: t, written: {d: [\"1\", 5]}}\n";
        let (ledger, messages) = reread(text);
        assert_eq!(messages, Vec::<String>::new());
        let ledger = ledger.expect("a ledger");
        assert_eq!(ledger.notes.len(), 2);
        let record = ledger.notes.values().next().expect("a note");
        let stamp = |hash: &str, modified| Stamp { hash: hash.into(), modified };
        // The one that was written last in any deck says what the note is now.
        assert_eq!((record.text.as_str(), record.path.as_str()), ("one", "p"));
        // Both may have numbered another cloze 2: the other gets a new number.
        let clozes = [("x".to_owned(), 1), ("y".to_owned(), 2)];
        assert_eq!(record.clozes, clozes.into_iter().collect());
        let stamps = [("d".to_owned(), stamp("2", 20)), ("e".to_owned(), stamp("1", 30))];
        assert_eq!(record.stamps, stamps.into_iter().collect());
        assert!(!record.retired);
        assert_eq!(ledger.note_types.values().collect::<Vec<_>>(), [&stamp("2", 9)]);
    }
}
