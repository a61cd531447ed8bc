//! Books that draw marks over their pictures.

use std::collections::{BTreeMap, BTreeSet};

use recto::files::{DiskFiles, Files, MemoryFiles};
use recto::source::ProjectPath;
use roxmltree::{Document as Xml, Node, ParsingOptions};

use crate::case::{Outcome, artifact, build_files, messages, root};
use crate::epub::{assert_sound, text, unpack};

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// The kitchen sink, with what its books say of marks.
fn kitchen_sink(overlay: &str) -> Outcome {
    let disk = DiskFiles::open(&root().join("tests/fixtures/valid/kitchen-sink")).expect("there");
    let mut files = MemoryFiles::default();
    let path = |path| ProjectPath::new(path).expect("a path");
    let mut all = vec![path("recto.yaml")];
    for folder in ["sources", "layouts"] {
        all.extend(disk.list(&path(folder)).expect("a folder"));
    }
    for path in all {
        let mut bytes = disk.read(&path).expect("a file");
        if path.as_str() == "recto.yaml" {
            let manifest = String::from_utf8(bytes).expect("text");
            let key = format!("  - figure-overlay: {overlay}\n    name: ");
            bytes = manifest.replace("  - name: ", &key).into_bytes();
        }
        files.insert(path, bytes);
    }
    build_files(&files)
}

fn pages(files: &BTreeMap<String, Vec<u8>>) -> impl Iterator<Item = Xml<'_>> {
    let names = files.keys().filter_map(|name| name.strip_prefix("EPUB/"));
    names.filter(|name| name.ends_with(".xhtml")).map(|name| {
        let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
        Xml::parse_with_options(text(files, name), options).expect("XML")
    })
}

/// The drawings over pictures; symbols in captions are none.
fn drawings<'a>(page: &'a Xml<'_>) -> Vec<Node<'a, 'a>> {
    let all = page.descendants().filter(|node| node.has_tag_name((SVG, "svg")));
    all.filter(|node| node.attribute("class") == Some("overlay")).collect()
}

#[test]
fn marks_are_drawn_over_the_clean_picture() {
    let outcome = kitchen_sink("svg");
    for name in ["english", "arabic", "japanese"] {
        let files = unpack(artifact(&outcome, &format!("books/{name}.epub")));
        assert_sound(&files);
        assert!(!files.keys().any(|file| file.contains("-marks-")), "{:?}", files.keys());
        let mut said = BTreeSet::new();
        for page in pages(&files) {
            for drawing in drawings(&page) {
                assert!(!drawing.attribute("aria-label").expect("a name").is_empty());
                let images = drawing.descendants().filter(|node| node.has_tag_name((SVG, "image")));
                let images: Vec<_> =
                    images.filter_map(|one| one.attribute((XLINK, "href"))).collect();
                let [image] = images[..] else { panic!("one picture: {images:?}") };
                assert!(files.contains_key(&format!("EPUB/{image}")), "{image}");
                // Nothing runs, and nothing needs a font.
                assert!(!drawing.descendants().any(|node| {
                    ["text", "script", "style", "foreignObject"].contains(&node.tag_name().name())
                }));
                let marks = drawing.children().filter(|node| node.attribute("role") == Some("img"));
                said.extend(
                    marks.filter_map(|mark| mark.attribute("aria-label")).map(str::to_owned),
                );
            }
        }
        let expected = match name {
            "english" => "red arrows: an arrow",
            "arabic" => "سهم أبيض: الجانب الداكن",
            _ => "白い矢印: 暗い側",
        };
        assert!(said.contains(expected), "{said:?}");
        let package = text(&files, "package.opf");
        assert!(
            package.contains("properties=\"svg\"") || package.contains("mathml svg"),
            "{package}"
        );
    }
    let found = messages(outcome.diagnostics, &outcome.sources);
    assert_eq!(found, "");
}

#[test]
fn questions_do_not_tell_their_answers() {
    let outcome = kitchen_sink("svg");
    let files = unpack(artifact(&outcome, "books/english.epub"));
    let mut asked = 0;
    for page in pages(&files) {
        for drawing in drawings(&page) {
            let in_question =
                drawing.ancestors().any(|node| node.attribute("class") == Some("asked"));
            let told = drawing.descendants().any(|node| node.attribute("role") == Some("img"));
            assert_eq!(told, !in_question);
            asked += usize::from(in_question);
        }
    }
    assert!(asked > 0);
}

#[test]
fn without_the_key_marks_are_pixels() {
    let files = |overlay| {
        let outcome = kitchen_sink(overlay);
        unpack(artifact(&outcome, "books/english.epub"))
    };
    let pixels = files("pixels");
    assert!(pixels.keys().any(|file| file.contains("-marks-")));
    assert!(pages(&pixels).all(|page| drawings(&page).is_empty()));
    let outcome = kitchen_sink("swg");
    let found = messages(outcome.diagnostics, &outcome.sources);
    assert!(found.contains("marks are not drawn as `swg`"), "{found}");
    assert!(found.contains("did you mean `svg`?"), "{found}");
}
