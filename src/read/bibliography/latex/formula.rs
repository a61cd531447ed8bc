//! Formulas in titles to dressed letters: what they are mostly written for, such
//! as Greek letters, powers, and formulas of chemistry.

use super::MAX_DEPTH;
use super::symbols::{math_symbol, symbol};
use crate::model::{Dress, RichText, Script};

/// Writes a formula of a title: letters and signs, high and low ones.
pub(super) fn push(formula: &str, dress: Dress, out: &mut RichText) {
    math(formula, dress, 0, out);
}

fn math(formula: &str, dress: Dress, depth: usize, out: &mut RichText) {
    let mut rest = formula;
    // Commands that have an argument dress what it holds; at the end, no deeper.
    let nested = |inner: &str, dress: Dress, out: &mut RichText| match depth < MAX_DEPTH {
        true => math(inner, dress, depth + 1, out),
        false => out.push(inner, dress),
    };
    while let Some(c) = rest.chars().next() {
        let behind = &rest[c.len_utf8()..];
        match c {
            '^' | '_' => {
                let (inner, after) = operand(behind);
                rest = after;
                let inner = inner.trim();
                let script = if c == '^' { Script::Superscript } else { Script::Subscript };
                match inner {
                    // A degree is no power.
                    "\\circ" | "{\\circ}" if c == '^' => out.push("°", dress),
                    "\\prime" if c == '^' => out.push("′", dress),
                    _ => nested(inner, Dress { script, ..dress }, out),
                }
            }
            '{' => {
                let (inner, after) = operand(rest);
                rest = after;
                nested(inner, dress, out);
            }
            '\\' => {
                let letters = behind.bytes().take_while(u8::is_ascii_alphabetic).count();
                if letters == 0 {
                    let Some(c) = behind.chars().next() else { return };
                    rest = &behind[c.len_utf8()..];
                    match c {
                        ',' | ';' | ':' | ' ' => out.push(" ", dress),
                        '!' => {}
                        '\\' => out.push(" ", dress),
                        c => out.push(c.encode_utf8(&mut [0; 4]), dress),
                    }
                    continue;
                }
                let (name, after) = behind.split_at(letters);
                rest = after.trim_start();
                match name {
                    "frac" | "tfrac" | "dfrac" => {
                        let (over, after) = operand(rest);
                        let (under, after) = operand(after);
                        rest = after;
                        nested(over, dress, out);
                        out.push("/", dress);
                        nested(under, dress, out);
                    }
                    "sqrt" => {
                        out.push("√", dress);
                    }
                    "mathit" | "textit" | "emph" | "mathnormal" => {
                        let (inner, after) = operand(rest);
                        rest = after;
                        let text = inner.replace(['{', '}'], "");
                        out.push(&text, Dress { italic: true, ..dress });
                    }
                    "mathbf" | "boldsymbol" | "textbf" | "bm" => {
                        let (inner, after) = operand(rest);
                        rest = after;
                        nested(inner, Dress { bold: true, ..dress }, out);
                    }
                    // Words, where spaces count and letters are no variables.
                    "mathrm" | "text" | "textrm" | "mbox" | "operatorname" | "mathsf" | "rm" => {
                        let (inner, after) = operand(rest);
                        let spaces = inner.replace(' ', "\\ ");
                        rest = after;
                        nested(if inner.len() == 1 { inner } else { &spaces }, dress, out);
                    }
                    // What is no sign dresses its argument, which is read next.
                    _ => {
                        let sign = math_symbol(name).or_else(|| symbol(name));
                        out.push(sign.unwrap_or(""), dress);
                    }
                }
            }
            '-' => {
                rest = behind;
                out.push("−", dress);
            }
            '\'' => {
                rest = behind;
                out.push("′", dress);
            }
            '~' => {
                rest = behind;
                out.push("\u{a0}", dress);
            }
            '}' => rest = behind,
            c if c.is_whitespace() => rest = behind,
            c if c.is_ascii_alphabetic() => {
                let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
                // One letter is a variable; several are a word, or a formula of
                // chemistry.
                let italic = dress.italic != (end == 1);
                out.push(&rest[..end], Dress { italic, ..dress });
                rest = &rest[end..];
            }
            c => {
                rest = behind;
                out.push(c.encode_utf8(&mut [0; 4]), dress);
            }
        }
    }
}

/// Returns what a command of a formula works on, without its braces, and what
/// follows.
fn operand(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    if !text.starts_with('{') {
        let end = match text.strip_prefix('\\') {
            Some(name) => {
                let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
                match letters {
                    0 => name.chars().next().map_or(1, |c| 1 + c.len_utf8()),
                    letters => letters + 1,
                }
            }
            None => text.chars().next().map_or(0, char::len_utf8),
        };
        return text.split_at(end);
    }
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (&text[1..at], &text[at + 1..]);
        }
    }
    (&text[1..], "")
}

/// Writes a formula of chemistry, as mhchem takes it: numbers behind letters
/// are low, what follows a `^` is high.
pub(super) fn push_chemistry(formula: &str, dress: Dress, out: &mut RichText) {
    let low = Dress { script: Script::Subscript, ..dress };
    let high = Dress { script: Script::Superscript, ..dress };
    let mut push_char = |c: char, dress| out.push(c.encode_utf8(&mut [0; 4]), dress);
    let mut now = dress;
    let mut before = ' ';
    for c in formula.chars() {
        match c {
            '^' => now = high,
            '_' => now = low,
            '{' | '}' => {}
            '0'..='9' if now == high => push_char(c, high),
            '0'..='9' if before.is_alphabetic() || matches!(before, ')' | ']') || now == low => {
                now = low;
                push_char(c, low);
            }
            '+' | '-' if now == high || before.is_alphanumeric() => {
                push_char(if c == '-' { '−' } else { '+' }, high);
            }
            c => {
                now = dress;
                push_char(c, dress);
            }
        }
        before = c;
    }
}
