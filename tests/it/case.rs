//! Cases: files with an input, and what is expected of it beside them.
//!
//! The functions here are the only ones that touch the library for cases, so
//! that a change of the library changes this file and no case.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use recto::diag::{Diagnostics, Place};
use recto::files::{DiskFiles, MemoryFiles, NoCache};
use recto::layout::{Layout, Layouts};
use recto::model::Edition;
use recto::pipeline::{self, Built, Progress, Request};
use recto::source::{ProjectPath, Sources};
use recto::write::artifact::Artifact;

/// Returns the folder of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Returns all files below a folder, sorted, with their paths from it.
pub(crate) fn files_below(folder: &Path) -> Vec<String> {
    fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("a Unicode name");
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{prefix}{name}/"), found);
            } else {
                found.push(format!("{prefix}{name}"));
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, "", &mut found);
    found.sort();
    found
}

/// Compares with the file `tests/reference/NAME`; with `UPDATE=1`, writes it.
pub(crate) fn compare(name: &str, actual: &str) {
    let path = root().join("tests/reference").join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(&path, actual).expect("the reference can be written");
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    if expected != actual {
        let line = expected.lines().zip(actual.lines()).position(|(a, b)| a != b);
        let line = line.unwrap_or(expected.lines().count().min(actual.lines().count()));
        let show = |text: &str| {
            text.lines().skip(line.saturating_sub(2)).take(8).collect::<Vec<_>>().join("\n")
        };
        panic!(
            "{name} differs at line {}\n--- expected\n{}\n--- actual\n{}\n\nIf it should: UPDATE=1 cargo test --release, then read the diff.",
            line + 1,
            show(&expected),
            show(actual),
        );
    }
}

/// A request that depends on nothing outside.
pub(crate) fn request() -> Request {
    Request {
        fallback_title: "Untitled".into(),
        now: 1_700_000_000,
        date: None,
        jobs: 2,
        cache: Arc::new(NoCache),
        system_fonts: Vec::new(),
        program: None,
        only: None,
        results: Default::default(),
        texts: false,
        in_haste: false,
        known: None,
        trace: std::sync::Arc::new(recto::trace::NoTrace),
    }
}

/// A project that was loaded and, if it is right, built.
pub(crate) struct Outcome {
    pub(crate) sources: Sources,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) built: Built,
    pub(crate) editions: Vec<Edition>,
}

/// Builds a project on disk.
pub(crate) fn build(folder: &Path) -> Outcome {
    build_files(&DiskFiles::open(folder).expect("the project"))
}

/// Builds a project in memory: its files, each with its path and bytes.
pub(crate) fn build_memory(files: &[(&str, &[u8])]) -> Outcome {
    let mut memory = MemoryFiles::default();
    for (path, bytes) in files {
        memory.insert(ProjectPath::new(path).expect("a path"), *bytes);
    }
    build_files(&memory)
}

/// Returns the bytes of the output whose path ends so.
pub(crate) fn artifact<'a>(outcome: &'a Outcome, end: &str) -> &'a [u8] {
    let found =
        outcome.built.artifacts.iter().find(|artifact| artifact.path.as_str().ends_with(end));
    &found.unwrap_or_else(|| panic!("{end} was not made")).bytes
}

/// Takes files into memory that a build left elsewhere.
pub(crate) fn gather(built: &mut Built, request: &Request) {
    let stored = std::mem::take(&mut built.stored);
    built.artifacts.extend(stored.into_iter().map(|file| {
        let bytes = file.read(request).expect("it is still there");
        Artifact { path: file.path, bytes }
    }));
}

/// Builds a project, wherever its files are.
pub(crate) fn build_files(files: &dyn recto::files::Files) -> Outcome {
    build_request(files, &request())
}

/// Builds a project as a request says.
pub(crate) fn build_request(files: &dyn recto::files::Files, request: &Request) -> Outcome {
    struct Silent;
    impl Progress for Silent {
        fn start(&self, _steps: usize) {}
        fn step(&self, _what: &str) {}
    }
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let loaded =
        pipeline::load(files, request, &mut sources, &mut diagnostics).expect("readable files");
    let mut built = Built::default();
    let mut editions = Vec::new();
    if let Some(loaded) = loaded {
        built = pipeline::build(&loaded, request, Some(&Silent), &mut sources, &mut diagnostics);
        gather(&mut built, request);
        editions = pipeline::book_editions(&loaded, &mut diagnostics);
    }
    Outcome { sources, diagnostics, built, editions }
}

/// Returns a built-in layout, its options at their defaults.
pub(crate) fn layout(name: &str) -> Layout {
    let layouts = Layouts::open(&MemoryFiles::default()).expect("memory can be read");
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    layouts.load(name, &mut sources, &mut diagnostics).expect("a built-in layout")
}

/// Returns messages, a line each: place, severity, message, code, hints.
pub(crate) fn messages(diagnostics: Diagnostics, sources: &Sources) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics.sorted() {
        let place = match &diagnostic.place {
            Some(Place::Span(span)) => {
                let (start, end) = (
                    sources.position(span.file, span.start),
                    sources.position(span.file, span.end),
                );
                format!("{}:{}-{}:{}", start.line, start.column, end.line, end.column)
            }
            Some(Place::File(path)) => path.to_string(),
            None => "project".into(),
        };
        let (severity, code) = (diagnostic.severity.name(), diagnostic.code.name());
        writeln!(text, "{place} {severity}[{code}]: {}", diagnostic.message).expect("a string");
        for hint in &diagnostic.hints {
            writeln!(text, "    {}", hint.text).expect("a string");
        }
    }
    text
}

/// Returns messages in the short form, a line each, as the program shows them.
pub(crate) fn short(diagnostics: Diagnostics, sources: &Sources) -> String {
    let list = diagnostics.sorted();
    list.iter().map(|diagnostic| recto::diag::short(diagnostic, sources) + "\n").collect()
}

/// What holds for topics without a manifest.
pub(crate) fn defaults() -> recto::read::Defaults {
    recto::read::Defaults { language: recto::model::Language::english(), smart: true }
}

/// Reads a topic and returns its outline and messages.
pub(crate) fn read(path: &str, bytes: Vec<u8>) -> String {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let path = ProjectPath::new(path).expect("a path");
    let topic = recto::read::read_topic(&path, bytes, &defaults(), &mut sources, &mut diagnostics);
    let outline =
        topic.map(|topic| crate::show::topic(&topic)).unwrap_or_else(|| "no topic\n".into());
    let messages = messages(diagnostics, &sources);
    if messages.is_empty() { outline } else { format!("{outline}---\n{messages}") }
}
