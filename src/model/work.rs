//! A work that is cited: an article, a book, a web page, in the terms of CSL
//! 1.0.2 (appendices III "Types" and IV "Variables").
//!
//! All bibliographies are read to this, whatever they are written in, and the
//! processor of citations works on this. CSL's own variables are what
//! styles ask for, so nothing is lost on the way that a style could print.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};

pub use hayagriva::citationberg::taxonomy::{
    DateVariable, Kind as WorkKind, NameVariable, NumberVariable, PageVariable, StandardVariable,
    Variable,
};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::address::web_address;

/// What is known of a work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// CSL's type: `article-journal`, `book`, ….
    pub kind: WorkKind,
    /// Texts and numbers, by their variables. None is empty. Whatever may be
    /// more than a number ("S12", "e101–e109") is kept as it was written.
    pub texts: VariableMap<Variable, RichText>,
    /// Persons and corporate authors. No list is empty.
    pub names: VariableMap<NameVariable, NameList>,
    /// Dates.
    pub dates: VariableMap<DateVariable, WorkDate>,
}

/// How many texts most works have at most.
const USUAL_TEXTS: usize = 12;

/// What is known, by its variables, in the order in which it was set. Nobody
/// chooses the keys, so that they need no hash that withstands an attack.
pub type VariableMap<K, V> = IndexMap<K, V, FxBuildHasher>;

impl Work {
    /// Returns a work of which nothing else is known.
    pub fn new(kind: WorkKind) -> Self {
        Self {
            kind,
            texts: VariableMap::with_capacity_and_hasher(USUAL_TEXTS, FxBuildHasher),
            names: VariableMap::default(),
            dates: VariableMap::default(),
        }
    }

    /// Returns a text.
    pub fn text(&self, variable: impl Into<Variable>) -> Option<&RichText> {
        self.texts.get(&variable.into())
    }

    /// Returns a text without its dress, to look at.
    fn letters(&self, variable: impl Into<Variable>) -> Option<Cow<'_, str>> {
        self.text(variable).map(RichText::letters)
    }

    /// Returns a text without its dress.
    pub fn plain(&self, variable: impl Into<Variable>) -> Option<String> {
        self.text(variable).map(RichText::plain)
    }

    /// Sets a text; an empty one is not set.
    pub fn set(&mut self, variable: impl Into<Variable>, text: impl Into<RichText>) {
        let text = text.into();
        if !text.is_blank() {
            self.texts.insert(variable.into(), text);
        }
    }

    /// Returns who had this part in it.
    pub fn people(&self, variable: NameVariable) -> Option<&NameList> {
        self.names.get(&variable)
    }

    /// Returns its DOI, without the address or prefix that may stand before it.
    /// DOIs do not tell capitals from small letters (DOI Handbook, 2.4).
    pub fn doi(&self) -> Option<String> {
        let written = self.letters(StandardVariable::DOI)?;
        let mut doi = written.trim();
        for start in ["https://", "http://", "dx.doi.org/", "doi.org/", "doi:"] {
            if doi.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start)) {
                doi = doi[start.len()..].trim_start();
            }
        }
        (!doi.is_empty()).then(|| doi.to_owned())
    }

    /// Returns where it can be read: its DOI as an address, else its URL, else
    /// its page at `PubMed` Central or `PubMed`.
    pub fn address(&self) -> Option<String> {
        if let Some(doi) = self.doi() {
            return Some(doi_address(&doi));
        }
        let url = self.plain(StandardVariable::URL).map(|url| url.trim().to_owned());
        let url = url.and_then(|url| web_address(&url)).filter(|url| url.starts_with("http"));
        let digits = |variable| {
            let number: String = self.plain(variable)?;
            let number = number.trim().trim_start_matches("PMC").to_owned();
            (!number.is_empty() && number.chars().all(|c| c.is_ascii_digit())).then_some(number)
        };
        let central = || {
            digits(StandardVariable::PMCID)
                .map(|number| format!("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC{number}/"))
        };
        let pubmed = || {
            digits(StandardVariable::PMID)
                .map(|number| format!("https://pubmed.ncbi.nlm.nih.gov/{number}/"))
        };
        url.or_else(central).or_else(pubmed)
    }

    /// Returns its address as a reader would type it, not escaped.
    pub fn written_address(&self) -> Option<String> {
        let address = self.address()?;
        let doi = self.doi().map(|doi| format!("https://doi.org/{doi}"));
        let url = || {
            let written = self.plain(StandardVariable::URL)?;
            let written = written.trim();
            (web_address(written)? == address).then(|| written.to_owned())
        };
        Some(doi.or_else(url).unwrap_or(address))
    }
}

/// Works that are equal hash alike, in whatever order their variables stand.
impl Hash for Work {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
        self.text(StandardVariable::Title).hash(state);
        self.dates.get(&DateVariable::Issued).hash(state);
        [self.texts.len(), self.names.len(), self.dates.len()].hash(state);
    }
}

/// Returns the address that resolves a DOI; what cannot stand in an address as
/// it is, is escaped (DOI Handbook, 2.5.2.4).
pub fn doi_address(doi: &str) -> String {
    let mut out = "https://doi.org/".to_owned();
    for byte in doi.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Text with a dress, as titles have it: "*Escherichia coli* at 10⁹".
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct RichText {
    runs: Vec<Run>,
}

/// Letters of one dress.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Run {
    /// The letters; not empty.
    pub text: String,
    /// Their dress.
    pub dress: Dress,
}

/// How letters of a work's text look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dress {
    /// Italic; upright where the text around it is italic.
    pub italic: bool,
    /// Bold.
    pub bold: bool,
    /// Small capitals.
    pub small_caps: bool,
    /// Raised or lowered.
    pub script: Script,
    /// Whether a style that changes the case of titles leaves it alone: braces
    /// in BibTeX, `nocase` in CSL.
    pub keeps_case: bool,
}

/// Where letters stand on their line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// On it.
    #[default]
    Baseline,
    /// Above it.
    Superscript,
    /// Below it.
    Subscript,
}

impl RichText {
    /// Returns the runs; neighbors differ in their dress.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Returns the runs, to keep.
    pub fn into_runs(self) -> impl Iterator<Item = Run> {
        self.runs.into_iter()
    }

    /// Adds letters.
    pub fn push(&mut self, text: &str, dress: Dress) {
        if text.is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if last.dress == dress => last.text.push_str(text),
            _ => self.push_run(text.to_owned(), dress),
        }
    }

    /// Adds a run. Nearly all texts have one, and need no room for more.
    fn push_run(&mut self, text: String, dress: Dress) {
        if self.runs.is_empty() {
            self.runs.reserve_exact(1);
        }
        self.runs.push(Run { text, dress });
    }

    /// Returns the letters alone.
    pub fn plain(&self) -> String {
        self.letters().into_owned()
    }

    /// Returns the letters alone, to look at.
    pub fn letters(&self) -> Cow<'_, str> {
        match self.runs.as_slice() {
            [] => Cow::Borrowed(""),
            [run] => Cow::Borrowed(&run.text),
            runs => Cow::Owned(runs.iter().map(|run| run.text.as_str()).collect()),
        }
    }

    /// Returns whether there is nothing but spaces.
    pub fn is_blank(&self) -> bool {
        self.runs.iter().all(|run| run.text.trim().is_empty())
    }
}

impl From<&str> for RichText {
    fn from(text: &str) -> Self {
        let mut rich = Self::default();
        rich.push(text, Dress::default());
        rich
    }
}

impl From<String> for RichText {
    fn from(text: String) -> Self {
        let mut rich = Self::default();
        if !text.is_empty() {
            rich.push_run(text, Dress::default());
        }
        rich
    }
}

/// Those who had one part in a work.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct NameList {
    /// The names, in the order of the work.
    pub names: Vec<Name>,
    /// Whether there were more, whom the bibliography does not name: "and
    /// others".
    pub others: bool,
}

/// A name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Name {
    /// A person's.
    Person(PersonName),
    /// One that has no parts: of an institution, or of somebody with one name.
    Literal(String),
}

/// The parts of a person's name (CSL 1.0.2, "Name-part Formatting").
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PersonName {
    /// "Beethoven"; not empty.
    pub family: String,
    /// "Ludwig"; initials have a space or period between them.
    pub given: Option<String>,
    /// A particle that goes when the given name goes: "van" of "Ludwig van
    /// Beethoven".
    pub dropping_particle: Option<String>,
    /// A particle that stays with the family name: "de" of "Willem de Kooning".
    pub particle: Option<String>,
    /// "Jr", "3rd".
    pub suffix: Option<String>,
}

/// When a work came out, or was read: as exactly as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WorkDate {
    /// When, or when it began.
    pub start: PartialDate,
    /// When it ended, for a span of time: an issue of March and April.
    pub end: Option<PartialDate>,
    /// Whether that is only about right.
    pub circa: bool,
}

/// A year, and what else is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    /// The year; 0 is 1 BC.
    pub year: i16,
    /// When in that year.
    pub within: Option<WithinYear>,
}

/// When in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WithinYear {
    /// A season: 1 is spring, 4 winter.
    Season(u8),
    /// A month, counted from 1.
    Month(u8),
    /// A month and a day, counted from 1.
    Day(u8, u8),
}

impl WorkDate {
    /// Returns a date of which only the year is known.
    pub fn year(year: i16) -> Self {
        Self::at(PartialDate { year, within: None })
    }

    /// Returns a date that is no span of time.
    pub fn at(start: PartialDate) -> Self {
        Self { start, end: None, circa: false }
    }
}

impl PartialDate {
    /// Returns a date, unless the calendar has no such month or day.
    pub fn new(year: i16, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        let within = match (month, day) {
            (None, None) => None,
            (Some(month @ 1..=12), None) => Some(WithinYear::Month(month)),
            (Some(month @ 1..=12), Some(day @ 1..)) if day <= days(year, month) => {
                Some(WithinYear::Day(month, day))
            }
            _ => return None,
        };
        Some(Self { year, within })
    }
}

fn days(year: i16, month: u8) -> u8 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dois_are_told_from_their_addresses() {
        let doi = |written: &str| {
            let mut work = Work::new(WorkKind::ArticleJournal);
            work.set(StandardVariable::DOI, written);
            (work.doi(), work.address())
        };
        let expected = (
            Some("10.1056/NEJMcp010731".to_owned()),
            Some("https://doi.org/10.1056/NEJMcp010731".to_owned()),
        );
        for written in [
            "10.1056/NEJMcp010731",
            "https://doi.org/10.1056/NEJMcp010731",
            "http://DX.doi.org/10.1056/NEJMcp010731",
            " doi: 10.1056/NEJMcp010731 ",
        ] {
            assert_eq!(doi(written), expected);
        }
        // One of those that Wiley gave out for years.
        let strange = "10.1002/(SICI)1096-8644(199808)106:4<483::AID-AJPA4>3.0.CO;2-K";
        let expected =
            "https://doi.org/10.1002/(SICI)1096-8644(199808)106:4%3C483::AID-AJPA4%3E3.0.CO%3B2-K";
        assert_eq!(doi(strange).1.as_deref(), Some(expected));
    }

    #[test]
    fn impossible_days_are_no_dates() {
        let new = |month, day| PartialDate::new(2023, month, day);
        assert!(new(Some(2), Some(28)).is_some());
        assert!(new(Some(2), Some(29)).is_none());
        assert!(PartialDate::new(2024, Some(2), Some(29)).is_some());
        assert!(new(Some(13), None).is_none());
        assert!(new(None, Some(3)).is_none());
        assert!(new(Some(4), Some(0)).is_none());
    }
}
