//! `recto.sections`: sections as content, with what looks otherwise than text.

use typst::comemo::Tracked;
use typst::diag::{At, SourceResult};
use typst::engine::Engine;
use typst::foundations::{
    Arg, Args, Array, Content, Context, Dict, Func, IntoValue, NativeFuncData, Str, Value,
};
use typst::syntax::{Span, Spanned};

use super::blocks::Blocks;
use super::{function, list};

/// How a section looks that is as the text around it.
const PLAIN: &str = "plain";

/// `recto.sections(heading, inline, others, usual, sections, level: 1, looks: usual, boxed:
/// false, short: 0, …)`: sections as content. `heading(inlines, anchor, level)` sets a
/// heading; `others` gets `short` and all other arguments, and returns what sets blocks as
/// for `recto.blocks`, as which `inline` is. Of the `looks`, one that is as `usual` is not
/// asked for plain sections: it would only be given them to hash.
pub(super) static SECTIONS: NativeFuncData = function("sections", &|engine, context, args| {
    let heading: Func = args.expect("heading")?;
    let inline: Func = args.expect("inline")?;
    let others: Func = args.expect("others")?;
    let usual: Dict = args.expect("usual")?;
    let items: Array = args.expect("sections")?;
    let level: i64 = args.named("level")?.unwrap_or(1);
    let looks: Dict = args.named("looks")?.unwrap_or_else(|| usual.clone());
    let boxed: bool = args.named("boxed")?.unwrap_or(false);
    let short: i64 = args.named("short")?.unwrap_or(0);
    let span = args.span;
    let mut style = args.take();
    style.items.push(Arg {
        span,
        name: Some(Str::from("short")),
        value: Spanned::new(short.into_value(), span),
    });
    let other = others.call(engine, context, style)?.cast::<Func>().at(span)?;
    let blocks = Blocks::new(inline, other, short, span, context);
    let is_usual = looks.get(PLAIN).ok() == usual.get(PLAIN).ok();
    let sections = Sections { heading, blocks, looks, is_usual, span, context };
    Ok(Value::Content(sections.all(engine, &items, level, boxed)?))
});

struct Sections<'a> {
    heading: Func,
    blocks: Blocks<'a>,
    looks: Dict,
    /// Whether plain sections are set as they are.
    is_usual: bool,
    span: Span,
    context: Tracked<'a, Context<'a>>,
}

impl Sections<'_> {
    /// Sets sections with headings of a level, in a box or not.
    fn all(
        &self,
        engine: &mut Engine,
        items: &Array,
        level: i64,
        boxed: bool,
    ) -> SourceResult<Content> {
        let mut all = Vec::with_capacity(items.len());
        for item in items {
            all.push(self.one(engine, item, level, boxed)?);
        }
        Ok(Content::sequence(all))
    }

    fn one(
        &self,
        engine: &mut Engine,
        item: &Value,
        level: i64,
        boxed: bool,
    ) -> SourceResult<Content> {
        let field = |key: &str| match item {
            Value::Dict(item) => item.get(key).ok().cloned(),
            _ => None,
        };
        let of_heading = ["heading", "anchor"].map(|key| field(key).unwrap_or_default());
        let args = Args::new(self.span, of_heading.into_iter().chain([Value::Int(level)]));
        let mut content = self.heading.call::<Args>(engine, self.context, args)?.display();
        if let Some(blocks) = list(item, "blocks") {
            content += self.blocks.all(engine, blocks)?;
        }
        let look = match field("look") {
            Some(Value::Str(look)) => look,
            _ => Str::from(PLAIN),
        };
        if let Some(within) = list(item, "sections").filter(|within| !within.is_empty()) {
            let boxed = boxed || look.as_str() == "boxed";
            content += self.all(engine, within, level + 1, boxed)?;
        }
        if self.is_usual && look.as_str() == PLAIN {
            return Ok(content);
        }
        let look = self.looks.get(look.as_str()).cloned().at(self.span)?;
        let look = look.cast::<Func>().at(self.span)?;
        let args = [item.clone(), Value::Content(content), Value::Bool(boxed)];
        let args = Args::new(self.span, args);
        Ok(look.call::<Args>(engine, self.context, args)?.display())
    }
}
