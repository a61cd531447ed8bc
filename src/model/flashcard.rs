//! Flashcards: those that authors write, and those that an edition holds.
//!
//! The source says *flashcard*; Anki says *note* for its content and *card* for
//! what is reviewed. Only `write/anki` uses Anki's words.

use std::collections::BTreeSet;
use std::fmt;

use super::{Block, CiteKey, Figure, Inline, MarkId, NodeId, Tag, TopicId};
use crate::source::{Span, Spanned};

/// A fenced `card` block.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CardBlock {
    /// The key to what an edition knows of it.
    pub id: NodeId,
    /// The name that the author gave, which its identity hangs on.
    pub name: Option<Spanned<FlashcardId>>,
    /// What is asked and answered.
    pub content: CardContent,
    /// What the back shows besides.
    pub extra: Vec<Block>,
    /// Tags besides the topic's.
    pub tags: Vec<Tag>,
    /// Its place.
    pub span: Span,
}

/// What a flashcard asks and answers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CardContent {
    /// A question and its answer.
    Basic {
        /// The question.
        front: Vec<Block>,
        /// The answer.
        back: Vec<Block>,
        /// Whether it is asked the other way round, too.
        reversed: bool,
    },
    /// A text with clozes.
    Cloze {
        /// The text.
        text: Vec<Block>,
    },
}

/// The name of a flashcard, unique in its topic. It never depends on the text,
/// so that rewording a card keeps its reviews.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlashcardId(String);

impl FlashcardId {
    /// Returns the name written as `text`; `None` if it is empty, has spaces or
    /// control characters, or is longer than 120 bytes.
    pub fn new(text: &str) -> Option<Self> {
        let valid = !text.is_empty()
            && text.len() <= 120
            && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        valid.then(|| Self(text.to_owned()))
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FlashcardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A flashcard of an edition, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Flashcard {
    /// The topic that it is about.
    pub topic: TopicId,
    /// Its name in the topic, from the author or from the ledger.
    pub id: FlashcardId,
    /// Where it comes from, outermost first: topic, sections, parent bullets.
    pub context: Vec<Vec<Inline>>,
    /// The innermost section that it is from; `None` of what stands before the first.
    pub section: Option<NodeId>,
    /// What it asks.
    pub kind: FlashcardKind,
    /// What the back shows besides: the bullets below, the caption.
    pub extra: Vec<Block>,
    /// The works that its text cites, in order.
    pub references: Vec<CiteKey>,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// The deck, where the topic names one.
    pub deck: Option<String>,
    /// Its place.
    pub span: Span,
}

impl Flashcard {
    /// Returns how many times it asks: a text with three cloze numbers is
    /// reviewed as three cards.
    pub fn card_count(&self) -> usize {
        match &self.kind {
            FlashcardKind::Basic { reversed, .. } => 1 + usize::from(*reversed),
            FlashcardKind::Cloze { numbers, .. } => {
                numbers.iter().map(|(_, number)| number).collect::<BTreeSet<_>>().len()
            }
            FlashcardKind::Figure { .. } => 1,
            FlashcardKind::Occlusion { numbers, .. } => numbers.len(),
        }
    }
}

/// What a flashcard asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FlashcardKind {
    /// A question and its answer.
    Basic {
        /// The question.
        front: Vec<Block>,
        /// The answer.
        back: Vec<Block>,
        /// Whether it is asked the other way round, too.
        reversed: bool,
    },
    /// A text with clozes.
    Cloze {
        /// The text.
        text: Vec<Block>,
        /// The number of each cloze in the text. They are given once and never
        /// to another cloze, for Anki's reviews hang on them.
        numbers: Vec<(NodeId, u32)>,
    },
    /// A mark in a figure.
    Figure {
        /// The figure.
        figure: Box<Figure>,
        /// The mark.
        mark: MarkId,
        /// What is asked of it.
        question: FigureQuestion,
    },
    /// Regions of a picture that are covered.
    Occlusion {
        /// The figure.
        figure: Box<Figure>,
        /// The panel whose regions they are.
        panel: NodeId,
        /// The number of each mark that has a region; given once, as those of
        /// clozes.
        numbers: Vec<(MarkId, u32)>,
    },
}

/// What is asked of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FigureQuestion {
    /// The annotated picture: "What does the white arrow show?"
    Identify,
    /// The clean picture: "Find the masses."
    Find,
}
