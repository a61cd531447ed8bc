//! Fonts as Typst has them.

use std::fmt;
use std::sync::OnceLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::LazyHash;
use typst_kit::fonts::{FontSource, FontStore};

use crate::fonts::{self, FontFile, Fonts};

/// The fonts that documents are set in, opened once for all of them.
///
/// Those that a project adds come after the embedded ones, which layouts name:
/// Typst takes them for characters that the named ones lack.
pub struct Typefaces {
    store: FontStore,
}

impl Typefaces {
    /// Opens fonts. The files of those that are not embedded are read again when
    /// the first character of theirs is drawn.
    pub fn of(fonts: &Fonts) -> Self {
        let mut store = FontStore::new();
        store.extend(embedded().iter().cloned());
        for file in fonts.files() {
            let bytes = file.bytes().unwrap_or_default();
            for (index, info) in (0..).zip(FontInfo::iter(&bytes)) {
                store.push((Face { file: file.clone(), index }, info));
            }
        }
        Self { store }
    }

    pub(super) fn book(&self) -> &LazyHash<FontBook> {
        self.store.book()
    }

    pub(super) fn font(&self, index: usize) -> Option<Font> {
        self.store.font(index)
    }
}

impl fmt::Debug for Typefaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typefaces(..)")
    }
}

/// A face in a file.
struct Face {
    file: FontFile,
    index: u32,
}

impl FontSource for Face {
    fn load(&self) -> Option<Font> {
        Font::new(Bytes::new(self.file.bytes()?), self.index)
    }
}

/// The embedded fonts, parsed once for all builds of a process.
fn embedded() -> &'static [(Font, FontInfo)] {
    static FONTS: OnceLock<Vec<(Font, FontInfo)>> = OnceLock::new();
    FONTS.get_or_init(|| {
        let fonts = fonts::embedded().flat_map(|bytes| Font::iter(Bytes::new(bytes)));
        fonts.map(|font| (font.clone(), font.info().clone())).collect()
    })
}
