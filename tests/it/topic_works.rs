//! Works of CSL, of Hayagriva and of topics: the formats against each other, and
//! in a project.

use std::fs;

use recto::diag::Diagnostics;
use recto::model::{Bibliography, CiteKey};
use recto::source::{ProjectPath, Sources};

use crate::case::{build_memory, defaults, messages, root, short};
use crate::works::show;

fn suite(name: &str) -> String {
    fs::read_to_string(root().join("tests/suite/works").join(name)).expect("a case")
}

fn lines(bibliography: &Bibliography) -> Vec<String> {
    let none = CiteKey::new("-").expect("a key");
    bibliography.references.values().map(|reference| show(&none, reference)).collect()
}

fn read_file(name: &str, text: &str) -> (Bibliography, String) {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let mut bibliography = Bibliography::default();
    let path = ProjectPath::new(&format!("sources/{name}")).expect("a path");
    recto::read::read_bibliography(
        &path,
        text.as_bytes().to_vec(),
        &mut bibliography,
        &mut sources,
        &mut diagnostics,
    );
    (bibliography, messages(diagnostics, &sources))
}

fn read_topic(text: &str) -> (Bibliography, String) {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let mut bibliography = Bibliography::default();
    let path = ProjectPath::new("sources/x.md").expect("a path");
    let topic =
        recto::read::read_topic(&path, text.into(), &defaults(), &mut sources, &mut diagnostics);
    recto::read::add_works(&topic.expect("a topic"), &mut bibliography, &mut diagnostics);
    (bibliography, messages(diagnostics, &sources))
}

#[test]
fn a_front_matter_says_what_a_file_says() {
    let file = suite("ten/pandoc.yaml");
    let list = file.strip_prefix("---\n").and_then(|text| text.strip_suffix("...\n"));
    // Which is for files alone.
    let list = list.expect("a list").replace(
        "  issued:\n  - {year: 2015, month: 12}\n  - {year: 2016, month: 1}\n",
        "  issued: 2015-12/2016-01\n",
    );
    let (topic, messages) = read_topic(&format!("---\ntitle: x\n{list}---\n"));
    assert_eq!(messages, "");
    assert_eq!(lines(&topic), lines(&read_file("ten.yaml", &file).0));
}

#[test]
fn hayagriva_says_what_csl_says() {
    let (hayagriva, messages) = read_file("x.yaml", &suite("hayagriva-ten.yaml"));
    assert_eq!(messages, "");
    let sayable = |work: &String| {
        let lines = work.lines().filter(|line| {
            // It has no words for these.
            !line.starts_with("    keyword: ") && !line.starts_with("    status: ")
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let csl = read_file("ten.json", &suite("ten/csl.json")).0;
    let ours: Vec<String> = lines(&hayagriva).iter().map(sayable).collect();
    let theirs: Vec<String> = lines(&csl).iter().map(sayable).collect();
    assert_eq!(ours.len(), 10);
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs, "Hayagriva (left) and CSL (right)");
    }
}

const TOPIC: &str = "---
title: A topic
references:
  - ofhayagriva
  - Agarwala R. Extramedullary hematopoiesis (EMH). Applied Radiology, April 2006
  - {id: own, type: book, title: Of its own, issued: 2001}
---

Text [@ofjson; @ofpandoc; @own; @ofother].
";

const OTHER: &str = "title: Another
id: other
references:
  - Agarwala R. Extramedullary hematopoiesis (EMH). Applied Radiology, April 2006
  - {id: ofother, text: 'Doe J. As it is written, 1999'}
text: Text [@own].
";

#[test]
fn a_project_takes_works_wherever_they_stand() {
    let json = r#"[{"id": "ofjson", "type": "book", "title": "In JSON"}]"#;
    let hayagriva = "ofhayagriva:\n  type: book\n  title: In Hayagriva\n";
    let pandoc = "references:\n- {id: ofpandoc, type: book, title: In Pandoc}\n";
    let outcome = build_memory(&[
        ("sources/topic.md", TOPIC.as_bytes()),
        ("sources/other.yaml", OTHER.as_bytes()),
        ("sources/works.json", json.as_bytes()),
        ("sources/hayagriva.yaml", hayagriva.as_bytes()),
        ("sources/pandoc.yml", pandoc.as_bytes()),
        ("sources/data.json", br#"{"any": ["other", {"type": "JSON"}]}"#),
    ]);
    assert_eq!(short(outcome.diagnostics, &outcome.sources), "");
    let edition = outcome.editions.first().expect("a book");
    let keys: Vec<&str> = edition
        .references
        .iter()
        .flat_map(|list| &list.items)
        .map(|work| if work.key.is_unnamed() { "-" } else { work.key.as_str() })
        .collect();
    // The entry that both topics have is listed once.
    assert_eq!(keys.len(), 6, "{keys:?}");
    for key in ["ofjson", "ofhayagriva", "ofpandoc", "own", "ofother", "-"] {
        assert!(keys.contains(&key), "{key}: {keys:?}");
    }
}

#[test]
fn broken_bibliographies_are_read_or_refused() {
    for name in ["zotero.json", "items.json", "hayagriva.yaml", "pandoc.yaml"] {
        let text = suite(name);
        let cuts = text.char_indices().map(|(at, _)| at).filter(|at| at % 7 == 0);
        for at in cuts {
            read_file(name, &text[..at]);
        }
        for sign in ["\"", "{", "]", ":", "\\", "<", "&", "*", "-", "0", "\n"] {
            for at in text.char_indices().map(|(at, _)| at).filter(|at| at % 31 == 0) {
                read_file(name, &format!("{}{sign}{}", &text[..at], &text[at..]));
            }
        }
    }
}
