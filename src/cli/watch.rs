//! `recto watch`: builds again whenever a source changes.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::{Event, EventKind, RecursiveMode, Watcher};

use super::account::{count, say};
use super::args::BuildArgs;
use super::build::{Done, How, build};
use super::plan::Plan;
use super::steps::Part;
use super::{Outcome, report};
use crate::files::{DiskFiles, Files};
use crate::layout::FOLDER as LAYOUTS;
use crate::project::{MANIFEST, SOURCES};
use crate::source::ProjectPath;

/// How long nothing must have changed before a build begins: editors write a file in
/// several goes.
const QUIET: Duration = Duration::from_millis(40);
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
    let (send, changes) = channel();
    let folder = root.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // An event that was lost may have been about anything.
        if event.map_or(true, |event| is_change(&event, &folder, &ignored)) {
            let _ = send.send(());
        }
    })
    .map_err(explain)?;
    watcher.watch(&root, RecursiveMode::NonRecursive).map_err(explain)?;
    watch_folders(&mut watcher, &root);
    let mut known = signature(&files);
    build_all(args, &changes, true);
    say("watching; stop with Ctrl-C");
    loop {
        match changes.recv_timeout(LOOK) {
            Ok(()) => settle(&changes),
            // Events may be lost, and network folders have none: a look at times and
            // sizes now and then finds what they did not tell.
            Err(RecvTimeoutError::Timeout) if signature(&files) == known => continue,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err("the system does not tell of changes any more".into());
            }
        }
        // A folder that was deleted and made again is another one.
        watch_folders(&mut watcher, &root);
        known = signature(&files);
        build_all(args, &changes, false);
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

/// Tells whether an event may be about a source.
fn is_change(event: &Event, root: &Path, ignored: &Path) -> bool {
    if matches!(event.kind, EventKind::Access(_)) {
        return false;
    }
    let is_source = |path: &PathBuf| {
        let hidden = path
            .strip_prefix(root)
            .ok()
            .and_then(|path| path.iter().next())
            .is_some_and(|first| first.to_str().is_some_and(|name| name.starts_with('.')));
        !hidden && !path.starts_with(ignored)
    };
    event.paths.is_empty() || event.paths.iter().any(is_source)
}

/// Waits until nothing changes any more.
fn settle(changes: &Receiver<()>) {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        match changes.recv_timeout(QUIET) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Makes handouts, and then the rest, unless something changed meanwhile: who edits a
/// topic looks at its handout.
fn build_all(args: &BuildArgs, changes: &Receiver<()>, is_first: bool) {
    let parts: &[Part] = if is_first { &[Part::Whole] } else { &[Part::Handouts, Part::Whole] };
    for part in parts {
        let started = Instant::now();
        let quiet = BuildArgs { quiet: true, ..args.clone() };
        let how = How { part, explained: false, trace: None, started };
        let done = build(&quiet, &how);
        let time = started.elapsed().as_secs_f64();
        match done {
            Ok(Done { outcome: Outcome::Done, changes, was_done: false, .. }) => {
                let files = count(changes.written, "file");
                let removed = match changes.removed {
                    0 => String::new(),
                    removed => format!(", {removed} removed"),
                };
                let what = if *part == Part::Handouts { "handouts" } else { "all" };
                if changes.written + changes.removed > 0 || is_first {
                    say(&format!("{what}: {files} written{removed} after {time:.2} s"));
                }
            }
            // What was done already needs no word.
            Ok(Done { outcome: Outcome::Done, .. }) => {
                if is_first {
                    say("nothing changed");
                }
                return;
            }
            Ok(_) => {
                say("the results are as they were");
                return;
            }
            Err(problem) => {
                report::failure(&problem);
                return;
            }
        }
        // A new change comes first.
        if let Ok(()) = changes.try_recv() {
            settle(changes);
            return build_all(args, changes, false);
        }
    }
}
