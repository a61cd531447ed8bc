//! What layouts may call that is not written in Typst: `recto.fold`, `recto.blocks` and
//! their like.
//!
//! Typst remembers each call of a function of a layout, for which it hashes all that
//! the function is given. Trees of the data are walked faster by functions of its own
//! kind, which it only calls.

mod blocks;
mod figures;
mod frames;
mod sections;

use std::sync::LazyLock;

use typst::Library;
use typst::comemo::Tracked;
use typst::diag::{At, SourceResult};
use typst::engine::Engine;
use typst::foundations::{
    Arg, Args, Array, CastInfo, Content, Context, Dict, Func, IntoValue, Module, NativeElement,
    NativeFuncData, NativeFuncPtr, Scope, Str, Value, ops,
};
use typst::layout::BoxElem;
use typst::model::{EmphElem, StrongElem};
use typst::syntax::{Span, Spanned};
use typst::text::{SmallcapsElem, StrikeElem, SubElem, SuperElem, TextElem};

use super::{given, places};

/// Adds the functions to a library, as the module `recto`.
pub(super) fn add(library: &mut Library) {
    let mut scope = Scope::new();
    let own = [&FOLD, &INLINES, &LENGTH, &EXTENT, &HAS_FIGURE];
    let own = own.into_iter().chain([&blocks::BLOCKS, &blocks::FIGURES, &sections::SECTIONS]);
    let of_places = places::FUNCTIONS.into_iter().chain(frames::FUNCTIONS);
    for function in own.chain(of_places).chain(figures::FUNCTIONS).chain(given::FUNCTIONS) {
        scope.define_func_with_data(function);
    }
    library.global.scope_mut().define("recto", Module::new("recto", scope));
}

pub(super) type Signature =
    dyn Fn(&mut Engine, Tracked<Context>, &mut Args) -> SourceResult<Value> + Send + Sync;

pub(super) const fn function(name: &'static str, function: &'static Signature) -> NativeFuncData {
    NativeFuncData {
        function: NativeFuncPtr(function),
        name,
        title: name,
        docs: "",
        def_site: None,
        keywords: &[],
        contextual: false,
        scope: LazyLock::new(&|| Scope::new()),
        params: LazyLock::new(&|| Vec::new()),
        returns: LazyLock::new(&|| CastInfo::Any),
    }
}

/// `recto.fold(inlines, other)`: inlines as content. What is more than text in a dress,
/// `other` sets: it gets the inline, and whether nothing stands before it.
static FOLD: NativeFuncData = function("fold", &|engine, context, args| {
    let items: Array = args.expect("inlines")?;
    let other: Func = args.expect("other")?;
    args.take().finish()?;
    Fold { other, span: args.span, context }.all(engine, &items, false)
});

/// `recto.inlines(inline, inlines, ..style)`: the same, where `inline(item, first, set-inlines:
/// …, ..style)` sets what is more than text; it is given what sets the inlines within.
static INLINES: NativeFuncData = function("inlines", &|engine, context, args| {
    let inline: Func = args.expect("inline")?;
    let items: Array = args.expect("inlines")?;
    let span = args.span;
    let mut style = args.take();
    let within = Func::from(&INLINES).with(&mut Args::new(span, [inline.clone()]));
    let value = Spanned::new(within.into_value(), span);
    style.items.push(Arg { span, name: Some(Str::from("set-inlines")), value });
    let other = inline.with(&mut style);
    Fold { other, span, context }.all(engine, &items, false)
});

/// `recto.length(inlines)`: how many bytes of text there are in inlines.
static LENGTH: NativeFuncData = function("length", &|_, _, args| {
    let value: Value = args.expect("inlines")?;
    args.take().finish()?;
    Ok(Value::Int(length(&value)))
});

/// `recto.extent(value)`: about how much of a page something takes, in bytes of text.
static EXTENT: NativeFuncData = function("extent", &|_, _, args| {
    let value: Value = args.expect("value")?;
    args.take().finish()?;
    Ok(Value::Int(extent(&value)))
});

/// `recto.has-figure(value)`: whether there is a figure in something.
static HAS_FIGURE: NativeFuncData = function("has-figure", &|_, _, args| {
    let value: Value = args.expect("value")?;
    args.take().finish()?;
    Ok(Value::Bool(has_figure(&value)))
});

struct Fold<'a> {
    other: Func,
    span: Span,
    context: Tracked<'a, Context<'a>>,
}

impl Fold<'_> {
    /// Sets inlines, `inside` of another or not; one after the other as a loop in a
    /// layout would, so that text alone remains text.
    fn all(&self, engine: &mut Engine, items: &Array, inside: bool) -> SourceResult<Value> {
        let mut all = Value::None;
        for (place, item) in items.iter().enumerate() {
            let next = self.one(engine, item, place == 0 && !inside)?;
            all = ops::join(all, next).at(self.span)?;
        }
        Ok(all)
    }

    fn one(&self, engine: &mut Engine, item: &Value, is_first: bool) -> SourceResult<Value> {
        let dress: fn(Content) -> Content = match item {
            Value::Dict(dict) => match kind(dict) {
                Some("text") => {
                    if let Some(text) = self.text(dict) {
                        return Ok(text);
                    }
                    return self.otherwise(engine, item, is_first);
                }
                Some("emphasis") => |body| EmphElem::new(body).pack(),
                Some("strong") => |body| StrongElem::new(body).pack(),
                Some("strikeout") => |body| StrikeElem::new(body).pack(),
                Some("superscript") => |body| SuperElem::new(body).pack(),
                Some("subscript") => |body| SubElem::new(body).pack(),
                Some("small-caps") => |body| SmallcapsElem::new(body).pack(),
                _ => return self.otherwise(engine, item, is_first),
            },
            _ => return self.otherwise(engine, item, is_first),
        };
        let Some(items) = list(item, "content") else {
            return self.otherwise(engine, item, is_first);
        };
        let body = self.all(engine, items, true)?.display();
        Ok(Value::Content(dress(body).spanned(self.span)))
    }

    fn text(&self, item: &Dict) -> Option<Value> {
        let Ok(Value::Str(text)) = item.get("text") else { return None };
        if !matches!(item.get("whole"), Ok(Value::Bool(true))) {
            return Some(Value::Str(text.clone()));
        }
        let body = TextElem::packed(text.clone()).spanned(self.span);
        let whole = BoxElem::new().with_body(Some(body)).pack();
        Some(Value::Content(whole.spanned(self.span)))
    }

    /// Leaves an inline to the layout, and what is wrong with it.
    fn otherwise(&self, engine: &mut Engine, item: &Value, is_first: bool) -> SourceResult<Value> {
        let args = Args::new(self.span, [item.clone(), Value::Bool(is_first)]);
        self.other.call(engine, self.context, args)
    }
}

fn kind(item: &Dict) -> Option<&str> {
    match item.get("type") {
        Ok(Value::Str(kind)) => Some(kind.as_str()),
        _ => None,
    }
}

fn list<'a>(item: &'a Value, key: &str) -> Option<&'a Array> {
    match item {
        Value::Dict(item) => match item.get(key) {
            Ok(Value::Array(list)) => Some(list),
            _ => None,
        },
        _ => None,
    }
}

fn text_length(item: &Dict) -> i64 {
    match item.get("text") {
        Ok(Value::Str(text)) => i64::try_from(Str::len(text)).unwrap_or(i64::MAX),
        _ => 0,
    }
}

fn length(value: &Value) -> i64 {
    match value {
        Value::Array(items) => items.iter().map(length).sum(),
        Value::Dict(item) => text_length(item) + item.get("content").map_or(0, length),
        _ => 0,
    }
}

fn extent(value: &Value) -> i64 {
    match value {
        Value::Array(items) => items.iter().map(extent).sum(),
        Value::Dict(item) => {
            let least = match kind(item) {
                Some("figure") => 10_000,
                Some("paragraph") => 40,
                Some("table" | "equation" | "code") => 200,
                Some("codes") => 300,
                _ => 0,
            };
            let held = item.iter().map(|(key, value)| match key.as_str() {
                "content" | "blocks" | "items" | "sections" | "heading" | "term" | "title"
                | "header" | "rows" => extent(value),
                _ => 0,
            });
            least + text_length(item) + held.sum::<i64>()
        }
        _ => 0,
    }
}

fn has_figure(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_figure),
        Value::Dict(item) => {
            kind(item) == Some("figure")
                || item.iter().any(|(key, value)| {
                    matches!(key.as_str(), "blocks" | "items" | "sections") && has_figure(value)
                })
        }
        _ => false,
    }
}
