//! What readers look up: the glossary and the index, in the order of a language.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use icu_collator::options::{AlternateHandling, CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::Locale;

use crate::model::{
    Block, CardBlock, GlossaryEntry, IndexEntry, Indexed, Inline, Language, NodeId, Section, Topic,
    Visitor, plain_text,
};

/// Returns the glossary: the definitions of sections that are marked for it. Of a
/// term that is there twice, both stay, in the order of the text.
pub(super) fn glossary(topics: &[Arc<Topic>], language: &Language) -> Vec<GlossaryEntry> {
    let mut found = Vec::new();
    for topic in topics {
        for section in &topic.sections {
            define(section, false, topic, &mut found);
        }
    }
    let order = Order::of(language);
    let mut keyed: Vec<(String, GlossaryEntry)> = found
        .into_iter()
        .map(|mut entry| {
            let term = plain_text(&entry.term);
            entry.initial = order.initial(&term);
            (term, entry)
        })
        .collect();
    keyed.sort_by(|(a, _), (b, _)| order.compare(a, b));
    keyed.into_iter().map(|(_, entry)| entry).collect()
}

fn define(section: &Section, within: bool, topic: &Topic, found: &mut Vec<GlossaryEntry>) {
    let within = within || section.controls.glossary;
    if within {
        for block in &section.blocks {
            let Block::DefinitionList(list) = block else { continue };
            found.extend(list.items.iter().map(|item| GlossaryEntry {
                initial: String::new(),
                term: item.term.clone(),
                blocks: item.blocks.clone(),
                topic: topic.id.value.clone(),
                section: section.id,
            }));
        }
    }
    for section in &section.sections {
        define(section, within, topic, found);
    }
}

/// A term, and what is listed under it, before they are in order.
#[derive(Default)]
struct Node {
    places: Vec<NodeId>,
    below: BTreeMap<String, Node>,
}

/// Finds what topics mark for the index.
#[derive(Default)]
pub(super) struct Finder {
    root: Node,
}

impl Visitor for Finder {
    fn enters_card(&self, _card: &CardBlock) -> bool {
        // Flashcards are not on the page.
        false
    }

    fn inline(&mut self, inline: &Inline) {
        let Inline::Indexed(Indexed { id, terms, .. }) = inline else { return };
        for term in terms {
            let node = term
                .0
                .iter()
                .fold(&mut self.root, |node, level| node.below.entry(level.clone()).or_default());
            node.places.push(*id);
        }
    }
}

/// Returns the index of what was found in topics.
pub(super) fn index(finder: Finder, language: &Language) -> Vec<IndexEntry> {
    if finder.root.below.is_empty() {
        return Vec::new();
    }
    ordered(finder.root.below, &Order::of(language))
}

fn ordered(nodes: BTreeMap<String, Node>, order: &Order) -> Vec<IndexEntry> {
    let entry = |(term, node): (String, Node)| IndexEntry {
        initial: order.initial(&term),
        term,
        places: node.places,
        entries: ordered(node.below, order),
    };
    let mut entries: Vec<IndexEntry> = nodes.into_iter().map(entry).collect();
    entries.sort_by(|a, b| order.compare(&a.term, &b.term));
    entries
}

/// The order in which readers of a language look words up.
struct Order {
    whole: Option<CollatorBorrowed<'static>>,
    /// Tells letters apart, but not their accents and cases.
    letters: Option<CollatorBorrowed<'static>>,
}

impl Order {
    fn of(language: &Language) -> Self {
        let locale = Locale::try_from_str(&language.to_string()).unwrap_or(Locale::UNKNOWN);
        let with = |strength| {
            let mut options = CollatorOptions::default();
            options.strength = strength;
            // Brackets and hyphens are no letters.
            options.alternate_handling = Some(AlternateHandling::Shifted);
            Collator::try_new(CollatorPreferences::from(&locale), options).ok()
        };
        Self { whole: with(None), letters: with(Some(Strength::Primary)) }
    }

    /// Compares as words are looked up; what is alike there, by its characters.
    fn compare(&self, a: &str, b: &str) -> Ordering {
        let order = self.whole.as_ref().map_or(Ordering::Equal, |collator| collator.compare(a, b));
        order.then_with(|| a.cmp(b))
    }

    /// Returns the letter that a term is listed under.
    fn initial(&self, term: &str) -> String {
        let Some(first) = term.chars().find(|c| c.is_alphanumeric()) else { return String::new() };
        if !first.is_alphabetic() {
            return String::new();
        }
        let own = first.to_uppercase().to_string();
        let is_same = |letter: &char| {
            let letter = letter.to_string();
            self.letters.as_ref().is_some_and(|c| c.compare(&letter, &own) == Ordering::Equal)
        };
        ('A'..='Z').find(is_same).map_or(own, |letter| letter.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(language: &str, terms: &[&str]) -> Vec<String> {
        let order = Order::of(&Language::new(language).expect("a language"));
        let mut terms: Vec<&str> = terms.to_vec();
        terms.sort_by(|a, b| order.compare(a, b));
        terms.iter().map(|term| format!("{} {term}", order.initial(term))).collect()
    }

    #[test]
    fn terms_come_in_the_order_of_their_language() {
        assert_eq!(
            sorted("de", &["Zyste", "Ödem", "Ohr", "Azinus", "Ärmel", "99mTc"]),
            [" 99mTc", "A Ärmel", "A Azinus", "O Ödem", "O Ohr", "Z Zyste"]
        );
        assert_eq!(sorted("es", &["ñu", "nz", "na"]), ["N na", "N nz", "Ñ ñu"]);
        assert_eq!(sorted("sv", &["ö", "z", "å"]), ["Z z", "Å å", "Ö ö"]);
        assert_eq!(
            sorted("fr", &["œil", "zone", "étage", "eau"]),
            ["E eau", "E étage", "Œ œil", "Z zone"]
        );
        assert_eq!(
            sorted("en", &["lung", "Lung", "(b)", "ab"]),
            ["A ab", "B (b)", "L lung", "L Lung"]
        );
    }
}
