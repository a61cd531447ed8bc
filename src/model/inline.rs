//! What stands in a line of text.

use super::{Block, Citation, Label, Language, MarkId, Math, NodeId, TopicId};
use crate::source::{Span, Spanned};

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Inline {
    /// Characters, as they are to appear.
    Text(String),
    /// `*emphasis*`
    Emphasis(Vec<Inline>),
    /// `**strong**`
    Strong(Vec<Inline>),
    /// `~~strikeout~~`
    Strikeout(Vec<Inline>),
    /// `10^9^`
    Superscript(Vec<Inline>),
    /// `H~2~O`
    Subscript(Vec<Inline>),
    /// Small capitals; citation styles ask for them.
    SmallCaps(Vec<Inline>),
    /// `[texte]{lang=fr}`
    Foreign(Foreign),
    /// `[pleura]{.index}`
    Indexed(Indexed),
    /// `` `code` ``
    Code(String),
    /// `$x^2$`
    Math(Math),
    /// `[text](https://…)`
    Link(Link),
    /// `[@key, p. 3]`
    Citation(Citation),
    /// `@fig-x`, `[[topic]]`
    CrossReference(Box<CrossReference>),
    /// `==what must be learned==`
    Cloze(Cloze),
    /// `{masses}` in a caption
    MarkReference(MarkReference),
    /// `[^1]`
    Footnote(Footnote),
    /// A line break that the author asked for.
    LineBreak,
}

/// Words in another language than those around them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Foreign {
    /// The language: it says how to break words, which shapes letters have, how
    /// they are read out, and which way they run.
    pub language: Language,
    /// The words.
    pub content: Vec<Inline>,
}

/// Words that the index leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Indexed {
    /// The key to its place.
    pub id: NodeId,
    /// The terms that they are found under; at least one.
    pub terms: Vec<IndexTerm>,
    /// The words.
    pub content: Vec<Inline>,
}

/// A term of the index, and those that it is listed under: `pleura!visceral` is
/// `visceral` under `pleura`. Plain texts, from the outermost; one to three.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndexTerm(pub Vec<String>);

/// A link out of the publication.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Link {
    /// Where to: `http`, `https` or `mailto`; checked by the reader.
    pub url: String,
    /// What to click on.
    pub content: Vec<Inline>,
    /// A "more information" link (`{.more}`), shown with an icon.
    pub more: bool,
    /// Whether paper is to have a code to scan (`{.qr}`).
    pub code: bool,
}

/// The longest address that a code is made of, in bytes: a code of more would be
/// larger than half a page is wide.
pub const LONGEST_CODE: usize = 900;

/// A reference to something in the project.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CrossReference {
    /// The key to its wording in an edition.
    pub id: NodeId,
    /// To what.
    pub target: Spanned<Target>,
    /// What the author wrote to stand for it; `None` for "Figure 3" or the
    /// topic's title.
    pub content: Option<Vec<Inline>>,
}

/// What a cross-reference points at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A figure, table, equation or section.
    Label(Label),
    /// A topic.
    Topic(TopicId),
    /// Something in a topic: a section by its heading, or anything by its label.
    Within(TopicId, Label),
}

/// Text that is to be learned: a cloze deletion on a flashcard, a blank in the
/// students' handout.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cloze {
    /// The key to its number in an edition's flashcards.
    pub id: NodeId,
    /// The number that the author gave: clozes of one number are asked together.
    pub number: Option<u32>,
    /// The hint that the card shows in its place, as plain text.
    pub hint: Option<String>,
    /// The text.
    pub content: Vec<Inline>,
}

/// The mention of a mark in a caption, worded for the reader: "white arrows".
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MarkReference {
    /// The key to its wording in an edition.
    pub id: NodeId,
    /// Which mark of the figure.
    pub mark: Spanned<MarkId>,
}

/// A note at the foot of the page, or at the end of the chapter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Footnote {
    /// The key to its number in an edition.
    pub id: NodeId,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Where it is called.
    pub span: Span,
}

/// Returns the text without its dress: for titles, bookmarks, alt texts and
/// comparisons. Citations, references and notes are left out.
pub fn plain_text(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push_plain(inlines, false, &mut text);
    text
}

/// As [`plain_text`], with a blank for what is to be learned.
pub fn plain_text_with_blanks(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push_plain(inlines, true, &mut text);
    text
}

fn push_plain(inlines: &[Inline], blanks: bool, out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) => out.push_str(text),
            Inline::Emphasis(content)
            | Inline::Strong(content)
            | Inline::Strikeout(content)
            | Inline::Superscript(content)
            | Inline::Subscript(content)
            | Inline::SmallCaps(content) => push_plain(content, blanks, out),
            Inline::Foreign(foreign) => push_plain(&foreign.content, blanks, out),
            Inline::Indexed(indexed) => push_plain(&indexed.content, blanks, out),
            Inline::Math(math) => out.push_str(&math.plain()),
            Inline::Link(link) => push_plain(&link.content, blanks, out),
            Inline::Cloze(_) if blanks => out.push_str("____"),
            Inline::Cloze(cloze) => push_plain(&cloze.content, blanks, out),
            Inline::CrossReference(reference) => {
                push_plain(reference.content.as_deref().unwrap_or_default(), blanks, out);
            }
            Inline::Citation(_) | Inline::MarkReference(_) | Inline::Footnote(_) => {}
            Inline::LineBreak => out.push(' '),
        }
    }
}
