//! The ledger of flashcard identity, `cards.lock`.
