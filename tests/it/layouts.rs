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

/// A book with terms to look up wherever words may stand, in a language.
fn looked_up(language: &str) -> Outcome {
    let first = "---\ntitle: The [Zyste]{.index}\nsummary: A [summary]{.index}.\n---\n\n## Wörter [Ödem]{.index} {.glossary}\n\n\
        An [Ohr]{.index}, [unten]{index=\"Ohr!Läppchen; Ärmel\"}, ==[gelernt]{.index}==, a note[^1].\n\n\
        [^1]: With a [note]{.index}.\n\n\
        Zebra\n: A [striped]{.index} animal [@smith2019], in $x$[^2].\n\nÄpfel\n: Fruit.\n\n[^2]: Twice.\n\n\
        | [head]{.index} |\n|---|\n| [cell]{.index} |\n\n: A [table]{.index} {#tbl-t}\n\n\
        ![A [caption]{.index}](line.png){#fig-a alt=\"A line.\" credit=\"Us\" license=\"CC0-1.0\"}\n\n\
        See @fig-a and @tbl-t.\n";
    let second = "---\ntitle: Second\n---\n\nAn [ohr]{index=Ohr} again.\n";
    let work = "@article{smith2019, author = {Smith, Ann}, title = {A title}, journaltitle = {J}, date = {2019}, pages = {1}}";
    let picture =
        fs::read(root().join("tests/fixtures/guide/sources/line.png")).expect("a picture");
    let manifest = format!("title: B\nlang: {language}\nhandouts: []\ndecks: []\n");
    build_memory(&[
        ("recto.yaml", manifest.as_bytes()),
        ("sources/a.md", first.as_bytes()),
        ("sources/b.md", second.as_bytes()),
        ("sources/works.bib", work.as_bytes()),
        ("sources/line.png", &picture),
    ])
}

#[test]
fn a_book_has_a_glossary_and_an_index() {
    for (language, glossary, index) in [
        ("en", "Glossary", "Index"),
        ("de", "Glossar", "Sachregister"),
        ("fr", "Glossaire", "Index"),
        ("es", "Glosario", "Índice alfabético"),
    ] {
        let outcome = looked_up(language);
        let edition = outcome.editions.first().expect("a book");
        let terms: Vec<_> =
            edition.index.iter().map(|entry| format!("{} {}", entry.initial, entry.term)).collect();
        assert_eq!(
            terms,
            [
                "A Ärmel",
                "C caption",
                "C cell",
                "G gelernt",
                "H head",
                "N note",
                "O Ödem",
                "O Ohr",
                "S striped",
                "S summary",
                "T table",
                "Z Zyste",
            ]
        );
        let ear = &edition.index[7];
        assert_eq!((ear.places.len(), ear.entries[0].term.as_str()), (2, "Läppchen"));
        let document = Document::load_mem(artifact(&outcome, ".pdf")).expect("a PDF");
        let pages: Vec<u32> = document.get_pages().keys().copied().collect();
        let text: Vec<String> =
            pages.iter().map(|page| document.extract_text(&[*page]).expect("text")).collect();
        let find = |heading: &str| {
            let page = text.iter().rev().find(|text| text.contains(heading));
            page.unwrap_or_else(|| panic!("no page has {heading}")).replace('\n', " ")
        };
        let defined = find(glossary);
        let place = |word: &str| defined.find(word).unwrap_or_else(|| panic!("{word}: {defined}"));
        assert!(place("Äpfel") < place("Zebra"), "{defined}");
        // The pages of a word in two topics, and of one in a heading.
        let listed = find(index).replace(" ,", ",").replace(" ,", ",");
        let number = |text: &str| text.split_whitespace().next().map(str::to_owned);
        let after = |term: &str| listed.split(term).nth(1).map(str::to_owned).unwrap_or_default();
        let ear = after("Ohr,");
        assert!(ear.trim_start().starts_with(|c: char| c.is_ascii_digit()), "{listed}");
        assert!(ear.contains([',', '–']), "two pages of Ohr: {listed}");
        assert!(number(&after("Ödem,")).is_some(), "{listed}");
        let messages = short(outcome.diagnostics, &outcome.sources);
        assert!(!messages.contains("error"), "{messages}");
    }
}

/// In books for reading systems, marked words are words as all others.
#[test]
fn marked_words_stay_in_books_for_reading_systems_and_are_found_there() {
    let outcome = looked_up("en");
    let bytes = artifact(&outcome, ".epub").to_vec();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip");
    let mut all = String::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("a file");
        if file.name().ends_with(".xhtml") {
            std::io::Read::read_to_string(&mut file, &mut all).expect("text");
        }
    }
    for said in [
        "Wörter Ödem</h",
        "An <span id=\"_index-2\">Ohr</span>, <span id=\"_index-3\">unten</span>, ",
        "gelernt",
        "striped</span> animal",
        "A table",
        "A caption",
    ] {
        assert!(all.contains(said), "`{said}` is not in the book");
    }
    // What has a place leads there; terms below others and other terms, to the words.
    for (term, place) in [
        ("Zyste", "topic-a.xhtml\""),
        ("Ödem", "topic-a.xhtml#_x6d4340e1\""),
        ("Läppchen", "topic-a.xhtml#_index-3\""),
        ("Ärmel", "topic-a.xhtml#_index-3\""),
        ("table", "topic-a.xhtml#tbl-t\""),
        ("caption", "topic-a.xhtml#fig-a\""),
    ] {
        let entry = all.split_once(&format!("index-term\">{term}</span>"));
        let (_, entry) = entry.unwrap_or_else(|| panic!("`{term}` is not in the index"));
        let links = entry.split_once("</li>").expect("an end").0;
        assert!(links.contains(place), "{term}: {links}");
    }
    assert!(!all.contains(".index") && !all.contains("index="), "notation is left in the book");
}
