//! YAML to a tree of nodes, each with its place in the file.
//!
//! Does: parses, and decodes keys with messages that name the key, its place
//! and the near miss. Knows: the YAML crate, places, messages. Must not know:
//! what any key means, the model, the disk.
//!
//! Typed deserialization would stop at the first mistake and lose the places
//! under half of serde's attributes. A tree that is decoded by hand reports
//! every mistake in a file, at its key.

mod decode;
mod offset;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

pub use decode::{Fields, expect_list, expect_mapping, expect_text};
pub use offset::OffsetMap;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Span, Spanned};

/// A node and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it holds.
    pub value: Value,
    /// Its place: exact for a scalar, the opening for a list or mapping.
    pub span: Span,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and values, in the file's order; no key twice.
    Mapping(Vec<(Spanned<String>, Node)>),
}

impl Value {
    /// Returns what messages call such a value.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Mapping(_) => "a mapping",
        }
    }
}

/// Parses `text`, whose bytes stand in `file` where `map` says. A text without
/// any node is an empty mapping. Returns `None` after a message if it is not
/// YAML.
pub fn parse(
    text: &str,
    file: FileId,
    map: &OffsetMap,
    diagnostics: &mut Diagnostics,
) -> Option<Node> {
    // A text of many short lines has many nodes; only aliases could make more
    // nodes than there are bytes, and those are what the bounds are against.
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: MAX_DEPTH,
            max_nodes: text.len().max(250_000),
            max_events: text.len().max(1_000_000),
        },
        // Found when the tree is made, where the first place is known.
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
    };
    match serde_saphyr::from_str_with_options::<serde_saphyr::Spanned<Raw>>(text, options) {
        Ok(raw) => {
            let mut node = place(raw, &|location| to_span(location, file, map), diagnostics);
            if node.value == Value::Null {
                node.value = Value::Mapping(Vec::new());
            }
            Some(node)
        }
        Err(error) => {
            diagnostics.push(explain(&error, text, file, map));
            None
        }
    }
}

/// How deep lists and mappings may be nested: the parser goes down by recursion,
/// and sections of sections are the deepest that anyone needs.
const MAX_DEPTH: usize = 64;

/// As [`parse`], for text that is to be printed: control characters that were
/// written as escapes are reported, for no output can hold them.
pub fn parse_content(
    text: &str,
    file: FileId,
    map: &OffsetMap,
    diagnostics: &mut Diagnostics,
) -> Option<Node> {
    let node = parse(text, file, map, diagnostics)?;
    refuse_controls(&node, diagnostics);
    Some(node)
}

/// Those that stand in the file as they are, its reader reports.
fn refuse_controls(node: &Node, diagnostics: &mut Diagnostics) {
    match &node.value {
        Value::Text(text) => {
            let forbidden = |c: &char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
            if let Some(c) = text.chars().find(forbidden) {
                diagnostics.push(
                    Diagnostic::error(
                        Code::UnreadableText,
                        format!("the control character U+{:04X} cannot be printed", c as u32),
                    )
                    .at(node.span)
                    .hint("delete it"),
                );
            }
        }
        Value::List(items) => items.iter().for_each(|item| refuse_controls(item, diagnostics)),
        Value::Mapping(entries) => {
            entries.iter().for_each(|(_, value)| refuse_controls(value, diagnostics));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn explain(error: &serde_saphyr::Error, text: &str, file: FileId, map: &OffsetMap) -> Diagnostic {
    let at = error.location().map_or(0, |location| byte_offset(&location, text)).min(text.len());
    let end = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
    // The crate's first line is the sentence; what follows is its own excerpt.
    let full = error.without_snippet().to_string();
    let sentence = full.lines().next().unwrap_or_default().trim_end_matches('.');
    let sentence = sentence.split(" at line ").next().unwrap_or(sentence);
    let span = Span::new(file, map.file_offset(at), map.file_offset(end));
    if sentence.contains("Depth {") || sentence.contains("recursion limit") {
        let message = format!("lists and mappings are nested more than {MAX_DEPTH} levels deep");
        return Diagnostic::error(Code::BrokenYaml, message)
            .at(span)
            .hint("close the brackets that were opened, or take levels out");
    }
    if sentence.contains("budget breached") {
        return Diagnostic::error(Code::BrokenYaml, "aliases make this YAML grow beyond bounds")
            .at(span)
            .hint("write out what the aliases (`*name`) stand for");
    }
    // What the author wrote may be in it, and may be long.
    let sentence = sentence.get(..sentence.floor_char_boundary(200)).unwrap_or(sentence);
    let diagnostic =
        Diagnostic::error(Code::BrokenYaml, format!("this is not valid YAML ({sentence})"))
            .at(span);
    if sentence.contains("mapping values") {
        return diagnostic.hint("put text that holds a colon in quotes");
    }
    if sentence.contains("unclosed quote") {
        return diagnostic.hint("close the quote where the text ends");
    }
    if sentence.contains("unclosed bracket") {
        return diagnostic.hint("close it, or put text that begins with it in quotes");
    }
    if sentence.contains("tab") {
        return diagnostic.hint("indent with spaces; YAML does not take tabs");
    }
    diagnostic.hint("look at this line and at the one before it")
}

/// Returns the byte that a location names. Errors carry a line and a column in
/// characters where they have no byte offset.
fn byte_offset(location: &serde_saphyr::Location, text: &str) -> usize {
    let number = |value: u64| usize::try_from(value).unwrap_or(0);
    let found = location.span().byte_offset().filter(|at| *at > 0).map(number);
    let at = found.unwrap_or_else(|| {
        let lines: usize = text
            .split_inclusive('\n')
            .take(number(location.line()).saturating_sub(1))
            .map(str::len)
            .sum();
        let line = text.get(lines..).unwrap_or("");
        let column = number(location.column()).saturating_sub(1);
        lines + line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
    });
    text.floor_char_boundary(at)
}

/// The tree as the YAML crate gives it, before places are turned into ours.
enum Raw {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<serde_saphyr::Spanned<Raw>>),
    Mapping(Vec<(serde_saphyr::Spanned<String>, serde_saphyr::Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Mapping(entries))
    }
}

/// Makes the tree, and reports keys that are there twice: the first one holds.
fn place(
    raw: serde_saphyr::Spanned<Raw>,
    span_of: &impl Fn(&serde_saphyr::Location) -> Span,
    diagnostics: &mut Diagnostics,
) -> Node {
    let span = span_of(&raw.referenced);
    let value = match raw.value {
        Raw::Null => Value::Null,
        Raw::Bool(value) => Value::Bool(value),
        Raw::Number(value) => Value::Number(value),
        Raw::Text(value) => Value::Text(value),
        Raw::List(items) => {
            Value::List(items.into_iter().map(|item| place(item, span_of, diagnostics)).collect())
        }
        Raw::Mapping(raw) => {
            let mut first: BTreeMap<String, Span> = BTreeMap::new();
            let mut entries = Vec::with_capacity(raw.len());
            for (key, value) in raw {
                let span = span_of(&key.referenced);
                let value = place(value, span_of, diagnostics);
                match first.entry(key.value.clone()) {
                    Entry::Vacant(slot) => {
                        slot.insert(span);
                        entries.push((Spanned::new(key.value, span), value));
                    }
                    Entry::Occupied(slot) => diagnostics.push(
                        Diagnostic::error(
                            Code::BrokenYaml,
                            format!("the key `{}` is written twice", key.value),
                        )
                        .at(span)
                        .hint_at(*slot.get(), "first written here")
                        .hint("delete one of them"),
                    ),
                }
            }
            Value::Mapping(entries)
        }
    };
    Node { value, span }
}

fn to_span(location: &serde_saphyr::Location, file: FileId, map: &OffsetMap) -> Span {
    let span = location.span();
    let number =
        |value: Option<u64>| value.and_then(|value| usize::try_from(value).ok()).unwrap_or(0);
    let start = number(span.byte_offset());
    Span::new(file, map.file_offset(start), map.file_offset(start + number(span.byte_len())))
}
