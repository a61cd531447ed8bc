//! Entries of lists of references: real works, as the manuals of four styles
//! want them, which is not always as styles have them.
//!
//! `tests/suite/resolve/entries/README.md` tells what lies there.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use recto::diag::Diagnostics;
use recto::files::MemoryFiles;
use recto::model::{Edition, Inline};
use recto::pipeline;
use recto::source::{ProjectPath, Sources};

use crate::case::{request, root};

/// Returns the edition of a topic that cites all works of a bibliography.
fn edition(style: &str, bibliography: &str, keys: &[String]) -> Edition {
    let manifest = format!(
        "title: Entries\ncitation-style: {style}\nbibliography: [works.json]\nbooks: [{{name: all}}]\n"
    );
    let mut topic = "---\ntitle: Entries\n---\n\n".to_owned();
    for key in keys {
        let _ = writeln!(topic, "Said [@{key}].\n");
    }
    let mut files = MemoryFiles::default();
    for (path, text) in [
        ("recto.yaml", manifest.as_str()),
        ("sources/topic.md", &topic),
        ("works.json", bibliography),
    ] {
        files.insert(ProjectPath::new(path).expect("a path"), text.as_bytes());
    }
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let loaded = pipeline::load(&files, &request(), &mut sources, &mut diagnostics);
    let loaded = loaded.expect("readable files").unwrap_or_else(|| panic!("{diagnostics:#?}"));
    let editions = pipeline::book_editions(&loaded, &mut diagnostics);
    let messages = diagnostics.sorted();
    assert!(messages.is_empty(), "{messages:#?}");
    editions.into_iter().next().expect("a book")
}

/// Returns inlines with signs for their dress, as Markdown has them.
fn marked(inlines: &[Inline]) -> String {
    let mut out = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(text) => out.push_str(text),
            Inline::Emphasis(inner) => {
                let _ = write!(out, "*{}*", marked(inner));
            }
            Inline::Strong(inner) => {
                let _ = write!(out, "**{}**", marked(inner));
            }
            Inline::Superscript(inner) => {
                let _ = write!(out, "^{}^", marked(inner));
            }
            Inline::Subscript(inner) => {
                let _ = write!(out, "~{}~", marked(inner));
            }
            Inline::Link(link) => out.push_str(&marked(&link.content)),
            other => panic!("{other:?} in an entry"),
        }
    }
    out
}

/// Reads a file of parts: `## key`, comments after `#`, and a line of text.
fn parts(text: &str) -> BTreeMap<String, String> {
    let mut parts = BTreeMap::new();
    let mut key = None;
    for line in text.lines().map(str::trim_end) {
        if let Some(name) = line.strip_prefix("## ") {
            key = Some(name.to_owned());
        } else if !line.is_empty() && !line.starts_with('#') {
            let key = key.take().unwrap_or_else(|| panic!("no key before: {line}"));
            let earlier = parts.insert(key, line.to_owned());
            assert_eq!(earlier, None, "twice: {line}");
        }
    }
    parts
}

fn read(name: &str) -> String {
    let path = root().join("tests/suite/resolve/entries").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn keys(works: &str) -> Vec<String> {
    let works: Vec<serde_json::Value> = serde_json::from_str(works).expect("JSON");
    works.iter().map(|work| work["id"].as_str().expect("a key").to_owned()).collect()
}

/// Returns the entries of a style, by key.
fn entries(style: &str) -> BTreeMap<String, String> {
    let works = read("works.json");
    let edition = edition(style, &works, &keys(&works));
    let lists = edition.references.iter().flat_map(|list| &list.items);
    lists.map(|item| (item.key.as_str().to_owned(), marked(&item.content))).collect()
}

fn check(style: &str) {
    let wanted = parts(&read(&format!("{style}.txt")));
    let accepted = parts(&read(&format!("{style}-deviations.txt")));
    let printed = entries(style);
    let mut wrong = String::new();
    for key in keys(&read("works.json")) {
        let manual = wanted.get(&key).map_or("(nothing)", String::as_str);
        let deviation = accepted.get(&key);
        let is = printed.get(&key).map_or("(nothing)", String::as_str);
        if deviation.is_some_and(|deviation| deviation == manual) || is == manual {
            if deviation.is_some() {
                let _ = writeln!(wrong, "{key}: as the manual has it; the deviation can go");
            }
        } else if deviation.map(String::as_str) != Some(is) {
            let _ = writeln!(wrong, "{key}\n  manual:  {manual}\n  printed: {is}");
            if let Some(deviation) = deviation {
                let _ = writeln!(wrong, "  listed:  {deviation}");
            }
        }
    }
    for key in accepted.keys().chain(wanted.keys()).filter(|key| !printed.contains_key(*key)) {
        let _ = writeln!(wrong, "{key}: there is no such work");
    }
    assert!(wrong.is_empty(), "{style}:\n{wrong}");
}

#[test]
fn vancouver_is_as_citing_medicine_has_it() {
    check("vancouver");
}

#[test]
fn ama_is_as_its_manual_has_it() {
    check("ama");
}

#[test]
fn apa_is_as_its_manual_has_it() {
    check("apa");
}

#[test]
fn ieee_is_as_its_guide_has_it() {
    check("ieee");
}
