//! `recto verify`.

use std::io::Write;

use super::account::count;
use super::args::VerifyArgs;
use super::{Outcome, again, report};
use crate::files::DiskFiles;
use crate::record::{FILE, Trouble};

pub(super) fn run(args: &VerifyArgs) -> Outcome {
    let folder = args.output.clone().unwrap_or_else(|| args.project.join("output"));
    let output = match DiskFiles::open(&folder) {
        Ok(output) => output,
        Err(error) => {
            report::failure(&format!("{error}; make it with `recto build`"));
            return Outcome::Environment;
        }
    };
    let Some(manifest) = again::known(&output) else {
        report::failure(&format!(
            "there is no `{FILE}` in `{}` that this version can read; make it with `recto build`",
            folder.display()
        ));
        return Outcome::Environment;
    };
    let mut text = String::new();
    let troubles = manifest.verify(&output);
    for trouble in &troubles {
        let (path, what) = match trouble {
            Trouble::Missing(path) => (path, "is gone"),
            Trouble::Changed(path) => (path, "is not what was built: its bytes are others"),
        };
        text.push_str(&format!("{path} {what}\n"));
    }
    let right = manifest.artifacts.len() - troubles.len();
    text.push_str(&format!(
        "{}, {right} as they were built\n",
        count(manifest.artifacts.len(), "file")
    ));
    // Results may be looked at where the sources are not.
    if let Some(project) = DiskFiles::open(&args.project).ok().filter(|_| args.sources) {
        let outdated = manifest.outdated(&project);
        for path in &outdated {
            text.push_str(&format!("{path} is not as it was read\n"));
        }
        let inputs = manifest.inputs.len();
        let same = inputs - outdated.len();
        text.push_str(&format!("{}, {same} as they were read\n", count(inputs, "source")));
        if !outdated.is_empty() {
            let _ = std::io::stdout().write_all(text.as_bytes());
            return Outcome::Content;
        }
    }
    let _ = std::io::stdout().write_all(text.as_bytes());
    if troubles.is_empty() { Outcome::Done } else { Outcome::Content }
}
