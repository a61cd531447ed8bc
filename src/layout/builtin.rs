//! The built-in layouts: this repository's own `layouts/`, embedded.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/layouts");

/// Returns the bytes of each built-in file, under its path in `layouts/`.
pub(super) fn files() -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    collect(&BUILTIN, &mut files);
    files
}

fn collect(folder: &Dir<'_>, files: &mut BTreeMap<String, Vec<u8>>) {
    for file in folder.files() {
        // Paths are those of the machine that compiled this.
        if let Some(path) = file.path().to_str() {
            files.insert(path.replace('\\', "/"), file.contents().to_vec());
        }
    }
    for folder in folder.dirs() {
        collect(folder, files);
    }
}
