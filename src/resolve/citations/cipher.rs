//! Dressed letters on their way through the engine.
//!
//! hayagriva takes the text of a CSL item as plain: a title's italics, its
//! raised numbers and what must keep its case cannot be said. So letters that
//! have a dress go through as others, from Unicode's last private plane, which
//! no rule of case or punctuation touches; afterwards they are exchanged back.

use std::collections::HashMap;

use crate::model::{Dress, RichText, Run, Script};

/// The letters that were exchanged.
#[derive(Debug, Default)]
pub(super) struct Cipher {
    codes: HashMap<Sign, char>,
    signs: Vec<Sign>,
}

/// What a private letter stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Sign {
    /// A letter and its dress.
    Letter(char, Dress),
    /// Where a place in a work begins, by its number: "3–5".
    Place(usize),
    /// Where it ends.
    PlaceEnd,
    /// Where what a style puts into brackets begins.
    Open,
    /// Where it ends.
    Close,
    /// An author whom a bibliography does not name.
    Nobody,
    /// The number after it is none.
    Nothing,
}

/// Where private letters begin: plane 16.
const FIRST: u32 = 0x10_0000;
/// Marks that close quotations, in one language or other.
const MARKS: [char; 7] = ['”', '’', '“', '‘', '»', '«', '›'];
/// How many there are.
const COUNT: usize = 0xFFFE;

impl Cipher {
    /// Returns the letter that stands for a sign; `None` if all are in use.
    pub(super) fn code(&mut self, sign: Sign) -> Option<char> {
        if let Some(code) = self.codes.get(&sign) {
            return Some(*code);
        }
        let index = self.signs.len();
        if index >= COUNT {
            return None;
        }
        let code = char::from_u32(FIRST + u32::try_from(index).ok()?)?;
        self.codes.insert(sign, code);
        self.signs.push(sign);
        Some(code)
    }

    /// Whether a sign has a letter.
    pub(super) fn knows(&self, sign: Sign) -> bool {
        self.codes.contains_key(&sign)
    }

    /// Returns the letter of a sign, if it has one.
    pub(super) fn letter(&self, sign: Sign) -> Option<char> {
        self.codes.get(&sign).copied()
    }

    /// Returns what a letter stands for; `None` for one that is itself.
    pub(super) fn sign(&self, letter: char) -> Option<Sign> {
        let index = u32::from(letter).checked_sub(FIRST)?;
        self.signs.get(usize::try_from(index).ok()?).copied()
    }

    /// Returns text as the engine is to see it.
    pub(super) fn encode(&mut self, text: &RichText) -> String {
        let mut out = String::new();
        for run in text.runs() {
            self.encode_run(run, &mut out);
        }
        out
    }

    fn encode_run(&mut self, run: &Run, out: &mut String) {
        let dress = Dress { keeps_case: false, ..run.dress };
        for word in run.text.split_inclusive(char::is_whitespace) {
            let is_upper = word.chars().filter(|c| c.is_alphabetic()).nth(1).is_some()
                && !word.chars().any(char::is_lowercase);
            // No style changes the case of words in capitals; sorted lists are
            // better off with letters that are themselves.
            let keeps_case = run.dress.keeps_case && !is_upper;
            let mut before = None;
            for letter in word.chars() {
                let wanted = match dress.script {
                    Script::Superscript | Script::Subscript => !letter.is_whitespace(),
                    Script::Baseline => {
                        (dress != Dress::default() && letter.is_alphanumeric())
                            || (keeps_case && letter.is_alphabetic())
                    }
                };
                let private = u32::from(letter) >= FIRST;
                // The engine takes marks away that meet those of the style.
                let mark = before.is_some_and(char::is_alphanumeric) && MARKS.contains(&letter);
                before = Some(letter);
                let code =
                    (wanted || private || mark).then(|| self.code(Sign::Letter(letter, dress)));
                out.push(code.flatten().unwrap_or(letter));
            }
        }
    }

    /// Takes text apart into what it was made of. Spaces and punctuation between
    /// letters of one dress have it, too.
    pub(super) fn decode(&self, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut rich = RichText::default();
        let mut between = String::new();
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            match self.sign(letter) {
                Some(Sign::Nothing) => while letters.next_if(char::is_ascii_digit).is_some() {},
                Some(Sign::Letter(letter, dress)) => {
                    let around = rich.runs().last().map(|run| run.dress);
                    let inside = around == Some(dress);
                    rich.push(&between, if inside { dress } else { Dress::default() });
                    between.clear();
                    rich.push(letter.encode_utf8(&mut [0; 4]), dress);
                }
                Some(sign) => {
                    rich.push(&std::mem::take(&mut between), Dress::default());
                    pieces.extend(std::mem::take(&mut rich).into_runs().map(Piece::Run));
                    match sign {
                        Sign::Place(number) => {
                            pieces.push(Piece::Place(number));
                            // What stands for the place is not the place.
                            letters.find(|letter| self.sign(*letter) == Some(Sign::PlaceEnd));
                        }
                        Sign::Open => pieces.push(Piece::Open),
                        Sign::Close => pieces.push(Piece::Close),
                        Sign::PlaceEnd | Sign::Nobody | Sign::Nothing | Sign::Letter(..) => {}
                    }
                }
                None if letter.is_alphanumeric() => {
                    rich.push(&between, Dress::default());
                    between.clear();
                    rich.push(letter.encode_utf8(&mut [0; 4]), Dress::default());
                }
                None => between.push(letter),
            }
        }
        rich.push(&between, Dress::default());
        pieces.extend(rich.into_runs().map(Piece::Run));
        pieces
    }
}

/// What rendered text is made of.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Letters of one dress.
    Run(Run),
    /// A place in a work, by its number.
    Place(usize),
    /// Where what a style puts into brackets begins.
    Open,
    /// Where it ends.
    Close,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(text: &RichText) -> Vec<(String, Dress)> {
        let mut cipher = Cipher::default();
        let coded = cipher.encode(text);
        let runs = cipher.decode(&coded).into_iter().map(|piece| match piece {
            Piece::Run(run) => (run.text, run.dress),
            other => panic!("{other:?}"),
        });
        runs.collect()
    }

    #[test]
    fn dresses_survive() {
        let italic = Dress { italic: true, ..Dress::default() };
        let raised = Dress { script: Script::Superscript, ..Dress::default() };
        let mut text = RichText::from("Growth of ");
        text.push("Escherichia coli", italic);
        text.push(", at 10", Dress::default());
        text.push("−9", raised);
        let expected = [
            ("Growth of ", Dress::default()),
            ("Escherichia coli", italic),
            (", at 10", Dress::default()),
            ("−9", raised),
        ];
        assert_eq!(there_and_back(&text), expected.map(|(text, dress)| (text.to_owned(), dress)));
    }

    #[test]
    fn what_keeps_its_case_is_out_of_reach() {
        let keeps = Dress { keeps_case: true, ..Dress::default() };
        let mut text = RichText::default();
        text.push("The pH of ", Dress::default());
        text.push("pH CT", keeps);
        let coded = Cipher::default().encode(&text);
        assert_eq!(coded.to_uppercase().matches("PH").count(), 1, "only the first");
        assert!(coded.ends_with("CT"), "letters that no style changes are themselves");
        assert_eq!(there_and_back(&text), [("The pH of pH CT".to_owned(), Dress::default())]);
    }
}
