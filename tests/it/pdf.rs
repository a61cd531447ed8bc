//! Pages: the data that layouts get, and what is in the finished files.

use std::sync::Arc;

use lopdf::{Document, Object};
use recto::files::NoCache;
use recto::fonts::Fonts;
use recto::model::{Date, FigureStyle, ImageSettings, PressSettings, Variant};
use recto::picture::Renditions;
use recto::write::pdf::{self, Kind, Options, Typefaces};
use serde_json::{Value, json};

use crate::case::{Outcome, artifact, build, build_memory, compare, layout, root};

fn fixture(name: &str) -> Outcome {
    let outcome = build(&root().join("tests/fixtures/valid").join(name));
    assert!(
        !outcome.diagnostics.has_errors(),
        "{}",
        crate::case::messages(outcome.diagnostics, &outcome.sources)
    );
    outcome
}

/// Every dress of text in every other: Typst cannot tag all that it can draw.
#[test]
fn dresses_of_text_can_be_worn_over_each_other() {
    let dresses = [
        ("*", "*"),
        ("**", "**"),
        ("~~", "~~"),
        ("==", "=="),
        ("^", "^"),
        ("~", "~"),
        ("[", "](https://example.org)"),
        ("[", "](#a)"),
    ];
    let mut topic = String::from("---\ntitle: Dresses\n---\n\n## A\n\n");
    for (number, (open, close)) in dresses.into_iter().enumerate() {
        for (place, (inner, end)) in dresses.into_iter().enumerate() {
            let text = format!("{open}x{inner}y{end}z{close} and `code`, $x$: {number}.{place}");
            topic.push_str(&format!("{text}\n\n"));
        }
    }
    let outcome = build_memory(&[("sources/dresses.md", topic.as_bytes())]);
    let messages = crate::case::messages(outcome.diagnostics, &outcome.sources);
    assert!(messages.is_empty(), "{messages}");
}

/// What the layout of a book gets of the first edition.
fn data_of(outcome: &Outcome) -> String {
    let date = Date { year: 2026, month: 1, day: 2 };
    let renditions = Renditions::new(Arc::new(NoCache));
    let print = ImageSettings::default().print;
    let figures = FigureStyle::default();
    let renditions = &renditions;
    let typefaces = &Typefaces::of(&Fonts::default());
    let kind = Kind::Book;
    let press = PressSettings::default();
    let variant = Variant::Full;
    let options = Options {
        kind,
        paper: "a4",
        figures,
        variant,
        press,
        date,
        typefaces,
        renditions,
        print,
        cards: None,
        cover: None,
    };
    let edition = outcome.editions.first().expect("a book");
    pdf::layout_data(edition, &layout("book"), &options)
}

#[test]
fn the_data_of_a_layout() {
    compare("write/pdf/small.json", &(data_of(&fixture("small")) + "\n"));
}

/// What is rare has rules of its own in layouts, where the data says that it is there.
#[test]
fn the_data_says_what_a_document_holds() {
    let cases = [
        ("words, and `\"type\":\"quote\"`-less \"type\":\"table\"", vec!["code"]),
        ("> words", vec!["quote"]),
        ("```\nwords\n```", vec!["code"]),
        ("Term\n: what it is", vec!["definitions"]),
        ("words[^1]\n\n[^1]: a note", vec!["footnote"]),
        ("$x^2$", vec!["math"]),
        ("$$\nx^2\n$$", vec!["math"]),
        ("| a | b |\n|---|---|\n| - | $x$ |", vec!["math", "table"]),
        ("- words\n\n  > more\n\n  > `x`", vec!["code", "quote"]),
        ("words \"type\":\"math\"", vec![]),
    ];
    for (text, expected) in cases {
        let topic = format!("---\ntitle: t\n---\n{text}\n");
        let files: [(&str, &[u8]); 2] =
            [("sources/t.md", topic.as_bytes()), ("recto.yaml", b"handouts: []\nbooks: [{}]\n")];
        let outcome = build_memory(&files);
        assert!(!outcome.diagnostics.has_errors(), "{text}");
        let data: Value = serde_json::from_str(&data_of(&outcome)).expect("JSON");
        assert_eq!(data["holds"], json!(expected), "{text}");
    }
}

#[test]
fn a_handout_is_tagged_and_says_what_it_is() {
    let outcome = fixture("small");
    let document = Document::load_mem(artifact(&outcome, "handouts/first.pdf")).expect("a PDF");
    let catalog = document.catalog().expect("a catalog");
    assert!(catalog.has(b"StructTreeRoot"));
    assert_eq!(catalog.get(b"Lang").and_then(Object::as_str).expect("a language"), b"en");
    let mut titles = Vec::new();
    let outlines = catalog.get(b"Outlines").and_then(Object::as_reference).expect("an outline");
    collect_titles(&document, outlines, &mut titles);
    let clean = "The figures without marks";
    assert_eq!(titles, ["A first topic", "One section", "Deeper", clean, "References"]);
    let text = document.extract_text(&[1]).expect("text");
    assert!(text.contains("Figure 1"), "{text}");
}

fn collect_titles(document: &Document, id: lopdf::ObjectId, titles: &mut Vec<String>) {
    let dictionary = document.get_dictionary(id).expect("an outline item");
    if let Ok(title) = dictionary.get(b"Title") {
        titles.push(lopdf::decode_text_string(title).expect("a title"));
    }
    for key in [b"First".as_slice(), b"Next"] {
        if let Ok(next) = dictionary.get(key).and_then(Object::as_reference) {
            collect_titles(document, next, titles);
        }
    }
}

#[test]
fn code_in_text_stays_text() {
    let text = "#set text(red) #import \"x\" $x$ \\#panic() {{ x }} {% y %} <\\!--";
    let topic = format!("---\ntitle: t\n---\n{text}\n");
    let outcome = build_memory(&[("sources/t.md", topic.as_bytes())]);
    assert!(!outcome.diagnostics.has_errors());
    let document = Document::load_mem(artifact(&outcome, "handouts/t.pdf")).expect("a PDF");
    let shown = document.extract_text(&[1]).expect("text").replace('\n', " ");
    assert!(shown.contains("#set text(red) #import"), "{shown}");
    assert!(shown.contains("{{ x }} {% y %}"), "{shown}");
}

#[test]
fn a_mistake_in_a_layout_is_shown_at_its_line() {
    let layout = b"#import \"/layouts/recto/recto.typ\": *\n#let x = data.nothing\n";
    let outcome = build_memory(&[
        ("sources/t.md", b"---\ntitle: t\n---\nx\n"),
        ("layouts/handout/handout.typ", layout),
    ]);
    let messages = crate::case::messages(outcome.diagnostics, &outcome.sources);
    assert!(
        messages.starts_with("2:15-2:22 error[broken-layout]: the layout `handout` fails"),
        "{messages}"
    );
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    let (first, second) = (fixture("small"), fixture("small"));
    assert_eq!(first.built.artifacts.len(), second.built.artifacts.len());
    for (one, other) in first.built.artifacts.iter().zip(&second.built.artifacts) {
        assert_eq!(one.path, other.path);
        assert!(one.bytes == other.bytes, "{} differs", one.path);
    }
    assert_eq!(first.built.ledger, second.built.ledger);
}

#[test]
fn formulas_are_set_and_say_what_they_are() {
    let text = include_str!("../suite/write/pdf/formulas.md");
    let outcome = build_memory(&[("sources/formulas.md", text.as_bytes())]);
    let artifacts = outcome.built.artifacts;
    let handout = artifacts.iter().find(|one| one.path.as_str() == "handouts/formulas.pdf");
    let said = crate::case::messages(outcome.diagnostics, &outcome.sources);
    let handout = handout.unwrap_or_else(|| panic!("no handout: {said}"));
    assert_eq!(said, "");
    let document = Document::load_mem(&handout.bytes).expect("a PDF");
    let formulas: Vec<_> = document
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter(|dictionary| {
            dictionary.get(b"S").and_then(Object::as_name).is_ok_and(|name| name == b"Formula")
        })
        .collect();
    assert!(formulas.iter().all(|formula| formula.has(b"Alt")), "a formula says nothing");
    assert!(formulas.len() > 35, "only {} formulas", formulas.len());
}
