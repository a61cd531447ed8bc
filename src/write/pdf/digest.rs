//! A hash of what a document is made of, taken from the edition itself.
//!
//! What a layout receives decides whether a document is the same, but making it only
//! to hash it takes as long as reading the topic did. The edition has all that it
//! is made from, and goes through a hasher in a fiftieth of the time. It is the
//! stricter of the two: another place of the same words gives another digest.

use std::hash::Hash;
use std::sync::Arc;

use super::Options;
use crate::digest::Digest;
use crate::layout::Layout;
use crate::model::{Edition, Figure, Media, MediaSet, Topic, Visitor, walk_topic};

/// Returns a hash of all that a document is made of, but for the program and the
/// files of layouts. It is the same for the same program on the same kind of
/// machine. `None` for cards of paper and covers: where cards say to read on, and
/// how wide a spine is, is no part of their edition.
pub fn digest(edition: &Edition, layout: &Layout, options: &Options) -> Option<blake3::Hash> {
    if options.cards.is_some() || options.cover.is_some() {
        return None;
    }
    let mut into = Digest::default();
    options.said().hash(&mut into);
    format!("{} {} {:?}", layout.name, layout.manifest.entry, layout.settings).hash(&mut into);
    let Edition {
        metadata,
        topics,
        outline,
        kinds,
        numbers,
        numbered,
        cross_references,
        wordings,
        citations,
        references,
        back_references,
        glossary,
        index,
        // Only cards are made of them.
        flashcards: _,
        questions,
        media,
    } = edition;
    metadata.hash(&mut into);
    topics.hash(&mut into);
    outline.hash(&mut into);
    kinds.hash(&mut into);
    (numbers, numbered, cross_references).hash(&mut into);
    (wordings, citations, references, back_references).hash(&mut into);
    (glossary, index, questions).hash(&mut into);
    pictures(topics, media).as_bytes().hash(&mut into);
    Some(into.done())
}

/// Returns a hash of what the figures of topics show.
pub fn pictures(topics: &[Arc<Topic>], media: &MediaSet) -> blake3::Hash {
    let mut into = Digest::default();
    let mut shown = Shown(Vec::new());
    topics.iter().for_each(|topic| walk_topic(topic, &mut shown));
    for excerpt in shown.0 {
        let Media { file: _, format, width, height, source_width, source_height, pixel_size, hash } =
            match media.images.get(&excerpt) {
                Some(media) => media,
                None => continue,
            };
        let size = (width, height, source_width, source_height);
        (excerpt, format, size, pixel_size, hash).hash(&mut into);
    }
    into.done()
}

/// The pictures of figures.
struct Shown(Vec<crate::model::Excerpt>);

impl Visitor for Shown {
    fn enters_lines(&self) -> bool {
        false
    }

    fn figure(&mut self, figure: &Figure) {
        self.0.extend(figure.panels.iter().map(|panel| panel.image.excerpt.clone()));
    }
}
