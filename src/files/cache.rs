//! What is kept from build to build, to be made only once.

use std::fmt::Debug;
use std::fs::{File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use blake3::Hash;

use super::output::{commit_one, make_readable};
use super::spool::Spool;

/// A place for results under keys that say all they were made from. What is in
/// it can be lost at any time.
pub trait Cache: Debug + Send + Sync {
    /// Returns what was put under a key.
    fn get(&self, key: &str) -> Option<Vec<u8>>;

    /// Returns what lies under a key, for those who know its hash: nobody looks whether it is
    /// what was put there.
    fn get_unverified(&self, key: &str) -> Option<Vec<u8>> {
        self.get(key)
    }

    /// Keeps bytes under a key: letters, digits and `-`. Returns whether they are kept;
    /// that they cannot be is no error.
    fn put(&self, key: &str, bytes: &[u8]) -> bool;

    /// Keeps bytes whose hash is known.
    fn put_hashed(&self, key: &str, bytes: &[u8], _hash: &Hash) -> bool {
        self.put(key, bytes)
    }

    /// Begins a file that need not be in memory while it is written; in memory, where
    /// there is no place for it.
    fn spool(&self) -> Spool {
        Spool::in_memory()
    }
}

/// A cache that keeps nothing.
#[derive(Debug, Clone, Copy)]
pub struct NoCache;

impl Cache for NoCache {
    fn get(&self, _key: &str) -> Option<Vec<u8>> {
        None
    }

    fn put(&self, _key: &str, _bytes: &[u8]) -> bool {
        false
    }
}

/// A cache that hands out what is kept, and keeps nothing more: for those who
/// must not write.
#[derive(Debug, Clone)]
pub struct ReadOnly(pub Arc<dyn Cache>);

impl Cache for ReadOnly {
    fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.0.get(key)
    }

    fn get_unverified(&self, key: &str) -> Option<Vec<u8>> {
        self.0.get_unverified(key)
    }

    fn put(&self, _key: &str, _bytes: &[u8]) -> bool {
        false
    }
}

/// A cache in a folder, which can be deleted at any time. What is in it bears the
/// time that it was last asked for, so that [`DiskCache::shrink`] knows what
/// nobody needs any more.
#[derive(Debug, Clone)]
pub struct DiskCache {
    folder: PathBuf,
    /// How many bytes were put since the last look at all entries.
    put: Arc<AtomicU64>,
}

/// The file of how many bytes all entries have, at the most.
const SIZE: &str = ".size";

/// How old the time of an entry gets before it is set anew: to note each use of
/// each would cost more than it tells.
const FRESH: Duration = Duration::from_secs(24 * 60 * 60);

impl DiskCache {
    /// Keeps results in a folder, which is made with the first of them.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, put: Arc::default() }
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Throws away what was not asked for longest, if all of it is more than `most`
    /// bytes, until it is a quarter less.
    ///
    /// How many they are is counted as they come: to look at some thousand entries after
    /// each build took a tenth of it.
    pub fn shrink(&self, most: u64) {
        let put = self.put.swap(0, Ordering::Relaxed);
        let known = std::fs::read_to_string(self.folder.join(SIZE));
        let known = known.ok().and_then(|text| text.trim().parse::<u64>().ok());
        if let Some(known) = known
            && known.saturating_add(put) <= most
        {
            if put > 0 {
                self.note_size(known + put);
            }
            return;
        }
        let Ok(listed) = std::fs::read_dir(&self.folder) else { return };
        let mut entries: Vec<(SystemTime, u64, PathBuf)> = listed
            .flatten()
            .filter(|entry| entry.file_name().to_str().is_some_and(is_entry))
            .filter_map(|entry| {
                let metadata = entry.metadata().ok().filter(Metadata::is_file)?;
                Some((metadata.modified().ok()?, metadata.len(), entry.path()))
            })
            .collect();
        let mut size: u64 = entries.iter().map(|(_, size, _)| size).sum();
        if size > most {
            entries.sort();
            for (_, length, path) in entries {
                if size <= most / 4 * 3 {
                    break;
                }
                if std::fs::remove_file(path).is_ok() {
                    size -= length;
                }
            }
        }
        self.note_size(size);
    }

    fn note_size(&self, size: u64) {
        // What cannot be noted is counted the next time.
        let _ = std::fs::write(self.folder.join(SIZE), format!("{size}\n"));
    }

    /// Tells version control and backups that the folder is of no worth.
    fn mark(&self) {
        const TAG: &str =
            "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of Recto: it can be deleted.\n";
        for (name, text) in [(".gitignore", "*\n"), ("CACHEDIR.TAG", TAG)] {
            let path = self.folder.join(name);
            if !path.exists() {
                let _ = commit_one(&path, text.as_bytes());
            }
        }
    }
}

/// Reads an entry: the hash that stands before it, and the rest.
fn read(file: &mut File, metadata: &Metadata) -> io::Result<([u8; HASH], Vec<u8>)> {
    let mut hash = [0; HASH];
    file.read_exact(&mut hash)?;
    let length = metadata.len().saturating_sub(HASH as u64);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    file.read_to_end(&mut bytes)?;
    Ok((hash, bytes))
}

/// Notes that an entry was asked for, if it was not for some time.
fn note_use(path: &Path, metadata: &Metadata) {
    let is_fresh =
        metadata.modified().is_ok_and(|time| time.elapsed().is_ok_and(|age| age < FRESH));
    if !is_fresh {
        // Where it cannot be set, the entry goes sooner.
        let _ = File::options()
            .append(true)
            .open(path)
            .and_then(|file| file.set_modified(SystemTime::now()));
    }
}

/// How long the hash is that stands before each result.
const HASH: usize = blake3::OUT_LEN;

/// Tells whether a file of the folder is an entry: the others have dots in their
/// names.
fn is_entry(name: &str) -> bool {
    !name.contains('.')
}

/// Returns the hash of a result, by its own, and the key that it belongs to: one that lies
/// under the key of another is not believed.
fn seal(key: &str, hash: &Hash) -> Hash {
    blake3::Hasher::new().update(key.as_bytes()).update(b"\0").update(hash.as_bytes()).finalize()
}

impl Cache for DiskCache {
    fn get(&self, key: &str) -> Option<Vec<u8>> {
        let path = self.folder.join(key);
        let mut file = File::open(&path).ok()?;
        let metadata = file.metadata().ok()?;
        match read(&mut file, &metadata) {
            Ok((sealed, bytes)) if seal(key, &blake3::hash(&bytes)) == sealed => {
                note_use(&path, &metadata);
                Some(bytes)
            }
            _ => {
                // What was cut off or changed is thrown away.
                let _ = std::fs::remove_file(&path);
                None
            }
        }
    }

    fn get_unverified(&self, key: &str) -> Option<Vec<u8>> {
        let mut file = File::open(self.folder.join(key)).ok()?;
        let metadata = file.metadata().ok()?;
        read(&mut file, &metadata).ok().map(|(_, bytes)| bytes)
    }

    fn put(&self, key: &str, bytes: &[u8]) -> bool {
        self.put_hashed(key, bytes, &blake3::hash(bytes))
    }

    fn put_hashed(&self, key: &str, bytes: &[u8], hash: &Hash) -> bool {
        self.mark();
        let sealed = seal(key, hash);
        // A full disk or a folder that may only be read makes builds slower, not
        // wrong. Nothing is flushed: the hash tells what did not reach the disk.
        let kept = tempfile::Builder::new().prefix(".new-").tempfile_in(&self.folder).and_then(
            |mut file| {
                file.write_all(sealed.as_bytes())?;
                file.write_all(bytes)?;
                make_readable(file.path()).map_err(|failure| failure.cause)?;
                file.persist(self.folder.join(key)).map_err(|failed| failed.error)
            },
        );
        if kept.is_ok() {
            let size = (HASH + bytes.len()) as u64;
            self.put.fetch_add(size, Ordering::Relaxed);
        }
        kept.is_ok()
    }

    fn spool(&self) -> Spool {
        Spool::beside(&self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_damaged_is_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = DiskCache::new(folder.path().join("cache"));
        assert_eq!(cache.get("a"), None);
        cache.put("a", b"kept");
        assert_eq!(cache.get("a").as_deref(), Some(b"kept".as_slice()));
        let path = folder.path().join("cache/a");
        let whole = std::fs::read(&path).expect("a file");
        for cut in 0..whole.len() {
            std::fs::write(&path, &whole[..cut]).expect("a file");
            assert_eq!(cache.get("a"), None, "{cut}");
        }
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            std::fs::write(&path, changed).expect("a file");
            assert_eq!(cache.get("a"), None, "{at}");
        }
        cache.put("a", b"of a");
        std::fs::copy(&path, folder.path().join("cache/b")).expect("a file");
        assert_eq!(cache.get("b"), None, "it is that of another key");
        assert!(!folder.path().join("cache/b").exists(), "it is thrown away");
        cache.put("a", b"");
        assert_eq!(cache.get("a").as_deref(), Some(b"".as_slice()));
        let ignored = std::fs::read_to_string(folder.path().join("cache/.gitignore"));
        assert_eq!(ignored.expect("a file"), "*\n");
        assert!(folder.path().join("cache/CACHEDIR.TAG").exists());
    }

    #[test]
    fn what_nobody_asks_for_goes_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = DiskCache::new(folder.path().to_owned());
        for (age, key) in ["new", "old", "oldest"].into_iter().enumerate() {
            cache.put(key, &[0; 1000]);
            let file = File::options().append(true).open(folder.path().join(key)).expect("a file");
            let days = Duration::from_secs(u64::try_from(age).expect("few") * 3 * 86_400);
            file.set_modified(SystemTime::now() - days).expect("a time");
        }
        // Who is asked for is young again.
        assert!(cache.get("oldest").is_some());
        cache.shrink(10_000);
        assert!(["new", "old", "oldest"].iter().all(|key| cache.get(key).is_some()));
        for (key, days) in [("new", 0), ("old", 9), ("oldest", 3)] {
            let file = File::options().append(true).open(folder.path().join(key)).expect("a file");
            let age = Duration::from_secs(days * 86_400);
            file.set_modified(SystemTime::now() - age).expect("a time");
        }
        cache.shrink(3000);
        let left = ["new", "old", "oldest"].map(|key| folder.path().join(key).exists());
        assert_eq!(left, [true, false, true]);
        // What comes later is counted, in this process and in others.
        cache.put("more", &[0; 500]);
        cache.shrink(3000);
        let other = DiskCache::new(folder.path().to_owned());
        other.put("most", &[0; 400]);
        other.shrink(3000);
        let left = ["new", "oldest"].map(|key| folder.path().join(key).exists());
        assert_eq!(left, [true, false], "3061 bytes are more than may stay");
    }
}
