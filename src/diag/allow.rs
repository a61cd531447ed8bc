//! What a project says may be: warnings that are neither shown nor counted.

use super::{Code, Diagnostic, Place, Severity};
use crate::source::{Sources, matches};

/// Warnings of one code, in some files or in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The code.
    pub code: Code,
    /// Patterns of paths, in which `*` stands for any characters; empty for all
    /// files, and for what is said of the project as a whole.
    pub files: Vec<String>,
}

impl Allowance {
    /// Tells whether a message is allowed. An error never is.
    pub(super) fn covers(&self, diagnostic: &Diagnostic, sources: &Sources) -> bool {
        if diagnostic.severity != Severity::Warning || diagnostic.code != self.code {
            return false;
        }
        if self.files.is_empty() {
            return true;
        }
        let path = match &diagnostic.place {
            Some(Place::Span(span)) => sources.path(span.file),
            Some(Place::File(path)) => path,
            None => return false,
        };
        self.files.iter().any(|pattern| matches(pattern, path.as_str()))
    }
}
