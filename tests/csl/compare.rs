//! What is wanted and what is printed, made alike.
//!
//! What layouts do, Recto's own do: numbers in a margin, blocks, indents. So the
//! text and its dress are compared, without the elements around it.

use recto::model::{Edition, Inline};

use crate::case::{Case, Mode};

/// Returns what a test wants.
pub(crate) fn wanted(case: &Case) -> Vec<String> {
    match case.mode {
        Mode::Citation => lines(&case.result, case, |line| match case.marked {
            true => line.split_once("] ").map_or(line, |(_, text)| text),
            false => line,
        }),
        Mode::Bibliography => {
            let text: String = case.result.lines().map(str::trim).collect::<Vec<_>>().join(" ");
            let entries = text.split("<div class=\"csl-entry\">").skip(1);
            entries.map(|entry| spaced(&dressed(&entities(&without_blocks(entry))))).collect()
        }
    }
}

/// Returns what Recto prints.
pub(crate) fn printed(case: &Case, edition: &Edition) -> Vec<String> {
    match case.mode {
        Mode::Citation => {
            let citations = edition.citations.values().map(|citation| {
                let parts = citation.prose.iter().chain(&citation.parts);
                parts.map(|part| html(&part.content)).collect::<String>()
            });
            lines(&citations.collect::<Vec<_>>().join("\n"), case, |line| line)
        }
        Mode::Bibliography => edition
            .references
            .iter()
            .flat_map(|list| &list.items)
            .map(|item| {
                let label = item.label.clone().unwrap_or_default();
                spaced(&dressed(&format!("{label} {}", html(&item.content))))
            })
            .collect(),
    }
}

fn lines(text: &str, case: &Case, strip: impl Fn(&str) -> &str) -> Vec<String> {
    let is_note = case.style.contains("class=\"note\"");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let line = spaced(&dressed(&entities(strip(line))));
            // Recto's notes begin with a capital and end with a period: they are
            // sentences.
            if is_note { sentence(&line) } else { line }
        })
        .collect()
}

fn sentence(line: &str) -> String {
    let mut letters = line.trim_end_matches('.').chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns letters with signs for their dress, so that it does not matter how
/// elements are nested.
fn dressed(text: &str) -> String {
    let mut out = String::new();
    let mut open: Vec<(String, Vec<char>)> = Vec::new();
    let mut last: Vec<char> = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let tag = rest.strip_prefix('<').and_then(|tag| tag.split_once('>')).map(|(tag, _)| tag);
        if let Some(tag) = tag {
            let mut now = open.last().map_or_else(Vec::new, |(_, dress)| dress.clone());
            let name = tag.split(' ').next().unwrap_or_default().to_owned();
            let known = matches!(name.as_str(), "i" | "b" | "sup" | "sub" | "span");
            if known {
                let sign = match tag {
                    "i" => Some(('/', true)),
                    "b" => Some(('*', true)),
                    "sup" => Some(('^', true)),
                    "sub" => Some(('~', true)),
                    tag if tag.contains("font-variant:small-caps") => Some(('$', true)),
                    tag if tag.contains("font-variant:normal") => Some(('$', false)),
                    tag if tag.contains("font-style:normal") => Some(('/', false)),
                    tag if tag.contains("font-weight:normal") => Some(('*', false)),
                    tag if tag.contains("baseline") => Some(('^', false)),
                    _ => None,
                };
                if let Some((sign, on)) = sign {
                    now.retain(|other| *other != sign);
                    now.extend(on.then_some(sign));
                    now.sort_unstable();
                }
                open.push((name, now));
                rest = &rest[tag.len() + 2..];
                continue;
            }
            if let Some(name) = tag.strip_prefix('/')
                && open.last().is_some_and(|(opened, _)| opened == name)
            {
                open.pop();
                rest = &rest[tag.len() + 2..];
                continue;
            }
        }
        let now = open.last().map_or_else(Vec::new, |(_, dress)| dress.clone());
        if !letter.is_whitespace() && now != last {
            out.push('{');
            out.extend(&now);
            out.push('}');
            last = now;
        }
        out.push(letter);
        rest = &rest[letter.len_utf8()..];
    }
    // A sign before a space stands after it.
    out
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
