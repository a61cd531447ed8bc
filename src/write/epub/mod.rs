//! Editions to EPUB 3.3.
