//! The images that notes show, as one flat folder: Anki knows no other.

use std::collections::BTreeMap;

use crate::write::illustration::Picture;

/// Images under their names. The names end in a hash of the bytes, so a changed
/// image is a new file and never hides behind an old one.
#[derive(Debug, Default)]
pub(super) struct Media {
    files: BTreeMap<String, Picture>,
}

impl Media {
    /// Adds a picture.
    pub(super) fn add(&mut self, picture: &Picture) {
        if !self.files.contains_key(&picture.name) {
            self.files.insert(picture.name.clone(), picture.clone());
        }
    }

    /// Adds all that others show.
    pub(super) fn extend(&mut self, other: Self) {
        for (name, picture) in other.files {
            self.files.entry(name).or_insert(picture);
        }
    }

    /// Returns all pictures in the order of their names.
    pub(super) fn files(&self) -> impl Iterator<Item = &Picture> {
        self.files.values()
    }

    /// Returns all pictures in the order of their names.
    pub(super) fn into_files(self) -> impl Iterator<Item = Picture> {
        self.files.into_values()
    }
}
