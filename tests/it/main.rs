//! All integration tests in one binary, since linking Typst once is slow enough.

mod anki;
