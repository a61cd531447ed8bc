//! The manifest, `recto.yaml`: what a project says of itself, and what is made
//! of it.
//!
//! Knows: YAML, messages, the model's metadata. Must not know: the content of
//! topics, any output format.
//!
//! A project without a manifest is a project with an empty one: all defaults
//! hold.

mod allow;
mod book;
mod citing;
mod cover;
mod images;
mod kinds;
mod length;
mod press;
mod printing;
mod publications;
mod selection;

pub use book::{Book, BookFormat};
pub use citing::Citing;
pub use cover::{ALLOWANCE, BULK, CoverOf, GRAMMAGE, PAGES_PER_INCH, THICKNESS};
pub use images::{DPI, PIXELS};
pub use press::{INK, PressEdition, USUAL_INK};
pub use printing::{CARDS, CardSheets, MILLIMETERS, Printing, SHEETS};
pub use publications::{BLEED, Deck, GivenOptions, Handouts, PAGES, paper_names};
pub use selection::Selection;

use self::citing::{Holder, Said};
use self::publications::{
    budget, choice, figures, file_name, large_print, layout, options, paper, press, publications,
    unique_names, variants,
};
use crate::diag::{Allowance, Code, Diagnostic, Diagnostics};
use crate::files::{FileError, Files};
use crate::imposition::Imposition;
use crate::model::{
    Contributor, CsvTypes, Date, ImageSettings, Label, Language, Metadata, ProfileLanguage,
    SectionKinds,
};
use crate::read::{yaml_contributors, yaml_language};
use crate::source::{FileId, ProjectPath, Sources, Span, Spanned};
use crate::yaml::{self, Fields, Node, OffsetMap};

/// The name of the manifest.
pub const MANIFEST: &str = "recto.yaml";
/// The folder of topics, pictures and bibliographies.
pub const SOURCES: &str = "sources";

/// What a project says of itself.
#[derive(Debug, Clone)]
pub struct Project {
    /// Metadata that all publications share.
    pub metadata: Metadata,
    /// The name of files that need one.
    pub name: String,
    /// Whether typed quotation marks, dashes and dots become printed ones, in
    /// topics that do not say.
    pub smart: bool,
    /// The kinds of sections.
    pub kinds: SectionKinds,
    /// The citation style of publications that name none.
    pub citation_style: Option<Spanned<String>>,
    /// The bibliographies; `None` for all that are found below
    /// `sources/`.
    pub bibliographies: Option<Vec<Spanned<ProjectPath>>>,
    /// Handouts: one PDF of each topic that is selected.
    pub handouts: Vec<Handouts>,
    /// Books: one EPUB and one PDF each.
    pub books: Vec<Book>,
    /// Decks: one package and one CSV each.
    pub decks: Vec<Deck>,
    /// How large outputs have pictures.
    pub images: ImageSettings,
    /// The manifest; an empty text, if there is none.
    pub file: FileId,
    /// Warnings that the project does not want to see.
    pub allowed: Vec<Allowance>,
}

const WHAT: &str = "the manifest";

impl Project {
    /// Reads the manifest, if there is one. `fallback` is the title of a
    /// project that gives itself none: most often, its folder's name.
    ///
    /// # Errors
    /// If the manifest is there but cannot be read.
    pub fn read(
        files: &dyn Files,
        fallback: &str,
        sources: &mut Sources,
        diagnostics: &mut Diagnostics,
    ) -> Result<Self, FileError> {
        let path = ProjectPath::new(MANIFEST).expect("a plain name is a path");
        let bytes = match files.read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.is_missing() => Vec::new(),
            Err(error) => return Err(error),
        };
        let text = String::from_utf8(bytes).unwrap_or_else(|_| {
            diagnostics.push(
                Diagnostic::error(Code::UnreadableText, "this file is not UTF-8")
                    .in_file(&path)
                    .hint("save it with the encoding UTF-8"),
            );
            String::new()
        });
        let file = sources.add(path, text.clone());
        let node = yaml::parse_content(&text, file, &OffsetMap::shifted(0), diagnostics);
        let span = Span::new(file, 0, 0);
        let empty = Node { value: yaml::Value::Mapping(Vec::new()), span };
        Ok(Self::decode(node.unwrap_or(empty), fallback, diagnostics))
    }

    fn decode(node: Node, fallback: &str, diagnostics: &mut Diagnostics) -> Self {
        let file = node.span.file;
        let mut fields = Fields::new(node, WHAT, diagnostics);
        let text = |fields: &mut Fields, key, diagnostics: &mut Diagnostics| {
            fields.text(key, diagnostics).map(|text| text.value)
        };
        let title =
            text(&mut fields, "title", diagnostics).filter(|title| !title.trim().is_empty());
        let title = title.unwrap_or_else(|| fallback.to_owned());
        let subtitle = text(&mut fields, "subtitle", diagnostics);
        let name = fields.text("name", diagnostics).map(|name| read_name(&name, diagnostics));
        let name = name.unwrap_or_else(|| slug(&title));
        let contributors: Vec<Contributor> = yaml_contributors(fields.list("authors"), diagnostics);
        let language =
            fields.text("lang", diagnostics).and_then(|tag| yaml_language(&tag, diagnostics));
        let identifier = text(&mut fields, "identifier", diagnostics);
        let publisher = text(&mut fields, "publisher", diagnostics);
        let rights = text(&mut fields, "rights", diagnostics);
        let description = text(&mut fields, "description", diagnostics);
        let subjects =
            fields.texts("subjects", diagnostics).into_iter().map(|text| text.value).collect();
        let published =
            fields.text("date", diagnostics).and_then(|date| read_date(&date, diagnostics));
        let smart = fields.flag_or("smart", true, diagnostics);
        let kinds = kinds::take(&mut fields, diagnostics);
        let said = Said::take(&mut fields, Holder::Manifest, diagnostics);
        let bibliographies = fields.take("bibliography").map(|node| match node.value {
            yaml::Value::List(items) => items,
            _ => vec![node],
        });
        let bibliographies = bibliographies.map(|nodes| {
            nodes
                .into_iter()
                .filter_map(|node| read_path(node, "bibliography", diagnostics))
                .collect()
        });
        let metadata = Metadata {
            identifier: identifier.unwrap_or_else(|| format!("recto:{name}")),
            title: title.clone(),
            subtitle,
            contributors,
            language: language.unwrap_or_else(Language::english),
            publisher,
            rights,
            description,
            subjects,
            published,
        };
        let handouts = publications(&mut fields, "handouts", diagnostics, |fields, diagnostics| {
            let press = press(fields, diagnostics);
            Handouts {
                topics: Selection::take(fields, diagnostics),
                layout: layout(fields, "handout", diagnostics),
                options: options(fields, diagnostics),
                paper: paper(fields, "a4", diagnostics),
                budget: budget(fields, diagnostics),
                large_print: large_print(fields, diagnostics),
                variants: variants(fields, diagnostics),
                figures: figures(fields, diagnostics),
                press,
                press_edition: press::edition(fields, press.coloring, diagnostics),
                print: printing::print(fields, &Imposition::NAMES, diagnostics),
                citing: Said::take(fields, Holder::Handouts, diagnostics)
                    .or(&said)
                    .settled(Holder::Handouts),
            }
        });
        let books = publications(&mut fields, "books", diagnostics, |fields, diagnostics| {
            let own = Said::take(fields, Holder::Books, diagnostics).or(&said);
            Book::take(fields, &name, own.settled(Holder::Books), diagnostics)
        });
        let first = books.first().map(|book| Said::from(&book.citing));
        let decks = publications(&mut fields, "decks", diagnostics, |fields, diagnostics| {
            let topics = Selection::take(fields, diagnostics);
            // A deck of all topics goes with the first book.
            let others = first.as_ref().filter(|_| topics.is_all()).unwrap_or(&said);
            let citing = Said::take(fields, Holder::Decks, diagnostics).or(others);
            Deck {
                name: file_name(fields, &name, diagnostics),
                title: text(fields, "title", diagnostics).unwrap_or_else(|| title.clone()),
                topics,
                csv: choice(fields, "csv", &CsvTypes::NAMES, &[], diagnostics),
                profile: choice(fields, "profile", &ProfileLanguage::NAMES, &[], diagnostics),
                print: printing::cards(fields, diagnostics),
                citing: citing.settled(Holder::Decks),
            }
        });
        let images = images::take(&mut fields, diagnostics);
        let allowed = allow::take(&mut fields, diagnostics);
        fields.finish(WHAT, diagnostics);
        unique_names("books", books.iter().map(|book| &book.name), diagnostics);
        unique_names("decks", decks.iter().map(|deck| &deck.name), diagnostics);
        Self {
            metadata,
            name,
            smart,
            kinds,
            citation_style: said.style,
            bibliographies,
            handouts,
            books,
            decks,
            images,
            file,
            allowed,
        }
    }
}

/// Returns a name for files; after a message, one that will do where it cannot
/// be one.
fn read_name(written: &Spanned<String>, diagnostics: &mut Diagnostics) -> String {
    if Label::new(&written.value).is_ok() {
        return written.value.clone();
    }
    diagnostics.push(
        Diagnostic::error(Code::InvalidValue, format!("`{}` cannot name a file", written.value))
            .at(written.span)
            .hint("use letters, digits, `-`, `_` and `.`"),
    );
    slug(&written.value)
}

/// Returns the name that a title gives to files.
fn slug(title: &str) -> String {
    Label::from_heading(title).map_or_else(|| "book".to_owned(), |label| label.as_str().to_owned())
}

fn read_date(written: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<Date> {
    let date = Date::new(&written.value);
    if date.is_none() {
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, format!("`{}` is not a date", written.value))
                .at(written.span)
                .hint("write `YYYY-MM-DD`"),
        );
    }
    date
}

/// Reads the path of a file, from the root of the project.
fn read_path(
    node: Node,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<ProjectPath>> {
    let written = yaml::expect_text(node, key, diagnostics)?;
    match ProjectPath::new(&written.value) {
        Ok(path) => Some(Spanned::new(path, written.span)),
        Err(reason) => {
            diagnostics.push(Diagnostic::error(Code::InvalidValue, reason).at(written.span));
            None
        }
    }
}
