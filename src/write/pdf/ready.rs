//! What Typst gets of an edition, as it gets it.

use std::collections::BTreeMap;
use std::sync::Arc;

use memchr::memmem;
use serde_json::{Value, json};
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
    /// What many documents have alike of it.
    pub(super) shared: Bytes,
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
        let shared = Bytes::from_string(shared(&data).to_string());
        let data = Bytes::from_string(with_holdings(data.to_string()));
        Self { data, shared, pictures, places: Arc::new(places) }
    }
}

/// What may be rare in a document, and wants rules of its own in a layout: what the data calls
/// it, and how what has it begins.
const HOLDINGS: [(&str, &[&str]); 6] = [
    ("code", &[r#""type":"code""#]),
    ("definitions", &[r#""type":"definitions""#]),
    // Of an author, or of a style that cites in notes.
    ("footnote", &[r#""type":"footnote""#, r#""note":{"#]),
    ("math", &[r#""type":"math""#]),
    ("quote", &[r#""type":"quote""#]),
    ("table", &[r#""type":"table""#]),
];

/// Says in the data what is in it, as `holds`. It is looked for in the text, in which no
/// author's words have quotes that are not escaped: each block and inline would have to tell.
fn with_holdings(mut data: String) -> String {
    let is_held = |begins: &&str| memmem::find(data.as_bytes(), begins.as_bytes()).is_some();
    let held = HOLDINGS.iter().filter(|(_, begins)| begins.iter().any(is_held));
    let held: Vec<&str> = held.map(|(name, _)| *name).collect();
    data.insert_str(1, &format!(r#""holds":{},"#, json!(held)));
    data
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
