//! The schemas: what they look like, that all that is right in this repository
//! is right by them, and that they and the readers take the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use recto::diag::{Code, Diagnostic, Diagnostics, Severity};
use recto::files::MemoryFiles;
use recto::project::Project;
use recto::schema::{self, Kind};
use recto::source::{ProjectPath, Sources};
use recto::yaml::{self, Node, OffsetMap};
use serde_json::{Value, json};

use crate::case::{compare, defaults, files_below, root};
use crate::judge::{judge, resolve};

#[test]
fn schemas_look_like_this() {
    let files = [
        ("front-matter.json", Kind::FrontMatter),
        ("topic.json", Kind::Topic),
        ("figure.json", Kind::Figure),
        ("card.json", Kind::Card),
        ("manifest.json", Kind::Manifest),
    ];
    for (file, kind) in files {
        assert_eq!(file, format!("{}.json", kind.name()));
        assert_eq!(Kind::of_name(kind.name()), Some(kind));
        compare(&format!("schema/{file}"), &schema::print(&schema::of(kind)));
    }
    assert_eq!(files.map(|(_, kind)| kind), Kind::ALL);
    let all = schema::all();
    for kind in Kind::ALL {
        assert!(all["definitions"][kind.name()].is_object(), "{}", kind.name());
    }
}

/// A piece of YAML, what it is, and where it stands.
struct Piece {
    kind: Kind,
    value: Value,
    place: String,
}

fn to_json(node: &Node) -> Value {
    match &node.value {
        yaml::Value::Null => Value::Null,
        yaml::Value::Bool(value) => Value::Bool(*value),
        yaml::Value::Number(number) => json!(number),
        yaml::Value::Text(text) => Value::String(text.clone()),
        yaml::Value::List(items) => items.iter().map(to_json).collect(),
        yaml::Value::Mapping(entries) => {
            entries.iter().map(|(key, value)| (key.value.clone(), to_json(value))).collect()
        }
    }
}

fn piece(kind: Kind, text: &str, place: &str) -> Piece {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let file = sources.add(ProjectPath::new("x.yaml").expect("a path"), text.to_owned());
    let node = yaml::parse(text, file, &OffsetMap::shifted(0), &mut diagnostics);
    let node = node.unwrap_or_else(|| panic!("{place}: not YAML: {text}"));
    Piece { kind, value: to_json(&node), place: format!("{place} ({})", kind.name()) }
}

/// Returns the fenced blocks of a text: what stands behind the fence, and what
/// stands in it. A longer fence holds shorter ones.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String, String)> = None;
    for line in text.lines() {
        let ticks = line.trim_start().chars().take_while(|c| *c == '`').count();
        let info = line.trim_start()[ticks..].trim();
        match &mut open {
            Some((length, _, _)) if ticks >= *length && info.is_empty() => {
                found.extend(open.take().map(|(_, info, body)| (info, body)));
            }
            Some((_, _, body)) => {
                body.push_str(line);
                body.push('\n');
            }
            None if ticks >= 3 => open = Some((ticks, info.to_owned(), String::new())),
            None => {}
        }
    }
    found
}

/// Returns the YAML in a Markdown topic.
fn of_markdown(text: &str, place: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let text = text.trim_start_matches('\u{feff}');
    if let Some((front_matter, _)) =
        text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"))
    {
        pieces.push(piece(Kind::FrontMatter, front_matter, place));
    }
    for (info, body) in blocks(text) {
        match info.as_str() {
            "figure" => pieces.push(piece(Kind::Figure, &body, place)),
            "card" => pieces.push(piece(Kind::Card, &body, place)),
            _ => {}
        }
    }
    pieces
}

/// Returns the YAML in a file of a project, by its path there.
fn of_file(path: &str, text: &str, place: &str) -> Vec<Piece> {
    match path.rsplit_once('.') {
        _ if path == "recto.yaml" => vec![piece(Kind::Manifest, text, place)],
        Some((_, "yaml" | "yml")) => vec![piece(Kind::Topic, text, place)],
        Some((_, "md" | "markdown")) => of_markdown(text, place),
        _ => Vec::new(),
    }
}

/// Returns the YAML in a project of this repository.
fn of_project(folder: &str) -> Vec<Piece> {
    let base = root().join(folder);
    let mut paths = files_below(&base.join("sources"));
    paths.iter_mut().for_each(|path| *path = format!("sources/{path}"));
    paths.push("recto.yaml".into());
    paths
        .iter()
        .filter_map(|path| Some((path, fs::read_to_string(base.join(path)).ok()?)))
        .flat_map(|(path, text)| of_file(path, &text, &format!("{folder}/{path}")))
        .collect()
}

/// Returns the YAML in the guide: whole examples. The page of messages shows
/// pieces, most of them wrong.
fn of_guide() -> Vec<Piece> {
    let pages = [
        ("docs/topic.md", Kind::Topic),
        ("docs/manifest.md", Kind::Manifest),
        ("docs/first-steps.md", Kind::Topic),
        ("README.md", Kind::Topic),
    ];
    let mut pieces = Vec::new();
    for (page, kind) in pages {
        let text = fs::read_to_string(root().join(page)).expect("a page");
        for (info, body) in blocks(&text) {
            match info.as_str() {
                "markdown" => pieces.extend(of_markdown(&body, page)),
                "yaml" => pieces.push(piece(kind, &body, page)),
                _ => {}
            }
        }
    }
    pieces
}

fn of_new_project() -> Vec<Piece> {
    let files = recto::scaffold::files("recto:x").into_iter();
    files
        .filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?)))
        .flat_map(|(path, text)| of_file(path, &text, &format!("new/{path}")))
        .collect()
}

fn findings(piece: &Piece) -> Vec<String> {
    let wrong = judge(&schema::of(piece.kind), &piece.value);
    wrong.into_iter().map(|wrong| format!("{}: {wrong}", piece.place)).collect()
}

#[test]
fn what_is_right_fits() {
    let mut pieces = of_new_project();
    assert!(pieces.iter().any(|piece| piece.kind == Kind::Manifest));
    assert!(pieces.iter().any(|piece| piece.kind == Kind::FrontMatter));
    pieces.extend(of_guide());
    pieces.extend(of_project("."));
    for entry in fs::read_dir(root().join("tests/fixtures/valid")).expect("the fixtures") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        pieces.extend(of_project(&format!("tests/fixtures/valid/{name}")));
    }
    let wrong: Vec<String> = pieces.iter().flat_map(findings).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (kind, least) in [
        (Kind::FrontMatter, 4),
        (Kind::Topic, 3),
        (Kind::Figure, 7),
        (Kind::Card, 5),
        (Kind::Manifest, 4),
    ] {
        let count = pieces.iter().filter(|piece| piece.kind == kind).count();
        assert!(count >= least, "{count} pieces of {}", kind.name());
    }
}

#[test]
fn what_is_wrong_does_not_fit() {
    let wrong: Vec<String> = of_project("tests/fixtures/invalid/broken-manifest")
        .iter()
        .filter(|piece| piece.kind == Kind::Manifest)
        .flat_map(findings)
        .collect();
    compare("schema/broken-manifest.txt", &(wrong.join("\n") + "\n"));
    let wrong: Vec<String> =
        of_project("tests/fixtures/invalid/many").iter().flat_map(findings).collect();
    compare("schema/many.txt", &(wrong.join("\n") + "\n"));
}

#[test]
fn a_new_project_is_wired_for_editors() {
    let files: BTreeMap<&str, Vec<u8>> = recto::scaffold::files("recto:x").into_iter().collect();
    let settings: Value =
        serde_json::from_slice(&files[".vscode/settings.json"]).expect("settings");
    let schemas = settings["yaml.schemas"].as_object().expect("schemas");
    for (path, kind) in [("manifest", Kind::Manifest), ("topic", Kind::Topic)] {
        let path = format!("./.recto/schema/{path}.json");
        assert!(schemas.contains_key(&path), "{path}");
        let written = &files[path.trim_start_matches("./")];
        assert_eq!(written, schema::print(&schema::of(kind)).as_bytes());
    }
    assert_eq!(schemas.len(), 2);
    let manifest = String::from_utf8_lossy(&files["recto.yaml"]);
    let modeline = manifest.lines().next().and_then(|line| line.split_once("$schema="));
    assert_eq!(modeline.expect("a modeline").1, ".recto/schema/manifest.json");
    // The same project with a slip in each of its pieces does not fit.
    for mut piece in of_new_project() {
        let (key, value) =
            piece.value.as_object().and_then(|map| map.iter().next()).expect("a key");
        piece.value = with(&piece.value, &format!("{key}x"), value.clone());
        assert!(!findings(&piece).is_empty(), "{}", piece.place);
    }
}

/// Returns the errors of the reader of a kind.
fn read(kind: Kind, value: &Value) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let path = |path: &str| ProjectPath::new(path).expect("a path");
    // What is JSON is YAML.
    let (name, text) = match kind {
        Kind::FrontMatter => ("sources/x.md", format!("---\n{value}\n---\n")),
        Kind::Topic => ("sources/x.yaml", value.to_string()),
        Kind::Figure => ("sources/x.md", format!("---\ntitle: x\n---\n```figure\n{value}\n```\n")),
        Kind::Card => ("sources/x.md", format!("---\ntitle: x\n---\n```card\n{value}\n```\n")),
        Kind::Manifest => ("recto.yaml", value.to_string()),
    };
    if kind == Kind::Manifest {
        let mut files = MemoryFiles::default();
        files.insert(path(name), text);
        Project::read(&files, "x", &mut sources, &mut diagnostics).expect("a manifest");
    } else {
        recto::read::read_topic(
            &path(name),
            text.into(),
            &defaults(),
            &mut sources,
            &mut diagnostics,
        );
    }
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
        let example = example(schema);
        for (key, property) in properties {
            let wrap = |value| wrap(with(&example, key, value));
            each_mapping(root, property, &format!("{at}.{key}"), &wrap, seen, visit);
        }
    }
    if let Some(items @ Value::Object(_)) = schema.get("items") {
        let wrap = |value| wrap(json!([value]));
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
            for value in tried {
                compare(&format!("{key}: {value}"), &wrap(with(&example, &key, value.clone())));
            }
            let mut without = example.clone();
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
