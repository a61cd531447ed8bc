//! A hash of what a document is made of, taken from the edition itself.
//!
//! What a layout receives decides whether a document is the same, but making it only
//! to hash it takes as long as reading the topic did. The edition has all that it
//! is made from, and goes through a hasher in a fiftieth of the time. It is the
//! stricter of the two: another place of the same words gives another digest.

use std::hash::{Hash, Hasher};

use super::Options;
use crate::layout::Layout;
use crate::model::{Edition, Figure, Media, Visitor, walk_topic};

/// Returns a hash of all that a document is made of, but for the program and the
/// files of layouts. It is the same for the same program on the same kind of
/// machine. `None` for cards of paper and covers: where cards say to read on, and
/// how wide a spine is, is no part of their edition.
pub fn digest(edition: &Edition, layout: &Layout, options: &Options) -> Option<blake3::Hash> {
    if options.cards.is_some() || options.cover.is_some() {
        return None;
    }
    let mut into = Digest { hasher: blake3::Hasher::new(), buffer: Vec::with_capacity(ROOM) };
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
    Some(into.finish_all())
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

/// How much is gathered before it is hashed, in bytes: most writes have eight.
const ROOM: usize = 1 << 14;

/// BLAKE3 behind the interface of the standard library.
struct Digest {
    hasher: blake3::Hasher,
    buffer: Vec<u8>,
}

impl Digest {
    fn finish_all(mut self) -> blake3::Hash {
        self.hasher.update(&self.buffer);
        self.hasher.finalize()
    }
}

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        if self.buffer.len() + bytes.len() > ROOM {
            self.hasher.update(&self.buffer);
            self.buffer.clear();
        }
        if bytes.len() > ROOM {
            self.hasher.update(bytes);
        } else {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// Eight bytes of the hash so far; nobody asks for them.
    fn finish(&self) -> u64 {
        let mut hasher = self.hasher.clone();
        hasher.update(&self.buffer);
        let bytes = *hasher.finalize().as_bytes();
        bytes.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}
