//! What labels and topic ids name, in the whole project.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::Arc;

use super::ByNode;
use super::numbering::{MarkWording, Numbering};
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::digest::Digest;
use crate::model::{
    Anchor, CrossReference, CrossReferenceText, Equation, Figure, Inline, Label, Language,
    MarkMention, NodeId, Section, Table, Target, Topic, TopicId, Visitor, walk_topic,
};
use crate::source::{Span, Spanned};
use crate::words::Words;

/// What there is to refer to, in the whole project.
#[derive(Debug, Default)]
pub struct Index {
    /// What the author labeled.
    labels: BTreeMap<Label, Labeled>,
    /// Sections by the names that their headings give, which need only be
    /// unique in their topic.
    headings: BTreeMap<TopicId, BTreeMap<Label, Labeled>>,
    topics: BTreeMap<TopicId, (Vec<Inline>, Span)>,
    /// Panels by the names that their figures' labels give them, until all
    /// labels are known.
    implied: Vec<(Label, Labeled)>,
}

/// Something with a label.
#[derive(Debug, Clone)]
pub(super) struct Labeled {
    topic: TopicId,
    node: NodeId,
    kind: LabeledKind,
    span: Span,
}

#[derive(Debug, Clone)]
enum LabeledKind {
    Figure,
    /// A panel: the figure that it is of, and its letter.
    Panel(NodeId, char),
    Table,
    Equation,
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
        index.name_panels(diagnostics);
        for topic in topics {
            for other in &topic.see_also {
                index.require_topic(&other.value, other.span, diagnostics);
            }
        }
        index
    }

    /// Gives panels the names that follow from their figures' labels, and
    /// reports those that somebody else has.
    fn name_panels(&mut self, diagnostics: &mut Diagnostics) {
        for (label, panel) in std::mem::take(&mut self.implied) {
            match self.labels.get(&label) {
                Some(other) if other.node != panel.node => diagnostics.push(
                    Diagnostic::error(
                        Code::DuplicateLabel,
                        format!("`{label}` names a panel of another figure already"),
                    )
                    .at(other.span)
                    .hint_at(panel.span, "the label of that figure, and its panel's letter")
                    .hint("give one of them another label"),
                ),
                Some(_) => {}
                None => {
                    self.labels.insert(label, panel);
                }
            }
        }
    }

    /// Returns a hash of all that an edition may take from the index, for what is not in
    /// it: what a label names, and what its topic or section is called. Where it stands in
    /// its file is no part of it.
    pub fn digest(&self) -> blake3::Hash {
        let Self { labels, headings, topics, implied: _ } = self;
        let mut into = Digest::default();
        for (topic, (title, _)) in topics {
            (topic, title).hash(&mut into);
        }
        let all = headings.values().flatten().chain(labels);
        for (label, Labeled { topic, kind, node: _, span: _ }) in all {
            let heading = match kind {
                LabeledKind::Section(heading) => Some(heading),
                LabeledKind::Figure
                | LabeledKind::Panel(..)
                | LabeledKind::Table
                | LabeledKind::Equation => None,
            };
            (label, topic, heading).hash(&mut into);
        }
        into.done()
    }

    /// Returns the title of a topic.
    pub fn title(&self, topic: &TopicId) -> Option<&[Inline]> {
        self.topics.get(topic).map(|(title, _)| title.as_slice())
    }

    /// Reports a topic that does not exist.
    pub fn require_topic(&self, topic: &TopicId, span: Span, diagnostics: &mut Diagnostics) {
        if !self.topics.contains_key(topic) {
            diagnostics.push(
                Diagnostic::error(Code::UnknownTopic, format!("there is no topic `{topic}`"))
                    .at(span)
                    .hint(
                        near_miss(topic.as_str(), self.topics.keys().map(TopicId::as_str))
                            .unwrap_or_else(|| {
                                "write the `id` of a topic, or the name of its file".into()
                            }),
                    ),
            );
        }
    }

    /// Finds what a label names: what an author labeled, a heading of the same
    /// topic, or the one heading of that name in all others.
    pub(super) fn find(
        &self,
        topic: &TopicId,
        label: &Label,
        span: Span,
        diagnostics: &mut Diagnostics,
    ) -> Option<&Labeled> {
        let own = || self.headings.get(topic)?.get(label);
        if let Some(found) = self.labels.get(label).or_else(own) {
            return Some(found);
        }
        let mut others = self.headings.values().filter_map(|headings| headings.get(label));
        match (others.next(), others.next()) {
            (Some(only), None) => Some(only),
            (Some(first), Some(second)) => {
                diagnostics.push(
                    Diagnostic::error(
                        Code::UnknownLabel,
                        format!("several topics have a section `{label}`"),
                    )
                    .at(span)
                    .hint_at(first.span, "one is here")
                    .hint_at(second.span, "another is here")
                    .hint(format!("name the topic, too: `[[{}#{label}]]`", first.topic)),
                );
                None
            }
            (None, _) => {
                let own = self.headings.get(topic).into_iter().flat_map(BTreeMap::keys);
                let known = self.labels.keys().chain(own).map(Label::as_str);
                diagnostics.push(
                    Diagnostic::error(
                        Code::UnknownLabel,
                        format!("nothing has the label `{label}`"),
                    )
                    .at(span)
                    .hint(
                        near_miss(label.as_str(), known)
                            .unwrap_or_else(|| format!("write `{{#{label}}}` at what is meant")),
                    ),
                );
                None
            }
        }
    }

    /// Finds what a label names in a topic.
    pub(super) fn find_within(
        &self,
        topic: &TopicId,
        label: &Label,
        span: Span,
        diagnostics: &mut Diagnostics,
    ) -> Option<&Labeled> {
        self.require_topic(topic, span, diagnostics);
        self.title(topic)?;
        let headings = self.headings.get(topic);
        let own = self.labels.get(label).filter(|labeled| labeled.topic == *topic);
        let found = own.or_else(|| headings?.get(label));
        if found.is_none() {
            let labels = self.labels.iter().filter(|(_, labeled)| labeled.topic == *topic);
            let known = labels
                .map(|(label, _)| label)
                .chain(headings.into_iter().flatten().map(|(label, _)| label));
            diagnostics.push(
                Diagnostic::error(
                    Code::UnknownLabel,
                    format!("nothing in the topic `{topic}` has the label `{label}`"),
                )
                .at(span)
                .hint(match self.labels.get(label) {
                    Some(elsewhere) => format!("it is in the topic `{}`", elsewhere.topic),
                    None => near_miss(label.as_str(), known.map(Label::as_str))
                        .unwrap_or_else(|| format!("write `{{#{label}}}` at what is meant")),
                }),
            );
        }
        found
    }

    /// Words all cross-references of an edition, and the mentions of marks.
    pub(super) fn word(
        &self,
        topics: &[Arc<Topic>],
        numbering: &Numbering,
        language: &Language,
        diagnostics: &mut Diagnostics,
    ) -> (ByNode<CrossReferenceText>, ByNode<MarkMention>) {
        let present = topics.iter().map(|topic| &topic.id.value).collect();
        let Some(first) = topics.first() else { return (BTreeMap::new(), BTreeMap::new()) };
        let wording = Wording {
            index: self,
            numbering,
            present,
            topic: &first.id.value,
            words: Words::of(language),
            table: BTreeMap::new(),
            diagnostics,
        };
        let mut both = (wording, MarkWording::new(language));
        for topic in topics {
            let language = topic.language.as_ref().unwrap_or(language);
            both.0.topic = &topic.id.value;
            both.0.words = Words::of(language);
            both.1.language = language;
            walk_topic(topic, &mut both);
        }
        let (wording, marks) = both;
        let table = wording.table;
        diagnostics.append(marks.diagnostics);
        (table, marks.table)
    }
}

struct Collector<'a> {
    topic: &'a TopicId,
    index: &'a mut Index,
    diagnostics: &'a mut Diagnostics,
}

impl Collector<'_> {
    fn add(&mut self, label: &Spanned<Label>, node: NodeId, kind: LabeledKind) {
        if let Some(first) = self.index.labels.get(&label.value) {
            self.diagnostics.push(
                Diagnostic::error(
                    Code::DuplicateLabel,
                    format!("the label `{}` is used twice", label.value),
                )
                .at(label.span)
                .hint_at(first.span, "first used here")
                .hint("give one of them another label"),
            );
            return;
        }
        let labeled = Labeled { topic: self.topic.clone(), node, kind, span: label.span };
        self.index.labels.insert(label.value.clone(), labeled);
    }
}

impl Visitor for Collector<'_> {
    fn section(&mut self, section: &Section) {
        let kind = LabeledKind::Section(section.heading.clone());
        if let Some(label) = &section.label {
            self.add(label, section.id, kind);
        } else if let Some(label) = section.anchor() {
            let headings = self.index.headings.entry(self.topic.clone()).or_default();
            let labeled =
                Labeled { topic: self.topic.clone(), node: section.id, kind, span: section.span };
            headings.entry(free_name(label, headings)).or_insert(labeled);
        }
    }

    fn figure(&mut self, figure: &Figure) {
        if let Some(label) = &figure.label {
            self.add(label, figure.id, LabeledKind::Figure);
        }
        for (letter, panel) in figure.lettered() {
            let Some(letter) = letter else { continue };
            let kind = LabeledKind::Panel(figure.id, letter);
            if let Some(label) = &panel.label {
                self.add(label, panel.id, kind.clone());
            }
            if let (Some(implied), Some(label)) = (figure.implied_label(letter), &figure.label) {
                let (topic, span) = (self.topic.clone(), label.span);
                self.index.implied.push((implied, Labeled { topic, node: panel.id, kind, span }));
            }
        }
    }

    fn table(&mut self, table: &Table) {
        if let Some(label) = &table.label {
            self.add(label, table.id, LabeledKind::Table);
        }
    }

    fn equation(&mut self, equation: &Equation) {
        if let Some(label) = &equation.label {
            self.add(label, equation.id, LabeledKind::Equation);
        }
    }
}

/// Returns the name of a heading: of equal ones in a topic, all but the first
/// get a number, as in Pandoc.
fn free_name(label: Label, taken: &BTreeMap<Label, Labeled>) -> Label {
    if !taken.contains_key(&label) {
        return label;
    }
    let numbered = (1..).filter_map(|number| Label::new(&format!("{label}-{number}")).ok());
    numbered.take(MAX_EQUAL).find(|free| !taken.contains_key(free)).unwrap_or(label)
}

/// How many equal headings of a topic get names of their own.
const MAX_EQUAL: usize = 100;

struct Wording<'a> {
    index: &'a Index,
    numbering: &'a Numbering,
    present: std::collections::BTreeSet<&'a TopicId>,
    /// The topic that is walked over.
    topic: &'a TopicId,
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

impl<'a> Wording<'a> {
    fn word(&mut self, reference: &CrossReference) -> Option<CrossReferenceText> {
        let target = &reference.target;
        let (topic, node, content) = match &target.value {
            Target::Topic(topic) => {
                self.index.require_topic(topic, target.span, self.diagnostics);
                (topic.clone(), None, self.index.title(topic)?.to_vec())
            }
            Target::Label(label) => {
                let found = self.index.find(self.topic, label, target.span, self.diagnostics)?;
                self.labeled(found)?
            }
            Target::Within(topic, label) => {
                let found = self.index.find_within(topic, label, target.span, self.diagnostics)?;
                self.labeled(found)?
            }
        };
        let content = reference.content.clone().unwrap_or(content);
        let present = self.present.contains(&topic);
        let anchor = present.then_some(Anchor { topic, node });
        Some(CrossReferenceText { content, anchor })
    }

    /// Returns where something labeled is, and what it is called here.
    fn labeled(&self, labeled: &'a Labeled) -> Option<(TopicId, Option<NodeId>, Vec<Inline>)> {
        let number = |word: &str, node, letter: &str| {
            let number = self.numbering.numbers.get(&node);
            number.map(|number| vec![Inline::Text(format!("{word}\u{a0}{number}{letter}"))])
        };
        let node = labeled.node;
        let own = match &labeled.kind {
            LabeledKind::Figure => number(self.words.figure, node, ""),
            LabeledKind::Panel(figure, letter) => {
                number(self.words.figure, *figure, letter.encode_utf8(&mut [0; 4]))
            }
            LabeledKind::Table => number(self.words.table, node, ""),
            LabeledKind::Equation => number(self.words.equation, node, ""),
            LabeledKind::Section(heading) => Some(heading.clone()),
        };
        // What is in another publication has no number here; its topic can be
        // named all the same.
        let content = own.or_else(|| self.index.title(&labeled.topic).map(<[_]>::to_vec))?;
        Some((labeled.topic.clone(), Some(node), content))
    }
}
