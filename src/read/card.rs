//! Flashcards that authors write: `card` blocks, and cards in YAML topics.

use super::Ctx;
use super::markdown;
use crate::diag::{Code, Diagnostic};
use crate::model::{Block, CardBlock, CardContent, FlashcardId, Tag};
use crate::source::{Span, Spanned};
use crate::yaml::{self, Fields, Node, OffsetMap};

const WHAT: &str = "a card";

/// Reads the YAML of a `card` block.
pub(super) fn from_block(
    text: &str,
    map: &OffsetMap,
    span: Span,
    ctx: &mut Ctx,
) -> Option<Box<CardBlock>> {
    let mut node = yaml::parse_content(text, ctx.file, map, ctx.diagnostics)?;
    node.span = span;
    from_node(node, ctx)
}

/// Reads a card from its YAML mapping.
pub(super) fn from_node(node: Node, ctx: &mut Ctx) -> Option<Box<CardBlock>> {
    let mut fields = Fields::new(node, WHAT, ctx.diagnostics);
    let span = fields.span;
    let name = fields.text("id", ctx.diagnostics);
    let front = fields.text("front", ctx.diagnostics);
    let back = fields.text("back", ctx.diagnostics);
    let cloze = fields.text("cloze", ctx.diagnostics);
    let extra = fields.text("extra", ctx.diagnostics);
    let tags = fields.texts("tags", ctx.diagnostics);
    let reversed = fields.flag("reversed", ctx.diagnostics);
    fields.finish(WHAT, ctx.diagnostics);

    let name = name.and_then(|name| match FlashcardId::new(&name.value) {
        Some(id) => Some(Spanned::new(id, name.span)),
        None => {
            ctx.error(
                Code::InvalidValue,
                format!("the card id `{}` is empty or has spaces", name.value),
                name.span,
            );
            None
        }
    });
    let content = match (front, back, cloze) {
        (Some(front), Some(back), None) => CardContent::Basic {
            front: read_text(&front, ctx),
            back: read_text(&back, ctx),
            reversed,
        },
        (None, None, Some(text)) => CardContent::Cloze { text: read_text(&text, ctx) },
        _ => {
            ctx.diagnostics.push(
                Diagnostic::error(
                    Code::MissingKey,
                    "a card has either `front` and `back`, or `cloze`",
                )
                .at(span)
                .hint("write `front: …` and `back: …`"),
            );
            return None;
        }
    };
    let extra = extra.map(|extra| read_text(&extra, ctx)).unwrap_or_default();
    let tags = read_tags(tags, ctx);
    let id = ctx.node_id();
    Some(Box::new(CardBlock { id, name, content, extra, tags, span }))
}

/// Reads tags, each with its message if it is none.
pub(super) fn read_tags(written: Vec<Spanned<String>>, ctx: &mut Ctx) -> Vec<Tag> {
    let mut tags = Vec::new();
    for tag in written {
        match Tag::new(&tag.value) {
            Ok(tag) => tags.push(tag),
            Err(invalid) => ctx.error(Code::InvalidValue, invalid.to_string(), tag.span),
        }
    }
    tags
}

/// Reads the Markdown of a YAML text; it has no headings.
pub(super) fn read_text(text: &Spanned<String>, ctx: &mut Ctx) -> Vec<Block> {
    let (blocks, sections) = markdown::read(&text.value, ctx.map_of(text), ctx);
    if let Some(section) = sections.first() {
        let hint = "write it as a paragraph of its own, such as `**Treatment**`";
        ctx.refuse(Code::BrokenMarkdown, "a heading cannot stand here", section.span, hint);
    }
    blocks
}
