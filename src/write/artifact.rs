//! What a writer hands over.

use crate::source::ProjectPath;

/// A finished file, to be put below the output folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Where it goes, relative to the output folder.
    pub path: ProjectPath,
    /// What is in it.
    pub bytes: Vec<u8>,
}
