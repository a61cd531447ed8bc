//! `recto build` and `recto check`.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::{BuildArgs, MessageFormat};
use super::plan::Plan;
use super::{Outcome, account, report};
use crate::diag::{Diagnostics, Severity};
use crate::files::{self, Extent, FileError, Lock, Sharing};
use crate::ledger::FILE as LEDGER;
use crate::pipeline::{self, Built, Progress};
use crate::source::Sources;

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    Build,
    Check,
}

pub(super) fn run(args: &BuildArgs, goal: Goal) -> Outcome {
    let started = Instant::now();
    let plan = match Plan::new(args) {
        Ok(plan) => plan,
        Err(problem) => {
            report::failure(&problem);
            return Outcome::Environment;
        }
    };
    // Until the end of this function, whatever happens.
    let _lock = match goal {
        Goal::Build => match lock(&plan) {
            Ok(lock) => Some(lock),
            Err(problem) => {
                report::failure(&problem);
                return Outcome::Environment;
            }
        },
        Goal::Check => None,
    };
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let built = make(&plan, goal, &mut sources, &mut diagnostics);
    let errors = diagnostics.count(Severity::Error);
    let list = diagnostics.sorted();
    let warnings = list.iter().filter(|message| message.severity == Severity::Warning).count();
    let shown_errors = list.len() - warnings;
    report::messages(&list, &sources, plan.format, plan.color);
    // A stream of JSON holds nothing else.
    let quiet = plan.quiet || plan.format == MessageFormat::Json;
    let built = match built {
        Ok(built) => built,
        Err(error) => {
            report::failure(&error.to_string());
            return Outcome::Environment;
        }
    };
    let failed = errors > 0 || (plan.deny_warnings && warnings > 0);
    if failed {
        let left = if goal == Goal::Build { "; nothing was written" } else { "" };
        report::summary(shown_errors, warnings, left, quiet);
        return Outcome::Content;
    }
    if goal == Goal::Check {
        report::summary(0, warnings, "", quiet);
        return Outcome::Done;
    }
    let artifacts: Vec<_> = built
        .artifacts
        .iter()
        .map(|artifact| (&artifact.path, artifact.bytes.as_slice()))
        .collect();
    let changes = match files::commit(&plan.output, &artifacts, Extent::Whole) {
        Ok(changes) => changes,
        Err(error) => {
            report::failure(&error.to_string());
            return Outcome::Environment;
        }
    };
    // The ledger is saved after the decks it speaks of: without them it would
    // hold stamps that no learner has seen.
    if let Some(ledger) = &built.ledger
        && let Err(error) = files::commit_one(&plan.files.root().join(LEDGER), ledger.as_bytes())
    {
        report::failure(&error.to_string());
        return Outcome::Environment;
    }
    if !plan.quiet {
        let report = built.report.as_ref();
        account::print(&built.account, report, &plan.output, changes, warnings, started.elapsed());
    }
    Outcome::Done
}

/// Keeps other builds from the output folder.
fn lock(plan: &Plan) -> Result<Lock, String> {
    let shown = plan.output.display();
    let lock = files::lock(&plan.output, Sharing::Alone).map_err(|error| error.to_string())?;
    lock.ok_or_else(|| {
        format!(
            "another build is writing to `{shown}`; wait until it is done, or choose another `--output`"
        )
    })
}

pub(super) fn make(
    plan: &Plan,
    goal: Goal,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Built, FileError> {
    if goal == Goal::Check {
        pipeline::check(&plan.files, &plan.request, sources, diagnostics)?;
        return Ok(Built::default());
    }
    let Some(loaded) = pipeline::load(&plan.files, &plan.request, sources, diagnostics)? else {
        return Ok(Built::default());
    };
    let bar = Bar::new(plan);
    let stop = plan.deny_warnings && diagnostics.count(Severity::Warning) > 0;
    let progress: Option<&dyn Progress> = if stop { None } else { Some(&bar) };
    let built = pipeline::build(&loaded, &plan.request, progress, sources, diagnostics);
    bar.bar.finish_and_clear();
    Ok(built)
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
