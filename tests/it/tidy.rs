//! The house rules that nothing else holds.

use std::collections::BTreeMap;
use std::fs;

use crate::case::{files_below, root};

/// Which rooms a room may use; every room may use itself.
///
/// Types in the middle, behavior around them: readers, resolving and writers
/// never know each other, and writers do not know other writers.
const ARROWS: [(&str, &[&str]); 39] = [
    ("source", &[]),
    ("parallel", &[]),
    ("digest", &[]),
    ("trace", &[]),
    ("diag", &["source"]),
    ("files", &["source", "parallel"]),
    ("fonts", &[]),
    ("imposition", &[]),
    ("model", &["source"]),
    ("words", &["model"]),
    ("yaml", &["source", "diag"]),
    ("layout", &["source", "diag", "files", "yaml"]),
    ("read", &["source", "diag", "model", "yaml"]),
    ("project", &["source", "diag", "files", "model", "yaml", "read", "imposition"]),
    ("schema", &["diag", "model", "project", "imposition"]),
    ("ledger", &["source", "diag", "model", "yaml"]),
    ("picture", &["source", "files", "fonts", "model"]),
    ("resolve", &["source", "diag", "digest", "files", "model", "words", "ledger", "picture"]),
    ("write", &["source", "diag", "model", "layout", "words"]),
    ("write/artifact", &["source"]),
    ("write/html", &["model"]),
    ("write/license", &[]),
    ("write/mathml", &["model"]),
    ("write/template", &["source", "diag", "layout", "write"]),
    ("write/overlay", &["fonts", "model"]),
    ("write/illustration", &["diag", "model", "parallel", "picture", "write"]),
    (
        "write/pdf",
        &["source", "diag", "digest", "fonts", "model", "layout", "words", "picture", "write"],
    ),
    ("write/epub", &["source", "diag", "model", "layout", "parallel", "words", "write"]),
    ("write/anki", &["source", "diag", "model", "layout", "parallel", "words", "ledger", "write"]),
    ("write/press", &["imposition", "write"]),
    ("write/plates", &["parallel", "picture", "write"]),
    ("audit", &["source", "diag", "files", "model"]),
    ("record", &["source", "files"]),
    (
        "pipeline",
        &[
            "parallel",
            "source",
            "diag",
            "files",
            "fonts",
            "model",
            "layout",
            "project",
            "read",
            "resolve",
            "ledger",
            "picture",
            "write",
            "words",
            "audit",
            "record",
            "trace",
            "imposition",
        ],
    ),
    ("scaffold", &["schema"]),
    (
        "cli",
        &[
            "source",
            "diag",
            "files",
            "fonts",
            "model",
            "pipeline",
            "scaffold",
            "layout",
            "project",
            "ledger",
            "schema",
            "audit",
            "record",
            "trace",
            "imposition",
        ],
    ),
    ("main", &["cli"]),
    ("lib", &["source", "diag", "files", "model", "pipeline", "cli"]),
    ("scaffold/", &[]),
];

/// Crates that one room alone may name.
const CRATES: [(&str, &[&str]); 44] = [
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("annotate_snippets", &["cli"]),
    ("notify", &["cli"]),
    ("typst", &["write/pdf"]),
    ("typst_kit", &["write/pdf"]),
    ("typst_layout", &["write/pdf"]),
    ("typst_pdf", &["write/pdf"]),
    ("typst_render", &["write/pdf"]),
    ("rayon", &["pipeline"]),
    ("fast_qr", &["write/pdf"]),
    ("url", &["write/pdf"]),
    ("tiny_skia", &["write/illustration"]),
    ("minijinja", &["write/template"]),
    ("zip", &["write/epub", "write/anki", "audit"]),
    ("rusqlite", &["write/anki", "audit"]),
    ("csv", &["write/anki"]),
    ("lopdf", &["audit", "write/plates", "write/press"]),
    ("printpdf", &["write/press"]),
    ("aho_corasick", &["audit"]),
    ("flate2", &["picture", "write/pdf", "write/plates", "audit"]),
    ("serde_saphyr", &["yaml"]),
    ("comrak", &["read"]),
    ("pulldown_latex", &["read"]),
    ("ciborium", &["resolve"]),
    ("img_parts", &["picture"]),
    ("fast_image_resize", &["picture"]),
    ("moxcms", &["picture"]),
    ("png", &["picture"]),
    ("tiff", &["picture"]),
    ("zune_core", &["picture"]),
    ("zune_jpeg", &["picture"]),
    ("jpeg_encoder", &["picture"]),
    ("dicom_object", &["picture"]),
    ("dicom_pixeldata", &["picture"]),
    ("usvg", &["picture"]),
    ("resvg", &["picture"]),
    ("hayro_svg", &["picture"]),
    ("hayro_syntax", &["picture"]),
    ("skrifa", &["fonts", "write/overlay"]),
    ("typst_assets", &["fonts"]),
    ("include_dir", &["layout"]),
    ("tempfile", &["files"]),
    ("strsim", &["diag", "resolve", "ledger"]),
];

fn sources() -> BTreeMap<String, String> {
    let folder = root().join("src");
    let rust = files_below(&folder).into_iter().filter(|path| path.ends_with(".rs"));
    rust.map(|path| {
        let text = fs::read_to_string(folder.join(&path)).expect("a source file");
        (path, text)
    })
    .collect()
}

/// The room of a file: its first folder, and for writers the second.
fn room(path: &str) -> String {
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["write", second, ..] => format!("write/{second}"),
        [first, ..] => (*first).to_owned(),
        [] => String::new(),
    }
}

/// The text without its tests, which may use whatever they need.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[test]
fn rooms_use_only_what_they_may_know() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = room(&path);
        let allowed = ARROWS.iter().find(|(name, _)| *name == room).map(|(_, allowed)| *allowed);
        let Some(allowed) = allowed else {
            wrong.push(format!("{path}: the room `{room}` has no arrows"));
            continue;
        };
        let mut rest = without_tests(&text);
        while let Some(at) = rest.find("crate::") {
            let before = rest[..at].chars().next_back();
            rest = &rest[at + "crate::".len()..];
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let name: String =
                rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let second: String = rest[name.len()..]
                .trim_start_matches(':')
                .chars()
                .take_while(|c| c.is_alphanumeric())
                .collect();
            let own =
                name == room || room.starts_with(&format!("{name}/{second}")) && !second.is_empty();
            let within_write = name == "write" && room.starts_with("write/") && !is_writer(&second);
            if !own && !within_write && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{path}: `{room}` must not know `{name}`"));
            }
            if name == "write" && is_writer(&second) && room.starts_with("write/") && !own {
                wrong.push(format!("{path}: writers do not know each other"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is_writer(name: &str) -> bool {
    matches!(name, "pdf" | "epub" | "anki" | "plates" | "press")
}

#[test]
fn a_crate_is_named_in_its_room_only() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = room(&path);
        for (name, rooms) in CRATES {
            let named = without_tests(&text).lines().any(|line| {
                let line = line.trim_start();
                !line.starts_with("//")
                    && (line.contains(&format!("use {name}::"))
                        || line.contains(&format!(" {name}::")))
            });
            if named && !rooms.contains(&room.as_str()) {
                wrong.push(format!("{path}: `{name}` belongs to {}", rooms.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_and_stays_readable() {
    let mut wrong = Vec::new();
    let mut all: Vec<(String, String)> =
        sources().into_iter().map(|(path, text)| (format!("src/{path}"), text)).collect();
    for folder in ["tests/it", "tests/phantom"] {
        for path in files_below(&root().join(folder)) {
            let text = fs::read_to_string(root().join(folder).join(&path)).expect("a source file");
            all.push((format!("{folder}/{path}"), text));
        }
    }
    // Put together here, so that this file does not hold them itself.
    let forbidden = [
        concat!("todo", "!("),
        concat!("dbg", "!("),
        concat!("FIX", "ME"),
        concat!("#[ign", "ore"),
    ];
    for (path, text) in all {
        if !text.starts_with("//!") {
            wrong.push(format!("{path}: does not begin with its documentation"));
        }
        if text.lines().count() > 600 {
            wrong.push(format!("{path}: has more than 600 lines"));
        }
        for word in forbidden {
            if text.contains(word) {
                wrong.push(format!("{path}: holds `{word}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_reference_is_an_orphan() {
    let tests: String = files_below(&root().join("tests/it"))
        .iter()
        .map(|path| fs::read_to_string(root().join("tests/it").join(path)).expect("a source file"))
        .collect();
    let mut orphans = Vec::new();
    for path in files_below(&root().join("tests/reference")) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let case = path.rsplit_once('.').map_or(path.as_str(), |(case, _)| case);
        let has_case = root().join("tests/suite").join(case).exists()
            || root().join("tests/fixtures").join(case).exists();
        let name = path.rsplit('/').next().unwrap_or(&path);
        let named = tests.contains(&path)
            || (tests.contains(&format!("{folder}/")) && tests.contains(name));
        // Those of pages are as many as there are pages: `looks` sees to them.
        if !has_case && !named && folder != "looks" {
            orphans.push(path);
        }
    }
    assert!(orphans.is_empty(), "nothing compares with: {orphans:?}");
}
