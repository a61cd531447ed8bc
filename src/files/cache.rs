//! What is kept from build to build, to be made only once.

use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;

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

/// A cache that hands out what is kept, and keeps nothing more: for those who
/// must not write.
#[derive(Debug, Clone)]
pub struct ReadOnly(pub Arc<dyn Cache>);

impl Cache for ReadOnly {
    fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.0.get(key)
    }

    fn put(&self, _key: &str, _bytes: &[u8]) {}
}

/// A cache in a folder. It grows: what no build asks for any more is not known
/// without a clock, so nothing is thrown away. The whole folder can be.
#[derive(Debug, Clone)]
pub struct DiskCache {
    folder: PathBuf,
}

impl DiskCache {
    /// Keeps results in a folder, which is made with the first of them.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
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

/// How long the hash is that stands before each result.
const HASH: usize = blake3::OUT_LEN;

impl Cache for DiskCache {
    fn get(&self, key: &str) -> Option<Vec<u8>> {
        let mut bytes = std::fs::read(self.folder.join(key)).ok()?;
        // What was cut off or changed is as if it were not there.
        let (hash, rest) = bytes.split_first_chunk::<HASH>()?;
        if blake3::hash(rest) != *hash {
            return None;
        }
        bytes.drain(..HASH);
        Some(bytes)
    }

    fn put(&self, key: &str, bytes: &[u8]) {
        self.mark();
        let whole = [blake3::hash(bytes).as_bytes().as_slice(), bytes].concat();
        // A full disk or a folder that may only be read makes builds slower, not
        // wrong.
        let _ = commit_one(&self.folder.join(key), &whole);
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
        cache.put("a", b"");
        assert_eq!(cache.get("a").as_deref(), Some(b"".as_slice()));
        let ignored = std::fs::read_to_string(folder.path().join("cache/.gitignore"));
        assert_eq!(ignored.expect("a file"), "*\n");
        assert!(folder.path().join("cache/CACHEDIR.TAG").exists());
    }
}
