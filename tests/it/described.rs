//! Long descriptions of pictures: in books, with links there and back; in PDFs,
//! after the text alternative.

use std::collections::BTreeMap;

use lopdf::{Document, Object};
use recto::model::{Edition, Figure, Visitor, walk_topic};
use roxmltree::{Document as Xml, Node, ParsingOptions};

use crate::case::{artifact, build, build_memory, root};
use crate::epub::{text, unpack};

/// What pictures of an edition say at length.
fn descriptions(edition: &Edition) -> Vec<Vec<String>> {
    #[derive(Default)]
    struct Found(Vec<Vec<String>>);
    impl Visitor for Found {
        fn figure(&mut self, figure: &Figure) {
            let all = figure.panels.iter().map(|panel| panel.image.description.clone());
            self.0.extend(all.filter(|description| !description.is_empty()));
        }
    }
    let mut found = Found::default();
    edition.topics.iter().for_each(|topic| walk_topic(topic, &mut found));
    found.0
}

fn with_attribute<'a, 'b>(document: &'a Xml<'b>, name: &str, value: &str) -> Option<Node<'a, 'b>> {
    document.descendants().find(|node| node.attribute(name) == Some(value))
}

/// Follows a description of a book's pages there and back; returns its paragraphs.
fn follow(document: &Xml<'_>, id: &str) -> Vec<String> {
    let link = with_attribute(document, "href", &format!("#{id}")).expect("a link leads there");
    let section = with_attribute(document, "id", id).expect("it is there");
    let back = format!("#{}", link.attribute("id").expect("a place to come back to"));
    let back = section.descendants().find(|node| node.attribute("href") == Some(&back));
    assert_eq!(back.expect("a way back").attribute("role"), Some("doc-backlink"));
    let plain =
        |node: &Node<'_, '_>| node.tag_name().name() == "p" && node.attribute("class").is_none();
    section.children().filter(plain).filter_map(|node| node.text()).map(str::to_owned).collect()
}

fn in_book(files: &BTreeMap<String, Vec<u8>>) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for name in files.keys().filter_map(|name| name.strip_prefix("EPUB/")) {
        if !name.ends_with(".xhtml") {
            continue;
        }
        let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
        let document = Xml::parse_with_options(text(files, name), options).expect("XML");
        let details = document.descendants().filter_map(|node| node.attribute("aria-details"));
        found.extend(details.map(|id| follow(&document, id)));
    }
    found
}

#[test]
fn pictures_lead_to_what_is_said_of_them() {
    let outcome = build(&root().join("tests/fixtures/valid/kitchen-sink"));
    for (edition, name) in outcome.editions.iter().zip(["english", "arabic", "japanese"]) {
        let files = unpack(artifact(&outcome, &format!("books/{name}.epub")));
        let (mut expected, mut found) = (descriptions(edition), in_book(&files));
        assert!(!expected.is_empty(), "{name}");
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{name}");
        assert!(text(&files, "package.opf").contains(">longDescription<"), "{name}");
    }
    let english = artifact(&outcome, "books/english.pdf");
    let said = alternatives(english);
    let long = "It is dark above and light below.";
    assert!(said.iter().any(|alt| alt == &format!("A tall gradient.\n{long}")), "{said:?}");
}

/// The text alternatives of a PDF.
fn alternatives(pdf: &[u8]) -> Vec<String> {
    let document = Document::load_mem(pdf).expect("a PDF");
    let objects = document.objects.values().filter_map(|object| object.as_dict().ok());
    let alternatives = objects.filter_map(|object| object.get(b"Alt").ok());
    alternatives.filter_map(decoded).collect()
}

fn decoded(text: &Object) -> Option<String> {
    let bytes = text.as_str().ok()?;
    let Some(wide) = bytes.strip_prefix(&[0xfe, 0xff]) else {
        return Some(String::from_utf8_lossy(bytes).into_owned());
    };
    let units = wide.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    Some(char::decode_utf16(units).map(|c| c.unwrap_or('?')).collect())
}

#[test]
fn what_is_not_described_claims_nothing() {
    let outcome = build_memory(&[
        ("recto.yaml", b"title: B\ndate: 2026-01-02\nhandouts: []\ndecks: []\nbooks: [{}]\n"),
        ("sources/t.md", b"---\ntitle: T\n---\n\nText.\n"),
    ]);
    let files = unpack(artifact(&outcome, "books/b.epub"));
    assert!(!text(&files, "package.opf").contains("longDescription"));
    assert!(!text(&files, "topic-t.xhtml").contains("descriptions"));
}
