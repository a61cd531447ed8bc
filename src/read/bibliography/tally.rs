//! Messages that hold for many works of a file, said once.

use indexmap::IndexMap;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::Span;

/// Warnings, each with the number of its places. A file that another program
/// wrote has the same fault in each of its thousands of works.
#[derive(Debug, Default)]
pub(in crate::read) struct Tally {
    found: IndexMap<(Code, String), Found>,
}

#[derive(Debug)]
struct Found {
    /// The first place.
    span: Span,
    message: String,
    hint: String,
    count: usize,
}

impl Tally {
    /// Notes a warning; `what` tells it from others of its code.
    pub(in crate::read) fn note(
        &mut self,
        code: Code,
        what: &str,
        span: Span,
        message: String,
        hint: String,
    ) {
        let found = self.found.entry((code, what.to_owned()));
        found.or_insert(Found { span, message, hint, count: 0 }).count += 1;
    }

    /// Says all that was noted.
    pub(in crate::read) fn report(self, diagnostics: &mut Diagnostics) {
        for ((code, _), Found { span, message, hint, count }) in self.found {
            let message = match count {
                1 => message,
                2 => format!("{message} (and so in 1 more place)"),
                _ => format!("{message} (and so in {} more places)", count - 1),
            };
            diagnostics.push(Diagnostic::warning(code, message).at(span).hint(hint));
        }
    }
}
