//! The pictures of figures: found, taken in, and what is wrong with them told
//! wherever they are used.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::marks;
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::files::{FileError, Files};
use crate::model::{Excerpt, Figure, MediaSet, Topic, Visitor, walk_topic};
use crate::picture::{self, Budget, Imports};
use crate::source::{ProjectPath, Span, Spanned};

/// Loads and cleans the pictures of all figures, on `jobs` threads.
pub fn load(
    topics: &[Arc<Topic>],
    files: &dyn Files,
    imports: &Imports,
    jobs: usize,
    diagnostics: &mut Diagnostics,
) -> MediaSet {
    let mut set = MediaSet::default();
    let look = |bytes: &[u8], excerpt: &Excerpt| imports.import(bytes, excerpt);
    let cost = |bytes: &[u8], excerpt: &Excerpt| {
        picture::inspect(bytes, excerpt).map_or(0, |seen| seen.cost)
    };
    each(topics, files, jobs, (&cost, &look), diagnostics, &mut |excerpt, imported| {
        set.origins.insert(excerpt.path.clone(), imported.origin);
        set.images.insert(excerpt, imported.media);
    });
    set
}

/// Adds pictures that stand in no topic, and reports those that cannot be read.
pub fn add(
    paths: &[Spanned<ProjectPath>],
    files: &dyn Files,
    imports: &Imports,
    set: &mut MediaSet,
    diagnostics: &mut Diagnostics,
) {
    for path in paths {
        let excerpt = Excerpt::whole(path.value.clone());
        if set.images.contains_key(&excerpt) {
            continue;
        }
        let bytes = files.read(&path.value).map_err(|error| Problem::File(Arc::new(error)));
        let imported =
            bytes.and_then(|bytes| imports.import(&bytes, &excerpt).map_err(Problem::Picture));
        match imported {
            Ok(imported) => {
                set.origins.insert(path.value.clone(), imported.origin);
                set.images.insert(excerpt, imported.media);
            }
            Err(problem) => diagnostics.push(problem.explain(&path.value, path.span, files)),
        }
    }
}

/// Looks at the pictures of all figures from outside, and reports what [`load`]
/// reports, but for pixels that cannot be decoded. Returns the pictures that have
/// marks, for these must be seen.
pub fn check(
    topics: &[Arc<Topic>],
    files: &dyn Files,
    imports: &Imports,
    jobs: usize,
    diagnostics: &mut Diagnostics,
) -> MediaSet {
    let marked = marks::marked(topics);
    let look = |bytes: &[u8], excerpt: &Excerpt| {
        if marked.contains(excerpt) {
            return imports.import(bytes, excerpt).map(|imported| Some(imported.media));
        }
        picture::inspect(bytes, excerpt).map(|_| None)
    };
    // Of one file, all excerpts are taken at once.
    let cost = |bytes: &[u8], excerpt: &Excerpt| {
        let is_seen = marked.iter().any(|marked| marked.path == excerpt.path);
        if is_seen { picture::inspect(bytes, excerpt).map_or(0, |seen| seen.cost) } else { 0 }
    };
    let mut set = MediaSet::default();
    each(topics, files, jobs, (&cost, &look), diagnostics, &mut |excerpt, media| {
        set.images.extend(media.map(|media| (excerpt, media)));
    });
    set
}

/// What is done with the bytes of a picture.
type Look<'a, T> = dyn Fn(&[u8], &Excerpt) -> Result<T, picture::Problem> + Sync + 'a;

/// How many bytes of memory that takes, beside those of the file.
type Cost<'a> = dyn Fn(&[u8], &Excerpt) -> u64 + Sync + 'a;

/// Reads each file once and hands it to `look`, for all that is taken of it; what
/// comes of it goes to `keep`, or is reported wherever the picture is used.
fn each<T: Send>(
    topics: &[Arc<Topic>],
    files: &dyn Files,
    jobs: usize,
    (cost, look): (&Cost, &Look<'_, T>),
    diagnostics: &mut Diagnostics,
    keep: &mut dyn FnMut(Excerpt, T),
) {
    let mut wanted = Wanted::default();
    for topic in topics {
        walk_topic(topic, &mut wanted);
    }
    let excerpts: Vec<(Excerpt, Vec<Span>)> = wanted.excerpts.into_iter().collect();
    // They are in the order of their paths.
    let groups: Vec<_> = excerpts.chunk_by(|(a, _), (b, _)| a.path == b.path).collect();
    let queue = Mutex::new(groups.iter());
    let done = Mutex::new(Vec::new());
    let budget = Budget::default();
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, groups.len().max(1)) {
            scope.spawn(|| {
                loop {
                    // A thread that waits for memory keeps the others from reading
                    // on: one file at a time is read and not yet worked on.
                    let mut turn = queue.lock().unwrap_or_else(PoisonError::into_inner);
                    let Some(group) = turn.next() else { return };
                    let Some((first, _)) = group.first() else { continue };
                    let bytes = files.read(&first.path);
                    let needs = |bytes: &Vec<u8>| bytes.len() as u64 + cost(bytes, first);
                    let _share = budget.take(bytes.as_ref().map_or(0, needs));
                    drop(turn);
                    let bytes = bytes.map_err(|error| Problem::File(Arc::new(error)));
                    for (excerpt, _) in *group {
                        let result = bytes
                            .as_ref()
                            .map_err(Clone::clone)
                            .and_then(|bytes| look(bytes, excerpt).map_err(Problem::Picture));
                        done.lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push((excerpt.clone(), result));
                    }
                }
            });
        }
    });
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut results: BTreeMap<_, _> = done.into_iter().collect();
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
#[derive(Clone)]
enum Problem {
    File(Arc<FileError>),
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
            .hint("make it smaller: 100 megapixels are taken (45 of what comes in several passes, such as a progressive JPEG), and 20000 pixels on a side"),
            Self::Picture(picture::Problem::Crop(width, height)) => Diagnostic::error(
                Code::PointOutsideImage,
                format!(
                    "what `crop` keeps lies outside of the picture ({width} × {height} pixels)"
                ),
            )
            .at(span)
            .hint("write `crop: [left, top, width, height]` of the picture as it stands upright"),
            Self::Picture(picture::Problem::Page(count)) => Diagnostic::error(
                Code::UnreadableImage,
                match count {
                    0 | 1 => "this picture has only one page".to_owned(),
                    count => format!("this picture has only {count} pages"),
                },
            )
            .at(span)
            .hint("pages are counted from 1"),
            Self::Picture(picture::Problem::Unfit { message, hint }) => {
                Diagnostic::error(Code::UnreadableImage, message.clone())
                    .at(span)
                    .hint(hint.clone())
            }
            Self::Picture(picture::Problem::Broken(reason)) => Diagnostic::error(
                Code::UnreadableImage,
                format!("this picture cannot be decoded ({reason})"),
            )
            .at(span)
            .hint("open it in an image editor and export it again"),
        }
    }
}
