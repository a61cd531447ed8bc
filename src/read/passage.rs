//! Words with attributes: in another language, `[texte]{lang=fr}`, as in Pandoc;
//! or for the index, `[pleura]{.index}`.

use std::collections::BTreeSet;

use comrak::nodes::Attributes;

use super::Ctx;
use super::topic::yaml_language;
use crate::diag::{Code, Diagnostic};
use crate::model::{Foreign, IndexTerm, Indexed, Inline, plain_text};
use crate::source::{Span, Spanned};

/// What the link of such words leads to on their way through the parser, which
/// knows attributes of links alone. No author can write it.
pub(super) const PASSAGE: &str = "\u{1}passage";

/// Returns what stands in brackets that have a language or a place in the index
/// behind them. Brackets
/// within brackets are not looked at.
pub(super) fn bracketed(text: &str) -> BTreeSet<String> {
    let is_passage = |end: &usize| {
        let attributes = text[end + 2..].split('}').next().unwrap_or_default();
        attributes.split_whitespace().any(|word| {
            word == ".index" || ["lang=", "index="].iter().any(|key| word.starts_with(key))
        })
    };
    let ends = text.match_indices("]{").map(|(end, _)| end).filter(is_passage);
    let inside = ends.filter_map(|end| Some(text[..end].rsplit_once('[')?.1));
    // A note's name stays one.
    inside.filter(|inside| !inside.starts_with('^')).map(spaced).collect()
}

/// Returns a text with one space for all that stand together: where a line ends
/// in it, the parser has taken away what the next one begins with.
pub(super) fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads the attributes of such words; the words alone, after messages, if they
/// are wrong.
pub(super) fn read(
    content: Vec<Inline>,
    attributes: Option<&Attributes>,
    span: Span,
    ctx: &mut Ctx,
) -> Vec<Inline> {
    let mut language = None;
    let pairs = attributes.map(|attributes| attributes.pairs.as_slice()).unwrap_or_default();
    let mut terms = Vec::new();
    for (key, value) in pairs {
        match key.as_str() {
            "lang" => {
                language = yaml_language(&Spanned::new(value.clone(), span), ctx.diagnostics);
            }
            "index" => terms = index_terms(value, span, ctx),
            _ => {}
        }
    }
    let is_indexed = |class: &&String| *class == "index";
    let others = pairs.iter().filter(|(key, _)| !matches!(key.as_str(), "lang" | "index"));
    let others = others.map(|(key, value)| format!("{key}={value}"));
    let classes = attributes.into_iter().flat_map(|attributes| &attributes.classes);
    if classes.clone().any(|class| is_indexed(&class)) {
        terms.extend(index_terms(&plain_text(&content).replace(['!', ';'], " "), span, ctx));
    }
    let classes = classes.filter(|class| !is_indexed(class));
    let id = attributes.and_then(|attributes| attributes.id.as_ref());
    let named = classes.map(|class| format!(".{class}")).chain(id.map(|id| format!("#{id}")));
    for written in others.chain(named) {
        ctx.diagnostics.push(
            Diagnostic::error(Code::UnknownKey, format!("words cannot have `{written}`"))
                .at(span)
                .hint("they take a language, such as `{lang=fr}`, or a place in the index, `{.index}`"),
        );
    }
    let content = match language {
        Some(language) => vec![Inline::Foreign(Foreign { language, content })],
        None => content,
    };
    if terms.is_empty() {
        return content;
    }
    vec![Inline::Indexed(Indexed { id: ctx.node_id(), terms, content })]
}

/// How deep terms of the index are nested.
const LEVELS: usize = 3;

/// Reads terms of the index: `pleura; chest!wall`.
fn index_terms(written: &str, span: Span, ctx: &mut Ctx) -> Vec<IndexTerm> {
    let mut terms = Vec::new();
    for term in written.split(';') {
        let levels: Vec<String> = term.split('!').map(spaced).collect();
        if levels.iter().any(String::is_empty) || levels.len() > LEVELS {
            ctx.diagnostics.push(
                Diagnostic::error(
                    Code::InvalidValue,
                    format!("`{}` is no term of an index", spaced(written)),
                )
                .at(span)
                .hint("write `index=\"term\"`, `index=\"term!term below it\"`, with three levels at most, or several with `;` between them"),
            );
            return Vec::new();
        }
        terms.push(IndexTerm(levels));
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_with_a_language() {
        let text = "a [b\n c]{lang=fr}, [d](e){.more}, [f], ^[g]{x} [[h]{.i lang=de} [j]{lang [^k]{lang=de}";
        assert_eq!(bracketed(text), BTreeSet::from(["b c".into(), "h".into()]));
        let text = "a [b]{.index} [c]{index=\"d e!f\"} [g]{.indexed}";
        assert_eq!(bracketed(text), BTreeSet::from(["b".into(), "c".into()]));
    }
}
