//! Formulas as layouts receive them: the model's tree, node by node.

use serde_json::{Value, json};

use super::data::alignment_name;
use crate::model::{
    DelimiterRole, Math, MathNode, MathStyle, MathTableKind, OperatorRole, ScriptPlace, TextFont,
};

/// Returns the data of a formula.
pub(super) fn math(math: &Math) -> Value {
    json!({
        "type": "math",
        "display": math.display,
        "latex": math.latex,
        "content": nodes(&math.nodes),
    })
}

fn nodes(all: &[MathNode]) -> Vec<Value> {
    all.iter().map(node).collect()
}

fn maybe(all: Option<&Vec<MathNode>>) -> Option<Vec<Value>> {
    all.map(|all| nodes(all))
}

fn node(node: &MathNode) -> Value {
    match node {
        MathNode::Letter { text, upright } => {
            json!({ "type": "letter", "text": text, "upright": upright })
        }
        MathNode::Number(text) => json!({ "type": "number", "text": text }),
        MathNode::Operator { text, role } => {
            let role = match role {
                OperatorRole::Binary => "binary",
                OperatorRole::Relation => "relation",
                OperatorRole::Large => "large",
                OperatorRole::Punctuation => "punctuation",
                OperatorRole::Plain => "plain",
            };
            json!({ "type": "operator", "text": text, "role": role })
        }
        MathNode::Function(text) => json!({ "type": "function", "text": text }),
        MathNode::Text { text, font } => {
            let font = match font {
                TextFont::Plain => "plain",
                TextFont::Bold => "bold",
                TextFont::Italic => "italic",
                TextFont::SansSerif => "sans-serif",
                TextFont::Monospace => "monospace",
            };
            json!({ "type": "text", "text": text, "font": font })
        }
        MathNode::Space(width) => {
            json!({ "type": "space", "width": f64::from(*width) / 1000.0 })
        }
        MathNode::Group(content) => json!({ "type": "group", "content": nodes(content) }),
        MathNode::Fraction { numerator, denominator, bar } => json!({
            "type": "fraction",
            "numerator": nodes(numerator),
            "denominator": nodes(denominator),
            "bar": bar,
        }),
        MathNode::Root { radicand, index } => json!({
            "type": "root", "radicand": nodes(radicand), "index": maybe(index.as_ref()),
        }),
        MathNode::Scripts { base, lower, upper, place } => {
            let place = match place {
                ScriptPlace::Beside => "beside",
                ScriptPlace::Stacked => "stacked",
                ScriptPlace::Movable => "movable",
            };
            json!({
                "type": "scripts",
                "base": nodes(base),
                "lower": maybe(lower.as_ref()),
                "upper": maybe(upper.as_ref()),
                "place": place,
            })
        }
        MathNode::Accent { base, mark, below, wide } => json!({
            "type": "accent", "base": nodes(base), "mark": mark, "below": below, "wide": wide,
        }),
        MathNode::Fenced { open, close, content } => json!({
            "type": "fenced", "open": open, "close": close, "content": nodes(content),
        }),
        MathNode::Delimiter { sign, role, size } => {
            let role = match role {
                DelimiterRole::Open => "open",
                DelimiterRole::Close => "close",
                DelimiterRole::Fence => "fence",
                DelimiterRole::Middle => "middle",
            };
            json!({ "type": "delimiter", "text": sign, "role": role, "size": size })
        }
        MathNode::Table(table) => {
            let kind = match table.kind {
                MathTableKind::Matrix => "matrix",
                MathTableKind::Cases => "cases",
                MathTableKind::Aligned => "aligned",
                MathTableKind::Gathered => "gathered",
                MathTableKind::Stack => "stack",
            };
            let alignments: Vec<&str> =
                table.columns.iter().map(|alignment| alignment_name(*alignment)).collect();
            let rows: Vec<Vec<Vec<Value>>> = table
                .rows
                .iter()
                .map(|cells| cells.iter().map(|cell| nodes(cell)).collect())
                .collect();
            json!({ "type": "table", "kind": kind, "alignments": alignments, "rows": rows })
        }
        MathNode::Styled { style, content } => {
            let style = match style {
                MathStyle::Display => "display",
                MathStyle::Text => "text",
                MathStyle::Script => "script",
                MathStyle::ScriptScript => "script-script",
            };
            json!({ "type": "styled", "style": style, "content": nodes(content) })
        }
    }
}
