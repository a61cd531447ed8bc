//! Putting finished bytes on disk: all of them, or none.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use blake3::Hash;

use super::FileError;
use super::lock::lock_commit;
use super::made::Made;
use super::spool::Spooled;
use crate::parallel::in_order;
use crate::source::ProjectPath;

/// What a commit changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that are new or have other bytes than before.
    pub written: usize,
    /// Files that had the same bytes already and were left alone.
    pub unchanged: usize,
    /// Files of earlier builds that nothing makes any more.
    pub removed: usize,
}

/// The record of the files that builds made.
const RECORD: &str = ".recto-made";

/// What the folders begin with that files wait in.
const STAGING: &str = ".recto-staging-";

/// Where the bytes of a file are.
#[derive(Clone, Copy)]
pub enum Bytes<'a> {
    /// Where they are to be.
    There,
    /// In memory.
    Here(&'a [u8]),
    /// To be read when they are needed; `None` if they are gone.
    Elsewhere(&'a (dyn Fn() -> Option<Vec<u8>> + Sync)),
    /// In a file that nobody else sees.
    Spooled(&'a Spooled),
}

impl Bytes<'_> {
    /// Writes the bytes, which must be of that hash, beside the place that they go to.
    fn write(&self, hash: Hash, beside: &Path, target: &Path) -> Result<(), FileError> {
        match self {
            Self::Here(bytes) => write_flushed(beside, bytes),
            Self::There => Ok(()),
            Self::Elsewhere(read) => {
                let bytes = read().filter(|bytes| blake3::hash(bytes) == hash);
                let gone = "what was kept of it is gone; build again";
                let gone = || error("write", target, io::Error::other(gone));
                write_flushed(beside, &bytes.ok_or_else(gone)?)
            }
            Self::Spooled(spooled) => spooled
                .read(|spool| {
                    let mut file = fs::File::create(beside)?;
                    io::copy(spool, &mut file)?;
                    file.sync_all()
                })
                .map_err(|cause| error("write", target, cause)),
        }
    }
}

/// A file that is to be in a folder.
#[derive(Clone, Copy)]
pub struct Finished<'a> {
    /// Where it goes, relative to the folder.
    pub path: &'a ProjectPath,
    /// The hash of its bytes.
    pub hash: Hash,
    /// How many they are.
    pub size: u64,
    /// The bytes.
    pub bytes: Bytes<'a>,
}

impl<'a> Finished<'a> {
    /// A file that was made.
    pub fn made(path: &'a ProjectPath, bytes: &'a [u8]) -> Self {
        Self {
            path,
            hash: blake3::hash(bytes),
            size: bytes.len() as u64,
            bytes: Bytes::Here(bytes),
        }
    }
}

/// What files are put into a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All that there are to be: what earlier commits made beside is removed.
    Whole,
    /// Some of them.
    Part,
}

/// Puts files into the folder `root`, whole and last.
///
/// 1. Everything is written beside its place and flushed: a full disk shows here,
///    and nothing has changed.
/// 2. A record says which files are ours, those before and those after.
/// 3. The files are renamed, one after another. If one cannot be, those before it
///    are put back.
/// 4. Files that an earlier commit made and this one does not are removed.
///
/// Whoever is killed on the way leaves whole files, old or new, and a record that
/// knows all of them. Files that anybody else put there, or changed since, are
/// never removed; and never replaced, but for those that a commit made.
///
/// # Errors
/// If a file cannot be written, renamed or removed, or is not ours to replace.
pub fn commit(
    root: &Path,
    files: &[Finished<'_>],
    extent: Extent,
    jobs: usize,
) -> Result<Changes, FileError> {
    create_folder(root)?;
    let _lock = lock_commit(root)?;
    sweep(root);
    let record = root.join(RECORD);
    let before = Made::read(&fs::read_to_string(&record).unwrap_or_default());
    let mut changes = Changes::default();
    let mut changed = Vec::new();
    let mut after = Made::default();
    for file in files {
        let Finished { path, hash, size, bytes } = file;
        after.add(path, *hash);
        let target = root.join(path.as_str());
        let state = match bytes {
            Bytes::There => State::Same,
            Bytes::Here(_) | Bytes::Elsewhere(_) | Bytes::Spooled(_) => {
                state(&target, *hash, *size)
            }
        };
        match state {
            State::Same => changes.unchanged += 1,
            State::Folder => {
                return Err(error("write", &target, io::ErrorKind::IsADirectory.into()));
            }
            State::Other if !before.has(path) => {
                let cause = "a file is there that no build made; move it away";
                let cause = io::Error::new(io::ErrorKind::AlreadyExists, cause);
                return Err(error("write", &target, cause));
            }
            State::Other | State::Missing => changed.push((target, file)),
        }
    }
    let stale: Vec<&ProjectPath> = match extent {
        Extent::Whole => before.paths().filter(|path| !after.has(path)).collect(),
        Extent::Part => {
            for path in before.paths().filter(|path| !after.has(path)).cloned().collect::<Vec<_>>()
            {
                after.keep(&before, &path);
            }
            Vec::new()
        }
    };
    let mut both = before.clone();
    both.extend(&after);
    if changed.is_empty() && after == before {
        return Ok(changes);
    }

    let staging = tempfile::Builder::new()
        .prefix(STAGING)
        .tempdir_in(root)
        .map_err(|cause| error("write", root, cause))?;
    let beside = |index: usize| staging.path().join(index.to_string());
    let all: Vec<(usize, (PathBuf, &Finished))> = changed.into_iter().enumerate().collect();
    // Most of the time of a file is waiting for the disk to have it.
    let written = in_order(jobs, &all, |(index, (target, file))| {
        file.bytes.write(file.hash, &beside(*index), target)
    });
    written.into_iter().collect::<Result<(), FileError>>()?;
    let staged: Vec<(PathBuf, PathBuf)> =
        all.into_iter().map(|(index, (target, _))| (beside(index), target)).collect();
    // Nothing is left to be written once the first file has its place.
    let records = [("both", &both), ("after", &after)].map(|(name, made)| {
        let beside = staging.path().join(name);
        write_flushed(&beside, made.write().as_bytes()).map(|()| beside)
    });
    let [of_both, of_after] = records;
    let (of_both, of_after) = (of_both?, of_after?);
    let folders: BTreeSet<&Path> =
        staged.iter().filter_map(|(_, target)| target.parent()).collect();
    for folder in &folders {
        create_folder(folder)?;
    }
    rename(&of_both, &record)?;
    replace(&staged, staging.path())?;
    changes.written = staged.len();
    for folder in folders {
        flush_folder(folder);
    }
    for path in stale {
        let target = root.join(path.as_str());
        // One that a person changed or replaced is theirs now.
        if fs::read(&target).is_ok_and(|bytes| !before.is_ours(path, &bytes)) {
            continue;
        }
        match fs::remove_file(&target) {
            Ok(()) => changes.removed += 1,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(error("remove", &target, cause)),
        }
        remove_empty_folders(root, &target);
    }
    rename(&of_after, &record)?;
    flush_folder(root);
    Ok(changes)
}

/// What is in the place of a file.
enum State {
    Missing,
    Same,
    Other,
    Folder,
}

fn state(target: &Path, hash: Hash, size: u64) -> State {
    match fs::symlink_metadata(target) {
        Err(_) => State::Missing,
        Ok(metadata) if metadata.is_dir() => State::Folder,
        Ok(_) if has_hash(target, hash, size) => State::Same,
        Ok(_) => State::Other,
    }
}

/// Renames files to their places; if one cannot be, puts back what was there.
fn replace(staged: &[(PathBuf, PathBuf)], staging: &Path) -> Result<(), FileError> {
    let mut done: Vec<(Option<PathBuf>, &Path)> = Vec::new();
    for (index, (beside, target)) in staged.iter().enumerate() {
        let saved = staging.join(format!("{index}.before"));
        // A second name is kept of what was there; where there are no second
        // names, a copy.
        let is_saved =
            fs::hard_link(target, &saved).or_else(|_| fs::copy(target, &saved).map(|_| ())).is_ok();
        if let Err(failure) = rename(beside, target) {
            for (saved, target) in done.into_iter().rev() {
                // What cannot be put back stays new, and whole.
                let _ = match saved {
                    Some(saved) => fs::rename(saved, target),
                    None => fs::remove_file(target),
                };
            }
            return Err(failure);
        }
        done.push((is_saved.then_some(saved), target));
    }
    Ok(())
}

fn rename(from: &Path, to: &Path) -> Result<(), FileError> {
    fs::rename(from, to).map_err(|cause| error("write", to, cause))
}

/// Has the names in a folder flushed, where the system can.
fn flush_folder(folder: &Path) {
    #[cfg(unix)]
    let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
    #[cfg(not(unix))]
    let _ = folder;
}

/// Puts one file in its place, whole, if its bytes are not there already.
///
/// # Errors
/// If the file cannot be written or renamed.
pub fn commit_one(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    if has_bytes(path, bytes) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    create_folder(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(".recto-")
        .tempfile_in(folder)
        .map_err(|cause| error("write", path, cause))?;
    file.write_all(bytes)
        .and_then(|()| file.as_file().sync_all())
        .map_err(|cause| error("write", path, cause))?;
    file.persist(path).map_err(|failed| error("write", path, failed.error))?;
    make_readable(path)
}

/// Removes what commits that were killed left behind. Whoever calls this holds a lock,
/// and so is the only one that is alive.
pub fn sweep(root: &Path) {
    let Ok(entries) = fs::read_dir(root) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(STAGING)) {
            // What cannot be removed does no harm.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn has_hash(path: &Path, hash: Hash, size: u64) -> bool {
    // The length first: it spares reading most of the files that did change.
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == size)
        && hash_file(path).is_ok_and(|there| there == hash)
}

fn hash_file(path: &Path) -> io::Result<Hash> {
    let mut hasher = blake3::Hasher::new();
    Ok(hasher.update_reader(fs::File::open(path)?)?.finalize())
}

fn has_bytes(path: &Path, bytes: &[u8]) -> bool {
    // The length first: it spares reading most of the files that did change.
    fs::metadata(path)
        .is_ok_and(|metadata| metadata.is_file() && metadata.len() == bytes.len() as u64)
        && fs::read(path).is_ok_and(|there| there == bytes)
}

fn write_flushed(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    fs::File::create(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .map_err(|cause| error("write", path, cause))
}

/// Temporary files are private; a committed one is as any other.
#[cfg(unix)]
pub(super) fn make_readable(path: &Path) -> Result<(), FileError> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
        .map_err(|cause| error("write", path, cause))
}

#[cfg(not(unix))]
pub(super) fn make_readable(_path: &Path) -> Result<(), FileError> {
    Ok(())
}

fn create_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(|cause| error("create", path, cause))
}

fn remove_empty_folders(root: &Path, removed: &Path) {
    for folder in removed.ancestors().skip(1).take_while(|folder| *folder != root) {
        // Fails, as it should, on a folder that still holds something.
        if fs::remove_dir(folder).is_err() {
            return;
        }
    }
}

fn error(operation: &'static str, path: &Path, cause: io::Error) -> FileError {
    FileError { operation, path: path.display().to_string(), cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit_some(
        root: &Path,
        files: &[(&str, &str)],
        extent: Extent,
    ) -> Result<Changes, FileError> {
        let path = |path| ProjectPath::new(path).expect("a plain path");
        let owned: Vec<_> =
            files.iter().map(|(name, bytes)| (path(name), bytes.as_bytes())).collect();
        let files: Vec<_> = owned.iter().map(|(path, bytes)| Finished::made(path, bytes)).collect();
        commit(root, &files, extent, 2)
    }

    fn commit_all(root: &Path, files: &[(&str, &str)]) -> Result<Changes, FileError> {
        commit_some(root, files, Extent::Whole)
    }

    fn text(path: PathBuf) -> String {
        fs::read_to_string(path).expect("the file")
    }

    fn leftovers(root: &Path) -> Vec<String> {
        fs::read_dir(root)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
            .filter(|name| name.starts_with(STAGING))
            .collect()
    }

    #[test]
    fn only_what_changed_is_written_and_only_ours_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        let first = commit_all(root, &[("a/x", "1"), ("a/y", "2")]).expect("a commit");
        assert_eq!(first, Changes { written: 2, unchanged: 0, removed: 0 });
        fs::write(root.join("a/theirs"), "3").expect("a file");
        let second = commit_all(root, &[("a/x", "1"), ("b/z", "4")]).expect("a commit");
        assert_eq!(second, Changes { written: 1, unchanged: 1, removed: 1 });
        assert!(root.join("a/theirs").exists() && !root.join("a/y").exists());
        // Parts take nothing away.
        let part = commit_some(root, &[("a/y", "5")], Extent::Part).expect("a commit");
        assert_eq!(part, Changes { written: 1, unchanged: 0, removed: 0 });
        let third = commit_all(root, &[("a/x", "1")]).expect("a commit");
        assert_eq!(third, Changes { written: 0, unchanged: 1, removed: 2 });
        assert!(leftovers(root).is_empty());
    }

    #[test]
    fn a_failed_commit_leaves_everything_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        commit_all(root, &[("x", "1")]).expect("a commit");
        // A folder stands where a file should go.
        fs::create_dir_all(root.join("y/inside")).expect("a folder");
        assert!(commit_all(root, &[("x", "2"), ("y", "2")]).is_err());
        assert_eq!(text(root.join("x")), "1");
        assert!(leftovers(root).is_empty());
    }

    /// As when somebody empties the cache while a build runs.
    #[test]
    fn bytes_that_are_gone_change_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        commit_all(root, &[("a", "1"), ("b", "1")]).expect("a commit");
        let (a, b) =
            (ProjectPath::new("a").expect("a path"), ProjectPath::new("b").expect("a path"));
        for there in [None, Some(b"other".to_vec())] {
            let read = || there.clone();
            let gone = Finished { bytes: Bytes::Elsewhere(&read), ..Finished::made(&b, b"2") };
            let failure = commit(root, &[Finished::made(&a, b"2"), gone], Extent::Whole, 2);
            let failure = failure.expect_err("gone").to_string();
            assert!(failure.contains("build again"), "{failure}");
            assert_eq!((text(root.join("a")), text(root.join("b"))), ("1".into(), "1".into()));
        }
        let read = || Some(b"2".to_vec());
        let found = Finished { bytes: Bytes::Elsewhere(&read), ..Finished::made(&b, b"2") };
        let there = Finished { bytes: Bytes::There, ..Finished::made(&a, b"1") };
        let changes = commit(root, &[there, found], Extent::Whole, 1).expect("a commit");
        assert_eq!(changes, Changes { written: 1, unchanged: 1, removed: 0 });
        assert_eq!(text(root.join("b")), "2");
    }

    #[test]
    fn what_a_person_put_there_is_neither_replaced_nor_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::write(root.join("theirs"), "1").expect("a file");
        let failure = commit_all(root, &[("a", "1"), ("theirs", "2")]).expect_err("not ours");
        assert!(failure.to_string().contains("no build made"), "{failure}");
        assert!(!root.join("a").exists());
        // The same bytes are no harm, and ours from then on.
        commit_all(root, &[("theirs", "1"), ("a", "1")]).expect("a commit");
        fs::write(root.join("theirs"), "their own").expect("a file");
        let changes = commit_all(root, &[("a", "1")]).expect("a commit");
        assert_eq!(changes.removed, 0);
        assert_eq!(text(root.join("theirs")), "their own");
    }

    #[test]
    fn what_was_replaced_is_put_back_when_a_rename_fails() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        commit_all(root, &[("a", "1")]).expect("a commit");
        let staging = tempfile::tempdir_in(root).expect("a folder");
        let beside = |name: &str| {
            let path = staging.path().join(name);
            fs::write(&path, "2").expect("a file");
            path
        };
        let staged = [
            (beside("0"), root.join("a")),
            (beside("1"), root.join("b")),
            (beside("2"), root.join("no folder/c")),
        ];
        assert!(replace(&staged, staging.path()).is_err());
        assert_eq!(text(root.join("a")), "1");
        assert!(!root.join("b").exists());
    }

    #[test]
    fn what_killed_commits_left_is_swept_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir(root.join(".recto-staging-killed")).expect("a folder");
        fs::write(root.join(".recto-staging-killed/0"), "half").expect("a file");
        commit_all(root, &[("a", "1")]).expect("a commit");
        assert!(leftovers(root).is_empty());
    }
}
