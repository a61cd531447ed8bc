//! Files in the making, which need not be in memory, and which nobody else sees.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use blake3::Hash;

/// A file that is being written: on disk under no name, so that nothing is left of it
/// whatever happens; or in memory, where it is small or there is no disk. A process may have
/// some thousand files open, and a project as many decks.
#[derive(Debug)]
pub struct Spool(Content);

#[derive(Debug)]
enum Content {
    /// In memory, until it has [`SMALL`] bytes if there is a folder for what is larger.
    Memory(Cursor<Vec<u8>>, Option<PathBuf>),
    Disk(File),
}

/// How many bytes a file may have before it is put on disk.
const SMALL: usize = 256 << 10;

impl Spool {
    /// Begins a file in memory.
    pub fn in_memory() -> Self {
        Self(Content::Memory(Cursor::default(), None))
    }

    /// Begins a file that goes to the disk of a folder once it is large. The folder is made
    /// if it is not there; if it cannot be, the file stays in memory.
    pub(super) fn beside(folder: &Path) -> Self {
        Self(Content::Memory(Cursor::default(), Some(folder.to_owned())))
    }

    /// Puts the file on disk if it is about to be large.
    fn make_room(&mut self, bytes: usize) -> io::Result<()> {
        let Content::Memory(memory, folder) = &mut self.0 else { return Ok(()) };
        let place = usize::try_from(memory.position()).unwrap_or(usize::MAX);
        let is_large = place.saturating_add(bytes) > SMALL;
        let Some(folder) = folder.take_if(|_| is_large) else { return Ok(()) };
        let opened = std::fs::create_dir_all(&folder).and_then(|()| tempfile::tempfile_in(&folder));
        let Ok(mut file) = opened else { return Ok(()) };
        file.write_all(memory.get_ref())?;
        file.seek(SeekFrom::Start(memory.position()))?;
        self.0 = Content::Disk(file);
        Ok(())
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
        self.make_room(bytes.len())?;
        match &mut self.0 {
            Content::Memory(memory, _) => memory.write(bytes),
            Content::Disk(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Content::Memory(..) => Ok(()),
            Content::Disk(file) => file.flush(),
        }
    }
}

impl Read for Spool {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Content::Memory(memory, _) => memory.read(bytes),
            Content::Disk(file) => file.read(bytes),
        }
    }
}

impl Seek for Spool {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match &mut self.0 {
            Content::Memory(memory, _) => memory.seek(to),
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
        let cache = folder.path().join("cache");
        // As a file of the user: a folder that cannot be made.
        std::fs::write(folder.path().join("file"), "").expect("room");
        let nowhere = folder.path().join("file/cache");
        for (size, is_on_disk) in [(3, false), (SMALL, false), (SMALL + 1, true)] {
            let mut text = vec![b'b'; size];
            for folder in [None, Some(&cache), Some(&nowhere)] {
                let mut spool =
                    folder.map_or_else(Spool::in_memory, |folder| Spool::beside(folder));
                // A container is ended where its start says how long it is.
                spool.write_all(b"X").expect("room");
                text[1..].chunks(1000).for_each(|piece| spool.write_all(piece).expect("room"));
                spool.rewind().expect("a file");
                spool.write_all(b"a").expect("room");
                text[0] = b'a';
                let on_disk = matches!(spool.0, Content::Disk(_));
                assert_eq!(on_disk, is_on_disk && folder == Some(&cache), "{size} {folder:?}");
                let spooled = spool.finish().expect("a file");
                assert_eq!((spooled.size, spooled.hash), (size as u64, blake3::hash(&text)));
                for _ in 0..2 {
                    let mut bytes = Vec::new();
                    spooled.read(|spool| spool.read_to_end(&mut bytes)).expect("a file");
                    assert_eq!(bytes, text);
                }
            }
        }
        let left = std::fs::read_dir(folder.path().join("cache")).expect("a folder");
        assert_eq!(left.count(), 0);
    }
}
