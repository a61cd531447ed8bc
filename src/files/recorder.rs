//! What was read of a project: the files, with what tells whether they are still the
//! same.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use blake3::Hash;

use super::{DiskFiles, FileError, Files};
use crate::source::ProjectPath;

/// What the system says of a file without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Its size in bytes.
    pub size: u64,
    /// When it was changed last, in nanoseconds since 1970, UTC.
    pub modified: u64,
}

/// A file that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// What the system said of it before it was read.
    pub stamp: Stamp,
    /// The BLAKE3 hash of its bytes.
    pub hash: Hash,
}

/// All that was read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Files, or `None` where there was none.
    pub files: BTreeMap<ProjectPath, Option<Seen>>,
    /// Folders, with a hash of the names of all files below them.
    pub folders: BTreeMap<ProjectPath, Hash>,
    /// Whether a file could not be read, or was another when it was read again.
    pub is_unsteady: bool,
}

/// Files of a disk, with a record of what is read of them.
#[derive(Debug)]
pub struct Recorder {
    files: DiskFiles,
    reading: Mutex<Reading>,
}

impl Recorder {
    /// Begins a record.
    pub fn new(files: DiskFiles) -> Self {
        Self { files, reading: Mutex::default() }
    }

    /// Returns what was read until now.
    pub fn reading(&self) -> Reading {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Files for Recorder {
    fn read(&self, path: &ProjectPath) -> Result<Vec<u8>, FileError> {
        let stamp = self.files.stamp(path);
        let read = self.files.read(path);
        let seen = match &read {
            Ok(bytes) => stamp.map(|stamp| Seen { stamp, hash: blake3::hash(bytes) }),
            Err(_) => None,
        };
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = match &read {
            Ok(_) => seen.is_some(),
            Err(error) => error.is_missing(),
        };
        let before = reading.files.insert(path.clone(), seen);
        reading.is_unsteady |= !is_known || before.is_some_and(|before| before != seen);
        read
    }

    fn list(&self, folder: &ProjectPath) -> Result<Vec<ProjectPath>, FileError> {
        let listed = self.files.list(folder);
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        match &listed {
            Ok(paths) => {
                let hash = hash_of_names(paths);
                let before = reading.folders.insert(folder.clone(), hash);
                reading.is_unsteady |= before.is_some_and(|before| before != hash);
            }
            Err(_) => reading.is_unsteady = true,
        }
        listed
    }
}

/// Returns a hash of the names of files.
pub fn hash_of_names(paths: &[ProjectPath]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    for path in paths {
        hasher.update(path.as_str().as_bytes()).update(b"\n");
    }
    hasher.finalize()
}
