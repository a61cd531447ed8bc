//! The names of places that links lead to, in one namespace without clashes.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{
    CardBlock, Citation, CiteKey, Equation, Figure, Inline, Label, NodeId, Section, Table, Topic,
    TopicId, Visitor, walk_inline, walk_topic,
};

pub(super) fn topic(id: &TopicId) -> String {
    format!("topic:{id}")
}

pub(super) fn part(number: usize) -> String {
    format!("part:{number}")
}

/// Returns the name of a work's place in a list: that of a topic, or of the
/// whole edition. No topic's name has a slash.
pub(super) fn reference(list: Option<&TopicId>, key: &CiteKey) -> String {
    match list {
        Some(topic) => format!("reference:{topic}/{key}"),
        None => format!("reference:{key}"),
    }
}

/// Where citations are found.
#[derive(Debug, Default)]
pub(super) struct Citing {
    /// The names of the places of citations.
    pub(super) places: BTreeMap<NodeId, String>,
    /// Those that have a place of their own. Headings and captions may stand in
    /// lists and running heads, too, so citations in them are found where the
    /// section or figure is.
    pub(super) own: BTreeSet<NodeId>,
}

/// Returns where the citations of topics are found; `places` are those of
/// sections, figures and tables.
pub(super) fn citing(topics: &[Arc<Topic>], places: &BTreeMap<NodeId, String>) -> Citing {
    let mut finder = CitingFinder { places, citing: Citing::default() };
    for topic in topics {
        let title = topic.title.iter().chain(topic.short_title.iter().flatten());
        finder.within(title, Some(&self::topic(&topic.id.value)));
        walk_topic(topic, &mut finder);
    }
    finder.citing
}

struct CitingFinder<'a> {
    places: &'a BTreeMap<NodeId, String>,
    citing: Citing,
}

impl CitingFinder<'_> {
    /// Notes that the citations in a text are found at a place, if that has a
    /// name.
    fn within<'t>(&mut self, text: impl IntoIterator<Item = &'t Inline>, place: Option<&String>) {
        struct Citations(Vec<NodeId>);
        impl Visitor for Citations {
            fn citation(&mut self, citation: &Citation) {
                self.0.push(citation.id);
            }
        }
        let mut found = Citations(Vec::new());
        text.into_iter().for_each(|inline| walk_inline(inline, &mut found));
        if let Some(place) = place {
            self.citing.places.extend(found.0.into_iter().map(|id| (id, place.clone())));
        }
    }
}

impl Visitor for CitingFinder<'_> {
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
        for credit in figure.credits() {
            self.within(credit.credit.maker.into_iter().flatten(), place);
        }
        for mark in figure.marks() {
            self.within(&mark.means, place);
        }
    }

    fn table(&mut self, table: &Table) {
        self.within(table.caption.iter().flatten(), self.places.get(&table.id));
    }

    fn citation(&mut self, citation: &Citation) {
        let Citing { places, own } = &mut self.citing;
        if let Entry::Vacant(entry) = places.entry(citation.id) {
            entry.insert(format!("citation:{}", own.len() + 1));
            own.insert(citation.id);
        }
    }
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
    // The numbers that may be free still: a thousand topics may have one heading in common.
    let mut next: BTreeMap<Label, usize> = BTreeMap::new();
    for (id, label) in finder.headings {
        let first = format!("label:{label}");
        let number = next.entry(label).or_insert(1);
        let name = loop {
            let name = if *number == 1 { first.clone() } else { format!("{first}-{number}") };
            *number += 1;
            if taken.insert(name.clone()) {
                break name;
            }
        };
        names.insert(id, name);
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
