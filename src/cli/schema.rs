//! `recto schema`.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::args::SchemaArgs;
use super::{Outcome, report};
use crate::files::commit_one;
use crate::scaffold;
use crate::schema::{Kind, all, of, print};

pub(super) fn run(args: &SchemaArgs) -> Outcome {
    if let Some(project) = &args.write {
        return write(project);
    }
    let schema = match args.kind.as_deref().and_then(Kind::of_name) {
        Some(kind) => of(kind),
        None => all(),
    };
    // That nobody reads on is no failure.
    let _ = std::io::stdout().write_all(print(&schema).as_bytes());
    Outcome::Done
}

/// Writes the schemas into a project, over those of an earlier version. Settings
/// of editors are the author's: they are made where there are none, and left
/// alone where there are.
fn write(project: &Path) -> Outcome {
    if !project.is_dir() {
        report::failure(&format!("there is no folder `{}`", project.display()));
        return Outcome::Environment;
    }
    let mut out = String::new();
    let settings = scaffold::settings();
    let (kept, missing): (Vec<_>, Vec<_>) =
        settings.into_iter().partition(|(path, _)| project.join(path).exists());
    for (path, bytes) in scaffold::schemas().into_iter().chain(missing) {
        if let Err(error) = commit_one(&project.join(path), &bytes) {
            report::failure(&error.to_string());
            return Outcome::Environment;
        }
        out.push_str(&format!("wrote {path}\n"));
    }
    for (path, wanted) in kept {
        if fs::read(project.join(path)).is_ok_and(|found| found == wanted) {
            continue;
        }
        let wanted = String::from_utf8_lossy(&wanted);
        out.push_str(&format!("left {path} as it was; see that it has:\n{wanted}"));
    }
    let _ = std::io::stdout().write_all(out.as_bytes());
    Outcome::Done
}
