//! Never half a result: builds that are killed, that fail, that meet others; and the
//! same bytes wherever and however a build is run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Instant;

use recto::files::{self, Sharing};

use crate::case::{files_below, root};

fn command(project: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recto"));
    command.args(["build", "--quiet"]).current_dir(project).env_clear();
    command.env("SOURCE_DATE_EPOCH", "1700000000");
    command
}

fn build(project: &Path) -> Output {
    command(project).output().expect("the program runs")
}

fn assert_built(project: &Path) {
    let output = build(project);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
}

/// Returns the results, without what a build keeps for itself.
fn results(output: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = files_below(output).into_iter().filter(|path| !path.starts_with('.'));
    files.map(|path| (path.clone(), fs::read(output.join(path)).expect("a file"))).collect()
}

fn leftovers(output: &Path) -> Vec<String> {
    files_below(output).into_iter().filter(|path| path.starts_with(".recto-staging")).collect()
}

/// One of two states of a small project, which differ in every way that results
/// can: a topic has other text, one has gone, one has come.
fn write_sources(project: &Path, state: usize) {
    let sources = project.join("sources");
    let manifest = "title: Two states\nname: two\nbooks: []\ndecks: []\n";
    fs::create_dir_all(&sources).expect("a folder");
    fs::write(project.join("recto.yaml"), manifest).expect("the manifest");
    let topics: [&[&str]; 2] = [&["always", "stays", "first"], &["always", "stays", "second"]];
    for name in ["always", "stays", "first", "second"] {
        let path = sources.join(format!("{name}.md"));
        if !topics[state].contains(&name) {
            let _ = fs::remove_file(path);
            continue;
        }
        let text = if name == "stays" { 7 } else { state };
        let text = format!("---\ntitle: The topic {name}\n---\n\n- What is ==marked {text}==.\n");
        fs::write(path, text).expect("a topic");
    }
}

/// The sources of a state, built where nothing disturbs.
fn built_state(state: usize) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder");
    write_sources(folder.path(), state);
    assert_built(folder.path());
    results(&folder.path().join("output"))
}

/// How often a build is killed.
const KILLS: u64 = 200;

/// Builds of two states in turn are killed at moments all over the time that one
/// takes. Whenever that is, each file is whole: of the one state or the other; and
/// what is no result of ours is as it was. The next build that is let alone is right.
#[test]
fn killed_builds_leave_whole_files() {
    let states = [built_state(0), built_state(1)];
    let folder = tempfile::tempdir().expect("a folder");
    let project = folder.path();
    let output = project.join("output");
    write_sources(project, 0);
    assert_built(project);
    fs::write(output.join("handouts/mine.txt"), "mine").expect("a file");
    write_sources(project, 1);
    let started = Instant::now();
    assert_built(project);
    let whole = started.elapsed();
    let mut chance = 1_u64;
    for round in 0..KILLS {
        let state = usize::from(round % 2 == 1);
        write_sources(project, state);
        let mut child = spawn(&mut command(project));
        // Numbers that look like chance, the same in every run.
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        std::thread::sleep(whole.mul_f64((chance >> 40) as f64 / (1_u64 << 24) as f64));
        // It may be done already.
        let _ = child.kill();
        child.wait().expect("it ends");
        for (path, bytes) in results(&output) {
            let known = states.iter().any(|state| state.get(&path) == Some(&bytes));
            let is_mine = path == "handouts/mine.txt" && bytes == b"mine";
            assert!(known || is_mine, "after {round} kills, {path} is of no state");
        }
        if round % 25 == 24 {
            assert_built(project);
            let mut there = results(&output);
            assert_eq!(there.remove("handouts/mine.txt").as_deref(), Some(b"mine".as_slice()));
            assert!(there == states[state], "the build after {round} kills is not right");
            assert!(leftovers(&output).is_empty(), "{:?}", leftovers(&output));
        }
    }
}

fn spawn(command: &mut Command) -> Child {
    command.stderr(Stdio::null()).stdout(Stdio::null()).spawn().expect("the program runs")
}

fn project_of_two_states() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    write_sources(folder.path(), 0);
    assert_built(folder.path());
    let output = folder.path().join("output");
    write_sources(folder.path(), 1);
    (folder, output)
}

#[test]
fn two_builds_at_once_do_not_meet() {
    let (project, output) = project_of_two_states();
    let before = results(&output);
    let other = files::lock(&output, Sharing::Alone).expect("a folder").expect("no other build");
    let refused = build(project.path());
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("another build is writing"), "{said}");
    assert!(results(&output) == before);
    drop(other);
    assert_built(project.path());
    assert!(results(&output) == built_state(1));
    // Many at once: each is right or refused, and the results are right.
    write_sources(project.path(), 0);
    let mut children: Vec<Child> = (0..4).map(|_| spawn(&mut command(project.path()))).collect();
    let codes: Vec<_> =
        children.iter_mut().map(|child| child.wait().expect("it ends").code()).collect();
    assert!(codes.iter().all(|code| matches!(code, Some(0 | 2))), "{codes:?}");
    assert!(codes.contains(&Some(0)), "{codes:?}");
    assert!(results(&output) == built_state(0));
}

#[test]
fn a_file_of_a_person_is_not_replaced() {
    let (project, output) = project_of_two_states();
    let theirs = output.join("handouts/second.pdf");
    fs::write(&theirs, "theirs").expect("a file");
    let before = results(&output);
    let refused = build(project.path());
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("second.pdf") && said.contains("move it away"), "{said}");
    assert!(results(&output) == before);
    fs::remove_file(theirs).expect("a file");
    assert_built(project.path());
    assert!(results(&output) == built_state(1));
}

/// Where files can have no more than some blocks, as on a full disk, a write fails
/// in its middle.
#[cfg(unix)]
#[test]
fn a_full_disk_changes_nothing() {
    let (project, output) = project_of_two_states();
    let before = results(&output);
    let mut failed = 0;
    for blocks in [0, 1, 2, 4, 8, 16, 32] {
        let script = format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec '{}' build --quiet",
            env!("CARGO_BIN_EXE_recto")
        );
        let full = Command::new("sh")
            .args(["-c", &script])
            .current_dir(project.path())
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .output()
            .expect("a shell");
        if full.status.success() {
            break;
        }
        let said = String::from_utf8_lossy(&full.stderr).into_owned();
        assert_eq!(full.status.code(), Some(2), "{blocks}: {said}");
        assert!(said.contains("cannot write"), "{said}");
        assert!(results(&output) == before, "{blocks}");
        assert!(leftovers(&output).is_empty(), "{:?}", leftovers(&output));
        failed += 1;
    }
    assert!(failed >= 3, "{failed}");
    assert_built(project.path());
    assert!(results(&output) == built_state(1));
}

#[cfg(unix)]
#[test]
fn an_output_that_cannot_be_written_to_is_left_as_it_was() {
    use std::os::unix::fs::PermissionsExt;

    let (project, output) = project_of_two_states();
    let before = results(&output);
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    };
    // Others may read all of it, for permissions mean nothing to root.
    mode(project.path(), 0o755);
    let probe = project.path().join("probe");
    fs::create_dir(&probe).expect("a folder");
    mode(&probe, 0o555);
    let is_root = fs::write(probe.join("x"), "").is_ok();
    for folder in [output.clone(), output.join("handouts")] {
        mode(&folder, 0o555);
        let mut command = command(project.path());
        if is_root {
            let program = env!("CARGO_BIN_EXE_recto");
            command = Command::new("/usr/bin/setpriv");
            let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
            command.args(nobody).args([program, "build", "--quiet"]).current_dir(project.path());
        }
        let refused = command.output().expect("the program runs");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains("cannot write"), "{said}");
        mode(&folder, 0o755);
        assert!(results(&output) == before, "{}", folder.display());
    }
    assert_built(project.path());
    assert!(results(&output) == built_state(1));
}

/// Another path, locale, time zone, umask, number of threads, and order of files.
#[cfg(unix)]
#[test]
fn the_same_sources_give_the_same_bytes_anywhere() {
    let from = root().join("tests/fixtures/valid/small");
    let mut names = files_below(&from);
    let mut made = Vec::new();
    let settings = [
        ("one", "C", "UTC", "022", "1"),
        ("some where/else", "de_DE.UTF-8", "Pacific/Kiritimati", "077", "3"),
    ];
    for (place, locale, zone, umask, jobs) in settings {
        let folder = tempfile::tempdir().expect("a folder");
        let project = folder.path().join(place).join("small");
        for name in &names {
            let target = project.join(name);
            fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
            fs::copy(from.join(name), target).expect("a copy");
        }
        // The second time, files come in another order.
        names.reverse();
        let script = format!(
            "umask {umask}; exec '{}' build --quiet --jobs {jobs} .",
            env!("CARGO_BIN_EXE_recto")
        );
        let mut command = Command::new("sh");
        command.args(["-c", &script]).current_dir(&project).env_clear();
        command.env("LANG", locale).env("LC_ALL", locale).env("TZ", zone);
        command.env("HOME", folder.path()).env("USER", place);
        command.env("SOURCE_DATE_EPOCH", "1700000000");
        let output = command.output().expect("a shell");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        let mut results = results(&project.join("output"));
        results
            .insert("cards.lock".into(), fs::read(project.join("cards.lock")).expect("a ledger"));
        made.push(results);
    }
    let different: Vec<_> =
        made[0].keys().filter(|path| made[0][*path] != made[1][*path]).collect();
    assert!(made[0].keys().eq(made[1].keys()) && different.is_empty(), "{different:?}");
    assert!(made[0].len() > 8, "{}", made[0].len());
}
