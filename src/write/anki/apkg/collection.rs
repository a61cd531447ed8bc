//! The `SQLite` collection in a package.
//!
//! Names and types of tables and columns are the file format; what is said
//! here of a column is what the importer makes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::Write;

use rusqlite::{Connection, OpenFlags, params};
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

/// Where the pages lie: in memory, and there once. What `:memory:` is to `SQLite`, it
/// copies to hand it over.
const IN_MEMORY: &str = "file:collection?vfs=memdb";

const INTO_NOTES: &str = "INSERT INTO notes VALUES (?1, ?2, ?3, ?4, -1, ?5, ?6, ?7, 0, 0, '')";
const INTO_CARDS: &str = "INSERT INTO cards VALUES \
    (?1, ?2, ?3, ?4, ?5, -1, 0, 0, ?6, 0, 0, 0, 0, 0, 0, 0, 0, '')";

/// A collection in the making; it never touches a disk.
#[derive(Debug)]
pub(super) struct Collection<'a> {
    connection: Connection,
    types: &'a [NoteType],
    decks: BTreeSet<String>,
    /// The latest change of a note or type.
    modified: Option<i64>,
    note_id: i64,
    card_id: i64,
    due: i64,
}

impl<'a> Collection<'a> {
    /// Begins a collection of notes of these types.
    pub(super) fn begin(types: &'a [NoteType], options: &Options<'_>) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(IN_MEMORY, flags)?;
        // The page size is part of the bytes. Nobody looks on, and what fails is thrown
        // away as a whole.
        connection.execute_batch(
            "PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8'; PRAGMA journal_mode = OFF; \
             PRAGMA locking_mode = EXCLUSIVE; BEGIN;",
        )?;
        connection.execute_batch(TABLES)?;
        // Ids run on from a moment of the past that hangs on the deck's name, so that
        // two decks seldom meet; collections know notes by guid, and mend it if they do.
        let first = CREATED * 1000 + number(options.name) % 60_000_000_000;
        let modified = types.iter().map(|note_type| note_type.modified).max();
        let decks = BTreeSet::new();
        Ok(Self { connection, types, decks, modified, note_id: first, card_id: first, due: 1 })
    }

    /// Adds a note, whose type must be among those of the collection.
    pub(super) fn add(&mut self, note: &Note) -> rusqlite::Result<()> {
        let note_type = self.types.iter().find(|note_type| note_type.kind == note.kind);
        let Some(note_type) = note_type else { return Ok(()) };
        // The importer computes the sort field and the checksum by itself.
        let sort = note.fields.first().map(String::as_str).unwrap_or_default();
        self.connection.prepare_cached(INTO_NOTES)?.execute(params![
            self.note_id,
            note.guid,
            note_type.id,
            note.modified,
            note.tag_text(),
            note.fields.join(FIELD_SEPARATOR),
            sort
        ])?;
        let deck = Deck::new(&note.deck);
        let mut into_cards = self.connection.prepare_cached(INTO_CARDS)?;
        for ordinal in &note.cards {
            let note_id = self.note_id;
            let due = self.due;
            into_cards.execute(params![
                self.card_id,
                note_id,
                deck.id,
                ordinal,
                note.modified,
                due
            ])?;
            self.card_id += 1;
        }
        self.note_id += 1;
        self.due += 1;
        self.modified = self.modified.max(Some(note.modified));
        if !self.decks.contains(&note.deck) {
            self.decks.insert(note.deck.clone());
        }
        Ok(())
    }

    /// Writes the collection as the bytes of its file.
    pub(super) fn finish(mut self, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
        self.write_header()?;
        self.connection.execute_batch(INDEXES)?;
        self.connection.execute_batch("COMMIT;")?;
        self.connection.flush_prepared_statement_cache();
        out.write_all(&self.connection.serialize(rusqlite::MAIN_DB)?)?;
        self.connection.close().map_err(|(_, error)| error)?;
        Ok(())
    }

    fn write_header(&self) -> Result<(), Box<dyn Error>> {
        let models: BTreeMap<String, Value> = self
            .types
            .iter()
            .map(|note_type| (note_type.id.to_string(), model(note_type)))
            .collect();
        let used: BTreeSet<Deck> =
            self.decks.iter().flat_map(|deck| Deck::with_parents(deck)).collect();
        let mut decks: BTreeMap<String, Value> =
            used.iter().map(|deck| (deck.id.to_string(), deck_json(deck.id, &deck.name))).collect();
        decks.insert(DEFAULT_DECK.to_string(), deck_json(DEFAULT_DECK, "Default"));
        self.connection.execute(
            "INSERT INTO col VALUES (1, ?1, ?2, ?2, ?3, 0, 0, 0, '{}', ?4, ?5, '{}', '{}')",
            params![
                CREATED,
                self.modified.unwrap_or(CREATED) * 1000,
                SCHEMA,
                serde_json::to_string(&models)?,
                serde_json::to_string(&decks)?
            ],
        )?;
        Ok(())
    }
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
