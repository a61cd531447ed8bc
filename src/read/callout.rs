//! Callouts: `> [!TIP]`, as on GitHub, and `::: {.callout-tip}`, as in Quarto.

use comrak::nodes::{AlertType, NodeAlert, NodeBlockDirective};

use super::inline::{Place, read_line};
use super::{Ctx, syntax};
use crate::diag::{Code, Diagnostic, near_miss};
use crate::model::{Block, Callout, CalloutKind, Controls, Inline};
use crate::source::{Span, Spanned};

/// Reads `> [!TIP] Title`.
pub(super) fn from_alert(
    alert: &NodeAlert,
    span: Span,
    blocks: Vec<Block>,
    ctx: &mut Ctx,
) -> Block {
    let kind = match alert.alert_type {
        AlertType::Note => CalloutKind::Note,
        AlertType::Tip => CalloutKind::Tip,
        AlertType::Important => CalloutKind::Important,
        AlertType::Warning => CalloutKind::Warning,
        AlertType::Caution => CalloutKind::Caution,
    };
    let title = alert.title.as_deref().map(|title| read_title(title, span, ctx));
    Block::Callout(Callout { kind, title, controls: Controls::default(), blocks, span })
}

/// Reads `::: {.callout-tip title="…"}` or `::: tip`, up to the line of `:::`.
pub(super) fn from_fence(
    fence: &NodeBlockDirective,
    span: Span,
    blocks: Vec<Block>,
    ctx: &mut Ctx,
) -> Option<Block> {
    let written = ctx.text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let last = written.lines().next_back().unwrap_or_default().trim_start_matches([' ', '\t', '>']);
    if written.lines().count() < 2 || !last.starts_with(":::") {
        ctx.diagnostics.push(
            Diagnostic::error(Code::BrokenMarkdown, "this block of `:::` has no end")
                .at(first_line(span, ctx.text))
                .hint("put a line of `:::` after its last line"),
        );
        return None;
    }
    let info = fence.info.trim();
    let attributes = match syntax::trailing_attributes(info) {
        Some(("", attributes)) => Some(attributes),
        Some(_) => None,
        // One word is a class, as in Pandoc.
        None => (!info.is_empty() && !info.contains(char::is_whitespace)).then(|| {
            syntax::Attributes { classes: vec![info.to_owned()], ..syntax::Attributes::default() }
        }),
    };
    let place = first_line(span, ctx.text);
    let Some(mut attributes) = attributes else {
        ctx.diagnostics.push(
            Diagnostic::error(Code::BrokenMarkdown, "this block of `:::` says nothing of itself")
                .at(place)
                .hint("write `::: tip`, or `::: {.callout-tip title=\"…\"}`"),
        );
        return None;
    };
    let kind = attributes.classes.iter().find_map(|class| kind_of(class));
    let Some(kind) = kind else {
        let name = attributes.classes.first().map_or("", String::as_str);
        let names = CalloutKind::ALL.map(CalloutKind::name);
        let hint = near_miss(name.trim_start_matches("callout-"), names)
            .unwrap_or_else(|| format!("the callouts are: {}", names.join(", ")));
        ctx.diagnostics.push(
            Diagnostic::error(Code::UnknownKey, format!("unknown block `{name}`"))
                .at(place)
                .hint(hint),
        );
        return None;
    };
    attributes.classes.retain(|class| kind_of(class).is_none());
    let mut title = None;
    attributes.pairs.retain(|(key, value)| {
        if key == "title" {
            title = Some(value.clone());
        }
        key != "title"
    });
    ctx.refuse_other(&attributes, "a callout", place);
    let controls = ctx.controls(&attributes.classes, &[], place);
    let title = title.map(|title| read_title(&title, span, ctx));
    Some(Block::Callout(Callout { kind, title, controls, blocks, span }))
}

/// Reports a quotation that begins as a callout does, with a kind that there is
/// not: it would be printed with its brackets.
pub(super) fn refuse_unknown(span: Span, ctx: &mut Ctx) {
    let written = ctx.text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let first = written.trim_start_matches(['>', ' ', '\t']);
    let Some((name, _)) = first.strip_prefix("[!").and_then(|rest| rest.split_once(']')) else {
        return;
    };
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '-') {
        return;
    }
    let names = CalloutKind::ALL.map(CalloutKind::name);
    let hint =
        near_miss(name, names).unwrap_or_else(|| format!("the callouts are: {}", names.join(", ")));
    ctx.diagnostics.push(
        Diagnostic::error(Code::UnknownKey, format!("unknown callout `{name}`"))
            .at(first_line(span, ctx.text))
            .hint(hint),
    );
}

fn kind_of(class: &str) -> Option<CalloutKind> {
    let name = class.strip_prefix("callout-").unwrap_or(class);
    CalloutKind::ALL.into_iter().find(|kind| kind.name() == name)
}

/// Returns the first line of a span in the text of a file.
pub(super) fn first_line(span: Span, text: &str) -> Span {
    let written = text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let length = written.lines().next().map_or(0, |line| line.trim_end().len());
    Span { end: span.start + u32::try_from(length).unwrap_or(0), ..span }
}

/// Reads a title, which stands somewhere in the callout's first line.
fn read_title(title: &str, span: Span, ctx: &mut Ctx) -> Vec<Inline> {
    let written = ctx.text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let place = first_line(span, ctx.text);
    let at = written.find(title).map_or(place, |at| {
        let start = span.start as usize + at;
        Span::new(ctx.file, start, start + title.len())
    });
    read_line(&Spanned::new(title.to_owned(), at), Place::Body, ctx)
}
