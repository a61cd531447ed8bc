//! The punctuation of what was rendered.
//!
//! Affixes and delimiters of a style meet the ends of texts. By CSL 1.0.2 and its
//! processors' common use, signs that are too many go: "?." is "?".
//! Quotation marks in quotation marks become inner ones, and commas and periods
//! go inside where the language has it ("punctuation-in-quote").

use super::flow::push_inline;
use crate::model::{Inline, Link};

/// Quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) open: String,
    pub(super) close: String,
    pub(super) inner_open: String,
    pub(super) inner_close: String,
    /// Whether commas and periods stand inside them.
    pub(super) punctuation_inside: bool,
}

/// A letter, and what is around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Letter {
    letter: char,
    /// Its frame, by its number.
    frame: usize,
}

/// What is around letters, from the outside.
type Frame = Vec<Around>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Around {
    Emphasis,
    Strong,
    Superscript,
    Subscript,
    SmallCaps,
    Link(String),
    /// Something that is no text: it is not looked into.
    Whole(Inline),
}

/// Stands for something that is no text.
const WHOLE: char = '\u{fffc}';

/// Returns an entry with tidy punctuation.
pub(super) fn tidy(mut content: Vec<Inline>, marks: &Marks) -> Vec<Inline> {
    if let Some(Inline::Text(first)) = content.first_mut() {
        *first = first.trim_start_matches(' ').to_owned();
    }
    if let Some(Inline::Text(last)) = content.last_mut() {
        last.truncate(last.trim_end_matches(' ').len());
    }
    tidy_part(content, marks)
}

/// Returns a part of a text with tidy punctuation.
pub(super) fn tidy_part(content: Vec<Inline>, marks: &Marks) -> Vec<Inline> {
    let mut frames = Vec::new();
    let mut letters = Vec::new();
    take_apart(content, &mut Vec::new(), &mut frames, &mut letters);
    flip(&mut letters, marks);
    spaces(&mut letters, &frames);
    signs(&mut letters, &frames, marks);
    put_together(&letters, &frames)
}

fn take_apart(
    content: Vec<Inline>,
    around: &mut Frame,
    frames: &mut Vec<Frame>,
    letters: &mut Vec<Letter>,
) {
    for inline in content {
        let (with, inner) = match inline {
            Inline::Text(text) => {
                let frame = frame_number(around, frames);
                letters.extend(text.chars().map(|letter| Letter { letter, frame }));
                continue;
            }
            Inline::Emphasis(inner) => (Around::Emphasis, inner),
            Inline::Strong(inner) => (Around::Strong, inner),
            Inline::Superscript(inner) => (Around::Superscript, inner),
            Inline::Subscript(inner) => (Around::Subscript, inner),
            Inline::SmallCaps(inner) => (Around::SmallCaps, inner),
            Inline::Link(Link { url, content, more: false, code: false }) => {
                (Around::Link(url), content)
            }
            other => {
                around.push(Around::Whole(other));
                let frame = frame_number(around, frames);
                letters.push(Letter { letter: WHOLE, frame });
                around.pop();
                continue;
            }
        };
        around.push(with);
        take_apart(inner, around, frames, letters);
        around.pop();
    }
}

fn frame_number(around: &Frame, frames: &mut Vec<Frame>) -> usize {
    // Neighbors often have the same.
    if let Some(at) = frames.iter().rposition(|frame| frame == around) {
        return at;
    }
    frames.push(around.clone());
    frames.len() - 1
}

fn put_together(letters: &[Letter], frames: &[Frame]) -> Vec<Inline> {
    let mut content = Vec::new();
    for run in letters.chunk_by(|a, b| a.frame == b.frame) {
        let text: String = run.iter().map(|letter| letter.letter).collect();
        let mut inline = Inline::Text(text);
        for around in frames[run[0].frame].iter().rev() {
            let inner = vec![inline];
            inline = match around {
                Around::Emphasis => Inline::Emphasis(inner),
                Around::Strong => Inline::Strong(inner),
                Around::Superscript => Inline::Superscript(inner),
                Around::Subscript => Inline::Subscript(inner),
                Around::SmallCaps => Inline::SmallCaps(inner),
                Around::Link(url) => Inline::Link(Link {
                    url: url.clone(),
                    content: inner,
                    more: false,
                    code: false,
                }),
                Around::Whole(whole) => whole.clone(),
            };
        }
        match (content.last_mut(), inline) {
            (Some(Inline::Link(last)), Inline::Link(more)) if last.url == more.url => {
                more.content.into_iter().for_each(|inline| push_inline(&mut last.content, inline));
            }
            (_, inline) => push_inline(&mut content, inline),
        }
    }
    content
}

/// Makes marks in marks inner ones, and the marks in those outer ones.
fn flip(letters: &mut [Letter], marks: &Marks) {
    let single = |mark: &str| {
        let mut letters = mark.chars();
        letters.next().filter(|_| letters.next().is_none())
    };
    let (Some(open), Some(close), Some(inner_open), Some(inner_close)) = (
        single(&marks.open),
        single(&marks.close),
        single(&marks.inner_open),
        single(&marks.inner_close),
    ) else {
        return;
    };
    // Where both are alike, nobody can tell which is which.
    if open == close || inner_open == inner_close || close == inner_open || open == inner_close {
        return;
    }
    // How each was typed, and whether it is now an inner one.
    let mut stack: Vec<(bool, bool)> = Vec::new();
    for at in 0..letters.len() {
        let letter = letters[at].letter;
        let between = at > 0
            && letters[at - 1].letter.is_alphanumeric()
            && letters.get(at + 1).is_some_and(|next| next.letter.is_alphanumeric());
        if letter == open || letter == inner_open {
            let typed = letter == inner_open;
            let inner = stack.last().map_or(typed, |(_, inner)| !inner);
            stack.push((typed, inner));
            letters[at].letter = if inner { inner_open } else { open };
        } else if letter == close || (letter == inner_close && !between) {
            let typed = letter == inner_close;
            if let Some((_, inner)) = stack.pop_if(|(opened, _)| *opened == typed) {
                letters[at].letter = if inner { inner_close } else { close };
            }
        }
    }
}

fn is_fixed(letter: Letter, frames: &[Frame]) -> bool {
    let fixed = |around: &Around| matches!(around, Around::Link(_) | Around::Whole(_));
    frames[letter.frame].iter().any(fixed)
}

/// Takes out spaces that are too many, and those before a sign of the style's.
fn spaces(letters: &mut Vec<Letter>, frames: &[Frame]) {
    let mut out: Vec<Letter> = Vec::with_capacity(letters.len());
    for (at, letter) in letters.iter().copied().enumerate() {
        let next = letters.get(at + 1).map(|next| next.letter);
        let last = out.last().copied();
        let is_second = last.is_some_and(|last| last.letter == ' ' && !is_fixed(last, frames));
        if letter.letter == ' ' && is_second && !is_fixed(letter, frames) {
            continue;
        }
        let ends = |next: Option<char>| next.is_none_or(char::is_whitespace);
        let begins = |next: Option<char>| next.is_some_and(|c| c.is_alphanumeric() || c == '(');
        let closes_up = match letter.letter {
            // "2002 ;346": a group's delimiter before a prefix.
            ';' => begins(next),
            ',' => ends(next),
            '.' => ends(next) && last.is_some_and(|last| last.letter == ' '),
            _ => false,
        };
        if closes_up && !is_fixed(letter, frames) {
            // Not where points stand apart: " . . . ".
            let point = |at: usize| letters.get(at).is_some_and(|other| other.letter == '.');
            let stands = |at: usize| at > 0 && point(at) && letters[at - 1].letter == ' ';
            let apart = letter.letter == '.' && (point(at + 2) || at > 2 && stands(at - 2));
            while !apart
                && out.last().is_some_and(|last| last.letter == ' ' && !is_fixed(*last, frames))
            {
                out.pop();
            }
        }
        out.push(letter);
    }
    *letters = out;
}

/// Takes out signs that are too many.
fn signs(letters: &mut Vec<Letter>, frames: &[Frame], marks: &Marks) {
    let mut out: Vec<Letter> = Vec::with_capacity(letters.len());
    // How many marks are open: an apostrophe is no mark.
    let mut open = 0_usize;
    for (at, letter) in letters.iter().copied().enumerate() {
        let sign = letter.letter;
        let is = |mark: &str| mark.chars().eq([sign]);
        // Semicolons stand outside.
        if is(&marks.close)
            && marks.punctuation_inside
            && let Some(semicolon) = out.pop_if(|last| last.letter == ';')
        {
            out.push(letter);
            out.push(semicolon);
            continue;
        }
        if is(&marks.open) || is(&marks.inner_open) {
            open += 1;
        } else if is(&marks.close) {
            open = open.saturating_sub(1);
        }
        if !matches!(sign, '.' | ',' | ';' | ':' | '!' | '?') || is_fixed(letter, frames) {
            out.push(letter);
            continue;
        }
        let next = letters.get(at + 1).map(|next| next.letter);
        // Where the text before the marks ends.
        let mut end = out.len();
        let closing = |letter: char| {
            marks.close.chars().eq([letter]) || marks.inner_close.chars().eq([letter])
        };
        while end > 0 && closing(out[end - 1].letter) {
            end -= 1;
        }
        let quoted = end < out.len()
            && out[end..].iter().any(|letter| {
                marks.close.chars().eq([letter.letter]) || was_opened(&out[..end], marks)
            });
        if !quoted {
            end = out.len();
        }
        let before = end.checked_sub(1).map(|at| out[at]);
        let inside = quoted && marks.punctuation_inside && matches!(sign, '.' | ',');
        if quoted && !inside {
            let ends = before.is_some_and(|before| matches!(before.letter, '?' | '!'));
            if !(marks.punctuation_inside && sign == ':' && ends) {
                out.push(letter);
            }
            continue;
        }
        match before.map(|before| verdict(before.letter, sign, dots(&out[..end]), next)) {
            Some(Verdict::Drop) => {}
            Some(Verdict::Replace) if !before.is_some_and(|before| is_fixed(before, frames)) => {
                out[end - 1].letter = sign;
            }
            _ if inside => {
                let frame = out[end].frame;
                out.insert(end, Letter { letter: sign, frame });
            }
            _ => out.push(letter),
        }
    }
    *letters = out;
}

/// Tells whether an inner mark is open: else a mark that closes it is an
/// apostrophe.
fn was_opened(letters: &[Letter], marks: &Marks) -> bool {
    let count =
        |mark: &str| letters.iter().filter(|letter| mark.chars().eq([letter.letter])).count();
    count(&marks.inner_open) > 0
}

fn dots(letters: &[Letter]) -> usize {
    letters.iter().rev().take_while(|letter| letter.letter == '.').count()
}

/// What becomes of a sign after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Keep,
    Drop,
    /// It stands for the one before.
    Replace,
}

fn verdict(before: char, sign: char, dots: usize, next: Option<char>) -> Verdict {
    match (before, sign) {
        // Three points are an ellipsis.
        ('.', '.') if dots == 1 && next == Some('.') => Verdict::Keep,
        ('.', '.') if dots == 2 && next != Some('.') => Verdict::Keep,
        ('.' | '…', '.') => Verdict::Drop,
        ('?' | '!', '.' | ',' | ':') => Verdict::Drop,
        (',', ',') | (';', ';' | ',' | '.' | ':') | (':', ':' | ',' | '.' | ';') => Verdict::Drop,
        (',', '.' | ';' | ':') | (':' | ';', '!' | '?') => Verdict::Replace,
        _ => Verdict::Keep,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn american() -> Marks {
        let [open, close, inner_open, inner_close] = ["“", "”", "‘", "’"].map(str::to_owned);
        Marks { open, close, inner_open, inner_close, punctuation_inside: true }
    }

    fn tidied(text: &str, marks: &Marks) -> String {
        crate::model::plain_text(&tidy(vec![Inline::Text(text.to_owned())], marks))
    }

    #[test]
    fn signs_that_are_too_many_go() {
        for (text, wanted) in [
            ("A movement in crisis?. BMJ", "A movement in crisis? BMJ"),
            ("A movement in crisis?: BMJ", "A movement in crisis? BMJ"),
            ("Proc Natl Acad Sci U.S.A.. 2002", "Proc Natl Acad Sci U.S.A. 2002"),
            ("And so on... . Next", "And so on... Next"),
            ("Waiting... and hoping", "Waiting... and hoping"),
            ("Waiting . . . and hoping", "Waiting . . . and hoping"),
            ("(Eds.), Title", "(Eds.), Title"),
            ("[Online].  Available", "[Online]. Available"),
            ("Springer,  2002", "Springer, 2002"),
            ("Springer,, 2002,.", "Springer, 2002."),
            ("Title. . Next", "Title. Next"),
            ("2002 ;346(2) ; and", "2002;346(2) ; and"),
            ("round (p < .05)", "round (p < .05)"),
            ("at 3 .5", "at 3 .5"),
            ("End. ", "End."),
        ] {
            assert_eq!(tidied(text, &american()), wanted);
        }
    }

    #[test]
    fn punctuation_goes_inside() {
        let outside = Marks { punctuation_inside: false, ..american() };
        for (text, inside, out) in [
            ("Beyond “p”. Am", "Beyond “p.” Am", "Beyond “p”. Am"),
            ("“In crisis?”, BMJ", "“In crisis?” BMJ", "“In crisis?”, BMJ"),
            ("“Beyond “p””, Am", "“Beyond ‘p,’” Am", "“Beyond ‘p’”, Am"),
            ("the patients’. Next", "the patients’. Next", "the patients’. Next"),
            ("“Users’ guides”, J", "“Users’ guides,” J", "“Users’ guides”, J"),
            ("“One”; “two”: x", "“One”; “two”: x", "“One”; “two”: x"),
            ("“A ‘b “c” d’ e”", "“A ‘b “c” d’ e”", "“A ‘b “c” d’ e”"),
        ] {
            assert_eq!(tidied(text, &american()), inside);
            assert_eq!(tidied(text, &outside), out);
        }
    }

    #[test]
    fn pieces_are_looked_at_together() {
        let text = |text: &str| Inline::Text(text.to_owned());
        let content = vec![
            Inline::Emphasis(vec![text("In crisis?")]),
            text(". "),
            Inline::Link(Link {
                url: "https://x.org/a..b".into(),
                content: vec![text("a..b;;c. ,d")],
                more: false,
                code: false,
            }),
            text("."),
        ];
        let mut wanted = content.clone();
        wanted[1] = text(" ");
        assert_eq!(tidy(content, &american()), wanted);
    }
}
