//! What is where in a book: chapters, their files, and the ids in them.
//!
//! Does: goes over the topics once, before anything is written, so that links
//! can lead forward. Knows: the edition. Must not know: markup, templates.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::address::{Taken, chapter_stem, label_id};
use crate::model::{
    Anchor, CardBlock, Citation, CiteKey, Direction, Edition, Equation, Figure, Inline, Label,
    Language, NodeId, Question, Section, Table, Topic, TopicId, Visitor, walk_inline, walk_topic,
};
use crate::words::Words;

/// The page of clean figures.
pub(super) const UNMARKED: &str = "unmarked.xhtml";

/// The ids of what can be led to in a chapter.
pub(super) type Ids = BTreeMap<NodeId, String>;

/// A topic as a chapter.
#[derive(Debug)]
pub(super) struct Chapter {
    /// The topic, as books show it.
    pub(super) topic: Arc<Topic>,
    /// The language it is written in.
    pub(super) language: Language,
    /// Its file.
    pub(super) file: String,
    /// The ids of sections, figures, panels, tables, equations and words of the
    /// index in its file.
    pub(super) ids: Ids,
    /// Its figures, in the order of the text.
    pub(super) figures: Vec<Figure>,
    /// The works that it cites or lists.
    pub(super) works: BTreeSet<CiteKey>,
    /// The words of the index in it.
    indexed: Vec<IndexedWords>,
}

/// Words of the index: what has the place that they are at (themselves, a section,
/// or a figure; `None` for the chapter), and the section that they stand in.
type IndexedWords = (NodeId, Option<NodeId>, Option<NodeId>);

impl Chapter {
    /// Returns the words of its language.
    pub(super) fn words(&self) -> &'static Words {
        Words::of(&self.language)
    }
}

/// All chapters, and where things are in them.
#[derive(Debug)]
pub(super) struct Survey {
    /// The chapters, in reading order.
    pub(super) chapters: Vec<Chapter>,
    /// The files of the parts' pages.
    pub(super) parts: Vec<String>,
    /// The place of each topic among the chapters.
    places: BTreeMap<TopicId, usize>,
    /// The addresses of sections, figures and tables.
    addresses: BTreeMap<NodeId, String>,
    /// The ids of figures on the page of clean figures, if they are on it.
    unmarked: BTreeMap<NodeId, String>,
    /// Where the words of the index are.
    indexed: BTreeMap<NodeId, IndexedPlace>,
    /// Where the questions of each topic are among all.
    questions: BTreeMap<TopicId, Range<usize>>,
}

/// Where words of the index are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IndexedPlace {
    /// The place of the chapter among the chapters.
    pub(super) chapter: usize,
    /// The section, if they stand in one.
    pub(super) section: Option<NodeId>,
    /// The address.
    pub(super) href: String,
}

impl Survey {
    /// Goes over an edition. `has_marks` tells which figures have a clean twin.
    pub(super) fn of(edition: &Edition, has_marks: impl Fn(&Figure) -> bool) -> Self {
        let mut files = Taken::default();
        let parts = 1..=edition.outline.parts.len();
        let parts = parts.map(|number| format!("{}.xhtml", files.take(&format!("part-{number}"))));
        let parts = parts.collect();
        let chapters: Vec<_> =
            edition.topics.iter().map(|topic| survey_topic(topic, edition, &mut files)).collect();
        let figures = chapters.iter().flat_map(|chapter| &chapter.figures);
        let unmarked = figures
            .filter(|figure| has_marks(figure))
            .enumerate()
            .map(|(index, figure)| (figure.id, format!("_figure-{}", index + 1)))
            .collect();
        let places = chapters.iter().enumerate();
        let places =
            places.map(|(place, chapter)| (chapter.topic.id.value.clone(), place)).collect();
        let indexed = chapters.iter().enumerate();
        let indexed = indexed.flat_map(|(place, chapter)| indexed_places(place, chapter)).collect();
        let addresses = chapters
            .iter()
            .flat_map(|chapter| chapter.ids.iter().map(move |(node, id)| (chapter, node, id)))
            .map(|(chapter, node, id)| (*node, format!("{}#{id}", chapter.file)))
            .collect();
        let mut questions = BTreeMap::new();
        let mut start = 0;
        for of_topic in edition.questions.chunk_by(|one, next| one.topic == next.topic) {
            let end = start + of_topic.len();
            questions.extend(of_topic.first().map(|first| (first.topic.clone(), start..end)));
            start = end;
        }
        Self { chapters, parts, places, addresses, unmarked, indexed, questions }
    }

    /// Returns what a topic asks, in the order of the text.
    pub(super) fn questions<'a>(&self, topic: &TopicId, edition: &'a Edition) -> &'a [Question] {
        let range = self.questions.get(topic).cloned();
        range.and_then(|range| edition.questions.get(range)).unwrap_or_default()
    }

    /// Returns the chapter of a topic.
    pub(super) fn chapter(&self, topic: &TopicId) -> Option<&Chapter> {
        self.chapters.get(*self.places.get(topic)?)
    }

    /// Returns the address of a place, seen from the file `from`; `None` if the
    /// book does not show it.
    pub(super) fn address(&self, anchor: &Anchor, from: &str) -> Option<String> {
        let chapter = self.chapter(&anchor.topic)?;
        Some(match &anchor.node {
            None => chapter.file.clone(),
            Some(node) => local(&chapter.file, chapter.ids.get(node)?, from),
        })
    }

    /// Returns the address of a section, figure or table.
    pub(super) fn address_of(&self, node: NodeId) -> Option<String> {
        self.addresses.get(&node).cloned()
    }

    /// Returns where words of the index are.
    pub(super) fn indexed(&self, words: NodeId) -> Option<&IndexedPlace> {
        self.indexed.get(&words)
    }

    /// Returns the id of a figure's clean twin on its page.
    pub(super) fn unmarked(&self, figure: NodeId) -> Option<&str> {
        self.unmarked.get(&figure).map(String::as_str)
    }
}

fn local(file: &str, id: &str, from: &str) -> String {
    if file == from { format!("#{id}") } else { format!("{file}#{id}") }
}

/// Returns the value of `dir` for a language.
pub(super) fn direction(language: &Language) -> &'static str {
    match language.direction() {
        Direction::LeftToRight => "ltr",
        Direction::RightToLeft => "rtl",
    }
}

fn survey_topic(topic: &Arc<Topic>, edition: &Edition, files: &mut Taken) -> Chapter {
    let mut finder = Finder::default();
    walk_topic(topic, &mut finder);
    finder.works.extend(topic.references.iter().map(|key| key.value.clone()));
    // Words in a title are where the chapter is.
    let in_title = words_in(&topic.title);
    finder.indexed.retain(|(id, ..)| !in_title.contains(id));
    let nowhere = in_title.into_iter().map(|id| (id, None, None));
    finder.indexed.extend(nowhere);

    let mut ids = BTreeMap::new();
    let mut taken = Taken::default();
    // What the author named comes first, so that it keeps its name.
    for node in &finder.nodes {
        if let Some(label) = &node.label {
            ids.insert(node.id, taken.take(&label_id(label)));
        }
    }
    for node in &finder.nodes {
        if node.label.is_none() {
            let fallback = || format!("_{}-{}", node.kind, node.id.index);
            let wanted = node.derived.as_ref().map_or_else(fallback, label_id);
            ids.insert(node.id, taken.take(&wanted));
        }
    }
    let own = finder.indexed.iter().filter(|(id, place, _)| *place == Some(*id));
    for (number, (id, ..)) in own.enumerate() {
        ids.insert(*id, taken.take(&format!("_index-{}", number + 1)));
    }
    Chapter {
        language: topic.language.clone().unwrap_or_else(|| edition.metadata.language.clone()),
        file: format!("{}.xhtml", files.take(&chapter_stem(&topic.id.value))),
        ids,
        figures: finder.figures,
        indexed: finder.indexed,
        works: finder.works,
        topic: Arc::clone(topic),
    }
}

fn indexed_places(place: usize, chapter: &Chapter) -> impl Iterator<Item = (NodeId, IndexedPlace)> {
    chapter.indexed.iter().map(move |(words, at, section)| {
        let id = at.and_then(|at| chapter.ids.get(&at));
        let href = match id {
            Some(id) => format!("{}#{id}", chapter.file),
            None => chapter.file.clone(),
        };
        (*words, IndexedPlace { chapter: place, section: *section, href })
    })
}

/// Returns the words of the index in a line.
fn words_in<'a>(line: impl IntoIterator<Item = &'a Inline>) -> Vec<NodeId> {
    struct Search(Vec<NodeId>);
    impl Visitor for Search {
        fn inline(&mut self, inline: &Inline) {
            if let Inline::Indexed(indexed) = inline {
                self.0.push(indexed.id);
            }
        }
    }
    let mut search = Search(Vec::new());
    line.into_iter().for_each(|inline| walk_inline(inline, &mut search));
    search.0
}

/// Something that links may lead to.
struct Node {
    id: NodeId,
    kind: &'static str,
    label: Option<Label>,
    derived: Option<Label>,
}

#[derive(Default)]
struct Finder {
    nodes: Vec<Node>,
    figures: Vec<Figure>,
    works: BTreeSet<CiteKey>,
    indexed: Vec<IndexedWords>,
    /// The section that was entered last.
    section: Option<NodeId>,
    /// What lines are being walked through that stand in lists, too, so that the
    /// words in them have no place of their own.
    elsewhere: BTreeMap<NodeId, NodeId>,
}

impl Finder {
    /// Puts the words of a line where something else is.
    fn put<'a>(&mut self, line: impl IntoIterator<Item = &'a Inline>, place: NodeId) {
        self.elsewhere.extend(words_in(line).into_iter().map(|words| (words, place)));
    }
}

impl Visitor for Finder {
    fn enters_card(&self, _card: &CardBlock) -> bool {
        // Nothing leads to what is asked.
        false
    }

    fn section(&mut self, section: &Section) {
        self.section = Some(section.id);
        self.put(&section.heading, section.id);
        self.nodes.push(Node {
            id: section.id,
            kind: "section",
            label: section.label.as_ref().map(|label| label.value.clone()),
            derived: section.anchor(),
        });
    }

    fn figure(&mut self, figure: &Figure) {
        let label = figure.label.as_ref().map(|label| label.value.clone());
        self.nodes.push(Node { id: figure.id, kind: "figure", label, derived: None });
        let caption = figure.caption.long.iter().chain(figure.caption.short.iter().flatten());
        self.put(caption.chain(figure.marks().flat_map(|mark| &mark.means)), figure.id);
        for (letter, panel) in figure.lettered().filter(|(letter, _)| letter.is_some()) {
            let own = panel.label.as_ref().map(|label| label.value.clone());
            let derived = letter.and_then(|letter| figure.implied_label(letter));
            self.nodes.push(Node { id: panel.id, kind: "panel", label: own, derived });
        }
        self.figures.push(figure.clone());
    }

    fn table(&mut self, table: &Table) {
        let label = table.label.as_ref().map(|label| label.value.clone());
        self.nodes.push(Node { id: table.id, kind: "table", label, derived: None });
        self.put(table.caption.iter().flatten(), table.id);
    }

    fn equation(&mut self, equation: &Equation) {
        let label = equation.label.as_ref().map(|label| label.value.clone());
        self.nodes.push(Node { id: equation.id, kind: "equation", label, derived: None });
    }

    fn inline(&mut self, inline: &Inline) {
        let Inline::Indexed(indexed) = inline else { return };
        let place = self.elsewhere.get(&indexed.id).copied().unwrap_or(indexed.id);
        self.indexed.push((indexed.id, Some(place), self.section));
    }

    fn citation(&mut self, citation: &Citation) {
        self.works.extend(citation.items.iter().map(|item| item.key.value.clone()));
    }
}
