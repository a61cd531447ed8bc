//! What builds remember: the list of what they made, and when nothing is to be done.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use crate::case::{files_below, root};

fn recto(args: &[&str], project: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_recto"))
        .args(args)
        .current_dir(project)
        .env_clear()
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .output()
        .expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Runs a command that must succeed, and returns what it prints.
fn done(args: &[&str], project: &Path) -> String {
    let output = recto(args, project);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn project(fixture: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let project = folder.path().join("project");
    let from = root().join("tests/fixtures").join(fixture);
    for path in files_below(&from) {
        let target = project.join(&path);
        fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
        fs::copy(from.join(path), target).expect("a copy");
    }
    (folder, project)
}

type Results = BTreeMap<String, (SystemTime, Vec<u8>)>;

/// All results, with the times at which they were written.
fn results(project: &Path) -> Results {
    let output = project.join("output");
    let files = files_below(&output).into_iter().filter(|path| !path.starts_with(".cache/"));
    let known = files.map(|path| {
        let file = output.join(&path);
        let time = fs::metadata(&file).and_then(|metadata| metadata.modified()).expect("a time");
        (path, (time, fs::read(file).expect("a file")))
    });
    known.collect()
}

fn bytes(results: &Results) -> BTreeMap<&String, &Vec<u8>> {
    results.iter().map(|(path, (_, bytes))| (path, bytes)).collect()
}

/// The files that a build says it made or removed.
fn made(explained: &str) -> Vec<&str> {
    let lines = explained.lines().filter_map(|line| line.split_once(": "));
    let made = lines.filter_map(|(did, why)| {
        let changed = !why.ends_with("the same");
        did.strip_prefix("made ").or(did.strip_prefix("removed ")).filter(|_| changed)
    });
    made.collect()
}

#[test]
fn when_nothing_changed_nothing_is_written() {
    let (_folder, project) = project("valid/small");
    let first = done(&["build", "--explain"], &project);
    assert!(made(&first).contains(&"handouts/first.pdf"), "{first}");
    let before = results(&project);
    let second = done(&["build", "--explain"], &project);
    assert_eq!(made(&second), [""; 0], "{second}");
    assert!(second.contains("nothing changed"), "{second}");
    assert!(results(&project) == before, "a file was written");
    // Another time is no other text, and no other account.
    let topic = project.join("sources/first.md");
    let same = fs::read(&topic).expect("a topic");
    fs::write(&topic, same).expect("a topic");
    assert!(done(&["build"], &project).contains("nothing changed"));
    assert!(results(&project) == before, "a file was written");
    let account = |text: &str| {
        let lines =
            text.lines().filter(|line| !line.starts_with("made ") && !line.starts_with("kept "));
        lines.take_while(|line| !line.contains("as before")).take(5).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(account(&first), account(&second));
    // What is gone or was changed by hand is made again.
    fs::remove_file(project.join("output/handouts/first.pdf")).expect("a handout");
    fs::write(project.join("output/handouts/second.pdf"), "no PDF").expect("a handout");
    done(&["build"], &project);
    assert_eq!(bytes(&results(&project)), bytes(&before));
}

#[test]
fn one_edit_makes_what_it_touches() {
    let (_folder, project) = project("valid/small");
    done(&["build"], &project);
    let before = results(&project);
    let topic = project.join("sources/first.md");
    let edited = fs::read_to_string(&topic).expect("a topic") + "\n- More to see.\n";
    fs::write(&topic, edited).expect("a topic");
    let explained = done(&["build", "--explain"], &project);
    let expected = ["books/small.epub", "books/small.pdf", "handouts/first.pdf"];
    assert_eq!(made(&explained), expected, "{explained}");
    assert!(
        explained.contains("made handouts/first.pdf: sources/first.md changed\n"),
        "{explained}"
    );
    let kept = explained.lines().find(|line| line.contains("handouts/second.pdf"));
    assert!(kept.is_some_and(|line| line.starts_with("kept ")), "{explained}");
    let after = results(&project);
    assert_eq!(after["handouts/second.pdf"], before["handouts/second.pdf"]);
    assert_eq!(after["decks/small.apkg"], before["decks/small.apkg"]);
    assert_ne!(after["handouts/first.pdf"].1, before["handouts/first.pdf"].1);
    // What a build with a cache makes is what one without it makes.
    fs::remove_dir_all(project.join("output/.cache")).expect("a cache");
    done(&["build"], &project);
    assert_eq!(bytes(&results(&project)), bytes(&after));
}

#[test]
fn another_profile_makes_its_press_edition_and_nothing_else() {
    let (_folder, project) = project("valid/small");
    let manifest = project.join("recto.yaml");
    let press = |limit: u32| {
        let start = fs::read_to_string(root().join("tests/fixtures/valid/small/recto.yaml"));
        let start = start.expect("a manifest");
        let press = format!(
            "handouts: [{{press: {{profile: press/p.icc, ink-limit: {limit}}}, print: booklet}}]\n"
        );
        fs::write(&manifest, start + &press).expect("a manifest");
    };
    press(300);
    let profile = project.join("press/p.icc");
    fs::create_dir(project.join("press")).expect("a folder");
    fs::write(&profile, crate::press_edition::PROFILE).expect("a profile");
    done(&["build"], &project);
    assert!(done(&["build"], &project).contains("nothing changed"));
    let before = results(&project);
    // The first letter of what the profile calls itself.
    let mut other = crate::press_edition::PROFILE.to_vec();
    let at = other.windows(5).position(|word| word == b"Recto").expect("a name");
    other[at] = b'H';
    fs::write(&profile, &other).expect("a profile");
    let explained = done(&["build", "--explain"], &project);
    let expected = [
        "handouts/first-booklet.pdf",
        "handouts/first-press.pdf",
        "handouts/second-booklet.pdf",
        "handouts/second-press.pdf",
    ];
    assert_eq!(made(&explained), expected, "{explained}");
    assert!(
        explained.contains("made handouts/first-press.pdf: press/p.icc changed\n"),
        "{explained}"
    );
    let after = results(&project);
    assert_eq!(after["handouts/first.pdf"], before["handouts/first.pdf"]);
    press(150);
    done(&["build"], &project);
    let limited = results(&project);
    assert_eq!(limited["handouts/first.pdf"], before["handouts/first.pdf"]);
    // What a build with a cache makes is what one without it makes.
    fs::remove_dir_all(project.join("output/.cache")).expect("a cache");
    done(&["build"], &project);
    assert_eq!(bytes(&results(&project)), bytes(&limited));
    let list = fs::read_to_string(project.join("output/manifest.json")).expect("the list");
    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
    let mut artifacts = list["artifacts"].as_array().expect("artifacts").iter();
    let entry = artifacts.find(|one| one["path"] == "handouts/first-press.pdf");
    let entry = entry.expect("an edition");
    assert_eq!(entry["conforms-to"], serde_json::json!(["PDF/X-4"]));
    assert!(entry["inputs"].as_array().expect("inputs").contains(&"press/p.icc".into()));
}

#[test]
fn a_cache_that_was_damaged_is_not_believed() {
    let (_folder, project) = project("valid/small");
    done(&["build"], &project);
    let before = results(&project);
    let cache = project.join("output/.cache");
    for path in files_below(&cache) {
        let mut bytes = fs::read(cache.join(&path)).expect("a file");
        let middle = bytes.len() / 2;
        if let Some(byte) = bytes.get_mut(middle) {
            *byte ^= 1;
            fs::write(cache.join(&path), bytes).expect("a file");
        }
    }
    let account = done(&["build"], &project);
    assert!(account.contains("nothing changed"), "{account}");
    assert!(results(&project) == before, "a file was written");
    // One entry under the name of another of its kind.
    let entries = files_below(&cache).into_iter().filter(|path| path.starts_with("pages-"));
    let entries: Vec<_> = entries.collect();
    assert!(entries.len() >= 3, "{entries:?}");
    fs::copy(cache.join(&entries[0]), cache.join(&entries[1])).expect("a copy");
    fs::remove_dir_all(project.join("output/handouts")).expect("handouts");
    done(&["build"], &project);
    assert_eq!(bytes(&results(&project)), bytes(&before));
}

#[test]
fn messages_are_said_again() {
    let folder = root().join("tests/fixtures/warned");
    let mut said = 0;
    for entry in fs::read_dir(folder).expect("the fixtures") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        let (_folder, project) = project(&format!("warned/{name}"));
        recto(&["build"], &project);
        for format in ["human", "short", "json"] {
            let args = ["build", "--message-format", format, "--quiet"];
            let again = text(&recto(&args, &project).stderr);
            fs::remove_file(project.join("output/manifest.json")).expect("the list");
            let anew = text(&recto(&args, &project).stderr);
            assert_eq!(again, anew, "{name}");
            said += again.lines().count();
        }
        let denied = recto(&["build", "--deny-warnings"], &project);
        assert_eq!(denied.status.code(), Some(1), "{name}");
    }
    assert!(said > 30, "{said}");
}

#[test]
fn what_was_built_can_be_verified() {
    let (_folder, project) = project("valid/small");
    assert_eq!(recto(&["verify"], &project).status.code(), Some(2));
    done(&["build"], &project);
    let list = fs::read_to_string(project.join("output/manifest.json")).expect("the list");
    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
    let artifacts = list["artifacts"].as_array().expect("artifacts");
    let of = |path: &str| artifacts.iter().find(|one| one["path"] == path).expect("an artifact");
    let handout = of("handouts/first.pdf");
    assert_eq!(handout["conforms-to"], serde_json::json!(["PDF/A-2a", "PDF/UA-1"]));
    let file = fs::read(project.join("output/handouts/first.pdf")).expect("a handout");
    assert_eq!(handout["blake3"], blake3::hash(&file).to_hex().as_str());
    assert_eq!(handout["size"], file.len());
    let inputs = handout["inputs"].as_array().expect("inputs");
    for input in ["recto.yaml", "sources/first.md", "sources/images/a.png", "sources/refs.bib"] {
        assert!(inputs.contains(&input.into()), "{input}: {inputs:?}");
    }
    // All that is there is on the list, but for the list.
    let there: Vec<_> = results(&project)
        .into_keys()
        .filter(|path| path != "manifest.json" && !path.starts_with('.'))
        .collect();
    let listed: Vec<_> = artifacts.iter().filter_map(|one| one["path"].as_str()).collect();
    assert_eq!(listed, there);
    assert!(done(&["verify", "--sources"], &project).contains("as they were read"));
    fs::write(project.join("output/handouts/first.pdf"), [&file[..], b"x"].concat())
        .expect("a handout");
    fs::remove_file(project.join("output/decks/small.apkg")).expect("a deck");
    let found = recto(&["verify"], &project);
    assert_eq!(found.status.code(), Some(1));
    let said = text(&found.stdout);
    assert!(said.contains("handouts/first.pdf is not what was built"), "{said}");
    assert!(said.contains("decks/small.apkg is gone"), "{said}");
    done(&["build"], &project);
    done(&["verify"], &project);
    fs::write(project.join("sources/refs.bib"), "").expect("a bibliography");
    done(&["verify"], &project);
    let found = recto(&["verify", "--sources"], &project);
    assert_eq!(found.status.code(), Some(1));
    assert!(text(&found.stdout).contains("sources/refs.bib is not as it was read"));
}

#[test]
fn where_the_time_went_is_told() {
    let (_folder, project) = project("valid/small");
    let output = recto(&["build", "--timings"], &project);
    let said = text(&output.stderr);
    for stage in ["read", "lay out", "EPUB", "deck", "audit", "commit", "whole"] {
        assert!(said.lines().any(|line| line.starts_with(stage)), "{stage}: {said}");
    }
    let trace = fs::read(project.join("output/.cache/timings.json")).expect("a trace");
    let trace: serde_json::Value = serde_json::from_slice(&trace).expect("JSON");
    let events = trace["traceEvents"].as_array().expect("events");
    assert!(events.iter().any(|event| event["name"] == "lay out handouts/first.pdf"));
    for event in events {
        assert_eq!(event["ph"], "X");
        assert!(event["ts"].is_u64() && event["dur"].is_u64() && event["tid"].is_u64());
    }
    recto(&["build", "--timings=here.json"], &project);
    assert!(project.join("here.json").exists());
}

/// What was kept is only ever taken for the same: a build with all that earlier ones
/// kept is that of a machine which never built before.
#[test]
fn whatever_changes_is_made_again() {
    let (_folder, project) = project("valid/small");
    let replace = |path: &str, from: &str, to: &str| {
        let path = project.join(path);
        let text = fs::read_to_string(&path).expect("a file");
        assert!(text.contains(from), "{from} is not in {text}");
        fs::write(path, text.replacen(from, to, 1)).expect("a file");
    };
    let picture = || {
        let path = project.join("sources/images/a.png");
        let pixels = image::open(&path).expect("a picture").fliph();
        pixels.save(path).expect("a picture");
    };
    let edits: [(&str, &dyn Fn()); 11] = [
        ("nothing", &|| {}),
        ("a word", &|| replace("sources/first.md", "title: ", "title: Another ")),
        ("a picture", &picture),
        ("a work", &|| replace("sources/refs.bib", "title = {A cited", "title = {Another cited")),
        // It is in the handout of another topic that names this one.
        ("a title", &|| replace("sources/second.yaml", "title: ", "title: Renamed ")),
        ("a style", &|| {
            let path = project.join("recto.yaml");
            let text = fs::read_to_string(&path).expect("a manifest");
            fs::write(path, format!("citation-style: apa\n{text}")).expect("a manifest");
        }),
        ("paper", &|| {
            replace("recto.yaml", "{name: small, topics", "{name: small, paper: us-letter, topics")
        }),
        // All others have another place among the files.
        ("a file", &|| {
            fs::write(project.join("sources/a.md"), "---\ntitle: A\n---\n\nText.\n")
                .expect("a topic");
        }),
        // One that shows more of the book than ours.
        ("a cover", &|| {
            done(&["layouts", "eject", "cover"], &project);
            replace("layouts/cover/cover.typ", "#front(", "#data.topics.len() #front(");
        }),
        ("a topic less", &|| fs::remove_file(project.join("sources/a.md")).expect("a file")),
        ("a layout", &|| {
            done(&["layouts", "eject", "recto"], &project);
            replace("layouts/recto/core.typ", "justify: false", "justify: true");
        }),
    ];
    for (what, edit) in edits {
        edit();
        is_as_made_anew(&project, what);
    }
}

/// What a topic and all that topics share say is enough to know its handout again: nobody
/// looks up pages by an edition, for none is put together.
#[test]
fn handouts_of_other_topics_are_not_resolved() {
    let (_folder, project) = project("valid/small");
    let looked_up = || {
        recto(&["build", "--timings=trace.json"], &project);
        let trace = fs::read_to_string(project.join("trace.json")).expect("a trace");
        let trace: serde_json::Value = serde_json::from_str(&trace).expect("JSON");
        let events = trace["traceEvents"].as_array().expect("events").iter();
        let names = events.filter_map(|event| event["name"].as_str()?.strip_prefix("look up "));
        let handouts = names.filter(|name| name.starts_with("handouts/"));
        handouts.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let both = ["handouts/first.pdf", "handouts/second.pdf"].map(str::to_owned);
    assert_eq!(looked_up(), both.clone().into());
    let topic = project.join("sources/second.yaml");
    let text = fs::read_to_string(&topic).expect("a topic");
    fs::write(&topic, text.replacen("A note", "A new note", 1)).expect("a topic");
    assert_eq!(looked_up(), [both[1].clone()].into());
}

/// Sheets are made of pages that were kept, of handouts, books and cards.
#[test]
fn sheets_of_kept_pages_are_the_same() {
    let (_folder, project) = project("valid/printed");
    is_as_made_anew(&project, "nothing");
    let topic = project.join("sources/second.md");
    let text = fs::read_to_string(&topic).expect("a topic");
    fs::write(&topic, text + "\nOne more paragraph.\n").expect("a topic");
    is_as_made_anew(&project, "another topic");
    let manifest = project.join("recto.yaml");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    fs::write(&manifest, text.replace("print: [a7,", "print: [business-card,")).expect("a file");
    is_as_made_anew(&project, "the size of cards");
}

/// Builds with all that was kept, and sees that it is what a build makes that finds nothing.
fn is_as_made_anew(project: &Path, what: &str) {
    done(&["build", "--quiet"], project);
    let kept = results(project);
    done(&["build", "--quiet", "--output", "fresh"], project);
    fs::rename(project.join("output"), project.join("built")).expect("a folder");
    fs::rename(project.join("fresh"), project.join("output")).expect("a folder");
    let fresh = results(project);
    fs::remove_dir_all(project.join("output")).expect("a folder");
    fs::rename(project.join("built"), project.join("output")).expect("a folder");
    let (kept, fresh) = (bytes(&kept), bytes(&fresh));
    let all: BTreeSet<_> = kept.keys().chain(fresh.keys()).collect();
    let other: Vec<_> =
        all.into_iter().filter(|path| kept.get(*path) != fresh.get(*path)).collect();
    assert!(other.is_empty(), "{other:?} after a change of {what}");
}
