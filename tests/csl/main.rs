//! Runs the CSL project's own tests through Recto: see `tests/csl/README.md`.
//!
//! Each is made a project in memory: its style, its works, and a topic that cites
//! them. Nothing of the suite is kept here.

mod case;
mod compare;
mod project;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::panic::catch_unwind;
use std::path::Path;

use crate::case::Case;

/// What became of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// It is as the suite has it.
    Passed,
    /// It is otherwise.
    Failed,
    /// It asks for something that Recto has no place for.
    Outside,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("the folder of a checkout is named");
    let only = arguments.next();
    let folder = Path::new(&folder).join("processor-tests/humans");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("the folder of the tests can be read")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some(name.strip_suffix(".txt")?.to_owned()))
        .filter(|name| only.as_ref().is_none_or(|only| name.contains(only.as_str())))
        .collect();
    names.sort();
    // What panics is told of below.
    std::panic::set_hook(Box::new(|_| {}));
    let mut tally: BTreeMap<String, BTreeMap<Outcome, usize>> = BTreeMap::new();
    let mut report = String::new();
    for name in &names {
        let text = std::fs::read_to_string(folder.join(format!("{name}.txt")));
        let text = text.expect("the test can be read");
        let (outcome, told) = catch_unwind(|| run(&text))
            .unwrap_or_else(|_| (Outcome::Failed, "it panics".to_owned()));
        let category = name.split('_').next().unwrap_or_default().to_owned();
        *tally.entry(category).or_default().entry(outcome).or_default() += 1;
        if outcome != Outcome::Passed {
            let _ = writeln!(report, "{outcome:?} {name}");
        }
        if only.is_some() || outcome == Outcome::Failed && std::env::var_os("TELL").is_some() {
            let _ = writeln!(report, "{told}");
        }
    }
    let mut all: BTreeMap<Outcome, usize> = BTreeMap::new();
    for (category, outcomes) in &tally {
        line(&mut report, category, outcomes);
        for (outcome, count) in outcomes {
            *all.entry(*outcome).or_default() += count;
        }
    }
    line(&mut report, "all", &all);
    std::io::stdout().write_all(report.as_bytes()).expect("the result can be printed");
}

fn line(report: &mut String, name: &str, outcomes: &BTreeMap<Outcome, usize>) {
    let of = |outcome| outcomes.get(&outcome).copied().unwrap_or_default();
    let (passed, failed, outside) =
        (of(Outcome::Passed), of(Outcome::Failed), of(Outcome::Outside));
    let _ =
        writeln!(report, "{name:<16} {passed:>4} passed {failed:>4} failed {outside:>4} outside");
}

fn run(text: &str) -> (Outcome, String) {
    let case = match Case::read(text) {
        Ok(case) => case,
        Err(why) => return (Outcome::Outside, why),
    };
    let edition = match project::edition(&case) {
        Ok(edition) => edition,
        Err(why) => return (Outcome::Failed, why),
    };
    let wanted = compare::wanted(&case);
    let printed = compare::printed(&case, &edition);
    let outcome = if wanted == printed { Outcome::Passed } else { Outcome::Failed };
    (outcome, format!("  wanted  {wanted:?}\n  printed {printed:?}"))
}
