//! The fonts of the machine: the one thing that is read outside of a root, and
//! only if somebody asks.

use std::fs;
use std::path::{Path, PathBuf};

use super::MAX_BYTES;

/// How deep folders of fonts are nested at the most.
const MAX_DEPTH: usize = 8;

/// Returns the files of fonts in the folders where systems have them, sorted.
/// Folders that are not there, or cannot be read, have none.
pub fn system_fonts() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in folders() {
        walk(&folder, 0, &mut found);
    }
    found.sort();
    found.dedup();
    found
}

/// Reads a file that [`system_fonts`] found.
pub fn read_font(path: &Path) -> Option<Vec<u8>> {
    let size = fs::metadata(path).ok()?.len();
    (size <= MAX_BYTES).then(|| fs::read(path).ok()).flatten()
}

fn folders() -> Vec<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let mut folders: Vec<PathBuf> = if cfg!(target_os = "macos") {
        vec!["/System/Library/Fonts".into(), "/Library/Fonts".into()]
    } else if cfg!(windows) {
        let windows = variable("WINDIR").unwrap_or_else(|| "C:\\Windows".into());
        vec![Path::new(&windows).join("Fonts")]
    } else {
        vec!["/usr/share/fonts".into(), "/usr/local/share/fonts".into()]
    };
    let own = ["Library/Fonts", ".local/share/fonts", ".fonts"];
    folders
        .extend(variable("HOME").iter().flat_map(|home| own.map(|own| Path::new(home).join(own))));
    let local = variable("LOCALAPPDATA");
    folders.extend(local.map(|local| Path::new(&local).join("Microsoft/Windows/Fonts")));
    folders
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        let Ok(metadata) = fs::metadata(&path) else { continue };
        let extension = path.extension().and_then(|end| end.to_str()).map(str::to_lowercase);
        if metadata.is_dir() && depth < MAX_DEPTH {
            walk(&path, depth + 1, found);
        } else if matches!(extension.as_deref(), Some("ttf" | "otf" | "ttc" | "otc")) {
            found.push(path);
        }
    }
}
