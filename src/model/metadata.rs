//! What a publication says of itself, and the document as a whole.

use std::sync::Arc;

use super::{Bibliography, Language, SectionKinds, Topic};

/// Everything that was written: all topics and all works that they may cite.
#[derive(Debug, Clone)]
pub struct Document {
    /// What the project says of itself.
    pub metadata: Metadata,
    /// The topics, in the order of their paths. Editions share them.
    pub topics: Vec<Arc<Topic>>,
    /// The works.
    pub bibliography: Bibliography,
    /// The kinds of sections.
    pub kinds: SectionKinds,
}

/// Publication metadata, in the terms of Dublin Core.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Metadata {
    /// The title, as plain text.
    pub title: String,
    /// The subtitle, if there is one.
    pub subtitle: Option<String>,
    /// Authors and others, in the order to print.
    pub contributors: Vec<Contributor>,
    /// The language of the text.
    pub language: Language,
    /// A name that stays the same across rebuilds and is nobody else's; EPUB
    /// and PDF identifiers and flashcard ids are derived from it.
    pub identifier: String,
    /// The publisher.
    pub publisher: Option<String>,
    /// The rights statement, as plain text.
    pub rights: Option<String>,
    /// One or two sentences on what it is, as plain text.
    pub description: Option<String>,
    /// Subjects.
    pub subjects: Vec<String>,
    /// The date of publication.
    pub published: Option<Date>,
}

/// Somebody who had a part in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Contributor {
    /// The name as printed: "Ada Lovelace".
    pub name: String,
    /// What part.
    pub role: Role,
}

/// The part that a contributor had; MARC relator terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// `aut`
    Author,
    /// `edt`
    Editor,
    /// `ill`
    Illustrator,
    /// `rev`
    Reviewer,
}

impl Role {
    /// All roles, in the order of their names in messages.
    pub const ALL: [Self; 4] = [Self::Author, Self::Editor, Self::Illustrator, Self::Reviewer];

    /// Returns the name that sources use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Editor => "editor",
            Self::Illustrator => "illustrator",
            Self::Reviewer => "reviewer",
        }
    }
}

/// A day of the proleptic Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// The year, 1 to 9999.
    pub year: u16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day, 1 to 31, and in its month.
    pub day: u8,
}

impl Date {
    /// Returns the day written as `YYYY-MM-DD`, `YYYY-MM` or `YYYY` (then the
    /// first); `None` if there is no such day.
    pub fn new(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '-');
        let year: u16 = parts.next().filter(|part| part.len() == 4)?.parse().ok()?;
        let number = |part: Option<&str>| part.map_or(Some(1), |part| part.parse().ok());
        let month: u8 = number(parts.next())?;
        let day: u8 = number(parts.next())?;
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (year > 0 && (1..=days).contains(&day)).then_some(Self { year, month, day })
    }

    /// Returns the day that holds the moment `seconds` after 1970-01-01 UTC.
    ///
    /// The calendar arithmetic is that of Howard Hinnant, "chrono-compatible
    /// low-level date algorithms".
    pub fn from_timestamp(seconds: i64) -> Self {
        let days = seconds.div_euclid(86_400) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let narrow = |value: i64| u8::try_from(value).unwrap_or(1);
        Self { year: u16::try_from(year).unwrap_or(9999), month: narrow(month), day: narrow(day) }
    }

    /// Returns the seconds from 1970-01-01 to the start of this day, UTC.
    pub fn timestamp(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted = (i64::from(self.month) + 9) % 12;
        let of_year = (153 * shifted + 2) / 5 + i64::from(self.day) - 1;
        let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
        (era * 146_097 + of_era - 719_468) * 86_400
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_agree_with_timestamps() {
        for (text, seconds) in
            [("1970-01-01", 0), ("2000-02-29", 951_782_400), ("2026-11-23", 1_795_392_000)]
        {
            let date = Date::new(text).expect("a day");
            assert_eq!(date.timestamp(), seconds, "{text}");
            assert_eq!(Date::from_timestamp(seconds + 86_399), date, "{text}");
        }
        assert_eq!(
            Date::new("2006-04").map(|date| date.to_string()).as_deref(),
            Some("2006-04-01")
        );
        for wrong in ["2025-02-29", "20x0", "2025-13", "99", "2025-1-1-1"] {
            assert_eq!(Date::new(wrong), None, "{wrong}");
        }
    }
}
