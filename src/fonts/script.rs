//! Scripts, so far as somebody who lacks a font for one must know them.

/// A script that embedded fonts lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Script {
    /// The place in the table.
    index: usize,
}

/// What is in a row: what its characters are called, a free family that has
/// them, and their ranges (Unicode's blocks).
type Row = (&'static str, &'static str, &'static [(u32, u32)]);

const SCRIPTS: [Row; 24] = [
    (
        "Arabic",
        "Noto Naskh Arabic",
        &[(0x600, 0x6ff), (0x750, 0x77f), (0x870, 0x8ff), (0xfb50, 0xfdff), (0xfe70, 0xfeff)],
    ),
    ("Hebrew", "Noto Serif Hebrew", &[(0x590, 0x5ff), (0xfb1d, 0xfb4f)]),
    // One family has all three, and signs of one stand in texts of another.
    (
        "Chinese, Japanese or Korean",
        "Noto Serif CJK",
        &[
            (0x1100, 0x11ff),
            (0x2e80, 0x2fdf),
            (0x2ff0, 0x303f),
            (0x3040, 0x31ff),
            (0x3200, 0x9fff),
            (0xa960, 0xa97f),
            (0xac00, 0xd7ff),
            (0xf900, 0xfaff),
            (0xfe30, 0xfe4f),
            (0xff00, 0xffef),
            (0x1b000, 0x1b16f),
            (0x20000, 0x3ffff),
        ],
    ),
    ("Devanagari", "Noto Serif Devanagari", &[(0x900, 0x97f), (0xa8e0, 0xa8ff)]),
    ("Bengali", "Noto Serif Bengali", &[(0x980, 0x9ff)]),
    ("Gurmukhi", "Noto Serif Gurmukhi", &[(0xa00, 0xa7f)]),
    ("Gujarati", "Noto Serif Gujarati", &[(0xa80, 0xaff)]),
    ("Oriya", "Noto Serif Oriya", &[(0xb00, 0xb7f)]),
    ("Tamil", "Noto Serif Tamil", &[(0xb80, 0xbff)]),
    ("Telugu", "Noto Serif Telugu", &[(0xc00, 0xc7f)]),
    ("Kannada", "Noto Serif Kannada", &[(0xc80, 0xcff)]),
    ("Malayalam", "Noto Serif Malayalam", &[(0xd00, 0xd7f)]),
    ("Sinhala", "Noto Serif Sinhala", &[(0xd80, 0xdff)]),
    ("Thai", "Noto Serif Thai", &[(0xe00, 0xe7f)]),
    ("Lao", "Noto Serif Lao", &[(0xe80, 0xeff)]),
    ("Tibetan", "Noto Serif Tibetan", &[(0xf00, 0xfff)]),
    ("Myanmar", "Noto Serif Myanmar", &[(0x1000, 0x109f)]),
    ("Georgian", "Noto Serif Georgian", &[(0x10a0, 0x10ff), (0x1c90, 0x1cbf), (0x2d00, 0x2d2f)]),
    ("Armenian", "Noto Serif Armenian", &[(0x530, 0x58f), (0xfb13, 0xfb17)]),
    ("Ethiopic", "Noto Serif Ethiopic", &[(0x1200, 0x139f), (0x2d80, 0x2ddf)]),
    ("Khmer", "Noto Serif Khmer", &[(0x1780, 0x17ff), (0x19e0, 0x19ff)]),
    ("Syriac", "Noto Sans Syriac", &[(0x700, 0x74f)]),
    ("Mongolian", "Noto Sans Mongolian", &[(0x1800, 0x18af)]),
    ("pictographic", "Noto Emoji", &[(0x1f000, 0x1faff)]),
];

impl Script {
    /// Returns the script of a character; `None` for one of no script here.
    pub fn of(c: char) -> Option<Self> {
        let code = u32::from(c);
        let has = |(_, _, ranges): &Row| {
            ranges.iter().any(|(first, last)| (*first..=*last).contains(&code))
        };
        SCRIPTS.iter().position(has).map(|index| Self { index })
    }

    /// Returns what its characters are called: "Arabic".
    pub fn name(self) -> &'static str {
        SCRIPTS.get(self.index).map_or("", |(name, _, _)| name)
    }

    /// Returns a family under a free license that has its characters.
    pub fn family(self) -> &'static str {
        SCRIPTS.get(self.index).map_or("", |(_, family, _)| family)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_have_scripts() {
        let name = |c| Script::of(c).map(Script::name);
        assert_eq!(name('م'), Some("Arabic"));
        assert_eq!(name('ש'), Some("Hebrew"));
        assert_eq!(name('胸'), name('の'));
        assert_eq!(name('한'), name('、'));
        assert_eq!(name('ก'), Some("Thai"));
        assert_eq!(name('a'), None);
    }
}
