//! Where each byte of a YAML text stands in its file.

/// A map from the bytes of a text, as YAML or Markdown gives it, to the bytes of
/// the file that it was written in: indentation, quotes and escapes are in one
/// and not in the other.
#[derive(Debug, Clone)]
pub struct OffsetMap {
    /// Pairs of offsets at which both texts run on alike, both ascending.
    runs: Vec<(usize, usize)>,
}

impl OffsetMap {
    /// Returns the map that adds `base` to every offset.
    pub fn shifted(base: usize) -> Self {
        Self { runs: vec![(0, base)] }
    }

    /// Returns the map of `text`, written as `raw`, which stands at byte `base`
    /// of its file.
    ///
    /// The two are walked side by side: white space, quotes and backslashes may
    /// stand in the raw text alone. It is exact for block and plain scalars,
    /// and near for escapes.
    pub fn align(text: &str, raw: &str, base: usize) -> Self {
        Self::align_through(text, raw, &|at| base + at)
    }

    /// As [`OffsetMap::align`], where byte `at` of the raw text stands at byte
    /// `place(at)` of the file.
    pub fn align_through(text: &str, raw: &str, place: &dyn Fn(usize) -> usize) -> Self {
        let is_space = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        let raw_bytes = raw.as_bytes();
        let escapes = raw.starts_with('"');
        let mut at = block_header(raw);
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for (offset, c) in text.char_indices() {
            let mut encoded = [0; 4];
            let encoded = c.encode_utf8(&mut encoded).as_bytes();
            let space = c.is_ascii() && is_space(encoded[0]);
            // A folded line end is a space in the text.
            let folds = space && raw_bytes.get(at).is_some_and(|raw| is_space(*raw));
            let mut found = folds;
            if !folds {
                let rest = raw_bytes.get(at..).unwrap_or_default();
                let skipped = rest.iter().take_while(|raw| {
                    **raw != encoded[0]
                        && (is_space(**raw) || matches!(**raw, b'"' | b'\'' | b'\\'))
                });
                let probe = at + skipped.count();
                if raw_bytes.get(probe..).is_some_and(|rest| rest.starts_with(encoded)) {
                    at = probe;
                    found = true;
                }
            }
            push_run(&mut runs, offset, place(at.min(raw.len())));
            at += match raw_bytes.get(at..).unwrap_or_default() {
                rest if escapes && !found => escape_length(rest),
                // A line end before the text began.
                _ if space && !found => 0,
                [b'\r', b'\n', ..] => 2,
                _ => c.len_utf8(),
            };
        }
        Self { runs }
    }

    /// Returns the same map for a text whose first `cut` bytes are cut off.
    pub fn offset_by(&self, cut: usize) -> Self {
        let mut runs = vec![(0, self.file_offset(cut))];
        runs.extend(self.runs.iter().filter(|(text, _)| *text > cut).map(|(t, f)| (t - cut, *f)));
        Self { runs }
    }

    /// Returns where the byte at `offset` of the text stands in the file.
    pub fn file_offset(&self, offset: usize) -> usize {
        let index = self.runs.partition_point(|(text, _)| *text <= offset);
        match index.checked_sub(1).and_then(|index| self.runs.get(index)) {
            Some((text, file)) => file + (offset - text),
            None => self.runs.first().map_or(0, |(_, file)| *file),
        }
    }
}

fn push_run(runs: &mut Vec<(usize, usize)>, text: usize, file: usize) {
    let goes_on = runs.last().is_some_and(|(t, f)| text - t == file.wrapping_sub(*f));
    if !goes_on {
        runs.push((text, file));
    }
}

/// Returns the length of the escape that the rest of a double-quoted scalar
/// begins with, white space and the opening quote before it included (YAML 1.2.2,
/// section 5.7).
fn escape_length(rest: &[u8]) -> usize {
    let lead = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'"')).count();
    match rest.get(lead..).unwrap_or_default() {
        [b'\\', b'x', ..] => lead + 4,
        [b'\\', b'u', ..] => lead + 6,
        [b'\\', b'U', ..] => lead + 10,
        [b'\\', ..] => lead + 2,
        _ => 1,
    }
}

/// Returns the length of `|-` or `>2` and the rest of its line.
fn block_header(raw: &str) -> usize {
    if raw.starts_with(['|', '>']) { raw.find('\n').map_or(raw.len(), |at| at + 1) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks that each word that was written without escapes is found at its
    /// place in the raw text.
    fn check(text: &str, raw: &str) {
        let map = OffsetMap::align(text, raw, 10);
        for word in text.split_whitespace().filter(|word| raw.contains(word)) {
            let at = word.as_ptr() as usize - text.as_ptr() as usize;
            let there = map.file_offset(at) - 10;
            assert!(raw[there..].starts_with(word), "{word:?} at {there} of {raw:?}");
        }
    }

    #[test]
    fn words_keep_their_places() {
        check("plain text", "plain text");
        check("one\ntwo\n\n  x\n", "one\n  two\n\n    x\n");
        check("one\ntwo\n", "|\r\n  one\r\n  two\r\n");
        check("folded line\nnew", "folded\n    line\n\n  new");
        check("quoted so", "'quoted so'");
        check("\none\ntwo\n", "one\n  two\n");
        check("a\nb \u{e9}t\u{e9} x y", "\"a\\nb \\u00e9t\u{e9} x y\"");
        check("a\"b c\\d e", "\"a\\\"b c\\\\d e\"");
    }

    #[test]
    fn offsets_stay_in_the_scalar() {
        let map = OffsetMap::align("a\"b", "\"a\\\"b\"", 100);
        assert!((100..=106).contains(&map.file_offset(2)));
        assert_eq!(map.offset_by(1).file_offset(0), map.file_offset(1));
    }
}
