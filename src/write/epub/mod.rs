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
//! 3. A template makes the page's content of it, and the layout's entry puts
//!    the frame around.
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
use self::inspect::{Findings, Malformed};
use self::package::{Manifest, PackageData};
use self::page_breaks::PageLink;
use self::prose::Matter;
use self::survey::{Survey, direction};
use super::illustration::{Illustrations, Picture};
use super::template::{Data, Markup, Templates};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::layout::Layout;
use crate::model::{
    Edition, Figure, FigureOverlay, FlashcardKind, Language, Matter as Place, NumberedKind,
    Pagination, Panel, Visitor, plain_text, walk_blocks,
};
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
        layout,
        templates: Templates::new(layout),
        options,
        data: Data::default().with("book", &book::data(edition, options.modified)),
        pages: Vec::new(),
        printed: Vec::new(),
        last_printed: None,
        findings: Findings::default(),
        words: None,
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
    layout: &'a Layout,
    templates: Templates<'a>,
    options: &'a Options<'a>,
    data: Data,
    pages: Vec<Page>,
    /// The pages of the printed twin that were marked, and the last of them.
    printed: Vec<PageLink>,
    last_printed: Option<usize>,
    findings: Findings,
    /// The words that were printed last, with their language.
    words: Option<(Language, Data)>,
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
        let mut cited = Vec::new();
        for (place, chapter) in matter.survey.chapters.iter().enumerate() {
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
            let (data, citations) = chapter::data(matter, chapter, place);
            cited.push(citations);
            let data = self.data.with("chapter", &data);
            let title = plain_text(&chapter.topic.title);
            let place = outline.matter(place);
            let id = &chapter.topic.id.value;
            let page = self.printed_page(|pages| pages.topics.get(id).copied());
            let (href, language) = (&chapter.file, &chapter.language);
            let leaf = Leaf { name: "chapter", href, title: &title, language, place };
            self.add(&leaf, page, &data)?;
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
        let Leaf { name, href, title, language, place } = *leaf;
        let (mut text, mut findings) = self.document(leaf, data)?;
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
        Some(())
    }

    /// Fills the template of a page, and the frame around it, and reads what
    /// came out.
    fn document(&mut self, leaf: &Leaf<'_>, data: &Data) -> Option<(String, Findings)> {
        let Leaf { name, title, language, place, .. } = *leaf;
        let page = PageData {
            name,
            title,
            language: language.as_str(),
            direction: direction(language),
            matter: place.name(),
        };
        let data = data.with("page", &page).and(self.words(language));
        let template = format!("{name}.xhtml");
        let content = self.templates.fill(&template, &data, self.diagnostics)?;
        let content = Markup::new(content);
        let data = data.with("content", &content);
        let frame = &self.layout.manifest.entry;
        let framed = self.templates.fill(frame, &data, self.diagnostics)?;
        let findings = inspect::inspect(&framed).map_err(|malformed| {
            // The fault lies in the page's template, or in the frame.
            let content = content.as_str();
            let start = framed.find(content).unwrap_or_default();
            let inner = (start..start + content.len()).contains(&malformed.offset);
            self.refuse(if inner { &template } else { frame }, title, &malformed);
        });
        let findings = findings.ok()?;
        self.findings = self.findings.and(findings);
        Some((framed, findings))
    }

    /// Returns the words of a language: most pages are in the same.
    fn words(&mut self, language: &Language) -> &Data {
        let last = self.words.take().filter(|(last, _)| last == language);
        let words = last.map_or_else(
            || Data::default().with("words", &book::words(language)),
            |(_, words)| words,
        );
        &self.words.insert((language.clone(), words)).1
    }

    fn refuse(&mut self, template: &str, title: &str, malformed: &Malformed) {
        let line = self.templates.line_of(template, &malformed.excerpt);
        let line = line.map_or_else(String::new, |line| format!(" at line {line}"));
        let mut diagnostic = Diagnostic::error(
            Code::BrokenLayout,
            format!(
                "the template `{template}` makes XML that is not well-formed{line} ({})",
                malformed.message
            ),
        )
        .hint(format!("for the page `{title}` it makes `{}`", malformed.excerpt));
        if let Some(path) = self.templates.path(template) {
            diagnostic = diagnostic.in_file(&path);
        }
        self.diagnostics.push(diagnostic);
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
        let (nav, found) =
            self.document(&Leaf { name: "nav", href: NAV, title, language, place }, &data)?;
        manifest.add(NAV, &[&["nav"], found.properties().as_slice()].concat());
        entries.push(Entry::here(NAV, nav.as_bytes()));

        let mut spine = Vec::new();
        for page in &self.pages {
            spine.extend(manifest.add(&page.href, &page.findings.properties()));
            entries.push(Entry::here(&page.href, &page.bytes));
        }
        let mut styles = Vec::new();
        for name in self.layout.names() {
            let bytes = self.layout.file(name).unwrap_or_default();
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
        let package = PackageData {
            languages: languages(self.matter),
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
        let text = self.templates.fill(container::PACKAGE, &data, self.diagnostics)?;
        if let Err(malformed) = inspect::inspect(&text) {
            self.refuse(container::PACKAGE, &edition.metadata.title, &malformed);
            return None;
        }
        entries.insert(0, Entry::here(container::PACKAGE, text.as_bytes()));
        match container::pack(&entries, out, self.diagnostics) {
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

/// What a page is called, and where it stands.
#[derive(Debug, Clone, Copy)]
struct Leaf<'a> {
    /// The name of its kind.
    name: &'static str,
    href: &'a str,
    title: &'a str,
    language: &'a Language,
    place: Place,
}

/// What a page's frame is told of it.
#[derive(Debug, Serialize)]
struct PageData<'a> {
    name: &'static str,
    title: &'a str,
    language: &'a str,
    direction: &'static str,
    /// Where it stands: `front`, `body` or `back`.
    matter: &'static str,
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

fn languages(matter: Matter<'_>) -> Vec<String> {
    let mut all = vec![matter.edition.metadata.language.to_string()];
    for chapter in &matter.survey.chapters {
        let tag = chapter.language.to_string();
        if !all.contains(&tag) {
            all.push(tag);
        }
    }
    all
}
