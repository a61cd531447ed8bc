//! Decoding a mapping key by key.

use super::{Node, Value};
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::source::{Span, Spanned};

/// The keys of a mapping that have not been asked for yet.
///
/// Ask for every known key, then call [`Fields::finish`]: what is left over is
/// unknown, and is reported with the near miss among what was asked for.
#[derive(Debug)]
pub struct Fields {
    entries: Vec<(Spanned<String>, Node)>,
    asked: Vec<&'static str>,
    /// The place of the mapping, for keys that are missing.
    pub span: Span,
}

/// How many keys most mappings may have.
const USUAL_KEYS: usize = 12;

impl Fields {
    /// Takes a mapping apart; anything else is reported, and taken as empty.
    pub fn new(node: Node, what: &str, diagnostics: &mut Diagnostics) -> Self {
        let span = node.span;
        let entries = expect_mapping(node, what, diagnostics).unwrap_or_default();
        Self { entries, asked: Vec::with_capacity(USUAL_KEYS), span }
    }

    /// Returns the value of a key, if it is there and not `null`.
    pub fn take(&mut self, key: &'static str) -> Option<Node> {
        self.take_entry(key).map(|(_, node)| node)
    }

    /// Returns a key with its place, and its value.
    pub fn take_entry(&mut self, key: &'static str) -> Option<(Spanned<String>, Node)> {
        self.asked.push(key);
        let at = self.entries.iter().position(|(written, _)| written.value == key)?;
        let entry = self.entries.remove(at);
        (entry.1.value != Value::Null).then_some(entry)
    }

    /// Returns the place of a key that is there, and was not asked for yet.
    pub fn place(&self, key: &str) -> Option<Span> {
        self.entries.iter().find(|(written, _)| written.value == key).map(|(key, _)| key.span)
    }

    /// Returns the text of a key.
    pub fn text(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Spanned<String>> {
        let node = self.take(key)?;
        expect_text(node, key, diagnostics)
    }

    /// Returns the text of a key that must be there.
    pub fn required_text(
        &mut self,
        key: &'static str,
        what: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Spanned<String>> {
        let node = self.required(key, what, diagnostics)?;
        expect_text(node, key, diagnostics)
    }

    /// Returns the value of a key that must be there.
    pub fn required(
        &mut self,
        key: &'static str,
        what: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Node> {
        let found = self.take(key);
        if found.is_none() {
            diagnostics.push(
                Diagnostic::error(Code::MissingKey, format!("{what} has no `{key}`"))
                    .at(self.span)
                    .hint(format!("add `{key}: …`")),
            );
        }
        found
    }

    /// Returns the items of a key's list; a lone value is a list of one.
    pub fn list(&mut self, key: &'static str) -> Vec<Node> {
        match self.take(key) {
            None => Vec::new(),
            Some(Node { value: Value::List(items), .. }) => items,
            Some(node) => vec![node],
        }
    }

    /// Returns the texts of a key's list; a lone text is a list of one.
    pub fn texts(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Spanned<String>> {
        self.list(key).into_iter().filter_map(|node| expect_text(node, key, diagnostics)).collect()
    }

    /// Returns whether a key is `true`.
    pub fn flag(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> bool {
        self.flag_or(key, false, diagnostics)
    }

    /// Returns whether a key is `true`; `default` if it is not there.
    pub fn flag_or(
        &mut self,
        key: &'static str,
        default: bool,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        self.maybe_flag(key, diagnostics).unwrap_or(default)
    }

    /// Returns whether a key is `true`, if it is there.
    pub fn maybe_flag(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<bool> {
        let node = self.take(key)?;
        if let Value::Bool(value) = node.value {
            return Some(value);
        }
        diagnostics.push(wrong_type(&node, key, "`true` or `false`"));
        None
    }

    /// Returns all entries that were not asked for: for mappings whose keys are
    /// the author's names.
    pub fn rest(&mut self) -> Vec<(Spanned<String>, Node)> {
        std::mem::take(&mut self.entries)
    }

    /// Returns what a key of another program is called here.
    fn other_name(&self, written: &str) -> Option<String> {
        let (_, ours) = OTHER_NAMES
            .iter()
            .find(|(theirs, ours)| *theirs == written && self.asked.contains(ours))?;
        Some(format!("it is called `{ours}` here"))
    }

    /// Reports what was not asked for.
    pub fn finish(self, what: &str, diagnostics: &mut Diagnostics) {
        for (key, _) in &self.entries {
            let hint = near_miss(&key.value, self.asked.iter().copied())
                .or_else(|| self.other_name(&key.value))
                .unwrap_or_else(|| format!("the keys of {what} are: {}", self.asked.join(", ")));
            diagnostics.push(
                Diagnostic::error(
                    Code::UnknownKey,
                    format!("unknown key `{}` in {what}", key.value),
                )
                .at(key.span)
                .hint(hint),
            );
        }
    }
}

/// What Pandoc, Quarto and others call our keys.
const OTHER_NAMES: [(&str, &str); 16] = [
    ("language", "lang"),
    ("keywords", "tags"),
    ("categories", "tags"),
    ("abstract", "summary"),
    ("description", "summary"),
    ("csl", "citation-style"),
    ("style", "citation-style"),
    ("bib", "bibliography"),
    ("nocite", "references"),
    ("src", "image"),
    ("path", "image"),
    ("question", "front"),
    ("answer", "back"),
    ("title", "heading"),
    ("body", "text"),
    ("content", "text"),
];

/// Returns the text of a node; numbers and booleans are taken as written only
/// by their value, so a version like `1.10` needs quotes.
pub fn expect_text(
    node: Node,
    what: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<String>> {
    match node.value {
        Value::Text(text) => Some(Spanned::new(text, node.span)),
        Value::Number(number) => Some(Spanned::new(number.to_string(), node.span)),
        Value::Null => Some(Spanned::new(String::new(), node.span)),
        Value::Bool(_) | Value::List(_) | Value::Mapping(_) => {
            diagnostics.push(wrong_type(&node, what, "text"));
            None
        }
    }
}

/// Returns the items of a list.
pub fn expect_list(node: Node, what: &str, diagnostics: &mut Diagnostics) -> Option<Vec<Node>> {
    match node.value {
        Value::List(items) => Some(items),
        Value::Null => Some(Vec::new()),
        _ => {
            diagnostics.push(wrong_type(&node, what, "a list"));
            None
        }
    }
}

/// Returns the entries of a mapping.
pub fn expect_mapping(
    node: Node,
    what: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<(Spanned<String>, Node)>> {
    match node.value {
        Value::Mapping(entries) => Some(entries),
        Value::Null => Some(Vec::new()),
        _ => {
            diagnostics.push(wrong_type(&node, what, "a mapping of keys and values"));
            None
        }
    }
}

fn wrong_type(node: &Node, what: &str, wanted: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code::InvalidValue,
        format!("`{what}` should be {wanted}, but is {}", node.value.kind()),
    )
    .at(node.span);
    if matches!(node.value, Value::Mapping(_)) && wanted == "text" {
        return diagnostic.hint("put text that holds a colon in quotes");
    }
    diagnostic
}
