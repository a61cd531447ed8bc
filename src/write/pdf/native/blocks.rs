//! `recto.blocks`: blocks as content, and bullets that stay together.

use typst::comemo::Tracked;
use typst::diag::{At, SourceResult};
use typst::engine::Engine;
use typst::foundations::{
    Args, Array, Content, Context, ContextElem, Dict, Func, NativeElement, NativeFuncData, Packed,
    Smart, Value,
};
use typst::layout::{BlockBody, BlockElem, Length, Rel, Spacing};
use typst::model::{
    EnumElem, EnumItem, FigureElem, ListElem, ListItem, ParElem, TermItem, TermsElem,
};
use typst::syntax::Span;

use super::{Fold, function, kind, length, list, text_length};

/// What takes longer than a page, or may, is not kept on one.
const LONG: i64 = 1200;

/// `recto.blocks(blocks, inline, other, short: 0)`: blocks as content. Paragraphs, lists
/// and definitions are set, with `inline` for what `recto.fold` leaves to a layout; every
/// other block, `other` sets. Bullets of at most `short` bytes have three lines or fewer,
/// which Typst keeps together by itself.
pub(super) static BLOCKS: NativeFuncData = function("blocks", &|engine, context, args| {
    let items: Array = args.expect("blocks")?;
    let inline: Func = args.expect("inline")?;
    let other: Func = args.expect("other")?;
    let short: i64 = args.named("short")?.unwrap_or(0);
    let span = args.span;
    args.take().finish()?;
    Ok(Value::Content(Blocks::new(inline, other, short, span, context).all(engine, &items)?))
});

/// A bullet's words on one page. Typst cannot tag a bullet that goes on over the page while
/// a figure floats there, and refuses the document. What follows in the bullet is as near
/// as lines are.
static KEPT: NativeFuncData = function("kept", &|_, context, args| {
    let body: Content = args.expect("body")?;
    let leading: Spacing = context.styles().at(args.span)?.get(ParElem::leading).into();
    let kept = unbroken(body).with_above(Smart::Custom(leading)).with_below(Smart::Custom(leading));
    Ok(Value::Content(kept.pack().spanned(args.span)))
});

/// `recto.figures(value)`: the figures in something, in the order of its text.
pub(super) static FIGURES: NativeFuncData = function("figures", &|_, _, args| {
    let value: Value = args.expect("value")?;
    args.take().finish()?;
    let mut found = Array::new();
    find_figures(&value, &mut found);
    Ok(Value::Array(found))
});

fn find_figures(value: &Value, found: &mut Array) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| find_figures(item, found)),
        Value::Dict(item) if kind(item) == Some("figure") => found.push(value.clone()),
        Value::Dict(item) => {
            for key in ["blocks", "items", "sections"] {
                if let Ok(held) = item.get(key) {
                    find_figures(held, found);
                }
            }
        }
        _ => {}
    }
}

/// How blocks are set.
pub(super) struct Blocks<'a> {
    inlines: Fold<'a>,
    other: Func,
    short: i64,
    span: Span,
    context: Tracked<'a, Context<'a>>,
}

impl<'a> Blocks<'a> {
    /// Sets blocks as `recto.blocks` does with the same arguments.
    pub(super) fn new(
        inline: Func,
        other: Func,
        short: i64,
        span: Span,
        context: Tracked<'a, Context<'a>>,
    ) -> Self {
        let inlines = Fold { other: inline, span, context };
        Self { inlines, other, short, span, context }
    }
}

impl Blocks<'_> {
    pub(super) fn all(&self, engine: &mut Engine, items: &Array) -> SourceResult<Content> {
        let set: SourceResult<Vec<Content>> =
            items.iter().map(|item| self.one(engine, item)).collect();
        Ok(Content::sequence(set?))
    }

    fn one(&self, engine: &mut Engine, item: &Value) -> SourceResult<Content> {
        let Value::Dict(block) = item else { return self.otherwise(engine, item) };
        match (kind(block), list(item, "content"), list(item, "items")) {
            (Some("paragraph"), Some(content), _) => {
                let body = self.inlines.all(engine, content, false)?.display();
                Ok(ParElem::new(body).pack().spanned(self.span))
            }
            (Some("list"), _, Some(items)) => self.list(engine, block, items),
            (Some("definitions"), _, Some(items)) => self.definitions(engine, items),
            _ => self.otherwise(engine, item),
        }
    }

    fn list(&self, engine: &mut Engine, block: &Dict, items: &Array) -> SourceResult<Content> {
        let tight = matches!(block.get("tight"), Ok(Value::Bool(true)));
        let mut entries = Vec::with_capacity(items.len());
        for entry in items {
            let blocks = list(entry, "blocks").cloned().unwrap_or_default();
            let content = self.entry(engine, &blocks, true)?;
            entries.push(if blocks.len() > 1 {
                // What floats to the head of a bullet's part on a page would push its
                // lines apart.
                content.set(FigureElem::placement, None)
            } else {
                content
            });
        }
        let list = match block.get("start") {
            Ok(Value::Int(start)) => {
                let item = |body| Packed::new(EnumItem::new(body)).spanned(self.span);
                let start = u64::try_from(*start).unwrap_or(0);
                EnumElem::new(entries.into_iter().map(item).collect())
                    .with_tight(tight)
                    .with_start(Smart::Custom(start))
                    .pack()
            }
            _ => {
                let item = |body| Packed::new(ListItem::new(body)).spanned(self.span);
                ListElem::new(entries.into_iter().map(item).collect()).with_tight(tight).pack()
            }
        };
        Ok(list.spanned(self.span))
    }

    fn definitions(&self, engine: &mut Engine, items: &Array) -> SourceResult<Content> {
        let mut entries = Vec::with_capacity(items.len());
        for entry in items {
            let term = list(entry, "term").cloned().unwrap_or_default();
            let term = self.inlines.all(engine, &term, false)?.display();
            let blocks = list(entry, "blocks").cloned().unwrap_or_default();
            let described = self.entry(engine, &blocks, false)?;
            entries.push(Packed::new(TermItem::new(term, described)).spanned(self.span));
        }
        Ok(TermsElem::new(entries).pack().spanned(self.span))
    }

    /// Sets the blocks of a bullet, the first paragraph without its space: the way that a
    /// bullet looks best.
    fn entry(&self, engine: &mut Engine, blocks: &Array, keep: bool) -> SourceResult<Content> {
        let first = blocks.iter().next();
        let is_paragraph =
            matches!(first, Some(Value::Dict(block)) if kind(block) == Some("paragraph"));
        let words = first.and_then(|first| list(first, "content")).filter(|_| is_paragraph);
        let Some(words) = words else { return self.all(engine, blocks) };
        let body = self.inlines.all(engine, words, false)?.display();
        let is_alone = blocks.len() == 1;
        let body = if keep { self.kept(words, self.paragraph(body), is_alone) } else { body };
        if is_alone {
            return Ok(body);
        }
        let rest: Array = blocks.iter().skip(1).cloned().collect();
        Ok(body + self.all(engine, &rest)?)
    }

    /// Makes a paragraph of the words of a bullet, without an indent, whatever others have:
    /// in lists, Typst itself gives first lines none. It remembers the lines of paragraphs,
    /// for where a figure floats to a page, all above it is laid out again, in less room.
    fn paragraph(&self, body: Content) -> Content {
        ParElem::new(body).with_hanging_indent(Length::zero()).pack().spanned(self.span)
    }

    /// Keeps the words of a bullet on one page, which stand in it alone or not.
    fn kept(&self, words: &Array, body: Content, is_alone: bool) -> Content {
        if length(&Value::Array(words.clone())) > LONG {
            return body;
        }
        // Nothing is above or below it.
        if is_alone {
            let is_short = room(words).is_some_and(|room| room <= self.short);
            return if is_short { body } else { unbroken(body).pack().spanned(self.span) };
        }
        let mut args = Args::new(self.span, [Value::Content(body)]);
        let func = Func::from(&KEPT).with(&mut args);
        ContextElem::new(func).pack().spanned(self.span)
    }

    fn otherwise(&self, engine: &mut Engine, item: &Value) -> SourceResult<Content> {
        let args = Args::new(self.span, [item.clone()]);
        Ok(self.other.call::<Args>(engine, self.context, args)?.display())
    }
}

/// Returns a block on one page. It is as wide as there is room: lines of one that is as wide
/// as it must be end where they would, and not at the margin.
fn unbroken(body: Content) -> BlockElem {
    BlockElem::new()
        .with_width(Smart::Custom(Rel::one()))
        .with_breakable(false)
        .with_body(Some(BlockBody::Content(body)))
}

/// Returns about how much room inlines take in lines, in bytes of text; `None` if that
/// cannot be told, or if they may have lines of their own.
fn room(items: &Array) -> Option<i64> {
    let one = |item: &Value| {
        let Value::Dict(dict) = item else { return None };
        let held = || list(item, "content").map_or(Some(0), room);
        match kind(dict)? {
            "text" | "code" => Some(text_length(dict)),
            "emphasis" | "strong" | "strikeout" | "superscript" | "subscript" | "small-caps"
            | "foreign" | "index" | "reference" => held(),
            // A blank is three and a half times as wide, and wide enough to write on.
            "cloze" => Some(held()? * 4 + 8),
            _ => None,
        }
    };
    items.iter().map(one).sum()
}
