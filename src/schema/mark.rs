//! The marks of figures: what `read/figure/mark.rs` takes.

use serde_json::{Value, json};

use super::shape::{
    Object, Shape, defined, extent, list_of, one_of, one_or_list, share, text, tuple,
};
use crate::model::Color;

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

pub(super) fn example_of_mark() -> Value {
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
