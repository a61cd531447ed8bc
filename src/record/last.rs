//! The last build, as it must be found again so that another one would make the same.
//!
//! Sizes and times decide which files are hashed again; only hashes decide whether
//! anything changed.

use std::collections::BTreeMap;

use blake3::Hash;
use serde_json::{Value, json};

use crate::files::{DiskFiles, Files, Reading, Seen, Stamp, hash_of_names};
use crate::source::ProjectPath;

/// The version of the record's shape.
const VERSION: &str = "last build 1";

/// How much older than a build a file must be for its time to prove anything, in
/// nanoseconds: some file systems count in steps of two seconds.
const COARSE: u64 = 2_000_000_000;

/// What a build said, to be said again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// The lines of its account.
    pub account: Vec<String>,
    /// Its messages, in each form that they can be shown in, by the form's name.
    pub messages: BTreeMap<String, String>,
    /// How many of them are warnings.
    pub warnings: usize,
}

/// What a build read, made and said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastBuild {
    /// When it began, in nanoseconds since 1970, UTC.
    begun: u64,
    inputs: BTreeMap<ProjectPath, Option<Seen>>,
    folders: BTreeMap<ProjectPath, Hash>,
    outputs: BTreeMap<ProjectPath, Seen>,
    /// What it said.
    pub said: Said,
}

impl LastBuild {
    /// Notes a build that is done: when it began, what it read, and the hashes of all
    /// that it made in `output`. `None` if it cannot be found again: a file changed
    /// while it was running.
    pub fn new(
        begun: u64,
        reading: Reading,
        output: &DiskFiles,
        made: &[(&ProjectPath, Hash)],
        said: Said,
    ) -> Option<Self> {
        if reading.is_unsteady {
            return None;
        }
        let outputs = made.iter().map(|(path, hash)| {
            Some(((*path).clone(), Seen { stamp: output.stamp(path)?, hash: *hash }))
        });
        let outputs = outputs.collect::<Option<_>>()?;
        Some(Self { begun, inputs: reading.files, folders: reading.folders, outputs, said })
    }

    /// Tells whether all files are as the build had and left them. What bears another
    /// time, but has the same bytes, is noted with the new one; `now` is the present
    /// moment. Returns whether anything was.
    pub fn is_still_so(
        &mut self,
        project: &DiskFiles,
        output: &DiskFiles,
        now: u64,
    ) -> Option<bool> {
        for (folder, names) in &self.folders {
            let listed = project.list(folder).ok()?;
            if hash_of_names(&listed) != *names {
                return None;
            }
        }
        let mut is_renewed = false;
        for (path, seen) in &mut self.inputs {
            let stamp = project.stamp(path);
            match seen {
                None if stamp.is_none() => {}
                None => return None,
                Some(seen) => {
                    let proves = seen.stamp.modified.saturating_add(COARSE) < self.begun;
                    is_renewed |= renew(seen, stamp?, proves, path, project)?;
                }
            }
        }
        for (path, seen) in &mut self.outputs {
            is_renewed |= renew(seen, output.stamp(path)?, true, path, output)?;
        }
        if is_renewed {
            self.begun = now;
        }
        Some(is_renewed)
    }

    /// Returns the files that it made and that nobody touched since, each with its hash and
    /// size: those that bear the time that it left.
    pub fn untouched(self, output: &DiskFiles) -> Vec<(ProjectPath, Hash, u64)> {
        let is_untouched = |(path, seen): &(ProjectPath, Seen)| {
            output.stamp(path).is_some_and(|stamp| stamp == seen.stamp)
        };
        let found = self.outputs.into_iter().filter(is_untouched);
        found.map(|(path, seen)| (path, seen.hash, seen.stamp.size)).collect()
    }

    /// Writes the record, a line for each file.
    pub fn write(&self) -> Vec<u8> {
        let mut text = format!("{VERSION}\n{}\n", self.begun);
        for (path, hash) in &self.folders {
            text.push_str(&format!("folder {} {path}\n", hash.to_hex()));
        }
        for (path, seen) in &self.inputs {
            match seen {
                Some(seen) => text.push_str(&format!("input {} {path}\n", line(seen))),
                None => text.push_str(&format!("missing {path}\n")),
            }
        }
        for (path, seen) in &self.outputs {
            text.push_str(&format!("output {} {path}\n", line(seen)));
        }
        let Said { account, messages, warnings } = &self.said;
        let said = json!({ "account": account, "messages": messages, "warnings": warnings });
        text.push_str(&format!("said {said}\n"));
        text.into_bytes()
    }

    /// Reads a record; `None` if it is none, or of another version.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(bytes).ok()?.lines();
        if lines.next()? != VERSION {
            return None;
        }
        let mut last = Self {
            begun: lines.next()?.parse().ok()?,
            inputs: BTreeMap::new(),
            folders: BTreeMap::new(),
            outputs: BTreeMap::new(),
            said: Said::default(),
        };
        for line in lines {
            let (what, rest) = line.split_once(' ')?;
            match what {
                "folder" => {
                    let (hash, path) = rest.split_once(' ')?;
                    last.folders.insert(ProjectPath::new(path).ok()?, Hash::from_hex(hash).ok()?);
                }
                "missing" => {
                    last.inputs.insert(ProjectPath::new(rest).ok()?, None);
                }
                "input" => {
                    let (seen, path) = read_line(rest)?;
                    last.inputs.insert(path, Some(seen));
                }
                "output" => {
                    let (seen, path) = read_line(rest)?;
                    last.outputs.insert(path, seen);
                }
                "said" => last.said = read_said(rest)?,
                _ => return None,
            }
        }
        Some(last)
    }
}

/// Tells whether a file that has this stamp now is still the same, and renews what is
/// known of it; `None` if it is not.
fn renew(
    seen: &mut Seen,
    stamp: Stamp,
    proves: bool,
    path: &ProjectPath,
    files: &dyn Files,
) -> Option<bool> {
    if stamp == seen.stamp && proves {
        return Some(false);
    }
    if stamp.size != seen.stamp.size || blake3::hash(&files.read(path).ok()?) != seen.hash {
        return None;
    }
    seen.stamp = stamp;
    Some(true)
}

fn line(seen: &Seen) -> String {
    format!("{} {} {}", seen.hash.to_hex(), seen.stamp.size, seen.stamp.modified)
}

fn read_line(line: &str) -> Option<(Seen, ProjectPath)> {
    let mut words = line.splitn(4, ' ');
    let hash = Hash::from_hex(words.next()?).ok()?;
    let (size, modified) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let path = ProjectPath::new(words.next()?).ok()?;
    Some((Seen { stamp: Stamp { size, modified }, hash }, path))
}

fn read_said(line: &str) -> Option<Said> {
    let said: Value = serde_json::from_str(line).ok()?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let messages = said.get("messages")?.as_object()?.iter();
    Some(Said {
        account: said.get("account")?.as_array()?.iter().map(text).collect::<Option<_>>()?,
        messages: messages
            .map(|(key, value)| Some((key.clone(), text(value)?)))
            .collect::<Option<_>>()?,
        warnings: usize::try_from(said.get("warnings")?.as_u64()?).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::files::Recorder;

    fn path(text: &str) -> ProjectPath {
        ProjectPath::new(text).expect("a path")
    }

    fn built(root: &Path, begun: u64) -> LastBuild {
        let files = DiskFiles::open(root).expect("a folder");
        let recorder = Recorder::new(files.clone());
        let listed = recorder.list(&path("sources")).expect("a folder");
        for path in listed.iter().chain([&path("recto.yaml")]) {
            let _ = recorder.read(path);
        }
        let made = path("made");
        fs::write(root.join("made"), "made").expect("a file");
        let said = Said {
            account: vec!["1 page".into()],
            messages: BTreeMap::from([("short".into(), "a\nb \u{e9}".into())]),
            warnings: 2,
        };
        let made = [(&made, blake3::hash(b"made"))];
        LastBuild::new(begun, recorder.reading(), &files, &made, said).expect("steady files")
    }

    const LATE: u64 = u64::MAX;

    #[test]
    fn whatever_changes_is_seen() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir(root.join("sources")).expect("a folder");
        fs::write(root.join("sources/a.md"), "one").expect("a file");
        let files = DiskFiles::open(root).expect("a folder");
        for begun in [0, LATE] {
            let last = built(root, begun);
            let last = LastBuild::read(&last.write()).filter(|read| *read == last).expect("itself");
            let check = || last.clone().is_still_so(&files, &files, LATE);
            // A time near to that of the build proves nothing: its file is hashed.
            assert_eq!(check(), Some(begun == 0));
            // The same size: only the time, or the hash, can tell.
            fs::write(root.join("sources/a.md"), "two").expect("a file");
            assert_eq!(check(), None);
            fs::write(root.join("sources/a.md"), "one").expect("a file");
            assert_eq!(check(), Some(true), "the hash decides");
            for (name, text) in [("sources/b.md", "new"), ("recto.yaml", "title: x")] {
                fs::write(root.join(name), text).expect("a file");
                assert_eq!(check(), None, "{name}");
                fs::remove_file(root.join(name)).expect("a file");
            }
            fs::write(root.join("made"), "MADE").expect("a file");
            assert_eq!(check(), None);
            fs::remove_file(root.join("made")).expect("a file");
            assert_eq!(check(), None);
            fs::write(root.join("made"), "made").expect("a file");
            assert!(check().is_some());
        }
        assert_eq!(LastBuild::read(b"last build 0\n1\n"), None);
        assert_eq!(LastBuild::read(b"last build 1\n1\ninput x\n"), None);
    }
}
