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
mod readme;
mod render;
mod retired;
mod stock;
mod templates;

use std::collections::{BTreeMap, BTreeSet};

use csv::Sheets;
use note::Note;
use note_type::{Kind, NoteType};
pub use retired::recall;

use crate::diag::Diagnostics;
use crate::layout::Layout;
use crate::ledger::{Ledger, NoteKey, NoteKind};
use crate::model::{Edition, Language, Printed, ProfileLanguage, Tag, TopicId};
use crate::source::ProjectPath;
use crate::write::artifact::Artifact;
use crate::write::illustration::Illustrations;

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
}

/// A deck that was written.
#[derive(Debug, Default)]
pub struct Written {
    /// Its files.
    pub artifacts: Vec<Artifact>,
    /// What its notes say.
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

/// Writes the flashcards of an edition as a package and as a CSV.
///
/// An edition without flashcards gives no artifacts. `None` means that the
/// layout is wrong; how is among the messages.
pub fn write(
    edition: &Edition,
    illustrations: &Illustrations,
    layout: &Layout,
    ledger: &mut Ledger,
    options: &Options<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Written> {
    let mut types = templates::note_types(layout, diagnostics)?;
    if edition.flashcards.is_empty() {
        return Some(Written::default());
    }
    let mut notes = Vec::with_capacity(edition.flashcards.len());
    let mut keys = Vec::with_capacity(edition.flashcards.len());
    let mut media = media::Media::default();
    let languages: BTreeMap<&TopicId, &Language> = edition
        .topics
        .iter()
        .filter_map(|topic| Some((&topic.id.value, topic.language.as_ref()?)))
        .collect();
    for flashcard in &edition.flashcards {
        let language =
            languages.get(&flashcard.topic).copied().unwrap_or(&edition.metadata.language);
        let mut note =
            render::note(flashcard, edition, illustrations, language, options, &mut media);
        let key = NoteKey {
            topic: flashcard.topic.clone(),
            id: flashcard.id.clone(),
            kind: NoteKind::of(&flashcard.kind),
        };
        note.modified = ledger.stamp_note(&key, options.name, note.hash(), options.now);
        keys.push(key);
        notes.push(note);
    }
    let retired = retired::notes(edition, ledger, options);
    let kinds = |notes: &[Note]| notes.iter().map(|note| note.kind).collect::<BTreeSet<Kind>>();
    let (used, gone) = (kinds(&notes), kinds(&retired));
    types.retain(|note_type| used.contains(&note_type.kind) || gone.contains(&note_type.kind));
    for note_type in &mut types {
        let hash = note_type.hash();
        note_type.modified =
            ledger.stamp_note_type(options.name, &note_type.name, hash, options.now);
    }
    let of = |kinds: &BTreeSet<Kind>| {
        let types = types.iter().filter(|note_type| kinds.contains(&note_type.kind));
        types.cloned().collect::<Vec<_>>()
    };
    let has_retired = !retired.is_empty();
    // What is packed lies in memory, and was checked: no input makes this fail.
    let mut artifacts = pack(&notes, &of(&used), &media, edition, options, has_retired)
        .expect("a deck can be packed");
    if has_retired {
        let more = pack_retired(&retired, &of(&gone), options).expect("a deck can be packed");
        artifacts.extend(more);
    }
    let texts = notes.into_iter().zip(keys).map(|(note, key)| text(note, key));
    Some(Written { artifacts, notes: texts.collect() })
}

/// Packs the notes that are gone from the deck.
fn pack_retired(
    notes: &[Note],
    types: &[NoteType],
    options: &Options<'_>,
) -> Result<Vec<Artifact>, Box<dyn std::error::Error>> {
    let name = options.name;
    let all: Vec<&Note> = notes.iter().collect();
    // Ids follow from the name: they are not those of the notes that are there.
    let apart = format!("{name}/retired");
    let apart = Options { name: &apart, ..*options };
    let package = apkg::pack(&all, types, &media::Media::default(), &apart)?;
    let Sheets { plain, .. } = match options.stock {
        Some(language) => stock::write(notes, language, Some(retired::TAG))?,
        None => csv::write(notes, types, Some(retired::TAG))?,
    };
    Ok(vec![
        artifact(format!("decks/{name}/retired.apkg"), package)?,
        artifact(format!("decks/{name}/retired.csv"), plain)?,
    ])
}

fn artifact(path: String, bytes: Vec<u8>) -> Result<Artifact, String> {
    Ok(Artifact { path: ProjectPath::new(&path)?, bytes })
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

fn pack(
    notes: &[Note],
    types: &[NoteType],
    media: &media::Media,
    edition: &Edition,
    options: &Options<'_>,
    has_retired: bool,
) -> Result<Vec<Artifact>, Box<dyn std::error::Error>> {
    let name = options.name;
    let all: Vec<&Note> = notes.iter().collect();
    // A package without notes brings no note types, so the one that goes before
    // the CSV holds the first real note of each: the CSV finds it there, and
    // nothing is left over.
    let first: Vec<&Note> = types
        .iter()
        .filter_map(|note_type| notes.iter().find(|note| note.kind == note_type.kind))
        .collect();
    let mut artifacts = vec![
        artifact(format!("decks/{name}.apkg"), apkg::pack(&all, types, media, options)?)?,
        artifact(
            format!("decks/{name}/README.txt"),
            readme::write(options, &edition.metadata.language, has_retired).into_bytes(),
        )?,
    ];
    let Sheets { tagged, plain } = match options.stock {
        Some(language) => stock::write(notes, language, None)?,
        None => {
            let types_first = apkg::pack(&first, types, media, options)?;
            artifacts.push(artifact(format!("decks/{name}/note-types.apkg"), types_first)?);
            csv::write(notes, types, None)?
        }
    };
    artifacts.push(artifact(format!("decks/{name}/notes.csv"), tagged)?);
    artifacts.push(artifact(format!("decks/{name}/update.csv"), plain)?);
    for (file, bytes) in media.files() {
        artifacts.push(artifact(format!("decks/{name}/media/{file}"), bytes.to_vec())?);
    }
    Ok(artifacts)
}
