//! The OCF container: the ZIP archive that a book is.
//!
//! Knows: names and bytes. Must not know: what a book is made of.
//!
//! The archive is plain enough for the simplest reading system: `mimetype`
//! first, stored, with nothing between its name and its content; no data
//! descriptors; no times but the earliest that ZIP has. The same entries give
//! the same bytes.

use std::io::{Cursor, Write};
use std::sync::Arc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The media type of books.
const MIMETYPE: &[u8] = b"application/epub+zip";

/// The folder that holds all but the container's own files.
pub(super) const FOLDER: &str = "EPUB";

/// The package document, in [`FOLDER`].
pub(super) const PACKAGE: &str = "package.opf";

/// A file of the book.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Its path below [`FOLDER`].
    pub(super) name: String,
    /// What is in it.
    pub(super) bytes: Arc<[u8]>,
}

/// Puts a book's files into one.
///
/// # Errors
/// If a file, or all of them, are larger than ZIP can hold.
pub(super) fn pack(entries: &[Entry]) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, bytes: &[u8]| {
        archive.start_file(name, options(name))?;
        archive.write_all(bytes).map_err(zip::result::ZipError::from)
    };
    add("mimetype", MIMETYPE)?;
    add("META-INF/container.xml", container().as_bytes())?;
    for entry in entries {
        add(&format!("{FOLDER}/{}", entry.name), &entry.bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// Time and permissions are set, since `zip` would take them from the clock and
/// the machine if another crate switched that on.
fn options(name: &str) -> SimpleFileOptions {
    let extension = name.rsplit('.').next().unwrap_or_default();
    let compressed = matches!(extension, "jpg" | "jpeg" | "png" | "webp" | "woff" | "woff2");
    let method = if name == "mimetype" || compressed {
        CompressionMethod::Stored
    } else {
        CompressionMethod::Deflated
    };
    SimpleFileOptions::default()
        .compression_method(method)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
}

fn container() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">\n  \
         <rootfiles>\n    \
         <rootfile full-path=\"{FOLDER}/{PACKAGE}\" \
         media-type=\"application/oebps-package+xml\"/>\n  \
         </rootfiles>\n\
         </container>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_media_type_can_be_read_at_its_fixed_place() {
        let entry =
            |name: &str| Entry { name: name.into(), bytes: Arc::from(b"x".repeat(99).as_slice()) };
        let bytes = pack(&[entry("a.xhtml"), entry("images/b.jpg")]).expect("a small archive");
        assert_eq!(bytes.get(30..58), Some(b"mimetypeapplication/epub+zip".as_slice()));
        assert_eq!(bytes.get(28..30), Some([0, 0].as_slice()), "no extra field");
        assert_eq!(bytes.get(6..8), Some([0, 0].as_slice()), "no data descriptor");
        assert_eq!(bytes.get(8..10), Some([0, 0].as_slice()), "stored");
        assert_eq!(bytes, pack(&[entry("a.xhtml"), entry("images/b.jpg")]).expect("the same"));
    }
}
