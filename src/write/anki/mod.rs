//! Editions to Anki decks.
