//! `recto watch`: builds again whenever a source changes.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::{Event, EventKind, RecursiveMode, Watcher};

use super::account::{count, say};
use super::args::BuildArgs;
use super::build::{Done, How, build};
use super::plan::Plan;
use super::steps::Part;
use super::{Outcome, report};
use crate::files::{DiskFiles, Files, read_one};
use crate::layout::FOLDER as LAYOUTS;
use crate::ledger::FILE as LEDGER;
use crate::pipeline::KnownTopics;
use crate::project::{MANIFEST, SOURCES};
use crate::source::ProjectPath;

/// How long nothing must have changed before a build begins: editors write a file in
/// several goes.
const QUIET: Duration = Duration::from_millis(25);
/// How long a build is put off at the most.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often sources are looked at, whatever was told of them.
const LOOK: Duration = Duration::from_secs(2);

pub(super) fn run(args: &BuildArgs) -> Outcome {
    match watch(args) {
        Ok(outcome) => outcome,
        Err(problem) => {
            report::failure(&problem);
            Outcome::Environment
        }
    }
}

fn watch(args: &BuildArgs) -> Result<Outcome, String> {
    let explain = |error: notify::Error| format!("the project cannot be watched ({error})");
    let plan = Plan::new(args)?;
    let root = plan.files.root().to_owned();
    let ignored = plan.output.canonicalize().unwrap_or_else(|_| plan.output.clone());
    let files = plan.files.clone();
    drop(plan);
    let (send, told) = channel();
    let folder = root.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // An event that was lost may have been about anything.
        if let Some(change) =
            event.map_or(Some(Change::Source), |event| change(&event, &folder, &ignored))
        {
            let _ = send.send(change);
        }
    })
    .map_err(explain)?;
    watcher.watch(&root, RecursiveMode::NonRecursive).map_err(explain)?;
    watch_folders(&mut watcher, &root);
    let mut known = signature(&files);
    let mut changes = Changes { told, ledger: root.join(LEDGER), known: None };
    let topics = Arc::default();
    let mut stopped = Vec::new();
    build_all(args, &mut changes, &topics, &mut stopped, true);
    say("watching; stop with Ctrl-C");
    loop {
        match changes.wait(LOOK) {
            Ok(true) => changes.settle(),
            // Events may be lost, and network folders have none: a look at times and
            // sizes now and then finds what they did not tell.
            Ok(false) if signature(&files) == known && !changes.has_other_ledger() => continue,
            Ok(false) => {}
            Err(Lost) => return Err("the system does not tell of changes any more".into()),
        }
        // A folder that was deleted and made again is another one.
        watch_folders(&mut watcher, &root);
        known = signature(&files);
        build_all(args, &mut changes, &topics, &mut stopped, false);
    }
}

/// What an event tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// A source.
    Source,
    /// The ledger, and nothing else: builds write it themselves.
    Ledger,
}

/// Nobody tells of changes any more.
struct Lost;

/// What was told of changes, and not yet heard.
struct Changes {
    told: Receiver<Change>,
    /// Where the ledger is.
    ledger: PathBuf,
    /// The hash of the ledger as the last build found or left it; `None` if there was none.
    known: Option<blake3::Hash>,
}

impl Changes {
    /// Waits until something changes, and returns whether anything did.
    fn wait(&self, most: Duration) -> Result<bool, Lost> {
        let started = Instant::now();
        loop {
            match self.told.recv_timeout(most.saturating_sub(started.elapsed())) {
                Ok(change) if self.is_news(change) => return Ok(true),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return Ok(false),
                Err(RecvTimeoutError::Disconnected) => return Err(Lost),
            }
        }
    }

    /// Tells whether something changed meanwhile.
    fn any(&self) -> bool {
        self.told.try_iter().any(|change| self.is_news(change))
    }

    /// Waits until nothing changes any more.
    fn settle(&self) {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if self.told.recv_timeout(QUIET).is_err() {
                return;
            }
        }
    }

    fn is_news(&self, change: Change) -> bool {
        change == Change::Source || self.has_other_ledger()
    }

    /// Tells whether the ledger is not as the last build found or left it: then a person
    /// wrote it, or a build elsewhere.
    fn has_other_ledger(&self) -> bool {
        self.now() != self.known
    }

    fn now(&self) -> Option<blake3::Hash> {
        Some(blake3::hash(&read_one(&self.ledger).ok()?))
    }
}

/// Returns a hash of the names, sizes and times of all sources.
fn signature(files: &DiskFiles) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    let folders = [SOURCES, LAYOUTS].into_iter().filter_map(|name| ProjectPath::new(name).ok());
    let listed = folders.flat_map(|folder| files.list(&folder).unwrap_or_default());
    for path in listed.chain(ProjectPath::new(MANIFEST).ok()) {
        hasher.update(path.as_str().as_bytes());
        hasher.update(format!("{:?}", files.stamp(&path)).as_bytes());
    }
    hasher.finalize()
}

/// Watches the folders of sources that there are.
fn watch_folders(watcher: &mut impl Watcher, root: &Path) {
    for name in [SOURCES, LAYOUTS] {
        let folder: PathBuf = root.join(name);
        let _ = watcher.unwatch(&folder);
        // One that is not there comes to light in the folder above it.
        let _ = watcher.watch(&folder, RecursiveMode::Recursive);
    }
}

/// Returns what an event may be about; `None` for nothing that builds are made of.
fn change(event: &Event, root: &Path, ignored: &Path) -> Option<Change> {
    if matches!(event.kind, EventKind::Access(_)) {
        return None;
    }
    let is_source = |path: &&PathBuf| {
        let hidden = path
            .strip_prefix(root)
            .ok()
            .and_then(|path| path.iter().next())
            .is_some_and(|first| first.to_str().is_some_and(|name| name.starts_with('.')));
        !hidden && !path.starts_with(ignored)
    };
    if event.paths.is_empty() {
        return Some(Change::Source);
    }
    let ledger = root.join(LEDGER);
    let paths = event.paths.iter().filter(is_source);
    let changes = paths.map(|path| if *path == ledger { Change::Ledger } else { Change::Source });
    changes.min_by_key(|change| *change == Change::Ledger)
}

/// Makes handouts, then what is soon done, then the rest, unless something changed meanwhile:
/// who edits a topic looks at its handout, and a book of a thousand topics takes as long as
/// it takes. The first time is no other: a process that has set such a book itself is left
/// with gigabytes in which everything that comes takes ten times as long.
fn build_all(
    args: &BuildArgs,
    changes: &mut Changes,
    topics: &Arc<KnownTopics>,
    stopped: &mut Vec<Child>,
    is_first: bool,
) {
    let again = |changes: &mut Changes, stopped: &mut Vec<Child>| {
        changes.settle();
        build_all(args, changes, topics, stopped, false);
    };
    let late = match build_part(args, &Part::Handouts, changes, topics) {
        Step::Done { was_done: false, late } => late,
        // What was done already needs no word, but at first.
        Step::Done { .. } if is_first => return say("nothing changed"),
        Step::Done { .. } | Step::Failed => return,
    };
    // A new change comes first.
    if changes.any() {
        return again(changes, stopped);
    }
    if !late.is_empty() {
        if let Step::Failed = build_part(args, &Part::Soon, changes, topics) {
            return;
        }
        if changes.any() || !set_elsewhere(args, &late, changes, stopped) {
            return again(changes, stopped);
        }
    }
    // The lock of a process that was stopped goes with it: with some gigabytes, that takes
    // a while.
    for mut child in stopped.drain(..) {
        let _ = child.wait();
    }
    build_part(args, &Part::Whole, changes, topics);
    if changes.any() {
        again(changes, stopped);
    }
}

/// How a step of a build after a change ended.
enum Step {
    /// As it should; with the ids of what takes long, and was left.
    Done { was_done: bool, late: Vec<String> },
    /// Nothing was made.
    Failed,
}

/// Makes a part, and says so.
fn build_part(
    args: &BuildArgs,
    part: &Part,
    changes: &mut Changes,
    topics: &Arc<KnownTopics>,
) -> Step {
    let started = Instant::now();
    changes.known = changes.now();
    let quiet = BuildArgs { quiet: true, ..args.clone() };
    let known = Some(Arc::clone(topics));
    let how = How { part, explained: false, trace: None, known, started, is_last: false };
    let done = build(&quiet, &how);
    let time = started.elapsed().as_secs_f64();
    if let Ok(Done { ledger: Some(left), .. }) = done {
        changes.known = Some(left);
    }
    match done {
        Ok(Done { outcome: Outcome::Done, changes, was_done, left, .. }) => {
            let removed = match changes.removed {
                0 => String::new(),
                removed => format!(", {removed} removed"),
            };
            let what = match part {
                Part::Handouts => "handouts",
                Part::Soon => "books without their pages, decks",
                _ => "all",
            };
            if !was_done && changes.written + changes.removed > 0 {
                let files = count(changes.written, "file");
                say(&format!("{what}: {files} written{removed} after {time:.2} s"));
            }
            Step::Done { was_done, late: left }
        }
        Ok(_) => {
            say("the results are as they were");
            Step::Failed
        }
        Err(problem) => {
            report::failure(&problem);
            Step::Failed
        }
    }
}

/// How often it is asked whether pages are set.
const ASK: Duration = Duration::from_millis(50);

/// Sets the pages of books in another process, so that it can be stopped as soon as something
/// changes. What it made is in the cache for who builds everything then; so it is of no
/// weight if it fails, and what there is to say is said again. Returns `false` if it was
/// stopped, and is among those that end.
fn set_elsewhere(
    args: &BuildArgs,
    ids: &[String],
    changes: &Changes,
    stopped: &mut Vec<Child>,
) -> bool {
    let BuildArgs { project, output, cache, jobs, system_fonts, epoch, .. } = args;
    let Ok(program) = std::env::current_exe() else { return true };
    let mut command = Command::new(program);
    command.args(["build", "--quiet", "--attended"]).arg(project);
    for (option, folder) in [("--output", output), ("--cache", cache)] {
        if let Some(folder) = folder {
            command.arg(option).arg(folder);
        }
    }
    command.args(jobs.iter().flat_map(|jobs| ["--jobs".to_owned(), jobs.to_string()]));
    command.args(system_fonts.then_some("--system-fonts"));
    command.args(ids.iter().flat_map(|id| ["--only", id.as_str()]));
    command.envs(epoch.iter().map(|epoch| ("SOURCE_DATE_EPOCH", epoch)));
    // A pipe that ends with this process, however it does, and the other one with it.
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else { return true };
    loop {
        match changes.wait(ASK) {
            Ok(true) => {
                // A build that is stopped leaves the results as they were.
                let _ = child.kill();
                stopped.push(child);
                return false;
            }
            Ok(false) => match child.try_wait() {
                Ok(None) => {}
                Ok(Some(_)) | Err(_) => return true,
            },
            Err(Lost) => {
                let _ = child.wait();
                return true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use notify::event::{CreateKind, ModifyKind, RenameMode};

    use super::*;

    #[test]
    fn the_ledger_of_a_build_is_no_news() {
        let folder = tempfile::tempdir().expect("a folder");
        let ledger = folder.path().join(LEDGER);
        let (send, told) = channel();
        let mut changes = Changes { told, ledger: ledger.clone(), known: None };
        let tell = |change| send.send(change).expect("a listener");
        fs::write(&ledger, "a build's").expect("a file");
        changes.known = Some(blake3::hash(b"a build's"));
        tell(Change::Ledger);
        assert!(!changes.any());
        tell(Change::Ledger);
        assert!(matches!(changes.wait(Duration::ZERO), Ok(false)));
        tell(Change::Ledger);
        tell(Change::Source);
        assert!(changes.any());
        fs::write(&ledger, "a person's").expect("a file");
        tell(Change::Ledger);
        assert!(changes.any());
        fs::remove_file(&ledger).expect("a file");
        tell(Change::Ledger);
        assert!(changes.any());
    }

    #[test]
    fn events_are_told_apart() {
        let root = Path::new("/project");
        let of = |kind, paths: &[&str]| {
            let event = Event {
                kind,
                paths: paths.iter().map(PathBuf::from).collect(),
                ..Event::default()
            };
            change(&event, root, Path::new("/project/output"))
        };
        let renamed = EventKind::Modify(ModifyKind::Name(RenameMode::Both));
        let ledger = "/project/cards.lock";
        assert_eq!(of(renamed, &["/project/.recto-x", ledger]), Some(Change::Ledger));
        assert_eq!(of(renamed, &[ledger, "/project/sources/a.md"]), Some(Change::Source));
        assert_eq!(of(renamed, &[]), Some(Change::Source));
        let made = EventKind::Create(CreateKind::File);
        assert_eq!(of(made, &["/project/output/decks/a.apkg"]), None);
        assert_eq!(of(made, &["/project/recto.yaml"]), Some(Change::Source));
    }
}
