//! The integration tests: one binary, for Typst is linked into it. Read
//! `tests/README.md` first.

mod anki;
mod case;
mod epub;
mod read;
mod show;
mod tidy;
