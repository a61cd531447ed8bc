//! What citations cost: reading a bibliography, and rendering what cites it.
//!
//! `citations style NAME` prints a style of the archive as XML, for pandoc.
//! `citations PROJECT STYLE RUNS` reads and resolves a project's books so many
//! times, and prints the least and the median time of each step: reading the
//! bibliography, loading the project, loading it without what it cites, and
//! resolving. Seconds of wall time; all but loading run on one thread.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use hayagriva::archive::ArchivedStyle;
use recto::diag::Diagnostics;
use recto::files::{DiskFiles, Files, MemoryFiles, NoCache};
use recto::model::Bibliography;
use recto::pipeline::{self, Request};
use recto::source::{ProjectPath, Sources};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let text = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["style", name] => style(name),
        [project, style, runs] => {
            measure(Path::new(project), style, runs.parse().expect("a number of runs"))
        }
        _ => "citations style NAME\ncitations PROJECT STYLE RUNS\n".to_owned(),
    };
    std::io::stdout().write_all(text.as_bytes()).expect("the result can be printed");
}

fn style(name: &str) -> String {
    let style = ArchivedStyle::by_name(name).expect("a style of the archive").get();
    style.to_xml().expect("a style can be written")
}

fn measure(project: &Path, style: &str, runs: usize) -> String {
    let disk = DiskFiles::open(project).expect("the project");
    let mut files = MemoryFiles::default();
    let mut bibliographies = Vec::new();
    let sources = ProjectPath::new("sources").expect("a path");
    for path in disk.list(&sources).expect("the sources") {
        let bytes = disk.read(&path).expect("a source");
        if !matches!(path.extension().as_str(), "md" | "yaml") {
            bibliographies.push((path.clone(), bytes.clone()));
        }
        files.insert(path, bytes);
    }
    let manifest = ProjectPath::new("recto.yaml").expect("a path");
    let text = disk.read(&manifest).expect("the manifest");
    let text = String::from_utf8(text).expect("UTF-8") + &format!("\ncitation-style: {style}\n");
    files.insert(manifest, text);

    let mut steps = [const { Vec::new() }; 3];
    let mut rendered = 0;
    for _ in 0..runs {
        let mut diagnostics = Diagnostics::default();
        let copies = bibliographies.clone();
        let start = Instant::now();
        let mut bibliography = Bibliography::default();
        let mut sources = Sources::default();
        for (path, bytes) in copies {
            recto::read::read_bibliography(
                &path,
                bytes,
                &mut bibliography,
                &mut sources,
                &mut diagnostics,
            );
        }
        steps[0].push(start.elapsed());

        let start = Instant::now();
        let mut sources = Sources::default();
        let loaded = pipeline::load(&files, &request(), &mut sources, &mut diagnostics);
        let loaded = loaded.expect("readable files").expect("a project");
        steps[1].push(start.elapsed());

        let start = Instant::now();
        let editions = pipeline::book_editions(&loaded, &mut diagnostics);
        steps[2].push(start.elapsed());
        assert!(!diagnostics.has_errors(), "{:?}", diagnostics.sorted().first());
        rendered = editions.iter().map(|edition| edition.citations.len()).sum();
    }
    let names = ["read bibliography", "load", "resolve"];
    let mut out = format!("{rendered} citations, {style}\n");
    for (name, mut times) in names.into_iter().zip(steps) {
        times.sort();
        let (least, median) = (times[0].as_secs_f64(), times[times.len() / 2].as_secs_f64());
        out.push_str(&format!("{name:18} {least:8.4} {median:8.4}\n"));
    }
    out
}

fn request() -> Request {
    Request {
        fallback_title: "Untitled".into(),
        now: 0,
        date: None,
        jobs: 1,
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
