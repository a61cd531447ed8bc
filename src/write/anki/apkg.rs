//! Notes to a package: a zip of an `SQLite` collection and numbered media.
//!
//! It is the older of Anki's two package formats (schema 11, `collection.anki2`,
//! a media map in JSON), which every version since 2.1 imports. The same notes
//! always give the same bytes: no clock, no chance, fixed times in the zip.

mod collection;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::Options;
use super::media::Media;
use super::note::Note;
use super::note_type::NoteType;

/// Returns the package of notes, their types, and the media that they show.
///
/// # Errors
/// If `SQLite` or the zip writer fails, which no input makes them do.
pub(super) fn pack(
    notes: &[&Note],
    types: &[NoteType],
    media: &Media,
    options: &Options<'_>,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let collection = collection::write(notes, types, options)?;

    let used: BTreeSet<&str> =
        notes.iter().flat_map(|note| &note.media).map(String::as_str).collect();
    let shown: Vec<(&str, &[u8])> = media.files().filter(|(name, _)| used.contains(name)).collect();
    let map: BTreeMap<String, &str> =
        shown.iter().enumerate().map(|(at, (name, _))| (at.to_string(), *name)).collect();

    let options = SimpleFileOptions::default()
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    // The collection is read once; a tenth more bytes cost half the time.
    let packed = options.compression_method(CompressionMethod::Deflated).compression_level(Some(3));
    // Pictures are compressed already.
    let stored = options.compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("collection.anki2", packed)?;
    zip.write_all(&collection)?;
    for (at, (_, bytes)) in shown.iter().enumerate() {
        zip.start_file(at.to_string(), stored)?;
        zip.write_all(bytes)?;
    }
    zip.start_file("media", packed)?;
    zip.write_all(&serde_json::to_vec(&map)?)?;
    Ok(zip.finish()?.into_inner())
}
