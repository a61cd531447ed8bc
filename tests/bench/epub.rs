//! What an EPUB costs: a project's first book, read, resolved and written, without
//! its PDF.
//!
//! `epub PROJECT OUT` writes the book to the file `OUT`, and keeps pictures beside it, as
//! a build does; nothing is left from one run to the next. One thread.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use recto::diag::Diagnostics;
use recto::files::{Cache, DiskCache, DiskFiles};
use recto::layout::Layouts;
use recto::model::{FigureOverlay, ImageSettings};
use recto::picture::Renditions;
use recto::pipeline::{self, Request};
use recto::source::Sources;
use recto::write::epub::{self, Options};
use recto::write::illustration::Illustrations;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [project, out] = arguments.as_slice() else { panic!("epub PROJECT OUT") };
    let files = DiskFiles::open(Path::new(project)).expect("the project");
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let kept = format!("{out}.cache");
    std::fs::remove_dir_all(&kept).ok();
    let cache: Arc<dyn Cache> = Arc::new(DiskCache::new(kept.clone().into()));
    let loaded = pipeline::load(&files, &request(&cache), &mut sources, &mut diagnostics);
    let loaded = loaded.expect("readable files").expect("a project");
    let editions = pipeline::book_editions(&loaded, &mut diagnostics);
    let edition = editions.first().expect("a book");
    let renditions = Renditions::new(Arc::clone(&cache));
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
        jobs: 1,
    };
    let file = File::create(out).expect("the book can be written");
    let book = epub::write(edition, &illustrations, &layout, &options, file, &mut diagnostics);
    assert!(book.is_some(), "{:?}", diagnostics.sorted().first());
    std::fs::remove_dir_all(kept).ok();
    // As a build ends: its memory is left to the system.
    std::mem::forget(loaded);
}

fn request(cache: &Arc<dyn Cache>) -> Request {
    Request {
        fallback_title: "Untitled".into(),
        now: 0,
        date: None,
        jobs: 1,
        cache: Arc::clone(cache),
        system_fonts: Vec::new(),
        program: None,
        only: None,
        results: Default::default(),
        texts: false,
        in_haste: false,
        known: None,
        trace: Arc::new(recto::trace::NoTrace),
    }
}
