//! Figures: `figure` blocks, figures in YAML topics, and simple pictures.

use comrak::nodes::Attributes;

use super::Ctx;
use super::inline::{Place, read_line};
use super::markdown::read_label;
use crate::diag::{Code, Diagnostic, near_miss};
use crate::model::{
    Area, Caption, Color, Controls, Figure, Image, Inline, Mark, MarkId, Point, Ratio, Shape,
};
use crate::source::{ProjectPath, Span, Spanned};
use crate::yaml::{self, Fields, Node, OffsetMap, Value, expect_text};

const WHAT: &str = "a figure";

/// Reads the YAML of a `figure` block.
pub(super) fn from_block(
    text: &str,
    map: &OffsetMap,
    span: Span,
    ctx: &mut Ctx,
) -> Option<Box<Figure>> {
    let mut node = yaml::parse_content(text, ctx.file, map, ctx.diagnostics)?;
    node.span = span;
    from_node(node, ctx)
}

/// Reads the `banner` of a topic: a path and a text, perhaps a credit.
pub(super) fn banner(node: Node, ctx: &mut Ctx) -> Option<Box<Figure>> {
    let what = "a banner";
    if let Value::Text(path) = &node.value {
        ctx.diagnostics.push(
            Diagnostic::error(Code::MissingAlt, "this picture has no `alt` text")
                .at(node.span)
                .hint(format!("write `banner: {{image: {path}, alt: …}}`")),
        );
        return None;
    }
    let mut fields = Fields::new(node, what, ctx.diagnostics);
    let span = fields.span;
    let image = fields.required_text("image", what, ctx.diagnostics);
    let alt = fields.text("alt", ctx.diagnostics);
    let credit = fields.text("credit", ctx.diagnostics);
    let license = fields.text("license", ctx.diagnostics);
    fields.finish(what, ctx.diagnostics);
    let alt = require_alt(alt, span, ctx);
    warn_credit(credit.is_some(), license.is_some(), span, ctx);
    let credit = credit.map(|text| read_line(&text, Place::Body, ctx));
    let path = image.and_then(|image| read_path(&image, ctx));
    Some(Box::new(Figure {
        id: ctx.node_id(),
        label: None,
        image: Image { path: path?, alt: alt?.value },
        caption: Caption { long: Vec::new(), short: None },
        marks: Vec::new(),
        credit,
        license: license.map(|license| license.value),
        width: None,
        controls: Controls::default(),
        span,
    }))
}

/// Reads a figure from its YAML mapping.
pub(super) fn from_node(node: Node, ctx: &mut Ctx) -> Option<Box<Figure>> {
    let mut fields = Fields::new(node, WHAT, ctx.diagnostics);
    let span = fields.span;
    let label = fields.text("label", ctx.diagnostics);
    let image = fields.required_text("image", WHAT, ctx.diagnostics);
    let alt = fields.take_entry("alt");
    let caption = fields.required_text("caption", WHAT, ctx.diagnostics);
    let short = fields.text("short-caption", ctx.diagnostics);
    let credit = fields.text("credit", ctx.diagnostics);
    let license = fields.text("license", ctx.diagnostics);
    let width = fields.text("width", ctx.diagnostics);
    let classes = fields.texts("class", ctx.diagnostics);
    let marks = fields.take("marks");
    fields.finish(WHAT, ctx.diagnostics);

    let alt = match alt {
        Some((_, node)) => expect_text(node, "alt", ctx.diagnostics),
        None => None,
    };
    let alt = require_alt(alt, span, ctx);
    let marks = marks.map(|node| read_marks(node, ctx)).unwrap_or_default();
    let id = ctx.node_id();
    let label = label.and_then(|label| read_label(&label.value, label.span, ctx));
    let line = |text: Option<Spanned<String>>, place: Place, ctx: &mut Ctx| {
        text.map(|text| read_line(&text, place, ctx))
    };
    let long = line(caption, Place::Caption, ctx);
    let short = line(short, Place::Caption, ctx);
    let credit = line(credit, Place::Body, ctx);
    warn_credit(credit.is_some(), license.is_some(), span, ctx);
    let classes: Vec<String> =
        classes.into_iter().map(|class| class.value.trim_start_matches('.').to_owned()).collect();
    let controls = ctx.controls(&classes, &[], span);
    let width = width.and_then(|width| read_share(&width, ctx));
    let path = image.and_then(|image| read_path(&image, ctx));
    Some(Box::new(Figure {
        id,
        label,
        image: Image { path: path?, alt: alt?.value },
        caption: Caption { long: long?, short },
        marks,
        credit,
        license: license.map(|license| license.value),
        width,
        controls,
        span,
    }))
}

/// Reads a picture that stands alone in its paragraph.
pub(super) fn from_image(
    url: &str,
    caption: Vec<Inline>,
    attributes: Option<&Attributes>,
    span: Span,
    ctx: &mut Ctx,
) -> Option<Box<Figure>> {
    let empty = Attributes::default();
    let attributes = attributes.unwrap_or(&empty);
    let (mut alt, mut credit, mut license, mut width) = (None, None, None, None);
    for (key, value) in &attributes.pairs {
        let value = Spanned::new(value.clone(), span);
        match key.as_str() {
            "alt" => alt = Some(value),
            "credit" => credit = Some(vec![Inline::Text(value.value)]),
            "license" => license = Some(value.value),
            "width" => width = read_share(&value, ctx),
            key => ctx.diagnostics.push(
                Diagnostic::error(
                    Code::UnknownKey,
                    format!("unknown attribute `{key}` of a picture"),
                )
                .at(span)
                .hint(
                    near_miss(key, ["alt", "credit", "license", "width"]).unwrap_or_else(|| {
                        "pictures know `alt`, `width`, `credit` and `license`".into()
                    }),
                ),
            ),
        }
    }
    let alt = require_alt(alt, span, ctx);
    warn_credit(credit.is_some(), license.is_some(), span, ctx);
    let controls: Controls = ctx.controls(&attributes.classes, &[], span);
    let label = attributes.id.as_deref().and_then(|id| read_label(id, span, ctx));
    let path = read_path(&Spanned::new(url.to_owned(), span), ctx);
    let id = ctx.node_id();
    Some(Box::new(Figure {
        id,
        label,
        image: Image { path: path?, alt: alt?.value },
        caption: Caption { long: caption, short: None },
        marks: Vec::new(),
        credit,
        license,
        width,
        controls,
        span,
    }))
}

fn require_alt(alt: Option<Spanned<String>>, span: Span, ctx: &mut Ctx) -> Option<Spanned<String>> {
    if let Some(alt) = alt.filter(|alt| !alt.value.trim().is_empty()) {
        return Some(alt.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    ctx.diagnostics.push(
        Diagnostic::error(Code::MissingAlt, "this picture has no `alt` text")
            .at(span)
            .hint("say in `alt` what is seen, for readers who cannot see it; the caption says what to make of it"),
    );
    None
}

fn warn_credit(credit: bool, license: bool, span: Span, ctx: &mut Ctx) {
    let missing = match (credit, license) {
        (true, true) => return,
        (false, true) => "`credit`",
        (true, false) => "`license`",
        (false, false) => "`credit` and no `license`",
    };
    ctx.diagnostics.push(
        Diagnostic::warning(Code::MissingCredit, format!("this picture has no {missing}"))
            .at(span)
            .hint(
                "say who made it, and under which license it may be printed (such as `CC-BY-4.0`)",
            ),
    );
}

fn read_path(written: &Spanned<String>, ctx: &mut Ctx) -> Option<Spanned<ProjectPath>> {
    if written.value.contains("://") {
        ctx.diagnostics.push(
            Diagnostic::error(Code::MissingImage, "pictures from the web are not taken")
                .at(written.span)
                .hint("save it beside the topic, and name it by its path"),
        );
        return None;
    }
    match ctx.path.sibling(&written.value) {
        Ok(path) => Some(Spanned::new(path, written.span)),
        Err(reason) => {
            let hint = "put the picture below the project's folder, and name it from the topic's";
            ctx.refuse(Code::MissingImage, reason, written.span, hint);
            None
        }
    }
}

fn read_marks(node: Node, ctx: &mut Ctx) -> Vec<Mark> {
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

fn read_area(kind: &str, node: Node, ctx: &mut Ctx) -> Option<Area> {
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

fn read_point(node: Node, ctx: &mut Ctx) -> Option<Point> {
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
    let point = Ratio::new(snap(x)).zip(Ratio::new(snap(y))).map(|(x, y)| Point { x, y });
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

fn read_share(written: &Spanned<String>, ctx: &mut Ctx) -> Option<Ratio> {
    let text = written.value.trim();
    let number = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok().map(|number| number / 100.0),
        None => text.parse::<f64>().ok(),
    };
    let share = number.filter(|number| *number >= 0.05).and_then(Ratio::new);
    if share.is_none() {
        ctx.diagnostics.push(
            Diagnostic::error(
                Code::InvalidValue,
                format!("the width `{text}` is not a share of the text's width"),
            )
            .at(written.span)
            .hint("write 5% to 100%"),
        );
    }
    share
}
