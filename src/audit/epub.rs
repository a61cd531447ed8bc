//! Books: every entry of the container (EPUB 3.3, section 4).

use super::{Auditor, Zone, package};

/// The entries that are text, by the ends of their names.
const TEXTS: [&str; 7] = [".xhtml", ".opf", ".xml", ".css", ".ncx", ".smil", "mimetype"];
/// The entries that are pictures.
const PICTURES: [&str; 3] = [".jpg", ".jpeg", ".png"];
/// The entries that are fonts.
const FONTS: [&str; 4] = [".otf", ".ttf", ".woff", ".woff2"];

pub(super) fn open(bytes: &[u8], auditor: &mut Auditor) {
    package::open(bytes, auditor, &mut |name, contents, auditor| {
        let is = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
        if is(&PICTURES) {
            auditor.picture(name, contents);
        } else if is(&TEXTS) {
            auditor.search(name, contents, Zone::Text);
            if std::str::from_utf8(contents).is_err() {
                auditor.foreign(name, "is no text");
            }
        } else if is(&FONTS) {
            auditor.search(name, contents, Zone::Opaque);
        } else {
            auditor.foreign(name, "is of a kind that no book needs");
            auditor.search(name, contents, Zone::Structure);
        }
    });
}
