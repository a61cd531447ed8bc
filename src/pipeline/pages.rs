//! Publications to pages, side by side; and what layouts fail at, as messages.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Press, Progress, Publication, glyphs};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fonts::Fonts;
use crate::layout::Layout;
use crate::model::Topic;
use crate::source::{ProjectPath, Sources, Span};
use crate::write::pdf::{self, LayoutPlace, LayoutProblem, Pages};

/// How many documents are laid out before Typst is told to forget.
const EVICT_EVERY: usize = 16;

/// The stack of a thread that lays out pages: deeply nested lists go down far.
const STACK: usize = 32 << 20;

/// Lays out publications side by side, and returns their pages in their order.
///
/// Plain threads with one document at a time each: Typst uses rayon inside, and
/// rayon over documents piles layouts on one stack until it overflows.
pub(super) fn lay_out(
    publications: &[Publication],
    press: &Press,
    jobs: usize,
    progress: &dyn Progress,
) -> Vec<Result<Pages, Vec<LayoutProblem>>> {
    let queue = Mutex::new(publications.iter().enumerate());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let work = || {
            for count in 1.. {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((index, publication)) = next else { return };
                progress.step(publication.path.as_str());
                let Publication { kind, paper, figures, press: settings, variant, .. } =
                    publication;
                let options = press.options(*kind, paper, *figures, *settings);
                let options = pdf::Options { variant: *variant, ..options };
                let pages = pdf::write(&publication.edition, &publication.layout, &options);
                done.lock().unwrap_or_else(PoisonError::into_inner).push((index, pages));
                if count % EVICT_EVERY == 0 {
                    pdf::evict();
                }
            }
        };
        for _ in 0..jobs.clamp(1, publications.len().max(1)) {
            let spawned = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            if spawned.is_err() {
                // No thread to be had: this one will do.
                work();
            }
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, pages)| pages).collect()
}

/// Turns what a layout failed at into messages, with the place in its file or
/// in the topic.
pub(super) fn report(
    problems: Vec<LayoutProblem>,
    layout: &Layout,
    topics: &[Arc<Topic>],
    fonts: &Fonts,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) {
    for problem in problems {
        if let Some(places) = missing_glyphs(&problem, topics, fonts, sources) {
            places.into_iter().for_each(|place| diagnostics.push(place));
            continue;
        }
        let message = format!("the layout `{}` fails ({})", layout.name, problem.message);
        let mut diagnostic = Diagnostic::error(Code::BrokenLayout, message);
        if let Some(span) = problem.place.and_then(|place| span_of(place, sources)) {
            diagnostic = diagnostic.at(span);
        }
        if let Some(span) = problem.inner.and_then(|place| span_of(place, sources)) {
            diagnostic = diagnostic.hint_at(span, "it came to light here");
        }
        for hint in problem.hints {
            diagnostic = diagnostic.hint(hint);
        }
        diagnostics.push(diagnostic);
    }
}

fn span_of(place: LayoutPlace, sources: &mut Sources) -> Option<Span> {
    let path = ProjectPath::new(&place.file).ok()?;
    let file = sources.add(path, place.text);
    Some(Span::new(file, place.range.start, place.range.end))
}

/// Finds the places in topics of characters that no font has: Typst knows only
/// that they came from the data. What a layout adds is nowhere to be found.
fn missing_glyphs(
    problem: &LayoutProblem,
    topics: &[Arc<Topic>],
    fonts: &Fonts,
    sources: &Sources,
) -> Option<Vec<Diagnostic>> {
    if !problem.message.contains("could not be displayed with") {
        return None;
    }
    let missing = fonts.missing(problem.message.split_once('"')?.1);
    let found = topics.iter().find_map(|topic| {
        let file = topic.span.file;
        let is_here = sources.text(file).contains(|c| missing.contains(&c));
        is_here.then(|| glyphs::explain(&missing, "", glyphs::whole(file, sources), fonts, sources))
    });
    found.filter(|found| !found.is_empty())
}
