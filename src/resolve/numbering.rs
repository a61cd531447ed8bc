//! Numbers of figures, tables, equations and footnotes, and the wording of marks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ByNode;
use super::citations::citations_in;
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::{
    CardBlock, Citation, Equation, Figure, Inline, Language, Mark, MarkForm, MarkId, MarkMention,
    NodeId, Numbered, NumberedKind, Table, Topic, Visitor, plain_text, walk_inlines, walk_topic,
};
use crate::words::mark_wording;

/// The numbers of an edition.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    pub(super) numbers: ByNode<u32>,
    pub(super) list: Vec<Numbered>,
}

/// Counts figures, tables and equations through all topics, and notes through
/// each; with `cites_in_notes`, citations are notes, too, where they do not stand
/// in one. `other` looks at the topics on the way; it does not go into flashcards.
pub(super) fn number<V: Visitor>(
    topics: &[Arc<Topic>],
    cites_in_notes: bool,
    other: V,
) -> (Numbering, V) {
    let mut both = (Counter { cites_in_notes, ..Counter::default() }, other);
    for topic in topics {
        both.0.topic = Some(Arc::clone(topic));
        both.0.notes = 0;
        walk_topic(topic, &mut both);
    }
    (both.0.numbering, both.1)
}

#[derive(Default)]
struct Counter {
    topic: Option<Arc<Topic>>,
    figures: u32,
    tables: u32,
    equations: u32,
    notes: u32,
    cites_in_notes: bool,
    /// The citations in the author's notes.
    in_notes: BTreeSet<NodeId>,
    numbering: Numbering,
}

impl Counter {
    fn add(
        &mut self,
        id: NodeId,
        kind: NumberedKind,
        number: u32,
        caption: &[Inline],
        label: Option<crate::model::Label>,
    ) {
        self.numbering.numbers.insert(id, number);
        if let Some(topic) = &self.topic {
            self.numbering.list.push(Numbered {
                id,
                topic: topic.id.value.clone(),
                kind,
                number,
                caption: caption.to_vec(),
                label,
            });
        }
    }
}

impl Visitor for Counter {
    fn figure(&mut self, figure: &Figure) {
        // As with tables: what says nothing of itself is not counted.
        if figure.caption.long.is_empty() && figure.label.is_none() {
            return;
        }
        self.figures += 1;
        let label = figure.label.as_ref().map(|label| label.value.clone());
        let short = match &figure.caption.short {
            Some(short) => short.clone(),
            None => first_sentence(&figure.caption.long),
        };
        self.add(figure.id, NumberedKind::Figure, self.figures, &short, label);
    }

    fn table(&mut self, table: &Table) {
        if let Some(caption) = &table.caption {
            self.tables += 1;
            let label = table.label.as_ref().map(|label| label.value.clone());
            self.add(table.id, NumberedKind::Table, self.tables, caption, label);
        }
    }

    fn equation(&mut self, equation: &Equation) {
        // Only what can be referred to needs a number.
        if equation.label.is_some() {
            self.equations += 1;
            self.numbering.numbers.insert(equation.id, self.equations);
        }
    }

    fn inline(&mut self, inline: &Inline) {
        if let Inline::Footnote(note) = inline {
            self.notes += 1;
            self.numbering.numbers.insert(note.id, self.notes);
            if self.cites_in_notes {
                self.in_notes.extend(citations_in(&note.blocks).into_iter().map(|(id, _)| id));
            }
        }
    }

    fn citation(&mut self, citation: &Citation) {
        if self.cites_in_notes && !self.in_notes.contains(&citation.id) {
            self.notes += 1;
            self.numbering.numbers.insert(citation.id, self.notes);
        }
    }

    fn enters_card(&self, _card: &CardBlock) -> bool {
        false
    }
}

/// Returns the first sentence of a caption, for lists of figures: without
/// citations, notes and mentions of marks, which have no use there.
fn first_sentence(caption: &[Inline]) -> Vec<Inline> {
    let mut text = String::new();
    for inline in caption {
        text.push_str(&plain_text(std::slice::from_ref(inline)));
        if let Some(at) = sentence_end(&text) {
            text.truncate(at);
            break;
        }
    }
    // What stood in brackets alone leaves them empty.
    for (empty, left) in [(" ()", ""), ("()", ""), (" ,", ","), (" .", ".")] {
        text = text.replace(empty, left);
    }
    let text = text.trim().trim_end_matches('.');
    // The list is of figures, not of the panels that they begin with.
    vec![Inline::Text(text.strip_prefix("(a) ").unwrap_or(text).to_owned())]
}

/// A full stop ends a sentence before a space and a capital letter, or the
/// letter of a panel; "e.g. the" and "2.5" do not.
fn sentence_end(text: &str) -> Option<usize> {
    let begins = |next: &str| {
        let mut chars = next.chars();
        match chars.next() {
            Some('(') => {
                chars.next().is_some_and(|c| c.is_ascii_lowercase()) && chars.next() == Some(')')
            }
            first => first.is_some_and(char::is_uppercase),
        }
    };
    text.match_indices(". ").map(|(at, _)| at).find(|at| begins(&text[at + 2..]))
}

/// Words the mentions of marks in captions, and reports marks and mentions that
/// have no counterpart.
pub(super) struct MarkWording<'a> {
    /// The language of the topic.
    pub(super) language: &'a Language,
    /// What was worded.
    pub(super) table: ByNode<MarkMention>,
    /// What was reported.
    pub(super) diagnostics: Diagnostics,
}

impl<'a> MarkWording<'a> {
    /// Begins with a language.
    pub(super) fn new(language: &'a Language) -> Self {
        Self { language, table: BTreeMap::new(), diagnostics: Diagnostics::default() }
    }
}

impl Visitor for MarkWording<'_> {
    fn figure(&mut self, figure: &Figure) {
        let (language, table) = (self.language, &mut self.table);
        word_mentions(figure, &mut self.diagnostics, &mut |id, mark| {
            // Where nothing is drawn for it, say what it is.
            let wording = mark_wording(language, figure, &mark.id.value)
                .unwrap_or_else(|| plain_text(&mark.means));
            table.insert(id, MarkMention { wording, symbol: mark.symbol() });
        });
    }
}

/// Hands each mention of a mark in a figure's captions to `word`, and reports
/// marks and mentions that have no counterpart.
pub(super) fn word_mentions(
    figure: &Figure,
    diagnostics: &mut Diagnostics,
    word: &mut dyn FnMut(NodeId, &Mark),
) {
    let mut mentions = Mentions::default();
    walk_inlines(&figure.caption.long, &mut mentions);
    walk_inlines(figure.caption.short.as_deref().unwrap_or_default(), &mut mentions);
    let mut mentioned = BTreeSet::new();
    for (id, mark_id, span) in mentions.found {
        let Some(mark) = figure.mark(&mark_id) else {
            let known: Vec<_> = figure.marks().map(|mark| mark.id.value.as_str()).collect();
            diagnostics.push(
                Diagnostic::error(Code::UnknownMark, format!("the figure has no mark `{mark_id}`"))
                    .at(span)
                    .hint(near_miss(mark_id.as_str(), known.clone()).unwrap_or_else(|| {
                        let known: Vec<_> = known.iter().map(|mark| format!("`{mark}`")).collect();
                        if known.is_empty() {
                            "add it under `marks`, or take it out of the caption".into()
                        } else {
                            format!("the marks of the figure are: {}", known.join(", "))
                        }
                    })),
            );
            continue;
        };
        word(id, mark);
        mentioned.insert(mark_id);
    }
    for mark in figure.marks() {
        // A mark of several panels is blamed once, and a scale bar says itself
        // what it is.
        let says_itself = matches!(mark.form(), None | Some(MarkForm::ScaleBar));
        if !says_itself && mentioned.insert(mark.id.value.clone()) {
            let name = &mark.id.value;
            diagnostics.push(
                Diagnostic::error(
                    Code::UnusedMark,
                    format!("the caption does not mention the mark `{name}`"),
                )
                .at(mark.id.span)
                .hint(format!("write `{{{name}}}` where the caption speaks of it")),
            );
        }
    }
}

#[derive(Default)]
struct Mentions {
    found: Vec<(NodeId, MarkId, crate::source::Span)>,
}

impl Visitor for Mentions {
    fn inline(&mut self, inline: &Inline) {
        if let Inline::MarkReference(reference) = inline {
            self.found.push((reference.id, reference.mark.value.clone(), reference.mark.span));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_they_should() {
        let first = |text: &str| plain_text(&first_sentence(&[Inline::Text(text.into())]));
        assert_eq!(first("Large masses. All ribs are wide."), "Large masses");
        assert_eq!(first("About 2.5 cm, e.g. here."), "About 2.5 cm, e.g. here");
        assert_eq!(first("Masses () are large."), "Masses are large");
        assert_eq!(first("Marrow. (a) From the front."), "Marrow");
        assert_eq!(first("(a) From the front. (b) Axial."), "From the front");
    }
}
