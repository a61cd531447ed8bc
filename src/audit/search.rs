//! The search for texts that pictures brought along: in any case, in the
//! encodings and with the separators that files have.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::ops::RangeInclusive;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::Subject;
use crate::model::Origin;
use crate::source::ProjectPath;

/// The most texts that are searched for: ten thousand pictures of one camera
/// have the same few, and a limit keeps the search within memory.
const MAX_IDENTIFIERS: usize = 5000;
/// The fewest letters and digits of a text that is searched for: chance puts
/// shorter ones anywhere.
const MIN_LETTERS: usize = 4;
/// The fewest bytes of a text that are searched for among bytes that may be
/// anything, as pixels are: chance spells shorter ones.
const MIN_OPAQUE: usize = 8;

/// The fewest different bytes of such a text: runs of one or two are pixels of
/// one or two colors.
const MIN_KINDS: usize = 4;

/// How many bytes before and after a text tell whether it is a word: a character.
const AROUND: usize = 4;

/// How many bytes of a reader are in memory at once.
const PIECE: u64 = 1 << 20;

/// What part of a file is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// Text, and metadata that the writers of Recto make of text: whole words
    /// only, and the author may have them.
    Text,
    /// The name of a file.
    Name,
    /// What a picture has beside pixels.
    Structure,
    /// Pixels, fonts.
    Opaque,
    /// A file as it is on disk.
    Raw,
}

impl Zone {
    /// Tells whether the author's own words may stand here.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Name | Self::Raw)
    }

    fn is_long_only(self) -> bool {
        matches!(self, Self::Opaque | Self::Raw)
    }
}

/// How a text is written in a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// One byte for each character, or UTF-8.
    Narrow,
    /// UTF-16 in either order.
    Wide,
    /// The hexadecimal digits of UTF-8 or UTF-16, as PDF has strings.
    Hexadecimal,
}

#[derive(Debug)]
struct Pattern {
    number: usize,
    form: Form,
    length: usize,
    /// Whether it is no mere run, such as pixels of one color.
    is_telling: bool,
}

/// A text, and the pictures that brought it.
#[derive(Debug)]
pub(super) struct Identifier {
    pub(super) text: String,
    pub(super) pictures: BTreeSet<ProjectPath>,
}

/// All texts to search for.
#[derive(Debug)]
pub(super) struct Needles {
    identifiers: Vec<Identifier>,
    patterns: Vec<Pattern>,
    automaton: Option<AhoCorasick>,
    /// How many texts were too many.
    pub(super) left_out: usize,
}

impl Needles {
    pub(super) fn new(origins: &BTreeMap<ProjectPath, Origin>) -> Self {
        let mut by_text: BTreeMap<String, Identifier> = BTreeMap::new();
        for (path, origin) in origins {
            for text in &origin.identifiers {
                let text = straight(text);
                if text.chars().filter(|c| c.is_alphanumeric()).count() < MIN_LETTERS {
                    continue;
                }
                by_text
                    .entry(text.to_lowercase())
                    .or_insert_with(|| Identifier { text, pictures: BTreeSet::new() })
                    .pictures
                    .insert(path.clone());
            }
        }
        let left_out = by_text.len().saturating_sub(MAX_IDENTIFIERS);
        let identifiers: Vec<Identifier> = by_text.into_values().take(MAX_IDENTIFIERS).collect();
        let mut patterns = Vec::new();
        let mut bytes: Vec<Vec<u8>> = Vec::new();
        for (number, identifier) in identifiers.iter().enumerate() {
            for (form, pattern) in forms(&identifier.text) {
                let kinds: BTreeSet<&u8> = pattern.iter().collect();
                let is_telling = kinds.len() >= MIN_KINDS;
                patterns.push(Pattern { number, form, length: pattern.len(), is_telling });
                bytes.push(pattern);
            }
        }
        let automaton = (!bytes.is_empty())
            .then(|| {
                AhoCorasick::builder()
                    .match_kind(MatchKind::Standard)
                    .ascii_case_insensitive(true)
                    .kind(Some(AhoCorasickKind::ContiguousNFA))
                    .build(&bytes)
                    .ok()
            })
            .flatten();
        Self { identifiers, patterns, automaton, left_out }
    }

    /// Returns all texts, in the order of their numbers.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.identifiers.iter().map(|identifier| identifier.text.as_str())
    }

    /// Returns a text by its number.
    pub(super) fn get(&self, number: usize) -> Option<&Identifier> {
        self.identifiers.get(number)
    }

    /// Returns the numbers of the texts that are found.
    pub(super) fn find(&self, bytes: &[u8], zone: Zone) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        self.find_within(bytes, 0..=bytes.len(), zone, &mut found);
        found
    }

    /// Returns the numbers of the texts that are found in what a reader has, of which
    /// only a piece is in memory.
    pub(super) fn find_read(
        &self,
        reader: &mut dyn Read,
        zone: Zone,
    ) -> io::Result<BTreeSet<usize>> {
        self.find_in_pieces(reader, PIECE, zone)
    }

    fn find_in_pieces(
        &self,
        reader: &mut dyn Read,
        size: u64,
        zone: Zone,
    ) -> io::Result<BTreeSet<usize>> {
        let mut found = BTreeSet::new();
        let longest = self.patterns.iter().map(|pattern| pattern.length).max().unwrap_or_default();
        let mut piece = Vec::new();
        let mut first = 0;
        loop {
            let read = reader.take(size).read_to_end(&mut piece)?;
            // What ends too near the end to see what follows is found in the next
            // piece, with what stands before it.
            let last = if read == 0 { piece.len() } else { piece.len().saturating_sub(AROUND) };
            self.find_within(&piece, first..=last, zone, &mut found);
            if read == 0 {
                return Ok(found);
            }
            let kept = piece.len().min(longest + 2 * AROUND);
            first = if kept < piece.len() { AROUND } else { first };
            piece.drain(..piece.len() - kept);
        }
    }

    /// Finds texts in bytes that begin and end in a range of them.
    fn find_within(
        &self,
        bytes: &[u8],
        range: RangeInclusive<usize>,
        zone: Zone,
        found: &mut BTreeSet<usize>,
    ) {
        let Some(automaton) = &self.automaton else { return };
        for hit in automaton.find_overlapping_iter(bytes) {
            if hit.start() < *range.start() || hit.end() > *range.end() {
                continue;
            }
            let Some(pattern) = self.patterns.get(hit.pattern().as_usize()) else { continue };
            let is_enough = match (zone.is_long_only(), pattern.form) {
                (false, _) => true,
                (true, _) if !pattern.is_telling => false,
                (true, Form::Narrow) => pattern.length >= MIN_OPAQUE,
                (true, Form::Wide | Form::Hexadecimal) => pattern.length >= 2 * MIN_OPAQUE,
            };
            // Hexadecimal digits are text in a PDF's own syntax only.
            let is_form = pattern.form != Form::Hexadecimal || zone == Zone::Raw;
            if is_enough
                && is_form
                && !found.contains(&pattern.number)
                && (!zone.is_text() || is_word(bytes, hit.start(), hit.end(), pattern.form))
            {
                found.insert(pattern.number);
            }
        }
    }

    /// Returns the numbers of the texts that the author has, too; a picture's
    /// name does not count, for it is what a text needs to show it.
    pub(super) fn authored(&self, subject: &Subject) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        if self.automaton.is_none() {
            return found;
        }
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for path in subject.origins.keys() {
            let path = path.as_str();
            names.insert(path);
            names.extend(path.match_indices('/').filter_map(|(at, _)| path.get(at + 1..)));
        }
        let names: Vec<&str> = names.into_iter().collect();
        let blank = vec![" "; names.len()];
        let names = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&names);
        for text in subject.texts {
            let text = match &names {
                Ok(names) => names.replace_all(text, &blank),
                Err(_) => (*text).to_owned(),
            };
            found.extend(self.find(straight(&text).as_bytes(), Zone::Text));
        }
        found
    }

    /// Returns a text with all that is searched for replaced by an ellipsis.
    pub(super) fn redact(&self, text: &str) -> String {
        let Some(automaton) = &self.automaton else { return text.to_owned() };
        let mut kept: Vec<bool> = vec![true; text.len()];
        for hit in automaton.find_overlapping_iter(text) {
            kept.iter_mut().take(hit.end()).skip(hit.start()).for_each(|kept| *kept = false);
        }
        let mut out = String::new();
        let mut is_open = false;
        for (at, c) in text.char_indices() {
            let keep = kept.get(at).copied().unwrap_or(true);
            if keep {
                out.push(c);
            } else if !is_open {
                out.push('…');
            }
            is_open = !keep;
        }
        out
    }
}

/// Returns a text as it is told: its ends and its length.
pub(super) fn mask(text: &str) -> String {
    let letters = text.chars().count();
    let ends = (text.chars().next(), text.chars().next_back());
    match ends {
        (Some(first), Some(last)) if letters >= 4 => {
            format!("{first}…{last} ({letters} characters)")
        }
        _ => format!("({letters} characters)"),
    }
}

/// Makes quotes and dashes straight: typography changes them.
fn straight(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{2032}' => '\'',
            '\u{201c}' | '\u{201d}' | '\u{201e}' => '"',
            '\u{2010}'..='\u{2014}' => '-',
            '\u{a0}' | '\u{202f}' => ' ',
            c => c,
        })
        .collect()
}

/// Returns a text as files may have it.
fn forms(text: &str) -> BTreeSet<(Form, Vec<u8>)> {
    const SEPARATORS: [&str; 10] = [" ", "-", "_", "", ".", ",", ", ", "^", "+", "%20"];
    const MOST_WORDS: usize = 6;
    let mut spellings: BTreeSet<String> = [text.to_owned()].into();
    spellings.insert(text.replace('\'', "\u{2019}"));
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if (2..=MOST_WORDS).contains(&words.len()) {
        spellings.extend(SEPARATORS.iter().map(|separator| words.join(separator)));
    }
    if !text.is_ascii() {
        let folded = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        // As file names are made of it, and as people write it without accents.
        let folded: String = text.chars().map(folded).collect();
        // Of other scripts, nothing but hyphens is left.
        if folded.chars().filter(char::is_ascii_alphanumeric).count() >= MIN_LETTERS {
            spellings.insert(folded);
        }
        spellings.insert(text.to_lowercase());
        spellings.insert(text.to_uppercase());
        let lower = text.to_lowercase();
        let german = [("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")];
        spellings.insert(german.iter().fold(lower, |text, (from, to)| text.replace(from, to)));
    }
    let mut found = BTreeSet::new();
    for spelling in &spellings {
        let units: Vec<u16> = spelling.encode_utf16().collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        found.insert((Form::Hexadecimal, hexadecimal(&big)));
        found.insert((Form::Hexadecimal, hexadecimal(spelling.as_bytes())));
        found.insert((Form::Wide, big));
        found.insert((Form::Wide, little));
        let latin: Result<Vec<u8>, _> = spelling.chars().map(u8::try_from).collect();
        found.extend(latin.ok().map(|latin| (Form::Narrow, latin)));
        found.insert((Form::Narrow, spelling.clone().into_bytes()));
    }
    found
}

fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
}

/// Tells whether what was found is not part of a longer word or number.
fn is_word(bytes: &[u8], start: usize, end: usize, form: Form) -> bool {
    if form != Form::Narrow {
        return true;
    }
    let found = bytes.get(start..end).unwrap_or_default();
    let is_number = found.iter().all(u8::is_ascii_digit);
    let joins = |c: char| c.is_alphanumeric() || (is_number && c == '.');
    let before = bytes.get(start.saturating_sub(AROUND)..start).unwrap_or_default();
    let before = (0..before.len()).find_map(|at| std::str::from_utf8(before.get(at..)?).ok());
    let after = bytes.get(end..).unwrap_or_default();
    let after = after.get(..AROUND).unwrap_or(after);
    let after = after.utf8_chunks().next().map(|chunk| chunk.valid());
    !before.and_then(|text| text.chars().next_back()).is_some_and(joins)
        && !after.and_then(|text| text.chars().next()).is_some_and(joins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needles(texts: &[&str]) -> Needles {
        let identifiers = texts.iter().map(|text| (*text).to_owned()).collect();
        let origin = Origin { identifiers, ..Origin::default() };
        let path = ProjectPath::new("sources/a.jpg").expect("a path");
        Needles::new(&BTreeMap::from([(path, origin)]))
    }

    fn is_found(needles: &Needles, bytes: impl AsRef<[u8]>, zone: Zone) -> bool {
        !needles.find(bytes.as_ref(), zone).is_empty()
    }

    #[test]
    fn pieces_are_searched_as_the_whole_is() {
        let needles = needles(&["Jane Doe", "Miller-Smith", "123456"]);
        for text in [
            "Jane Doe",
            "by Jane Doe, with Miller-Smith and 123456.",
            "xJane Doe, Jane Does, éJane Doe, Miller-Smithé, 0123456, 123456.7",
            "a long text before anything of it is found, and then Jane Doe",
            "jane-doe.jpg and miller_smith and 4a616e6520446f65",
            "Jane Jane Jane Do Miller Smit 12345",
        ] {
            for zone in [Zone::Text, Zone::Raw, Zone::Opaque] {
                let whole = needles.find(text.as_bytes(), zone);
                for size in 1..70 {
                    let found = needles.find_in_pieces(&mut text.as_bytes(), size, zone);
                    assert_eq!(found.expect("memory"), whole, "{text} {zone:?} {size}");
                }
            }
        }
    }

    #[test]
    fn texts_are_found_in_all_encodings() {
        let needles = needles(&["Jane Müller"]);
        for text in ["jane müller", "JANE MÜLLER", "müller jane-jane_müller.", "jane-m-ller-1f.jpg"]
        {
            assert!(is_found(&needles, text, Zone::Text), "{text}");
        }
        assert!(is_found(&needles, b"(Jane M\xfcller)", Zone::Text), "Latin-1");
        let wide = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "x Jane Müller".encode_utf16().flat_map(order).collect()
        };
        assert!(is_found(&needles, wide(u16::to_le_bytes), Zone::Opaque), "UTF-16LE");
        assert!(is_found(&needles, wide(u16::to_be_bytes), Zone::Structure), "UTF-16BE");
        let digits = "<FEFF004A0061006E00650020004D00FC006C006C00650072>";
        assert!(is_found(&needles, digits, Zone::Raw), "hexadecimal");
    }

    /// Pixels of one color are runs of one byte, hyphens and digits among them.
    #[test]
    fn runs_in_pixels_are_no_texts() {
        let needles = needles(&["قباني", "11111111", "Διονυσιος"]);
        for byte in 0..=u8::MAX {
            assert!(!is_found(&needles, [byte; 200], Zone::Opaque), "{byte}");
        }
        assert!(is_found(&needles, "born 11111111", Zone::Structure));
        assert!(is_found(&needles, "قباني", Zone::Opaque));
    }

    #[test]
    fn words_are_whole_in_text_and_anything_in_structure() {
        let needles = needles(&["Anna", "12345"]);
        assert!(!is_found(&needles, "Hannah, 0.12345, 123456, annals", Zone::Text));
        assert!(is_found(&needles, "“Anna”", Zone::Text));
        assert!(is_found(&needles, "id=12345;", Zone::Text));
        assert!(is_found(&needles, "\u{1}Hannah", Zone::Structure));
        assert!(!is_found(&needles, "\u{1}Anna\u{1}", Zone::Opaque), "chance spells it");
    }

    #[test]
    fn what_is_told_holds_no_value() {
        let needles = needles(&["Jane Doe", "Jane"]);
        assert_eq!(needles.redact("sources/jane-doe/chest.jpg"), "sources/…/chest.jpg");
        assert_eq!(mask("Jane Doe"), "J…e (8 characters)");
    }
}
