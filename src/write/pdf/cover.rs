//! Covers of printed books as a layout receives them: how large their parts are, and what
//! is on them besides what the book says of itself.

use serde_json::{Value, json};

use super::data::Writer;
use crate::model::{Direction, Isbn, Language, Media};

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
