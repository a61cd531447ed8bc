//! The marks of figures: what `read/figure/mark.rs` takes.

use serde_json::{Value, json};

use super::shape::{
    Object, Shape, coordinate, defined, extent, filled_text, list_of, one_of, one_or_list, text,
    tuple,
};
use crate::model::{Color, Style};

/// A mark of a figure.
pub(super) fn mark() -> Object {
    // A mark draws something, or has a region.
    let lists = ["arrows", "arrowheads", "lines", "ellipses", "rects", "polygons", "letters"];
    let mut something: Vec<Value> = lists
        .map(|key| json!({ "required": [key], "properties": { key: { "minItems": 1 } } }))
        .to_vec();
    something.extend(["scale-bar", "region"].map(|key| json!({ "required": [key] })));
    Object::new("A mark", "Something in a picture that is pointed at.", example_of_mark())
        .required("means", text().says("What it is, in Markdown: the answer on a card."))
        .key(
            "color",
            one_of(Color::ALL.map(Color::name))
                .says("The color it is drawn in.")
                .default(Color::White.name()),
        )
        .key(
            "style",
            one_of(Style::ALL.map(Style::name)).says(
                "How its lines are drawn, which the caption then names; else chosen to tell the \
                 marks of a figure apart. Arrowheads are not dashed.",
            ),
        )
        .key(
            "letter",
            filled_text()
                .says("One to three letters or digits beside each of its shapes.")
                .with("type", json!(["string", "integer"]))
                .with("pattern", LETTER)
                .with("minimum", 0)
                .with("maximum", 999)
                .example("A"),
        )
        .key(
            "called",
            text()
                .says(
                    "What captions and cards call it; else form and color in the topic's language.",
                )
                .example("beyaz oklar"),
        )
        .key("arrows", one_or_list(defined("arrow")).says("Arrows, each from tail to tip."))
        .key(
            "arrowheads",
            one_or_list(defined("arrow"))
                .says("Heads of arrows alone; the tail gives the direction."),
        )
        .key(
            "lines",
            list_of(list_of(defined("point")).with("minItems", 2))
                .says("Lines that are not closed, each of two points or more."),
        )
        .key(
            "ellipses",
            list_of(defined("ellipse")).says("Ellipses: center x, center y, radius x, radius y."),
        )
        .key("rects", list_of(defined("rect")).says("Rectangles: left, top, width, height."))
        .key("polygons", list_of(defined("polygon")).says("Polygons of three or more points."))
        .key("letters", list_of(defined("point")).says("Places where its letter stands by itself."))
        .key("scale-bar", defined("scale-bar").says("A bar that shows how large things are."))
        .key("region", defined("region").says("The area of the finding, which is never drawn."))
        .with("anyOf", something)
        .with("not", letters_without_letter())
}

const LETTER: &str = r"^\s*[0-9A-Za-zÀ-ÖØ-öø-žΑ-Ρ\u03a3-ωА-я]{1,3}\s*$";

/// What stands at places by itself must be said.
fn letters_without_letter() -> Value {
    json!({
        "required": ["letters"],
        "properties": { "letters": { "minItems": 1 } },
        "not": { "required": ["letter"] },
    })
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

/// The scale bar of a picture.
pub(super) fn scale_bar() -> Object {
    Object::new(
        "A scale bar",
        "A bar as long as something in the picture, with its length.",
        json!({ "length": "5 cm" }),
    )
    .required(
        "length",
        text()
            .says("A number and its unit: nm, µm (or um), mm, cm, m.")
            .with("type", "string")
            .with("pattern", LENGTH)
            .example("5 cm"),
    )
    .key("at", defined("point").says("Its left end; else it stands in the lower right corner."))
}

const LENGTH: &str = r"^\s*[0-9]*[.,]?[0-9]*[1-9][0-9]*([.,][0-9]*)?\s*(nm|µm|μm|um|mm|cm|m)\s*$";

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
    let corners = || tuple([coordinate(), coordinate(), extent(), extent()]);
    [
        (
            "point",
            tuple([coordinate(), coordinate()]).says("A point: from the left, from the top."),
        ),
        ("rect", corners().says("A rectangle: left, top, width, height.")),
        ("ellipse", corners().says("An ellipse: center x, center y, radius x, radius y.")),
        ("polygon", list_of(defined("point")).says("Three points or more.").with("minItems", 3)),
    ]
}
