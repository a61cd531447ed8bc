//! A judge of JSON by a JSON Schema: the part of draft 7 that Recto's schemas
//! use. A keyword that it does not know is a failure, never passed over.
//!
//! It is here for the crates that do this would have Typst compiled a second
//! time, with other features of what both use.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::Regex;
use serde_json::{Map, Value};

/// Returns what is wrong with a value, a line each; empty if it is right.
pub(crate) fn judge(schema: &Value, value: &Value) -> Vec<String> {
    let mut judge = Judge { root: schema, wrong: Vec::new() };
    judge.check(schema, value, "");
    judge.wrong
}

struct Judge<'a> {
    root: &'a Value,
    wrong: Vec<String>,
}

impl Judge<'_> {
    fn check(&mut self, schema: &Value, value: &Value, at: &str) {
        let keywords = match schema {
            Value::Bool(true) => return,
            Value::Bool(false) => return self.say(at, "must not be here"),
            Value::Object(keywords) => keywords,
            _ => panic!("not a schema: {schema}"),
        };
        if let Some(target) = keywords.get("$ref") {
            // Beside it stand annotations only.
            let known = ["$ref", "description", "default", "examples"];
            assert!(keywords.keys().all(|key| known.contains(&key.as_str())), "{schema}");
            let target = resolve(self.root, target);
            return self.check(target, value, at);
        }
        for (keyword, argument) in keywords {
            self.keyword(keyword, argument, keywords, value, at);
        }
    }

    fn keyword(
        &mut self,
        keyword: &str,
        argument: &Value,
        schema: &Map<String, Value>,
        value: &Value,
        at: &str,
    ) {
        let limit = || argument.as_f64().expect("a number");
        let count = || usize::try_from(argument.as_u64().expect("a count")).expect("a count");
        match keyword {
            "$schema" | "title" | "description" | "default" | "examples" | "definitions" => {}
            "type" => {
                if !strings(argument).iter().any(|name| has_type(value, name)) {
                    self.say(at, &format!("{value} is not {argument}"));
                }
            }
            "enum" => {
                if !argument.as_array().expect("a list").contains(value) {
                    self.say(at, &format!("{value} is none of {argument}"));
                }
            }
            "pattern" => {
                let pattern = argument.as_str().expect("a pattern");
                if value.as_str().is_some_and(|text| !matches(pattern, text)) {
                    self.say(at, &format!("{value} does not match {argument}"));
                }
            }
            "maxLength" => {
                if value.as_str().is_some_and(|text| text.chars().count() > count()) {
                    self.say(at, "is too long");
                }
            }
            "minimum" if value.as_f64().is_some_and(|number| number < limit()) => {
                self.say(at, "is too small");
            }
            "exclusiveMinimum" if value.as_f64().is_some_and(|number| number <= limit()) => {
                self.say(at, "is too small");
            }
            "maximum" if value.as_f64().is_some_and(|number| number > limit()) => {
                self.say(at, "is too large");
            }
            "minimum" | "exclusiveMinimum" | "maximum" => {}
            "minItems" => {
                if value.as_array().is_some_and(|items| items.len() < count()) {
                    self.say(at, "has too few items");
                }
            }
            "maxItems" => {
                if value.as_array().is_some_and(|items| items.len() > count()) {
                    self.say(at, "has too many items");
                }
            }
            "items" => self.items(argument, schema, value, at),
            "additionalItems" => assert_eq!(argument, &Value::Bool(false)),
            "properties" => {
                for (key, property) in value.as_object().into_iter().flatten() {
                    if let Some(schema) = argument.get(key) {
                        self.check(schema, property, &format!("{at}/{key}"));
                    }
                }
            }
            "required" => {
                for key in strings(argument) {
                    if value.as_object().is_some_and(|object| !object.contains_key(key)) {
                        self.say(at, &format!("has no `{key}`"));
                    }
                }
            }
            "additionalProperties" => {
                for (key, property) in value.as_object().into_iter().flatten() {
                    if schema.get("properties").and_then(|known| known.get(key)).is_none() {
                        self.check(argument, property, &format!("{at}/{key}"));
                    }
                }
            }
            "propertyNames" => {
                for key in value.as_object().into_iter().flat_map(Map::keys) {
                    self.check(argument, &Value::String(key.clone()), &format!("{at}/{key}"));
                }
            }
            "dependencies" => {
                let has = |key: &Value| key.as_str().is_some_and(|key| value.get(key).is_some());
                for (key, needed) in argument.as_object().into_iter().flatten() {
                    let mut needed = needed.as_array().into_iter().flatten();
                    if value.get(key).is_some() && !needed.all(has) {
                        self.say(at, &format!("`{key}` needs other keys"));
                    }
                }
            }
            "not" => {
                if self.fits(argument, value) {
                    self.say(at, &format!("{value} is what {argument} forbids"));
                }
            }
            "anyOf" => {
                if !schemas(argument).any(|schema| self.fits(schema, value)) {
                    self.say(at, &format!("{value} fits none of several"));
                }
            }
            "oneOf" => {
                if schemas(argument).filter(|schema| self.fits(schema, value)).count() != 1 {
                    self.say(at, &format!("{value} does not fit one of several"));
                }
            }
            keyword => panic!("the judge does not know the keyword `{keyword}`"),
        }
    }

    fn items(&mut self, argument: &Value, schema: &Map<String, Value>, value: &Value, at: &str) {
        let items = value.as_array().into_iter().flatten().enumerate();
        let Value::Array(places) = argument else {
            return items.for_each(|(index, item)| {
                self.check(argument, item, &format!("{at}/{index}"));
            });
        };
        for (index, item) in items {
            match places.get(index) {
                Some(place) => self.check(place, item, &format!("{at}/{index}")),
                None if schema.contains_key("additionalItems") => {
                    self.say(at, "has too many items")
                }
                None => {}
            }
        }
    }

    fn fits(&self, schema: &Value, value: &Value) -> bool {
        let mut judge = Judge { root: self.root, wrong: Vec::new() };
        judge.check(schema, value, "");
        judge.wrong.is_empty()
    }

    fn say(&mut self, at: &str, what: &str) {
        self.wrong.push(format!("{}: {what}", if at.is_empty() { "/" } else { at }));
    }
}

/// Returns the definition that a `$ref` names.
pub(crate) fn resolve<'a>(root: &'a Value, target: &Value) -> &'a Value {
    let pointer = target.as_str().and_then(|text| text.strip_prefix('#')).expect("a local name");
    root.pointer(pointer).unwrap_or_else(|| panic!("there is no {target}"))
}

/// The patterns are few, and each is asked for often.
fn matches(pattern: &str, text: &str) -> bool {
    thread_local! {
        static KNOWN: RefCell<HashMap<String, Regex>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        let regex = known
            .entry(pattern.to_owned())
            .or_insert_with(|| Regex::new(pattern).expect("a pattern"));
        regex.is_match(text)
    })
}

fn schemas(argument: &Value) -> impl Iterator<Item = &Value> {
    argument.as_array().expect("a list of schemas").iter()
}

fn strings(argument: &Value) -> Vec<&str> {
    match argument {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}

fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        name => panic!("the judge does not know the type `{name}`"),
    }
}

#[test]
fn the_judge_judges() {
    let schema = serde_json::json!({
        "type": "object",
        "properties": {
            "a": { "type": ["string", "integer"], "pattern": "^x", "maxLength": 3, "minimum": 2 },
            "b": { "type": "array", "items": [{ "enum": ["p"] }], "additionalItems": false, "minItems": 1 },
            "c": { "$ref": "#/definitions/c" },
        },
        "required": ["a"],
        "additionalProperties": false,
        "not": { "type": "object", "required": ["b", "c"] },
        "definitions": { "c": { "oneOf": [{ "maximum": 5 }, { "exclusiveMinimum": 3 }] } },
    });
    let judged = |text: &str| judge(&schema, &serde_json::from_str(text).expect("JSON"));
    for right in [r#"{"a":"xy"}"#, r#"{"a":2,"b":["p"]}"#, r#"{"a":3.0,"c":9}"#] {
        assert!(judged(right).is_empty(), "{right}: {:?}", judged(right));
    }
    for wrong in [
        "[]",
        "{}",
        r#"{"a":"y"}"#,
        r#"{"a":"xyzz"}"#,
        r#"{"a":1}"#,
        r#"{"a":2.5}"#,
        r#"{"a":2,"d":1}"#,
        r#"{"a":2,"b":[]}"#,
        r#"{"a":2,"b":["q"]}"#,
        r#"{"a":2,"b":["p","p"]}"#,
        r#"{"a":2,"c":4}"#,
        r#"{"a":2,"b":["p"],"c":9}"#,
    ] {
        assert_eq!(judged(wrong).len(), 1, "{wrong}: {:?}", judged(wrong));
    }
}
