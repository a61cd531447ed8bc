//! Selections of topics: by id, by tag, and what is not to be taken.

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Diagnostics, Severity, near_miss};
use crate::model::{Tag, Topic};
use crate::source::{Span, Spanned, matches};
use crate::yaml::{self, Fields, Node, Value};

/// Topics by id or tag, in order; `*` stands for any characters. Empty for all,
/// in the order of their paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    patterns: Vec<Pattern>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    /// Whether it takes topics away.
    not: bool,
    what: What,
    span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Id(String),
    Tag(String),
}

/// A topic that is selected.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen<'a> {
    pub(super) topic: &'a Arc<Topic>,
    /// Whether it is named, rather than matched by a pattern.
    pub(super) named: bool,
    /// What selects it.
    pub(super) span: Span,
}

impl Selection {
    pub(super) fn take(fields: &mut Fields, diagnostics: &mut Diagnostics) -> Self {
        Self::take_key(fields, "topics", diagnostics).unwrap_or_default()
    }

    /// Takes a selection from a key; `None` if it is not there.
    pub(super) fn take_key(
        fields: &mut Fields,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        fields.take(key).map(|node| Self::read(node, key, diagnostics))
    }

    /// Reads a list of patterns; a lone one is a list of one.
    pub(super) fn read(node: Node, key: &str, diagnostics: &mut Diagnostics) -> Self {
        let nodes = match node.value {
            Value::List(items) => items,
            Value::Null => Vec::new(),
            _ => vec![node],
        };
        let texts = nodes.into_iter().filter_map(|node| yaml::expect_text(node, key, diagnostics));
        let texts: Vec<_> = texts.collect();
        let patterns = texts.iter().filter_map(|text| Pattern::read(text, diagnostics)).collect();
        Self { patterns }
    }

    /// Tells whether no topic is named, which selects all.
    pub fn is_all(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Returns the topics that are selected, in the order of the selection,
    /// each once. A pattern that matches nothing is reported.
    pub fn of<'a>(
        &self,
        topics: &'a [Arc<Topic>],
        diagnostics: &mut Diagnostics,
    ) -> Vec<&'a Arc<Topic>> {
        let errors = diagnostics.count(Severity::Error);
        let chosen = self.choose(topics, diagnostics);
        if let (true, Some(first)) = (chosen.is_empty(), self.patterns.first())
            && diagnostics.count(Severity::Error) == errors
        {
            diagnostics.push(
                Diagnostic::error(Code::InvalidValue, "this selects no topic")
                    .at(first.span)
                    .hint("take away a `not:`"),
            );
        }
        chosen.into_iter().map(|chosen| chosen.topic).collect()
    }

    pub(super) fn choose<'a>(
        &self,
        topics: &'a [Arc<Topic>],
        diagnostics: &mut Diagnostics,
    ) -> Vec<Chosen<'a>> {
        let mut chosen: Vec<Chosen> = Vec::new();
        let mut taken = std::collections::BTreeMap::new();
        for pattern in self.patterns.iter().filter(|pattern| !pattern.not) {
            let (named, span) = (pattern.is_name(), pattern.span);
            for topic in pattern.of(topics, diagnostics) {
                let place = *taken.entry(&topic.id.value).or_insert_with(|| {
                    chosen.push(Chosen { topic, named, span });
                    chosen.len() - 1
                });
                if named && !chosen[place].named {
                    chosen[place] = Chosen { topic, named, span };
                }
            }
        }
        if self.patterns.iter().all(|pattern| pattern.not) {
            let span = self.patterns.first().map(|first| first.span);
            let everything = topics.iter().map(|topic| Chosen {
                topic,
                named: false,
                span: span.unwrap_or(topic.id.span),
            });
            chosen.extend(everything);
        }
        for pattern in self.patterns.iter().filter(|pattern| pattern.not) {
            // Reported if there is nothing to leave out.
            pattern.of(topics, diagnostics);
            chosen.retain(|chosen| !pattern.matches(chosen.topic));
        }
        chosen
    }
}

impl Pattern {
    fn read(written: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let span = written.span;
        let (not, rest) = match written.value.strip_prefix("not:") {
            Some(rest) => (true, rest.trim()),
            None => (false, written.value.as_str()),
        };
        let what = match rest.split_once(':') {
            None => What::Id(rest.to_owned()),
            // Written as in a topic, where spaces are taken for `_`.
            Some(("tag", tag)) => match Tag::new(tag) {
                Ok(tag) => What::Tag(tag.as_str().to_owned()),
                Err(invalid) => {
                    diagnostics.push(
                        Diagnostic::error(Code::InvalidValue, invalid.to_string())
                            .at(span)
                            .hint("write a tag after `tag:`, such as `tag:chest`"),
                    );
                    return None;
                }
            },
            Some((other, _)) => {
                let message = format!("topics cannot be selected by `{other}:`");
                diagnostics.push(
                    Diagnostic::error(Code::InvalidValue, message)
                        .at(span)
                        .maybe_hint(near_miss(other, ["tag", "not"]))
                        .hint("write an id, `tag:…`, `not:…` or `not:tag:…`"),
                );
                return None;
            }
        };
        Some(Self { not, what, span })
    }

    /// Tells whether it names one topic.
    fn is_name(&self) -> bool {
        matches!(&self.what, What::Id(id) if !id.contains('*'))
    }

    fn matches(&self, topic: &Topic) -> bool {
        match &self.what {
            What::Id(pattern) => matches(pattern, topic.id.value.as_str()),
            What::Tag(pattern) => topic.tags.iter().any(|tag| matches(pattern, tag.as_str())),
        }
    }

    /// Returns the topics that it matches; none are reported.
    fn of<'a>(
        &self,
        topics: &'a [Arc<Topic>],
        diagnostics: &mut Diagnostics,
    ) -> Vec<&'a Arc<Topic>> {
        let found: Vec<_> = topics.iter().filter(|topic| self.matches(topic)).collect();
        if found.is_empty() {
            let (code, message, hint) = match &self.what {
                What::Id(id) => {
                    let known = topics.iter().map(|topic| topic.id.value.as_str());
                    (Code::UnknownTopic, format!("there is no topic `{id}`"), near_miss(id, known))
                }
                What::Tag(tag) => {
                    let known = topics.iter().flat_map(|topic| &topic.tags).map(Tag::as_str);
                    (
                        Code::UnknownTag,
                        format!("no topic has the tag `{tag}`"),
                        near_miss(tag, known),
                    )
                }
            };
            diagnostics.push(Diagnostic::error(code, message).at(self.span).maybe_hint(hint));
        }
        found
    }
}
