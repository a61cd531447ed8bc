//! `epub-builder-peer FOLDER OUT`: packs the XHTML, pictures and style of an unpacked book
//! with epub-builder, to the file `OUT`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use epub_builder::{EpubBuilder, EpubContent, EpubVersion, ReferenceType, ZipLibrary};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, out] = arguments.as_slice() else { panic!("epub-builder-peer FOLDER OUT") };
    let folder = Path::new(folder).join("EPUB");
    let mut book = EpubBuilder::new(ZipLibrary::new().expect("a zip")).expect("a book");
    book.epub_version(EpubVersion::V30);
    book.metadata("title", "Benchmark").expect("a title");
    for path in files_below(&folder) {
        let name = path.strip_prefix(&folder).expect("below").to_str().expect("Unicode");
        let file = || File::open(&path).expect("a file");
        match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
            "xhtml" if name != "nav.xhtml" => {
                let content = EpubContent::new(name, file()).title(name);
                book.add_content(content.reftype(ReferenceType::Text)).expect("a chapter");
            }
            "jpg" => drop(book.add_resource(name, file(), "image/jpeg").expect("a picture")),
            "png" => drop(book.add_resource(name, file(), "image/png").expect("a picture")),
            "css" => drop(book.stylesheet(file()).expect("a style")),
            _ => {}
        }
    }
    book.generate(File::create(out).expect("the book can be written")).expect("a book");
}

/// Returns all files, sorted by their paths.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
