//! What Typst gets of an edition, as it gets it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use typst::foundations::Bytes;

use super::Options;
use super::data::{self, Prepared};
use super::given::Given;
use super::pictures::Pictures;
use crate::layout::Layout;
use crate::model::{Edition, NodeId};

/// The data of an edition, and what else is to be known of it.
#[derive(Debug)]
pub(super) struct Ready {
    /// The data.
    pub(super) data: Given,
    /// What many documents have alike of it.
    pub(super) shared: Bytes,
    /// The pictures that it names.
    pub(super) pictures: Pictures,
    /// The names of the places in the topics.
    pub(super) places: Arc<BTreeMap<NodeId, String>>,
}

impl Ready {
    /// Makes the data.
    pub(super) fn new(edition: &Edition, layout: &Layout, options: &Options) -> Self {
        let Prepared { data, pictures, places } = data::edition(edition, &layout.settings, options);
        let shared = Bytes::from_string(shared(&data).to_string());
        Self { data: Given::new(data), shared, pictures, places: Arc::new(places) }
    }
}

/// Returns what many documents have alike, for the layout files that need no more of the data:
/// Typst evaluates these once for all of them.
fn shared(data: &Value) -> Value {
    json!({
        "kind": data["kind"],
        "options": data["options"],
        "words": data["words"],
        "direction": data["metadata"]["direction"],
    })
}
