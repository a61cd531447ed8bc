//! What finished documents say, and where.
//!
//! Does: collects the letters of the running text. Knows: XHTML. Must not know: pages,
//! templates.
//!
//! Plain documents are gone through from tag to tag; all others are parsed.

use std::ops::Range;

use memchr::{memchr, memchr3};
use roxmltree::{Document, Node, ParsingOptions};

use super::scan::prolog;
use crate::model::push_letter;

/// What a document says, and where.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Heard {
    /// The place of the first thing in the element that holds all of a page's
    /// content: in the chapter, before its title.
    pub(super) start: usize,
    /// The letters, as [`push_letter`] has them.
    pub(super) letters: String,
    /// The pieces of text that they are from, in order.
    pub(super) runs: Vec<Run>,
    /// The end of the last of them, behind the elements that end with it.
    pub(super) end: Option<usize>,
}

/// A piece of text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// How many bytes of letters come before it.
    pub(super) letters: usize,
    /// Where it is in the document.
    pub(super) range: Range<usize>,
    /// Where the outermost of the links and headings that it stands in begins: a mark
    /// stands in none of these, but before it.
    pub(super) apart: Option<usize>,
}

impl Heard {
    /// Adds a piece of text; tells whether it says anything.
    fn add(&mut self, text: &str, range: Range<usize>, apart: Option<usize>) -> bool {
        let letters = self.letters.len();
        let content = text.get(range.clone()).unwrap_or_default();
        characters(content).for_each(|(_, c)| push_letter(c, &mut self.letters));
        let says = self.letters.len() > letters;
        if says {
            self.runs.push(Run { letters, range, apart });
        }
        says
    }
}

fn is_apart(name: &str) -> bool {
    matches!(name, "a" | "sup" | "sub" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Tells whether the running text of a printed page does not say what is in an element:
/// neither formulas nor figures with their captions.
fn is_silent(name: &str) -> bool {
    matches!(name, "figure" | "math" | "svg")
}

/// Returns the characters of a piece of a document with their places in it.
/// References to characters are none of letters here: writers use them for signs
/// of markup only.
pub(super) fn characters(content: &str) -> impl Iterator<Item = (usize, char)> {
    let mut in_reference = false;
    content.char_indices().filter(move |(_, c)| {
        in_reference |= *c == '&';
        let is_said = !in_reference;
        in_reference &= *c != ';';
        is_said
    })
}

/// An element that is open.
struct Open<'a> {
    /// Its name, as it is written.
    written: &'a str,
    /// Where it begins.
    start: usize,
}

/// The first element in the body.
struct Outer {
    start: usize,
    /// How many elements it is in; `None` once it is closed.
    depth: Option<usize>,
    /// Where the first element in it begins.
    first: Option<usize>,
}

/// Listens to a document that was found to be well-formed; `None` if there is more in it
/// than elements and texts, or no body with an element in it.
pub(super) fn plainly(text: &str) -> Option<Heard> {
    let mut heard = Heard::default();
    let mut open: Vec<Open<'_>> = Vec::with_capacity(16);
    // In how many elements what is in the body is, and how many a silent one is in.
    let (mut body, mut silent) = (None, None);
    let mut outer: Option<Outer> = None;
    // Whether the element in the body that is open has the last text that was heard.
    let mut is_last = false;
    let mut at = text.len() - prolog(text).len();
    loop {
        let next = at + memchr(b'<', text.as_bytes().get(at..)?)?;
        if let (Some(body), None) = (body, silent) {
            let apart = open.iter().find(|open| is_apart(local(open.written)));
            if heard.add(text, at..next, apart.map(|open| open.start)) {
                heard.end = Some(next);
                is_last = open.len() > body;
            }
        }
        let end = tag_end(text.as_bytes(), next)?;
        let tag = text.get(next + 1..end)?;
        at = end + 1;
        if let Some(name) = tag.strip_prefix('/') {
            (open.pop()?.written == name.trim_ascii_end()).then_some(())?;
            let depth = open.len();
            if is_last && body == Some(depth) {
                heard.end = Some(at);
                is_last = false;
            }
            silent = silent.filter(|silent| *silent != depth);
            if let Some(outer) = outer.as_mut().filter(|outer| outer.depth == Some(depth)) {
                outer.depth = None;
            }
            if body == Some(depth + 1) {
                break;
            }
            continue;
        }
        let name = tag.split(|c: char| c.is_ascii_whitespace() || c == '/').next()?;
        // Neither a comment nor an instruction.
        name.starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(())?;
        let (depth, closes) = (open.len(), tag.ends_with('/'));
        match (&mut outer, body) {
            (_, None) if local(name) == "body" => body = Some(depth + 1),
            (_, None) => {}
            (None, Some(_)) => {
                let depth = Some(depth).filter(|_| !closes);
                outer = Some(Outer { start: next, depth, first: None });
            }
            (Some(outer), Some(_)) => {
                if outer.depth == depth.checked_sub(1) && outer.depth.is_some() {
                    outer.first.get_or_insert(next);
                }
                // One within another is left to the tree.
                (local(name) != "body").then_some(())?;
            }
        }
        if closes {
            continue;
        }
        if body.is_some() && silent.is_none() && is_silent(local(name)) {
            silent = Some(depth);
        }
        open.push(Open { written: name, start: next });
    }
    let outer = outer?;
    heard.start = outer.first.unwrap_or(outer.start);
    Some(heard)
}

fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

/// Returns the end of the tag that begins at `start`: a value may have its sign in it.
fn tag_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        at += memchr3(b'>', b'"', b'\'', bytes.get(at..)?)?;
        match bytes.get(at)? {
            b'>' => return Some(at),
            quote => at += 2 + memchr(*quote, bytes.get(at + 1..)?)?,
        }
    }
}

/// Listens to any document; `None` if it is not well-formed, or has no body with an element
/// in it.
pub(super) fn to_a_tree(text: &str) -> Option<Heard> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).ok()?;
    let body = document.descendants().find(|node| node.tag_name().name() == "body")?;
    let outer = body.children().find(Node::is_element)?;
    let first = outer.children().find(Node::is_element).unwrap_or(outer);
    let mut heard = Heard { start: first.range().start, ..Heard::default() };
    listen(body, text, &mut heard);
    Some(heard)
}

fn listen(node: Node<'_, '_>, text: &str, heard: &mut Heard) {
    if node.is_text() {
        let apart = node.ancestors().filter(|node| is_apart(node.tag_name().name())).last();
        if heard.add(text, node.range(), apart.map(|node| node.range().start)) {
            let block = node.ancestors().take_while(|above| above.tag_name().name() != "body");
            heard.end = block.last().map(|above| above.range().end);
        }
    }
    if is_silent(node.tag_name().name()) {
        return;
    }
    for child in node.children() {
        listen(child, text, heard);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: [&str; 6] = [
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE html>\n<html><head><title>No</title>\
         </head><body><main id='a>b'><h1>One <em>two</em></h1><p>Three &amp; <a href=\"x\">f&#x6f;ur\
         <br/></a>.</p><figure><p>Not</p><svg><text>not</text></svg></figure><p> </p></main>\n</body></html>",
        "<html><body>Text <p/>and <main>more</main> and more</body></html>",
        "<html><body><hr /><p>A <x:math>b</x:math><math>c<math>d</math>e</math> f</p ></body></html>",
        "<html><body><div><a><h2>One</h2></a></div><div>12</div></body></html>",
        "<html><body><div>\u{c4}rger <b\n>x</b></div><figure>last</figure></body></html>",
        "<html><body><section><p>a</p></section><section><p>b</p> </section><p>3</p></body></html>",
    ];

    #[test]
    fn the_same_is_heard_without_a_tree() {
        for text in PLAIN {
            // A prefix must be declared for a tree.
            let text = text.replace("<html", "<html xmlns:x=\"y\"");
            let heard = plainly(&text);
            assert!(heard.is_some(), "{text}");
            assert_eq!(heard, to_a_tree(&text), "{text}");
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_tree() {
        for text in [
            "<html><body><p>a<!-- b --></p></body></html>",
            "<html><body><p><![CDATA[a]]></p></body></html>",
            "<!DOCTYPE html [<!ENTITY x \"a\">]><html><body><p>&x;</p></body></html>",
            "<html><body><div><body><p>a</p></body></div></body></html>",
        ] {
            assert_eq!(plainly(text), None, "{text}");
            assert!(to_a_tree(text).is_some(), "{text}");
        }
        for text in [
            "<html><body/></html>",
            "<html><body>a</body></html>",
            "<p>a</p>",
            "<html><body><p>a</body></html>",
        ] {
            assert_eq!((plainly(text), to_a_tree(text)), (None, None), "{text}");
        }
    }
}
