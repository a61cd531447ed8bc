//! Notes that are gone from the sources, for learners who have them.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::Arc;

use recto::files::MemoryFiles;
use recto::pipeline::{Request, Results};
use recto::source::ProjectPath;
use rusqlite::{Connection, MAIN_DB};

use crate::case::{Outcome, artifact, build_request, request};

const MANIFEST: &str = "title: Deck\nidentifier: urn:example:retired\nhandouts: []\nbooks: []\n\
    decks: [{name: all}]\n";
const KEPT: &str = "- A ==meniscus== rises.\n";
const GONE: &str = "- A film shows ==the old sign==, & more.\n";

fn memory(files: &[(&str, &[u8])]) -> MemoryFiles {
    let mut memory = MemoryFiles::default();
    for (path, bytes) in files {
        memory.insert(ProjectPath::new(path).expect("a path"), *bytes);
    }
    memory
}

/// Builds the deck of some bullets, with the ledger and the results of an earlier build.
fn build(bullets: &str, ledger: &str, results: Option<&Outcome>, now: i64) -> Outcome {
    let topic =
        format!("---\ntitle: Pleura\nid: pleura\ntags: [chest]\n---\n\n## Signs\n\n{bullets}");
    let files = memory(&[
        ("recto.yaml", MANIFEST.as_bytes()),
        ("sources/pleura.md", topic.as_bytes()),
        ("cards.lock", ledger.as_bytes()),
    ]);
    let results = results.map_or_else(Results::default, |last| {
        let files = last.built.artifacts.iter().map(|file| (file.path.as_str(), &file.bytes[..]));
        Results::of(Arc::new(memory(&files.collect::<Vec<_>>())))
    });
    let outcome = build_request(&files, &Request { now, results, ..request() });
    assert!(!outcome.diagnostics.has_errors());
    outcome
}

fn ledger(outcome: &Outcome) -> &str {
    outcome.built.ledger.as_deref().expect("a ledger")
}

/// Returns the notes of a package by their guids: fields, tags, and when they changed.
fn notes(package: &[u8]) -> BTreeMap<String, (String, String, i64)> {
    let mut bytes = Vec::new();
    let mut zip = zip::ZipArchive::new(Cursor::new(package)).expect("a zip");
    let mut file = zip.by_name("collection.anki2").expect("a collection");
    file.read_to_end(&mut bytes).expect("the collection");
    let mut connection = Connection::open_in_memory().expect("SQLite");
    connection.deserialize_read_exact(MAIN_DB, &bytes[..], bytes.len(), true).expect("a database");
    let mut query = connection.prepare("SELECT guid, flds, tags, mod FROM notes").expect("a query");
    let rows =
        query.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))));
    rows.expect("rows").map(|row| row.expect("a row")).collect()
}

fn has(outcome: &Outcome, path: &str) -> bool {
    outcome.built.artifacts.iter().any(|file| file.path.as_str().ends_with(path))
}

#[test]
fn a_retired_note_is_there_once_more_as_it_was() {
    let both = format!("{KEPT}{GONE}");
    let first = build(&both, "", None, 1000);
    let all = notes(artifact(&first, "decks/all.apkg"));
    assert_eq!((all.len(), has(&first, "retired.apkg")), (2, false));

    let second = build(KEPT, ledger(&first), Some(&first), 2000);
    assert_eq!(second.built.changes.retired.len(), 1);
    assert_eq!(second.built.changes.forgotten, []);
    let here = notes(artifact(&second, "decks/all.apkg"));
    let gone = notes(artifact(&second, "decks/all/retired.apkg"));
    assert_eq!((here.len(), gone.len()), (1, 1));
    let (guid, (fields, tags, modified)) = gone.iter().next().expect("the note");
    let (was, _, _) = &all[guid];
    // All that it said stays, but where to read on.
    assert_eq!(&fields.replace("No longer in this deck.", ""), was);
    assert!(fields.contains("No longer in this deck.") && tags.contains(" retired "), "{tags}");
    assert_eq!((tags.as_str(), *modified), (" chest retired ", 2000));
    let csv = String::from_utf8_lossy(artifact(&second, "decks/all/retired.csv"));
    assert!(csv.contains("\n#tags:retired\n") && csv.contains(guid.as_str()), "{csv}");
    let readme = String::from_utf8_lossy(artifact(&second, "decks/all/README.txt"));
    assert!(readme.contains("retired.apkg"), "{readme}");

    // From now on the ledger knows, and results are no longer asked.
    let third = build(KEPT, ledger(&second), None, 3000);
    assert_eq!(ledger(&third), ledger(&second));
    for file in ["decks/all/retired.apkg", "decks/all/retired.csv", "decks/all/README.txt"] {
        assert!(artifact(&third, file) == artifact(&second, file), "{file}");
    }

    // What comes back is newer than what was retired, and no longer said to be.
    let fourth = build(&both, ledger(&third), Some(&third), 1500);
    assert!(!has(&fourth, "retired.apkg"));
    let back = &notes(artifact(&fourth, "decks/all.apkg"))[guid];
    assert_eq!((&back.0, back.1.as_str(), back.2), (was, " chest ", 2001));
    assert!(!ledger(&fourth).contains("said:"));
}

/// Somebody may have thrown the results away, or put something else there.
#[test]
fn what_nobody_knows_any_more_is_said() {
    let first = build(&format!("{KEPT}{GONE}"), "", None, 1000);
    let mut broken = build(&format!("{KEPT}{GONE}"), "", None, 1000);
    for file in &mut broken.built.artifacts {
        file.bytes = b"no package".to_vec();
    }
    for results in [None, Some(&broken)] {
        let second = build(KEPT, ledger(&first), results, 2000);
        assert_eq!(second.built.changes.retired, second.built.changes.forgotten);
        assert_eq!(second.built.changes.forgotten.len(), 1);
        assert!(!has(&second, "retired.apkg"));
    }
}
