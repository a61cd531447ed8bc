//! Decks: their names and ids.

/// A deck.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Deck {
    /// The name; levels are parted by `::`.
    pub(super) name: String,
    /// The id in the package. Collections know decks by name, so any id that
    /// stays the same will do.
    pub(super) id: i64,
}

impl Deck {
    /// Returns the deck of that name.
    pub(super) fn new(name: &str) -> Self {
        let id = 1_300_000_000_000 + number(name) % 250_000_000_000;
        Self { name: name.to_owned(), id }
    }

    /// Returns the deck and those above it, outermost first.
    pub(super) fn with_parents(name: &str) -> Vec<Self> {
        let ends = name.match_indices("::").map(|(at, _)| at).chain([name.len()]);
        ends.filter_map(|end| name.get(..end)).map(Self::new).collect()
    }
}

/// Returns a number of 48 bits that a text always gives.
pub(super) fn number(text: &str) -> i64 {
    let hash = blake3::hash(text.as_bytes());
    hash.as_bytes().iter().take(6).fold(0, |number, byte| number << 8 | i64::from(*byte))
}

/// Returns a deck's name as Anki takes it: no empty level, no control
/// characters or quotes. A name of digits alone would be taken as an id.
pub(super) fn name(written: &str) -> String {
    let clean: String =
        written.chars().map(|c| if c.is_control() || c == '"' { ' ' } else { c }).collect();
    let levels: Vec<_> = clean
        .split("::")
        .map(|level| level.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|level| !level.is_empty())
        .collect();
    match levels.join("::") {
        name if name.is_empty() => "Recto".into(),
        name if name.bytes().all(|byte| byte.is_ascii_digit()) => format!("Recto {name}"),
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_such_as_anki_takes() {
        assert_eq!(name(" Chest ::: \"Spine\" ::"), "Chest::: Spine");
        assert_eq!(name("2024"), "Recto 2024");
        assert_eq!(name("::"), "Recto");
        let names: Vec<_> = Deck::with_parents("a::b::c").into_iter().map(|d| d.name).collect();
        assert_eq!(names, ["a", "a::b", "a::b::c"]);
    }
}
