//! What YAML may say, as JSON Schema: for editors, and for programs that write
//! topics.
//!
//! Does: describes the keys of front matter, YAML topics, figures, cards and
//! the manifest. Knows: the model's names of colors, roles and classes, the
//! codes of warnings, the manifest's names of papers. Must not know: how
//! anything is read, the disk.
//!
//! The readers do not read by these schemas: their messages say more, at a
//! better place. That both agree is held by tests (`tests/it/agree.rs`), which
//! give the readers every key of every mapping here. To add a key, add one line
//! in the file that is named after what it belongs to.
//!
//! The draft is 7, for the YAML language server and most other tools know it
//! best. Nothing here has an address on the network.

mod card;
mod cover;
mod figure;
mod manifest;
mod mark;
mod press;
mod reference;
mod shape;
mod topic;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// A thing that has a schema of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The front matter of a Markdown topic.
    FrontMatter,
    /// A YAML topic.
    Topic,
    /// A `figure` block.
    Figure,
    /// A `card` block.
    Card,
    /// `recto.yaml`.
    Manifest,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::FrontMatter, Self::Topic, Self::Figure, Self::Card, Self::Manifest];

    /// Returns its name, which is also that of its definition.
    pub fn name(self) -> &'static str {
        match self {
            Self::FrontMatter => "front-matter",
            Self::Topic => "topic",
            Self::Figure => "figure",
            Self::Card => "card",
            Self::Manifest => "manifest",
        }
    }

    /// Returns the kind of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The draft of JSON Schema that is written. A name, not a place to load from.
const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// Everything that has a name of its own: the kinds, and what they are made of.
fn definitions() -> Map<String, Value> {
    let objects = [
        ("front-matter", topic::front_matter()),
        ("topic", topic::topic()),
        ("section", topic::section()),
        ("author", topic::author()),
        ("reference", reference::work()),
        ("reference-name", reference::name()),
        ("reference-date", reference::date()),
        ("banner", figure::banner()),
        ("figure", figure::figure()),
        ("panel", figure::panel()),
        ("mark", mark::mark()),
        ("arrow", mark::arrow()),
        ("scale-bar", mark::scale_bar()),
        ("region", mark::region()),
        ("card", card::card()),
        ("manifest", manifest::manifest()),
        ("handouts", manifest::handouts()),
        ("section-kind", manifest::section_kind()),
        ("book", manifest::book()),
        ("part", manifest::part()),
        ("deck", manifest::deck()),
        ("lists", manifest::lists()),
        ("handout-lists", manifest::handout_lists()),
        ("deck-lists", manifest::deck_lists()),
        ("allowance", manifest::allowance()),
        ("images", manifest::images()),
        ("print-limits", manifest::print_limits()),
        ("press", press::edition()),
        ("printing", manifest::printing()),
        ("cover", cover::cover()),
        ("card-sheets", manifest::card_sheets()),
        ("bounds", manifest::bounds()),
    ];
    let objects = objects.map(|(name, object)| (name.to_owned(), object.into_value()));
    let areas = mark::areas().map(|(name, shape)| (name.to_owned(), shape.into_value()));
    objects.into_iter().chain(areas).collect()
}

/// Returns the schema of a kind: its own, and the definitions it refers to.
pub fn of(kind: Kind) -> Value {
    let mut all = definitions();
    let mut root = all.get(kind.name()).cloned().unwrap_or_default();
    let mut needed = BTreeSet::new();
    let mut open = references(&root);
    while let Some(name) = open.pop() {
        if let Some(definition) = all.get(&name)
            && needed.insert(name)
        {
            open.extend(references(definition));
        }
    }
    all.retain(|name, _| needed.contains(name));
    if let Value::Object(root) = &mut root {
        root.insert("$schema".into(), DRAFT.into());
        if !all.is_empty() {
            root.insert("definitions".into(), all.into());
        }
    }
    root
}

/// Returns the schemas of all kinds in one: as definitions, each under the
/// name of its kind.
pub fn all() -> Value {
    json!({
        "$schema": DRAFT,
        "title": "Recto",
        "description": "What the YAML of Recto may say: see the definitions.",
        "definitions": definitions(),
    })
}

/// Returns a schema as text.
pub fn print(schema: &Value) -> String {
    format!("{schema:#}\n")
}

/// Returns the names of the definitions that a schema refers to.
fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(keywords) => keywords
            .iter()
            .flat_map(|(keyword, value)| match (keyword.as_str(), value) {
                ("$ref", Value::String(target)) => {
                    target.strip_prefix("#/definitions/").map(str::to_owned).into_iter().collect()
                }
                _ => references(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}
