//! The small project that `recto new` makes.
//!
//! Knows: nothing but its own files. Must not know: any other room.

/// Returns the files of a new project, each with its path.
pub fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("recto.yaml", include_bytes!("scaffold/recto.yaml").to_vec()),
        (".gitignore", b"/output/\n".to_vec()),
        ("sources/references.bib", include_bytes!("scaffold/references.bib").to_vec()),
        ("sources/pneumothorax.md", include_bytes!("scaffold/pneumothorax.md").to_vec()),
        ("sources/images/pleural-line.png", include_bytes!("scaffold/pleural-line.png").to_vec()),
    ]
}
