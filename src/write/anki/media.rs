//! The images that notes show, as one flat folder: Anki knows no other.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::write::illustration::Picture;

/// Images under their names. The names end in a hash of the bytes, so a changed
/// image is a new file and never hides behind an old one.
#[derive(Debug, Default)]
pub(super) struct Media {
    files: BTreeMap<String, Arc<[u8]>>,
}

impl Media {
    /// Adds a picture.
    pub(super) fn add(&mut self, picture: &Picture) {
        self.files.entry(picture.name.clone()).or_insert_with(|| Arc::clone(&picture.bytes));
    }

    /// Returns all files in the order of their names.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..]))
    }
}
