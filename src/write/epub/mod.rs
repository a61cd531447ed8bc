//! Editions to EPUB 3.3.
//!
//! Does: turns an edition into one book, with a layout's templates and style.
//! Knows: EPUB and accessibility. Must not know: Typst, Anki, the disk.
//!
//! The steps:
//!
//! 1. [`survey`] goes over the topics once and gives every chapter a file and
//!    every place an id, so that links can lead forward.
//! 2. [`chapter`], [`works`] and [`lists`] make the data of each page; [`prose`]
//!    writes the running text.
//! 3. [`filling`]: a template makes the page's content of it, and the layout's entry
//!    puts the frame around. Chapters are made side by side.
//! 4. [`page_breaks`] marks where the pages of the printed twin begin.
//! 5. [`inspect`] reads each page again: what is not XML is refused, and what is
//!    found is what [`package`] and [`accessibility`] say of the book.
//! 6. [`container`] packs it all.

mod accessibility;
mod address;
mod book;
mod chapter;
mod container;
mod descriptions;
mod drawn;
mod filling;
mod formula;
mod index;
mod inspect;
mod limits;
mod listen;
mod lists;
mod package;
mod page_breaks;
mod panels;
mod prose;
mod questions;
mod quiet;
mod scan;
mod survey;
mod works;

use std::collections::BTreeMap;
use std::io::{Seek, Write};

use serde::Serialize;

use self::container::{Content, Entry};
use self::filling::{Filler, Leaf};
use self::inspect::Findings;
use self::package::{Manifest, PackageData};
use self::page_breaks::PageLink;
use self::prose::Matter;
use self::survey::{Chapter, Survey};
use self::works::Cited;
use super::illustration::{Illustrations, Picture};
use super::template::Data;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::layout::Layout;
use crate::model::{
    Edition, Figure, FigureOverlay, FlashcardKind, Language, Matter as Place, NumberedKind,
    Pagination, Panel, Visitor, plain_text, walk_blocks,
};
use crate::parallel::in_order;
use crate::words::Words;

/// The folder of pictures in the book.
const IMAGES: &str = "images";
/// The navigation document; it is in the book, but not in its spine.
const NAV: &str = "nav.xhtml";

/// What a book is made with, beside the edition and the layout.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The moment of the last change, in seconds since 1970, UTC.
    pub modified: i64,
    /// The cover, as PNG or JPEG; without one the book opens at its title page.
    pub cover: Option<&'a [u8]>,
    /// Who vouches that the book conforms to EPUB Accessibility 1.1 at WCAG 2.2
    /// level AA. No program can tell that, so it is never claimed unasked.
    pub certified_by: Option<&'a str>,
    /// How it shows marks.
    pub overlay: FigureOverlay,
    /// The pages of the book's printed twin.
    pub pagination: Option<&'a Pagination>,
    /// On how many threads it is made.
    pub jobs: usize,
}

/// Writes an edition as a book: the bytes of the `.epub` go to `out`, and pictures are
/// read one after the other on the way. `None` if the layout is broken or a file
/// cannot be written; the messages say where.
pub fn write(
    edition: &Edition,
    illustrations: &Illustrations,
    layout: &Layout,
    options: &Options<'_>,
    out: impl Write + Seek,
    diagnostics: &mut Diagnostics,
) -> Option<()> {
    let is_marked = |panel: &Panel| {
        illustrations.get(panel.id).is_some_and(|illustration| illustration.annotated.is_some())
    };
    let has_marks = |figure: &Figure| figure.panels.iter().any(is_marked);
    let survey = Survey::of(edition, has_marks);
    let matter = Matter { edition, illustrations, survey: &survey, overlay: options.overlay };
    let mut writer = Writer {
        matter,
        filler: Filler::new(layout, languages(edition, &survey)),
        options,
        data: Data::default().with("book", &book::data(edition, options.modified)),
        pages: Vec::new(),
        printed: Vec::new(),
        last_printed: None,
        findings: Findings::default(),
        diagnostics,
    };
    writer.pages()?;
    writer.pack(out)
}

/// A page of the book, in the order of the spine.
#[derive(Debug, Serialize)]
struct Page {
    /// The name of its kind: `title`, `contents`, `chapter`, ….
    name: &'static str,
    title: String,
    href: String,
    /// Whether it comes before the chapters.
    front: bool,
    /// Where it stands: `front`, `body` or `back`.
    matter: &'static str,
    /// Whether it is the first topic or part there.
    opens: bool,
    #[serde(skip)]
    findings: Findings,
    #[serde(skip)]
    bytes: Vec<u8>,
}

struct Writer<'a, 'd> {
    matter: Matter<'a>,
    filler: Filler<'a>,
    options: &'a Options<'a>,
    data: Data,
    pages: Vec<Page>,
    /// The pages of the printed twin that were marked, and the last of them.
    printed: Vec<PageLink>,
    last_printed: Option<usize>,
    findings: Findings,
    diagnostics: &'d mut Diagnostics,
}

impl<'a> Writer<'a, '_> {
    /// Makes all pages that the book has reason for.
    fn pages(&mut self) -> Option<()> {
        let matter = self.matter;
        let words = Words::of(&matter.edition.metadata.language);
        let contents = lists::contents(matter);
        let figures = lists::numbered(matter, NumberedKind::Figure);
        let tables = lists::numbered(matter, NumberedKind::Table);
        self.data =
            self.data.with("contents", &contents).with("figures", &figures).with("tables", &tables);

        if let Some((name, picture)) = self.cover() {
            let cover = CoverData {
                src: name,
                alt: format!("{}: {}", words.cover, matter.edition.metadata.title),
                width: picture.0,
                height: picture.1,
            };
            let data = self.data.with("cover", &cover);
            self.page("cover", words.cover, true, &data)?;
        }
        let data = self.data.clone();
        self.page("title", words.title_page, true, &data)?;
        self.page("contents", words.contents, true, &data)?;
        if !figures.is_empty() || !tables.is_empty() {
            let heading =
                if figures.is_empty() { words.list_of_tables } else { words.list_of_figures };
            self.page("figures", heading, true, &data)?;
        }
        let outline = &matter.edition.outline;
        let chapters: Vec<_> = matter.survey.chapters.iter().enumerate().collect();
        let filled = in_order(self.options.jobs, &chapters, |(place, chapter)| {
            self.chapter(*place, chapter)
        });
        let mut cited = Vec::new();
        for ((place, chapter), filled) in chapters.into_iter().zip(filled) {
            let part = outline.part(place).and_then(|part| Some((part, outline.parts.get(part)?)));
            if let Some((index, part)) = part.filter(|(_, part)| part.topics.start == place) {
                let data = self.data.with("part", &lists::part(index + 1, part, matter));
                let language = &matter.edition.metadata.language;
                let file = &matter.survey.parts[index];
                let page = self.printed_page(|pages| pages.parts.get(&index).copied());
                let place = Place::Body;
                let leaf = Leaf { name: "part", href: file, title: &part.title, language, place };
                self.add(&leaf, page, &data)?;
            }
            let FilledChapter { title, document, citations, said } = filled;
            cited.push(citations);
            self.diagnostics.append(said);
            let id = &chapter.topic.id.value;
            let page = self.printed_page(|pages| pages.topics.get(id).copied());
            self.put(&leaf_of(chapter, &title, outline.matter(place)), page, document?);
            if let Some(page) = self.pages.last() {
                limits::chapter(&chapter.topic, page.bytes.len(), self.diagnostics);
            }
        }
        limits::pictures(matter, self.diagnostics);
        let unmarked = lists::unmarked(matter);
        if !unmarked.is_empty() {
            self.page(
                "unmarked",
                words.figures_without_marks,
                false,
                &self.data.with("unmarked", &unmarked),
            )?;
        }
        let glossary = index::glossary(matter);
        if !glossary.is_empty() {
            let data = self.data.with("glossary", &glossary);
            self.page("glossary", words.glossary, false, &data)?;
        }
        let works = works::of_book(matter, &cited);
        if let Some(first) = works.first() {
            let title = first.title();
            self.page("references", title, false, &self.data.with("lists", &works))?;
        }
        let credits = lists::credits(matter);
        if !credits.is_empty() {
            self.page("credits", words.image_credits, false, &self.data.with("credits", &credits))?;
        }
        let index = index::index(matter);
        if !index.is_empty() {
            self.page("index", words.index, false, &self.data.with("index", &index))?;
        }
        let data = self.data.with("licenses", &lists::licenses(matter));
        self.page("colophon", words.colophon, false, &data)
    }

    /// Makes the document of a chapter.
    fn chapter(&self, place: usize, chapter: &Chapter) -> FilledChapter {
        let (data, citations) = chapter::data(self.matter, chapter, place);
        let data = self.data.with("chapter", &data);
        let title = plain_text(&chapter.topic.title);
        let mut said = Diagnostics::default();
        let leaf = leaf_of(chapter, &title, self.matter.edition.outline.matter(place));
        let document = self.filler.document(&leaf, &data, &mut said);
        FilledChapter { title, document, citations, said }
    }

    /// Makes a page of the book as a whole.
    fn page(&mut self, name: &'static str, title: &str, front: bool, data: &Data) -> Option<()> {
        let place = if front { Place::Front } else { Place::Back };
        let language = &self.matter.edition.metadata.language;
        let page = self.printed_page(|pages| pages.page_headed(title));
        let href = &format!("{name}.xhtml");
        self.add(&Leaf { name, href, title, language, place }, page, data)
    }

    /// Returns the page of the printed twin that something begins with, unless
    /// that comes before what was marked already.
    fn printed_page(&self, find: impl Fn(&Pagination) -> Option<usize>) -> Option<usize> {
        let page = find(self.options.pagination?)?;
        self.last_printed.is_none_or(|last| page > last).then_some(page)
    }

    /// Makes a page; `printed` is the page of the printed twin that begins with it.
    fn add(&mut self, leaf: &Leaf<'_>, printed: Option<usize>, data: &Data) -> Option<()> {
        let document = self.filler.document(leaf, data, self.diagnostics)?;
        self.put(leaf, printed, document);
        Some(())
    }

    /// Puts a page behind the others.
    fn put(&mut self, leaf: &Leaf<'_>, printed: Option<usize>, document: (String, Findings)) {
        let Leaf { name, href, title, language, place } = *leaf;
        let (mut text, mut findings) = document;
        self.findings = self.findings.and(findings);
        if let (Some(page), Some(pagination)) = (printed, self.options.pagination) {
            let word = Words::of(language).page;
            let (marked, pages) = page_breaks::mark(&text, page, pagination, word);
            text = marked;
            findings.page_breaks += pages.len();
            findings.roles |= !pages.is_empty();
            self.findings.page_breaks += pages.len();
            self.last_printed = pages.last().copied().or(self.last_printed);
            self.printed.extend(pages.into_iter().map(|page| PageLink {
                number: pagination.pages[page].number.clone(),
                href: format!("{href}#{}", page_breaks::id(page)),
            }));
        }
        let is_text = |name| matches!(name, "chapter" | "part");
        let here = |page: &Page| is_text(page.name) && page.matter == place.name();
        let opens = is_text(name) && !self.pages.iter().any(here);
        self.pages.push(Page {
            name,
            title: title.to_owned(),
            href: href.to_owned(),
            front: place == Place::Front,
            matter: place.name(),
            opens,
            findings,
            bytes: text.into_bytes(),
        });
    }

    /// Makes navigation and package, and packs everything.
    fn pack(mut self, out: impl Write + Seek) -> Option<()> {
        let edition = self.matter.edition;
        let language = &edition.metadata.language;
        let mut manifest = Manifest::default();
        let mut entries = Vec::new();

        self.data = self.data.with("pages", &self.pages).with("printed", &self.printed);
        let data = self.data.clone();
        let (title, place) = (&edition.metadata.title, Place::Front);
        let leaf = Leaf { name: "nav", href: NAV, title, language, place };
        let (nav, found) = self.filler.document(&leaf, &data, self.diagnostics)?;
        self.findings = self.findings.and(found);
        manifest.add(NAV, &[&["nav"], found.properties().as_slice()].concat());
        entries.push(Entry::here(NAV, nav.as_bytes()));

        let mut spine = Vec::new();
        for page in &self.pages {
            spine.extend(manifest.add(&page.href, &page.findings.properties()));
            entries.push(Entry::here(&page.href, &page.bytes));
        }
        let mut styles = Vec::new();
        for name in self.filler.layout.names() {
            let bytes = self.filler.layout.file(name).unwrap_or_default();
            if !name.ends_with(".xhtml") && manifest.add(name, &[]).is_some() {
                entries.push(Entry::here(name, bytes));
                if name.ends_with(".css") {
                    styles.push(String::from_utf8_lossy(bytes).into_owned());
                }
            }
        }
        let cover = self.cover().and_then(|(name, _)| {
            entries.push(Entry::here(&name, self.options.cover.unwrap_or_default()));
            manifest.add(&name, &["cover-image"])
        });
        for (name, picture) in pictures(self.matter) {
            let name = format!("{IMAGES}/{name}");
            manifest.add(&name, &[]);
            entries.push(Entry { name, content: Content::Picture(picture) });
        }

        let styles: Vec<_> = styles.iter().map(String::as_str).collect();
        let languages = languages(edition, self.matter.survey);
        let package = PackageData {
            languages: languages.iter().map(Language::to_string).collect(),
            accessibility: accessibility::of(
                self.findings,
                &styles,
                Words::of(language),
                self.options.certified_by,
            ),
            items: manifest.into_items(),
            spine,
            cover,
            page_source: self
                .options
                .pagination
                .filter(|_| !self.printed.is_empty())
                .map(|pages| pages.source.clone()),
        };
        let data = self.data.with("package", &package).with("words", &book::words(language));
        let text = self.filler.package(&data, title, self.diagnostics)?;
        entries.insert(0, Entry::here(container::PACKAGE, text.as_bytes()));
        match container::pack(&entries, self.options.jobs, out, self.diagnostics) {
            Ok(Some(size)) => {
                limits::book(&edition.topics, size, self.diagnostics);
                Some(())
            }
            Ok(None) => None,
            Err(error) => {
                self.diagnostics.push(Diagnostic::error(
                    Code::BrokenLayout,
                    format!("the book cannot be packed ({error})"),
                ));
                None
            }
        }
    }

    /// Returns the cover's name in the book, and its width and height.
    fn cover(&self) -> Option<(String, (u32, u32))> {
        let bytes = self.options.cover?;
        let extension = match image::guess_format(bytes).ok()? {
            image::ImageFormat::Jpeg => "jpg",
            image::ImageFormat::Png => "png",
            _ => return None,
        };
        let reader = image::ImageReader::new(std::io::Cursor::new(bytes));
        let size = reader.with_guessed_format().ok()?.into_dimensions().ok()?;
        Some((format!("{IMAGES}/cover.{extension}"), size))
    }
}

/// A chapter before it has its place.
struct FilledChapter {
    title: String,
    /// `None` after messages.
    document: Option<(String, Findings)>,
    citations: Vec<Cited>,
    said: Diagnostics,
}

fn leaf_of<'a>(chapter: &'a Chapter, title: &'a str, place: Place) -> Leaf<'a> {
    Leaf { name: "chapter", href: &chapter.file, title, language: &chapter.language, place }
}

/// The cover.
#[derive(Debug, Serialize)]
struct CoverData {
    src: String,
    alt: String,
    width: u32,
    height: u32,
}

/// Returns the pictures that the book shows, under their names.
fn pictures(matter: Matter<'_>) -> BTreeMap<&str, &Picture> {
    let figures = matter.survey.chapters.iter().flat_map(|chapter| &chapter.figures);
    let panels = figures.flat_map(|figure| &figure.panels);
    let illustrations = panels.filter_map(|panel| matter.illustrations.get(panel.id));
    let mut asked = Asked { matter, pictures: Vec::new() };
    for question in &matter.edition.questions {
        if let FlashcardKind::Basic { front, back, .. } = &question.kind {
            walk_blocks(front, &mut asked);
            walk_blocks(back, &mut asked);
        }
        if let FlashcardKind::Cloze { text, .. } = &question.kind {
            walk_blocks(text, &mut asked);
        }
        walk_blocks(&question.extra, &mut asked);
    }
    illustrations
        .flat_map(|both| matter.faces(both))
        .chain(asked.pictures)
        .map(|picture| (picture.name.as_str(), picture))
        .collect()
}

/// The pictures that questions bring.
struct Asked<'a> {
    matter: Matter<'a>,
    pictures: Vec<&'a Picture>,
}

impl Visitor for Asked<'_> {
    fn figure(&mut self, figure: &Figure) {
        let panels = figure.panels.iter();
        let shown = panels.filter_map(|panel| self.matter.illustrations.get(panel.id));
        self.pictures.extend(shown.map(|both| self.matter.shown(both)));
    }
}

/// Returns the languages of a book: its own, and those of its chapters.
fn languages(edition: &Edition, survey: &Survey) -> Vec<Language> {
    let mut all = vec![edition.metadata.language.clone()];
    for chapter in &survey.chapters {
        if !all.contains(&chapter.language) {
            all.push(chapter.language.clone());
        }
    }
    all
}
