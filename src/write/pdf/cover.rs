//! Covers of printed books as a layout receives them: how large their parts are, and what
//! is on them besides what the book says of itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::data::Writer;
use crate::model::{
    Block, Caption, Controls, Direction, Edition, Figure, Isbn, Language, Media, Panel, Section,
    Topic,
};

/// Narrower spines have no text: a fold is half a millimeter beside where it should be,
/// in millimeters.
pub const LETTERED: f64 = 6.0;

/// The cover of a book of paper.
#[derive(Debug, Clone, Copy)]
pub struct Cover<'a> {
    /// How wide the front is when it is cut, in millimeters.
    pub width: f64,
    /// How high it is.
    pub height: f64,
    /// How wide the spine is.
    pub spine: f64,
    /// How many pages the book has.
    pub pages: usize,
    /// Which way the book is read: its front is on the right of its spine if that is from
    /// left to right.
    pub reads: Direction,
    /// The picture on its front, if the author has one.
    pub picture: Option<&'a Media>,
    /// Its number in the trade.
    pub isbn: Option<&'a Isbn>,
}

/// Languages whose books have text on their spines that is read from the foot to the head.
const UPWARD: [&str; 25] = [
    "bg", "ca", "cs", "de", "el", "es", "et", "eu", "fr", "gl", "hr", "hu", "it", "lt", "lv", "pl",
    "pt", "ro", "ru", "sk", "sl", "sq", "sr", "tr", "uk",
];

/// Returns which way the text of a spine runs: what all others have, lies upright when
/// the book lies on its back.
fn runs(language: &Language) -> &'static str {
    if UPWARD.contains(&language.primary()) { "up" } else { "down" }
}

/// Returns what a layout receives of a cover.
pub(super) fn data(cover: &Cover<'_>, language: &Language, writer: &mut Writer<'_>) -> Value {
    let Cover { width, height, spine, pages, reads, picture, isbn } = cover;
    let most = writer.print.pixels;
    let picture = picture.map(|media| {
        json!({
            "path": writer.pictures.add(media),
            "sizes": writer.pictures.ladder(media, most),
            "width": media.width,
            "height": media.height,
        })
    });
    json!({
        "width": width,
        "height": height,
        "spine": spine,
        "pages": pages,
        "front": match reads {
            Direction::LeftToRight => "right",
            Direction::RightToLeft => "left",
        },
        "spine-text": (*spine >= LETTERED).then(|| runs(language)),
        "picture": picture,
        "isbn": isbn.map(|isbn| json!({
            "number": isbn.to_string(),
            "digits": isbn.digits(),
            "bars": isbn.bars().into_iter().map(u8::from).collect::<Vec<_>>(),
        })),
    })
}

/// Returns as much of a book as our own covers show: what it says of itself, and the pictures
/// of figures that stand in sections, and in nothing else there. Without its text, there is
/// little to hand over.
pub fn shown(book: &Edition) -> Edition {
    let topics = book.topics.iter().map(|topic| {
        Arc::new(Topic {
            id: topic.id.clone(),
            title: topic.title.clone(),
            short_title: None,
            subtitle: None,
            contributors: Vec::new(),
            language: None,
            tags: Vec::new(),
            summary: None,
            objectives: Vec::new(),
            references: Vec::new(),
            works: Vec::new(),
            see_also: Vec::new(),
            license: None,
            banner: None,
            status: None,
            deck: None,
            blocks: Vec::new(),
            sections: topic.sections.iter().map(pictured).collect(),
            span: topic.span,
        })
    });
    Edition {
        metadata: book.metadata.clone(),
        topics: topics.collect(),
        outline: book.outline.clone(),
        kinds: BTreeMap::new(),
        numbers: BTreeMap::new(),
        numbered: Vec::new(),
        cross_references: BTreeMap::new(),
        wordings: BTreeMap::new(),
        citations: BTreeMap::new(),
        references: Vec::new(),
        back_references: false,
        glossary: Vec::new(),
        index: Vec::new(),
        flashcards: Vec::new(),
        questions: Vec::new(),
        media: Arc::clone(&book.media),
    }
}

fn pictured(section: &Section) -> Section {
    let figures = section.blocks.iter().filter_map(|block| match block {
        Block::Figure(figure) => Some(pictures_of(figure)),
        _ => None,
    });
    Section {
        id: section.id,
        label: None,
        heading: Vec::new(),
        kind: None,
        controls: Controls::default(),
        blocks: figures.collect(),
        sections: section.sections.iter().map(pictured).collect(),
        span: section.span,
    }
}

/// Returns a figure of the first panel of another, without marks.
fn pictures_of(figure: &Figure) -> Block {
    let first = figure.panels.first();
    let panels =
        first.map(|panel| Panel::only(figure.id, panel.image.clone(), Vec::new())).into_iter();
    Block::Figure(Box::new(Figure {
        id: figure.id,
        label: None,
        panels: panels.collect(),
        columns: None,
        caption: Caption { long: Vec::new(), short: None },
        credit: None,
        license: None,
        width: None,
        controls: Controls::default(),
        span: figure.span,
    }))
}
