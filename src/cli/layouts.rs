//! `recto layouts`.

use std::io::Write;
use std::path::Path;

use super::args::{Color, EjectArgs, LayoutsCommand, MessageFormat, ProjectArgs};
use super::{Outcome, account, report};
use crate::diag::{Diagnostics, Severity, near_miss};
use crate::files::{DiskFiles, commit_one};
use crate::layout::{FOLDER, Layout, LayoutOption, Layouts, Origin, built_in, built_in_folders};
use crate::source::Sources;

/// The folder of what PDF layouts share.
const SHARED: &str = "recto";

pub(super) fn run(command: &LayoutsCommand) -> Outcome {
    let done = match command {
        LayoutsCommand::List(args) => list(args),
        LayoutsCommand::Eject(args) => eject(args),
    };
    done.unwrap_or_else(|problem| {
        report::failure(&problem);
        Outcome::Environment
    })
}

/// Shows all layouts that a project can use, with their options.
fn list(args: &ProjectArgs) -> Result<Outcome, String> {
    let files = DiskFiles::open(&args.project).map_err(|error| error.to_string())?;
    let layouts = Layouts::open(&files).map_err(|error| error.to_string())?;
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let mut out = String::new();
    for name in layouts.names() {
        if let Some(layout) = layouts.load(name, &mut sources, &mut diagnostics) {
            out.push_str(&shown(&layout, layouts.origin(name)));
        }
    }
    let shared: Vec<&str> = layouts.own_files(SHARED).collect();
    if !shared.is_empty() {
        let files = shared.join(&format!(", {FOLDER}/"));
        out.push_str(&format!("of what they share, the project has its own {FOLDER}/{files}\n"));
    }
    let errors = diagnostics.count(Severity::Error);
    let color = super::plan::colored(Color::Auto);
    report::messages(&diagnostics.sorted(), &sources, MessageFormat::Human, color);
    // That nobody reads on is no failure.
    let _ = std::io::stdout().write_all(out.as_bytes());
    Ok(if errors == 0 { Outcome::Done } else { Outcome::Content })
}

/// Returns what there is to say of a layout.
fn shown(layout: &Layout, origin: Origin) -> String {
    let manifest = &layout.manifest;
    let origin = match origin {
        Origin::BuiltIn => "built in",
        Origin::Overridden => "built in, with files of the project",
        Origin::Project => "the project's",
    };
    let mut text = format!("{} ({}, {origin})\n", layout.name, manifest.format.name());
    if !manifest.description.is_empty() {
        text.push_str(&format!("    {}\n", manifest.description));
    }
    let width = manifest.options.iter().map(|option| option.name.chars().count()).max();
    for option in &manifest.options {
        text.push_str(&format!("    {:<1$}  {2}\n", option.name, width.unwrap_or(0), said(option)));
    }
    text
}

/// Returns what an option is: "a whole number from 1 to 2, else 1: How many …".
fn said(option: &LayoutOption) -> String {
    let wanted = option.wanted().replace('`', "");
    let description = match option.description.as_str() {
        "" => String::new(),
        text => format!(": {text}"),
    };
    match option.shown(&option.default).as_str() {
        "" => format!("{wanted}{description}"),
        default => format!("{wanted}, else {default}{description}"),
    }
}

/// Copies the built-in files of a layout into a project.
fn eject(args: &EjectArgs) -> Result<Outcome, String> {
    let name = args.name.as_str();
    let files = built_in(name);
    if files.is_empty() {
        let folders = built_in_folders();
        let near = near_miss(name, folders.iter().map(String::as_str));
        let near = near.map(|near| format!("; {near}")).unwrap_or_default();
        let all = folders.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        return Err(format!("`{name}` is not built in{near}; what can be ejected: {all}"));
    }
    if !args.project.is_dir() {
        return Err(format!("there is no folder `{}`", args.project.display()));
    }
    let (mut out, mut written, mut kept) = (String::new(), 0, 0);
    for (path, bytes) in &files {
        let target = args.project.join(FOLDER).join(path);
        // A link that leads nowhere is something that is there, too.
        if target.symlink_metadata().is_ok() {
            kept += 1;
            out.push_str(&format!("kept {FOLDER}/{path}, which is there already\n"));
        } else {
            commit_one(&target, bytes).map_err(|error| error.to_string())?;
            written += 1;
            out.push_str(&format!("wrote {FOLDER}/{path}\n"));
        }
    }
    out.push_str(&advice(&args.project, name, &files, written, kept));
    let _ = std::io::stdout().write_all(out.as_bytes());
    Ok(Outcome::Done)
}

/// Returns what to know next.
fn advice(
    project: &Path,
    name: &str,
    files: &[(String, Vec<u8>)],
    written: usize,
    kept: usize,
) -> String {
    let mut text = match (written, kept) {
        (0, _) => "nothing was written: all files are there\n".to_owned(),
        (_, 0) => String::new(),
        (_, kept) => format!("{} stayed as before\n", account::count(kept, "file")),
    };
    text.push_str("the project's files stand in for the built-in ones; delete those that you do not change, and they follow Recto's\n");
    let shared = format!("/{FOLDER}/{SHARED}/");
    let imports = files
        .iter()
        .any(|(_, bytes)| std::str::from_utf8(bytes).is_ok_and(|text| text.contains(&shared)));
    if name != SHARED && imports && !project.join(FOLDER).join(SHARED).exists() {
        text.push_str(&format!(
            "what it takes from {FOLDER}/{SHARED}/ is still built in; to change that, too: recto layouts eject {SHARED}\n"
        ));
    }
    text
}
