//! Figures and their marks: what `read/figure.rs` takes.

use serde_json::{Value, json};

use super::shape::{
    Object, Shape, defined, extent, filled_text, list_of, mapping_of, one_of, one_or_list, path,
    share, text, tuple,
};
use super::topic::{classes, label};
use crate::model::Color;

/// A `figure` block, or a figure of a YAML topic.
pub(super) fn figure() -> Object {
    Object::new(
        "A figure",
        "A clean picture, and what is drawn over it.",
        json!({
            "label": "fig-line",
            "image": "images/line.png",
            "alt": "Drawing of the left upper chest with a thin bright curve inside the ribs.",
            "caption": "The pleural line ({line}).",
            "credit": "A. Example",
            "license": "CC0-1.0",
            "marks": { "line": example_of_mark() },
        }),
    )
    .required("image", image())
    .required("alt", alt())
    .required(
        "caption",
        text().says("The caption, in Markdown, with `{mark}` wherever it speaks of a mark."),
    )
    .key("label", label().example("fig-line"))
    .key(
        "short-caption",
        text().says("The caption in lists of figures; else the caption's first sentence."),
    )
    .key("credit", credit())
    .key("license", license())
    .key(
        "width",
        share()
            .says("5% to 100% of the text's width, or `0.05` to `1`; else the layout chooses.")
            .with("pattern", WIDTH)
            .with("minimum", 0.05)
            .example("60%"),
    )
    .key("class", classes())
    .key(
        "marks",
        mapping_of(defined("mark")).says("What is pointed at: a name for each, and its keys."),
    )
}

/// The `banner` of a topic.
pub(super) fn banner() -> Object {
    Object::new(
        "A banner",
        "The picture that opens a topic, without caption, number or marks.",
        json!({
            "image": "images/chest.jpg",
            "alt": "A chest radiograph.",
            "credit": "A. Example",
            "license": "CC0-1.0",
        }),
    )
    .required("image", image())
    .required("alt", alt())
    .key("credit", credit())
    .key("license", license())
}

fn image() -> Shape {
    path()
        .says("The clean picture, JPEG or PNG: a path from this file's folder.")
        .example("images/line.png")
}

fn alt() -> Shape {
    filled_text().says("What is seen, for readers who cannot see it.")
}

fn credit() -> Shape {
    text().says("Who made the picture, in Markdown.").example("A. Example")
}

fn license() -> Shape {
    text().says("The license of the picture.").example("CC-BY-4.0")
}

/// 5 to 100 percent, or 0.05 to 1 in quotes.
const WIDTH: &str = concat!(
    r"^\s*((100(\.0*)?|([5-9]|[1-9][0-9])(\.[0-9]*)?)\s*%",
    r"|0?\.(0[5-9]|[1-9])[0-9]*|1(\.0*)?)\s*$"
);

/// A mark of a figure.
pub(super) fn mark() -> Object {
    // A mark draws something, or has a region.
    let lists = ["arrows", "ellipses", "rects", "polygons"];
    let mut something: Vec<Value> = lists
        .map(|key| json!({ "required": [key], "properties": { key: { "minItems": 1 } } }))
        .to_vec();
    something.push(json!({ "required": ["region"] }));
    Object::new("A mark", "Something in a picture that is pointed at.", example_of_mark())
        .required("means", text().says("What it is, in Markdown: the answer on a card."))
        .key(
            "color",
            one_of(Color::ALL.map(Color::name))
                .says("The color it is drawn in.")
                .default(Color::White.name()),
        )
        .key("arrows", one_or_list(defined("arrow")).says("Arrows, each from tail to tip."))
        .key(
            "ellipses",
            list_of(defined("ellipse")).says("Ellipses: center x, center y, radius x, radius y."),
        )
        .key("rects", list_of(defined("rect")).says("Rectangles: left, top, width, height."))
        .key("polygons", list_of(defined("polygon")).says("Polygons of three or more points."))
        .key("region", defined("region").says("The area of the finding, which is never drawn."))
        .with("anyOf", something)
}

/// An arrow of a mark.
pub(super) fn arrow() -> Object {
    Object::new(
        "An arrow",
        "An arrow whose tip points.",
        json!({ "tip": ["62%", "42%"], "tail": ["84%", "30%"] }),
    )
    .required("tip", defined("point").says("Where it points: from the left, from the top."))
    .required("tail", defined("point").says("Where it begins: from the left, from the top."))
}

/// The region of a mark.
pub(super) fn region() -> Object {
    Object::new(
        "A region",
        "An area of the picture: a rectangle, an ellipse or a polygon.",
        json!({ "rect": ["30%", "40%", "35%", "30%"] }),
    )
    .key("rect", defined("rect").says("Left, top, width, height."))
    .key("ellipse", defined("ellipse").says("Center x, center y, radius x, radius y."))
    .key("polygon", defined("polygon").says("Three points or more."))
}

fn example_of_mark() -> Value {
    json!({
        "means": "pleural line",
        "color": "yellow",
        "arrows": [{ "tip": ["62%", "42%"], "tail": ["84%", "30%"] }],
    })
}

/// What figures call the same each time: the name of the definition, and it.
pub(super) fn areas() -> [(&'static str, Shape); 4] {
    let corners = || tuple([share(), share(), extent(), extent()]);
    [
        ("point", tuple([share(), share()]).says("A point: from the left, from the top.")),
        ("rect", corners().says("A rectangle: left, top, width, height.")),
        ("ellipse", corners().says("An ellipse: center x, center y, radius x, radius y.")),
        ("polygon", list_of(defined("point")).says("Three points or more.").with("minItems", 3)),
    ]
}
