//! Flashcards that are hard to learn: what learners of spaced repetition have
//! found out to cost them most (the rules of formulating knowledge, Wozniak 1999).
//!
//! Does: warns. Knows: drafts. Must not know: the ledger, identities.

use std::collections::{BTreeMap, BTreeSet};

use super::derive::Draft;
use super::similarity::normalized;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Block, FlashcardKind, Inline, NodeId, plain_text};
use crate::source::Span;

/// The most words of a good answer.
const WORDS: usize = 12;
/// The most cards of a good text.
const CARDS: usize = 4;
/// The fewest letters of an answer that gives itself away: "a" is in every text.
const TELLING: usize = 3;

/// Warns of the drafts of a topic.
pub(super) fn report(drafts: &[Draft], diagnostics: &mut Diagnostics) {
    let mut asked: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for draft in drafts {
        let faces = faces(draft);
        if faces.len() > CARDS && matches!(draft.kind, FlashcardKind::Cloze { .. }) {
            diagnostics.push(
                Diagnostic::warning(
                    Code::ManyClozes,
                    format!("this text makes {} flashcards, of which each shows the others' answers", faces.len()),
                )
                .at(draft.span)
                .hint(format!(
                    "mark up to {CARDS} things in a sentence or bullet, split it, or give marks that belong together one number: `==c1: …==`"
                )),
            );
        }
        let mut told = false;
        for Face { question, answer } in &faces {
            let words = answer.split_whitespace().count();
            if words > WORDS {
                diagnostics.push(
                    Diagnostic::warning(
                        Code::LongAnswer,
                        format!("an answer of {words} words is too long to be known by heart: \"{}\"", excerpt(answer)),
                    )
                    .at(draft.span)
                    .hint(format!("ask for the one thing that matters, in {WORDS} words or fewer; the rest can stand around it")),
                );
            }
            let shown = format!(" {} ", normalized(question));
            let wanted = normalized(answer);
            let tells = wanted.chars().filter(|c| c.is_alphabetic()).count() >= TELLING;
            if !told && tells && shown.contains(&format!(" {wanted} ")) {
                told = true;
                diagnostics.push(
                    Diagnostic::warning(
                        Code::VisibleAnswer,
                        format!("the answer \"{}\" can be read in the question", excerpt(answer)),
                    )
                    .at(draft.span)
                    .hint("mark it there, too, or word the question without it"),
                );
            }
            let context: Vec<String> = draft.context.iter().map(|step| plain_text(step)).collect();
            let key = format!("{}\n{}", context.join(" › "), normalized(question));
            let places = asked.entry(key).or_default();
            if places.last() != Some(&draft.span) {
                places.push(draft.span);
            }
        }
    }
    for places in asked.values() {
        let [first, second, ..] = places.as_slice() else { continue };
        let count = match places.len() {
            2 => "two".to_owned(),
            many => many.to_string(),
        };
        diagnostics.push(
            Diagnostic::warning(
                Code::TwinFlashcards,
                format!("{count} flashcards ask the same question"),
            )
            .at(*second)
            .hint_at(*first, "the first is here")
            .hint("say in each what tells them apart, or ask once"),
        );
    }
}

/// A card: what it asks, and what it wants to hear.
struct Face {
    question: String,
    answer: String,
}

/// Returns the cards of a draft.
fn faces(draft: &Draft) -> Vec<Face> {
    match &draft.kind {
        FlashcardKind::Basic { front, back, .. } => {
            let nothing = BTreeSet::new();
            let (mut question, mut answer) = (String::new(), String::new());
            push_blocks(front, &nothing, &mut question);
            push_blocks(back, &nothing, &mut answer);
            vec![Face { question, answer }]
        }
        FlashcardKind::Cloze { text, .. } => {
            // Marks with one number, or with the same words, are asked together.
            let mut groups: BTreeMap<(Option<u32>, &str), Vec<NodeId>> = BTreeMap::new();
            for cloze in &draft.clozes {
                let words = if cloze.number.is_some() { "" } else { cloze.text.as_str() };
                groups.entry((cloze.number, words)).or_default().push(cloze.id);
            }
            let face = |ids: &Vec<NodeId>| {
                let hidden = ids.iter().copied().collect();
                let mut question = String::new();
                push_blocks(text, &hidden, &mut question);
                let said = draft.clozes.iter().filter(|cloze| hidden.contains(&cloze.id));
                let mut said: Vec<&str> = said.map(|cloze| cloze.text.as_str()).collect();
                said.dedup();
                Face { question, answer: said.join(" ") }
            };
            groups.values().map(face).collect()
        }
        // What is asked is on the picture.
        FlashcardKind::Figure { .. } | FlashcardKind::Occlusion { .. } => Vec::new(),
    }
}

fn push_blocks(blocks: &[Block], hidden: &BTreeSet<NodeId>, out: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(paragraph) => push_line(&paragraph.content, hidden, out),
            Block::List(list) => {
                list.items.iter().for_each(|item| push_blocks(&item.blocks, hidden, out));
            }
            Block::DefinitionList(list) => {
                for item in &list.items {
                    push_line(&item.term, hidden, out);
                    push_blocks(&item.blocks, hidden, out);
                }
            }
            Block::Table(table) => {
                table.rows.iter().flatten().for_each(|cell| push_line(cell, hidden, out));
            }
            Block::Quote(quote) => push_blocks(&quote.blocks, hidden, out),
            Block::Callout(callout) => push_blocks(&callout.blocks, hidden, out),
            Block::Equation(equation) => out.push_str(&equation.math.plain()),
            Block::CodeBlock(code) => out.push_str(&code.text),
            Block::Figure(_) | Block::Card(_) | Block::ThematicBreak => {}
        }
        out.push(' ');
    }
}

fn push_line(inlines: &[Inline], hidden: &BTreeSet<NodeId>, out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Cloze(cloze) if hidden.contains(&cloze.id) => out.push_str(" … "),
            Inline::Cloze(cloze) => push_line(&cloze.content, hidden, out),
            Inline::Emphasis(content)
            | Inline::Strong(content)
            | Inline::Strikeout(content)
            | Inline::Superscript(content)
            | Inline::Subscript(content)
            | Inline::SmallCaps(content) => push_line(content, hidden, out),
            Inline::Foreign(foreign) => push_line(&foreign.content, hidden, out),
            Inline::Indexed(indexed) => push_line(&indexed.content, hidden, out),
            Inline::Link(link) => push_line(&link.content, hidden, out),
            other => out.push_str(&plain_text(std::slice::from_ref(other))),
        }
    }
    out.push(' ');
}

fn excerpt(text: &str) -> String {
    match text.char_indices().nth(48) {
        None => text.trim().to_owned(),
        Some((cut, _)) => format!("{}…", text[..cut].trim()),
    }
}
