//! Entries of lists of references: real works, as the manuals of four styles
//! want them, which is not always as styles have them.
//!
//! `tests/suite/resolve/entries/README.md` tells what lies there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use recto::diag::Diagnostics;
use recto::files::MemoryFiles;
use recto::model::{Edition, Inline};
use recto::pipeline;
use recto::source::{ProjectPath, Sources};

use crate::case::{request, root};

/// The styles, by the names of their files.
const STYLES: [&str; 4] = ["vancouver", "ama", "apa", "ieee"];

/// What comments say of an entry that is in no page of its manual that was found.
const UNCHECKED: &str = "Not checked";

/// Returns the edition of a topic that cites works of a bibliography.
fn edition(style: &str, name: &str, bibliography: &str, keys: &[String]) -> Edition {
    let manifest = format!(
        "title: Entries\ncitation-style: {style}\nbibliography: [{name}]\nbooks: [{{name: all}}]\n"
    );
    let mut topic = "---\ntitle: Entries\n---\n\n".to_owned();
    for key in keys {
        let _ = writeln!(topic, "Said [@{key}].\n");
    }
    let mut files = MemoryFiles::default();
    for (path, text) in
        [("recto.yaml", manifest.as_str()), ("sources/topic.md", &topic), (name, bibliography)]
    {
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

/// Returns the works of a style whose entries say of themselves that they are not
/// checked against the manual.
fn unchecked(text: &str) -> BTreeSet<String> {
    let mut unchecked = BTreeSet::new();
    let (mut key, mut comment) = (None, String::new());
    for line in text.lines().chain(["## "]) {
        if let Some(name) = line.strip_prefix("## ") {
            let key = key.replace(name.to_owned());
            if comment.contains(UNCHECKED) {
                unchecked.extend(key);
            }
            comment.clear();
        } else if let Some(line) = line.strip_prefix('#') {
            comment.push_str(line);
        }
    }
    unchecked
}

fn keys(works: &str) -> Vec<String> {
    let works: Vec<serde_json::Value> = serde_json::from_str(works).expect("JSON");
    works.iter().map(|work| work["id"].as_str().expect("a key").to_owned()).collect()
}

/// Returns the keys of a BibLaTeX file.
fn bib_keys(works: &str) -> Vec<String> {
    let heads = works.lines().filter_map(|line| line.strip_prefix("@article{"));
    heads.map(|key| key.trim_end_matches(',').to_owned()).collect()
}

/// Returns the entries of a style, by key.
fn entries(style: &str, name: &str, keys: fn(&str) -> Vec<String>) -> BTreeMap<String, String> {
    let works = read(name);
    let edition = edition(style, name, &works, &keys(&works));
    let lists = edition.references.iter().flat_map(|list| &list.items);
    lists.map(|item| (item.key.as_str().to_owned(), marked(&item.content))).collect()
}

fn check(style: &str) {
    let wanted = parts(&read(&format!("{style}.txt")));
    let accepted = parts(&read(&format!("{style}-deviations.txt")));
    let printed = entries(style, "works.json", keys);
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

#[test]
fn works_in_latex_are_as_those_in_html() {
    for style in STYLES {
        let html = entries(style, "works.json", keys);
        let latex = entries(style, "latex.bib", bib_keys);
        assert!(latex.len() > 5, "{style}: {latex:#?}");
        for (key, latex) in latex {
            assert_eq!(html.get(&key), Some(&latex), "{key} in {style}");
        }
    }
}

/// The file of what is there says what is checked and what is not.
#[test]
fn readme_has_what_is_checked() {
    let readme = read("README.md");
    let wanting: Vec<_> =
        STYLES.iter().map(|style| unchecked(&read(&format!("{style}.txt")))).collect();
    let works = keys(&read("works.json"));
    let (checked, further): (Vec<_>, Vec<_>) =
        works.iter().partition(|key| !wanting.iter().any(|keys| keys.contains(*key)));
    assert!(checked.len() >= 40, "{}", checked.len());
    let marked = wanting.iter().map(BTreeSet::len).sum::<usize>();
    for said in [
        format!("**{} works**", checked.len()),
        format!("{} further works", further.len()),
        format!("{marked} of {} entries", STYLES.len() * works.len()),
    ] {
        assert!(readme.contains(&said), "{said}");
    }
    let (kinds, rest) = readme.split_once("## The further works").expect("a part of its own");
    for key in further {
        assert!(!kinds.contains(&format!("`{key}`")), "{key} stands for a kind");
        assert!(rest.contains(&format!("`{key}`")), "{key} is not named");
    }
}
