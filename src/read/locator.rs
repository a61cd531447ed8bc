//! Places in works, as authors write them: "pp. 3-5", "Kap. 2".
//!
//! As in Pandoc: a word that says what kind of place it is, in English or in the
//! topic's language, and numbers after it; numbers alone are pages.

/// A place in a work, and how many bytes of the text say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// CSL's name of the kind of place.
    pub(super) kind: &'static str,
    /// Which one, with dashes in ranges.
    pub(super) value: String,
    /// Where what follows it begins.
    pub(super) end: usize,
}

/// The words for CSL's kinds of places: in which languages, the kind, the words.
/// What all languages of the table have stands under `""`.
const TERMS: [(&str, &str, &[&str]); 84] = [
    ("", "page", &["p.", "pp.", "p", "pp"]),
    ("", "section", &["§", "§§"]),
    ("", "paragraph", &["¶", "¶¶"]),
    ("", "figure", &["fig.", "fig"]),
    ("", "volume", &["vol.", "vol"]),
    ("", "opus", &["op.", "opp."]),
    ("", "sub-verbo", &["s.v.", "s. v.", "s.vv.", "s. vv.", "sub verbo"]),
    ("en", "act", &["act", "acts"]),
    ("en", "appendix", &["app.", "apps.", "appendix", "appendices"]),
    ("en", "article-locator", &["art.", "arts.", "article", "articles"]),
    ("en", "book", &["bk.", "bks.", "book", "books"]),
    ("en", "canon", &["can.", "cann.", "canon", "canons"]),
    ("en", "chapter", &["chap.", "chaps.", "ch.", "chs.", "chap", "ch", "chapter", "chapters"]),
    ("en", "column", &["col.", "cols.", "column", "columns"]),
    ("en", "elocation", &["loc.", "locs.", "location", "locations"]),
    ("en", "equation", &["eq.", "eqs.", "equation", "equations"]),
    ("en", "figure", &["figs.", "figs", "figure", "figures"]),
    ("en", "folio", &["fol.", "fols.", "folio", "folios"]),
    ("en", "issue", &["no.", "nos.", "issue", "issues", "number", "numbers"]),
    ("en", "line", &["l.", "ll.", "line", "lines"]),
    ("en", "note", &["n.", "nn.", "note", "notes"]),
    ("en", "opus", &["opus", "opera"]),
    ("en", "page", &["page", "pages"]),
    ("en", "paragraph", &["para.", "paras.", "par.", "pars.", "paragraph", "paragraphs"]),
    ("en", "part", &["pt.", "pts.", "part", "parts"]),
    ("en", "rule", &["r.", "rr.", "rule", "rules"]),
    ("en", "scene", &["sc.", "scs.", "scene", "scenes"]),
    ("en", "section", &["sec.", "secs.", "sect.", "sects.", "section", "sections"]),
    ("en", "supplement", &["supp.", "supps.", "suppl.", "supplement", "supplements"]),
    ("en", "table", &["tbl.", "tbls.", "tab.", "tabs.", "table", "tables"]),
    ("en", "timestamp", &["timestamp", "timestamps"]),
    ("en", "title-locator", &["tit.", "tits.", "title", "titles"]),
    ("en", "verse", &["v.", "vv.", "verse", "verses"]),
    ("en", "volume", &["vols.", "volume", "volumes"]),
    ("de", "act", &["Akt", "Akte"]),
    ("de", "appendix", &["Anh.", "Anhang", "Anhänge"]),
    ("de", "article-locator", &["Art.", "Artikel"]),
    ("de", "book", &["Buch", "Bücher"]),
    ("de", "chapter", &["Kap.", "Kapitel"]),
    ("de", "column", &["Sp.", "Spalte", "Spalten"]),
    ("de", "equation", &["Gl.", "Gleichung", "Gleichungen"]),
    ("de", "figure", &["Abb.", "Abbildung", "Abbildungen", "Bild"]),
    ("de", "folio", &["Bl.", "Blatt", "Folio"]),
    ("de", "issue", &["Nr.", "Nrn.", "Nummer", "Nummern", "H.", "Heft"]),
    ("de", "line", &["Z.", "Zeile", "Zeilen"]),
    ("de", "note", &["Anm.", "Fn.", "Fußnote", "Fußnoten", "Anmerkung", "Anmerkungen"]),
    ("de", "page", &["S.", "S", "Seite", "Seiten"]),
    ("de", "paragraph", &["Abs.", "Absatz", "Absätze", "Rn.", "Rz.", "Randnummer"]),
    ("de", "part", &["T.", "Teil", "Teile"]),
    ("de", "scene", &["Szene", "Szenen"]),
    ("de", "section", &["Abschn.", "Abschnitt", "Abschnitte"]),
    ("de", "supplement", &["Suppl.", "Supplement", "Supplemente"]),
    ("de", "table", &["Tab.", "Tabelle", "Tabellen"]),
    ("de", "verse", &["V.", "Vers", "Verse"]),
    ("de", "volume", &["Bd.", "Bde.", "Band", "Bände"]),
    ("fr", "appendix", &["annexe", "annexes", "app."]),
    ("fr", "article-locator", &["art.", "article", "articles"]),
    ("fr", "book", &["livre", "livres"]),
    ("fr", "chapter", &["chap.", "ch.", "chapitre", "chapitres"]),
    ("fr", "column", &["col.", "colonne", "colonnes"]),
    ("fr", "equation", &["éq.", "équation", "équations"]),
    ("fr", "figure", &["figure", "figures"]),
    ("fr", "folio", &["f.", "fᵒ", "folio", "folios"]),
    ("fr", "issue", &["nᵒ", "n°", "no", "numéro", "numéros"]),
    ("fr", "line", &["l.", "ligne", "lignes"]),
    ("fr", "note", &["n.", "note", "notes"]),
    ("fr", "page", &["page", "pages"]),
    ("fr", "paragraph", &["paragr.", "paragraphe", "paragraphes", "al.", "alinéa"]),
    ("fr", "part", &["part.", "partie", "parties"]),
    ("fr", "section", &["sect.", "section", "sections"]),
    ("fr", "table", &["tabl.", "tableau", "tableaux"]),
    ("fr", "volume", &["t.", "tome", "tomes", "volume", "volumes"]),
    ("es", "appendix", &["apénd.", "apéndice", "apéndices", "anexo", "anexos"]),
    ("es", "article-locator", &["art.", "artículo", "artículos"]),
    ("es", "chapter", &["cap.", "caps.", "capítulo", "capítulos"]),
    ("es", "column", &["col.", "columna", "columnas"]),
    ("es", "equation", &["ec.", "ecuación", "ecuaciones"]),
    ("es", "figure", &["figura", "figuras", "figs."]),
    ("es", "issue", &["núm.", "núms.", "n.º", "número", "números"]),
    ("es", "page", &["pág.", "págs.", "página", "páginas"]),
    ("es", "paragraph", &["párr.", "párrafo", "párrafos"]),
    ("es", "section", &["sec.", "secc.", "sección", "secciones", "apdo.", "apartado"]),
    ("es", "table", &["tabla", "tablas", "cuadro", "cuadros"]),
    ("es", "volume", &["t.", "tomo", "tomos", "volumen", "volúmenes"]),
];

/// Finds a place at the start of a text.
pub(super) fn find(text: &str, language: &str) -> Option<Found> {
    let (kind, at) = match term(text, language) {
        Some((kind, length)) => (kind, length),
        None if text.starts_with(|c: char| c.is_ascii_digit()) => ("page", 0),
        None => return None,
    };
    let start = at + text[at..].len() - text[at..].trim_start().len();
    let length = value_length(&text[start..]);
    if length == 0 {
        return None;
    }
    let end = start + length;
    Some(Found { kind, value: tidy(&text[start..end]), end })
}

/// Returns the kind and value of a place that stands in braces, so that all of
/// it is meant: `{ii, A, D-Z}`.
pub(super) fn braced(inside: &str, language: &str) -> Option<(&'static str, String)> {
    let inside = inside.trim();
    let (kind, at) = term(inside, language).unwrap_or(("page", 0));
    let value = tidy(inside[at..].trim());
    (!value.is_empty()).then_some((kind, value))
}

/// Finds the word for a kind of place at the start of a text, and its length.
/// The topic's language comes first: "Art." is an article in all of them.
fn term(text: &str, language: &str) -> Option<(&'static str, usize)> {
    let ends = |length: usize| {
        let next = text[length..].chars().next();
        let signs = text[..length].ends_with(['.', '§', '¶', '°', 'ᵒ', 'º']);
        next.is_some_and(|c| c.is_whitespace() || c == '~' || (c.is_ascii_digit() && signs))
    };
    let begins = |word: &str| {
        let begin = text.get(..word.len())?;
        let same = begin == word || lower_first(begin) == word;
        (same && ends(word.len())).then_some(word.len())
    };
    [language, "en", ""].into_iter().find_map(|wanted| {
        let of_language = TERMS.iter().filter(|(language, ..)| *language == wanted);
        let found = of_language.flat_map(|(_, kind, words)| {
            words.iter().filter_map(move |word| Some((*kind, begins(word)?)))
        });
        found.max_by_key(|(_, length)| *length)
    })
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_lowercase).chain(chars).collect()
}

/// Words that join numbers, and words that go on from one.
const JOINTS: [&str; 8] = ["and", "und", "et", "y", "&", "-", "–", "--"];
const GOING_ON: [&str; 8] = ["f", "f.", "ff", "ff.", "sq.", "sqq.", "ss.", "et seq."];

/// The value goes on over numbers, Roman numerals, and the ranges, commas and
/// words between them: `3-5, 8, xii and 14`.
fn value_length(text: &str) -> usize {
    let mut end = 0;
    let mut at = 0;
    for part in text.split_inclusive([',', ' ', '\u{a0}', '\n']) {
        let token = part.trim_end_matches([',', ' ', '\u{a0}', '\n']);
        let bare = token.trim_end_matches(['.', ':', '!', '?']);
        if is_unit(bare) {
            end = at + bare.len();
            // What follows a full stop is another sentence.
            if bare.len() < token.len() {
                break;
            }
        } else if GOING_ON.contains(&token) && end > 0 {
            end = at + token.len();
        } else if !token.is_empty() && (end == 0 || !JOINTS.contains(&token)) {
            break;
        }
        at += part.len();
    }
    end
}

/// A number, or several in a range: whatever has a digit, and Roman numerals.
fn is_unit(token: &str) -> bool {
    !token.is_empty()
        && !token.contains(['@', '[', ']'])
        && (token.contains(|c: char| c.is_ascii_digit())
            || token.split(['-', '–']).all(|part| part.is_empty() || is_roman(part))
                && token.contains(|c: char| c.is_alphabetic()))
}

/// Whether a word is a Roman numeral as it is to be written, not "mild".
fn is_roman(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    if word != lower && word != word.to_ascii_uppercase() {
        return false;
    }
    let mut rest = lower.trim_start_matches('m');
    if lower.len() - rest.len() > 3 {
        return false;
    }
    for [one, five, ten] in [["c", "d", "m"], ["x", "l", "c"], ["i", "v", "x"]] {
        let forms = [format!("{one}{ten}"), format!("{one}{five}")];
        if let Some(left) = forms.iter().find_map(|form| rest.strip_prefix(form.as_str())) {
            rest = left;
            continue;
        }
        rest = rest.strip_prefix(five).unwrap_or(rest);
        let left = rest.trim_start_matches(one);
        if rest.len() - left.len() > 3 {
            return false;
        }
        rest = left;
    }
    !word.is_empty() && rest.is_empty()
}

/// Sets dashes in ranges: "3-5" and "iv--vi", but not "A-12", a number of its
/// own.
fn tidy(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ").replace("--", "–").replace(" - ", "–").replace(" – ", "–");
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let unit = |text: &str| is_unit(text) || text.len() == 1;
        let before = || text[..at].rsplit([' ', ',', '-', '–']).next().unwrap_or_default();
        let after = || text[at + 1..].split([' ', ',', '-', '–']).next().unwrap_or_default();
        let digit = |text: &str| text.ends_with(|c: char| c.is_ascii_digit());
        let is_range = c == '-'
            && (digit(before()) || is_roman(before()) || before().len() == 1 && !digit(after()))
            && unit(after());
        out.push(if is_range { '–' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &'static str, language: &str) -> Option<(&'static str, String, &'static str)> {
        find(text, language).map(|found| (found.kind, found.value, &text[found.end..]))
    }

    #[test]
    fn places_in_works() {
        type Expected = Option<(&'static str, &'static str, &'static str)>;
        let cases: [(&str, Expected); 22] = [
            ("p. 3", Some(("page", "3", ""))),
            ("33", Some(("page", "33", ""))),
            ("33-35, 38-39", Some(("page", "33–35, 38–39", ""))),
            ("pp. 3-5 and 9", Some(("page", "3–5 and 9", ""))),
            ("pp. 33-35 and *passim*", Some(("page", "33–35", " and *passim*"))),
            ("chap. iv, and more", Some(("chapter", "iv", ", and more"))),
            ("pp. iv, vi--xi", Some(("page", "iv, vi–xi", ""))),
            ("fig. 2a", Some(("figure", "2a", ""))),
            ("Fig. 2", Some(("figure", "2", ""))),
            ("§3.2.", Some(("section", "3.2", "."))),
            ("p.3", Some(("page", "3", ""))),
            ("app. A-12", Some(("appendix", "A-12", ""))),
            ("pp. S12-S15", Some(("page", "S12–S15", ""))),
            ("s.v. 3", Some(("sub-verbo", "3", ""))),
            ("passim", None),
            ("p. mild", None),
            ("vivid 3", None),
            ("part of it", None),
            ("page proofs", None),
            ("2019 edition", Some(("page", "2019", " edition"))),
            ("p. 3. See there", Some(("page", "3", ". See there"))),
            ("pp. 3 ff., there", Some(("page", "3 ff.", ", there"))),
        ];
        for (text, expected) in cases {
            let expected = expected.map(|(kind, value, rest)| (kind, value.to_owned(), rest));
            assert_eq!(found(text, "en"), expected, "{text}");
        }
    }

    #[test]
    fn places_in_the_language_of_the_topic() {
        let kind = |text, language| found(text, language).map(|(kind, ..)| kind);
        assert_eq!(kind("S. 3 f.", "de"), Some("page"));
        assert_eq!(kind("Kap. 2 und 3", "de"), Some("chapter"));
        assert_eq!(kind("Abb. 2", "de"), Some("figure"));
        assert_eq!(kind("Kap. 2", "en"), None);
        assert_eq!(kind("chap. 2", "de"), Some("chapter"));
        assert_eq!(kind("cap. 2", "es"), Some("chapter"));
        assert_eq!(kind("tableaux 2 et 3", "fr"), Some("table"));
        assert_eq!(kind("págs. 2", "es"), Some("page"));
    }

    #[test]
    fn braces_take_all_of_it() {
        assert_eq!(braced("ii, A, D-Z", "en"), Some(("page", "ii, A, D–Z".into())));
        assert_eq!(braced(" chap. 2 ", "en"), Some(("chapter", "2".into())));
        assert_eq!(braced("", "en"), None);
    }
}
