//! What is wanted and what is printed, made alike.
//!
//! What layouts do, Recto's own do: numbers in a margin, blocks, indents. So the
//! text and its dress are compared, without the elements around it.

use recto::model::{Edition, Inline};

use crate::case::{Case, Mode};

/// Returns what a test wants.
pub(crate) fn wanted(case: &Case) -> Vec<String> {
    let lines = case.result.lines().map(str::trim).filter(|line| !line.is_empty());
    match case.mode {
        Mode::Citation => lines
            .map(|line| {
                let line = if case.marked {
                    line.split_once("] ").map_or(line, |(_, text)| text)
                } else {
                    line
                };
                entities(line)
            })
            .collect(),
        Mode::Bibliography => {
            let text: String = case.result.lines().map(str::trim).collect::<Vec<_>>().join(" ");
            let entries = text.split("<div class=\"csl-entry\">").skip(1);
            entries.map(|entry| spaced(&entities(&without_blocks(entry)))).collect()
        }
    }
}

/// Returns what Recto prints.
pub(crate) fn printed(case: &Case, edition: &Edition) -> Vec<String> {
    match case.mode {
        Mode::Citation => edition
            .citations
            .values()
            .map(|citation| {
                let parts = citation.prose.iter().chain(&citation.parts);
                parts.map(|part| html(&part.content)).collect::<String>().trim().to_owned()
            })
            .collect(),
        Mode::Bibliography => edition
            .references
            .iter()
            .flat_map(|list| &list.items)
            .map(|item| {
                let label = item.label.clone().unwrap_or_default();
                spaced(&format!("{label} {}", html(&item.content)))
            })
            .collect(),
    }
}

fn html(inlines: &[Inline]) -> String {
    let within = |tag: &str, inner: &[Inline]| format!("<{tag}>{}</{tag}>", html(inner));
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) => text.clone(),
            Inline::Emphasis(inner) => within("i", inner),
            Inline::Strong(inner) => within("b", inner),
            Inline::Superscript(inner) => within("sup", inner),
            Inline::Subscript(inner) => within("sub", inner),
            Inline::SmallCaps(inner) => {
                format!("<span style=\"font-variant:small-caps;\">{}</span>", html(inner))
            }
            Inline::Link(link) => html(&link.content),
            other => format!("{other:?}"),
        })
        .collect()
}

fn entities(text: &str) -> String {
    let pairs = [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Takes out the elements that stand for blocks.
fn without_blocks(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("<div").into_iter().chain(rest.find("</div>")).min() {
        out.push_str(&rest[..at]);
        out.push(' ');
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        rest = &rest[end..];
    }
    out + rest
}

fn spaced(text: &str) -> String {
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
