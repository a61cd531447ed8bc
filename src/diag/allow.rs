//! What a project says may be: warnings that are neither shown nor counted.

use super::{Code, Diagnostic, Place, Severity};
use crate::source::Sources;

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

/// Tells whether a text matches a pattern, in which `*` stands for any
/// characters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_paths() {
        let path = "sources/old/chest.md";
        for pattern in ["*", "sources/*", "sources/old/*", "*/chest.md", path, "*old*"] {
            assert!(matches(pattern, path), "{pattern}");
        }
        for pattern in ["", "sources", "old/*", "*.yaml", "sources/old/chest.md*x"] {
            assert!(!matches(pattern, path), "{pattern}");
        }
    }
}
