//! Languages and the direction they are written in.

use std::fmt;

/// A BCP 47 language tag, in canonical case: `en`, `en-US`, `zh-Hant`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(String);

/// The direction of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Left to right.
    LeftToRight,
    /// Right to left.
    RightToLeft,
}

impl Language {
    /// Returns the language of a tag; `None` if it is not well-formed by the
    /// parts of RFC 5646 that name a language, script and region.
    pub fn new(tag: &str) -> Option<Self> {
        let mut parts = tag.split(['-', '_']);
        let primary = parts.next()?;
        if !(2..=3).contains(&primary.len()) || !primary.bytes().all(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        let mut canonical = primary.to_ascii_lowercase();
        for part in parts {
            if !(1..=8).contains(&part.len()) || !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return None;
            }
            canonical.push('-');
            match part.len() {
                2 => canonical.push_str(&part.to_ascii_uppercase()),
                4 if part.bytes().all(|b| b.is_ascii_alphabetic()) => {
                    canonical.push_str(&part[..1].to_ascii_uppercase());
                    canonical.push_str(&part[1..].to_ascii_lowercase());
                }
                _ => canonical.push_str(&part.to_ascii_lowercase()),
            }
        }
        Some(Self(canonical))
    }

    /// Returns American English, the language of a project that names none.
    pub fn english() -> Self {
        Self("en".into())
    }

    /// Returns the tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the primary subtag: `en` of `en-US`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }

    /// Returns the region subtag: `US` of `en-US`.
    pub fn region(&self) -> Option<&str> {
        self.0.split('-').skip(1).find(|part| part.len() == 2)
    }

    /// Returns the script subtag: `Hant` of `zh-Hant`.
    pub fn script(&self) -> Option<&str> {
        self.0.split('-').skip(1).find(|part| part.len() == 4)
    }

    /// Returns the direction that the language is usually written in.
    pub fn direction(&self) -> Direction {
        match self.script() {
            Some("Latn" | "Cyrl") => return Direction::LeftToRight,
            Some("Arab" | "Hebr") => return Direction::RightToLeft,
            _ => {}
        }
        match self.primary() {
            "ar" | "arc" | "ckb" | "dv" | "fa" | "he" | "ps" | "sd" | "ug" | "ur" | "yi" => {
                Direction::RightToLeft
            }
            _ => Direction::LeftToRight,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_tell_the_direction() {
        let direction = |text| Language::new(text).map(|language| language.direction());
        assert_eq!(direction("ar-EG"), Some(Direction::RightToLeft));
        assert_eq!(direction("ar-Latn"), Some(Direction::LeftToRight));
        assert_eq!(direction("az-Arab-IR"), Some(Direction::RightToLeft));
        assert_eq!(direction("he"), Some(Direction::RightToLeft));
        assert_eq!(direction("en"), Some(Direction::LeftToRight));
    }

    #[test]
    fn tags_are_made_canonical() {
        let tag = |text| Language::new(text).map(|language| language.as_str().to_owned());
        assert_eq!(tag("EN-us").as_deref(), Some("en-US"));
        assert_eq!(tag("zh_hant").as_deref(), Some("zh-Hant"));
        assert_eq!(tag("english"), None);
        assert_eq!(tag("e"), None);
    }
}
