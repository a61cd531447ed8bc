//! The notation inside a text: citations, references, attributes.
//!
//! Pure functions over strings. Offsets in their results are bytes of what they
//! were given.

/// A citation in brackets, as written: `see @a, pp. 3-5; -@b`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrittenItem {
    /// The key.
    pub(super) key: String,
    /// Where the key starts, after its `@`.
    pub(super) at: usize,
    /// Whether a `-` stands before the `@`.
    pub(super) suppress_author: bool,
    /// The words before.
    pub(super) prefix: Option<String>,
    /// The kind and value of a locator.
    pub(super) locator: Option<(&'static str, String)>,
    /// The words after.
    pub(super) suffix: Option<String>,
}

/// Returns the items of a citation in brackets; `None` if it is not one: then
/// some part has no key.
pub(super) fn citation_items(text: &str) -> Option<Vec<WrittenItem>> {
    let mut items = Vec::new();
    let mut start = 0;
    for part in text.split(';') {
        items.push(citation_item(part, start)?);
        start += part.len() + 1;
    }
    Some(items)
}

fn citation_item(part: &str, base: usize) -> Option<WrittenItem> {
    let at = part.char_indices().find_map(|(at, c)| {
        let before = part[..at].chars().next_back();
        let starts =
            before.is_none_or(|before| before.is_whitespace() || matches!(before, '-' | '('));
        (c == '@' && starts && key_length(&part[at + 1..]) > 0).then_some(at)
    })?;
    let key_start = at + 1;
    let length = key_length(&part[key_start..]);
    let suppress_author = part[..at].ends_with('-');
    let prefix = part[..at].trim_end_matches('-').trim();
    let rest = part[key_start + length..].trim_start();
    let (locator, suffix) = locator(rest.strip_prefix(',').unwrap_or(rest).trim());
    let non_empty = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Some(WrittenItem {
        key: part[key_start..key_start + length].to_owned(),
        at: base + key_start,
        suppress_author,
        prefix: non_empty(prefix),
        locator,
        suffix: non_empty(suffix),
    })
}

/// Returns how many bytes at the start of `text` are a citation key or label:
/// letters, digits and `_`, and between those single characters of
/// `:.#$%&-+?<>~/`, as in Pandoc.
pub(super) fn key_length(text: &str) -> usize {
    let mut end = 0;
    let mut inner = false;
    for (at, c) in text.char_indices() {
        if c.is_alphanumeric() || c == '_' {
            end = at + c.len_utf8();
            inner = false;
        } else if ":.#$%&-+?<>~/".contains(c) && at > 0 && !inner {
            inner = true;
        } else {
            break;
        }
    }
    end
}

/// CSL's locator terms, with the words and short forms that authors write.
const LOCATORS: [(&str, &[&str]); 14] = [
    ("page", &["p.", "pp.", "p", "pp", "page", "pages", "S.", "Seite", "Seiten"]),
    ("chapter", &["chap.", "chaps.", "ch.", "chapter", "chapters", "Kap.", "Kapitel"]),
    ("section", &["sec.", "secs.", "section", "sections", "§", "§§"]),
    ("figure", &["fig.", "figs.", "figure", "figures", "Abb."]),
    ("table", &["tbl.", "table", "tables", "Tab."]),
    ("volume", &["vol.", "vols.", "volume", "volumes", "Bd."]),
    ("issue", &["no.", "nos.", "issue", "Nr."]),
    ("paragraph", &["para.", "paras.", "paragraph", "paragraphs", "¶", "¶¶"]),
    ("line", &["l.", "ll.", "line", "lines"]),
    ("note", &["n.", "nn.", "note", "notes"]),
    ("part", &["pt.", "pts.", "part", "parts"]),
    ("verse", &["v.", "vv.", "verse", "verses"]),
    ("column", &["col.", "cols.", "column", "columns"]),
    ("book", &["bk.", "bks.", "book", "books"]),
];

/// Parts what follows a key into a locator and the words after it.
fn locator(text: &str) -> (Option<(&'static str, String)>, &str) {
    let word = text.split(|c: char| c.is_whitespace() || c.is_ascii_digit()).next().unwrap_or("");
    let known = LOCATORS.iter().find(|(_, words)| words.contains(&word));
    let (kind, rest) = match known {
        Some((kind, _)) if !word.is_empty() => (*kind, text[word.len()..].trim_start()),
        _ if text.starts_with(|c: char| c.is_ascii_digit()) => ("page", text),
        _ => return (None, text),
    };
    let end = value_length(rest);
    if end == 0 {
        return (None, text);
    }
    let value = rest[..end].replace("--", "–").replace('-', "–");
    (Some((kind, value)), rest[end..].trim_start_matches(',').trim_start())
}

/// The value goes on over numbers, Roman numerals, and the ranges and commas
/// between them: `3-5, 8, xii`.
fn value_length(text: &str) -> usize {
    let mut end = 0;
    let mut at = 0;
    for part in text.split_inclusive([',', ' ']) {
        let token = part.trim_end_matches([',', ' ']);
        let counts = token.starts_with(|c: char| c.is_ascii_digit())
            || (!token.is_empty() && token.chars().all(|c| "ivxlcdmIVXLCDM-–".contains(c)))
            || token == "-"
            || token == "–"
            || token == "&";
        if !counts && !token.is_empty() {
            break;
        }
        if !token.is_empty() {
            end = at + token.len();
        }
        at += part.len();
    }
    end
}

/// Attributes at the end of a text: `{#id .class key=value}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    /// `#id`
    pub(super) id: Option<String>,
    /// `.class`
    pub(super) classes: Vec<String>,
    /// `key=value`
    pub(super) pairs: Vec<(String, String)>,
}

/// Parts a text from the attributes at its end; `None` if it has none. A brace
/// that holds anything else stays text.
pub(super) fn trailing_attributes(text: &str) -> Option<(&str, Attributes)> {
    let trimmed = text.trim_end();
    let inner = trimmed.strip_suffix('}')?;
    let open = inner.rfind('{')?;
    let mut attributes = Attributes::default();
    let mut any = false;
    for word in words(&inner[open + 1..]) {
        any = true;
        if let Some(id) = word.strip_prefix('#').filter(|id| !id.is_empty()) {
            attributes.id = Some(id.to_owned());
        } else if let Some(class) = word.strip_prefix('.').filter(|class| !class.is_empty()) {
            attributes.classes.push(class.to_owned());
        } else if let Some((key, value)) = word.split_once('=') {
            attributes.pairs.push((key.to_owned(), value.trim_matches('"').to_owned()));
        } else {
            return None;
        }
    }
    any.then(|| (inner[..open].trim_end(), attributes))
}

/// Parts attributes at their spaces, but not at those in quotes.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c: char| {
        quoted ^= c == '"';
        !quoted && c.is_whitespace()
    })
    .filter(|word| !word.is_empty())
}

/// What a mark of text to be learned holds: `c2: text::hint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ClozeParts {
    /// How many bytes at the start are `c2: `.
    pub(super) lead: usize,
    /// The number.
    pub(super) number: Option<u32>,
}

/// Reads the number at the start of a cloze.
pub(super) fn cloze_number(text: &str) -> ClozeParts {
    let none = ClozeParts { lead: 0, number: None };
    let Some(rest) = text.strip_prefix('c') else { return none };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let Some(after) = rest[digits..].strip_prefix(':') else { return none };
    let Ok(number) = rest[..digits].parse::<u32>() else { return none };
    // `c1::text` is Anki's own notation, not a number of ours.
    if number == 0 || number > 500 || after.starts_with(':') {
        return none;
    }
    let lead = text.len() - after.trim_start().len();
    ClozeParts { lead, number: Some(number) }
}

/// Returns the number of `c1::`, which Anki's own cloze notation begins with.
pub(super) fn anki_number(text: &str) -> Option<u32> {
    let (digits, _) = text.strip_prefix('c')?.split_once("::")?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_are_taken_apart() {
        let items = citation_items("see @smith2019, pp. 3-5, who agree; -@b").expect("a citation");
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].key, "smith2019");
        assert_eq!(items[0].at, 5);
        assert_eq!(items[0].prefix.as_deref(), Some("see"));
        assert_eq!(items[0].locator, Some(("page", "3–5".into())));
        assert_eq!(items[0].suffix.as_deref(), Some("who agree"));
        assert!(items[1].suppress_author && items[1].key == "b");
        assert_eq!(citation_items("no key"), None);
        assert_eq!(citation_items("a@b.org"), None);
        assert_eq!(citation_items("@a; b"), None);
    }

    #[test]
    fn locators() {
        assert_eq!(locator("p. 3"), (Some(("page", "3".into())), ""));
        assert_eq!(locator("33"), (Some(("page", "33".into())), ""));
        assert_eq!(locator("chap. iv, and more"), (Some(("chapter", "iv".into())), "and more"));
        assert_eq!(locator("fig. 2a"), (Some(("figure", "2a".into())), ""));
        assert_eq!(locator("passim"), (None, "passim"));
    }

    #[test]
    fn keys_end_before_punctuation() {
        let key = |text: &'static str| &text[..key_length(text)];
        assert_eq!(key("fig-frontal."), "fig-frontal");
        assert_eq!(key("doi:10.1/x, p. 3"), "doi:10.1/x");
        assert_eq!(key("a--b"), "a");
        assert_eq!(key("-x"), "");
    }

    #[test]
    fn attributes_at_the_end() {
        let (text, attributes) =
            trailing_attributes("Text {#tbl-x .ordered w=3}").expect("attributes");
        assert_eq!(text, "Text");
        assert_eq!(attributes.id.as_deref(), Some("tbl-x"));
        assert_eq!(attributes.classes, ["ordered"]);
        assert_eq!(attributes.pairs, [("w".into(), "3".into())]);
        let (_, attributes) = trailing_attributes("{title=\"Two words\" .x}").expect("attributes");
        assert_eq!(attributes.pairs, [("title".into(), "Two words".into())]);
        assert_eq!(attributes.classes, ["x"]);
        assert_eq!(trailing_attributes("a {b}"), None);
        assert_eq!(trailing_attributes("a {}"), None);
    }

    #[test]
    fn cloze_numbers() {
        assert_eq!(cloze_number("c2: text"), ClozeParts { lead: 4, number: Some(2) });
        assert_eq!(cloze_number("c1::text").number, None);
        assert_eq!(cloze_number("cat: text").number, None);
        assert_eq!(cloze_number("c0: x").number, None);
        assert_eq!(anki_number("c2::200 mL"), Some(2));
        assert_eq!(anki_number("cat::x"), None);
    }
}
