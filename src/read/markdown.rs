//! Markdown blocks to the model's, by comrak.

use std::collections::BTreeMap;
use std::sync::Arc;

use comrak::nodes::{AstNode, ListType, NodeValue, TableAlignment};
use comrak::options::BrokenLinkReference;
use comrak::{Arena, Options, ResolvedReference, parse_document};

use super::inline::{self, Place};
use super::snippet::Snippet;
use super::typography::Typography;
use super::{Ctx, callout, card, citation, figure, html, kind, math, passage, syntax};
use crate::diag::{Code, Diagnostic, near_miss};
use crate::model::{
    Alignment, Block, CodeBlock, Controls, Definition, DefinitionList, Inline, Label, List,
    ListItem, Paragraph, Quote, Section, Table,
};
use crate::source::{Span, Spanned};
use crate::yaml::OffsetMap;

/// What a citation's link begins with on its way through the parser. No author
/// can write it: sources hold no control characters.
pub(super) const CITATION: &str = "\u{1}cite:";

/// A text on its way to the model.
pub(super) struct Text<'s, 'a> {
    pub(super) snippet: &'s Snippet<'s>,
    pub(super) place: Place,
    /// The notes, until each is called: they may stand after their call.
    notes: BTreeMap<String, &'a AstNode<'a>>,
    /// Where notes were called that are not among them any more.
    pub(super) called: BTreeMap<String, Span>,
    /// How deep the inlines are nested that are being read.
    pub(super) depth: usize,
    pub(super) typography: Typography,
}

impl<'s, 'a> Text<'s, 'a> {
    pub(super) fn new(snippet: &'s Snippet<'s>, place: Place, ctx: &Ctx) -> Self {
        let typography = Typography::new(&ctx.defaults.language, ctx.defaults.smart);
        let (notes, called) = (BTreeMap::new(), BTreeMap::new());
        Self { snippet, place, notes, called, depth: 0, typography }
    }

    /// Reads the note of that name, the first time that it is called.
    pub(super) fn note(&mut self, name: &str, ctx: &mut Ctx) -> Option<Vec<Block>> {
        let node = self.notes.remove(name)?;
        // The line that calls the note goes on behind it.
        let line = self.typography.clone();
        let blocks = read_blocks(node, self, ctx, 1);
        self.typography = line;
        Some(blocks)
    }

    /// Reads a note that is written where it is called, `^[…]`, at `start..end`
    /// of the text. The parser counts the places in it from its own start.
    pub(super) fn inline_note(
        &mut self,
        name: &str,
        (start, end): (usize, usize),
        ctx: &mut Ctx,
    ) -> Option<Vec<Block>> {
        let node = self.notes.remove(name)?;
        let inner = self.snippet.part(start + 2, end.saturating_sub(1));
        let mut text = Text::new(&inner, self.place, ctx);
        text.notes = std::mem::take(&mut self.notes);
        text.depth = self.depth;
        let blocks = read_blocks(node, &mut text, ctx, 1);
        self.notes = text.notes;
        Some(blocks)
    }
}

/// How deep blocks may be nested: the parser and every writer go down by
/// recursion, so this bounds their stacks.
const MAX_DEPTH: usize = 12;

/// Parses a snippet and hands the tree to `read`.
pub(super) fn with_tree<T>(
    snippet: &Snippet,
    read: impl for<'a> FnOnce(&'a AstNode<'a>) -> T,
) -> T {
    let mut options = Options::default();
    let extension = &mut options.extension;
    extension.strikethrough = true;
    extension.table = true;
    extension.autolink = true;
    extension.superscript = true;
    extension.subscript = true;
    extension.footnotes = true;
    extension.inline_footnotes = true;
    extension.description_lists = true;
    extension.highlight = true;
    extension.math_dollars = true;
    extension.wikilinks_title_after_pipe = true;
    extension.header_attributes = true;
    extension.link_attributes = true;
    extension.alerts = true;
    extension.block_directive = true;
    options.parse.leave_footnote_definitions = true;
    options.parse.escaped_char_spans = true;
    let passages = passage::bracketed(snippet.text);
    options.parse.broken_link_callback = Some(Arc::new(move |link: BrokenLinkReference| {
        let url = if citation::is_citation(link.original) {
            format!("{CITATION}{}", link.original)
        } else if passages.contains(&passage::spaced(link.original)) {
            passage::PASSAGE.to_owned()
        } else {
            return None;
        };
        Some(ResolvedReference { url, title: String::new() })
    }));
    let arena = Arena::new();
    read(parse_document(&arena, snippet.text, &options))
}

/// Reads a text of blocks, parted into what stands before its first heading and
/// the sections after.
pub(super) fn read(text: &str, map: OffsetMap, ctx: &mut Ctx) -> (Vec<Block>, Vec<Section>) {
    let snippet = Snippet::new(text, ctx.file, map, 0);
    with_tree(&snippet, |root| {
        let mut text = Text::new(&snippet, Place::Body, ctx);
        collect_footnotes(root, &mut text, ctx);
        let mut outline = Outline::default();
        let mut pending = Vec::new();
        for node in root.children() {
            if let NodeValue::Heading(heading) = &node.data().value {
                outline.extend(std::mem::take(&mut pending));
                let section = read_heading(node, &mut text, ctx);
                outline.open(heading.level, section);
            } else {
                read_block(node, &mut text, ctx, &mut pending, 0);
            }
        }
        outline.extend(pending);
        for (name, node) in std::mem::take(&mut text.notes) {
            let span = snippet.span(node.data().sourcepos);
            ctx.diagnostics.push(
                Diagnostic::warning(
                    Code::BrokenMarkdown,
                    format!("the footnote `{name}` is never called"),
                )
                .at(span)
                .hint(format!("call it with `[^{name}]`, or delete it")),
            );
        }
        outline.close()
    })
}

/// Finds the notes, wherever they stand.
pub(super) fn collect_footnotes<'a>(root: &'a AstNode<'a>, text: &mut Text<'_, 'a>, ctx: &mut Ctx) {
    for node in root.descendants() {
        let data = node.data();
        if let NodeValue::FootnoteDefinition(definition) = &data.value
            && let Some(first) = text.notes.insert(definition.name.clone(), node)
        {
            let span = text.snippet.span(data.sourcepos);
            let first = text.snippet.span(first.data().sourcepos);
            ctx.diagnostics.push(
                Diagnostic::error(
                    Code::BrokenMarkdown,
                    format!("the footnote `{}` has two texts", definition.name),
                )
                .at(span)
                .hint_at(first, "the first is here")
                .hint("give each note a name of its own"),
            );
        }
    }
}

/// Headings as they come, nested by their level.
#[derive(Default)]
struct Outline {
    blocks: Vec<Block>,
    sections: Vec<Section>,
    /// The sections that are still open, outermost first, with their levels.
    open: Vec<(u8, Section)>,
}

impl Outline {
    fn extend(&mut self, blocks: Vec<Block>) {
        match self.open.last_mut() {
            Some((_, section)) => section.blocks.extend(blocks),
            None => self.blocks.extend(blocks),
        }
    }

    fn open(&mut self, level: u8, section: Section) {
        while self.open.last().is_some_and(|(open, _)| *open >= level) {
            self.pop();
        }
        self.open.push((level, section));
    }

    fn pop(&mut self) {
        if let Some((_, section)) = self.open.pop() {
            match self.open.last_mut() {
                Some((_, parent)) => parent.sections.push(section),
                None => self.sections.push(section),
            }
        }
    }

    fn close(mut self) -> (Vec<Block>, Vec<Section>) {
        while !self.open.is_empty() {
            self.pop();
        }
        (self.blocks, self.sections)
    }
}

fn read_heading<'a>(node: &'a AstNode<'a>, text: &mut Text<'_, 'a>, ctx: &mut Ctx) -> Section {
    let span = text.snippet.span(node.data().sourcepos);
    let heading = inline::line(node, text, ctx);
    let (mut label, mut named, mut controls) = (None, None, Controls::default());
    if let Some(attributes) = &node.data().attrs {
        label = attributes.id.as_deref().and_then(|id| read_label(id, span, ctx));
        let place = |key: &str| text.snippet.attribute(key, node.data().sourcepos);
        named = kind::from_pairs(&attributes.pairs, place, ctx);
        controls = ctx.controls(&attributes.classes, &[], span);
    }
    if heading.is_empty() {
        let hint = "write its words, or delete the number signs";
        ctx.refuse(Code::BrokenMarkdown, "this heading is empty", span, hint);
    }
    Section {
        id: ctx.node_id(),
        label,
        heading,
        kind: named,
        controls,
        blocks: Vec::new(),
        sections: Vec::new(),
        span,
    }
}

pub(super) fn read_label(text: &str, span: Span, ctx: &mut Ctx) -> Option<Spanned<Label>> {
    match Label::new(text) {
        Ok(label) => Some(Spanned::new(label, span)),
        Err(invalid) => {
            ctx.error(Code::InvalidValue, invalid.to_string(), span);
            None
        }
    }
}

fn read_blocks<'a>(
    node: &'a AstNode<'a>,
    text: &mut Text<'_, 'a>,
    ctx: &mut Ctx,
    depth: usize,
) -> Vec<Block> {
    // Most bullets hold one block: a vector that grows by itself takes four.
    let mut blocks = Vec::with_capacity(node.children().count());
    for child in node.children() {
        read_block(child, text, ctx, &mut blocks, depth);
    }
    blocks
}

fn read_block<'a>(
    node: &'a AstNode<'a>,
    text: &mut Text<'_, 'a>,
    ctx: &mut Ctx,
    blocks: &mut Vec<Block>,
    depth: usize,
) {
    let data = node.data();
    let span = text.snippet.span(data.sourcepos);
    if depth > MAX_DEPTH {
        let message = format!("this is nested more than {MAX_DEPTH} levels deep");
        ctx.refuse(Code::BrokenMarkdown, message, span, "part it into sections");
        return;
    }
    match &data.value {
        NodeValue::Paragraph if is_attributes(node, text) => {
            let list = |next: &'a AstNode<'a>| matches!(next.data().value, NodeValue::List(_));
            if !node.next_sibling().is_some_and(list) {
                ctx.diagnostics.push(
                    Diagnostic::error(Code::BrokenMarkdown, "these attributes belong to nothing")
                        .at(span)
                        .hint("put them before a list, or at the end of a heading or bullet"),
                );
            }
        }
        NodeValue::Paragraph => read_paragraph(node, span, text, ctx, blocks),
        NodeValue::Heading(_) => {
            ctx.diagnostics.push(
                Diagnostic::error(
                    Code::BrokenMarkdown,
                    "a heading cannot stand in a list, quotation or note",
                )
                .at(span)
                .hint("start the heading's line at the left margin"),
            );
        }
        NodeValue::List(list) => {
            let start = match list.list_type {
                ListType::Ordered => Some(u32::try_from(list.start).unwrap_or(1)),
                ListType::Bullet => None,
            };
            let items = node.children().map(|item| read_item(item, text, ctx, depth)).collect();
            let controls = list_controls(node, text, ctx);
            blocks.push(Block::List(List { start, tight: list.tight, controls, items }));
        }
        NodeValue::DescriptionList => {
            let mut items: Vec<Definition> = Vec::new();
            for item in node.children() {
                let definition = read_definition(item, text, ctx, depth);
                match items.last_mut() {
                    // A second meaning of the same term comes without one.
                    Some(last) if definition.term.is_empty() => {
                        last.blocks.extend(definition.blocks)
                    }
                    _ => items.push(definition),
                }
            }
            blocks.push(Block::DefinitionList(DefinitionList { items }));
        }
        NodeValue::BlockQuote => {
            callout::refuse_unknown(span, ctx);
            let inner = read_blocks(node, text, ctx, depth + 1);
            blocks.push(Block::Quote(Quote { blocks: inner }));
        }
        NodeValue::Alert(alert) => {
            let inner = read_blocks(node, text, ctx, depth + 1);
            blocks.push(callout::from_alert(alert, span, inner, ctx));
        }
        NodeValue::BlockDirective(fence) => {
            let inner = read_blocks(node, text, ctx, depth + 1);
            blocks.extend(callout::from_fence(fence, span, inner, ctx));
        }
        NodeValue::CodeBlock(code) => {
            let word = code.info.split_whitespace().next().unwrap_or("");
            match word {
                "figure" | "card" => {
                    let (start, end) = text.snippet.range(data.sourcepos);
                    let first =
                        text.snippet.text[start..end].find('\n').map_or(end, |at| start + at + 1);
                    let map = text.snippet.map_of(&code.literal, first, end);
                    let block = if word == "figure" {
                        figure::from_block(&code.literal, &map, span, ctx).map(Block::Figure)
                    } else {
                        card::from_block(&code.literal, &map, span, ctx).map(Block::Card)
                    };
                    blocks.extend(block);
                }
                _ => {
                    refuse_near_block(word, span, ctx);
                    blocks.push(Block::CodeBlock(CodeBlock {
                        language: (!word.is_empty()).then(|| word.to_owned()),
                        text: code.literal.clone(),
                    }));
                }
            }
        }
        NodeValue::Table(table) => {
            let alignments = table
                .alignments
                .iter()
                .map(|alignment| match alignment {
                    TableAlignment::None | TableAlignment::Left => Alignment::Start,
                    TableAlignment::Center => Alignment::Center,
                    TableAlignment::Right => Alignment::End,
                })
                .collect();
            let table = read_table(node, alignments, span, text, ctx);
            blocks.push(Block::Table(Box::new(table)));
        }
        NodeValue::ThematicBreak => blocks.push(Block::ThematicBreak),
        NodeValue::HtmlBlock(block) => {
            let text = block.literal.trim();
            if !text.starts_with("<!--") {
                html::refuse(text, span, ctx);
            } else if text.split_once("-->").is_some_and(|(_, rest)| !rest.trim().is_empty()) {
                // Markdown takes the rest of a comment's line for a part of it.
                ctx.diagnostics.push(
                    Diagnostic::error(Code::RawHtml, "text after a comment would be lost")
                        .at(span)
                        .hint("start it on a new line, with an empty line before it"),
                );
            }
        }
        // Read before the text; see `collect_footnotes`.
        NodeValue::FootnoteDefinition(_) => {}
        _ => {
            for child in node.children() {
                read_block(child, text, ctx, blocks, depth + 1);
            }
        }
    }
}

fn read_paragraph<'a>(
    node: &'a AstNode<'a>,
    span: Span,
    text: &mut Text<'_, 'a>,
    ctx: &mut Ctx,
    blocks: &mut Vec<Block>,
) {
    let mut children = node.children();
    if let (Some(only), None) = (children.next(), children.next())
        && let NodeValue::Image(image) = &only.data().value
    {
        let caption = inline::line(only, text, ctx);
        let attributes = only.data().attrs.clone();
        let figure = figure::from_image(&image.url, caption, attributes.as_deref(), span, ctx);
        blocks.extend(figure.map(Block::Figure));
        return;
    }
    let mut content = inline::line(node, text, ctx);
    if content.is_empty() {
        return;
    }
    if let Some(Block::Table(table)) = blocks.last_mut()
        && table.caption.is_none()
        && starts_caption(&content)
    {
        strip_caption_mark(&mut content);
        name_table(table, content, span, ctx);
        return;
    }
    if let Some((mut equation, attributes)) = math::equation(&content, span, ctx) {
        equation.label = attributes.id.and_then(|id| read_label(&id, span, ctx));
        ctx.controls(&attributes.classes, &[], span);
        blocks.push(Block::Equation(Box::new(equation)));
        return;
    }
    let (start, end) = text.snippet.range(node.data().sourcepos);
    math::warn_of_unclosed(&text.snippet.text[start..end], &content, span, ctx);
    blocks.push(Block::Paragraph(Paragraph { content, span }));
}

fn starts_caption(content: &[Inline]) -> bool {
    matches!(content.first(), Some(Inline::Text(text)) if text.starts_with(": "))
}

fn strip_caption_mark(content: &mut [Inline]) {
    if let Some(Inline::Text(text)) = content.first_mut() {
        *text = text[1..].trim_start().to_owned();
    }
}

/// Gives a table its caption, and the label at its end.
fn name_table(table: &mut Table, mut content: Vec<Inline>, span: Span, ctx: &mut Ctx) {
    let attributes = take_attributes(&mut content);
    if let Some(id) = attributes.id {
        table.label = read_label(&id, span, ctx);
    }
    ctx.controls(&attributes.classes, &[], span);
    table.caption = Some(content);
}

/// Takes `{#id .class}` off the end of a line.
fn take_attributes(content: &mut Vec<Inline>) -> syntax::Attributes {
    let Some(Inline::Text(last)) = content.last_mut() else { return syntax::Attributes::default() };
    let Some((rest, attributes)) = syntax::trailing_attributes(last) else {
        return syntax::Attributes::default();
    };
    *last = rest.to_owned();
    if last.is_empty() {
        content.pop();
    }
    attributes
}

/// A block whose name is all but `figure` or `card` would be printed as code.
fn refuse_near_block(word: &str, span: Span, ctx: &mut Ctx) {
    let bare = word.trim_matches(['{', '}', '.']).trim_end_matches('s').to_lowercase();
    let is_near =
        |name: &str| bare == name || (bare.len() > 4 && near_miss(&bare, [name]).is_some());
    if let Some(name) = ["figure", "card"].into_iter().find(|name| is_near(name)) {
        ctx.diagnostics.push(
            Diagnostic::error(Code::UnknownKey, format!("unknown block `{word}`"))
                .at(callout::first_line(span, ctx.text))
                .hint(format!("did you mean `{name}`?")),
        );
    }
}

/// Tells whether a paragraph is nothing but `{.name}`.
fn is_attributes<'a>(node: &'a AstNode<'a>, text: &Text<'_, 'a>) -> bool {
    let (start, end) = text.snippet.range(node.data().sourcepos);
    let written = text.snippet.text.get(start..end).unwrap_or_default().trim();
    written.starts_with('{')
        && syntax::trailing_attributes(written).is_some_and(|(rest, _)| rest.is_empty())
}

/// Reads the attributes on a line of their own before a list.
fn list_controls<'a>(node: &'a AstNode<'a>, text: &Text<'_, 'a>, ctx: &mut Ctx) -> Controls {
    let Some(line) = node.previous_sibling().filter(|before| {
        matches!(before.data().value, NodeValue::Paragraph) && is_attributes(before, text)
    }) else {
        return Controls::default();
    };
    let position = line.data().sourcepos;
    let (start, end) = text.snippet.range(position);
    let written = text.snippet.text.get(start..end).unwrap_or_default();
    let Some((_, attributes)) = syntax::trailing_attributes(written) else {
        return Controls::default();
    };
    let span = text.snippet.span(position);
    ctx.refuse_other(&attributes, "a list", span);
    ctx.controls(&attributes.classes, &[], span)
}

fn read_item<'a>(
    node: &'a AstNode<'a>,
    text: &mut Text<'_, 'a>,
    ctx: &mut Ctx,
    depth: usize,
) -> ListItem {
    let span = text.snippet.span(node.data().sourcepos);
    let mut blocks = read_blocks(node, text, ctx, depth + 1);
    let mut controls = Controls::default();
    if let Some(Block::Paragraph(first)) = blocks.first_mut() {
        let attributes = take_attributes(&mut first.content);
        ctx.refuse_other(&attributes, "a bullet", first.span);
        controls = ctx.controls(&attributes.classes, &[], first.span);
    }
    ListItem { controls, blocks, span }
}

fn read_definition<'a>(
    node: &'a AstNode<'a>,
    text: &mut Text<'_, 'a>,
    ctx: &mut Ctx,
    depth: usize,
) -> Definition {
    let span = text.snippet.span(node.data().sourcepos);
    let (mut term, mut blocks) = (Vec::new(), Vec::new());
    for part in node.children() {
        match part.data().value {
            NodeValue::DescriptionTerm => {
                for paragraph in part.children() {
                    term.extend(inline::line(paragraph, text, ctx));
                }
            }
            _ => blocks.extend(read_blocks(part, text, ctx, depth + 1)),
        }
    }
    Definition { term, blocks, span }
}

fn read_table<'a>(
    node: &'a AstNode<'a>,
    alignments: Vec<Alignment>,
    span: Span,
    text: &mut Text<'_, 'a>,
    ctx: &mut Ctx,
) -> Table {
    let mut header = Vec::new();
    let mut rows: Vec<Vec<Vec<Inline>>> = Vec::new();
    for row in node.children() {
        let is_header = matches!(row.data().value, NodeValue::TableRow(true));
        let mut cells: Vec<_> = row.children().map(|cell| inline::line(cell, text, ctx)).collect();
        cells.resize(alignments.len(), Vec::new());
        if is_header {
            header = cells;
        } else {
            rows.push(cells);
        }
    }
    let id = ctx.node_id();
    let mut table = Table { id, label: None, caption: None, alignments, header, rows, span };
    // A caption right below a table, with no empty line between, has become its
    // last row.
    let is_caption = table.rows.last().is_some_and(|row| {
        row.split_first()
            .is_some_and(|(first, rest)| starts_caption(first) && rest.iter().all(Vec::is_empty))
    });
    if is_caption && let Some(mut content) = table.rows.pop().and_then(|row| row.into_iter().next())
    {
        strip_caption_mark(&mut content);
        name_table(&mut table, content, span, ctx);
    }
    table
}
