//! A chapter's text: where its citations, references, notes and figures lead.
//!
//! Does: answers what [`html`] asks of an output. Knows: the edition, and where
//! things are in the book. Must not know: templates, the package.
//!
//! A link never stands in a link: inside of one, what would be a link is text.

use std::collections::{BTreeMap, VecDeque};

use super::descriptions::{self, Described, DescriptionData};
use super::formula;
use super::panels::{Face, Links, pictures};
use super::quiet::is_blank;
use super::survey::{Chapter, Survey, UNMARKED};
use super::works::Cited;
use crate::model::{
    Block, CalloutKind, Citation, CitationPart, CiteKey, Cloze, CrossReference, Direction, Edition,
    Equation, Figure, FigureOverlay, Footnote, Indexed, Inline, Link, ListItem, MarkReference,
    Math, NodeId, SectionKind, Table, web_address,
};
use crate::words::Words;
use crate::write::html::{self, Dialect, TableLabel, escaped};
use crate::write::illustration::{Illustration, Illustrations, Picture};
use crate::write::license::License;
use crate::write::mathml;

/// What the chapters are written from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matter<'a> {
    /// The edition.
    pub(super) edition: &'a Edition,
    /// Its pictures.
    pub(super) illustrations: &'a Illustrations,
    /// Where everything is.
    pub(super) survey: &'a Survey,
    /// How marks are shown.
    pub(super) overlay: FigureOverlay,
}

impl<'a> Matter<'a> {
    /// Returns the file that the text shows of a picture.
    pub(super) fn shown(self, both: &'a Illustration) -> &'a Picture {
        match self.overlay {
            FigureOverlay::Pixels => both.shown(),
            FigureOverlay::Svg => &both.clean,
        }
    }

    /// Returns the files of a picture that are in the book.
    pub(super) fn faces(self, both: &'a Illustration) -> impl Iterator<Item = &'a Picture> {
        let annotated = both.annotated.as_ref();
        let annotated = annotated.filter(|_| self.overlay == FigureOverlay::Pixels);
        std::iter::once(&both.clean).chain(annotated)
    }
}

/// The writer of one chapter's text.
pub(super) struct Prose<'a> {
    matter: Matter<'a>,
    chapter: &'a Chapter,
    words: &'static Words,
    /// The places of the works in the chapter's list, counted from 1.
    works: BTreeMap<&'a CiteKey, usize>,
    /// The citations that were written.
    cited: Vec<Cited>,
    /// The section whose text is written.
    pub(super) section: Option<NodeId>,
    notes: VecDeque<Note>,
    last_note: u32,
    /// What was said of figures at length.
    descriptions: Vec<DescriptionData>,
    in_link: bool,
    aside: Aside,
}

/// What is written besides the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aside {
    /// It is the text.
    No,
    /// A question or an answer: nothing leads to it, so it has no ids.
    Yes,
    /// A question whose words to be learned are left out.
    Blanks,
}

/// A note that was called, and is still to be written.
#[derive(Debug, Clone)]
pub(super) struct Note {
    /// Its number in the chapter.
    pub(super) number: u32,
    /// Whether its call is a link, so that there is a way back.
    pub(super) called: bool,
    /// The section that calls it.
    pub(super) section: Option<NodeId>,
    /// What it says.
    pub(super) content: NoteContent,
}

/// What a note says.
#[derive(Debug, Clone)]
pub(super) enum NoteContent {
    /// The author's own.
    Blocks(Vec<Block>),
    /// A citation in a style that cites in notes.
    Citation(Vec<CitationPart>),
}

impl<'a> Prose<'a> {
    /// Starts a chapter; `works` are those of its list, in its order.
    pub(super) fn new(
        matter: Matter<'a>,
        chapter: &'a Chapter,
        works: impl Iterator<Item = &'a CiteKey>,
    ) -> Self {
        Self {
            matter,
            chapter,
            words: chapter.words(),
            works: works.enumerate().map(|(index, key)| (key, index + 1)).collect(),
            cited: Vec::new(),
            section: None,
            notes: VecDeque::new(),
            last_note: 0,
            descriptions: Vec::new(),
            in_link: false,
            aside: Aside::No,
        }
    }

    /// Returns the picture that opens a topic as XHTML.
    pub(super) fn banner(&mut self, banner: &Figure) -> String {
        let id = self.chapter.ids.get(&banner.id).map_or("", String::as_str);
        let mut out = format!("<figure id=\"{}\" class=\"banner\">\n", escaped(id));
        let described = self.describe(banner);
        let links = self.links(&described);
        pictures(banner, self.matter, links, Face::Shown, &mut out);
        if !banner.credits().is_empty() || !described.is_empty() {
            out.push_str("<figcaption>");
            self.credit(banner, &mut out);
            descriptions::links(&described, None, self.words, &mut out);
            out.push_str("</figcaption>\n");
        }
        out.push_str("</figure>\n");
        out
    }

    /// Returns blocks as XHTML.
    pub(super) fn blocks(&mut self, blocks: &[Block]) -> String {
        let mut out = String::new();
        html::blocks(blocks, self, &mut out);
        out
    }

    /// Returns a question or answer as XHTML.
    pub(super) fn aside(&mut self, blocks: &[Block]) -> String {
        self.beside(Aside::Yes, |prose, out| html::compact(blocks, prose, out))
    }

    /// Returns a line of a question or answer as XHTML.
    pub(super) fn aside_line(&mut self, inlines: &[Inline]) -> String {
        self.beside(Aside::Yes, |prose, out| html::inlines(inlines, prose, out))
    }

    /// Returns a question as XHTML, with blanks for what is to be learned.
    pub(super) fn blanks(&mut self, blocks: &[Block]) -> String {
        self.beside(Aside::Blanks, |prose, out| html::compact(blocks, prose, out))
    }

    fn beside(&mut self, aside: Aside, write: impl FnOnce(&mut Self, &mut String)) -> String {
        let mut out = String::new();
        self.aside = aside;
        write(self, &mut out);
        self.aside = Aside::No;
        out
    }

    /// Numbers what is said of a figure at length; nothing, besides the text.
    fn describe<'f>(&mut self, figure: &'f Figure) -> Vec<Described<'f>> {
        if self.aside != Aside::No {
            return Vec::new();
        }
        let described = descriptions::of(figure, self.descriptions.len());
        let number = self.number_of(figure.id, self.words.figure);
        let data = described.iter().map(|one| DescriptionData::of(one, number.as_deref()));
        self.descriptions.extend(data);
        described
    }

    /// Returns what leads to the panels of a figure, and from them.
    fn links<'l>(&'l self, described: &'l [Described<'l>]) -> Links<'l> {
        // What is asked about a picture is not told with it.
        let language = (self.aside == Aside::No).then_some(&self.chapter.language);
        Links { ids: Some(&self.chapter.ids), described, language }
    }

    /// Returns what was said of figures at length.
    pub(super) fn descriptions(&mut self) -> Vec<DescriptionData> {
        std::mem::take(&mut self.descriptions)
    }

    /// Returns the id of something in the text.
    fn id_of(&self, node: NodeId) -> Option<&'a str> {
        let chapter = self.chapter;
        chapter.ids.get(&node).filter(|_| self.aside == Aside::No).map(String::as_str)
    }

    /// Returns the kind that begins with a section.
    pub(super) fn kind(&self, section: NodeId) -> Option<&'a SectionKind> {
        self.matter.edition.kinds.get(&section).map(AsRef::as_ref)
    }

    /// Returns inlines as XHTML.
    pub(super) fn inlines(&mut self, inlines: &[Inline]) -> String {
        let mut out = String::new();
        html::inlines(inlines, self, &mut out);
        out
    }

    /// Tells whether readers find all works of a citation. What only questions cite
    /// is in no list.
    fn lists(&self, parts: &[CitationPart]) -> bool {
        let topic = &self.chapter.topic.id.value;
        let mut keys = parts.iter().filter_map(|part| part.key.as_ref());
        keys.all(|key| self.matter.edition.reference(topic, key).is_some())
    }

    /// Returns the parts of a citation as XHTML.
    pub(super) fn parts(&mut self, parts: &[CitationPart]) -> String {
        let mut out = String::new();
        for part in parts {
            self.part(part, &mut out);
        }
        out
    }

    /// Returns the next note to write; writing it may call others.
    pub(super) fn next_note(&mut self) -> Option<Note> {
        self.notes.pop_front()
    }

    /// Returns the citations that were written.
    pub(super) fn cited(&self) -> &[Cited] {
        &self.cited
    }

    /// Returns the citations that were written, to keep.
    pub(super) fn into_cited(self) -> Vec<Cited> {
        self.cited
    }

    fn part(&mut self, part: &CitationPart, out: &mut String) {
        let work = part.key.as_ref().and_then(|key| Some((key, *self.works.get(key)?)));
        let Some((key, work)) = work.filter(|_| !self.in_link) else {
            html::inlines(&part.content, self, out);
            return;
        };
        let id = (self.aside == Aside::No).then(|| format!("_cite-{}", self.cited.len() + 1));
        let own = id.as_ref().map(|id| format!("id=\"{id}\" ")).unwrap_or_default();
        let attributes = format!(
            "epub:type=\"biblioref noteref\" role=\"doc-biblioref\" {own}href=\"#_work-{work}\""
        );
        if let Some(id) = id {
            self.cited.push(Cited { key: key.clone(), id, section: self.section });
        }
        // A raised number stands around its link: pop-ups look for that.
        let (open, content, close) = match part.content.as_slice() {
            [Inline::Superscript(raised)] => ("<sup>", raised.as_slice(), "</sup>"),
            content => ("", content, ""),
        };
        out.push_str(open);
        self.anchor(&attributes, content, out);
        out.push_str(close);
    }

    fn anchor(&mut self, attributes: &str, content: &[Inline], out: &mut String) {
        if self.in_link {
            html::inlines(content, self, out);
            return;
        }
        out.push_str(&format!("<a {attributes}>"));
        self.in_link = true;
        html::inlines(content, self, out);
        self.in_link = false;
        out.push_str("</a>");
    }

    fn call(&mut self, number: Option<u32>, content: NoteContent, out: &mut String) {
        let number = number.unwrap_or(self.last_note + 1);
        self.last_note = self.last_note.max(number);
        let called = !self.in_link;
        let section = self.section;
        self.notes.push_back(Note { number, called, section, content });
        if called {
            out.push_str(&format!(
                "<sup><a epub:type=\"noteref\" role=\"doc-noteref\" id=\"_call-{number}\" \
                 href=\"#_note-{number}\">{number}</a></sup>"
            ));
        } else {
            out.push_str(&format!("<sup>{number}</sup>"));
        }
    }

    fn number_of(&self, node: NodeId, word: &str) -> Option<String> {
        self.matter.edition.numbers.get(&node).map(|number| format!("{word} {number}"))
    }

    fn credit(&mut self, figure: &Figure, out: &mut String) {
        let credits = figure.credits();
        if credits.is_empty() {
            return;
        }
        out.push_str("<p class=\"credit\">");
        for (index, shared) in credits.iter().enumerate() {
            if index > 0 {
                out.push_str("; ");
            }
            if let Some(letters) = shared.lettering() {
                out.push_str(&format!("({letters}) "));
            }
            let license = shared.credit.license.map(|spdx| License::of(spdx).name);
            if let Some(maker) = shared.credit.maker {
                html::inlines(maker, self, out);
            }
            if let Some(license) = license {
                let separator = if shared.credit.maker.is_some() { " · " } else { "" };
                out.push_str(&format!("{separator}{}", escaped(&license)));
            }
        }
        out.push_str("</p>\n");
    }

    fn twin(&self, figure: &Figure, number: Option<&str>, out: &mut String) {
        let Some(id) = self.matter.survey.unmarked(figure.id) else { return };
        let words = escaped(self.words.without_marks);
        // Out of its place, "without the marks" does not tell which figure.
        let name = number.map_or_else(String::new, |number| {
            format!(" aria-label=\"{}: {words}\"", escaped(number))
        });
        out.push_str(&format!(
            "<p class=\"twin\"><a href=\"{UNMARKED}#{id}\"{name}>{words}</a></p>\n"
        ));
    }
}

impl Dialect for Prose<'_> {
    fn callout_title(&self, kind: CalloutKind) -> &'static str {
        self.words.callout(kind)
    }

    fn citation(&mut self, citation: &Citation, out: &mut String) {
        let edition = self.matter.edition;
        let Some(rendered) = edition.citations.get(&citation.id) else {
            // It goes, with the space before it.
            out.truncate(out.trim_end_matches(' ').len());
            return;
        };
        if self.aside != Aside::No && !self.lists(&rendered.parts) {
            if rendered.prose.is_empty() {
                out.truncate(out.trim_end_matches(' ').len());
            } else {
                let names = rendered.prose.iter().flat_map(|part| &part.content);
                html::inlines(&names.cloned().collect::<Vec<_>>(), self, out);
            }
            return;
        }
        out.push_str(&self.parts(&rendered.prose));
        if rendered.note {
            let number = edition.numbers.get(&citation.id).copied();
            self.call(number, NoteContent::Citation(rendered.parts.clone()), out);
        } else {
            out.push_str(&self.parts(&rendered.parts));
        }
    }

    fn cross_reference(&mut self, reference: &CrossReference, out: &mut String) {
        let text = self.matter.edition.cross_references.get(&reference.id);
        let content = text.map(|text| text.content.as_slice());
        let content = content.or(reference.content.as_deref()).unwrap_or_default();
        let anchor = text.and_then(|text| text.anchor.as_ref());
        match anchor.and_then(|anchor| self.matter.survey.address(anchor, &self.chapter.file)) {
            Some(href) => {
                self.anchor(&format!("class=\"xref\" href=\"{}\"", escaped(&href)), content, out);
            }
            None => html::inlines(content, self, out),
        }
    }

    fn mark_reference(&mut self, reference: &MarkReference, out: &mut String) {
        if let Some(mention) = self.matter.edition.wordings.get(&reference.id) {
            out.push_str("<span class=\"mark\">");
            html::mark(mention, out);
            out.push_str("</span>");
        }
    }

    fn footnote(&mut self, footnote: &Footnote, out: &mut String) {
        let number = self.matter.edition.numbers.get(&footnote.id).copied();
        self.call(number, NoteContent::Blocks(footnote.blocks.clone()), out);
    }

    fn cloze(&mut self, cloze: &Cloze, out: &mut String) {
        if self.aside == Aside::Blanks {
            let hint = cloze.hint.as_deref().unwrap_or("…");
            out.push_str(&format!("<span class=\"blank\">[{}]</span>", escaped(hint)));
            return;
        }
        out.push_str("<b class=\"learn\">");
        html::inlines(&cloze.content, self, out);
        out.push_str("</b>");
    }

    fn link(&mut self, link: &Link, out: &mut String) {
        let Some(href) = web_address(&link.url).filter(|_| !is_blank(&link.content)) else {
            html::inlines(&link.content, self, out);
            return;
        };
        let class = if link.more { " class=\"more\"" } else { "" };
        if link.more && !self.in_link {
            // An arrow is in every font, and there without CSS and images.
            let arrow = match self.chapter.language.direction() {
                Direction::LeftToRight => '→',
                Direction::RightToLeft => '←',
            };
            out.push_str(&format!(
                "<span class=\"icon\" role=\"img\" aria-label=\"{}\">{arrow}</span>\u{a0}",
                escaped(self.words.more_information)
            ));
        }
        self.anchor(&format!("href=\"{}\"{class}", escaped(&href)), &link.content, out);
    }

    fn indexed(&mut self, indexed: &Indexed, out: &mut String) {
        match self.id_of(indexed.id) {
            Some(id) => {
                out.push_str(&format!("<span id=\"{}\">", escaped(id)));
                html::inlines(&indexed.content, self, out);
                out.push_str("</span>");
            }
            None => html::inlines(&indexed.content, self, out),
        }
    }

    fn math(&mut self, math: &Math, out: &mut String) {
        match formula::as_text(math) {
            Some(text) => out.push_str(&text),
            None => mathml::write(math, out),
        }
    }

    fn equation(&mut self, equation: &Equation, out: &mut String) {
        let id = self.id_of(equation.id).filter(|_| equation.label.is_some());
        match id {
            Some(id) => {
                out.push_str(&format!("<div class=\"equation\" id=\"{}\">", escaped(id)));
            }
            None => out.push_str("<div class=\"equation\">"),
        }
        mathml::write(&equation.math, out);
        if let Some(number) = self.matter.edition.numbers.get(&equation.id) {
            out.push_str(&format!(" <span class=\"number\">({number})</span>"));
        }
        out.push_str("</div>\n");
    }

    fn figure(&mut self, figure: &Figure, out: &mut String) {
        let id = self.id_of(figure.id).map(|id| format!(" id=\"{}\"", escaped(id)));
        let id = id.unwrap_or_default();
        let width = match figure.width.map(|width| (width.get() * 10.0).round()) {
            Some(tenths) if tenths < 10.0 => format!(" class=\"width-{}\"", tenths.max(1.0) * 10.0),
            _ => String::new(),
        };
        out.push_str(&format!("<figure{id}{width}>\n"));
        let described = self.describe(figure);
        let links = self.links(&described);
        pictures(figure, self.matter, links, Face::Shown, out);
        let number = self.number_of(figure.id, self.words.figure);
        out.push_str("<figcaption>\n");
        if number.is_some() || !figure.caption.long.is_empty() {
            out.push_str("<p>");
            if let Some(number) = &number {
                out.push_str(&format!("<span class=\"number\">{}.</span> ", escaped(number)));
            }
            html::inlines(&figure.caption.long, self, out);
            out.push_str("</p>\n");
        }
        self.credit(figure, out);
        self.twin(figure, number.as_deref(), out);
        descriptions::links(&described, number.as_deref(), self.words, out);
        out.push_str("</figcaption>\n</figure>\n");
    }

    fn table_label(&mut self, table: &Table) -> TableLabel {
        TableLabel {
            id: self.id_of(table.id).map(str::to_owned),
            number: self.number_of(table.id, self.words.table),
        }
    }

    fn includes(&self, _item: &ListItem) -> bool {
        // What a book does not show was left out before.
        true
    }
}
