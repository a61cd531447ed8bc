//! `recto check`: all messages of a build, and nothing made.
//!
//! What a build says of content, it says of a topic whichever publication it is
//! in, so each topic is looked at once for all of them. Citations are not
//! rendered, pictures not decoded, layouts not run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::editions::{handout_layout, handout_purpose, page_layout};
use super::{Loaded, Request, deck_topics, glyphs, load_with, own_layouts, retire_other_topics};
use crate::diag::Diagnostics;
use crate::files::{FileError, Files, ReadOnly};
use crate::model::TopicId;
use crate::project::BookFormat;
use crate::resolve::{self, Purpose};
use crate::source::Sources;

/// Finds everything that is wrong with a project's content.
///
/// A picture is looked at from outside: one whose parts are all there but whose
/// pixels cannot be decoded is found by a build alone.
///
/// # Errors
/// If a folder or file that is there cannot be read.
pub fn check(
    files: &dyn Files,
    request: &Request,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<(), FileError> {
    // A check writes nothing, not even what the next build could use.
    let cache = Arc::new(ReadOnly(Arc::clone(&request.cache)));
    let request = &Request { cache, ..request.clone() };
    if let Some(loaded) = load_with(files, request, resolve::check_media, sources, diagnostics)? {
        check_publications(&loaded, sources, diagnostics);
        diagnostics.forgive(&loaded.project.allowed, sources);
        // The process is about to end, and to give back a large document node
        // by node would take longer than to read it.
        std::mem::forget(loaded);
    }
    Ok(())
}

fn check_publications(loaded: &Loaded, sources: &mut Sources, diagnostics: &mut Diagnostics) {
    let topics = &loaded.document.topics;
    let mut purposes: BTreeMap<TopicId, BTreeSet<Purpose>> = BTreeMap::new();
    let mut printed = BTreeSet::new();
    let mut take = |id: &TopicId, purpose| {
        purposes.entry(id.clone()).or_default().insert(purpose);
    };
    for book in &loaded.project.books {
        page_layout(loaded, &book.layout, &book.options, sources, diagnostics);
        for topic in book.chapters(topics, diagnostics).0 {
            take(&topic.id.value, Purpose::Book);
            if book.formats.contains(&BookFormat::Pdf) {
                printed.insert(topic.id.value.clone());
            }
        }
    }
    for handouts in &loaded.project.handouts {
        handout_layout(loaded, handouts, sources, diagnostics);
        for topic in handouts.topics.of(topics, diagnostics) {
            printed.insert(topic.id.value.clone());
            for variant in &handouts.variants {
                take(&topic.id.value, handout_purpose(*variant));
            }
        }
    }
    let mut ledger = loaded.ledger.clone();
    retire_other_topics(loaded, &mut ledger, diagnostics);
    for deck in &loaded.project.decks {
        let topics = deck_topics(loaded, deck, diagnostics);
        resolve::flashcards::check(&topics, &loaded.document.kinds, &mut ledger, diagnostics);
        for topic in topics {
            take(&topic.id.value, Purpose::Deck);
        }
    }
    for topic in topics {
        if let Some(purposes) = purposes.get(&topic.id.value) {
            resolve::check(topic, purposes, &loaded.document, &loaded.index, diagnostics);
        }
    }
    glyphs::check(loaded, &printed, sources, diagnostics);
    resolve::unpublished(topics, &purposes.into_keys().collect(), diagnostics);
    own_layouts(loaded, sources, diagnostics);
}
