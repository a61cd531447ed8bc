//! The schemas and the readers: both take the same keys, and the same values.
//!
//! Nothing here names a key. The mappings are found by walking the schemas, each
//! is put into a document by the examples of those round it, and the reader is
//! asked what it says of that document.

use std::collections::{BTreeMap, BTreeSet};

use recto::diag::{Code, Diagnostic, Diagnostics, Severity};
use recto::files::MemoryFiles;
use recto::project::Project;
use recto::schema::{self, Kind};
use recto::source::{ProjectPath, Sources};
use serde_json::{Value, json};

use crate::case::defaults;
use crate::judge::{judge, resolve};

/// Returns the errors of the reader of a kind.
fn read(kind: Kind, value: &Value) -> Vec<Diagnostic> {
    // What is JSON is YAML.
    let (name, text) = match kind {
        Kind::FrontMatter => ("sources/x.md", format!("---\n{value}\n---\n")),
        Kind::Topic => ("sources/x.yaml", value.to_string()),
        Kind::Figure => ("sources/x.md", format!("---\ntitle: x\n---\n```figure\n{value}\n```\n")),
        Kind::Card => ("sources/x.md", format!("---\ntitle: x\n---\n```card\n{value}\n```\n")),
        Kind::Manifest => ("recto.yaml", value.to_string()),
    };
    match kind {
        Kind::Manifest => errors_of_manifest(text),
        Kind::FrontMatter | Kind::Topic | Kind::Figure | Kind::Card => errors_of_topic(name, text),
    }
}

/// Returns the errors of reading a topic.
pub(crate) fn errors_of_topic(path: &str, text: String) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let path = ProjectPath::new(path).expect("a path");
    recto::read::read_topic(&path, text.into(), &defaults(), &mut sources, &mut diagnostics);
    errors(diagnostics)
}

fn errors_of_manifest(text: String) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let mut files = MemoryFiles::default();
    files.insert(ProjectPath::new("recto.yaml").expect("a path"), text);
    Project::read(&files, "x", &mut sources, &mut diagnostics).expect("a manifest");
    errors(diagnostics)
}

fn errors(diagnostics: Diagnostics) -> Vec<Diagnostic> {
    let list = diagnostics.sorted().into_iter();
    list.filter(|diagnostic| diagnostic.severity == Severity::Error).collect()
}

/// Puts a mapping into a document where the schema has it.
type Wrap<'a> = &'a dyn Fn(Value) -> Value;

/// Calls `visit` for every mapping of known keys below a schema, each
/// definition once: with where it stands, its schema, and how to reach it.
fn each_mapping(
    root: &Value,
    schema: &Value,
    at: &str,
    wrap: Wrap,
    seen: &mut BTreeSet<String>,
    visit: &mut dyn FnMut(&str, &Value, Wrap),
) {
    if let Some(target) = schema.get("$ref") {
        if seen.insert(target.to_string()) {
            each_mapping(root, resolve(root, target), at, wrap, seen, visit);
        }
        return;
    }
    if let Some(Value::Object(properties)) = schema.get("properties")
        && schema.get("additionalProperties") == Some(&Value::Bool(false))
    {
        visit(at, schema, wrap);
        for (key, property) in properties {
            let example = example_with(schema, key);
            let wrap = |value| wrap(with(&example, key, value));
            each_mapping(root, property, &format!("{at}.{key}"), &wrap, seen, visit);
        }
    }
    if let Some(items @ Value::Object(_)) = schema.get("items") {
        // A list of at least so many has its example beside it.
        let more = schema["minItems"].as_u64().map_or(0, |least| least.saturating_sub(1));
        let wrap = |value| {
            let item = items.get("$ref").map_or(items, |target| resolve(root, target));
            wrap(std::iter::once(value).chain((0..more).map(|_| example(item))).collect())
        };
        each_mapping(root, items, &format!("{at}[]"), &wrap, seen, visit);
    }
    if let Some(value @ Value::Object(_)) = schema.get("additionalProperties") {
        let wrap = |value| wrap(json!({ "line": value }));
        each_mapping(root, value, &format!("{at}.*"), &wrap, seen, visit);
    }
    for schema in schema.get("anyOf").and_then(Value::as_array).into_iter().flatten() {
        each_mapping(root, schema, at, wrap, seen, visit);
    }
}

/// A kind, and its schema.
struct Root {
    kind: Kind,
    schema: Value,
}

/// Calls `visit` for every mapping of every kind.
fn every_mapping(mut visit: impl FnMut(&Root, &str, &Value, Wrap)) {
    for kind in Kind::ALL {
        let root = Root { kind, schema: schema::of(kind) };
        let schema = &root.schema;
        let mut visit = |at: &str, schema: &Value, wrap: Wrap| visit(&root, at, schema, wrap);
        let seen = &mut BTreeSet::new();
        each_mapping(schema, schema, kind.name(), &|value| value, seen, &mut visit);
    }
}

fn example(schema: &Value) -> Value {
    schema.pointer("/examples/0").unwrap_or_else(|| panic!("no example: {schema}")).clone()
}

/// Returns the example that has a key; else the first.
fn example_with(schema: &Value, key: &str) -> Value {
    let mut examples = schema["examples"].as_array().into_iter().flatten();
    let found = examples.find(|example| example.get(key).is_some());
    found.cloned().unwrap_or_else(|| example(schema))
}

fn with(mapping: &Value, key: &str, value: Value) -> Value {
    let mut mapping = mapping.clone();
    mapping[key] = value;
    mapping
}

fn keys(schema: &Value) -> BTreeSet<String> {
    schema["properties"].as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect()
}

fn is_of(diagnostic: &Diagnostic, unknown: &str) -> bool {
    diagnostic.code == Code::UnknownKey && diagnostic.message.contains(unknown)
}

/// Tells whether a schema takes a mapping of known keys, alone or in a list.
fn has_mapping(root: &Value, schema: &Value) -> bool {
    let mut found = false;
    let schema = match schema.get("$ref") {
        Some(target) => resolve(root, target),
        None => schema,
    };
    let whole = |value: Value| value;
    each_mapping(root, schema, "", &whole, &mut BTreeSet::new(), &mut |_, _, _| found = true);
    found
}

#[test]
fn readers_and_schemas_know_the_same_keys() {
    const UNKNOWN: &str = "qqqqqqqqqqqq";
    let mut wrong = Vec::new();
    let mut count = 0;
    every_mapping(|root, at, schema, wrap| {
        count += 1;
        let document = wrap(with(&example(schema), UNKNOWN, json!("x")));
        if judge(&root.schema, &document).is_empty() {
            wrong.push(format!("{at}: the schema takes any key"));
        }
        let message =
            read(root.kind, &document).into_iter().find(|diagnostic| is_of(diagnostic, UNKNOWN));
        let Some(message) = message else {
            wrong.push(format!("{at}: the reader does not look at the keys of this mapping"));
            return;
        };
        // A value that the schema takes for no mapping at all.
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            for value in [json!({ UNKNOWN: "x" }), json!([{ UNKNOWN: "x" }])] {
                let document = wrap(with(&example(schema), key, value));
                if read(root.kind, &document).iter().any(|diagnostic| is_of(diagnostic, UNKNOWN))
                    && !has_mapping(&root.schema, property)
                {
                    wrong.push(format!(
                        "{at}.{key}: the reader takes a mapping here, and src/schema/ does not say so"
                    ));
                }
            }
        }
        // "the keys of a topic are: title, id, …"
        let list = message.hints[0].text.split_once(" are: ").expect("a list of keys").1;
        let read: BTreeSet<String> = list.split(", ").map(str::to_owned).collect();
        let known = keys(schema);
        for key in read.difference(&known) {
            wrong.push(format!(
                "{at}: the reader takes the key `{key}`, and src/schema/ does not say so"
            ));
        }
        for key in known.difference(&read) {
            wrong.push(format!(
                "{at}: src/schema/ has the key `{key}`, which the reader does not take"
            ));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 15, "only {count} mappings were reached");
}

/// Values to try with every key.
fn values() -> Vec<Value> {
    let texts = [
        "",
        " ",
        "x",
        "a b",
        "a\"b",
        "ü.1_x-y",
        "-x",
        "en",
        "pt-BR",
        "60%",
        "4%",
        "0%",
        "101%",
        "0.6",
        "0.04",
        "2026",
        "2026-01-31",
        "2026-13",
        "../x",
        "/x",
        "C:/x",
        "x\\y",
        "https://example.org/x.png",
        "@smith2019",
        "a..b",
        "no-cards",
        "white",
        "a4",
        "editor",
        "A",
        "ABCD",
        "µ",
        "120px",
        "0 px",
        "-3px",
        "open",
        "5 cm",
        "2,5 um",
        "0 mm",
        "5",
        "5 miles",
    ];
    let mut values: Vec<Value> = texts.iter().map(|text| json!(text)).collect();
    values.extend(texts.iter().map(|text| json!([text])));
    values.extend([
        json!(true),
        json!(7),
        json!(0.5),
        json!(-1),
        json!(2026),
        json!([]),
        json!({}),
        json!([7]),
        json!([true]),
        json!([[]]),
        json!([{}]),
        json!({ "x": 1 }),
        json!([0.5, 0.5]),
        json!(["31%", "55 %"]),
        json!([1.5, 0.5]),
        json!(["101%", 0.5]),
        json!([0.5, "0.5"]),
        json!([0.5, 0.5, 0.5]),
        json!([0.1, 0.1, 0.05, "5%"]),
        json!([0.1, 0.1, 0.05, 0]),
        json!([0.1, 0.1, 0.05, "0.0%"]),
        json!([[0.1, 0.1, 0.05, 0.1]]),
        json!([[0.1, 0.1, "50%"]]),
        json!([[0, 0], [0.5, 0], [1, "100%"]]),
        json!([[0, 0], [0.5, 0]]),
        json!([[[0, 0], [0.5, 0], [1, 1]]]),
        json!({ "rect": [0.1, 0.1, 0.05, 0.1] }),
        json!({ "tip": [0, 0], "tail": [1, 1] }),
        json!({ "tip": ["12px", 0], "tail": ["80.5px", 1] }),
        json!(["52px", 0.1, "40px", "5%"]),
        json!([["12px", "30px", "40px", "0px"]]),
        json!([["52px", "30px", "40px", "9px"]]),
        json!([[[0, 0], ["50px", "50%"]]]),
        json!({ "length": "5 mm", "at": ["3%", "90%"] }),
        json!({ "name": "x" }),
    ]);
    values
}

#[test]
fn readers_and_schemas_take_the_same_values() {
    let mut wrong = Vec::new();
    every_mapping(|root, at, schema, wrap| {
        let example = example(schema);
        let mut compare = |what: &str, document: &Value| {
            let errors = read(root.kind, document);
            let findings = judge(&root.schema, document);
            match (errors.first(), findings.first()) {
                (Some(error), None) => wrong.push(format!(
                    "{at}: {what}: the schema takes it, the reader says: {}",
                    error.message
                )),
                (None, Some(finding)) => wrong
                    .push(format!("{at}: {what}: the reader takes it, the schema says: {finding}")),
                (Some(_), Some(_)) | (None, None) => {}
            }
        };
        compare("its example", &wrap(example.clone()));
        for key in keys(schema) {
            let property = &schema["properties"][&key];
            let mut tried = values();
            for list in ["enum", "examples"] {
                tried.extend(property[list].as_array().into_iter().flatten().cloned());
            }
            // A title that is nothing but a citation is an empty one.
            tried.retain(|value| key != "title" || value != "@smith2019");
            let example = example_with(schema, &key);
            for value in tried {
                compare(&format!("{key}: {value}"), &wrap(with(&example, &key, value.clone())));
            }
            let mut without = example;
            without.as_object_mut().expect("a mapping").remove(&key);
            compare(&format!("no `{key}`"), &wrap(without));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_mapping_must_have_is_asked_for() {
    let mut required = BTreeMap::new();
    every_mapping(|root, at, schema, wrap| {
        let example = example(schema);
        for key in schema["required"].as_array().into_iter().flatten() {
            let key = key.as_str().expect("a key");
            let mut without = example.clone();
            without.as_object_mut().expect("a mapping").remove(key).expect("an example has it");
            assert!(!judge(&root.schema, &wrap(without)).is_empty(), "{at}.{key}");
            *required.entry(key.to_owned()).or_insert(0) += 1;
        }
        for key in keys(schema) {
            if schema["properties"][&key].get("enum").is_some() {
                let document = wrap(with(&example, &key, json!("nothing-such")));
                assert!(!judge(&root.schema, &document).is_empty(), "{at}.{key}");
            }
        }
    });
    for key in ["title", "heading", "image", "alt", "caption", "means", "tip", "tail", "name"] {
        assert!(required.contains_key(key), "`{key}` is required nowhere");
    }
}
