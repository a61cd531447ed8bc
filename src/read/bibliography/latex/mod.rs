//! The LaTeX of BibTeX's fields to dressed letters.
//!
//! This is not TeX: it knows accents, symbols, and what dresses letters. Of
//! what it does not know, the letters stay, and it is told of. HTML, which some
//! programs export into these files, is known too.

mod command;
mod formula;
mod symbols;

use std::ops::Range;

use crate::model::{Dress, RichText, Script};

/// A text that was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Latex {
    /// The text.
    pub text: RichText,
    /// What is not known, or not as it should be: where, and a sentence.
    pub odd: Vec<(Range<usize>, String, Option<String>)>,
}

/// Reads the value of a field.
pub(super) fn read(value: &str) -> Latex {
    // Most values are plain.
    if !value.contains(['\\', '{', '}', '$', '~', '-', '`', '\'', '<', '&', '\n', '\r', '\t'])
        && !value.contains("  ")
    {
        return Latex { text: RichText::from(value.trim()), odd: Vec::new() };
    }
    let mut reader = Reader {
        text: value,
        at: 0,
        depth: 0,
        out: Latex::default(),
        spaced: true,
        is_money: false,
        closes: Vec::new(),
    };
    while reader.at < value.len() {
        reader.group(Dress::default());
        // A brace too many.
        reader.at += 1;
    }
    let Latex { text, odd } = reader.out;
    Latex { text: without_end(text), odd }
}

/// Reads the value of a field as letters alone.
pub(super) fn plain(value: &str) -> String {
    read(value).text.plain()
}

/// Reads an address or number, of which biber takes every letter as it is. Many
/// programs write LaTeX all the same.
pub(super) fn address(value: &str) -> String {
    let value = value.trim();
    let value = value.strip_prefix("\\url").unwrap_or(value).trim_start();
    if !value.contains(['\\', '{', '}', '$']) {
        return value.to_owned();
    }
    let mut out = String::new();
    let mut rest = value;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '{' | '}' => {}
            '$' if rest.starts_with(['<', '>', '\\', '\'']) || out.ends_with(['<', '>']) => {}
            '\\' => {
                let name =
                    rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
                let (name, behind) = rest.split_at(name);
                let letter = match name {
                    "" => None,
                    "textasciitilde" | "sim" => Some('~'),
                    "textless" => Some('<'),
                    "textgreater" => Some('>'),
                    "textbackslash" => Some('\\'),
                    "textunderscore" => Some('_'),
                    "textquotesingle" => Some('\''),
                    "allowbreak" | "path" | "nolinkurl" => None,
                    _ => {
                        out.push('\\');
                        None
                    }
                };
                if let Some(letter) = letter {
                    out.push(letter);
                    rest = behind.trim_start();
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// Cuts spaces off the end.
fn without_end(text: RichText) -> RichText {
    let mut runs: Vec<_> = text.into_runs().collect();
    while let Some(last) = runs.last_mut() {
        last.text.truncate(last.text.trim_end().len());
        if !last.text.is_empty() {
            break;
        }
        runs.pop();
    }
    let mut text = RichText::default();
    for run in runs {
        text.push(&run.text, run.dress);
    }
    text
}

/// Deeper groups are read as if they were no groups.
const MAX_DEPTH: usize = 50;

/// The longest tag of HTML, in bytes: one with a style. Nothing else is looked
/// for beyond that.
const MAX_TAG: usize = 60;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    out: Latex,
    /// Whether a space was written last, so that no other one is.
    spaced: bool,
    /// Whether dollars are signs of money: there is an odd number of them.
    is_money: bool,
    /// Where tags of HTML are closed for the last time.
    closes: Vec<(&'a str, usize)>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, text: &str, dress: Dress) {
        if !text.is_empty() {
            self.spaced = text.ends_with(' ');
            self.out.text.push(text, dress);
        }
    }

    fn push_char(&mut self, c: char, dress: Dress) {
        self.push(c.encode_utf8(&mut [0; 4]), dress);
    }

    fn space(&mut self, dress: Dress) {
        if !self.spaced {
            self.push(" ", dress);
        }
    }

    fn odd(&mut self, range: Range<usize>, message: String, hint: Option<String>) {
        // Whoever has very many has read enough of them.
        if self.out.odd.len() < 20 {
            self.out.odd.push((range, message, hint));
        }
    }

    /// Reads up to a closing brace, which stays, or to the end.
    fn group(&mut self, mut dress: Dress) {
        let mut tags: Vec<(&str, Dress)> = Vec::new();
        while let Some(c) = self.peek() {
            let rest = self.rest();
            match c {
                '}' => return,
                '{' => self.braces(dress),
                '\\' => self.command(&mut dress),
                '$' if self.is_money => self.one(1, "$", dress),
                '$' => self.dollars(dress),
                '<' => self.tag(&mut dress, &mut tags),
                '&' => self.entity(dress),
                '~' => self.one(1, "\u{a0}", dress),
                '-' if rest.starts_with("---") => self.one(3, "—", dress),
                '-' if rest.starts_with("--") => self.one(2, "–", dress),
                '`' if rest.starts_with("``") => self.one(2, "“", dress),
                '\'' if rest.starts_with("''") => self.one(2, "”", dress),
                '`' => self.one(1, "‘", dress),
                '\'' => self.one(1, "’", dress),
                c if c.is_whitespace() && c != '\u{a0}' => {
                    self.at += c.len_utf8();
                    self.space(dress);
                }
                _ => {
                    let special = |c: char| {
                        matches!(c, '}' | '{' | '\\' | '$' | '<' | '&' | '~' | '-' | '`' | '\'')
                            || c.is_whitespace()
                    };
                    let end = rest.find(special).unwrap_or(rest.len()).max(c.len_utf8());
                    self.at += end;
                    self.push(&rest[..end], dress);
                }
            }
        }
    }

    /// Writes what so many bytes stand for.
    fn one(&mut self, bytes: usize, text: &str, dress: Dress) {
        self.at += bytes;
        self.push(text, dress);
    }

    /// Reads a group in braces. They keep the case of what is in them, unless
    /// there is a command first: so for BibTeX and biber.
    fn braces(&mut self, dress: Dress) {
        self.at += 1;
        let rest = self.rest();
        let is_command = rest.trim_start().starts_with('\\');
        let has_letters = || {
            let inner = rest.chars().take_while(|c| *c != '}');
            inner.take(MAX_TAG).any(char::is_alphabetic) || rest.starts_with('{')
        };
        let keeps_case = dress.keeps_case || (!is_command && has_letters());
        self.nested(Dress { keeps_case, ..dress });
    }

    /// Reads up to a closing brace and takes it.
    fn nested(&mut self, dress: Dress) {
        if self.depth == MAX_DEPTH {
            return;
        }
        self.depth += 1;
        self.group(dress);
        self.depth -= 1;
        if self.peek() == Some('}') {
            self.at += 1;
        }
    }

    /// Reads the argument of a command: a group, or one character or command.
    fn argument(&mut self, mut dress: Dress) {
        self.at += self.rest().len() - self.rest().trim_start().len();
        match self.peek() {
            Some('{') => {
                self.at += 1;
                self.nested(dress);
            }
            Some('\\') if self.depth < MAX_DEPTH => {
                self.depth += 1;
                self.command(&mut dress);
                self.depth -= 1;
            }
            Some(c) if c != '}' && c != '\\' => {
                self.at += c.len_utf8();
                self.push_char(c, dress);
            }
            _ => {}
        }
    }

    /// Reads an argument as letters alone, which are not written.
    fn letters(&mut self) -> String {
        let written = std::mem::take(&mut self.out.text);
        let spaced = self.spaced;
        self.spaced = true;
        self.argument(Dress::default());
        self.spaced = spaced;
        std::mem::replace(&mut self.out.text, written).plain()
    }

    /// Takes an argument as it is written.
    fn raw_argument(&mut self) -> &'a str {
        self.at += self.rest().len() - self.rest().trim_start().len();
        let rest = self.rest();
        if !rest.starts_with('{') {
            return "";
        }
        let mut depth = 0_usize;
        for (at, byte) in rest.bytes().enumerate() {
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.at += at + 1;
                return &rest[1..at];
            }
        }
        ""
    }

    /// Skips an argument in square brackets.
    fn skip_option(&mut self) {
        if self.rest().starts_with('[')
            && let Some(end) = self.rest().find(']')
        {
            self.at += end + 1;
        }
    }

    /// Reads a formula in dollars; one alone is a sign of money.
    fn dollars(&mut self, dress: Dress) {
        let rest = self.rest();
        let open = if rest.starts_with("$$") { 2 } else { 1 };
        let inner = &rest[open..];
        let end = inner.char_indices().find(|(at, c)| *c == '$' && !inner[..*at].ends_with('\\'));
        match end {
            Some((end, _)) => {
                self.at += open + end + 1;
                self.at += usize::from(open == 2 && self.rest().starts_with('$'));
                self.formula(&inner[..end], dress);
            }
            None => {
                let start = self.at;
                self.odd(
                    start..start + 1,
                    "this formula has no end".into(),
                    Some("write a second `$` behind it, or `\\$` for the sign".into()),
                );
                // None that follows has an end, either.
                self.is_money = true;
                self.one(1, "$", dress);
            }
        }
    }

    /// Writes a formula.
    fn formula(&mut self, formula: &str, dress: Dress) {
        let mut out = std::mem::take(&mut self.out.text);
        formula::push(formula, dress, &mut out);
        self.out.text = out;
        self.spaced = false;
    }

    /// Reads a tag of HTML, if this is one that has its other half.
    fn tag(&mut self, dress: &mut Dress, tags: &mut Vec<(&'a str, Dress)>) {
        let rest = self.rest();
        let end = rest.bytes().take(MAX_TAG).position(|byte| byte == b'>');
        let tag = end.map_or("", |end| &rest[1..end]);
        if let Some(name) = tag.strip_prefix('/')
            && let Some((_, before)) = tags.pop_if(|(open, _)| *open == name)
        {
            *dress = before;
            self.at += tag.len() + 2;
            return;
        }
        let name = tag.split(' ').next().unwrap_or("");
        let put_on = match name {
            "i" | "em" => Some(Dress { italic: !dress.italic, ..*dress }),
            "b" | "strong" => Some(Dress { bold: true, ..*dress }),
            "sup" => Some(Dress { script: Script::Superscript, ..*dress }),
            "sub" => Some(Dress { script: Script::Subscript, ..*dress }),
            "sc" | "scp" => Some(Dress { small_caps: true, ..*dress }),
            "span" if tag.contains("small-caps") => Some(Dress { small_caps: true, ..*dress }),
            "span" if tag.contains("nocase") => Some(Dress { keeps_case: true, ..*dress }),
            "span" => Some(*dress),
            _ => None,
        };
        match put_on {
            Some(new) if self.last_close(name) > self.at => {
                tags.push((name, *dress));
                *dress = new;
                self.at += tag.len() + 2;
            }
            _ => self.one(1, "<", *dress),
        }
    }

    /// Returns where a tag is closed for the last time. It is looked for once.
    fn last_close(&mut self, name: &'a str) -> usize {
        if let Some((_, at)) = self.closes.iter().find(|(known, _)| *known == name) {
            return *at;
        }
        let at = self.text.rfind(&format!("</{name}>")).unwrap_or(0);
        self.closes.push((name, at));
        at
    }

    /// Reads a character reference of HTML, if this is one.
    fn entity(&mut self, dress: Dress) {
        let rest = self.rest();
        let end = rest.bytes().take(8).position(|byte| byte == b';');
        let name = end.map_or("", |end| &rest[1..end]);
        let letter = match name {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "’",
            "nbsp" => "\u{a0}",
            _ => "",
        };
        match letter {
            "" => self.one(1, "&", dress),
            letter => self.one(name.len() + 2, letter, dress),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows dress as HTML, with `{…}` for letters that keep their case.
    fn shown(value: &str) -> String {
        let latex = read(value);
        let mut out = String::new();
        for run in latex.text.runs() {
            let mut text = run.text.clone();
            let dress = run.dress;
            for (on, open, close) in [
                (dress.script == Script::Superscript, "<sup>", "</sup>"),
                (dress.script == Script::Subscript, "<sub>", "</sub>"),
                (dress.small_caps, "<sc>", "</sc>"),
                (dress.bold, "<b>", "</b>"),
                (dress.italic, "<i>", "</i>"),
                (dress.keeps_case, "{", "}"),
            ] {
                if on {
                    text = format!("{open}{text}{close}");
                }
            }
            out.push_str(&text);
        }
        for (_, message, _) in latex.odd {
            out.push_str(&format!(" [{message}]"));
        }
        out.replace('\u{a0}', "~").replace('\u{202f}', "\\,")
    }

    #[test]
    fn dresses() {
        for (written, expected) in [
            ("Plain words", "Plain words"),
            ("  two \n lines ", "two lines"),
            ("The {WHO} guideline", "The {WHO} guideline"),
            ("{{Twice}}", "{Twice}"),
            ("at {$10^9$}", "at 10<sup>9</sup>"),
            ("\\emph{Escherichia coli}", "<i>Escherichia coli</i>"),
            ("{\\em in vivo} now", "<i>in vivo</i> now"),
            ("\\textit{a \\emph{b} c}", "<i>a </i>b<i> c</i>"),
            ("{\\textbf{x}}", "<b>x</b>"),
            ("{a \\textbf{x}}", "{a }{<b>x</b>}"),
            ("\\textsc{nice}", "<sc>nice</sc>"),
            ("CO\\textsubscript{2}", "CO<sub>2</sub>"),
            ("H$_2$O", "H<sub>2</sub>O"),
            ("$\\beta$-blocker", "β-blocker"),
            ("\\beta-blocker", "β-blocker"),
            ("at $10^9$", "at 10<sup>9</sup>"),
            ("$10^{-9}$", "10<sup>−9</sup>"),
            ("$p < 0.05$", "<i>p</i><0.05"),
            ("$\\mathrm{CO}_2$", "CO<sub>2</sub>"),
            ("$CO_2$", "CO<sub>2</sub>"),
            ("37$^\\circ$C", "37°C"),
            ("37$^{\\circ}$C", "37°C"),
            ("$\\frac{1}{2}$", "1/2"),
            ("\\ce{H2O} and \\ce{Ca^2+}", "H<sub>2</sub>O and Ca<sup>2+</sup>"),
            ("\\MakeUppercase{abc}", "ABC"),
            ("<i>E. coli</i> at p < 0.05", "<i>E. coli</i> at p < 0.05"),
            ("CO<sub>2</sub> &amp; O<sub>2</sub>", "CO<sub>2</sub> & O<sub>2</sub>"),
            ("a <i> b", "a <i> b"),
            ("<span class=\"nocase\">iPad</span>s", "{iPad}s"),
        ] {
            assert_eq!(shown(written).replace("</i>}{<i>", ""), expected, "{written}");
        }
    }

    #[test]
    fn letters_and_signs() {
        for (written, expected) in [
            ("M{\\\"u}ller", "Müller"),
            ("M\\\"{u}ller", "Müller"),
            ("M\\\"uller", "Müller"),
            ("Sj{\\\"o}gren and \\'{\\i}", "Sjögren and í"),
            ("Gonz\\'alez", "González"),
            ("\\c{c} \\v{S} \\H{o} \\k a", "ç Š ő ą"),
            ("\\o{} \\ss \\L odz", "ø ßŁodz"),
            ("{\\AA}ngstr{\\\"o}m", "Ångström"),
            ("10~mg", "10~mg"),
            ("R\\&D 5\\% \\#1 a\\_b \\$5", "R&D 5% #1 a_b $5"),
            ("a -- b --- c", "a – b — c"),
            ("``quoted'' and `single'", "“quoted” and ‘single’"),
            ("Paget's", "Paget’s"),
            ("\\enquote{x}", "“x”"),
            ("\\url{https://example.org/a\\_b~c}", "https://example.org/a_b~c"),
            ("\\href{https://example.org}{here}", "here"),
            ("\\noopsort{1973a}1973", "1973"),
            ("a\\ b\\,c", "a b\\,c"),
            ("\\foo{bar} baz", "bar baz [the command `\\foo` is not known here]"),
            ("costs $5 {X}", "costs $5 {X} [this formula has no end]"),
            ("a } b", "a b"),
            ("{\\~n}", "ñ"),
        ] {
            assert_eq!(shown(written), expected, "{written}");
        }
        let odd = read("a \\emhp{b}").odd;
        assert_eq!(odd[0].0, 2..7);
        assert_eq!(odd[0].2.as_deref(), Some("did you mean `\\emph`?"));
    }

    #[test]
    fn addresses_are_taken_as_they_are() {
        for (written, expected) in [
            ("10.1000/a_b--c~d", "10.1000/a_b--c~d"),
            ("10.1000/a{\\_}b\\%20", "10.1000/a_b%20"),
            ("\\url{https://example.org/~x}", "https://example.org/~x"),
            ("https://example.org/{\\textasciitilde}x", "https://example.org/~x"),
            ("10.1002/(SICI)4:4$<$483::AID$>$3", "10.1002/(SICI)4:4<483::AID>3"),
        ] {
            assert_eq!(address(written), expected, "{written}");
        }
    }

    #[test]
    fn odd_texts_take_little_time() {
        for text in ["{", "<i>", "&", "$", "\\emph{", "$x$", "}", "\\", "<", "\\'", "{\\em "] {
            read(&text.repeat(100_000));
            read(&format!("{}{}", text.repeat(20_000), "}".repeat(20_000)));
        }
    }
}
