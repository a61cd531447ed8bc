//! The parts that schemas are put together from.

use serde_json::{Map, Value, json};

/// What a value may be: the schema of one key, or of one item of a list.
#[derive(Debug, Clone)]
pub(super) struct Shape(Value);

impl Shape {
    fn new(value: Value) -> Self {
        Self(value)
    }

    /// Says what the value is, in one sentence.
    pub(super) fn says(self, description: &str) -> Self {
        self.with("description", description)
    }

    /// Names the value that holds where none is written.
    pub(super) fn default(self, value: impl Into<Value>) -> Self {
        self.with("default", value)
    }

    /// Shows what it may look like.
    pub(super) fn example(self, value: impl Into<Value>) -> Self {
        self.with("examples", vec![value.into()])
    }

    /// Forbids texts of a pattern.
    pub(super) fn but_not(self, pattern: &str) -> Self {
        self.with("not", json!({ "type": "string", "pattern": pattern }))
    }

    /// Adds a keyword of JSON Schema.
    pub(super) fn with(mut self, keyword: &str, value: impl Into<Value>) -> Self {
        if let Value::Object(keywords) = &mut self.0 {
            keywords.insert(keyword.to_owned(), value.into());
        }
        self
    }

    pub(super) fn into_value(self) -> Value {
        self.0
    }
}

/// A mapping of known keys. Any other is an error.
#[derive(Debug, Clone)]
pub(super) struct Object {
    keywords: Map<String, Value>,
    properties: Map<String, Value>,
    required: Vec<&'static str>,
}

impl Object {
    /// Starts a mapping without keys. `example` is one that is right, and holds
    /// what must be there.
    pub(super) fn new(title: &str, description: &str, example: Value) -> Self {
        let mut keywords = Map::new();
        keywords.insert("title".into(), title.into());
        keywords.insert("description".into(), description.into());
        keywords.insert("examples".into(), vec![example].into());
        Self { keywords, properties: Map::new(), required: Vec::new() }
    }

    /// Adds a key that may be left out.
    pub(super) fn key(mut self, key: &'static str, shape: Shape) -> Self {
        self.properties.insert(key.into(), shape.0);
        self
    }

    /// Adds a key that must be there.
    pub(super) fn required(mut self, key: &'static str, shape: Shape) -> Self {
        self.required.push(key);
        self.key(key, shape)
    }

    /// Says of a key that it must be there.
    pub(super) fn asks(mut self, key: &'static str) -> Self {
        self.required.push(key);
        self
    }

    /// Adds a keyword of JSON Schema.
    pub(super) fn with(mut self, keyword: &str, value: impl Into<Value>) -> Self {
        self.keywords.insert(keyword.into(), value.into());
        self
    }

    pub(super) fn into_value(mut self) -> Value {
        self.keywords.insert("type".into(), "object".into());
        self.keywords.insert("additionalProperties".into(), false.into());
        self.keywords.insert("properties".into(), self.properties.into());
        if !self.required.is_empty() {
            self.keywords.insert("required".into(), self.required.into());
        }
        Value::Object(self.keywords)
    }
}

/// A text. Numbers are taken as texts, too: `title: 1984`.
pub(super) fn text() -> Shape {
    Shape::new(json!({ "type": ["string", "number"] }))
}

/// A text that holds more than spaces.
pub(super) fn filled_text() -> Shape {
    text().with("pattern", r"\S")
}

/// `true` or `false`.
pub(super) fn flag() -> Shape {
    Shape::new(json!({ "type": "boolean" }))
}

/// A number.
pub(super) fn number() -> Shape {
    Shape::new(json!({ "type": "number" }))
}

/// A whole number.
pub(super) fn integer() -> Shape {
    Shape::new(json!({ "type": "integer" }))
}

/// One of these words.
pub(super) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Shape {
    Shape::new(json!({ "type": "string", "enum": words.into_iter().collect::<Vec<_>>() }))
}

/// The name of a topic, label or file.
pub(super) fn name() -> Shape {
    text().with("pattern", NAME).with("maxLength", 120).with("minimum", 0)
}

/// What names are made of; see `model::identifier`.
pub(super) const NAME: &str = r"^[\p{Alphabetic}\p{N}][\p{Alphabetic}\p{N}._-]*$";

/// A value for each language.
pub(super) fn translated(value: Shape) -> Shape {
    Shape::new(json!({
        "type": "object",
        "propertyNames": { "pattern": LANGUAGE },
        "additionalProperties": value.0,
    }))
}

const LANGUAGE: &str = "^[A-Za-z]{2,3}([_-][A-Za-z0-9]{1,8})*$";

/// A language tag.
pub(super) fn language() -> Shape {
    Shape::new(json!({
        "type": "string",
        "pattern": LANGUAGE,
        "examples": ["en", "de", "pt-BR"],
    }))
}

/// A path in the project, with forward slashes.
pub(super) fn path() -> Shape {
    text().with("pattern", r"^[^/\\][^\\]*$").but_not("^.:|://")
}

/// A list.
pub(super) fn list_of(item: Shape) -> Shape {
    Shape::new(json!({ "type": "array", "items": item.0 }))
}

/// A list, whose brackets may be left out if it has one item.
pub(super) fn one_or_list(item: Shape) -> Shape {
    any_of([item.clone(), list_of(item)])
}

/// What any of these takes.
pub(super) fn any_of<const N: usize>(shapes: [Shape; N]) -> Shape {
    Shape::new(json!({ "anyOf": shapes.map(Shape::into_value).to_vec() }))
}

/// What another definition says.
pub(super) fn defined(name: &str) -> Shape {
    Shape::new(json!({ "$ref": format!("#/definitions/{name}") }))
}

/// A list of just these items.
pub(super) fn tuple<const N: usize>(items: [Shape; N]) -> Shape {
    Shape::new(json!({
        "type": "array",
        "items": items.map(Shape::into_value).to_vec(),
        "additionalItems": false,
        "minItems": N,
    }))
}

/// A mapping of the author's own names.
pub(super) fn mapping_of(value: Shape) -> Shape {
    Shape::new(json!({
        "type": "object",
        "propertyNames": { "pattern": NAME, "maxLength": 120 },
        "additionalProperties": value.0,
    }))
}

/// A number from 0 to 1, or a percentage.
pub(super) fn share() -> Shape {
    Shape::new(json!({
        "type": ["string", "number"],
        "pattern": r"^\s*((100(\.0*)?|[0-9]{1,2}(\.[0-9]*)?)\s*%|[0-9]+(\.[0-9]*)?\s*px)\s*$",
        "minimum": 0,
        "maximum": 1,
    }))
}

/// How far something is from an edge of a picture: a share, or pixels.
pub(super) fn coordinate() -> Shape {
    share().with(
        "pattern",
        r"^\s*((100(\.0*)?|[0-9]{1,2}(\.[0-9]*)?)\s*%|[0-9]{1,6}(\.[0-9]*)?\s*px)\s*$",
    )
}

/// How wide or high something in a picture is: more than nothing.
pub(super) fn extent() -> Shape {
    share()
        .with(
            "pattern",
            concat!(
                r"^\s*((100(\.0*)?|[1-9][0-9]?(\.[0-9]*)?|0?\.0*[1-9][0-9]*)\s*%",
                r"|([1-9][0-9]*(\.[0-9]*)?|0?\.0*[1-9][0-9]*)\s*px)\s*$",
            ),
        )
        .with("exclusiveMinimum", 0)
}
