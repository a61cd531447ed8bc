//! Sets of characters, as ranges: a font has tens of thousands, most of them side
//! by side.

/// A set of characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Coverage {
    /// Ranges of code points, first and last, sorted and apart from each other.
    ranges: Vec<(u32, u32)>,
}

impl Coverage {
    /// Returns the set of code points, which may come in any order.
    pub(super) fn of(codes: impl Iterator<Item = u32>) -> Self {
        Self { ranges: joined(codes.map(|code| (code, code)).collect()) }
    }

    /// Adds all characters of another set.
    pub(super) fn add(&mut self, other: &Self) {
        let mut all = std::mem::take(&mut self.ranges);
        all.extend(&other.ranges);
        self.ranges = joined(all);
    }

    /// Tells whether a character is in the set.
    pub(super) fn has(&self, c: char) -> bool {
        let code = u32::from(c);
        let after = self.ranges.partition_point(|(first, _)| *first <= code);
        after > 0 && self.ranges.get(after - 1).is_some_and(|(_, last)| code <= *last)
    }
}

fn joined(mut ranges: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    ranges.sort_unstable();
    ranges.dedup_by(|next, before| {
        let touches = next.0 <= before.1.saturating_add(1);
        if touches {
            before.1 = before.1.max(next.1);
        }
        touches
    });
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_joined() {
        let mut set = Coverage::of([5, 3, 4, 9, 4].into_iter());
        assert_eq!(set.ranges, [(3, 5), (9, 9)]);
        set.add(&Coverage::of([6, 7, 20].into_iter()));
        assert_eq!(set.ranges, [(3, 7), (9, 9), (20, 20)]);
        let has = |code: u32| char::from_u32(code).is_some_and(|c| set.has(c));
        assert_eq!(
            [2, 3, 7, 8, 9, 10, 20, 21].map(has),
            [false, true, true, false, true, false, true, false]
        );
        assert!(!Coverage::default().has('a'));
    }
}
