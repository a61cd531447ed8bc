//! `recto audit`.

use std::collections::BTreeMap;
use std::io::Write;

use super::account::{count, look};
use super::args::{BuildArgs, MessageFormat};
use super::plan::Plan;
use super::{Outcome, report};
use crate::audit::{Contents, FILE, Report};
use crate::diag::{Diagnostics, Severity};
use crate::files::{DiskFiles, FileError, Files, commit_one};
use crate::pipeline;
use crate::record::FILE as MANIFEST;
use crate::source::{ProjectPath, Sources};

pub(super) fn run(args: &BuildArgs) -> Outcome {
    match audit(args) {
        Ok(outcome) => outcome,
        Err(problem) => {
            report::failure(&problem);
            Outcome::Environment
        }
    }
}

fn audit(args: &BuildArgs) -> Result<Outcome, String> {
    let plan = Plan::new(args)?;
    let explain = |error: FileError| error.to_string();
    let outputs = read(&plan).map_err(explain)?;
    if outputs.is_empty() {
        return Err(format!(
            "there is nothing in `{}`; make it with `recto build`",
            plan.output.display()
        ));
    }
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let loaded = pipeline::load(&plan.files, &plan.request, &mut sources, &mut diagnostics)
        .map_err(explain)?;
    let quiet = plan.quiet || plan.format == MessageFormat::Json;
    let errors = diagnostics.count(Severity::Error);
    let Some(loaded) = loaded.filter(|_| errors == 0) else {
        report::messages(&diagnostics.sorted(), &sources, plan.format, plan.color);
        report::summary(errors, 0, "; nothing was audited", quiet);
        return Ok(Outcome::Content);
    };
    let files: Vec<_> = outputs.iter().map(|(path, bytes)| (path, Contents::Here(bytes))).collect();
    let found = pipeline::audit(&loaded, &plan.request, &files, &sources);
    // Warnings of the content are a build's to tell.
    let mut findings = Diagnostics::default();
    for diagnostic in found.diagnostics() {
        findings.push(diagnostic.clone());
    }
    let findings = findings.sorted();
    report::messages(&findings, &sources, plan.format, plan.color);
    if !quiet {
        // That nobody reads on is no failure.
        let _ = std::io::stdout().write_all(summary(&found).as_bytes());
    }
    commit_one(&plan.output.join(FILE), found.to_json().as_bytes()).map_err(explain)?;
    Ok(if findings.is_empty() { Outcome::Done } else { Outcome::Content })
}

/// Reads all files of the output folder but an earlier report, and the list of all.
fn read(plan: &Plan) -> Result<Vec<(ProjectPath, Vec<u8>)>, FileError> {
    if !plan.output.is_dir() {
        return Ok(Vec::new());
    }
    let files = DiskFiles::open(&plan.output)?;
    let mut outputs = Vec::new();
    for path in files.list_all()? {
        if path.as_str() != FILE && path.as_str() != MANIFEST {
            let bytes = files.read(&path)?;
            outputs.push((path, bytes));
        }
    }
    Ok(outputs)
}

fn summary(report: &Report) -> String {
    let mut text = String::from("what came in\n");
    for picture in &report.pictures {
        let removed = match picture.removed.as_slice() {
            [] => "nothing but pixels".to_owned(),
            removed => format!("left out: {}", removed.join("; ")),
        };
        text.push_str(&format!("  {} ({}): {removed}\n", picture.path, picture.format));
    }
    if report.pictures.is_empty() {
        text.push_str("  no pictures\n");
    }
    text.push_str("what is in the outputs\n");
    // Loose pictures are many: a folder of clean ones is a line.
    let mut loose: BTreeMap<&str, usize> = BTreeMap::new();
    for output in &report.outputs {
        let state = match output.findings {
            0 => "clean".to_owned(),
            findings => count(findings, "finding"),
        };
        if let ("picture", 0, Some((folder, _))) =
            (output.kind, output.findings, output.path.rsplit_once('/'))
        {
            *loose.entry(folder).or_default() += 1;
            continue;
        }
        let pictures = match output.pictures {
            0 => String::new(),
            pictures => format!(", {}", count(pictures, "picture")),
        };
        text.push_str(&format!("  {} ({}{pictures}): {state}\n", output.path, output.kind));
    }
    for (folder, pictures) in loose {
        text.push_str(&format!("  {folder}/ ({}): clean\n", count(pictures, "picture")));
    }
    let concerns = look(report);
    if !concerns.is_empty() {
        text.push_str("what you must look at\n");
        for concern in concerns {
            text.push_str(&format!("  {concern}\n"));
        }
    }
    text
}
