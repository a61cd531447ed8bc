//! JSON to the tree that YAML makes, too.
//!
//! What is JSON is YAML, but bibliographies in JSON are large and the YAML
//! parser is made for front matter. This one knows nothing of what is in a
//! file; it goes through it once.

use std::collections::BTreeMap;

use memchr::{memchr, memchr3};

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Span, Spanned};
use crate::yaml::{Node, Value};

/// A text that was read.
pub(super) struct Parsed {
    /// What is in it, unless it was a list, whose items were given away. Of a
    /// broken one, what is whole and stands before the break.
    pub(super) node: Option<Node>,
    /// Whether there may be more than could be read.
    pub(super) is_partial: bool,
}

/// How many mistakes of a file are worth reading.
const MAX_REPORTS: usize = 100;

/// How many keys most works have at most, and how deep those stand; what is
/// within them has few.
const USUAL_KEYS: usize = 12;
const WORK_DEPTH: usize = 2;

/// How many keys of a mapping are looked through for another of the same name.
/// Those after them are found by a tree.
const MAX_COMPARED: usize = 32;

/// How deep lists and mappings may be nested.
const MAX_DEPTH: usize = 64;

/// Reads a text. A comma that is missing or that is one too many is reported,
/// and reading goes on; anything else that is wrong ends it.
///
/// The items of a list are given to `each` one by one: a bibliography has
/// thousands, and most of what reading costs is room for their trees.
pub(super) fn parse(
    text: &str,
    file: FileId,
    diagnostics: &mut Diagnostics,
    each: &mut dyn FnMut(Node, &mut Diagnostics),
) -> Parsed {
    let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader { text, at, file, depth: 0, reports: 0, broken: false, diagnostics };
    reader.skip_space();
    let node = match reader.peek() {
        Some(b'[') => {
            reader.items(each);
            None
        }
        _ => reader.value(),
    };
    reader.skip_space();
    if !reader.broken && reader.at < text.len() {
        let (start, end) = (reader.at, reader.at + 1);
        reader.fail::<()>(
            start,
            end,
            "there is more after the end",
            "delete what follows, or put all works into one list: `[…, …]`",
        );
    }
    Parsed { node, is_partial: reader.broken }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    file: FileId,
    depth: usize,
    /// How many mistakes were reported.
    reports: usize,
    /// Whether something ended the reading.
    broken: bool,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, self.text.ceil_char_boundary(end.min(self.text.len())))
    }

    /// Reports what does not end the reading, unless there was too much of it.
    fn report(&mut self, start: usize, end: usize, what: &str, hint: &str) {
        self.reports += 1;
        self.broken |= self.reports == MAX_REPORTS;
        let message = format!("this is not valid JSON ({what})");
        let span = self.span(start, end);
        self.diagnostics
            .push(Diagnostic::error(Code::BrokenBibliography, message).at(span).hint(hint));
    }

    /// Reports what ends the reading; returns `None` for its callers.
    fn fail<T>(&mut self, start: usize, end: usize, what: &str, hint: &str) -> Option<T> {
        if !self.broken {
            self.report(start, end, what, hint);
        }
        self.broken = true;
        None
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Option<Node> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => {
                let text = self.string()?;
                Some(Node { value: Value::Text(text.value), span: text.span })
            }
            Some(open @ (b'[' | b'{')) => {
                if self.depth == MAX_DEPTH {
                    let what = format!("it is nested more than {MAX_DEPTH} levels deep");
                    return self.fail(start, start + 1, &what, "take levels out");
                }
                self.at += 1;
                self.depth += 1;
                let value = if open == b'[' { self.list(start) } else { self.mapping(start) };
                self.depth -= 1;
                Some(Node { value: value?, span: self.span(start, start + 1) })
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => self.word(),
            None => {
                self.fail(start, start, "the file ends here", "write the rest, or export it anew")
            }
        }
    }

    /// Reads the list that is the whole text, and gives its items away.
    fn items(&mut self, each: &mut dyn FnMut(Node, &mut Diagnostics)) {
        let start = self.at;
        self.at += 1;
        self.depth += 1;
        let mut is_first = true;
        while self.more(b']', is_first, start) {
            let Some(item) = self.value() else { break };
            each(item, self.diagnostics);
            is_first = false;
        }
        self.depth -= 1;
    }

    /// Reads the rest of a list. One that breaks off has the items before.
    fn list(&mut self, start: usize) -> Option<Value> {
        let mut items = Vec::new();
        while self.more(b']', items.is_empty(), start) {
            match self.value() {
                Some(item) => items.push(item),
                None => break,
            }
        }
        Some(Value::List(items))
    }

    /// Reads the rest of a mapping. One that breaks off is none, but for that
    /// round the whole.
    fn mapping(&mut self, start: usize) -> Option<Value> {
        let usual = if self.depth == WORK_DEPTH { USUAL_KEYS } else { 2 };
        let mut entries: Vec<(Spanned<String>, Node)> = Vec::with_capacity(usual);
        let mut others: BTreeMap<String, Span> = BTreeMap::new();
        while self.more(b'}', entries.is_empty(), start) {
            let Some((key, value)) = self.entry() else { break };
            let compared = entries.iter().take(MAX_COMPARED).map(|(known, _)| known);
            let same = compared.into_iter().find(|known| known.value == key.value);
            let same = same.map(|known| known.span).or_else(|| others.get(&key.value).copied());
            match same {
                Some(before) => {
                    self.reports += 1;
                    self.broken |= self.reports == MAX_REPORTS;
                    self.diagnostics.push(
                        Diagnostic::error(
                            Code::BrokenBibliography,
                            format!("the key `{}` is written twice", key.value),
                        )
                        .at(key.span)
                        .hint_at(before, "first written here")
                        .hint("delete one of them"),
                    );
                }
                None => {
                    if entries.len() >= MAX_COMPARED {
                        others.insert(key.value.clone(), key.span);
                    }
                    entries.push((key, value));
                }
            }
        }
        (!self.broken || self.depth == 1).then_some(Value::Mapping(entries))
    }

    fn entry(&mut self) -> Option<(Spanned<String>, Node)> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return self.fail(
                start,
                self.end_of_word(start),
                "a key should stand here",
                "put the key in double quotes: `\"title\": …`",
            );
        }
        let key = self.string()?;
        self.skip_space();
        if self.peek() != Some(b':') {
            let (start, end) = (key.span.start as usize, key.span.end as usize);
            return self.fail(
                start,
                end,
                "there is no colon after this key",
                "write `\"key\": value`; a quotation mark within a text is written `\\\"`",
            );
        }
        self.at += 1;
        self.skip_space();
        let value = self.value()?;
        Some((key, value))
    }

    /// Goes to the next item of what began at `start`; `false` at its end.
    fn more(&mut self, close: u8, is_first: bool, start: usize) -> bool {
        if self.broken {
            return false;
        }
        let end_before = self.at;
        self.skip_space();
        let mut comma = None;
        if self.peek() == Some(b',') {
            comma = Some(self.at);
            self.at += 1;
            self.skip_space();
        }
        match (self.peek(), comma) {
            (None, _) => {
                let end = self.span(start, start + 1).end as usize;
                let what = "this bracket is never closed";
                let hint =
                    "close it where its content ends; if the file was cut off, export it anew";
                self.fail::<()>(start, end, what, hint);
                false
            }
            (Some(byte), comma) if byte == close => {
                self.at += 1;
                if let Some(at) = comma {
                    self.report(
                        at,
                        at + 1,
                        "there is nothing after this comma",
                        "delete the comma",
                    );
                }
                false
            }
            (Some(byte @ (b']' | b'}')), _) => {
                let at = self.at;
                let what = format!("this should be `{}`", char::from(close));
                let hint = format!("close what was opened before you write `{}`", char::from(byte));
                self.fail::<()>(at, at + 1, &what, &hint);
                false
            }
            (Some(b'/'), _) => {
                let at = self.at;
                self.fail::<()>(at, at + 2, "JSON has no comments", "delete the comment");
                false
            }
            (Some(_), None) if !is_first => {
                // What follows must be something that could follow a comma.
                let starts = matches!(self.peek(), Some(b'"' | b'{' | b'[' | b'-' | b'0'..=b'9'));
                if starts && self.at > end_before {
                    let what = "there is no comma between two values";
                    self.report(
                        end_before.saturating_sub(1),
                        end_before,
                        what,
                        "write a comma after this",
                    );
                    return true;
                }
                let at = self.at;
                self.fail::<()>(
                    at,
                    self.end_of_word(at),
                    "a comma or the end should stand here",
                    "write a comma between two values; a quotation mark within a text is written `\\\"`",
                );
                false
            }
            (Some(_), Some(at)) if is_first => {
                self.fail::<()>(
                    at,
                    at + 1,
                    "there is nothing before this comma",
                    "delete the comma",
                );
                false
            }
            (Some(_), _) => true,
        }
    }

    /// Reads a text in quotes; its span holds the quotes.
    fn string(&mut self) -> Option<Spanned<String>> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut text = String::new();
        let mut from = start + 1;
        loop {
            let rest = bytes.get(from..).unwrap_or_default();
            let Some(length) = memchr3(b'"', b'\\', b'\n', rest) else { break };
            let length = memchr(b'\r', &rest[..length]).unwrap_or(length);
            text.push_str(&self.text[from..from + length]);
            let at = from + length;
            match bytes[at] {
                b'"' => {
                    self.at = at + 1;
                    return Some(Spanned::new(text, Span::new(self.file, start, at + 1)));
                }
                b'\\' => from = self.escape(at, &mut text)?,
                _ => break,
            }
        }
        let line = self.text[start..].lines().next().unwrap_or_default();
        self.fail(
            start,
            start + line.len(),
            "this text has no closing quote on its line",
            "close the quote where the text ends; a line break within a text is written `\\n`",
        )
    }

    /// Reads what a backslash begins; returns where it ends.
    fn escape(&mut self, at: usize, text: &mut String) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let simple = match bytes.get(at + 1) {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            // No output can hold them, and texts that were taken from pages
            // have them for line breaks.
            Some(b'b' | b'f') => ' ',
            Some(b'u') => return self.unicode_escape(at, text),
            _ => {
                return self.fail(at, at + 2, "no such escape", "a backslash is written `\\\\`");
            }
        };
        text.push(simple);
        Some(at + 2)
    }

    fn unicode_escape(&mut self, at: usize, text: &mut String) -> Option<usize> {
        let unit = |at: usize| {
            let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
            let valid = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            u32::from_str_radix(digits, 16).ok().filter(|_| valid)
        };
        let Some(first) = unit(at) else {
            return self.fail(
                at,
                at + 2,
                "no such escape",
                "write four hexadecimal digits after `\\u`",
            );
        };
        let second = unit(at + 6).filter(|second| (0xdc00..0xe000).contains(second));
        let (code, end) = match (first, second) {
            (0xd800..0xdc00, Some(second)) => {
                (0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00), at + 12)
            }
            _ => (first, at + 6),
        };
        match char::from_u32(code) {
            Some(c) if c.is_control() && !matches!(c, '\t' | '\n' | '\r') => text.push(' '),
            Some(c) => text.push(c),
            None => {
                let hint = "write both halves, or the character itself";
                self.report(at, at + 6, "this is half of a character", hint);
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        Some(end)
    }

    fn number(&mut self) -> Option<Node> {
        let start = self.at;
        let end = self.end_of_word(start);
        let raw = &self.text[start..end];
        self.at = end;
        let digits = raw.strip_prefix('-').unwrap_or(raw);
        let leading_zero =
            digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
        let value: Option<f64> = raw.parse().ok().filter(|number: &f64| number.is_finite());
        let Some(value) = value.filter(|_| !leading_zero && !raw.ends_with('.')) else {
            return self.fail(start, end, "this is no number", "put it in double quotes");
        };
        let span = self.span(start, end);
        // "1.10" is a version, not 1.1.
        let value = if value.to_string() == raw {
            Value::Number(value)
        } else {
            Value::Text(raw.to_owned())
        };
        Some(Node { value, span })
    }

    fn word(&mut self) -> Option<Node> {
        let start = self.at;
        let end = self.end_of_word(start);
        let value = match &self.text[start..end] {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            other => {
                let hint = match other {
                    "None" | "NaN" | "undefined" => "write `null`",
                    "True" => "write `true`",
                    "False" => "write `false`",
                    _ if other.starts_with('\'') => "JSON takes double quotes: `\"…\"`",
                    _ if other.starts_with("//") || other.starts_with("/*") => {
                        "delete the comment; JSON has none"
                    }
                    _ => "put text in double quotes",
                };
                return self.fail(start, end, "a value should stand here", hint);
            }
        };
        self.at = end;
        Some(Node { value, span: self.span(start, end) })
    }

    /// Returns where the word at a place ends; it has one character at least.
    fn end_of_word(&self, start: usize) -> usize {
        let rest = &self.text[start..];
        let ends =
            |c: char| c.is_whitespace() || matches!(c, ',' | ':' | '"' | '[' | ']' | '{' | '}');
        let length = rest.find(ends).unwrap_or(rest.len());
        let first = rest.chars().next().map_or(0, char::len_utf8);
        start + length.max(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{ProjectPath, Sources};

    fn read(text: &str) -> (Option<Value>, Vec<(String, u32, u32)>) {
        let mut sources = Sources::default();
        let file = sources.add(ProjectPath::new("x.json").expect("a path"), text.to_owned());
        let mut diagnostics = Diagnostics::default();
        let mut items = Vec::new();
        let parsed = parse(text, file, &mut diagnostics, &mut |item, _| items.push(item));
        let is_list = text.trim_start_matches('\u{feff}').trim_start().starts_with('[');
        let found = diagnostics.sorted().into_iter().map(|diagnostic| {
            let Some(crate::diag::Place::Span(span)) = diagnostic.place else { panic!("no place") };
            (diagnostic.message, span.start, span.end)
        });
        let value = parsed.node.map(|node| node.value);
        (value.or(is_list.then_some(Value::List(items))), found.collect())
    }

    fn value(text: &str) -> Value {
        let (value, found) = read(text);
        assert_eq!(found, [], "{text}");
        value.expect("a value")
    }

    #[test]
    fn values() {
        assert_eq!(value("\u{feff} null "), Value::Null);
        assert_eq!(value("-12.5"), Value::Number(-12.5));
        assert_eq!(value("1.10"), Value::Text("1.10".into()));
        assert_eq!(value("1e3"), Value::Text("1e3".into()));
        assert_eq!(value(r#""a\n\"\u00e9\ud83d\ude00\/""#), Value::Text("a\n\"é😀/".into()));
        assert_eq!(value(r#""a\u0007b\f""#), Value::Text("a b ".into()));
        assert_eq!(value("[]"), Value::List(Vec::new()));
        assert_eq!(value("{ }"), Value::Mapping(Vec::new()));
    }

    #[test]
    fn commas_are_mended() {
        let (value, found) = read(r#"[{"a": 1 "b": 2,}, "c",]"#);
        let Some(Value::List(items)) = value else { panic!("a list") };
        assert_eq!(items.len(), 2);
        let places: Vec<_> = found.iter().map(|(_, start, end)| (*start, *end)).collect();
        assert_eq!(places, [(7, 8), (15, 16), (22, 23)]);
    }

    #[test]
    fn breaks_are_told_once_and_at_their_place() {
        let cases = [
            (r#"[{"a": 1}, {"b": "x}]"#, 17, 21),
            (r#"[{"a": 1}, {b: 2}]"#, 12, 13),
            (r#"[{"a" 1}]"#, 2, 5),
            (r#"[{"a": 01}]"#, 7, 9),
            (r#"[{"a": 'x'}]"#, 7, 10),
            (r#"[1] 2"#, 4, 5),
            (r#"[{"a": [1}]"#, 9, 10),
            (r#"{"a": "x"#, 6, 8),
            ("[1, 2", 0, 1),
            ("[, 1]", 1, 2),
            (r#"["\x"]"#, 2, 4),
            ("", 0, 0),
        ];
        for (text, start, end) in cases {
            let (_, found) = read(text);
            let places: Vec<_> = found.iter().map(|(_, start, end)| (*start, *end)).collect();
            assert_eq!(places, [(start, end)], "{text}: {found:?}");
        }
        let (value, _) = read(r#"[{"a": 1}, {"b": x}]"#);
        let Some(Value::List(items)) = value else { panic!("a list") };
        assert_eq!(items.len(), 1, "what is before the break is kept");
    }

    #[test]
    fn messages_are_bounded() {
        let (_, found) = read(&format!("[{}]", "1 ".repeat(10_000)));
        assert_eq!(found.len(), MAX_REPORTS);
        let (_, found) = read(&format!("{{{}}}", "\"a\": 1, ".repeat(10_000)));
        assert_eq!(found.len(), MAX_REPORTS);
    }

    #[test]
    fn depth_is_bounded() {
        let (_, found) = read(&"[".repeat(100_000));
        assert_eq!(found.len(), 1);
        assert!(found[0].0.contains("64 levels"), "{found:?}");
    }
}
