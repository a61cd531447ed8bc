//! What is kept from build to build, to be made only once.

use std::fmt::Debug;
use std::path::PathBuf;

use super::commit_one;

/// A place for results under keys that say all they were made from. What is in
/// it can be lost at any time.
pub trait Cache: Debug + Send + Sync {
    /// Returns what was put under a key.
    fn get(&self, key: &str) -> Option<Vec<u8>>;

    /// Keeps bytes under a key: letters, digits and `-`. That they cannot be
    /// kept is no error.
    fn put(&self, key: &str, bytes: &[u8]);
}

/// A cache that keeps nothing.
#[derive(Debug, Clone, Copy)]
pub struct NoCache;

impl Cache for NoCache {
    fn get(&self, _key: &str) -> Option<Vec<u8>> {
        None
    }

    fn put(&self, _key: &str, _bytes: &[u8]) {}
}

/// A cache in a folder.
#[derive(Debug, Clone)]
pub struct DiskCache {
    folder: PathBuf,
}

impl DiskCache {
    /// Keeps results in a folder, which is made with the first of them.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

impl Cache for DiskCache {
    fn get(&self, key: &str) -> Option<Vec<u8>> {
        std::fs::read(self.folder.join(key)).ok()
    }

    fn put(&self, key: &str, bytes: &[u8]) {
        // A full disk or a folder that may only be read makes builds slower, not
        // wrong.
        let _ = commit_one(&self.folder.join(key), bytes);
    }
}
