//! The small project that `recto new` makes.
//!
//! Knows: nothing but its own files. Must not know: any other room.

/// Returns the files of a new project, each with its path. `identifier` is what
/// the project is known by, whatever its folder or title will be.
pub fn files(identifier: &str) -> Vec<(&'static str, Vec<u8>)> {
    let manifest = include_str!("scaffold/recto.yaml").replace("IDENTIFIER", identifier);
    vec![
        ("recto.yaml", manifest.into_bytes()),
        (".gitignore", b"/output/\n".to_vec()),
        ("sources/references.bib", include_bytes!("scaffold/references.bib").to_vec()),
        ("sources/pneumothorax.md", include_bytes!("scaffold/pneumothorax.md").to_vec()),
        ("sources/images/pleural-line.png", include_bytes!("scaffold/pleural-line.png").to_vec()),
    ]
}
