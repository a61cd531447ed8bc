//! Where the time goes, for those who watch.
//!
//! Knows: nothing. Must not know: clocks, for they are the watcher's.

use std::fmt::Debug;

/// Somebody who watches what is being done.
pub trait Trace: Debug + Send + Sync {
    /// Called as a thread begins with a piece of work: its kind, and what it is on.
    /// Pieces of a thread lie within each other.
    fn begin(&self, stage: &'static str, what: &str);
    /// Called as the thread ends the piece that it began last.
    fn end(&self);
}

/// Nobody.
#[derive(Debug, Clone, Copy)]
pub struct NoTrace;

impl Trace for NoTrace {
    fn begin(&self, _stage: &'static str, _what: &str) {}

    fn end(&self) {}
}

/// A piece of work, until it is dropped.
#[derive(Debug)]
pub struct Piece<'a>(&'a dyn Trace);

impl<'a> Piece<'a> {
    /// Begins a piece of work.
    pub fn begin(trace: &'a dyn Trace, stage: &'static str, what: &str) -> Self {
        trace.begin(stage, what);
        Self(trace)
    }
}

impl Drop for Piece<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}
