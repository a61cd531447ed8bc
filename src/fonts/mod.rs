//! Fonts: those that Recto has with it, so that every machine draws the same;
//! those of a project, for scripts that they lack; and, only if somebody asks,
//! those of the machine.
//!
//! Does: hands out the bytes of fonts, and tells which characters they have.
//! Knows: how fonts are made. Must not know: who draws with them, where files
//! are.

mod coverage;
mod script;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, OnceLock};

use skrifa::raw::FileRef;
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider};

pub use script::Script;

use self::coverage::Coverage;

/// Returns the files of all embedded fonts: Libertinus Serif, New Computer
/// Modern and `DejaVu Sans Mono` in their faces.
pub fn embedded() -> impl Iterator<Item = &'static [u8]> {
    typst_assets::fonts()
}

/// The families of the embedded fonts, as layouts name them.
const EMBEDDED: [&str; 4] =
    ["Libertinus Serif", "New Computer Modern", "New Computer Modern Math", "DejaVu Sans Mono"];

/// Reads a file of fonts again.
type Read = dyn Fn() -> Option<Vec<u8>> + Send + Sync;

/// A file of fonts that are not embedded.
#[derive(Clone)]
pub struct FontFile {
    /// Its path, for messages.
    pub path: String,
    read: Arc<Read>,
}

impl FontFile {
    /// Makes a file whose bytes `read` returns, as often as it is asked.
    pub fn new(
        path: impl Into<String>,
        read: impl Fn() -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Self {
        Self { path: path.into(), read: Arc::new(read) }
    }

    /// Returns its bytes; `None` if it cannot be read any more.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        (self.read)()
    }
}

impl fmt::Debug for FontFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FontFile").field("path", &self.path).finish_non_exhaustive()
    }
}

/// All fonts that pages may be set in.
#[derive(Debug, Clone, Default)]
pub struct Fonts {
    /// Files besides the embedded ones, in the order in which they are tried.
    files: Vec<FontFile>,
    families: Vec<String>,
    coverage: Coverage,
}

impl Fonts {
    /// Puts files to the embedded fonts. Returns besides the paths of those that
    /// hold no font.
    pub fn with(files: Vec<FontFile>) -> (Self, Vec<String>) {
        let mut fonts = Self::default();
        let mut broken = Vec::new();
        for file in files {
            let faces = file.bytes().map(|bytes| faces(&bytes)).unwrap_or_default();
            if faces.is_empty() {
                broken.push(file.path.clone());
                continue;
            }
            for (family, coverage) in faces {
                if !fonts.families.contains(&family) {
                    fonts.families.push(family);
                }
                fonts.coverage.add(&coverage);
            }
            fonts.files.push(file);
        }
        (fonts, broken)
    }

    /// Returns the files besides the embedded ones.
    pub fn files(&self) -> &[FontFile] {
        &self.files
    }

    /// Returns the names of all families, the embedded ones first.
    pub fn families(&self) -> impl Iterator<Item = &str> {
        EMBEDDED.into_iter().chain(self.families.iter().map(String::as_str))
    }

    /// Tells whether a character can be drawn, or need not be.
    pub fn has(&self, c: char) -> bool {
        // Most of what is asked for.
        (' '..='~').contains(&c)
            || is_unseen(c)
            || embedded_coverage().has(c)
            || self.coverage.has(c)
    }

    /// Returns the characters of a text that no font has.
    pub fn missing(&self, text: &str) -> BTreeSet<char> {
        if text.is_ascii() {
            return BTreeSet::new();
        }
        text.chars().filter(|c| !self.has(*c)).collect()
    }
}

/// Returns the characters that the embedded fonts have.
fn embedded_coverage() -> &'static Coverage {
    static EMBEDDED: OnceLock<Coverage> = OnceLock::new();
    EMBEDDED.get_or_init(|| {
        let mut all = Coverage::default();
        embedded().flat_map(faces).for_each(|(_, coverage)| all.add(&coverage));
        all
    })
}

/// Returns the family of each face of a file, and the characters that it has.
fn faces(bytes: &[u8]) -> Vec<(String, Coverage)> {
    let Ok(file) = FileRef::new(bytes) else { return Vec::new() };
    file.fonts().filter_map(Result::ok).filter_map(|font| face(&font)).collect()
}

fn face(font: &FontRef) -> Option<(String, Coverage)> {
    let charmap = font.charmap();
    if !charmap.has_map() || charmap.is_symbol() {
        return None;
    }
    // Families of more than four faces have a name of their own for the whole.
    let name = |id| font.localized_strings(id).english_or_first().map(|name| name.to_string());
    let family = name(StringId::TYPOGRAPHIC_FAMILY_NAME).or_else(|| name(StringId::FAMILY_NAME))?;
    let coverage = Coverage::of(charmap.mappings().map(|(code, _)| code));
    Some((family, coverage))
}

/// Tells whether a character needs no glyph: controls, spaces (for which another
/// space stands in), and what Unicode calls default ignorable (UAX 44).
fn is_unseen(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2011}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_fonts() {
        assert!(embedded().count() > 10);
        // Files name themselves with fewer spaces than layouts do.
        let plain = |name: &str| name.replace(' ', "");
        let own: BTreeSet<String> =
            embedded().flat_map(faces).map(|(family, _)| plain(&family)).collect();
        assert_eq!(own, EMBEDDED.map(plain).into_iter().collect());
    }

    #[test]
    fn embedded_fonts_have_letters_of_the_west() {
        let fonts = Fonts::default();
        assert!(
            "Größe, œuvre, Ελληνικά, Кириллица, ∑ ≤ µ\u{2011}\u{202f}\u{200b}"
                .chars()
                .all(|c| fonts.has(c))
        );
        assert_eq!(fonts.missing("a 胸 b 部 a"), BTreeSet::from(['胸', '部']));
    }

    #[test]
    fn a_file_that_is_no_font_is_told() {
        let files = vec![
            FontFile::new("a.ttf", || embedded().next().map(<[u8]>::to_vec)),
            FontFile::new("b.ttf", || Some(b"wOF2, or what else".to_vec())),
            FontFile::new("c.ttf", || None),
        ];
        let (fonts, broken) = Fonts::with(files);
        assert_eq!(broken, ["b.ttf", "c.ttf"]);
        assert_eq!(fonts.files().len(), 1);
    }
}
