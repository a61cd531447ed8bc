//! Where the pages of the printed twin begin, marked in finished documents.
//!
//! Does: finds the words that a page begins with, and puts its mark before them
//! (EPUB Accessibility 1.1, 4.2; DPUB-ARIA 1.1, `doc-pagebreak`). Knows: XHTML,
//! and the pagination. Must not know: templates, topics.
//!
//! Words are compared in the finished documents, so it is true of a project's own
//! templates, too.

use roxmltree::{Document, Node, ParsingOptions};
use serde::Serialize;

use crate::model::{Pagination, push_letter};
use crate::write::html::escaped;

/// A page of the printed twin, for the list of pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct PageLink {
    /// The number that it bears.
    pub(super) number: String,
    /// Where it begins.
    pub(super) href: String,
}

/// Marks in a document the page `from`, which begins with it, and those that begin
/// in it; returns the document and the pages that were marked, in order. `word` is
/// what a page is called.
///
/// The text was parsed before: what is not well-formed stays as it is.
pub(super) fn mark(
    text: &str,
    from: usize,
    pagination: &Pagination,
    word: &str,
) -> (String, Vec<usize>) {
    let unchanged = || (text.to_owned(), Vec::new());
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let Ok(document) = Document::parse_with_options(text, options) else { return unchanged() };
    let body = document.descendants().find(|node| node.tag_name().name() == "body");
    let Some(body) = body else { return unchanged() };
    let Some(start) = inside(body) else { return unchanged() };

    let mut heard = Heard::default();
    heard.listen(body, text);
    let mut places = vec![(from, start)];
    for (page, place) in pagination.breaks(&heard.letters, from) {
        let place = match heard.runs.iter().rev().find(|run| run.letters <= place) {
            Some(run) if place < heard.letters.len() => run.place(place, text),
            _ => heard.end.unwrap_or(start),
        };
        // A page never begins before the one that it follows.
        let last = places.last().map_or(start, |(_, place)| *place);
        places.push((page, place.max(last)));
    }

    let mut out = String::with_capacity(text.len() + places.len() * 96);
    let mut done = 0;
    for (page, place) in &places {
        let number = escaped(&pagination.pages[*page].number);
        out.push_str(&text[done..*place]);
        out.push_str(&format!(
            "<span epub:type=\"pagebreak\" role=\"doc-pagebreak\" id=\"{}\" aria-label=\" {word} {number}. \"></span>",
            id(*page)
        ));
        done = *place;
    }
    out.push_str(&text[done..]);
    (out, places.into_iter().map(|(page, _)| page).collect())
}

/// Returns the id of a page's mark.
pub(super) fn id(page: usize) -> String {
    format!("_page-{}", page + 1)
}

/// Returns the place of the first thing in the element that holds all of a page's
/// content: in the chapter, before its title.
fn inside(body: Node<'_, '_>) -> Option<usize> {
    let outer = body.children().find(Node::is_element)?;
    let first = outer.children().find(Node::is_element).unwrap_or(outer);
    Some(first.range().start)
}

/// What a document says, and where.
#[derive(Debug, Default)]
struct Heard<'a, 'i> {
    /// The letters, as [`push_letter`] has them.
    letters: String,
    /// The pieces of text that they are from, in order.
    runs: Vec<Run<'a, 'i>>,
    /// The end of the last of them, behind the elements that end with it.
    end: Option<usize>,
}

/// A piece of text.
#[derive(Debug)]
struct Run<'a, 'i> {
    /// How many bytes of letters come before it.
    letters: usize,
    node: Node<'a, 'i>,
}

impl<'a, 'i> Heard<'a, 'i> {
    /// Listens to what the running text of a printed page says, too: neither
    /// formulas nor figures with their captions.
    fn listen(&mut self, node: Node<'a, 'i>, text: &str) {
        if node.is_text() {
            let letters = self.letters.len();
            characters(&text[node.range()]).for_each(|(_, c)| push_letter(c, &mut self.letters));
            if self.letters.len() > letters {
                self.runs.push(Run { letters, node });
                let block = node.ancestors().take_while(|above| above.tag_name().name() != "body");
                self.end = block.last().map(|above| above.range().end);
            }
        }
        if matches!(node.tag_name().name(), "figure" | "math" | "svg") {
            return;
        }
        for child in node.children() {
            self.listen(child, text);
        }
    }
}

impl Run<'_, '_> {
    /// Returns the place in the document of a letter in this run, or of the word
    /// that begins next to it: nobody breaks a page within a word.
    fn place(&self, letter: usize, text: &str) -> usize {
        let range = self.node.range();
        let content = &text[range.clone()];
        let mut letters = String::new();
        let found = characters(content).find(|(_, c)| {
            let is_here = self.letters + letters.len() >= letter && c.is_alphabetic();
            push_letter(*c, &mut letters);
            is_here
        });
        let mut at = found.map_or(0, |(at, _)| at);
        let has_spaces = |c: char| c.is_alphanumeric() && !is_wide(c);
        if content[..at].chars().next_back().is_some_and(has_spaces) {
            let next = content[at..].find(char::is_whitespace).map(|space| at + space);
            let word = next.and_then(|space| {
                let rest = &content[space..];
                rest.find(|c: char| !c.is_whitespace()).map(|word| space + word)
            });
            at = word.unwrap_or(at);
        } else {
            // Brackets and quotes belong to the word.
            let before = content[..at].chars().rev();
            let own =
                before.take_while(|c| !c.is_whitespace() && !c.is_alphanumeric() && *c != ';');
            at -= own.map(char::len_utf8).sum::<usize>();
        }
        // A mark stands in no link and no heading, but before it.
        let apart = |node: &Node<'_, '_>| {
            let name = node.tag_name().name();
            matches!(name, "a" | "sup" | "sub" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
        };
        match self.node.ancestors().filter(apart).last() {
            Some(above) => above.range().start,
            None => range.start + at,
        }
    }
}

/// Returns the characters of a piece of a document with their places in it.
/// References to characters are none of letters here: writers use them for signs
/// of markup only.
fn characters(content: &str) -> impl Iterator<Item = (usize, char)> {
    let mut in_reference = false;
    content.char_indices().filter(move |(_, c)| {
        in_reference |= *c == '&';
        let is_said = !in_reference;
        in_reference &= *c != ';';
        is_said
    })
}

/// Tells whether a character is of a script that sets no spaces between words.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
