//! Works that read alike in citations are told apart (CSL 1.0.2,
//! "Disambiguation"): by more names, by given names, by what the style has for such
//! works, by letters after years; each only as far as it helps.

use std::collections::{BTreeMap, BTreeSet};

use hayagriva::citationberg::{DisambiguationRule, LayoutRenderingElement, NamesChild};

use super::item::Item;
use super::names::Given;
use super::pass::{Cite, Position, Told};
use super::person::initials;
use super::program::Program;
use crate::model::{Name, NameVariable, PersonName};

/// How many names of a work are looked at.
const MANY: usize = 40;
/// How often works are rendered to tell them apart, for each that there is: some
/// libraries have a thousand works that nothing tells from each other.
const PATIENCE: usize = 60;

/// Returns what tells each work from the others. `order` is that of the list, and
/// of the letters after years.
pub(in super::super) fn disambiguate<'a>(
    program: &Program<'a>,
    items: &[Item<'a>],
    order: &[usize],
    position: Position,
) -> Vec<Told> {
    let told = vec![Told::default(); items.len()];
    let citation = &program.csl.citation;
    let has_condition = has_condition(program);
    if !citation.disambiguate_add_names
        && !citation.disambiguate_add_givenname
        && !citation.disambiguate_add_year_suffix
        && !has_condition
    {
        return told;
    }
    let patience = order.len().saturating_mul(PATIENCE).max(2000);
    let mut telling = Telling { program, items, position, told, patience };
    let by_cite = citation.givenname_disambiguation_rule == DisambiguationRule::ByCite;
    if citation.disambiguate_add_givenname && !by_cite {
        telling.all_names(order);
    }
    let mut groups = telling.split(order);
    if citation.disambiguate_add_names {
        groups = telling.each(groups, Telling::by_names);
    }
    if citation.disambiguate_add_givenname && by_cite {
        groups = telling.each(groups, Telling::by_given_names);
    }
    if has_condition {
        groups = telling.each(groups, Telling::by_condition);
    }
    if citation.disambiguate_add_year_suffix {
        for group in groups {
            for (at, work) in group.into_iter().enumerate() {
                telling.told[work].suffix = letters(at);
            }
        }
    }
    telling.told
}

/// Works that cannot be told apart, in the order of the list.
type Group = Vec<usize>;

struct Telling<'p, 'a> {
    program: &'p Program<'a>,
    items: &'p [Item<'a>],
    position: Position,
    told: Vec<Told>,
    patience: usize,
}

impl Telling<'_, '_> {
    fn text(&self, work: usize) -> String {
        let cite =
            Cite { position: self.position, told: &self.told[work], ..Cite::of(&self.items[work]) };
        self.program.cite(cite).text()
    }

    /// Returns those of a group that read alike.
    fn split(&mut self, group: &[usize]) -> Vec<Group> {
        self.parted(group).into_iter().filter(|group| group.len() > 1).collect()
    }

    fn parted(&mut self, group: &[usize]) -> Vec<Group> {
        self.patience = self.patience.saturating_sub(group.len());
        let mut by_text: BTreeMap<String, Group> = BTreeMap::new();
        for work in group {
            by_text.entry(self.text(*work)).or_default().push(*work);
        }
        by_text.into_values().collect()
    }

    fn each(&mut self, groups: Vec<Group>, step: fn(&mut Self, Group) -> Vec<Group>) -> Vec<Group> {
        groups.into_iter().flat_map(|group| step(self, group)).collect()
    }

    fn names_of(&self, work: usize) -> usize {
        people(&self.items[work]).map_or(0, <[Name]>::len)
    }

    /// Tries a change to all works of a group; it stays if it tells any apart.
    fn attempt(&mut self, group: &[usize], change: impl Fn(&mut Told)) -> Option<Vec<Group>> {
        if self.patience == 0 {
            return None;
        }
        let before: Vec<Told> = group.iter().map(|work| self.told[*work].clone()).collect();
        group.iter().for_each(|work| change(&mut self.told[*work]));
        let parts = self.parted(group);
        if parts.len() > 1 {
            return Some(parts);
        }
        for (work, told) in group.iter().zip(before) {
            self.told[*work] = told;
        }
        None
    }

    fn by_names(&mut self, group: Group) -> Vec<Group> {
        let most = group.iter().map(|work| self.names_of(*work)).max().unwrap_or_default();
        let mut open = vec![group];
        for names in 2..=most.min(MANY) {
            let mut next = Vec::new();
            for group in open {
                match self.attempt(&group, |told| told.names = names) {
                    Some(parts) => next.extend(parts.into_iter().filter(|part| part.len() > 1)),
                    None => next.push(group),
                }
            }
            open = next;
        }
        open
    }

    fn by_given_names(&mut self, group: Group) -> Vec<Group> {
        let most = group.iter().map(|work| self.names_of(*work)).max().unwrap_or_default();
        let with_names = self.program.csl.citation.disambiguate_add_names;
        let mut open = vec![group];
        for at in 0..most.min(MANY) {
            for level in [Given::Initials, Given::Full] {
                let mut next = Vec::new();
                for group in open {
                    let attempt = self.attempt(&group, |told| {
                        // A name that is not printed yet is printed for it.
                        if with_names && at > 0 {
                            told.names = told.names.max(at + 1);
                        }
                        set(told, at, level);
                    });
                    match attempt {
                        Some(parts) => next.extend(parts.into_iter().filter(|part| part.len() > 1)),
                        None => next.push(group),
                    }
                }
                open = next;
            }
        }
        open
    }

    fn by_condition(&mut self, group: Group) -> Vec<Group> {
        match self.attempt(&group, |told| told.condition = true) {
            Some(parts) => parts.into_iter().filter(|part| part.len() > 1).collect(),
            None => vec![group],
        }
    }

    /// Gives persons of one family name as much of their given names as tells them
    /// apart, wherever they are named.
    fn all_names(&mut self, order: &[usize]) {
        let rule = self.program.csl.citation.givenname_disambiguation_rule;
        let primary = !rule.allows_multiple_names();
        let full = rule.allows_full_first_names();
        let items = self.items;
        let persons = |work: usize| {
            let names = people(&items[work]).unwrap_or_default();
            let count = if primary { 1 } else { names.len() };
            names.iter().take(count.min(MANY)).enumerate().filter_map(|(at, name)| match name {
                Name::Person(person) => Some((at, person)),
                Name::Literal(_) => None,
            })
        };
        let mut known: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
        for work in order {
            for (_, person) in persons(*work) {
                let given = person.given.as_deref().unwrap_or_default();
                known.entry(family(person)).or_default().insert(given);
            }
        }
        for work in order {
            for (at, person) in persons(*work) {
                let Some(others) = known.get(&family(person)).filter(|all| all.len() > 1) else {
                    continue;
                };
                let given = person.given.as_deref().unwrap_or_default();
                let own = short(given);
                let alike = others.iter().filter(|other| short(other) == own).count();
                let level = match alike {
                    1 => Given::Initials,
                    _ if full => Given::Full,
                    // Initials that all have tell nobody from another.
                    alike if alike == others.len() => continue,
                    _ => Given::Initials,
                };
                set(&mut self.told[*work], at, level);
            }
        }
    }
}

fn short(given: &str) -> String {
    initials(given, ".", true, true)
}

fn family(person: &PersonName) -> (&str, &str) {
    (person.particle.as_deref().unwrap_or_default(), person.family.as_str())
}

fn set(told: &mut Told, at: usize, level: Given) {
    if told.given.len() <= at {
        told.given.resize(at + 1, Given::AsIs);
    }
    told.given[at] = level;
}

/// Returns those whom a citation most likely names.
fn people<'i>(item: &'i Item) -> Option<&'i [Name]> {
    [NameVariable::Author, NameVariable::Editor, NameVariable::Translator]
        .into_iter()
        .find_map(|variable| item.people(variable))
        .map(|list| &list.names[..])
}

/// Returns the letters of a place: a, b, …, z, aa, ab, ….
fn letters(mut at: usize) -> String {
    let mut out = Vec::new();
    loop {
        out.push(b'a' + u8::try_from(at % 26).unwrap_or_default());
        if at < 26 {
            break;
        }
        at = at / 26 - 1;
    }
    out.reverse();
    String::from_utf8(out).unwrap_or_default()
}

/// Whether the style prints something for works that read alike.
fn has_condition(program: &Program) -> bool {
    fn within(elements: &[LayoutRenderingElement]) -> bool {
        elements.iter().any(|element| match element {
            LayoutRenderingElement::Group(group) => within(&group.children),
            LayoutRenderingElement::Choose(choose) => {
                choose
                    .branches()
                    .any(|branch| branch.disambiguate == Some(true) || within(&branch.children))
                    || choose.otherwise.as_ref().is_some_and(|other| within(&other.children))
            }
            LayoutRenderingElement::Names(names) => {
                names.children.iter().any(|child| match child {
                    NamesChild::Substitute(substitute) => within(&substitute.children),
                    NamesChild::Name(_) | NamesChild::EtAl(_) | NamesChild::Label(_) => false,
                })
            }
            LayoutRenderingElement::Text(_)
            | LayoutRenderingElement::Date(_)
            | LayoutRenderingElement::Number(_)
            | LayoutRenderingElement::Label(_) => false,
        })
    }
    within(&program.csl.citation.layout.elements)
        || program.csl.macros.iter().any(|one| within(&one.children))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_never_recur() {
        let all: Vec<String> = [0, 1, 25, 26, 27, 51, 52, 701, 702].map(letters).into();
        assert_eq!(all, ["a", "b", "z", "aa", "ab", "az", "ba", "zz", "aaa"]);
    }
}
