//! One book that holds everything the source language has, in three languages.
//!
//! `tests/judges` lets outside judges look at the same project.

use std::collections::{BTreeMap, BTreeSet};

use recto::model::{Block, Edition, Inline, MarkForm, Visitor, walk_topic};
use roxmltree::{Document as Xml, Node, ParsingOptions};

use crate::case::{Outcome, artifact, build, messages, root};
use crate::epub::{assert_sound, text, unpack};

const BOOKS: [(&str, &str); 3] = [("english", "en"), ("arabic", "ar"), ("japanese", "ja")];

fn kitchen_sink() -> Outcome {
    let outcome = build(&root().join("tests/fixtures/valid/kitchen-sink"));
    let found = messages(outcome.diagnostics, &outcome.sources);
    assert!(found.is_empty(), "{found}");
    Outcome { diagnostics: recto::diag::Diagnostics::default(), ..outcome }
}

fn xml(text: &str) -> Xml<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Xml::parse_with_options(text, options).expect("XML")
}

/// The elements of the source language. Small capitals are none: only citation
/// styles ask for them.
const ELEMENTS: [&str; 29] = [
    "callout",
    "card",
    "citation",
    "cloze",
    "code",
    "code block",
    "cross-reference",
    "definition list",
    "emphasis",
    "equation",
    "figure",
    "footnote",
    "foreign",
    "indexed",
    "line break",
    "link",
    "list",
    "mark reference",
    "math",
    "numbered list",
    "paragraph",
    "quote",
    "strikeout",
    "strong",
    "subscript",
    "superscript",
    "table",
    "text",
    "thematic break",
];

/// Notes which elements there are; a new one does not compile until it is named.
#[derive(Default)]
struct Elements {
    found: BTreeSet<&'static str>,
    forms: BTreeSet<MarkForm>,
}

impl Elements {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            let name = match block {
                Block::Paragraph(_) => "paragraph",
                Block::List(list) => {
                    list.items.iter().for_each(|item| self.blocks(&item.blocks));
                    if list.start.is_some() { "numbered list" } else { "list" }
                }
                Block::DefinitionList(_) => "definition list",
                Block::Table(_) => "table",
                Block::Figure(_) => "figure",
                Block::Quote(_) => "quote",
                Block::Callout(callout) => {
                    self.blocks(&callout.blocks);
                    "callout"
                }
                Block::CodeBlock(_) => "code block",
                Block::Card(_) => "card",
                Block::Equation(_) => "equation",
                Block::ThematicBreak => "thematic break",
            };
            self.found.insert(name);
        }
    }
}

impl Visitor for Elements {
    fn section(&mut self, section: &recto::model::Section) {
        self.blocks(&section.blocks);
    }

    fn figure(&mut self, figure: &recto::model::Figure) {
        self.forms.extend(figure.marks().filter_map(recto::model::Mark::form));
    }

    fn inline(&mut self, inline: &Inline) {
        self.found.extend(match inline {
            Inline::Text(_) => Some("text"),
            Inline::Emphasis(_) => Some("emphasis"),
            Inline::Strong(_) => Some("strong"),
            Inline::Strikeout(_) => Some("strikeout"),
            Inline::Superscript(_) => Some("superscript"),
            Inline::Subscript(_) => Some("subscript"),
            Inline::SmallCaps(_) => None,
            Inline::Foreign(_) => Some("foreign"),
            Inline::Indexed(_) => Some("indexed"),
            Inline::Code(_) => Some("code"),
            Inline::Math(_) => Some("math"),
            Inline::Link(_) => Some("link"),
            Inline::Citation(_) => Some("citation"),
            Inline::CrossReference(_) => Some("cross-reference"),
            Inline::Cloze(_) => Some("cloze"),
            Inline::MarkReference(_) => Some("mark reference"),
            Inline::Footnote(_) => Some("footnote"),
            Inline::LineBreak => Some("line break"),
        });
    }
}

#[test]
fn the_kitchen_sink_holds_every_element() {
    let outcome = kitchen_sink();
    let mut elements = Elements::default();
    let english: &Edition = &outcome.editions[0];
    for topic in &english.topics {
        elements.blocks(&topic.blocks);
        walk_topic(topic, &mut elements);
    }
    assert_eq!(elements.found, BTreeSet::from(ELEMENTS));
    let drawn = [
        MarkForm::Arrow,
        MarkForm::Arrowhead,
        MarkForm::Line,
        MarkForm::Ellipse,
        MarkForm::Rectangle,
        MarkForm::Outline,
        MarkForm::Letter,
        MarkForm::ScaleBar,
    ];
    assert!(elements.forms.is_superset(&BTreeSet::from(drawn)), "{:?}", elements.forms);
}

/// Returns the documents of a book, by their names.
fn books(outcome: &Outcome) -> Vec<(&'static str, BTreeMap<String, Vec<u8>>)> {
    let book =
        |(name, language)| (language, unpack(artifact(outcome, &format!("books/{name}.epub"))));
    BOOKS.into_iter().map(book).collect()
}

fn attribute<'a>(node: &Node<'a, '_>, name: &str) -> &'a str {
    node.attribute(name).unwrap_or_default()
}

#[test]
fn books_in_three_scripts_are_sound() {
    for (language, files) in books(&kitchen_sink()) {
        assert_sound(&files);
        let package = text(&files, "package.opf");
        assert!(package.contains(&format!("<dc:language>{language}</dc:language>")), "{package}");
        let turns = package.contains("page-progression-direction=\"rtl\"");
        assert_eq!(turns, language == "ar", "{language}");
        for feature in ["alternativeText", "MathML", "pageNavigation", "index"] {
            assert!(package.contains(&format!("accessibilityFeature\">{feature}<")), "{feature}");
        }
        let nav = text(&files, "nav.xhtml");
        for landmark in ["toc", "loi", "glossary", "index", "bodymatter", "colophon"] {
            assert!(
                nav.contains(&format!("<a epub:type=\"{landmark}\"")),
                "{language}: {landmark}"
            );
        }
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".xhtml")) {
            let document = std::str::from_utf8(bytes).expect("text");
            let document = xml(document);
            for math in document.descendants().filter(|node| node.tag_name().name() == "math") {
                assert!(!attribute(&math, "alttext").is_empty(), "{path}: a formula without LaTeX");
            }
            for image in document.descendants().filter(|node| node.tag_name().name() == "img") {
                assert!(!attribute(&image, "alt").is_empty(), "{path}: an image without text");
            }
        }
    }
}

#[test]
fn questions_and_answers_lead_to_each_other() {
    for (language, files) in books(&kitchen_sink()) {
        let mut questions = 0;
        for (path, bytes) in files.iter().filter(|(path, _)| path.contains("topic-")) {
            let document = std::str::from_utf8(bytes).expect("text");
            let document = xml(document);
            let links: Vec<Node<'_, '_>> =
                document.descendants().filter(|node| node.attribute("href").is_some()).collect();
            let inside = |link: &Node<'_, '_>| {
                link.ancestors().find_map(|above| above.attribute("id").map(str::to_owned))
            };
            for link in &links {
                let href = attribute(link, "href");
                let there = |prefix: &str| href.starts_with(prefix);
                if !there("#_answer-") && !there("#_question-") {
                    continue;
                }
                questions += usize::from(there("#_answer-"));
                let here = inside(link).expect("links stand in what has an id");
                let target = href.trim_start_matches('#');
                let back = links.iter().any(|other| {
                    attribute(other, "href") == format!("#{here}")
                        && inside(other).as_deref() == Some(target)
                });
                assert!(back, "{path}: nothing leads from {target} back to {here}");
            }
        }
        // Of marks, of written flashcards, of clozes.
        let expected = if language == "en" { 11 } else { 2 };
        assert_eq!(questions, expected, "{language}");
    }
}

#[test]
fn questions_do_not_tell_their_answers() {
    let outcome = kitchen_sink();
    let files = unpack(artifact(&outcome, "books/english.epub"));
    let chapter = text(&files, "topic-everything.xhtml");
    let start = chapter.find("class=\"self-test\"").expect("questions");
    let questions = &chapter[start..start + chapter[start..].find("</section>").expect("an end")];
    assert!(questions.contains("<span class=\"blank\">[how much?]</span>"), "{questions}");
    assert!(!questions.contains("222") && !questions.contains("an arrow"), "{questions}");
    // A montage is asked about by the panel that has the mark.
    assert!(questions.contains(">Figure 2b<"), "{questions}");
    assert!(questions.contains("images/tall") && !questions.contains("images/wide"), "{questions}");
    // They cite what is listed, and no list grows by what only they cite.
    assert!(questions.contains("does Light (") && questions.contains("p. 2"), "{questions}");
    assert!(!text(&files, "references.xhtml").contains("Only a card"));
}

#[test]
fn the_index_leads_to_every_place() {
    let outcome = kitchen_sink();
    let files = unpack(artifact(&outcome, "books/english.epub"));
    let index = text(&files, "index.xhtml");
    for place in [
        // In a text, twice; in a subtitle; in a table and a figure, which have a place.
        "topic-everything.xhtml#_index-2\">Lines<",
        "topic-everything.xhtml#_index-4\">2<",
        "topic-everything.xhtml#_index-1\"",
        "topic-everything.xhtml#tbl-table\"",
        "topic-everything.xhtml#fig-layered\"",
        "topic-yaml.xhtml#fig-yaml\"",
    ] {
        assert!(index.contains(place), "{place} in {index}");
    }
    let glossary = text(&files, "glossary.xhtml");
    assert!(
        glossary.contains("<math ")
            && glossary.contains("href=\"topic-everything.xhtml#fig-tall\"")
    );
}
