//! The floor below the pages of `recto build`: Typst as a library, on markup that
//! is ready, one document after the other on one thread, with fonts loaded once.
//!
//! `pages ROOT OUT FILE…` sets the files, each as a PDF of its own in the folder
//! `OUT`, or in none if that is `-`. What they name is found below `ROOT`, read
//! once, and shared. No standard is asked for, so tags are written, as by the
//! program of Typst, but nothing is checked.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_kit::fonts::{self, FontStore};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

// Recto's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many documents are set between two times of forgetting.
const TURN: usize = 16;

/// What all documents share.
struct Shelf {
    root: PathBuf,
    library: LazyHash<Library>,
    fonts: FontStore,
    files: Mutex<HashMap<FileId, Bytes>>,
}

struct Desk {
    shelf: Arc<Shelf>,
    main: Source,
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.shelf.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.shelf.fonts.book()
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            return Ok(self.main.clone());
        }
        let text = self.file(id)?;
        let text = std::str::from_utf8(&text).map_err(|_| FileError::InvalidUtf8)?;
        Ok(Source::new(id, text.into()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let mut files = self.shelf.files.lock().expect("one thread");
        if let Some(bytes) = files.get(&id) {
            return Ok(bytes.clone());
        }
        let path = self.shelf.root.join(id.get().vpath().get_without_slash());
        let bytes = std::fs::read(&path).map_err(|error| FileError::from_io(error, &path))?;
        let bytes = Bytes::new(bytes);
        files.insert(id, bytes.clone());
        Ok(bytes)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shelf.fonts.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        Datetime::from_ymd(2026, 1, 1)
    }
}

fn main() {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [root, out, files @ ..] = arguments.as_slice() else { panic!("pages ROOT OUT FILE…") };
    let mut store = FontStore::new();
    store.extend(fonts::embedded());
    let shelf = Arc::new(Shelf {
        root: root.clone(),
        library: LazyHash::new(Library::default()),
        fonts: store,
        files: Mutex::default(),
    });
    let (mut pages, mut bytes) = (0, 0);
    for (at, file) in files.iter().enumerate() {
        let (count, pdf) = set(&shelf, file);
        pages += count;
        bytes += pdf.len();
        if out != Path::new("-") {
            let name = file.file_name().expect("a file");
            std::fs::write(out.join(name).with_extension("pdf"), pdf).expect("it can be written");
        }
        if at % TURN == TURN - 1 {
            typst::comemo::evict(2);
        }
    }
    let line = format!("{} documents, {pages} pages, {bytes} bytes\n", files.len());
    std::io::stdout().write_all(line.as_bytes()).expect("the result can be printed");
}

fn set(shelf: &Arc<Shelf>, file: &Path) -> (usize, Vec<u8>) {
    let text = std::fs::read_to_string(file).expect("the file can be read");
    // Typst never forgets a path: all documents have the same one.
    let path = VirtualPath::new("/main.typ").expect("a path");
    let id = RootedPath::new(VirtualRoot::Project, path).intern();
    let desk = Desk { shelf: shelf.clone(), main: Source::new(id, text) };
    let document = typst::compile::<PagedDocument>(&desk).output.expect("markup without mistakes");
    let pdf = typst_pdf::pdf(&document, &PdfOptions::default()).expect("a PDF");
    (document.pages().len(), pdf)
}
