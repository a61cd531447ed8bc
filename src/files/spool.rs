//! Files in the making, which need not be in memory, and which nobody else sees.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use blake3::Hash;

/// A file that is being written: on disk under no name, so that nothing is left of it
/// whatever happens; or in memory, where there is no disk.
#[derive(Debug)]
pub struct Spool(Content);

#[derive(Debug)]
enum Content {
    Memory(Cursor<Vec<u8>>),
    Disk(File),
}

impl Spool {
    /// Begins a file in memory.
    pub fn in_memory() -> Self {
        Self(Content::Memory(Cursor::default()))
    }

    /// Begins a file on the disk of a folder, which is made if it is not there; in
    /// memory, if it cannot be.
    pub(super) fn beside(folder: &Path) -> Self {
        let file = std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder));
        file.map_or_else(|_| Self::in_memory(), |file| Self(Content::Disk(file)))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// If it cannot be read again.
    pub fn finish(mut self) -> io::Result<Spooled> {
        self.rewind()?;
        let mut hasher = blake3::Hasher::new();
        let size = io::copy(&mut self, &mut hasher)?;
        Ok(Spooled { hash: hasher.finalize(), size, content: Arc::new(Mutex::new(self)) })
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Content::Memory(memory) => memory.write(bytes),
            Content::Disk(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Content::Memory(_) => Ok(()),
            Content::Disk(file) => file.flush(),
        }
    }
}

impl Read for Spool {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Content::Memory(memory) => memory.read(bytes),
            Content::Disk(file) => file.read(bytes),
        }
    }
}

impl Seek for Spool {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match &mut self.0 {
            Content::Memory(memory) => memory.seek(to),
            Content::Disk(file) => file.seek(to),
        }
    }
}

/// A file that was written, to be read as often as wanted. Copies are cheap.
#[derive(Clone)]
pub struct Spooled {
    /// The hash of its bytes.
    pub hash: Hash,
    /// How many they are.
    pub size: u64,
    content: Arc<Mutex<Spool>>,
}

impl Spooled {
    /// Has the file read from its start, by one reader at a time.
    ///
    /// # Errors
    /// If it cannot be, or as the reader says.
    pub fn read<T>(&self, read: impl FnOnce(&mut Spool) -> io::Result<T>) -> io::Result<T> {
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        content.rewind()?;
        read(&mut content)
    }
}

impl fmt::Debug for Spooled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spooled({} bytes)", self.size)
    }
}

impl PartialEq for Spooled {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.size == other.size
    }
}

impl Eq for Spooled {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_as_often_as_wanted_and_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        for mut spool in [Spool::in_memory(), Spool::beside(&folder.path().join("cache"))] {
            spool.write_all(b"Xbc").expect("room");
            spool.rewind().expect("a file");
            spool.write_all(b"a").expect("room");
            let spooled = spool.finish().expect("a file");
            assert_eq!((spooled.size, spooled.hash), (3, blake3::hash(b"abc")));
            for _ in 0..2 {
                let mut bytes = Vec::new();
                spooled.read(|spool| spool.read_to_end(&mut bytes)).expect("a file");
                assert_eq!(bytes, b"abc");
            }
        }
        let left = std::fs::read_dir(folder.path().join("cache")).expect("a folder");
        assert_eq!(left.count(), 0);
    }
}
