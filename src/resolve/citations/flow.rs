//! What the engine rendered, as inlines.

use hayagriva::citationberg::{FontStyle, FontVariant, FontWeight, Layout, VerticalAlign};
use hayagriva::{ElemChild, ElemChildren, Formatting};

use super::cipher::{Cipher, Piece};
use super::links;
use crate::model::{CitationPart, CiteKey, Dress, Inline, Link, RichText, Run, Script};

/// A piece of what was rendered.
#[derive(Debug, Clone)]
pub(super) enum Bit {
    /// Text.
    Inline(Inline),
    /// Where the place in a work stands, and how it looks.
    Place(Formatting),
    /// Where what stands in brackets begins.
    Open,
    /// Where it ends.
    Close,
}

/// Makes inlines of what was rendered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flow<'a> {
    pub(super) cipher: &'a Cipher,
}

impl Flow<'_> {
    /// Returns the pieces of what was rendered.
    pub(super) fn bits(&self, children: &ElemChildren) -> Vec<Bit> {
        let mut bits = Vec::new();
        for child in &children.0 {
            self.child(child, &mut bits);
        }
        bits
    }

    fn child(&self, child: &ElemChild, bits: &mut Vec<Bit>) {
        match child {
            ElemChild::Text(text) => self.text(&text.text, &text.formatting, bits),
            ElemChild::Elem(elem) => bits.extend(self.bits(&elem.children)),
            // Typst markup is never evaluated; it is text as any other.
            ElemChild::Markup(text) => self.text(text, &Formatting::default(), bits),
            ElemChild::Link { text, url } => {
                let mut content = Vec::new();
                self.text(&text.text, &text.formatting, &mut content);
                match links::address(url) {
                    Some(url) => {
                        let link = Link { url, content: inlines(content), more: false };
                        bits.push(Bit::Inline(Inline::Link(link)));
                    }
                    None => bits.extend(content),
                }
            }
            ElemChild::Transparent { .. } => {}
        }
    }

    /// Returns what was rendered as inlines.
    pub(super) fn inlines(&self, children: &ElemChildren) -> Vec<Inline> {
        inlines(self.bits(children))
    }

    /// As [`Flow::inlines`], for one.
    pub(super) fn inline(&self, child: &ElemChild) -> Vec<Inline> {
        let mut bits = Vec::new();
        self.child(child, &mut bits);
        inlines(bits)
    }

    fn text(&self, text: &str, formatting: &Formatting, bits: &mut Vec<Bit>) {
        bits.extend(self.cipher.decode(text).into_iter().map(|piece| match piece {
            Piece::Run(run) => Bit::Inline(dress(run, formatting)),
            Piece::Place(_) => Bit::Place(*formatting),
            Piece::Open => Bit::Open,
            Piece::Close => Bit::Close,
        }));
    }
}

fn inlines(bits: Vec<Bit>) -> Vec<Inline> {
    let mut content = Vec::new();
    for bit in bits {
        if let Bit::Inline(inline) = bit {
            push_inline(&mut content, inline);
        }
    }
    content
}

/// Returns text of a work as inlines.
pub(super) fn rich(text: &RichText) -> Vec<Inline> {
    let mut content = Vec::new();
    for run in text.runs() {
        push_inline(&mut content, dress(run.clone(), &Formatting::default()));
    }
    content
}

/// Returns plain text that looks like a layout.
pub(super) fn formatted(text: &str, formatting: &Formatting) -> Inline {
    dress(Run { text: text.to_owned(), dress: Dress::default() }, formatting)
}

/// Returns how a layout looks.
pub(super) fn formatting(layout: &Layout) -> Formatting {
    let mut formatting = Formatting::default();
    if let Some(style) = layout.font_style {
        formatting.font_style = style;
    }
    if let Some(variant) = layout.font_variant {
        formatting.font_variant = variant;
    }
    if let Some(weight) = layout.font_weight {
        formatting.font_weight = weight;
    }
    if let Some(align) = layout.vertical_align {
        formatting.vertical_align = align;
    }
    formatting
}

fn dress(run: Run, formatting: &Formatting) -> Inline {
    let Dress { italic, bold, small_caps, script, keeps_case: _ } = run.dress;
    let mut inline = Inline::Text(run.text);
    if small_caps || formatting.font_variant == FontVariant::SmallCaps {
        inline = Inline::SmallCaps(vec![inline]);
    }
    if bold != (formatting.font_weight == FontWeight::Bold) {
        inline = Inline::Strong(vec![inline]);
    }
    // Italic in italic is upright.
    if italic != (formatting.font_style == FontStyle::Italic) {
        inline = Inline::Emphasis(vec![inline]);
    }
    match (script, formatting.vertical_align) {
        (Script::Superscript, _) | (Script::Baseline, VerticalAlign::Sup) => {
            Inline::Superscript(vec![inline])
        }
        (Script::Subscript, _) | (Script::Baseline, VerticalAlign::Sub) => {
            Inline::Subscript(vec![inline])
        }
        (Script::Baseline, VerticalAlign::None | VerticalAlign::Baseline) => inline,
    }
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
