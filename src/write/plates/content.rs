//! Drawing instructions (ISO 32000-1, 7.8.2): colors become inks, and all else stays
//! as it is, byte for byte.

use std::collections::BTreeMap;

use super::palette::Palette;
use super::space::{Space, named};

/// How deeply states are saved.
const MAX_SAVED: usize = 1000;

/// The spaces that areas and lines are colored in.
#[derive(Debug, Clone)]
struct State {
    fill: Space,
    stroke: Space,
}

/// A piece of the instructions.
enum Token {
    /// A number, a name, a string, a bracket.
    Operand,
    Operator,
}

/// Rewrites instructions. `spaces` are those that have a name.
///
/// # Errors
/// What has colors that cannot be told.
pub(super) fn rewrite(
    content: &[u8],
    spaces: &BTreeMap<Vec<u8>, Space>,
    palette: Palette,
) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(content.len() + content.len() / 8);
    let mut lexer = Lexer { content, at: 0 };
    let mut state = State { fill: Space::Gray, stroke: Space::Gray };
    let mut saved: Vec<State> = Vec::new();
    // Where a space was set, its color is black until one is set.
    let mut pending = [false; 2];
    let mut operands: Vec<&[u8]> = Vec::new();
    let mut start = None;
    let mut written = 0;
    while let Some((from, to, token)) = lexer.next() {
        let text = &content[from..to];
        if matches!(token, Token::Operand) {
            start.get_or_insert(from);
            operands.push(text);
            continue;
        }
        let begin = start.take().unwrap_or(from);
        out.extend(&content[written..begin]);
        written = to;
        let is_stroke = text.first().is_some_and(u8::is_ascii_uppercase);
        let side = usize::from(is_stroke);
        let is_color = matches!(text, b"sc" | b"scn" | b"SC" | b"SCN");
        let is_set = matches!(text, b"g" | b"G" | b"rg" | b"RG" | b"k" | b"K") || is_color;
        if is_set {
            pending[side] = false;
        } else if !matches!(text, b"cs" | b"CS") {
            for (side, pending) in pending.iter_mut().enumerate() {
                if std::mem::take(pending) {
                    out.extend(palette.set(&Space::Gray, &[0.0], side == 1)?.as_bytes());
                    out.push(b'\n');
                }
            }
        }
        let current = if is_stroke { &mut state.stroke } else { &mut state.fill };
        let mut replaced = None;
        match text {
            b"g" | b"G" => *current = Space::Gray,
            b"rg" | b"RG" => *current = Space::Rgb,
            b"k" | b"K" => *current = Space::Cmyk,
            b"cs" | b"CS" => {
                *current = operands
                    .first()
                    .and_then(|name| name.strip_prefix(b"/"))
                    .map_or(Space::Other, |name| {
                        spaces.get(name).cloned().unwrap_or_else(|| named(name))
                    });
                match current {
                    Space::Gray | Space::Rgb | Space::Cmyk => {
                        pending[side] = true;
                        replaced = Some(String::new());
                    }
                    Space::Pattern(_) | Space::Separation => {}
                    Space::Indexed { .. } | Space::Other => {
                        return Err("colors that are neither of a screen nor of a press".into());
                    }
                }
            }
            b"q" => {
                if saved.len() >= MAX_SAVED {
                    return Err("instructions that are nested too deeply".into());
                }
                saved.push(state.clone());
            }
            b"Q" => state = saved.pop().unwrap_or(state),
            b"BI" => lexer.skip_picture()?,
            _ => {}
        }
        if is_set {
            let space = if is_stroke { &state.stroke } else { &state.fill };
            replaced = colored(space, &operands, is_stroke, palette)?;
        }
        match replaced {
            Some(text) => {
                if out.last().is_some_and(|last| is_regular(*last)) && !text.is_empty() {
                    out.push(b' ');
                }
                out.extend(text.as_bytes());
            }
            None => {
                written = lexer.at;
                out.extend(&content[begin..written]);
            }
        }
        operands.clear();
    }
    out.extend(&content[written..]);
    Ok(out)
}

/// Returns how a color is set in inks; `None` if it stays as it is.
fn colored(
    space: &Space,
    operands: &[&[u8]],
    is_stroke: bool,
    palette: Palette,
) -> Result<Option<String>, String> {
    match space {
        Space::Gray | Space::Rgb | Space::Cmyk => {
            let numbers = numbers(operands);
            palette.set(space, &numbers, is_stroke).map(Some)
        }
        Space::Pattern(Some(base)) => {
            let Some((name, rest)) = operands.split_last() else { return Ok(None) };
            let inks: Vec<String> =
                palette.inks(base, &numbers(rest))?.into_iter().map(written_number).collect();
            let name = String::from_utf8_lossy(name);
            let operator = if is_stroke { "SCN" } else { "scn" };
            Ok(Some(format!("{} {name} {operator}", inks.join(" "))))
        }
        _ => Ok(None),
    }
}

fn numbers(operands: &[&[u8]]) -> Vec<f64> {
    let number = |text: &&[u8]| std::str::from_utf8(text).ok()?.parse().ok();
    operands.iter().map(|text| number(text).unwrap_or(0.0)).collect()
}

/// Writes a number from 0 to 1, of which no more is taken than there is.
pub(super) fn written_number(number: f64) -> String {
    let cut = (number.clamp(0.0, 1.0) * 10_000.0 + 1e-6).floor() / 10_000.0;
    format!("{cut}")
}

/// Takes instructions apart: 7.2 and 7.3.
struct Lexer<'a> {
    content: &'a [u8],
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<u8> {
        self.content.get(self.at).copied()
    }

    fn skip_while(&mut self, is_it: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&is_it) {
            self.at += 1;
        }
    }

    /// Returns where the next piece begins and ends, and what it is.
    fn next(&mut self) -> Option<(usize, usize, Token)> {
        loop {
            self.skip_while(is_space);
            if self.peek()? != b'%' {
                break;
            }
            self.skip_while(|byte| !matches!(byte, b'\n' | b'\r'));
        }
        let from = self.at;
        let first = self.peek()?;
        self.at += 1;
        let mut token = Token::Operand;
        match first {
            b'(' => self.string(),
            b'<' if self.peek() == Some(b'<') => self.at += 1,
            b'>' if self.peek() == Some(b'>') => self.at += 1,
            b'<' => {
                self.skip_while(|byte| byte != b'>');
                self.at = (self.at + 1).min(self.content.len());
            }
            b'/' => self.skip_while(is_regular),
            b'[' | b']' | b'{' | b'}' | b'>' | b')' => {}
            _ => {
                self.skip_while(is_regular);
                let is_number = matches!(first, b'0'..=b'9' | b'+' | b'-' | b'.');
                let text = &self.content[from..self.at];
                if !is_number && !matches!(text, b"true" | b"false" | b"null") {
                    token = Token::Operator;
                }
            }
        }
        Some((from, self.at, token))
    }

    /// Goes behind a string whose first bracket was read.
    fn string(&mut self) {
        let mut open = 1;
        while open > 0 {
            match self.peek() {
                None => return,
                Some(b'\\') => self.at = (self.at + 1).min(self.content.len() - 1),
                Some(b'(') => open += 1,
                Some(b')') => open -= 1,
                Some(_) => {}
            }
            self.at += 1;
        }
    }

    /// Goes behind a picture among the instructions (8.9.7), if it has no colors.
    fn skip_picture(&mut self) -> Result<(), String> {
        let mut described = Vec::new();
        loop {
            let Some((from, to, token)) = self.next() else {
                return Err("a picture without an end".into());
            };
            let text = &self.content[from..to];
            if matches!(token, Token::Operator) && text == b"ID" {
                break;
            }
            described.push(text);
        }
        let value = |keys: [&[u8]; 2]| {
            let at = described.iter().position(|text| keys.contains(text))?;
            described.get(at + 1).copied()
        };
        let is_mask = value([b"/IM", b"/ImageMask"]) == Some(b"true");
        let space = value([b"/CS", b"/ColorSpace"]).and_then(|name| name.strip_prefix(b"/"));
        if !is_mask && space.map(named) != Some(Space::Gray) {
            return Err("a picture among drawing instructions".into());
        }
        let rest = self.content.get(self.at..).unwrap_or_default();
        let is_end =
            |window: &[u8]| is_space(window[0]) && &window[1..3] == b"EI" && !is_regular(window[3]);
        let end = rest.windows(4).position(is_end);
        match end
            .map(|end| self.at + end + 3)
            .or_else(|| rest.ends_with(b"\nEI").then_some(self.content.len()))
        {
            Some(end) => {
                self.at = end;
                Ok(())
            }
            None => Err("a picture without an end".into()),
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}
