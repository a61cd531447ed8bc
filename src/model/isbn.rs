//! The number of a book (ISO 2108), and its bars (ISO/IEC 15420: EAN-13).

use std::fmt;

/// The number of a book in the trade, of thirteen digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Isbn {
    /// As it is written, with its hyphens.
    written: String,
    digits: [u8; 13],
}

/// The modules of digits that are drawn on the left, of odd parity; 1 is a bar. Those of
/// even parity are these inverted from right to left, and those on the right inverted.
const ODD: [u8; 10] = [
    0b000_1101, 0b001_1001, 0b001_0011, 0b011_1101, 0b010_0011, 0b011_0001, 0b010_1111, 0b011_1011,
    0b011_0111, 0b000_1011,
];
/// Which of the six digits on the left are of even parity, by the first digit, which is
/// not drawn.
const EVEN: [u8; 10] = [
    0b00_0000, 0b00_1011, 0b00_1101, 0b00_1110, 0b01_0011, 0b01_1001, 0b01_1100, 0b01_0101,
    0b01_0110, 0b01_1010,
];
/// How many modules a digit has.
const MODULES: u32 = 7;

impl Isbn {
    /// Returns the number that is written with or without hyphens, of thirteen digits or
    /// of the ten that it had until 2006; `None` if its check digit is wrong.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_known = |c: char| c.is_ascii_digit() || matches!(c, '-' | ' ' | 'X' | 'x');
        if !text.chars().all(is_known) {
            return None;
        }
        let values: Vec<u8> = text
            .chars()
            .filter_map(|c| match c {
                'X' | 'x' => Some(10),
                _ => c.to_digit(10).map(|digit| digit as u8),
            })
            .collect();
        let (last, others) = values.split_last()?;
        if others.contains(&10) {
            return None;
        }
        if let [first @ .., _] = values.as_slice()
            && first.len() == 9
        {
            let sum: u32 =
                values.iter().zip((1..=10).rev()).map(|(digit, by)| u32::from(*digit) * by).sum();
            let mut digits = [9, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            digits[3..12].copy_from_slice(first);
            digits[12] = check(&digits);
            let (start, _) = text.rsplit_once(['-', ' ']).unwrap_or((&text[..9], ""));
            let written = format!("978-{start}-{}", digits[12]);
            return sum.is_multiple_of(11).then_some(Self { written, digits });
        }
        let digits: [u8; 13] = values.as_slice().try_into().ok()?;
        let is_book = digits.starts_with(&[9, 7, 8]) || digits.starts_with(&[9, 7, 9]);
        let written = text.replace(' ', "-");
        (is_book && check(&digits) == *last).then_some(Self { written, digits })
    }

    /// Returns the digits.
    pub fn digits(&self) -> String {
        self.digits.iter().map(u8::to_string).collect()
    }

    /// Returns the 95 modules of its bars, from left to right: whether each is black.
    pub fn bars(&self) -> Vec<bool> {
        let mut out = vec![true, false, true];
        let [first, others @ ..] = &self.digits;
        let bits = |pattern: u8| (0..MODULES).rev().map(move |bit| pattern >> bit & 1 == 1);
        let even = EVEN[usize::from(*first)];
        for (place, digit) in others.iter().enumerate() {
            let odd = ODD[usize::from(*digit)];
            let right = !odd & 0b111_1111;
            if place == 6 {
                out.extend([false, true, false, true, false]);
            }
            let pattern = match place {
                0..6 if even >> (5 - place) & 1 == 1 => right.reverse_bits() >> 1,
                0..6 => odd,
                _ => right,
            };
            out.extend(bits(pattern));
        }
        out.extend([true, false, true]);
        out
    }
}

impl fmt::Display for Isbn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// Returns the digit that makes the weighted sum of the others a multiple of ten.
fn check(digits: &[u8; 13]) -> u8 {
    let weighted = digits.iter().take(12).zip([1, 3].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, by)| u32::from(*digit) * by).sum();
    ((10 - sum % 10) % 10) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_checked() {
        let shown = |text: &str| Isbn::new(text).map(|isbn| isbn.to_string());
        assert_eq!(shown("978-3-16-148410-0").as_deref(), Some("978-3-16-148410-0"));
        assert_eq!(shown("978 3 16 148410 0").as_deref(), Some("978-3-16-148410-0"));
        assert_eq!(shown("9783161484100").as_deref(), Some("9783161484100"));
        assert_eq!(shown("3-16-148410-X").as_deref(), Some("978-3-16-148410-0"));
        assert_eq!(shown("316148410X").as_deref(), Some("978-316148410-0"));
        for wrong in [
            "978-3-16-148410-1",
            "3-16-148410-0",
            "977-3-16-148410-0",
            "X783161484100",
            "",
            "978",
            "isbn 9783161484100",
        ] {
            assert_eq!(shown(wrong), None, "{wrong}");
        }
    }

    /// As the standard draws 5901234123457, whose first digit is that of no book.
    #[test]
    fn bars_are_those_of_the_standard() {
        let digits = [5, 9, 0, 1, 2, 3, 4, 1, 2, 3, 4, 5, 7];
        let isbn = Isbn { written: String::new(), digits };
        let bars: String =
            isbn.bars().into_iter().map(|black| if black { '1' } else { '0' }).collect();
        let expected = [
            "101", "0001011", "0100111", "0110011", "0010011", "0111101", "0011101", "01010",
            "1100110", "1101100", "1000010", "1011100", "1001110", "1000100", "101",
        ];
        assert_eq!(bars, expected.concat());
    }
}
