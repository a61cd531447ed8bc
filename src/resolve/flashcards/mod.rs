//! The flashcards of an edition.
//!
//! Does: derives flashcards from the topics and gives each the name and the
//! cloze numbers that its reviews hang on. Knows: the model, the ledger,
//! messages. Must not know: any output, Anki's words among them.
//!
//! [`mod@derive`] reads the topics and drafts what is asked; [`look`] finds what a text marks and cites; [`identity`] finds
//! each draft's earlier self in the ledger; [`numbers`] keeps the numbers of
//! clozes; [`structure`] covers what nobody marked; [`lint`] warns of those that are
//! hard to learn; [`similarity`] tells how alike two texts are.

mod derive;
mod identity;
mod lint;
mod look;
mod numbers;
mod similarity;
mod structure;

use std::collections::BTreeSet;
use std::sync::Arc;

use litemap::LiteMap;

use super::kinds;
use crate::diag::Diagnostics;
use crate::ledger::{Ledger, NoteKey, NoteKind, NoteRecord};
use crate::model::{
    CardBlock, Citation, FigureQuestion, Flashcard, FlashcardKind, NodeId, Question, SectionKinds,
    Topic, Visitor, walk_blocks, walk_topic,
};

/// Reports what [`flashcards`] reports, and makes none.
pub fn check(
    topics: &[Arc<Topic>],
    kinds: &SectionKinds,
    ledger: &mut Ledger,
    diagnostics: &mut Diagnostics,
) {
    let found = kinds::find(topics, kinds, diagnostics);
    for topic in topics {
        let drafts = derive::drafts(topic, &found, diagnostics);
        lint::report(&drafts, diagnostics);
        // What has no past, and no name of its own, cannot be taken for another.
        if ledger.notes_of(&topic.id.value).next().is_some() || has_card(topic) {
            identity::identify(&topic.id.value, &drafts, ledger, diagnostics);
        }
    }
}

/// Returns the questions that topics ask the readers of a book: the flashcards that
/// the author wrote, and what the marks of figures show. Marked words ask nothing
/// here, for the text around them has them all.
///
/// What is wrong with flashcards is reported where decks are made of them.
pub(super) fn questions(topics: &[Arc<Topic>], kinds: &kinds::Kinds) -> Vec<Question> {
    let mut questions = Vec::new();
    let mut ignored = Diagnostics::default();
    for topic in topics {
        let drafts = derive::asked(topic, kinds, &mut ignored).into_iter();
        let asked = drafts.filter(|draft| match &draft.kind {
            FlashcardKind::Basic { .. } | FlashcardKind::Cloze { .. } => true,
            FlashcardKind::Figure { question, .. } => *question == FigureQuestion::Identify,
            // A page covers nothing.
            FlashcardKind::Occlusion { .. } => false,
        });
        questions.extend(asked.map(|draft| Question {
            topic: topic.id.value.clone(),
            // The caption of a figure stands in the text.
            extra: if draft.is_written { draft.extra } else { Vec::new() },
            kind: draft.kind,
        }));
    }
    questions
}

/// Returns the citations in questions and answers.
pub(super) fn cited(questions: &[Question]) -> BTreeSet<NodeId> {
    struct Search(BTreeSet<NodeId>);
    impl Visitor for Search {
        fn citation(&mut self, citation: &Citation) {
            self.0.insert(citation.id);
        }
    }
    let mut search = Search(BTreeSet::new());
    for question in questions {
        match &question.kind {
            FlashcardKind::Basic { front, back, .. } => {
                walk_blocks(front, &mut search);
                walk_blocks(back, &mut search);
            }
            FlashcardKind::Cloze { text, .. } => walk_blocks(text, &mut search),
            // What a mark means stands in the text, and so do its citations.
            FlashcardKind::Figure { .. } | FlashcardKind::Occlusion { .. } => {}
        }
        walk_blocks(&question.extra, &mut search);
    }
    search.0
}

fn has_card(topic: &Topic) -> bool {
    struct Search(bool);
    impl Visitor for Search {
        fn enters_lines(&self) -> bool {
            false
        }

        fn card(&mut self, _card: &CardBlock) {
            self.0 = true;
        }
    }
    let mut search = Search(false);
    walk_topic(topic, &mut search);
    search.0
}

/// Derives the flashcards of topics, in the order of the text.
///
/// The ledger learns of new flashcards, and which ones are gone from these
/// topics; whether it is saved is for the caller to say. Deriving the same
/// topics again, for a second edition, changes nothing.
pub fn flashcards(
    topics: &[Arc<Topic>],
    kinds: &SectionKinds,
    ledger: &mut Ledger,
    diagnostics: &mut Diagnostics,
) -> Vec<Flashcard> {
    let found = kinds::find(topics, kinds, diagnostics);
    let topics = kinds::arrange(topics.to_vec(), &found);
    let mut flashcards = Vec::new();
    for topic in &topics {
        let drafts = derive::drafts(topic, &found, diagnostics);
        lint::report(&drafts, diagnostics);
        let ids = identity::identify(&topic.id.value, &drafts, ledger, diagnostics);
        for (draft, id) in drafts.into_iter().zip(ids) {
            let key = NoteKey {
                topic: topic.id.value.clone(),
                id: id.clone(),
                kind: NoteKind::of(&draft.kind),
            };
            let record = ledger.notes.entry(key).or_default();
            let path = draft.path();
            let mut clozes = record.clozes.clone();
            let last = &record.text;
            let kind = match draft.kind {
                FlashcardKind::Cloze { text, .. } => {
                    let numbers = numbers::number(&draft.clozes, last, &mut clozes);
                    FlashcardKind::Cloze { text, numbers }
                }
                FlashcardKind::Occlusion { figure, panel, numbers: marks } => {
                    let given = numbers::number(&draft.clozes, last, &mut clozes);
                    let marks = marks.into_iter().map(|(mark, _)| mark);
                    let numbers = marks.zip(given.into_iter().map(|(_, number)| number)).collect();
                    FlashcardKind::Occlusion { figure, panel, numbers }
                }
                kind @ (FlashcardKind::Basic { .. } | FlashcardKind::Figure { .. }) => kind,
            };
            let (text, retired, said) = (draft.text, false, LiteMap::new_vec());
            let is_same = (&text, &path, &clozes, retired, &said)
                == (&record.text, &record.path, &record.clozes, record.retired, &record.said);
            // Most are, and then the record before and after is one.
            if !is_same {
                let stamps = record.stamps.clone();
                *record = Arc::new(NoteRecord { text, path, clozes, stamps, retired, said });
            }
            flashcards.push(Flashcard {
                topic: topic.id.value.clone(),
                id,
                context: draft.context,
                section: draft.section,
                kind,
                extra: draft.extra,
                references: draft.references,
                tags: draft.tags,
                deck: topic.deck.clone(),
                span: draft.span,
            });
        }
    }
    flashcards.shrink_to_fit();
    flashcards
}
