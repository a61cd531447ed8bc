//! Files on a disk.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use super::{FileError, Files, MAX_BYTES, Stamp};
use crate::source::ProjectPath;

/// How deep folders may be nested: far above any real project, and a bound for
/// links that lead round in a circle.
const MAX_DEPTH: usize = 32;

/// Files below a folder of a disk. Nothing outside of it is ever read, not
/// through a symbolic link either.
#[derive(Debug, Clone)]
pub struct DiskFiles {
    root: PathBuf,
    /// Where folders really are. To follow links costs a call for each part of a
    /// path, and a thousand topics lie in a few folders.
    folders: Arc<Mutex<BTreeMap<PathBuf, PathBuf>>>,
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
            Ok(Self { root, folders: Arc::default() })
        } else {
            Err(error(io::ErrorKind::NotADirectory.into()))
        }
    }

    /// Returns the folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns all files below the folder, sorted; hidden ones are left out.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub fn list_all(&self) -> Result<Vec<ProjectPath>, FileError> {
        let error = |cause| FileError { operation: "list", path: ".".into(), cause };
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.root).map_err(error)? {
            let entry = entry.map_err(error)?;
            let name = entry.file_name();
            let visible = name.to_str().filter(|name| !name.starts_with('.'));
            let Some(path) = visible.and_then(|name| ProjectPath::new(name).ok()) else { continue };
            match fs::metadata(entry.path()) {
                Ok(metadata) if metadata.is_dir() => self.walk(&path, 0, &mut found)?,
                Ok(metadata) if metadata.is_file() => found.push(path),
                _ => {}
            }
        }
        found.sort();
        Ok(found)
    }

    /// Returns what the system says of a file; `None` if there is none.
    pub fn stamp(&self, path: &ProjectPath) -> Option<Stamp> {
        let metadata = fs::metadata(self.root.join(path.as_str())).ok()?;
        let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        Some(Stamp { size: metadata.len(), modified: u64::try_from(modified).ok()? })
    }

    /// Returns where a path leads, through links.
    fn follow(&self, path: &Path) -> io::Result<PathBuf> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return path.canonicalize();
        };
        let known = {
            let folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
            folders.get(folder).cloned()
        };
        let real = match known {
            Some(real) => real,
            None => {
                let real = folder.canonicalize()?;
                let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
                folders.insert(folder.to_owned(), real.clone());
                real
            }
        };
        let file = real.join(name);
        if fs::symlink_metadata(&file)?.is_symlink() { file.canonicalize() } else { Ok(file) }
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
        let full = self.follow(&self.root.join(path.as_str())).map_err(error)?;
        if !full.starts_with(&self.root) {
            return Err(error(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "a symbolic link leads out of the project",
            )));
        }
        read_file(&full).map_err(error)
    }

    fn list(&self, folder: &ProjectPath) -> Result<Vec<ProjectPath>, FileError> {
        let mut found = Vec::new();
        self.walk(folder, 0, &mut found)?;
        found.sort();
        Ok(found)
    }
}

/// Reads a file that belongs to no project.
///
/// # Errors
/// If there is no such file, it is larger than [`MAX_BYTES`], or cannot be read.
pub fn read_one(path: &Path) -> Result<Vec<u8>, FileError> {
    let error = |cause| FileError { operation: "read", path: path.display().to_string(), cause };
    read_file(path).map_err(error)
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    // Before it is opened: to open a pipe would wait for its other end.
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        let reason = if metadata.is_dir() { "it is a folder" } else { "it is not a regular file" };
        return Err(io::Error::other(reason));
    }
    let file = fs::File::open(path)?;
    let length = metadata.len();
    if length > MAX_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    // The file may grow while it is read; one byte more finds its end at once.
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_lead_nowhere_outside() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("project");
        fs::create_dir_all(root.join("sources/deep")).expect("a folder");
        fs::write(root.join("sources/deep/a.md"), "inside").expect("a file");
        fs::write(folder.path().join("secret.md"), "outside").expect("a file");
        symlink(folder.path().join("secret.md"), root.join("sources/out.md")).expect("a link");
        symlink(folder.path(), root.join("sources/away")).expect("a link");
        symlink(root.join("sources/deep"), root.join("sources/here")).expect("a link");
        symlink("deep/a.md", root.join("sources/b.md")).expect("a link");
        symlink("c.md", root.join("sources/c.md")).expect("a link");
        let files = DiskFiles::open(&root).expect("a project");
        let read = |path| files.read(&ProjectPath::new(path).expect("a path"));
        for path in ["sources/deep/a.md", "sources/here/a.md", "sources/b.md"] {
            // Twice: the second time, its folder is known.
            assert_eq!(read(path).expect(path), b"inside");
            assert_eq!(read(path).expect(path), b"inside");
        }
        for path in ["sources/out.md", "sources/away/secret.md", "sources/c.md"] {
            assert!(read(path).is_err(), "{path}");
        }
        assert!(read("sources/none.md").expect_err("no file").is_missing());
        assert!(read("none/none.md").expect_err("no folder").is_missing());
    }
}
