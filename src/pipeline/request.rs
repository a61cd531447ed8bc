//! What callers decide, and how they are told.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::output_path;
use crate::files::{Cache, Files};
use crate::fonts::FontFile;
use crate::model::Date;
use crate::trace::Trace;

/// What the caller decides.
#[derive(Debug, Clone)]
pub struct Request {
    /// The title of a project that gives itself none.
    pub fallback_title: String,
    /// Seconds since 1970-01-01 UTC. Only flashcards that changed are stamped
    /// with it, and the ledger keeps it; no artifact depends on it otherwise.
    pub now: i64,
    /// The date that files say they were made on, over the manifest's.
    pub date: Option<Date>,
    /// How many threads to use.
    pub jobs: usize,
    /// What earlier builds made.
    pub cache: Arc<dyn Cache>,
    /// Fonts of the machine, for characters that neither Recto nor the project
    /// has a font for; none, unless somebody asks for them.
    pub system_fonts: Vec<FontFile>,
    /// What tells this program from all others, so that what it made is known for
    /// its own; `None` if that is not known.
    pub program: Option<String>,
    /// The ids of the steps to do ([`steps()`]); all, if nobody says.
    pub only: Option<BTreeSet<String>>,
    /// What the last build made, if it is there.
    pub results: Results,
    /// Who watches where the time goes.
    pub trace: Arc<dyn Trace>,
}

/// The folder of results, as the last build left it. Only decks look into it: for what
/// a note said that is gone now.
#[derive(Clone, Default)]
pub struct Results(Option<Arc<dyn Files + Send + Sync>>);

impl Results {
    /// Takes a folder for that of the results.
    pub fn of(files: Arc<dyn Files + Send + Sync>) -> Self {
        Self(Some(files))
    }

    /// Returns what a file of the results holds, if it is there.
    pub(super) fn read(&self, path: &str) -> Option<Vec<u8>> {
        self.0.as_ref()?.read(&output_path(path)).ok()
    }
}

impl fmt::Debug for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Results(a folder)" } else { "Results(none)" })
    }
}

/// Where a build tells how far it is.
pub trait Progress: Sync {
    /// Called once, with the number of steps.
    fn start(&self, steps: usize);
    /// Called as each step begins or ends, with what is being made.
    fn step(&self, what: &str);
}
