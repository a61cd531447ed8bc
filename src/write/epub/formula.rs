//! Formulas that are no more than names and numbers, raised and lowered, as text:
//! H₂O, 10⁻³, Ca²⁺.
//!
//! Knows: the model's formulas. Must not know: `MathML`, LaTeX.
//!
//! Text is what every reading system shows, searches and reads aloud; `MathML` is
//! left out by some and dropped by others. What leans, has a relation or goes up
//! and down more than once is mathematics, and stays `MathML`.

use crate::model::{DelimiterRole, Math, MathNode, OperatorRole, ScriptPlace, TextFont};
use crate::write::html::escape;

/// Returns a formula as XHTML text; `None` if it takes more than that.
pub(super) fn as_text(math: &Math) -> Option<String> {
    if math.display || math.nodes.is_empty() {
        return None;
    }
    let mut out = String::from("<span class=\"formula\">");
    row(&math.nodes, Level::Line, &mut out)?;
    out.push_str("</span>");
    Some(out)
}

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// In the line, where scripts may hang on it.
    Line,
    /// In a script, or with scripts on it.
    Script,
}

/// Writes nodes; `None` where one is more than text.
fn row(nodes: &[MathNode], level: Level, out: &mut String) -> Option<()> {
    for (index, node) in nodes.iter().enumerate() {
        match node {
            MathNode::Operator { text, role: OperatorRole::Binary } => {
                let (first, last) = (index == 0, index + 1 == nodes.len());
                match text.as_str() {
                    // The sign of what follows, or the charge of an ion.
                    "+" | "−" if first || (last && level == Level::Script) => escape(text, out),
                    "×" | "⋅" | "·" if !first && !last && level == Level::Line => {
                        out.push_str(&format!("\u{a0}{text}\u{a0}"));
                    }
                    _ => return None,
                }
            }
            node => piece(node, level, out)?,
        }
    }
    Some(())
}

fn piece(node: &MathNode, level: Level, out: &mut String) -> Option<()> {
    match node {
        MathNode::Letter { text, upright } => {
            // A single letter leans unless told otherwise; a word never does.
            let leans =
                !upright && text.chars().count() == 1 && text.chars().all(char::is_alphabetic);
            // What is of another alphabet is mathematics.
            let plain = text.chars().all(|c| !matches!(c, '\u{1d400}'..='\u{1d7ff}'));
            if leans || !plain {
                return None;
            }
            escape(text, out);
        }
        MathNode::Number(text) => escape(text, out),
        MathNode::Text { text, font: TextFont::Plain } => escape(&text.replace(' ', "\u{a0}"), out),
        MathNode::Operator { text, role: OperatorRole::Plain } => escape(text, out),
        MathNode::Delimiter { sign, role: DelimiterRole::Open | DelimiterRole::Close, size: 0 } => {
            escape(&sign.to_string(), out)
        }
        // A thin space is as wide as that; neither breaks.
        MathNode::Space(1..250) => out.push('\u{202f}'),
        MathNode::Space(250..=400) => out.push('\u{a0}'),
        MathNode::Group(content) => row(content, level, out)?,
        MathNode::Scripts { base, lower, upper, place: ScriptPlace::Beside }
            if level == Level::Line =>
        {
            row(base, Level::Script, out)?;
            if let Some(lower) = lower {
                script("sub", lower, out)?;
            }
            match upper.as_deref() {
                // The sign of degrees is raised by itself.
                Some([MathNode::Letter { text, .. } | MathNode::Operator { text, .. }])
                    if text == "∘" || text == "°" =>
                {
                    out.push('°');
                }
                Some(upper) => script("sup", upper, out)?,
                None => {}
            }
        }
        _ => return None,
    }
    Some(())
}

fn script(name: &str, nodes: &[MathNode], out: &mut String) -> Option<()> {
    out.push_str(&format!("<{name}>"));
    row(nodes, Level::Script, out)?;
    out.push_str(&format!("</{name}>"));
    Some(())
}
