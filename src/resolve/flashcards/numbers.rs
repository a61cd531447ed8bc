//! The numbers of clozes: given once, and never to another cloze.

use std::collections::{BTreeMap, BTreeSet};

use litemap::LiteMap;

use super::similarity::{normalized, similarity};
use crate::model::NodeId;

/// How alike a reworded cloze must be to its earlier self.
const ALIKE: f64 = 0.6;

/// A cloze of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DraftCloze {
    /// Which cloze.
    pub(super) id: NodeId,
    /// The number that the author gave.
    pub(super) number: Option<u32>,
    /// Its plain text.
    pub(super) text: String,
}

/// Returns the number of each cloze, and remembers it in `known`.
///
/// The author's number stands above all. Else a cloze keeps the number that its
/// text had; a reworded one takes over from the most similar text that is gone,
/// or, where one alone is new and one alone is gone since `last`, the note's
/// text before, from that one; a new one gets the least number that was never
/// given. Equal texts share a number: each would give the other away.
pub(super) fn number(
    clozes: &[DraftCloze],
    last: &str,
    known: &mut LiteMap<String, u32>,
) -> Vec<(NodeId, u32)> {
    let texts: Vec<String> = clozes.iter().map(|cloze| normalized(&cloze.text)).collect();
    let mut numbers: Vec<Option<u32>> = clozes.iter().map(|cloze| cloze.number).collect();

    // Texts that stay as they were.
    for (number, text) in numbers.iter_mut().zip(&texts) {
        *number = number.or_else(|| known.get(text).copied());
    }
    // Texts that were reworded, the most similar pair first.
    let gone: Vec<(String, u32)> = known
        .iter()
        .filter(|(text, _)| !texts.contains(text))
        .map(|(text, number)| (text.clone(), *number))
        .collect();
    let mut pairs = Vec::new();
    for (at, text) in texts.iter().enumerate().filter(|(at, _)| numbers[*at].is_none()) {
        for (was, number) in &gone {
            let score = similarity(text, was);
            if score >= ALIKE {
                pairs.push((score, at, was, *number));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    for (_, at, was, number) in pairs {
        if numbers[at].is_none() && !numbers.contains(&Some(number)) && known.contains_key(was) {
            numbers[at] = Some(number);
            known.remove(was);
        }
    }
    // The one that was put in the place of another.
    let last = normalized(last);
    let gone_now: Vec<(String, u32)> = known
        .iter()
        .filter(|(text, number)| {
            !texts.contains(text) && !numbers.contains(&Some(**number)) && last.contains(*text)
        })
        .map(|(text, number)| (text.clone(), *number))
        .collect();
    let open: Vec<usize> = (0..texts.len()).filter(|at| numbers[*at].is_none()).collect();
    if let ([at], [(was, number)]) = (open.as_slice(), gone_now.as_slice()) {
        numbers[*at] = Some(*number);
        known.remove(was);
    }
    // New ones.
    let mut given: BTreeSet<u32> =
        known.values().copied().chain(numbers.iter().flatten().copied()).collect();
    let mut fresh: BTreeMap<&str, u32> = BTreeMap::new();
    let mut found = Vec::new();
    for ((cloze, text), number) in clozes.iter().zip(&texts).zip(numbers) {
        let number = number.or_else(|| fresh.get(text.as_str()).copied()).unwrap_or_else(|| {
            let least = (1..).find(|number| !given.contains(number)).unwrap_or(1);
            given.insert(least);
            fresh.insert(text, least);
            least
        });
        found.push((cloze.id, number));
    }
    for (text, (_, number)) in texts.into_iter().zip(&found) {
        known.insert(text, *number);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{ProjectPath, Sources};

    fn run(known: &mut LiteMap<String, u32>, clozes: &[(&str, Option<u32>)]) -> Vec<u32> {
        run_after("", known, clozes)
    }

    fn run_after(
        last: &str,
        known: &mut LiteMap<String, u32>,
        clozes: &[(&str, Option<u32>)],
    ) -> Vec<u32> {
        let path = ProjectPath::new("a.md").expect("a plain path");
        let file = Sources::default().add(path, String::new());
        let clozes: Vec<_> = clozes
            .iter()
            .zip(0..)
            .map(|((text, number), index)| DraftCloze {
                id: NodeId { file, index },
                number: *number,
                text: (*text).to_owned(),
            })
            .collect();
        number(&clozes, last, known).into_iter().map(|(_, number)| number).collect()
    }

    #[test]
    fn a_cloze_reworded_past_recognition_keeps_its_place() {
        let mut known = LiteMap::new_vec();
        assert_eq!(run(&mut known, &[("smooth", None)]), [1]);
        let last = "Masses are smooth and lobulated.";
        assert_eq!(run_after(last, &mut known, &[("very even indeed", None)]), [1]);
        // Two at once cannot be told apart.
        assert_eq!(run(&mut known, &[("very even indeed", None), ("lobed", None)]), [1, 2]);
        let last = "Masses are very even indeed and lobed.";
        assert_eq!(run_after(last, &mut known, &[("alpha", None), ("gamma", None)]), [3, 4]);
    }

    #[test]
    fn numbers_are_given_by_appearance_and_kept() {
        let mut known = LiteMap::new_vec();
        assert_eq!(run(&mut known, &[("alpha", None), ("beta", None)]), [1, 2]);
        // One is put in before.
        assert_eq!(run(&mut known, &[("new", None), ("alpha", None), ("beta", None)]), [3, 1, 2]);
        // Turned round, and one gone.
        assert_eq!(run(&mut known, &[("beta", None), ("new", None)]), [2, 3]);
        // A number that was given is not given again.
        assert_eq!(run(&mut known, &[("other words", None), ("new", None)]), [4, 3]);
        // One comes back.
        assert_eq!(run(&mut known, &[("alpha", None)]), [1]);
    }

    #[test]
    fn a_reworded_cloze_keeps_its_number() {
        let mut known = LiteMap::new_vec();
        run(&mut known, &[("smooth contours", None), ("5 mg", None)]);
        assert_eq!(
            run(&mut known, &[("6 mg", None), ("smooth, lobulated contours", None)]),
            [2, 1]
        );
        assert!(!known.contains_key("5 mg"), "{known:?}");
    }

    #[test]
    fn the_author_decides() {
        let mut known = LiteMap::new_vec();
        assert_eq!(
            run(&mut known, &[("a", Some(2)), ("b", None), ("c", Some(1)), ("d", Some(2))]),
            [2, 3, 1, 2]
        );
        assert_eq!(run(&mut LiteMap::new_vec(), &[("left", None), ("Left", None)]), [1, 1]);
    }
}
