//! The syntax of objects: ISO 32000-1, 7.2 and 7.3.
//!
//! What is not as it should be, or is a comment, is nothing: whoever asks finds another way.

use std::borrow::Cow;

use memchr::{memchr, memchr3};

use super::document::{Dictionary, MAX_DEPTH, Value};

/// White space: 7.2.2.
fn is_space(byte: u8) -> bool {
    matches!(byte, b'\0' | b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// What was not read yet.
pub(super) struct Reader<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn take_while(&mut self, is: impl Fn(u8) -> bool) -> &'a [u8] {
        let count = self.rest.iter().take_while(|byte| is(**byte)).count();
        let (taken, rest) = self.rest.split_at(count);
        self.rest = rest;
        taken
    }

    pub(super) fn space(&mut self) {
        self.take_while(is_space);
    }

    /// Takes some words, if they come next.
    pub(super) fn takes(&mut self, words: &[u8]) -> bool {
        let rest = self.rest.strip_prefix(words);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Takes a word that must come, and ends where it ends.
    pub(super) fn word(&mut self, word: &[u8]) -> Option<()> {
        let ends = !self.rest.get(word.len()).is_some_and(|byte| is_regular(*byte));
        (ends && self.takes(word)).then_some(())
    }

    /// Takes a number of at least one digit.
    pub(super) fn digits(&mut self) -> Option<i64> {
        number(self.take_while(|byte| byte.is_ascii_digit()))
    }

    pub(super) fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        if depth > MAX_DEPTH {
            return None;
        }
        Some(match self.rest {
            [b'<', b'<', ..] => Value::Dictionary(self.dictionary(depth)?),
            [b'<', ..] => Value::Text(Cow::Owned(self.hexadecimal()?)),
            [b'(', ..] => Value::Text(self.literal()?),
            [b'/', ..] => Value::Name(self.name()?),
            [b'[', ..] => Value::Array(self.array(depth)?),
            [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => self.number()?,
            _ => match self.take_while(is_regular) {
                b"true" => Value::Boolean(true),
                b"false" => Value::Boolean(false),
                b"null" => Value::Other,
                _ => return None,
            },
        })
    }

    pub(super) fn dictionary(&mut self, depth: usize) -> Option<Dictionary<'a>> {
        self.takes(b"<<").then_some(())?;
        let mut entries = Vec::with_capacity(8);
        loop {
            self.space();
            if self.takes(b">>") {
                return Some(Dictionary(entries));
            }
            let key = self.name()?;
            self.space();
            entries.push((key, self.value(depth + 1)?));
        }
    }

    fn array(&mut self, depth: usize) -> Option<Vec<Value<'a>>> {
        self.takes(b"[").then_some(())?;
        let mut values = Vec::new();
        loop {
            self.space();
            if self.takes(b"]") {
                return Some(values);
            }
            values.push(self.value(depth + 1)?);
        }
    }

    /// Reads a name: 7.3.5.
    fn name(&mut self) -> Option<Cow<'a, [u8]>> {
        self.takes(b"/").then_some(())?;
        let name = self.take_while(is_regular);
        if memchr(b'#', name).is_none() {
            return Some(Cow::Borrowed(name));
        }
        let mut rest = name;
        let mut out = Vec::with_capacity(name.len());
        while let [first, after @ ..] = rest {
            rest = after;
            if *first != b'#' {
                out.push(*first);
                continue;
            }
            let (pair, after) = rest.split_first_chunk::<2>()?;
            out.push(digit(pair[0])? << 4 | digit(pair[1])?);
            rest = after;
        }
        Some(Cow::Owned(out))
    }

    /// Reads a number, or a reference, which begins with one: 7.3.3, 7.3.10.
    fn number(&mut self) -> Option<Value<'a>> {
        let said = self.take_while(is_regular);
        let digits = said.strip_prefix(b"-").or(said.strip_prefix(b"+")).unwrap_or(said);
        let points = memchr::memchr_iter(b'.', digits).count();
        let is_number = digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
        if !is_number || points > 1 || digits.len() == points {
            return None;
        }
        if points == 1 {
            return Some(Value::Other);
        }
        let value = number(digits)?;
        if said.len() != digits.len() {
            return Some(Value::Integer(if said.starts_with(b"-") { -value } else { value }));
        }
        let mut ahead = Reader { rest: self.rest };
        ahead.space();
        if ahead.takes(b"0") {
            ahead.space();
            if ahead.word(b"R").is_some() {
                self.rest = ahead.rest;
                return u32::try_from(value).ok().map(Value::Reference);
            }
        }
        Some(Value::Integer(value))
    }

    /// Reads text between parentheses, with ends of lines as they are: 7.3.4.2.
    fn literal(&mut self) -> Option<Cow<'a, [u8]>> {
        self.takes(b"(").then_some(())?;
        let end = memchr3(b')', b'(', b'\\', self.rest)?;
        let (plain, rest) = self.rest.split_at(end);
        if let [b')', rest @ ..] = rest {
            self.rest = rest;
            return Some(Cow::Borrowed(plain));
        }
        let mut out = Vec::new();
        let mut open = 0;
        loop {
            let byte = self.take(1)?[0];
            match byte {
                b'(' => open += 1,
                b')' if open == 0 => return Some(Cow::Owned(out)),
                b')' => open -= 1,
                b'\\' => {
                    out.extend(self.escaped()?);
                    continue;
                }
                _ => {}
            }
            out.push(byte);
        }
    }

    /// Reads what follows a backslash; nothing for the end of a line.
    fn escaped(&mut self) -> Option<Option<u8>> {
        let byte = self.take(1)?[0];
        Some(Some(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => b'\x08',
            b'f' => b'\x0c',
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    match self.rest.first() {
                        Some(digit @ b'0'..=b'7') => {
                            code = code << 3 | u32::from(digit - b'0');
                            self.take(1)?;
                        }
                        _ => break,
                    }
                }
                u8::try_from(code & 0xff).ok()?
            }
            b'\n' => return Some(None),
            b'\r' => {
                self.takes(b"\n");
                return Some(None);
            }
            other => other,
        }))
    }

    /// Reads text between angle brackets: 7.3.4.3.
    fn hexadecimal(&mut self) -> Option<Vec<u8>> {
        self.takes(b"<").then_some(())?;
        let end = memchr(b'>', self.rest)?;
        let digits = self.take(end)?;
        self.take(1)?;
        let mut out = Vec::with_capacity(digits.len() / 2 + 1);
        let mut half = None;
        for byte in digits.iter().filter(|byte| !is_space(**byte)) {
            let digit = digit(*byte)?;
            match half.take() {
                Some(first) => out.push(first << 4 | digit),
                None => half = Some(digit),
            }
        }
        out.extend(half.map(|last| last << 4));
        Some(out)
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Returns the number of some digits, if that is no more than fits.
fn number(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    digits
        .iter()
        .try_fold(0, |number, digit| Some(number * 10 + i64::from(digit.checked_sub(b'0')?)))
}
