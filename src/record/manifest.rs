//! `manifest.json`: all that a build made, and what it was made of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Product;
use crate::files::{Files, Finished, Reading};
use crate::source::ProjectPath;

/// The list's path in the output folder.
pub const FILE: &str = "manifest.json";

/// The version of the list's shape.
const VERSION: u64 = 1;

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its size in bytes.
    pub size: u64,
    /// Its BLAKE3 hash, in hexadecimal.
    pub hash: String,
}

/// A file that was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its size in bytes.
    pub size: u64,
    /// Its BLAKE3 hash, in hexadecimal.
    pub hash: String,
    /// The standards that it conforms to.
    pub conforms_to: Vec<String>,
    /// What it was made of: paths in the project.
    pub inputs: Vec<String>,
}

/// All files that a build made, and all that it read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Files that were made, by their paths in the output folder.
    pub artifacts: BTreeMap<String, Entry>,
    /// Files that were read, by their paths in the project.
    pub inputs: BTreeMap<String, Input>,
}

/// What is wrong with a file that a manifest lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// There is none.
    Missing(String),
    /// It has other bytes.
    Changed(String),
}

impl Manifest {
    /// Lists what was made, each with its path, its bytes and what is known of it,
    /// and what was read for it. `written` are inputs that the build writes itself;
    /// they count as they are afterwards. `unnamable` are inputs that are left out, for
    /// the list is a result itself.
    pub fn new(
        made: &[(Finished<'_>, &Product)],
        reading: &Reading,
        written: &[(&ProjectPath, &[u8])],
        unnamable: &BTreeSet<&str>,
    ) -> Self {
        let mut inputs: BTreeMap<String, Input> = BTreeMap::new();
        for (path, seen) in &reading.files {
            if let Some(seen) = seen {
                let hash = seen.hash.to_hex().to_string();
                inputs.insert(path.to_string(), Input { size: seen.stamp.size, hash });
            }
        }
        for (path, bytes) in written {
            let hash = blake3::hash(bytes).to_hex().to_string();
            inputs.insert(path.to_string(), Input { size: bytes.len() as u64, hash });
        }
        inputs.retain(|path, _| !unnamable.contains(path.as_str()));
        let artifacts = made.iter().map(|(Finished { path, hash, size, bytes: _ }, product)| {
            let named = product.inputs.iter().map(ProjectPath::to_string);
            let entry = Entry {
                size: *size,
                hash: hash.to_hex().to_string(),
                conforms_to: product.conforms_to.clone(),
                inputs: named.filter(|path| inputs.contains_key(path)).collect(),
            };
            (path.to_string(), entry)
        });
        Self { artifacts: artifacts.collect(), inputs }
    }

    /// Reads a manifest; `None` if it is none, or of another version.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let json: Value = serde_json::from_slice(bytes).ok()?;
        if json.get("version")?.as_u64()? != VERSION {
            return None;
        }
        let text = |value: &Value, key: &str| Some(value.get(key)?.as_str()?.to_owned());
        let texts = |value: &Value, key: &str| -> Option<Vec<String>> {
            let listed = value.get(key)?.as_array()?.iter();
            listed.map(|text| Some(text.as_str()?.to_owned())).collect()
        };
        let size = |value: &Value| value.get("size")?.as_u64();
        let artifacts = json.get("artifacts")?.as_array()?.iter().map(|artifact| {
            let entry = Entry {
                size: size(artifact)?,
                hash: text(artifact, "blake3")?,
                conforms_to: texts(artifact, "conforms-to")?,
                inputs: texts(artifact, "inputs")?,
            };
            Some((text(artifact, "path")?, entry))
        });
        let inputs = json.get("inputs")?.as_array()?.iter().map(|input| {
            let known = Input { size: size(input)?, hash: text(input, "blake3")? };
            Some((text(input, "path")?, known))
        });
        Some(Self {
            artifacts: artifacts.collect::<Option<_>>()?,
            inputs: inputs.collect::<Option<_>>()?,
        })
    }

    /// Returns the text of the manifest: nothing in it depends on the day, the place
    /// or the machine.
    pub fn to_json(&self) -> String {
        let artifacts: Vec<Value> = self
            .artifacts
            .iter()
            .map(|(path, Entry { size, hash, conforms_to, inputs })| {
                json!({
                    "path": path,
                    "size": size,
                    "blake3": hash,
                    "conforms-to": conforms_to,
                    "inputs": inputs,
                })
            })
            .collect();
        let inputs: Vec<Value> = self
            .inputs
            .iter()
            .map(|(path, Input { size, hash })| json!({ "path": path, "size": size, "blake3": hash }))
            .collect();
        let value = json!({
            "version": VERSION,
            "program": concat!("Recto ", env!("CARGO_PKG_VERSION")),
            "artifacts": artifacts,
            "inputs": inputs,
        });
        serde_json::to_string_pretty(&value).expect("strings and numbers are JSON") + "\n"
    }

    /// Compares what was made with the files of an output folder.
    pub fn verify(&self, output: &dyn Files) -> Vec<Trouble> {
        let wrong = self.artifacts.iter().filter_map(|(path, entry)| match hash(output, path) {
            None => Some(Trouble::Missing(path.clone())),
            Some(hash) if hash != entry.hash => Some(Trouble::Changed(path.clone())),
            Some(_) => None,
        });
        wrong.collect()
    }

    /// Returns the inputs that are gone or other ones in a project.
    pub fn outdated(&self, project: &dyn Files) -> Vec<String> {
        let inputs = self.inputs.iter();
        let other =
            inputs.filter(|(path, input)| hash(project, path).as_ref() != Some(&input.hash));
        other.map(|(path, _)| path.clone()).collect()
    }

    /// Returns those of an artifact's inputs that are not as another build had them:
    /// new, gone or changed.
    pub(super) fn changed_inputs(&self, path: &str, before: &Self) -> BTreeSet<String> {
        let of = |manifest: &Self| -> BTreeSet<String> {
            let entry = manifest.artifacts.get(path);
            entry.map(|entry| entry.inputs.iter().cloned().collect()).unwrap_or_default()
        };
        let mut all = of(self);
        all.extend(of(before));
        all.retain(|input| self.inputs.get(input) != before.inputs.get(input));
        all
    }
}

fn hash(files: &dyn Files, path: &str) -> Option<String> {
    let bytes = files.read(&ProjectPath::new(path).ok()?).ok()?;
    Some(blake3::hash(&bytes).to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;

    fn manifest() -> Manifest {
        let path = |text| ProjectPath::new(text).expect("a path");
        let product = Product {
            inputs: [path("sources/a.md"), path("cards.lock"), path("nowhere")].into(),
            conforms_to: vec!["PDF/UA-1".into()],
            is_kept: false,
        };
        let written = [(&path("sources/a.md"), b"a".as_slice()), (&path("cards.lock"), b"l")];
        let pdf = path("a.pdf");
        let made = [(Finished::made(&pdf, b"pdf"), &product)];
        Manifest::new(&made, &Reading::default(), &written, &BTreeSet::new())
    }

    #[test]
    fn what_is_written_is_read() {
        let manifest = manifest();
        assert_eq!(manifest.artifacts["a.pdf"].inputs, ["cards.lock", "sources/a.md"]);
        assert_eq!(Manifest::read(manifest.to_json().as_bytes()), Some(manifest.clone()));
        let newer = manifest.to_json().replace("\"version\": 1", "\"version\": 2");
        assert_eq!(Manifest::read(newer.as_bytes()), None);
        assert_eq!(Manifest::read(b"{}"), None);
    }

    #[test]
    fn what_was_changed_or_is_gone_is_found() {
        let manifest = manifest();
        let mut output = MemoryFiles::default();
        assert_eq!(manifest.verify(&output), [Trouble::Missing("a.pdf".into())]);
        let path = || ProjectPath::new("a.pdf").expect("a path");
        output.insert(path(), *b"pdf");
        assert_eq!(manifest.verify(&output), []);
        output.insert(path(), *b"PDF");
        assert_eq!(manifest.verify(&output), [Trouble::Changed("a.pdf".into())]);
        assert_eq!(manifest.outdated(&output), ["cards.lock", "sources/a.md"]);
    }
}
