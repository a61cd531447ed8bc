//! The manifest: what `press` takes.

use serde_json::json;

use super::manifest::{project_path, within};
use super::shape::{Object, Shape, any_of, defined, filled_text, flag, one_of};
use crate::model::Coloring;
use crate::project::{INK, USUAL_INK};

/// `press` of handouts and books.
pub(super) fn of_pages() -> Shape {
    any_of([flag(), project_path().example("sources/coated.icc"), defined("press")])
        .says("A second PDF of the pages, for a print shop; the path is that of a profile.")
        .example("sources/coated.icc")
}

/// A press edition, where more than its profile is said.
pub(super) fn edition() -> Object {
    Object::new(
        "A press edition",
        "A second PDF of the same pages, for a print shop.",
        json!({ "profile": "sources/coated.icc" }),
    )
    .with(
        "examples",
        json!([
            { "profile": "sources/coated.icc", "ink-limit": 280, "condition": "FOGRA51" },
            { "color": "grayscale" },
        ]),
    )
    .with("dependencies", json!({ "ink-limit": ["profile"], "condition": ["profile"] }))
    .key(
        "profile",
        project_path()
            .says("The CMYK output profile of the press, an ICC file.")
            .example("sources/coated.icc"),
    )
    .key(
        "ink-limit",
        within(INK).says("The most ink on a spot, in percent of a full one.").default(USUAL_INK),
    )
    .key(
        "condition",
        filled_text()
            .says("What the printing condition of the profile is called in the registry of the ICC.")
            .example("FOGRA51"),
    )
    .key(
        "color",
        one_of(Coloring::NAMES.map(|(name, _)| name)).says(
            "Whether it is printed in color or in black alone; else as the pages, and in black without a profile.",
        ),
    )
}
