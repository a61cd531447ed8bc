//! Publications to pages, side by side; and what layouts fail at, as messages.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::kept::Kept;
use super::origin::Origins;
use super::{Account, Press, Progress, Publication, Stored, glyphs, plates};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fonts::Fonts;
use crate::layout::Layout;
use crate::model::{Topic, Variant};
use crate::source::{ProjectPath, Sources, Span, Spanned};
use crate::write::pdf::kept::Ingredients;
use crate::write::pdf::{self, Extent, Kind, LayoutPlace, LayoutProblem, Pages};

/// The stack of a thread that lays out pages: deeply nested lists go down far.
const STACK: usize = 32 << 20;

/// A publication that was laid out.
#[derive(Debug)]
pub(super) struct LaidOut {
    /// Its pages, or what its layout fails at.
    pub(super) pages: Result<Pages, Vec<LayoutProblem>>,
    /// Where the file of the pages is, in which case they are without bytes.
    pub(super) stored: Option<Stored>,
    /// How it was made to fit the pages that it may take.
    pub(super) fit: Option<Fit>,
    /// Whether it was kept from an earlier build.
    pub(super) is_kept: bool,
}

/// How a publication was made to fit the pages that it may take.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    /// How its layout is set, where that is not as usual: "size 9.5pt".
    pub(super) measure: String,
    /// How much room it takes.
    pub(super) extent: Extent,
}

/// Lays out publications side by side, and returns all in their order.
///
/// Plain threads with one document at a time each: Typst uses rayon inside, and
/// rayon over documents piles layouts on one stack until it overflows. What it hands on
/// within a handout stays on the thread of the handout: to wake another for it,
/// and to wait, takes longer than to do it.
pub(super) fn lay_out(
    publications: &[Publication],
    groups: &[Vec<usize>],
    press: &Press,
    (kept, origins): (&Kept, &Origins),
    progress: &dyn Progress,
) -> Vec<Option<LaidOut>> {
    let queue = Mutex::new(groups.iter());
    let done = Mutex::new(Vec::new());
    let jobs = press.jobs.clamp(1, groups.len().max(1));
    let set_anew = AtomicUsize::new(0);
    let set_all = || {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(group) = next else { break };
            let members: Vec<_> = group.iter().map(|index| &publications[*index]).collect();
            members.iter().for_each(|one| progress.step(one.path.as_str()));
            let is_long = members.iter().any(|one| one.kind == Kind::Book);
            let laid_out = kept.or_make(&members, origins, press, |of| {
                let set = || set(&members, of, press);
                // All threads take part in a book.
                if is_long { deep(set) } else { set() }
            });
            let is_set = laid_out.iter().any(|one| !one.is_kept);
            let laid_out = group.iter().copied().zip(laid_out);
            done.lock().unwrap_or_else(PoisonError::into_inner).extend(laid_out);
            // Typst is told to forget once for as many documents as are set at a time. What it
            // remembers of one takes megabytes, and in all that it remembers of sixteen,
            // everything takes a tenth longer; sooner, it would forget what is being set. What
            // was kept leaves nothing behind, and a look at all that was costs more than to
            // find it.
            if is_set && set_anew.fetch_add(1, Ordering::Relaxed) % jobs == jobs - 1 {
                pdf::evict();
            }
        }
    };
    std::thread::scope(|scope| {
        let work = || alone(set_all);
        for _ in 0..jobs {
            let spawned = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            if spawned.is_err() {
                // No thread to be had: this one will do.
                work();
            }
        }
    });
    if !set_anew.into_inner().is_multiple_of(jobs) {
        pdf::evict();
    }
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut done: BTreeMap<usize, LaidOut> = done.into_iter().collect();
    (0..publications.len()).map(|index| done.remove(&index)).collect()
}

/// Does something on one thread, and on that all that rayon is asked for meanwhile.
fn alone(work: impl FnOnce() + Send) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(STACK).build();
    match pool {
        Ok(pool) => pool.install(work),
        // Without a thread to be had, this one will do, and all share what is in documents.
        Err(_) => work(),
    }
}

/// Lays something out on a thread of its own, whose stack is deep enough.
pub(super) fn deep<T: Send>(work: impl Fn() -> T + Sync) -> T {
    std::thread::scope(|scope| {
        let spawned = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, &work);
        // Without a thread to be had, this one will do; what it panics of is a bug.
        spawned.map_or_else(|_| work(), |thread| thread.join().expect("pages are laid out"))
    })
}

/// Sets publications that are set alike, of which it may be known what they are made of.
fn set(group: &[&Publication], made_of: &[Ingredients], press: &Press) -> Vec<LaidOut> {
    let fit = fit(group, press);
    let set = group.iter().enumerate().map(|(place, publication)| {
        let layout = fit.as_ref().map_or(publication.layout.as_ref(), |(layout, _)| layout);
        // That is another thing where a layout is set otherwise.
        let of = made_of.get(place).filter(|_| fit.is_none());
        let pages = pdf::write(publication.edition(), layout, &options(publication, press), of);
        let fit = fit.as_ref().map(|(_, fit)| fit.clone());
        let mut laid_out = LaidOut { pages, stored: None, fit, is_kept: false };
        plates::make(publication, &mut laid_out, press.jobs);
        laid_out
    });
    set.collect()
}

pub(super) fn options<'a>(publication: &'a Publication<'_>, press: &Press<'a>) -> pdf::Options<'a> {
    let Publication { kind, paper, figures, press: settings, variant, .. } = publication;
    let options = press.options(*kind, paper, *figures, *settings);
    pdf::Options { variant: *variant, ..options }
}

/// Returns the publications that are needed, and those that they are set alike with: those
/// of students and teachers that share a budget, so that their pages break alike; all others
/// alone.
pub(super) fn groups(publications: &[Publication], needed: &[bool]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut paired = BTreeMap::new();
    for (index, publication) in publications.iter().enumerate() {
        let has_blanks = matches!(publication.variant, Variant::Student | Variant::Teacher);
        if has_blanks && publication.budget.is_some() {
            let group = *paired.entry(publication.entry).or_insert(groups.len());
            if let Some(group) = groups.get_mut(group) {
                group.push(index);
                continue;
            }
        }
        groups.push(vec![index]);
    }
    groups.retain(|group| group.iter().any(|index| needed.get(*index) == Some(&true)));
    groups
}

/// Chooses how to set publications that may take only so many pages: the first
/// measure in which all fit, else the tightest. `None` if they may take as many as
/// they do, or if the layout is wrong, which comes to light when they are made.
fn fit(group: &[&Publication], press: &Press) -> Option<(Layout, Fit)> {
    let first = group.first()?;
    let budget = first.budget.as_ref()?.value;
    let mut chosen = None;
    for settings in first.layout.measures(first.large) {
        let measure = first.layout.difference(&settings);
        let mut layout = Layout::clone(&first.layout);
        layout.settings = settings;
        let mut most = Extent { pages: 0, filled: 0.0 };
        for publication in group {
            let extent =
                pdf::extent(publication.edition(), &layout, &options(publication, press)).ok()?;
            if extent.filled > most.filled {
                most = extent;
            }
            if most.pages > budget {
                break;
            }
        }
        let fits = most.pages <= budget;
        chosen = Some((layout, Fit { measure, extent: most }));
        if fits {
            break;
        }
    }
    chosen
}

/// Says in the account how a publication was made to fit, or warns that it does not.
pub(super) fn tell(
    publication: &Publication,
    fit: Fit,
    account: &mut Account,
    diagnostics: &mut Diagnostics,
) {
    let Some(budget) = &publication.budget else { return };
    if fit.extent.pages > budget.value {
        warn_of_length(publication, budget, &fit, diagnostics);
    } else if !fit.measure.is_empty() {
        let path = publication.path.clone();
        account.fitted.push((path, fit.extent.pages, fit.measure));
    }
}

/// Warns of a publication that takes more pages than it may, however tightly its
/// layout is set.
fn warn_of_length(
    publication: &Publication,
    budget: &Spanned<usize>,
    fit: &Fit,
    diagnostics: &mut Diagnostics,
) {
    let Extent { pages, filled } = fit.extent;
    let count = |number: usize| match number {
        1 => "1 page".to_owned(),
        many => format!("{many} pages"),
    };
    let over = filled - budget.value as f64;
    let by = if over < 0.95 {
        format!("{} % of a page", (over * 100.0).ceil().max(1.0))
    } else {
        format!("{over:.1} pages")
    };
    let measures = publication.layout.measures(publication.large).len();
    let message = format!(
        "`{}` takes {} instead of {}: it is {by} too long{}",
        publication.path,
        count(pages),
        budget.value,
        if fit.measure.is_empty() { String::new() } else { format!(", even with {}", fit.measure) },
    );
    let hint = if measures == 1 {
        let name = &publication.layout.name;
        format!(
            "shorten it, or give it more pages: `{name}` cannot be set tighter with what is asked of it"
        )
    } else {
        "shorten it, give it more pages, or make figures smaller".to_owned()
    };
    diagnostics.push(Diagnostic::warning(Code::TooManyPages, message).at(budget.span).hint(hint));
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
