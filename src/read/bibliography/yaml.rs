//! Bibliographies in YAML: CSL's, as Pandoc has it, or Hayagriva's.

use super::csl::{self, Manner};
use super::hayagriva;
use crate::diag::Diagnostics;
use crate::model::Bibliography;
use crate::source::FileId;
use crate::yaml::{self, Node, OffsetMap, Value};

/// Reads a file.
pub(super) fn read(
    text: &str,
    file: FileId,
    bibliography: &mut Bibliography,
    diagnostics: &mut Diagnostics,
) {
    let map = OffsetMap::shifted(0);
    let Some(node) = yaml::parse_content(text, file, &map, diagnostics) else {
        bibliography.is_partial = true;
        return;
    };
    match is_csl(&node) {
        true => csl::read_items(node, Manner::Yaml, bibliography, diagnostics),
        false => hayagriva::read(node, bibliography, diagnostics),
    }
}

/// Tells CSL's items from Hayagriva's entries: they stand in a list.
fn is_csl(node: &Node) -> bool {
    match &node.value {
        Value::Mapping(entries) => entries.iter().any(|(key, value)| {
            key.value == "references" && matches!(value.value, Value::List(_) | Value::Null)
        }),
        _ => true,
    }
}

/// Tells whether a text is a bibliography and can be no topic, whatever may be
/// wrong with it: a topic has a title, so it has a key with a text behind it.
/// Here, `references` is the only key, or all keys have nothing behind them and
/// below them a type that Hayagriva knows.
pub(super) fn is_bibliography(text: &str) -> bool {
    let mut lines = text.trim_start_matches('\u{feff}').lines().filter(|line| says(line));
    let Some(first) = lines.next() else { return false };
    if key_without_value(first) == Some("references") {
        return lines.all(|line| line.starts_with([' ', '\t', '-', ']']));
    }
    // Whether the entry that is being gone through has its type.
    let mut has_type = key_without_value(first).is_none();
    if has_type {
        return false;
    }
    for line in lines {
        if line.starts_with(' ') {
            has_type |= is_type(line);
        } else if !has_type || key_without_value(line).is_none() {
            return false;
        } else {
            has_type = false;
        }
    }
    has_type
}

/// Tells whether a line has content.
fn says(line: &str) -> bool {
    let trimmed = line.trim();
    !(trimmed.is_empty() || trimmed.starts_with('#') || matches!(line.trim_end(), "---" | "..."))
}

/// Returns the key of a line that begins with one, and has nothing else.
fn key_without_value(line: &str) -> Option<&str> {
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    let key = line.strip_suffix(':')?;
    let key = key.trim_matches(['"', '\'']);
    (!key.is_empty() && !key.starts_with(['-', '?']) && !key.contains([' ', '{', '[']))
        .then_some(key)
}

fn is_type(line: &str) -> bool {
    let value = line.trim_start().strip_prefix("type:");
    value.is_some_and(|value| {
        let value = value.split(" #").next().unwrap_or(value);
        hayagriva::is_kind(value.trim().trim_matches(['"', '\'']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bibliographies_are_told_from_topics() {
        for text in [
            "references:\n- id: a\n  type: book\n",
            "---\n# Works\nreferences:\n  - id: a\n...\n",
            "light-2002:\n  type: Article\n  title: x\nb: # two\n    title: y\n    type: book\n",
        ] {
            assert!(is_bibliography(text), "{text}");
        }
        for text in [
            "",
            "title: x\nreferences:\n- id: a\n",
            "references:\n- id: a\ntitle: x\n",
            "references: [light2002]\n",
            "titel: x\n",
            "sections:\n- heading: x\n",
            "sections:\n  - heading: x\n    type: book\ntitle: x\n",
            "banner:\n  image: x.jpg\ntitel: x\n",
            "a:\n  type: article\nb:\n  title: x\n",
            "a:\n  type: unheard-of\n",
            "- type: book\n",
        ] {
            assert!(!is_bibliography(text), "{text}");
        }
    }
}
