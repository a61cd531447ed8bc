//! The fonts that Recto has with it: the only ones, so that every machine draws
//! the same.
//!
//! Does: hands out the bytes of fonts. Knows: nothing. Must not know: who draws
//! with them.

/// Returns the files of all embedded fonts: Libertinus Serif, New Computer
/// Modern and `DejaVu Sans Mono` in their faces.
pub fn embedded() -> impl Iterator<Item = &'static [u8]> {
    typst_assets::fonts()
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_are_fonts() {
        assert!(super::embedded().count() > 10);
    }
}
