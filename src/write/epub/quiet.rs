//! Titles and captions for lists: their dress without their links and notes.
//!
//! Knows: what an edition says in place of references. Must not know: files.

use crate::model::{
    CalloutKind, Citation, Cloze, CrossReference, Edition, Equation, Figure, Footnote, Inline,
    Link, ListItem, MarkReference, Math, Table, web_address,
};
use crate::words::Words;
use crate::write::html::{self, Dialect, TableLabel};
use crate::write::template::Markup;

/// Writes inlines that stand inside of a link, or far from their notes.
pub(super) fn markup(inlines: &[Inline], edition: &Edition) -> Markup {
    write(inlines, edition, false)
}

/// Writes inlines far from their notes, with their links to the web.
pub(super) fn linked(inlines: &[Inline], edition: &Edition) -> Markup {
    write(inlines, edition, true)
}

fn write(inlines: &[Inline], edition: &Edition, links: bool) -> Markup {
    let mut out = String::new();
    html::inlines(inlines, &mut Quiet { edition, links }, &mut out);
    Markup(out)
}

struct Quiet<'a> {
    edition: &'a Edition,
    links: bool,
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
        html::inlines(content.or(reference.content.as_deref()).unwrap_or_default(), self, out);
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
        let href = web_address(&link.url).filter(|_| self.links && !is_blank(&link.content));
        let Some(href) = href else {
            html::inlines(&link.content, self, out);
            return;
        };
        out.push_str(&format!("<a href=\"{}\">", html::escaped(&href)));
        self.links = false;
        html::inlines(&link.content, self, out);
        self.links = true;
        out.push_str("</a>");
    }

    fn math(&mut self, math: &Math, out: &mut String) {
        // Lists of contents are read by programs that know no formulas.
        html::escape(&math.plain(), out);
    }

    fn equation(&mut self, _equation: &Equation, _out: &mut String) {}

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
