//! Titles and captions for lists: their dress without their links and notes.
//!
//! Knows: what an edition says in place of references. Must not know: files.

use super::prose::Matter;
use super::survey::Survey;
use crate::model::{
    Block, CalloutKind, Citation, Cloze, CrossReference, Edition, Equation, Figure, Footnote,
    Inline, Link, ListItem, MarkReference, Math, Table, web_address,
};
use crate::words::Words;
use crate::write::html::{self, Dialect, TableLabel};
use crate::write::mathml;
use crate::write::template::Markup;

/// Writes inlines that stand inside of a link, or far from their notes.
pub(super) fn markup(inlines: &[Inline], edition: &Edition) -> Markup {
    line(inlines, &mut Quiet { edition, manner: Manner::Bare })
}

/// Writes inlines far from their notes, with their links to the web.
pub(super) fn linked(inlines: &[Inline], edition: &Edition) -> Markup {
    line(inlines, &mut Quiet { edition, manner: Manner::Linked })
}

/// Writes inlines of a text that stands in another file of the book, too.
pub(super) fn text(inlines: &[Inline], matter: Matter<'_>) -> Markup {
    line(inlines, &mut Quiet { edition: matter.edition, manner: Manner::Text(matter.survey) })
}

/// Writes blocks of a text that stands in another file of the book, too; without
/// its figures.
pub(super) fn blocks(blocks: &[Block], matter: Matter<'_>) -> Markup {
    let mut out = String::new();
    let mut quiet = Quiet { edition: matter.edition, manner: Manner::Text(matter.survey) };
    html::compact(blocks, &mut quiet, &mut out);
    Markup::new(out)
}

fn line(inlines: &[Inline], quiet: &mut Quiet<'_>) -> Markup {
    let mut out = String::new();
    html::inlines(inlines, quiet, &mut out);
    Markup::new(out)
}

struct Quiet<'a> {
    edition: &'a Edition,
    manner: Manner<'a>,
}

/// What is left of links and formulas.
#[derive(Clone, Copy)]
enum Manner<'a> {
    /// No link, and formulas in plain characters.
    Bare,
    /// Links to the web.
    Linked,
    /// All but notes and citations.
    Text(&'a Survey),
}

impl Quiet<'_> {
    /// Writes a link, with no other in it.
    fn anchor(&mut self, href: &str, content: &[Inline], out: &mut String) {
        out.push_str(&format!("<a href=\"{}\">", html::escaped(href)));
        let manner = std::mem::replace(&mut self.manner, Manner::Bare);
        html::inlines(content, self, out);
        self.manner = manner;
        out.push_str("</a>");
    }
}

impl Dialect for Quiet<'_> {
    fn callout_title(&self, kind: CalloutKind) -> &'static str {
        Words::of(&self.edition.metadata.language).callout(kind)
    }

    fn citation(&mut self, _citation: &Citation, out: &mut String) {
        // Nor the space that parts it from what it stands behind.
        out.truncate(out.trim_end_matches(' ').len());
    }

    fn cross_reference(&mut self, reference: &CrossReference, out: &mut String) {
        let known = self.edition.cross_references.get(&reference.id);
        let content = known.map(|text| text.content.as_slice());
        let content = content.or(reference.content.as_deref()).unwrap_or_default();
        let anchor = known.and_then(|text| text.anchor.as_ref());
        let href = match self.manner {
            Manner::Text(survey) => anchor.and_then(|anchor| survey.address(anchor, "")),
            Manner::Bare | Manner::Linked => None,
        };
        match href {
            Some(href) => self.anchor(&href, content, out),
            None => html::inlines(content, self, out),
        }
    }

    fn mark_reference(&mut self, reference: &MarkReference, out: &mut String) {
        if let Some(mention) = self.edition.wordings.get(&reference.id) {
            html::escape(&mention.wording, out);
        }
    }

    fn footnote(&mut self, _footnote: &Footnote, _out: &mut String) {}

    fn cloze(&mut self, cloze: &Cloze, out: &mut String) {
        html::inlines(&cloze.content, self, out);
    }

    fn link(&mut self, link: &Link, out: &mut String) {
        let links = !matches!(self.manner, Manner::Bare) && !is_blank(&link.content);
        match web_address(&link.url).filter(|_| links) {
            Some(href) => self.anchor(&href, &link.content, out),
            None => html::inlines(&link.content, self, out),
        }
    }

    fn math(&mut self, math: &Math, out: &mut String) {
        match self.manner {
            Manner::Text(_) => mathml::write(math, out),
            // Lists of contents are read by programs that know no formulas.
            Manner::Bare | Manner::Linked => html::escape(&math.plain(), out),
        }
    }

    fn equation(&mut self, equation: &Equation, out: &mut String) {
        out.push_str("<div class=\"equation\">");
        self.math(&equation.math, out);
        out.push_str("</div>\n");
    }

    fn figure(&mut self, _figure: &Figure, _out: &mut String) {}

    fn table_label(&mut self, _table: &Table) -> TableLabel {
        TableLabel::default()
    }

    fn includes(&self, _item: &ListItem) -> bool {
        true
    }
}

/// Tells whether a line of text has anything to read in it.
pub(super) fn is_blank(inlines: &[Inline]) -> bool {
    crate::model::plain_text(inlines).trim().is_empty()
}
