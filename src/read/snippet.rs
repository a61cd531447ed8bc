//! A piece of Markdown, and where each of its bytes stands in its file.

use comrak::nodes::Sourcepos;

use crate::source::{FileId, Span};
use crate::yaml::OffsetMap;

/// A piece of Markdown: the body of a file, or a text in YAML.
pub(super) struct Snippet<'a> {
    /// The text as the parser gets it.
    pub(super) text: &'a str,
    file: FileId,
    map: OffsetMap,
    line_starts: Vec<usize>,
    /// How many bytes at the start are ours, not the author's.
    lead: usize,
}

impl<'a> Snippet<'a> {
    /// Takes a text whose bytes stand in `file` where `map` says, after `lead`
    /// bytes that the author did not write.
    pub(super) fn new(text: &'a str, file: FileId, map: OffsetMap, lead: usize) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| {
            **byte == b'\n' || (**byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
        });
        let line_starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { text, file, map, line_starts, lead }
    }

    /// Returns the bytes of the text that a node covers.
    pub(super) fn range(&self, position: Sourcepos) -> (usize, usize) {
        let offset = |line: usize, column: usize| {
            let start = self.line_starts.get(line.saturating_sub(1)).copied();
            (start.unwrap_or(self.text.len()) + column).min(self.text.len())
        };
        let start = offset(position.start.line, position.start.column.saturating_sub(1));
        let end = offset(position.end.line, position.end.column).max(start);
        (self.text.floor_char_boundary(start), self.text.ceil_char_boundary(end))
    }

    /// Returns the span in the file that a node covers.
    pub(super) fn span(&self, position: Sourcepos) -> Span {
        let (start, end) = self.range(position);
        self.span_of(start, end)
    }

    /// Returns the span in the file of a range of the text.
    pub(super) fn span_of(&self, start: usize, end: usize) -> Span {
        let at = |offset: usize| self.map.file_offset(offset.saturating_sub(self.lead));
        // The end is mapped through the last byte, for what follows may stand
        // on another line of the file.
        let last = if end > start { at(end - 1) + 1 } else { at(start) };
        Span::new(self.file, at(start), last)
    }

    /// Returns the part from `start` to `end` as a snippet of its own.
    pub(super) fn part(&self, start: usize, end: usize) -> Snippet<'a> {
        let text = self.text.get(start..end).unwrap_or_default();
        Snippet::new(text, self.file, self.map.offset_by(start.saturating_sub(self.lead)), 0)
    }

    /// Returns the map of a part of the text that starts at `start`: for YAML
    /// in a fenced block. The part may lack indentation that the text has.
    pub(super) fn map_of(&self, part: &str, start: usize, end: usize) -> OffsetMap {
        let raw = self.text.get(start..end).unwrap_or("");
        if raw.starts_with(part) {
            return self.map.offset_by(start.saturating_sub(self.lead));
        }
        OffsetMap::align_through(part, raw, &|at| {
            self.map.file_offset((start + at).saturating_sub(self.lead))
        })
    }

    /// Returns the span of the last `key=…` in the first line of a node; of the
    /// node, if it is not there.
    pub(super) fn attribute(&self, key: &str, position: Sourcepos) -> Span {
        let (start, end) = self.range(position);
        let line = self.text.get(start..end).unwrap_or("").lines().next().unwrap_or("");
        let Some(at) = line.rfind(&format!("{key}=")) else { return self.span_of(start, end) };
        let rest = &line[at..];
        let length = rest.find(|c: char| c.is_whitespace() || c == '}').unwrap_or(rest.len());
        self.span_of(start + at, start + at + length)
    }

    /// Finds `needle` in the range at or after `from`; returns its start.
    pub(super) fn find(&self, needle: &str, from: usize, end: usize) -> Option<usize> {
        self.text.get(from..end)?.find(needle).map(|at| from + at)
    }
}
