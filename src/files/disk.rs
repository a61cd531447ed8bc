//! Files on a disk.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::{FileError, Files, MAX_BYTES};
use crate::source::ProjectPath;

/// How deep folders may be nested: far above any real project, and a bound for
/// links that lead round in a circle.
const MAX_DEPTH: usize = 32;

/// Files below a folder of a disk. Nothing outside of it is ever read, not
/// through a symbolic link either.
#[derive(Debug, Clone)]
pub struct DiskFiles {
    root: PathBuf,
}

impl DiskFiles {
    /// Opens a folder.
    ///
    /// # Errors
    /// If there is no such folder.
    pub fn open(root: &Path) -> Result<Self, FileError> {
        let error =
            |cause| FileError { operation: "open", path: root.display().to_string(), cause };
        let root = root.canonicalize().map_err(error)?;
        if root.is_dir() {
            Ok(Self { root })
        } else {
            Err(error(io::ErrorKind::NotADirectory.into()))
        }
    }

    /// Returns the folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn walk(
        &self,
        folder: &ProjectPath,
        depth: usize,
        found: &mut Vec<ProjectPath>,
    ) -> Result<(), FileError> {
        let error = |cause| FileError { operation: "list", path: folder.to_string(), cause };
        let entries = match fs::read_dir(self.root.join(folder.as_str())) {
            Ok(entries) => entries,
            Err(cause) if depth == 0 && cause.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(cause) => return Err(error(cause)),
        };
        for entry in entries {
            let entry = entry.map_err(error)?;
            let name = entry.file_name();
            // A name that is not Unicode cannot be written in any source.
            let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
            let path = folder.child(name);
            let Ok(metadata) = fs::metadata(entry.path()) else { continue };
            if metadata.is_dir() {
                if depth < MAX_DEPTH {
                    self.walk(&path, depth + 1, found)?;
                }
            } else if metadata.is_file() {
                found.push(path);
            }
        }
        Ok(())
    }
}

impl Files for DiskFiles {
    fn read(&self, path: &ProjectPath) -> Result<Vec<u8>, FileError> {
        let error = |cause| FileError { operation: "read", path: path.to_string(), cause };
        let full = self.root.join(path.as_str()).canonicalize().map_err(error)?;
        if !full.starts_with(&self.root) {
            return Err(error(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "a symbolic link leads out of the project",
            )));
        }
        // Before it is opened: to open a pipe would wait for its other end.
        let metadata = fs::metadata(&full).map_err(error)?;
        if !metadata.is_file() {
            let reason =
                if metadata.is_dir() { "it is a folder" } else { "it is not a regular file" };
            return Err(error(io::Error::other(reason)));
        }
        let file = fs::File::open(full).map_err(error)?;
        let length = metadata.len();
        if length > MAX_BYTES {
            return Err(error(io::ErrorKind::FileTooLarge.into()));
        }
        // The file may grow while it is read; one byte more finds its end at once.
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
        file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(error)?;
        Ok(bytes)
    }

    fn list(&self, folder: &ProjectPath) -> Result<Vec<ProjectPath>, FileError> {
        let mut found = Vec::new();
        self.walk(folder, 0, &mut found)?;
        found.sort();
        Ok(found)
    }
}
