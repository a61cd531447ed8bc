//! The small project that `recto new` makes, and what editors need to know.
//!
//! Knows: its own files, the schemas. Must not know: any other room.

use crate::schema::{Kind, of, print};

/// Returns the files of a new project, each with its path. `identifier` is what
/// the project is known by, whatever its folder or title will be.
pub fn files(identifier: &str) -> Vec<(&'static str, Vec<u8>)> {
    let manifest = include_str!("scaffold/recto.yaml").replace("IDENTIFIER", identifier);
    let mut files = vec![
        ("recto.yaml", manifest.into_bytes()),
        (".gitignore", b"/output/\n".to_vec()),
        // Two authors may add flashcards: git keeps the lines of both.
        (".gitattributes", b"cards.lock merge=union\n".to_vec()),
        ("sources/references.bib", include_bytes!("scaffold/references.bib").to_vec()),
        ("sources/pneumothorax.md", include_bytes!("scaffold/pneumothorax.md").to_vec()),
        ("sources/images/pleural-line.png", include_bytes!("scaffold/pleural-line.png").to_vec()),
    ];
    files.extend(schemas());
    files.extend(settings());
    files
}

/// Returns the schemas of the YAML files of a project, each with its path. They
/// are of this version of the program, and may be written anew at any time.
pub fn schemas() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (".recto/schema/manifest.json", print(&of(Kind::Manifest)).into_bytes()),
        (".recto/schema/topic.json", print(&of(Kind::Topic)).into_bytes()),
    ]
}

/// Returns the settings that make an editor use the schemas, each with its
/// path. They are the author's once they are written.
pub fn settings() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (".vscode/settings.json", include_bytes!("scaffold/settings.json").to_vec()),
        (".vscode/extensions.json", include_bytes!("scaffold/extensions.json").to_vec()),
    ]
}
