//! All that the sources say is in the book: `tests/judges/texts.py` goes on from
//! there, and holds that other readers show all that is in the book.

use std::collections::BTreeMap;

use recto::model::{CodeBlock, Edition, Figure, Inline, Topic, Visitor, plain_text, walk_topic};
use roxmltree::{Document as Xml, Node, ParsingOptions};

use crate::case::{artifact, build, root};
use crate::epub::{text, unpack};

/// Projects, and the names of their books, in the order of the manifest.
const PROJECTS: [(&str, &[&str]); 3] = [
    ("tests/fixtures/valid/kitchen-sink", &["english", "arabic", "japanese"]),
    ("tests/fixtures/valid/small", &["small"]),
    ("tests/fixtures/valid/scripts", &["scripts"]),
];

/// Letters and digits: signs and spaces are set as the place wants them.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The texts of a topic.
#[derive(Default)]
struct Texts {
    pieces: Vec<String>,
    alternatives: Vec<String>,
    /// What marks mean: captions say it in their own words, and questions ask it, of
    /// those that are asked.
    meanings: Vec<String>,
}

impl Visitor for Texts {
    fn code(&mut self, code: &CodeBlock) {
        self.pieces.extend(code.text.lines().map(str::to_owned));
    }

    fn figure(&mut self, figure: &Figure) {
        self.meanings.extend(figure.marks().map(|mark| plain_text(&mark.means)));
        for panel in &figure.panels {
            self.alternatives.push(panel.image.alt.clone());
            self.pieces.extend(panel.image.description.iter().cloned());
        }
    }

    fn inline(&mut self, inline: &Inline) {
        match inline {
            Inline::Text(text) | Inline::Code(text) => self.pieces.push(text.clone()),
            _ => {}
        }
    }
}

/// Returns the letters of all documents of a book, and the texts of its pictures.
fn read(files: &BTreeMap<String, Vec<u8>>) -> (String, Vec<String>) {
    let (mut said, mut alternatives) = (String::new(), Vec::new());
    for name in files.keys().filter_map(|name| name.strip_prefix("EPUB/")) {
        if !name.ends_with(".xhtml") {
            continue;
        }
        let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
        let document = Xml::parse_with_options(text(files, name), options).expect("XML");
        let body = document
            .descendants()
            .find(|node| node.has_tag_name(("http://www.w3.org/1999/xhtml", "body")));
        for node in body.expect("a body").descendants() {
            said.extend(node.text().filter(|_| node.is_text()).map(letters));
            alternatives.extend(
                node.attribute("alt").filter(|_| Node::is_element(&node)).map(str::to_owned),
            );
        }
        said.push('\n');
    }
    (said, alternatives)
}

fn missing(topic: &Topic, said: &str, alternatives: &[String]) -> Vec<String> {
    let mut texts = Texts::default();
    walk_topic(topic, &mut texts);
    assert!(!texts.pieces.is_empty());
    let meanings = texts.meanings;
    let pieces = texts.pieces.into_iter().filter(|piece| !meanings.contains(piece));
    let unsaid = pieces.filter(|piece| !said.contains(&letters(piece)));
    let unseen = texts.alternatives.into_iter().filter(|alt| !alternatives.contains(alt));
    unsaid.chain(unseen).collect()
}

#[test]
fn all_that_the_sources_say_is_in_the_book() {
    for (project, books) in PROJECTS {
        let outcome = build(&root().join(project));
        let editions: &[Edition] = &outcome.editions;
        assert_eq!(editions.len(), books.len(), "{project}");
        for (edition, name) in editions.iter().zip(books) {
            let files = unpack(artifact(&outcome, &format!("books/{name}.epub")));
            let (said, alternatives) = read(&files);
            assert!(!edition.topics.is_empty());
            for topic in &edition.topics {
                let missing = missing(topic, &said, &alternatives);
                assert!(missing.is_empty(), "{name}, {}: {missing:?}", topic.id.value);
            }
        }
    }
}

#[test]
fn what_is_not_in_the_book_is_missed() {
    let outcome = build(&root().join("tests/fixtures/valid/small"));
    let files = unpack(artifact(&outcome, "books/small.epub"));
    let (said, alternatives) = read(&files);
    let topic = outcome.editions.first().and_then(|edition| edition.topics.first()).expect("one");
    assert!(!missing(topic, &said.replace('e', ""), &alternatives).is_empty());
}
