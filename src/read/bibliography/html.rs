//! The markup of titles to dressed letters.
//!
//! CSL has five elements of HTML (CSL 1.0.2, "Rich text"; Zotero, "Rich text
//! bibliography"); Pandoc writes the same in Markdown where its metadata is
//! YAML. What is no markup stays text: a title may well say "p < 0.05".

use memchr::{memchr, memchr3};

use crate::model::{Dress, RichText, Script};

/// Which notation a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::read) enum Markup {
    /// HTML alone.
    Html,
    /// HTML and Pandoc's Markdown.
    Markdown,
}

/// What a tag does to letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Italic,
    Bold,
    Superscript,
    Subscript,
    SmallCaps,
    KeepsCase,
    /// A span that says nothing we know.
    Nothing,
}

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    /// The tag as written; what closes it has the same word.
    Open(&'a str, Word, Effect),
    Close(&'a str, Word),
}

/// What a closing tag must have in common with the opening one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    I,
    B,
    Sup,
    Sub,
    Sc,
    Span,
    Star,
    Stars,
    Caret,
    Tilde,
}

const WORDS: usize = 10;

/// Reads a text that is not needed any more: most are plain, and stay where
/// they are.
pub(in crate::read) fn read_owned(text: String, markup: Markup) -> RichText {
    match text.trim().len() == text.len() && is_plain(&text, markup) {
        true => RichText::from(text),
        false => read(&text, markup),
    }
}

/// Tells whether nothing in a text could be markup.
fn is_plain(text: &str, markup: Markup) -> bool {
    let text = text.as_bytes();
    let is_html = memchr3(b'<', b'&', b'\n', text).or_else(|| memchr(b'\r', text)).is_some();
    let is_markdown = || text.iter().any(|byte| matches!(byte, b'*' | b'^' | b'~' | b'[' | b'\\'));
    !is_html && (markup == Markup::Html || !is_markdown())
}

/// Reads a text. White space that holds a line break is one space.
pub(in crate::read) fn read(text: &str, markup: Markup) -> RichText {
    if is_plain(text, markup) {
        return RichText::from(text.trim());
    }
    let pieces = pieces(text.trim(), markup);
    let matched = matched(&pieces);
    let mut rich = RichText::default();
    let mut dresses = vec![Dress::default()];
    for (piece, matched) in pieces.iter().zip(matched) {
        let dress = dresses.last().copied().unwrap_or_default();
        match piece {
            Piece::Open(_, _, effect) if matched => dresses.push(put_on(dress, *effect)),
            Piece::Close(..) if matched => {
                dresses.pop();
            }
            Piece::Text(text) | Piece::Open(text, ..) | Piece::Close(text, _) => {
                push_text(&mut rich, text, dress, markup);
            }
        }
    }
    rich
}

/// Italic within italic is upright again; so for the others that toggle.
fn put_on(dress: Dress, effect: Effect) -> Dress {
    match effect {
        Effect::Italic => Dress { italic: !dress.italic, ..dress },
        Effect::Bold => Dress { bold: !dress.bold, ..dress },
        Effect::SmallCaps => Dress { small_caps: !dress.small_caps, ..dress },
        Effect::Superscript => Dress { script: Script::Superscript, ..dress },
        Effect::Subscript => Dress { script: Script::Subscript, ..dress },
        Effect::KeepsCase => Dress { keeps_case: true, ..dress },
        Effect::Nothing => dress,
    }
}

/// Tells of each piece whether it is a tag that has its other half.
fn matched(pieces: &[Piece]) -> Vec<bool> {
    let mut matched = vec![false; pieces.len()];
    let mut open: Vec<(usize, Word)> = Vec::new();
    // How many are open of each word, so that one which nothing opened is not
    // looked for.
    let mut counts = [0_usize; WORDS];
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(_) => {}
            Piece::Open(_, word, _) => {
                open.push((at, *word));
                counts[*word as usize] += 1;
            }
            Piece::Close(_, word) if counts[*word as usize] > 0 => {
                // What was opened within and never closed is text.
                while let Some((before, opened)) = open.pop() {
                    counts[opened as usize] -= 1;
                    if opened == *word {
                        matched[before] = true;
                        matched[at] = true;
                        break;
                    }
                }
            }
            Piece::Close(..) => {}
        }
    }
    matched
}

fn pieces(text: &str, markup: Markup) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut at = 0;
    let mut open_scripts = [false; 2];
    let bytes = text.as_bytes();
    while at < bytes.len() {
        let rest = &text[at..];
        let before = text[..at].chars().next_back();
        let found = match bytes[at] {
            b'<' => html_tag(rest),
            b'h' if markup == Markup::Markdown && is_address(rest) && starts_word(before) => {
                // Its signs are its own.
                at += rest.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(rest.len());
                continue;
            }
            b'\\' if markup == Markup::Markdown => {
                at += 1 + usize::from(rest[1..].starts_with(|c: char| c.is_ascii_punctuation()));
                continue;
            }
            _ if markup == Markup::Markdown => markdown_tag(rest, before, &mut open_scripts),
            _ => None,
        };
        let Some((piece, length)) = found else {
            at += 1;
            while !text.is_char_boundary(at) {
                at += 1;
            }
            continue;
        };
        if from < at {
            pieces.push(Piece::Text(&text[from..at]));
        }
        pieces.push(piece);
        at += length;
        from = at;
    }
    if from < text.len() {
        pieces.push(Piece::Text(&text[from..]));
    }
    pieces
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

fn starts_word(before: Option<char>) -> bool {
    before.is_none_or(|c| !c.is_alphanumeric())
}

/// The longest tag that is looked at.
const MAX_TAG: usize = 120;

/// Reads a tag of HTML; returns it and its length.
fn html_tag(rest: &str) -> Option<(Piece<'_>, usize)> {
    let length = rest.bytes().take(MAX_TAG).position(|byte| byte == b'>')? + 1;
    let tag = &rest[..length];
    let inner = tag[1..length - 1].trim_end();
    if let Some(name) = inner.strip_prefix('/') {
        let (word, _) = element(name.trim_end())?;
        return Some((Piece::Close(tag, word), length));
    }
    let name_end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let (name, attributes) = inner.split_at(name_end);
    let (word, effect) = element(name)?;
    let effect = match word {
        Word::Span => span_effect(attributes),
        _ if !attributes.trim().is_empty() => return None,
        _ => effect,
    };
    Some((Piece::Open(tag, word, effect), length))
}

fn element(name: &str) -> Option<(Word, Effect)> {
    let name = name.to_ascii_lowercase();
    Some(match name.as_str() {
        "i" | "em" => (Word::I, Effect::Italic),
        "b" | "strong" => (Word::B, Effect::Bold),
        "sup" => (Word::Sup, Effect::Superscript),
        "sub" => (Word::Sub, Effect::Subscript),
        "sc" => (Word::Sc, Effect::SmallCaps),
        "span" => (Word::Span, Effect::Nothing),
        _ => return None,
    })
}

fn span_effect(attributes: &str) -> Effect {
    let plain: String =
        attributes.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    if plain.contains("font-variant:small-caps") {
        Effect::SmallCaps
    } else if plain.contains("nocase") {
        Effect::KeepsCase
    } else {
        Effect::Nothing
    }
}

/// Reads a mark of Pandoc's Markdown. Whether one opens or closes is told by
/// what stands beside it; `[` opens a span, whose class is after its `]`.
fn markdown_tag<'a>(
    rest: &'a str,
    before: Option<char>,
    open_scripts: &mut [bool; 2],
) -> Option<(Piece<'a>, usize)> {
    let (word, effect, length) = match rest.as_bytes().first()? {
        b'*' if rest.starts_with("**") => (Word::Stars, Effect::Bold, 2),
        b'*' => (Word::Star, Effect::Italic, 1),
        b'^' => (Word::Caret, Effect::Superscript, 1),
        b'~' => (Word::Tilde, Effect::Subscript, 1),
        b'[' => return open_bracket(rest),
        b']' => {
            let (_, end) = class_after(rest)?;
            return Some((Piece::Close(&rest[..end], Word::Span), end));
        }
        _ => return None,
    };
    let mark = &rest[..length];
    let next = rest[length..].chars().next();
    let text_before = before.is_some_and(|c| !c.is_whitespace());
    let text_after = next.is_some_and(|c| !c.is_whitespace());
    if matches!(word, Word::Caret | Word::Tilde) {
        let is_open = &mut open_scripts[usize::from(word == Word::Tilde)];
        if std::mem::take(is_open) {
            return Some((Piece::Close(mark, word), length));
        }
        // A lone "~" is "about": what is raised or lowered holds no space.
        let end = rest[length..]
            .chars()
            .take(MAX_TAG)
            .find(|c| c.is_whitespace() || mark.starts_with(*c));
        *is_open = text_before && text_after && end.is_some_and(|c| mark.starts_with(c));
        return is_open.then(|| (Piece::Open(mark, word, effect), length));
    }
    let in_word = before.is_some_and(char::is_alphanumeric);
    match (text_before, text_after) {
        (false, true) => Some((Piece::Open(mark, word, effect), length)),
        (true, false) => Some((Piece::Close(mark, word), length)),
        (true, true) if in_word || !next.is_some_and(char::is_alphanumeric) => {
            Some((Piece::Close(mark, word), length))
        }
        (true, true) => Some((Piece::Open(mark, word, effect), length)),
        (false, false) => None,
    }
}

/// Reads the bracket that begins `[text]{.nocase}`. Spans within spans are not
/// looked for.
fn open_bracket(rest: &str) -> Option<(Piece<'_>, usize)> {
    let close = rest.bytes().take(4 * MAX_TAG).position(|byte| byte == b']')?;
    let (effect, _) = class_after(&rest[close..])?;
    Some((Piece::Open(&rest[..1], Word::Span, effect), 1))
}

/// Returns what `]{.nocase}` says, and its length.
fn class_after(rest: &str) -> Option<(Effect, usize)> {
    let classes = [("]{.nocase}", Effect::KeepsCase), ("]{.smallcaps}", Effect::SmallCaps)];
    let found = classes.iter().find(|(written, _)| rest.starts_with(written));
    found.map(|(written, effect)| (*effect, written.len()))
}

/// Adds letters, with entities decoded and line breaks gone.
fn push_text(rich: &mut RichText, text: &str, dress: Dress, markup: Markup) {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '\n', '\r', '\\']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let first = rest.as_bytes().first();
        if first == Some(&b'\\') {
            let escaped = rest[1..].chars().next().filter(char::is_ascii_punctuation);
            match escaped.filter(|_| markup == Markup::Markdown) {
                Some(c) => {
                    out.push(c);
                    rest = &rest[2..];
                }
                None => {
                    out.push('\\');
                    rest = &rest[1..];
                }
            }
        } else if first == Some(&b'&') {
            match entity(rest) {
                Some((c, length)) => {
                    out.push(c);
                    rest = &rest[length..];
                }
                None => {
                    out.push('&');
                    rest = &rest[1..];
                }
            }
        } else {
            out.truncate(out.trim_end().len());
            out.push(' ');
            rest = rest.trim_start();
        }
    }
    out.push_str(rest);
    rich.push(&out, dress);
}

/// Returns the character of the entity at the start of a text, and the entity's
/// length.
fn entity(text: &str) -> Option<(char, usize)> {
    let length = text.bytes().take(12).position(|byte| byte == b';')? + 1;
    let name = &text[1..length - 1];
    let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    });
    let c = match number {
        Some(number) => char::from_u32(number).filter(|c| !c.is_control())?,
        None => ENTITIES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((c, length))
}

/// Those that exports of databases have.
const ENTITIES: [(&str, char); 34] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("deg", '°'),
    ("plusmn", '±'),
    ("times", '×'),
    ("micro", 'µ'),
    ("middot", '·'),
    ("reg", '®'),
    ("copy", '©'),
    ("trade", '™'),
    ("le", '≤'),
    ("ge", '≥'),
    ("alpha", 'α'),
    ("beta", 'β'),
    ("gamma", 'γ'),
    ("delta", 'δ'),
    ("kappa", 'κ'),
    ("mu", 'μ'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str, markup: Markup) -> String {
        let mut out = String::new();
        for run in read(text, markup).runs() {
            let Dress { italic, bold, small_caps, script, keeps_case } = run.dress;
            let marks: String = [
                (italic, 'i'),
                (bold, 'b'),
                (small_caps, 'c'),
                (script == Script::Superscript, '^'),
                (script == Script::Subscript, '_'),
                (keeps_case, 'k'),
            ]
            .into_iter()
            .filter_map(|(on, mark)| on.then_some(mark))
            .collect();
            match marks.is_empty() {
                true => out.push_str(&run.text),
                false => out.push_str(&format!("{marks}({})", run.text)),
            }
        }
        out
    }

    #[test]
    fn html() {
        let html = |text| show(text, Markup::Html);
        assert_eq!(html("plain"), "plain");
        assert_eq!(html("<i>E. coli</i> at 10<sup>9</sup>"), "i(E. coli) at 10^(9)");
        assert_eq!(html("<i>a <i>b</i> c</i>"), "i(a )bi( c)");
        assert_eq!(html("<b>a<sub>2</sub></b>"), "b(a)b_(2)");
        assert_eq!(html("<span class=\"nocase\">pH</span>"), "k(pH)");
        assert_eq!(html("<span style=\"font-variant: small-caps;\">l</span>-a"), "c(l)-a");
        assert_eq!(html("p < 0.05 and q > 1"), "p < 0.05 and q > 1");
        assert_eq!(html("a <i>b"), "a <i>b");
        assert_eq!(html("a</i> b"), "a</i> b");
        assert_eq!(html("<b>x <i>y</b> z"), "b(x <i>y) z");
        assert_eq!(html("<script>x</script>"), "<script>x</script>");
        assert_eq!(html("R&amp;D &lt;i&gt; &#8211; &#x3b1; &nope; &"), "R&D <i> – α &nope; &");
        assert_eq!(html("two\n   lines"), "two lines");
        assert_eq!(html("a*b* \\x"), "a*b* \\x");
    }

    #[test]
    fn markdown() {
        let markdown = |text| show(text, Markup::Markdown);
        assert_eq!(markdown("*E. coli* at 10^9^, H~2~O"), "i(E. coli) at 10^(9), H_(2)O");
        assert_eq!(markdown("x^2^y^3^ z"), "x^(2)y^(3) z");
        assert_eq!(markdown("a **bold** (*x*)"), "a b(bold) (i(x))");
        assert_eq!(markdown("[pH]{.nocase} of [this]"), "k(pH) of [this]");
        assert_eq!(markdown("2 * 3 * 4, ~10, a ~ b"), "2 * 3 * 4, ~10, a ~ b");
        assert_eq!(markdown("see https://x.org/~a/~b*c*d"), "see https://x.org/~a/~b*c*d");
        assert_eq!(markdown("\\*no\\*"), "*no*");
        assert_eq!(markdown("ends with \\"), "ends with \\");
        assert_eq!(markdown("\\é and *open"), "\\é and *open");
    }

    #[test]
    fn hostile_texts_take_linear_time() {
        for text in ["<b>".repeat(100_000) + "</i>", "</i>".repeat(100_000), "[".repeat(100_000)] {
            assert_eq!(read(&text, Markup::Markdown).plain(), text);
        }
    }
}
