//! Kinds of sections: what "Imaging findings" and "Bildgebung" have in common.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::KindId;

/// What a project says of sections of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SectionKind {
    /// Its name in the project.
    pub id: KindId,
    /// The headings that are of this kind, in all languages.
    pub names: Vec<String>,
    /// Its place among the sections that have one.
    pub order: Option<i64>,
    /// How its sections look.
    pub look: Look,
    /// The color of the box, in sRGB.
    pub color: Option<[u8; 3]>,
    /// What flashcards are made of.
    pub cards: CardRules,
    /// Whether what its sections say needs sources.
    pub sources: SourceRule,
    /// Whether the project names it, rather than Recto alone.
    pub declared: bool,
}

/// How a section looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Look {
    /// As the text around it.
    #[default]
    Plain,
    /// Set off from the text around it.
    Boxed,
    /// In smaller type.
    Small,
}

impl Look {
    /// All looks.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Boxed, Self::Small];

    /// Returns the name that manifests and layouts use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Boxed => "boxed",
            Self::Small => "small",
        }
    }
}

/// Whether claims need sources.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceRule {
    /// The author decides.
    #[default]
    Optional,
    /// Each claim cites a work.
    Required,
}

impl SourceRule {
    /// All rules.
    pub const ALL: [Self; 2] = [Self::Optional, Self::Required];

    /// Returns the name that manifests use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::Required => "required",
        }
    }
}

/// What flashcards are made of. Those that the author wrote are always made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CardRules {
    /// Marked text.
    pub marks: bool,
    /// Marks in figures.
    pub figures: bool,
    /// `Term: fact`: the fact, where nothing is marked.
    pub terms: bool,
    /// Numbers with a unit, where nothing is marked.
    pub values: bool,
    /// Items of a list, by what tells them from the others.
    pub discriminators: bool,
}

impl CardRules {
    /// The names that manifests use.
    pub const NAMES: [&str; 5] = ["marks", "figures", "terms", "values", "discriminators"];
    /// The names of those that hold where nobody says otherwise.
    pub const DEFAULT: [&str; 2] = ["marks", "figures"];
    /// Nothing is asked.
    pub const NONE: Self =
        Self { marks: false, figures: false, terms: false, values: false, discriminators: false };
}

impl Default for CardRules {
    fn default() -> Self {
        Self { marks: true, figures: true, ..Self::NONE }
    }
}

/// The kinds of sections of a project.
#[derive(Debug, Clone, Default)]
pub struct SectionKinds {
    kinds: Vec<Arc<SectionKind>>,
    /// The place of each kind by the key of each of its names.
    by_name: BTreeMap<String, usize>,
}

impl SectionKinds {
    /// Puts kinds together. Of two kinds with one name, the first has it.
    pub fn new(kinds: Vec<SectionKind>) -> Self {
        let mut by_name = BTreeMap::new();
        for (place, kind) in kinds.iter().enumerate() {
            for name in &kind.names {
                by_name.entry(heading_key(name)).or_insert(place);
            }
        }
        Self { kinds: kinds.into_iter().map(Arc::new).collect(), by_name }
    }

    /// Returns the kind of that id.
    pub fn get(&self, id: &KindId) -> Option<&Arc<SectionKind>> {
        self.kinds.iter().find(|kind| kind.id == *id)
    }

    /// Returns the kind that a heading of that plain text is of.
    pub fn of_heading(&self, heading: &str) -> Option<&Arc<SectionKind>> {
        self.kinds.get(*self.by_name.get(&heading_key(heading))?)
    }

    /// Goes over all kinds.
    pub fn iter(&self) -> impl Iterator<Item = &SectionKind> {
        self.kinds.iter().map(AsRef::as_ref)
    }
}

/// Returns what headings are compared by: their words in small letters, accents
/// and all, without what stands between them.
pub fn heading_key(heading: &str) -> String {
    // Combining accents belong to the letter before them.
    let of_word = |c: char| c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c);
    let mut key = String::new();
    for word in heading.split(|c| !of_word(c)).filter(|word| !word.is_empty()) {
        if !key.is_empty() {
            key.push(' ');
        }
        key.extend(word.chars().flat_map(char::to_lowercase));
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_compared_by_their_words() {
        assert_eq!(heading_key("  Imaging\u{a0}Findings: "), "imaging findings");
        assert_eq!(heading_key("X-ray & CT"), "x ray ct");
        assert_eq!(heading_key("DÉFINITION"), "définition");
        assert_ne!(heading_key("Définition"), heading_key("Definition"));
        assert_eq!(heading_key("???"), "");
    }
}
