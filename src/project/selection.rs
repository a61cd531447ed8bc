//! Selections of topics.

use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::{Topic, TopicId};
use crate::source::Spanned;
use crate::yaml::Fields;

/// Topics by id, in order; `*` stands for any characters. Empty for all, in the
/// order of their paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    patterns: Vec<Spanned<String>>,
}

impl Selection {
    pub(super) fn take(fields: &mut Fields, diagnostics: &mut Diagnostics) -> Self {
        Self { patterns: fields.texts("topics", diagnostics) }
    }

    /// Tells whether no topic is named, which selects all.
    pub fn is_all(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Returns the topics that are selected, in the order of the selection,
    /// each once. A pattern that matches nothing is reported.
    pub fn of<'a>(
        &self,
        topics: &'a [std::sync::Arc<Topic>],
        diagnostics: &mut Diagnostics,
    ) -> Vec<&'a std::sync::Arc<Topic>> {
        if self.patterns.is_empty() {
            return topics.iter().collect();
        }
        let mut selected: Vec<&std::sync::Arc<Topic>> = Vec::new();
        for pattern in &self.patterns {
            let mut any = false;
            for topic in topics.iter().filter(|topic| matches(&pattern.value, &topic.id.value)) {
                any = true;
                if !selected.iter().any(|chosen| chosen.id.value == topic.id.value) {
                    selected.push(topic);
                }
            }
            if !any {
                let known = topics.iter().map(|topic| topic.id.value.as_str());
                diagnostics.push(
                    Diagnostic::error(
                        Code::UnknownTopic,
                        format!("there is no topic `{}`", pattern.value),
                    )
                    .at(pattern.span)
                    .maybe_hint(near_miss(&pattern.value, known)),
                );
            }
        }
        selected
    }
}

/// Tells whether an id matches a pattern, in which `*` stands for any
/// characters.
fn matches(pattern: &str, id: &TopicId) -> bool {
    let id = id.as_str();
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = id.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_ids() {
        let id = TopicId::new("chest-effusion-left").expect("an id");
        for pattern in ["*", "chest-*", "*-left", "chest-*-left", "chest-effusion-left", "c*f*f*t"]
        {
            assert!(matches(pattern, &id), "{pattern}");
        }
        for pattern in ["chest", "*-right", "x*", "chest-*-left-*", ""] {
            assert!(!matches(pattern, &id), "{pattern}");
        }
    }
}
