//! Figures: `figure` blocks, figures in YAML topics, and simple pictures.

mod apart;
mod image;
mod mark;
mod panel;
mod part;
mod place;
mod scale;
mod values;

use comrak::nodes::Attributes;

use self::apart::tell_apart;
use self::image::{ImageKeys, excerpt, read_path, require_alt};
use self::panel::{Inherited, PanelKeys, Panels};
use self::part::Part;
use super::Ctx;
use super::inline::{Place, read_line};
use super::markdown::read_label;
use crate::diag::{Code, Diagnostic, near_miss};
use crate::model::{Caption, Controls, Figure, Inline, Panel, Ratio};
use crate::source::{Span, Spanned};
use crate::yaml::{self, Fields, Node, OffsetMap, Value};

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
    let image = ImageKeys::take(&mut fields, ctx);
    let credit = fields.text("credit", ctx.diagnostics);
    let license = fields.text("license", ctx.diagnostics);
    fields.finish(what, ctx.diagnostics);
    let image = image.read(what, span, ctx);
    warn_credit("this picture", credit.is_some(), license.is_some(), span, ctx);
    let credit = read_line_of(credit, Place::Body, ctx);
    let id = ctx.node_id();
    Some(Box::new(Figure {
        id,
        label: None,
        panels: vec![Panel::only(id, image?, Vec::new())],
        columns: None,
        caption: Caption { long: Vec::new(), short: None },
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
    let panels = PanelKeys::take(&mut fields, ctx);
    let caption = fields.required_text("caption", WHAT, ctx.diagnostics);
    let short = fields.text("short-caption", ctx.diagnostics);
    let credit = fields.text("credit", ctx.diagnostics);
    let license = fields.text("license", ctx.diagnostics);
    let width = fields.text("width", ctx.diagnostics);
    let classes = fields.texts("class", ctx.diagnostics);
    fields.finish(WHAT, ctx.diagnostics);

    let inherited = Inherited { credit: credit.is_some(), license: license.is_some() };
    let Panels { figure: id, list: panels, columns } = panels.read(span, inherited, ctx);
    let label = label.and_then(|label| read_label(&label.value, label.span, ctx));
    let long = read_line_of(caption, Place::Caption, ctx);
    let short = read_line_of(short, Place::Caption, ctx);
    let credit = read_line_of(credit, Place::Body, ctx);
    let classes: Vec<String> =
        classes.into_iter().map(|class| class.value.trim_start_matches('.').to_owned()).collect();
    let controls = ctx.controls(&classes, &[], span);
    let width = width.and_then(|width| read_share(&width, ctx));
    let mut panels = panels?;
    tell_apart(&mut panels, ctx.diagnostics);
    Some(Box::new(Figure {
        id,
        label,
        panels,
        columns,
        caption: Caption { long: long?, short },
        credit,
        license: license.map(|license| license.value),
        width,
        controls,
        span,
    }))
}

fn read_line_of(text: Option<Spanned<String>>, place: Place, ctx: &mut Ctx) -> Option<Vec<Inline>> {
    text.map(|text| read_line(&text, place, ctx))
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
    warn_credit("this picture", credit.is_some(), license.is_some(), span, ctx);
    let controls: Controls = ctx.controls(&attributes.classes, &[], span);
    let label = attributes.id.as_deref().and_then(|id| read_label(id, span, ctx));
    let path = read_path(&Spanned::new(url.to_owned(), span), ctx);
    let id = ctx.node_id();
    Some(Box::new(Figure {
        id,
        label,
        panels: vec![Panel::only(id, excerpt(path?, Part::default(), alt?.value), Vec::new())],
        columns: None,
        caption: Caption { long: caption, short: None },
        credit,
        license,
        width,
        controls,
        span,
    }))
}

fn warn_credit(what: &str, credit: bool, license: bool, span: Span, ctx: &mut Ctx) {
    let missing = match (credit, license) {
        (true, true) => return,
        (false, true) => "`credit`",
        (true, false) => "`license`",
        (false, false) => "`credit` and no `license`",
    };
    ctx.diagnostics.push(
        Diagnostic::warning(Code::MissingCredit, format!("{what} has no {missing}")).at(span).hint(
            "say who made it, and under which license it may be printed (such as `CC-BY-4.0`)",
        ),
    );
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
