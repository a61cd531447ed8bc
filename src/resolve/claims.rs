//! Claims without a source, in sections of kinds that ask for sources.
//!
//! What stands as one thing on the page is one claim: a paragraph; a bullet with
//! all that is below it; a term and what it means; a table, a quotation or a
//! callout as a whole. A source is a citation anywhere in it, its notes
//! included. Two places speak for more than themselves: a heading for its whole
//! section, and a paragraph that ends with a colon for what it leads to.

use super::kinds;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{
    Block, CardBlock, Citation, Document, Inline, ListItem, Section, SectionKind, SourceRule,
    Visitor, plain_text, walk_block, walk_blocks, walk_inlines,
};
use crate::source::Span;

/// Reports the claims without a source.
pub fn claims(document: &Document, diagnostics: &mut Diagnostics) {
    if document.kinds.iter().all(|kind| kind.sources != SourceRule::Required) {
        return;
    }
    // Kinds that do not exist are reported where topics are put together.
    let kinds = kinds::find(&document.topics, &document.kinds, &mut Diagnostics::default());
    let mut finder = Finder { kinds, kind: String::new(), diagnostics };
    for topic in &document.topics {
        finder.sections(&topic.sections, None);
    }
}

struct Finder<'a> {
    kinds: kinds::Kinds,
    /// The kind that asks.
    kind: String,
    diagnostics: &'a mut Diagnostics,
}

impl Finder<'_> {
    fn sections(&mut self, sections: &[Section], outer: Option<&SectionKind>) {
        for section in sections {
            let own = self.kinds.get(&section.id).cloned();
            let kind = own.as_deref().or(outer);
            if section.controls.no_source {
                continue;
            }
            if let Some(kind) = kind.filter(|kind| kind.sources == SourceRule::Required) {
                // A heading speaks for everything below it.
                if line_cites(&section.heading) {
                    continue;
                }
                kind.id.as_str().clone_into(&mut self.kind);
                self.blocks(&section.blocks);
            }
            self.sections(&section.sections, kind);
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        // Whether the paragraph before leads to what comes, and cites for it.
        let mut led = false;
        for block in blocks {
            let cited = led;
            led = false;
            match block {
                Block::Paragraph(paragraph) => {
                    let text = plain_text(&paragraph.content);
                    let cites = line_cites(&paragraph.content);
                    if text.trim_end().ends_with(':') {
                        led = cites;
                    } else if !cites && is_statement(&paragraph.content, &text) {
                        self.report(paragraph.span);
                    }
                }
                Block::List(list) if list.controls.no_source || cited => {}
                Block::List(list) => {
                    for item in &list.items {
                        self.item(item);
                    }
                }
                Block::DefinitionList(list) => {
                    for item in &list.items {
                        if !cited && !line_cites(&item.term) && !cites(&item.blocks) {
                            self.report(item.span);
                        }
                    }
                }
                Block::Callout(callout) if callout.controls.no_source => {}
                Block::Table(_) | Block::Quote(_) | Block::Callout(_) => {
                    let span = place(block).filter(|_| !cited && !block_cites(block));
                    span.into_iter().for_each(|span| self.report(span));
                }
                // Figures have credits; the rest says nothing of its own.
                Block::Figure(_)
                | Block::CodeBlock(_)
                | Block::Card(_)
                | Block::Equation(_)
                | Block::ThematicBreak => {}
            }
        }
    }

    fn item(&mut self, item: &ListItem) {
        let says = item.blocks.iter().any(|block| match block {
            Block::Paragraph(paragraph) => {
                is_statement(&paragraph.content, &plain_text(&paragraph.content))
            }
            other => place(other).is_some(),
        });
        if says && !item.controls.no_source && !cites(&item.blocks) {
            self.report(item.blocks.iter().find_map(place).unwrap_or(item.span));
        }
    }

    fn report(&mut self, span: Span) {
        let message =
            format!("nothing is cited here, and the kind `{}` requires sources", self.kind);
        self.diagnostics.push(
            Diagnostic::warning(Code::MissingSource, message)
                .at(span)
                .hint("cite a work: `[@key]`; or say that none is needed: `{.no-source}`"),
        );
    }
}

/// Tells whether a line says anything in words of its own, rather than where to
/// read on.
fn is_statement(content: &[Inline], plain: &str) -> bool {
    let elsewhere = |inline: &Inline| match inline {
        Inline::Link(link) => link.more,
        Inline::Text(text) => !text.contains(char::is_alphanumeric),
        Inline::CrossReference(_) | Inline::LineBreak => true,
        _ => false,
    };
    plain.contains(char::is_alphanumeric) && !content.iter().all(elsewhere)
}

/// Returns where a block begins to say something; `None` for those that say
/// nothing.
fn place(block: &Block) -> Option<Span> {
    match block {
        Block::Paragraph(paragraph) => Some(paragraph.span),
        Block::List(list) => list
            .items
            .iter()
            .find_map(|item| item.blocks.iter().find_map(place).or(Some(item.span))),
        Block::DefinitionList(list) => list.items.first().map(|item| item.span),
        Block::Table(table) => Some(table.span),
        Block::Quote(quote) => quote.blocks.iter().find_map(place),
        Block::Callout(callout) => Some(callout.span),
        Block::Figure(_)
        | Block::CodeBlock(_)
        | Block::Card(_)
        | Block::Equation(_)
        | Block::ThematicBreak => None,
    }
}

fn cites(blocks: &[Block]) -> bool {
    let mut seeker = Seeker::default();
    walk_blocks(blocks, &mut seeker);
    seeker.found
}

fn block_cites(block: &Block) -> bool {
    let mut seeker = Seeker::default();
    walk_block(block, &mut seeker);
    seeker.found
}

fn line_cites(content: &[Inline]) -> bool {
    let mut seeker = Seeker::default();
    walk_inlines(content, &mut seeker);
    seeker.found
}

/// Looks for a citation that is printed.
#[derive(Default)]
struct Seeker {
    found: bool,
}

impl Visitor for Seeker {
    fn enters_card(&self, _card: &CardBlock) -> bool {
        false
    }

    fn citation(&mut self, _citation: &Citation) {
        self.found = true;
    }
}
