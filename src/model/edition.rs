//! What is known once topics are put together into one publication.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::{
    Block, CiteKey, Flashcard, FlashcardKind, Inline, Label, MarkMention, MediaSet, Metadata,
    NodeId, SectionKind, Topic, TopicId,
};

/// Topics put together, and everything that follows from their being together.
///
/// The tree is never rewritten to carry answers; they are in tables here.
#[derive(Debug, Clone)]
pub struct Edition {
    /// What the publication says of itself.
    pub metadata: Metadata,
    /// The topics, in reading order.
    pub topics: Vec<Arc<Topic>>,
    /// How a book is parted.
    pub outline: Outline,
    /// The kind of each section that begins one; it holds for subsections that
    /// begin none.
    pub kinds: BTreeMap<NodeId, Arc<SectionKind>>,
    /// The numbers of figures, tables, equations and footnotes, counted from 1 through the
    /// edition (footnotes: through the topic).
    pub numbers: BTreeMap<NodeId, u32>,
    /// The figures and tables that have a number, in reading order.
    pub numbered: Vec<Numbered>,
    /// What stands for each cross-reference.
    pub cross_references: BTreeMap<NodeId, CrossReferenceText>,
    /// What stands for each mention of a mark: "white arrows".
    pub wordings: BTreeMap<NodeId, MarkMention>,
    /// What stands for each citation.
    pub citations: BTreeMap<NodeId, RenderedCitation>,
    /// The lists of references: of the publication or of its chapters, and those
    /// of further reading after them. None is empty.
    pub references: Vec<ReferenceList>,
    /// Whether a work of a list tells where it is cited.
    pub back_references: bool,
    /// What terms mean, in the order of the language.
    pub glossary: Vec<GlossaryEntry>,
    /// Where to look terms up, in the order of the language.
    pub index: Vec<IndexEntry>,
    /// The flashcards, in the order of the text; a deck has them.
    pub flashcards: Vec<Flashcard>,
    /// The questions to readers, in the order of the text; a book has them.
    pub questions: Vec<Question>,
    /// All pictures of the project, cleaned.
    pub media: Arc<MediaSet>,
}

impl Edition {
    /// Returns what the list that holds for a topic says of a work.
    pub fn reference(&self, topic: &TopicId, key: &CiteKey) -> Option<&RenderedReference> {
        self.lists_of(topic).flat_map(|list| &list.items).find(|reference| reference.key == *key)
    }

    /// Returns the lists that hold for a topic.
    pub fn lists_of(&self, topic: &TopicId) -> impl Iterator<Item = &ReferenceList> {
        self.references.iter().filter(move |list| list.topic.as_ref().is_none_or(|of| of == topic))
    }
}

/// A term and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GlossaryEntry {
    /// The letter that it is listed under; see [`IndexEntry::initial`].
    pub initial: String,
    /// The term.
    pub term: Vec<Inline>,
    /// What it means.
    pub blocks: Vec<Block>,
    /// The topic that says so.
    pub topic: TopicId,
    /// Its section that does.
    pub section: NodeId,
}

/// A question to readers of a book, after the topic that answers it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// The topic.
    pub topic: TopicId,
    /// What is asked. Clozes have no numbers: all of a text are asked at once.
    pub kind: FlashcardKind,
    /// What the answer says besides.
    pub extra: Vec<Block>,
}

/// A term of the index.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IndexEntry {
    /// The letter that it is listed under: "E" for "Éclair" where that is no
    /// letter of its own; empty for numbers and signs.
    pub initial: String,
    /// The term, as plain text.
    pub term: String,
    /// Where it is, in the order of the text: nodes of [`super::Indexed`].
    pub places: Vec<NodeId>,
    /// What is listed under it, in order.
    pub entries: Vec<IndexEntry>,
}

/// How a book is parted: what comes before and after its body, and the parts of
/// that. Topics are meant by their places in the edition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Outline {
    /// The chapters of the body; what is before them is front matter, what is
    /// after them back matter.
    pub body: Range<usize>,
    /// The parts, in order; chapters of the body may come before them.
    pub parts: Vec<Part>,
}

/// A part of a book.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Part {
    /// Its title, as plain text.
    pub title: String,
    /// Its chapters.
    pub topics: Range<usize>,
}

/// Where in a book a topic stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matter {
    /// Before the chapters.
    Front,
    /// Among the chapters.
    Body,
    /// After the chapters.
    Back,
}

impl Matter {
    /// Returns the name that layouts use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Body => "body",
            Self::Back => "back",
        }
    }
}

impl Outline {
    /// Returns the outline of a book of so many chapters and nothing else.
    pub fn plain(chapters: usize) -> Self {
        Self { body: 0..chapters, parts: Vec::new() }
    }

    /// Returns where the topic at a place stands.
    pub fn matter(&self, place: usize) -> Matter {
        if place < self.body.start {
            Matter::Front
        } else if place < self.body.end {
            Matter::Body
        } else {
            Matter::Back
        }
    }

    /// Returns the number of the chapter at a place; only those of the body have
    /// one.
    pub fn chapter_number(&self, place: usize) -> Option<usize> {
        self.body.contains(&place).then(|| place - self.body.start + 1)
    }

    /// Returns the part that the topic at a place is in, counted from 0.
    pub fn part(&self, place: usize) -> Option<usize> {
        self.parts.iter().position(|part| part.topics.contains(&place))
    }
}

/// Something with a number, for lists of figures.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Numbered {
    /// Which node.
    pub id: NodeId,
    /// In which topic.
    pub topic: TopicId,
    /// Figure or table.
    pub kind: NumberedKind,
    /// The number.
    pub number: u32,
    /// The short caption.
    pub caption: Vec<Inline>,
    /// The label that the author gave.
    pub label: Option<Label>,
}

/// What is numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberedKind {
    /// Figures.
    Figure,
    /// Tables.
    Table,
}

/// What a cross-reference says, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CrossReferenceText {
    /// The words: "Figure 3", or the author's own.
    pub content: Vec<Inline>,
    /// Where it leads; `None` if the target is not in this edition.
    pub anchor: Option<Anchor>,
}

/// A place in an edition that links lead to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Anchor {
    /// The topic that it is in: in a book, its chapter.
    pub topic: TopicId,
    /// The section, figure or table; `None` for the topic's start.
    pub node: Option<NodeId>,
}

/// A list of references.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReferenceList {
    /// What its works have in common.
    pub kind: ReferenceListKind,
    /// The topic whose works it lists; `None` for those of the whole edition.
    pub topic: Option<TopicId>,
    /// Whether the style sets entries with a hanging indent.
    pub hanging: bool,
    /// The works, in the style's order.
    pub items: Vec<RenderedReference>,
}

/// What the works of a list have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferenceListKind {
    /// They are cited; or nothing tells cited works from others.
    References,
    /// They are listed, but not cited.
    FurtherReading,
}

/// A citation as the style has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RenderedCitation {
    /// What is part of the sentence, in citations that are: the names of authors.
    /// It has no keys unless that is all there is.
    pub prose: Vec<CitationPart>,
    /// Its parts in order, with brackets and separators among them; after what is
    /// part of the sentence, with the space that parts them.
    pub parts: Vec<CitationPart>,
    /// Whether the parts stand in a note that is called here, under the number
    /// that [`Edition::numbers`] has for the citation. A citation that stands in
    /// a note already is none.
    pub note: bool,
}

/// A part of a citation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CitationPart {
    /// What it says.
    pub content: Vec<Inline>,
    /// The work that it leads to; `None` for brackets and separators.
    pub key: Option<CiteKey>,
}

/// A work as the style has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RenderedReference {
    /// Which work.
    pub key: CiteKey,
    /// The number or label before it, as the style writes it: `1.`, `[1]`;
    /// `None` in styles that have none.
    pub label: Option<String>,
    /// What it says.
    pub content: Vec<Inline>,
    /// The topics that cite or list it, in reading order.
    pub topics: Vec<TopicId>,
    /// The citations of it, in the order of the text.
    pub citations: Vec<NodeId>,
    /// A short form for flashcards, as plain text: "Light 2002, N Engl J Med".
    pub short: String,
    /// Where it can be read: its DOI as an address, else its URL.
    pub url: Option<String>,
    /// That address as a reader would type it; `None` where the content has it
    /// already, or another that leads there.
    pub address: Option<String>,
}
