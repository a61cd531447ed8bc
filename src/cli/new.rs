//! `recto new`.

use std::fs;
use std::io::Write;

use super::args::NewArgs;
use super::{Outcome, report};
use crate::files::commit_one;
use crate::scaffold;

/// Returns an identifier made of the folder's name: short enough to read, and
/// fixed from now on.
fn identifier(folder: &std::path::Path) -> String {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or("project");
    let label = crate::model::Label::from_heading(name);
    format!("recto:{}", label.as_ref().map_or("project", |label| label.as_str()))
}

pub(super) fn run(args: &NewArgs) -> Outcome {
    let folder = &args.folder;
    let is_free = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if !is_free {
        report::failure(&format!("`{}` exists and is not an empty folder", folder.display()));
        return Outcome::Environment;
    }
    for (path, bytes) in scaffold::files(&identifier(folder)) {
        if let Err(error) = commit_one(&folder.join(path), &bytes) {
            report::failure(&error.to_string());
            return Outcome::Environment;
        }
    }
    let shown = folder.display();
    let _ = writeln!(
        std::io::stdout(),
        "made {shown}/\n\n    recto build \"{shown}\"\n\nmakes its handout, book and cards in {shown}/output/."
    );
    Outcome::Done
}
