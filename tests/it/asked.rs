//! What is asked of text that nobody marked.

use std::fmt::Write as _;

use crate::case::{artifact, build, build_memory, compare, messages, root};

#[test]
fn structure_asks_where_the_kind_of_a_section_says_so() {
    let outcome = build(&root().join("tests/fixtures/valid/structure"));
    let notes = artifact(&outcome, "decks/structure/notes.csv");
    let notes = std::str::from_utf8(notes).expect("UTF-8");
    let rows: String =
        notes.lines().filter(|line| !line.starts_with('#')).flat_map(|line| [line, "\n"]).collect();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(rows.as_bytes());
    let mut text = String::new();
    for row in reader.records() {
        let row = row.expect("a row");
        let field = |at: usize| row.get(at).unwrap_or_default().trim().replace('\n', "\\n");
        writeln!(text, "{}\n  {}\n  {}", field(4), field(3), field(5)).expect("a string");
    }
    compare("write/anki/structure.txt", &text);
    let said = messages(outcome.diagnostics, &outcome.sources);
    compare("write/anki/structure.messages.txt", &said);
}

/// A list whose order came to matter keeps the notes that its marks had.
#[test]
fn an_ordered_list_keeps_its_notes() {
    let guids = |control: &str| {
        let topic =
            format!("---\ntitle: t\n---\n\n## S\n\n{control}1. ==one== is\n2. ==two== was\n");
        let outcome = build_memory(&[("sources/t.md", topic.as_bytes())]);
        let notes = String::from_utf8_lossy(artifact(&outcome, "decks/untitled/notes.csv"));
        let rows = notes.lines().filter(|line| !line.starts_with('#'));
        rows.map(|row| row.split(',').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(guids("").len(), 2);
    assert_eq!(guids("{.ordered}\n\n"), guids(""));
}
