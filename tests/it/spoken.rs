//! What a screen reader gets of a PDF is what the source says: in its order, with
//! nothing lost and nothing added.

use recto::model::{Block, Edition, Figure, Inline, Section, Topic, plain_text};

use crate::case::{artifact, build, build_memory, compare, messages, root};
use crate::tags;

/// The texts of a topic, in the order of the source: what is the author's, and how
/// references are worded.
struct Texts<'a> {
    edition: &'a Edition,
    found: Vec<String>,
}

impl Texts<'_> {
    fn of(topic: &Topic, edition: &Edition) -> Vec<String> {
        let mut texts = Texts { edition, found: Vec::new() };
        texts.line(&topic.title);
        for line in topic.subtitle.iter().chain(&topic.summary) {
            texts.line(line);
        }
        topic.objectives.iter().for_each(|line| texts.line(line));
        texts.blocks(&topic.blocks);
        topic.sections.iter().for_each(|section| texts.section(section));
        texts.found
    }

    fn section(&mut self, section: &Section) {
        self.line(&section.heading);
        self.blocks(&section.blocks);
        section.sections.iter().for_each(|section| self.section(section));
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(paragraph) => self.line(&paragraph.content),
                Block::List(list) => list.items.iter().for_each(|item| self.blocks(&item.blocks)),
                Block::DefinitionList(list) => {
                    for item in &list.items {
                        self.line(&item.term);
                        self.blocks(&item.blocks);
                    }
                }
                Block::Table(table) => {
                    table.caption.iter().for_each(|caption| self.line(caption));
                    let cells = table.header.iter().chain(table.rows.iter().flatten());
                    cells.for_each(|cell| self.line(cell));
                }
                Block::Figure(figure) => self.figure(figure),
                Block::Quote(quote) => self.blocks(&quote.blocks),
                Block::Callout(callout) => {
                    callout.title.iter().for_each(|title| self.line(title));
                    self.blocks(&callout.blocks);
                }
                Block::CodeBlock(code) => self.found.push(code.text.clone()),
                Block::Card(_) | Block::Equation(_) | Block::ThematicBreak => {}
            }
        }
    }

    fn figure(&mut self, figure: &Figure) {
        self.line(&figure.caption.long);
        figure.credit.iter().for_each(|credit| self.line(credit));
    }

    fn line(&mut self, line: &[Inline]) {
        self.found.push(String::new());
        self.inlines(line);
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                // A formula has its text in `Alt`.
                Inline::Math(_) | Inline::Citation(_) => self.found.push(String::new()),
                Inline::Footnote(note) => {
                    self.blocks(&note.blocks);
                    self.found.push(String::new());
                }
                Inline::CrossReference(reference) => {
                    let worded = &self.edition.cross_references[&reference.id];
                    self.inlines(&worded.content);
                }
                Inline::Emphasis(content) | Inline::Strong(content) => self.inlines(content),
                other => {
                    let text = plain_text(std::slice::from_ref(other));
                    self.found.last_mut().expect("a line has begun").push_str(&text);
                }
            }
        }
    }
}

/// Without spaces, and what joins, parts or turns letters unseen: lines break at
/// them, and say so in their own way.
fn dense(text: &str) -> String {
    let is_unseen = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}');
    text.chars().filter(|c| !c.is_whitespace() && !is_unseen(*c)).collect()
}

/// Each text stands in the tags, behind the one before it.
fn assert_in_order(texts: &[String], said: &str, name: &str) {
    let mut rest = said;
    for text in texts {
        let wanted = dense(text);
        let Some(at) = rest.find(&wanted) else {
            panic!("{name}: `{text}` is not in what follows:\n{rest}");
        };
        rest = &rest[at + wanted.len()..];
    }
}

#[test]
fn the_tags_of_a_handout_are_its_source() {
    let outcome = build(&root().join("tests/fixtures/valid/spoken"));
    let said = messages(outcome.diagnostics, &outcome.sources);
    assert_eq!(said, "");
    let tree = tags::read(artifact_of(&outcome.built.artifacts, "handouts/spoken.pdf"));
    compare("write/pdf/tags.txt", &tree.show());
    let edition = outcome.editions.first().expect("a book");
    let texts = Texts::of(edition.topics.first().expect("a topic"), edition);
    assert!(texts.len() > 30, "{}", texts.len());
    assert_in_order(&texts, &dense(&tree.text()), "the handout");
    let book = tags::read(artifact_of(&outcome.built.artifacts, "books/spoken.pdf"));
    assert_in_order(&texts, &dense(&book.text()), "the book");
    let mut headers = Vec::new();
    tree.all("TH", &mut headers);
    assert_eq!(headers.iter().map(|tag| tag.text()).collect::<Vec<_>>(), ["Fluid", "Protein"]);
    for kind in ["Figure", "Formula"] {
        let mut found = Vec::new();
        tree.all(kind, &mut found);
        assert!(!found.is_empty(), "no {kind}");
        let mute: Vec<_> = found.iter().filter(|tag| tag.alt.is_none()).collect();
        assert!(mute.is_empty(), "{mute:?} have no text");
    }
    let mut links = Vec::new();
    tree.all("Link", &mut links);
    assert!(links.iter().all(|link| !link.text().trim().is_empty()), "{links:?}");
}

fn artifact_of<'a>(artifacts: &'a [recto::write::artifact::Artifact], end: &str) -> &'a [u8] {
    let found = artifacts.iter().find(|artifact| artifact.path.as_str().ends_with(end));
    &found.expect("it was made").bytes
}

#[test]
fn the_tags_of_other_scripts_are_their_sources() {
    let outcome = build(&root().join("tests/fixtures/valid/scripts"));
    let edition = outcome.editions.first().expect("a book");
    let topics = &edition.topics;
    for topic in topics {
        let path = format!("handouts/{}.pdf", topic.id.value);
        let tree = tags::read(artifact(&outcome, &path));
        assert_in_order(&Texts::of(topic, edition), &dense(&tree.text()), &path);
    }
}

#[test]
fn no_line_of_a_paragraph_stands_alone_and_no_heading_ends_a_page() {
    let mut parted = 0;
    // Pages end at other lines each time.
    for shift in 0..8 {
        let mut topic = format!("---\ntitle: Lines\n---\n\n{}", "A line.\n\n".repeat(shift));
        for number in 0..60 {
            if number % 3 == 0 {
                topic.push_str(&format!("## Heading {number}\n\n"));
            }
            let words = (0..(number * 7) % 50 + 12).map(|word| format!("word{word} "));
            topic.push_str(&format!("{}end.\n\n", words.collect::<String>()));
        }
        let outcome = build_memory(&[("sources/t.md", topic.as_bytes())]);
        for path in ["handouts/t.pdf", "books/untitled.pdf"] {
            parted += paragraphs_that_go_on(&tags::read(artifact(&outcome, path)), path);
        }
    }
    assert!(parted > 10, "only {parted} paragraphs go on over a page");
}

/// Counts the paragraphs that go on over a page, and sees that two lines at least
/// stand on each, and none right behind a heading.
fn paragraphs_that_go_on(tree: &tags::Tag, path: &str) -> usize {
    let mut parted = 0;
    let mut before: Option<(String, usize)> = None;
    let mut found = Vec::new();
    tree.walk(&mut found);
    for tag in found {
        let lines = tag.lines();
        if let Some((heading, page)) = before.take() {
            assert_eq!(lines.keys().next(), Some(&page), "{path}: {heading}");
        }
        match tag.kind.as_str() {
            "H2" | "H3" => before = lines.keys().last().map(|page| (tag.text(), *page)),
            "P" if lines.len() > 1 => {
                parted += 1;
                let stand = lines.values().all(|count| *count > 1);
                assert!(stand, "{path}: {lines:?} of {}", tag.text());
            }
            _ => {}
        }
    }
    parted
}

#[test]
fn words_break_as_their_languages_do() {
    let word = "Rippenfellflüssigkeitsansammlung";
    let broken = |lang: &str| {
        let text =
            format!("---\ntitle: t\n---\n{}\n", format!("[{word}]{{lang={lang}}} ").repeat(60));
        let outcome = build_memory(&[("sources/t.md", text.as_bytes())]);
        let text = tags::read(artifact(&outcome, "handouts/t.pdf")).text();
        let places = text.match_indices('\u{ad}').map(|(at, _)| {
            let before: String = text[..at].chars().rev().take(4).collect();
            before.chars().rev().collect::<String>()
        });
        places.collect::<std::collections::BTreeSet<_>>()
    };
    let (german, english) = (broken("de"), broken("en"));
    assert!(!german.is_empty() && german != english, "{german:?} and {english:?}");
    // "Rip-pen-fell-flüs-sig-keits-an-samm-lung"
    for place in &german {
        let ends = ["Rip", "pen", "fell", "flüs", "sig", "eits", "an", "samm"];
        assert!(ends.iter().any(|end| place.ends_with(end)), "{german:?}");
    }
}
