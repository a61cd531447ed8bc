//! Formulas to `MathML`, for books.
//!
//! Knows: the model's formulas. Must not know: LaTeX, reading systems.
//!
//! What is written is presentation `MathML` that both the third version and
//! `MathML` Core have: fonts are characters of Unicode's alphabets, and alignment
//! is said twice, once for each.

use crate::model::{
    Alignment, DelimiterRole, Math, MathNode, MathStyle, MathTable, MathTableKind, OperatorRole,
    ScriptPlace, TextFont,
};
use crate::write::html::escape;

/// Writes a formula; its LaTeX is the text for those who cannot see it.
pub fn write(math: &Math, out: &mut String) {
    let display = if math.display { "block" } else { "inline" };
    out.push_str("<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"");
    out.push_str(display);
    out.push_str("\" alttext=\"");
    // Line ends in attributes become spaces anyway.
    escape(&math.latex.split_whitespace().collect::<Vec<_>>().join(" "), out);
    out.push_str("\">");
    row(&math.nodes, out);
    out.push_str("</math>");
}

/// Writes nodes as one element.
fn row(nodes: &[MathNode], out: &mut String) {
    if let [node] = nodes {
        self::node(node, Form::Infix, out);
        return;
    }
    out.push_str("<mrow>");
    pieces(nodes, out);
    out.push_str("</mrow>");
}

/// Writes nodes one after another.
fn pieces(nodes: &[MathNode], out: &mut String) {
    for (index, node) in nodes.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| nodes.get(index));
        self::node(node, if is_sign(before) { Form::Prefix } else { Form::Infix }, out);
        let function = match node {
            MathNode::Function(_) => true,
            MathNode::Scripts { base, .. } => matches!(base.as_slice(), [MathNode::Function(_)]),
            _ => false,
        };
        if function && index + 1 < nodes.len() {
            // Said aloud as "of"; it brings the small space with it.
            out.push_str("<mo>\u{2061}</mo>");
        }
    }
}

/// Whether a sign such as minus stands between two things, or before one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Infix,
    Prefix,
}

/// Tells whether a plus or minus after this belongs to what follows.
fn is_sign(before: Option<&MathNode>) -> bool {
    match before {
        None => true,
        Some(MathNode::Operator { role, .. }) => *role != OperatorRole::Plain,
        Some(MathNode::Delimiter { role, .. }) => *role == DelimiterRole::Open,
        Some(_) => false,
    }
}

fn node(node: &MathNode, form: Form, out: &mut String) {
    match node {
        MathNode::Letter { text, upright } => {
            let mut letters = text.chars();
            let single = letters.next().filter(|_| letters.next().is_none());
            // A single letter leans unless told otherwise; a word never does.
            let told = *upright && single.is_some_and(char::is_alphabetic);
            leaf(if told { "mi mathvariant=\"normal\"" } else { "mi" }, text, out);
        }
        MathNode::Number(digits) => leaf("mn", digits, out),
        MathNode::Operator { text, role } => {
            let attributes = match role {
                OperatorRole::Plain => " lspace=\"0\" rspace=\"0\"",
                OperatorRole::Binary if form == Form::Prefix => " form=\"prefix\"",
                // Arrows between things keep their size.
                OperatorRole::Relation if is_arrow(text) => " stretchy=\"false\"",
                OperatorRole::Relation => "",
                OperatorRole::Binary | OperatorRole::Large | OperatorRole::Punctuation => "",
            };
            leaf(&format!("mo{attributes}"), text, out);
        }
        MathNode::Function(name) => leaf("mi", name, out),
        MathNode::Text { text, font } => {
            let style = match font {
                TextFont::Plain => "",
                TextFont::Bold => " style=\"font-weight: bold\"",
                TextFont::Italic => " style=\"font-style: italic\"",
                TextFont::SansSerif => " style=\"font-family: sans-serif\"",
                TextFont::Monospace => " style=\"font-family: monospace\"",
            };
            // Spaces at the ends would be dropped.
            leaf(&format!("mtext{style}"), &text.replace(' ', "\u{a0}"), out);
        }
        MathNode::Space(width) => {
            out.push_str(&format!("<mspace width=\"{}em\"/>", f64::from(*width) / 1000.0));
        }
        MathNode::Group(content) => {
            out.push_str("<mrow>");
            pieces(content, out);
            out.push_str("</mrow>");
        }
        MathNode::Fraction { numerator, denominator, bar } => {
            out.push_str(if *bar { "<mfrac>" } else { "<mfrac linethickness=\"0\">" });
            row(numerator, out);
            row(denominator, out);
            out.push_str("</mfrac>");
        }
        MathNode::Root { radicand, index } => match index {
            None => {
                out.push_str("<msqrt>");
                row(radicand, out);
                out.push_str("</msqrt>");
            }
            Some(index) => {
                out.push_str("<mroot>");
                row(radicand, out);
                row(index, out);
                out.push_str("</mroot>");
            }
        },
        MathNode::Scripts { base, lower, upper, place } => {
            scripts(base, lower.as_deref(), upper.as_deref(), *place, out);
        }
        MathNode::Accent { base, mark, below, wide } => {
            let name = if *below { "munder" } else { "mover" };
            let kind = if *below { "accentunder" } else { "accent" };
            out.push_str(&format!("<{name} {kind}=\"true\">"));
            row(base, out);
            leaf(&format!("mo stretchy=\"{wide}\""), &mark.to_string(), out);
            out.push_str(&format!("</{name}>"));
        }
        MathNode::Fenced { open, close, content } => {
            out.push_str("<mrow>");
            if let Some(open) = open {
                leaf("mo fence=\"true\" form=\"prefix\" stretchy=\"true\"", &open.to_string(), out);
            }
            pieces(content, out);
            if let Some(close) = close {
                let name = "mo fence=\"true\" form=\"postfix\" stretchy=\"true\"";
                leaf(name, &close.to_string(), out);
            }
            out.push_str("</mrow>");
        }
        MathNode::Delimiter { sign, role, size } => delimiter(*sign, *role, *size, out),
        MathNode::Table(table) => write_table(table, out),
        MathNode::Styled { style, content } => {
            let (display, level) = match style {
                MathStyle::Display => (true, 0),
                MathStyle::Text => (false, 0),
                MathStyle::Script => (false, 1),
                MathStyle::ScriptScript => (false, 2),
            };
            out.push_str(&format!("<mstyle displaystyle=\"{display}\" scriptlevel=\"{level}\">"));
            pieces(content, out);
            out.push_str("</mstyle>");
        }
    }
}

/// Tells whether a sign would grow with what stands beside it.
fn is_arrow(sign: &str) -> bool {
    sign.chars().any(|c| matches!(c, '\u{2190}'..='\u{21ff}' | '\u{27f0}'..='\u{27ff}'))
}

/// Writes `<name attributes>text</name>`.
fn leaf(tag: &str, text: &str, out: &mut String) {
    let name = tag.split(' ').next().unwrap_or(tag);
    out.push_str(&format!("<{tag}>"));
    escape(text, out);
    out.push_str(&format!("</{name}>"));
}

fn delimiter(sign: char, role: DelimiterRole, size: u8, out: &mut String) {
    let form = match role {
        DelimiterRole::Open => " form=\"prefix\"",
        DelimiterRole::Close => " form=\"postfix\"",
        DelimiterRole::Fence => " lspace=\"0\" rspace=\"0\"",
        DelimiterRole::Middle => " fence=\"true\"",
    };
    // As high as LaTeX has them.
    let height = match size {
        1 => Some("1.2em"),
        2 => Some("1.8em"),
        3 => Some("2.4em"),
        4 => Some("3em"),
        _ => None,
    };
    let stretchy = role == DelimiterRole::Middle || height.is_some();
    let sizes = height
        .map(|height| format!(" minsize=\"{height}\" maxsize=\"{height}\""))
        .unwrap_or_default();
    leaf(&format!("mo{form} stretchy=\"{stretchy}\"{sizes}"), &sign.to_string(), out);
}

fn scripts(
    base: &[MathNode],
    lower: Option<&[MathNode]>,
    upper: Option<&[MathNode]>,
    place: ScriptPlace,
    out: &mut String,
) {
    let stacked = place != ScriptPlace::Beside;
    let name = match (lower.is_some(), upper.is_some(), stacked) {
        (true, true, false) => "msubsup",
        (true, true, true) => "munderover",
        (true, false, false) => "msub",
        (true, false, true) => "munder",
        (false, _, false) => "msup",
        (false, _, true) => "mover",
    };
    out.push_str(&format!("<{name}>"));
    let movable = place == ScriptPlace::Movable;
    match base {
        // What has its scripts above and below is an operator here.
        [MathNode::Function(text)] if stacked => {
            leaf(&format!("mo movablelimits=\"{movable}\""), text, out);
        }
        [MathNode::Operator { text, role: OperatorRole::Large }] => {
            leaf(&format!("mo movablelimits=\"{movable}\""), text, out);
        }
        // An arrow is as long as what stands on it.
        [MathNode::Operator { text, role: OperatorRole::Relation }] if stacked => {
            leaf("mo stretchy=\"true\"", text, out);
        }
        base => row(base, out),
    }
    for script in [lower, upper].into_iter().flatten() {
        row(script, out);
    }
    out.push_str(&format!("</{name}>"));
}

fn write_table(table: &MathTable, out: &mut String) {
    let word = |alignment: &Alignment| match alignment {
        Alignment::Start => "left",
        Alignment::Center => "center",
        Alignment::End => "right",
    };
    let words: Vec<&str> = table.columns.iter().map(word).collect();
    let display = matches!(table.kind, MathTableKind::Aligned | MathTableKind::Gathered);
    out.push_str(&format!(
        "<mtable displaystyle=\"{display}\" columnalign=\"{}\"",
        if words.is_empty() { "center".to_owned() } else { words.join(" ") }
    ));
    let pairs = table.kind == MathTableKind::Aligned;
    if pairs {
        out.push_str(" columnspacing=\"0em 2em\"");
    }
    out.push('>');
    for cells in &table.rows {
        out.push_str("<mtr>");
        for (index, cell) in cells.iter().enumerate() {
            let align = words.get(index).copied().unwrap_or("center");
            let close = match (pairs, index % 2) {
                (true, 0) => "; padding-right: 0",
                (true, _) => "; padding-left: 0",
                (false, _) => "",
            };
            // Chromium sets cells as blocks, which only the second moves.
            let align = match align {
                "center" => String::new(),
                side => format!("text-align: {side}; text-align: -webkit-{side}"),
            };
            match format!("{align}{close}").as_str() {
                "" => out.push_str("<mtd>"),
                style => out.push_str(&format!("<mtd style=\"{style}\">")),
            }
            if pairs && index % 2 == 1 {
                // A relation at the start of a column keeps its distance.
                out.push_str("<mrow><mi></mi>");
                pieces(cell, out);
                out.push_str("</mrow>");
            } else {
                row(cell, out);
            }
            out.push_str("</mtd>");
        }
        out.push_str("</mtr>");
    }
    out.push_str("</mtable>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(nodes: Vec<MathNode>) -> String {
        let mut out = String::new();
        write(&Math { latex: "a<b".into(), display: false, nodes }, &mut out);
        out
    }

    #[test]
    fn signs_belong_to_what_follows() {
        let minus = MathNode::Operator { text: "−".into(), role: OperatorRole::Binary };
        let one = MathNode::Number("1".into());
        let first = written(vec![minus.clone(), one.clone()]);
        assert!(first.contains("<mo form=\"prefix\">−</mo><mn>1</mn>"), "{first}");
        let between = written(vec![one.clone(), minus, one]);
        assert!(between.contains("<mn>1</mn><mo>−</mo>"), "{between}");
        assert!(between.contains("alttext=\"a&lt;b\""), "{between}");
    }
}
