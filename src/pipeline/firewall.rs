//! The firewall: what was made is opened again before anything is written.

use super::{Built, Loaded, Place, Request};
use crate::audit::{self, Contents, Earlier, Report, Subject};
use crate::diag::Diagnostics;
use crate::model::Language;
use crate::source::{ProjectPath, Sources};
use crate::words::Words;
use crate::write::artifact::Artifact;

/// Opens files of a project's output folder, and searches them for what its
/// pictures brought along. `sources` are the texts that were read with it.
pub fn audit(
    loaded: &Loaded,
    request: &Request,
    outputs: &[(&ProjectPath, Contents<'_>)],
    sources: &Sources,
) -> Report {
    // Words that stand in outputs with no author having written them.
    let words: Vec<String> = Words::LANGUAGES
        .iter()
        .filter_map(|tag| Language::new(tag))
        .map(|language| format!("{:?}", Words::of(&language)))
        .collect();
    let texts: Vec<&str> = sources
        .texts()
        .chain(loaded.layouts.texts())
        .chain(words.iter().map(String::as_str))
        .collect();
    let subject = Subject { origins: &loaded.media.origins, texts: &texts };
    let cache = request.cache.as_ref();
    let earlier = request.program.as_deref().map(|program| Earlier { cache, program });
    audit::audit(outputs, &subject, request.jobs, earlier)
}

/// Audits what a build made, and adds the report to it.
pub(super) fn guard(
    loaded: &Loaded,
    request: &Request,
    sources: &Sources,
    built: &mut Built,
    diagnostics: &mut Diagnostics,
) {
    let readers: Vec<_> =
        built.stored.iter().map(|file| (file, move || file.read(request))).collect();
    let lying = readers.iter().map(|(file, read)| {
        let contents = match &file.place {
            Place::There | Place::Cache(_) | Place::Picture(_) => {
                Contents::Elsewhere(file.hash, read)
            }
            Place::Spool(spooled) => Contents::Spooled(spooled),
        };
        (&file.path, contents)
    });
    let made = built.artifacts.iter();
    let made = made.map(|artifact| (&artifact.path, Contents::Here(artifact.bytes.as_slice())));
    let outputs: Vec<_> = made.chain(lying).collect();
    let report = audit(loaded, request, &outputs, sources);
    for diagnostic in report.diagnostics() {
        diagnostics.push(diagnostic.clone());
    }
    let path = ProjectPath::new(audit::FILE).expect("a plain name is a path");
    built.artifacts.push(Artifact { path, bytes: report.to_json().into_bytes() });
    built.report = Some(report);
}
