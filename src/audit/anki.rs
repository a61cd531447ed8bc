//! Packages of cards: the collection, and the media it shows.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, MAIN_DB};

use zip::ZipArchive;

use super::package::{self, Entry};
use super::{Auditor, MAX_UNPACKED, Zone};

/// The collection's file: the older of the two formats, which Recto writes.
const COLLECTION: &str = "collection.anki2";
/// The file that gives media their names.
const MEDIA: &str = "media";

/// Opens a package of so many bytes.
pub(super) fn open(package: &mut (impl Read + Seek), size: u64, auditor: &mut Auditor) {
    let names = names(package);
    package::open(package, size, auditor, &mut |name, entry, auditor| {
        if name == COLLECTION {
            return collection(entry, auditor);
        }
        let contents = entry.unpack()?;
        match name {
            MEDIA => {
                auditor.search(name, contents, Zone::Text);
                if names.is_none() {
                    auditor.foreign(name, "is no list of names");
                }
            }
            number if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                match names.as_ref().and_then(|names| names.get(number)) {
                    Some(name) => {
                        auditor.search(name, name.as_bytes(), Zone::Name);
                        auditor.picture(name, contents);
                    }
                    None => auditor.foreign(number, "is a file that no card shows"),
                }
            }
            name => {
                auditor.foreign(name, "is of a kind that no package needs");
                auditor.search(name, contents, Zone::Structure);
            }
        }
        Ok(())
    });
}

/// Returns the names of media by their numbers: they stand behind the media.
fn names(package: &mut (impl Read + Seek)) -> Option<BTreeMap<String, String>> {
    let mut archive = ZipArchive::new(package).ok()?;
    let mut text = Vec::new();
    archive.by_name(MEDIA).ok()?.take(MAX_UNPACKED as u64).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Searches a collection, which is in memory once: unpacked into `SQLite`.
fn collection(entry: Entry<'_>, auditor: &mut Auditor) -> io::Result<()> {
    let Entry { size, reader, .. } = entry;
    let mut connection = Connection::open_in_memory().map_err(io::Error::other)?;
    if size > MAX_UNPACKED {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    connection
        .deserialize_read_exact(MAIN_DB, &mut *reader, size, true)
        .map_err(io::Error::other)?;
    // Only at its end is it known whether an entry is whole.
    if reader.read(&mut [0])? > 0 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    if search_tables(&connection, auditor).is_err() {
        auditor.foreign(COLLECTION, "is no collection");
    }
    // What was deleted from a table may still be in the file.
    let bytes = connection.serialize(MAIN_DB).map_err(io::Error::other)?;
    auditor.search(COLLECTION, &bytes, Zone::Text);
    Ok(())
}

/// Searches all texts of all tables: in the file itself, a long one is cut at the end of
/// a page.
fn search_tables(connection: &Connection, auditor: &mut Auditor) -> rusqlite::Result<()> {
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let names: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for name in names {
        let mut rows =
            connection.prepare(&format!("SELECT * FROM \"{}\"", name.replace('"', "")))?;
        let columns = rows.column_count();
        let place = format!("{COLLECTION}, table {name}");
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                if let ValueRef::Text(text) | ValueRef::Blob(text) = row.get_ref(column)? {
                    auditor.search(&place, text, Zone::Text);
                }
            }
        }
    }
    Ok(())
}
