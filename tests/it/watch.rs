//! `recto watch`: what it does after each of the things that editors do.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::case::{files_below, root};

/// How long the machine may take for a build, however busy it is.
const PATIENCE: Duration = Duration::from_secs(120);

/// A watch that ends with the test.
struct Watch {
    child: Child,
    said: Receiver<String>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Watch {
    fn start(project: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_recto"))
            .args(["watch", "--message-format", "short"])
            .current_dir(project)
            .env_clear()
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let (send, said) = channel();
        let both: [Box<dyn std::io::Read + Send>; 2] = [
            Box::new(child.stdout.take().expect("a pipe")),
            Box::new(child.stderr.take().expect("a pipe")),
        ];
        for pipe in both {
            let send = send.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                    let _ = send.send(line);
                }
            });
        }
        Self { child, said }
    }

    /// Waits until a line with these words was said.
    fn until(&self, words: &str) {
        self.until_all(&[words]);
    }

    /// Waits until each of these was said, in whatever order: messages and what was
    /// done come by different ways.
    fn until_all(&self, words: &[&str]) {
        let (mut left, mut before) = (words.to_vec(), Vec::new());
        while !left.is_empty() {
            let line = self.said.recv_timeout(PATIENCE).unwrap_or_else(|_| {
                panic!("never said {left:?}, but {before:?}");
            });
            left.retain(|words| !line.contains(words));
            before.push(line);
        }
    }
}

fn project() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let project = folder.path().join("project");
    let from = root().join("tests/fixtures/valid/small");
    for path in files_below(&from) {
        let target = project.join(&path);
        fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
        fs::copy(from.join(path), target).expect("a copy");
    }
    (folder, project)
}

#[test]
fn a_watch_follows_what_editors_do() {
    let (_folder, project) = project();
    let read = |path: &str| fs::read(project.join("output").join(path)).expect("a result");
    let watch = Watch::start(&project);
    watch.until("watching");
    let first = (read("handouts/first.pdf"), read("books/small.epub"));

    // In its place.
    let topic = project.join("sources/first.md");
    let original = fs::read_to_string(&topic).expect("a topic");
    fs::write(&topic, format!("{original}\n- More.\n")).expect("a topic");
    watch.until("handouts: 1 file written");
    watch.until("books without their pages, decks: ");
    watch.until("all: ");
    assert_ne!(read("handouts/first.pdf"), first.0);
    assert_ne!(read("books/small.epub"), first.1);

    // By another file of its name.
    let beside = project.join("sources/.first.md.new");
    fs::write(&beside, &original).expect("a file");
    fs::rename(&beside, &topic).expect("a rename");
    watch.until("all: ");
    assert_eq!((read("handouts/first.pdf"), read("books/small.epub")), first);

    // While the pages of the book are set.
    fs::write(&topic, format!("{original}\n- For a moment.\n")).expect("a topic");
    watch.until("books without their pages");
    fs::write(&topic, &original).expect("a topic");
    while (read("handouts/first.pdf"), read("books/small.epub")) != first {
        watch.until("all: ");
    }

    // Broken, and right again.
    fs::write(&topic, format!("{original}\n- More [@nobody].\n")).expect("a topic");
    watch.until_all(&["unknown-cite-key", "as they were"]);
    assert_eq!(read("handouts/first.pdf"), first.0);
    fs::write(&topic, format!("{original}\n- Still more.\n")).expect("a topic");
    watch.until("all: ");
    let last = read("handouts/first.pdf");

    // The whole folder goes, and comes back with another text.
    let (sources, away) = (project.join("sources"), project.join("away"));
    fs::rename(&sources, &away).expect("a rename");
    watch.until("as they were");
    fs::write(away.join("first.md"), format!("{original}\n- Back.\n")).expect("a topic");
    fs::rename(&away, &sources).expect("a rename");
    watch.until("all: ");
    assert_ne!(read("handouts/first.pdf"), last);
    // It is the new folder that is watched.
    fs::write(&topic, &original).expect("a topic");
    watch.until("all: ");
    assert_eq!(read("handouts/first.pdf"), first.0);
}

/// Builds write the ledger, which lies among what they are made of; but people may, too.
#[test]
fn a_watch_follows_what_people_do_to_the_ledger() {
    let (_folder, project) = project();
    let (topic, ledger) = (project.join("sources/first.md"), project.join("cards.lock"));
    let original = fs::read_to_string(&topic).expect("a topic");
    let watch = Watch::start(&project);
    watch.until("watching");
    let before = fs::read_to_string(&ledger).expect("a ledger");
    fs::write(&topic, format!("{original}\n- A ==new== flashcard.\n")).expect("a topic");
    watch.until("all: ");
    let left = fs::read_to_string(&ledger).expect("a ledger");
    assert_ne!(left, before);

    fs::write(&ledger, "version: [").expect("a ledger");
    watch.until_all(&["broken-ledger", "as they were"]);
    fs::write(&ledger, left).expect("a ledger");
    fs::write(&topic, &original).expect("a topic");
    watch.until("all: ");
}

/// Whoever is killed cannot stop what it started: this ends by itself.
#[test]
fn a_build_ends_with_who_started_it() {
    let (_folder, project) = project();
    let mut child = Command::new(env!("CARGO_BIN_EXE_recto"))
        .args(["build", "--quiet", "--attended"])
        .current_dir(&project)
        .env_clear()
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    drop(child.stdin.take());
    let status = child.wait().expect("an end");
    assert_eq!(status.code(), Some(2));
    assert!(!project.join("output/books/small.pdf").exists());
}
