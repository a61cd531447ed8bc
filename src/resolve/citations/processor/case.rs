//! The case of texts (CSL 1.0.2, "Text-case").

use std::borrow::Cow;

use hayagriva::citationberg::TextCase;

use super::output::Run;
use crate::model::Script;

/// Words that stay small in titles (CSL 1.0.2, "Title Case Conversion").
/// And what stands between parties and in names of other languages.
const SMALL: [&str; 31] = [
    "a", "an", "and", "as", "at", "but", "by", "de", "down", "for", "from", "in", "into", "nor",
    "of", "on", "onto", "or", "over", "so", "the", "till", "to", "up", "v", "van", "via", "von",
    "vs", "with", "yet",
];

/// A letter of runs.
#[derive(Debug, Clone, Copy)]
struct Letter {
    letter: char,
    /// Whether its case stays.
    fixed: bool,
}

/// Changes the case of runs as of one text. `english` tells whether it is of a work
/// in English: only there are titles in capitals.
pub(super) fn apply(runs: &mut [Run], case: TextCase, english: bool) {
    let mut letters: Vec<Letter> = runs
        .iter()
        .flat_map(|run| {
            // What is raised, lowered or in small capitals has its own case.
            let own = run.dress.small_caps || run.dress.script != Script::Baseline;
            let fixed = run.dress.keeps_case || own;
            run.text.chars().map(move |letter| Letter { letter, fixed })
        })
        .collect();
    match case {
        TextCase::Lowercase => return map(runs, |text| text.to_lowercase()),
        TextCase::Uppercase => return map(runs, |text| text.to_uppercase()),
        TextCase::CapitalizeFirst => {
            if let Some(word) = words(&letters).first() {
                raise(&mut letters, word.0, word.1);
            }
        }
        TextCase::CapitalizeAll => {
            for (start, end) in words(&letters) {
                raise(&mut letters, start, end);
            }
        }
        TextCase::SentenceCase => sentence(&mut letters),
        TextCase::TitleCase if english => title(&mut letters),
        TextCase::TitleCase => return,
    }
    let mut letters = letters.into_iter();
    for run in runs {
        let count = run.text.chars().count();
        let changed: String = letters.by_ref().take(count).map(|letter| letter.letter).collect();
        if changed != run.text {
            run.text = Cow::Owned(changed);
        }
    }
}

fn map(runs: &mut [Run], change: impl Fn(&str) -> String) {
    for run in runs.iter_mut().filter(|run| !run.dress.keeps_case) {
        run.text = Cow::Owned(change(&run.text));
    }
}

/// Returns the words: where each begins and ends.
fn words(letters: &[Letter]) -> Vec<(usize, usize)> {
    let is_letter = |at: usize| {
        let letter = letters[at].letter;
        let within = matches!(letter, '\'' | '’' | '`' | '.')
            && at > 0
            && letters[at - 1].letter.is_alphanumeric()
            && letters.get(at + 1).is_some_and(|next| next.letter.is_alphanumeric());
        letter.is_alphanumeric() || within
    };
    let mut words = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let start = at;
        while at < letters.len() && is_letter(at) {
            at += 1;
        }
        if at > start {
            words.push((start, at));
        }
        at += 1;
    }
    words
}

/// Begins a word in small letters with a capital.
fn raise(letters: &mut [Letter], start: usize, end: usize) {
    let word = &letters[start..end];
    let first = word[0];
    let greek = word.len() == 1 && matches!(first.letter, 'α'..='ω');
    let small = word.iter().all(|letter| !letter.letter.is_uppercase() && !letter.fixed);
    if small && !greek {
        upper(&mut letters[start]);
    }
}

fn upper(letter: &mut Letter) {
    let mut capital = letter.letter.to_uppercase();
    if let (Some(capital), None) = (capital.next(), capital.next()) {
        letter.letter = capital;
    }
}

fn lower(letters: &mut [Letter]) {
    for letter in letters.iter_mut().filter(|letter| !letter.fixed) {
        let mut small = letter.letter.to_lowercase();
        if let (Some(small), None) = (small.next(), small.next()) {
            letter.letter = small;
        }
    }
}

/// Whether a text is all in capitals, as old databases write titles. One word may be
/// short for something, and two short ones may be a name: "PLOS ONE".
fn is_upper(letters: &[Letter], words: &[(usize, usize)]) -> bool {
    let with_letters: Vec<String> = words
        .iter()
        .map(|(start, end)| letters[*start..*end].iter().map(|letter| letter.letter).collect())
        .filter(|word: &String| word.chars().any(char::is_alphabetic))
        .collect();
    let short = |word: &String| word.len() <= 4 && !SMALL.contains(&word.to_lowercase().as_str());
    let name = with_letters.len() == 2 && with_letters.iter().all(short);
    with_letters.len() > 1
        && !name
        && letters.iter().all(|letter| !letter.letter.is_lowercase())
        && letters.iter().any(|letter| letter.letter.is_uppercase())
}

fn sentence(letters: &mut [Letter]) {
    let words = words(letters);
    let Some((start, end)) = words.first().copied() else { return };
    if is_upper(letters, &words) {
        lower(&mut letters[start + 1..]);
    }
    raise(letters, start, end);
}

fn title(letters: &mut [Letter]) {
    let words = words(letters);
    let upper_case = is_upper(letters, &words);
    for (index, (start, end)) in words.iter().copied().enumerate() {
        let text: String = letters[start..end].iter().map(|letter| letter.letter).collect();
        let fixed = letters[start..end].iter().any(|letter| letter.fixed);
        let edge = index == 0 || index + 1 == words.len() || follows_end(letters, start);
        let small = SMALL.contains(&text.to_lowercase().as_str()) && !fixed;
        // "vitamin A" keeps its letter.
        let capital = text.chars().count() == 1 && text.chars().all(char::is_uppercase);
        if small && !edge && (upper_case || !capital) {
            // "IN" may be short for something.
            if upper_case || !text.chars().skip(1).any(char::is_uppercase) {
                lower(&mut letters[start..end]);
            }
        } else if upper_case {
            lower(&mut letters[start + 1..end]);
        } else {
            raise(letters, start, end);
        }
    }
}

/// Whether a word begins what follows a colon or the end of a sentence.
fn follows_end(letters: &[Letter], start: usize) -> bool {
    let mut before = letters[..start].iter().rev().map(|letter| letter.letter).peekable();
    while before.next_if(|c| "“‘\"'«„([".contains(*c)).is_some() {}
    let mut spaces = 0;
    while before.next_if(|c| c.is_whitespace()).is_some() {
        spaces += 1;
    }
    spaces > 0 && before.next().is_some_and(|c| matches!(c, ':' | '?' | '!' | '.' | '—'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Dress;

    fn changed(text: &str, case: TextCase) -> String {
        let mut run = Run::plain(text);
        apply(std::slice::from_mut(&mut run), case, true);
        run.text.into_owned()
    }

    #[test]
    fn titles_have_capitals() {
        for (text, wanted) in [
            ("the PLoS guide", "The PLoS Guide"),
            ("bone, joint, and muscle", "Bone, Joint, and Muscle"),
            ("use of β-blockers", "Use of β-Blockers"),
            ("what it is for", "What It Is For"),
            ("chest: a primer", "Chest: A Primer"),
            ("vitamin A in the aged", "Vitamin A in the Aged"),
            ("THE WHOLE OF IT", "The Whole of It"),
            ("COPD", "COPD"),
            ("PLOS ONE", "PLOS ONE"),
            ("LUNG CANCER", "Lung Cancer"),
            ("don't use i.v. drugs", "Don't Use I.v. Drugs"),
        ] {
            assert_eq!(changed(text, TextCase::TitleCase), wanted);
        }
    }

    #[test]
    fn other_cases() {
        assert_eq!(changed("the aged", TextCase::CapitalizeFirst), "The aged");
        assert_eq!(changed("mRNA of it", TextCase::CapitalizeFirst), "mRNA of it");
        assert_eq!(changed("the aged", TextCase::CapitalizeAll), "The Aged");
        assert_eq!(changed("THE AGED", TextCase::SentenceCase), "The aged");
        assert_eq!(changed("the Aged", TextCase::SentenceCase), "The Aged");
        assert_eq!(changed("Straße", TextCase::Uppercase), "STRASSE");
    }

    #[test]
    fn what_keeps_its_case_keeps_it() {
        let kept = Dress { keeps_case: true, ..Dress::default() };
        let mut runs =
            [Run::plain("the "), Run { dress: kept, ..Run::plain("aed") }, Run::plain(" of")];
        apply(&mut runs, TextCase::TitleCase, true);
        assert_eq!(super::super::output::plain(&runs), "The aed Of");
    }
}
