//! The integration tests: one binary, for Typst is linked into it. Read
//! `tests/README.md` first.

#![allow(missing_docs)]

mod epub;
