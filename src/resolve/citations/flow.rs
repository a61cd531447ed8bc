//! Text of a dress, as inlines.

use crate::model::{CitationPart, CiteKey, Dress, Inline, RichText, Script};

/// How a style has text look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Face {
    pub(super) italic: bool,
    pub(super) bold: bool,
    pub(super) small_caps: bool,
    pub(super) script: Script,
}

impl Face {
    /// Returns text that looks so; `dress` is what a work has its text look like.
    pub(super) fn dress(self, text: &str, dress: Dress) -> Inline {
        let Dress { italic, bold, small_caps, script, keeps_case: _ } = dress;
        let mut inline = Inline::Text(text.to_owned());
        if small_caps || self.small_caps {
            inline = Inline::SmallCaps(vec![inline]);
        }
        if bold != self.bold {
            inline = Inline::Strong(vec![inline]);
        }
        // Italic in italic is upright.
        if italic != self.italic {
            inline = Inline::Emphasis(vec![inline]);
        }
        match (script, self.script) {
            (Script::Superscript, _) | (Script::Baseline, Script::Superscript) => {
                Inline::Superscript(vec![inline])
            }
            (Script::Subscript, _) | (Script::Baseline, Script::Subscript) => {
                Inline::Subscript(vec![inline])
            }
            (Script::Baseline, Script::Baseline) => inline,
        }
    }

    /// Returns plain text that looks so.
    pub(super) fn plain(self, text: &str) -> Inline {
        self.dress(text, Dress::default())
    }
}

/// Returns text of a work as inlines.
pub(super) fn rich(text: &RichText) -> Vec<Inline> {
    let mut content = Vec::new();
    for run in text.runs() {
        push_inline(&mut content, Face::default().dress(&run.text, run.dress));
    }
    content
}

/// Joins text to text of the same dress, so that readers get few pieces.
pub(super) fn push_inline(content: &mut Vec<Inline>, inline: Inline) {
    match (content.last_mut(), inline) {
        (Some(Inline::Text(last)), Inline::Text(text)) => last.push_str(&text),
        (Some(Inline::Emphasis(last)), Inline::Emphasis(more))
        | (Some(Inline::Superscript(last)), Inline::Superscript(more))
        | (Some(Inline::Subscript(last)), Inline::Subscript(more))
        | (Some(Inline::SmallCaps(last)), Inline::SmallCaps(more))
        | (Some(Inline::Strong(last)), Inline::Strong(more)) => {
            more.into_iter().for_each(|inline| push_inline(last, inline));
        }
        (_, inline) => content.push(inline),
    }
}

/// As [`push_inline`], into the part of a work.
pub(super) fn push_part(parts: &mut Vec<CitationPart>, inline: Inline, key: Option<&CiteKey>) {
    match parts.last_mut() {
        Some(last) if last.key.as_ref() == key => push_inline(&mut last.content, inline),
        _ => parts.push(CitationPart { content: vec![inline], key: key.cloned() }),
    }
}
