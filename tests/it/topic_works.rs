//! Works of CSL, of Hayagriva and of topics: the formats against each other, and
//! in a project.

use std::fs;

use recto::diag::{Diagnostics, Place};
use recto::model::{Bibliography, CiteKey};
use recto::source::{ProjectPath, Sources};

use crate::case::{build_memory, defaults, root, short};
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
    (bibliography, checked(diagnostics, &sources))
}

/// Returns messages, a line each, all of whose places are in their texts.
fn checked(diagnostics: Diagnostics, sources: &Sources) -> String {
    let mut lines = String::new();
    for diagnostic in diagnostics.sorted() {
        let place = match &diagnostic.place {
            Some(Place::Span(span)) => Some(*span),
            _ => None,
        };
        let hints = diagnostic.hints.iter().filter_map(|hint| hint.span);
        for span in place.into_iter().chain(hints) {
            let text = sources.text(span.file).get(span.start as usize..span.end as usize);
            assert!(text.is_some(), "{diagnostic:?}");
        }
        lines.push_str(&recto::diag::short(&diagnostic, sources));
        lines.push('\n');
    }
    lines
}

fn read_topic(text: &str) -> (Bibliography, String) {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let mut bibliography = Bibliography::default();
    let path = ProjectPath::new("sources/x.md").expect("a path");
    let topic =
        recto::read::read_topic(&path, text.into(), &defaults(), &mut sources, &mut diagnostics);
    recto::read::add_works(&topic.expect("a topic"), &mut bibliography, &mut diagnostics);
    (bibliography, checked(diagnostics, &sources))
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
    let json = r#"[{"id": "ofjson", "type": "book", "title": "In JSON", "issued": 2001}]"#;
    let hayagriva = "ofhayagriva:\n  type: book\n  title: In Hayagriva\n  date: 2002\n";
    let pandoc = "references:\n- {id: ofpandoc, type: book, title: In Pandoc, issued: 2003}\n";
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

#[test]
fn messages_about_a_bibliography_are_bounded() {
    let many = |text: &str, with: &dyn Fn(usize) -> String| {
        let works: Vec<String> = (0..50_000).map(|at| text.replace('@', &with(at))).collect();
        let (_, messages) = read_file("x.json", &format!("[{}]", works.join(",")));
        messages.lines().count()
    };
    assert!(many("7", &|_| String::new()) < 1_100);
    let unknown = r#"{"id": "a@", "type": "book", "title": "T", "x@y": 1}"#;
    assert!(many(unknown, &|at| at.to_string()) < 1_100);
    let list =
        format!(r#"[{{"id": "a", "type": "book", "author": [{}true]}}]"#, "true,".repeat(50_000));
    assert_eq!(read_file("x.json", &list).1.lines().count(), 1);
}
