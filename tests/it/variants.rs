//! Variants of handouts: students find no answer in theirs, teachers have the same
//! pages, and the key has the same numbers.

use std::collections::BTreeSet;

use lopdf::{Document, Object};

use crate::case::{Outcome, artifact, build_memory};

/// A topic whose words are `w001`, …, each once, and whose answers begin with `q`.
const TOPIC: &str = include_str!("../suite/write/pdf/blanks.md");

fn outcome(handouts: &str) -> Outcome {
    let manifest = format!("title: T\nbooks: []\ndecks: []\nhandouts:\n  - {{{handouts}}}\n");
    let files = [("recto.yaml", manifest.as_bytes()), ("sources/blanks.md", TOPIC.as_bytes())];
    let outcome = build_memory(&files);
    assert!(!outcome.diagnostics.has_errors(), "{handouts}");
    outcome
}

/// The words of each page.
fn pages(bytes: &[u8]) -> Vec<Vec<String>> {
    let document = Document::load_mem(bytes).expect("a PDF");
    let pages = document.get_pages().into_keys();
    let text = pages.map(|page| document.extract_text(&[page]).expect("text"));
    text.map(|text| {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    })
    .collect()
}

fn is_answer(word: &str) -> bool {
    let mut chars = word.chars();
    word == "qteacher"
        || (chars.next() == Some('q') && chars.next().is_some_and(|c| c.is_ascii_digit()))
        || matches!(word, "titles" | "concealed")
}

fn answers() -> BTreeSet<String> {
    let marked = TOPIC.split("==").skip(1).step_by(2);
    let words = marked.flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    words.filter(|word| is_answer(word)).map(str::to_owned).collect()
}

/// Whatever the document holds besides its pages' text: strings, names, and
/// streams that are no drawing.
fn hidden(bytes: &[u8]) -> String {
    fn push(object: &Object, out: &mut String) {
        match object {
            Object::String(text, _) => {
                // Text is Latin, or UTF-16 behind a mark.
                let plain: Vec<u8> = text.iter().copied().filter(|byte| *byte != 0).collect();
                *out += &String::from_utf8_lossy(&plain);
                out.push(' ');
            }
            Object::Array(items) => items.iter().for_each(|item| push(item, out)),
            Object::Dictionary(entries) => entries.iter().for_each(|(_, value)| push(value, out)),
            Object::Stream(stream) => {
                stream.dict.iter().for_each(|(_, value)| push(value, out));
                let contents = stream.decompressed_content().unwrap_or_default();
                *out += &String::from_utf8_lossy(&contents);
            }
            _ => {}
        }
    }
    let document = Document::load_mem(bytes).expect("a PDF");
    let mut out = String::new();
    document.objects.values().for_each(|object| push(object, &mut out));
    push(&Object::Dictionary(document.trailer.clone()), &mut out);
    out
}

#[test]
fn students_find_no_answer_in_their_handout() {
    let outcome = outcome("variants: [student, teacher]");
    let student = artifact(&outcome, "blanks.student.pdf");
    let found: Vec<String> =
        pages(student).concat().into_iter().filter(|word| is_answer(word)).collect();
    assert!(found.is_empty(), "{found:?}");
    let hidden_student = hidden(student);
    for answer in answers() {
        assert!(!hidden_student.contains(&answer), "{answer}");
    }
    // The search would find them: the teacher's title and bookmarks have some.
    assert!(hidden(artifact(&outcome, "blanks.teacher.pdf")).contains("titles"));
    // Each blank says that it is one.
    let count = TOPIC.matches("==").count() / 2 - 1;
    let said = hidden_student.matches("blank ").count();
    assert!(said >= count, "{said} of {count}");
}

#[test]
fn pages_of_students_and_teachers_break_alike() {
    for layout in
        ["layout: handout", "options: {columns: 2}", "layout: handout-compact", "layout: notes"]
    {
        let outcome = outcome(&format!("variants: [student, teacher], {layout}"));
        let plain = |name: &str| -> Vec<Vec<String>> {
            let pages = pages(artifact(&outcome, name)).into_iter();
            let is_plain = |word: &String| {
                word.starts_with('w') && word[1..].chars().all(|c| c.is_ascii_digit())
            };
            pages.map(|page| page.into_iter().filter(is_plain).collect()).collect()
        };
        let (student, teacher) = (plain("blanks.student.pdf"), plain("blanks.teacher.pdf"));
        assert!(student.len() > 1, "{layout}");
        // What is for teachers alone comes last here.
        for (number, (student, teacher)) in student.iter().zip(&teacher).enumerate() {
            assert_eq!(student, teacher, "{layout}, page {}", number + 1);
        }
    }
}

#[test]
fn teachers_have_all_and_the_key_has_the_numbers() {
    let outcome = outcome("variants: [full, student, teacher, answers]");
    let words = |name: &str| -> BTreeSet<String> {
        pages(artifact(&outcome, name)).concat().into_iter().collect()
    };
    let missing = |name: &str| -> Vec<String> {
        let there = words(name);
        answers().into_iter().filter(|answer| !there.contains(answer)).collect()
    };
    assert_eq!(missing("blanks.teacher.pdf"), Vec::<String>::new());
    assert_eq!(missing("blanks.pdf"), ["qteacher"]);
    assert_eq!(missing("blanks.answers.pdf"), ["qteacher"]);
    assert!(words("blanks.teacher.pdf").contains("wteacher"));
    assert!(!words("blanks.student.pdf").contains("wteacher"));
    // Numbers run from 1, in the order of the text.
    let key = pages(artifact(&outcome, "blanks.answers.pdf")).concat();
    let mut expected = 1;
    for word in &key {
        if *word == expected.to_string() {
            expected += 1;
        }
    }
    let count = TOPIC.matches("==").count() / 2 - 1;
    assert!(expected > count, "{expected} of {count}: {key:?}");
}
