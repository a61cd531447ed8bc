//! XHTML as cards have it.

use std::collections::{BTreeMap, BTreeSet};

use super::escape::{BODY, CLOSE, HINT, OPEN};
use super::formula;
use super::media::Media;
use crate::model::{
    CalloutKind, Citation, CitationForm, Cloze, CrossReference, Edition, Equation, Figure,
    Footnote, Link, ListItem, MarkReference, Math, NodeId, Table, web_address,
};
use crate::words::Words;
use crate::write::html::{self, Dialect, TableLabel, escape, inlines};
use crate::write::illustration::{Illustrations, Picture};

/// What fields are written with.
pub(super) struct CardDialect<'a> {
    /// What citations and references say.
    pub(super) edition: &'a Edition,
    /// The pictures.
    pub(super) illustrations: &'a Illustrations,
    /// The words of the topic's language.
    pub(super) words: &'static Words,
    /// The numbers of the clozes that are asked; others are merely bold.
    pub(super) numbers: BTreeMap<NodeId, u32>,
    /// The numbers that were written.
    pub(super) asked: BTreeSet<u32>,
    /// Where shown pictures are put.
    pub(super) media: &'a mut Media,
    /// The names of the pictures that were shown.
    pub(super) shown: BTreeSet<String>,
}

impl CardDialect<'_> {
    /// Writes a picture, and keeps its file.
    pub(super) fn picture(&mut self, picture: &Picture, alt: &str, out: &mut String) {
        self.media.add(picture);
        self.shown.insert(picture.name.clone());
        out.push_str("<img src=\"");
        escape(&picture.name, out);
        out.push_str("\" alt=\"");
        escape(alt, out);
        out.push_str("\"/>");
    }
}

impl Dialect for CardDialect<'_> {
    fn callout_title(&self, kind: CalloutKind) -> &'static str {
        self.words.callout(kind)
    }

    /// The list of references is not on the card, so a number into it says
    /// nothing, and there are no notes; the sources stand at its foot. Where the
    /// citation is part of the sentence, its words stay.
    fn citation(&mut self, citation: &Citation, out: &mut String) {
        if citation.form == CitationForm::Normal {
            trim_end(out);
            return;
        }
        let edition = self.edition;
        if let Some(rendered) = edition.citations.get(&citation.id) {
            for part in &rendered.prose {
                inlines(&part.content, self, out);
            }
        }
    }

    fn cross_reference(&mut self, reference: &CrossReference, out: &mut String) {
        let edition = self.edition;
        if let Some(text) = edition.cross_references.get(&reference.id) {
            inlines(&text.content, self, out);
        } else if let Some(content) = &reference.content {
            inlines(content, self, out);
        }
    }

    fn mark_reference(&mut self, reference: &MarkReference, out: &mut String) {
        if let Some(mention) = self.edition.wordings.get(&reference.id) {
            html::mark(mention, out);
        }
    }

    fn footnote(&mut self, _footnote: &Footnote, out: &mut String) {
        trim_end(out);
    }

    fn cloze(&mut self, cloze: &Cloze, out: &mut String) {
        let Some(number) = self.numbers.get(&cloze.id).copied() else {
            out.push_str("<b>");
            inlines(&cloze.content, self, out);
            out.push_str("</b>");
            return;
        };
        self.asked.insert(number);
        out.push(OPEN);
        out.push_str(&number.to_string());
        out.push(BODY);
        inlines(&cloze.content, self, out);
        if let Some(hint) = &cloze.hint {
            out.push(HINT);
            escape(hint, out);
        }
        out.push(CLOSE);
    }

    fn link(&mut self, link: &Link, out: &mut String) {
        out.push_str(if link.more { "<a class=\"more\" href=\"" } else { "<a href=\"" });
        escape(&web_address(&link.url).unwrap_or_else(|| link.url.clone()), out);
        out.push_str("\">");
        inlines(&link.content, self, out);
        out.push_str("</a>");
    }

    fn math(&mut self, math: &Math, out: &mut String) {
        formula::write(math, out);
    }

    fn equation(&mut self, equation: &Equation, out: &mut String) {
        formula::write(&equation.math, out);
    }

    fn figure(&mut self, figure: &Figure, out: &mut String) {
        let illustrations = self.illustrations;
        let shown = figure.lettered().filter_map(|(letter, panel)| {
            Some((letter, panel.image.alt.as_str(), illustrations.get(panel.id)?.shown()))
        });
        let shown: Vec<_> = shown.collect();
        if shown.is_empty() {
            return;
        }
        out.push_str("<figure>");
        for (letter, alt, picture) in shown {
            let Some(letter) = letter else {
                self.picture(picture, alt, out);
                continue;
            };
            out.push_str("<div class=\"panel\">");
            self.picture(picture, alt, out);
            out.push_str(&format!("<span class=\"letter\">({letter})</span></div>"));
        }
        out.push_str("<figcaption>");
        inlines(&figure.caption.long, self, out);
        out.push_str("</figcaption></figure>\n");
    }

    fn table_label(&mut self, table: &Table) -> TableLabel {
        let number = self.edition.numbers.get(&table.id);
        TableLabel { id: None, number: number.map(|n| format!("{} {n}", self.words.table)) }
    }

    fn includes(&self, item: &ListItem) -> bool {
        !item.controls.teacher_only
    }
}

/// A citation that is left out takes the space before it along: "seen `[1]`."
/// becomes "seen."
fn trim_end(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
}
