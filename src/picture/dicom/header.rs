//! What the header of a DICOM file says of a patient: none of it goes out.

use std::collections::BTreeSet;

use dicom_object::{InMemDicomObject, Tag};

use super::{text, word};
use crate::model::Origin;
use crate::picture::counted;

/// The most texts that are kept to search outputs for.
const MAX_IDENTIFIERS: usize = 400;
/// The most sequences within each other.
const MAX_DEPTH: usize = 24;

/// Elements that name people, places, visits and the picture itself; those whose
/// kind of value is a person's name, and private texts, come on top. PS3.15,
/// table E.1-1.
const NAMING: [Tag; 47] = [
    Tag(0x0008, 0x0012),
    Tag(0x0008, 0x0018),
    Tag(0x0008, 0x0050),
    Tag(0x0008, 0x0080),
    Tag(0x0008, 0x0081),
    Tag(0x0008, 0x0092),
    Tag(0x0008, 0x0094),
    Tag(0x0008, 0x1010),
    Tag(0x0008, 0x1030),
    Tag(0x0008, 0x103e),
    Tag(0x0008, 0x1040),
    Tag(0x0008, 0x1080),
    Tag(0x0008, 0x1155),
    Tag(0x0010, 0x0020),
    Tag(0x0010, 0x0021),
    Tag(0x0010, 0x0030),
    Tag(0x0010, 0x0050),
    Tag(0x0010, 0x1000),
    Tag(0x0010, 0x1040),
    Tag(0x0010, 0x1080),
    Tag(0x0010, 0x1081),
    Tag(0x0010, 0x1090),
    Tag(0x0010, 0x2000),
    Tag(0x0010, 0x2110),
    Tag(0x0010, 0x2150),
    Tag(0x0010, 0x2152),
    Tag(0x0010, 0x2154),
    Tag(0x0010, 0x2155),
    Tag(0x0010, 0x2180),
    Tag(0x0010, 0x21b0),
    Tag(0x0010, 0x21f0),
    Tag(0x0010, 0x4000),
    Tag(0x0018, 0x1000),
    Tag(0x0018, 0x1030),
    Tag(0x0018, 0x4000),
    Tag(0x0020, 0x000d),
    Tag(0x0020, 0x000e),
    Tag(0x0020, 0x0010),
    Tag(0x0020, 0x0052),
    Tag(0x0020, 0x4000),
    Tag(0x0032, 0x1032),
    Tag(0x0032, 0x1060),
    Tag(0x0032, 0x4000),
    Tag(0x0038, 0x0010),
    Tag(0x0038, 0x0300),
    Tag(0x0038, 0x0500),
    Tag(0x0040, 0x0253),
];

/// Tells what the header brought along.
pub(super) fn origin(object: &InMemDicomObject) -> Origin {
    let mut found = Found::default();
    found.look(object, 0);
    let mut removed = vec![format!("a DICOM header of {}", counted(found.elements, "element"))];
    if found.private > 0 {
        removed.push(counted(found.private, "private element"));
    }
    let overlays =
        (0x6000..=0x601e_u16).step_by(2).filter(|group| object.get(Tag(*group, 0x3000)).is_some());
    let overlays = overlays.count();
    if overlays > 0 {
        removed.push(format!("{}, which no picture shows", counted(overlays, "overlay")));
    }
    if object.get(Tag(0x0088, 0x0200)).is_some() {
        removed.push("a thumbnail".into());
    }
    Origin {
        format: "DICOM".into(),
        removed,
        identifiers: found.identifiers.into_iter().take(MAX_IDENTIFIERS).collect(),
        concerns: concerns(object),
    }
}

#[derive(Default)]
struct Found {
    elements: usize,
    private: usize,
    identifiers: BTreeSet<String>,
}

impl Found {
    fn look(&mut self, object: &InMemDicomObject, depth: usize) {
        for element in object {
            let tag = element.header().tag;
            if tag == super::PIXELS {
                continue;
            }
            self.elements += 1;
            let is_private = tag.0 % 2 == 1;
            self.private += usize::from(is_private);
            if let Some(items) = element.items()
                && depth < MAX_DEPTH
            {
                items.iter().for_each(|item| self.look(item, depth + 1));
                continue;
            }
            let vr = element.header().vr.to_string();
            let is_person = vr == "PN";
            let is_text = matches!(vr, "LO" | "LT" | "SH" | "ST" | "UC" | "UT" | "PN");
            // The creator of private elements is the name of a maker.
            let is_private_text = is_private && is_text && tag.1 > 0xff;
            if !is_person && !is_private_text && !NAMING.contains(&tag) {
                continue;
            }
            let Ok(value) = element.to_str() else { continue };
            for value in value.split('\\') {
                if is_person {
                    self.person(value);
                } else {
                    self.keep(value);
                }
            }
        }
    }

    /// A name in up to three scripts, each of up to five parts. PS3.5, 6.2.1.1.
    fn person(&mut self, value: &str) {
        for script in value.split('=') {
            self.keep(script);
            let parts: Vec<&str> = script.split('^').map(str::trim).collect();
            parts.iter().for_each(|part| self.keep(part));
            if let [family, given, ..] = parts[..] {
                self.keep(&format!("{given} {family}"));
                self.keep(&format!("{family}, {given}"));
                self.keep(&format!("{family} {given}"));
            }
        }
    }

    /// Keeps what is long enough not to be found by chance.
    fn keep(&mut self, value: &str) {
        let value = value.trim_matches([' ', '\0', '^', ',']).trim();
        let letters = value.chars().filter(|c| c.is_alphabetic()).count();
        let digits = value.chars().filter(char::is_ascii_digit).count();
        let is_telling = letters >= 3 || digits >= 6 || (letters >= 1 && digits >= 4);
        // Answers that blanked files hold.
        let is_blank = ["anonymous", "anonymized", "anonymised", "unknown", "none", "removed"]
            .contains(&value.to_ascii_lowercase().as_str());
        if is_telling && !is_blank && value.len() <= 400 {
            self.identifiers.insert(value.to_owned());
        }
    }
}

/// Tells what only a person can see.
fn concerns(object: &InMemDicomObject) -> Vec<String> {
    let mut concerns = Vec::new();
    if word(object, Tag(0x0028, 0x0301)).as_deref() != Some("NO") {
        concerns.push("burned-in text".into());
    }
    let part = text(object, Tag(0x0018, 0x0015)).unwrap_or_default().to_uppercase();
    let is_slice = matches!(word(object, super::MODALITY).as_deref(), Some("CT" | "MR" | "PT"));
    const HEAD: [&str; 7] = ["HEAD", "FACE", "SKULL", "BRAIN", "NECK", "ORBIT", "JAW"];
    let is_head = is_slice && HEAD.iter().any(|name| part.contains(name));
    let is_photograph = matches!(word(object, super::MODALITY).as_deref(), Some("XC" | "GM"));
    let has_features = word(object, Tag(0x0028, 0x0302)).as_deref() == Some("YES");
    if is_head || is_photograph || has_features {
        concerns.push("a face".into());
    }
    concerns
}
