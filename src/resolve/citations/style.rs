//! Citation styles and locales.

use std::sync::OnceLock;

use hayagriva::archive::{self, ArchivedStyle};
use hayagriva::citationberg::{IndependentStyle, Locale, LocaleCode, Style as Csl};

use super::mend::mend;
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::Language;
use crate::source::Spanned;

/// A citation style, ready to render.
#[derive(Debug, Clone)]
pub struct Style {
    pub(in crate::resolve::citations) csl: IndependentStyle,
}

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
                Some(Self { csl })
            }
            Csl::Dependent(_) => None,
        }
    }
}

/// Returns all locales of the archive; parsed once, for it takes a while.
pub(super) fn locales() -> &'static [Locale] {
    static LOCALES: OnceLock<Vec<Locale>> = OnceLock::new();
    LOCALES.get_or_init(archive::locales)
}

/// Returns the locale that CSL knows a language by: regions are needed, and
/// some languages have one that goes without saying.
pub(super) fn locale_code(language: &Language) -> LocaleCode {
    let known =
        |code: &LocaleCode| locales().iter().any(|locale| locale.lang.as_ref() == Some(code));
    let exact = LocaleCode(language.as_str().to_owned());
    if known(&exact) {
        return exact;
    }
    let primary = language.primary();
    if primary == "en" {
        return LocaleCode::en_us();
    }
    let region = LocaleCode(format!("{primary}-{}", primary.to_uppercase()));
    if known(&region) {
        return region;
    }
    let any = locales()
        .iter()
        .filter_map(|locale| locale.lang.as_ref())
        .find(|code| code.0.split('-').next() == Some(primary));
    any.cloned().unwrap_or_else(LocaleCode::en_us)
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

    #[test]
    fn languages_have_locales() {
        let code = |tag| locale_code(&Language::new(tag).expect("a tag")).0;
        assert_eq!(code("en"), "en-US");
        assert_eq!(code("de"), "de-DE");
        assert_eq!(code("de-AT"), "de-AT");
        assert_eq!(code("tlh"), "en-US");
    }
}
