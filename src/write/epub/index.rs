//! Glossary and index, as data for templates.
//!
//! Knows: the edition, and where things are in the book. Must not know: what the
//! templates make of it.
//!
//! A reflowable book has no pages to name, so the index names chapters and
//! sections; every place has a link of its own.

use serde::Serialize;

use super::lists::short_title;
use super::prose::Matter;
use super::quiet;
use super::survey::{Chapter, IndexedPlace};
use super::works::TitledLink;
use crate::model::{GlossaryEntry, IndexEntry, NodeId, Section};
use crate::write::template::Markup;

/// What is listed under one letter.
#[derive(Debug, Serialize)]
pub(super) struct Lettered<T> {
    /// The letter; none for numbers and signs.
    initial: Option<String>,
    entries: Vec<T>,
}

/// A term and what it means.
#[derive(Debug, Serialize)]
pub(super) struct DefinedTerm {
    id: String,
    term: Markup,
    meaning: Markup,
    /// The chapter that says so.
    title: Markup,
    href: String,
    /// The chapter's language, where it is not the book's.
    language: Option<String>,
}

/// A term of the index.
#[derive(Debug, Serialize)]
pub(super) struct IndexTermData {
    term: String,
    /// The chapters that have it, in reading order.
    chapters: Vec<ChapterPlaces>,
    entries: Vec<IndexTermData>,
}

/// Where a chapter has a term.
#[derive(Debug, Serialize)]
struct ChapterPlaces {
    title: Markup,
    /// The first place.
    href: String,
    /// All places, if there are several, or one that stands in a section.
    places: Vec<TitledLink>,
}

/// Returns the glossary, by letters.
pub(super) fn glossary(matter: Matter<'_>) -> Vec<Lettered<DefinedTerm>> {
    let entries = matter.edition.glossary.iter().enumerate();
    let entries = entries.filter_map(|(index, entry)| {
        let term = defined(index + 1, entry, matter)?;
        Some((entry.initial.as_str(), term))
    });
    lettered(entries)
}

fn defined(number: usize, entry: &GlossaryEntry, matter: Matter<'_>) -> Option<DefinedTerm> {
    let chapter = matter.survey.chapter(&entry.topic)?;
    Some(DefinedTerm {
        id: format!("_term-{number}"),
        term: quiet::text(&entry.term, matter),
        meaning: quiet::blocks(&entry.blocks, matter),
        title: short_title(matter, chapter),
        href: matter.survey.address_of(entry.section).unwrap_or_else(|| chapter.file.clone()),
        language: (chapter.language != matter.edition.metadata.language)
            .then(|| chapter.language.to_string()),
    })
}

/// Returns the index, by letters.
pub(super) fn index(matter: Matter<'_>) -> Vec<Lettered<IndexTermData>> {
    let entries = matter.edition.index.iter();
    lettered(entries.map(|entry| (entry.initial.as_str(), term(entry, matter))))
}

fn term(entry: &IndexEntry, matter: Matter<'_>) -> IndexTermData {
    let mut chapters: Vec<(usize, Vec<&IndexedPlace>)> = Vec::new();
    for place in entry.places.iter().filter_map(|id| matter.survey.indexed(*id)) {
        match chapters.last_mut().filter(|(chapter, _)| *chapter == place.chapter) {
            // Two words of one caption are in one place.
            Some((_, places)) => {
                if !places.iter().any(|other| other.href == place.href) {
                    places.push(place);
                }
            }
            None => chapters.push((place.chapter, vec![place])),
        }
    }
    let chapters = chapters.into_iter().filter_map(|(chapter, places)| {
        places_in(matter.survey.chapters.get(chapter)?, &places, matter)
    });
    IndexTermData {
        term: entry.term.clone(),
        chapters: chapters.collect(),
        entries: entry.entries.iter().map(|entry| term(entry, matter)).collect(),
    }
}

fn places_in(
    chapter: &Chapter,
    places: &[&IndexedPlace],
    matter: Matter<'_>,
) -> Option<ChapterPlaces> {
    let first = places.first()?;
    let title = short_title(matter, chapter);
    let mut links: Vec<TitledLink> = Vec::new();
    let mut last: Option<(Option<NodeId>, usize)> = None;
    for place in places {
        let count = last.filter(|(section, _)| *section == place.section).map_or(0, |last| last.1);
        last = Some((place.section, count + 1));
        let section = place.section.and_then(|id| find(&chapter.topic.sections, id));
        let heading = section.map(|section| quiet::markup(&section.heading, matter.edition));
        let heading = heading.filter(|heading| !heading.as_str().trim().is_empty());
        let heading = heading.unwrap_or_else(|| title.clone());
        links.push(TitledLink {
            // Once more in the same section.
            title: if count > 0 { Markup::new((count + 1).to_string()) } else { heading },
            href: place.href.clone(),
        });
    }
    if places.len() == 1 && first.section.is_none() {
        links.clear();
    }
    Some(ChapterPlaces { title, href: first.href.clone(), places: links })
}

fn find(all: &[Section], id: NodeId) -> Option<&Section> {
    all.iter().find_map(|one| if one.id == id { Some(one) } else { find(&one.sections, id) })
}

fn lettered<'a, T>(entries: impl Iterator<Item = (&'a str, T)>) -> Vec<Lettered<T>> {
    let mut groups: Vec<Lettered<T>> = Vec::new();
    for (initial, entry) in entries {
        let initial = Some(initial.to_owned()).filter(|initial| !initial.is_empty());
        match groups.last_mut().filter(|group| group.initial == initial) {
            Some(group) => group.entries.push(entry),
            None => groups.push(Lettered { initial, entries: vec![entry] }),
        }
    }
    groups
}
