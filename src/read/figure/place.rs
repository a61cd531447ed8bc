//! Places in pictures: points, areas, and how they are written.

use crate::diag::{Code, Diagnostic};
use crate::model::{Area, Coordinate, Point, Ratio};
use crate::read::Ctx;
use crate::source::Span;
use crate::yaml::{Node, Value};

pub(super) fn read_area(kind: &str, node: Node, ctx: &mut Ctx) -> Option<Area> {
    let span = node.span;
    let Value::List(items) = node.value else {
        let hint = "write shares of the picture, such as `[30%, 40%, 10%, 5%]`";
        let message = format!("`{kind}` should be a list of numbers");
        ctx.refuse(Code::InvalidValue, message, span, hint);
        return None;
    };
    if kind == "polygon" {
        let points: Vec<_> = items.into_iter().filter_map(|item| read_point(item, ctx)).collect();
        if points.len() < 3 {
            let hint = "write `[[x, y], [x, y], [x, y]]`";
            ctx.refuse(Code::EmptyShape, "a polygon has three points or more", span, hint);
            return None;
        }
        return Some(Area::Polygon { points });
    }
    let numbers: Vec<f64> = items.iter().filter_map(|item| read_fraction(item, ctx)).collect();
    let [a, b, c, d] = numbers[..] else {
        let order = if kind == "rect" {
            "left, top, width, height"
        } else {
            "center x, center y, radius x, radius y"
        };
        let hint = "write shares of the picture, such as `[30%, 40%, 10%, 5%]`";
        let message = format!("`{kind}` should be four numbers: {order}");
        ctx.refuse(Code::InvalidValue, message, span, hint);
        return None;
    };
    if c <= 0.0 || d <= 0.0 {
        let hint = "its last two numbers are its size; make both more than 0";
        ctx.refuse(Code::EmptyShape, format!("this `{kind}` has no extent"), span, hint);
        return None;
    }
    let point = |x: f64, y: f64, ctx: &mut Ctx| checked_point(x, y, span, ctx);
    if kind == "rect" {
        let (min, max) = (point(a, b, ctx), point(a + c, b + d, ctx));
        Some(Area::Rectangle { min: min?, max: max? })
    } else {
        point(a - c, b - d, ctx)?;
        point(a + c, b + d, ctx)?;
        Some(Area::Ellipse { center: point(a, b, ctx)?, radii: point(c, d, ctx)? })
    }
}

pub(super) fn read_point(node: Node, ctx: &mut Ctx) -> Option<Point> {
    let span = node.span;
    if let Value::List(items) = &node.value
        && let [x, y] = &items[..]
    {
        let (x_span, y_span) = (x.span, y.span);
        let (x, y) = (read_fraction(x, ctx), read_fraction(y, ctx));
        return checked_point(x?, y?, x_span.to(y_span), ctx);
    }
    ctx.diagnostics.push(
        Diagnostic::error(
            Code::InvalidValue,
            "a point is two numbers: from the left, from the top",
        )
        .at(span)
        .hint("write `[31%, 55%]`"),
    );
    None
}

fn checked_point(x: f64, y: f64, span: Span, ctx: &mut Ctx) -> Option<Point> {
    // A hair over the edge is rounding, not a mistake.
    let snap = |value: f64| if (1.0..1.0 + 1e-9).contains(&value) { 1.0 } else { value };
    let point = Ratio::new(snap(x)).zip(Ratio::new(snap(y)));
    let point = point.map(|(x, y)| Point { x: Coordinate::Share(x), y: Coordinate::Share(y) });
    if point.is_none() {
        ctx.diagnostics.push(
            Diagnostic::error(
                Code::PointOutsideImage,
                format!(
                    "the point ({:.1}%, {:.1}%) lies outside of the picture",
                    x * 100.0,
                    y * 100.0
                ),
            )
            .at(span)
            .hint("both numbers go from 0% to 100%"),
        );
    }
    point
}

/// Reads `31%` or `0.31`.
fn read_fraction(node: &Node, ctx: &mut Ctx) -> Option<f64> {
    match &node.value {
        Value::Number(number) if number.is_finite() => return Some(*number),
        Value::Text(text) => {
            let number =
                text.trim().strip_suffix('%').and_then(|text| text.trim().parse::<f64>().ok());
            if let Some(number) = number.filter(|number| number.is_finite()) {
                return Some(number / 100.0);
            }
        }
        _ => {}
    }
    ctx.diagnostics.push(
        Diagnostic::error(Code::InvalidValue, "this should be a number")
            .at(node.span)
            .hint("write a share of the picture: `31%` or `0.31`"),
    );
    None
}
