//! What is found in a file, put together: counts for people, and the texts that
//! outputs are searched for.

use std::collections::BTreeMap;

use crate::model::Origin;

/// The fewest letters and digits of a text that outputs are searched for:
/// shorter ones are found anywhere.
const MIN_LETTERS: usize = 4;
/// The most characters of a text that are searched for.
const MAX_LETTERS: usize = 200;
/// The most texts of one file that are searched for.
const MAX_IDENTIFIERS: usize = 300;
/// The most text that is taken out of bytes of an unknown kind.
const MAX_RUNS: usize = 64;
/// The most bytes of an unknown kind that are looked through for text.
const MAX_SCANNED: usize = 1 << 20;

/// How much is read of what a file brings along, in bytes: parts may overlap, and
/// so be larger together than the file.
const BUDGET: usize = 8 << 20;
/// The longest line in which labels are looked for, in bytes.
const MAX_LINE: usize = 2000;

/// The longest label, in bytes, and the most of them in a line.
const MAX_LABEL: usize = 24;
const MAX_LABELS: usize = 32;

/// Gathers what a file brought along.
#[derive(Debug)]
pub(in crate::picture) struct Collector {
    left: usize,
    removed: Vec<String>,
    /// The texts by their lower case, so that none is there twice.
    identifiers: BTreeMap<String, String>,
    concerns: Vec<String>,
}

impl Default for Collector {
    fn default() -> Self {
        Self {
            left: BUDGET,
            removed: Vec::new(),
            identifiers: BTreeMap::new(),
            concerns: Vec::new(),
        }
    }
}

impl Collector {
    /// Takes so much work from the budget. `false` if there is none left: then
    /// the rest is not looked at, and a person is told so.
    pub(super) fn spend(&mut self, amount: usize) -> bool {
        match self.left.checked_sub(amount) {
            Some(left) => {
                self.left = left;
                true
            }
            None => {
                const UNREAD: &str = "more metadata than was read through";
                if !self.concerns.iter().any(|concern| concern == UNREAD) {
                    self.concern(UNREAD);
                }
                self.left = 0;
                false
            }
        }
    }

    /// Notes something that is left out, in words that hold no value.
    pub(in crate::picture) fn removed(&mut self, what: impl Into<String>) {
        let what = what.into();
        if !self.removed.contains(&what) {
            self.removed.push(what);
        }
    }

    /// Notes what a person must look at.
    pub(in crate::picture) fn concern(&mut self, what: impl Into<String>) {
        self.concerns.push(what.into());
    }

    /// Looks into something that lies in the file; what is left out of it is
    /// told as its own.
    pub(in crate::picture) fn within(&mut self, what: &str, look: impl FnOnce(&mut Self)) {
        let before = std::mem::take(&mut self.removed);
        look(self);
        let inner = std::mem::replace(&mut self.removed, before);
        self.removed(match inner.as_slice() {
            [] => what.to_owned(),
            found => format!("{what} with {}", found.join(", ")),
        });
    }

    /// Takes the name of somebody: "Jane Doe", "Doe, Jane", and of DICOM
    /// "Doe^Jane^^Dr". Its parts count by themselves, and in either order.
    pub(in crate::picture) fn person(&mut self, text: &str) {
        if !self.spend(text.len()) {
            return;
        }
        for name in text.split([';', '\n', '\r', '=', '\\', '\0']) {
            let words: Vec<&str> = name
                .split(|c: char| c == '^' || c == ',' || c == '_' || c.is_whitespace())
                .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
                .filter(|word| !word.is_empty() && !is_title(word))
                .collect();
            self.add(&words.join(" "), false);
            if !(2..=5).contains(&words.len()) {
                continue;
            }
            let mut turned = words.clone();
            turned.rotate_left(1);
            self.add(&turned.join(" "), false);
            if let ([.., last], Some(first)) = (words.as_slice(), words.first()) {
                self.add(&format!("{first} {last}"), false);
                self.add(&format!("{last} {first}"), false);
            }
            for word in words.iter().filter(|word| word.chars().any(char::is_alphabetic)) {
                self.add(word, false);
            }
        }
    }

    /// Takes a text that may name somebody, a line at a time. What is labeled as
    /// a name in it, or written as DICOM has names, is taken as one.
    pub(in crate::picture) fn text(&mut self, text: &str) {
        if !self.spend(text.len()) {
            return;
        }
        for line in text.split(['\n', '\r', ';', '|', '\0']) {
            if line.contains('^') {
                self.person(line);
                continue;
            }
            self.add(line, false);
            // Every colon and equals sign may end a label: "Patient: Jane Doe".
            let line = line.get(..line.floor_char_boundary(MAX_LINE)).unwrap_or(line);
            for (at, sign) in line.match_indices([':', '=']).take(MAX_LABELS) {
                let (label, value) = (line.get(..at), line.get(at + sign.len()..));
                let (Some(label), Some(value)) = (label, value) else { continue };
                let label = label.trim_end();
                let near = label.ceil_char_boundary(label.len().saturating_sub(MAX_LABEL));
                let label = label.get(near..).unwrap_or_default().to_lowercase();
                if PERSON_LABELS.iter().any(|known| label.ends_with(known)) {
                    self.person(value.split([':', '=', '(']).next().unwrap_or(value));
                } else if BIRTH_LABELS.iter().any(|known| label.ends_with(known)) {
                    self.birth(value);
                } else if !value.starts_with("//") {
                    self.add(value, false);
                }
            }
        }
    }

    /// Takes the day somebody was born, which is no harmless date.
    pub(in crate::picture) fn birth(&mut self, text: &str) {
        self.add(text, true);
    }

    /// Takes what reads as text in bytes of an unknown kind: eight characters
    /// and more, in UTF-8 or in UTF-16.
    pub(in crate::picture) fn runs(&mut self, bytes: &[u8]) {
        const MIN: usize = 8;
        let bytes = bytes.get(..MAX_SCANNED).unwrap_or(bytes);
        if !self.spend(bytes.len()) {
            return;
        }
        let is_text = |c: char| !c.is_control() && c != char::REPLACEMENT_CHARACTER;
        let mut taken = 0;
        let mut take = |collector: &mut Self, run: &str| {
            let letters = run.chars().filter(|c| c.is_alphanumeric() || *c == ' ').count();
            // Chance makes runs of signs, people make runs of letters.
            if run.chars().count() >= MIN
                && letters * 4 >= run.chars().count() * 3
                && taken < MAX_RUNS
            {
                collector.text(run);
                taken += 1;
            }
        };
        for chunk in bytes.utf8_chunks() {
            for run in chunk.valid().split(|c| !is_text(c)) {
                take(self, run);
            }
        }
        // A letter and a zero, again and again, in either order.
        for offset in [0, 1] {
            let mut run = String::new();
            for pair in bytes.get(offset..).unwrap_or_default().chunks_exact(2) {
                match pair {
                    [letter @ 0x20..=0x7e, 0] => run.push(char::from(*letter)),
                    _ => take(self, &std::mem::take(&mut run)),
                }
            }
            take(self, &run);
        }
    }

    fn add(&mut self, text: &str, is_birth: bool) {
        let spaced: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(MAX_LETTERS * 2)
            .collect();
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let joined = words.join(" ");
        let trimmed = joined.trim_matches(|c: char| !c.is_alphanumeric());
        let text: String = trimmed.chars().take(MAX_LETTERS).collect();
        let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
        let harmless = is_harmless(&text) || (!is_birth && is_date(&text));
        if letters >= MIN_LETTERS && !harmless && self.identifiers.len() < MAX_IDENTIFIERS {
            self.identifiers.entry(text.to_lowercase()).or_insert(text);
        }
    }

    /// Returns what was gathered.
    pub(in crate::picture) fn finish(self, format: impl Into<String>) -> Origin {
        Origin {
            format: format.into(),
            removed: self.removed,
            identifiers: self.identifiers.into_values().collect(),
            concerns: self.concerns,
        }
    }
}

/// What stands before a person's name in a text.
const PERSON_LABELS: [&str; 20] = [
    "patient",
    "patientin",
    "patientname",
    "patient name",
    "patient's name",
    "patients name",
    "name",
    "nom",
    "nombre",
    "paciente",
    "author",
    "artist",
    "creator",
    "physician",
    "doctor",
    "operator",
    "owner",
    "photographer",
    "by",
    "pat.",
];

/// What stands before the day of a birth.
const BIRTH_LABELS: [&str; 8] =
    ["dob", "born", "birth", "birth date", "birthdate", "date of birth", "geb.", "geboren"];

/// Titles and forms of address, which are part of no name.
fn is_title(word: &str) -> bool {
    const TITLES: [&str; 12] = [
        "prof",
        "professor",
        "doctor",
        "herr",
        "frau",
        "mister",
        "madame",
        "señor",
        "señora",
        "dipl",
        "phil",
        "habil",
    ];
    TITLES.iter().any(|title| word.eq_ignore_ascii_case(title))
}

/// Tells whether a text is a date or time, or a number of fewer than five digits.
fn is_date(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let others = text.chars().filter(|c| !c.is_ascii_digit());
    let mut signs = 0;
    let plain = others.clone().all(|c| {
        signs += usize::from(!matches!(c, 'T' | 'Z'));
        matches!(c, ':' | '-' | '.' | '/' | '+' | ' ' | 'T' | 'Z')
    });
    // 2020:01:31 12:30:00, 2020-01-31T12:30Z, 31.1.2020; a bare 20200131 too.
    let bare = signs == 0 && digits == 8 && (text.starts_with("19") || text.starts_with("20"));
    digits < 5 && plain || bare || (plain && signs >= 2)
}

/// Values that name nobody: makers and programs, color spaces, namespaces, parts
/// of the body, what cameras and archives write into every file.
pub(super) fn is_harmless(text: &str) -> bool {
    const WHOLE: &[&str] = &[
        "srgb",
        "adobe rgb",
        "adobe rgb (1998)",
        "display p3",
        "canon",
        "nikon",
        "nikon corporation",
        "sony",
        "apple",
        "samsung",
        "google",
        "fujifilm",
        "olympus",
        "olympus corporation",
        "panasonic",
        "leica",
        "huawei",
        "xiaomi",
        "siemens",
        "philips",
        "ge medical systems",
        "toshiba",
        "canon medical systems",
        "iphone",
        "uncalibrated",
        "adobe",
        "ascii",
        "jpeg",
        "unknown",
        "none",
        "default",
        "image",
        "picture",
        "photo",
        "untitled",
        "true",
        "false",
        "x-default",
        "netscape2.0",
        "public domain",
        "olympus digital camera",
        "sony dsc",
        "minolta digital camera",
        "kodak digital still camera",
        "screenshot",
        "scan",
        "scanned image",
        "saved",
        "converted",
        "derived",
        "created",
        "proof",
        "document",
        "drawing",
        "dicom",
        "x-ray",
        "xray",
        "radiograph",
        "ultrasound",
        "series",
        "axial",
        "coronal",
        "sagittal",
        "lateral",
        "frontal",
        "head",
        "skull",
        "neck",
        "spine",
        "chest",
        "thorax",
        "abdomen",
        "pelvis",
        "shoulder",
        "elbow",
        "wrist",
        "hand",
        "knee",
        "ankle",
        "foot",
        "brain",
        "face",
        "sinus",
        "orbit",
        "throat",
        "lung",
        "lungs",
        "heart",
        "aorta",
        "breast",
        "liver",
        "spleen",
        "kidney",
        "kidneys",
        "bladder",
        "prostate",
        "uterus",
        "pancreas",
        "stomach",
        "colon",
        "bowel",
        "femur",
        "tibia",
        "humerus",
        "finger",
        "heel",
        "whole body",
        "wholebody",
        "contrast",
        "phantom",
        "normal",
        "study",
        "patient",
        "hospital",
        "radiology",
        "color",
        "colour",
        "gray",
        "grey",
        "small",
        "large",
        "left",
        "right",
        "front",
        "back",
        "test",
        "example",
        "sample",
    ];
    const STARTS: [&str; 36] = [
        "http://ns.adobe.com",
        "http://www.w3.org",
        "http://purl.org",
        "http://iptc.org",
        "http://cipa.jp",
        "https://creativecommons.org",
        "http://creativecommons.org",
        "http://ns.google.com",
        "image/",
        "adobe photoshop",
        "adobe xmp",
        "adobe illustrator",
        "adobe imageready",
        "gimp",
        "created with gimp",
        "imagemagick",
        "paint.net",
        "inkscape",
        "matplotlib version",
        "imagej",
        "libtiff",
        "srgb iec61966",
        "iec 61966",
        "iec http",
        "dot gain",
        "gray gamma",
        "generic rgb",
        "generic gray",
        "apple rgb",
        "color lcd",
        "reference viewing condition",
        "camera rgb",
        "osirix",
        "horos",
        "pkcs",
        "compressed by jpeg",
    ];
    const HOLDS: [&str; 8] = [
        "copyright (c) 1998 hewlett-packard",
        "hewlett-packard company",
        "apple inc",
        "apple computer",
        "adobe systems",
        "google inc",
        "international color consortium",
        "microsoft corporation",
    ];
    let lower = text.to_lowercase();
    WHOLE.contains(&lower.as_str())
        || STARTS.iter().any(|start| lower.starts_with(start))
        || HOLDS.iter().any(|part| lower.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identifiers(take: impl FnOnce(&mut Collector)) -> Vec<String> {
        let mut collector = Collector::default();
        take(&mut collector);
        collector.finish("").identifiers
    }

    #[test]
    fn names_count_in_parts_and_either_order() {
        let found = identifiers(|collector| collector.person("Doering^Jane^^Prof"));
        assert_eq!(found, ["Doering", "Doering Jane", "Jane", "Jane Doering"]);
        // "Doe" alone is found anywhere.
        let found = identifiers(|collector| collector.person("Doe, Jane"));
        assert_eq!(found, ["Doe Jane", "Jane", "Jane Doe"]);
    }

    #[test]
    fn labeled_names_are_found_in_texts() {
        let found = identifiers(|collector| collector.text("Chest ap; Patient: Jane Doe (f)"));
        assert!(found.contains(&"Jane Doe".to_owned()), "{found:?}");
        assert!(found.contains(&"Chest ap".to_owned()), "{found:?}");
    }

    #[test]
    fn harmless_values_do_not_count() {
        let found = identifiers(|collector| {
            for text in [
                "sRGB IEC61966-2.1",
                "Canon",
                "1234",
                "2020:01:31 12:30:00",
                "20200131",
                "Doe",
                "--",
            ] {
                collector.text(text);
            }
        });
        assert!(found.is_empty(), "{found:?}");
        let born = identifiers(|collector| collector.text("DOB: 1970-01-31"));
        assert!(born.contains(&"1970-01-31".to_owned()), "{born:?}");
        assert_eq!(identifiers(|collector| collector.text("48151623")), ["48151623"]);
    }

    #[test]
    fn text_is_found_among_other_bytes() {
        let found = identifiers(|collector| {
            collector.runs(b"\x00\x01Jane Doering\xff\x07");
            collector.runs(b"\x01M\0a\0r\0y\0 \0S\0h\0e\0l\0l\0e\0y\0\x02");
        });
        assert_eq!(found, ["Jane Doering", "Mary Shelley"]);
    }
}
