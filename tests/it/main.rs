//! The integration tests, in one binary: linking Typst once is slow enough.

#![allow(missing_docs)]

mod epub;
