//! Texts, and places in them.
//!
//! Knows: text and byte ranges. Must not know: YAML, Markdown, the disk.
//!
//! Every message that Recto prints points at a [`Span`]: a range of bytes in a
//! file. Lines and columns are computed only when a message is shown, so that
//! nothing in between has to keep them right.

use std::fmt;
use std::sync::OnceLock;

/// A file that was read, as an index into [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes in a file: `start..end`, never characters or lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file that the range lies in.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one; equals `start` for a place between bytes.
    pub end: u32,
}

impl Span {
    /// Returns the span of `start..end` in `file`; an end before the start is
    /// taken as the start.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let start = to_u32(start);
        Self { file, start, end: to_u32(end).max(start) }
    }

    /// Returns the smallest span that covers both; they must be in one file.
    pub fn to(self, other: Self) -> Self {
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// Sources above four gigabytes are refused when read, so this saturates only
/// on ranges that no source can have.
fn to_u32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// A value and the place where it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Puts a value and its place together.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// Returns the same place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: f(self.value), span: self.span }
    }
}

/// A path relative to the project's root: forward slashes, no `.` or `..`
/// component, never absolute, never out of the root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectPath(String);

impl ProjectPath {
    /// Returns the path written as `text`, relative to the root.
    ///
    /// # Errors
    /// A sentence that says what is wrong: absolute, empty, out of the root, or
    /// with a character that some file system cannot hold.
    pub fn new(text: &str) -> Result<Self, String> {
        Self::resolve(None, text)
    }

    /// Returns the path written as `text` in a file that lies in the folder of
    /// `self`.
    ///
    /// # Errors
    /// As [`ProjectPath::new`].
    pub fn sibling(&self, text: &str) -> Result<Self, String> {
        Self::resolve(self.folder(), text)
    }

    fn resolve(base: Option<&str>, text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("the path is empty".into());
        }
        if text.contains(['\\', '\0']) || text.chars().any(char::is_control) {
            return Err(format!(
                "the path `{}` has a character that paths here cannot have (use forward slashes)",
                text.escape_default()
            ));
        }
        if text.starts_with('/') || text.as_bytes().get(1) == Some(&b':') {
            return Err(format!(
                "the path `{text}` is absolute; paths are relative to the file that names them"
            ));
        }
        let mut parts: Vec<&str> = base.map(|base| base.split('/').collect()).unwrap_or_default();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    if parts.pop().is_none() {
                        return Err(format!("the path `{text}` leads out of the project"));
                    }
                }
                part => parts.push(part),
            }
        }
        if parts.is_empty() {
            return Err(format!("the path `{text}` names no file"));
        }
        Ok(Self(parts.join("/")))
    }

    /// Returns the path of `name` below this one; `name` is one component that
    /// a file system gave, so it needs no checking.
    pub(crate) fn child(&self, name: &str) -> Self {
        Self(format!("{}/{name}", self.0))
    }

    /// Returns the whole path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the last component.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Returns the last component without its extension.
    pub fn stem(&self) -> &str {
        let name = self.name();
        name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
    }

    /// Returns the extension in lower case, without the dot; empty if none.
    pub fn extension(&self) -> String {
        self.name().rsplit_once('.').map(|(_, ext)| ext.to_ascii_lowercase()).unwrap_or_default()
    }

    /// Returns the folder, or `None` for a file in the root.
    pub fn folder(&self) -> Option<&str> {
        self.0.rsplit_once('/').map(|(folder, _)| folder)
    }
}

impl fmt::Display for ProjectPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All texts that were read, so that spans can be shown.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

#[derive(Debug)]
struct Source {
    path: ProjectPath,
    text: String,
    /// Computed when the first message is shown: most files have none.
    index: OnceLock<LineIndex>,
}

/// Where lines start, and how many characters stand before every so many bytes:
/// a line may be as long as the file, and each message asks for a column.
#[derive(Debug)]
struct LineIndex {
    line_starts: Vec<u32>,
    counts: Vec<u32>,
}

/// How many bytes are counted anew for each column.
const STEP: usize = 1024;

impl LineIndex {
    fn new(text: &str) -> Self {
        let mut line_starts = vec![0];
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            // A lone carriage return ends a line too, as in Markdown and YAML.
            let ends = *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            if ends {
                line_starts.push(to_u32(at + 1));
            }
        }
        let mut counts = vec![0];
        let mut total = 0;
        for piece in bytes.chunks(STEP) {
            total += characters(piece);
            counts.push(to_u32(total));
        }
        Self { line_starts, counts }
    }

    /// Returns how many characters stand before the byte at `offset`.
    fn characters(&self, text: &str, offset: usize) -> usize {
        // A byte order mark is not a character that an editor shows.
        let mark = if text.starts_with('\u{feff}') && offset > 0 { 1 } else { 0 };
        let step = offset / STEP;
        let rest = text.as_bytes().get(step * STEP..offset).unwrap_or_default();
        self.counts[step] as usize + characters(rest) - mark
    }
}

/// Counts the bytes that begin a character.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// A place as people count it: both numbers start at 1, the column counts
/// characters (Unicode scalar values), a tab as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Sources {
    /// Keeps a text and returns its id.
    pub fn add(&mut self, path: ProjectPath, text: String) -> FileId {
        self.files.push(Source { path, text, index: OnceLock::new() });
        FileId(to_u32(self.files.len() - 1))
    }

    /// Returns the paths of all texts, in their order.
    pub fn paths(&self) -> impl Iterator<Item = &ProjectPath> {
        self.files.iter().map(|source| &source.path)
    }

    /// Returns all texts.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|source| source.text.as_str())
    }

    /// Returns the text of a file.
    pub fn text(&self, file: FileId) -> &str {
        &self.file(file).text
    }

    /// Returns the path of a file.
    pub fn path(&self, file: FileId) -> &ProjectPath {
        &self.file(file).path
    }

    /// Returns what was written at `span`; empty if the span is out of bounds.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Returns the span within the bounds of its text, and between characters: a
    /// place in a quoted YAML text is near, not exact.
    pub fn fit(&self, span: Span) -> Span {
        let text = self.text(span.file);
        let start = text.floor_char_boundary(span.start as usize);
        Span::new(span.file, start, text.ceil_char_boundary(span.end as usize).max(start))
    }

    /// Returns the line and column of the byte `offset` in `file`.
    pub fn position(&self, file: FileId, offset: u32) -> Position {
        let source = self.file(file);
        let index = source.index.get_or_init(|| LineIndex::new(&source.text));
        let line = index.line_starts.partition_point(|start| *start <= offset) - 1;
        let start = index.line_starts[line] as usize;
        let end = (offset as usize).min(source.text.len());
        let before = index.characters(&source.text, end) - index.characters(&source.text, start);
        Position { line: line + 1, column: before + 1 }
    }

    fn file(&self, file: FileId) -> &Source {
        self.files.get(file.0 as usize).expect("a FileId is only made by Sources::add")
    }
}

/// Tells whether a text matches a pattern, in which `*` stands for any
/// characters: how paths and names are chosen wherever they are.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_paths_and_names() {
        let path = "sources/old/chest-effusion.md";
        for pattern in ["*", "sources/*", "*/chest-*", path, "*old*", "s*c*t*f*.md"] {
            assert!(matches(pattern, path), "{pattern}");
        }
        for pattern in ["", "sources", "old/*", "*.yaml", "x*", "sources/old/chest-effusion.md*x"] {
            assert!(!matches(pattern, path), "{pattern}");
        }
    }

    #[test]
    fn paths_stay_in_the_project() {
        let topic = ProjectPath::new("sources/chest/emh.md").expect("a plain path");
        assert_eq!(
            topic.sibling("../images/a.jpg").expect("inside").as_str(),
            "sources/images/a.jpg"
        );
        assert!(topic.sibling("../../../etc/passwd").is_err());
        assert!(topic.sibling("/etc/passwd").is_err());
        assert!(topic.sibling("C:/x").is_err());
        assert!(topic.sibling("a\\b").is_err());
        assert_eq!(topic.stem(), "emh");
        assert_eq!(topic.extension(), "md");
    }

    #[test]
    fn columns_count_characters() {
        let mut sources = Sources::default();
        let path = ProjectPath::new("a.md").expect("a plain path");
        let file = sources.add(path, "\u{feff}é漢x\r\ny\rz".into());
        let at = |offset| {
            let position = sources.position(file, offset);
            (position.line, position.column)
        };
        assert_eq!(at(3), (1, 1));
        assert_eq!(at(5), (1, 2));
        assert_eq!(at(8), (1, 3));
        assert_eq!(at(11), (2, 1));
        assert_eq!(at(13), (3, 1));
    }
}
