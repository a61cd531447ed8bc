//! `recto plan`, and which steps of it a build does.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use serde_json::json;

use super::args::{MakeArgs, PlanArgs, PlanFormat};
use super::plan::Plan;
use super::{Outcome, report};
use crate::diag::{Diagnostics, Severity, near_miss};
use crate::files::{DiskFiles, Files};
use crate::ledger::FILE as LEDGER;
use crate::pipeline::{self, REPORT, Step};
use crate::source::{ProjectPath, Sources};

/// The version of the plan's shape.
const VERSION: u32 = 1;

pub(super) fn run(args: &PlanArgs) -> Outcome {
    match print(args) {
        Ok(outcome) => outcome,
        Err(problem) => {
            report::failure(&problem);
            Outcome::Environment
        }
    }
}

fn print(args: &PlanArgs) -> Result<Outcome, String> {
    let plan = Plan::new(&args.build)?;
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let loaded = pipeline::load(&plan.files, &plan.request, &mut sources, &mut diagnostics)
        .map_err(|error| error.to_string())?;
    let steps = loaded.map(|loaded| {
        // Nothing is made where nobody watches, but everything is looked at.
        pipeline::build(&loaded, &plan.request, None, &mut sources, &mut diagnostics);
        pipeline::steps(&loaded, &mut sources, &mut Diagnostics::default())
    });
    let errors = diagnostics.count(Severity::Error);
    let Some(steps) = steps.filter(|_| errors == 0) else {
        report::messages(&diagnostics.sorted(), &sources, plan.format, plan.color);
        report::summary(errors, 0, "; there is no plan", plan.quiet);
        return Ok(Outcome::Content);
    };
    let text = match args.format {
        PlanFormat::Json => json(&steps),
        PlanFormat::Ninja => ninja(&steps, &plan, args),
    };
    // That nobody reads on is no failure.
    let _ = std::io::stdout().write_all(text.as_bytes());
    Ok(Outcome::Done)
}

fn json(steps: &[Step]) -> String {
    let steps: Vec<_> = steps
        .iter()
        .map(|Step { id, inputs, outputs, needs, unit }| {
            json!({
                "id": id,
                "arguments": ["build", "--only", id],
                "inputs": inputs.iter().map(ProjectPath::as_str).collect::<Vec<_>>(),
                "outputs": outputs.iter().map(ProjectPath::as_str).collect::<Vec<_>>(),
                "needs": needs,
                "unit": unit,
            })
        })
        .collect();
    let plan = json!({ "version": VERSION, "steps": steps });
    serde_json::to_string_pretty(&plan).expect("strings and numbers are JSON") + "\n"
}

/// Returns the plan in the language of Ninja, to be run where it was made.
fn ninja(steps: &[Step], plan: &Plan, args: &PlanArgs) -> String {
    let program = std::env::current_exe().unwrap_or_else(|_| "recto".into());
    let output = args.build.output.clone().unwrap_or_else(|| args.build.project.join("output"));
    let mut command = format!("{} build --quiet --only $id", quoted(&program));
    let folders = [("--output", Some(&output)), ("--cache", args.build.cache.as_ref())];
    for (option, folder) in folders {
        if let Some(folder) = folder {
            command.push_str(&format!(" {option} {}", quoted(folder)));
        }
    }
    command.push_str(&format!(" {}", quoted(&args.build.project)));
    let mut text = format!(
        "# The steps of a build: make this file again when sources come or go.\n\
         ninja_required_version = 1.5\n\n\
         rule recto\n  command = {}\n  description = $id\n  restat = 1\n\n",
        command.replace("$id", "\u{0}").replace('$', "$$").replace('\u{0}', "$id"),
    );
    let made = |path: &ProjectPath| escaped(&output.join(path.as_str()));
    let list = |paths: Vec<String>| paths.iter().map(|path| format!(" {path}")).collect::<String>();
    for step in steps {
        // A deck writes the ledger that it reads.
        let is_there =
            |path: &&ProjectPath| path.as_str() != LEDGER && plan.files.stamp(path).is_some();
        let inputs = step.inputs.iter().filter(is_there);
        let inputs = inputs.map(|path| escaped(&args.build.project.join(path.as_str()))).collect();
        let needed = steps.iter().filter(|other| step.needs.contains(&other.id));
        let needed = needed.flat_map(|other| &other.outputs).map(made).collect();
        let outputs = list(step.outputs.iter().map(made).collect());
        let needed = list(needed);
        let needed = if needed.is_empty() { needed } else { format!(" |{needed}") };
        text.push_str(&format!("build{outputs}: recto{}{needed}\n", list(inputs)));
        text.push_str(&format!("  id = {}\n", step.id.replace('$', "$$")));
    }
    text
}

/// Returns a path as an argument of a shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+".contains(c);
    if text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// Returns a path as Ninja reads it.
fn escaped(path: &Path) -> String {
    let text = path.display().to_string();
    let text = text.strip_prefix("./").unwrap_or(&text);
    text.replace('$', "$$").replace(' ', "$ ").replace(':', "$:")
}

/// Which steps a build does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// All.
    Whole,
    /// The last, which looks through the results of all others.
    Report,
    /// All handouts.
    Handouts,
    /// All but the pages of books, and what needs these: what is soon done. EPUBs are made
    /// without their list of pages.
    Soon,
    /// Those of these ids.
    Only(Vec<String>),
    /// Each `of`th unit, from `index`, which counts from 0.
    Shard { index: usize, of: usize },
}

impl Part {
    /// Reads what was typed.
    pub(super) fn of(args: &MakeArgs) -> Result<Self, String> {
        if let Some(shard) = &args.shard {
            let parsed = shard
                .split_once('/')
                .and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
            return match parsed {
                Some((index, of)) if (1..=of).contains(&index) => {
                    Ok(Self::Shard { index: index - 1, of })
                }
                _ => Err(format!("`--shard` is `1/2`, `2/2` and the like, but not `{shard}`")),
            };
        }
        match args.only.as_slice() {
            [] => Ok(Self::Whole),
            [one] if one == REPORT => Ok(Self::Report),
            ids if ids.iter().any(|id| id == REPORT) => {
                Err(format!("`--only {REPORT}` goes alone: it needs the results of all others"))
            }
            ids => Ok(Self::Only(ids.to_vec())),
        }
    }

    /// Tells whether [`Part::ids`] needs the steps of the build to know its own.
    pub(super) fn needs_steps(&self) -> bool {
        !matches!(self, Self::Whole | Self::Report)
    }

    /// Returns the ids of those steps that are in it; `None` for all.
    pub(super) fn ids(&self, steps: &[Step]) -> Result<Option<BTreeSet<String>>, String> {
        let those = |is_in: &dyn Fn(&Step) -> bool| -> BTreeSet<String> {
            steps.iter().filter(|step| is_in(step)).map(|step| step.id.clone()).collect()
        };
        let ids = match self {
            Self::Whole => return Ok(None),
            Self::Report => [REPORT.to_owned()].into(),
            Self::Handouts => those(&|step| step.id.starts_with("handouts/")),
            Self::Soon => {
                let late: BTreeSet<String> = late(steps).into_iter().collect();
                those(&|step| {
                    let is_epub = step.id.ends_with(".epub");
                    let waits = step.needs.iter().any(|id| late.contains(id));
                    step.id != REPORT && !late.contains(&step.id) && (is_epub || !waits)
                })
            }
            Self::Shard { index, of } => {
                those(&|step| step.unit.is_some_and(|unit| unit % of == *index))
            }
            Self::Only(ids) => {
                let known = || steps.iter().map(|step| step.id.as_str());
                if let Some(unknown) = ids.iter().find(|id| !known().any(|known| known == *id)) {
                    let near = near_miss(unknown, known());
                    let near = near.map(|near| format!("; {near}")).unwrap_or_default();
                    return Err(format!(
                        "there is no step `{unknown}`{near}; `recto plan` shows all"
                    ));
                }
                ids.iter().cloned().collect()
            }
        };
        Ok(Some(ids))
    }
}

/// Returns the ids of steps that take long: the pages of books.
pub(super) fn late(steps: &[Step]) -> Vec<String> {
    let is_late = |id: &&String| id.starts_with("books/") && id.ends_with(".pdf");
    // What is made of pages names them as what it needs.
    let pages = steps.iter().filter(|step| step.needs.is_empty()).map(|step| &step.id);
    pages.filter(is_late).cloned().collect()
}

/// Returns the results of all steps, from the output folder.
pub(super) fn results(
    output: &DiskFiles,
    products: &pipeline::Products,
) -> Result<Vec<(ProjectPath, Vec<u8>)>, String> {
    let explain = |error: crate::files::FileError| error.to_string();
    let paths = output.list_all().map_err(explain)?;
    let known = paths.into_iter().filter(|path| products.knows(path));
    known.map(|path| Ok((path.clone(), output.read(&path).map_err(explain)?))).collect()
}
