//! Notes that are gone from the sources, for learners who have them.
//!
//! An import deletes nothing, so a note that was taken out would stay with
//! learners for ever, and nobody would know. The deck's folder therefore has a
//! package and a CSV of all notes that were ever taken out, as they last were, with
//! a tag to find them by. They stand apart from the deck: who never had them
//! should not get them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::sync::Arc;

use rusqlite::{Connection, MAIN_DB};

use super::Options;
use super::note::{Note, guid};
use super::note_type::Kind;
use crate::ledger::{Ledger, NoteKey, Said};
use crate::model::{Edition, Tag};
use crate::words::Words;

/// What learners find such notes by.
pub(super) const TAG: &str = "retired";
/// The field that says so on the card.
const READ_ON: &str = "Read on";
/// Parts the fields of a note in a collection.
const FIELD_SEPARATOR: char = '\u{1f}';
/// The most bytes of a collection that is read: far above any deck, and a bound for
/// a package that is not ours.
const MAX_BYTES: u64 = 1 << 30;

/// Takes over from packages of a deck, as they were last written, what notes said that are
/// retired now. What cannot be read is passed over: it is a result, which anybody
/// may have thrown away.
///
/// `project` is the identifier that guids are made of, `deck` the name of the deck's files.
pub fn recall(
    packages: &[Vec<u8>],
    keys: &[NoteKey],
    project: &str,
    deck: &str,
    ledger: &mut Ledger,
) {
    let wanted: BTreeMap<String, &NoteKey> =
        keys.iter().map(|key| (guid(project, &key.topic, &key.id, key.kind), key)).collect();
    for package in packages {
        let Some(found) = collection(package).and_then(|bytes| said(&bytes, &wanted).ok()) else {
            continue;
        };
        for (key, said) in found {
            let Some(record) = ledger.notes.get_mut(key).filter(|record| record.retired) else {
                continue;
            };
            if said.fields.len() == Kind::of(key.kind).fields().len() {
                Arc::make_mut(record).said.try_insert(deck.to_owned(), said);
            }
        }
    }
}

/// Returns the collection of a package.
fn collection(package: &[u8]) -> Option<Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(package)).ok()?;
    let mut bytes = Vec::new();
    let mut file = zip.by_name("collection.anki2").ok()?.take(MAX_BYTES);
    file.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Returns what the wanted notes of a collection say.
fn said<'a>(
    bytes: &[u8],
    wanted: &BTreeMap<String, &'a NoteKey>,
) -> rusqlite::Result<Vec<(&'a NoteKey, Said)>> {
    let mut connection = Connection::open_in_memory()?;
    connection.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), true)?;
    let decks: String = connection.query_row("SELECT decks FROM col", [], |row| row.get(0))?;
    let decks: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&decks).unwrap_or_default();
    let mut query = connection.prepare(
        "SELECT guid, flds, tags, (SELECT did FROM cards WHERE nid = notes.id LIMIT 1) FROM notes",
    )?;
    let mut rows = query.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let guid: String = row.get(0)?;
        let Some(key) = wanted.get(&guid) else { continue };
        let (fields, tags): (String, String) = (row.get(1)?, row.get(2)?);
        let deck: Option<i64> = row.get(3)?;
        let name = deck.and_then(|id| decks.get(&id.to_string())?.get("name")?.as_str());
        found.push((
            *key,
            Said {
                deck: name.unwrap_or("Default").to_owned(),
                fields: fields.split(FIELD_SEPARATOR).map(str::to_owned).collect(),
                tags: tags
                    .split_whitespace()
                    .filter(|tag| *tag != TAG)
                    .map(str::to_owned)
                    .collect(),
            },
        ));
    }
    Ok(found)
}

/// Returns the retired notes of a deck, stamped in the ledger as any other.
pub(super) fn notes(edition: &Edition, ledger: &mut Ledger, options: &Options<'_>) -> Vec<Note> {
    let words = Words::of(&edition.metadata.language);
    let gone: Vec<(NoteKey, Said)> = ledger
        .notes
        .iter()
        .filter(|(_, record)| record.retired)
        .filter_map(|(key, record)| Some((key.clone(), record.said.get(options.name)?.clone())))
        .collect();
    let mut notes = Vec::new();
    for (key, Said { deck, mut fields, tags }) in gone {
        let kind = Kind::of(key.kind);
        if fields.len() != kind.fields().len() {
            continue;
        }
        let place = kind.fields().iter().position(|field| *field == READ_ON);
        if let Some(field) = place.and_then(|place| fields.get_mut(place)) {
            words.retired.clone_into(field);
        }
        let tags = tags.iter().map(String::as_str).chain([TAG]);
        let mut note = Note {
            guid: guid(&edition.metadata.identifier, &key.topic, &key.id, key.kind),
            kind,
            deck,
            cards: cards(kind, &fields),
            fields,
            tags: tags.filter_map(|tag| Tag::new(tag).ok()).collect(),
            // Who has the note has its pictures.
            media: BTreeSet::new(),
            modified: 0,
        };
        note.modified = ledger.stamp_note(&key, options.name, note.hash(), options.now);
        notes.push(note);
    }
    notes
}

/// Returns the cards of a note, as its fields tell.
fn cards(kind: Kind, fields: &[String]) -> BTreeSet<u32> {
    match kind {
        Kind::Basic => {
            let place = kind.fields().iter().position(|field| *field == "Both ways");
            let both = place.and_then(|place| fields.get(place)).is_some_and(|it| !it.is_empty());
            if both { BTreeSet::from([0, 1]) } else { BTreeSet::from([0]) }
        }
        Kind::Figure => BTreeSet::from([0]),
        Kind::Cloze | Kind::Occlusion => {
            let first = fields.first().map(String::as_str).unwrap_or_default();
            let numbers = first.split("{{c").skip(1).filter_map(|rest| {
                let number: u32 = rest.split_once("::")?.0.parse().ok()?;
                number.checked_sub(1)
            });
            numbers.collect()
        }
    }
}
