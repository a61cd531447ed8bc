//! Editions to PDF, by Typst.
//!
//! Does: hands an edition's data to a layout, compiles it, and writes tagged
//! PDF: PDF/UA-1 together with PDF/A-2a. Knows: the model, layouts, Typst. Must
//! not know: EPUB, Anki, the disk.
//!
//! A layout gets data, never markup that was put together here: author text
//! arrives in it as strings, and nothing is evaluated.

mod anchor;
mod blanks;
mod breaks;
mod cards;
mod citation;
mod code;
mod cover;
mod data;
mod digest;
mod extent;
mod figure;
mod file;
mod finish;
mod given;
mod gray;
pub mod kept;
mod late;
mod math;
mod native;
mod order;
mod pagination;
mod pictures;
mod places;
mod preflight;
mod ready;
mod terms;
mod typefaces;
mod world;

use std::cell::Cell;

use typst::WorldExt;
use typst::diag::SourceDiagnostic;
use typst::ecow::EcoVec;
use typst::foundations::{Datetime, Smart};
use typst::syntax::DiagSpan;
use typst::visualize::{Image, ImageKind};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

pub use cards::Cards;
pub use cover::{Cover, LETTERED, shown as shown_on_covers};
pub use data::Kind;
pub use extent::Extent;
pub use preflight::{Flaw, FlawKind, LEAST_DPI, LEAST_MODULE, LEAST_TYPE, SAFE};
pub use typefaces::Typefaces;

use self::kept::Ingredients;
use self::pictures::Pictures;
use self::ready::Ready;
use self::world::{DocumentWorld, GONE, Itself};
use crate::layout::{FOLDER, Layout};
use crate::model::{
    Coloring, Date, Edition, FigureStyle, Pagination, PressSettings, PrintLimits, Standard, Variant,
};
use crate::picture::{Renditions, is_left, png_of_page};

/// What the caller decides.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// Handout or book.
    pub kind: Kind,
    /// The paper, by its name in Typst: `a4`, `us-letter`, `iso-b5`, ….
    pub paper: &'a str,
    /// How figures with marks are shown.
    pub figures: FigureStyle,
    /// What becomes of what is to be learned.
    pub variant: Variant,
    /// What is asked of pages besides.
    pub press: PressSettings,
    /// The date that the file says it was made on.
    pub date: Date,
    /// The fonts.
    pub typefaces: &'a Typefaces,
    /// Makes pictures as large as they are printed.
    pub renditions: &'a Renditions,
    /// How large that may be.
    pub print: PrintLimits,
    /// Cards of paper to make of the edition's flashcards, instead of pages.
    pub cards: Option<Cards<'a>>,
    /// The cover to make of a book, instead of its pages.
    pub cover: Option<Cover<'a>>,
}

impl Options<'_> {
    /// Says all that is asked of pages but for what comes from elsewhere: fonts and
    /// pictures, and what cards and covers say.
    pub fn said(&self) -> String {
        let Self {
            kind,
            paper,
            figures,
            variant,
            press,
            date,
            typefaces: _,
            renditions: _,
            print,
            cards: _,
            cover: _,
        } = self;
        format!("{kind:?} {paper} {figures:?} {variant:?} {press:?} {date:?} {print:?}")
    }
}

/// A finished document.
#[derive(Debug, Clone)]
pub struct Pages {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub count: usize,
    /// What would print badly.
    pub flaws: Vec<Flaw>,
    /// On which page what stands.
    pub pagination: Pagination,
}

/// A mistake in a layout, or in how it deals with the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutProblem {
    /// What is wrong.
    pub message: String,
    /// Where; `None` if Typst cannot tell. In the project's own files, if any of
    /// them leads to what is wrong.
    pub place: Option<LayoutPlace>,
    /// Where it came to light, if that is in another file: one that is built in.
    pub inner: Option<LayoutPlace>,
    /// What to do about it.
    pub hints: Vec<String>,
}

/// A place in a file of a layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutPlace {
    /// The file, by its path in the project.
    pub file: String,
    /// The text of the file.
    pub text: String,
    /// Where in the text, in bytes.
    pub range: std::ops::Range<usize>,
}

/// Makes the PDF of an edition, of which it may be known what it is made of: then that is
/// not made anew.
///
/// # Errors
/// What Typst finds wrong with the layout.
pub fn write(
    edition: &Edition,
    layout: &Layout,
    options: &Options,
    of: Option<&Ingredients>,
) -> Result<Pages, Vec<LayoutProblem>> {
    let PressSettings { coloring, standard, .. } = options.press;
    let kind = options.kind;
    let in_gray = coloring == Coloring::Grayscale;
    let made;
    let ready = match of.and_then(Ingredients::ready) {
        Some(ready) => ready,
        None => {
            made = Ready::new(edition, layout, options);
            &made
        }
    };
    compile(ready, layout, options, true, |laid_out, world| {
        let picture = |image: &Image| pictured(image, world, &ready.pictures);
        let gray = in_gray.then(|| gray::document(laid_out));
        let document = gray.as_ref().unwrap_or(laid_out);
        let ordered = order::document(document);
        let document = ordered.as_ref().unwrap_or(document);
        let is_wide = options.cards.is_some() || options.cover.is_some();
        let flaws = preflight::inspect(document, &picture, in_gray, is_wide);
        let standards = PdfStandards::new(standards(standard))
            .expect("each of our standards goes together with itself");
        let settings = PdfOptions {
            ident: Smart::Custom(format!(
                "{}/{}{}",
                edition.metadata.identifier,
                edition.metadata.title,
                if standard.is_of_press() { "/press" } else { "" }
            )),
            creator: Smart::Custom(Some(concat!("Recto ", env!("CARGO_PKG_VERSION")).into())),
            timestamp: date(options.date).map(Timestamp::new_utc),
            standards,
            tagged: !standard.is_of_press(),
            ..PdfOptions::default()
        };
        let bytes = typst_pdf::pdf(document, &settings).map_err(|errors| {
            errors.iter().map(|error| explain(error, layout, world)).collect::<Vec<_>>()
        })?;
        let urn = finish::urn(edition, options);
        let gone = Cell::new(false);
        let itself = |set: &[u8]| {
            let Itself { file, width, height } = world.itself(set)?;
            let bytes = file.read();
            gone.set(gone.get() || bytes.is_none());
            Some(finish::Pictured { bytes: bytes?, width, height })
        };
        let bytes = finish::finish(&bytes, edition, kind, standard, &urn, &itself)
            .ok_or_else(|| vec![LayoutProblem::bare("the file is broken")])?;
        if gone.get() {
            return Err(vec![LayoutProblem::bare(GONE)]);
        }
        // A gray patch must not reach paper, whatever Typst makes of a picture.
        if is_left(&bytes) {
            return Err(vec![LayoutProblem::bare("a picture did not come to its place")]);
        }
        let pagination = pagination::of(laid_out, edition, &ready.places, urn);
        Ok(Pages { bytes, count: document.pages().len(), flaws, pagination })
    })
}

/// Lays an edition out, and returns how much room it takes.
///
/// # Errors
/// What Typst finds wrong with the layout.
pub fn extent(
    edition: &Edition,
    layout: &Layout,
    options: &Options,
) -> Result<Extent, Vec<LayoutProblem>> {
    let ready = Ready::new(edition, layout, options);
    compile(&ready, layout, options, true, |document, _| Ok(extent::of(document)))
}

/// Makes a PNG of the first page of an edition, `width` pixels wide.
///
/// # Errors
/// What Typst finds wrong with the layout.
pub fn render_first_page(
    edition: &Edition,
    layout: &Layout,
    options: &Options,
    width: u32,
) -> Result<Vec<u8>, Vec<LayoutProblem>> {
    let ready = Ready::new(edition, layout, options);
    compile(&ready, layout, options, false, |document, _| {
        let problem = |message: &str| vec![LayoutProblem::bare(message)];
        let page = document.pages().first().ok_or_else(|| problem("the layout makes no page"))?;
        let scale = f64::from(width) / page.frame.width().to_pt().max(1.0);
        let options =
            typst_render::RenderOptions { pixel_per_pt: scale.into(), render_bleed: false };
        let pixmap = typst_render::render(page, &options);
        let (width, height) = (pixmap.width(), pixmap.height());
        png_of_page(width, height, pixmap.take_demultiplied())
            .ok_or_else(|| problem("the page cannot be made a picture"))
    })
}

/// Returns the data that a layout receives, as indented JSON.
pub fn layout_data(edition: &Edition, layout: &Layout, options: &Options) -> String {
    let data = Ready::new(edition, layout, options).data.text();
    let data: serde_json::Value = serde_json::from_slice(&data).expect("the data is JSON");
    serde_json::to_string_pretty(&data).expect("strings and numbers are JSON")
}

/// Sets pages. `for_position` lets others stand for their pictures.
fn compile<T>(
    ready: &Ready,
    layout: &Layout,
    options: &Options,
    for_position: bool,
    finish: impl FnOnce(&PagedDocument, &DocumentWorld) -> Result<T, Vec<LayoutProblem>>,
) -> Result<T, Vec<LayoutProblem>> {
    let picture =
        |path: &str| ready.pictures.make(path, options.press.coloring, options.renditions);
    let find = |path: &str| layout.any_file(path);
    let main = format!("{}/{}", layout.name, layout.manifest.entry);
    let data = (&ready.data, ready.shared.clone());
    let world = DocumentWorld::new(&main, &find, data, options.typefaces, &picture)
        .map(|world| world.with_bleed(options.press.bleed).with_pictures(for_position))
        .ok_or_else(|| vec![LayoutProblem::bare("the layout's entry is not a path")])?;
    let result = typst::compile::<PagedDocument>(&world);
    let said = |errors: EcoVec<SourceDiagnostic>| {
        errors.iter().map(|error| explain(error, layout, &world)).collect::<Vec<_>>()
    };
    let mut document = result.output.map_err(said)?;
    if let Some(closed) = late::document(&document, &world).map_err(said)? {
        document = closed;
    }
    if options.kind == Kind::Book {
        // Nothing is set of its pieces again, which are a fifth of what a book takes.
        typst::comemo::evict(0);
    }
    finish(&document, &world)
}

/// Returns the picture of topics that one on a page is, or stands for; `None` for one of the
/// layout.
fn pictured(
    image: &Image,
    world: &DocumentWorld,
    pictures: &Pictures,
) -> Option<preflight::Picture> {
    let (data, width) = match image.kind() {
        ImageKind::Raster(raster) => (raster.data(), raster.width()),
        ImageKind::Svg(svg) => (svg.data(), 0),
        ImageKind::Pdf(_) => return None,
    };
    let hash = pictures.hash(&world.picture_of(data)?)?;
    let width = world.itself(data).map_or(width, |itself| itself.width);
    Some(preflight::Picture { hash, width })
}

impl LayoutProblem {
    fn bare(message: &str) -> Self {
        Self { message: message.into(), place: None, inner: None, hints: Vec::new() }
    }
}

/// Turns a message of Typst into ours while its world still knows the text.
fn explain(error: &SourceDiagnostic, layout: &Layout, world: &DocumentWorld) -> LayoutProblem {
    let mut problem = LayoutProblem::bare(&error.message);
    problem.hints = error.hints.iter().map(|hint| hint.v.to_string()).collect();
    let spans =
        std::iter::once(error.span).chain(error.trace.iter().map(|point| point.span.into()));
    let mut places: Vec<LayoutPlace> = spans.filter_map(|span| place(span, world)).collect();
    // A mistake that comes to light in a built-in file is most often one of the
    // project's file that called it.
    let is_own = |place: &LayoutPlace| {
        let path = place.file.strip_prefix(FOLDER).and_then(|path| path.strip_prefix('/'));
        path.is_some_and(|path| layout.is_own(path))
    };
    if !places.is_empty() {
        let chosen = places.iter().position(is_own).unwrap_or(0);
        problem.place = Some(places.remove(chosen));
        problem.inner = (chosen > 0).then(|| places.remove(0));
    }
    problem
}

/// Returns what Typst calls a standard.
fn standards(standard: Standard) -> &'static [PdfStandard] {
    use PdfStandard as Pdf;
    match standard {
        Standard::Ua1 => &[Pdf::Ua_1],
        Standard::A1a => &[Pdf::A_1a],
        Standard::A1b => &[Pdf::A_1b],
        Standard::A2a => &[Pdf::Ua_1, Pdf::A_2a],
        Standard::A2b => &[Pdf::Ua_1, Pdf::A_2b],
        Standard::A2u => &[Pdf::Ua_1, Pdf::A_2u],
        Standard::A3a => &[Pdf::Ua_1, Pdf::A_3a],
        Standard::A3b => &[Pdf::Ua_1, Pdf::A_3b],
        Standard::A3u => &[Pdf::Ua_1, Pdf::A_3u],
        Standard::A4 => &[Pdf::A_4],
        Standard::Pdf17 => &[Pdf::V_1_7],
        Standard::Pdf20 => &[Pdf::V_2_0],
        // What makes it PDF/X is added to finished pages.
        Standard::X4 | Standard::Pdf16 => &[Pdf::V_1_6],
    }
}

/// Returns the place of a span, if it is in a file of a layout.
fn place(span: DiagSpan, world: &DocumentWorld) -> Option<LayoutPlace> {
    use typst::World;
    let id = span.id()?;
    let range = world.range(span)?;
    let text = world.source(id).ok()?.text().to_owned();
    let file = id.get().vpath().get_without_slash().to_owned();
    file.starts_with(FOLDER).then_some(LayoutPlace { file, text, range })
}

fn date(date: Date) -> Option<Datetime> {
    Datetime::from_ymd_hms(i32::from(date.year), date.month, date.day, 0, 0, 0)
}

/// Forgets compiled pieces that have not been used lately. Call it now and then
/// between documents: it bounds the memory of a long build.
pub fn evict() {
    typst::comemo::evict(2);
}
