//! Recto compiles structured topic sources into print-ready PDF handouts, EPUB
//! study books and Anki decks, with figure captions and citation lists that
//! agree everywhere.
//!
//! # The pipeline
//!
//! 1. **Read.** [`project`] reads the manifest; [`read`] turns Markdown, YAML
//!    and bibliographies into a [`model::Document`]. Every name that may be
//!    wrong keeps its place ([`source::Span`]).
//! 2. **Resolve.** [`resolve`] puts topics together into a [`model::Edition`]
//!    for each publication: numbers, the wording of references and marks,
//!    rendered citations, flashcards with their identity from the [`ledger`],
//!    and pictures, cleaned by [`picture`].
//! 3. **Write.** Independent writers in [`write`](mod@write) turn editions into
//!    files, each shaped by a [`layout::Layout`] that a project can override:
//!    [`write::pdf`], [`write::epub`], [`write::anki`].
//!    [`write::plates`] turns finished pages into the inks of a press, and
//!    [`write::press`] puts them on sheets, where [`imposition`] says.
//! 4. **Audit.** [`audit`] opens the finished files again, and searches them for
//!    what pictures brought along.
//! 5. **Commit.** [`record`] lists what was made of what, and [`files::commit`] puts
//!    the finished bytes on disk: all of them, or none.
//!
//! [`pipeline`] does these steps in order; [`cli`] is the program around it.
//!
//! # What goes where
//!
//! Types are in the middle, behavior around them. `read`, `resolve` and the
//! writers never know each other; they meet in [`model`]. A crate that Recto
//! depends on is named in one room only: Typst in `write::pdf`, comrak in
//! `read`, the YAML crate in [`yaml`], `rusqlite` in `write::anki`; the one
//! exception is hayagriva, whose entry is the model's `Reference`. A test holds
//! all of this: `tests/it/tidy.rs`.
//!
//! What is wrong with content is a [`diag::Diagnostic`]: reading and resolving
//! go on and report everything at once, and nothing is written while there is an
//! error. What is wrong with the environment is a `Result`.
//!
//! [`schema`] stands beside the pipeline: it says as JSON Schema what the YAML of
//! sources may hold, and a test holds it and the readers together.
//!
//! Nothing in the library prints, reads a clock, or knows the working directory.

// In reading order.
pub mod source;

pub mod parallel;

mod digest;

pub mod trace;

pub mod diag;

pub mod files;

pub mod fonts;

pub mod model;

pub mod words;

pub mod yaml;

pub mod project;

pub mod read;

pub mod schema;

pub mod ledger;

pub mod picture;

pub mod resolve;

pub mod layout;

pub mod imposition;

pub mod write;

pub mod audit;

pub mod record;

pub mod pipeline;

pub mod scaffold;

pub mod cli;
