//! Topics that were read before: who builds again and again reads only what changed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use blake3::Hash;

use crate::diag::Diagnostics;
use crate::model::Topic;
use crate::read::{self, Defaults};
use crate::source::{FileId, ProjectPath, Sources};

/// The topics of the last build of a process, as they were read.
#[derive(Debug, Default)]
pub struct KnownTopics {
    topics: Mutex<BTreeMap<FileId, Known>>,
}

/// A topic, and what it was read from.
#[derive(Debug)]
struct Known {
    path: ProjectPath,
    text: Hash,
    defaults: Defaults,
    topic: Arc<Topic>,
}

impl KnownTopics {
    /// Returns the topic of a file as it was read, or reads it. A file that comes before
    /// moves the numbers of all others, and they are read again.
    pub(super) fn read(
        &self,
        file: FileId,
        defaults: &Defaults,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) -> Option<Arc<Topic>> {
        let (path, text) = (sources.path(file), blake3::hash(sources.text(file).as_bytes()));
        let same = |known: &&Known| {
            known.path == *path && known.text == text && known.defaults == *defaults
        };
        if let Some(known) = self.lock().get(&file).filter(same) {
            return Some(Arc::clone(&known.topic));
        }
        let mut found = Diagnostics::default();
        let topic = read::read_added(file, defaults, sources, &mut found);
        // Messages are not kept, so what has any is read again.
        if let (Some(topic), true) = (&topic, found.is_empty()) {
            let (path, defaults) = (path.clone(), defaults.clone());
            let known = Known { path, text, defaults, topic: Arc::clone(topic) };
            self.lock().insert(file, known);
        }
        diagnostics.append(found);
        topic
    }

    /// Forgets what is in none of these files, which are in their order.
    pub(super) fn retain(&self, files: &[FileId]) {
        self.lock().retain(|file, _| files.binary_search(file).is_ok());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<FileId, Known>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
