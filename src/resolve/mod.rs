//! Model to edition: everything that follows from topics being together.
//!
//! Does: finds what labels name, counts figures, words references and marks,
//! renders citations, loads and cleans pictures, derives flashcards. Knows: the
//! model, messages, words, files (for pictures). Must not know: YAML, Markdown,
//! Typst, EPUB, Anki.
//!
//! It goes in two steps. [`Index::build`] looks at the whole project once, so
//! that a handout can name a topic that is not in it. [`edition`] then puts
//! topics together into one publication, as often as there are publications.

mod check;
mod citations;
mod claims;
pub mod flashcards;
mod index;
mod integrity;
mod kinds;
mod lookup;
mod marks;
mod media;
mod numbering;
mod shown;
mod works;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use check::check;
pub use citations::{DEFAULT_STYLE, Style, read_style, style_names};
pub use claims::claims;
pub use index::Index;
pub use integrity::{integrity, unpublished};
pub use marks::check_marks;
pub use media::{add as add_media, check as check_media, load as load_media};

use crate::diag::Diagnostics;
use crate::model::{Document, Edition, ListSettings, MediaSet, Metadata, NodeId, Outline, Topic};

/// What an edition is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// A handout.
    Handout,
    /// A teacher's handout: what is for teachers only is there.
    Teacher,
    /// A book: what is for handouts only is left out.
    Book,
    /// A deck: numbered as the book, but works that only flashcards cite come
    /// after all others.
    Deck,
}

/// What all editions of a project share.
#[derive(Debug, Clone, Copy)]
pub struct Shared<'a> {
    /// Everything that was written.
    pub document: &'a Document,
    /// What there is to refer to.
    pub index: &'a Index,
    /// The citation style.
    pub style: &'a Style,
    /// How references are listed.
    pub lists: ListSettings,
    /// All pictures.
    pub media: &'a Arc<MediaSet>,
}

/// Puts topics together into one publication.
pub fn edition(
    project: &Shared,
    topics: Vec<Arc<Topic>>,
    metadata: Metadata,
    purpose: Purpose,
    diagnostics: &mut Diagnostics,
) -> Edition {
    // Flashcards are made of what only handouts show, too.
    let (topics, cards): (Vec<_>, Vec<_>) = match purpose {
        Purpose::Handout | Purpose::Teacher | Purpose::Book => {
            (topics.iter().map(|topic| shown::topic(topic, purpose)).collect(), Vec::new())
        }
        Purpose::Deck => topics.iter().map(shown::topic_and_cards).unzip(),
    };
    let kinds = kinds::find(&topics, &project.document.kinds, diagnostics);
    let topics = kinds::arrange(topics, &kinds);
    let language = &metadata.language;
    let manner = project.style.manner;
    let topics = citations::close_up(topics, manner, language);
    let (numbered, indexed) = numbering::number(&topics, manner.notes, lookup::Finder::default());
    let (cross_references, wordings) =
        project.index.word(&topics, &numbered, language, diagnostics);
    let setting = citations::Setting {
        style: project.style,
        language,
        lists: project.lists,
        with_cards: !cards.is_empty(),
    };
    let numbers = &numbered.numbers;
    let mut rendered =
        citations::render(&topics, &cards, project.document, numbers, setting, diagnostics);
    let questions = match purpose {
        Purpose::Book => flashcards::questions(&topics, &kinds),
        Purpose::Handout | Purpose::Teacher | Purpose::Deck => Vec::new(),
    };
    let cited = flashcards::cited(&questions);
    if !cited.is_empty() {
        // Questions change no list: what only they cite is in none.
        let setting = citations::Setting { with_cards: true, ..setting };
        let mut ignored = Diagnostics::default();
        let document = project.document;
        let asked =
            citations::render(&topics, &topics, document, numbers, setting, &mut ignored).citations;
        let asked = asked.into_iter().filter(|(id, _)| cited.contains(id));
        rendered.citations.extend(asked.map(|(id, mut citation)| {
            // A book has room for notes, which cards have not.
            citation.note = manner.notes;
            (id, citation)
        }));
    }
    let (glossary, index) = (lookup::glossary(&topics, language), lookup::index(indexed, language));
    Edition {
        metadata,
        outline: Outline::plain(topics.len()),
        kinds,
        numbers: numbered.numbers,
        numbered: numbered.list,
        cross_references,
        wordings,
        citations: rendered.citations,
        references: rendered.references,
        back_references: project.lists.back_references,
        glossary,
        index,
        flashcards: Vec::new(),
        questions,
        media: Arc::clone(project.media),
        topics,
    }
}

/// A table by node.
type ByNode<T> = BTreeMap<NodeId, T>;
