//! `--timings`: where the time of a build went, as a table and as a trace.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::files::{FileError, commit_one};
use crate::trace::Trace;

/// A watch on a build.
#[derive(Debug)]
pub(super) struct Timings {
    started: Instant,
    watched: Mutex<Watched>,
}

#[derive(Debug, Default)]
struct Watched {
    /// Threads, in the order in which they showed up.
    threads: Vec<ThreadId>,
    /// What threads are in the middle of, the innermost last.
    open: BTreeMap<usize, Vec<(&'static str, String, Duration)>>,
    done: Vec<Piece>,
}

/// A piece of work that is done.
#[derive(Debug)]
struct Piece {
    stage: &'static str,
    what: String,
    thread: usize,
    from: Duration,
    time: Duration,
}

impl Timings {
    /// Starts the watch.
    pub(super) fn start() -> Self {
        Self { started: Instant::now(), watched: Mutex::default() }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Watched, usize) -> T) -> T {
        let id = std::thread::current().id();
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let known = watched.threads.iter().position(|thread| *thread == id);
        let thread = known.unwrap_or_else(|| {
            watched.threads.push(id);
            watched.threads.len() - 1
        });
        work(&mut watched, thread)
    }

    /// Prints where the time went, and writes the trace: the format that Chrome has
    /// made, and Perfetto opens, too.
    pub(super) fn tell(&self, file: &Path) -> Result<(), FileError> {
        let whole = self.started.elapsed();
        let watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = table(&watched.done, whole);
        text.push_str(&format!("trace: {}\n", file.display()));
        // Standard output may be read by a program.
        let _ = std::io::stderr().write_all(text.as_bytes());
        commit_one(file, trace(&watched.done).as_bytes())
    }
}

impl Trace for Timings {
    fn begin(&self, stage: &'static str, what: &str) {
        let now = self.started.elapsed();
        self.with(|watched, thread| {
            watched.open.entry(thread).or_default().push((stage, what.to_owned(), now));
        });
    }

    fn end(&self) {
        let now = self.started.elapsed();
        self.with(|watched, thread| {
            let begun = watched.open.get_mut(&thread).and_then(Vec::pop);
            watched.done.extend(begun.map(|(stage, what, from)| {
                let time = now.saturating_sub(from);
                Piece { stage, what, thread, from, time }
            }));
        });
    }
}

/// Returns a line for each stage, in the order in which they began: how often, how
/// long on all threads together, and what took longest.
fn table(done: &[Piece], whole: Duration) -> String {
    let mut stages: BTreeMap<&str, Vec<&Piece>> = BTreeMap::new();
    for piece in done {
        stages.entry(piece.stage).or_default().push(piece);
    }
    let mut stages: Vec<_> = stages.into_iter().collect();
    stages.sort_by_key(|(_, pieces)| pieces.iter().map(|piece| piece.from).min());
    let seconds = |time: Duration| format!("{:.3}", time.as_secs_f64());
    let mut text =
        format!("{:<12} {:>6} {:>9} {:>9}  longest\n", "stage", "times", "sum s", "max s");
    for (stage, pieces) in stages {
        let sum: Duration = pieces.iter().map(|piece| piece.time).sum();
        let Some(longest) = pieces.iter().max_by_key(|piece| piece.time) else { continue };
        let (times, max) = (pieces.len(), seconds(longest.time));
        let line = format!("{stage:<12} {times:>6} {:>9} {max:>9}  {}", seconds(sum), longest.what);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push_str(&format!("{:<12} {:>6} {:>9}\n", "whole", "", seconds(whole)));
    text
}

fn trace(done: &[Piece]) -> String {
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    let events = done.iter().map(|Piece { stage, what, thread, from, time }| {
        let name = if what.is_empty() { (*stage).to_owned() } else { format!("{stage} {what}") };
        json!({
            "name": name, "cat": stage, "ph": "X", "pid": 1, "tid": thread + 1,
            "ts": micros(*from), "dur": micros(*time),
        })
    });
    let events: Vec<_> = events.collect();
    json!({ "traceEvents": events, "displayTimeUnit": "ms" }).to_string() + "\n"
}

/// Returns where the trace goes, if nobody says.
pub(super) fn default_file(cache: &Path) -> PathBuf {
    cache.join("timings.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_lie_within_each_other() {
        let timings = Timings::start();
        timings.begin("read", "");
        timings.begin("lay out", "a.pdf");
        timings.end();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                timings.begin("lay out", "b.pdf");
                timings.end();
            });
        });
        timings.end();
        // What was never begun is no end of anything.
        timings.end();
        let watched = timings.watched.lock().expect("nobody panicked");
        let names: Vec<_> = watched.done.iter().map(|piece| (piece.stage, piece.thread)).collect();
        assert_eq!(names, [("lay out", 0), ("lay out", 1), ("read", 0)]);
        let table = table(&watched.done, Duration::from_millis(1500));
        assert!(table.lines().nth(1).is_some_and(|line| line.starts_with("read              1")));
        assert!(table.ends_with("1.500\n"), "{table}");
        let trace: serde_json::Value = serde_json::from_str(&trace(&watched.done)).expect("JSON");
        assert_eq!(trace["traceEvents"][1]["name"], "lay out b.pdf");
        assert_eq!(trace["traceEvents"][1]["tid"], 2);
    }
}
