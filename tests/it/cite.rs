//! Citations in the text, style by style: cases in `suite/resolve/citations/`.
//!
//! A case begins with the styles, and perhaps a language; each line after is a
//! paragraph of one topic. The reference has each line as it was typed, and
//! below it as each style prints it: `*italic*`, `^raised^`, and notes in
//! `⟨1: …⟩`.

use std::fmt::Write as _;

use recto::diag::Diagnostics;
use recto::files::MemoryFiles;
use recto::model::{Block, CitationPart, Edition, Inline, Topic, plain_text};
use recto::pipeline;
use recto::resolve;
use recto::source::{ProjectPath, Sources};

use crate::case::{build_memory, compare, files_below, messages, request, root};

/// A project that was loaded, and its book: nothing is written.
pub(crate) struct Read {
    pub(crate) sources: Sources,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) edition: Option<Edition>,
}

/// Reads files and puts their book together.
pub(crate) fn read(files: &[(&str, &[u8])]) -> Read {
    let mut memory = MemoryFiles::default();
    for (path, bytes) in files {
        memory.insert(ProjectPath::new(path).expect("a path"), *bytes);
    }
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let loaded = pipeline::load(&memory, &request(), &mut sources, &mut diagnostics);
    let loaded = loaded.expect("readable files");
    let edition =
        loaded.and_then(|loaded| pipeline::book_editions(&loaded, &mut diagnostics).pop());
    Read { sources, diagnostics, edition }
}

/// Reads a topic of one text in a style.
pub(crate) fn topic(style: &str, language: &str, text: &str, works: &[u8]) -> Read {
    let manifest =
        format!("title: T\nlang: {language}\ncitation-style: {style}\nbooks:\n  - name: b\n");
    let topic = format!("---\ntitle: T\nid: t\n---\n\n{text}\n");
    read(&[
        ("recto.yaml", manifest.as_bytes()),
        ("sources/t.md", topic.as_bytes()),
        ("sources/works.bib", works),
    ])
}

/// Returns the book of a project without errors.
pub(crate) fn edition(read: Read) -> Edition {
    if read.diagnostics.has_errors() {
        panic!("{}", messages(read.diagnostics, &read.sources));
    }
    read.edition.expect("a book")
}

/// Shows what stands in a line.
pub(crate) fn line(inlines: &[Inline], edition: &Edition) -> String {
    let around = |sign: &str, content: &[Inline]| format!("{sign}{}{sign}", line(content, edition));
    let show = |inline: &Inline| match inline {
        Inline::Emphasis(content) => around("*", content),
        Inline::Strong(content) => around("**", content),
        Inline::Superscript(content) => around("^", content),
        Inline::Subscript(content) => around("~", content),
        Inline::SmallCaps(content) => format!("[{}]", line(content, edition)),
        Inline::Link(link) => line(&link.content, edition),
        Inline::Foreign(foreign) => line(&foreign.content, edition),
        Inline::Citation(citation) => {
            let Some(rendered) = edition.citations.get(&citation.id) else {
                return "⟨?⟩".into();
            };
            let prose = parts(&rendered.prose, edition);
            let cited = parts(&rendered.parts, edition);
            if !rendered.note {
                return prose + &cited;
            }
            let number = edition.numbers.get(&citation.id).expect("a number");
            format!("{prose}⟨{number}: {cited}⟩")
        }
        Inline::Footnote(note) => {
            let number = edition.numbers.get(&note.id).expect("a number");
            let text: Vec<_> = note.blocks.iter().map(|block| paragraph(block, edition)).collect();
            format!("⟨{number}: {}⟩", text.join(" / "))
        }
        other => plain_text(std::slice::from_ref(other)),
    };
    inlines.iter().map(show).collect::<String>().replace("^^", "")
}

fn parts(parts: &[CitationPart], edition: &Edition) -> String {
    parts.iter().map(|part| line(&part.content, edition)).collect()
}

fn paragraph(block: &Block, edition: &Edition) -> String {
    match block {
        Block::Paragraph(paragraph) => line(&paragraph.content, edition),
        other => panic!("a case has paragraphs only: {other:?}"),
    }
}

fn paragraphs(topic: &Topic) -> impl Iterator<Item = &Block> {
    topic.blocks.iter().filter(|block| matches!(block, Block::Paragraph(_)))
}

fn case(text: &str, works: &[u8]) -> String {
    let mut styles = Vec::new();
    let mut language = "en";
    let mut lists = false;
    let mut lines = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match line.split_once(": ") {
            Some(("styles", all)) => styles.extend(all.split(", ")),
            Some(("lang", tag)) => language = tag,
            Some(("lists", _)) => lists = true,
            _ => lines.push(line),
        }
    }
    let body = lines.join("\n\n");
    let rendered: Vec<(&str, Edition)> = styles
        .iter()
        .map(|style| (*style, edition(topic(style, language, &body, works))))
        .collect();
    let mut out = String::new();
    let notes = |line: &&&str| !line.starts_with("[^");
    for (at, written) in lines.iter().filter(notes).enumerate() {
        out.push_str(&format!("{written}\n"));
        for (style, edition) in &rendered {
            let block = paragraphs(&edition.topics[0]).nth(at).expect("a paragraph");
            out.push_str(&format!("    {style}: {}\n", paragraph(block, edition)));
        }
    }
    if lists {
        for (style, edition) in &rendered {
            out.push_str(&format!("{style}\n"));
            for item in edition.references.iter().flat_map(|list| &list.items) {
                let label = item.label.as_deref().unwrap_or("-");
                out.push_str(&format!("    {label} {}\n", line(&item.content, edition)));
            }
        }
    }
    out
}

#[test]
fn cases() {
    let folder = root().join("tests/suite/resolve/citations");
    let works = std::fs::read(folder.join("works.bib")).expect("works");
    for name in files_below(&folder).into_iter().filter(|name| name.ends_with(".txt")) {
        let text = std::fs::read_to_string(folder.join(&name)).expect("a case");
        compare(&format!("resolve/citations/{name}.txt"), &case(&text, &works));
    }
}

#[test]
fn every_style_of_the_archive_renders() {
    let folder = root().join("tests/suite/resolve/citations");
    let works = std::fs::read(folder.join("works.bib")).expect("works");
    let text = "A [@light2002]. B [see @rahman2018, pp. 3-5; @webb2019].\n\nC @maskell2015 says, \
                and [-@nameless2014].\n\nD [@who2020; @light2002; @rahman2018; @maskell2015].\n";
    let mut report = String::new();
    for (_, names) in resolve::style_names() {
        let edition = edition(topic(names[0], "en", text, &works));
        writeln!(report, "{}", names[0]).expect("a string");
        for block in paragraphs(&edition.topics[0]) {
            writeln!(report, "    {}", paragraph(block, &edition)).expect("a string");
        }
        let shown: Vec<String> = edition
            .references
            .iter()
            .flat_map(|list| &list.items)
            .map(|item| line(&item.content, &edition))
            .collect();
        assert!(shown.iter().all(|item| item.len() > 5), "{}: {shown:#?}", names[0]);
        assert!(shown.len() == 6 || names[0] == "alphanumeric", "{}: {shown:#?}", names[0]);
    }
    assert!(!report.contains("  and") && !report.contains(" ."), "{report}");
    compare("resolve/citations/archive.txt", &report);
}

/// A topic that cites in every place that there is, each time another page.
const PLACES: &str = r#"---
title: "T"
id: t
subtitle: Subtitle [@light2002, p. 1]
summary: Summary [@light2002, p. 2].
objectives: ["Objective [@light2002, p. 3]"]
---

## Heading [@light2002, p. 4]

Text [@light2002, p. 5] with a note.[^n] And @rahman2018 [p. 6] says.

[^n]: Note [@light2002, p. 7].

- Bullet *emphasis [@light2002, p. 8]* and ==cloze [@light2002, p. 9]==.

Term [@light2002, p. 10]

:   Definition [@light2002, p. 11].

| Head [@light2002, p. 12] | B |
|---|---|
| Cell [@light2002, p. 13] | b |

: Table [@light2002, p. 14]. {#tbl-x}

> [!NOTE] Title [@light2002, p. 15]
> Callout [@light2002, p. 16].

![Caption [@light2002, p. 17]. More.](a.png){#fig-x alt="A line." credit="Credit" license=CC0-1.0}

See @fig-x and @tbl-x.

```card
front: Front [@light2002, p. 18]?
back: As @maskell2015 [p. 19] says [@light2002, p. 20].
```
"#;

fn places(style: &str) -> crate::case::Outcome {
    let works = root().join("tests/suite/resolve/citations/works.bib");
    let works = std::fs::read(works).expect("works");
    let cited = ["@article{light2002", "@article{rahman2018", "@article{maskell2015"];
    let works = String::from_utf8(works).expect("UTF-8");
    let works: Vec<&str> =
        works.lines().filter(|line| cited.iter().any(|key| line.starts_with(key))).collect();
    let picture = std::fs::read(root().join("tests/fixtures/guide/sources/line.png"));
    let manifest = format!(
        "title: T\ncitation-style: {style}\nbooks:\n  - name: b\nhandouts: []\ndecks:\n  - name: d\n"
    );
    build_memory(&[
        ("recto.yaml", manifest.as_bytes()),
        ("sources/t.md", PLACES.as_bytes()),
        ("sources/a.png", &picture.expect("a picture")),
        ("sources/works.bib", works.join("\n").as_bytes()),
    ])
}

#[test]
fn citations_stand_everywhere_in_all_outputs() {
    for (style, page, cards) in [
        ("vancouver", "vancouver.xhtml", "vancouver.csv"),
        ("ama", "ama.xhtml", "ama.csv"),
        ("chicago-notes", "chicago-notes.xhtml", "chicago-notes.csv"),
        ("apa", "apa.xhtml", "apa.csv"),
        ("alphanumeric", "alphanumeric.xhtml", "alphanumeric.csv"),
    ] {
        let outcome = places(style);
        let artifact = |ending: &str| {
            let found =
                outcome.built.artifacts.iter().find(|one| one.path.to_string().ends_with(ending));
            found.map(|one| one.bytes.clone())
        };
        let (pdf, epub, notes) = (artifact("b.pdf"), artifact(".epub"), artifact("notes.csv"));
        let told = messages(outcome.diagnostics, &outcome.sources);
        assert!(told.is_empty(), "{style}: {told}");
        assert!(pdf.is_some_and(|pdf| pdf.starts_with(b"%PDF")));
        let files = crate::epub::unpack(&epub.expect("a book"));
        let chapter = crate::epub::text(&files, "topic-t.xhtml");
        let body = chapter.split_once("<body").expect("a body").1;
        compare(&format!("resolve/citations/places/{page}"), body);
        let notes = String::from_utf8(notes.expect("notes")).expect("UTF-8");
        let rows: Vec<&str> = notes.lines().filter(|line| !line.starts_with('#')).collect();
        compare(&format!("resolve/citations/places/{cards}"), &rows.join("\n"));
    }
}

#[test]
fn the_guide_names_all_styles() {
    let path = root().join("docs/citations.md");
    let page = std::fs::read_to_string(&path).expect("the page");
    let (begin, end) = ("<!-- styles -->\n", "<!-- end of styles -->");
    let (before, rest) = page.split_once(begin).expect("a table of styles");
    let (table, after) = rest.split_once(end).expect("the end of the table");
    let mut expected = String::from("\n| Style | Names |\n|:--|:--|\n");
    for (title, names) in resolve::style_names() {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        writeln!(expected, "| {title} | {} |", names.join(", ")).expect("a string");
    }
    expected.push('\n');
    if std::env::var_os("UPDATE").is_some() {
        let page = format!("{before}{begin}{expected}{end}{after}");
        std::fs::write(&path, page).expect("the page can be written");
        return;
    }
    assert_eq!(table, expected, "UPDATE=1 writes the table");
}

#[test]
fn the_forms_in_the_guide_are_citations() {
    let page = std::fs::read_to_string(root().join("docs/citations.md")).expect("the page");
    let (_, rest) = page.split_once("`sources/cited.md`:\n\n````markdown\n").expect("an example");
    let (text, _) = rest.split_once("````").expect("its end");
    let works = "@book{light2002, title = {A}, author = {B}, year = {2001}}\n\
                 @book{moskowitz1973, title = {C}, author = {D}, year = {1973}}";
    let edition = edition(topic("vancouver", "en", text, works.as_bytes()));
    assert_eq!(edition.citations.len(), 9);
}

/// Values that are not what they should be.
const ODD: [&str; 26] = [
    "-",
    "--",
    "1--",
    "--2",
    "100--9",
    "A1--A",
    "99999999999--1",
    "S1--S2, S5",
    "٣--٥",
    "1–2–3",
    "0",
    "-5",
    "½",
    "e101",
    "iv--vi",
    "?!",
    "...",
    "“”",
    "(",
    "ß",
    "é́",
    "שלום",
    "😀",
    "\u{10fffd}",
    "1st",
    "a b c",
];

#[test]
fn odd_works_are_no_trouble_to_any_style() {
    let mut works = String::new();
    let mut text = String::new();
    for (at, odd) in ODD.iter().enumerate() {
        let next = ODD[(at + 7) % ODD.len()];
        write!(
            works,
            "@article{{w{at}, author = {{{odd}, {next} and {{{next}}}}}, title = {{{odd}}}, \
             journal = {{{next}}}, year = {{{}}}, volume = {{{odd}}}, number = {{{next}}}, \
             pages = {{{odd}}}}}\n@book{{b{at}, title = {{{next}}}, edition = {{{odd}}}, \
             volume = {{{next}}}, year = {{{}}}, author = {{{odd} and others}}}}\n",
            1990 + at % 3,
            1990 + at % 2,
        )
        .expect("a string");
        write!(
            text,
            "A [{odd} @w{at}, p. {next}; @b{at}, {odd}] and @w{at} [{next}; @b{at}{{{odd}}}].\n\n"
        )
        .expect("a string");
    }
    for (_, names) in resolve::style_names() {
        let read = topic(names[0], "en", &text, works.as_bytes());
        assert!(read.edition.is_some(), "{}", names[0]);
    }
}

/// Works that read alike where they are cited, though one has fewer names: what
/// tells them apart must not look for names that are not there.
#[test]
fn works_that_look_alike_are_no_trouble_to_any_style() {
    let works = "@misc{a, title = {Nature}, year = {2001}}\n\
                 @misc{b, author = {{Nature}}, title = {Nature}, year = {2001}}\n\
                 @misc{c, author = {Nature, A.}, title = {Nature}, year = {2001}}\n\
                 @misc{d, author = {Nature, A. and Nature, A.}, title = {Nature}, year = {2001}}\n\
                 @book{e, editor = {Nature, A. and Other, B. and Third, C. and Fourth, D.}, \
                 title = {Nature}, year = {2001}}\n\
                 @book{f, author = {Nature, A. and others}, title = {Nature}, year = {2001}}\n\
                 @book{g, author = {Nature, A. and Other, B. and others}, title = {Nature}, \
                 year = {2001}}\n@book{h, title = {Nature et al.}, year = {2001}}\n";
    let text = "[@a; @b; @c; @d]. [@e; @f; @g; @h]. @a, @b, @c, @d, @e, @f, @g, @h. \
                [@h; @a]. [@b]. [@c; @d]. [@e; @f].\n";
    for (_, names) in resolve::style_names() {
        let read = topic(names[0], "en", text, works.as_bytes());
        assert!(read.edition.is_some(), "{}", names[0]);
    }
}

/// Where "et al." is nothing, "Smith" may be one author or three.
#[test]
fn a_style_without_et_al_is_no_trouble() {
    let style = r#"<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
        <info><title>B</title><id>b</id><updated>2026-01-01T00:00:00+00:00</updated></info>
        <locale xml:lang="en"><terms><term name="et-al"></term></terms></locale>
        <citation et-al-min="2" et-al-use-first="1" disambiguate-add-names="true"
          disambiguate-add-givenname="true" givenname-disambiguation-rule="by-cite">
        <layout prefix="(" suffix=")" delimiter="; "><names variable="author">
        <name form="short"/><et-al term="et-al"/></names></layout></citation></style>"#;
    let works = "@book{a, author={Smith, A.}, title={x}, date={2001}}\n\
                 @book{b, author={Smith, A. and Doe, B. and Roe, C.}, title={y}, date={2001}}\n";
    let read = read(&[
        ("recto.yaml", b"citation-style: b.csl\n"),
        ("b.csl", style.as_bytes()),
        ("sources/w.bib", works.as_bytes()),
        ("sources/t.md", b"---\ntitle: t\n---\n\n[@a; @b]\n"),
    ]);
    let edition = read.edition.expect("an edition");
    let topic = &edition.topics[0];
    let lines: Vec<String> = paragraphs(topic).map(|block| paragraph(block, &edition)).collect();
    assert_eq!(lines, ["(Smith; Smith, Doe)"]);
}

#[test]
fn three_hundred_works_of_one_year_have_letters() {
    let works: String = (0..300)
        .map(|at| {
            format!("@book{{k{at}, author = {{Smith, J.}}, title = {{T{at}}}, year = {{2001}}}}\n")
        })
        .collect();
    let text: String = (0..300).map(|at| format!("A [@k{at}]. ")).collect();
    let edition = edition(topic("apa", "en", &text, works.as_bytes()));
    assert_eq!(edition.references[0].items.len(), 300);
}
