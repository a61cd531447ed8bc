//! Texts of works, before a style takes them.
//!
//! - Quotation marks and apostrophes that were typed straight become those of
//!   the language, as CSL's processors have it. Marks in marks are seen to
//!   afterwards: [`super::tidy`].
//! - Some manuals begin subtitles with a capital.

use super::manuals::Manual;
use super::tidy::Marks;
use crate::model::{Dress, RichText, StandardVariable};

/// Returns a text as a style is to get it, if it needs anything.
pub(super) fn prepared(
    variable: StandardVariable,
    text: &RichText,
    marks: &Marks,
    manual: Manual,
) -> Option<RichText> {
    let has = |sign: char| text.runs().iter().any(|run| run.text.contains(sign));
    let subtitle = manual.capital_after_colon && is_title(variable) && has(':');
    if !is_prose(variable) || !(subtitle || has('\'') || has('"')) {
        return None;
    }
    let mut letters: Vec<(char, Dress)> = text
        .runs()
        .iter()
        .flat_map(|run| run.text.chars().map(|letter| (letter, run.dress)))
        .collect();
    if subtitle {
        capitalize(&mut letters);
    }
    let mut out = RichText::default();
    for (letter, dress) in quoted(&letters, marks) {
        out.push(&letter, dress);
    }
    Some(out)
}

/// Tells texts that people read from those that are looked up.
fn is_prose(variable: StandardVariable) -> bool {
    !matches!(
        variable,
        StandardVariable::DOI
            | StandardVariable::URL
            | StandardVariable::ISBN
            | StandardVariable::ISSN
            | StandardVariable::PMID
            | StandardVariable::PMCID
            | StandardVariable::CallNumber
            | StandardVariable::CitationKey
            | StandardVariable::CitationLabel
            | StandardVariable::Language
            | StandardVariable::YearSuffix
    )
}

fn is_title(variable: StandardVariable) -> bool {
    matches!(
        variable,
        StandardVariable::Title
            | StandardVariable::TitleShort
            | StandardVariable::PartTitle
            | StandardVariable::VolumeTitle
            | StandardVariable::OriginalTitle
            | StandardVariable::ReviewedTitle
            | StandardVariable::ContainerTitle
    )
}

/// Begins a subtitle with a capital.
fn capitalize(letters: &mut [(char, Dress)]) {
    for at in 2..letters.len() {
        let (letter, dress) = letters[at];
        let follows = letters[at - 1].0.is_whitespace() && letters[at - 2].0 == ':';
        // "pH" stays "pH".
        let next = letters.get(at + 1).is_some_and(|(next, _)| next.is_uppercase());
        let mut upper = letter.to_uppercase();
        if follows
            && letter.is_lowercase()
            && !dress.keeps_case
            && !next
            && let (Some(upper), None) = (upper.next(), upper.next())
        {
            letters[at].0 = upper;
        }
    }
}

/// Sets the marks of a language for straight ones.
fn quoted(letters: &[(char, Dress)], marks: &Marks) -> Vec<(String, Dress)> {
    let at = |index: usize| letters.get(index).map(|(letter, _)| *letter);
    let before = |index: usize| index.checked_sub(1).and_then(at);
    let opens = |index: usize| {
        let free = before(index)
            .is_none_or(|letter| letter.is_whitespace() || "([{-–—/\"'“‘„«".contains(letter));
        free && at(index + 1).is_some_and(|letter| !letter.is_whitespace())
    };
    let closes = |index: usize| {
        before(index).is_some_and(|letter| !letter.is_whitespace())
            && !at(index + 1).is_some_and(char::is_alphanumeric)
    };
    let (mut double, mut single) = (0_usize, 0_usize);
    let mut out = Vec::with_capacity(letters.len());
    for (index, (letter, dress)) in letters.iter().enumerate() {
        let later = |mark: char| {
            (index + 2..letters.len()).any(|later| at(later) == Some(mark) && closes(later))
        };
        let text = match letter {
            '"' if double == 0 && opens(index) && later('"') => {
                double += 1;
                marks.open.clone()
            }
            '"' if double > 0 && closes(index) => {
                double -= 1;
                marks.close.clone()
            }
            '\'' if single > 0 && closes(index) => {
                single -= 1;
                if double > 0 { marks.inner_close.clone() } else { marks.close.clone() }
            }
            '\'' if single == 0 && opens(index) && later('\'') => {
                single += 1;
                if double > 0 { marks.inner_open.clone() } else { marks.open.clone() }
            }
            // Primes: the 3' end, 5'-GMP.
            '\'' if before(index).is_some_and(|letter| letter.is_ascii_digit())
                && !at(index + 1).is_some_and(char::is_lowercase) =>
            {
                "'".to_owned()
            }
            '\'' => "’".to_owned(),
            letter => letter.to_string(),
        };
        out.push((text, *dress));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks() -> Marks {
        let [open, close, inner_open, inner_close] = ["“", "”", "‘", "’"].map(str::to_owned);
        Marks { open, close, inner_open, inner_close, punctuation_inside: true }
    }

    fn quoted_text(text: &str) -> String {
        let letters: Vec<_> = text.chars().map(|letter| (letter, Dress::default())).collect();
        quoted(&letters, &marks()).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn straight_marks_are_set() {
        for (typed, set) in [
            ("Alzheimer's disease", "Alzheimer’s disease"),
            ("beyond \"p < 0.05\"", "beyond “p < 0.05”"),
            ("the \"halo sign\", a \"reversed\" one", "the “halo sign”, a “reversed” one"),
            (
                "The 'chagrin factor' and patients' choice",
                "The “chagrin factor” and patients’ choice",
            ),
            ("The 5'-end, 3' UTR and the 1980's", "The 5'-end, 3' UTR and the 1980’s"),
            ("A 6\" scar", "A 6\" scar"),
            ("Users' guides", "Users’ guides"),
            ("", ""),
            ("\"", "\""),
        ] {
            assert_eq!(quoted_text(typed), set);
        }
    }

    #[test]
    fn subtitles_begin_with_a_capital() {
        let mut letters: Vec<_> =
            "a: structure: pH at 3:1".chars().map(|letter| (letter, Dress::default())).collect();
        capitalize(&mut letters);
        let text: String = letters.into_iter().map(|(letter, _)| letter).collect();
        assert_eq!(text, "a: Structure: pH at 3:1");
    }
}
