//! Citations as data.

use serde_json::{Value, json};

use super::data::Writer;
use crate::model::{Citation, CitationPart};

impl Writer<'_> {
    /// Tells whether a citation is not set: on cards, unless it is part of the sentence,
    /// for they have no list that it would lead to.
    pub(super) fn leaves_out(&self, citation: &Citation) -> bool {
        let rendered = self.edition.citations.get(&citation.id);
        self.on_cards && rendered.is_none_or(|rendered| rendered.prose.is_empty())
    }

    /// What is part of the sentence, what follows it, and what stands in a note.
    pub(super) fn citation(&mut self, citation: &Citation) -> Value {
        let edition = self.edition;
        let own = self.citing.own.contains(&citation.id);
        let anchor = self.citing.places.get(&citation.id).filter(|_| own).cloned();
        let rendered = edition.citations.get(&citation.id);
        let prose = rendered.map(|rendered| rendered.prose.as_slice()).unwrap_or_default();
        let parts = rendered.map(|rendered| rendered.parts.as_slice()).unwrap_or_default();
        let is_note = rendered.is_some_and(|rendered| rendered.note);
        let number = edition.numbers.get(&citation.id).filter(|_| is_note);
        let prose = self.citation_parts(prose);
        let parts = self.citation_parts(parts);
        let (parts, note) = match number {
            Some(number) => (Vec::new(), Some(json!({ "number": number, "parts": parts }))),
            None => (parts, None),
        };
        json!({
            "type": "citation", "anchor": anchor, "prose": prose, "parts": parts, "note": note,
        })
    }

    pub(super) fn citation_parts(&mut self, parts: &[CitationPart]) -> Vec<Value> {
        let part = |part: &CitationPart| {
            json!({
                "content": self.inlines(&part.content),
                "anchor": part.key.as_ref().and_then(|key| self.listed(key)),
            })
        };
        parts.iter().map(part).collect()
    }
}
