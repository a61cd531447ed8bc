//! The rooms of Recto that read, compiled again for fuzzing, and what must hold
//! of whatever they read.
#![allow(dead_code, unreachable_pub, missing_docs)]

#[path = "../../src/source.rs"]
pub mod source;

#[path = "../../src/diag/mod.rs"]
pub mod diag;

#[path = "../../src/parallel.rs"]
pub mod parallel;

#[path = "../../src/files/mod.rs"]
pub mod files;

#[path = "../../src/model/mod.rs"]
pub mod model;

#[path = "../../src/yaml/mod.rs"]
pub mod yaml;

#[path = "../../src/read/mod.rs"]
pub mod read;

#[path = "../../src/imposition/mod.rs"]
pub mod imposition;

#[path = "../../src/project/mod.rs"]
pub mod project;

use std::sync::Arc;

use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::files::MemoryFiles;
use crate::model::{Bibliography, Language, Topic};
use crate::project::Project;
use crate::source::{ProjectPath, Sources, Span};

/// Reads a topic twice, and sees that both times the same came out and that all
/// messages point into the text.
pub fn topic(path: &str, bytes: &[u8]) -> Option<Arc<Topic>> {
    let (topic, messages) = read_topic(path, bytes);
    let (again, messages_again) = read_topic(path, bytes);
    assert_eq!(topic, again, "read otherwise the second time");
    assert_eq!(messages, messages_again, "reported otherwise the second time");
    topic
}

fn read_topic(path: &str, bytes: &[u8]) -> (Option<Arc<Topic>>, Vec<Diagnostic>) {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let path = ProjectPath::new(path).expect("a path");
    let language = Language::new("en").expect("a language");
    let defaults = read::Defaults { language, smart: true };
    let topic = read::read_topic(&path, bytes.to_vec(), &defaults, &mut sources, &mut diagnostics);
    (topic, checked(diagnostics, &sources))
}

/// Reads a manifest.
pub fn manifest(bytes: &[u8]) {
    let mut files = MemoryFiles::default();
    files.insert(ProjectPath::new("recto.yaml").expect("a path"), bytes);
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let read = Project::read(&files, "Untitled", &mut sources, &mut diagnostics);
    assert!(read.is_ok(), "a file in memory can be read");
    checked(diagnostics, &sources);
}

/// Reads a bibliography; what it is written in is told by the path.
pub fn works(path: &str, bytes: &[u8]) {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let mut bibliography = Bibliography::default();
    let path = ProjectPath::new(path).expect("a path");
    read::is_bibliography(&path, || Some(bytes.to_vec()));
    read::read_bibliography(
        &path,
        bytes.to_vec(),
        &mut bibliography,
        &mut sources,
        &mut diagnostics,
    );
    checked(diagnostics, &sources);
}

fn checked(diagnostics: Diagnostics, sources: &Sources) -> Vec<Diagnostic> {
    let list = diagnostics.sorted();
    for diagnostic in &list {
        if let Some(Place::Span(span)) = &diagnostic.place {
            check(*span, sources, diagnostic);
        }
        for span in diagnostic.hints.iter().filter_map(|hint| hint.span) {
            check(span, sources, diagnostic);
        }
    }
    list
}

fn check(span: Span, sources: &Sources, diagnostic: &Diagnostic) {
    let text = sources.text(span.file);
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(text.get(start..end).is_some(), "{start}..{end} of {}: {diagnostic:?}", text.len());
    let position = sources.position(span.file, span.start);
    assert!(position.line >= 1 && position.column >= 1);
}
