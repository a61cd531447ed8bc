//! The pages of a printed book, marked in its EPUB: both are opened, and the words
//! behind a mark are those that its page begins with.

use std::collections::BTreeMap;

use lopdf::Document;
use recto::model::{letters, push_letter};
use roxmltree::{Node, ParsingOptions};

use crate::case::{Outcome, artifact, build, build_memory, root};
use crate::epub::{text, unpack};

/// How many letters before and behind a mark are looked for.
const AROUND: usize = 24;

/// The letters of each page, without hyphens where lines end.
fn pages(pdf: &[u8]) -> Vec<String> {
    let document = Document::load_mem(pdf).expect("a PDF");
    let pages = document.get_pages().into_keys();
    pages.map(|page| letters(&document.extract_text(&[page]).expect("text"))).collect()
}

/// The letters of the running text, with the places of page marks in it.
#[derive(Default)]
struct Running {
    letters: String,
    marks: BTreeMap<String, usize>,
    /// The last word of the first heading.
    heading: String,
}

impl Running {
    fn of(document: &str) -> Self {
        let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
        let document = roxmltree::Document::parse_with_options(document, options);
        let document = document.expect("well-formed");
        let mut running = Self::default();
        let body = document
            .descendants()
            .find(|node| node.has_tag_name("body") || node.tag_name().name() == "body");
        running.listen(body.expect("a body"));
        running
    }

    fn listen(&mut self, node: Node<'_, '_>) {
        if node.attribute("role") == Some("doc-pagebreak") {
            let id = node.attribute("id").expect("an id");
            self.marks.insert(id.to_owned(), self.letters.len());
        }
        if node.tag_name().name() == "h1" && self.heading.is_empty() {
            let texts =
                node.descendants().filter_map(|node| node.text().filter(|_| node.is_text()));
            let said: String = texts.collect();
            self.heading = said.split_whitespace().last().map(letters).unwrap_or_default();
        }
        if node.is_text() {
            node.text().unwrap_or_default().chars().for_each(|c| push_letter(c, &mut self.letters));
        }
        if !matches!(node.tag_name().name(), "figure" | "math" | "svg") {
            node.children().for_each(|child| self.listen(child));
        }
    }
}

/// The number in the id of a mark.
fn number_of(id: &str) -> usize {
    id.rsplit('-').next().and_then(|number| number.parse().ok()).expect("a number")
}

/// Compares the book of a project with its EPUB, and returns the pages of the list.
fn assert_agree(outcome: &Outcome) -> Vec<String> {
    let path = outcome.built.account.books.first().expect("a book").0.as_str();
    let name = path.trim_end_matches(".pdf");
    let pdf = artifact(outcome, path);
    let said = pages(pdf);
    let files = unpack(artifact(outcome, &format!("{name}.epub")));
    let nav = text(&files, "nav.xhtml");
    let (_, list) = nav.split_once("epub:type=\"page-list\"").expect("a list of pages");
    let mut numbers = Vec::new();
    let mut documents: BTreeMap<&str, Running> = BTreeMap::new();
    for entry in list.split("href=\"").skip(1) {
        let (href, rest) = entry.split_once("\">").expect("a link");
        let (number, _) = rest.split_once("</a>").expect("an end");
        let (file, id) = href.split_once('#').expect("a mark");

        let running = documents.entry(file).or_insert_with(|| Running::of(text(&files, file)));
        let place = running.marks[id];
        let page: usize = number.parse().expect("these books count their pages");
        let here = &said[page - 1];
        let after: String = running.letters[place..].chars().take(AROUND).collect();
        numbers.push(number.to_owned());
        // A page of figures only begins where the next one does.
        if running.marks.values().filter(|other| **other == place).count() > 1 {
            let is_last = running
                .marks
                .iter()
                .all(|(other, at)| *at != place || other == id || number_of(other) < number_of(id));
            if !is_last {
                continue;
            }
        }
        // Nor is there anything behind the last text.
        if place == running.letters.len() {
            continue;
        }
        // In text that runs from right to left, letters lie in the order of the page.
        if after.chars().any(|c| matches!(c, '\u{590}'..='\u{8ff}')) {
            continue;
        }
        if place == 0 {
            // What follows the heading may do so in the one and not in the other.
            let heading = &running.heading;
            assert!(here.contains(heading), "{name}: page {number} lacks {heading:?}: {here}");
        } else {
            assert!(here.contains(&after), "{name}: page {number} lacks {after:?}: {here}");
            let before: Vec<char> = running.letters[..place].chars().rev().take(AROUND).collect();
            let before: String = before.into_iter().rev().collect();
            assert!(!here.contains(&before), "{name}: page {number} has {before:?} already");
        }
    }
    let package = text(&files, "package.opf");
    let (_, source) = package.split_once("pageBreakSource\">").expect("a source");
    let (source, _) = source.split_once('<').expect("an end");
    let metadata = String::from_utf8_lossy(pdf);
    assert!(source.starts_with("urn:uuid:"));
    assert!(metadata.contains(&format!("<dc:identifier>{source}</dc:identifier>")), "{source}");
    numbers
}

#[test]
fn the_samples_have_the_pages_of_their_book() {
    let outcome = build(&root());
    let numbers = assert_agree(&outcome);
    let count = pages(artifact(&outcome, "books/chest-and-bone.pdf")).len();
    let has = |page: usize| numbers.contains(&page.to_string());
    // The title pages are the book's own.
    let missing: Vec<usize> = (5..=count).filter(|page| !has(*page)).collect();
    assert_eq!(missing, [0; 0], "{numbers:?}");
}

#[test]
fn other_scripts_have_the_pages_of_their_book() {
    let outcome = build(&root().join("tests/fixtures/valid/scripts"));
    let numbers = assert_agree(&outcome);
    assert!(numbers.len() > 4, "{numbers:?}");
}

/// A long topic of words that no other place has.
fn long_topic() -> String {
    let word = |number: usize| {
        let digits = [number % 26, number / 26 % 26, number / 676 % 26];
        let letters = digits.map(|digit| char::from(b'a' + u8::try_from(digit).expect("small")));
        format!("w{}", letters.iter().collect::<String>())
    };
    let words =
        |from: usize, count: usize| (from..from + count).map(word).collect::<Vec<_>>().join(" ");
    let mut out = String::from("---\ntitle: Long\nid: long\n---\n\nBegin.[^n]\n\n");
    // One paragraph over pages, a list of them, and a table with a head on each.
    out += &format!(
        "{} **{}** {}\n\n## Section\n\n",
        words(0, 700),
        words(700, 300),
        words(1000, 300)
    );
    for item in 0..60 {
        out += &format!("- {}\n", words(2000 + item * 20, 20));
    }
    out += "\n| Heading of all | Meaning of all |\n|---|---|\n";
    for row in 0..120 {
        out += &format!("| {} | {} |\n", words(4000 + row * 10, 3), words(4003 + row * 10, 7));
    }
    out + "\n[^n]: A note.\n"
}

#[test]
fn paragraphs_lists_and_tables_break_where_the_page_does() {
    let files = [("sources/long.md", long_topic())];
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    let outcome = build_memory(&files);
    assert!(!outcome.diagnostics.has_errors());
    assert!(assert_agree(&outcome).len() > 10);
}
