//! The document model: what an author wrote, and the edition made of it.
//!
//! Does: holds the types that every other room meets in, their constructors,
//! and one walk over the tree. Knows: spans, and CSL's variables. Must not
//! know: serde, the file system, Typst, EPUB, Anki, layouts.
//!
//! There are two halves:
//!
//! 1. [`Document`] is what was written: [`Topic`]s of [`Section`]s of
//!    [`Block`]s of [`Inline`]s. Readers make it and nothing changes it.
//! 2. [`Edition`] is what becomes known when topics are put together into one
//!    publication: numbers, rendered citations, the flashcards. It holds tables
//!    beside the tree, keyed by [`NodeId`], so that the same topic can be figure
//!    1 in its handout and figure 7 in the book.
//!
//! Input shapes live in `read`, output shapes in the writers; nothing here
//! derives serde, so that the model can change without changing either.

mod address;
mod blob;
mod block;
mod citation;
mod credit;
mod deck;
mod edition;
mod figure;
mod flashcard;
mod identifier;
mod inline;
mod isbn;
mod kind;
mod language;
mod mark;
mod math;
mod media;
mod metadata;
mod pagination;
mod press;
mod taxonomy;
mod variant;
mod walk;
mod work;

pub use address::{address_length, address_part, web_address};
pub use blob::{Blob, Shelf, WeakBlob};
pub use block::{
    Alignment, Block, Callout, CalloutKind, CodeBlock, Controls, Definition, DefinitionList, List,
    ListItem, Paragraph, Quote, Section, Status, Table, Topic,
};
pub use citation::{
    Bibliography, Citation, CitationForm, CitationItem, CiteKey, FurtherReading, ListScope,
    ListSettings, Locator, Reference,
};
pub use credit::{Credit, SharedCredit};
pub use deck::{CsvTypes, ProfileLanguage};
pub use edition::{
    Anchor, CitationPart, CrossReferenceText, Edition, GlossaryEntry, IndexEntry, Matter, Numbered,
    NumberedKind, Outline, Part, Question, ReferenceList, ReferenceListKind, RenderedCitation,
    RenderedReference,
};
pub use figure::{
    Caption, Coordinate, Crop, Excerpt, Figure, FigureOverlay, FigureStyle, Image, Panel,
    PixelSize, Point, Ratio, Window,
};
pub use flashcard::{
    CardBlock, CardContent, FigureQuestion, Flashcard, FlashcardId, FlashcardKind,
};
pub use identifier::{InvalidIdentifier, KindId, Label, MarkId, NodeId, Tag, TopicId};
pub use inline::{
    Cloze, CrossReference, Footnote, Foreign, IndexTerm, Indexed, Inline, LONGEST_CODE, Link,
    MarkReference, Target, plain_text, plain_text_with_blanks,
};
pub use isbn::Isbn;
pub use kind::{CardRules, Look, SectionKind, SectionKinds, SourceRule, heading_key};
pub use language::{Direction, Language};
pub use mark::{
    Area, Color, Length, LengthUnit, Letter, Mark, MarkForm, MarkMention, MarkSymbol, Shape, Style,
};
pub use math::{
    DelimiterRole, Equation, Math, MathNode, MathStyle, MathTable, MathTableKind, OperatorRole,
    ScriptPlace, TextFont,
};
pub use media::{Bounds, ImageSettings, Media, MediaFormat, MediaSet, Origin, PrintLimits};
pub use metadata::{Contributor, Date, Document, Metadata, Role};
pub use pagination::{
    Pagination, Printed, PrintedKind, PrintedPage, PrintedPlace, letters, push_letter,
};
pub use press::{Bleed, Coloring, PressSettings, Standard};
pub use taxonomy::{VARIABLES, WORK_KINDS, variable_named, work_kind_named};
pub use variant::Variant;
pub use walk::{
    LineEditor, Visitor, edit_blocks, edit_lines, walk_block, walk_blocks, walk_inline,
    walk_inlines, walk_topic,
};
pub use work::{
    DateVariable, Dress, Name, NameList, NameVariable, NumberVariable, PageVariable, PartialDate,
    PersonName, RichText, Run, Script, StandardVariable, Variable, VariableMap, WithinYear, Work,
    WorkDate, WorkKind, doi_address,
};
