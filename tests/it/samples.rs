//! The samples: this repository is a project itself, and must build.

use recto::imposition::{Imposition, Order};
use recto::pipeline::press;
use recto::write::press::preflight::FlawKind;

use crate::case::{build, messages, root};

#[test]
fn the_samples_build_without_a_warning() {
    let outcome = build(&root());
    let account = outcome.built.account.clone();
    let messages = messages(outcome.diagnostics, &outcome.sources);
    assert_eq!(messages, "");
    assert!(
        account.handouts >= 4 && account.figures >= 6 && account.references >= 20,
        "{account:?}"
    );
    assert_eq!(account.books.len(), 1);
    assert_eq!(account.epubs.len(), 1);
    assert!(account.decks[0].1 > 80, "{account:?}");
    let [(_, cover)] = account.covers.as_slice() else { panic!("{account:?}") };
    assert_eq!(cover.pages, account.books[0].1);
    // Nor is there anything to tell of their sheets.
    let of_pages = |path: &str| path.ends_with(".pdf") && !path.ends_with("-cover.pdf");
    let pages = outcome.built.artifacts.iter().filter(|made| of_pages(made.path.as_str()));
    let mut count = 0;
    for made in pages.filter(|made| !made.path.as_str().contains("-slides-")) {
        for imposition in [
            Imposition::Booklet { signature: None, creep: 0.1 },
            Imposition::PerfectBound { signature: 4, creep: 0.0, milling: 3.0 },
            Imposition::NUp { pages: 6, notes: true },
            Imposition::Single,
        ] {
            let pressed = press(&made.bytes, &Order::new(imposition)).expect("sheets");
            let mut flaws = pressed.flaws;
            if matches!(imposition, Imposition::NUp { .. }) {
                // Half a point is a hairline on pages of a third of their size; half a dot
                // of a laser it is not.
                let prints = |kind: &FlawKind| matches!(kind, FlawKind::Hairline { points, .. } if *points > 0.06);
                flaws.retain(|flaw| !prints(&flaw.kind));
            }
            assert_eq!(flaws, [], "{}: {imposition:?}", made.path);
            count += 1;
        }
    }
    assert!(count > 30, "{count}");
}

#[test]
fn the_ledger_of_the_samples_is_committed() {
    let committed = std::fs::read_to_string(root().join("cards.lock")).expect("cards.lock");
    let built = build(&root()).built.ledger.expect("a ledger");
    assert!(committed == built, "run `cargo run --release -- build` and commit cards.lock");
}

#[test]
fn without_a_manifest_all_defaults_hold() {
    let topic = |title: &str| format!("---\ntitle: {title}\n---\n\n- A ==fact== of {title}.\n");
    let files: [(&str, Vec<u8>); 2] = [
        ("sources/one.md", topic("One").into_bytes()),
        ("sources/below/two.yaml", b"title: Two\ntext: \"- Another ==fact==.\"\n".to_vec()),
    ];
    let files: Vec<_> = files.iter().map(|(path, bytes)| (*path, bytes.as_slice())).collect();
    let outcome = crate::case::build_memory(&files);
    let messages = crate::case::messages(outcome.diagnostics, &outcome.sources);
    assert!(messages.is_empty(), "{messages}");
    let mut made: Vec<_> =
        outcome.built.artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
    made.sort_unstable();
    assert_eq!(
        made,
        [
            "books/untitled.epub",
            "books/untitled.pdf",
            "decks/untitled.apkg",
            "decks/untitled/README.txt",
            "decks/untitled/note-types.apkg",
            "decks/untitled/notes.csv",
            "decks/untitled/update.csv",
            "handouts/one.pdf",
            "handouts/two.pdf",
            "privacy-report.json",
        ]
    );
}
