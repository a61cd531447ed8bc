//! Citations in the text, style by style: cases in `suite/resolve/citations/`.
//!
//! A case begins with the styles, and perhaps a language; each line after is a
//! paragraph of one topic. The reference has each line as it was typed, and
//! below it as each style prints it: `*italic*`, `^raised^`, and notes in
//! `⟨1: …⟩`.

use recto::model::{Block, CitationPart, Edition, Inline, Topic, plain_text};

use crate::case::{Outcome, build_memory, compare, files_below, messages, root};

/// Builds a topic of one text in a style.
pub(crate) fn build(style: &str, language: &str, text: &str, works: &[u8]) -> Outcome {
    let manifest =
        format!("title: T\nlang: {language}\ncitation-style: {style}\nbooks:\n  - name: b\n");
    let topic = format!("---\ntitle: T\nid: t\n---\n\n{text}\n");
    build_memory(&[
        ("recto.yaml", manifest.as_bytes()),
        ("sources/t.md", topic.as_bytes()),
        ("sources/works.bib", works),
    ])
}

/// Returns the edition of a build without errors.
pub(crate) fn edition(mut outcome: Outcome) -> Edition {
    let edition = outcome.editions.pop();
    edition.unwrap_or_else(|| panic!("{}", messages(outcome.diagnostics, &outcome.sources)))
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
        .map(|style| (*style, edition(build(style, language, &body, works))))
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
