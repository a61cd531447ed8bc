//! Which citation of a work comes first, and which repeat the one before (CSL 1.0.2,
//! "Position").

use std::collections::HashMap;

use super::collect::{Cited, Stands};
use super::processor::{Position, PositionKind};
use crate::model::{CiteKey, Locator};

/// Where a work of a citation stands among the citations of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) position: Position,
    /// The number of the note that first cites it, if it was cited before.
    pub(super) first_note: Option<u32>,
}

/// Returns where the works of citations stand, each by its place in its citation.
///
/// With `notes`, the numbers of notes begin anew in each topic, and with them what
/// has been cited before. Cards are read apart from everything.
pub(super) fn positions(cited: &[&Cited], notes: bool, near: u32) -> Vec<Vec<Placed>> {
    let mut runs: HashMap<(bool, usize), Run> = HashMap::new();
    cited
        .iter()
        .map(|cited| {
            let run = match notes {
                true => (cited.stands == Stands::OnCard, cited.topic),
                false => (false, 0),
            };
            runs.entry(run).or_default().next(cited, near)
        })
        .collect()
}

/// What was cited so far.
#[derive(Debug, Default)]
struct Run<'a> {
    /// In which notes each work was: the first and the last.
    seen: HashMap<&'a CiteKey, (Option<u32>, Option<u32>)>,
    before: Option<&'a Cited>,
}

impl<'a> Run<'a> {
    fn next(&mut self, cited: &'a Cited, near: u32) -> Vec<Placed> {
        let items = &cited.citation.items;
        let mut placed = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            let key = &item.key.value;
            let Some((first, last)) = self.seen.get(key).copied() else {
                self.seen.insert(key, (cited.note, cited.note));
                placed.push(Placed { position: Position::first(), first_note: None });
                continue;
            };
            let preceding = match at.checked_sub(1) {
                Some(before) => Some(&items[before]),
                None => self
                    .before
                    .filter(|before| may_follow(before, cited))
                    .and_then(|before| before.citation.items.first()),
            };
            let same = preceding.filter(|before| before.key.value == *key);
            let kind = same.map_or(PositionKind::Subsequent, |before| {
                repeats(before.locator.as_ref(), item.locator.as_ref())
            });
            let is_near = match (last, cited.note) {
                (Some(last), Some(note)) => note.saturating_sub(last) <= near,
                _ => false,
            };
            let position = Position { kind, near: is_near };
            placed.push(Placed { position, first_note: first });
            self.seen.insert(key, (first, cited.note));
        }
        self.before = Some(cited);
        placed
    }
}

fn repeats(before: Option<&Locator>, now: Option<&Locator>) -> PositionKind {
    match (before, now) {
        (None, None) => PositionKind::Ibid,
        (Some(_), None) => PositionKind::Subsequent,
        (before, now) if before == now => PositionKind::Ibid,
        (_, Some(_)) => PositionKind::IbidWithLocator,
    }
}

/// Whether a citation may say "ibid." of the one before it: that must be of one
/// work, and in the note before, or in the same.
fn may_follow(before: &Cited, cited: &Cited) -> bool {
    let near = match (before.note, cited.note) {
        (Some(before), Some(number)) => number.saturating_sub(before) <= 1,
        _ => true,
    };
    near && before.citation.items.len() == 1
}
