//! The `SQLite` collection in a package.
//!
//! Names and types of tables and columns are the file format; what is said
//! here of a column is what the importer makes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::Write;

use rusqlite::{Connection, Transaction, params};
use serde_json::{Value, json};

use crate::write::anki::Options;
use crate::write::anki::deck::{Deck, number};
use crate::write::anki::note::Note;
use crate::write::anki::note_type::{Kind, NoteType};

/// The version of the collection's tables.
const SCHEMA: i64 = 11;
/// When the collection was made, in seconds: a fixed moment, 2020-01-01. Cards
/// that are due on a day would count from it; new cards do not.
const CREATED: i64 = 1_577_836_800;
/// What Anki calls its own image occlusion, and how many fields that asks for.
const OCCLUSION: u32 = 6;
const OCCLUSION_FIELDS: usize = 5;
/// Parts the fields of a note.
const FIELD_SEPARATOR: &str = "\u{1f}";
/// The options that every deck starts with.
const DEFAULT_OPTIONS: i64 = 1;
/// The deck that every collection has.
const DEFAULT_DECK: i64 = 1;

/// The tables. `cards.due` is the order of new cards; `usn` -1 stands for "not
/// synchronized yet"; `revlog` and `graves` stay empty, but must be there.
const TABLES: &str = "
CREATE TABLE col (
    id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL, scm integer NOT NULL,
    ver integer NOT NULL, dty integer NOT NULL, usn integer NOT NULL, ls integer NOT NULL,
    conf text NOT NULL, models text NOT NULL, decks text NOT NULL, dconf text NOT NULL,
    tags text NOT NULL
);
CREATE TABLE notes (
    id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL, mod integer NOT NULL,
    usn integer NOT NULL, tags text NOT NULL, flds text NOT NULL, sfld integer NOT NULL,
    csum integer NOT NULL, flags integer NOT NULL, data text NOT NULL
);
CREATE TABLE cards (
    id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL, ord integer NOT NULL,
    mod integer NOT NULL, usn integer NOT NULL, type integer NOT NULL, queue integer NOT NULL,
    due integer NOT NULL, ivl integer NOT NULL, factor integer NOT NULL, reps integer NOT NULL,
    lapses integer NOT NULL, left integer NOT NULL, odue integer NOT NULL, odid integer NOT NULL,
    flags integer NOT NULL, data text NOT NULL
);
CREATE TABLE revlog (
    id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL, ease integer NOT NULL,
    ivl integer NOT NULL, lastIvl integer NOT NULL, factor integer NOT NULL, time integer NOT NULL,
    type integer NOT NULL
);
CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);
";

/// Made when all rows are there: so each is sorted once.
const INDEXES: &str = "
CREATE INDEX ix_notes_usn ON notes (usn);
CREATE INDEX ix_notes_csum ON notes (csum);
CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due);
CREATE INDEX ix_revlog_usn ON revlog (usn);
CREATE INDEX ix_revlog_cid ON revlog (cid);
";

/// Writes a collection as the bytes of its file; it never touches a disk.
pub(super) fn write(
    notes: &[&Note],
    types: &[NoteType],
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Box<dyn Error>> {
    let mut connection = Connection::open_in_memory()?;
    // The page size is part of the bytes.
    connection.execute_batch("PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8';")?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(TABLES)?;
    write_header(&transaction, notes, types)?;
    write_notes(&transaction, notes, types, options)?;
    transaction.execute_batch(INDEXES)?;
    transaction.commit()?;
    out.write_all(&connection.serialize(rusqlite::MAIN_DB)?)?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(())
}

fn write_header(
    transaction: &Transaction<'_>,
    notes: &[&Note],
    types: &[NoteType],
) -> Result<(), Box<dyn Error>> {
    let stamps = notes.iter().map(|note| note.modified).chain(types.iter().map(|t| t.modified));
    let modified = stamps.max().unwrap_or(CREATED);
    let models: BTreeMap<String, Value> =
        types.iter().map(|note_type| (note_type.id.to_string(), model(note_type))).collect();
    let used: BTreeSet<Deck> =
        notes.iter().flat_map(|note| Deck::with_parents(&note.deck)).collect();
    let mut decks: BTreeMap<String, Value> =
        used.iter().map(|deck| (deck.id.to_string(), deck_json(deck.id, &deck.name))).collect();
    decks.insert(DEFAULT_DECK.to_string(), deck_json(DEFAULT_DECK, "Default"));
    transaction.execute(
        "INSERT INTO col VALUES (1, ?1, ?2, ?2, ?3, 0, 0, 0, '{}', ?4, ?5, '{}', '{}')",
        params![
            CREATED,
            modified * 1000,
            SCHEMA,
            serde_json::to_string(&models)?,
            serde_json::to_string(&decks)?
        ],
    )?;
    Ok(())
}

/// A note type in the collection's words: a *model*.
fn model(note_type: &NoteType) -> Value {
    let kind = note_type.kind;
    let fields: Vec<Value> = (0..)
        .zip(kind.fields())
        .map(|(at, name)| {
            let mut field = json!({
                "name": name, "id": kind.field_id(at), "ord": at, "font": "Arial", "size": 20,
                "rtl": false, "sticky": false, "media": [], "preventDeletion": at == 0,
            });
            // By its tag, Anki knows a field whatever its name is.
            if kind == Kind::Occlusion && at < OCCLUSION_FIELDS {
                field["tag"] = json!(at);
            }
            field
        })
        .collect();
    let templates: Vec<Value> = (0..)
        .zip(&note_type.templates)
        .map(|(at, template): (u32, _)| {
            json!({
                "name": template.name, "id": template.id, "ord": at, "qfmt": template.front,
                "afmt": template.back, "bqfmt": "", "bafmt": "", "did": null,
            })
        })
        .collect();
    let mut model = json!({
        "id": note_type.id, "name": note_type.name, "type": i32::from(kind.is_cloze()),
        "mod": note_type.modified, "usn": -1, "sortf": kind.sort_field(), "did": null,
        "flds": fields, "tmpls": templates, "css": note_type.css, "tags": [], "vers": [],
        "latexPre": "", "latexPost": "", "latexsvg": false, "req": [],
    });
    if kind == Kind::Occlusion {
        model["originalStockKind"] = json!(OCCLUSION);
    }
    model
}

/// Decks are stamped with a fixed time: collections know them by name, and
/// nothing of ours is to overwrite what a learner set.
fn deck_json(id: i64, name: &str) -> Value {
    json!({
        "id": id, "name": name, "mod": CREATED, "usn": 0, "desc": "", "dyn": 0,
        "conf": DEFAULT_OPTIONS, "collapsed": false, "browserCollapsed": false,
        "extendNew": 0, "extendRev": 0,
        "newToday": [0, 0], "revToday": [0, 0], "lrnToday": [0, 0], "timeToday": [0, 0],
    })
}

/// Ids run on from a moment of the past that hangs on the deck's name, so that
/// two decks seldom meet; collections know notes by guid, and mend it if they do.
fn write_notes(
    transaction: &Transaction<'_>,
    notes: &[&Note],
    types: &[NoteType],
    options: &Options<'_>,
) -> Result<(), Box<dyn Error>> {
    let mut into_notes = transaction
        .prepare("INSERT INTO notes VALUES (?1, ?2, ?3, ?4, -1, ?5, ?6, ?7, 0, 0, '')")?;
    let mut into_cards = transaction.prepare(
        "INSERT INTO cards VALUES (?1, ?2, ?3, ?4, ?5, -1, 0, 0, ?6, 0, 0, 0, 0, 0, 0, 0, 0, '')",
    )?;
    let first = CREATED * 1000 + number(options.name) % 60_000_000_000;
    let mut card_id = first;
    for (note_id, (due, note)) in (first..).zip((1_i64..).zip(notes)) {
        let Some(note_type) = types.iter().find(|note_type| note_type.kind == note.kind) else {
            continue;
        };
        // The importer computes the sort field and the checksum by itself.
        let sort = note.fields.first().map(String::as_str).unwrap_or_default();
        into_notes.execute(params![
            note_id,
            note.guid,
            note_type.id,
            note.modified,
            note.tag_text(),
            note.fields.join(FIELD_SEPARATOR),
            sort
        ])?;
        let deck = Deck::new(&note.deck);
        for ordinal in &note.cards {
            into_cards.execute(params![card_id, note_id, deck.id, ordinal, note.modified, due])?;
            card_id += 1;
        }
    }
    Ok(())
}
