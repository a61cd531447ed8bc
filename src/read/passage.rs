//! Words in another language: `[texte]{lang=fr}`, as in Pandoc.

use std::collections::BTreeSet;

use comrak::nodes::Attributes;

use super::Ctx;
use super::topic::yaml_language;
use crate::diag::{Code, Diagnostic};
use crate::model::{Foreign, Inline};
use crate::source::{Span, Spanned};

/// What the link of such words leads to on their way through the parser, which
/// knows attributes of links alone. No author can write it.
pub(super) const PASSAGE: &str = "\u{1}passage";

/// Returns what stands in brackets that have a language behind them. Brackets
/// within brackets are not looked at.
pub(super) fn bracketed(text: &str) -> BTreeSet<String> {
    let has_language = |end: &usize| {
        let attributes = text[end + 2..].split('}').next().unwrap_or_default();
        attributes.split_whitespace().any(|word| word.starts_with("lang="))
    };
    let ends = text.match_indices("]{").map(|(end, _)| end).filter(has_language);
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
    for (key, value) in pairs {
        if key == "lang" {
            language = yaml_language(&Spanned::new(value.clone(), span), ctx.diagnostics);
        }
    }
    let others = pairs.iter().filter(|(key, _)| key != "lang");
    let others = others.map(|(key, value)| format!("{key}={value}"));
    let classes = attributes.into_iter().flat_map(|attributes| &attributes.classes);
    let id = attributes.and_then(|attributes| attributes.id.as_ref());
    let named = classes.map(|class| format!(".{class}")).chain(id.map(|id| format!("#{id}")));
    for written in others.chain(named) {
        ctx.diagnostics.push(
            Diagnostic::error(Code::UnknownKey, format!("words cannot have `{written}`"))
                .at(span)
                .hint("they take a language, such as `{lang=fr}`"),
        );
    }
    match language {
        Some(language) => vec![Inline::Foreign(Foreign { language, content })],
        None => content,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_with_a_language() {
        let text = "a [b\n c]{lang=fr}, [d](e){.more}, [f], ^[g]{x} [[h]{.i lang=de} [j]{lang [^k]{lang=de}";
        assert_eq!(bracketed(text), BTreeSet::from(["b c".into(), "h".into()]));
    }
}
