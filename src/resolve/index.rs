//! What labels and topic ids name, in the whole project.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ByNode;
use super::numbering::Numbering;
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::{
    Anchor, CrossReference, CrossReferenceText, Figure, Inline, Label, Language, NodeId, Section,
    Table, Target, Topic, TopicId, Visitor, walk_topic,
};
use crate::source::{Span, Spanned};
use crate::words::Words;

/// What there is to refer to, in the whole project.
#[derive(Debug, Default)]
pub struct Index {
    labels: BTreeMap<Label, Labeled>,
    topics: BTreeMap<TopicId, (Vec<Inline>, Span)>,
}

/// Something with a label.
#[derive(Debug, Clone)]
struct Labeled {
    topic: TopicId,
    kind: LabeledKind,
    span: Span,
    /// Written by the author, or derived from a heading.
    explicit: bool,
}

#[derive(Debug, Clone)]
enum LabeledKind {
    Figure(NodeId),
    Table(NodeId),
    Section(Vec<Inline>),
}

impl Index {
    /// Collects all labels and ids, and reports those that are given twice.
    pub fn build(topics: &[Arc<Topic>], diagnostics: &mut Diagnostics) -> Self {
        let mut index = Self::default();
        for topic in topics {
            let id = &topic.id;
            if let Some((_, first)) = index.topics.get(&id.value) {
                diagnostics.push(
                    Diagnostic::error(
                        Code::DuplicateTopic,
                        format!("two topics have the id `{}`", id.value),
                    )
                    .at(id.span)
                    .hint_at(*first, "the other one is here")
                    .hint("give one of them another `id`"),
                );
                continue;
            }
            index.topics.insert(id.value.clone(), (topic.title.clone(), id.span));
            let mut collector = Collector { topic: &id.value, index: &mut index, diagnostics };
            walk_topic(topic, &mut collector);
        }
        for topic in topics {
            for other in &topic.see_also {
                index.require_topic(other, diagnostics);
            }
        }
        index
    }

    /// Returns the title of a topic.
    pub fn title(&self, topic: &TopicId) -> Option<&[Inline]> {
        self.topics.get(topic).map(|(title, _)| title.as_slice())
    }

    /// Reports a topic that does not exist.
    pub fn require_topic(&self, topic: &Spanned<TopicId>, diagnostics: &mut Diagnostics) {
        if !self.topics.contains_key(&topic.value) {
            diagnostics.push(
                Diagnostic::error(
                    Code::UnknownTopic,
                    format!("there is no topic `{}`", topic.value),
                )
                .at(topic.span)
                .maybe_hint(near_miss(
                    topic.value.as_str(),
                    self.topics.keys().map(TopicId::as_str),
                )),
            );
        }
    }

    /// Words all cross-references of an edition.
    pub(super) fn word(
        &self,
        topics: &[Arc<Topic>],
        numbering: &Numbering,
        language: &Language,
        diagnostics: &mut Diagnostics,
    ) -> ByNode<CrossReferenceText> {
        let present = topics.iter().map(|topic| &topic.id.value).collect();
        let mut wording = Wording {
            index: self,
            numbering,
            present,
            words: Words::of(language),
            table: BTreeMap::new(),
            diagnostics,
        };
        for topic in topics {
            wording.words = Words::of(topic.language.as_ref().unwrap_or(language));
            walk_topic(topic, &mut wording);
        }
        wording.table
    }
}

struct Collector<'a> {
    topic: &'a TopicId,
    index: &'a mut Index,
    diagnostics: &'a mut Diagnostics,
}

impl Collector<'_> {
    fn add(&mut self, label: &Label, kind: LabeledKind, span: Span, explicit: bool) {
        let labeled = Labeled { topic: self.topic.clone(), kind, span, explicit };
        match self.index.labels.get(label) {
            None => {}
            // A label that the author wrote wins over one from a heading, and
            // headings may be alike in every topic.
            Some(_) if !explicit => return,
            Some(first) if !first.explicit => {}
            Some(first) => {
                self.diagnostics.push(
                    Diagnostic::error(
                        Code::DuplicateLabel,
                        format!("the label `{label}` is used twice"),
                    )
                    .at(span)
                    .hint_at(first.span, "first used here"),
                );
                return;
            }
        }
        self.index.labels.insert(label.clone(), labeled);
    }
}

impl Visitor for Collector<'_> {
    fn section(&mut self, section: &Section) {
        if let Some(label) = section.anchor() {
            let kind = LabeledKind::Section(section.heading.clone());
            self.add(&label, kind, section.span, section.label.is_some());
        }
    }

    fn figure(&mut self, figure: &Figure) {
        if let Some(label) = &figure.label {
            self.add(&label.value, LabeledKind::Figure(figure.id), label.span, true);
        }
    }

    fn table(&mut self, table: &Table) {
        if let Some(label) = &table.label {
            self.add(&label.value, LabeledKind::Table(table.id), label.span, true);
        }
    }
}

struct Wording<'a> {
    index: &'a Index,
    numbering: &'a Numbering,
    present: std::collections::BTreeSet<&'a TopicId>,
    words: &'static Words,
    table: ByNode<CrossReferenceText>,
    diagnostics: &'a mut Diagnostics,
}

impl Visitor for Wording<'_> {
    fn inline(&mut self, inline: &Inline) {
        if let Inline::CrossReference(reference) = inline
            && let Some(text) = self.word(reference)
        {
            self.table.insert(reference.id, text);
        }
    }
}

impl Wording<'_> {
    fn word(&mut self, reference: &CrossReference) -> Option<CrossReferenceText> {
        let target = &reference.target;
        let (topic, content) = match &target.value {
            Target::Topic(topic) => {
                self.index
                    .require_topic(&Spanned::new(topic.clone(), target.span), self.diagnostics);
                (topic.clone(), self.index.title(topic)?.to_vec())
            }
            Target::Label(label) => {
                let Some(labeled) = self.index.labels.get(label) else {
                    let known = self.index.labels.keys().map(Label::as_str);
                    self.diagnostics.push(
                        Diagnostic::error(
                            Code::UnknownLabel,
                            format!("nothing has the label `{label}`"),
                        )
                        .at(target.span)
                        .maybe_hint(near_miss(label.as_str(), known)),
                    );
                    return None;
                };
                let number = |id: &NodeId, word: &str| {
                    let number = self.numbering.numbers.get(id);
                    number.map(|number| vec![Inline::Text(format!("{word}\u{a0}{number}"))])
                };
                let own = match &labeled.kind {
                    LabeledKind::Figure(id) => number(id, self.words.figure),
                    LabeledKind::Table(id) => number(id, self.words.table),
                    LabeledKind::Section(heading) => Some(heading.clone()),
                };
                // What is in another publication has no number here; its topic
                // can be named all the same.
                let content = own.or_else(|| self.index.title(&labeled.topic).map(<[_]>::to_vec));
                (labeled.topic.clone(), content?)
            }
        };
        let content = reference.content.clone().unwrap_or(content);
        let anchor =
            self.present.contains(&topic).then(|| Anchor { topic, target: target.value.clone() });
        Some(CrossReferenceText { content, anchor })
    }
}
