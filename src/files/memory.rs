//! Files in memory: for tests, and for whatever is not on a disk.

use std::collections::BTreeMap;
use std::io;

use super::{FileError, Files};
use crate::source::ProjectPath;

/// Files that are held in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles {
    files: BTreeMap<ProjectPath, Vec<u8>>,
}

impl MemoryFiles {
    /// Adds a file.
    pub fn insert(&mut self, path: ProjectPath, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path, bytes.into());
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &ProjectPath) -> Result<Vec<u8>, FileError> {
        self.files.get(path).cloned().ok_or_else(|| FileError {
            operation: "read",
            path: path.to_string(),
            cause: io::ErrorKind::NotFound.into(),
        })
    }

    fn list(&self, folder: &ProjectPath) -> Result<Vec<ProjectPath>, FileError> {
        let prefix = format!("{folder}/");
        let inside = |path: &&ProjectPath| {
            path.as_str()
                .strip_prefix(&prefix)
                .is_some_and(|rest| !rest.split('/').any(|part| part.starts_with('.')))
        };
        Ok(self.files.keys().filter(inside).cloned().collect())
    }
}
