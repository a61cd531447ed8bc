//! Citations in the text, style by style: cases in `suite/resolve/citations/`.
//!
//! A case begins with the styles, and perhaps a language; each line after is a
//! paragraph of one topic. The reference has each line as it was typed, and
//! below it as each style prints it: `*italic*`, `^raised^`, and notes in
//! `⟨1: …⟩`.

use std::fmt::Write as _;
use std::time::Instant;

use recto::diag::Diagnostics;
use recto::files::MemoryFiles;
use recto::model::{Block, CitationPart, Edition, Inline, Topic, plain_text};
use recto::pipeline;
use recto::resolve;
use recto::source::{ProjectPath, Sources};

use crate::case::{compare, files_below, messages, request, root};

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
        compare(&format!("resolve/citations/{name}"), &case(&text, &works));
    }
}

/// Works enough to be slow with, if anything is: authors and years recur.
fn many_works(count: usize) -> String {
    let mut out = String::new();
    for at in 0..count {
        let (family, other, year) = (at * 7 % 97, at * 13 % 89, 1990 + at * 5 % 30);
        write!(
            out,
            "@article{{w{at}, author = {{Family{family}, Ann and Other{other}, Bob and Third, C.}}, \
             title = {{Title {at} of it}}, journal = {{Journal {}}}, year = {{{year}}}, \
             volume = {{{at}}}, pages = {{{at}--{}}}}}\n",
            at % 20,
            at + 5,
        )
        .expect("a string");
    }
    out
}

#[test]
fn many_citations_take_no_time() {
    let each = (0..500).map(|at| format!("Word [@w{at}].\n\n")).collect::<String>();
    let often = (0..5000)
        .map(|at| format!("Word [@w{}, p. {at}; @w{}].\n\n", at % 50, at * 3 % 49))
        .collect::<String>();
    for style in ["apa", "vancouver", "chicago-notes", "chicago-author-date"] {
        for (text, works) in [(&each, 500), (&often, 50)] {
            let works = many_works(works);
            let topic = format!("---\ntitle: T\n---\n\n{text}");
            let manifest = format!("citation-style: {style}\nbooks:\n  - name: b\n");
            let mut memory = MemoryFiles::default();
            for (path, text) in
                [("recto.yaml", &manifest), ("sources/t.md", &topic), ("sources/w.bib", &works)]
            {
                memory.insert(ProjectPath::new(path).expect("a path"), text.as_bytes());
            }
            let mut diagnostics = Diagnostics::default();
            let mut sources = Sources::default();
            let loaded = pipeline::load(&memory, &request(), &mut sources, &mut diagnostics)
                .expect("readable files")
                .expect("a project");
            let start = Instant::now();
            let editions = pipeline::book_editions(&loaded, &mut diagnostics);
            let time = start.elapsed();
            assert!(editions[0].citations.len() >= 500);
            // Optimized, it takes a tenth of a second; what is quadratic, minutes.
            assert!(time.as_secs() < 20, "{style}: {time:?}");
            println!("{style} {} {time:?}", editions[0].citations.len());
        }
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
        assert!(shown.iter().all(|item| item.len() > 20), "{}: {shown:#?}", names[0]);
        assert!(shown.len() == 6 || names[0] == "alphanumeric", "{}: {shown:#?}", names[0]);
    }
    assert!(!report.contains("  and") && !report.contains(" ."), "{report}");
    compare("resolve/citations/archive.txt", &report);
}
