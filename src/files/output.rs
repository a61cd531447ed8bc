//! Putting finished bytes on disk: all of them, or none.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::FileError;
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

/// The record of the files that builds made, so that only they are ever
/// removed.
const RECORD: &str = ".recto-made";

/// What the folders begin with that files wait in.
const STAGING: &str = ".recto-staging-";

/// Puts files into the folder `root`, whole and last: everything is first
/// written beside its place, and only when all bytes are on disk are the files
/// renamed, one after another. A failure before that leaves the folder as it
/// was.
///
/// Files that an earlier commit made and this one does not are removed. Files
/// that anybody else put there are never touched.
///
/// # Errors
/// If a file cannot be written, renamed or removed.
pub fn commit(root: &Path, files: &[(&ProjectPath, &[u8])]) -> Result<Changes, FileError> {
    let mut changes = Changes::default();
    create_folder(root)?;
    sweep(root);
    for (path, _) in files {
        // Found out before anything is changed.
        let target = root.join(path.as_str());
        if target.is_dir() {
            return Err(error("write", &target, io::ErrorKind::IsADirectory.into()));
        }
    }
    let staging = tempfile::Builder::new()
        .prefix(STAGING)
        .tempdir_in(root)
        .map_err(|cause| error("write", root, cause))?;

    let mut staged = Vec::new();
    for (index, (path, bytes)) in files.iter().enumerate() {
        let target = root.join(path.as_str());
        if has_bytes(&target, bytes) {
            changes.unchanged += 1;
            continue;
        }
        let beside = staging.path().join(index.to_string());
        write_flushed(&beside, bytes)?;
        staged.push((beside, target));
    }

    let record = root.join(RECORD);
    let made: BTreeSet<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let before = fs::read_to_string(&record).unwrap_or_default();
    let stale: Vec<ProjectPath> = before
        .lines()
        .filter(|line| !made.contains(line))
        .filter_map(|line| ProjectPath::new(line).ok())
        .collect();
    // The record is written first, of what was and what will be: an interrupted
    // commit then never leaves a file that no record knows.
    let known: BTreeSet<&str> = before.lines().chain(made.iter().copied()).collect();
    write_record(staging.path(), &record, &before, &known)?;

    for (beside, target) in &staged {
        if let Some(folder) = target.parent() {
            create_folder(folder)?;
        }
        fs::rename(beside, target).map_err(|cause| error("write", target, cause))?;
        changes.written += 1;
    }
    for path in stale {
        let target = root.join(path.as_str());
        match fs::remove_file(&target) {
            Ok(()) => changes.removed += 1,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(error("remove", &target, cause)),
        }
        remove_empty_folders(root, &target);
    }
    let known = known.into_iter().collect::<Vec<_>>().join("\n") + "\n";
    write_record(staging.path(), &record, &known, &made)?;
    Ok(changes)
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

/// Removes what commits that were killed left behind.
fn sweep(root: &Path) {
    let Ok(entries) = fs::read_dir(root) else { return };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(STAGING));
        let old = entry.metadata().and_then(|metadata| metadata.modified()).is_ok_and(|time| {
            // One that is younger may belong to a build that is running.
            time.elapsed().is_ok_and(|age| age.as_secs() > 600)
        });
        if ours && old {
            // What cannot be removed does no harm.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn write_record(
    staging: &Path,
    record: &Path,
    before: &str,
    paths: &BTreeSet<&str>,
) -> Result<(), FileError> {
    let text: String = paths.iter().flat_map(|path| [path, "\n"]).collect();
    if text == before {
        return Ok(());
    }
    let beside = staging.join("record");
    write_flushed(&beside, text.as_bytes())?;
    fs::rename(&beside, record).map_err(|cause| error("write", record, cause))
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
fn make_readable(path: &Path) -> Result<(), FileError> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
        .map_err(|cause| error("write", path, cause))
}

#[cfg(not(unix))]
fn make_readable(_path: &Path) -> Result<(), FileError> {
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

    fn commit_all(root: &Path, files: &[(&str, &str)]) -> Result<Changes, FileError> {
        let path = |path| ProjectPath::new(path).expect("a plain path");
        let owned: Vec<_> =
            files.iter().map(|(name, bytes)| (path(name), bytes.as_bytes())).collect();
        let files: Vec<_> = owned.iter().map(|(path, bytes)| (path, *bytes)).collect();
        commit(root, &files)
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
        let names: Vec<_> = fs::read_dir(root)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
            .filter(|name| name.starts_with(".recto-staging"))
            .collect();
        assert!(names.is_empty(), "{names:?}");
    }

    #[test]
    fn a_failed_commit_leaves_everything_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        commit_all(root, &[("x", "1")]).expect("a commit");
        // A folder stands where a file should go: the rename fails.
        fs::create_dir_all(root.join("y/inside")).expect("a folder");
        assert!(commit_all(root, &[("y", "2")]).is_err());
        assert_eq!(fs::read_to_string(root.join("x")).expect("the file"), "1");
    }
}
