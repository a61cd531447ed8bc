//! Codes to scan: links as paper has them, QR codes of ISO/IEC 18004.
//!
//! A layout gets a code as outlines of its dark modules, for one path: modules
//! that are drawn one by one show hairlines between them on screens and in
//! copies.

use std::collections::BTreeMap;

use fast_qr::{ECL, QRBuilder, QRCode};
use serde_json::{Value, json};
use url::Url;

use super::breaks;
use super::data::Writer;
use crate::model::{
    Block, Inline, LONGEST_CODE, Link, Variant, Visitor, plain_text, walk_block, walk_inline,
    walk_inlines, web_address,
};

/// A corner of a module, in modules from the top left.
type Corner = (usize, usize);

impl Writer<'_> {
    /// Returns the codes of the links that a block holds itself, as a block to stand
    /// behind it; `None` if there are none.
    pub(super) fn codes_of(&self, block: &Block) -> Option<Value> {
        match block {
            Block::Paragraph(_) | Block::Table(_) | Block::Figure(_) => {
                let mut found = self.found();
                walk_block(block, &mut found);
                found.value()
            }
            // What is in them has its codes there.
            Block::List(_)
            | Block::DefinitionList(_)
            | Block::Quote(_)
            | Block::Callout(_)
            | Block::CodeBlock(_)
            | Block::Equation(_)
            | Block::ThematicBreak
            | Block::Card(_) => None,
        }
    }

    /// Returns blocks; before them, the codes of links in the lines above them.
    pub(super) fn blocks_after<'b>(
        &mut self,
        lines: impl IntoIterator<Item = &'b Vec<Inline>>,
        blocks: &[Block],
    ) -> Vec<Value> {
        let mut found = self.found();
        if self.with_codes {
            lines.into_iter().for_each(|line| walk_inlines(line, &mut found));
        }
        found.value().into_iter().chain(self.blocks(blocks)).collect()
    }

    fn found(&self) -> Found {
        let blanks = match self.variant {
            Variant::Student | Variant::Teacher => true,
            Variant::Full | Variant::Answers => false,
        };
        Found { codes: Vec::new(), blanks, hidden: 0 }
    }
}

/// Codes that are looked for. Where there are blanks, links in them have none: they
/// would tell what is to be written.
#[derive(Default)]
struct Found {
    codes: Vec<Value>,
    blanks: bool,
    /// How many of the next links are in a blank.
    hidden: usize,
}

impl Visitor for Found {
    fn inline(&mut self, inline: &Inline) {
        match inline {
            Inline::Cloze(cloze) if self.blanks => {
                let mut inner = Self::default();
                cloze.content.iter().for_each(|inline| walk_inline(inline, &mut inner));
                self.hidden += inner.codes.len();
            }
            Inline::Link(link) if link.code => {
                let Some(code) = code(link) else { return };
                match self.hidden.checked_sub(1) {
                    Some(rest) => self.hidden = rest,
                    None if self.codes.contains(&code) => {}
                    None => self.codes.push(code),
                }
            }
            _ => {}
        }
    }
}

impl Found {
    fn value(self) -> Option<Value> {
        (!self.codes.is_empty()).then(|| json!({ "type": "codes", "codes": self.codes }))
    }
}

/// Returns a code with what stands beside it; `None` if the address is too long.
fn code(link: &Link) -> Option<Value> {
    let url = web_address(&link.url).unwrap_or_else(|| link.url.clone());
    let scanned = scanned(&url);
    let code = encoded(&scanned)?;
    let shown = link.url.strip_prefix("mailto:").unwrap_or(&link.url);
    let said = plain_text(&link.content);
    Some(json!({
        "url": url,
        // Who clicked on the address itself has read it.
        "text": (said.trim() != shown).then_some(said),
        "address": breaks::address(shown),
        "modules": code.size,
        "outlines": outlines(&code),
    }))
}

/// Returns an address in letters that every reader of codes takes: hosts by their
/// code of ASCII (RFC 3492), for a QR code does not say how letters are coded.
fn scanned(url: &str) -> String {
    Url::parse(url).map_or_else(|_| url.to_owned(), String::from)
}

/// Returns the smallest code that a sixth of may be lost, or more where that takes
/// no larger one: on paper, codes get folds and stains.
fn encoded(text: &str) -> Option<QRCode> {
    if text.len() > LONGEST_CODE {
        return None;
    }
    let least = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let better = [ECL::H, ECL::Q].into_iter().find_map(|level| {
        let code = QRBuilder::new(text).ecl(level).build().ok()?;
        (code.size == least.size).then_some(code)
    });
    Some(better.unwrap_or(least))
}

/// Returns the outlines of all dark modules, each a list of corners: what is dark
/// is at the right hand of who walks along.
fn outlines(code: &QRCode) -> Vec<Vec<Corner>> {
    let size = code.size;
    let dark = |x: usize, y: usize| x < size && y < size && code[y][x].value();
    // Edges between dark and light by where they begin; at most two begin at one.
    let mut edges: BTreeMap<Corner, Vec<Corner>> = BTreeMap::new();
    for y in 0..size {
        for x in (0..size).filter(|x| dark(*x, y)) {
            let mut add = |from, to| edges.entry(from).or_default().push(to);
            if y == 0 || !dark(x, y - 1) {
                add((x, y), (x + 1, y));
            }
            if !dark(x + 1, y) {
                add((x + 1, y), (x + 1, y + 1));
            }
            if !dark(x, y + 1) {
                add((x + 1, y + 1), (x, y + 1));
            }
            if x == 0 || !dark(x - 1, y) {
                add((x, y + 1), (x, y));
            }
        }
    }
    let mut outlines = Vec::new();
    while let Some((start, _)) = edges.first_key_value() {
        let (start, mut at) = (*start, *start);
        let mut outline: Vec<Corner> = Vec::new();
        while let Some(mut ends) = edges.remove(&at) {
            let Some(next) = ends.pop() else { break };
            if !ends.is_empty() {
                edges.insert(at, ends);
            }
            // A corner on a straight line is none.
            if let [.., before, last] = outline.as_mut_slice()
                && (before.0 == last.0 && last.0 == at.0 || before.1 == last.1 && last.1 == at.1)
            {
                *last = at;
            } else {
                outline.push(at);
            }
            at = next;
            if at == start {
                break;
            }
        }
        outlines.push(outline);
    }
    outlines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws outlines again, by the rule of areas within areas.
    fn filled(outlines: &[Vec<Corner>], x: usize, y: usize) -> bool {
        let crossed = |outline: &Vec<Corner>| {
            let ends = outline.iter().cycle().skip(1);
            let edges = outline.iter().zip(ends);
            edges.filter(|(a, b)| a.0 == b.0 && a.0 <= x && (a.1 <= y) != (b.1 <= y)).count()
        };
        outlines.iter().map(crossed).sum::<usize>() % 2 == 1
    }

    #[test]
    fn outlines_hold_the_dark_modules_and_no_other() {
        for text in ["https://example.org/", &"https://example.org/long/".repeat(12)] {
            let code = encoded(text).expect("a code");
            let outlines = outlines(&code);
            for y in 0..code.size {
                for x in 0..code.size {
                    assert_eq!(filled(&outlines, x, y), code[y][x].value(), "{x}, {y}");
                }
            }
        }
    }

    #[test]
    fn addresses_are_scanned_as_ascii() {
        let of = |url: &str| scanned(&web_address(url).expect("an address"));
        assert_eq!(of("https://bücher.example/ä?q=1"), "https://xn--bcher-kva.example/%C3%A4?q=1");
        assert_eq!(of("mailto:me@example.org"), "mailto:me@example.org");
        assert_eq!(of("https://doi.org/10.1/a_(b)"), "https://doi.org/10.1/a_(b)");
    }

    #[test]
    fn codes_are_as_small_as_they_may_be() {
        let size = |length: usize| encoded(&"x".repeat(length)).map(|code| code.size);
        assert_eq!(size(14), Some(21));
        assert_eq!(size(15), Some(25));
        assert_eq!(size(84), Some(37));
        assert!(size(LONGEST_CODE).is_some() && size(LONGEST_CODE + 1).is_none());
    }
}
