//! Locks: two builds must not write to one folder at once.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use super::{CACHE_FOLDER, FileError};

/// The file that builds lock, from their beginning to their end.
const LOCK: &str = "build.lock";
/// The file that is locked while files are put in their places.
const COMMIT_LOCK: &str = "commit.lock";

/// With whom a build shares its output folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// With nobody: it makes everything, and removes what it does not make.
    Alone,
    /// With others that make other parts.
    WithParts,
}

/// A lock on an output folder, until it is dropped or the process ends, however it
/// does.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Locks an output folder for a build, and makes it if need be. `None` if a
/// build is running that this one cannot share it with.
///
/// # Errors
/// If the folder cannot be made or written to.
pub fn lock(root: &Path, sharing: Sharing) -> Result<Option<Lock>, FileError> {
    let file = open(root, LOCK)?;
    let taken = match sharing {
        Sharing::Alone => file.try_lock(),
        Sharing::WithParts => file.try_lock_shared(),
    };
    match taken {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        // Some file systems know no locks; that is no reason not to build there.
        Err(TryLockError::Error(cause)) if cause.kind() == io::ErrorKind::Unsupported => {
            Ok(Some(Lock { _file: file }))
        }
        Err(TryLockError::Error(cause)) => Err(error(root, cause)),
    }
}

/// Waits until nobody else puts files into the folder.
pub(super) fn lock_commit(root: &Path) -> Result<Lock, FileError> {
    let file = open(root, COMMIT_LOCK)?;
    match file.lock() {
        Ok(()) => {}
        Err(cause) if cause.kind() == io::ErrorKind::Unsupported => {}
        Err(cause) => return Err(error(root, cause)),
    }
    Ok(Lock { _file: file })
}

fn open(root: &Path, name: &str) -> Result<File, FileError> {
    let folder = root.join(CACHE_FOLDER);
    fs::create_dir_all(&folder).map_err(|cause| error(root, cause))?;
    let path = folder.join(name);
    // It stays: who removes a lock's file takes it away from those who wait.
    let opened = File::options().create(true).truncate(false).write(true).open(&path);
    opened.map_err(|cause| error(root, cause))
}

fn error(path: &Path, cause: io::Error) -> FileError {
    FileError { operation: "write to", path: path.display().to_string(), cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_build_is_alone_and_parts_are_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let take = |sharing| lock(folder.path(), sharing).expect("a folder to write to");
        let whole = take(Sharing::Alone).expect("nobody else is there");
        assert!(take(Sharing::Alone).is_none());
        assert!(take(Sharing::WithParts).is_none());
        drop(whole);
        let part = take(Sharing::WithParts).expect("nobody else is there");
        let other = take(Sharing::WithParts).expect("parts go together");
        assert!(take(Sharing::Alone).is_none());
        drop((part, other));
        assert!(take(Sharing::Alone).is_some());
    }
}
