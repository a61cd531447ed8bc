//! The commands of LaTeX that fields of bibliographies have.

use super::symbols::{self, accented, math_symbol, symbol};
use super::{Reader, address, formula};
use crate::diag::near_miss;
use crate::model::{Dress, Script};

impl Reader<'_> {
    /// Reads a command. One that changes the dress of what follows in its group
    /// changes `dress`.
    pub(super) fn command(&mut self, dress: &mut Dress) {
        let start = self.at;
        self.at += 1;
        let rest = self.rest();
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        if letters == 0 {
            return self.sign(*dress);
        }
        let name = &rest[..letters];
        self.at += letters;
        // Spaces end a command's name.
        let spaces = self.rest().len() - self.rest().trim_start().len();
        if let Some(text) = symbol(name) {
            self.at += spaces;
            return self.push(text, *dress);
        }
        let plain = Dress { keeps_case: dress.keeps_case, ..Dress::default() };
        match name {
            "em" | "it" | "itshape" | "sl" | "slshape" => {
                self.at += spaces;
                dress.italic = if name == "em" { !dress.italic } else { true };
            }
            "bf" | "bfseries" => {
                self.at += spaces;
                dress.bold = true;
            }
            "sc" | "scshape" => {
                self.at += spaces;
                dress.small_caps = true;
            }
            "rm" | "normalfont" | "upshape" | "mdseries" => {
                self.at += spaces;
                *dress = plain;
            }
            _ if SILENT.contains(&name) => self.at += spaces,
            "emph" | "mkbibemph" | "textit" | "textsl" | "mkbibitalic" => {
                let italic = !(dress.italic && matches!(name, "emph" | "mkbibemph"));
                self.argument(Dress { italic, ..*dress });
            }
            "textbf" | "mkbibbold" => self.argument(Dress { bold: true, ..*dress }),
            "textsc" => self.argument(Dress { small_caps: true, ..*dress }),
            "textsuperscript" | "mkbibsuperscript" | "textsuper" | "sp" => {
                self.argument(Dress { script: Script::Superscript, ..*dress });
            }
            "textsubscript" | "mkbibsubscript" | "sb" => {
                self.argument(Dress { script: Script::Subscript, ..*dress });
            }
            "textnormal" | "textup" | "textmd" => self.argument(Dress { ..plain }),
            "NoCaseChange" | "nocase" => self.argument(Dress { keeps_case: true, ..*dress }),
            _ if PLAIN.contains(&name) => self.argument(*dress),
            "enquote" | "mkbibquote" => {
                self.at += usize::from(self.rest().starts_with('*'));
                self.push("“", *dress);
                self.argument(*dress);
                self.push("”", *dress);
            }
            "mkbibparens" | "mkbibbrackets" => {
                let (open, close) = if name == "mkbibparens" { ("(", ")") } else { ("[", "]") };
                self.push(open, *dress);
                self.argument(*dress);
                self.push(close, *dress);
            }
            "MakeUppercase" | "uppercase" | "MakeTextUppercase" => {
                let text = self.letters().to_uppercase();
                self.push(&text, *dress);
            }
            "MakeLowercase" | "lowercase" | "MakeTextLowercase" => {
                let text = self.letters().to_lowercase();
                self.push(&text, *dress);
            }
            // Of two arguments, the second is the text.
            "href" | "foreignlanguage" | "textcolor" | "texorpdfstring" | "ifstrempty" => {
                if name == "texorpdfstring" {
                    self.argument(*dress);
                    self.raw_argument();
                } else {
                    self.raw_argument();
                    self.argument(*dress);
                }
            }
            "url" | "path" | "nolinkurl" | "verb" => {
                let address = address(self.raw_argument());
                self.push(&address, *dress);
            }
            // Words for sorting, and notes, are not for print.
            "noopsort" | "NOOPSORT" | "noop" | "SortNoop" | "footnote" | "label" | "thanks" => {
                self.raw_argument();
            }
            "ce" | "chem" => {
                let formula = self.raw_argument();
                formula::push_chemistry(formula, *dress, &mut self.out.text);
                self.spaced = false;
            }
            "num" | "si" | "ang" => {
                self.skip_option();
                self.argument(*dress);
            }
            "SI" | "qty" => {
                self.skip_option();
                self.argument(*dress);
                self.push("\u{a0}", *dress);
                self.argument(*dress);
            }
            "ensuremath" => {
                let formula = self.raw_argument();
                self.formula(formula, *dress);
            }
            "u" | "v" | "H" | "c" | "k" | "r" | "b" | "d" | "t" | "C" | "G" => {
                self.accent(&name[..1], *dress);
            }
            _ => match math_symbol(name) {
                // Greek letters are often written without their dollars.
                Some(text) => {
                    self.at += spaces;
                    self.push(text, *dress);
                }
                None => self.unknown(name, start, *dress),
            },
        }
    }

    /// Keeps the letters of a command's arguments.
    fn unknown(&mut self, name: &str, start: usize, dress: Dress) {
        let range = start..self.at;
        let known = KNOWN.iter().chain(&PLAIN).copied();
        let hint = near_miss(name, known).map(|hint| hint.replacen('`', "`\\", 1));
        self.odd(range, format!("the command `\\{name}` is not known here"), hint);
        self.skip_option();
        if self.rest().starts_with('{') {
            self.argument(dress);
        }
    }

    /// Reads a command whose name is a sign.
    fn sign(&mut self, dress: Dress) {
        let Some(c) = self.peek() else { return };
        self.at += c.len_utf8();
        match c {
            '\'' | '`' | '^' | '"' | '~' | '=' | '.' => {
                self.accent(c.encode_utf8(&mut [0; 4]), dress);
            }
            // Where a word or line may break, and spaces too small to matter.
            '-' | '/' | '@' | '!' | '(' | ')' | '|' | ';' | ':' => {
                if matches!(c, ';' | ':') {
                    self.push("\u{a0}", dress);
                }
            }
            ',' => self.push("\u{202f}", dress),
            '\\' | '[' | ']' => self.space(dress),
            c if c.is_whitespace() => self.space(dress),
            c => self.push_char(c, dress),
        }
    }

    fn accent(&mut self, accent: &str, dress: Dress) {
        let letters = self.letters();
        let mut chars = letters.chars();
        let Some(first) = chars.next() else {
            return self.push(symbols::standing(accent), dress);
        };
        let text = accented(accent, first);
        self.push(&text, dress);
        self.push(chars.as_str(), dress);
    }
}

/// Commands that change nothing here.
const SILENT: [&str; 24] = [
    "tt",
    "sf",
    "ttfamily",
    "sffamily",
    "rmfamily",
    "relax",
    "protect",
    "allowbreak",
    "nobreak",
    "noindent",
    "leavevmode",
    "small",
    "large",
    "Large",
    "footnotesize",
    "tiny",
    "normalsize",
    "selectfont",
    "displaystyle",
    "textstyle",
    "limits",
    "unskip",
    "ignorespaces",
    "bibstring",
];

/// Commands of which only the argument counts.
const PLAIN: [&str; 17] = [
    "textrm",
    "textsf",
    "texttt",
    "mbox",
    "hbox",
    "text",
    "textgreek",
    "mathrm",
    "underline",
    "uline",
    "bibhyphdelim",
    "bibinitdelim",
    "textquote",
    "mkbibname",
    "autocap",
    "MakeCapital",
    "operatorname",
];

/// Other commands, for near misses.
const KNOWN: [&str; 14] = [
    "emph",
    "textit",
    "textbf",
    "textsc",
    "textsuperscript",
    "textsubscript",
    "enquote",
    "url",
    "href",
    "MakeUppercase",
    "MakeLowercase",
    "ensuremath",
    "NoCaseChange",
    "textnormal",
];
