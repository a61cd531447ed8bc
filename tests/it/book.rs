//! Books in parts, and sections by their kinds: one project through all outputs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read};

use lopdf::{Document, Object, ObjectId};
use recto::model::{Edition, Section, plain_text};

use crate::case::{Outcome, artifact, build, build_memory, compare, messages, root};

fn book() -> Outcome {
    let outcome = build(&root().join("tests/fixtures/valid/book"));
    let errors = outcome.diagnostics.has_errors();
    assert!(!errors, "{}", messages(outcome.diagnostics, &outcome.sources));
    outcome
}

#[test]
fn topics_stand_where_the_manifest_puts_them() {
    let outcome = book();
    let mut text = String::new();
    for edition in &outcome.editions {
        writeln!(text, "book in {}", edition.metadata.language).expect("a string");
        for (place, topic) in edition.topics.iter().enumerate() {
            let outline = &edition.outline;
            let part = outline.part(place).map(|part| outline.parts[part].title.as_str());
            let number = outline.chapter_number(place);
            let (matter, id) = (outline.matter(place).name(), &topic.id.value);
            let language = topic.language.as_ref().map(ToString::to_string);
            writeln!(text, "  {matter} {number:?} {part:?} {id} {language:?}").expect("a string");
            sections(&topic.sections, edition, 2, &mut text);
        }
    }
    compare("resolve/book.txt", &text);
}

fn sections(all: &[Section], edition: &Edition, depth: usize, text: &mut String) {
    for section in all {
        let kind = edition.kinds.get(&section.id);
        let kind = kind.map(|kind| format!(" ({}, {})", kind.id, kind.look.name()));
        let heading = plain_text(&section.heading);
        let indent = "  ".repeat(depth);
        writeln!(text, "{indent}{heading}{}", kind.unwrap_or_default()).expect("a string");
        sections(&section.sections, edition, depth + 1, text);
    }
}

#[test]
fn kinds_decide_on_flashcards() {
    let outcome = book();
    let notes = artifact(&outcome, "decks/book/notes.csv");
    let notes = std::str::from_utf8(notes).expect("UTF-8");
    let asked = |words: &str| notes.lines().find(|line| line.contains(words));
    // No marks of this kind, and what the author wrote all the same.
    assert!(asked("a mass").is_none() && asked("What looks alike?").is_some(), "{notes}");
    assert!(asked("meniscus").is_some_and(|line| line.contains("kind::imaging")), "{notes}");
    // A subsection is of its section's kind, unless it has its own.
    assert!(asked("black").is_some_and(|line| line.contains("kind::imaging")), "{notes}");
    assert!(asked("Tap it").is_some_and(|line| line.contains("kind::pearl")), "{notes}");
    // The project does not name this kind.
    assert!(asked("Luft").is_some_and(|line| !line.contains("kind::")), "{notes}");
}

#[test]
fn kinds_without_a_manifest_change_no_note() {
    let topic = b"---\ntitle: t\n---\n\n## Treatment\n\n==a==\n\n## Imaging findings\n\n==b==\n";
    let outcome = build_memory(&[("sources/t.md", topic)]);
    let edition = outcome.editions.first().expect("a book");
    assert_eq!(edition.kinds.len(), 2);
    let headings: Vec<_> =
        edition.topics[0].sections.iter().map(|section| plain_text(&section.heading)).collect();
    assert_eq!(headings, ["Treatment", "Imaging findings"]);
    let notes = artifact(&outcome, "decks/untitled/notes.csv");
    assert!(!String::from_utf8_lossy(notes).contains("kind::"));
}

/// The page that opens the first part.
const PART: u32 = 8;

#[test]
fn bookmarks_nest_chapters_in_parts() {
    let outcome = book();
    let document = Document::load_mem(artifact(&outcome, "books/parted.pdf")).expect("a PDF");
    let catalog = document.catalog().expect("a catalog");
    let outlines = catalog.get(b"Outlines").and_then(Object::as_reference).expect("an outline");
    let mut text = String::new();
    bookmarks(&document, outlines, 0, &mut text);
    compare("write/pdf/parted.bookmarks.txt", &text);
    assert_eq!(document.get_pages().len(), 16);
    let shown = document.extract_text(&[PART]).expect("text");
    assert!(shown.contains("Part I") || shown.to_lowercase().contains("part"), "{shown}");
}

fn bookmarks(document: &Document, id: ObjectId, depth: usize, text: &mut String) {
    let dictionary = document.get_dictionary(id).expect("a bookmark");
    if let Ok(title) = dictionary.get(b"Title") {
        let title = lopdf::decode_text_string(title).expect("a title");
        writeln!(text, "{}{title}", "  ".repeat(depth - 1)).expect("a string");
    }
    let at = |key: &[u8]| dictionary.get(key).and_then(Object::as_reference).ok();
    if let Some(first) = at(b"First") {
        bookmarks(document, first, depth + 1, text);
    }
    if let Some(next) = at(b"Next") {
        bookmarks(document, next, depth, text);
    }
}

#[test]
fn an_epub_has_pages_for_its_parts() {
    let outcome = book();
    let bytes = artifact(&outcome, "books/parted.epub");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut files = BTreeMap::new();
    for name in ["nav.xhtml", "contents.xhtml", "part-1.xhtml", "topic-effusion.xhtml"] {
        let mut text = String::new();
        let mut file = archive.by_name(&format!("EPUB/{name}")).expect("a page");
        file.read_to_string(&mut text).expect("text");
        files.insert(name, text);
    }
    compare("write/epub/parted.nav.xhtml", &files["nav.xhtml"]);
    compare("write/epub/parted.contents.xhtml", &files["contents.xhtml"]);
    compare("write/epub/parted.part.xhtml", &files["part-1.xhtml"]);
    compare("write/epub/parted.topic.xhtml", &files["topic-effusion.xhtml"]);
    let mut package = String::new();
    let mut file = archive.by_name("EPUB/package.opf").expect("a package");
    file.read_to_string(&mut package).expect("text");
    let spine: Vec<_> = package.lines().filter(|line| line.starts_with("<itemref")).collect();
    let place = |name: &str| spine.iter().position(|line| line.contains(name)).expect("a page");
    let order = [
        "contents",
        "topic-preface",
        "topic-introduction",
        "part-1",
        "topic-effusion",
        "topic-lunge",
        "part-2",
        "topic-knochen",
        "topic-glossary",
        "colophon",
    ];
    let places: Vec<_> = order.iter().map(|name| place(name)).collect();
    assert!(places.is_sorted(), "{spine:?}");
}

/// Typst refuses a document in which a bullet goes on over the page while a
/// figure floats there; where that happens depends on every line before.
#[test]
fn bullets_and_figures_may_meet_at_any_place_of_a_page() {
    let read = |path: &str| std::fs::read(root().join(path)).expect("a file");
    let layout = String::from_utf8(read("layouts/book/book.typ")).expect("UTF-8");
    for points in [9, 12, 15] {
        let moved = layout.replace("top: 24mm", &format!("top: 24mm + {points}pt"));
        assert_ne!(moved, layout, "the margin is written otherwise");
        let outcome = build_memory(&[
            ("recto.yaml", b"handouts: []\ndecks: []\n"),
            ("layouts/book/book.typ", moved.as_bytes()),
            ("sources/t.md", &read("sources/extramedullary-hematopoiesis.md")),
            ("sources/references.bib", &read("sources/references.bib")),
            ("sources/images/emh-axial.jpg", &read("sources/images/emh-axial.jpg")),
            ("sources/images/emh-frontal.jpg", &read("sources/images/emh-frontal.jpg")),
        ]);
        let errors = outcome.diagnostics.has_errors();
        assert!(!errors, "{points}: {}", messages(outcome.diagnostics, &outcome.sources));
    }
}
