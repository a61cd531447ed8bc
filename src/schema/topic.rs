//! Front matter, YAML topics and their sections: what `read/topic.rs` takes.

use serde_json::json;

use super::reference;
use super::shape::{
    Object, Shape, any_of, defined, filled_text, flag, language, list_of, name, one_of,
    one_or_list, text,
};
use crate::model::{Controls, Role, Status};

/// The front matter of a Markdown topic.
pub(super) fn front_matter() -> Object {
    with_front_matter(Object::new(
        "Front matter",
        "What a topic says of itself, between two lines of `---`.",
        json!({ "title": "Pleural effusion", "id": "effusion", "tags": ["chest"] }),
    ))
}

/// A YAML topic: the keys of the front matter, and its content.
pub(super) fn topic() -> Object {
    with_content(with_front_matter(Object::new(
        "A topic",
        "A topic in YAML: the keys of the front matter, and its content.",
        json!({
            "title": "Pneumothorax",
            "sections": [{
                "heading": "Imaging findings",
                "text": "- A thin ==pleural line==.",
            }],
        }),
    )))
}

/// A section of a YAML topic.
pub(super) fn section() -> Object {
    with_content(
        Object::new(
            "A section",
            "A heading and what stands under it.",
            json!({ "heading": "Imaging findings", "text": "- A thin ==pleural line==." }),
        )
        .required("heading", text().says("The heading, one line of Markdown."))
        .key("label", label().example("sec-imaging"))
        .key("kind", name().says("Its kind, where the heading does not tell.").example("imaging"))
        .key("class", classes()),
    )
}

/// An author who is more than a name.
pub(super) fn author() -> Object {
    Object::new(
        "An author",
        "Somebody who had a part in it.",
        json!({ "name": "Bo Example", "role": "editor" }),
    )
    .required("name", text().says("The name as it is printed."))
    .key(
        "role",
        one_of(Role::ALL.map(Role::name))
            .says("The part that they had.")
            .default(Role::Author.name()),
    )
}

fn with_front_matter(object: Object) -> Object {
    object
        .required(
            "title",
            filled_text()
                .says("The title, one line of Markdown.")
                .example("Paget disease of *bone*"),
        )
        .key(
            "id",
            name()
                .says("The name of the handout's file, of links and of flashcards; else the file's name.")
                .example("paget-disease"),
        )
        .key(
            "subtitle",
            text().says("The subtitle, one line of Markdown.").example("Osteitis deformans"),
        )
        .key(
            "short-title",
            text()
                .says("What the running head and flashcards show in place of the title.")
                .example("Paget"),
        )
        .key("authors", authors().says("Who wrote it; else the manifest's authors."))
        .key("lang", language().says("The language, as a BCP 47 tag; else the manifest's."))
        .key("smart", flag().says("Whether typed quotes, dashes and dots become printed ones; else as the manifest has it."))
        .key("banner", defined("banner").says("The picture that opens the topic."))
        .key(
            "status",
            one_of(Status::ALL.map(Status::name))
                .says("How far the work is; drafts and reviews say so in print."),
        )
        .key(
            "tags",
            one_or_list(tag()).says("Keywords of the PDF, and tags of the notes in Anki.").example(json!(["bone", "metabolic"])),
        )
        .key("summary", text().says("One or two sentences that say it all, in Markdown."))
        .key(
            "objectives",
            one_or_list(text())
                .says("What the reader will be able to do.")
                .example(json!(["Name the three phases."])),
        )
        .key(
            "references",
            one_or_list(reference::item())
                .says("Works that go into the list though the text does not cite them: keys, entries as they are to be printed, or works in the terms of CSL.")
                .example(json!(["smith2019"])),
        )
        .key(
            "see-also",
            one_or_list(name())
                .says("Topics to read next, by their ids.")
                .example(json!(["pleural-effusion"])),
        )
        .key(
            "license",
            text()
                .says("The license of the text, printed in place of the manifest's `rights`.")
                .example("CC-BY-4.0"),
        )
        .key(
            "deck",
            text()
                .says("Where the cards of this topic go in Anki; `::` parts the levels.")
                .example("Radiology::Bone"),
        )
}

fn with_content(object: Object) -> Object {
    object
        .key("text", text().says("Markdown of any length; figures, cards and sections follow it."))
        .key("figures", one_or_list(defined("figure")).says("Figures, after the text."))
        .key("cards", one_or_list(defined("card")).says("Flashcards, after the figures."))
        .key("sections", list_of(defined("section")).says("Sections, after all else."))
}

/// Names, or mappings of name and role.
pub(super) fn authors() -> Shape {
    let person = any_of([name_of_person(), defined("author")]);
    any_of([name_of_person(), defined("author"), list_of(person)])
        .example(json!(["Ada Example", "Bo Example"]))
}

fn name_of_person() -> Shape {
    text().with("type", "string")
}

/// Tags: no quotes, and more than spaces.
pub(super) fn tag() -> Shape {
    text().with("pattern", r#"^[^"]*[^"\s][^"]*$"#)
}

/// The name that references use.
pub(super) fn label() -> Shape {
    name().says("The name to refer to.")
}

/// Classes of a section or figure.
pub(super) fn classes() -> Shape {
    one_or_list(one_of(Controls::NAMES))
        .says("Where it is shown, and how it is asked.")
        .example(json!(["no-cards"]))
}
