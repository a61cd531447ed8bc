//! Decks: their files, and what is said of them.

use blake3::Hash;

use super::steps::{Wanted, deck_id};
use super::{
    Built, Loaded, OwnLayouts, Place, Progress, Request, ResolvedDeck, Stored, output_path,
};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::files::Spool;
use crate::ledger::{Ledger, NoteKey};
use crate::model::{CsvTypes, Flashcard, Printed};
use crate::source::ProjectPath;
use crate::trace::Piece;
use crate::write::anki::{self, Written};
use crate::write::illustration::Illustrations;

/// What all decks are made with.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    /// The pictures of figures.
    pub(super) illustrations: &'a Illustrations,
    pub(super) own: &'a OwnLayouts,
    /// Where topics are printed.
    pub(super) printed: &'a Printed<'a>,
}

/// Who asks for decks.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) loaded: &'a Loaded,
    pub(super) request: &'a Request,
    pub(super) wanted: &'a Wanted<'a>,
    pub(super) progress: &'a dyn Progress,
}

/// Makes a deck.
pub(super) fn make(
    resolved: &ResolvedDeck<'_>,
    means: &Means<'_>,
    asked: &Asked<'_>,
    ledger: &mut Ledger,
    built: &mut Built,
    diagnostics: &mut Diagnostics,
) {
    let Asked { loaded, request, wanted, progress } = *asked;
    let ResolvedDeck { plan, edition } = resolved;
    let deck = plan.deck;
    let path = output_path(&format!("decks/{}.apkg", deck.name.value));
    progress.step(path.as_str());
    let _piece = Piece::begin(request.trace.as_ref(), "deck", path.as_str());
    let options = anki::Options {
        name: &deck.name.value,
        deck: &deck.title,
        now: request.now,
        printed: means.printed,
        stock: (deck.csv == CsvTypes::Stock).then_some(deck.profile),
        texts: request.texts,
        jobs: request.jobs,
    };
    recall(resolved, request, &loaded.ledger, ledger);
    let (illustrations, layout) = (means.illustrations, &means.own.anki);
    let begin = || request.cache.spool();
    let written = anki::write(edition, illustrations, layout, ledger, &options, begin, diagnostics);
    // The others are made for the ledger, which is one for all.
    if !wanted.has(&deck_id(resolved.plan)) {
        return;
    }
    let cards = edition.flashcards.iter().map(Flashcard::card_count).sum();
    if cards > 0 {
        built.account.decks.push((path, cards));
    }
    let Some(Written { artifacts, files, pictures, notes }) = written else { return };
    built.artifacts.extend(artifacts);
    built
        .stored
        .extend(files.into_iter().filter_map(|(path, spool)| store(path, spool, diagnostics)));
    built.stored.extend(pictures.into_iter().filter_map(|(path, picture)| {
        let hash = Hash::from_hex(&*picture.hash).ok()?;
        Some(Stored { path, hash, size: picture.file.size(), place: Place::Picture(picture.file) })
    }));
    built.notes.extend(notes);
}

/// Ends a file that was written; `None`, after a message, if it cannot be read again.
pub(super) fn store(
    path: ProjectPath,
    spool: Spool,
    diagnostics: &mut Diagnostics,
) -> Option<Stored> {
    let finished = spool.finish().map_err(|error| {
        let message = format!("`{path}` cannot be read again ({error})");
        diagnostics.push(Diagnostic::error(Code::BrokenLayout, message));
    });
    let spooled = finished.ok()?;
    let (hash, size) = (spooled.hash, spooled.size);
    Some(Stored { path, hash, size, place: Place::Spool(spooled) })
}

/// Learns what the notes of a deck last said that this build retires.
fn recall(deck: &ResolvedDeck, request: &Request, before: &Ledger, ledger: &mut Ledger) {
    let name = &deck.plan.deck.name.value;
    let is_new = |key: &NoteKey| before.notes.get(key).is_some_and(|was| !was.retired);
    let gone = ledger
        .notes
        .iter()
        .filter(|(key, record)| record.retired && record.stamps.contains_key(name) && is_new(key));
    let keys: Vec<NoteKey> = gone.map(|(key, _)| key.clone()).collect();
    if keys.is_empty() {
        return;
    }
    // If a build was stopped before it wrote the ledger, the package of what is retired has it.
    let paths = [format!("decks/{name}.apkg"), format!("decks/{name}/retired.apkg")];
    let packages: Vec<_> = paths.iter().filter_map(|path| request.results.read(path)).collect();
    anki::recall(&packages, &keys, &deck.edition.metadata.identifier, name, ledger);
}
