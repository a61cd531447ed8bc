//! Sources to the document model.
//!
//! Does: reads topics (Markdown and YAML) and bibliographies, and reports what
//! is wrong with them, at its place. Knows: the model, messages, places, YAML,
//! the Markdown parser, hayagriva's input formats. Must not know: any output,
//! numbers, whether a picture exists, the disk.
//!
//! Both spellings of a topic meet in [`topic`]: a Markdown file is front matter
//! and one text, a YAML file has its text in parts. All text goes through
//! [`markdown`].

mod bibliography;
mod callout;
mod card;
mod citation;
mod figure;
mod html;
mod inline;
mod kind;
mod locator;
mod markdown;
mod math;
mod passage;
mod reference;
mod snippet;
mod syntax;
mod topic;
mod typography;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use bibliography::{add_works, is_bibliography, read_bibliography};
pub(crate) use topic::{yaml_contributors, yaml_language};

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Controls, Language, NodeId, Topic};
use crate::source::{FileId, ProjectPath, Sources, Span, Spanned};
use crate::yaml::OffsetMap;

/// What holds for topics that do not say otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defaults {
    /// The language, which decides on quotation marks.
    pub language: Language,
    /// Whether typed quotation marks, dashes and dots become printed ones.
    pub smart: bool,
}

/// Reads a topic from a Markdown or YAML file. `None`, after messages, if the
/// file cannot be understood at all.
pub fn read_topic(
    path: &ProjectPath,
    bytes: Vec<u8>,
    defaults: &Defaults,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Arc<Topic>> {
    let file = add_text(path, bytes, sources, diagnostics)?;
    read_added(file, defaults, sources, diagnostics)
}

/// Reads a topic whose text is kept already: so many topics can be read side by
/// side.
pub fn read_added(
    file: FileId,
    defaults: &Defaults,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Arc<Topic>> {
    let (path, text) = (sources.path(file), sources.text(file));
    let defaults = defaults.clone();
    let mut found = Diagnostics::default();
    let mut ctx = Ctx {
        path,
        file,
        text,
        defaults,
        next: 0,
        refused: BTreeSet::new(),
        diagnostics: &mut found,
    };
    let topic = match path.extension().as_str() {
        "md" | "markdown" => topic::from_markdown(text, &mut ctx),
        _ => topic::from_yaml(text, &mut ctx),
    };
    found.fit(sources);
    diagnostics.append(found);
    topic.map(Arc::new)
}

/// Keeps the text of a file, if it is one: UTF-8, and without characters that
/// no output can hold.
pub fn add_text(
    path: &ProjectPath,
    bytes: Vec<u8>,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<FileId> {
    if bytes.len() > MAX_TEXT {
        let message = format!("this text is larger than {} MB", MAX_TEXT >> 20);
        diagnostics.push(
            Diagnostic::error(Code::UnreadableText, message)
                .in_file(path)
                .hint("split it into several topics"),
        );
        return None;
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
            let file = sources.add(path.clone(), before);
            let place = sources.position(file, u32::try_from(valid).unwrap_or(u32::MAX));
            diagnostics.push(
                Diagnostic::error(
                    Code::UnreadableText,
                    format!(
                        "this file is not UTF-8 (line {}, column {})",
                        place.line, place.column
                    ),
                )
                .in_file(path)
                .hint("save it with the encoding UTF-8"),
            );
            return None;
        }
    };
    let file = sources.add(path.clone(), text);
    let text = sources.text(file);
    let mut clean = true;
    if has_control(text.as_bytes()) {
        let forbidden = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
        for (at, c) in text.char_indices().filter(|(_, c)| forbidden(*c)).take(10) {
            clean = false;
            diagnostics.push(
                Diagnostic::error(
                    Code::UnreadableText,
                    format!("the control character U+{:04X} cannot be printed", c as u32),
                )
                .at(Span::new(file, at, at + c.len_utf8()))
                .hint("delete it"),
            );
        }
    }
    let clean = no_long_run(file, text, diagnostics) && clean;
    clean.then_some(file)
}

/// Tells whether there may be a control character: below a space, or after the
/// byte that begins U+0080 to U+00BF.
fn has_control(bytes: &[u8]) -> bool {
    let ascii = |byte: &u8| {
        (*byte < b' ' && !matches!(*byte, b'\t' | b'\n' | b'\r')) || matches!(*byte, 0x7f | 0xc2)
    };
    // In pieces, so that the compiler can look at many bytes at once.
    bytes.chunks(64).any(|piece| piece.iter().fold(false, |any, byte| any | ascii(byte)))
}

/// Refuses long runs of a sign that the Markdown parser takes quadratic time on.
fn no_long_run(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> bool {
    let bytes = text.as_bytes();
    // A run that is too long lies on at least one of these places.
    for at in (0..bytes.len()).step_by(MAX_RUN) {
        let byte = bytes[at];
        if !b"*_~^=[]<>`!".contains(&byte) {
            continue;
        }
        let before = bytes[..at].iter().rev().take_while(|other| **other == byte).count();
        let after = bytes[at..].iter().take_while(|other| **other == byte).count();
        if before + after > MAX_RUN {
            diagnostics.push(
                Diagnostic::error(
                    Code::UnreadableText,
                    format!("this is a run of more than {MAX_RUN} `{}`", char::from(byte)),
                )
                .at(Span::new(file, at - before, at + after))
                .hint("shorten it"),
            );
            return false;
        }
    }
    true
}

/// The longest run of one sign; rules and underlines are far shorter.
const MAX_RUN: usize = 400;

/// The largest text that is read, in bytes: some two thousand pages.
const MAX_TEXT: usize = 16 << 20;

/// What readers carry along.
struct Ctx<'a> {
    path: &'a ProjectPath,
    file: FileId,
    /// The whole file.
    text: &'a str,
    /// What holds in this topic.
    defaults: Defaults,
    next: u32,
    /// The names of HTML elements that were refused.
    refused: BTreeSet<String>,
    diagnostics: &'a mut Diagnostics,
}

impl Ctx<'_> {
    fn node_id(&mut self) -> NodeId {
        let index = self.next;
        self.next += 1;
        NodeId { file: self.file, index }
    }

    /// Returns where each byte of a YAML text stands in the file.
    fn map_of(&self, text: &Spanned<String>) -> OffsetMap {
        let (start, end) = (text.span.start as usize, text.span.end as usize);
        OffsetMap::align(&text.value, self.text.get(start..end).unwrap_or(""), start)
    }

    fn error(&mut self, code: Code, message: impl Into<String>, span: Span) {
        self.diagnostics.push(Diagnostic::error(code, message).at(span));
    }

    /// Reports what is wrong, and what to do about it.
    fn refuse(&mut self, code: Code, message: impl Into<String>, span: Span, hint: &str) {
        self.diagnostics.push(Diagnostic::error(code, message).at(span).hint(hint));
    }

    /// Reports an id or pairs where only classes mean something.
    fn refuse_other(&mut self, attributes: &syntax::Attributes, what: &str, span: Span) {
        let id = attributes.id.iter().map(|id| format!("#{id}"));
        let pairs = attributes.pairs.iter().map(|(key, value)| format!("{key}={value}"));
        for written in id.chain(pairs) {
            self.diagnostics.push(
                Diagnostic::error(Code::UnknownKey, format!("{what} cannot have `{written}`"))
                    .at(span)
                    .hint("it takes classes, such as `.no-cards`"),
            );
        }
    }

    /// Reads classes as the author's controls; `extra` are classes that mean
    /// something else at this place.
    fn controls(&mut self, classes: &[String], extra: &[&str], span: Span) -> Controls {
        let mut controls = Controls::default();
        for class in classes {
            if controls.ask(class) || extra.contains(&class.as_str()) {
                continue;
            }
            let known = Controls::NAMES.iter().chain(extra).copied();
            let dotted: Vec<_> = known.map(|known| format!(".{known}")).collect();
            let names = dotted.iter().map(String::as_str);
            let hint = crate::diag::near_miss(&format!(".{class}"), names);
            let hint =
                hint.unwrap_or_else(|| format!("the classes here are: `{}`", dotted.join("`, `")));
            self.diagnostics.push(
                Diagnostic::error(Code::UnknownKey, format!("unknown class `.{class}`"))
                    .at(span)
                    .hint(hint),
            );
        }
        controls
    }
}
