//! What Typst gets of an edition, as it gets it.

use std::collections::BTreeMap;
use std::sync::Arc;

use typst::foundations::Bytes;

use super::Options;
use super::data::{self, Prepared};
use super::pictures::Pictures;
use crate::layout::Layout;
use crate::model::{Edition, NodeId};

/// The data of an edition, and what else is to be known of it.
#[derive(Debug)]
pub(super) struct Ready {
    /// The data: JSON.
    pub(super) data: Bytes,
    /// The pictures that it names.
    pub(super) pictures: Pictures,
    /// The names of the places in the topics.
    pub(super) places: Arc<BTreeMap<NodeId, String>>,
}

impl Ready {
    /// Makes the data. The tree that it is written from takes several times its room, and is
    /// not kept.
    pub(super) fn new(edition: &Edition, layout: &Layout, options: &Options) -> Self {
        let Prepared { data, pictures, places } = data::edition(edition, &layout.settings, options);
        Self { data: Bytes::from_string(data.to_string()), pictures, places: Arc::new(places) }
    }
}
