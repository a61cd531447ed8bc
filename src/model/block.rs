//! What stands on a page: topics, sections, and the blocks in them.

use super::{
    CardBlock, CiteKey, Contributor, Equation, Figure, Inline, KindId, Label, Language, NodeId,
    Reference, Tag, TopicId,
};
use crate::source::{Span, Spanned};

/// One teaching-file page: the unit that is written, handed out and reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Topic {
    /// The name, unique in the project.
    pub id: Spanned<TopicId>,
    /// The title.
    pub title: Vec<Inline>,
    /// What running heads and flashcards show in place of a long title.
    pub short_title: Option<Vec<Inline>>,
    /// The subtitle.
    pub subtitle: Option<Vec<Inline>>,
    /// Who wrote it; empty where the project's contributors did.
    pub contributors: Vec<Contributor>,
    /// The language, where it is not the project's.
    pub language: Option<Language>,
    /// Subjects; flashcards carry them as tags.
    pub tags: Vec<Tag>,
    /// One or two sentences that say it all.
    pub summary: Option<Vec<Inline>>,
    /// What the reader will be able to do.
    pub objectives: Vec<Vec<Inline>>,
    /// Works that are listed though the text does not cite them.
    pub references: Vec<Spanned<CiteKey>>,
    /// Works that the topic brings itself, whether it lists them or not.
    pub works: Vec<(CiteKey, Reference)>,
    /// Topics to read next.
    pub see_also: Vec<Spanned<TopicId>>,
    /// The license of the text, as an SPDX expression.
    pub license: Option<String>,
    /// The picture that opens it: without caption, number or marks.
    pub banner: Option<Box<Figure>>,
    /// How far the work on it is; `None` where the author does not say.
    pub status: Option<Status>,
    /// The deck for its flashcards, where it is not the project's: levels are
    /// parted by `::`.
    pub deck: Option<String>,
    /// What stands before the first heading.
    pub blocks: Vec<Block>,
    /// The sections.
    pub sections: Vec<Section>,
    /// The whole source.
    pub span: Span,
}

/// How far the work on a topic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Not to be relied on.
    Draft,
    /// Complete, and waiting for somebody's eye.
    Review,
    /// Done.
    Final,
}

impl Status {
    /// All states, in the order of the work.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Review, Self::Final];

    /// Returns the name that authors write.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Review => "review",
            Self::Final => "final",
        }
    }
}

/// A heading and what belongs under it. Depth is how deep it is nested; there
/// is no stored level to get wrong.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Section {
    /// The key to what an edition knows of it.
    pub id: NodeId,
    /// What references name it by.
    pub label: Option<Spanned<Label>>,
    /// The heading.
    pub heading: Vec<Inline>,
    /// The kind that the author named, where the heading does not tell.
    pub kind: Option<Spanned<KindId>>,
    /// The author's controls.
    pub controls: Controls,
    /// What stands before the first subsection.
    pub blocks: Vec<Block>,
    /// The subsections.
    pub sections: Vec<Section>,
    /// The heading's place.
    pub span: Span,
}

impl Section {
    /// Returns the name that links lead to: the author's label, or the one that
    /// the heading gives; `None` for a heading of signs only.
    pub fn anchor(&self) -> Option<Label> {
        match &self.label {
            Some(label) => Some(label.value.clone()),
            None => Label::from_heading(&super::plain_text(&self.heading)),
        }
    }
}

/// What an author may ask for a section, list, bullet or figure with `{.name}`.
/// They hold for everything inside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Controls {
    /// `{.no-cards}`: derive no flashcards.
    pub no_cards: bool,
    /// `{.ordered}`: the order of the list is to be learned.
    pub ordered: bool,
    /// `{.reversed}`: ask both ways.
    pub reversed: bool,
    /// `{.handout-only}`: leave out of books.
    pub handout_only: bool,
    /// `{.teacher-only}`: leave out of all but the teacher's handout.
    pub teacher_only: bool,
    /// `{.no-source}`: no source is needed, whatever the section's kind asks for.
    pub no_source: bool,
    /// `{.glossary}`: the glossary of a book has its definitions, too.
    pub glossary: bool,
}

impl Controls {
    /// The names of all controls, in the order of messages.
    pub const NAMES: [&str; 7] = [
        "no-cards",
        "ordered",
        "reversed",
        "handout-only",
        "teacher-only",
        "no-source",
        "glossary",
    ];

    /// Asks for the control of this name; tells whether there is one.
    pub fn ask(&mut self, name: &str) -> bool {
        let control = match name {
            "no-cards" => &mut self.no_cards,
            "ordered" => &mut self.ordered,
            "reversed" => &mut self.reversed,
            "handout-only" => &mut self.handout_only,
            "teacher-only" => &mut self.teacher_only,
            "no-source" => &mut self.no_source,
            "glossary" => &mut self.glossary,
            _ => return false,
        };
        *control = true;
        true
    }
}

/// A block. The largest are boxed: most blocks are paragraphs and lists.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Block {
    /// A paragraph.
    Paragraph(Paragraph),
    /// A bulleted or numbered list.
    List(List),
    /// Terms and what they mean.
    DefinitionList(DefinitionList),
    /// A table.
    Table(Box<Table>),
    /// A figure.
    Figure(Box<Figure>),
    /// A quotation.
    Quote(Quote),
    /// A box beside the flow of the text.
    Callout(Callout),
    /// Code, or any text where spaces count.
    CodeBlock(CodeBlock),
    /// A flashcard that the author wrote; it shows in no text.
    Card(Box<CardBlock>),
    /// A formula on a line of its own.
    Equation(Box<Equation>),
    /// A break between thoughts.
    ThematicBreak,
}

/// A paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Paragraph {
    /// Its text.
    pub content: Vec<Inline>,
    /// Its place.
    pub span: Span,
}

/// A bulleted or numbered list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct List {
    /// The first number of a numbered list; `None` for bullets.
    pub start: Option<u32>,
    /// Whether the author left no empty lines between the items.
    pub tight: bool,
    /// The author's controls.
    pub controls: Controls,
    /// The items.
    pub items: Vec<ListItem>,
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ListItem {
    /// The author's controls.
    pub controls: Controls,
    /// What it holds: most often a paragraph, and a list below it.
    pub blocks: Vec<Block>,
    /// Its place.
    pub span: Span,
}

/// Terms and what they mean.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DefinitionList {
    /// The terms, each with what it means.
    pub items: Vec<Definition>,
}

/// A term and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Definition {
    /// The term.
    pub term: Vec<Inline>,
    /// What it means.
    pub blocks: Vec<Block>,
    /// The term's place.
    pub span: Span,
}

/// A table with one row of headers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Table {
    /// The key to its number in an edition.
    pub id: NodeId,
    /// What references name it by.
    pub label: Option<Spanned<Label>>,
    /// The caption; a table without one has no number.
    pub caption: Option<Vec<Inline>>,
    /// One for each column.
    pub alignments: Vec<Alignment>,
    /// The header cells, one for each column.
    pub header: Vec<Vec<Inline>>,
    /// The rows, with one cell for each column.
    pub rows: Vec<Vec<Vec<Inline>>>,
    /// Its place.
    pub span: Span,
}

/// How the cells of a column are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alignment {
    /// As the language starts.
    Start,
    /// In the middle.
    Center,
    /// Against the far side, as numbers are.
    End,
}

/// A quotation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Quote {
    /// What is quoted.
    pub blocks: Vec<Block>,
}

/// A box beside the flow of the text: a hint, a warning, a pearl.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Callout {
    /// What it is to the reader.
    pub kind: CalloutKind,
    /// Its title; `None` for the kind's own word, "Tip".
    pub title: Option<Vec<Inline>>,
    /// The author's controls.
    pub controls: Controls,
    /// What it holds.
    pub blocks: Vec<Block>,
    /// Its place.
    pub span: Span,
}

/// What a callout is to the reader; the five that GitHub and Quarto have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CalloutKind {
    /// Worth knowing.
    Note,
    /// Makes it easier.
    Tip,
    /// Must be known.
    Important,
    /// Goes wrong easily.
    Warning,
    /// Does harm.
    Caution,
}

impl CalloutKind {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::Note, Self::Tip, Self::Important, Self::Warning, Self::Caution];

    /// Returns the name that authors write.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Tip => "tip",
            Self::Important => "important",
            Self::Warning => "warning",
            Self::Caution => "caution",
        }
    }
}

/// Code, or any text where spaces count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CodeBlock {
    /// The language named after the fence.
    pub language: Option<String>,
    /// The text, with its line ends.
    pub text: String,
}
