//! Figures: what `read/figure/` takes.

use serde_json::{Value, json};

use super::mark::example_of_mark;
use super::shape::{
    Object, Shape, any_of, defined, filled_text, integer, list_of, mapping_of, number, path, share,
    text, tuple,
};
use super::topic::{classes, label};

/// A `figure` block, or a figure of a YAML topic.
pub(super) fn figure() -> Object {
    let lone = json!({
        "label": "fig-line",
        "image": "images/line.png",
        "alt": "Drawing of the left upper chest with a thin bright curve inside the ribs.",
        "caption": "The pleural line ({line}).",
        "credit": "A. Example",
        "license": "CC0-1.0",
        "marks": { "line": example_of_mark() },
    });
    let montage = json!({
        "label": "fig-views",
        "panels": [example_of_panel(), { "image": "images/side.png", "alt": "The same from the side." }],
        "columns": 2,
        "caption": "The pleural line (a) from the front, (b) from the side.",
        "credit": "A. Example",
        "license": "CC0-1.0",
    });
    let object = Object::new(
        "A figure",
        "A clean picture, or a montage of panels, and what is drawn over it.",
        lone.clone(),
    );
    picture(object)
        .with("examples", vec![lone, montage])
        .required(
            "caption",
            text().says("The caption, in Markdown, with `{mark}` wherever it speaks of a mark."),
        )
        .key(
            "panels",
            list_of(defined("panel"))
                .says("In place of one picture: the panels (a), (b), … of a montage.")
                .with("minItems", 2)
                .with("maxItems", 26),
        )
        .key(
            "columns",
            integer()
                .says("How many panels stand side by side; else the layout chooses.")
                .with("minimum", 1)
                .with("maximum", 26)
                .example(2),
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
        // One picture, or panels with all that is said of pictures.
        .with(
            "anyOf",
            json!([
                { "required": ["image", "alt"], "properties": { "panels": false, "columns": false } },
                {
                    "required": ["panels"],
                    "properties": {
                        "image": false, "alt": false, "description": false, "page": false,
                        "crop": false, "window": false, "pixel-size": false, "marks": false,
                    },
                },
            ]),
        )
}

/// A panel of a figure.
pub(super) fn panel() -> Object {
    let object =
        Object::new("A panel", "A picture of a montage, with what is its own.", example_of_panel());
    picture(object)
        .asks("image")
        .asks("alt")
        .key(
            "label",
            label()
                .says("The name to refer to, beside the figure's label with the panel's letter.")
                .example("fig-front"),
        )
        .key("credit", credit().says("Who made the picture, in Markdown; else the figure's."))
        .key("license", license().says("The license of the picture; else the figure's."))
}

fn example_of_panel() -> Value {
    json!({ "image": "images/line.png", "alt": "A thin bright curve inside the ribs." })
}

/// Adds the keys of one picture, which figures and panels share.
fn picture(object: Object) -> Object {
    object
        .key("image", image())
        .key("alt", alt())
        .key("description", description())
        .key("page", page())
        .key("crop", crop())
        .key("window", window())
        .key("pixel-size", pixel_size())
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
    .key("description", description())
    .key("page", page())
    .key("crop", crop())
    .key("window", window())
    .key("pixel-size", pixel_size())
    .key("credit", credit())
    .key("license", license())
}

fn page() -> Shape {
    integer()
        .says("The page of a document or the frame of a series, counted from 1.")
        .default(1)
        .with("minimum", 1)
        .with("maximum", 1_000_000)
}

fn crop() -> Shape {
    defined("rect").says("What is kept of the picture: left, top, width, height.")
}

fn window() -> Shape {
    let center = number().with("minimum", -1e9).with("maximum", 1e9);
    let width = number().with("minimum", 0.001).with("maximum", 1e9);
    tuple([center, width])
        .says("The values of a radiological picture to show, in its units: center and width.")
        .example(json!([40, 400]))
}

fn pixel_size() -> Shape {
    let length = || text().with("type", "string").with("pattern", LENGTH);
    any_of([length(), tuple([length(), length()])])
        .says("How large a pixel is: its side, or its width and its height.")
        .example("0.2 mm")
}

/// A number more than 0, and its unit.
const LENGTH: &str = concat!(
    r"^\s*([0-9]*[1-9][0-9]*([.,][0-9]*)?|[0-9]*[.,][0-9]*[1-9][0-9]*)",
    "\\s*(nm|[\u{b5}\u{3bc}u]m|mm|cm|m)\\s*$",
);

fn image() -> Shape {
    path().says("The clean picture: a path from this file's folder.").example("images/line.png")
}

fn alt() -> Shape {
    filled_text().says("What is seen, for readers who cannot see it.")
}

fn description() -> Shape {
    filled_text()
        .says("The same at length: plain text, in paragraphs that empty lines part.")
        .example("A line runs from the apex to the base.\n\nNo vessel crosses it.")
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
