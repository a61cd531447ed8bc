//! Notes to a package: a zip of an `SQLite` collection and numbered media.
//!
//! It is the older of Anki's two package formats (schema 11, `collection.anki2`,
//! a media map in JSON), which every version since 2.1 imports. The same notes
//! always give the same bytes: no clock, no chance, fixed times in the zip.

mod collection;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::{BufWriter, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use self::collection::Collection;
use super::Options;
use super::media::Media;
use super::note::Note;
use super::note_type::NoteType;
use crate::diag::Diagnostics;
use crate::write::illustration::Picture;

/// A package in the making: of each note, only its rows are in memory.
#[derive(Debug)]
pub(super) struct Package<'a> {
    collection: Collection<'a>,
    /// The names of the media that its notes show.
    shown: BTreeSet<String>,
}

impl<'a> Package<'a> {
    /// Begins a package of notes of these types.
    ///
    /// # Errors
    /// If `SQLite` fails, which no input makes it do.
    pub(super) fn begin(
        types: &'a [NoteType],
        options: &Options<'_>,
    ) -> Result<Self, Box<dyn Error>> {
        Ok(Self { collection: Collection::begin(types, options)?, shown: BTreeSet::new() })
    }

    /// Adds a note.
    ///
    /// # Errors
    /// As [`Package::begin`].
    pub(super) fn add(&mut self, note: &Note) -> Result<(), Box<dyn Error>> {
        for name in note.media.iter().filter(|name| !self.shown.contains(*name)).collect::<Vec<_>>()
        {
            self.shown.insert(name.clone());
        }
        Ok(self.collection.add(note)?)
    }

    /// Writes the package with its media, which are read one after the other. `None`, after
    /// a message, if one is gone.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn finish<S: Write + Seek>(
        self,
        media: &Media,
        out: S,
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<S>, Box<dyn Error>> {
        let Self { collection, shown } = self;
        let shown: Vec<&Picture> =
            media.files().filter(|picture| shown.contains(&picture.name)).collect();
        let map: BTreeMap<String, &str> = shown
            .iter()
            .enumerate()
            .map(|(at, picture)| (at.to_string(), picture.name.as_str()))
            .collect();
        let entry = SimpleFileOptions::default()
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        // The collection is read once; an eighth more bytes cost a third of the time.
        let packed =
            entry.compression_method(CompressionMethod::Deflated).compression_level(Some(2));
        // Pictures are compressed already.
        let stored = entry.compression_method(CompressionMethod::Stored);
        let mut zip = ZipWriter::new(BufWriter::new(out));
        zip.start_file("collection.anki2", packed)?;
        collection.finish(&mut zip)?;
        for (at, picture) in shown.iter().enumerate() {
            let Some(bytes) = picture.read(diagnostics) else { return Ok(None) };
            zip.start_file(at.to_string(), stored)?;
            zip.write_all(&bytes)?;
        }
        zip.start_file("media", packed)?;
        zip.write_all(&serde_json::to_vec(&map)?)?;
        let out = zip.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        Ok(Some(out))
    }
}
