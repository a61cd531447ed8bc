//! The locales of CSL: what styles call an editor, a page, the third edition.
//!
//! The archive gives all of its locales or none, and takes longer to read them
//! than a list of some hundred works takes to render. So those that a language
//! needs are kept from build to build.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use hayagriva::archive;
use hayagriva::citationberg::{Locale, LocaleCode};

use crate::files::Cache;
use crate::model::Language;

/// The locales for a language.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Locales {
    /// The one that is asked for.
    pub(super) code: LocaleCode,
    /// It, and those that stand in for what it lacks.
    pub(super) files: Vec<Locale>,
}

impl Locales {
    /// Returns those for a language.
    pub(super) fn of(language: &Language) -> Arc<Self> {
        let known = lock(language);
        known.unwrap_or_else(|| keep(language, Self::archived(language)))
    }

    /// Reads those for a language from the archive.
    fn archived(language: &Language) -> Self {
        let all = all();
        let code = code(language, all);
        let wanted = [Some(code.clone()), code.fallback(), Some(LocaleCode::en_us())];
        let is_wanted = |locale: &&Locale| locale.lang.is_some() && wanted.contains(&locale.lang);
        let files = all.iter().filter(is_wanted).cloned().collect();
        Self { code, files }
    }
}

/// Takes the locales for languages from earlier builds, and keeps them for later
/// ones.
pub fn open_locales<'a>(languages: impl IntoIterator<Item = &'a Language>, cache: &dyn Cache) {
    for language in languages {
        if lock(language).is_some() {
            continue;
        }
        let key = cache_key(language);
        let kept = cache.get(&key).and_then(|bytes| from_bytes(&bytes));
        let locales = kept.unwrap_or_else(|| {
            let locales = Locales::archived(language);
            cache.put(&key, &to_bytes(&locales));
            locales
        });
        keep(language, locales);
    }
}

/// Returns what locales are kept under: the archive is that of a version of the
/// engine.
fn cache_key(language: &Language) -> String {
    format!("locales-hayagriva-0-10-1-{}", language.as_str())
}

fn to_bytes(locales: &Locales) -> Vec<u8> {
    serde_json::to_vec(&(&locales.code, &locales.files)).unwrap_or_default()
}

fn from_bytes(bytes: &[u8]) -> Option<Locales> {
    let (code, files) = serde_json::from_slice(bytes).ok()?;
    Some(Locales { code, files })
}

/// Those that are known already.
fn known() -> &'static Mutex<BTreeMap<String, Arc<Locales>>> {
    static KNOWN: Mutex<BTreeMap<String, Arc<Locales>>> = Mutex::new(BTreeMap::new());
    &KNOWN
}

fn lock(language: &Language) -> Option<Arc<Locales>> {
    let known = known().lock().unwrap_or_else(PoisonError::into_inner);
    known.get(language.as_str()).cloned()
}

fn keep(language: &Language, locales: Locales) -> Arc<Locales> {
    let locales = Arc::new(locales);
    let mut known = known().lock().unwrap_or_else(PoisonError::into_inner);
    known.insert(language.as_str().to_owned(), Arc::clone(&locales));
    locales
}

/// Returns all locales of the archive.
fn all() -> &'static [Locale] {
    static LOCALES: OnceLock<Vec<Locale>> = OnceLock::new();
    LOCALES.get_or_init(archive::locales)
}

/// Returns the locale that CSL knows a language by: regions are needed, and
/// some languages have one that goes without saying.
fn code(language: &Language, all: &[Locale]) -> LocaleCode {
    let known = |code: &LocaleCode| all.iter().any(|locale| locale.lang.as_ref() == Some(code));
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
    let any = all
        .iter()
        .filter_map(|locale| locale.lang.as_ref())
        .find(|code| code.0.split('-').next() == Some(primary));
    any.cloned().unwrap_or_else(LocaleCode::en_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_locales() {
        let code = |tag| code(&Language::new(tag).expect("a tag"), all()).0;
        assert_eq!(code("en"), "en-US");
        assert_eq!(code("de"), "de-DE");
        assert_eq!(code("de-AT"), "de-AT");
        assert_eq!(code("tlh"), "en-US");
    }

    #[test]
    fn what_is_kept_is_what_the_archive_has() {
        for locale in all() {
            let lang = locale.lang.as_ref().expect("a language");
            let locales = Locales { code: lang.clone(), files: vec![locale.clone()] };
            assert_eq!(from_bytes(&to_bytes(&locales)).as_ref(), Some(&locales), "{lang:?}");
        }
        let locales = Locales::archived(&Language::new("de-AT").expect("a tag"));
        let tags: Vec<_> = locales.files.iter().flat_map(|locale| &locale.lang).collect();
        assert_eq!(
            tags.iter().map(|code| code.0.as_str()).collect::<Vec<_>>(),
            ["de-AT", "de-DE", "en-US"]
        );
        assert!(from_bytes(b"[]").is_none() && from_bytes(b"").is_none());
        let lock = include_str!("../../../Cargo.lock").replace("\r\n", "\n");
        let version = "name = \"hayagriva\"\nversion = \"0.10.1\"\n";
        assert!(lock.contains(version), "`cache_key` names another version");
    }
}
