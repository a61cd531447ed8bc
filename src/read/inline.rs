//! Markdown inlines to the model's.

use comrak::nodes::{AstNode, NodeValue};

use super::Ctx;
use super::citation;
use super::html;
use super::markdown::{self, Text};
use super::math;
use super::passage;
use super::snippet::Snippet;
use super::syntax;
use crate::diag::{Code, Diagnostic};
use crate::model::{
    Block, Citation, Cloze, CrossReference, Footnote, Inline, LONGEST_CODE, Label, Link, MarkId,
    MarkReference, Target, TopicId, web_address,
};
use crate::source::{Span, Spanned};

/// What may stand in a line beside the ordinary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Running text.
    Body,
    /// A figure's caption: `{mark}` mentions a mark.
    Caption,
}

/// Reads a line of text in YAML, such as a title or a caption.
///
/// A parenthesis is put before it for the parser, so that a line that begins
/// with a number or a dash is not taken for a list, and is taken away again.
pub(super) fn read_line(text: &Spanned<String>, place: Place, ctx: &mut Ctx) -> Vec<Inline> {
    let map = ctx.map_of(text);
    let led = format!("({}", text.value.trim_end().replace(['\n', '\r'], " "));
    let snippet = Snippet::new(&led, ctx.file, map, 1);
    let mut inlines = markdown::with_tree(&snippet, |root| {
        let mut reader = Text::new(&snippet, place, ctx);
        let mut found = Vec::new();
        markdown::collect_footnotes(root, &mut reader, ctx);
        let is_note =
            |node: &AstNode| matches!(node.data().value, NodeValue::FootnoteDefinition(_));
        for (index, child) in root.children().filter(|node| !is_note(node)).enumerate() {
            if index > 0 {
                found.push(Inline::LineBreak);
            }
            found.extend(line(child, &mut reader, ctx));
        }
        found
    });
    if let Some(Inline::Text(first)) = inlines.first_mut() {
        if first.starts_with('(') {
            first.remove(0);
        }
        if first.is_empty() {
            inlines.remove(0);
        }
    }
    inlines
}

/// Reads a paragraph, a cell, a heading: a node whose inlines are a line of
/// their own.
pub(super) fn line<'a>(
    node: &'a AstNode<'a>,
    text: &mut Text<'_, 'a>,
    ctx: &mut Ctx,
) -> Vec<Inline> {
    text.typography.restart();
    children(node, text, ctx)
}

/// Reads the inlines in a node.
pub(super) fn children<'a>(
    node: &'a AstNode<'a>,
    text: &mut Text<'_, 'a>,
    ctx: &mut Ctx,
) -> Vec<Inline> {
    let mut out = Vec::with_capacity(node.children().count());
    if text.depth > MAX_DEPTH {
        let span = text.snippet.span(node.data().sourcepos);
        let message = format!("this is nested more than {MAX_DEPTH} levels deep");
        ctx.refuse(
            Code::BrokenMarkdown,
            message,
            span,
            "take signs away; plain text is easier read",
        );
        return out;
    }
    text.depth += 1;
    for child in node.children() {
        read(child, text, ctx, &mut out);
    }
    text.depth -= 1;
    // Texts that stand side by side have become one.
    out.shrink_to_fit();
    out
}

/// How deep emphasis and the like may be nested: layouts go down by recursion.
const MAX_DEPTH: usize = 20;

fn read<'a>(node: &'a AstNode<'a>, text: &mut Text<'_, 'a>, ctx: &mut Ctx, out: &mut Vec<Inline>) {
    let data = node.data();
    let position = data.sourcepos;
    let span = text.snippet.span(position);
    match &data.value {
        NodeValue::Text(literal) => {
            let (start, end) = text.snippet.range(position);
            read_text(literal, (start, end), next_char(node), text, ctx, out);
        }
        NodeValue::Escaped => {
            // A sign with a backslash before it means nothing but itself.
            for child in node.children() {
                if let NodeValue::Text(literal) = &child.data().value {
                    text.typography.pass(literal);
                    push_text(out, literal);
                }
            }
        }
        NodeValue::SoftBreak => {
            text.typography.pass(" ");
            push_text(out, " ");
        }
        NodeValue::LineBreak => {
            text.typography.pass(" ");
            out.push(Inline::LineBreak);
        }
        NodeValue::Code(code) => {
            text.typography.pass(&code.literal);
            out.push(Inline::Code(code.literal.clone()));
        }
        NodeValue::Math(math) => {
            // A quotation mark behind it closes, as behind a letter.
            text.typography.pass("x");
            let found = math::read(&math.literal, math.display_math, position, text.snippet, ctx);
            out.push(Inline::Math(found));
        }
        NodeValue::Emph => out.push(Inline::Emphasis(children(node, text, ctx))),
        NodeValue::Strong => out.push(Inline::Strong(children(node, text, ctx))),
        NodeValue::Strikethrough => out.push(Inline::Strikeout(children(node, text, ctx))),
        NodeValue::Superscript => {
            let content = children(node, text, ctx);
            raised(content, "^", Inline::Superscript, out);
        }
        NodeValue::Subscript => {
            let content = children(node, text, ctx);
            raised(content, "~", Inline::Subscript, out);
        }
        NodeValue::Highlight => {
            let content = children(node, text, ctx);
            out.push(cloze(content, span, ctx));
        }
        NodeValue::Link(link) => match link.url.strip_prefix(markdown::CITATION) {
            Some(written) => {
                text.typography.pass("]");
                out.push(citation::bracketed(
                    written,
                    span,
                    text.snippet.range(position).0,
                    text,
                    ctx,
                ));
            }
            None if link.url == passage::PASSAGE => {
                let content = children(node, text, ctx);
                out.extend(passage::read(content, data.attrs.as_deref(), span, ctx));
            }
            None => {
                let classes =
                    data.attrs.as_ref().map(|attrs| attrs.classes.clone()).unwrap_or_default();
                let content = match address(node, &link.url) {
                    Some(shown) => vec![Inline::Text(shown)],
                    None => children(node, text, ctx),
                };
                out.push(read_link(&link.url, content, &classes, span, ctx));
            }
        },
        NodeValue::WikiLink(link) => {
            let content = children(node, text, ctx);
            let own = crate::model::plain_text(&content) != link.url;
            out.extend(topic_reference(&link.url, own.then_some(content), span, ctx));
        }
        NodeValue::FootnoteReference(reference) => {
            match read_note(&reference.name, node, text, ctx) {
                Some(blocks) => {
                    let id = ctx.node_id();
                    text.called.insert(reference.name.clone(), span);
                    out.push(Inline::Footnote(Footnote { id, blocks, span }));
                }
                None => {
                    let message =
                        format!("the footnote `{}` is called a second time", reference.name);
                    let mut diagnostic = Diagnostic::error(Code::BrokenMarkdown, message).at(span);
                    if let Some(first) = text.called.get(&reference.name) {
                        diagnostic = diagnostic.hint_at(*first, "first called here");
                    }
                    ctx.diagnostics.push(diagnostic.hint("give each call a note of its own"));
                }
            }
        }
        NodeValue::Image(_) => ctx.diagnostics.push(
            Diagnostic::error(Code::BrokenMarkdown, "a picture cannot stand inside a line of text")
                .at(span)
                .hint("put it in a paragraph of its own; it becomes a figure there"),
        ),
        NodeValue::HtmlInline(element) => {
            if !element.starts_with("<!--") {
                html::refuse(element, span, ctx);
            }
        }
        // Everything else holds inlines at most; keep them.
        _ => out.extend(children(node, text, ctx)),
    }
}

/// Takes `10^9^` and `H~2~O`; but "10^9 cells, then 10^12" stays as typed: as in
/// Pandoc, nothing raised or lowered holds a space.
fn raised(
    content: Vec<Inline>,
    sign: &str,
    wrap: fn(Vec<Inline>) -> Inline,
    out: &mut Vec<Inline>,
) {
    if !crate::model::plain_text(&content).contains(char::is_whitespace) {
        out.push(wrap(content));
        return;
    }
    push_text(out, sign);
    for inline in content {
        match inline {
            Inline::Text(text) => push_text(out, &text),
            other => out.push(other),
        }
    }
    push_text(out, sign);
}

fn push_text(out: &mut Vec<Inline>, text: &str) {
    if text.is_empty() {
        return;
    }
    match out.last_mut() {
        Some(Inline::Text(last)) => last.push_str(text),
        _ => out.push(Inline::Text(text.to_owned())),
    }
}

/// Reads the note of that name, from its paragraph or from `^[…]` itself.
fn read_note<'a>(
    name: &str,
    node: &'a AstNode<'a>,
    text: &mut Text<'_, 'a>,
    ctx: &mut Ctx,
) -> Option<Vec<Block>> {
    let range = text.snippet.range(node.data().sourcepos);
    let written = text.snippet.text.get(range.0..range.1).unwrap_or_default();
    if written.starts_with("^[") {
        return text.inline_note(name, range, ctx);
    }
    text.note(name, ctx)
}

/// Returns the sign that follows a piece of text; `None` at the end of the line.
fn next_char<'a>(node: &'a AstNode<'a>) -> Option<char> {
    match &node.next_sibling()?.data().value {
        NodeValue::SoftBreak | NodeValue::LineBreak => Some(' '),
        NodeValue::Text(literal) => literal.chars().next(),
        // Whatever it is, it is no space.
        _ => Some('\u{fffc}'),
    }
}

/// Returns the text of a link that shows its own address, which is left as it
/// is.
fn address<'a>(node: &'a AstNode<'a>, url: &str) -> Option<String> {
    let NodeValue::Text(shown) = &node.first_child()?.data().value else { return None };
    let same = url.strip_suffix(shown.as_ref() as &str)?;
    matches!(same, "" | "mailto:" | "http://").then(|| shown.to_string())
}

/// Finds `@key` and, in captions, `{mark}` in plain characters.
fn read_text(
    literal: &str,
    (start, end): (usize, usize),
    next: Option<char>,
    text: &mut Text,
    ctx: &mut Ctx,
    out: &mut Vec<Inline>,
) {
    let mut rest = literal;
    let mut cursor = start;
    while let Some(at) = memchr::memchr3(b'@', b'{', b'[', rest.as_bytes()) {
        let (before, found) = rest.split_at(at);
        let sign = found.chars().next();
        let place = |needle: &str, cursor: usize| {
            let at = text.snippet.find(needle, cursor, end).unwrap_or(cursor);
            (at, text.snippet.span_of(at, (at + needle.len()).min(end.max(at))))
        };
        let last = before.chars().next_back().or_else(|| last_char(out));
        if let Some(after) = found.strip_prefix('@') {
            let starts = last
                .is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-' | '@' | '/'));
            if let Some((key, length)) = citation::key_of(after).filter(|_| starts) {
                push_text(out, &text.typography.set(before, sign));
                text.typography.pass("x");
                let written = &found[..=length];
                let (at, span) = place(written, cursor);
                cursor = at + written.len();
                rest = &found[written.len()..];
                if is_label(key) {
                    out.extend(label_reference(key, None, span, ctx));
                } else {
                    out.extend(citation::in_sentence(key, span, ctx));
                }
                continue;
            }
        } else if found.starts_with('{') && text.place == Place::Caption {
            if let Some((name, _)) = found[1..].split_once('}') {
                push_text(out, &text.typography.set(before, sign));
                text.typography.pass("x");
                let written = &found[..name.len() + 2];
                let (at, span) = place(written, cursor);
                cursor = at + written.len();
                rest = &found[written.len()..];
                match MarkId::new(name.trim()) {
                    Ok(mark) => {
                        let id = ctx.node_id();
                        out.push(Inline::MarkReference(MarkReference {
                            id,
                            mark: Spanned::new(mark, span),
                        }));
                    }
                    Err(invalid) => ctx.diagnostics.push(
                        Diagnostic::error(Code::UnknownMark, invalid.to_string())
                            .at(span)
                            .hint("`{…}` in a caption names a mark of the figure"),
                    ),
                }
                continue;
            }
        } else if let Some((inside, after)) =
            found.strip_prefix('[').and_then(|rest| rest.split_once(']'))
            && let Some(cited) = stands_before(before, out)
            && let Some(joined) = {
                let (at, _) = place(inside, cursor);
                citation::behind(&cited, inside, at, text, ctx)
            }
        {
            if matches!(out.last(), Some(Inline::Text(_))) {
                out.pop();
            }
            out.pop();
            out.push(Inline::Citation(joined));
            text.typography.pass("]");
            cursor += before.len() + inside.len() + 2;
            rest = after;
            continue;
        } else if let Some((name, _)) =
            found.strip_prefix("[^").and_then(|rest| rest.split_once(']'))
        {
            let (_, span) = place(&found[..name.len() + 3], cursor);
            ctx.diagnostics.push(
                Diagnostic::error(
                    Code::BrokenMarkdown,
                    format!("the footnote `{name}` has no text"),
                )
                .at(span)
                .hint(format!("write `[^{name}]: …` in a paragraph of its own")),
            );
        } else if found.starts_with("[@") || found.starts_with("[-@") {
            let (_, span) = place("[", cursor);
            ctx.diagnostics.push(
                Diagnostic::error(Code::BrokenMarkdown, "this citation cannot be read")
                    .at(span)
                    .hint("write `[@key]` or `[@key, p. 3; @key2]`, without brackets inside"),
            );
        }
        let step = found.chars().next().map_or(0, char::len_utf8);
        push_text(out, &text.typography.set(before, sign));
        text.typography.pass(&found[..step]);
        push_text(out, &found[..step]);
        rest = &found[step..];
    }
    push_text(out, &text.typography.set(rest, next));
}

/// Returns the citation that what follows stands right behind, but for a space
/// or the end of a line.
fn stands_before(between: &str, out: &[Inline]) -> Option<Citation> {
    match (between, out) {
        (" ", [.., Inline::Citation(citation)]) => Some(citation.clone()),
        ("", [.., Inline::Citation(citation), Inline::Text(space)]) if space == " " => {
            Some(citation.clone())
        }
        _ => None,
    }
}

fn last_char(out: &[Inline]) -> Option<char> {
    match out.last() {
        Some(Inline::Text(text)) => text.chars().next_back(),
        _ => None,
    }
}

/// Labels of figures, tables, sections and equations have a prefix that citation keys do
/// not, as in Quarto.
fn is_label(key: &str) -> bool {
    ["fig-", "tbl-", "sec-", "eq-"].iter().any(|prefix| key.starts_with(prefix))
}

fn cloze(mut content: Vec<Inline>, span: Span, ctx: &mut Ctx) -> Inline {
    let mut number = None;
    if let Some(Inline::Text(first)) = content.first_mut() {
        if let Some(number) = syntax::anki_number(first) {
            ctx.diagnostics.push(
                Diagnostic::error(
                    Code::BrokenMarkdown,
                    format!("`c{number}::` is Anki's notation"),
                )
                .at(span)
                .hint(format!(
                    "write `==c{number}: text::hint==`, with one colon after the number"
                )),
            );
        }
        let parts = syntax::cloze_number(first);
        number = parts.number;
        first.drain(..parts.lead);
    }
    let mut hint = None;
    if let Some(Inline::Text(last)) = content.last_mut()
        && let Some((text, written)) = last.rsplit_once("::")
        && !written.trim().is_empty()
    {
        hint = Some(written.trim().to_owned());
        *last = text.trim_end().to_owned();
    }
    content.retain(|inline| *inline != Inline::Text(String::new()));
    if crate::model::plain_text(&content).trim().is_empty() {
        let hint = "write what is to be learned between them, such as `==pleura==`";
        let message = "there is nothing to learn between these marks";
        ctx.refuse(Code::BrokenMarkdown, message, span, hint);
    }
    Inline::Cloze(Cloze { id: ctx.node_id(), number, hint, content })
}

fn read_link(
    url: &str,
    content: Vec<Inline>,
    classes: &[String],
    span: Span,
    ctx: &mut Ctx,
) -> Inline {
    let has = |name: &str| classes.iter().any(|class| class == name);
    let (more, code) = (has("more"), has("qr"));
    for class in classes.iter().filter(|class| !["more", "qr"].contains(&class.as_str())) {
        ctx.diagnostics.push(
            Diagnostic::error(Code::UnknownKey, format!("unknown class `.{class}` of a link"))
                .at(span)
                .hint("links know `.more` and `.qr`"),
        );
    }
    if code {
        check_code(url, span, ctx);
    }
    if let Some(target) = url.strip_prefix("topic:") {
        if let Some(inline) = topic_reference(target, own_words(&content), span, ctx) {
            return inline;
        }
    } else if let Some(label) = url.strip_prefix('#') {
        if let Some(inline) = label_reference(label, own_words(&content), span, ctx) {
            return inline;
        }
    } else {
        let leads = url.split_once(':').is_some_and(|(scheme, rest)| {
            match scheme.to_ascii_lowercase().as_str() {
                "http" | "https" => rest.strip_prefix("//").is_some_and(|host| !host.is_empty()),
                "mailto" => rest.contains('@'),
                _ => false,
            }
        });
        if !leads {
            ctx.diagnostics.push(
                Diagnostic::error(
                    Code::UnsafeLink,
                    format!("the link `{url}` leads nowhere a reader can go"),
                )
                .at(span)
                .hint("link to `https://…`, `mailto:…`, `topic:id` or `#label`"),
            );
        }
    }
    Inline::Link(Link { url: url.to_owned(), content, more, code })
}

/// Looks whether a code can be made of an address.
fn check_code(url: &str, span: Span, ctx: &mut Ctx) {
    if url.starts_with("topic:") || url.starts_with('#') {
        ctx.diagnostics.push(
            Diagnostic::error(
                Code::UnscannableCode,
                "a link within the publication has no address to scan",
            )
            .at(span)
            .hint("take away `.qr`: on paper, the page is named"),
        );
    } else if let Some(length) = web_address(url).map(|url| url.len())
        && length > LONGEST_CODE
    {
        ctx.diagnostics.push(
            Diagnostic::warning(
                Code::UnscannableCode,
                format!(
                    "no code is made of this address: it has {length} characters, not \
                     {LONGEST_CODE} or fewer"
                ),
            )
            .at(span)
            .hint("link to a shorter address, such as a DOI or the page that leads there"),
        );
    }
}

/// `[](#label)` has no words of its own.
fn own_words(content: &[Inline]) -> Option<Vec<Inline>> {
    (!content.is_empty()).then(|| content.to_vec())
}

fn topic_reference(
    target: &str,
    content: Option<Vec<Inline>>,
    span: Span,
    ctx: &mut Ctx,
) -> Option<Inline> {
    let (topic, label) = match target.split_once('#') {
        Some((topic, label)) => (topic.trim(), Some(label)),
        None => (target.trim(), None),
    };
    if topic.is_empty()
        && let Some(label) = label
    {
        return label_reference(label, content, span, ctx);
    }
    let read = TopicId::new(topic).map_err(|invalid| (Code::UnknownTopic, invalid));
    let target = read.and_then(|topic| match label {
        None => Ok(Target::Topic(topic)),
        Some(label) => Label::new(label)
            .map(|label| Target::Within(topic, label))
            .map_err(|invalid| (Code::UnknownLabel, invalid)),
    });
    match target {
        Ok(target) => {
            let target = Spanned::new(target, span);
            let id = ctx.node_id();
            Some(Inline::CrossReference(Box::new(CrossReference { id, target, content })))
        }
        Err((code, invalid)) => {
            ctx.error(code, invalid.to_string(), span);
            None
        }
    }
}

fn label_reference(
    label: &str,
    content: Option<Vec<Inline>>,
    span: Span,
    ctx: &mut Ctx,
) -> Option<Inline> {
    match Label::new(label) {
        Ok(label) => {
            let target = Spanned::new(Target::Label(label), span);
            let id = ctx.node_id();
            Some(Inline::CrossReference(Box::new(CrossReference { id, target, content })))
        }
        Err(invalid) => {
            ctx.error(Code::UnknownLabel, invalid.to_string(), span);
            None
        }
    }
}
