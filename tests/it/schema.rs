//! The schemas: what they look like, and that all that is right in this
//! repository is right by them. That they and the readers take the same is held
//! by `agree.rs`.

use std::collections::BTreeMap;
use std::fs;

use recto::diag::Diagnostics;
use recto::schema::{self, Kind};
use recto::source::{ProjectPath, Sources};
use recto::yaml::{self, Node, OffsetMap};
use serde_json::{Value, json};

use crate::agree::errors_of_topic;
use crate::case::{compare, files_below, root};
use crate::judge::judge;

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
fn cases_that_are_read_without_an_error_fit() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for folder in ["tests/suite", "tests/fixtures"] {
        for path in files_below(&root().join(folder)) {
            let Ok(text) = fs::read_to_string(root().join(folder).join(&path)) else { continue };
            let topic = ["md", "yaml"].iter().any(|ending| path.ends_with(&format!(".{ending}")));
            if !topic || path.ends_with("recto.yaml") {
                continue;
            }
            let place = format!("{folder}/{path}");
            if errors_of_topic(&format!("sources/{path}"), text.clone()).is_empty() {
                count += 1;
                wrong.extend(of_file(&path, &text, &place).iter().flat_map(findings));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 20, "only {count} cases are right");
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
        let (key, value) = (format!("{key}x"), value.clone());
        piece.value[key] = value;
        assert!(!findings(&piece).is_empty(), "{}", piece.place);
    }
}
