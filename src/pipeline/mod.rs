//! The pipeline: read, resolve, write, audit.
//!
//! Does: runs the rooms in order, chooses writers, and puts what they made
//! together. Knows: every room of the library. Must not know: clap, terminals.

mod account;
mod cards;
mod check;
mod content;
mod covers;
mod decks;
mod ebook;
mod editions;
mod firewall;
mod glyphs;
mod kept;
mod known;
mod legible;
mod origin;
mod own;
mod pages;
mod plates;
mod preflight;
mod products;
mod publication;
mod request;
mod resolving;
mod sheet_flaws;
mod sheets;
mod steps;
mod styles;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use self::account::Account;
use self::account::{count_figures, count_references};
pub use self::check::check;
use self::content::Content;
pub use self::covers::MadeCover;
pub use self::editions::book_editions;
use self::editions::{deck_topics, output_path};
pub use self::firewall::audit;
use self::kept::Kept;
pub use self::known::KnownTopics;
use self::origin::{Origins, brings_works};
use self::own::{OwnLayouts, own_layouts};
use self::pages::{LaidOut, groups, lay_out, report, tell};
use self::plates::Presses;
pub use self::products::Products;
use self::products::epub_path;
use self::publication::Publication;
use self::resolving::{resolve_all, retire_other_topics, say_of_topics};
pub use self::sheet_flaws::Told;
pub use self::sheets::{Pressed, press, press_within};
pub use self::steps::{REPORT, Step, steps};
use self::steps::{Wanted, printings};
use self::styles::Styles;
use crate::audit::{FILE as PRIVACY_REPORT, Report};
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::files::{FileError, Files};
use crate::fonts::Fonts;
use crate::layout::Layouts;
use crate::ledger::{self, Ledger};
use crate::model::{
    Bibliography, Date, Document, Edition, FigureStyle, ImageSettings, MediaSet, Pagination,
    PressSettings, PrintLimits, Printed, PrintedKind, Topic, Variant,
};
use crate::parallel::{beside, in_order};
use crate::picture::{Imports, Renditions};
use crate::project::{Deck, Project, SOURCES};
use crate::read;
use crate::resolve::{self, Index};
use crate::source::{ProjectPath, Sources, Span, Spanned};
use crate::trace::Piece;
pub use crate::write::anki::NoteText;
use crate::write::artifact::Artifact;
use crate::write::illustration::Illustrations;
use crate::write::pdf::{self, Kind, Typefaces};
pub use request::{Place, Progress, Request, Results, Stored};

/// The date of files where neither the caller nor the manifest gives one: a
/// build must not depend on the day that it is run on.
const NO_DATE: Date = Date { year: 2000, month: 1, day: 1 };

/// A project, read and resolved as far as all publications share it.
#[derive(Debug)]
pub struct Loaded {
    /// What the project says of itself.
    pub project: Project,
    document: Document,
    index: Index,
    styles: Styles,
    presses: Presses,
    media: Arc<MediaSet>,
    layouts: Layouts,
    fonts: Fonts,
    ledger: Ledger,
}

/// What a build made.
#[derive(Debug, Default)]
pub struct Built {
    /// The files.
    pub artifacts: Vec<Artifact>,
    /// More files, which are not in memory.
    pub stored: Vec<Stored>,
    /// The ledger of flashcards as it is after the build: the text of
    /// `cards.lock`. It is to be saved once the artifacts are.
    pub ledger: Option<String>,
    /// What an import of the decks would change for learners of the ones before.
    pub changes: ledger::Changes,
    /// What the notes of all decks say.
    pub notes: Vec<NoteText>,
    /// What they are, for the account.
    pub account: Account,
    /// What was found in them; `None` if nothing was made.
    pub report: Option<Report>,
    /// What they are made of.
    pub products: Products,
}

impl Built {
    /// Takes files for its own that other builds made.
    pub fn take(&mut self, files: Vec<(ProjectPath, Vec<u8>)>) {
        self.artifacts.extend(files.into_iter().map(|(path, bytes)| Artifact { path, bytes }));
    }
}

/// Reads a project and finds everything that is wrong with its content.
/// `None`, after messages, if there is nothing to build.
///
/// # Errors
/// If a folder or file that is there cannot be read.
pub fn load(
    files: &dyn Files,
    request: &Request,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Loaded>, FileError> {
    load_with(files, request, resolve::load_media, sources, diagnostics)
}

/// What to do with the pictures of topics.
type ReadMedia = fn(&[Arc<Topic>], &dyn Files, &Imports, usize, &mut Diagnostics) -> MediaSet;

fn load_with(
    files: &dyn Files,
    request: &Request,
    read_media: ReadMedia,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Loaded>, FileError> {
    let project = Project::read(files, &request.fallback_title, sources, diagnostics)?;
    let allowed = project.allowed.clone();
    let loaded = load_content(project, files, request, read_media, sources, diagnostics);
    diagnostics.forgive(&allowed, sources);
    loaded
}

fn load_content(
    project: Project,
    files: &dyn Files,
    request: &Request,
    read_media: ReadMedia,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Loaded>, FileError> {
    let trace = request.trace.as_ref();
    let piece = Piece::begin(trace, "read", "");
    let layouts = Layouts::open(files)?;
    let fonts = glyphs::open_fonts(&layouts, &request.system_fonts, diagnostics);
    let folder = ProjectPath::new(SOURCES).expect("a plain name is a path");
    let paths = files.list(&folder)?;
    let document = read_document(files, &paths, &project, request, sources, diagnostics)?;
    if document.topics.is_empty() {
        if !diagnostics.has_errors() {
            diagnostics.push(
                Diagnostic::error(Code::NoTopics, format!("there is no topic below `{SOURCES}/`"))
                    .hint(
                        "write one as a `.md` or `.yaml` file, or run `recto new` for an example",
                    ),
            );
        }
        return Ok(None);
    }
    drop(piece);
    let covers: Vec<_> = project.books.iter().filter_map(|book| book.cover.clone()).collect();
    // What is unused is said only where nothing before it is wrong: that is what was read.
    let mut find = || {
        let _piece = Piece::begin(trace, "index", "");
        let index = Index::build(&document.topics, diagnostics);
        let shown = paths.iter().filter(|path| covers.iter().all(|cover| cover.value != **path));
        resolve::integrity(&document, &shown.cloned().collect::<Vec<_>>(), diagnostics);
        resolve::claims(&document, diagnostics);
        index
    };
    let mut found = Diagnostics::default();
    let mut media = MediaSet::default();
    let index = beside(request.jobs, &mut find, || {
        let _piece = Piece::begin(trace, "pictures", "");
        let ImageSettings { print, epub, anki } = project.images;
        let most = print.pixels.max(epub.pixels).max(anki.pixels);
        let imports = Imports::new(Arc::clone(&request.cache), most);
        media = read_media(&document.topics, files, &imports, request.jobs, &mut found);
        resolve::add_media(&covers, files, &imports, &mut media, &mut found);
        resolve::check_marks(&document.topics, &media, &mut found);
        legible::check(&document.topics, &media, &request.cache, request.jobs, &mut found);
    });
    diagnostics.append(found);
    let Some(styles) = Styles::read(&project, files, sources, diagnostics)? else {
        return Ok(None);
    };
    let presses = Presses::read(&project, files, diagnostics)?;
    let ledger = read_ledger(files, sources, diagnostics)?;
    let Some(ledger) = ledger else { return Ok(None) };
    let media = Arc::new(media);
    Ok(Some(Loaded { project, document, index, styles, presses, media, layouts, fonts, ledger }))
}

fn read_ledger(
    files: &dyn Files,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Ledger>, FileError> {
    let path = ProjectPath::new(ledger::FILE).expect("a plain name is a path");
    let bytes = match files.read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.is_missing() => return Ok(Some(Ledger::default())),
        Err(error) => return Err(error),
    };
    let Ok(text) = String::from_utf8(bytes) else {
        diagnostics.push(
            Diagnostic::error(Code::BrokenLedger, "the ledger of flashcards is not UTF-8")
                .in_file(&path)
                .hint("restore the file from version control; without it, flashcards lose their reviews"),
        );
        return Ok(None);
    };
    let file = sources.add(path, text.clone());
    Ok(Ledger::read(&text, file, diagnostics))
}

fn read_document(
    files: &dyn Files,
    paths: &[ProjectPath],
    project: &Project,
    request: &Request,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Document, FileError> {
    let mut bibliography = Bibliography::default();
    let listed: Vec<Spanned<ProjectPath>> = match &project.bibliographies {
        Some(listed) => listed.clone(),
        None => {
            let folder = ProjectPath::new(SOURCES).expect("a plain name is a path");
            let nowhere = sources.add(folder, String::new());
            // What cannot be read is reported where it is needed.
            let is_bibliography =
                |path: &&ProjectPath| read::is_bibliography(path, || files.read(path).ok());
            let found = paths.iter().filter(is_bibliography);
            found.map(|path| Spanned::new(path.clone(), Span::new(nowhere, 0, 0))).collect()
        }
    };
    for path in &listed {
        match files.read(&path.value) {
            Ok(bytes) => {
                read::read_bibliography(
                    &path.value,
                    bytes,
                    &mut bibliography,
                    sources,
                    diagnostics,
                );
            }
            Err(error) => {
                // What is in it is not known to be nowhere.
                bibliography.is_partial = true;
                let names = paths.iter().map(ProjectPath::as_str);
                diagnostics.push(
                    Diagnostic::error(Code::BrokenBibliography, error.to_string())
                        .at(path.span)
                        .maybe_hint(near_miss(path.value.as_str(), names)),
                );
            }
        }
    }
    let defaults =
        read::Defaults { language: project.metadata.language.clone(), smart: project.smart };
    let is_topic = |path: &&ProjectPath| {
        matches!(path.extension().as_str(), "md" | "markdown" | "yaml" | "yml")
            && !listed.iter().any(|listed| listed.value == **path)
    };
    let paths: Vec<_> = paths.iter().filter(is_topic).collect();
    // Texts get their ids in the order of their paths, and messages come in the
    // same order, whichever thread is done first.
    let mut texts = Vec::new();
    for (path, bytes) in paths.iter().zip(in_order(request.jobs, &paths, |path| files.read(path))) {
        texts.extend(read::add_text(path, bytes?, sources, diagnostics));
    }
    let read = in_order(request.jobs, &texts, |file| {
        let mut found = Diagnostics::default();
        let topic = match &request.known {
            Some(known) => known.read(*file, &defaults, sources, &mut found),
            None => read::read_added(*file, &defaults, sources, &mut found),
        };
        (topic, found)
    });
    if let Some(known) = &request.known {
        known.retain(&texts);
    }
    let mut topics = Vec::new();
    for (file, (topic, found)) in texts.iter().zip(read) {
        // Works that it brings may be cited elsewhere.
        bibliography.is_partial |= topic.is_none() && brings_works(sources.text(*file));
        topics.extend(topic);
        diagnostics.append(found);
    }
    for topic in &topics {
        read::add_works(topic, &mut bibliography, diagnostics);
    }
    let kinds = project.kinds.clone();
    Ok(Document { metadata: project.metadata.clone(), topics, bibliography, kinds })
}

/// A deck to make.
struct PlannedDeck<'a> {
    deck: &'a Deck,
    topics: Vec<Arc<Topic>>,
    /// The sheets of its cards.
    sheets: Vec<cards::Sheets>,
}

/// A deck, resolved.
struct ResolvedDeck<'a> {
    plan: &'a PlannedDeck<'a>,
    edition: Edition,
}

/// Resolves all publications, and so finds what is wrong with references,
/// citations, flashcards and layouts; then makes them, unless there is an error
/// or nobody watches the progress.
pub fn build(
    loaded: &Loaded,
    request: &Request,
    progress: Option<&dyn Progress>,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Built {
    let built = make(loaded, request, progress, sources, diagnostics);
    diagnostics.forgive(&loaded.project.allowed, sources);
    built
}

fn make(
    loaded: &Loaded,
    request: &Request,
    progress: Option<&dyn Progress>,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Built {
    let trace = request.trace.as_ref();
    let piece = Piece::begin(trace, "resolve", "");
    let mut publications = editions::publications(loaded, sources, diagnostics);
    let planned = editions::decks(loaded, diagnostics);
    let wanted = Wanted::new(request, &planned);
    let groups = groups(&publications, &wanted.needed(&publications));
    let date = request.date.or(loaded.project.metadata.published).unwrap_or(NO_DATE);
    let renditions = Renditions::new(Arc::clone(&request.cache));
    let images = loaded.project.images;
    let typefaces = Typefaces::of(&loaded.fonts);
    let (fonts, renditions, print) = (&loaded.fonts, &renditions, images.print);
    let jobs = request.jobs;
    let press = Press { date, fonts, typefaces: &typefaces, renditions, print, jobs };
    let kept = Kept::new(loaded, request);
    let origins = Origins::new(loaded, sources, jobs);
    kept.settle(&mut publications, &groups, &origins, &press);
    let mut ledger = loaded.ledger.clone();
    let wanted_decks = wanted.decks.then_some(planned.as_slice());
    let is_set: BTreeSet<usize> = groups.iter().flatten().copied().collect();
    let is_asked =
        |(index, one): &(usize, &Publication)| is_set.contains(index) || wanted.twin(one);
    let asked = publications.iter().enumerate().filter(is_asked).map(|(_, one)| one);
    let books = publications.iter().filter(|publication| publication.has_twin()).count();
    let sheets: usize = publications.iter().map(|publication| publication.sheets.len()).sum();
    let sheets = sheets + planned.iter().map(|deck| deck.sheets.len()).sum::<usize>();
    let steps = publications.len() + books + sheets + planned.len() + 1;
    let set_pages = |progress: &dyn Progress| {
        progress.start(steps);
        lay_out(&publications, &groups, &press, (&kept, &origins), progress)
    };
    // Few handouts are set beside flashcards, in vain if something is wrong with these; nobody
    // is to wait for more to hear of it.
    let new = groups.iter().flatten().filter_map(|one| publications.get(*one));
    let new: Vec<_> = new.filter(|one| one.settled.is_none()).map(|one| one.kind).collect();
    let are_few = new.len() <= jobs && !new.contains(&Kind::Book);
    let early = progress.filter(|_| wanted.decks && are_few);
    let mut pages = None;
    let set_early = || pages = early.map(&set_pages);
    let resolved = (jobs, &mut *diagnostics);
    let decks = resolve_all(loaded, asked, wanted_decks, &mut ledger, resolved, set_early);
    say_of_topics(loaded, &publications, &planned, sources, diagnostics);
    let own = own_layouts(loaded, sources, diagnostics);
    drop(piece);
    let mut built = Built::default();
    let Some(progress) = progress.filter(|_| !diagnostics.has_errors()) else { return built };
    let Some(own) = own else { return built };

    let pages = pages.unwrap_or_else(|| set_pages(progress));
    let illustrate = |bounds| {
        let topics = &loaded.document.topics;
        Illustrations::prepare(topics, &loaded.media, renditions, bounds, request.jobs)
    };
    built.products = Products::new(loaded, &publications, &planned, sources);
    let mut paginations = Vec::new();
    let means = covers::Means { own: &own, press: &press, kept: &kept, media: &loaded.media };
    for (publication, laid_out) in publications.iter().zip(pages) {
        let Some(LaidOut { pages, stored, fit, is_kept }) = laid_out else {
            paginations.push(None);
            continue;
        };
        if is_kept {
            built.products.keep(publication);
        }
        match pages {
            Ok(pages) => {
                // A press edition is set as the one for screens, which tells of it.
                let is_told = publication.plates.is_none() && wanted.has(publication.path.as_str());
                if let Some(fit) = fit.filter(|_| is_told) {
                    tell(publication, fit, &mut built.account, diagnostics);
                }
                let (asked, bytes) = ((&wanted, progress), &pages.bytes);
                sheets::make(publication, bytes, asked, &means, &mut built, sources, diagnostics);
                if wanted.has(publication.path.as_str()) {
                    if publication.plates.is_none() && !pages.flaws.is_empty() {
                        let (topics, path) = (&publication.content.topics, &publication.path);
                        let edition: &dyn Fn() -> _ = &|| publication.edition();
                        let (subject, fonts) =
                            (preflight::Subject { topics, edition }, &loaded.fonts);
                        preflight::report(&pages.flaws, subject, path, fonts, sources, diagnostics);
                    }
                    built.account.count_pages(publication, pages.count);
                    let path = publication.path.clone();
                    match stored {
                        Some(file) => built.stored.push(file),
                        None => built.artifacts.push(Artifact { path, bytes: pages.bytes }),
                    }
                }
                paginations.push(Some(pages.pagination));
            }
            Err(problems) => {
                paginations.push(None);
                let topics = &publication.content.topics;
                report(problems, &publication.layout, topics, &loaded.fonts, sources, diagnostics);
            }
        }
    }

    let is_wanted = |publication: &&Publication| wanted.twin(publication);
    let piece = Piece::begin(trace, "illustrate", "EPUB");
    let has_books = publications.iter().any(|publication| is_wanted(&publication));
    let illustrations = &if has_books { illustrate(images.epub) } else { Illustrations::default() };
    drop(piece);
    let (media, layouts) = (loaded.media.as_ref(), &loaded.layouts);
    let means =
        ebook::Means { media, illustrations, own: &own, layouts, press: &press, kept: &kept };
    for (publication, pagination) in publications.iter().zip(&paginations) {
        if !is_wanted(&publication) {
            continue;
        }
        let path = epub_path(&publication.path);
        progress.step(path.as_str());
        let _piece = Piece::begin(trace, "EPUB", path.as_str());
        let pagination = pagination.as_ref();
        let spool = request.cache.spool();
        let book = ebook::write(publication, pagination, &means, spool, sources, diagnostics);
        let chapters = publication.content.topics.len();
        if let Some(book) = book.and_then(|book| decks::store(path.clone(), book, diagnostics)) {
            built.account.epubs.push((path, chapters));
            built.stored.push(book);
        }
    }
    let piece = Piece::begin(trace, "illustrate", "deck");
    let has_decks = wanted.decks && !decks.is_empty();
    let illustrations = if has_decks { illustrate(images.anki) } else { Illustrations::default() };
    drop(piece);
    let printed = where_printed(&publications, &paginations);
    for resolved in decks.iter().filter(|_| wanted.decks) {
        let means = decks::Means { illustrations: &illustrations, own: &own, printed: &printed };
        let asked = decks::Asked { loaded, request, wanted: &wanted, progress };
        decks::make(resolved, &means, &asked, &mut ledger, &mut built, diagnostics);
    }
    let means = cards::Means { own: &own, press: &press, printed: &printed, kept: &kept };
    for resolved in &decks {
        for sheets in resolved.plan.sheets.iter().filter(|sheets| wanted.has(sheets.path.as_str()))
        {
            progress.step(sheets.path.as_str());
            let _piece = Piece::begin(trace, "cards", sheets.path.as_str());
            cards::make(resolved, sheets, &means, &mut built, sources, diagnostics);
        }
    }
    let empty = Ledger::default();
    built.changes = ledger::Changes::between(&loaded.ledger, &ledger);
    let has_ledger = wanted.decks && (ledger != empty || loaded.ledger != empty);
    built.account.references = count_references(&publications, &decks);
    built.account.figures = count_figures(&publications);
    let is_whole = !diagnostics.has_errors() && wanted.is_all();
    let mut look_through = || {
        if is_whole {
            progress.step(PRIVACY_REPORT);
            finish(loaded, request, sources, &mut built, diagnostics);
        }
    };
    let mut text = None;
    beside(request.jobs, &mut look_through, || {
        text = has_ledger.then(|| ledger.to_yaml());
        // An audit needs room, and none of these.
        drop((publications, decks, ledger));
    });
    built.ledger = text;
    built
}

/// Looks through all that was made, and adds the report of it.
pub fn finish(
    loaded: &Loaded,
    request: &Request,
    sources: &Sources,
    built: &mut Built,
    diagnostics: &mut Diagnostics,
) {
    let _piece = Piece::begin(request.trace.as_ref(), "audit", "");
    firewall::guard(loaded, request, sources, built, diagnostics);
}

/// Returns where topics are printed.
fn where_printed<'a>(
    publications: &[Publication],
    paginations: &'a [Option<Pagination>],
) -> Printed<'a> {
    let mut printed = Printed::default();
    for (topic, place) in printings(publications) {
        let (Some(publication), Some(Some(pagination))) =
            (publications.get(place), paginations.get(place))
        else {
            continue;
        };
        let kind = match publication.kind {
            Kind::Handout => PrintedKind::Handout,
            Kind::Book => PrintedKind::Book,
        };
        printed.topics.insert(topic, (kind, pagination));
    }
    printed
}

/// What all documents are made with.
#[derive(Debug, Clone, Copy)]
struct Press<'a> {
    date: Date,
    fonts: &'a Fonts,
    typefaces: &'a Typefaces,
    renditions: &'a Renditions,
    print: PrintLimits,
    jobs: usize,
}

impl<'a> Press<'a> {
    fn options(
        &self,
        kind: Kind,
        paper: &'a str,
        figures: FigureStyle,
        press: PressSettings,
    ) -> pdf::Options<'a> {
        let Self { date, typefaces, renditions, print, .. } = *self;
        let variant = Variant::Full;
        pdf::Options {
            kind,
            paper,
            figures,
            variant,
            press,
            date,
            typefaces,
            renditions,
            print,
            cards: None,
            cover: None,
        }
    }
}
