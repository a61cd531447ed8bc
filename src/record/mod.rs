//! The record of a build: what was made of what.
//!
//! Does: lists artifacts with their inputs and hashes ([`Manifest`]), compares the
//! lists of two builds ([`explain()`]), compares a list with what is on disk
//! ([`Manifest::verify`]), and knows of a whole build whether it would make the same
//! again ([`LastBuild`]). Knows: paths, hashes, the disk through `files`. Must not
//! know: what any file means, or how it is made.

mod explain;
mod last;
mod manifest;

pub use self::explain::explain;
pub use self::last::{LastBuild, Said};
pub use self::manifest::{Entry, FILE, Input, Manifest, Trouble};

use std::collections::BTreeSet;

use crate::source::ProjectPath;

/// What is known of a file that a build makes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Product {
    /// The files of the project that it is made of.
    pub inputs: BTreeSet<ProjectPath>,
    /// The standards that it conforms to: "PDF/UA-1".
    pub conforms_to: Vec<String>,
    /// Whether it was not made, but kept from an earlier build.
    pub is_kept: bool,
}
