//! `recto build` and `recto check`.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::{BuildArgs, MakeArgs, MessageFormat};
use super::plan::Plan;
use super::steps::{self, Part};
use super::timings::Timings;
use super::{Outcome, account, again, report, timings};
use crate::audit::Report;
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::files::{
    self, Bytes, Changes, DiskFiles, Extent, FileError, Files, Finished, Lock, Reading, Recorder,
    Seen, Sharing,
};
use crate::ledger::FILE as LEDGER;
use crate::pipeline::{self, Built, KnownTopics, Loaded, Place, Progress, Stored};
use crate::record::{self, FILE as MANIFEST, Manifest, Said};
use crate::source::{ProjectPath, Sources};
use crate::trace::{Piece, Trace};

/// The most bytes that are kept for the next builds.
const MOST_KEPT: u64 = 4 << 30;

/// Runs `recto check`.
pub(super) fn check(args: &BuildArgs) -> Outcome {
    attempt(|| {
        let plan = Plan::new(args)?;
        let mut sources = Sources::default();
        let mut diagnostics = Diagnostics::default();
        pipeline::check(&plan.files, &plan.request, &mut sources, &mut diagnostics)
            .map_err(|error| error.to_string())?;
        let told = tell(&plan, diagnostics, &sources, (false, ""));
        if told.outcome == Outcome::Done {
            report::summary(0, told.warnings, "", is_quiet(&plan));
        }
        Ok(told.outcome)
    })
}

/// Runs `recto build`.
pub(super) fn run(args: &MakeArgs) -> Outcome {
    attempt(|| {
        let started = Instant::now();
        if args.attended {
            end_with_standard_input();
        }
        let part = Part::of(args)?;
        let timings = args.timings.as_ref().map(|file| (Arc::new(Timings::start()), file));
        let watch = timings.as_ref().map(|(timings, _)| Arc::clone(timings) as Arc<dyn Trace>);
        let (explained, known) = (args.explain, None);
        let how = How { part: &part, explained, trace: watch, known, started, is_last: true };
        let done = build(&args.build, &how)?;
        if let Some((timings, file)) = timings {
            let file = file.clone().unwrap_or_else(|| timings::default_file(&done.cache));
            timings.tell(&file).map_err(|error| error.to_string())?;
        }
        Ok(done.outcome)
    })
}

/// Ends the program when its standard input does: whoever had it started is gone, and so is
/// the reason for the build. One that is stopped leaves the results as they were.
fn end_with_standard_input() {
    let wait = || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(2);
    };
    // Without a thread to be had, the build goes on to its end.
    let _ = std::thread::Builder::new().spawn(wait);
}

/// How a build is done.
pub(super) struct How<'a> {
    /// What is made.
    pub(super) part: &'a Part,
    /// Whether it says of each file why it was made.
    pub(super) explained: bool,
    /// Who watches where the time goes.
    pub(super) trace: Option<Arc<dyn Trace>>,
    /// What this process read before.
    pub(super) known: Option<Arc<KnownTopics>>,
    /// When it was asked for.
    pub(super) started: Instant,
    /// Whether the program ends with it: then its memory is left to the system, which
    /// takes all of it at once.
    pub(super) is_last: bool,
}

/// How a build ended.
pub(super) struct Done {
    pub(super) outcome: Outcome,
    /// What became of files.
    pub(super) changes: Changes,
    /// Whether nothing was to be done.
    pub(super) was_done: bool,
    /// The ids of steps that were left for later.
    pub(super) left: Vec<String>,
    /// The hash of the ledger that it left, if it was for it to say.
    pub(super) ledger: Option<blake3::Hash>,
    /// The folder of what builds keep.
    cache: PathBuf,
}

fn attempt(work: impl FnOnce() -> Result<Outcome, String>) -> Outcome {
    work().unwrap_or_else(|problem| {
        report::failure(&problem);
        Outcome::Environment
    })
}

/// Builds a project, or a part of it.
pub(super) fn build(args: &BuildArgs, how: &How<'_>) -> Result<Done, String> {
    let explain = |error: FileError| error.to_string();
    let mut plan = Plan::new(args)?;
    if let Some(trace) = &how.trace {
        plan.request.trace = Arc::clone(trace);
    }
    plan.request.known.clone_from(&how.known);
    plan.request.in_haste = *how.part == Part::Soon;
    let sharing = match how.part {
        Part::Whole | Part::Report => Sharing::Alone,
        Part::Handouts | Part::Soon | Part::Only(_) | Part::Shard { .. } => Sharing::WithParts,
    };
    // Until the end of this function, whatever happens.
    let _lock = lock(&plan, sharing)?;
    let output = DiskFiles::open(&plan.output).map_err(explain)?;
    if sharing == Sharing::Alone {
        files::sweep(&plan.output);
    }
    let mut last = again::last(&plan);
    let again = match how.part {
        // Who watches handouts waits for the first sign of life.
        Part::Whole | Part::Handouts => last
            .as_mut()
            .and_then(|last| again::say(&plan, &output, last, how.explained, how.started)),
        Part::Soon | Part::Report | Part::Only(_) | Part::Shard { .. } => None,
    };
    let was_done = again.is_some();
    if let Some(last) = last.filter(|_| !was_done) {
        plan.request.results.know(again::untouched(last, &output));
    }
    let Put { outcome, changes, ledger } = match again {
        Some(outcome) => Put::nothing(outcome),
        None => anew(&mut plan, &output, how)?,
    };
    let cache = plan.cache.folder().to_owned();
    Ok(Done { outcome, changes, was_done, left: plan.left, ledger, cache })
}

/// What a build put in its place.
struct Put {
    outcome: Outcome,
    changes: Changes,
    ledger: Option<blake3::Hash>,
}

impl Put {
    fn nothing(outcome: Outcome) -> Self {
        Self { outcome, changes: Changes::default(), ledger: None }
    }
}

/// Makes everything, and puts it in its place.
fn anew(plan: &mut Plan, output: &DiskFiles, how: &How<'_>) -> Result<Put, String> {
    let part = how.part;
    let explain = |error: FileError| error.to_string();
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let recorder = Recorder::new(plan.files.clone());
    let (loaded, mut built) = load_and_make(plan, &recorder, part, &mut sources, &mut diagnostics)?;
    if how.is_last {
        std::mem::forget(loaded);
    }
    let plan: &Plan = plan;
    // Who builds the rest right after this says what there is to say then.
    let is_first = matches!(part, Part::Handouts | Part::Soon);
    let told = tell(plan, diagnostics, &sources, (is_first, "; nothing was written"));
    if told.outcome != Outcome::Done {
        return Ok(Put::nothing(told.outcome));
    }
    let ledger_path = ProjectPath::new(LEDGER).map_err(|_| "the ledger has no path".to_owned())?;
    let ledger = built.ledger.take();
    let written: Vec<_> = ledger.iter().map(|ledger| (&ledger_path, ledger.as_bytes())).collect();
    let mut reading = recorder.reading();
    let made = built.artifacts.iter();
    let made = made.map(|artifact| Finished::made(&artifact.path, &artifact.bytes));
    let readers: Vec<_> =
        built.stored.iter().map(|file| (file, move || file.read(&plan.request))).collect();
    let stored = readers.iter().map(|(file, read)| {
        let Stored { path, hash, size, place } = file;
        let bytes = match place {
            Place::There => Bytes::There,
            Place::Cache(_) | Place::Picture(_) => Bytes::Elsewhere(read),
            Place::Spool(spooled) => Bytes::Spooled(spooled),
        };
        Finished { path, hash: *hash, size: *size, bytes }
    });
    let mut finished: Vec<Finished> = made.chain(stored).collect();
    let manifest = manifest(&built, &finished, &reading, &written);
    let before = how.explained.then(|| again::known(output)).flatten();
    let path = ProjectPath::new(MANIFEST).map_err(|_| "the list has no path".to_owned())?;
    // A list of a part is none.
    let is_whole = matches!(part, Part::Whole | Part::Report);
    let text = is_whole.then(|| manifest.to_json());
    finished.extend(text.iter().map(|text| Finished::made(&path, text.as_bytes())));
    let extent = if is_whole { Extent::Whole } else { Extent::Part };
    let piece = Piece::begin(plan.request.trace.as_ref(), "commit", "");
    let changes =
        files::commit(&plan.output, &finished, extent, plan.request.jobs).map_err(explain)?;
    // The ledger is saved after the decks it speaks of: without them it would
    // hold stamps that no learner has seen.
    for (path, bytes) in &written {
        files::commit_one(&plan.files.root().join(path.as_str()), bytes).map_err(explain)?;
    }
    drop(piece);
    let lines = account::lines(&built.account, built.report.as_ref(), told.warnings);
    if how.explained {
        let lines = record::explain(&manifest, before.as_ref(), built.products.files());
        lines.iter().for_each(|line| account::say(line));
    }
    // What was said of retired flashcards is said once.
    if *part == Part::Whole && built.changes.retired.is_empty() {
        let stamp = plan.files.stamp(&ledger_path);
        reading.files.extend(written.iter().map(|(path, bytes)| {
            let hash = blake3::hash(bytes);
            ((*path).clone(), stamp.map(|stamp| Seen { stamp, hash }))
        }));
        let made: Vec<_> = finished.iter().map(|file| (file.path, file.hash)).collect();
        let messages = again::in_all_forms(&told.list, &sources);
        let said = Said { account: lines.clone(), messages, warnings: told.warnings };
        again::keep(plan, output, reading, &made, said);
    }
    plan.cache.shrink(MOST_KEPT);
    if !plan.quiet {
        let lines: Vec<_> = lines.into_iter().chain([account::changed(changes)]).collect();
        account::print(&lines, &plan.output, how.started.elapsed());
    }
    let ledger = ledger.map(|ledger| blake3::hash(ledger.as_bytes()));
    Ok(Put { outcome: Outcome::Done, changes, ledger })
}

/// Lists what was made of what.
fn manifest(
    built: &Built,
    finished: &[Finished<'_>],
    reading: &Reading,
    written: &[(&ProjectPath, &[u8])],
) -> Manifest {
    let made: Vec<_> = finished.iter().map(|file| (*file, built.products.of(file.path))).collect();
    let unnamable = built.report.as_ref().map(Report::unnamable).unwrap_or_default();
    Manifest::new(&made, reading, written, &unnamable)
}

/// What messages come to.
struct Told {
    outcome: Outcome,
    warnings: usize,
    list: Vec<Diagnostic>,
}

/// Shows messages, and a summary if they are too many; `left` says what that leaves. Those
/// that need not stop anybody may be left for later.
fn tell(
    plan: &Plan,
    diagnostics: Diagnostics,
    sources: &Sources,
    (is_first, left): (bool, &str),
) -> Told {
    let errors = diagnostics.count(Severity::Error);
    let list = diagnostics.sorted();
    let warnings = list.iter().filter(|message| message.severity == Severity::Warning).count();
    let failed = errors > 0 || (plan.deny_warnings && warnings > 0);
    if failed || !is_first {
        report::messages(&list, sources, plan.format, plan.color);
    }
    if failed {
        report::summary(list.len() - warnings, warnings, left, is_quiet(plan));
    }
    Told { outcome: if failed { Outcome::Content } else { Outcome::Done }, warnings, list }
}

/// A stream of JSON holds nothing else.
fn is_quiet(plan: &Plan) -> bool {
    plan.quiet || plan.format == MessageFormat::Json
}

/// Keeps other builds from the output folder.
fn lock(plan: &Plan, sharing: Sharing) -> Result<Lock, String> {
    let shown = plan.output.display();
    let lock = files::lock(&plan.output, sharing).map_err(|error| error.to_string())?;
    lock.ok_or_else(|| {
        format!(
            "another build is writing to `{shown}`; wait until it is done, or choose another `--output`"
        )
    })
}

/// Makes everything, and writes nothing of it.
pub(super) fn make(
    plan: &mut Plan,
    files: &dyn Files,
    part: &Part,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Built, String> {
    load_and_make(plan, files, part, sources, diagnostics).map(|(_, built)| built)
}

/// Makes everything, and returns what it is made of, too.
fn load_and_make(
    plan: &mut Plan,
    files: &dyn Files,
    part: &Part,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<(Option<Loaded>, Built), String> {
    let loaded = pipeline::load(files, &plan.request, sources, diagnostics)
        .map_err(|error| error.to_string())?;
    let Some(loaded) = loaded else { return Ok((None, Built::default())) };
    let steps = if part.needs_steps() {
        // What is wrong is said by the build itself.
        pipeline::steps(&loaded, sources, &mut Diagnostics::default())
    } else {
        Vec::new()
    };
    plan.request.only = part.ids(&steps)?;
    if matches!(part, Part::Handouts | Part::Soon) {
        plan.left = steps::late(&steps);
    }
    let plan: &Plan = plan;
    let bar = Bar::new(plan);
    let stop = plan.deny_warnings && diagnostics.count(Severity::Warning) > 0;
    let progress: Option<&dyn Progress> = if stop { None } else { Some(&bar) };
    let mut built = pipeline::build(&loaded, &plan.request, progress, sources, diagnostics);
    if *part == Part::Report && !diagnostics.has_errors() {
        let output = DiskFiles::open(&plan.output).map_err(|error| error.to_string())?;
        let made = steps::results(&output, &built.products)?;
        built.take(made);
        pipeline::finish(&loaded, &plan.request, sources, &mut built, diagnostics);
    }
    bar.bar.finish_and_clear();
    Ok((Some(loaded), built))
}

/// A bar on a terminal; nothing in a pipe.
struct Bar {
    bar: ProgressBar,
    shown: bool,
}

impl Bar {
    fn new(plan: &Plan) -> Self {
        let shown = !plan.quiet && std::io::stderr().is_terminal();
        Self { bar: ProgressBar::hidden(), shown }
    }
}

impl Progress for Bar {
    fn start(&self, steps: usize) {
        self.bar.set_length(u64::try_from(steps).unwrap_or(u64::MAX));
        if self.shown {
            let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {wide_msg}");
            self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.enable_steady_tick(Duration::from_millis(100));
        }
    }

    fn step(&self, what: &str) {
        self.bar.inc(1);
        self.bar.set_message(what.to_owned());
    }
}
