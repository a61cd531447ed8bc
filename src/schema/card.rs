//! Cards that authors write: what `read/card.rs` takes.

use serde_json::json;

use super::shape::{Object, flag, one_or_list, text};
use super::topic::tag;

/// A `card` block, or a card of a YAML topic.
pub(super) fn card() -> Object {
    Object::new(
        "A card",
        "A question of your own: either `front` and `back`, or `cloze`.",
        json!({ "id": "tension", "front": "Tension pneumothorax. What first?", "back": "Decompress." }),
    )
    .key(
        "id",
        text()
            .says("The card's name in the topic, without spaces; with one, its reviews stay whatever becomes of the text.")
            .with("pattern", r"^\S+$")
            .with("maxLength", 120)
            .example("tension"),
    )
    .key("front", text().says("The question, in Markdown."))
    .key("back", text().says("The answer, in Markdown."))
    .key(
        "cloze",
        text()
            .says("In place of both: a text with at least one `==mark==`.")
            .example("Fluid shows on the lateral view from ==50== mL."),
    )
    .key("extra", text().says("What the back shows besides, in Markdown."))
    .key("tags", one_or_list(tag()).says("Tags in Anki, besides the topic's.").example(json!(["chest"])))
    .key("reversed", flag().says("Whether it is asked the other way round, too.").default(false))
    .with(
        "oneOf",
        json!([
            { "required": ["front", "back"], "properties": { "cloze": false } },
            { "required": ["cloze"], "properties": { "front": false, "back": false } },
        ]),
    )
}
