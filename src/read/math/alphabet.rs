//! Letters in the alphabets of mathematics, as Unicode has them.

use pulldown_latex::event::Font;

/// Where an alphabet begins in Unicode's block of mathematical alphabets: its
/// Latin letters, its Greek ones, its digits.
struct Alphabet {
    latin: u32,
    greek: Option<u32>,
    digits: Option<u32>,
}

fn alphabet(font: Font) -> Option<Alphabet> {
    let (latin, greek, digits) = match font {
        Font::UpRight => return None,
        Font::Bold => (0x1D400, Some(0x1D6A8), Some(0x1D7CE)),
        Font::Italic => (0x1D434, Some(0x1D6E2), None),
        Font::BoldItalic | Font::BoldSymbol => (0x1D468, Some(0x1D71C), Some(0x1D7CE)),
        Font::Script => (0x1D49C, None, None),
        Font::BoldScript => (0x1D4D0, None, None),
        Font::Fraktur => (0x1D504, None, None),
        Font::BoldFraktur => (0x1D56C, None, None),
        Font::DoubleStruck | Font::DoubleStruckItalic => (0x1D538, None, Some(0x1D7D8)),
        Font::SansSerif => (0x1D5A0, None, Some(0x1D7E2)),
        Font::BoldSansSerif => (0x1D5D4, Some(0x1D756), Some(0x1D7EC)),
        Font::SansSerifItalic => (0x1D608, None, None),
        Font::SansSerifBoldItalic => (0x1D63C, Some(0x1D790), None),
        Font::Monospace => (0x1D670, None, Some(0x1D7F6)),
    };
    Some(Alphabet { latin, greek, digits })
}

/// Letters that Unicode had before it had the alphabets, by where they would
/// stand in them.
const ELSEWHERE: [(u32, char); 24] = [
    (0x1D455, 'ℎ'),
    (0x1D49D, 'ℬ'),
    (0x1D4A0, 'ℰ'),
    (0x1D4A1, 'ℱ'),
    (0x1D4A3, 'ℋ'),
    (0x1D4A4, 'ℐ'),
    (0x1D4A7, 'ℒ'),
    (0x1D4A8, 'ℳ'),
    (0x1D4AD, 'ℛ'),
    (0x1D4BA, 'ℯ'),
    (0x1D4BC, 'ℊ'),
    (0x1D4C4, 'ℴ'),
    (0x1D506, 'ℭ'),
    (0x1D50B, 'ℌ'),
    (0x1D50C, 'ℑ'),
    (0x1D515, 'ℜ'),
    (0x1D51D, 'ℨ'),
    (0x1D53A, 'ℂ'),
    (0x1D53F, 'ℍ'),
    (0x1D545, 'ℕ'),
    (0x1D547, 'ℙ'),
    (0x1D548, 'ℚ'),
    (0x1D549, 'ℝ'),
    (0x1D551, 'ℤ'),
];

/// Greek letters that do not stand in the order of the alphabet, by their place
/// in the mathematical ones.
const GREEK: [(char, u32); 9] = [
    ('ϴ', 17),
    ('∇', 25),
    ('∂', 51),
    ('ϵ', 52),
    ('ϑ', 53),
    ('ϰ', 54),
    ('ϕ', 55),
    ('ϱ', 56),
    ('ϖ', 57),
];

/// Returns a letter in an alphabet; the letter itself if it is not in it.
pub(super) fn letter(c: char, font: Font) -> char {
    let Some(alphabet) = alphabet(font) else { return c };
    let from = |start: u32, c: char, first: char| start + (c as u32 - first as u32);
    let code = match c {
        'A'..='Z' => Some(from(alphabet.latin, c, 'A')),
        'a'..='z' => Some(from(alphabet.latin + 26, c, 'a')),
        '0'..='9' => alphabet.digits.map(|digits| from(digits, c, '0')),
        'Α'..='Ω' => {
            // A bold symbol leans only if it does so without being bold.
            let start = if font == Font::BoldSymbol { Some(0x1D6A8) } else { alphabet.greek };
            start.map(|start| from(start, c, 'Α'))
        }
        'α'..='ω' => alphabet.greek.map(|greek| from(greek + 26, c, 'α')),
        c => {
            let place = GREEK.iter().find(|(greek, _)| *greek == c).map(|(_, place)| *place);
            place.and_then(|place| Some(alphabet.greek? + place))
        }
    };
    let Some(code) = code else { return c };
    let elsewhere = ELSEWHERE.iter().find(|(hole, _)| *hole == code).map(|(_, letter)| *letter);
    elsewhere.or_else(|| char::from_u32(code)).unwrap_or(c)
}

/// Tells whether a letter leans where nothing else is asked for.
pub(super) fn leans(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | 'α'..='ω' | 'ϵ' | 'ϑ' | 'ϰ' | 'ϕ' | 'ϱ' | 'ϖ' | '∂' | 'ı' | 'ȷ')
        || (c.is_alphabetic() && c.is_lowercase() && !is_mathematical(c))
}

/// Tells whether a letter is of one of the mathematical alphabets.
fn is_mathematical(c: char) -> bool {
    matches!(c, '\u{2100}'..='\u{214f}' | '\u{1d400}'..='\u{1d7ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alphabets_are_complete() {
        for (font, given, wanted) in [
            (Font::Bold, "AZaz09αΩ∂", "𝐀𝐙𝐚𝐳𝟎𝟗𝛂𝛀𝛛"),
            (Font::Italic, "hxα", "ℎ𝑥𝛼"),
            (Font::Script, "ABe", "𝒜ℬℯ"),
            (Font::Fraktur, "gC", "𝔤ℭ"),
            (Font::DoubleStruck, "RNk1", "ℝℕ𝕜𝟙"),
            (Font::BoldSymbol, "xβΔ", "𝒙𝜷𝚫"),
            (Font::UpRight, "dx", "dx"),
        ] {
            let got: String = given.chars().map(|c| letter(c, font)).collect();
            assert_eq!(got, wanted);
        }
    }
}
