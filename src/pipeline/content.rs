//! What is in publications: editions that are resolved when they are needed.

use std::sync::{Arc, OnceLock};

use super::Loaded;
use crate::diag::Diagnostics;
use crate::model::{Edition, MediaSet, Metadata, Outline, Topic};
use crate::project::Citing;
use crate::resolve::{self, Purpose};

/// Topics that are to be put together, and what becomes of them.
///
/// Of a thousand handouts, an edit changes one; what all others are made of is known
/// without putting them together ([`super::origin`]), and nobody asks for their editions.
pub(super) struct Content<'a> {
    pub(super) topics: Vec<Arc<Topic>>,
    pub(super) metadata: Metadata,
    pub(super) citing: &'a Citing,
    pub(super) purpose: Purpose,
    outline: Outline,
    loaded: &'a Loaded,
    /// The edition, and whether there is anything to say of it.
    resolved: OnceLock<(Edition, bool)>,
}

impl<'a> Content<'a> {
    /// Takes topics for a publication of a project.
    pub(super) fn new(
        loaded: &'a Loaded,
        topics: Vec<Arc<Topic>>,
        metadata: Metadata,
        citing: &'a Citing,
        purpose: Purpose,
    ) -> Self {
        let outline = Outline::plain(topics.len());
        Self { topics, metadata, citing, purpose, outline, loaded, resolved: OnceLock::new() }
    }

    /// Parts the topics.
    pub(super) fn parted(self, outline: Outline) -> Self {
        Self { outline, ..self }
    }

    /// Puts the topics together, if nobody did, and returns what there is to say of it.
    pub(super) fn resolve(&self) -> Diagnostics {
        let mut found = Diagnostics::default();
        self.resolved.get_or_init(|| self.put_together(&mut found));
        found
    }

    /// Returns the topics, put together.
    pub(super) fn edition(&self) -> &Edition {
        // Of what nobody resolved before, it is known that there is nothing to say.
        &self.resolved.get_or_init(|| self.put_together(&mut Diagnostics::default())).0
    }

    /// Returns the topics if they were put together.
    pub(super) fn resolved(&self) -> Option<&Edition> {
        self.resolved.get().map(|(edition, _)| edition)
    }

    /// Returns the edition for one's own.
    pub(super) fn into_edition(self) -> Edition {
        self.edition();
        let resolved = self.resolved.into_inner();
        resolved.expect("it was resolved in the line before").0
    }

    /// Returns all pictures of the project.
    pub(super) fn media(&self) -> &'a MediaSet {
        &self.loaded.media
    }

    /// Tells whether it was resolved, and there was nothing to say of it.
    pub(super) fn is_clean(&self) -> bool {
        self.resolved.get().is_some_and(|(_, is_clean)| *is_clean)
    }

    fn put_together(&self, diagnostics: &mut Diagnostics) -> (Edition, bool) {
        let loaded = self.loaded;
        let project = resolve::Shared {
            document: &loaded.document,
            index: &loaded.index,
            style: loaded.styles.of(self.citing),
            lists: self.citing.lists,
            media: &loaded.media,
        };
        let mut found = Diagnostics::default();
        let (topics, metadata) = (self.topics.clone(), self.metadata.clone());
        let mut edition = resolve::edition(&project, topics, metadata, self.purpose, &mut found);
        edition.outline = self.outline.clone();
        let is_clean = found.is_empty();
        diagnostics.append(found);
        (edition, is_clean)
    }
}
