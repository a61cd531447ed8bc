//! Files that were opened before, and were clean.

use std::collections::BTreeSet;

use blake3::{Hash, Hasher};
use serde_json::{Value, json};

use super::search::Needles;
use super::{Earlier, Opened, OutputRecord};
use crate::source::ProjectPath;

/// What a file can be.
const KINDS: [&str; 5] = ["PDF", "EPUB", "Anki package", "picture", "file"];

/// What earlier audits found clean when they searched for the same.
pub(super) struct Clean<'a> {
    earlier: Earlier<'a>,
    /// A hash of the program and all that it searches for.
    search: Hash,
}

impl<'a> Clean<'a> {
    pub(super) fn new(earlier: Earlier<'a>, needles: &Needles, authored: &BTreeSet<usize>) -> Self {
        let mut hasher = Hasher::new();
        for text in std::iter::once(earlier.program).chain(needles.texts()) {
            hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
        }
        hasher.update(format!("{authored:?}").as_bytes());
        Self { earlier, search: hasher.finalize() }
    }

    /// Returns what an earlier audit found in a file, or opens it.
    pub(super) fn or_open(
        &self,
        path: &ProjectPath,
        hash: Hash,
        open: impl FnOnce() -> Opened,
    ) -> Opened {
        let mut hasher = Hasher::new();
        hasher.update(self.search.as_bytes()).update(hash.as_bytes());
        hasher.update(path.as_str().as_bytes());
        let key = format!("audited-{}", hasher.finalize().to_hex());
        if let Some(known) = self.earlier.cache.get(&key).and_then(|kept| read(&kept, path)) {
            return known;
        }
        let opened = open();
        if opened.findings.is_empty() {
            self.earlier.cache.put(&key, &write(&opened));
        }
        opened
    }
}

/// Writes what is known of a clean file. No text that was found is in it.
fn write(opened: &Opened) -> Vec<u8> {
    let OutputRecord { kind, pictures, .. } = &opened.record;
    json!([kind, pictures, opened.shared]).to_string().into_bytes()
}

fn read(kept: &[u8], path: &ProjectPath) -> Option<Opened> {
    let kept: Value = serde_json::from_slice(kept).ok()?;
    let number = |value: &Value| usize::try_from(value.as_u64()?).ok();
    let named = kept.get(0)?.as_str()?;
    let record = OutputRecord {
        path: path.to_string(),
        recorded: String::new(),
        kind: KINDS.into_iter().find(|kind| *kind == named)?,
        pictures: number(kept.get(1)?)?,
        findings: 0,
    };
    let shared = kept.get(2)?.as_array()?.iter().map(number).collect::<Option<_>>()?;
    Some(Opened { record, findings: BTreeSet::new(), shared })
}
