//! What a screen reader gets of a PDF is what the source says: in its order, with
//! nothing lost and nothing added.

use recto::model::{Block, Edition, Figure, Inline, Section, Topic, plain_text};

use crate::case::{artifact, build, compare, messages, root};
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

/// Turns runs of letters that are written from right to left round, and leaves out
/// brackets among them: Typst draws them in the order of the page, and does not
/// say in another way which comes first. Programs that read PDF aloud know the
/// scripts, and turn them round as well.
fn turned(text: &str) -> String {
    let is_turned = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
    let (mut out, mut run) = (String::new(), Vec::new());
    for c in text.chars().filter(|c| !"()".contains(*c)) {
        if is_turned(c) {
            run.push(c);
        } else {
            out.extend(run.drain(..).rev());
            out.push(c);
        }
    }
    out.extend(run.drain(..).rev());
    out
}

#[test]
fn the_tags_of_other_scripts_are_their_sources() {
    let outcome = build(&root().join("tests/fixtures/valid/scripts"));
    let edition = outcome.editions.first().expect("a book");
    let topics = &edition.topics;
    // A whole text that runs from right to left is turned line by line.
    for topic in topics.iter().filter(|topic| topic.id.value.as_str() != "insibab") {
        let path = format!("handouts/{}.pdf", topic.id.value);
        let tree = tags::read(artifact(&outcome, &path));
        let plain = |text: &String| text.replace(['(', ')'], "");
        let texts: Vec<String> = Texts::of(topic, edition).iter().map(plain).collect();
        assert_in_order(&texts, &turned(&dense(&tree.text())), &path);
    }
}
