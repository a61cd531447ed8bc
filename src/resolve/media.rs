//! The pictures of figures: found, taken in, and what is wrong with them told
//! wherever they are used.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::files::{FileError, Files};
use crate::model::{Excerpt, Figure, MediaSet, Topic, Visitor, walk_topic};
use crate::picture;
use crate::source::{ProjectPath, Span};

/// Loads and cleans the pictures of all figures, on `jobs` threads.
pub fn load(
    topics: &[Arc<Topic>],
    files: &dyn Files,
    jobs: usize,
    diagnostics: &mut Diagnostics,
) -> MediaSet {
    let mut set = MediaSet::default();
    each(topics, files, jobs, &picture::import, diagnostics, &mut |excerpt, imported| {
        set.origins.insert(excerpt.path.clone(), imported.origin);
        set.images.insert(excerpt, imported.media);
    });
    set
}

/// Looks at the pictures of all figures from outside, and reports what [`load`]
/// reports, but for pixels that cannot be decoded. Returns no pictures.
pub fn check(
    topics: &[Arc<Topic>],
    files: &dyn Files,
    jobs: usize,
    diagnostics: &mut Diagnostics,
) -> MediaSet {
    each(topics, files, jobs, &picture::inspect, diagnostics, &mut |_, _| {});
    MediaSet::default()
}

/// What is done with the bytes of a picture.
type Look<T> = dyn Fn(&[u8], &Excerpt) -> Result<T, picture::Problem> + Sync;

/// Reads each picture once and hands it to `look`; what comes of it goes to
/// `keep`, or is reported wherever the picture is used.
fn each<T: Send>(
    topics: &[Arc<Topic>],
    files: &dyn Files,
    jobs: usize,
    look: &Look<T>,
    diagnostics: &mut Diagnostics,
    keep: &mut dyn FnMut(Excerpt, T),
) {
    let mut wanted = Wanted::default();
    for topic in topics {
        walk_topic(topic, &mut wanted);
    }
    let excerpts: Vec<(Excerpt, Vec<Span>)> = wanted.excerpts.into_iter().collect();
    let queue = Mutex::new(excerpts.iter());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, excerpts.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().ok().and_then(|mut queue| queue.next());
                    let Some((excerpt, _)) = next else { return };
                    let bytes = files.read(&excerpt.path).map_err(Problem::File);
                    let result =
                        bytes.and_then(|bytes| look(&bytes, excerpt).map_err(Problem::Picture));
                    if let Ok(mut done) = done.lock() {
                        done.push((excerpt.clone(), result));
                    }
                }
            });
        }
    });
    let mut results: BTreeMap<_, _> = done.into_inner().unwrap_or_default().into_iter().collect();
    for (excerpt, spans) in &excerpts {
        match results.remove(excerpt) {
            Some(Ok(found)) => keep(excerpt.clone(), found),
            Some(Err(problem)) => {
                for span in spans {
                    diagnostics.push(problem.explain(&excerpt.path, *span, files));
                }
            }
            None => {}
        }
    }
}

#[derive(Default)]
struct Wanted {
    excerpts: BTreeMap<Excerpt, Vec<Span>>,
}

impl Visitor for Wanted {
    fn figure(&mut self, figure: &Figure) {
        for image in figure.panels.iter().map(|panel| &panel.image) {
            self.excerpts.entry(image.excerpt.clone()).or_default().push(image.span);
        }
    }
}

/// Why a picture cannot be used.
enum Problem {
    File(FileError),
    Picture(picture::Problem),
}

impl Problem {
    fn explain(&self, path: &ProjectPath, span: Span, files: &dyn Files) -> Diagnostic {
        match self {
            Self::File(error) if error.is_missing() => {
                let diagnostic =
                    Diagnostic::error(Code::MissingImage, format!("there is no picture `{path}`"))
                        .at(span);
                let folder = path.folder().and_then(|folder| ProjectPath::new(folder).ok());
                let there = folder.and_then(|folder| files.list(&folder).ok()).unwrap_or_default();
                let names: BTreeSet<&str> = there.iter().map(ProjectPath::name).collect();
                diagnostic.maybe_hint(near_miss(path.name(), names))
            }
            Self::File(error) => Diagnostic::error(
                Code::UnreadableImage,
                format!("this picture cannot be read ({})", error.cause),
            )
            .at(span),
            Self::Picture(picture::Problem::Kind(kind)) => Diagnostic::error(
                Code::UnreadableImage,
                format!("a picture of the kind {kind} is not taken"),
            )
            .at(span)
            .hint("convert it to JPEG or PNG"),
            Self::Picture(picture::Problem::Size(width, height)) => Diagnostic::error(
                Code::UnreadableImage,
                format!("this picture is too large ({width} × {height} pixels)"),
            )
            .at(span)
            .hint(format!("make it smaller than {} pixels on each side", picture::MAX_SIDE)),
            Self::Picture(picture::Problem::Broken(reason)) => Diagnostic::error(
                Code::UnreadableImage,
                format!("this picture cannot be decoded ({reason})"),
            )
            .at(span)
            .hint("open it in an image editor and export it again"),
        }
    }
}
