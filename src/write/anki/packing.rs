//! Notes into all files of a deck, while more of them are made.

use std::collections::BTreeMap;
use std::io::{Seek, Write};
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};

use super::apkg::Package;
use super::csv::{Rows, Sheets};
use super::note::Note;
use super::note_type::{Kind, NoteType};
use super::{NoteText, Options, text};
use crate::ledger::NoteKey;

/// How many notes are handed over at once.
const BATCH: usize = 64;
/// How many batches may wait: what is made need not be in memory until all of it is.
const WAITING: usize = 8;

/// Notes that are to be packed.
type Batch = Vec<(Note, NoteKey)>;

/// All notes of a deck in its files.
pub(super) struct Packed<'a, S> {
    /// The package, but for its media.
    pub(super) package: Package<'a>,
    /// The notes as CSV.
    pub(super) sheets: Sheets<S>,
    /// The first note of each type.
    pub(super) first: BTreeMap<Kind, Note>,
    /// What the notes say, if somebody wants to know.
    pub(super) texts: Vec<NoteText>,
}

/// Puts notes into files as `make` hands them over, one after the other: on a thread of its
/// own, if there are two.
///
/// # Errors
/// If a file cannot be written.
pub(super) fn pack<'a, S: Write + Seek + Send>(
    types: &'a [NoteType],
    options: &Options<'_>,
    begin: &(dyn Fn() -> S + Sync),
    make: impl FnOnce(&mut dyn FnMut(Note, NoteKey)),
) -> Result<Packed<'a, S>, String> {
    let (send, receive) = sync_channel::<Batch>(WAITING);
    let receive = Mutex::new(Some(receive));
    let pack_all = || {
        // Who does not begin, or go on, lets go of it, so that nobody waits to hand over more.
        let receive = receive.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut packer = Packer::begin(types, options, begin)?;
        for (note, key) in receive.into_iter().flatten().flatten() {
            packer.add(note, key)?;
        }
        packer.end()
    };
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new();
        let spawned = (options.jobs > 1).then(|| builder.spawn_scoped(scope, pack_all).ok());
        let Some(packing) = spawned.flatten() else {
            let mut packer = Packer::begin(types, options, begin)?;
            let mut state = Ok(());
            make(&mut |note, key| {
                if state.is_ok() {
                    state = packer.add(note, key);
                }
            });
            return state.and_then(|()| packer.end());
        };
        let mut batch = Batch::with_capacity(BATCH);
        make(&mut |note, key| {
            batch.push((note, key));
            if batch.len() == BATCH {
                // Why it is not taken, who does not take it says.
                let _ = send.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
            }
        });
        let _ = send.send(batch);
        drop(send);
        packing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The files of a deck in the making.
struct Packer<'a, S: Write> {
    package: Package<'a>,
    rows: Rows<'a, S>,
    first: BTreeMap<Kind, Note>,
    /// What the notes say, if somebody wants to know.
    texts: Option<Vec<NoteText>>,
}

impl<'a, S: Write> Packer<'a, S> {
    fn begin(
        types: &'a [NoteType],
        options: &Options<'_>,
        begin: &dyn Fn() -> S,
    ) -> Result<Self, String> {
        Ok(Self {
            package: Package::begin(types, options).map_err(explain)?,
            rows: Rows::begin(types, options, None, begin).map_err(explain)?,
            first: BTreeMap::new(),
            texts: options.texts.then(Vec::new),
        })
    }

    fn add(&mut self, note: Note, key: NoteKey) -> Result<(), String> {
        self.package.add(&note).map_err(explain)?;
        self.rows.add(&note).map_err(explain)?;
        self.first.entry(note.kind).or_insert_with(|| note.clone());
        if let Some(texts) = &mut self.texts {
            texts.push(text(note, key));
        }
        Ok(())
    }

    fn end(self) -> Result<Packed<'a, S>, String> {
        let Self { package, rows, first, texts } = self;
        let sheets = rows.finish().map_err(explain)?;
        Ok(Packed { package, sheets, first, texts: texts.unwrap_or_default() })
    }
}

fn explain(error: impl ToString) -> String {
    error.to_string()
}
