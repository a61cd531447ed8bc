//! Places in pictures: points, areas, and how they are written.

use crate::diag::{Code, Diagnostic};
use crate::model::{Area, Coordinate, Point, Ratio};
use crate::read::Ctx;
use crate::source::Span;
use crate::yaml::{Node, Value};

/// The most points of a line or polygon: more than a hand sets, few enough to
/// be drawn on every page at once.
const MAX_POINTS: usize = 1000;

/// Tells whether a line or polygon has so many points that it is an error.
fn has_too_many(count: usize, span: Span, ctx: &mut Ctx) -> bool {
    if count > MAX_POINTS {
        let message = format!("{count} points are too many");
        let hint = format!("leave out what nobody sees: up to {MAX_POINTS} are drawn");
        ctx.refuse(Code::InvalidValue, message, span, &hint);
    }
    count > MAX_POINTS
}

pub(super) fn read_area(kind: &str, node: Node, ctx: &mut Ctx) -> Option<Area> {
    let span = node.span;
    let Value::List(items) = node.value else {
        let hint = "write shares of the picture, such as `[30%, 40%, 10%, 5%]`";
        let message = format!("`{kind}` should be a list of numbers");
        ctx.refuse(Code::InvalidValue, message, span, hint);
        return None;
    };
    if kind == "polygon" {
        if has_too_many(items.len(), span, ctx) {
            return None;
        }
        let points: Vec<_> = items.into_iter().filter_map(|item| read_point(item, ctx)).collect();
        if points.len() < 3 {
            let hint = "write `[[x, y], [x, y], [x, y]]`";
            ctx.refuse(Code::EmptyShape, "a polygon has three points or more", span, hint);
            return None;
        }
        return Some(Area::Polygon { points });
    }
    let lengths: Vec<Measure> = items.iter().filter_map(|item| read_measure(item, ctx)).collect();
    let [a, b, c, d] = lengths[..] else {
        let order = if kind == "ellipse" {
            "center x, center y, radius x, radius y"
        } else {
            "left, top, width, height"
        };
        let hint = "write shares of the picture, such as `[30%, 40%, 10%, 5%]`";
        let message = format!("`{kind}` should be four numbers: {order}");
        ctx.refuse(Code::InvalidValue, message, span, hint);
        return None;
    };
    if c.value <= 0.0 || d.value <= 0.0 {
        let hint = "its last two numbers are its size; make both more than 0";
        ctx.refuse(Code::EmptyShape, format!("this `{kind}` has no extent"), span, hint);
        return None;
    }
    if a.pixels != c.pixels || b.pixels != d.pixels {
        let hint = "write place and size both in pixels or both as shares: \
                    `[120px, 80px, 40px, 30px]`";
        let message = format!("this `{kind}` mixes pixels and shares");
        ctx.refuse(Code::InvalidValue, message, span, hint);
        return None;
    }
    let point = |x: Measure, y: Measure, ctx: &mut Ctx| checked_point(x, y, span, ctx);
    if kind != "ellipse" {
        let (min, max) = (point(a, b, ctx), point(a.plus(c.value), b.plus(d.value), ctx));
        Some(Area::Rectangle { min: min?, max: max? })
    } else {
        point(a.plus(-c.value), b.plus(-d.value), ctx)?;
        point(a.plus(c.value), b.plus(d.value), ctx)?;
        Some(Area::Ellipse { center: point(a, b, ctx)?, radii: point(c, d, ctx)? })
    }
}

/// Reads a line of two points or more.
pub(super) fn read_line_points(node: Node, ctx: &mut Ctx) -> Option<Vec<Point>> {
    let span = node.span;
    let hint = "write `[[x, y], [x, y]]`: the points that the line goes through";
    let Value::List(items) = node.value else {
        ctx.refuse(Code::InvalidValue, "a line should be a list of points", span, hint);
        return None;
    };
    let count = items.len();
    if has_too_many(count, span, ctx) {
        return None;
    }
    let points: Vec<_> = items.into_iter().filter_map(|item| read_point(item, ctx)).collect();
    if points.len() < count {
        return None;
    }
    if points.len() < 2 {
        ctx.refuse(Code::EmptyShape, "a line has two points or more", span, hint);
        return None;
    }
    if points.iter().all(|point| *point == points[0]) {
        ctx.refuse(Code::EmptyShape, "this line has no length", span, "move its points apart");
        return None;
    }
    Some(points)
}

pub(super) fn read_point(node: Node, ctx: &mut Ctx) -> Option<Point> {
    let span = node.span;
    if let Value::List(items) = &node.value
        && let [x, y] = &items[..]
    {
        let (x_span, y_span) = (x.span, y.span);
        let (x, y) = (read_measure(x, ctx), read_measure(y, ctx));
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

/// A number of pixels, or a share of the picture.
#[derive(Debug, Clone, Copy)]
struct Measure {
    value: f64,
    pixels: bool,
}

impl Measure {
    fn plus(self, value: f64) -> Self {
        Self { value: self.value + value, ..self }
    }

    /// Returns the coordinate; `None` before the picture or beyond it. How many
    /// pixels a picture has is not known while topics are read.
    fn coordinate(self) -> Option<Coordinate> {
        if self.pixels {
            let thousandths = (self.value * 1e3).round();
            // The cast is exact: the value lies in the range of the type.
            return (0.0..=f64::from(u32::MAX))
                .contains(&thousandths)
                .then_some(Coordinate::Pixels(thousandths as u32));
        }
        // A hair over the edge is rounding, not a mistake.
        let snap = |value: f64| if (1.0..1.0 + 1e-9).contains(&value) { 1.0 } else { value };
        Ratio::new(snap(self.value)).map(Coordinate::Share)
    }

    fn show(self) -> String {
        if self.pixels {
            format!("{}px", self.value)
        } else {
            format!("{:.1}%", self.value * 100.0)
        }
    }
}

fn checked_point(x: Measure, y: Measure, span: Span, ctx: &mut Ctx) -> Option<Point> {
    let point = x.coordinate().zip(y.coordinate()).map(|(x, y)| Point { x, y });
    if point.is_none() {
        let hint = if x.pixels || y.pixels {
            "pixels are counted from the upper left corner, `[0px, 0px]`"
        } else {
            "both numbers go from 0% to 100%"
        };
        ctx.diagnostics.push(
            Diagnostic::error(
                Code::PointOutsideImage,
                format!("the point ({}, {}) lies outside of the picture", x.show(), y.show()),
            )
            .at(span)
            .hint(hint),
        );
    }
    point
}

/// Reads `31%`, `0.31` or `120px`.
fn read_measure(node: &Node, ctx: &mut Ctx) -> Option<Measure> {
    match &node.value {
        Value::Number(number) if *number > 1.0 && number.is_finite() => {
            let message = format!("the number {number} is more than 1, which is the whole picture");
            ctx.diagnostics.push(
                Diagnostic::error(Code::PointOutsideImage, message)
                    .at(node.span)
                    .hint(format!("write `{number}px` for pixels, or a share such as `31%`")),
            );
            return None;
        }
        Value::Number(number) if number.is_finite() => {
            return Some(Measure { value: *number, pixels: false });
        }
        Value::Text(text) => {
            let text = text.trim();
            let number =
                |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
            if let Some(number) = text.strip_suffix('%').and_then(number) {
                return Some(Measure { value: number / 100.0, pixels: false });
            }
            if let Some(number) = text.strip_suffix("px").and_then(number) {
                return Some(Measure { value: number, pixels: true });
            }
        }
        _ => {}
    }
    ctx.diagnostics.push(
        Diagnostic::error(Code::InvalidValue, "this should be a number")
            .at(node.span)
            .hint("write a share of the picture, `31%` or `0.31`, or pixels of it, `120px`"),
    );
    None
}
