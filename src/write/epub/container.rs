//! The OCF container: the ZIP archive that a book is.
//!
//! Knows: names, bytes and pictures. Must not know: what a book is made of.
//!
//! The archive is plain enough for the simplest reading system: `mimetype`
//! first, stored, with nothing between its name and its content; no data
//! descriptors; no times but the earliest that ZIP has. The same entries give
//! the same bytes.

use std::io::{BufWriter, Cursor, Seek, Write};

use zip::result::{ZipError, ZipResult};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::diag::Diagnostics;
use crate::parallel::in_order;
use crate::write::illustration::Picture;

/// The media type of books.
const MIMETYPE: &[u8] = b"application/epub+zip";

/// How hard texts are compressed: level 6 takes half of the time more and saves 0.8 % of a
/// book.
const LEVEL: i64 = 3;

/// How many texts are packed together at the most, side by side with others.
const TOGETHER: usize = 16;

/// The folder that holds all but the container's own files.
pub(super) const FOLDER: &str = "EPUB";

/// The package document, in [`FOLDER`].
pub(super) const PACKAGE: &str = "package.opf";

/// A file of the book.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    /// Its path below [`FOLDER`].
    pub(super) name: String,
    /// What is in it.
    pub(super) content: Content<'a>,
}

/// What is in a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Content<'a> {
    /// These bytes.
    Here(&'a [u8]),
    /// A picture, which is read when its turn comes.
    Picture(&'a Picture),
}

impl<'a> Entry<'a> {
    /// Takes bytes for a file.
    pub(super) fn here(name: &str, bytes: &'a [u8]) -> Self {
        Self { name: name.to_owned(), content: Content::Here(bytes) }
    }

    fn is_here(&self) -> bool {
        matches!(self.content, Content::Here(_))
    }
}

/// Puts a book's files into one, and returns its size in bytes. `None`, after a
/// message, if a picture is gone.
///
/// # Errors
/// If a file, or all of them, are larger than ZIP can hold, or cannot be written.
pub(super) fn pack(
    entries: &[Entry<'_>],
    jobs: usize,
    out: impl Write + Seek,
    diagnostics: &mut Diagnostics,
) -> ZipResult<Option<u64>> {
    let mut archive = ZipWriter::new(BufWriter::new(out));
    add(&mut archive, "mimetype", MIMETYPE)?;
    add(&mut archive, "META-INF/container.xml", container().as_bytes())?;
    // To press texts takes time: they go into archives of their own, which are put together.
    let runs = entries.chunk_by(|one, other| one.is_here() && other.is_here());
    let pieces: Vec<&[Entry<'_>]> = runs.flat_map(|run| run.chunks(TOGETHER)).collect();
    let packed = in_order(jobs, &pieces, |piece| pack_texts(piece));
    for (piece, packed) in pieces.into_iter().zip(packed) {
        if let Some(packed) = packed? {
            archive.merge_archive(packed)?;
            continue;
        }
        for entry in piece {
            if let Content::Picture(picture) = entry.content {
                let Some(bytes) = picture.read(diagnostics) else { return Ok(None) };
                add(&mut archive, &path_of(entry), &bytes)?;
            }
        }
    }
    let mut out = archive.finish()?;
    out.flush()?;
    Ok(Some(out.stream_position()?))
}

/// Packs texts into an archive of their own; `None` if they are pictures.
fn pack_texts(entries: &[Entry<'_>]) -> ZipResult<Option<ZipArchive<Cursor<Vec<u8>>>>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        let Content::Here(bytes) = entry.content else { return Ok(None) };
        add(&mut archive, &path_of(entry), bytes)?;
    }
    archive.finish_into_readable().map(Some)
}

fn path_of(entry: &Entry<'_>) -> String {
    format!("{FOLDER}/{}", entry.name)
}

fn add(archive: &mut ZipWriter<impl Write + Seek>, name: &str, bytes: &[u8]) -> ZipResult<()> {
    archive.start_file(name, options(name))?;
    archive.write_all(bytes).map_err(ZipError::from)
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
        .compression_level((method == CompressionMethod::Deflated).then_some(LEVEL))
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
    use std::io::Cursor;

    use super::*;

    fn packed(entries: &[Entry<'_>]) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        let size =
            pack(entries, 2, &mut out, &mut Diagnostics::default()).expect("a small archive");
        let bytes = out.into_inner();
        assert_eq!(size, Some(bytes.len() as u64));
        bytes
    }

    #[test]
    fn the_media_type_can_be_read_at_its_fixed_place() {
        let text = b"x".repeat(99);
        let entries = [Entry::here("a.xhtml", &text), Entry::here("images/b.jpg", &text)];
        let bytes = packed(&entries);
        assert_eq!(bytes.get(30..58), Some(b"mimetypeapplication/epub+zip".as_slice()));
        assert_eq!(bytes.get(28..30), Some([0, 0].as_slice()), "no extra field");
        assert_eq!(bytes.get(6..8), Some([0, 0].as_slice()), "no data descriptor");
        assert_eq!(bytes.get(8..10), Some([0, 0].as_slice()), "stored");
        assert_eq!(bytes, packed(&entries));
    }
}
