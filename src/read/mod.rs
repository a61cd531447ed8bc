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
mod figure;
mod html;
mod inline;
mod kind;
mod markdown;
mod math;
mod snippet;
mod syntax;
mod topic;
mod typography;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use bibliography::read_bibliography;
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
    let text = sources.text(file);
    let defaults = defaults.clone();
    let mut ctx =
        Ctx { path, file, text, defaults, next: 0, refused: BTreeSet::new(), diagnostics };
    let topic = match path.extension().as_str() {
        "md" | "markdown" => topic::from_markdown(text, &mut ctx),
        _ => topic::from_yaml(text, &mut ctx),
    };
    topic.map(Arc::new)
}

/// Keeps the text of a file, if it is one: UTF-8, and without characters that
/// no output can hold.
fn add_text(
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
            let line = error.as_bytes()[..valid].iter().filter(|byte| **byte == b'\n').count() + 1;
            diagnostics.push(
                Diagnostic::error(
                    Code::UnreadableText,
                    format!("this file is not UTF-8 (line {line})"),
                )
                .in_file(path)
                .hint("save it with the encoding UTF-8"),
            );
            return None;
        }
    };
    let file = sources.add(path.clone(), text);
    let text = sources.text(file);
    let forbidden = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    let mut clean = true;
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
    let clean = no_long_run(file, text, diagnostics) && clean;
    clean.then_some(file)
}

/// Refuses long runs of a sign that the Markdown parser takes quadratic time on.
fn no_long_run(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> bool {
    let bytes = text.as_bytes();
    let mut start = 0;
    for at in 1..=bytes.len() {
        if bytes.get(at) == Some(&bytes[start]) {
            continue;
        }
        if at - start > MAX_RUN && b"*_~^=[]<>`!".contains(&bytes[start]) {
            let sign = char::from(bytes[start]);
            diagnostics.push(
                Diagnostic::error(
                    Code::UnreadableText,
                    format!("this is a run of more than {MAX_RUN} `{sign}`"),
                )
                .at(Span::new(file, start, at))
                .hint("shorten it"),
            );
            return false;
        }
        start = at;
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
