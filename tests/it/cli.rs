//! The program: exit codes, messages, and what it leaves on disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::case::{compare, files_below, root};

fn recto(args: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_recto"))
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .output()
        .expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn copy(from: &Path, to: &Path) {
    for path in files_below(from) {
        let target = to.join(&path);
        fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
        fs::copy(from.join(path), target).expect("a copy");
    }
}

/// All files, but for what is kept for the next build: that is no result.
fn snapshot(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = files_below(folder).into_iter().filter(|path| !path.starts_with("output/.cache/"));
    files.map(|path| (path.clone(), fs::read(folder.join(path)).expect("a file"))).collect()
}

fn small() -> (tempfile::TempDir, PathBuf) {
    let folder = scratch();
    let project = folder.path().join("small project");
    copy(&root().join("tests/fixtures/valid/small"), &project);
    (folder, project)
}

#[test]
fn each_invalid_project_has_its_report() {
    let folder = root().join("tests/fixtures/invalid");
    let mut names: Vec<_> = fs::read_dir(&folder)
        .expect("the fixtures")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .collect();
    names.sort();
    assert!(names.len() >= 5, "the fixtures are missing");
    for name in names {
        let parent = scratch();
        let project = parent.path().join("project");
        copy(&folder.join(&name), &project);
        let before = snapshot(&project);
        let output = recto(&["build", ".", "--message-format", "short"], &project);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", text(&output.stderr));
        let mut after = snapshot(&project);
        // What was made of pictures may be kept for the next build.
        after.retain(|path, _| !path.starts_with("output/.cache/"));
        assert!(after == before, "{name}: something was written");
        compare(&format!("invalid/{name}.txt"), &text(&output.stderr));
    }
}

#[test]
fn each_project_with_warnings_has_its_report() {
    let folder = root().join("tests/fixtures/warned");
    let mut names: Vec<_> = fs::read_dir(&folder)
        .expect("the fixtures")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .collect();
    names.sort();
    assert!(!names.is_empty(), "the fixtures are missing");
    for name in names {
        // A build says more than a check: it sees the pages.
        let parent = scratch();
        let project = parent.path().join("project");
        copy(&folder.join(&name), &project);
        let output = recto(&["build", ".", "--quiet", "--message-format", "short"], &project);
        assert_eq!(output.status.code(), Some(0), "{name}: {}", text(&output.stderr));
        compare(&format!("warned/{name}.txt"), &text(&output.stderr));
    }
}

/// The messages that only pages bring, and sheets.
const OF_PAGES: [&str; 9] = [
    "[coarse-picture]",
    "[tiny-text]",
    "[outside-margin]",
    "[thin-page]",
    "[colored-ink]",
    "[loose-font]",
    "[odd-boxes]",
    "[heavy-ink]",
    "[hairline]",
];

/// A check makes nothing, and so takes other ways than a build; what it says of
/// content must be the same.
#[test]
fn a_check_says_what_a_build_says() {
    for kind in ["invalid", "warned", "valid"] {
        let folder = root().join("tests/fixtures").join(kind);
        for entry in fs::read_dir(&folder).expect("the fixtures") {
            let name = entry.expect("an entry").file_name();
            let parent = scratch();
            let project = parent.path().join("project");
            copy(&folder.join(&name), &project);
            let lines = |command: &str| {
                let output = recto(&[command, ".", "--message-format", "short"], &project);
                let text = text(&output.stderr).replace("; nothing was written", "");
                text.lines()
                    .filter(|line| !line.starts_with("no errors"))
                    // Pages are made by a build alone.
                    .filter(|line| !OF_PAGES.iter().any(|code| line.contains(code)))
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            // The check comes first: a build writes the ledger.
            let checked = lines("check");
            let mut built = lines("build");
            if checked.last() != built.last() {
                // A build that succeeds counts warnings in its account.
                built.extend(checked.last().cloned());
            }
            assert_eq!(checked, built, "{kind}/{name:?}");
        }
    }
}

#[test]
fn a_message_shows_its_source() {
    let project = scratch();
    copy(&root().join("tests/fixtures/invalid/many"), project.path());
    let output = recto(&["check"], project.path());
    compare("cli/human.txt", &text(&output.stderr));
    let output = recto(&["check", "--message-format", "json"], project.path());
    let lines = text(&output.stderr);
    for line in lines.lines() {
        let message: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert!(message["severity"].is_string() && message["code"].is_string(), "{line}");
    }
    assert_eq!(lines.lines().count(), 12, "{lines}");
}

#[test]
fn the_message_in_the_guide_is_shown_so() {
    let folder = scratch();
    assert_eq!(recto(&["new", "my-lectures"], folder.path()).status.code(), Some(0));
    let path = folder.path().join("my-lectures/sources/pneumothorax.md");
    let topic = fs::read_to_string(&path).expect("the topic");
    let (first, rest) = topic.split_at(topic.match_indices('\n').nth(1).expect("two lines").0 + 1);
    fs::write(&path, format!("{first}sumary: x\n{rest}")).expect("the topic");
    let shown = text(&recto(&["check", "my-lectures"], folder.path()).stderr);
    let (message, _) = shown.split_once("\n\n").expect("a message");
    let page = fs::read_to_string(root().join("docs/first-steps.md")).expect("the page");
    assert!(page.contains(&format!("```\n{message}\n```")), "not in the guide:\n{message}");
}

#[test]
fn a_terminal_shows_the_right_cells_underlined() {
    let project = scratch();
    fs::create_dir(project.path().join("sources")).expect("a folder");
    let topic = "\u{feff}---\r\ntitle: t\r\n---\r\n\r\n肺の胸水 [@nobody]\r\n\r\n\ta\r\n\r\nx\ty [@nobody]\r\n\r\n\
        e\u{301}a\u{308}o\u{302} [@nobody]\r\n\r\n[[胸水]] {.胸水}\r\n\r\n## A {#größe}\r\n\r\n## B {#größe}\r\n";
    fs::write(project.path().join("sources/t.md"), topic).expect("a topic");
    let output = recto(&["check"], project.path());
    let mut shown = text(&output.stderr);
    fs::write(project.path().join("sources/t.md"), "---\ntitle: t\n---\n").expect("a topic");
    let manifest = "\u{feff}{title: größer, nam: \"x\"}\rlang: [\r";
    fs::write(project.path().join("recto.yaml"), manifest).expect("a manifest");
    shown.push_str(&text(&recto(&["check"], project.path()).stderr));
    let manifest = "\u{feff}{title: größer, nam: x}\r";
    fs::write(project.path().join("recto.yaml"), manifest).expect("a manifest");
    shown.push_str(&text(&recto(&["check"], project.path()).stderr));
    compare("cli/cells.txt", &shown);
}

#[test]
fn a_failed_build_leaves_the_output_as_it_was() {
    let (_folder, project) = small();
    assert_eq!(recto(&["build"], &project).status.code(), Some(0));
    let before = snapshot(&project);
    assert!(before.contains_key("output/handouts/first.pdf"));
    fs::write(project.join("sources/third.md"), "---\ntitle: x\n---\n[@nobody]\n")
        .expect("a topic");
    assert_eq!(recto(&["build"], &project).status.code(), Some(1));
    fs::remove_file(project.join("sources/third.md")).expect("a topic");
    assert_eq!(snapshot(&project), before);
}

#[test]
fn an_audit_finds_what_was_changed_after_a_build() {
    let (_folder, project) = small();
    let nothing = recto(&["audit"], &project);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(text(&nothing.stderr).contains("recto build"), "{}", text(&nothing.stderr));
    let account = text(&recto(&["build"], &project).stdout);
    assert!(account.contains("1 picture, metadata left out of none"), "{account}");
    assert!(account.contains("look at 1 picture: text or a face"), "{account}");
    let report = project.join("output/privacy-report.json");
    let before = fs::read(&report).expect("the report");
    let clean = recto(&["audit"], &project);
    assert_eq!(clean.status.code(), Some(0), "{}", text(&clean.stderr));
    assert!(text(&clean.stdout).contains("what you must look at"), "{}", text(&clean.stdout));
    assert_eq!(fs::read(&report).expect("the report"), before, "a build says the same");
    let handout = project.join("output/handouts/first.pdf");
    let mut bytes = fs::read(&handout).expect("a handout");
    bytes.extend(b"more");
    fs::write(&handout, bytes).expect("a handout");
    let found = recto(&["audit", "--message-format", "json"], &project);
    assert_eq!(found.status.code(), Some(1));
    assert_eq!(text(&found.stdout), "", "JSON is alone");
    let message: serde_json::Value =
        serde_json::from_str(text(&found.stderr).trim()).expect("one message");
    assert_eq!(message["code"], "foreign-data");
    let report = fs::read_to_string(&report).expect("the report");
    assert!(report.contains("\"clean\": false"), "{report}");
}

#[test]
fn nothing_is_written_when_nothing_changed_and_stale_files_go() {
    let (_folder, project) = small();
    let first = text(&recto(&["build"], &project).stdout);
    assert!(first.contains("0 as before"), "{first}");
    let second = text(&recto(&["build"], &project).stdout);
    assert!(second.contains("nothing changed"), "{second}");
    fs::write(project.join("output/handouts/mine.txt"), "mine").expect("a file");
    fs::rename(project.join("sources/second.yaml"), project.join("sources/zweite.yaml"))
        .expect("a rename");
    let manifest = fs::read_to_string(project.join("recto.yaml")).expect("the manifest");
    fs::write(project.join("recto.yaml"), manifest.replace("second", "zweite"))
        .expect("the manifest");
    let first_topic = project.join("sources/first.md");
    let topic = fs::read_to_string(&first_topic).expect("a topic");
    fs::write(&first_topic, topic.replace("second", "zweite") + "\n- More to ==learn==.\n")
        .expect("a topic");
    assert_eq!(recto(&["build"], &project).status.code(), Some(0));
    assert!(!project.join("output/handouts/second.pdf").exists());
    assert!(project.join("output/handouts/zweite.pdf").exists());
    assert!(project.join("output/handouts/mine.txt").exists());
}

#[test]
fn a_topic_that_is_gone_is_told_once() {
    let (_folder, project) = small();
    assert_eq!(recto(&["build"], &project).status.code(), Some(0));
    fs::rename(project.join("sources/first.md"), project.join("sources/erste.md"))
        .expect("a rename");
    let manifest = fs::read_to_string(project.join("recto.yaml")).expect("the manifest");
    fs::write(project.join("recto.yaml"), manifest.replace("[first,", "[erste,"))
        .expect("the manifest");
    let messages = text(&recto(&["build"], &project).stderr);
    assert!(
        messages.contains("the topic `first` is gone") && messages.contains("`id: first`"),
        "{messages}"
    );
    let messages = text(&recto(&["build"], &project).stderr);
    assert!(!messages.contains("is gone"), "{messages}");
}

#[test]
fn check_writes_nothing() {
    let (_folder, project) = small();
    let before = snapshot(&project);
    let output = recto(&["check"], &project);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(snapshot(&project), before);
}

#[test]
fn a_new_project_builds_without_a_warning() {
    let folder = scratch();
    assert_eq!(recto(&["new", "my lectures"], folder.path()).status.code(), Some(0));
    let output = recto(&["build", "my lectures", "--deny-warnings"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(folder.path().join("my lectures/output/decks/my-lectures.apkg").exists());
    // Nothing is put into a folder that holds something.
    assert_eq!(recto(&["new", "my lectures"], folder.path()).status.code(), Some(2));
}

#[test]
fn schemas_are_printed_and_written() {
    let (_folder, project) = small();
    let printed = recto(&["schema", "topic"], &project);
    assert_eq!(printed.status.code(), Some(0));
    let all: serde_json::Value =
        serde_json::from_slice(&recto(&["schema"], &project).stdout).expect("JSON");
    assert!(all["definitions"]["front-matter"]["properties"]["title"].is_object());
    // Schemas of another version are replaced, the author's settings are not.
    let settings = project.join(".vscode/settings.json");
    let schema = project.join(".recto/schema/topic.json");
    for file in [&settings, &schema] {
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, "{}").expect("a file");
    }
    let output = recto(&["schema", "--write"], &project);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("left .vscode/settings.json as it was"));
    assert_eq!(fs::read(&schema).expect("a schema"), printed.stdout);
    assert_eq!(fs::read(&settings).expect("settings"), b"{}");
    assert!(project.join(".vscode/extensions.json").exists());
    fs::remove_file(&settings).expect("settings");
    assert_eq!(recto(&["schema", "--write"], &project).status.code(), Some(0));
    let output = recto(&["schema", "--write", "."], &project);
    assert!(!text(&output.stdout).contains("left"), "{}", text(&output.stdout));
    // None of it is taken for a topic.
    assert_eq!(recto(&["check", "--deny-warnings"], &project).status.code(), Some(0));
    for args in [vec!["schema", "--write", "nowhere"], vec!["schema", "topics"]] {
        assert_eq!(recto(&args, &project).status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn warnings_can_be_denied() {
    let (_folder, project) = small();
    let topic = "---\ntitle: x\n---\n![A caption](images/a.png){alt=\"What is seen\"}\n";
    fs::write(project.join("sources/third.md"), topic).expect("a topic");
    assert_eq!(recto(&["build"], &project).status.code(), Some(0));
    assert_eq!(recto(&["build", "--deny-warnings"], &project).status.code(), Some(1));
}

#[test]
fn warnings_can_be_allowed() {
    let (_folder, project) = small();
    let topic = "---\ntitle: x\n---\n![A caption](images/a.png){alt=\"What is seen\"}\n";
    fs::create_dir(project.join("sources/old")).expect("a folder");
    fs::write(project.join("sources/old/third.md"), topic.replace("images", "../images"))
        .expect("a topic");
    let manifest = fs::read_to_string(project.join("recto.yaml")).expect("the manifest");
    let check = |allow: &str| {
        fs::write(project.join("recto.yaml"), format!("{manifest}{allow}\n")).expect("a manifest");
        let output = recto(&["check", "--deny-warnings", "--message-format", "short"], &project);
        (output.status.code(), text(&output.stderr))
    };
    let (code, messages) = check("");
    assert!(code == Some(1) && messages.contains("1 warning"), "{messages}");
    for allow in [
        "allow: missing-credit",
        "allow: [unused-image, missing-credit]",
        "allow: [{code: missing-credit, files: sources/old/*}]",
        "allow: [{code: missing-credit, files: [sources/x.md, \"*third.md\"]}]",
    ] {
        let (code, messages) = check(allow);
        assert_eq!((code, messages.as_str()), (Some(0), "no errors, no warnings\n"), "{allow}");
    }
    let (code, messages) = check("allow: [{code: missing-credit, files: sources/new/*}]");
    assert!(code == Some(1) && messages.contains("[missing-credit]"), "{messages}");
    // What is allowed in a check is allowed in a build.
    fs::write(project.join("recto.yaml"), format!("{manifest}allow: missing-credit\n"))
        .expect("a manifest");
    let output = recto(&["build", "--deny-warnings"], &project);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(!text(&output.stdout).contains("warning"), "{}", text(&output.stdout));
}

#[test]
fn wrong_usage_has_a_code_of_its_own() {
    let folder = scratch();
    for args in
        [vec!["build", "nowhere"], vec!["build", "."], vec!["bild"], vec!["build", "--jobs", "0"]]
    {
        let output = recto(&args, folder.path());
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", text(&output.stderr));
        assert!(!output.stderr.is_empty(), "{args:?} says nothing");
    }
    assert_eq!(recto(&["--help"], folder.path()).status.code(), Some(0));
    let (_folder, project) = small();
    assert_eq!(recto(&["build", "-o", "sources/out"], &project).status.code(), Some(2));
}

#[test]
fn paths_do_not_show_in_what_is_made() {
    let (_one, first) = small();
    let (_other, second) = small();
    assert_eq!(recto(&["build", "-j", "1"], &first).status.code(), Some(0));
    assert_eq!(recto(&["build", "-j", "2"], &second).status.code(), Some(0));
    assert_eq!(snapshot(&first), snapshot(&second));
}

#[test]
fn layouts_are_listed_and_ejected() {
    let (_folder, project) = small();
    let listed = |project: &Path| {
        let output = recto(&["layouts", "list"], project);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    assert!(listed(&project).contains("handout (pdf, built in)\n    One topic to hand out."));

    let own = project.join("layouts/mine");
    fs::create_dir_all(&own).expect("a folder");
    let manifest = "api: 2\nformat: pdf\nentry: mine.typ\ndescription: Mine.\noptions:\n\
        \x20 columns: {type: integer, default: 1, minimum: 1, maximum: 2, description: How many.}\n\
        \x20 side: {type: choice, values: [left, right], default: left}\n";
    fs::write(own.join("layout.yaml"), manifest).expect("a file");
    fs::write(own.join("mine.typ"), "x").expect("a file");
    let expected = "mine (pdf, the project's)\n    Mine.\n\
        \x20   columns  a whole number from 1 to 2, else 1: How many.\n\
        \x20   side     left or right, else left\n";
    assert!(listed(&project).contains(expected), "{}", listed(&project));

    // What is there is never written over.
    let entry = project.join("layouts/handout/handout.typ");
    fs::create_dir_all(entry.parent().expect("a folder")).expect("a folder");
    fs::write(&entry, "mine").expect("a file");
    let ejected = recto(&["layouts", "eject", "handout"], &project);
    assert_eq!(ejected.status.code(), Some(0));
    let said = text(&ejected.stdout);
    assert!(said.starts_with("kept layouts/handout/handout.typ, which is there already\nwrote layouts/handout/layout.yaml\n"), "{said}");
    assert!(said.contains("recto layouts eject recto"), "{said}");
    assert_eq!(fs::read_to_string(&entry).expect("a file"), "mine");
    assert!(listed(&project).contains("handout (pdf, built in, with files of the project)"));

    // What was ejected is what is built in, and builds the same.
    fs::remove_dir_all(project.join("layouts")).expect("a folder");
    assert_eq!(recto(&["build", "."], &project).status.code(), Some(0));
    // The list of what was read is longer.
    let results = || {
        let mut results = snapshot(&project);
        results.retain(|path, _| {
            path.starts_with("output/") && !path.ends_with("/manifest.json") && !path.contains("/.")
        });
        results
    };
    let before = results();
    for name in ["handout", "book", "recto"] {
        assert_eq!(recto(&["layouts", "eject", name], &project).status.code(), Some(0));
    }
    assert_eq!(recto(&["build", "."], &project).status.code(), Some(0));
    assert!(results() == before, "the pages are others");

    let wrong = recto(&["layouts", "eject", "handuot"], &project);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("did you mean `handout`?"), "{}", text(&wrong.stderr));
}
