//! Marks of a figure, and what is drawn for them.

use super::place::{read_area, read_point};
use crate::diag::{Code, Diagnostic, near_miss};
use crate::model::{Color, Mark, MarkId, Shape};
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

fn read_mark(id: Spanned<MarkId>, mut node: Node, ctx: &mut Ctx) -> Option<Mark> {
    let what = "a mark";
    node.span = id.span;
    let mut fields = Fields::new(node, what, ctx.diagnostics);
    let means = fields.required_text("means", what, ctx.diagnostics);
    let color = fields.text("color", ctx.diagnostics);
    let arrows = fields.list("arrows");
    let shapes: Vec<(&str, Vec<Node>)> = vec![
        ("ellipse", fields.list("ellipses")),
        ("rect", fields.list("rects")),
        ("polygon", fields.list("polygons")),
    ];
    let region = fields.take("region");
    fields.finish(what, ctx.diagnostics);

    let is_empty =
        arrows.is_empty() && region.is_none() && shapes.iter().all(|(_, nodes)| nodes.is_empty());
    let mut drawn: Vec<Shape> =
        arrows.into_iter().filter_map(|arrow| read_arrow(arrow, ctx)).collect();
    for (kind, nodes) in shapes {
        drawn.extend(
            nodes.into_iter().filter_map(|node| read_area(kind, node, ctx)).map(Shape::Area),
        );
    }
    let region = region.and_then(|node| {
        let mut fields = Fields::new(node, "a region", ctx.diagnostics);
        let mut found = None;
        for kind in ["rect", "ellipse", "polygon"] {
            if let Some(node) = fields.take(kind) {
                found = read_area(kind, node, ctx);
            }
        }
        fields.finish("a region", ctx.diagnostics);
        found
    });
    let color = color.map_or(Some(Color::White), |color| read_color(&color, ctx));
    if is_empty {
        ctx.diagnostics.push(
            Diagnostic::error(Code::EmptyShape, format!("the mark `{}` draws nothing", id.value))
                .at(id.span)
                .hint("give it `arrows: [{tip: [x, y], tail: [x, y]}]`, `ellipses`, `rects`, `polygons` or a `region`"),
        );
    }
    // A mark with a mistake keeps its name, so that its mention is not blamed.
    let means = means.map(|means| read_line(&means, Place::Body, ctx)).unwrap_or_default();
    let color = color.unwrap_or(Color::White);
    Some(Mark { id, means, color, shapes: drawn, region })
}

fn read_color(written: &Spanned<String>, ctx: &mut Ctx) -> Option<Color> {
    let found = Color::ALL.into_iter().find(|color| color.name() == written.value);
    if found.is_none() {
        let names: Vec<_> = Color::ALL.iter().map(|color| color.name()).collect();
        ctx.diagnostics.push(
            Diagnostic::error(Code::InvalidValue, format!("unknown color `{}`", written.value))
                .at(written.span)
                .maybe_hint(near_miss(&written.value, names.iter().copied()))
                .hint(format!("the colors are: {}", names.join(", "))),
        );
    }
    found
}

fn read_arrow(node: Node, ctx: &mut Ctx) -> Option<Shape> {
    let span = node.span;
    let mut fields = Fields::new(node, "an arrow", ctx.diagnostics);
    let tip = fields.required("tip", "an arrow", ctx.diagnostics);
    let tail = fields.required("tail", "an arrow", ctx.diagnostics);
    fields.finish("an arrow", ctx.diagnostics);
    let tip = tip.and_then(|node| read_point(node, ctx));
    let tail = tail.and_then(|node| read_point(node, ctx));
    let (tip, tail) = (tip?, tail?);
    if tip == tail {
        ctx.diagnostics.push(
            Diagnostic::error(Code::EmptyShape, "this arrow has no length")
                .at(span)
                .hint("move its `tail` away from its `tip`"),
        );
        return None;
    }
    Some(Shape::Arrow { tip, tail })
}
