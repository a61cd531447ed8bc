//! A build that would make the same as the last one, and so makes nothing.

use std::collections::BTreeMap;
use std::time::Instant;

use super::args::MessageFormat;
use super::plan::{Plan, moment};
use super::{Outcome, account, report};
use crate::diag::Diagnostic;
use crate::files::{Changes, DiskFiles, Files, Reading};
use crate::pipeline::{Place, Stored};
use crate::record::{FILE as MANIFEST, LastBuild, Manifest, Said, explain};
use crate::source::{ProjectPath, Sources};

/// The forms that messages can be shown in, by their names.
const FORMS: [(&str, MessageFormat, bool); 4] = [
    ("human", MessageFormat::Human, false),
    ("colored", MessageFormat::Human, true),
    ("short", MessageFormat::Short, false),
    ("json", MessageFormat::Json, false),
];

/// Returns under which key the last build of a plan is kept; `None` if it cannot be,
/// for fonts of the machine have a part in it.
fn key(plan: &Plan) -> Option<String> {
    let request = &plan.request;
    let program = request.program.as_ref().filter(|_| request.system_fonts.is_empty())?;
    let (root, output) = (plan.files.root(), plan.output.canonicalize().ok()?);
    let title = &request.fallback_title;
    let of = format!("{program} {root:?} {output:?} {title:?} {:?}", request.date);
    Some(format!("last-{}", blake3::hash(of.as_bytes()).to_hex()))
}

/// Returns what the last build of a plan left.
pub(super) fn last(plan: &Plan) -> Option<LastBuild> {
    LastBuild::read(&plan.request.cache.get(&key(plan)?)?)
}

/// Says again what the last build said, if all that it read and made is still so.
pub(super) fn say(
    plan: &Plan,
    output: &DiskFiles,
    last: &mut LastBuild,
    explained: bool,
    started: Instant,
) -> Option<Outcome> {
    let key = key(plan)?;
    if plan.deny_warnings && last.said.warnings > 0 {
        return None;
    }
    if last.is_still_so(&plan.files, output, moment())? {
        plan.request.cache.put(&key, &last.write());
    }
    let Said { account, messages, warnings: _ } = &last.said;
    let form = FORMS.iter().find(|(_, format, color)| {
        *format == plan.format && (*color == plan.color || plan.format != MessageFormat::Human)
    });
    report::text(messages.get(form?.0)?);
    if explained {
        explanation(&known(output)?).into_iter().for_each(|line| account::say(&line));
    }
    if !plan.quiet {
        let mut lines = account.clone();
        lines.push(account::changed(Changes::default()));
        account::print(&lines, &plan.output, started.elapsed());
    }
    Some(Outcome::Done)
}

/// Returns the results that the last build left and nobody touched since.
pub(super) fn untouched(last: LastBuild, output: &DiskFiles) -> Vec<Stored> {
    let found = last.untouched(output).into_iter();
    found.map(|(path, hash, size)| Stored { path, hash, size, place: Place::There }).collect()
}

/// Returns the list of an earlier build.
pub(super) fn known(output: &DiskFiles) -> Option<Manifest> {
    Manifest::read(&output.read(&ProjectPath::new(MANIFEST).ok()?).ok()?)
}

fn explanation(manifest: &Manifest) -> Vec<String> {
    let kept = manifest.artifacts.keys().filter_map(|path| {
        let product = crate::record::Product { is_kept: true, ..Default::default() };
        Some((ProjectPath::new(path).ok()?, product))
    });
    explain(manifest, Some(manifest), &kept.collect::<BTreeMap<_, _>>())
}

/// Keeps what is to be said again.
pub(super) fn keep(
    plan: &Plan,
    output: &DiskFiles,
    reading: Reading,
    made: &[(&ProjectPath, blake3::Hash)],
    said: Said,
) {
    let Some(key) = key(plan) else { return };
    if let Some(last) = LastBuild::new(plan.begun, reading, output, made, said) {
        plan.request.cache.put(&key, &last.write());
    }
}

/// Returns messages in all forms.
pub(super) fn in_all_forms(list: &[Diagnostic], sources: &Sources) -> BTreeMap<String, String> {
    let forms = FORMS.iter().map(|(name, format, color)| {
        ((*name).to_owned(), report::lines(list, sources, *format, *color))
    });
    forms.collect()
}
