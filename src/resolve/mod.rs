//! Model to edition.

pub mod flashcards;
