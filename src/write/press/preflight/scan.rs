//! Descriptions of pages (ISO 32000-1, 7.8.2) in pieces: operators and what they are
//! given. Nothing is built but the operands of one operator at a time, whatever a file
//! brings.

/// More operands than any operator has; what is beyond is passed over.
const MAX_OPERANDS: usize = 1 << 16;

/// What an operator is given. Lists are taken for what is in them, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand<'a> {
    /// A number.
    Number(f64),
    /// A name as it is written, without its slash.
    Name(&'a [u8]),
    /// Text.
    Text(Vec<u8>),
}

impl Operand<'_> {
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Name(_) | Self::Text(_) => None,
        }
    }
}

/// A description that is read.
pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Returns the next operator, and sets what it is given. A picture in the description
    /// itself is the operator `EI`.
    pub(super) fn next(&mut self, operands: &mut Vec<Operand<'a>>) -> Option<&'a [u8]> {
        operands.clear();
        loop {
            let operand = match self.peek()? {
                b'%' => {
                    self.skip(|byte| byte != b'\n' && byte != b'\r');
                    continue;
                }
                b'/' => {
                    self.at += 1;
                    Operand::Name(self.word())
                }
                b'(' => Operand::Text(self.literal()),
                b'<' if self.bytes.get(self.at + 1) != Some(&b'<') => {
                    Operand::Text(self.hexadecimal())
                }
                b'+' | b'-' | b'.' | b'0'..=b'9' => Operand::Number(number(self.word())),
                b'<' => {
                    self.at += 2;
                    continue;
                }
                byte if is_delimiter(byte) || is_space(byte) => {
                    self.at += 1;
                    continue;
                }
                _ => match self.word() {
                    b"BI" => {
                        operands.clear();
                        continue;
                    }
                    b"ID" => {
                        self.pass_picture();
                        return Some(b"EI");
                    }
                    word => return Some(word),
                },
            };
            if operands.len() < MAX_OPERANDS {
                operands.push(operand);
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip(&mut self, goes_on: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&goes_on) {
            self.at += 1;
        }
    }

    fn word(&mut self) -> &'a [u8] {
        let start = self.at;
        self.skip(|byte| !is_space(byte) && !is_delimiter(byte));
        &self.bytes[start..self.at]
    }

    /// Reads text in parentheses: 7.3.4.2.
    fn literal(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => {
                    depth += 1;
                    if depth == 1 {
                        continue;
                    }
                }
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                b'\\' => {
                    out.extend(self.escaped());
                    continue;
                }
                _ => {}
            }
            out.push(byte);
        }
        out
    }

    fn escaped(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'\r' | b'\n' => None,
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    self.at += 1;
                    value = value * 8 + u32::from(digit - b'0');
                }
                Some((value & 0xff) as u8)
            }
            other => Some(other),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut half: Option<u8> = None;
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            let Some(digit) = (byte as char).to_digit(16) else {
                if byte == b'>' {
                    break;
                }
                continue;
            };
            let digit = digit as u8;
            match half.take() {
                None => half = Some(digit << 4),
                Some(high) => out.push(high | digit),
            }
        }
        out.extend(half);
        out
    }

    /// Passes over the pixels of a picture, which end with `EI`: 8.9.7.
    fn pass_picture(&mut self) {
        let rest = &self.bytes[self.at..];
        let ends = |at: usize| {
            let after = rest.get(at + 3).copied();
            is_space(rest[at]) && &rest[at + 1..at + 3] == b"EI" && after.is_none_or(is_space)
        };
        let end = (0..rest.len().saturating_sub(2)).find(|at| ends(*at));
        self.at += end.map_or(rest.len(), |end| end + 3);
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// Reads a number; what is none is 0, as readers take it.
fn number(word: &[u8]) -> f64 {
    let text = std::str::from_utf8(word).unwrap_or_default();
    text.parse().ok().filter(|number: &f64| number.is_finite()).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut scanner = Scanner::new(text.as_bytes());
        let mut operands = Vec::new();
        let mut out = Vec::new();
        while let Some(operator) = scanner.next(&mut operands) {
            let given = operands.iter().map(|operand| match operand {
                Operand::Number(number) => format!("{number} "),
                Operand::Name(name) => format!("/{} ", String::from_utf8_lossy(name)),
                Operand::Text(text) => format!("({}) ", String::from_utf8_lossy(text)),
            });
            out.push(given.collect::<String>() + &String::from_utf8_lossy(operator));
        }
        out
    }

    #[test]
    fn operators_come_with_what_they_are_given() {
        let text = "q 1 0 0 -.5 +3 4. cm% a comment S\n/P1 Do[(a\\)\\(b(c)) -120 <4142 4>]TJ\
            \n/Span<</MCID 0/E(x)>>BDC (\\101\\\n) Tj T* Q";
        assert_eq!(
            read(text),
            [
                "q",
                "1 0 0 -0.5 3 4 cm",
                "/P1 Do",
                "(a)(b(c)) -120 (AB@) TJ",
                "/Span /MCID 0 /E (x) BDC",
                "(A) Tj",
                "T*",
                "Q"
            ]
        );
    }

    #[test]
    fn pictures_within_are_passed_over() {
        let text = "q BI /W 4 /H 2 /BPC 8 ID EIx EI) (EI EI S Q";
        assert_eq!(read(text), ["q", "/W 4 /H 2 /BPC 8 EI", "S", "Q"]);
    }

    #[test]
    fn what_is_broken_ends() {
        for text in ["(((", "<<<", "<41", "BI ID", "1 2 3", "/", "\\", ")", "(\\", "ID EI", "- + ."]
        {
            assert!(read(text).len() < 3, "{text}");
        }
    }
}
