//! What an EPUB costs: a project's first book, read, resolved and written, without
//! its PDF.
//!
//! `epub PROJECT OUT` writes the book to the file `OUT`; nothing is kept from one run
//! to the next. One thread.

use std::path::Path;
use std::sync::Arc;

use recto::diag::Diagnostics;
use recto::files::{DiskFiles, NoCache};
use recto::layout::Layouts;
use recto::model::{FigureOverlay, ImageSettings};
use recto::picture::Renditions;
use recto::pipeline::{self, Request};
use recto::source::Sources;
use recto::write::epub::{self, Options};
use recto::write::illustration::Illustrations;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [project, out] = arguments.as_slice() else { panic!("epub PROJECT OUT") };
    let files = DiskFiles::open(Path::new(project)).expect("the project");
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let loaded = pipeline::load(&files, &request(), &mut sources, &mut diagnostics);
    let loaded = loaded.expect("readable files").expect("a project");
    let editions = pipeline::book_editions(&loaded, &mut diagnostics);
    let edition = editions.first().expect("a book");
    let renditions = Renditions::new(Arc::new(NoCache));
    let bounds = ImageSettings::default().epub;
    let illustrations =
        Illustrations::prepare(&edition.topics, &edition.media, &renditions, bounds, 1);
    let layouts = Layouts::open(&files).expect("the layouts");
    let layout = layouts.load("epub", &mut sources, &mut diagnostics).expect("a layout");
    let options = Options {
        modified: 0,
        cover: None,
        certified_by: None,
        overlay: FigureOverlay::default(),
        pagination: None,
    };
    let book = epub::write(edition, &illustrations, &layout, &options, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{:?}", diagnostics.sorted().first());
    std::fs::write(out, book.expect("a book")).expect("the book can be written");
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
        trace: Arc::new(recto::trace::NoTrace),
    }
}
