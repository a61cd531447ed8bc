//! What readers look up: the glossary and the index, as data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use super::data::Writer;
use super::{anchor, breaks};
use crate::model::{
    CardBlock, Figure, IndexEntry, Indexed, Inline, NodeId, Section, Table, Topic, Visitor,
    walk_inline, walk_topic,
};

/// Where the words of the index are.
#[derive(Debug, Default)]
pub(super) struct Indexing {
    /// The names of their places.
    pub(super) places: BTreeMap<NodeId, String>,
    /// Those that have a place of their own. Headings and captions may stand in
    /// lists and running heads, too, so words in them are where the section or
    /// figure is.
    pub(super) own: BTreeSet<NodeId>,
}

/// Returns where the words of the index are; `places` are those of sections,
/// figures and tables.
pub(super) fn indexing(topics: &[Arc<Topic>], places: &BTreeMap<NodeId, String>) -> Indexing {
    let mut finder = Finder { places, indexing: Indexing::default() };
    for topic in topics {
        let title = topic.title.iter().chain(topic.short_title.iter().flatten());
        finder.within(title, Some(&anchor::topic(&topic.id.value)));
        walk_topic(topic, &mut finder);
    }
    finder.indexing
}

struct Finder<'a> {
    places: &'a BTreeMap<NodeId, String>,
    indexing: Indexing,
}

impl Finder<'_> {
    /// Notes that the words in a text are at a place, if that has a name.
    fn within<'t>(&mut self, text: impl IntoIterator<Item = &'t Inline>, place: Option<&String>) {
        struct Words(Vec<NodeId>);
        impl Visitor for Words {
            fn inline(&mut self, inline: &Inline) {
                if let Inline::Indexed(Indexed { id, .. }) = inline {
                    self.0.push(*id);
                }
            }
        }
        let mut found = Words(Vec::new());
        text.into_iter().for_each(|inline| walk_inline(inline, &mut found));
        if let Some(place) = place {
            self.indexing.places.extend(found.0.into_iter().map(|id| (id, place.clone())));
        }
    }
}

impl Visitor for Finder<'_> {
    fn enters_card(&self, _card: &CardBlock) -> bool {
        false
    }

    fn section(&mut self, section: &Section) {
        self.within(&section.heading, self.places.get(&section.id));
    }

    fn figure(&mut self, figure: &Figure) {
        let place = self.places.get(&figure.id);
        let caption = figure.caption.long.iter().chain(figure.caption.short.iter().flatten());
        self.within(caption, place);
        for mark in figure.marks() {
            self.within(&mark.means, place);
        }
    }

    fn table(&mut self, table: &Table) {
        self.within(table.caption.iter().flatten(), self.places.get(&table.id));
    }

    fn inline(&mut self, inline: &Inline) {
        let Inline::Indexed(Indexed { id, .. }) = inline else { return };
        let Indexing { places, own } = &mut self.indexing;
        if !places.contains_key(id) {
            places.insert(*id, format!("index:{}", own.len() + 1));
            own.insert(*id);
        }
    }
}

impl Writer<'_> {
    pub(super) fn glossary(&mut self) -> Vec<Value> {
        let edition = self.edition;
        let mut entries = Vec::new();
        // They are in the topic.
        let with_codes = std::mem::take(&mut self.with_codes);
        for entry in &edition.glossary {
            self.topic = Some(&entry.topic);
            let mut term = Value::from(self.inlines(&entry.term));
            let mut blocks = Value::from(self.blocks(&entry.blocks));
            unplace(&mut term);
            unplace(&mut blocks);
            entries.push(json!({
                "initial": entry.initial,
                "term": term,
                "blocks": blocks,
                "topic": entry.topic.as_str(),
                "anchor": anchor::topic(&entry.topic),
            }));
        }
        self.with_codes = with_codes;
        entries
    }

    pub(super) fn index(&self, entries: &[IndexEntry]) -> Vec<Value> {
        let entry = |entry: &IndexEntry| {
            let mut anchors: Vec<&String> = Vec::new();
            for place in entry.places.iter().filter_map(|id| self.indexing.places.get(id)) {
                if !anchors.contains(&place) {
                    anchors.push(place);
                }
            }
            json!({
                "initial": entry.initial,
                "term": breaks::breakable(&entry.term),
                "anchors": anchors,
                "entries": self.index(&entry.entries),
            })
        };
        entries.iter().map(entry).collect()
    }
}

/// Takes the places out of what stands in the text already, and the figures: each
/// anchor is given to one place only.
fn unplace(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.retain(|item| item["type"] != "figure");
            items.iter_mut().for_each(unplace);
        }
        Value::Object(fields) => {
            let kind = fields.get("type").and_then(Value::as_str);
            if matches!(kind, Some("table" | "equation" | "citation" | "index")) {
                fields.insert("anchor".into(), Value::Null);
            }
            fields.iter_mut().for_each(|(_, value)| unplace(value));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
