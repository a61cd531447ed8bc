//! The record of the files that builds made, so that only they are ever replaced
//! or removed.
//!
//! A line for each file, as `b3sum` writes it: its hash, two spaces, its path. A
//! path may have two lines while a build is replacing the file, and none of them
//! is wrong. Records of earlier versions have no hashes.

use std::collections::{BTreeMap, BTreeSet};

use blake3::Hash;

use crate::source::ProjectPath;

/// Files that builds made, each with the hashes that it may have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Made {
    files: BTreeMap<ProjectPath, BTreeSet<String>>,
}

impl Made {
    /// Reads a record. A line that says nothing is as if it were not there.
    pub(super) fn read(text: &str) -> Self {
        let mut made = Self::default();
        for line in text.lines() {
            let (hash, path) = match line.split_once("  ") {
                Some((hash, path)) if is_hash(hash) => (Some(hash), path),
                _ => (None, line),
            };
            if let Ok(path) = ProjectPath::new(path) {
                made.files.entry(path).or_default().extend(hash.map(str::to_owned));
            }
        }
        made
    }

    /// Returns the text of the record.
    pub(super) fn write(&self) -> String {
        let mut text = String::new();
        for (path, hashes) in &self.files {
            if hashes.is_empty() {
                text.push_str(&format!("{path}\n"));
            }
            for hash in hashes {
                text.push_str(&format!("{hash}  {path}\n"));
            }
        }
        text
    }

    /// Adds a file.
    pub(super) fn add(&mut self, path: &ProjectPath, hash: Hash) {
        let hashes = self.files.entry(path.clone()).or_default();
        hashes.insert(hash.to_hex().to_string());
    }

    /// Adds all that another record has.
    pub(super) fn extend(&mut self, other: &Self) {
        for (path, hashes) in &other.files {
            self.files.entry(path.clone()).or_default().extend(hashes.iter().cloned());
        }
    }

    /// Adds a file as another record has it.
    pub(super) fn keep(&mut self, other: &Self, path: &ProjectPath) {
        if let Some(hashes) = other.files.get(path) {
            self.files.insert(path.clone(), hashes.clone());
        }
    }

    /// Tells whether a build made a file of that path.
    pub(super) fn has(&self, path: &ProjectPath) -> bool {
        self.files.contains_key(path)
    }

    /// Tells whether these are bytes that a build made for that path.
    pub(super) fn is_ours(&self, path: &ProjectPath, bytes: &[u8]) -> bool {
        self.files.get(path).is_some_and(|hashes| {
            hashes.is_empty() || hashes.contains(blake3::hash(bytes).to_hex().as_str())
        })
    }

    /// Returns all paths.
    pub(super) fn paths(&self) -> impl Iterator<Item = &ProjectPath> {
        self.files.keys()
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 2 * blake3::OUT_LEN && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let path = |text| ProjectPath::new(text).expect("a path");
        let mut made = Made::read("old/file\n../out\n\n");
        assert!(made.has(&path("old/file")) && made.is_ours(&path("old/file"), b"whatever"));
        made.add(&path("new"), blake3::hash(b"1"));
        made.add(&path("new"), blake3::hash(b"2"));
        let again = Made::read(&made.write());
        assert_eq!(again, made);
        assert!(again.is_ours(&path("new"), b"1") && again.is_ours(&path("new"), b"2"));
        assert!(!again.is_ours(&path("new"), b"3") && !again.has(&path("other")));
    }
}
