//! Author's text against Anki's own markup.
//!
//! Anki gives meaning to braces, colons and square brackets inside fields, and
//! runs `MathJax` over cards. What an author wrote must come out as characters,
//! and only what the dialect means as a cloze or a formula may be one. So the dialect writes
//! them with control characters, which [`crate::write::html::escape`] keeps
//! out of text, and they become braces only when every other brace is gone.

/// Begins a cloze; its number follows, up to [`BODY`].
pub(super) const OPEN: char = '\u{1}';
/// Begins a cloze's text.
pub(super) const BODY: char = '\u{2}';
/// Begins a cloze's hint.
pub(super) const HINT: char = '\u{3}';
/// Ends a cloze.
pub(super) const CLOSE: char = '\u{4}';

/// Begins a formula, in a line and on a line of its own.
pub(super) const FORMULA: [char; 2] = ['\u{5}', '\u{7}'];
/// Ends a formula, in a line and on a line of its own.
pub(super) const FORMULA_END: [char; 2] = ['\u{6}', '\u{8}'];

/// What Anki takes for a sound, a voice or a picture of TeX after a `[`.
const BRACKETED: [&str; 6] = ["sound:", "anki:", "latex]", "/latex]", "$", "/$"];

/// Returns the HTML of a field as Anki is to have it.
pub(super) fn field(html: &str) -> String {
    let html = html.trim();
    let mut out = String::with_capacity(html.len());
    let mut depth = 0_usize;
    let mut formula = false;
    let mut before = '\0';
    let mut rest = html;
    while !rest.is_empty() {
        // Most of a field means nothing to Anki, and is copied as it is.
        let plain = rest.bytes().position(is_special).unwrap_or(rest.len());
        let (run, special) = rest.split_at(plain);
        if let Some(last) = run.chars().next_back() {
            out.push_str(run);
            before = last;
        }
        let Some(c) = special.chars().next() else { break };
        rest = &special[c.len_utf8()..];
        match c {
            // Between elements it is for those who read the source.
            '\n' if before == '>' => {}
            OPEN => {
                depth += 1;
                out.push_str("{{c");
            }
            BODY | HINT => out.push_str("::"),
            CLOSE => {
                depth = depth.saturating_sub(1);
                out.push_str("}}");
            }
            c if FORMULA.contains(&c) || FORMULA_END.contains(&c) => {
                formula = FORMULA.contains(&c);
                out.push_str(match c {
                    '\u{5}' => "\\(",
                    '\u{6}' => "\\)",
                    '\u{7}' => "\\[",
                    _ => "\\]",
                });
            }
            // In a formula, braces and backslashes mean what they say; but two
            // braces in a row would begin or end a cloze.
            '{' | '}' if formula => {
                if before == c {
                    out.push(' ');
                }
                out.push(c);
            }
            '\\' if formula => out.push(c),
            '{' => out.push_str("&#123;"),
            '}' => out.push_str("&#125;"),
            // In a cloze, two colons begin its hint.
            ':' if depth > 0 && clings(before, rest) => out.push_str("&#58;"),
            '[' if is_bracketed(rest) => out.push_str("&#91;"),
            // An unseen word joiner keeps MathJax from taking it as its own.
            '\\' if rest.starts_with(['(', ')', '[', ']']) => out.push_str("\\\u{2060}"),
            c => out.push(c),
        }
        before = c;
    }
    out
}

/// Tells whether a byte may begin what [`field`] writes otherwise.
fn is_special(byte: u8) -> bool {
    matches!(byte, 1..=8 | b'\n' | b'{' | b'}' | b':' | b'[' | b'\\')
}

fn clings(before: char, rest: &str) -> bool {
    matches!(before, ':' | BODY | HINT) || rest.starts_with([':', HINT, CLOSE])
}

fn is_bracketed(rest: &str) -> bool {
    BRACKETED
        .iter()
        .any(|word| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::html::escaped;

    fn cloze(text: &str, hint: &str) -> String {
        field(&format!("{OPEN}1{BODY}{}{HINT}{}{CLOSE}", escaped(text), escaped(hint)))
    }

    #[test]
    fn text_is_never_markup() {
        let plain = |text: &str| field(&escaped(text));
        assert_eq!(plain("{{c1::x}}"), "&#123;&#123;c1::x&#125;&#125;");
        assert_eq!(plain("[Sound:a.mp3] [a]"), "&#91;Sound:a.mp3] [a]");
        assert_eq!(plain("[$]x[/$] [latex]"), "&#91;$]x&#91;/$] &#91;latex]");
        assert_eq!(plain("\\(x\\) \\n"), "\\\u{2060}(x\\\u{2060}) \\n");
        assert_eq!(plain("\u{1}1\u{2}x\u{4}"), "1x");
        assert_eq!(plain("<script>"), "&lt;script&gt;");
    }

    #[test]
    fn clozes_end_where_they_should() {
        assert_eq!(cloze("a", "b"), "{{c1::a::b}}");
        assert_eq!(cloze("1:2", "b"), "{{c1::1:2::b}}");
        assert_eq!(cloze("a::b", "c"), "{{c1::a&#58;&#58;b::c}}");
        assert_eq!(cloze("a:", ":b"), "{{c1::a&#58;::&#58;b}}");
        assert_eq!(cloze("x}}", "y"), "{{c1::x&#125;&#125;::y}}");
        assert_eq!(field(&format!("{{{OPEN}12{BODY}a{CLOSE}}}")), "&#123;{{c12::a}}&#125;");
    }
}
