//! The samples: this repository is a project itself, and must build.

use crate::case::{build, messages, root};

#[test]
fn the_samples_build_without_a_warning() {
    let outcome = build(&root());
    let account = outcome.built.account.clone();
    let messages = messages(outcome.diagnostics, &outcome.sources);
    assert_eq!(messages, "");
    assert!(
        account.handouts >= 4 && account.figures >= 7 && account.references >= 20,
        "{account:?}"
    );
    assert_eq!(account.books.len(), 1);
    assert_eq!(account.epubs.len(), 1);
    assert!(account.decks[0].1 > 80, "{account:?}");
}

#[test]
fn the_ledger_of_the_samples_is_committed() {
    let committed = std::fs::read_to_string(root().join("cards.lock")).expect("cards.lock");
    let built = build(&root()).built.ledger.expect("a ledger");
    assert!(committed == built, "run `cargo run --release -- build` and commit cards.lock");
}
