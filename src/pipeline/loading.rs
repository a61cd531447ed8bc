//! Reading: a project, as far as all publications share it.
//!
//! Does: reads manifest, works, topics, pictures, layouts, styles and the ledger, and says
//! what is wrong with them. Must not know: what is made of them.

use std::sync::Arc;

use super::origin::brings_works;
use super::plates::Presses;
use super::styles::Styles;
use super::{Loaded, Request, glyphs, legible};
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::files::{FileError, Files};
use crate::layout::Layouts;
use crate::ledger::{self, Ledger};
use crate::model::{Bibliography, Document, ImageSettings, MediaSet, Topic};
use crate::parallel::{beside, in_order};
use crate::picture::Imports;
use crate::project::{Project, SOURCES};
use crate::read;
use crate::resolve::{self, Index};
use crate::source::{FileId, ProjectPath, Sources, Span, Spanned};
use crate::trace::Piece;

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

pub(super) fn load_with(
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
    let styles = Styles::read(&project, files, sources, diagnostics)?;
    let ledger = read_ledger(files, sources, diagnostics)?;
    // What is unused is said only where nothing before it is wrong: that is what was read.
    let mut find = || {
        let _piece = Piece::begin(trace, "index", "");
        let index = Index::build(&document.topics, diagnostics);
        let shown = paths.iter().filter(|path| covers.iter().all(|cover| cover.value != **path));
        resolve::integrity(&document, &shown.cloned().collect::<Vec<_>>(), diagnostics);
        resolve::claims(&document, diagnostics);
        let ledger = ledger.as_ref().and_then(|written| match written {
            Some((file, text)) => Ledger::read(text, *file, diagnostics),
            None => Some(Ledger::default()),
        });
        (index, ledger)
    };
    let mut found = Diagnostics::default();
    let mut media = MediaSet::default();
    let (index, ledger) = beside(request.jobs, &mut find, || {
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
    let Some(styles) = styles else { return Ok(None) };
    let presses = Presses::read(&project, files, diagnostics)?;
    let Some(ledger) = ledger else { return Ok(None) };
    let media = Arc::new(media);
    Ok(Some(Loaded { project, document, index, styles, presses, media, layouts, fonts, ledger }))
}

/// What `cards.lock` says, if there is one.
type WrittenLedger = Option<(FileId, String)>;

/// Reads what the ledger says; `None`, after a message, if it is no text.
fn read_ledger(
    files: &dyn Files,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Option<WrittenLedger>, FileError> {
    let path = ProjectPath::new(ledger::FILE).expect("a plain name is a path");
    let bytes = match files.read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.is_missing() => return Ok(Some(None)),
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
    Ok(Some(Some((file, text))))
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
