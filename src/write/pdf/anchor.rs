//! The names of places that links lead to, in one namespace without clashes.

use crate::model::{CiteKey, Label, TopicId};

pub(super) fn topic(id: &TopicId) -> String {
    format!("topic:{id}")
}

pub(super) fn label(label: &Label) -> String {
    format!("label:{label}")
}

pub(super) fn reference(key: &CiteKey) -> String {
    format!("reference:{key}")
}
