//! Books: every entry of the container (EPUB 3.3, section 4).

use std::io::{Read, Seek};

use super::{Auditor, Zone, package};

/// The entries that are text, by the ends of their names.
const TEXTS: [&str; 7] = [".xhtml", ".opf", ".xml", ".css", ".ncx", ".smil", "mimetype"];
/// The entries that are pictures.
const PICTURES: [&str; 3] = [".jpg", ".jpeg", ".png"];
/// The entries that are fonts.
const FONTS: [&str; 4] = [".otf", ".ttf", ".woff", ".woff2"];

/// Opens a book of so many bytes.
pub(super) fn open(book: &mut (impl Read + Seek), size: u64, auditor: &mut Auditor) {
    package::open(book, size, auditor, &mut |name, entry, auditor| {
        let contents = entry.unpack()?;
        let is = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
        if is(&PICTURES) {
            auditor.picture(name, contents);
        } else if is(&TEXTS) {
            auditor.search(name, contents, Zone::Text);
            match std::str::from_utf8(contents) {
                // "O'Brien" may be written with an entity.
                Ok(text) if text.contains('&') => {
                    auditor.search(name, unescape(text).as_bytes(), Zone::Text);
                }
                Ok(_) => {}
                Err(_) => auditor.foreign(name, "is no text"),
            }
        } else if is(&FONTS) {
            auditor.search(name, contents, Zone::Opaque);
        } else {
            auditor.foreign(name, "is of a kind that no book needs");
            auditor.search(name, contents, Zone::Structure);
        }
        Ok(())
    });
}

/// Replaces the entities that texts are written with.
fn unescape(text: &str) -> String {
    const ENTITIES: [(&str, &str); 7] = [
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    ENTITIES.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
