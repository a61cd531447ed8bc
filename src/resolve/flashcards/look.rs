//! What is to be known of a text before it is asked: its words, what is marked in
//! it, and what it cites.

use super::numbers::DraftCloze;
use crate::model::{
    Block, Citation, CiteKey, Cloze, Inline, Visitor, plain_text, walk_block, walk_blocks,
};

/// Squeezes white space, and removes what citations and references leave behind
/// when they are left out: empty brackets, and spaces before punctuation.
pub(super) fn tidy(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace().filter(|word| !matches!(*word, "()" | "[]")) {
        if !out.is_empty() && !word.chars().all(|c| matches!(c, '.' | ',' | ';' | ':')) {
            out.push(' ');
        }
        let punctuated = word.strip_prefix("()").filter(|rest| !rest.is_empty());
        if punctuated.is_some() {
            out.truncate(out.trim_end().len());
        }
        out.push_str(punctuated.unwrap_or(word));
    }
    out
}

/// What is to be known of a text before it is asked.
pub(super) struct Found {
    /// The plain text that it is known by.
    pub(super) text: String,
    /// What it leaves out.
    pub(super) clozes: Vec<DraftCloze>,
    /// The works that it cites, and what goes with it.
    pub(super) references: Vec<CiteKey>,
}

/// Looks through a text, and the citations of what goes with it.
pub(super) fn look(text: &[Block], rest: &[Block]) -> Found {
    let mut looker = Looker::default();
    walk_blocks(text, &mut looker);
    // Only the text itself asks; what goes with it may cite.
    let clozes = std::mem::take(&mut looker.clozes);
    walk_blocks(rest, &mut looker);
    let mut words = String::new();
    push_words(text, &mut words);
    Found { text: tidy(&words), clozes, references: looker.references }
}

/// Appends what a flashcard is known by: all words of its text, without notes.
/// A row of a table is known by its cells, for its header is every row's.
pub(super) fn push_words(blocks: &[Block], out: &mut String) {
    let line = |inlines: &[Inline], out: &mut String| {
        out.push_str(&plain_text(inlines));
        out.push(' ');
    };
    for block in blocks {
        match block {
            Block::Paragraph(paragraph) => line(&paragraph.content, out),
            Block::List(list) => list.items.iter().for_each(|item| push_words(&item.blocks, out)),
            Block::DefinitionList(list) => {
                for item in &list.items {
                    line(&item.term, out);
                    push_words(&item.blocks, out);
                }
            }
            Block::Table(table) => table.rows.iter().flatten().for_each(|cell| line(cell, out)),
            Block::Quote(quote) => push_words(&quote.blocks, out),
            Block::Callout(callout) => push_words(&callout.blocks, out),
            Block::CodeBlock(code) => out.push_str(&code.text),
            Block::Equation(equation) => {
                out.push_str(&equation.math.plain());
                out.push(' ');
            }
            Block::Figure(figure) => line(&figure.caption.long, out),
            Block::Card(_) | Block::ThematicBreak => {}
        }
    }
}

/// Tells whether anything in the text is marked: most of it is not, and need not
/// be copied to find out.
pub(super) fn asks<'a>(text: impl IntoIterator<Item = &'a Block>) -> bool {
    struct Search(bool);
    impl Visitor for Search {
        fn inline(&mut self, inline: &Inline) {
            self.0 |= matches!(inline, Inline::Cloze(_));
        }
    }
    let mut search = Search(false);
    text.into_iter().for_each(|block| walk_block(block, &mut search));
    search.0
}

/// Collects clozes and citations.
#[derive(Default)]
struct Looker {
    clozes: Vec<DraftCloze>,
    references: Vec<CiteKey>,
    /// How many of the inlines to come stand in a footnote: no card shows it.
    aside: usize,
}

impl Visitor for Looker {
    fn inline(&mut self, inline: &Inline) {
        if self.aside > 0 {
            self.aside -= 1;
            return;
        }
        match inline {
            Inline::Footnote(footnote) => {
                let mut counter = Counter(0);
                walk_blocks(&footnote.blocks, &mut counter);
                self.aside = counter.0;
            }
            Inline::Cloze(Cloze { id, number, content, .. }) => self.clozes.push(DraftCloze {
                id: *id,
                number: number.filter(|number| *number > 0),
                text: tidy(&plain_text(content)),
            }),
            _ => {}
        }
    }

    fn citation(&mut self, citation: &Citation) {
        for item in &citation.items {
            if !self.references.contains(&item.key.value) {
                self.references.push(item.key.value.clone());
            }
        }
    }
}

/// Counts inlines.
struct Counter(usize);

impl Visitor for Counter {
    fn inline(&mut self, _inline: &Inline) {
        self.0 += 1;
    }
}
