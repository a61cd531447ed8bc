//! Formulas: a tree that every output can set, and the LaTeX it was read from.

use super::{Alignment, Label, NodeId};
use crate::source::{Span, Spanned};

/// A formula.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Math {
    /// As the author wrote it, without the dollars.
    pub latex: String,
    /// `$$…$$`: on a line of its own, and as large as it likes.
    pub display: bool,
    /// What it says; empty if it could not be read, which has been reported.
    pub nodes: Vec<MathNode>,
}

/// A formula that is a block.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Equation {
    /// The key to its number in an edition.
    pub id: NodeId,
    /// What references name it by; an equation without one has no number.
    pub label: Option<Spanned<Label>>,
    /// The formula.
    pub math: Math,
    /// Its place.
    pub span: Span,
}

/// A piece of a formula.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MathNode {
    /// A name: most often one letter, in its alphabet of Unicode if that is not
    /// the ordinary one. Also signs without space around them, such as `∞`.
    Letter {
        /// The letter.
        text: String,
        /// Whether it stands upright; others lean if their alphabet does.
        upright: bool,
    },
    /// A number: `12.5`.
    Number(String),
    /// A sign with space around it.
    Operator {
        /// The sign.
        text: String,
        /// What it does between its neighbors.
        role: OperatorRole,
    },
    /// The name of a function: `sin`.
    Function(String),
    /// Words.
    Text {
        /// The words, with their spaces.
        text: String,
        /// Their font.
        font: TextFont,
    },
    /// Space, in thousandths of the font's size; it may be negative.
    Space(i32),
    /// What counts as one.
    Group(Vec<MathNode>),
    /// A fraction.
    Fraction {
        /// Above.
        numerator: Vec<MathNode>,
        /// Below.
        denominator: Vec<MathNode>,
        /// Whether there is a bar; binomials have none.
        bar: bool,
    },
    /// A root.
    Root {
        /// What stands under it.
        radicand: Vec<MathNode>,
        /// Which root; `None` for the square root.
        index: Option<Vec<MathNode>>,
    },
    /// Something with scripts.
    Scripts {
        /// What has them.
        base: Vec<MathNode>,
        /// The lower one.
        lower: Option<Vec<MathNode>>,
        /// The upper one.
        upper: Option<Vec<MathNode>>,
        /// Where they stand.
        place: ScriptPlace,
    },
    /// Something with a sign over or under it.
    Accent {
        /// What has it.
        base: Vec<MathNode>,
        /// The sign: `^`, `→`, `‾`, `⏟`, ….
        mark: char,
        /// Whether it stands below.
        below: bool,
        /// Whether it is as wide as what it stands over.
        wide: bool,
    },
    /// Something between signs that grow with it.
    Fenced {
        /// The sign before.
        open: Option<char>,
        /// The sign after.
        close: Option<char>,
        /// What is between.
        content: Vec<MathNode>,
    },
    /// A bracket or bar that does not grow.
    Delimiter {
        /// The sign.
        sign: char,
        /// What it does.
        role: DelimiterRole,
        /// 1 to 4 for `\big` to `\Bigg`; 0 for its own size.
        size: u8,
    },
    /// Rows and columns.
    Table(MathTable),
    /// A part in another size: `\displaystyle`.
    Styled {
        /// The size.
        style: MathStyle,
        /// The part.
        content: Vec<MathNode>,
    },
}

/// What a sign does between its neighbors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperatorRole {
    /// `+`
    Binary,
    /// `=`
    Relation,
    /// `∑`
    Large,
    /// `,`
    Punctuation,
    /// None of this: `{=}`.
    Plain,
}

/// What a bracket or bar does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DelimiterRole {
    /// It opens.
    Open,
    /// It closes.
    Close,
    /// It may do either, or part: `|`.
    Fence,
    /// It parts what stands between fences, and grows with them: `\middle|`.
    Middle,
}

/// The font of words in a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextFont {
    /// The text's own.
    Plain,
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Without serifs.
    SansSerif,
    /// Of one width.
    Monospace,
}

/// Where scripts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScriptPlace {
    /// Beside.
    Beside,
    /// Above and below.
    Stacked,
    /// Above and below in display style, else beside.
    Movable,
}

/// The sizes of formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MathStyle {
    /// As on a line of its own.
    Display,
    /// As in a line of text.
    Text,
    /// As a script.
    Script,
    /// As a script of a script.
    ScriptScript,
}

/// Rows and columns in a formula.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MathTable {
    /// How it is set.
    pub kind: MathTableKind,
    /// One for each column.
    pub columns: Vec<Alignment>,
    /// The rows, with one cell for each column.
    pub rows: Vec<Vec<Vec<MathNode>>>,
}

/// How rows and columns are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MathTableKind {
    /// A matrix.
    Matrix,
    /// The cases of a definition.
    Cases,
    /// Lines of a calculation in display style; columns stand close in pairs.
    Aligned,
    /// Lines in display style.
    Gathered,
    /// Lines close together, such as those below a sum.
    Stack,
}

impl Math {
    /// Returns the formula in one line of characters, as near as they come:
    /// `ΔP = 4v²`. For bookmarks, names of pages and comparisons. One that could
    /// not be read is its LaTeX.
    pub fn plain(&self) -> String {
        if self.nodes.is_empty() {
            return self.latex.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        let mut out = String::new();
        push_row(&self.nodes, &mut out);
        // What parts signs must not pile up where two meet.
        out.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

fn push_row(nodes: &[MathNode], out: &mut String) {
    for node in nodes {
        push_node(node, out);
    }
}

fn row(nodes: &[MathNode]) -> String {
    let mut out = String::new();
    push_row(nodes, &mut out);
    out.trim().to_owned()
}

/// A part in brackets, if it is more than a sign or a word.
fn closed(nodes: &[MathNode]) -> String {
    let text = row(nodes);
    let simple = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | ',' | '′'))
        || (text.starts_with('(') && text.ends_with(')') && !text[1..].contains('('));
    if simple || text.chars().count() == 1 { text } else { format!("({text})") }
}

fn push_node(node: &MathNode, out: &mut String) {
    match node {
        MathNode::Letter { text, .. } | MathNode::Number(text) | MathNode::Text { text, .. } => {
            out.push_str(text);
        }
        MathNode::Operator { text, role } => match role {
            OperatorRole::Relation => out.push_str(&format!(" {text} ")),
            OperatorRole::Binary => {
                // A sign before its number stands close to it.
                let before = out.trim_end().chars().next_back();
                let sign = before.is_none_or(|c| "=<>≤≥≈∼→([{,;+−·×±^".contains(c));
                out.push_str(&if sign { text.clone() } else { format!(" {text} ") });
            }
            OperatorRole::Punctuation => out.push_str(&format!("{text} ")),
            OperatorRole::Large | OperatorRole::Plain => out.push_str(text),
        },
        MathNode::Function(name) => out.push_str(&format!(" {name} ")),
        MathNode::Space(width) => {
            if *width > 0 {
                out.push(' ');
            }
        }
        MathNode::Group(content) | MathNode::Styled { content, .. } => push_row(content, out),
        MathNode::Fraction { numerator, denominator, bar: true } => {
            out.push_str(&format!("{}/{}", closed(numerator), closed(denominator)));
        }
        MathNode::Fraction { numerator, denominator, bar: false } => {
            out.push_str(&format!("{} over {}", row(numerator), row(denominator)));
        }
        MathNode::Root { radicand, index } => {
            let index = index.as_ref().map(|index| raised(&row(index))).unwrap_or_default();
            out.push_str(&format!("{index}√{}", closed(radicand)));
        }
        MathNode::Scripts { base, lower, upper, .. } => {
            let text = row(base);
            out.push_str(&text);
            let tight = |script: &Vec<MathNode>| row(script).replace(' ', "");
            let (lower, upper) = (lower.as_ref().map(tight), upper.as_ref().map(tight));
            // Primes stand close to their letter.
            let primes = upper.as_ref().map_or(0, |upper| upper.matches('′').count());
            out.push_str(match primes {
                0 => "",
                1 => "′",
                2 => "″",
                _ => "‴",
            });
            let upper = upper.map(|upper| upper.replace('′', "")).filter(|upper| !upper.is_empty());
            if let Some(lower) = lower {
                out.push_str(&lowered(&lower));
            }
            if let Some(upper) = upper {
                out.push_str(&raised(&upper));
            }
        }
        MathNode::Accent { base, .. } => push_row(base, out),
        MathNode::Fenced { open, close, content } => {
            out.extend(open);
            out.push_str(&row(content));
            out.extend(close);
        }
        MathNode::Delimiter { sign, .. } => out.push(*sign),
        MathNode::Table(table) => {
            let rows: Vec<String> = table
                .rows
                .iter()
                .map(|cells| cells.iter().map(|cell| row(cell)).collect::<Vec<_>>().join(" "))
                .collect();
            out.push_str(&rows.join("; "));
        }
    }
}

/// Upper scripts that are characters of their own.
const RAISED: (&str, &str) = ("0123456789+−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ");
/// Lower scripts that are characters of their own.
const LOWERED: (&str, &str) = ("0123456789+−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎");

fn raised(text: &str) -> String {
    script(text, RAISED, '^')
}

fn lowered(text: &str) -> String {
    script(text, LOWERED, '_')
}

fn script(text: &str, (from, to): (&str, &str), sign: char) -> String {
    let each =
        |c: char| from.chars().position(|known| known == c).and_then(|at| to.chars().nth(at));
    match text.chars().map(each).collect::<Option<String>>() {
        Some(small) => small,
        None if text.chars().count() == 1 => format!("{sign}{text}"),
        None if text.chars().all(char::is_alphanumeric) => format!("{sign}{text}"),
        None => format!("{sign}({text})"),
    }
}
