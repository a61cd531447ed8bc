//! The notation inside a text: keys, attributes, clozes.
//!
//! Pure functions over strings. Offsets in their results are bytes of what they
//! were given.

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
