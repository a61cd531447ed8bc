//! Note types: which fields notes have, and how cards show them.
//!
//! Everything with a number here is frozen. Anki tells types, fields and
//! templates by these ids: with the same ids an import updates a learner's
//! notes in place, with others it makes a second type beside the first and
//! leaves the notes alone. Adding a field does that, too; hence the spare ones.

use crate::ledger::NoteKind;

/// The kinds of note types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// A question and its answer, one way or both.
    Basic,
    /// A text with clozes.
    Cloze,
    /// A picture, and what is asked of it.
    Figure,
    /// A picture with covered regions: Anki's own image occlusion.
    Occlusion,
}

/// A note type of a layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoteType {
    /// Which one.
    pub(super) kind: Kind,
    /// Its id in every collection.
    pub(super) id: i64,
    /// Its name in every collection.
    pub(super) name: String,
    /// Its cards.
    pub(super) templates: Vec<CardTemplate>,
    /// The style of its cards.
    pub(super) css: String,
    /// When templates or style last changed, in seconds since 1970-01-01 UTC.
    pub(super) modified: i64,
}

/// How a card looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CardTemplate {
    /// Its id in every collection.
    pub(super) id: i64,
    /// Its name.
    pub(super) name: &'static str,
    /// The question side.
    pub(super) front: String,
    /// The answer side.
    pub(super) back: String,
}

/// The first of the ids; each kind has a thousand. Anki's own ids are the time
/// in milliseconds, and its Check Database renumbers those that lie in the
/// future, so ours are a moment of the past that nobody else will have had.
const BASE: i64 = 1_583_746_291_000;

impl Kind {
    /// All kinds.
    pub(super) const ALL: [Self; 4] = [Self::Basic, Self::Cloze, Self::Figure, Self::Occlusion];

    /// Returns the kind that a kind of the ledger is written as.
    pub(super) fn of(kind: NoteKind) -> Self {
        match kind {
            NoteKind::Basic => Self::Basic,
            NoteKind::Cloze => Self::Cloze,
            NoteKind::FigureIdentify | NoteKind::FigureFind => Self::Figure,
            NoteKind::FigureOcclude => Self::Occlusion,
        }
    }

    /// Returns the id of its note type in the built-in layout.
    pub(super) fn id(self) -> i64 {
        BASE + 1000
            * match self {
                Self::Basic => 1,
                Self::Cloze => 2,
                Self::Figure => 3,
                Self::Occlusion => 4,
            }
    }

    /// Returns the name of its note type.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Basic => "Recto Basic",
            Self::Cloze => "Recto Cloze",
            Self::Figure => "Recto Figure",
            Self::Occlusion => "Recto Image Occlusion",
        }
    }

    /// Returns the names of its fields. The order is frozen, too.
    pub(super) fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Basic => &[
                "Front",
                "Back",
                "Extra",
                "Context",
                "Sources",
                "Read on",
                "Language",
                "Both ways",
                "Spare 1",
                "Spare 2",
            ],
            Self::Cloze => &[
                "Text", "Extra", "Context", "Sources", "Read on", "Language", "Spare 1", "Spare 2",
            ],
            Self::Figure => &[
                "Name",
                "Question",
                "Picture",
                "Answer",
                "Other picture",
                "Extra",
                "Context",
                "Sources",
                "Read on",
                "Language",
                "Spare 1",
                "Spare 2",
            ],
            // The first five are what Anki asks of an image occlusion.
            Self::Occlusion => &[
                "Occlusion",
                "Image",
                "Header",
                "Back Extra",
                "Comments",
                "Context",
                "Sources",
                "Read on",
                "Language",
                "Spare 1",
                "Spare 2",
            ],
        }
    }

    /// Returns the names of its templates, each with the name of its files.
    pub(super) fn templates(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Basic => &[("Question", "basic"), ("Reversed", "reversed")],
            Self::Cloze => &[("Cloze", "cloze")],
            Self::Figure => &[("Figure", "figure")],
            Self::Occlusion => &[("Image Occlusion", "occlusion")],
        }
    }

    /// Tells whether a note has a card for each number of its first field.
    pub(super) fn is_cloze(self) -> bool {
        matches!(self, Self::Cloze | Self::Occlusion)
    }

    /// Returns the field that the browser sorts by.
    pub(super) fn sort_field(self) -> usize {
        0
    }

    /// Returns the id of a field.
    pub(super) fn field_id(self, index: usize) -> i64 {
        self.id() + 100 + index as i64
    }

    /// Returns the id of a template.
    pub(super) fn template_id(self, index: usize) -> i64 {
        self.id() + 10 + index as i64
    }
}

impl NoteType {
    /// Returns a hash of all that a layout can change.
    pub(super) fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let sides = self.templates.iter().flat_map(|template| [&template.front, &template.back]);
        for part in sides.chain([&self.css]) {
            hasher.update(part.as_bytes());
            hasher.update(&[0x1f]);
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }
}
