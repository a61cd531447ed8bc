//! The package document as data for its template: manifest and spine.
//!
//! Knows: which files there are, and what EPUB wants to know of each. Must not
//! know: what is in them.

use serde::Serialize;

use super::accessibility::Accessibility;
use super::address::Taken;

/// The package document.
#[derive(Debug, Serialize)]
pub(super) struct PackageData {
    /// All languages of the book, its own first.
    pub(super) languages: Vec<String>,
    pub(super) accessibility: Accessibility,
    /// Every file of the book.
    pub(super) items: Vec<Item>,
    /// The ids of the files that are read one after the other.
    pub(super) spine: Vec<String>,
    /// The id of the cover's picture.
    pub(super) cover: Option<String>,
    /// The name of the publication whose pages are marked; none if no page is.
    pub(super) page_source: Option<String>,
}

/// A file of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Item {
    id: String,
    href: String,
    media_type: &'static str,
    /// Its properties, parted by spaces; none if it has none.
    properties: Option<String>,
}

/// The files of a book, each under an id of its own.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    taken: Taken,
    items: Vec<Item>,
}

impl Manifest {
    /// Adds a file, and returns its id; `None` for a file of a kind that books
    /// cannot hold.
    pub(super) fn add(&mut self, href: &str, properties: &[&str]) -> Option<String> {
        let media_type = media_type(href)?;
        let mut id: String = href
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || "-.".contains(c) { c } else { '_' })
            .collect();
        if !id.starts_with(|c: char| c.is_ascii_alphabetic()) {
            id.insert_str(0, "file_");
        }
        let id = self.taken.take(&id);
        self.items.push(Item {
            id: id.clone(),
            href: href.to_owned(),
            media_type,
            properties: (!properties.is_empty()).then(|| properties.join(" ")),
        });
        Some(id)
    }

    /// Returns all files, in the order that they were added.
    pub(super) fn into_items(self) -> Vec<Item> {
        self.items
    }
}

/// Returns the media type of a file by its name; `None` for what is not one of
/// the kinds that EPUB asks every reading system to know.
pub(super) fn media_type(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "xhtml" => "application/xhtml+xml",
        "css" => "text/css",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_an_id_of_its_own() {
        let mut manifest = Manifest::default();
        let mut id = |href| manifest.add(href, &[]);
        assert_eq!(id("images/a b.png").as_deref(), Some("images_a_b.png"));
        assert_eq!(id("images_a_b.png").as_deref(), Some("images_a_b.png-2"));
        assert_eq!(id("2.css").as_deref(), Some("file_2.css"));
        assert_eq!(id("a.exe"), None);
    }
}
