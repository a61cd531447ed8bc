//! Sheets that the manifest asks for, as a build makes them.

use std::collections::BTreeSet;
use std::path::Path;

use lopdf::Document;
use recto::diag::Diagnostics;
use recto::files::DiskFiles;
use recto::pipeline;
use recto::source::Sources;

use crate::case::{Outcome, artifact, build, build_memory, messages, request, root};

fn printed() -> Outcome {
    build(&root().join("tests/fixtures/valid/printed"))
}

fn sides(bytes: &[u8]) -> Vec<(f32, f32)> {
    let document = Document::load_mem(bytes).expect("a PDF");
    let size = |id| {
        let page = document.get_dictionary(id).expect("a page");
        let media = page.get(b"MediaBox").and_then(lopdf::Object::as_array).expect("a size");
        let corner = |index: usize| media[index].as_float().expect("a number");
        ((corner(2) / 72.0 * 25.4).round(), (corner(3) / 72.0 * 25.4).round())
    };
    document.page_iter().map(size).collect()
}

#[test]
fn sheets_stand_beside_their_pages() {
    let outcome = printed();
    let paths: Vec<&str> =
        outcome.built.artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
    let of_sheets: Vec<&str> =
        paths.iter().copied().filter(|path| path.ends_with(".pdf") && path.contains('-')).collect();
    assert_eq!(
        of_sheets,
        [
            "books/whole-perfect-bound.pdf",
            "books/whole-cover.pdf",
            "handouts/first-booklet.pdf",
            "handouts/first-booklet-2.pdf",
            "handouts/first-six-up.pdf",
            "handouts/second.student-two-up.pdf",
            "handouts/second.teacher-two-up.pdf",
            "decks/printed-cards.pdf",
            "decks/printed-cards-2.pdf",
        ]
    );
    assert_eq!(sides(artifact(&outcome, "first-booklet.pdf")), [(297.0, 210.0); 2]);
    assert_eq!(sides(artifact(&outcome, "first-booklet-2.pdf")), [(420.0, 297.0); 2]);
    assert_eq!(sides(artifact(&outcome, "second.student-two-up.pdf")), [(279.0, 216.0)]);
    // Eleven pages are three sheets, two of them of one signature.
    assert_eq!(sides(artifact(&outcome, "whole-perfect-bound.pdf")), [(450.0, 320.0); 6]);
    assert_eq!(outcome.built.account.pressed, 9);
    assert_eq!(outcome.built.account.sheets, 12);
    for path in of_sheets {
        let path = recto::source::ProjectPath::new(path).expect("a path");
        let product = outcome.built.products.of(&path);
        assert!(outcome.built.products.knows(&path));
        assert!(product.inputs.iter().any(|input| input.as_str().starts_with("sources/")));
        // Tags are left out, so sheets keep to no standard that asks for them.
        assert!(product.conforms_to.is_empty());
    }
}

/// Where the first page stands on a sheet: left or right of its middle.
fn first_is_left(lang: &str) -> bool {
    let topic = format!("---\ntitle: A\nlang: {lang}\n---\nText.\n");
    let outcome = build_memory(&[
        ("recto.yaml", b"books: []\nhandouts: [{print: booklet}]\n"),
        ("sources/a.md", topic.as_bytes()),
    ]);
    assert_eq!(messages(outcome.diagnostics, &outcome.sources), "");
    let artifacts = &outcome.built.artifacts;
    let found = artifacts.iter().find(|artifact| artifact.path.as_str().ends_with("-booklet.pdf"));
    let document = Document::load_mem(&found.expect("sheets").bytes).expect("a PDF");
    let front = document.page_iter().next().expect("a side");
    let content = document.get_page_content(front);
    let operations = lopdf::content::Content::decode(&content).expect("operations").operations;
    let place = operations.iter().find(|operation| operation.operator == "cm").expect("a page");
    place.operands[4].as_float().expect("a number") < 200.0
}

#[test]
fn what_is_read_from_right_to_left_is_bound_on_the_right() {
    assert!(!first_is_left("en"));
    assert!(first_is_left("he"));
}

#[test]
fn sheets_are_steps_of_a_plan() {
    let folder = root().join("tests/fixtures/valid/printed");
    let files = DiskFiles::open(&folder).expect("the project");
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let loaded = pipeline::load(&files, &request(), &mut sources, &mut diagnostics)
        .expect("files")
        .expect("content");
    let steps = pipeline::steps(&loaded, &mut sources, &mut diagnostics);
    let step = steps.iter().find(|step| step.id == "handouts/first-booklet-2.pdf").expect("a step");
    assert_eq!(step.needs, ["handouts/first.pdf"]);
    assert!(steps.last().expect("a report").needs.contains(&step.id));
    let pages = steps.iter().find(|step| step.id == "handouts/first.pdf").expect("a step");
    assert_eq!(step.unit, pages.unit);

    // Done by itself, it is the same, and alone.
    let out = tempfile::tempdir().expect("a folder");
    let project = out.path().join("project");
    for path in crate::case::files_below(&folder) {
        let target = project.join(&path);
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
        std::fs::copy(folder.join(path), target).expect("a copy");
    }
    let run = |args: &[&str], output: &Path| {
        let status = std::process::Command::new(env!("CARGO_BIN_EXE_recto"))
            .arg("build")
            .arg(&project)
            .args(["--quiet", "--output"])
            .arg(output)
            .args(args)
            .env_clear()
            .output()
            .expect("the program runs");
        assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
        let made = crate::case::files_below(output).into_iter();
        made.filter(|path| path.ends_with(".pdf")).collect::<BTreeSet<_>>()
    };
    let (whole, part) = (out.path().join("whole"), out.path().join("part"));
    assert_eq!(run(&[], &whole).len(), 13);
    let made = run(&["--only", "handouts/first-booklet-2.pdf"], &part);
    assert_eq!(made, BTreeSet::from(["handouts/first-booklet-2.pdf".to_owned()]));
    let cards = out.path().join("cards");
    let made = run(&["--only", "decks/printed-cards.pdf"], &cards);
    assert_eq!(made, BTreeSet::from(["decks/printed-cards.pdf".to_owned()]));
    for (path, part) in [("handouts/first-booklet-2.pdf", part), ("decks/printed-cards.pdf", cards)]
    {
        let bytes = |folder: &Path| std::fs::read(folder.join(path)).expect("sheets");
        assert!(bytes(&whole) == bytes(&part), "{path}");
    }
}

#[test]
fn what_is_wrong_with_sheets_is_told_where_it_is_asked_for() {
    let said = |print: &str| {
        let manifest = format!("books: []\nhandouts:\n  - print: {print}\n");
        let outcome = build_memory(&[
            ("recto.yaml", manifest.as_bytes()),
            ("sources/a.md", b"---\ntitle: A\n---\nText.\n"),
        ]);
        messages(outcome.diagnostics, &outcome.sources)
    };
    for (print, place, message, hint) in [
        (
            "bookle",
            "3:12-",
            "error[invalid-value]: pages are not put on sheets as `bookle`",
            "did you mean `booklet`?",
        ),
        ("{paper: a4}", "3:12-", "error[missing-key]: an entry of `print` has no `imposition`", ""),
        (
            "{imposition: booklet, papr: a4}",
            "3:34-",
            "error[unknown-key]: unknown key `papr` in an entry of `print`",
            "did you mean `paper`?",
        ),
        (
            "{imposition: booklet, paper: a44}",
            "3:41-",
            "error[invalid-value]: unknown paper `a44`",
            "did you mean `a4`?",
        ),
        (
            "{imposition: booklet, duplex: off}",
            "3:12-",
            "error[invalid-value]: sheets that are folded are printed on both sides",
            "",
        ),
        (
            "{imposition: two-up, creep: 0.1}",
            "3:40-",
            "error[invalid-value]: `creep` says nothing of `two-up`",
            "it goes with `booklet` and `perfect-bound`",
        ),
        (
            "{imposition: booklet, creep: thick}",
            "3:41-",
            "error[invalid-value]: `creep` should be a number of millimeters, 0 to 100",
            "",
        ),
        (
            "{imposition: booklet, scale: big}",
            "3:41-",
            "error[invalid-value]: pages are not scaled to `big`",
            "",
        ),
        (
            "{imposition: booklet, marks: [crop, flod]}",
            "3:48-",
            "error[invalid-value]: there are no marks called `flod`",
            "did you mean `fold`?",
        ),
        (
            "{imposition: booklet, scale: 100%}",
            "3:12-",
            "error[impossible-sheets]: `handouts/a.pdf` cannot be put on these sheets: pages of 210 × 297 mm find no room: there are 148 × 210 mm for each",
            "",
        ),
    ] {
        let said = said(print);
        let parts = [place, message, hint].map(|part| said.contains(part));
        assert_eq!(parts, [true; 3], "{print}: {said}");
    }
}
