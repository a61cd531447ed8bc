//! Finished pages to the press edition: what a print shop makes plates of.
//!
//! Does: opens a PDF, turns its colors into inks, wherever they are, and says in the
//! file which press it is for: PDF/X-4 (ISO 15930-7:2010). Knows: lopdf, the inks of
//! `picture`. Must not know: the model, Typst, where pages come from.
//!
//! Pages are for paper alone: tags, bookmarks and links are left out.

mod calculator;
mod content;
mod identify;
mod image;
mod palette;
mod separate;
mod shading;
mod space;

use lopdf::{Document, SaveOptions};

pub use self::identify::Condition;
use self::palette::Palette;
use crate::picture::Inks;

/// As the finished pages are packed.
const PACKING: u32 = 3;
const TOGETHER: usize = 200;

/// What plates are made with.
#[derive(Debug, Clone, Copy)]
pub enum Plates<'a> {
    /// Four inks, as the profile of a press has them: PDF/X-4.
    Process(&'a Inks, &'a Condition),
    /// Black alone, on the press of a profile: PDF/X-4.
    BlackOn(&'a Inks, &'a Condition),
    /// Black alone, on no certain press.
    Black,
    /// Colors of a screen, which are left to the print shop.
    Screen,
}

/// Returns what tells a file from others: what it was made of.
fn id(bytes: &[u8], plates: Plates) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(blake3::hash(bytes).as_bytes());
    match plates {
        Plates::Process(inks, condition) | Plates::BlackOn(inks, condition) => {
            hasher.update(blake3::hash(inks.profile()).as_bytes());
            let is_black = matches!(plates, Plates::BlackOn(..));
            hasher.update(format!("{} {condition:?} {is_black}", inks.limit()).as_bytes());
        }
        Plates::Black => drop(hasher.update(b"black")),
        Plates::Screen => drop(hasher.update(b"screen")),
    }
    let mut id = [0; 16];
    id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    id
}

/// Makes the press edition of finished pages. Pictures are converted by `jobs` threads.
///
/// # Errors
/// What in them cannot be told in inks, or why they cannot be opened.
pub fn write(bytes: &[u8], plates: Plates, jobs: usize) -> Result<Vec<u8>, String> {
    let mut document = Document::load_mem(bytes).map_err(|error| error.to_string())?;
    let (palette, intent) = match plates {
        Plates::Process(inks, condition) => (Some(Palette::Process(inks)), Some((inks, condition))),
        Plates::BlackOn(inks, condition) => (Some(Palette::Black), Some((inks, condition))),
        Plates::Black => (Some(Palette::Black), None),
        Plates::Screen => (None, None),
    };
    identify::undress(&mut document).map_err(|error| error.to_string())?;
    if let Some(palette) = palette {
        separate::separate(&mut document, palette, jobs)?;
    }
    let id = id(bytes, plates);
    identify::identify(&mut document, intent, id).map_err(|error| error.to_string())?;
    separate::prune(&mut document);
    let options = SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true)
        .max_objects_per_stream(TOGETHER)
        .compression_level(PACKING)
        .build();
    let mut out = Vec::with_capacity(bytes.len());
    document.save_with_options(&mut out, options).map_err(|error| error.to_string())?;
    Ok(out)
}
