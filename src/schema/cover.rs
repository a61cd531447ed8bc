//! The manifest: what `print` of a book takes besides sheets.

use serde_json::json;

use super::manifest::{imposition, marks, sheet};
use super::shape::{Object, Shape, any_of, defined, number, one_of, one_or_list, text};
use crate::imposition::Binding;
use crate::project::{ALLOWANCE, BULK, GRAMMAGE, PAGES_PER_INCH, THICKNESS};

/// The ways of saying how thick paper is.
const WAYS: [&str; 3] = ["paper-thickness", "grammage", "pages-per-inch"];

/// `print` of a book.
pub(super) fn of_book() -> Shape {
    one_or_list(any_of([imposition(), defined("printing"), defined("cover")]))
        .says("Sheets that the pages are put on, and its cover, each a file of its own.")
        .example(json!(["booklet"]))
}

/// A cover among the entries of `print`.
pub(super) fn cover() -> Object {
    Object::new(
        "A cover",
        "The cover of a printed book: its back, its spine and its front on one page.",
        json!({ "imposition": "cover", "paper-thickness": "0.1mm" }),
    )
    .with(
        "examples",
        json!([
            { "imposition": "cover", "paper-thickness": "0.1mm", "isbn": "978-3-16-148410-0" },
            { "imposition": "cover", "grammage": 90, "bulk": 1.5, "spine-allowance": "0.5mm" },
            { "imposition": "cover", "pages-per-inch": 444, "marks": "none" },
        ]),
    )
    .with("anyOf", json!(WAYS.map(|way| json!({ "required": [way] }))))
    .required("imposition", one_of(["cover"]).says("That it is a cover."))
    .key("paper-thickness", thickness().says("How thick a leaf of the book is."))
    .key("grammage", within(GRAMMAGE).says("How heavy its paper is, in g/m²."))
    .key("bulk", within(BULK).says("How much room a gram of it takes, in cm³.").default(1.25))
    .key("pages-per-inch", within(PAGES_PER_INCH).says("How many pages are an inch thick."))
    .key(
        "spine-allowance",
        length(ALLOWANCE).says("How much wider the spine is than its leaves are thick.").default(0),
    )
    .key(
        "isbn",
        text()
            .with("type", "string")
            .with("pattern", r"^([0-9][ -]?){9}[0-9Xx]$|^97[89][ -]?([0-9][ -]?){9}[0-9]$")
            .says("Its number in the trade, in quotes: the back has its bars.")
            .example("978-3-16-148410-0"),
    )
    .key("paper", sheet().says("The paper; else as large as the cover needs."))
    .key(
        "binding",
        one_of(Binding::NAMES.map(|(name, _)| name))
            .says("Where the book is bound; else as the language is read."),
    )
    .key("marks", marks())
}

/// A length up to an inch: a number of millimeters, or one with a unit.
pub(super) fn length(limits: (f64, f64)) -> Shape {
    with_units(limits, r"^((1?[0-9]|2[0-4])?(\.[0-9]+)?|25(\.[0-4])?) ?mm$|^0?\.[0-9]+ ?in$")
}

/// How thick a leaf is: not over a tenth of an inch.
fn thickness() -> Shape {
    let pattern = r"^(0?\.(0[1-9]|[1-9])[0-9]*|1(\.[0-9]+)?|2(\.[0-4][0-9]*)?) ?mm$|^0?\.0(0[1-9]|[1-9])[0-9]* ?in$";
    with_units(THICKNESS, pattern)
}

fn with_units(limits: (f64, f64), pattern: &str) -> Shape {
    any_of([within(limits), text().with("type", "string").with("pattern", pattern)])
}

fn within((least, most): (f64, f64)) -> Shape {
    number().with("minimum", least).with("maximum", most)
}
