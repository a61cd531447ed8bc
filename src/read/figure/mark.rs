//! Marks of a figure, and what is drawn for them.

use super::place::{read_area, read_line_points, read_point};
use super::scale::read_scale_bar;
use crate::diag::{Code, Diagnostic, near_miss};
use crate::model::{Color, Letter, Mark, MarkId, Point, Shape, Style};
use crate::read::Ctx;
use crate::read::inline::{Place, read_line};
use crate::source::Spanned;
use crate::yaml::{Fields, Node};

pub(super) fn read_marks(node: Node, ctx: &mut Ctx) -> Vec<Mark> {
    let mut fields = Fields::new(node, "marks", ctx.diagnostics);
    let mut marks: Vec<Mark> = Vec::new();
    for (key, node) in fields.rest() {
        match MarkId::new(&key.value) {
            Ok(id) => marks.extend(read_mark(Spanned::new(id, key.span), node, ctx)),
            Err(invalid) => ctx.error(Code::InvalidValue, invalid.to_string(), key.span),
        }
    }
    marks
}

/// What may be drawn for a mark, as it is written.
struct Written {
    arrows: Vec<Node>,
    arrowheads: Vec<Node>,
    lines: Vec<Node>,
    areas: [(&'static str, Vec<Node>); 3],
    letters: Vec<Node>,
    scale_bar: Option<Node>,
    region: Option<Node>,
}

impl Written {
    fn take(fields: &mut Fields) -> Self {
        Self {
            arrows: fields.list("arrows"),
            arrowheads: fields.list("arrowheads"),
            lines: fields.list("lines"),
            areas: [
                ("ellipse", fields.list("ellipses")),
                ("rect", fields.list("rects")),
                ("polygon", fields.list("polygons")),
            ],
            letters: fields.list("letters"),
            scale_bar: fields.take("scale-bar"),
            region: fields.take("region"),
        }
    }

    fn is_empty(&self) -> bool {
        let lists = [&self.arrows, &self.arrowheads, &self.lines, &self.letters];
        lists.iter().all(|list| list.is_empty())
            && self.areas.iter().all(|(_, list)| list.is_empty())
            && self.scale_bar.is_none()
            && self.region.is_none()
    }

    fn read(self, ctx: &mut Ctx) -> Vec<Shape> {
        let arrow = |(tip, tail)| Shape::Arrow { tip, tail };
        let head = |(tip, tail)| Shape::Arrowhead { tip, tail };
        let mut shapes = Vec::new();
        for node in self.arrows {
            shapes.extend(read_arrow("an arrow", node, ctx).map(arrow));
        }
        for node in self.arrowheads {
            shapes.extend(read_arrow("an arrowhead", node, ctx).map(head));
        }
        for node in self.lines {
            shapes.extend(read_line_points(node, ctx).map(|points| Shape::Line { points }));
        }
        for (kind, nodes) in self.areas {
            for node in nodes {
                shapes.extend(read_area(kind, node, ctx).map(Shape::Area));
            }
        }
        for node in self.letters {
            shapes.extend(read_point(node, ctx).map(Shape::Letter));
        }
        shapes.extend(self.scale_bar.and_then(|node| read_scale_bar(node, ctx)));
        shapes
    }
}

fn read_mark(id: Spanned<MarkId>, mut node: Node, ctx: &mut Ctx) -> Option<Mark> {
    let what = "a mark";
    node.span = id.span;
    let mut fields = Fields::new(node, what, ctx.diagnostics);
    let mut written = Written::take(&mut fields);
    let means = fields.required_text("means", what, ctx.diagnostics);
    let called = fields.text("called", ctx.diagnostics);
    let color = fields.text("color", ctx.diagnostics);
    let style = fields.text("style", ctx.diagnostics);
    let letter = fields.text("letter", ctx.diagnostics);
    fields.finish(what, ctx.diagnostics);

    if written.is_empty() {
        ctx.diagnostics.push(
            Diagnostic::error(Code::EmptyShape, format!("the mark `{}` draws nothing", id.value))
                .at(id.span)
                .hint("give it `arrows: [{tip: [x, y], tail: [x, y]}]`, `arrowheads`, `lines`, `ellipses`, `rects`, `polygons`, `letters`, a `scale-bar` or a `region`"),
        );
    }
    let has_letters = !written.letters.is_empty();
    let region = written.region.take().and_then(|node| read_region(node, ctx));
    let shapes = written.read(ctx);
    let has_letter = letter.is_some();
    let letter = letter.and_then(|letter| read_letter(&letter, ctx));
    if has_letters && !has_letter {
        ctx.diagnostics.push(
            Diagnostic::error(
                Code::MissingKey,
                format!("the mark `{}` has `letters`, but no `letter`", id.value),
            )
            .at(id.span)
            .hint("say which letter stands at these places: `letter: A`"),
        );
    }
    // A mark with a mistake keeps its name, so that its mention is not blamed.
    let means = means.map(|means| read_line(&means, Place::Body, ctx)).unwrap_or_default();
    let color = color.map_or(Some(Color::White), |color| read_color(&color, ctx));
    let chosen = style.and_then(|style| Some((read_style(&style, ctx)?, style.span)));
    let called = called.map(|called| called.value.trim().to_owned());
    let mut mark = Mark {
        id,
        means,
        called: called.filter(|called| !called.is_empty()),
        color: color.unwrap_or(Color::White),
        style: Style::Solid,
        names_style: false,
        letter,
        shapes,
        region,
    };
    if let Some((style, span)) = chosen {
        if mark.form().is_none_or(|form| form.styles().contains(&style)) {
            mark.style = style;
            mark.names_style = true;
        } else {
            ctx.diagnostics.push(
                Diagnostic::error(
                    Code::InvalidValue,
                    format!("what this mark draws has no style `{}`", style.name()),
                )
                .at(span)
                .hint("arrowheads are `solid` or `open`; letters and scale bars have one style"),
            );
        }
    }
    Some(mark)
}

fn read_region(node: Node, ctx: &mut Ctx) -> Option<crate::model::Area> {
    let mut fields = Fields::new(node, "a region", ctx.diagnostics);
    let mut found = None;
    for kind in ["rect", "ellipse", "polygon"] {
        if let Some(node) = fields.take(kind) {
            found = read_area(kind, node, ctx);
        }
    }
    fields.finish("a region", ctx.diagnostics);
    found
}

fn read_color(written: &Spanned<String>, ctx: &mut Ctx) -> Option<Color> {
    read_name("color", written, Color::ALL.map(|color| (color, color.name())), ctx)
}

fn read_style(written: &Spanned<String>, ctx: &mut Ctx) -> Option<Style> {
    read_name("style", written, Style::ALL.map(|style| (style, style.name())), ctx)
}

/// Reads one of a few names.
fn read_name<T: Copy, const N: usize>(
    what: &str,
    written: &Spanned<String>,
    known: [(T, &'static str); N],
    ctx: &mut Ctx,
) -> Option<T> {
    let found = known.iter().find(|(_, name)| *name == written.value);
    if found.is_none() {
        let names: Vec<_> = known.iter().map(|(_, name)| *name).collect();
        ctx.diagnostics.push(
            Diagnostic::error(Code::InvalidValue, format!("unknown {what} `{}`", written.value))
                .at(written.span)
                .maybe_hint(near_miss(&written.value, names.iter().copied()))
                .hint(format!("the {what}s are: {}", names.join(", "))),
        );
    }
    found.map(|(value, _)| *value)
}

fn read_letter(written: &Spanned<String>, ctx: &mut Ctx) -> Option<Letter> {
    let text = written.value.trim();
    let letter = Letter::new(text);
    if letter.is_none() {
        let message = if text.chars().count() > Letter::MAX {
            format!("the letter `{text}` is too long")
        } else {
            format!("`{text}` is no letter that can be drawn")
        };
        ctx.diagnostics.push(
            Diagnostic::error(Code::InvalidValue, message)
                .at(written.span)
                .hint("write one to three letters or digits, Latin, Greek or Cyrillic: `letter: A`; what the mark is goes into `means`"),
        );
    }
    letter
}

/// Reads tip and tail.
fn read_arrow(what: &str, node: Node, ctx: &mut Ctx) -> Option<(Point, Point)> {
    let span = node.span;
    let mut fields = Fields::new(node, what, ctx.diagnostics);
    let tip = fields.required("tip", what, ctx.diagnostics);
    let tail = fields.required("tail", what, ctx.diagnostics);
    fields.finish(what, ctx.diagnostics);
    let tip = tip.and_then(|node| read_point(node, ctx));
    let tail = tail.and_then(|node| read_point(node, ctx));
    let (tip, tail) = (tip?, tail?);
    if tip == tail {
        let what = what.trim_start_matches("an ");
        ctx.diagnostics.push(
            Diagnostic::error(Code::EmptyShape, format!("this {what} has no length"))
                .at(span)
                .hint("move its `tail` away from its `tip`"),
        );
        return None;
    }
    Some((tip, tail))
}
