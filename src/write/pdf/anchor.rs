//! The names of places that links lead to, in one namespace without clashes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{
    CardBlock, CiteKey, Equation, Figure, Label, NodeId, Section, Table, Topic, TopicId, Visitor,
    walk_topic,
};

pub(super) fn topic(id: &TopicId) -> String {
    format!("topic:{id}")
}

pub(super) fn part(number: usize) -> String {
    format!("part:{number}")
}

pub(super) fn reference(key: &CiteKey) -> String {
    format!("reference:{key}")
}

/// Returns the names of all places in topics that have one.
///
/// What the author labeled is called by its label; a section without one by its
/// heading, with a number where an earlier one has that name; a figure without
/// one by its number.
pub(super) fn places(
    topics: &[Arc<Topic>],
    numbers: &BTreeMap<NodeId, u32>,
) -> BTreeMap<NodeId, String> {
    let mut finder = Finder::default();
    for topic in topics {
        walk_topic(topic, &mut finder);
    }
    let mut names = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (id, label) in finder.labeled {
        let name = format!("label:{label}");
        if taken.insert(name.clone()) {
            names.insert(id, name);
        }
    }
    for (id, label) in finder.headings {
        let first = format!("label:{label}");
        let numbered = (2..).map(|number| format!("{first}-{number}"));
        let free =
            std::iter::once(first.clone()).chain(numbered).find(|name| !taken.contains(name));
        if let Some(name) = free {
            taken.insert(name.clone());
            names.insert(id, name);
        }
    }
    for id in finder.figures {
        if let Some(number) = numbers.get(&id) {
            names.entry(id).or_insert_with(|| format!("figure:{number}"));
        }
    }
    names
}

#[derive(Default)]
struct Finder {
    labeled: Vec<(NodeId, Label)>,
    headings: Vec<(NodeId, Label)>,
    figures: Vec<NodeId>,
}

impl Visitor for Finder {
    fn enters_card(&self, _card: &CardBlock) -> bool {
        // Flashcards are not on the page.
        false
    }

    fn equation(&mut self, equation: &Equation) {
        let label = equation.label.as_ref();
        self.labeled.extend(label.map(|label| (equation.id, label.value.clone())));
    }

    fn section(&mut self, section: &Section) {
        match &section.label {
            Some(label) => self.labeled.push((section.id, label.value.clone())),
            None => self.headings.extend(section.anchor().map(|label| (section.id, label))),
        }
    }

    fn figure(&mut self, figure: &Figure) {
        self.figures.push(figure.id);
        self.labeled.extend(figure.label.iter().map(|label| (figure.id, label.value.clone())));
        let panels = figure.lettered().filter(|(letter, _)| letter.is_some());
        self.labeled.extend(
            panels.filter_map(|(letter, panel)| Some((panel.id, figure.label_of(letter, panel)?))),
        );
    }

    fn table(&mut self, table: &Table) {
        self.labeled.extend(table.label.iter().map(|label| (table.id, label.value.clone())));
    }
}
