//! What to do with the files of a deck.

use super::Options;
use crate::model::Language;
use crate::words::Words;

/// Returns the text of the deck's `README.txt`, in the language of the deck.
pub(super) fn write(options: &Options<'_>, language: &Language) -> String {
    let Options { name, deck, .. } = options;
    let line = "=".repeat(deck.chars().count().min(76));
    let text = Words::of(language).deck_readme;
    text.replace("{deck}", deck).replace("{line}", &line).replace("{name}", name)
}
