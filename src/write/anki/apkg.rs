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

/// What a file of a zip takes besides its bytes, or a little more.
const FOR_EACH: usize = 256;

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
    let used: BTreeSet<&str> =
        notes.iter().flat_map(|note| &note.media).map(String::as_str).collect();
    let shown: Vec<(&str, &[u8])> = media.files().filter(|(name, _)| used.contains(name)).collect();
    let map: BTreeMap<String, &str> =
        shown.iter().enumerate().map(|(at, (name, _))| (at.to_string(), *name)).collect();

    let entry = SimpleFileOptions::default()
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    // The collection is read once; an eighth more bytes cost a third of the time.
    let packed = entry.compression_method(CompressionMethod::Deflated).compression_level(Some(2));
    // Pictures are compressed already.
    let stored = entry.compression_method(CompressionMethod::Stored);
    let pictures: usize = shown.iter().map(|(_, bytes)| bytes.len() + FOR_EACH).sum();
    let texts: usize = notes.iter().flat_map(|note| &note.fields).map(String::len).sum();
    let room = pictures + texts / 4 + FOR_EACH;
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(room)));
    zip.start_file("collection.anki2", packed)?;
    collection::write(notes, types, options, &mut zip)?;
    for (at, (_, bytes)) in shown.iter().enumerate() {
        zip.start_file(at.to_string(), stored)?;
        zip.write_all(bytes)?;
    }
    zip.start_file("media", packed)?;
    zip.write_all(&serde_json::to_vec(&map)?)?;
    Ok(zip.finish()?.into_inner())
}
