//! Names and codes of languages to BCP 47 tags: babel's and polyglossia's
//! (BibLaTeX), MARC's of three letters (MEDLINE), and those of the languages
//! themselves.

/// Returns the tag of a language; `None` for one that is not known.
pub(super) fn tag(written: &str) -> Option<String> {
    let written = written.trim();
    let name = written.to_lowercase().replace(['_', ' '], "-");
    // Where there are several, a work is mostly in the first.
    let name = name.split([',', ';', '/']).next().unwrap_or("").trim_matches('-');
    let name = name.split_once("-and-").map_or(name, |(first, _)| first);
    let name = name.strip_prefix("lang").filter(|name| name.len() > 3).unwrap_or(name);
    if let Some((_, tag)) = NAMES.iter().find(|(names, _)| names.contains(&name)) {
        return Some((*tag).to_owned());
    }
    // A tag: two or three letters, and maybe a region or script.
    let mut parts = name.split('-');
    let first = parts.next()?;
    let right = |part: &str| {
        (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let is_tag = first.len() == 2 && first.bytes().all(|byte| byte.is_ascii_lowercase());
    if !is_tag || !parts.clone().all(right) {
        return None;
    }
    let cased = parts.map(|part| match part.len() {
        2 => part.to_uppercase(),
        4 => part[..1].to_uppercase() + &part[1..],
        _ => part.to_owned(),
    });
    Some(std::iter::once(first.to_owned()).chain(cased).collect::<Vec<_>>().join("-"))
}

const NAMES: [(&[&str], &str); 53] = [
    (&["english", "eng", "englisch", "anglais", "inglés"], "en"),
    (&["american", "usenglish", "us-english", "en-us"], "en-US"),
    (&["british", "ukenglish", "uk-english", "en-gb"], "en-GB"),
    (&["australian"], "en-AU"),
    (&["canadian"], "en-CA"),
    (&["newzealand"], "en-NZ"),
    (&["german", "ngerman", "ger", "deu", "deutsch", "allemand", "alemán"], "de"),
    (&["austrian", "naustrian"], "de-AT"),
    (&["swissgerman", "nswissgerman"], "de-CH"),
    (&["french", "francais", "français", "fre", "fra", "französisch", "francés"], "fr"),
    (&["canadien", "acadian"], "fr-CA"),
    (&["spanish", "spa", "español", "castilian", "spanisch", "espagnol"], "es"),
    (&["italian", "ita", "italiano"], "it"),
    (&["portuguese", "portuges", "por", "português"], "pt"),
    (&["brazilian", "brazil"], "pt-BR"),
    (&["dutch", "dut", "nld", "nederlands"], "nl"),
    (&["afrikaans", "afr"], "af"),
    (&["danish", "dan", "dansk"], "da"),
    (&["swedish", "swe", "svenska"], "sv"),
    (&["norwegian", "norsk", "nor", "bokmal", "bokmål"], "nb"),
    (&["nynorsk"], "nn"),
    (&["finnish", "fin", "suomi"], "fi"),
    (&["icelandic", "ice", "isl"], "is"),
    (&["polish", "pol", "polski"], "pl"),
    (&["czech", "cze", "ces"], "cs"),
    (&["slovak", "slo", "slk"], "sk"),
    (&["slovene", "slovenian", "slv"], "sl"),
    (&["croatian", "hrv"], "hr"),
    (&["serbian", "srp", "serbianc"], "sr"),
    (&["bosnian", "bos"], "bs"),
    (&["bulgarian", "bul"], "bg"),
    (&["russian", "rus", "русский"], "ru"),
    (&["ukrainian", "ukr"], "uk"),
    (&["greek", "polutonikogreek", "gre", "ell"], "el"),
    (&["ancientgreek", "grc"], "grc"),
    (&["latin", "lat"], "la"),
    (&["hungarian", "magyar", "hun"], "hu"),
    (&["romanian", "rum", "ron"], "ro"),
    (&["turkish", "tur", "türkçe"], "tr"),
    (&["estonian", "est"], "et"),
    (&["latvian", "lav"], "lv"),
    (&["lithuanian", "lit"], "lt"),
    (&["catalan", "cat"], "ca"),
    (&["galician", "glg"], "gl"),
    (&["basque", "baq", "eus"], "eu"),
    (&["chinese", "chi", "zho", "中文"], "zh"),
    (&["japanese", "jpn", "日本語"], "ja"),
    (&["korean", "kor"], "ko"),
    (&["arabic", "ara"], "ar"),
    (&["hebrew", "heb"], "he"),
    (&["persian", "farsi", "per", "fas"], "fa"),
    (&["hindi", "hin"], "hi"),
    (&["vietnamese", "vie"], "vi"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages() {
        for (written, expected) in [
            ("english", Some("en")),
            ("ngerman", Some("de")),
            ("langgerman", Some("de")),
            ("ger", Some("de")),
            ("Brazilian", Some("pt-BR")),
            ("de_at", Some("de-AT")),
            ("zh-hant", Some("zh-Hant")),
            ("English, German", Some("en")),
            ("english and german", Some("en")),
            ("klingon", None),
            ("", None),
        ] {
            assert_eq!(tag(written).as_deref(), expected, "{written}");
        }
    }
}
