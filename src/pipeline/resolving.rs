//! Everything put together: what follows from topics being in one publication, and what is
//! wrong with them.

use std::collections::BTreeSet;

use super::{Content, Loaded, PlannedDeck, Publication, ResolvedDeck, glyphs};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::ledger::Ledger;
use crate::model::Flashcard;
use crate::parallel::{beside, in_order};
use crate::resolve::{self, Purpose};
use crate::source::Sources;

/// Puts publications together that nothing is known of, and decks, side by side. Returns the
/// decks, or none if nobody wants them. When publications are there, `then` may go on with
/// them, beside flashcards, unless something is wrong.
pub(super) fn resolve_all<'a, 'p>(
    loaded: &'a Loaded,
    publications: impl Iterator<Item = &'p Publication<'p>>,
    wanted: Option<&'a [PlannedDeck<'a>]>,
    ledger: &mut Ledger,
    (jobs, diagnostics): (usize, &mut Diagnostics),
    then: Option<impl FnOnce()>,
) -> Vec<ResolvedDeck<'a>> {
    let of_deck = |plan: &PlannedDeck<'a>| {
        let (topics, metadata) = (plan.topics.clone(), loaded.project.metadata.clone());
        Content::new(loaded, topics, metadata, &plan.deck.citing, Purpose::Deck)
    };
    let planned = wanted.unwrap_or_default();
    let of_decks: Vec<Content> = planned.iter().map(of_deck).collect();
    let new = publications.filter(|one| one.settled.is_none()).map(|one| one.content.as_ref());
    let new: Vec<&Content> = new.collect();
    let mut found_in_cards = Diagnostics::default();
    // Decks share the ledger, and so get their flashcards in turn.
    let mut make_cards = || match wanted {
        Some(planned) => flashcards(loaded, planned, ledger, &mut found_in_cards),
        None => Vec::new(),
    };
    let mut resolve = |contents: Vec<&Content>| {
        for found in in_order(jobs, &contents, |content| content.resolve()) {
            diagnostics.append(found);
        }
        !diagnostics.has_errors()
    };
    let cards = beside(jobs, &mut make_cards, || match then {
        Some(then) => {
            if resolve(new) {
                then();
            }
            resolve(of_decks.iter().collect());
        }
        // Decks take longest, so they come first.
        None => _ = resolve(of_decks.iter().chain(new).collect()),
    });
    diagnostics.append(found_in_cards);
    let all = planned.iter().zip(of_decks).zip(cards);
    let put = |((plan, content), flashcards): ((_, Content), _)| {
        let mut edition = content.into_edition();
        edition.flashcards = flashcards;
        ResolvedDeck { plan, edition }
    };
    all.map(put).collect()
}

/// Returns the flashcards of each deck.
fn flashcards(
    loaded: &Loaded,
    planned: &[PlannedDeck],
    ledger: &mut Ledger,
    diagnostics: &mut Diagnostics,
) -> Vec<Vec<Flashcard>> {
    retire_other_topics(loaded, ledger, diagnostics);
    let kinds = &loaded.document.kinds;
    // They are made of handouts' own bullets, too.
    let make = |deck: &PlannedDeck| {
        resolve::flashcards::flashcards(&deck.topics, kinds, ledger, diagnostics)
    };
    planned.iter().map(make).collect()
}

/// Retires the flashcards of topics that are gone.
pub(super) fn retire_other_topics(
    loaded: &Loaded,
    ledger: &mut Ledger,
    diagnostics: &mut Diagnostics,
) {
    let present = loaded.document.topics.iter().map(|topic| topic.id.value.clone()).collect();
    for (topic, count) in ledger.retire_other_topics(&present) {
        let flashcards =
            if count == 1 { "flashcard".into() } else { format!("{count} flashcards") };
        let message = format!("the topic `{topic}` is gone, and its {flashcards} with it");
        diagnostics.push(Diagnostic::warning(Code::RetiredFlashcards, message).hint(format!(
            "if it only has another name now, give it `id: {topic}`, and its reviews go on"
        )));
    }
}

/// Says what is wrong with topics whatever they are published in.
pub(super) fn say_of_topics(
    loaded: &Loaded,
    publications: &[Publication],
    decks: &[PlannedDeck],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) {
    let all = publications.iter().flat_map(|publication| &publication.content.topics);
    let all = all.chain(decks.iter().flat_map(|deck| &deck.topics));
    let published: BTreeSet<_> = all.map(|topic| topic.id.value.clone()).collect();
    resolve::unpublished(&loaded.document.topics, &published, diagnostics);
    // What an earlier build printed with the same fonts has all characters.
    let ids = |is_settled: bool| {
        let printed = publications.iter().filter(|one| one.has_pages);
        let those = printed.filter(move |one| one.settled.is_some() == is_settled);
        let topics = those.flat_map(|one| &one.content.topics);
        topics.map(|topic| topic.id.value.clone()).collect::<BTreeSet<_>>()
    };
    let printed = ids(false).difference(&ids(true)).cloned().collect();
    glyphs::check(loaded, &printed, sources, diagnostics);
}
