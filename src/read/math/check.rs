//! A look over LaTeX before it is parsed.
//!
//! The parser's errors have no place. So what authors get wrong is found here,
//! where it stands, and what the parser takes in its own way is written so that
//! it takes it as LaTeX does.

use super::words::{ENVIRONMENTS, OUTER, REFUSED, TEXTUAL, arguments, unspeakable};
use super::{chem, tree};

/// How deep braces and the like may be nested.
const MAX_NESTING: usize = 30;

/// What is wrong, and where: bytes of the formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Mistake {
    fn new(start: usize, end: usize, message: impl Into<String>) -> Self {
        Self { start, end, message: message.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Something that is open and must be closed.
struct Open<'s> {
    kind: Kind<'s>,
    start: usize,
    end: usize,
    /// Whether what stands last has an upper script, and a lower one.
    scripts: (bool, bool),
    /// Where a script's sign stands whose script is still to come.
    pending: Option<usize>,
    /// Whether lines and columns may end here.
    lines: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind<'s> {
    Formula,
    Brace,
    Left,
    Environment(&'s str),
}

/// Returns the formula as the parser is to have it.
pub(super) fn look_over(source: &str) -> Result<String, Mistake> {
    Looker { source, at: 0, out: String::new(), open: Vec::new() }.run()
}

struct Looker<'s> {
    source: &'s str,
    at: usize,
    out: String,
    open: Vec<Open<'s>>,
}

impl<'s> Looker<'s> {
    fn run(mut self) -> Result<String, Mistake> {
        self.push(Kind::Formula, 0, 0, false)?;
        while let Some(c) = self.source[self.at..].chars().next() {
            let start = self.at;
            self.at += c.len_utf8();
            match c {
                '\\' => self.command(start)?,
                '{' => {
                    self.copy(start);
                    self.push(Kind::Brace, start, self.at, false)?;
                }
                '}' => {
                    self.close(start, "}", |kind| kind == Kind::Brace)?;
                    self.copy(start);
                    self.atom();
                }
                '^' | '_' => self.script(start, c)?,
                '&' => {
                    self.line(start, "parts columns")?;
                    self.copy(start);
                }
                '%' => return Err(self.at_sign(start, "begins a comment in LaTeX", "\\%")),
                '#' => return Err(self.at_sign(start, "means nothing in a formula", "\\#")),
                '$' => return Err(self.at_sign(start, "cannot stand in a formula", "\\$")),
                c if c.is_whitespace() => self.out.push(' '),
                _ => {
                    self.copy(start);
                    self.atom();
                }
            }
        }
        self.settle()?;
        match self.open.pop() {
            Some(open) if open.kind != Kind::Formula => Err(self.unclosed(&open)),
            _ => Ok(self.out),
        }
    }

    fn copy(&mut self, start: usize) {
        self.out.push_str(&self.source[start..self.at]);
    }

    fn at_sign(&self, start: usize, what: &str, instead: &str) -> Mistake {
        let sign = &self.source[start..self.at];
        Mistake::new(start, self.at, format!("`{sign}` {what}"))
            .hint(format!("write `{instead}` for the sign itself"))
    }

    fn push(
        &mut self,
        kind: Kind<'s>,
        start: usize,
        end: usize,
        lines: bool,
    ) -> Result<(), Mistake> {
        if self.open.len() > MAX_NESTING {
            return Err(Mistake::new(start, end, "this formula is nested too deep")
                .hint("write it in several formulas"));
        }
        self.open.push(Open { kind, start, end, scripts: (false, false), pending: None, lines });
        Ok(())
    }

    /// Something stands here that may have scripts.
    fn atom(&mut self) {
        if let Some(open) = self.open.last_mut()
            && open.pending.take().is_none()
        {
            open.scripts = (false, false);
        }
    }

    /// A group, line or formula ends: no script may be missing.
    fn settle(&mut self) -> Result<(), Mistake> {
        if let Some(open) = self.open.last_mut() {
            open.scripts = (false, false);
            if let Some(at) = open.pending.take() {
                let sign = &self.source[at..=at];
                return Err(Mistake::new(at, at + 1, format!("nothing stands after `{sign}`"))
                    .hint(format!("write `{sign}{{…}}`, or `\\{sign}` for the sign itself")));
            }
        }
        Ok(())
    }

    fn script(&mut self, start: usize, sign: char) -> Result<(), Mistake> {
        let pending = self.open.last().is_some_and(|open| open.pending.is_some());
        if pending {
            self.settle()?;
        }
        if let Some(open) = self.open.last_mut() {
            let (upper, lower) = &mut open.scripts;
            let (given, which) =
                if sign == '^' { (upper, "superscript") } else { (lower, "subscript") };
            if *given {
                return Err(Mistake::new(start, self.at, format!("this is a second {which}"))
                    .hint("put braces round what the scripts belong to: `{x^a}^b`"));
            }
            *given = true;
            open.pending = Some(start);
        }
        // The parser does not look for a second script beyond a space.
        if !self.out.ends_with("\\ ") {
            self.out.truncate(self.out.trim_end().len());
        }
        self.out.push(sign);
        Ok(())
    }

    fn line(&mut self, start: usize, does: &str) -> Result<(), Mistake> {
        self.settle()?;
        if self.open.last().is_some_and(|open| open.lines) {
            return Ok(());
        }
        let sign = &self.source[start..self.at];
        Err(Mistake::new(
            start,
            self.at,
            format!("`{sign}` {does}, which this formula has none of"),
        )
        .hint(
            "write `\\begin{aligned} … \\end{aligned}` round its lines, or `\\text{…}` round words",
        ))
    }

    fn close(
        &mut self,
        start: usize,
        shown: &str,
        fits: impl Fn(Kind<'s>) -> bool,
    ) -> Result<Open<'s>, Mistake> {
        self.settle()?;
        match self.open.pop_if(|open| fits(open.kind)) {
            Some(open) => Ok(open),
            None => match self.open.pop() {
                Some(open) if open.kind != Kind::Formula => Err(self.unclosed(&open)),
                _ => Err(Mistake::new(start, self.at, format!("`{shown}` closes nothing"))
                    .hint("delete it, or open what it closes")),
            },
        }
    }

    fn unclosed(&self, open: &Open<'s>) -> Mistake {
        let written = &self.source[open.start..open.end];
        let close = match open.kind {
            Kind::Formula | Kind::Brace => "}".to_owned(),
            Kind::Left => "\\right".to_owned(),
            Kind::Environment(name) => format!("\\end{{{name}}}"),
        };
        let hint = match open.kind {
            Kind::Left => {
                "write `\\right` and a bracket after what it stands round; `\\right.` draws none"
                    .to_owned()
            }
            _ => format!("write `{close}` after what it stands round"),
        };
        Mistake::new(open.start, open.end, format!("`{written}` is not closed")).hint(hint)
    }

    fn command(&mut self, start: usize) -> Result<(), Mistake> {
        let rest = &self.source[self.at..];
        let length = name_length(rest);
        let letters = if rest.starts_with(|c: char| c.is_ascii_alphabetic()) { length } else { 0 };
        if length == 0 {
            return Err(Mistake::new(start, self.at, "a command's name is missing after `\\`")
                .hint("delete it, or write `\\backslash` for the sign itself"));
        }
        let name = &rest[..length];
        self.at += length;
        if let Some((_, hint)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
            return Err(Mistake::new(
                start,
                self.at,
                format!("`\\{name}` is not taken in formulas"),
            )
            .hint(*hint));
        }
        self.check_arguments(start, name)?;
        match name {
            "begin" => self.begin(start),
            "end" => self.end(start),
            "left" | "right" => self.fence(start, name),
            "\\" | "cr" => {
                self.line(start, "ends a line")?;
                self.copy(start);
                Ok(())
            }
            "ce" => self.chemistry(start),
            "substack" => {
                self.copy(start);
                self.skip_space();
                if self.source[self.at..].starts_with('{') {
                    self.at += 1;
                    self.out.push('{');
                    self.push(Kind::Brace, self.at - 1, self.at, true)?;
                }
                Ok(())
            }
            name if TEXTUAL.contains(&name) => self.text(start, name),
            "limits" | "nolimits" | "displaylimits" => {
                self.copy(start);
                Ok(())
            }
            "hspace" | "kern" | "mkern" | "hskip" | "mskip" | "," | ";" | ":" | "!" | ">"
            | "quad" | "qquad" | " " => {
                self.copy(start);
                if letters == 0 {
                    return Ok(());
                }
                self.out.push(' ');
                Ok(())
            }
            _ => {
                if !tree::is_known(name) {
                    return Err(self.unknown(start, name));
                }
                self.copy(start);
                self.atom();
                Ok(())
            }
        }
    }

    fn unknown(&self, start: usize, name: &str) -> Mistake {
        let mistake = Mistake::new(start, self.at, format!("unknown command `\\{name}`"));
        let near = super::near(name);
        mistake.hint(near.unwrap_or_else(|| "write words as `\\text{…}`".into()))
    }

    /// Reports arguments that are missing, for they are looked for in vain
    /// beyond the group's end.
    fn check_arguments(&self, start: usize, name: &str) -> Result<(), Mistake> {
        let wanted = arguments(name);
        let mut rest = self.source[self.at..].trim_start();
        if matches!(name, "sqrt" | "xrightarrow" | "xleftarrow")
            && let Some((_, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        {
            rest = after.trim_start();
        }
        for _ in 0..wanted {
            let there = match rest.chars().next() {
                None | Some('}' | '&' | '^' | '_') => None,
                Some('{') => Some(group_length(rest)),
                Some('\\') => {
                    let length = name_length(&rest[1..]);
                    let ends = matches!(&rest[1..1 + length], "right" | "end" | "\\");
                    (!ends).then_some(1 + length)
                }
                Some(c) => Some(c.len_utf8()),
            };
            let Some(length) = there else {
                let all =
                    if wanted == 1 { "an argument".into() } else { format!("{wanted} arguments") };
                let braces = "{…}".repeat(wanted);
                return Err(Mistake::new(start, self.at, format!("`\\{name}` takes {all}"))
                    .hint(format!("write `\\{name}{braces}`")));
            };
            rest = rest[length..].trim_start();
        }
        Ok(())
    }

    fn skip_space(&mut self) {
        let rest = &self.source[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Returns what stands in braces here, and goes on behind them.
    fn braced(&mut self) -> Option<(&'s str, usize)> {
        self.skip_space();
        let rest = &self.source[self.at..];
        if !rest.starts_with('{') {
            return None;
        }
        let length = group_length(rest);
        let inside = rest[..length].strip_prefix('{')?.strip_suffix('}')?;
        let start = self.at + 1;
        self.at += length;
        Some((inside, start))
    }

    fn text(&mut self, start: usize, name: &str) -> Result<(), Mistake> {
        let behind = self.at;
        let starred = name == "operatorname" && self.source[self.at..].starts_with('*');
        if starred {
            self.at += 1;
        }
        let open = self.at;
        let Some((inside, inside_start)) = self.braced() else {
            self.skip_space();
            if self.source[self.at..].starts_with('{') {
                let brace = self.at;
                return Err(Mistake::new(brace, brace + 1, "`{` is not closed")
                    .hint("write `}` after what it stands round"));
            }
            return Err(Mistake::new(
                start,
                behind,
                format!("`\\{name}` takes its text in braces"),
            )
            .hint(format!("write `\\{name}{{…}}`")));
        };
        if let Some(at) = inside.find('%').filter(|at| !inside[..*at].ends_with('\\')) {
            let at = inside_start + at;
            return Err(Mistake::new(at, at + 1, "`%` begins a comment in LaTeX")
                .hint("write `\\%` for the sign itself"));
        }
        if let Some(at) = unspeakable(inside) {
            let at = inside_start + at;
            return Err(Mistake::new(at, at + 1, "a command cannot stand in text")
                .hint("end the text before it, and go on after it"));
        }
        let name = match name {
            "mbox" => "text",
            // Its scripts stand above and below, as the parser has them here.
            "operatorname" if starred && inside.chars().count() > 1 => "mathop",
            name => name,
        };
        self.out.push_str(&format!("\\{name}{}", &self.source[open..self.at]));
        self.atom();
        Ok(())
    }

    fn chemistry(&mut self, start: usize) -> Result<(), Mistake> {
        let behind = self.at;
        let Some((inside, inside_start)) = self.braced() else {
            return Err(Mistake::new(start, behind, "`\\ce` takes its formula in braces")
                .hint("write `\\ce{H2O}`"));
        };
        match chem::latex(inside) {
            Ok(latex) => {
                self.out.push_str(&format!("{{{latex}}}"));
                self.atom();
                Ok(())
            }
            Err(place) => {
                let at = inside_start + place;
                let sign = self.source[at..].chars().next().filter(|_| place < inside.len());
                let end = at + sign.map_or(0, char::len_utf8);
                let what = sign.map_or("this".into(), |sign| format!("`{sign}`"));
                Err(Mistake::new(at, end, format!("{what} is not taken in `\\ce`")).hint(
                    "write atoms, numbers, charges and arrows: `\\ce{Ca^2+ + 2Cl- -> CaCl2}`",
                ))
            }
        }
    }

    fn begin(&mut self, start: usize) -> Result<(), Mistake> {
        let behind = self.at;
        let Some((name, name_start)) = self.braced() else {
            return Err(Mistake::new(start, behind, "`\\begin` takes a name in braces")
                .hint("write `\\begin{aligned}`"));
        };
        let name_end = name_start + name.len();
        if let Some((_, hint)) = OUTER.iter().find(|(outer, _)| *outer == name) {
            return Err(Mistake::new(
                start,
                self.at,
                format!("`{name}` cannot stand between dollars"),
            )
            .hint(*hint));
        }
        if !ENVIRONMENTS.contains(&name) {
            let near = crate::diag::near_miss(name, ENVIRONMENTS);
            let known = "known are `aligned`, `cases`, `matrix`, `pmatrix`, `array` and their like";
            return Err(Mistake::new(
                name_start,
                name_end,
                format!("unknown environment `{name}`"),
            )
            .hint(near.unwrap_or_else(|| known.into())));
        }
        let opened = self.at;
        self.copy(start);
        // What follows the name is not part of the first cell.
        if matches!(name, "array" | "darray" | "alignedat" | "subarray") {
            let Some((columns, columns_start)) = self.braced() else {
                return Err(Mistake::new(
                    start,
                    opened,
                    format!("`{name}` takes its columns in braces"),
                )
                .hint(if name == "alignedat" {
                    "write how many pairs of columns there are: `\\begin{alignedat}{2}`".to_owned()
                } else {
                    format!("write `l`, `c` or `r` for each: `\\begin{{{name}}}{{lcr}}`")
                }));
            };
            let bad = columns.char_indices().find(|(_, c)| match name {
                "alignedat" => !c.is_ascii_digit(),
                _ => !"lcr ".contains(*c),
            });
            if let Some((at, c)) = bad {
                let at = columns_start + at;
                return Err(Mistake::new(
                    at,
                    at + c.len_utf8(),
                    format!("`{c}` is no kind of column"),
                )
                .hint("write `l`, `c` or `r` for each column"));
            }
            let kept: String = columns.split_whitespace().collect();
            self.out.push_str(&format!("{{{kept}}}"));
        }
        self.push(Kind::Environment(name), start, opened, true)
    }

    fn end(&mut self, start: usize) -> Result<(), Mistake> {
        let name = self.braced().map_or("", |(name, _)| name);
        let shown = format!("\\end{{{name}}}");
        self.close(start, &shown, |kind| kind == Kind::Environment(name))?;
        self.copy(start);
        self.atom();
        Ok(())
    }

    fn fence(&mut self, start: usize, name: &str) -> Result<(), Mistake> {
        let behind = self.at;
        self.skip_space();
        let rest = &self.source[self.at..];
        let length = match rest.strip_prefix('\\') {
            Some(name) => 1 + name_length(name),
            None => rest.chars().next().map_or(0, char::len_utf8),
        };
        let sign = rest.get(..length).unwrap_or("");
        let fits = matches!(
            sign,
            "(" | ")" | "[" | "]" | "|" | "." | "/" | "<" | ">" | "\\|" | "\\{" | "\\}"
        ) || sign.strip_prefix('\\').is_some_and(|name| DELIMITERS.contains(&name));
        if !fits {
            return Err(Mistake::new(start, behind, format!("no bracket stands after `\\{name}`"))
                .hint(format!(
                    "write `\\{name}(`, `\\{name}|` or another; `\\{name}.` draws none"
                )));
        }
        self.at += length;
        if name == "left" {
            self.out.push_str(&format!("\\left{sign}"));
            return self.push(Kind::Left, start, self.at, false);
        }
        self.close(start, "\\right", |kind| kind == Kind::Left)?;
        self.out.push_str(&format!("\\right{sign}"));
        self.atom();
        Ok(())
    }
}

/// Brackets that have names.
const DELIMITERS: [&str; 24] = [
    "lbrace",
    "rbrace",
    "lbrack",
    "rbrack",
    "langle",
    "rangle",
    "lfloor",
    "rfloor",
    "lceil",
    "rceil",
    "lvert",
    "rvert",
    "lVert",
    "rVert",
    "vert",
    "Vert",
    "uparrow",
    "downarrow",
    "updownarrow",
    "Uparrow",
    "Downarrow",
    "Updownarrow",
    "backslash",
    "lparen",
];

/// Returns the length of a command's name: letters, or one sign.
fn name_length(text: &str) -> usize {
    match text.bytes().take_while(u8::is_ascii_alphabetic).count() {
        0 => text.chars().next().map_or(0, char::len_utf8),
        letters => letters,
    }
}

/// Returns the length of the group at the start, braces and all; of all the
/// rest if it is not closed.
fn group_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\\' => {
                escaped = !escaped;
                continue;
            }
            b'{' if !escaped => depth += 1,
            b'}' if !escaped => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        escaped = false;
    }
    text.len()
}
