//! The built-in layouts for handouts: each sets a sample without a message, and
//! loses no word of it.

use std::collections::BTreeSet;
use std::fs;

use lopdf::{Document, Object};

use crate::case::{Outcome, artifact, build_memory, root, short};

/// Every layout for handouts, with its options in several states.
const PUBLICATIONS: [&str; 13] = [
    "{layout: handout}",
    "{layout: handout, options: {columns: 2}}",
    "{layout: handout, options: {columns: 2}, figures: pairs, paper: letter}",
    "{layout: handout, options: {columns: 2}, figures: find}",
    "{layout: handout-compact}",
    "{layout: handout-compact, paper: letter}",
    "{layout: notes}",
    "{layout: notes, options: {ruling: dots, room: 50mm}, figures: pairs}",
    "{layout: notes, options: {ruling: squares, spacing: 5mm}, figures: find}",
    "{layout: notes, options: {ruling: none}, paper: letter}",
    "{layout: slides}",
    "{layout: slides, options: {ratio: \"4:3\", size: 28pt, reveal: true}}",
    "{layout: slides, figures: find}",
];

fn built(publication: &str, files: &[(&str, &[u8])]) -> Outcome {
    let manifest = format!("handouts: [{publication}]\nbooks: []\ndecks: []\n");
    let mut all = files.to_vec();
    all.push(("recto.yaml", manifest.as_bytes()));
    build_memory(&all)
}

fn handout(publication: &str, files: &[(&str, &[u8])]) -> Document {
    let outcome = built(publication, files);
    let path = outcome.built.artifacts.first().map(|artifact| artifact.path.to_string());
    let bytes = path.map(|path| artifact(&outcome, &path).to_vec());
    assert_eq!(short(outcome.diagnostics, &outcome.sources), "", "{publication}");
    Document::load_mem(&bytes.expect("a handout")).expect("a PDF")
}

fn text_of(document: &Document) -> String {
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    document.extract_text(&pages).expect("text").replace(['\n', '-'], "")
}

#[test]
fn each_layout_sets_a_sample() {
    let sources = root().join("sources");
    let read = |path: &str| fs::read(sources.join(path)).expect("a sample");
    // What it does not cite would be a warning.
    let topic = String::from_utf8(read("pleural-effusion.md")).expect("UTF-8");
    let topic: String = topic
        .lines()
        .filter(|line| !line.starts_with("see-also:"))
        .map(|line| format!("{line}\n"))
        .collect();
    let works = String::from_utf8(read("references.bib")).expect("UTF-8");
    let works: String = works
        .split_inclusive("\n}\n")
        .filter(|work| {
            let key = work.split_once("{").and_then(|(_, rest)| rest.split_once(','));
            key.is_some_and(|(key, _)| topic.contains(key))
        })
        .collect();
    let (frontal, decubitus) = (
        read("images/pleural-effusion-frontal.jpg"),
        read("images/pleural-effusion-decubitus.jpg"),
    );
    let files: [(&str, &[u8]); 4] = [
        ("sources/pleural-effusion.md", topic.as_bytes()),
        ("sources/references.bib", works.as_bytes()),
        ("sources/images/pleural-effusion-frontal.jpg", &frontal),
        ("sources/images/pleural-effusion-decubitus.jpg", &decubitus),
    ];
    // All at once, for pictures are decoded once; they come in their order.
    let outcome = built(&PUBLICATIONS.join(", "), &files);
    let mut documents = Vec::new();
    for artifact in &outcome.built.artifacts {
        if artifact.path.as_str().starts_with("handouts/") {
            documents.push(Document::load_mem(&artifact.bytes).expect("a PDF"));
        }
    }
    assert_eq!(short(outcome.diagnostics, &outcome.sources), "");
    assert_eq!(documents.len(), PUBLICATIONS.len());
    for (publication, document) in PUBLICATIONS.into_iter().zip(documents) {
        let pages = document.get_pages();
        if publication.contains("compact") {
            assert!(pages.len() <= 2, "{publication} takes {} pages", pages.len());
        }
        if publication.contains("slides") {
            // A title, objectives, six sections, the figure, references.
            assert!(pages.len() >= 10, "{publication} has {} pages", pages.len());
            let ratio = if publication.contains("4:3") { 4.0 / 3.0 } else { 16.0 / 9.0 };
            for page in pages.values() {
                let page = document.get_dictionary(*page).expect("a page");
                let media = page.get(b"MediaBox").and_then(Object::as_array).expect("a size");
                let size: Vec<f32> =
                    media.iter().map(|number| number.as_float().expect("a number")).collect();
                assert!((size[2] / size[3] - ratio).abs() < 0.01, "{publication}: {size:?}");
            }
        }
    }
}

#[test]
fn no_word_of_a_topic_is_lost_on_the_page() {
    let words = "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima";
    let topic = format!(
        "---\ntitle: Zulu\nsummary: Yankee\nsubtitle: Quokka\nobjectives: [Okapi]\n---\n{words}\n\n> xray\n\n1. whiskey\n   - victor\n\n`uniform` **tango** *sierra* ~~romeo~~ [quebec](https://example.org)\n\nTerm\n: papa\n\n| oscar |\n|---|\n| november |\n\n: mike\n\n## Wombat\n\n### Numbat\n\nNote[^1].\n\n[^1]: zebra\n\n```\nyellow\n```\n"
    );
    let wanted: BTreeSet<&str> = words
        .split(' ')
        .chain([
            "Zulu", "Yankee", "xray", "whiskey", "victor", "uniform", "tango", "sierra", "romeo",
        ])
        .chain(["quebec", "papa", "oscar", "november", "mike", "zebra", "yellow"])
        .chain(["Quokka", "Okapi", "Wombat", "Numbat"])
        .collect();
    for layout in
        ["handout", "handout, options: {columns: 2}", "handout-compact", "notes", "slides"]
    {
        let files: [(&str, &[u8]); 1] = [("sources/t.md", topic.as_bytes())];
        let text = text_of(&handout(&format!("{{layout: {layout}}}"), &files));
        let lost: Vec<_> = wanted.iter().filter(|word| !text.contains(**word)).collect();
        assert!(lost.is_empty(), "{layout}: {lost:?} are not in\n{text}");
    }
}

/// Figures and tables wherever a topic may have them.
#[test]
fn no_figure_is_lost_on_the_page() {
    let figure = |label: &str| {
        format!(
            "![A line](line.png){{#fig-{label} alt=\"A line.\" credit=\"Us\" license=\"CC0-1.0\"}}"
        )
    };
    let topic = format!(
        "---\ntitle: Zulu\n---\n{}\n\n## One\n\n- A bullet\n\n  {}\n\n### Two\n\n::: note\nBeside.\n\n{}\n:::\n\n#### Three\n\n{}\n\nSee @fig-a, @fig-b, @fig-c and @fig-d.\n",
        figure("a"),
        figure("b"),
        figure("c"),
        figure("d"),
    );
    let picture =
        fs::read(root().join("tests/fixtures/guide/sources/line.png")).expect("a picture");
    let files: [(&str, &[u8]); 2] =
        [("sources/t.md", topic.as_bytes()), ("sources/line.png", &picture)];
    for layout in
        ["handout", "handout, options: {columns: 2}", "handout-compact", "notes", "slides"]
    {
        let outcome = built(&format!("{{layout: {layout}}}"), &files);
        let document = Document::load_mem(artifact(&outcome, "t.pdf")).expect("a PDF");
        let text = text_of(&document);
        let messages = short(outcome.diagnostics, &outcome.sources);
        assert!(!messages.contains("error"), "{layout}: {messages}");
        for number in 1..=4 {
            let captions = text.matches(&format!("Figure {number}.")).count();
            assert_eq!(captions, 1, "{layout}: figure {number} in\n{text}");
        }
    }
}
