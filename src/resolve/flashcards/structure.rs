//! What is asked of text that nobody marked, from how it is built.
//!
//! Does: covers the fact that follows a term, the values in a sentence, an item
//! that its features tell from the others, an item that follows others. Knows:
//! the model. Must not know: which sections want it, contexts, the ledger.
//!
//! Nobody can recite a list of seven causes and learn from the mistake, so no
//! list is asked for as a whole: each item is asked by what tells it apart, or by
//! what comes before it (the rules of formulating knowledge, Wozniak 1999).

use super::look::asks;
use crate::model::{
    Block, Cloze, Controls, DefinitionList, Inline, LineEditor, List, ListItem, NodeId, Paragraph,
    edit_blocks, plain_text,
};
use crate::source::{FileId, Span};

/// How many words a term may have; what has more is a sentence.
const TERM: usize = 8;
/// How many items of an ordered list are shown before the one that is asked.
const BEFORE: usize = 2;
/// Units that a number is a value with. Those of counting (weeks, patients) are
/// words, and each language has its own.
const UNITS: [&str; 58] = [
    "%", "‰", "°", "°C", "°F", "K", "ng", "µg", "μg", "mcg", "mg", "g", "kg", "nm", "µm", "μm",
    "mm", "cm", "m", "km", "mm²", "cm²", "m²", "mm³", "cm³", "µL", "μL", "mL", "ml", "dL", "dl",
    "L", "l", "ms", "s", "min", "h", "d", "Hz", "kHz", "MHz", "GHz", "mmHg", "kPa", "Pa", "HU",
    "T", "mT", "mGy", "Gy", "µSv", "mSv", "Sv", "kVp", "kV", "mAs", "MBq", "GBq",
];

/// Gives out the keys of clozes that are in no source.
///
/// Readers number from 0 in the order of the text; from the other end no file is
/// long enough to meet them.
#[derive(Debug)]
pub(super) struct Keys {
    file: FileId,
    next: u32,
}

impl Keys {
    pub(super) fn new(file: FileId) -> Self {
        Self { file, next: u32::MAX }
    }

    fn cover(&mut self, content: Vec<Inline>) -> Inline {
        let id = NodeId { file: self.file, index: self.next };
        self.next -= 1;
        Inline::Cloze(Cloze { id, number: None, hint: None, content })
    }
}

/// `Term: fact`, as a line of text says it.
#[derive(Debug, PartialEq, Eq)]
struct Fact {
    term: Vec<Inline>,
    /// What stands between.
    sign: String,
    fact: Vec<Inline>,
}

/// Covers what a line says of its term, and the term if it is asked for, too.
/// `None` if the line has no term.
pub(super) fn term(line: &[Inline], reversed: bool, keys: &mut Keys) -> Option<Vec<Inline>> {
    let Fact { term, sign, fact } = fact(line)?;
    let (fact, rest) = split_end(fact);
    if plain_text(&fact).trim().is_empty() {
        return None;
    }
    let fact = keys.cover(fact);
    let mut line = if reversed { vec![keys.cover(term)] } else { term };
    line.push(Inline::Text(sign));
    line.push(fact);
    line.extend(rest);
    Some(line)
}

/// Covers what definitions say of their terms, and the terms if they are asked for,
/// too: first paragraphs only, for one card asks one thing.
pub(super) fn definition(list: &mut DefinitionList, reversed: bool, keys: &mut Keys) {
    for item in &mut list.items {
        let first = item.blocks.iter_mut().find_map(|block| match block {
            Block::Paragraph(paragraph) => Some(&mut paragraph.content),
            _ => None,
        });
        let Some(line) = first else { continue };
        let (words, rest) = split_end(std::mem::take(line));
        line.push(keys.cover(words));
        line.extend(rest);
        if reversed {
            let term = std::mem::take(&mut item.term);
            item.term.push(keys.cover(term));
        }
    }
}

/// Covers the values of a line and leaves their units. `None` if it has none.
pub(super) fn values(line: &[Inline], keys: &mut Keys) -> Option<Vec<Inline>> {
    let mut covered = false;
    let out = cover_values(line, keys, &mut covered);
    covered.then_some(out)
}

/// Covers the name of an item, and leaves what tells it from the others: the rest of its
/// line, or the bullets below it. `None` if nothing does.
pub(super) fn discriminator(blocks: &[Block], keys: &mut Keys) -> Option<Vec<Block>> {
    let at = blocks.iter().position(|block| matches!(block, Block::Paragraph(_)))?;
    let Some(Block::Paragraph(paragraph)) = blocks.get(at) else { return None };
    let below: Vec<Block> =
        blocks.iter().filter(|block| matches!(block, Block::List(_))).cloned().collect();
    let content = match fact(&paragraph.content) {
        Some(Fact { term, sign, fact }) => {
            let mut line = vec![keys.cover(term), Inline::Text(sign)];
            line.extend(fact);
            line
        }
        None if below.is_empty() => return None,
        None => {
            let (name, rest) = split_end(paragraph.content.clone());
            let mut line = vec![keys.cover(name)];
            line.extend(rest);
            line
        }
    };
    let mut text = vec![Block::Paragraph(Paragraph { content, span: paragraph.span })];
    let mut below = below;
    unmark(&mut below);
    text.extend(below);
    Some(text)
}

/// Shows the items before one, and asks for that: with what is marked in it, or
/// with its first paragraph.
///
/// `own` gives the blocks of an item that are its own words, those that lie below it left out.
pub(super) fn next_item(
    list: &List,
    at: usize,
    own: impl Fn(&ListItem) -> Vec<Block>,
    keys: &mut Keys,
) -> Option<Vec<Block>> {
    let item = list.items.get(at)?;
    let mut text = own(item);
    if !asks(&text) {
        let paragraph = text.iter_mut().find_map(|block| match block {
            Block::Paragraph(paragraph) => Some(paragraph),
            _ => None,
        })?;
        let (words, rest) = split_end(std::mem::take(&mut paragraph.content));
        paragraph.content = vec![keys.cover(words)];
        paragraph.content.extend(rest);
    }
    let first = at.saturating_sub(BEFORE);
    let entry = |blocks, span| ListItem { controls: Controls::default(), blocks, span };
    let mut items = Vec::new();
    for before in list.items.iter().skip(first).take(at - first) {
        let mut blocks = own(before);
        unmark(&mut blocks);
        items.push(entry(blocks, before.span));
    }
    items.push(entry(text, item.span));
    if let Some(next) = list.items.get(at + 1) {
        items.push(entry(vec![line("…", next.span)], next.span));
    }
    let start = list.start.unwrap_or(1).saturating_add(u32::try_from(first).unwrap_or(u32::MAX));
    Some(vec![Block::List(List {
        start: Some(start),
        tight: list.tight,
        controls: Controls::default(),
        items,
    })])
}

fn line(text: &str, span: Span) -> Block {
    Block::Paragraph(Paragraph { content: vec![Inline::Text(text.into())], span })
}

/// Leaves what was marked, and takes its marks away.
fn unmark(blocks: &mut [Block]) {
    struct Unmark;
    impl LineEditor for Unmark {
        fn enters_notes(&self) -> bool {
            true
        }

        fn line(&mut self, line: &mut Vec<Inline>) {
            if line.iter().any(|inline| matches!(inline, Inline::Cloze(_))) {
                *line = std::mem::take(line)
                    .into_iter()
                    .flat_map(|inline| match inline {
                        Inline::Cloze(cloze) => cloze.content,
                        other => vec![other],
                    })
                    .collect();
            }
        }
    }
    edit_blocks(blocks, &mut Unmark);
}

/// Parts a line into its term and what it says of it: at the first colon or
/// spaced dash, or after words in bold with which it begins.
fn fact(line: &[Inline]) -> Option<Fact> {
    if let [Inline::Strong(name), rest @ ..] = line
        && let Some(Inline::Text(last)) = name.last()
        && let Some(before) = last.trim_end().strip_suffix(':')
    {
        // `**Term:** fact`
        let mut name = name.clone();
        name.pop();
        if !before.is_empty() {
            name.push(Inline::Text(before.to_owned()));
        }
        return whole(vec![Inline::Strong(name)], ": ", rest.to_vec());
    }
    for (at, inline) in line.iter().enumerate() {
        let Inline::Text(text) = inline else { continue };
        let found = [": ", " — ", " – "]
            .into_iter()
            .filter_map(|sign| Some((text.find(sign)?, sign)))
            .min_by_key(|(place, _)| *place);
        if let Some((place, sign)) = found {
            let mut term = line.get(..at)?.to_vec();
            if place > 0 {
                term.push(Inline::Text(text.get(..place)?.to_owned()));
            }
            let mut fact = vec![Inline::Text(text.get(place + sign.len()..)?.to_owned())];
            fact.extend(line.get(at + 1..)?.iter().cloned());
            return whole(term, sign, fact);
        }
    }
    None
}

/// Returns the parts if both say something, and the term is no sentence.
fn whole(term: Vec<Inline>, sign: &str, mut fact: Vec<Inline>) -> Option<Fact> {
    if let Some(Inline::Text(text)) = fact.first_mut() {
        *text = text.trim_start().to_owned();
    }
    let (words, said) = (plain_text(&term), plain_text(&fact));
    let count = words.split_whitespace().count();
    let holds = (1..=TERM).contains(&count) && !said.trim().is_empty();
    holds.then(|| Fact { term, sign: sign.to_owned(), fact })
}

/// Parts what can be asked from what ends a line: citations, notes, a full stop.
fn split_end(mut line: Vec<Inline>) -> (Vec<Inline>, Vec<Inline>) {
    let mut end = Vec::new();
    while let Some(last) = line.pop() {
        match last {
            Inline::Citation(_) | Inline::Footnote(_) => end.push(last),
            Inline::Text(text) => {
                let kept =
                    text.trim_end_matches([' ', '\u{a0}', '\u{202f}', '.', ',', ';', ':', '。']);
                let rest = text.get(kept.len()..).unwrap_or_default();
                if !rest.is_empty() {
                    end.push(Inline::Text(rest.to_owned()));
                }
                if !kept.is_empty() {
                    line.push(Inline::Text(kept.to_owned()));
                    break;
                }
            }
            other => {
                line.push(other);
                break;
            }
        }
    }
    end.reverse();
    (line, end)
}

fn cover_values(line: &[Inline], keys: &mut Keys, covered: &mut bool) -> Vec<Inline> {
    let mut out = Vec::new();
    for inline in line {
        match inline {
            Inline::Text(text) => {
                let mut from = 0;
                for (start, end) in found_values(text) {
                    let (Some(before), Some(value)) = (text.get(from..start), text.get(start..end))
                    else {
                        continue;
                    };
                    if !before.is_empty() {
                        out.push(Inline::Text(before.to_owned()));
                    }
                    out.push(keys.cover(vec![Inline::Text(value.to_owned())]));
                    *covered = true;
                    from = end;
                }
                match text.get(from..) {
                    Some("") | None => {}
                    Some(rest) => out.push(Inline::Text(rest.to_owned())),
                }
            }
            Inline::Emphasis(content) => {
                out.push(Inline::Emphasis(cover_values(content, keys, covered)));
            }
            Inline::Strong(content) => {
                out.push(Inline::Strong(cover_values(content, keys, covered)));
            }
            other => out.push(other.clone()),
        }
    }
    out
}

/// Returns where numbers with a unit stand, in bytes: `5–10` of `5–10 mg`.
fn found_values(text: &str) -> Vec<(usize, usize)> {
    let is_space = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text
        .get(from..)
        .and_then(|rest| rest.find(|c: char| c.is_ascii_digit()))
        .map(|place| place + from)
    {
        let rest = text.get(start..).unwrap_or_default();
        let length = rest
            .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '–' | '-' | '×' | '/'))
            .unwrap_or(rest.len());
        let number = rest.get(..length).unwrap_or_default();
        let number = number.trim_end_matches(|c: char| !c.is_ascii_digit());
        let end = start + number.len();
        let after = text.get(end..).unwrap_or_default();
        let unit = after.trim_start_matches(is_space);
        // A unit ends where its letters do; what stands before a number must not
        // make it a part of a name: `T2 m`.
        let name = unit
            .split(|c: char| !(c.is_alphabetic() || matches!(c, '%' | '‰' | '°' | '²' | '³')))
            .next()
            .unwrap_or_default();
        let is_free = !text
            .get(..start)
            .and_then(|before| before.chars().next_back())
            .is_some_and(char::is_alphanumeric);
        if is_free && UNITS.contains(&name) {
            found.push((start, end));
        }
        from = start + length.max(1);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{ProjectPath, Sources};

    fn keys() -> Keys {
        let path = ProjectPath::new("a.md").expect("a plain path");
        Keys::new(Sources::default().add(path, String::new()))
    }

    fn text(text: &str) -> Inline {
        Inline::Text(text.into())
    }

    /// Writes clozes in braces.
    fn shown(line: &[Inline]) -> String {
        let one = |inline: &Inline| match inline {
            Inline::Cloze(cloze) => format!("{{{}}}", plain_text(&cloze.content)),
            other => plain_text(std::slice::from_ref(other)),
        };
        line.iter().map(one).collect()
    }

    #[test]
    fn a_fact_is_what_follows_its_term() {
        let strong = |words: &str| Inline::Strong(vec![text(words)]);
        for (line, reversed, wanted) in [
            (vec![strong("Dose"), text(": 5 mg daily.")], false, "Dose: {5 mg daily}."),
            (vec![strong("Dose:"), text(" 5 mg")], true, "{Dose}: {5 mg}"),
            (vec![text("Sign: air — free")], false, "Sign: {air — free}"),
            (vec![text("Sarcoid – hilar nodes")], false, "Sarcoid – {hilar nodes}"),
        ] {
            let found = term(&line, reversed, &mut keys()).map(|line| shown(&line));
            assert_eq!(found.as_deref(), Some(wanted));
        }
        for line in [
            vec![text("No term here.")],
            vec![text("This is a whole sentence with many words in it: so it is no term")],
            vec![strong("Dose:")],
            vec![text("At 10:30 it was there")],
        ] {
            assert_eq!(term(&line, false, &mut keys()), None);
        }
    }

    #[test]
    fn a_value_is_covered_and_its_unit_seen() {
        for (line, wanted) in [
            ("Give 5–10 mg in 2.5\u{a0}h.", "Give {5–10} mg in {2.5}\u{a0}h."),
            ("Over 95% of 300 patients", "Over {95}% of 300 patients"),
            ("T2 m is no value, nor is 3 men", "-"),
            ("See 12, 13. Then 4/5 mL, 7", "See 12, 13. Then {4/5} mL, 7"),
            ("Nodes of 1 cm²", "Nodes of {1} cm²"),
        ] {
            let found = values(&[text(line)], &mut keys());
            assert_eq!(found.map_or("-".into(), |line| shown(&line)), wanted);
        }
    }
}
