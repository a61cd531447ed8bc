//! The only way to the outside: reading below a root, and putting finished
//! bytes on disk.
//!
//! Knows: paths, bytes. Must not know: what files mean, the working directory.

mod cache;
mod disk;
mod lock;
mod made;
mod memory;
mod output;
mod program;
mod recorder;
mod spool;
mod system;

use std::fmt;
use std::io;

pub use cache::{Cache, DiskCache, NoCache, ReadOnly};
pub use disk::{DiskFiles, read_one};
pub use lock::{Lock, Sharing, lock};
pub use memory::MemoryFiles;
pub use output::{Bytes, Changes, Extent, Finished, commit, commit_one, sweep};
pub use program::program;
pub use recorder::{Reading, Recorder, Seen, Stamp, hash_of_names};
pub use spool::{Spool, Spooled};
pub use system::{read_font, system_fonts};

use crate::source::ProjectPath;

/// Files below a root.
pub trait Files: Sync {
    /// Returns the bytes of a file.
    ///
    /// # Errors
    /// If there is no such file, it is larger than [`MAX_BYTES`], lies outside
    /// of the root (a symbolic link may lead there), or cannot be read.
    fn read(&self, path: &ProjectPath) -> Result<Vec<u8>, FileError>;

    /// Returns all files in a folder and below it, sorted; hidden ones are left
    /// out. A folder that does not exist has no files.
    ///
    /// # Errors
    /// If the folder cannot be read.
    fn list(&self, folder: &ProjectPath) -> Result<Vec<ProjectPath>, FileError>;
}

/// The folder, in that of the results, of what builds keep for the next ones: safe
/// to delete.
pub const CACHE_FOLDER: &str = ".cache";

/// The largest file that is read, in bytes: a limit against mistakes (a video
/// among the pictures), far above any real source.
pub const MAX_BYTES: u64 = 256 << 20;

/// Why a file could not be read or written.
#[derive(Debug)]
pub struct FileError {
    /// What was being done: "read", "write".
    pub operation: &'static str,
    /// The path, as the caller knows it.
    pub path: String,
    /// What went wrong.
    pub cause: io::Error,
}

impl FileError {
    /// Tells whether the file was simply not there.
    pub fn is_missing(&self) -> bool {
        self.cause.kind() == io::ErrorKind::NotFound
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} `{}` ({})", self.operation, self.path, self.cause)
    }
}

impl std::error::Error for FileError {}
