//! The locales of CSL: what styles call an editor, a page, the third edition.
//!
//! The archive's own function reads all of its locales, which takes longer than
//! to render 500 citations. So those that a language needs are read here, each
//! by itself.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use hayagriva::archive::LOCALES;
use hayagriva::citationberg::{Locale, LocaleCode};

use crate::model::Language;

/// The locales of the archive, in its order. A test holds that there are no others.
const CODES: [&str; 63] = [
    "af-ZA",
    "ar",
    "bal-PK",
    "bg-BG",
    "brh-PK",
    "ca-AD",
    "cs-CZ",
    "cy-GB",
    "da-DK",
    "de-AT",
    "de-CH",
    "de-DE",
    "el-GR",
    "en-GB",
    "en-US",
    "es-CL",
    "es-ES",
    "es-MX",
    "et-EE",
    "eu",
    "fa-IR",
    "fi-FI",
    "fr-CA",
    "fr-FR",
    "gl-ES",
    "he-IL",
    "hi-IN",
    "hr-HR",
    "hu-HU",
    "hy-AM",
    "id-ID",
    "is-IS",
    "it-IT",
    "ja-JP",
    "km-KH",
    "ko-KR",
    "la",
    "lij-IT",
    "lt-LT",
    "lv-LV",
    "mn-MN",
    "ms-MY",
    "nb-NO",
    "nl-NL",
    "nn-NO",
    "pa-PK",
    "pl-PL",
    "pt-BR",
    "pt-PT",
    "ro-RO",
    "ru-RU",
    "sk-SK",
    "sl-SI",
    "sr-Cyrl-RS",
    "sr-Latn-RS",
    "sv-SE",
    "th-TH",
    "tl-PH",
    "tr-TR",
    "uk-UA",
    "vi-VN",
    "zh-CN",
    "zh-TW",
];

/// Returns a locale, and those that stand in for what it lacks.
pub(super) fn locales(code: &LocaleCode) -> &'static [Locale] {
    known(code).unwrap_or_else(|| keep(code, archived(code)))
}

/// Returns the locale that CSL knows a language by: regions are needed, and
/// some languages have one that goes without saying.
pub(super) fn locale_code(language: &Language) -> LocaleCode {
    let known = |code: &String| CODES.contains(&code.as_str());
    let primary = language.primary();
    let wanted = [language.as_str().to_owned(), format!("{primary}-{}", primary.to_uppercase())];
    let any = || CODES.into_iter().find(|code| code.split('-').next() == Some(primary));
    match wanted.into_iter().find(known) {
        Some(code) => LocaleCode(code),
        None if primary == "en" => LocaleCode::en_us(),
        None => any().map_or_else(LocaleCode::en_us, |code| LocaleCode(code.to_owned())),
    }
}

/// Reads a locale and its stand-ins from the archive, the nearest first.
fn archived(code: &LocaleCode) -> Vec<Locale> {
    let mut wanted = vec![code.clone()];
    for other in [code.fallback(), Some(LocaleCode::en_us())].into_iter().flatten() {
        if !wanted.contains(&other) {
            wanted.push(other);
        }
    }
    wanted.iter().filter_map(read).collect()
}

/// Reads a locale from the archive, which has each as CBOR.
fn read(code: &LocaleCode) -> Option<Locale> {
    let place = CODES.iter().position(|known| *known == code.0)?;
    ciborium::from_reader(*LOCALES.get(place)?).ok()
}

/// The locales that were asked for, by their codes. They stay to the end: there
/// are no more than the archive has.
static KNOWN: Mutex<BTreeMap<String, &'static [Locale]>> = Mutex::new(BTreeMap::new());

fn known(code: &LocaleCode) -> Option<&'static [Locale]> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(&code.0).copied()
}

fn keep(code: &LocaleCode, files: Vec<Locale>) -> &'static [Locale] {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(code.0.clone()).or_insert_with(|| Box::leak(files.into_boxed_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_locales() {
        let code = |tag| locale_code(&Language::new(tag).expect("a tag")).0;
        assert_eq!(code("en"), "en-US");
        assert_eq!(code("en-GB"), "en-GB");
        assert_eq!(code("de"), "de-DE");
        assert_eq!(code("de-AT"), "de-AT");
        assert_eq!(code("da"), "da-DK");
        assert_eq!(code("tlh"), "en-US");
    }

    #[test]
    fn each_is_what_the_archive_reads() {
        let all = hayagriva::archive::locales();
        let codes: Vec<_> = all.iter().flat_map(|locale| &locale.lang).collect();
        assert_eq!(codes.iter().map(|code| code.0.as_str()).collect::<Vec<_>>(), CODES);
        for (locale, code) in all.iter().zip(codes) {
            assert_eq!(read(code).as_ref(), Some(locale));
        }
        assert_eq!(read(&LocaleCode("tlh".to_owned())), None);
        let of = locales(&LocaleCode("de-AT".to_owned()));
        let tags = of.iter().flat_map(|locale| &locale.lang).map(|code| code.0.as_str());
        assert_eq!(tags.collect::<Vec<_>>(), ["de-AT", "de-DE", "en-US"]);
    }
}
