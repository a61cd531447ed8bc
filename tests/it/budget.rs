//! Handouts that may take so many pages: how their layouts are set, and what is
//! said of it.

use std::fmt::Write;

use lopdf::content::Content;
use lopdf::{Document, Object};

use crate::case::{Outcome, artifact, build_memory, short};

/// A topic of `sections` sections with words that are to be learned.
fn topic(sections: usize) -> String {
    let mut text = String::from("---\ntitle: Long\nid: long\nsummary: In short.\n---\n");
    for section in 1..=sections {
        let _ = writeln!(text, "\n## Section {section}\n");
        for bullet in 1..=6 {
            let _ = writeln!(
                text,
                "- Bullet {bullet} of section {section} has ==words== that run on for about two lines of text in a column, so that a section of six bullets takes a good part of a page.",
            );
        }
    }
    text
}

fn outcome(handouts: &str, sections: usize) -> Outcome {
    let manifest = format!("title: Pages\nbooks: []\ndecks: []\nhandouts: [{handouts}]\n");
    let topic = topic(sections);
    let files = [("recto.yaml", manifest.as_bytes()), ("sources/long.md", topic.as_bytes())];
    build_memory(&files)
}

fn pages(outcome: &Outcome, name: &str) -> usize {
    let document = Document::load_mem(artifact(outcome, name)).expect("a PDF");
    document.get_pages().len()
}

/// The sizes of all text, in points.
fn sizes(pdf: &[u8]) -> Vec<f32> {
    let document = Document::load_mem(pdf).expect("a PDF");
    let mut sizes = Vec::new();
    for page in document.get_pages().into_values() {
        let content = document.get_page_content(page);
        for operation in Content::decode(&content).expect("operations").operations {
            if operation.operator == "Tf" {
                sizes.push(operation.operands[1].as_float().expect("a size"));
            }
        }
    }
    let is_form = |object: &&Object| {
        let stream = object.as_stream().ok();
        stream.is_some_and(|stream| {
            stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Form")
        })
    };
    let forms = document.objects.values().filter(is_form);
    assert_eq!(forms.count(), 0, "text may stand in forms, too");
    sizes
}

#[test]
fn layouts_are_set_tighter_until_pages_suffice() {
    let usual = outcome("{}", 7);
    assert_eq!(pages(&usual, "long.pdf"), 3);
    assert!(usual.built.account.fitted.is_empty());

    let two = outcome("{pages: 2}", 7);
    assert_eq!(pages(&two, "long.pdf"), 2);
    let [(path, count, measure)] = two.built.account.fitted.as_slice() else {
        panic!("one handout was fitted: {:?}", two.built.account.fitted)
    };
    assert_eq!((path.as_str(), *count), ("handouts/long.pdf", 2));
    assert_eq!(measure, "columns 2, size 10pt, pictures 0.9");

    // What is given stays; what suffices stays as it is.
    let given = outcome("{sheets: 1, options: {size: 9pt}}", 7);
    assert_eq!(pages(&given, "long.pdf"), 2);
    assert!(given.built.account.fitted.is_empty(), "{:?}", given.built.account.fitted);
    let enough = outcome("{pages: 3}", 7);
    assert_eq!(artifact(&enough, "long.pdf"), artifact(&usual, "long.pdf"));
}

#[test]
fn what_is_too_long_is_told_and_made() {
    let outcome = outcome("{pages: 1}", 9);
    assert!(pages(&outcome, "long.pdf") > 1);
    assert!(outcome.built.account.fitted.is_empty());
    let said = short(outcome.diagnostics, &outcome.sources);
    let start = "recto.yaml:4:20: warning: `handouts/long.pdf` takes 2 pages instead of 1: it is ";
    assert!(said.starts_with(start), "{said}");
    assert!(said.contains(" too long, even with columns 2, size 9pt, pictures 0.45"), "{said}");
}

#[test]
fn students_and_teachers_have_the_same_measure() {
    let outcome = outcome("{pages: 3, variants: [student, answers, teacher]}", 7);
    let text = |name: &str| -> Vec<String> {
        let document = Document::load_mem(artifact(&outcome, name)).expect("a PDF");
        let pages = document.get_pages().into_keys();
        let first = |page| {
            let text = document.extract_text(&[page]).expect("text");
            text.split_whitespace().filter(|word| *word != "words").take(30).collect()
        };
        pages.map(first).collect()
    };
    assert!(pages(&outcome, "long.student.pdf") <= 3);
    assert_eq!(text("long.student.pdf"), text("long.teacher.pdf"));
    let measures: Vec<_> =
        outcome.built.account.fitted.iter().map(|(_, _, measure)| measure).collect();
    assert_eq!(measures.len(), 2);
    assert_eq!(measures[0], measures[1]);
}

#[test]
fn large_print_is_large() {
    for layout in ["handout", "notes"] {
        let large = outcome(&format!("{{layout: {layout}, large-print: true}}"), 3);
        let all = sizes(artifact(&large, "long.pdf"));
        assert!(all.iter().all(|size| *size > 11.99), "{layout}: {all:?}");
        assert!(all.contains(&14.0), "{layout}: {all:?}");
        let tight = outcome(&format!("{{layout: {layout}, large-print: true, pages: 1}}"), 9);
        let all = sizes(artifact(&tight, "long.pdf"));
        assert!(all.iter().all(|size| *size > 11.99), "{layout}: {all:?}");
    }
}
