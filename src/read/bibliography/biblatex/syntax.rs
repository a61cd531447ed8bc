//! The text of a `.bib` file to entries and their fields, as they are written.
//!
//! A mistake costs the entry that it is in, and no other: reading goes on where
//! the next line begins with an `@`. So that a brace that is never closed takes
//! no entry with it, no value reaches beyond such a line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::source::{FileId, Span};

/// An entry, such as `@book{light2002, title = {…}}`.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    /// The word behind the `@`, in small letters.
    pub kind: String,
    /// Where it stands.
    pub kind_at: Range<usize>,
    /// The key; empty if there is none.
    pub key: &'a str,
    /// Where it stands.
    pub key_at: Range<usize>,
    /// The fields, in their order.
    pub fields: Vec<Field<'a>>,
    /// Whether all of it could be read.
    pub is_whole: bool,
}

/// A field and its value.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    /// Its name, in small letters.
    pub name: String,
    /// Where the name stands.
    pub name_at: Range<usize>,
    /// Its value, without the braces or quotation marks around it.
    pub value: Cow<'a, str>,
    /// Where the value stands.
    pub at: Range<usize>,
    /// Whether each byte of the value stands in the file as far behind the
    /// first one: the value has one piece.
    pub is_exact: bool,
}

impl Field<'_> {
    /// Returns where a part of the value stands; the whole where that is not
    /// known.
    pub(super) fn part(&self, range: Range<usize>) -> Range<usize> {
        match self.is_exact {
            true => self.at.start + range.start..self.at.start + range.end,
            false => self.at.clone(),
        }
    }
}

/// Reads a file. `abbreviations` are those of files before it, and get its own.
pub(super) fn read<'a>(
    text: &'a str,
    file: FileId,
    abbreviations: &mut BTreeMap<String, String>,
    diagnostics: &mut Diagnostics,
) -> Vec<Entry<'a>> {
    let mut reader = Reader {
        text,
        file,
        at: 0,
        value_end: 0,
        limit: text.len(),
        comments: text.len().saturating_mul(4),
        abbreviations,
        diagnostics,
    };
    let mut entries = Vec::new();
    while let Some(start) = reader.next_entry() {
        reader.at = start;
        reader.limit = next_line_of_entry(text, start + 1);
        match reader.entry() {
            Some(entry) => entries.push(entry),
            // What could not be read was told of.
            None => reader.at = reader.at.max(start + 1),
        }
    }
    entries
}

/// Returns where the next line begins an entry: `@`, a word, and a brace.
fn next_line_of_entry(text: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('@')) {
        let start = at + found;
        let before = text[..start].trim_end_matches([' ', '\t']);
        if (before.is_empty() || before.ends_with(['\n', '\r'])) && opens(&text[start..]) {
            return start;
        }
        at = start + 1;
    }
    text.len()
}

/// Tells whether this is the beginning of an entry.
fn opens(text: &str) -> bool {
    let word = text[1..].trim_start_matches(|c: char| c.is_ascii_alphabetic());
    word.len() + 1 < text.len() && word.trim_start_matches([' ', '\t']).starts_with(['{', '('])
}

struct Reader<'a, 'd> {
    text: &'a str,
    file: FileId,
    at: usize,
    /// Where the last value ends.
    value_end: usize,
    /// Where the next entry begins, at the latest.
    limit: usize,
    /// How many bytes may yet be looked at for the ends of comments: each that
    /// is not closed is looked for up to the end of the file.
    comments: usize,
    abbreviations: &'d mut BTreeMap<String, String>,
    diagnostics: &'d mut Diagnostics,
}

impl<'a> Reader<'a, '_> {
    /// Returns where the next entry begins. What stands between entries is a
    /// comment.
    fn next_entry(&self) -> Option<usize> {
        let mut at = self.at;
        while let Some(found) = self.text.get(at..)?.find('@') {
            let start = at + found;
            if opens(&self.text[start..]) {
                return Some(start);
            }
            at = start + 1;
        }
        None
    }

    /// What is left, up to the next entry.
    fn rest(&self) -> &'a str {
        self.text.get(self.at..self.limit).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    /// Skips white space, and comments of lines.
    fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            if self.peek() != Some('%') {
                return;
            }
            self.take_while(|c| c != '\n');
        }
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    fn error(&mut self, message: String, at: Range<usize>, hint: &str) {
        let span = self.span(at);
        self.diagnostics
            .push(Diagnostic::error(Code::BrokenBibliography, message).at(span).hint(hint));
    }

    /// Reads from an `@`. `None` for what is no entry, or none that has a key.
    fn entry(&mut self) -> Option<Entry<'a>> {
        self.at += 1;
        let kind_start = self.at;
        let kind = self.take_while(|c| c.is_ascii_alphabetic()).to_ascii_lowercase();
        let kind_at = kind_start..self.at;
        self.skip_space();
        let close = if self.eat('{') { '}' } else { ')' };
        if close == ')' {
            self.eat('(');
        }
        match kind.as_str() {
            "comment" => {
                self.skip_comment();
                return None;
            }
            "preamble" => {
                self.skip_preamble();
                return None;
            }
            "string" => {
                self.string(close);
                return None;
            }
            _ => {}
        }
        self.skip_space();
        let key_start = self.at;
        let key = self.take_while(|c| !matches!(c, ',' | '{' | '}' | '"' | '=' | '\n' | '\r'));
        // A key in parentheses ends with them, too.
        let key = match (close, key.find(')')) {
            (')', Some(end)) => &key[..end],
            _ => key,
        };
        let key = key.trim_end();
        self.at = key_start + key.len();
        let key_at = key_start..self.at;
        let mut entry = Entry { kind, kind_at, key, key_at, fields: Vec::new(), is_whole: true };
        self.skip_space();
        if self.peek() == Some('=') {
            // The first field stands where the key should.
            let first = key.find(char::is_whitespace).unwrap_or(0);
            entry.key = &key[..first];
            entry.key_at.end = key_start + first;
            self.at = entry.key_at.end;
            if first > 0 {
                self.no_comma_behind_key(&entry);
                entry.is_whole = false;
            }
        } else if !self.eat(',') && self.peek() != Some(close) {
            if self.peek().is_some_and(|c| c.is_alphabetic()) {
                self.no_comma_behind_key(&entry);
                entry.is_whole = false;
            } else {
                self.error(
                    "this work is not closed".into(),
                    entry.kind_at.start - 1..entry.key_at.end,
                    "a work looks like `@book{light2002, title = {…}, date = {2001}}`",
                );
                entry.is_whole = false;
                self.at = self.limit;
                return Some(entry);
            }
        }
        let is_whole = self.fields(close, &mut entry);
        entry.is_whole &= is_whole;
        self.tell_of_fields_behind();
        Some(entry)
    }

    /// Tells of fields behind the end of an entry, which a brace too many makes
    /// comments.
    fn tell_of_fields_behind(&mut self) {
        let rest = self.rest().trim_start_matches([' ', '\t', '\r', '\n', ',', '}']);
        let start = self.limit - rest.len();
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        if name.is_empty() || !behind.trim_start_matches([' ', '\t']).starts_with('=') {
            return;
        }
        let span = self.span(start..start + end);
        self.diagnostics.push(
            Diagnostic::warning(
                Code::BibliographyField,
                format!("the field `{}` stands behind the end of its work", shortened(name)),
            )
            .at(span)
            .hint("a brace before it is one too many"),
        );
    }

    fn no_comma_behind_key(&mut self, entry: &Entry) {
        self.error(
            "there is no comma behind the key of this work".into(),
            entry.key_at.clone(),
            "write one, as in `@book{light2002, title = {…}}`",
        );
    }

    /// Reads fields up to the end of the entry, and tells whether they are all
    /// right. After a mistake that hides where the next field is, nothing more of
    /// the entry is read.
    fn fields(&mut self, close: char, entry: &mut Entry<'a>) -> bool {
        self.try_fields(close, entry).unwrap_or_else(|| {
            self.at = self.limit;
            false
        })
    }

    fn try_fields(&mut self, close: char, entry: &mut Entry<'a>) -> Option<bool> {
        let mut is_whole = true;
        loop {
            self.skip_space();
            if self.eat(close) {
                return Some(is_whole);
            }
            if self.eat(',') {
                continue;
            }
            let name_start = self.at;
            let name = self.take_while(is_name);
            let name_at = name_start..self.at;
            if name.is_empty() {
                let start = entry.kind_at.start - 1;
                match self.peek() {
                    None => self.error(
                        "this work is not closed".into(),
                        start..entry.key_at.end,
                        &format!("write `{close}` behind its last field"),
                    ),
                    Some(c) => self.error(
                        format!("`{}` stands where a field should", c.escape_default()),
                        self.at..self.at + c.len_utf8(),
                        "a field looks like `title = {…},`",
                    ),
                }
                return None;
            }
            self.skip_space();
            if !self.eat('=') {
                self.error(
                    format!("the field `{}` has no value", shortened(name)),
                    name_at,
                    "a field looks like `title = {…},`",
                );
                return None;
            }
            let (value, at, is_exact) = self.value(name, name_at.clone())?;
            let name = name.to_ascii_lowercase();
            entry.fields.push(Field { name, name_at, value, at, is_exact });
            self.skip_space();
            if !self.eat(',') && self.peek().is_some_and(is_name) {
                let field = entry.fields.last().map_or("", |field| field.name.as_str());
                let message = format!("there is no comma behind the field `{field}`");
                let end = self.value_end;
                let last = self.text.floor_char_boundary(end.saturating_sub(1));
                self.error(message, last..end, "write one behind its value");
                is_whole = false;
            }
        }
    }

    /// Reads a value: pieces with `#` between them.
    fn value(
        &mut self,
        name: &str,
        name_at: Range<usize>,
    ) -> Option<(Cow<'a, str>, Range<usize>, bool)> {
        let mut value: Option<(Cow<'a, str>, Range<usize>, bool)> = None;
        loop {
            self.skip_space();
            let start = self.at;
            let (piece, at, is_exact) = match self.peek() {
                Some('{') => (Cow::Borrowed(self.braced(name)?), start + 1..self.at - 1, true),
                Some('"') => (Cow::Borrowed(self.quoted(name)?), start + 1..self.at - 1, true),
                Some(c) if is_name(c) => {
                    let word = self.take_while(is_name);
                    let at = start..self.at;
                    if word.bytes().all(|byte| byte.is_ascii_digit()) {
                        (Cow::Borrowed(word), at, true)
                    } else {
                        (Cow::Owned(self.abbreviation(word, at.clone())), at, false)
                    }
                }
                _ => {
                    self.error(
                        format!("the field `{}` has no value", shortened(name)),
                        name_at,
                        "a field looks like `title = {…},`",
                    );
                    return None;
                }
            };
            value = Some(match value {
                None => (piece, at, is_exact),
                Some((before, first, _)) => {
                    (Cow::Owned(format!("{before}{piece}")), first.start..at.end, false)
                }
            });
            self.value_end = self.at;
            self.skip_space();
            if !self.eat('#') {
                return value;
            }
        }
    }

    /// Reads a value in braces.
    fn braced(&mut self, name: &str) -> Option<&'a str> {
        let start = self.at;
        match closing_brace(self.rest()) {
            Some(end) => {
                self.at += end + 1;
                Some(&self.text[start + 1..start + end])
            }
            None => {
                self.error(
                    format!("the value of `{}` is not closed", shortened(name)),
                    start..start + 1,
                    "write a `}` for each `{`",
                );
                None
            }
        }
    }

    /// Reads a value in quotation marks, which may have others in braces.
    fn quoted(&mut self, name: &str) -> Option<&'a str> {
        let start = self.at;
        let mut depth = 0_usize;
        let mut escaped = false;
        for (at, byte) in self.rest().bytes().enumerate().skip(1) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                b'"' if depth == 0 => {
                    self.at += at + 1;
                    return Some(&self.text[start + 1..start + at]);
                }
                _ => {}
            }
        }
        self.error(
            format!("the value of `{}` is not closed", shortened(name)),
            start..start + 1,
            "write a quotation mark behind it, or put it into braces",
        );
        None
    }

    /// Returns what an abbreviation stands for.
    fn abbreviation(&mut self, word: &str, at: Range<usize>) -> String {
        let folded = word.to_ascii_lowercase();
        if let Some(text) = self.abbreviations.get(&folded) {
            return text.clone();
        }
        if let Some(month) = MONTHS.iter().find(|month| month[..3].eq_ignore_ascii_case(word)) {
            return (*month).to_owned();
        }
        let known = self.abbreviations.keys().map(String::as_str);
        let hint = near_miss(&folded, known).unwrap_or_else(|| {
            format!("put the value into braces, or write `@string{{{word} = …}}` before")
        });
        let span = self.span(at);
        self.diagnostics.push(
            Diagnostic::warning(
                Code::BibliographyField,
                format!("`{}` is no abbreviation that is known here", shortened(word)),
            )
            .at(span)
            .hint(hint),
        );
        word.to_owned()
    }

    /// Reads `@string{name = value}`.
    fn string(&mut self, close: char) {
        let start = self.at;
        let mut entry = Entry {
            kind: String::new(),
            kind_at: start..start,
            key: "",
            key_at: start..start,
            fields: Vec::new(),
            is_whole: true,
        };
        self.fields(close, &mut entry);
        for field in entry.fields {
            self.abbreviations.insert(field.name, field.value.into_owned());
        }
    }

    /// Skips the text of a preamble, which is for TeX.
    fn skip_preamble(&mut self) {
        // The brace itself was taken.
        self.at -= 1;
        match closing_brace(self.rest()) {
            Some(end) => self.at += end + 1,
            None => self.at = self.limit,
        }
    }

    /// Skips a comment, which may hold entries. One that is not closed is only
    /// its line.
    fn skip_comment(&mut self) {
        self.at -= 1;
        let rest = &self.text[self.at..];
        let looked = rest.len().min(self.comments);
        let end = rest.get(..looked).and_then(closing_brace);
        self.comments -= end.unwrap_or(looked);
        match end {
            Some(end) => self.at += end + 1,
            None => self.at += rest.find('\n').unwrap_or(rest.len()),
        }
    }
}

/// Returns where the first brace of a text is closed. Braces behind a backslash
/// count as all others do: for BibTeX, too.
fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// Tells whether a character may be of the name of a field or abbreviation.
fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '+' | '.' | '/' | '\'' | '*' | '!' | '&')
}

/// Returns a word for a message.
fn shortened(word: &str) -> &str {
    word.char_indices().nth(60).map_or(word, |(end, _)| &word[..end])
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
