//! The manifest: what `project` takes.

use serde_json::json;

use super::shape::{
    Object, Shape, any_of, defined, filled_text, flag, integer, language, list_of, name, number,
    one_of, one_or_list, path, text, translated,
};
use super::topic::authors;
use super::{cover, press};
use crate::diag::Code;
use crate::imposition::{Binding, Duplex, Imposition, Marks};
use crate::model::{
    CardRules, Color, Coloring, CsvTypes, FigureOverlay, FigureStyle, FurtherReading, ListScope,
    Look, ProfileLanguage, SourceRule, Standard, Variant,
};
use crate::project::{
    BLEED, BookFormat, CARDS, DPI, MILLIMETERS, PAGES, PIXELS, SHEETS, paper_names,
};

/// `recto.yaml`.
pub(super) fn manifest() -> Object {
    Object::new(
        "The manifest",
        "What a project says of itself, and what is made of it; every key may be left out.",
        json!({ "title": "Chest radiology", "identifier": "urn:example:chest-radiology", "lang": "en" }),
    )
    .key("title", text().says("The title of books and decks; else the folder's name."))
    .key("subtitle", text().says("The subtitle of books."))
    .key("name", file_name("What files are called; else the title in small letters, with hyphens."))
    .key(
        "identifier",
        text()
            .says("A name that is nobody else's and never changes: reviews hang on it.")
            .example("urn:example:chest-radiology"),
    )
    .key("authors", authors().says("Who wrote it."))
    .key("lang", language().says("The language, as a BCP 47 tag.").default("en"))
    .key(
        "smart",
        flag().says("Whether typed quotes, dashes and dots become printed ones.").default(true),
    )
    .key("publisher", text().says("The publisher."))
    .key("rights", text().says("Who may do what with it.").example("CC BY 4.0"))
    .key("description", text().says("One or two sentences on what it is."))
    .key(
        "subjects",
        one_or_list(text()).says("Keywords of the books.").example(json!(["Radiology", "Chest"])),
    )
    .key("date", date())
    .key(
        "section-kinds",
        list_of(defined("section-kind"))
            .says("Kinds of sections, besides those that are built in."),
    )
    .key("citation-style", citation_style().default("vancouver"))
    .key("references", defined("lists").says("How publications list works; each may say so itself."))
    .key(
        "bibliography",
        one_or_list(project_path())
            .says("Paths from the root of the project; else every bibliography below `sources/`."),
    )
    .key("handouts", list_of(defined("handouts")).says("PDF handouts; else one of every topic."))
    .key("books", list_of(defined("book")).says("Books; else one of all topics."))
    .key("decks", list_of(defined("deck")).says("Decks of flashcards; else one of all topics."))
    .key(
        "images",
        defined("images").says("How large outputs have pictures; else good sizes are chosen."),
    )
    .key(
        "allow",
        one_or_list(any_of([warning(), defined("allowance")]))
            .says("Warnings that are not shown, by their codes.")
            .example(json!(["missing-credit"])),
    )
}

/// The value of `images`.
pub(super) fn images() -> Object {
    Object::new(
        "Sizes of pictures",
        "How large outputs have pictures.",
        json!({ "print": { "dpi": 300 }, "epub": { "pixels": 1200, "bytes": "400 kB" } }),
    )
    .key("print", defined("print-limits").says("In PDF."))
    .key("epub", defined("bounds").says("In EPUB."))
    .key("anki", defined("bounds").says("On cards."))
}

/// `print` of `images`.
pub(super) fn print_limits() -> Object {
    Object::new(
        "Pictures in print",
        "How large PDF has pictures.",
        json!({ "dpi": 300, "pixels": 6000 }),
    )
    .key("dpi", within(DPI).says("The resolution that is kept at the printed size.").default(300))
    .key("pixels", within(PIXELS).says("The most pixels on the longer side.").default(6000))
}

/// `epub` and `anki` of `images`.
pub(super) fn bounds() -> Object {
    Object::new(
        "Pictures on screens",
        "How large books and cards have pictures.",
        json!({ "pixels": 1600, "bytes": "600 kB" }),
    )
    .key("pixels", within(PIXELS).says("The most pixels on the longer side."))
    .key(
        "bytes",
        text()
            .says("The most bytes of a file, 20 kB to 100 MB.")
            .with("pattern", BYTES)
            .with("minimum", 20_000)
            .with("maximum", 100_000_000)
            .example("600 kB"),
    )
}

/// 20 kB to 100 MB.
const BYTES: &str = concat!(
    r"^\s*(([2-9][0-9]|[1-9][0-9]{2,4})(\.[0-9]+)?\s*kB",
    r"|([1-9][0-9]?(\.[0-9]+)?|100|0\.[1-9][0-9]*)\s*MB)\s*$"
);

pub(super) fn within((least, most): (u32, u32)) -> Shape {
    integer().with("minimum", least).with("maximum", most)
}

/// An entry of `allow` that is about some files only.
pub(super) fn allowance() -> Object {
    Object::new(
        "An allowed warning",
        "A warning that is not shown of some files.",
        json!({ "code": "missing-credit", "files": ["sources/old/*"] }),
    )
    .required("code", warning())
    .key(
        "files",
        any_of([text(), list_of(text()).with("minItems", 1)])
            .says("Paths from the root of the project; `*` stands for any characters.")
            .example("sources/old/*"),
    )
}

/// The code of a warning.
fn warning() -> Shape {
    let codes = Code::ALL.iter().filter(|code| code.may_warn()).map(|code| code.name());
    one_of(codes).says("The code of a warning.")
}

/// An entry of `section-kinds`.
pub(super) fn section_kind() -> Object {
    Object::new(
        "A kind of sections",
        "What sections of one kind are called, and how they are printed and asked.",
        json!({ "id": "pearl", "names": { "en": "Pearl", "de": "Merke" }, "look": "boxed" }),
    )
    .required("id", name().says("Its name, for `kind`.").example("imaging"))
    .key(
        "names",
        any_of([heading(), translated(heading())])
            .says("The heading of such a section: a text, or one for each language."),
    )
    .key(
        "synonyms",
        one_or_list(heading())
            .says("Other headings of such sections.")
            .example(json!(["Radiographic features", "Bildgebung"])),
    )
    .key("order", integer().says("Its place among the kinds that have one.").example(1))
    .key(
        "look",
        one_of(Look::ALL.map(Look::name))
            .says("How its sections look.")
            .default(Look::default().name()),
    )
    .key(
        "color",
        any_of([
            one_of(Color::ALL.map(Color::name)),
            text().with("type", "string").with("pattern", "^#[0-9A-Fa-f]{6}$"),
        ])
        .says("The color of the box, in quotes.")
        .example("#1d4f73"),
    )
    .key(
        "cards",
        one_or_list(one_of(CardRules::NAMES))
            .says("What flashcards are made of; `[]` for nothing.")
            .default(json!(CardRules::DEFAULT)),
    )
    .key(
        "sources",
        one_of(SourceRule::ALL.map(SourceRule::name))
            .says("Whether each claim must cite a work.")
            .default(SourceRule::default().name()),
    )
}

/// A text that holds a letter or digit.
fn heading() -> Shape {
    text().with("pattern", r"[\p{Alphabetic}\p{N}]")
}

/// An entry of `handouts`.
pub(super) fn handouts() -> Object {
    Object::new(
        "Handouts",
        "A PDF of each selected topic.",
        json!({ "topics": ["chest-*"], "paper": "letter" }),
    )
    .key("topics", topics())
    .key("layout", layout("handout"))
    .key("options", options())
    .key("paper", paper("a4"))
    .key(
        "pages",
        pages().says("How many pages each may take: its layout is set tighter until they suffice."),
    )
    .key("sheets", sheets().says("The same in sheets, which have two pages."))
    .key("large-print", flag().says("Whether text is never smaller than 12 pt.").default(false))
    .key("variants", variants())
    .key("figures", figures())
    .key("color", color())
    .key("standard", standard())
    .key("bleed", bleed())
    .key("press", press::of_pages())
    .key("print", printings())
    .key("citation-style", citation_style())
    .key("references", defined("handout-lists").says("How they list works; else as the project."))
}

/// An entry of `books`.
pub(super) fn book() -> Object {
    Object::new(
        "A book",
        "A PDF and an EPUB of the same topics, or one of them.",
        json!({ "name": "pleura", "title": "The pleura", "topics": ["*-pleura"] }),
    )
    .key("name", file_name("What the files are called; else as the project's."))
    .key("title", text().says("Its own title; else the project's."))
    .key("subtitle", text().says("Its own subtitle; else the project's."))
    .key("formats", formats())
    .key("lang", language().says("The language of its words; else the project's."))
    .key("front-matter", topics().says("Topics before the chapters."))
    .key("topics", topics().says("Its chapters; with `parts`, those before them."))
    .key("parts", list_of(defined("part")).says("Parts, each of some chapters."))
    .key("back-matter", topics().says("Topics after the chapters."))
    .key("layout", layout("book"))
    .key("options", options())
    .key("paper", paper("b5"))
    .key("figures", figures())
    .key("figure-overlay", figure_overlay())
    .key("color", color())
    .key("standard", standard())
    .key("bleed", bleed())
    .key("press", press::of_pages())
    .key("print", cover::of_book())
    .key("citation-style", citation_style())
    .key("references", defined("lists").says("How it lists works; else as the project."))
    .key(
        "cover",
        project_path()
            .says("The picture on the cover of the EPUB, by its path from the root of the project.")
            .example("sources/images/cover.jpg"),
    )
    .key(
        "certified-by",
        filled_text().says(
            "Who vouches that the EPUB conforms to EPUB Accessibility 1.1 at WCAG 2.2 level AA.",
        ),
    )
}

/// An entry of `print`.
pub(super) fn printing() -> Object {
    Object::new(
        "Sheets",
        "How pages are put on sheets, to be printed, folded and cut.",
        json!({ "imposition": "six-up", "duplex": "long-edge" }),
    )
    .with(
        "examples",
        json!([
            { "imposition": "six-up", "duplex": "long-edge" },
            { "imposition": "four-up", "notes": true },
            { "imposition": "booklet", "paper": "a4", "duplex": "short-edge" },
            { "imposition": "perfect-bound", "signature": 4, "creep": 0.1, "milling": 3 },
            { "imposition": "repeat", "gap": 4 },
        ]),
    )
    .required("imposition", imposition())
    .key("paper", sheet())
    .key("duplex", duplex())
    .key(
        "signature",
        within(SHEETS).says("How many sheets are folded together; else all, or four of a book."),
    )
    .key("creep", millimeters().says("How thick a folded sheet is, in millimeters.").default(0))
    .key("milling", millimeters().says("How much of the back is milled off.").default(0))
    .key("gap", millimeters().says("How far copies stand apart.").default(0))
    .key("notes", flag().says("Whether there are lines to write on.").default(false))
    .key("margin", millimeters().says("How much of the edges the printer does not reach."))
    .key(
        "scale",
        any_of([
            one_of(["shrink", "fit"]),
            text().with("type", "string").with("pattern", r"^([1-9][0-9]{0,2}(\.[0-9]+)?|1000)%$"),
        ])
        .says("How large pages become.")
        .default("shrink")
        .example("71%"),
    )
    .key(
        "binding",
        one_of(Binding::NAMES.map(|(name, _)| name))
            .says("Where pages are bound; else as the language is read."),
    )
    .key("marks", marks())
}

/// An entry of `print` of a deck.
pub(super) fn card_sheets() -> Object {
    Object::new(
        "Sheets of cards",
        "Flashcards of paper, with their backs behind them, to be cut out.",
        json!({ "size": "a7", "paper": "a4", "duplex": "long-edge" }),
    )
    .required("size", card_size())
    .key("paper", sheet())
    .key("duplex", duplex())
    .key("margin", millimeters().says("How much of the edges the printer does not reach."))
    .key("marks", marks())
}

fn card_size() -> Shape {
    one_of(CARDS).says("How large cards are.")
}

pub(super) fn sheet() -> Shape {
    any_of([
        one_of(crate::imposition::paper_names()),
        text()
            .with("type", "string")
            .with("pattern", r"^([2-9][0-9]|[1-9][0-9]{2})x([2-9][0-9]|[1-9][0-9]{2})$"),
    ])
    .says("The paper, by its name or its size in millimeters; else as is usual.")
    .example("sra3")
}

fn duplex() -> Shape {
    one_of(Duplex::NAMES.map(|(name, _)| name))
        .says("About which edge the printer turns sheets over; else as is usual.")
}

pub(super) fn marks() -> Shape {
    one_or_list(one_of(Marks::NAMES.map(|(name, _)| name)))
        .says("What is drawn outside of pages.")
        .example("all")
}

fn printings() -> Shape {
    one_or_list(any_of([imposition(), defined("printing")]))
        .says("Sheets that the pages are put on, each a file of its own.")
        .example(json!(["booklet"]))
}

pub(super) fn imposition() -> Shape {
    one_of(Imposition::NAMES.map(|(name, _)| name)).says("In what way pages are put on sheets.")
}

fn millimeters() -> Shape {
    let (least, most) = MILLIMETERS;
    number().with("minimum", least).with("maximum", most)
}

/// An entry of `parts`.
pub(super) fn part() -> Object {
    Object::new(
        "A part",
        "Chapters under one title.",
        json!({ "title": "The chest", "topics": ["tag:chest"] }),
    )
    .required("title", filled_text().says("Its title."))
    .required("topics", topics().says("Its chapters."))
}

/// An entry of `decks`.
pub(super) fn deck() -> Object {
    Object::new(
        "A deck",
        "The flashcards of topics, as an Anki package and as CSV.",
        json!({ "title": "Radiology::Chest", "topics": ["chest-*"] }),
    )
    .key("name", file_name("What the files are called; else as the project's."))
    .key("title", text().says("Its name in Anki; `::` parts the levels."))
    .key("topics", topics())
    .key(
        "print",
        one_or_list(any_of([card_size(), defined("card-sheets")]))
            .says("Sheets of its cards, to be cut out, each a file of its own.")
            .example(json!(["a7"])),
    )
    .key(
        "csv",
        one_of(CsvTypes::NAMES.map(|(name, _)| name))
            .says(
                "Which note types the CSV names: Recto's, which its package brings, or Anki's own.",
            )
            .default("own-types"),
    )
    .key(
        "profile",
        one_of(ProfileLanguage::NAMES.map(|(name, _)| name))
            .says("The language that learners' Anki was set up in: its own types are named in it.")
            .default("en"),
    )
    .key("citation-style", citation_style())
    .key("references", defined("deck-lists").says("How works are numbered; else as in its book."))
}

/// `references` of the manifest and of an entry of `books`.
pub(super) fn lists() -> Object {
    Object::new(
        "Lists of references",
        "What is listed together, and what a work tells.",
        json!({ "scope": "chapter", "further-reading": "separate", "back-references": true }),
    )
    .key("scope", scope())
    .key("further-reading", further_reading())
    .key("back-references", back_references())
}

/// `references` of an entry of `handouts`.
pub(super) fn handout_lists() -> Object {
    Object::new(
        "Lists of references of handouts",
        "What is listed together, and what a work tells; each handout has its own list.",
        json!({ "further-reading": "separate", "back-references": true }),
    )
    .key("further-reading", further_reading())
    .key("back-references", back_references())
}

/// `references` of an entry of `decks`.
pub(super) fn deck_lists() -> Object {
    Object::new(
        "Lists of references of a deck",
        "How works are numbered, so that cards say what the book says.",
        json!({ "scope": "chapter", "further-reading": "separate" }),
    )
    .key("scope", scope())
    .key("further-reading", further_reading())
}

fn pages() -> Shape {
    within(PAGES)
}

fn sheets() -> Shape {
    within((PAGES.0, PAGES.1 / 2))
}

fn citation_style() -> Shape {
    text()
        .says("A style of the CSL repository, by its name.")
        .with("examples", json!(["vancouver", "ama", "apa", "ieee"]))
}

fn scope() -> Shape {
    one_of(ListScope::NAMES.map(|(name, _)| name))
        .says("What a list is of: the book, or each chapter, whose numbers begin anew.")
        .default("book")
}

fn further_reading() -> Shape {
    one_of(FurtherReading::NAMES.map(|(name, _)| name))
        .says("Whether works that are not cited stand among the others, or in a list of their own.")
        .default("merged")
}

fn back_references() -> Shape {
    flag().says("Whether a work tells where it is cited; else books do, and handouts do not.")
}

/// A selection of topics.
fn topics() -> Shape {
    one_or_list(text().with("pattern", r#"^(not:\s*)?(tag:[^"]*[^"\s][^"]*|[^:]*)$"#))
        .says("Topics by id or `tag:…`, in order; `*` stands for any characters; `not:…` leaves out; else all.")
        .example(json!(["chest-basics", "tag:chest", "not:chest-old"]))
}

fn layout(default: &str) -> Shape {
    text().says("A PDF layout, by its name.").default(default)
}

/// Only the layout knows what they may be.
fn options() -> Shape {
    text()
        .with("type", "object")
        .says("The options of its layout: `recto layouts list` tells what there are.")
        .example(json!({ "columns": 2 }))
}

fn paper(default: &str) -> Shape {
    one_of(paper_names()).says("The paper.").default(default)
}

fn color() -> Shape {
    one_of(Coloring::NAMES.map(|(name, _)| name))
        .says("Whether pages are printed in color or in black alone.")
        .default("full")
}

fn standard() -> Shape {
    one_of(Standard::NAMES.map(|(name, _)| name))
        .says("The standard that the PDF keeps to: PDF/A by part and level, or a version of PDF.")
        .default("a-2a")
}

fn bleed() -> Shape {
    cover::length(BLEED)
        .says("How far what is drawn at the edges goes on beyond them, to be cut off.")
        .default(0)
        .example("3mm")
}

fn variants() -> Shape {
    one_or_list(one_of(Variant::ALL.map(Variant::name)))
        .says("For whom each handout is made: with what is to be learned, with blanks for it, with the blanks filled, or a key of the answers.")
}

fn formats() -> Shape {
    one_or_list(one_of(BookFormat::ALL.map(BookFormat::name)))
        .says("What it is made as; else as both. An EPUB alone has no list of printed pages.")
}

fn figure_overlay() -> Shape {
    one_of(FigureOverlay::ALL.map(FigureOverlay::name))
        .says("How its EPUB shows marks: as pixels of the picture, or drawn over it.")
        .default(FigureOverlay::default().name())
}

fn figures() -> Shape {
    one_of(FigureStyle::ALL.map(FigureStyle::name))
        .says("How figures with marks are shown: with them; without and with, side by side; or without, to find first.")
        .default(FigureStyle::default().name())
}

fn file_name(description: &str) -> Shape {
    name().says(description)
}

/// A path from the root of the project, which it cannot leave.
pub(super) fn project_path() -> Shape {
    path().but_not(r"^.:|^(\./)*(\.\.(/|$)|\.?$)").example("refs/chest.bib")
}

/// A day, month or year.
fn date() -> Shape {
    text()
        .says("The date of publication: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.")
        .with("type", json!(["string", "integer"]))
        .with("pattern", r"^\s*[0-9]{4}(-(0?[1-9]|1[0-2])(-(0?[1-9]|[12][0-9]|3[01]))?)?\s*$")
        .with("minimum", 1000)
        .with("maximum", 9999)
        .example("2026-01-31")
}
