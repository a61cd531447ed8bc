//! How alike two texts are.

use std::collections::BTreeSet;

/// Texts longer than this are compared by their words alone: comparing by
/// letters takes time by the square of the length.
const LONG: usize = 600;

/// Returns the text in lower case, with single spaces and without punctuation:
/// what two wordings are compared by.
pub(super) fn normalized(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_parted = false;
    for letter in text.chars() {
        if !letter.is_alphanumeric() {
            is_parted = true;
            continue;
        }
        if std::mem::take(&mut is_parted) && !out.is_empty() {
            out.push(' ');
        }
        // Nearly all text is of these, and the case of any letter takes much longer to look up.
        if letter.is_ascii() {
            out.push(letter.to_ascii_lowercase());
        } else {
            out.extend(letter.to_lowercase());
        }
    }
    out
}

/// Returns how alike two normalized texts are, 0 to 1: by letters (a typo
/// mended) or by words (a phrase moved), whichever says more.
pub(super) fn similarity(a: &str, b: &str) -> f64 {
    if a == b {
        return 1.0;
    }
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
    let (a_words, b_words) = (words(a), words(b));
    let shared = a_words.intersection(&b_words).count() as f64;
    let jaccard = shared / (a_words.union(&b_words).count() as f64).max(1.0);
    // A typo may leave a word or two without a twin, but not a whole sentence.
    let strangers = shared == 0.0 && a_words.len().min(b_words.len()) > 3;
    if strangers || a.len().max(b.len()) > LONG {
        return jaccard;
    }
    jaccard.max(strsim::normalized_levenshtein(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_and_moved_phrases_are_alike_and_other_facts_are_not() {
        let alike = |a, b| similarity(&normalized(a), &normalized(b));
        assert_eq!(normalized("  ÉTAT de-LA\u{a0}Cœur: 12 %, İ "), "état de la cœur 12 i\u{307}");
        assert_eq!(normalized(" – …"), "");
        assert_eq!(alike("Smooth, lobulated  contours.", "smooth lobulated contours"), 1.0);
        assert!(alike("Lobulated masses", "Lobulated mases") > 0.9);
        assert!(alike("In adults, masses grow slowly", "Masses grow slowly in adults") > 0.9);
        assert!(alike("Ribs are wide", "Treatment is seldom needed") < 0.4);
        assert!(alike("", "x") < 0.1);
        let long = "word ".repeat(1000);
        assert!(alike(&long, &long.replace("word", "other")) < 0.1);
    }
}
