//! What the engine rendered, as inlines.

use hayagriva::citationberg::{FontStyle, FontVariant, FontWeight, VerticalAlign};
use hayagriva::{ElemChild, ElemChildren, ElemMeta, Formatting};

use super::cipher::{Cipher, Piece};
use super::links;
use crate::model::{CitationPart, CiteKey, Dress, Inline, Link, RichText, Run, Script};

/// What the private letters of a rendering stand for.
#[derive(Debug)]
pub(super) struct Flow<'a> {
    pub(super) cipher: &'a Cipher,
    /// The entries that are printed as they were written, by their numbers.
    pub(super) verbatim: &'a [Option<RichText>],
    /// "et al." in the list's language.
    pub(super) others: &'a str,
}

impl Flow<'_> {
    /// Hands each piece to `push`, with the index of the citation item that it
    /// belongs to.
    pub(super) fn children(
        &self,
        children: &ElemChildren,
        item: Option<usize>,
        push: &mut impl FnMut(Inline, Option<usize>),
    ) {
        for child in &children.0 {
            self.child(child, item, push);
        }
    }

    /// As [`Flow::children`], for one.
    pub(super) fn child(
        &self,
        child: &ElemChild,
        item: Option<usize>,
        push: &mut impl FnMut(Inline, Option<usize>),
    ) {
        match child {
            ElemChild::Text(text) => {
                self.text(&text.text, &text.formatting, |inline| push(inline, item));
            }
            ElemChild::Elem(elem) => {
                let item = match elem.meta {
                    Some(ElemMeta::Entry(index)) => Some(index),
                    _ => item,
                };
                self.children(&elem.children, item, push);
            }
            // Typst markup is never evaluated; it is text as any other.
            ElemChild::Markup(text) => {
                self.text(text, &Formatting::default(), |inline| push(inline, item));
            }
            ElemChild::Link { text, url } => {
                let mut content = Vec::new();
                self.text(&text.text, &text.formatting, |inline| content.push(inline));
                match links::address(url) {
                    Some(url) => push(Inline::Link(Link { url, content, more: false }), item),
                    None => content.into_iter().for_each(|inline| push(inline, item)),
                }
            }
            ElemChild::Transparent { .. } => {}
        }
    }

    /// Hands each run of a text to `push`.
    pub(super) fn runs(&self, text: &RichText, mut push: impl FnMut(Inline)) {
        for run in text.runs() {
            push(dress(run.clone(), &Formatting::default()));
        }
    }

    fn text(&self, text: &str, formatting: &Formatting, mut push: impl FnMut(Inline)) {
        for piece in self.cipher.decode(text) {
            match piece {
                Piece::Run(run) => push(dress(run, formatting)),
                Piece::Verbatim(number) => {
                    if let Some(text) = self.verbatim.get(number).and_then(Option::as_ref) {
                        self.runs(text, &mut push);
                    }
                }
                Piece::Others => push(Inline::Text(self.others.to_owned())),
            }
        }
    }
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

/// Takes the space out of "2002 ;346": hayagriva 0.10.1 puts a group's delimiter
/// before an element that begins with a semicolon of its own, where CSL's
/// processors leave it out.
pub(super) fn close_up(inline: &mut Inline) {
    if let Inline::Text(text) = inline {
        while let Some(at) = text.find(" ;") {
            let follows = text[at + 2..].chars().next();
            if !follows.is_some_and(|c| c.is_alphanumeric() || c == '(') {
                return;
            }
            text.remove(at);
        }
    }
}
