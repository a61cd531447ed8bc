//! Citation styles.

use std::sync::OnceLock;

use hayagriva::archive::ArchivedStyle;
use hayagriva::citationberg::{IndependentStyle, Style as Csl};

use super::mend::mend;
use super::order::{Sorter, WORTH, asks_for};
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::{StandardVariable, Variable};
use crate::source::Spanned;

/// A citation style, ready to render.
#[derive(Debug, Clone)]
pub struct Style {
    pub(in crate::resolve::citations) csl: IndependentStyle,
    sorter: OnceLock<Option<Sorter>>,
    unasked: OnceLock<Vec<Variable>>,
}

/// What is long, and printed by few styles.
const LONG: [StandardVariable; 4] = [
    StandardVariable::Abstract,
    StandardVariable::Annote,
    StandardVariable::Keyword,
    StandardVariable::Note,
];

/// The style of a project that names none: numbers in the order of citation, as
/// medicine has it (NLM, Citing Medicine).
pub const DEFAULT_STYLE: &str = "vancouver";

impl Style {
    /// Returns the style of a name in hayagriva's archive, or one of its
    /// earlier names.
    pub fn named(name: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let found = Self::archived(&name.value);
        if found.is_none() {
            let all = ArchivedStyle::all().iter().flat_map(|style| style.names().iter().copied());
            diagnostics.push(
                Diagnostic::error(Code::UnknownStyle, format!("unknown citation style `{}`", name.value))
                    .at(name.span)
                    .maybe_hint(near_miss(&name.value, all))
                    .hint("styles have the names of the CSL repository, such as `vancouver`, `ama` or `apa`"),
            );
        }
        found
    }

    fn new(csl: IndependentStyle) -> Self {
        Self { csl, sorter: OnceLock::new(), unasked: OnceLock::new() }
    }

    /// Returns how lists of so many works are sorted faster than the engine does; `None` where it
    /// would be no faster.
    pub(in crate::resolve::citations) fn sorter(&self, works: usize) -> Option<&Sorter> {
        let sorter = || self.sorter.get_or_init(|| Sorter::new(&self.csl)).as_ref();
        (works >= WORTH).then(sorter).flatten()
    }

    /// Returns what works may have, and the style does not print.
    pub(in crate::resolve::citations) fn unasked(&self) -> &[Variable] {
        self.unasked.get_or_init(|| {
            let long = LONG.into_iter().map(Variable::from);
            long.filter(|variable| !asks_for(&self.csl, *variable)).collect()
        })
    }

    /// Returns the style of a name, without a message.
    pub fn archived(name: &str) -> Option<Self> {
        // hayagriva 0.10 renamed some styles; people know the earlier names.
        let current = match name {
            "vancouver" => "nlm-citation-sequence",
            "vancouver-superscript" => "nlm-citation-sequence-superscript",
            "ama" => "american-medical-association",
            "apa" => "american-psychological-association",
            "ieee" => "institute-of-electrical-and-electronics-engineers",
            name => name,
        };
        let style = ArchivedStyle::by_name(current).or_else(|| ArchivedStyle::by_name(name))?;
        match style.get() {
            Csl::Independent(mut csl) => {
                mend(&mut csl);
                Some(Self::new(csl))
            }
            Csl::Dependent(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_known_by_old_and_new_names() {
        for name in
            ["vancouver", "nlm-citation-sequence", "ama", "apa", "ieee", "chicago-author-date"]
        {
            assert!(Style::archived(name).is_some(), "{name}");
        }
        assert!(Style::archived("vancuver").is_none());
    }
}
