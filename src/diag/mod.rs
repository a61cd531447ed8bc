//! What is wrong with the content, said so that an author can mend it.
//!
//! Knows: places in sources. Must not know: colours, terminals, exit codes.
//!
//! Reading and resolving return their value *and* write what they found into a
//! [`Diagnostics`] sink, and go on: an author with nine mistakes sees nine
//! messages in one run.

mod allow;
mod form;

pub use allow::Allowance;
pub use form::{json, short};

use crate::source::{ProjectPath, Sources, Span};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing can be built until this is mended.
    Error,
    /// The result is built, but something is likely not as meant.
    Warning,
}

impl Severity {
    /// Returns the word that messages begin with.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// The stable name of a kind of message. Tests and suppressions use the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A file is not UTF-8, too large, or holds a forbidden character.
    UnreadableText,
    /// YAML that does not parse.
    BrokenYaml,
    /// Markdown that says something that Recto does not take.
    BrokenMarkdown,
    /// A formula that is not the LaTeX that Recto takes.
    BrokenMath,
    /// A key that is not one of the keys known at this place.
    UnknownKey,
    /// A key that must be there.
    MissingKey,
    /// A value of the wrong type or out of its range.
    InvalidValue,
    /// A bibliography that does not parse.
    BrokenBibliography,
    /// Two works under one citation key.
    DuplicateCiteKey,
    /// One work under two citation keys.
    DuplicateWork,
    /// A field of a work that is not known, or whose value says nothing.
    BibliographyField,
    /// A citation of a work that is in no bibliography.
    UnknownCiteKey,
    /// Two topics with one id.
    DuplicateTopic,
    /// A topic id that no topic has.
    UnknownTopic,
    /// Two figures, tables or sections with one label.
    DuplicateLabel,
    /// A reference to a label that nothing has.
    UnknownLabel,
    /// A topic that no publication takes.
    UnusedTopic,
    /// `see-also` that leads back to where it started.
    CircularSeeAlso,
    /// A figure with a label that no text refers to.
    UnmentionedFigure,
    /// Works that no topic cites or lists.
    UnusedWork,
    /// A work that is cited, without its year or pages.
    IncompleteWork,
    /// A claim without a source, where the section's kind asks for sources.
    MissingSource,
    /// A picture below the sources that no topic shows.
    UnusedImage,
    /// A picture without a text for those who cannot see it.
    MissingAlt,
    /// A picture that is not there.
    MissingImage,
    /// A picture that cannot be decoded, or is larger than the limits.
    UnreadableImage,
    /// A picture with no credit or no license.
    MissingCredit,
    /// A point of a mark that lies outside the picture.
    PointOutsideImage,
    /// An arrow or shape without extent.
    EmptyShape,
    /// A mark that the caption does not mention.
    UnusedMark,
    /// A mention in a caption of a mark that the figure does not have.
    UnknownMark,
    /// Two marks of a figure with one letter.
    DuplicateLetter,
    /// Two marks of a figure that look alike without colors.
    SimilarMarks,
    /// A mark that can hardly be seen on its picture without colors.
    FaintMark,
    /// A scale bar of a picture whose scale is not known, or one longer than it.
    ImpossibleScaleBar,
    /// Raw HTML in a text.
    RawHtml,
    /// A link whose scheme is not `http`, `https` or `mailto`.
    UnsafeLink,
    /// A project without a single topic.
    NoTopics,
    /// A citation style that is not known.
    UnknownStyle,
    /// A `.csl` file that is no citation style.
    BrokenStyle,
    /// A section kind that the manifest does not know.
    UnknownKind,
    /// Two section kinds with one id or name.
    DuplicateKind,
    /// A tag that no topic has.
    UnknownTag,
    /// A topic that stands in two places of a book.
    RepeatedTopic,
    /// A character that no font has.
    MissingGlyph,
    /// A picture that is printed with too few dots.
    CoarsePicture,
    /// A code to scan that is too small for a camera, or of an address too long for one.
    UnscannableCode,
    /// Text on a page that is too small to read.
    TinyText,
    /// Something on a page that is too near to its edge.
    OutsideMargin,
    /// A page with a few lines that ran over.
    ThinPage,
    /// Color on a page that is to be gray.
    ColoredInk,
    /// A file of an EPUB that is too large for some reading systems.
    HeavyBook,
    /// More pages than there may be.
    TooManyPages,
    /// Pages that find no room on the sheets that are asked for.
    ImpossibleSheets,
    /// A font that is not in the file of sheets.
    LooseFont,
    /// Boxes of a page that do not lie in each other.
    OddBoxes,
    /// More ink on a sheet than dries.
    HeavyInk,
    /// A line on a sheet that is too thin to be printed.
    Hairline,
    /// A press edition that no profile says the inks of.
    NoProfile,
    /// A profile that does not say which inks make a color.
    InvalidProfile,
    /// A layout that does not exist.
    UnknownLayout,
    /// A layout whose manifest or files are wrong.
    BrokenLayout,
    /// Two flashcards with one id.
    DuplicateFlashcard,
    /// A flashcard whose answer is too long.
    LongAnswer,
    /// A text that makes too many flashcards.
    ManyClozes,
    /// A flashcard whose question has its answer.
    VisibleAnswer,
    /// Two flashcards that ask the same.
    TwinFlashcards,
    /// An item that nothing tells from the others of its list.
    NoDiscriminator,
    /// A flashcard whose earlier self in `cards.lock` cannot be told for sure.
    AmbiguousFlashcard,
    /// A topic that is gone, whose flashcards learners may have.
    RetiredFlashcards,
    /// A `cards.lock` that cannot be read.
    BrokenLedger,
    /// A text of a picture's metadata in an output.
    LeakedIdentifier,
    /// Something in an output that is neither pixels nor what Recto writes.
    ForeignData,
}

impl Code {
    /// All of them. A test holds that none is left out.
    pub const ALL: &'static [Self] = &[
        Self::UnreadableText,
        Self::BrokenYaml,
        Self::BrokenMarkdown,
        Self::BrokenMath,
        Self::UnknownKey,
        Self::MissingKey,
        Self::InvalidValue,
        Self::BrokenBibliography,
        Self::DuplicateCiteKey,
        Self::DuplicateWork,
        Self::BibliographyField,
        Self::UnknownCiteKey,
        Self::DuplicateTopic,
        Self::UnknownTopic,
        Self::DuplicateLabel,
        Self::UnknownLabel,
        Self::UnusedTopic,
        Self::CircularSeeAlso,
        Self::UnmentionedFigure,
        Self::UnusedWork,
        Self::IncompleteWork,
        Self::MissingSource,
        Self::UnusedImage,
        Self::MissingAlt,
        Self::MissingImage,
        Self::UnreadableImage,
        Self::MissingCredit,
        Self::PointOutsideImage,
        Self::EmptyShape,
        Self::UnusedMark,
        Self::UnknownMark,
        Self::DuplicateLetter,
        Self::SimilarMarks,
        Self::FaintMark,
        Self::ImpossibleScaleBar,
        Self::RawHtml,
        Self::UnsafeLink,
        Self::NoTopics,
        Self::UnknownStyle,
        Self::BrokenStyle,
        Self::MissingGlyph,
        Self::CoarsePicture,
        Self::UnscannableCode,
        Self::TinyText,
        Self::OutsideMargin,
        Self::ThinPage,
        Self::ColoredInk,
        Self::HeavyBook,
        Self::TooManyPages,
        Self::ImpossibleSheets,
        Self::LooseFont,
        Self::OddBoxes,
        Self::HeavyInk,
        Self::Hairline,
        Self::NoProfile,
        Self::InvalidProfile,
        Self::UnknownLayout,
        Self::BrokenLayout,
        Self::DuplicateFlashcard,
        Self::LongAnswer,
        Self::ManyClozes,
        Self::VisibleAnswer,
        Self::TwinFlashcards,
        Self::NoDiscriminator,
        Self::AmbiguousFlashcard,
        Self::RetiredFlashcards,
        Self::DuplicateKind,
        Self::RepeatedTopic,
        Self::UnknownKind,
        Self::UnknownTag,
        Self::BrokenLedger,
        Self::LeakedIdentifier,
        Self::ForeignData,
    ];

    /// Returns the stable kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnreadableText => "unreadable-text",
            Self::BrokenYaml => "broken-yaml",
            Self::BrokenMarkdown => "broken-markdown",
            Self::BrokenMath => "broken-math",
            Self::UnknownKey => "unknown-key",
            Self::MissingKey => "missing-key",
            Self::InvalidValue => "invalid-value",
            Self::BrokenBibliography => "broken-bibliography",
            Self::DuplicateCiteKey => "duplicate-cite-key",
            Self::DuplicateWork => "duplicate-work",
            Self::BibliographyField => "bibliography-field",
            Self::UnknownCiteKey => "unknown-cite-key",
            Self::DuplicateTopic => "duplicate-topic",
            Self::UnknownTopic => "unknown-topic",
            Self::DuplicateLabel => "duplicate-label",
            Self::UnknownLabel => "unknown-label",
            Self::UnusedTopic => "unused-topic",
            Self::CircularSeeAlso => "circular-see-also",
            Self::UnmentionedFigure => "unmentioned-figure",
            Self::UnusedWork => "unused-work",
            Self::IncompleteWork => "incomplete-work",
            Self::MissingSource => "missing-source",
            Self::UnusedImage => "unused-image",
            Self::MissingAlt => "missing-alt",
            Self::MissingImage => "missing-image",
            Self::UnreadableImage => "unreadable-image",
            Self::MissingCredit => "missing-credit",
            Self::PointOutsideImage => "point-outside-image",
            Self::EmptyShape => "empty-shape",
            Self::UnusedMark => "unused-mark",
            Self::UnknownMark => "unknown-mark",
            Self::DuplicateLetter => "duplicate-letter",
            Self::SimilarMarks => "similar-marks",
            Self::FaintMark => "faint-mark",
            Self::ImpossibleScaleBar => "impossible-scale-bar",
            Self::RawHtml => "raw-html",
            Self::UnsafeLink => "unsafe-link",
            Self::NoTopics => "no-topics",
            Self::UnknownStyle => "unknown-style",
            Self::BrokenStyle => "broken-style",
            Self::UnknownKind => "unknown-kind",
            Self::DuplicateKind => "duplicate-kind",
            Self::UnknownTag => "unknown-tag",
            Self::RepeatedTopic => "repeated-topic",
            Self::MissingGlyph => "missing-glyph",
            Self::CoarsePicture => "coarse-picture",
            Self::UnscannableCode => "unscannable-code",
            Self::TinyText => "tiny-text",
            Self::OutsideMargin => "outside-margin",
            Self::ThinPage => "thin-page",
            Self::ColoredInk => "colored-ink",
            Self::HeavyBook => "heavy-book",
            Self::TooManyPages => "too-many-pages",
            Self::ImpossibleSheets => "impossible-sheets",
            Self::LooseFont => "loose-font",
            Self::OddBoxes => "odd-boxes",
            Self::HeavyInk => "heavy-ink",
            Self::Hairline => "hairline",
            Self::NoProfile => "no-profile",
            Self::InvalidProfile => "invalid-profile",
            Self::UnknownLayout => "unknown-layout",
            Self::BrokenLayout => "broken-layout",
            Self::DuplicateFlashcard => "duplicate-flashcard",
            Self::LongAnswer => "long-answer",
            Self::ManyClozes => "many-clozes",
            Self::VisibleAnswer => "visible-answer",
            Self::TwinFlashcards => "twin-flashcards",
            Self::NoDiscriminator => "no-discriminator",
            Self::AmbiguousFlashcard => "ambiguous-flashcard",
            Self::RetiredFlashcards => "retired-flashcards",
            Self::BrokenLedger => "broken-ledger",
            Self::LeakedIdentifier => "leaked-identifier",
            Self::ForeignData => "foreign-data",
        }
    }

    /// Tells whether there are warnings of this kind: only those can be
    /// allowed.
    pub fn may_warn(self) -> bool {
        matches!(
            self,
            Self::BrokenMarkdown
                | Self::BrokenMath
                | Self::DuplicateWork
                | Self::BibliographyField
                | Self::MissingCredit
                | Self::UnusedTopic
                | Self::CircularSeeAlso
                | Self::UnmentionedFigure
                | Self::UnusedWork
                | Self::IncompleteWork
                | Self::MissingSource
                | Self::UnusedImage
                | Self::SimilarMarks
                | Self::FaintMark
                | Self::CoarsePicture
                | Self::UnscannableCode
                | Self::TinyText
                | Self::OutsideMargin
                | Self::ThinPage
                | Self::ColoredInk
                | Self::LooseFont
                | Self::OddBoxes
                | Self::HeavyInk
                | Self::Hairline
                | Self::HeavyBook
                | Self::TooManyPages
                | Self::NoProfile
                | Self::LongAnswer
                | Self::ManyClozes
                | Self::VisibleAnswer
                | Self::TwinFlashcards
                | Self::NoDiscriminator
                | Self::AmbiguousFlashcard
                | Self::RetiredFlashcards
        )
    }
}

/// Where a message points.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A range of a text that was read.
    Span(Span),
    /// A file as a whole: one that has no text, or was never found.
    File(ProjectPath),
}

/// An action that the author can take, or a second place to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// What to do, or what is at `span`.
    pub text: String,
    /// Where; drawn as a second mark. `None` is a line at the end.
    pub span: Option<Span>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Its stable name.
    pub code: Code,
    /// One sentence: lower case at the start, no full stop, backticks round
    /// what the author wrote.
    pub message: String,
    /// Where it points; `None` for the project as a whole.
    pub place: Option<Place>,
    /// What to do about it.
    pub hints: Vec<Hint>,
}

impl Diagnostic {
    /// Starts an error.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// Starts a warning.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    fn new(severity: Severity, code: Code, message: String) -> Self {
        Self { severity, code, message, place: None, hints: Vec::new() }
    }

    /// Says where.
    pub fn at(mut self, span: Span) -> Self {
        self.place = Some(Place::Span(span));
        self
    }

    /// Says in which file, for a file that has no text to point into.
    pub fn in_file(mut self, path: &ProjectPath) -> Self {
        self.place = Some(Place::File(path.clone()));
        self
    }

    /// Says how to mend it.
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.hints.push(Hint { text: text.into(), span: None });
        self
    }

    /// Adds a hint if there is one.
    pub fn maybe_hint(self, text: Option<String>) -> Self {
        match text {
            Some(text) => self.hint(text),
            None => self,
        }
    }

    /// Points at a second place.
    pub fn hint_at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.hints.push(Hint { text: text.into(), span: Some(span) });
        self
    }
}

/// The sink that messages are written to.
#[derive(Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a message.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds all messages of another sink.
    pub fn append(&mut self, mut other: Self) {
        self.list.append(&mut other.list);
    }

    /// Keeps all places within their texts.
    pub fn fit(&mut self, sources: &Sources) {
        for diagnostic in &mut self.list {
            if let Some(Place::Span(span)) = &mut diagnostic.place {
                *span = sources.fit(*span);
            }
            for span in diagnostic.hints.iter_mut().filter_map(|hint| hint.span.as_mut()) {
                *span = sources.fit(*span);
            }
        }
    }

    /// Tells whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Tells whether there is an error among them.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Drops the warnings that the project allows.
    pub fn forgive(&mut self, allowed: &[Allowance], sources: &Sources) {
        if !allowed.is_empty() {
            self.list.retain(|diagnostic| {
                !allowed.iter().any(|allowance| allowance.covers(diagnostic, sources))
            });
        }
    }

    /// Returns how many messages of a severity there are.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// Returns the messages in the order of the sources, each only once: the
    /// handout and the book read the same topic, and say the same of it.
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| {
            (&a.place, a.severity, a.code, &a.message)
                .cmp(&(&b.place, b.severity, b.code, &b.message))
        });
        self.list.dedup();
        self.list
    }
}

/// Returns "did you mean `x`?" for the candidate nearest to what was written,
/// or `None` if nothing is near.
pub fn near_miss<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let folded = written.to_lowercase();
    let length = folded.chars().count();
    // Of a name of one or two characters, nothing is left to be near to.
    let limit = (written.chars().count() / 3).min(4);
    let distance = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        // Comparing takes time by the product of the lengths, and whoever has
        // one wrong name may have thousands.
        let near = length.abs_diff(candidate.chars().count()) <= limit;
        near.then(|| strsim::damerau_levenshtein(&folded, &candidate))
    };
    let (distance, best) = candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(candidate)?, candidate)))
        .min()?;
    (distance <= limit).then(|| format!("did you mean `{best}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_codes_are_in_the_list() {
        // The match of `name` is exhaustive, so its arms are all there are.
        let source = include_str!("mod.rs");
        let names = source.split_once("pub fn name(self)").map_or("", |(_, rest)| rest);
        for code in Code::ALL {
            assert!(names.contains(&format!("=> \"{}\",", code.name())), "{code:?}");
        }
        let arms = names.split("pub fn name").next().map_or(0, |_| source.matches("=> \"").count());
        let severities = 2;
        assert_eq!(Code::ALL.len(), arms - severities, "`Code::ALL` is not complete");
    }

    #[test]
    fn near_misses() {
        let keys = ["smith2019", "light2002", "title"];
        assert_eq!(near_miss("smtih2019", keys).as_deref(), Some("did you mean `smith2019`?"));
        assert_eq!(near_miss("Title", keys).as_deref(), Some("did you mean `title`?"));
        assert_eq!(near_miss("zebra", keys), None);
        assert_eq!(near_miss("x", []), None);
        assert_eq!(near_miss("b", ["a"]), None);
        assert_eq!(near_miss("Lang", ["lang"]).as_deref(), Some("did you mean `lang`?"));
    }
}
