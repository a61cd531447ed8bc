//! Editions to Anki decks: a package that imports with one press, and a CSV of
//! the same notes with its media.
//!
//! Does: renders flashcards into notes, stamps what changed, and packs. Knows:
//! the model, layouts, the ledger, Anki's file formats. Must not know: readers,
//! resolving, the other writers.
//!
//! 1. [`render`] turns each flashcard into a [`note::Note`]: fields of HTML in
//!    Anki's [`dialect`], and the [`media`] that they show.
//! 2. The ledger says when each note last changed; only a changed one gets a
//!    later time, so that an import leaves the learner's other notes alone.
//! 3. [`apkg`] packs notes and [`note_type`]s; [`csv`] lists the same notes.
//!
//! Anki's code is a test oracle only: nothing of it is here. The formats were
//! written down from files, and are proved by importing them.

mod apkg;
mod csv;
mod deck;
mod dialect;
mod escape;
mod formula;
mod media;
mod note;
mod note_type;
mod packing;
mod readme;
mod render;
mod retired;
mod stock;
mod templates;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::{Seek, Write};

use apkg::Package;
use csv::{Rows, Sheets};
use media::Media;
use note::Note;
use note_type::{Kind, NoteType};
use packing::Packed;
pub use retired::recall;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::layout::Layout;
use crate::ledger::{Ledger, NoteKey, NoteKind};
use crate::model::{Edition, Flashcard, Language, Printed, ProfileLanguage, Tag, TopicId};
use crate::parallel::in_order;
use crate::source::ProjectPath;
use crate::write::artifact::Artifact;
use crate::write::illustration::{Illustrations, Picture};

/// How many flashcards are rendered by one thread, one after the other.
const BATCH: usize = 64;
/// How many batches are rendered before they are packed: notes need not be in memory until all
/// are.
const TOGETHER: usize = 8;

/// What to make of an edition.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The name of the files: `decks/NAME.apkg`, `decks/NAME/…`.
    pub name: &'a str,
    /// The title of the deck; levels are parted by `::`.
    pub deck: &'a str,
    /// The time of the build in seconds since 1970-01-01 UTC. Only notes whose
    /// content changed are stamped with it.
    pub now: i64,
    /// Where topics are printed.
    pub printed: &'a Printed<'a>,
    /// The language of the profiles whose own note types the CSV names; `None` if it
    /// names ours.
    pub stock: Option<ProfileLanguage>,
    /// Whether somebody wants to know what notes say.
    pub texts: bool,
    /// How many threads there are.
    pub jobs: usize,
}

/// A deck that was written.
#[derive(Debug)]
pub struct Written<S> {
    /// Its small files.
    pub artifacts: Vec<Artifact>,
    /// Its large files, and where they go.
    pub files: Vec<(ProjectPath, S)>,
    /// The pictures that its notes show, and where they go.
    pub pictures: Vec<(ProjectPath, Picture)>,
    /// What its notes say, if somebody wants to know.
    pub notes: Vec<NoteText>,
}

/// What a note says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteText {
    /// Which note it is.
    pub key: NoteKey,
    /// What Anki knows it by.
    pub guid: String,
    /// The deck of its cards.
    pub deck: String,
    /// The name of its type.
    pub note_type: &'static str,
    /// Its fields that say something, with their names, as HTML.
    pub fields: Vec<(&'static str, String)>,
    /// Its tags.
    pub tags: Vec<Tag>,
}

/// Writes the flashcards of an edition as a package and as a CSV. Large files go to what
/// `begin` makes, note by note.
///
/// An edition without flashcards gives no files. `None` means that the layout is wrong or
/// a file cannot be written; how is among the messages.
pub fn write<S: Write + Seek + Send>(
    edition: &Edition,
    illustrations: &Illustrations,
    layout: &Layout,
    ledger: &mut Ledger,
    options: &Options<'_>,
    begin: impl Fn() -> S + Sync,
    diagnostics: &mut Diagnostics,
) -> Option<Written<S>> {
    let types = templates::note_types(layout, diagnostics)?;
    if edition.flashcards.is_empty() {
        return Some(Written {
            artifacts: Vec::new(),
            files: Vec::new(),
            pictures: Vec::new(),
            notes: Vec::new(),
        });
    }
    let retired = retired::notes(edition, ledger, options);
    let flashcards = edition.flashcards.iter();
    let used: BTreeSet<Kind> =
        flashcards.map(|flashcard| Kind::of(NoteKind::of(&flashcard.kind))).collect();
    let gone: BTreeSet<Kind> = retired.iter().map(|note| note.kind).collect();
    let mut of = |kinds: &BTreeSet<Kind>| {
        let types = types.iter().filter(|note_type| kinds.contains(&note_type.kind));
        let stamped = types.cloned().map(|mut note_type| {
            let hash = note_type.hash();
            note_type.modified =
                ledger.stamp_note_type(options.name, &note_type.name, hash, options.now);
            note_type
        });
        stamped.collect::<Vec<_>>()
    };
    let (types, types_gone) = (of(&used), of(&gone));
    let rendered = Rendered { edition, illustrations, options, types: &types };
    let written = rendered.pack(ledger, &begin, !retired.is_empty(), diagnostics);
    let written = written.and_then(|written| {
        let Some(mut written) = written else { return Ok(None) };
        if !retired.is_empty() {
            let more = pack_retired(&retired, &types_gone, options, &begin, diagnostics)?;
            written.files.extend(more);
        }
        Ok(Some(written))
    });
    written.unwrap_or_else(|error| {
        let message = format!("the deck `{}` cannot be packed ({error})", options.name);
        diagnostics.push(Diagnostic::error(Code::BrokenLayout, message));
        None
    })
}

/// Flashcards, and all that their notes are made of.
struct Rendered<'a> {
    edition: &'a Edition,
    illustrations: &'a Illustrations,
    options: &'a Options<'a>,
    types: &'a [NoteType],
}

impl Rendered<'_> {
    /// Renders notes, some of them side by side, and puts each into all files.
    fn pack<S: Write + Seek + Send>(
        &self,
        ledger: &mut Ledger,
        begin: &(dyn Fn() -> S + Sync),
        has_retired: bool,
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<Written<S>>, Box<dyn Error>> {
        let Self { edition, illustrations, options, types } = *self;
        let name = options.name;
        let languages: BTreeMap<&TopicId, &Language> = edition
            .topics
            .iter()
            .filter_map(|topic| Some((&topic.id.value, topic.language.as_ref()?)))
            .collect();
        let mut media = Media::default();
        let packed = packing::pack(types, options, begin, |take| {
            let render = |batch: &&[Flashcard]| {
                let mut shown = Media::default();
                let one = |flashcard: &Flashcard| {
                    let language = languages.get(&flashcard.topic).copied();
                    let language = language.unwrap_or(&edition.metadata.language);
                    let note = render::note(
                        flashcard,
                        edition,
                        illustrations,
                        language,
                        options,
                        &mut shown,
                    );
                    let hash = note.hash();
                    let key = NoteKey {
                        topic: flashcard.topic.clone(),
                        id: flashcard.id.clone(),
                        kind: NoteKind::of(&flashcard.kind),
                    };
                    (note, hash, key)
                };
                let notes: Vec<_> = batch.iter().map(one).collect();
                (notes, shown)
            };
            for some in edition.flashcards.chunks(BATCH * TOGETHER) {
                let batches: Vec<&[Flashcard]> = some.chunks(BATCH).collect();
                for (notes, shown) in in_order(options.jobs, &batches, render) {
                    media.extend(shown);
                    for (mut note, hash, key) in notes {
                        note.modified = ledger.stamp_note(&key, name, hash, options.now);
                        take(note, key);
                    }
                }
            }
        })?;
        let Packed { package, sheets, first, texts: notes } = packed;
        let Some(package) = package.finish(&media, begin(), diagnostics)? else {
            return Ok(None);
        };
        let mut files = vec![(path(&format!("decks/{name}.apkg"))?, package)];
        if options.stock.is_none() {
            // A package without notes brings no note types, so the one that goes before
            // the CSV holds the first real note of each: the CSV finds it there, and
            // nothing is left over.
            let mut package = Package::begin(types, options)?;
            for note in types.iter().filter_map(|note_type| first.get(&note_type.kind)) {
                package.add(note)?;
            }
            let Some(package) = package.finish(&media, begin(), diagnostics)? else {
                return Ok(None);
            };
            files.push((path(&format!("decks/{name}/note-types.apkg"))?, package));
        }
        let Sheets { tagged, plain } = sheets;
        files.push((path(&format!("decks/{name}/notes.csv"))?, tagged));
        files.push((path(&format!("decks/{name}/update.csv"))?, plain));
        let readme = readme::write(options, &edition.metadata.language, has_retired);
        let to = path(&format!("decks/{name}/README.txt"))?;
        let artifacts = vec![Artifact { path: to, bytes: readme.into_bytes() }];
        let pictures = media
            .into_files()
            .map(|picture| Ok((path(&format!("decks/{name}/media/{}", picture.name))?, picture)))
            .collect::<Result<_, String>>()?;
        Ok(Some(Written { artifacts, files, pictures, notes }))
    }
}

/// Packs the notes that are gone from the deck.
fn pack_retired<S: Write + Seek>(
    notes: &[Note],
    types: &[NoteType],
    options: &Options<'_>,
    begin: &dyn Fn() -> S,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<(ProjectPath, S)>, Box<dyn Error>> {
    let name = options.name;
    // Ids follow from the name: they are not those of the notes that are there.
    let apart = format!("{name}/retired");
    let apart = Options { name: &apart, ..*options };
    let mut package = Package::begin(types, &apart)?;
    let mut rows = Rows::begin(types, options, Some(retired::TAG), begin)?;
    for note in notes {
        package.add(note)?;
        rows.add(note)?;
    }
    let package = package.finish(&Media::default(), begin(), diagnostics)?;
    let Sheets { plain, .. } = rows.finish()?;
    let mut files = vec![(path(&format!("decks/{name}/retired.csv"))?, plain)];
    if let Some(package) = package {
        files.push((path(&format!("decks/{name}/retired.apkg"))?, package));
    }
    Ok(files)
}

fn path(path: &str) -> Result<ProjectPath, String> {
    ProjectPath::new(path)
}

fn text(note: Note, key: NoteKey) -> NoteText {
    let fields = note.kind.fields().iter().copied().zip(note.fields);
    NoteText {
        key,
        guid: note.guid,
        deck: note.deck,
        note_type: note.kind.name(),
        fields: fields.filter(|(_, field)| !field.is_empty()).collect(),
        tags: note.tags,
    }
}
