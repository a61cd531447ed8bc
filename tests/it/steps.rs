//! A build in parts: by steps that run side by side, by shares on several machines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::case::{files_below, root};

fn recto(args: &[&str], project: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
    command.args(args).current_dir(project).env_clear().env("SOURCE_DATE_EPOCH", "1700000000");
    command
}

fn run(args: &[&str], project: &Path) -> Output {
    recto(args, project).output().expect("the program runs")
}

fn done(args: &[&str], project: &Path) -> String {
    let output = run(args, project);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {said}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn copy(from: &Path, to: &Path) {
    for path in files_below(from) {
        let target = to.join(&path);
        fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
        fs::copy(from.join(path), target).expect("a copy");
    }
}

/// A copy of a project, with variants that must break alike.
fn project(folder: &Path, name: &str) -> PathBuf {
    let project = folder.join(name).join("project");
    copy(&root().join("tests/fixtures/valid/small"), &project);
    let manifest = project.join("recto.yaml");
    let text = fs::read_to_string(&manifest).expect("the manifest");
    let handouts =
        "\nhandouts:\n  - {}\n  - {topics: [first], variants: [student, teacher], pages: 2}\n";
    assert!(!text.contains("\nhandouts:"), "the fixture has handouts of its own now");
    fs::write(&manifest, text + handouts).expect("the manifest");
    project
}

/// All results and the ledger, without what a build keeps for itself.
fn results(project: &Path) -> BTreeMap<String, Vec<u8>> {
    let output = project.join("output");
    let files = files_below(&output).into_iter().filter(|path| !path.starts_with('.'));
    let mut results: BTreeMap<_, _> =
        files.map(|path| (path.clone(), fs::read(output.join(path)).expect("a file"))).collect();
    let ledger = fs::read(project.join("cards.lock")).expect("a ledger");
    results.insert("cards.lock".into(), ledger);
    results
}

fn assert_same(made: &BTreeMap<String, Vec<u8>>, whole: &BTreeMap<String, Vec<u8>>) {
    let names = |results: &BTreeMap<String, Vec<u8>>| results.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(made), names(whole));
    let different: Vec<_> = made.keys().filter(|path| made[*path] != whole[*path]).collect();
    assert!(different.is_empty(), "{different:?}");
}

#[test]
fn shares_of_machines_are_the_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = project(folder.path(), "whole");
    done(&["build"], &whole);
    let merged = project(folder.path(), "merged");
    let mut shares = Vec::new();
    for share in ["1/2", "2/2"] {
        let machine = project(folder.path(), &share.replace('/', "-"));
        done(&["build", "--shard", share], &machine);
        let files = files_below(&machine.join("output")).into_iter();
        let made: BTreeSet<_> = files.filter(|path| !path.starts_with('.')).collect();
        for path in &made {
            let target = merged.join("output").join(path);
            fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
            fs::copy(machine.join("output").join(path), target).expect("a copy");
        }
        // One of them has the decks.
        let ledger = machine.join("cards.lock");
        if ledger.exists() {
            fs::copy(ledger, merged.join("cards.lock")).expect("a copy");
        }
        shares.push(made);
    }
    assert!(shares[0].is_disjoint(&shares[1]) && shares.iter().all(|share| share.len() > 2));
    done(&["build", "--only", "report"], &merged);
    assert_same(&results(&merged), &results(&whole));
    done(&["verify", "--sources"], &merged);
    // What is there is known for made by builds: a whole one has nothing to do.
    assert!(done(&["build"], &merged).contains("nothing changed"));
}

#[test]
fn steps_run_side_by_side_make_the_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = project(folder.path(), "whole");
    done(&["build"], &whole);
    let apart = project(folder.path(), "apart");
    let plan: Value = serde_json::from_str(&done(&["plan"], &apart)).expect("JSON");
    let mut left: Vec<&Value> = plan["steps"].as_array().expect("steps").iter().collect();
    let texts = |value: &Value| -> Vec<String> {
        let list = value.as_array().expect("a list").iter();
        list.map(|text| text.as_str().expect("text").to_owned()).collect()
    };
    let mut finished: BTreeSet<String> = BTreeSet::new();
    let mut declared = BTreeSet::new();
    while !left.is_empty() {
        // All that can be, at most two at once.
        let (ready, later): (Vec<_>, Vec<_>) = left
            .into_iter()
            .partition(|step| texts(&step["needs"]).iter().all(|id| finished.contains(id)));
        assert!(!ready.is_empty(), "steps wait for each other");
        left = later;
        for pair in ready.chunks(2) {
            let start = |step: &&Value| {
                let arguments = texts(&step["arguments"]);
                let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
                recto(&arguments, &apart).arg("--quiet").spawn().expect("the program runs")
            };
            for mut child in pair.iter().map(start).collect::<Vec<_>>() {
                assert!(child.wait().expect("it ends").success());
            }
            for step in pair {
                for path in texts(&step["inputs"]) {
                    assert!(path == "cards.lock" || apart.join(&path).is_file(), "{path}");
                }
                for path in texts(&step["outputs"]) {
                    assert!(apart.join("output").join(&path).exists(), "{path}");
                    assert!(declared.insert(path), "two steps make one file");
                }
                finished.insert(step["id"].as_str().expect("an id").to_owned());
            }
        }
    }
    assert_same(&results(&apart), &results(&whole));
}

#[test]
fn a_step_makes_only_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = project(folder.path(), "one");
    done(&["build", "--only", "handouts/first.student.pdf"], &project);
    let made = files_below(&project.join("output"));
    let made: Vec<_> = made.iter().filter(|path| !path.starts_with('.')).collect();
    assert_eq!(made, ["handouts/first.student.pdf"]);
    assert!(!project.join("cards.lock").exists());
    // Nothing that others made is taken away.
    done(&["build", "--only", "handouts/second.pdf"], &project);
    assert!(project.join("output/handouts/first.student.pdf").exists());
    for (args, said) in [
        (vec!["--only", "handouts/secnd.pdf"], "did you mean `handouts/second.pdf`?"),
        (vec!["--only", "report", "--only", "decks/small"], "goes alone"),
        (vec!["--shard", "3/2"], "is `1/2`"),
        (vec!["--shard", "0/2"], "is `1/2`"),
        (vec!["--shard", "1/2", "--only", "decks/small"], "cannot be used with"),
    ] {
        let refused = run(&[vec!["build"], args.clone()].concat(), &project);
        assert_eq!(refused.status.code(), Some(2), "{args:?}");
        let text = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(text.contains(said), "{text}");
    }
}

/// A project with one book, and what is said of it in the manifest.
fn book(folder: &Path, name: &str, said: &str) -> PathBuf {
    let project = folder.join(name);
    copy(&root().join("tests/fixtures/valid/small"), &project);
    let manifest = project.join("recto.yaml");
    let text = fs::read_to_string(&manifest).expect("the manifest");
    let whole = "books: [{name: small, topics: [first, second]}]";
    assert!(text.contains(whole), "the fixture has other books now");
    let one = format!("books: [{{name: small, topics: [first, second], {said}}}]");
    fs::write(&manifest, text.replace(whole, &one)).expect("the manifest");
    project
}

#[test]
fn a_book_is_made_as_what_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let both = book(folder.path(), "both", "formats: [epub, pdf]");
    let said = done(&["build"], &both);
    assert!(said.contains("books/small.pdf") && said.contains("books/small.epub"), "{said}");
    let files = |project: &Path| -> Vec<String> {
        let files = files_below(&project.join("output/books"));
        files.into_iter().collect()
    };
    assert_eq!(files(&both), ["small.epub", "small.pdf"]);
    let pages = book(folder.path(), "pages", "formats: pdf");
    done(&["build"], &pages);
    assert_eq!(files(&pages), ["small.pdf"]);
    let pdf = |project: &Path| fs::read(project.join("output/books/small.pdf")).expect("pages");
    assert!(pdf(&pages) == pdf(&both), "pages do not depend on what else is made");
    let epub = book(folder.path(), "epub", "formats: [epub]");
    let said = done(&["build"], &epub);
    assert!(!said.contains("books/small.pdf") && said.contains("books/small.epub"), "{said}");
    assert_eq!(files(&epub), ["small.epub"]);
    done(&["verify", "--sources"], &epub);
    // Nothing waits for pages that nobody makes.
    let plan: Value = serde_json::from_str(&done(&["plan"], &epub)).expect("JSON");
    let steps = plan["steps"].as_array().expect("steps");
    let step = |id: &str| steps.iter().find(|step| step["id"] == id);
    assert!(step("books/small.pdf").is_none());
    assert_eq!(step("books/small.epub").expect("a step")["needs"], Value::Array(Vec::new()));
    assert!(done(&["build"], &epub).contains("nothing changed"));
    // Its pages go when they are not asked for any more, and come again.
    fs::copy(epub.join("recto.yaml"), both.join("recto.yaml")).expect("the manifest");
    done(&["build"], &both);
    assert_eq!(files(&both), ["small.epub"]);
    let read = |project: &Path| fs::read(project.join("output/books/small.epub")).expect("a book");
    assert!(read(&both) == read(&epub), "a book without pages is the same whatever was before");
}
