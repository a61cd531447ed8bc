//! The flashcards of an edition.
