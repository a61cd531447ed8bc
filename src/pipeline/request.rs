//! What callers decide, and how they are told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Read;
use std::sync::Arc;

use blake3::Hash;

use super::{KnownTopics, output_path};
use crate::files::{Cache, Files, Spooled};
use crate::fonts::FontFile;
use crate::model::{Blob, Date};
use crate::source::ProjectPath;
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
    /// The ids of the steps to do ([`super::steps()`]); all, if nobody says.
    pub only: Option<BTreeSet<String>>,
    /// Whether EPUBs do without the pages of their books, where these are not asked for: who
    /// waits for them has them later.
    pub in_haste: bool,
    /// What the last build made, if it is there.
    pub results: Results,
    /// What topics were read before in this process; for a single build, nothing.
    pub known: Option<Arc<KnownTopics>>,
    /// Whether somebody wants to know what notes say.
    pub texts: bool,
    /// Who watches where the time goes.
    pub trace: Arc<dyn Trace>,
}

/// The folder of results, as the last build left it.
#[derive(Clone, Default)]
pub struct Results {
    files: Option<Arc<dyn Files + Send + Sync>>,
    /// Files of which it is known what they hold: nobody touched them since.
    untouched: BTreeMap<ProjectPath, Stored>,
}

/// A finished file that need not be in memory.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Where it lies, relative to the output folder.
    pub path: ProjectPath,
    /// The hash of its bytes.
    pub hash: Hash,
    /// How many they are.
    pub size: u64,
    /// Where they are.
    pub place: Place,
}

/// Where the bytes of a finished file are.
#[derive(Debug, Clone)]
pub enum Place {
    /// Where it goes, as the last build left it.
    There,
    /// In the cache, under a key.
    Cache(String),
    /// In a file that nobody else sees.
    Spool(Spooled),
    /// Where pictures are kept.
    Picture(Blob),
}

impl Stored {
    /// Returns the bytes, if they are still there. Whether they are those, their hash tells.
    pub fn read(&self, request: &Request) -> Option<Vec<u8>> {
        match &self.place {
            Place::There => request.results.read(self.path.as_str()),
            Place::Cache(key) => request.cache.get_unverified(key),
            Place::Picture(file) => file.read().map(|bytes| bytes.to_vec()),
            Place::Spool(spooled) => {
                let mut bytes = Vec::new();
                spooled.read(|spool| spool.read_to_end(&mut bytes)).ok().map(|_| bytes)
            }
        }
    }
}

impl Results {
    /// Takes a folder for that of the results.
    pub fn of(files: Arc<dyn Files + Send + Sync>) -> Self {
        Self { files: Some(files), untouched: BTreeMap::new() }
    }

    /// Notes which files of the folder nobody touched.
    pub fn know(&mut self, untouched: impl IntoIterator<Item = Stored>) {
        self.untouched.extend(untouched.into_iter().map(|file| (file.path.clone(), file)));
    }

    /// Returns what a file of the results holds, if it is there.
    pub(super) fn read(&self, path: &str) -> Option<Vec<u8>> {
        self.files.as_ref()?.read(&output_path(path)).ok()
    }

    /// Returns a file if it has such bytes and nobody touched it.
    pub(super) fn untouched(&self, path: &ProjectPath, hash: &str) -> Option<&Stored> {
        self.untouched.get(path).filter(|file| file.hash.to_hex().as_str() == hash)
    }
}

impl fmt::Debug for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.files.is_some() { "Results(a folder)" } else { "Results(none)" })
    }
}

/// Where a build tells how far it is.
pub trait Progress: Sync {
    /// Called once, with the number of steps.
    fn start(&self, steps: usize);
    /// Called as each step begins or ends, with what is being made.
    fn step(&self, what: &str);
}
