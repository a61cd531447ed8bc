//! Messages that hold for many works of a file, said once.

use indexmap::IndexMap;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::Span;

/// Warnings, each with the number of its places. A file that another program
/// wrote has the same fault in each of its thousands of works.
#[derive(Debug, Default)]
pub(in crate::read) struct Tally {
    found: IndexMap<(Code, String), Found>,
    /// How many there were once there were [`MAX`].
    untold: usize,
}

/// How many different warnings of a file are worth reading.
const MAX: usize = 200;

#[derive(Debug)]
struct Found {
    /// The first place.
    span: Span,
    message: String,
    hint: String,
    count: usize,
}

impl Tally {
    /// Counts a warning that was noted before; returns whether it was. So what
    /// there is to say of it need not be found out again, nor for ever new ones.
    pub(in crate::read) fn again(&mut self, code: Code, what: &str) -> bool {
        let full = self.found.len() >= MAX;
        match self.found.get_mut(&(code, what.to_owned())) {
            Some(found) => found.count += 1,
            None if full => self.untold += 1,
            None => return false,
        }
        true
    }

    /// Notes a warning; `what` tells it from others of its code.
    pub(in crate::read) fn note(
        &mut self,
        code: Code,
        what: &str,
        span: Span,
        message: String,
        hint: String,
    ) {
        if self.again(code, what) {
            return;
        }
        let found = self.found.entry((code, what.to_owned()));
        found.or_insert(Found { span, message, hint, count: 0 }).count += 1;
    }

    /// Says all that was noted.
    pub(in crate::read) fn report(self, diagnostics: &mut Diagnostics) {
        let last = self.found.values().last().map(|found| found.span);
        if let Some(span) = last.filter(|_| self.untold > 0) {
            let message = format!("there are {} more fields that are not understood", self.untold);
            diagnostics.push(
                Diagnostic::warning(Code::BibliographyField, message)
                    .at(span)
                    .hint("see whether this file is what it should be"),
            );
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{ProjectPath, Sources};

    #[test]
    fn what_is_alike_is_said_once() {
        let mut sources = Sources::default();
        let file = sources.add(ProjectPath::new("x.json").expect("a path"), "abcd".into());
        let mut tally = Tally::default();
        for (what, at) in [("x", 0), ("y", 1), ("x", 2), ("x", 3)] {
            let message = format!("unknown variable `{what}`");
            let span = Span::new(file, at, at + 1);
            tally.note(Code::BibliographyField, what, span, message, "a hint".into());
        }
        let mut diagnostics = Diagnostics::default();
        tally.report(&mut diagnostics);
        let messages: Vec<_> =
            diagnostics.sorted().into_iter().map(|diagnostic| diagnostic.message).collect();
        assert_eq!(
            messages,
            ["unknown variable `x` (and so in 2 more places)", "unknown variable `y`"]
        );
    }
}
