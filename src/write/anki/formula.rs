//! Formulas as Anki has them: LaTeX, which its `MathJax` sets.

use super::escape::{FORMULA, FORMULA_END};
use crate::model::Math;
use crate::write::html::escape;

/// Commands that `MathJax` does not know, and what it knows in their place.
const UNKNOWN: [(&str, &str); 5] = [
    ("degree", "\\text{°}"),
    ("permil", "\\text{‰}"),
    ("euro", "\\text{€}"),
    ("Angstrom", "\\text{Å}"),
    ("cent", "\\text{¢}"),
];

/// Commands whose argument is text, in which `MathJax` takes a backslash for
/// itself.
const TEXTUAL: [&str; 7] = ["text", "textrm", "textbf", "textit", "textsf", "texttt", "mbox"];

/// Writes a formula; the field's escape makes its ends.
pub(super) fn write(math: &Math, out: &mut String) {
    let kind = usize::from(math.display);
    out.push(FORMULA[kind]);
    escape(&latex(&math.latex), out);
    out.push(FORMULA_END[kind]);
}

/// Returns LaTeX that `MathJax` takes, in one line.
fn latex(written: &str) -> String {
    let line = written.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(line.len());
    let mut rest = line.as_str();
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let name = &after[..letters];
        if TEXTUAL.contains(&name)
            && let Some(length) = group_length(&after[letters..])
        {
            let end = letters + length;
            out.push_str(&rest[at..at + 1 + letters]);
            push_text(&after[letters..end], &mut out);
            rest = &after[end..];
            continue;
        }
        match UNKNOWN.iter().find(|(unknown, _)| *unknown == name) {
            Some((_, known)) => out.push_str(known),
            None => {
                // A sign after the backslash goes along, for it may be one, too.
                let sign = after.chars().next().map_or(0, char::len_utf8);
                let taken = if letters > 0 { letters } else { sign };
                out.push_str(&rest[at..at + 1 + taken]);
                rest = &after[taken..];
                continue;
            }
        }
        rest = &after[letters..];
    }
    out.push_str(rest);
    out
}

/// Returns the length of the group at the start, braces and all.
fn group_length(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' if !escaped => depth += 1,
            b'}' if !escaped => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ if depth == 0 => return None,
            _ => {}
        }
        escaped = byte == b'\\' && !escaped;
    }
    None
}

/// Appends text with the signs that its escapes mean; braces and dollars keep
/// theirs, for they mean something in text, too.
fn push_text(text: &str, out: &mut String) {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '~' => out.push('\u{a0}'),
            '\\' => match chars.next() {
                Some(sign @ ('%' | '#' | '&' | '_' | ' ')) => out.push(sign),
                Some(',' | ';' | ':') => out.push('\u{2009}'),
                Some(other) => {
                    out.push('\\');
                    out.push(other);
                }
                None => {}
            },
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::anki::escape::{BODY, CLOSE, OPEN, field};

    fn written(latex: &str, display: bool) -> String {
        let math = Math { latex: latex.into(), display, nodes: Vec::new() };
        let mut out = String::new();
        write(&math, &mut out);
        out
    }

    #[test]
    fn formulas_come_through() {
        assert_eq!(field(&written("a<b", false)), "\\(a&lt;b\\)");
        assert_eq!(field(&written("a \\\\[2pt]\nb", true)), "\\[a \\\\[2pt] b\\]");
        assert_eq!(field(&written("30\\degree", false)), "\\(30\\text{°}\\)");
        let text = written("\\text{50\\,\\% \\{a\\} of~b}\\%", false);
        let said = "\\(\\text{50\u{2009}% \\{a\\} of\u{a0}b}\\%\\)";
        assert_eq!(field(&text), said);
        assert_eq!(latex("\\text a \\text{b"), "\\text a \\text{b");
        assert_eq!(field("{}\\("), "&#123;&#125;\\\u{2060}(");
    }

    #[test]
    fn no_cloze_begins_or_ends_in_a_formula() {
        let formula = written("\\frac{a}{b_{c}}", false);
        let cloze = field(&format!("{OPEN}1{BODY}{formula}{CLOSE}"));
        assert_eq!(cloze, "{{c1::\\(\\frac{a}{b_{c} }\\)}}");
        assert_eq!(field(&written("{{c1::x}}", false)), "\\({ {c1::x} }\\)");
        let colons = field(&format!("{OPEN}1{BODY}{}{CLOSE}", written("a::b", false)));
        assert_eq!(colons, "{{c1::\\(a&#58;&#58;b\\)}}");
    }
}
