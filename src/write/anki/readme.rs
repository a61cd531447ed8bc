//! What to do with the files of a deck.

use super::Options;
use crate::model::Language;
use crate::words::Words;

/// Returns the text of the deck's `README.txt`, in the language of the deck.
pub(super) fn write(options: &Options<'_>, language: &Language, has_retired: bool) -> String {
    let Options { name, deck, .. } = options;
    let line = "=".repeat(deck.chars().count().min(76));
    let text = Words::of(language).deck_readme;
    let text = if options.stock.is_some() { without_types(text) } else { text.to_owned() };
    let text = if has_retired { text + Words::of(language).retired_readme } else { text };
    text.replace("{deck}", deck).replace("{line}", &line).replace("{name}", name)
}

/// Leaves the first step out, which brings our note types, and counts the others
/// anew: no other numbers are in the text.
fn without_types(text: &str) -> String {
    let (first, rest) = match (text.find("  1. "), text.find("  2. ")) {
        (Some(first), Some(second)) => (&text[..first], &text[second..]),
        _ => (text, ""),
    };
    format!("{first}{}", rest.replace('2', "1").replace('3', "2"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_counted_in_every_language() {
        for tag in Words::LANGUAGES {
            let language = Language::new(tag).expect("a language");
            let text = without_types(Words::of(&language).deck_readme);
            assert!(!text.contains("note-types.apkg") && !text.contains('3'), "{text}");
            assert_eq!(text.matches("  1. ").count(), 1, "{text}");
            assert_eq!(text.matches("  2. ").count(), 1, "{text}");
        }
    }
}
