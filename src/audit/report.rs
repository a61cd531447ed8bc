//! What an audit says: as messages, with masked values; as a report for the
//! record, with none, for it is an output itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::search::{Identifier, Needles, mask};
use super::{Finding, Opened, Trouble};
use crate::diag::{Code, Diagnostic};
use crate::model::Origin;
use crate::source::ProjectPath;

/// The report's path in the output folder.
pub const FILE: &str = "privacy-report.json";

/// The version of the report's shape.
const VERSION: u32 = 1;

/// What came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureRecord {
    /// The file.
    pub path: String,
    /// The file as the record may have it: without what is searched for.
    recorded: String,
    /// What it is: "JPEG".
    pub format: String,
    /// What was left out of it.
    pub removed: Vec<String>,
    /// How many texts of it outputs were searched for.
    pub searched: usize,
    /// What a person must look at.
    pub look: Vec<String>,
}

/// What went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputRecord {
    /// The file, below the output folder.
    pub path: String,
    /// The file as the record may have it.
    pub(super) recorded: String,
    /// What it is: "EPUB".
    pub kind: &'static str,
    /// How many pictures are in it.
    pub pictures: usize,
    /// How much is wrong with it.
    pub findings: usize,
}

/// What an audit found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The pictures of the sources.
    pub pictures: Vec<PictureRecord>,
    /// The files that were opened.
    pub outputs: Vec<OutputRecord>,
    /// What is wrong, each with the values it is for the record.
    findings: Vec<Value>,
    diagnostics: Vec<Diagnostic>,
    /// How many pictures have texts that the author's own text has, too.
    shared: usize,
    left_out: usize,
}

impl Report {
    pub(super) fn new(
        opened: Vec<Opened>,
        needles: &Needles,
        origins: &BTreeMap<ProjectPath, Origin>,
    ) -> Self {
        let mut report = Self { left_out: needles.left_out, ..Self::default() };
        let mut findings = BTreeSet::new();
        let mut shared = BTreeSet::new();
        for opened in opened {
            report.outputs.push(opened.record);
            findings.extend(opened.findings);
            shared.extend(opened.shared);
        }
        report.outputs.sort_by(|a, b| a.path.cmp(&b.path));
        for output in &mut report.outputs {
            output.recorded = needles.redact(&output.path);
        }
        let mut concerns: BTreeMap<&ProjectPath, usize> = BTreeMap::new();
        for path in shared.iter().filter_map(|number| needles.get(*number)) {
            for path in &path.pictures {
                *concerns.entry(path).or_default() += 1;
            }
        }
        for (path, origin) in origins {
            let mut look = origin.concerns.clone();
            if let Some(count) = concerns.get(path) {
                look.push(shared_words(*count));
                report.shared += 1;
            }
            report.pictures.push(PictureRecord {
                path: path.to_string(),
                recorded: needles.redact(path.as_str()),
                format: origin.format.clone(),
                removed: origin.removed.clone(),
                searched: origin.identifiers.len(),
                look,
            });
        }
        report.tell(&findings, needles, origins);
        report
    }

    /// Puts what was found together: a text that is in forty places is one
    /// message.
    fn tell(
        &mut self,
        findings: &BTreeSet<Finding>,
        needles: &Needles,
        origins: &BTreeMap<ProjectPath, Origin>,
    ) {
        let mut texts: BTreeMap<usize, Vec<(&Finding, bool)>> = BTreeMap::new();
        for finding in findings {
            match &finding.trouble {
                Trouble::Identifier { number, in_name } => {
                    texts.entry(*number).or_default().push((finding, *in_name));
                }
                Trouble::Foreign(what) => {
                    let picture = picture_of(&finding.place, origins)
                        .or_else(|| picture_of(finding.output.as_str(), origins));
                    self.foreign(finding, what, picture, needles);
                }
            }
        }
        let mut texts: Vec<_> = texts
            .into_iter()
            .filter_map(|(number, places)| Some((needles.get(number)?, places)))
            .collect();
        texts.sort_by_key(|(identifier, _)| std::cmp::Reverse(identifier.text.chars().count()));
        let mut told: Vec<(String, BTreeSet<(ProjectPath, String)>)> = Vec::new();
        for (identifier, mut places) in texts {
            // A file's name stands wherever the file is shown.
            if places.iter().any(|(_, in_name)| *in_name) {
                places.retain(|(_, in_name)| *in_name);
            }
            // Where "Jane Doe" is, "Jane" is too.
            let text = identifier.text.to_lowercase();
            let at = |findings: &[(&Finding, bool)]| -> BTreeSet<(ProjectPath, String)> {
                let places = findings.iter().map(|(finding, _)| finding);
                places.map(|finding| (finding.output.clone(), finding.place.clone())).collect()
            };
            let here = at(&places);
            if told.iter().any(|(longer, there)| longer.contains(&text) && here.is_subset(there)) {
                continue;
            }
            told.push((text, here));
            self.identifier(identifier, &places, needles, origins);
        }
    }

    fn foreign(
        &mut self,
        finding: &Finding,
        what: &str,
        picture: Option<&ProjectPath>,
        needles: &Needles,
    ) {
        let mut subject = format!("`{}`", needles.redact(finding.output.as_str()));
        if !finding.place.is_empty() {
            subject = format!("{subject} ({})", needles.redact(&finding.place));
        }
        let mut diagnostic = Diagnostic::error(Code::ForeignData, format!("{subject} {what}"))
            .hint(
                "nothing but pixels and what Recto writes may be in an output: take it out of \
                 the layout or the picture that brings it",
            );
        if let Some(picture) = picture {
            diagnostic = diagnostic.in_file(picture);
        }
        self.diagnostics.push(diagnostic);
        self.findings.push(json!({
            "code": Code::ForeignData.name(),
            "output": needles.redact(finding.output.as_str()),
            "place": needles.redact(&finding.place),
            "pictures": picture.map(|path| needles.redact(path.as_str())).into_iter().collect::<Vec<_>>(),
            "what": what,
        }));
    }

    fn identifier(
        &mut self,
        identifier: &Identifier,
        places: &[(&Finding, bool)],
        needles: &Needles,
        origins: &BTreeMap<ProjectPath, Origin>,
    ) {
        let Some((first, in_name)) = places.first() else { return };
        let more = match places.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        // The place may spell what must not be spelled.
        let place = needles.redact(&first.place);
        let output = needles.redact(first.output.as_str());
        let what = if *in_name { "is in the name of a file" } else { "is in an output" };
        let message = format!(
            "a text in this picture's metadata, {}, {what}: `{output}` ({place}){more}",
            mask(&identifier.text),
        );
        let hint = if *in_name {
            "rename the picture's file: outputs name pictures after it"
        } else {
            "take it out of the picture's metadata, if it names nobody; if it does, take it out of \
             whatever brings it to the output"
        };
        // Of several pictures with one text, the one that the file was made of.
        let named = picture_of(&first.place, origins)
            .or_else(|| picture_of(first.output.as_str(), origins))
            .filter(|picture| identifier.pictures.contains(*picture));
        if let Some(picture) = named.or_else(|| identifier.pictures.first()) {
            let others = match identifier.pictures.len() - 1 {
                0 => None,
                1 => Some("another picture has the same text".to_owned()),
                others => Some(format!("{others} other pictures have the same text")),
            };
            self.diagnostics.push(
                Diagnostic::error(Code::LeakedIdentifier, message)
                    .in_file(picture)
                    .hint(hint)
                    .maybe_hint(others),
            );
        }
        let pictures: Vec<String> =
            identifier.pictures.iter().map(|path| needles.redact(path.as_str())).collect();
        for (finding, in_name) in places {
            self.findings.push(json!({
                "code": Code::LeakedIdentifier.name(),
                "output": needles.redact(finding.output.as_str()),
                "place": needles.redact(&finding.place),
                "pictures": pictures,
                "what": if *in_name { "a text of the picture's metadata names a file" }
                    else { "a text of the picture's metadata" },
            }));
        }
    }

    /// Returns the pictures whose very names spell what must not go out.
    pub fn unnamable(&self) -> BTreeSet<&str> {
        let telling = self.pictures.iter().filter(|picture| picture.recorded != picture.path);
        telling.map(|picture| picture.path.as_str()).collect()
    }

    /// Returns what is wrong, as messages. Values are masked.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Tells whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Returns how many pictures had something that was left out.
    pub fn stripped(&self) -> usize {
        self.pictures.iter().filter(|picture| !picture.removed.is_empty()).count()
    }

    /// Returns how many pictures have texts that the author's own text has, too.
    pub fn shared(&self) -> usize {
        self.shared
    }

    /// Returns what a person must look at, each with how many pictures it is
    /// about.
    pub fn concerns(&self) -> Vec<(&str, usize)> {
        let mut found: Vec<(&str, usize)> = Vec::new();
        for concern in self.pictures.iter().flat_map(|picture| &picture.look) {
            match found.iter_mut().find(|(known, _)| known == concern) {
                Some((_, count)) => *count += 1,
                None => found.push((concern, 1)),
            }
        }
        found
    }

    /// Returns the report for the record: indented JSON that holds no value of
    /// any metadata, and nothing that depends on the day.
    pub fn to_json(&self) -> String {
        let pictures: Vec<Value> = self
            .pictures
            .iter()
            .map(|picture| {
                json!({
                    "path": picture.recorded,
                    "format": picture.format,
                    "removed": picture.removed,
                    "searched-texts": picture.searched,
                    "look": picture.look,
                })
            })
            .collect();
        let outputs: Vec<Value> = self
            .outputs
            .iter()
            .map(|output| {
                json!({
                    "path": output.recorded,
                    "kind": output.kind,
                    "pictures": output.pictures,
                    "findings": output.findings,
                })
            })
            .collect();
        let value = json!({
            "version": VERSION,
            "clean": self.is_clean(),
            "pictures": pictures,
            "outputs": outputs,
            "findings": self.findings,
            "texts-not-searched": self.left_out,
        });
        serde_json::to_string_pretty(&value).expect("strings and numbers are JSON") + "\n"
    }
}

fn shared_words(count: usize) -> String {
    if count == 1 {
        "a text in its metadata stands in your own text, too: see that it names no patient".into()
    } else {
        format!(
            "{count} texts in its metadata stand in your own text, too: see that they name no patient"
        )
    }
}

/// Finds the picture that a file in an output was made of, by its name.
fn picture_of<'a>(
    place: &str,
    origins: &'a BTreeMap<ProjectPath, Origin>,
) -> Option<&'a ProjectPath> {
    let place = place.to_lowercase();
    let stem = |path: &ProjectPath| -> String {
        let flat = path.stem().chars();
        flat.map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
    };
    let named = origins.keys().filter(|path| {
        place
            .split(", ")
            .next()
            .and_then(|file| file.rsplit('/').next())
            .is_some_and(|name| name.starts_with(&format!("{}-", stem(path))))
    });
    named.max_by_key(|path| path.stem().len())
}
