//! How decks are written for Anki.

/// The note types that a CSV names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum CsvTypes {
    /// Recto's own, which its package brings.
    #[default]
    Own,
    /// Those that every Anki profile has from the beginning.
    Stock,
}

impl CsvTypes {
    /// The types, by the names that manifests use.
    pub const NAMES: [(&str, Self); 2] = [("own-types", Self::Own), ("stock-types", Self::Stock)];
}

/// The language of a profile: Anki names its stock types in it, once and for all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ProfileLanguage {
    /// English.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
}

impl ProfileLanguage {
    /// The languages, by the names that manifests use.
    pub const NAMES: [(&str, Self); 4] =
        [("en", Self::English), ("de", Self::German), ("fr", Self::French), ("es", Self::Spanish)];
}
