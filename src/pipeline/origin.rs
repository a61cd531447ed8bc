//! What handouts are made of, as it is written: known before anything is put together.
//!
//! [`super::kept`] knows finished pages by the edition that they show, and to have that
//! all references, numbers and citations of a topic must be worked out. All of it follows
//! from the text of the topic, and from what all topics share: the manifest, the works,
//! what labels name. So what an earlier build made of these is found by their hash, and
//! of a thousand handouts only that of the edited topic is resolved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use blake3::{Hash, Hasher};
use memchr::memmem;
use serde_json::{Value, json};

use super::kept::Found;
use super::pages::options;
use super::publication::{figures, works};
use super::{Loaded, Press, Publication};
use crate::ledger;
use crate::model::{CiteKey, NodeId};
use crate::parallel::in_order;
use crate::source::{FileId, ProjectPath, Sources};
use crate::write::pdf::Kind;
use crate::write::pdf::kept::{Ingredients, pictures};

/// What all editions of a project are made of, and the text of each topic.
#[derive(Debug)]
pub(super) struct Origins {
    shared: Hash,
    topics: BTreeMap<FileId, Hash>,
}

impl Origins {
    /// Looks at all texts that were read.
    pub(super) fn new(loaded: &Loaded, sources: &Sources, jobs: usize) -> Self {
        let files = loaded.document.topics.iter().map(|topic| topic.span.file);
        let files: Vec<FileId> = files.collect();
        let hashed = in_order(jobs, &files, |file| {
            let mut hasher = Hasher::new();
            add(&mut hasher, sources.path(*file).as_str());
            add(&mut hasher, sources.text(*file));
            hasher.finalize()
        });
        let topics: BTreeMap<FileId, Hash> = files.into_iter().zip(hashed).collect();
        let mut hasher = Hasher::new();
        // Topics are there one by one, but works that they bring are for all; and the
        // ledger is about cards.
        let of_topics: BTreeSet<&ProjectPath> =
            topics.keys().map(|file| sources.path(*file)).collect();
        for (path, text) in sources.paths().zip(sources.texts()) {
            let is_shared = !of_topics.contains(path) && path.as_str() != ledger::FILE;
            if is_shared || brings_works(text) {
                add(&mut hasher, path.as_str());
                add(&mut hasher, text);
            }
        }
        // What the manifest leaves out follows from where the project lies.
        add(&mut hasher, &format!("{:?}", loaded.project.metadata));
        hasher.update(loaded.index.digest().as_bytes());
        Self { shared: hasher.finalize(), topics }
    }

    /// Returns a hash of what a handout is made of, but for the program and the files of
    /// layouts; `None` of anything else, and of what says more than its topic's text.
    pub(super) fn of(&self, one: &Publication, press: &Press) -> Option<Hash> {
        let [topic] = one.content.topics.as_slice() else { return None };
        let text = self.topics.get(&topic.span.file).filter(|_| one.kind == Kind::Handout)?;
        let mut hasher = Hasher::new();
        hasher.update(self.shared.as_bytes()).update(text.as_bytes());
        let citing = one.content.citing;
        let style = citing.style.as_ref().map(|style| &style.value);
        add(&mut hasher, &format!("{style:?} {:?} {:?}", citing.lists, one.content.purpose));
        add(&mut hasher, &options(one, press).said());
        let layout = &one.layout;
        let entry = &layout.manifest.entry;
        add(&mut hasher, &format!("{} {entry} {:?}", layout.name, layout.settings));
        hasher.update(pictures(&one.content.topics, one.content.media()).as_bytes());
        Some(hasher.finalize())
    }
}

/// Tells whether a topic may bring works, by its text.
pub(super) fn brings_works(text: &str) -> bool {
    memmem::find(text.as_bytes(), b"references:").is_some()
}

fn add(hasher: &mut Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
}

/// What an earlier build made of the same texts, and found nothing to say of.
#[derive(Debug)]
pub(super) struct Settled {
    /// The works that it lists.
    pub(super) works: Vec<CiteKey>,
    /// The figures that it counts.
    pub(super) figures: Vec<NodeId>,
    /// Its pages, until somebody takes them.
    pub(super) found: Mutex<Option<Found>>,
    /// Under which key their file is kept.
    pub(super) file: String,
}

/// What is to be kept of a publication that was resolved, for [`read`]; `known` is what
/// [`super::kept`] keeps of its pages, whose file is under the key `file`. `None` if a later
/// build could not tell it from its text alone.
pub(super) fn write(
    one: &Publication,
    of: &Ingredients,
    known: &[u8],
    file: &str,
) -> Option<Vec<u8>> {
    let [topic] = one.content.topics.as_slice() else { return None };
    let text = topic.span.file;
    let edition = one.edition();
    let own = |node: NodeId| (node.file == text).then_some(node.index);
    let figures = figures(edition).map(own).collect::<Option<Vec<_>>>()?;
    let works: Vec<&str> = works(edition).map(CiteKey::as_str).collect();
    let said =
        json!({ "file": file, "works": works, "figures": figures, "made_of": of.said(text)? });
    Some([said.to_string().as_bytes(), b"\n", known].concat())
}

/// Reads what [`write()`] wrote of a publication; `None` if it is anything else.
pub(super) fn read(bytes: &[u8], one: &Publication) -> Option<Settled> {
    let text = one.content.topics.first()?.span.file;
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let said: Value = serde_json::from_slice(bytes.get(..end)?).ok()?;
    let list = |key: &str| said.get(key)?.as_array();
    let works = list("works")?.iter().map(|key| {
        let key = key.as_str()?;
        key.strip_prefix('/').map(CiteKey::unnamed).or_else(|| CiteKey::new(key))
    });
    let figures = list("figures")?.iter().map(|index| {
        let index = u32::try_from(index.as_u64()?).ok()?;
        Some(NodeId { file: text, index })
    });
    let made_of = Ingredients::of_text(said.get("made_of")?, text)?;
    let found = super::kept::read(bytes.get(end + 1..)?, &made_of)?;
    Some(Settled {
        works: works.collect::<Option<_>>()?,
        figures: figures.collect::<Option<_>>()?,
        found: Mutex::new(Some(found)),
        file: said.get("file")?.as_str()?.to_owned(),
    })
}
