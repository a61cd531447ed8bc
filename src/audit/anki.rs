//! Packages of cards: the collection, and the media it shows.

use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, MAIN_DB};

use super::{Auditor, Zone, package};

/// The collection's file: the older of the two formats, which Recto writes.
const COLLECTION: &str = "collection.anki2";
/// The file that gives media their names.
const MEDIA: &str = "media";

pub(super) fn open(bytes: &[u8], auditor: &mut Auditor) {
    let mut numbered: Vec<(String, Vec<u8>)> = Vec::new();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    package::open(bytes, auditor, &mut |name, contents, auditor| match name {
        COLLECTION => collection(contents, auditor),
        MEDIA => {
            auditor.search(name, contents, Zone::Text);
            match serde_json::from_slice(contents) {
                Ok(map) => names = map,
                Err(_) => auditor.foreign(name, "is no list of names"),
            }
        }
        name if name.bytes().all(|byte| byte.is_ascii_digit()) => {
            numbered.push((name.to_owned(), contents.to_vec()));
        }
        name => {
            auditor.foreign(name, "is of a kind that no package needs");
            auditor.search(name, contents, Zone::Structure);
        }
    });
    for (number, contents) in numbered {
        match names.get(&number) {
            Some(name) => {
                auditor.search(name, name.as_bytes(), Zone::Name);
                auditor.picture(name, &contents);
            }
            None => auditor.foreign(&number, "is a file that no card shows"),
        }
    }
}

/// Searches all texts of all tables: in the file itself, a long one is cut at
/// the end of a page.
fn collection(bytes: &[u8], auditor: &mut Auditor) {
    if search_tables(bytes, auditor).is_err() {
        auditor.foreign(COLLECTION, "is no collection");
    }
    // What was deleted from a table may still be in the file.
    auditor.search(COLLECTION, bytes, Zone::Text);
}

fn search_tables(bytes: &[u8], auditor: &mut Auditor) -> rusqlite::Result<()> {
    let mut connection = Connection::open_in_memory()?;
    connection.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), true)?;
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
