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
mod loading;
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
pub use self::loading::load;
use self::loading::load_with;
use self::origin::Origins;
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
use crate::diag::Diagnostics;
use crate::fonts::Fonts;
use crate::layout::Layouts;
use crate::ledger::{self, Ledger};
use crate::model::{
    Date, Document, Edition, FigureStyle, MediaSet, Pagination, PressSettings, PrintLimits,
    Printed, PrintedKind, Topic, Variant,
};
use crate::parallel::beside;
use crate::picture::Renditions;
use crate::project::{Deck, Project};
use crate::resolve::Index;
use crate::source::{ProjectPath, Sources};
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
    let results = |one: &Publication| usize::from(one.has_pages) + usize::from(one.has_twin);
    let files: usize = publications.iter().map(results).sum();
    let sheets: usize = publications.iter().map(|publication| publication.sheets.len()).sum();
    let sheets = sheets + planned.iter().map(|deck| deck.sheets.len()).sum::<usize>();
    let steps = files + sheets + planned.len() + 1;
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
    let set_early = early.map(|progress| || pages = Some(set_pages(progress)));
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
    let has_decks = wanted.decks && !decks.is_empty();
    let mut for_decks = Illustrations::default();
    let sources_read: &Sources = sources;
    let mut find_products = || Products::new(loaded, &publications, &planned, sources_read);
    built.products = beside(jobs, &mut find_products, || {
        let _piece = Piece::begin(trace, "illustrate", "deck");
        if has_decks {
            for_decks = illustrate(images.anki);
        }
    });
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
    let printed = where_printed(&publications, &paginations);
    for resolved in decks.iter().filter(|_| wanted.decks) {
        let means = decks::Means { illustrations: &for_decks, own: &own, printed: &printed };
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
