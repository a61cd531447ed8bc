//! What is put into pages once they are set: their numbers, heads and feet, and where links
//! lead.

use lopdf::{Dictionary, Document, Object};

use crate::case::{build_memory, short};

fn handout(publication: &str, topic: &str, more: &str) -> Document {
    let manifest = format!("{more}handouts: [{publication}]\nbooks: []\ndecks: []\n");
    let outcome =
        build_memory(&[("recto.yaml", manifest.as_bytes()), ("sources/t.md", topic.as_bytes())]);
    let artifact = outcome.built.artifacts.first().map(|artifact| artifact.bytes.clone());
    assert_eq!(short(outcome.diagnostics, &outcome.sources), "", "{publication}");
    Document::load_mem(&artifact.expect("a handout")).expect("a PDF")
}

/// A topic of more than nine pages.
fn long(head: &str) -> String {
    let paragraph = "Fluid gathers where it is lowest and moves with the patient. ".repeat(12);
    let section = format!("{paragraph}\n\n").repeat(7);
    let sections: String =
        (1..=12).map(|number| format!("## Part {number}\n\n{section}")).collect();
    format!("---\ntitle: A long topic\n{head}---\n\n{sections}")
}

fn said(document: &Document) -> Vec<String> {
    let pages = document.get_pages().into_keys();
    let text = |page| document.extract_text(&[page]).expect("text");
    pages.map(|page| text(page).split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn pages_have_their_numbers_heads_and_feet() {
    for layout in ["handout", "notes", "{layout: handout, options: {columns: 2}}"] {
        let publication = if layout.starts_with('{') {
            layout.to_owned()
        } else {
            format!("{{layout: {layout}}}")
        };
        let topic = long("license: CC-BY-4.0\nstatus: draft\n");
        let pages = said(&handout(&publication, &topic, "title: The course\n"));
        let count = pages.len();
        assert!(count > 9, "{layout}: {count} pages");
        for (place, page) in pages.iter().enumerate() {
            let numbered = format!("Page {} of {count}", place + 1);
            assert!(page.contains(&numbered), "{layout}: no `{numbered}` in {page}");
            assert!(!page.contains("0 1 2"), "{layout}: {page}");
            assert_eq!(page.contains("CC BY 4.0"), place == 0, "{layout}: {page}");
            assert_eq!(page.contains("The course"), place > 0, "{layout}: {page}");
            assert_eq!(page.matches("Draft").count(), 1, "{layout}: {page}");
        }
    }
}

#[test]
fn numbers_of_pages_that_run_from_right_to_left_are_whole() {
    let topic = long("lang: he\n");
    let pages = said(&handout("{layout: handout}", &topic, "title: T\nlang: he\n"));
    let count = pages.len().to_string();
    assert!(pages.len() > 9);
    for (place, page) in pages.iter().enumerate() {
        let number = (place + 1).to_string();
        assert!(page.split_whitespace().any(|word| word == number), "{number} in {page}");
        assert!(page.split_whitespace().any(|word| word == count), "{count} in {page}");
    }
}

/// The annotations of all pages.
fn annotations(document: &Document) -> Vec<&Dictionary> {
    let pages = document.get_pages().into_values();
    let of_page = |page| document.get_page_annotations(page).expect("annotations");
    pages.flat_map(of_page).collect()
}

#[test]
fn links_lead_to_their_places_and_say_which() {
    for (language, word) in [("en", "page"), ("de", "Seite")] {
        let mut topic = long("");
        topic.push_str("See [the first part](#part-1) and [the last](#part-12).\n");
        let manifest = format!("title: T\nlang: {language}\n");
        let document = handout("{layout: handout}", &topic, &manifest);
        let links = annotations(&document);
        assert_eq!(links.len(), 2, "{language}");
        let mut pages = Vec::new();
        for link in links {
            assert!(!link.has(b"A"), "{link:?}");
            assert!(
                matches!(link.get(b"Dest"), Ok(Object::Name(_) | Object::String(..))),
                "{link:?}"
            );
            let told = link.get(b"Contents").and_then(Object::as_str).expect("what it says");
            pages.push(lopdf::decode_text_string(&Object::string_literal(told)).expect("text"));
        }
        let last = said(&document).iter().position(|page| page.contains("Part 12 "));
        let ends = [format!("{word} 1"), format!("{word} {}", last.expect("a page") + 1)];
        for (told, end) in pages.iter().zip(&ends) {
            assert!(told.ends_with(end.as_str()), "{language}: {pages:?}, not {ends:?}");
        }
    }
}
