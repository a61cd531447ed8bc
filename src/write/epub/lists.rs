//! What is said of the whole book: contents, figures, credits, as data
//! for templates.
//!
//! Knows: the edition, and where things are in the book. Must not know: what
//! the templates make of it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::panels::{Face, Links, pictures};
use super::prose::Matter;
use super::quiet;
use super::survey::Chapter;
use super::works::TitledLink;
use crate::model::{Figure, NumberedKind, Part, Section};
use crate::write::license::License;
use crate::write::template::Markup;

/// An entry of the contents.
#[derive(Debug, Serialize)]
pub(super) struct ContentsEntry {
    /// What it is: `part`, `chapter` or `section`.
    kind: &'static str,
    title: Markup,
    href: String,
    /// The chapter's language, where it is not the book's.
    language: Option<String>,
    entries: Vec<ContentsEntry>,
}

/// Returns the contents: parts, topics, and their sections.
pub(super) fn contents(matter: Matter<'_>) -> Vec<ContentsEntry> {
    let outline = &matter.edition.outline;
    let mut entries = Vec::new();
    let mut last = None;
    for (place, chapter) in matter.survey.chapters.iter().enumerate() {
        let entry = ContentsEntry {
            kind: "chapter",
            title: quiet::markup(&chapter.topic.title, matter.edition),
            href: chapter.file.clone(),
            language: other_language(matter, chapter),
            entries: section_entries(&chapter.topic.sections, chapter, matter),
        };
        let part = outline.part(place);
        if part != last {
            last = part;
            entries.extend(part.and_then(|part| part_entry(part, matter)));
        }
        match entries.last_mut() {
            Some(ContentsEntry { kind: "part", entries, .. }) if part.is_some() => {
                entries.push(entry);
            }
            _ => entries.push(entry),
        }
    }
    entries
}

fn part_entry(part: usize, matter: Matter<'_>) -> Option<ContentsEntry> {
    Some(ContentsEntry {
        kind: "part",
        title: Markup::new(crate::write::html::escaped(
            &matter.edition.outline.parts.get(part)?.title,
        )),
        href: matter.survey.parts.get(part)?.clone(),
        language: None,
        entries: Vec::new(),
    })
}

/// The page that a part begins with.
#[derive(Debug, Serialize)]
pub(super) struct PartData {
    /// Its number, counted from 1.
    number: usize,
    title: String,
    chapters: Vec<TitledLink>,
}

/// Returns the data of a part's page.
pub(super) fn part(number: usize, part: &Part, matter: Matter<'_>) -> PartData {
    let chapters = matter.survey.chapters.get(part.topics.clone()).unwrap_or_default();
    let chapters = chapters.iter().map(|chapter| TitledLink {
        title: quiet::markup(&chapter.topic.title, matter.edition),
        href: chapter.file.clone(),
    });
    PartData { number, title: part.title.clone(), chapters: chapters.collect() }
}

fn section_entries(all: &[Section], chapter: &Chapter, matter: Matter<'_>) -> Vec<ContentsEntry> {
    all.iter()
        .filter_map(|section| {
            let title = quiet::markup(&section.heading, matter.edition);
            let id = chapter.ids.get(&section.id)?;
            (!title.as_str().trim().is_empty()).then(|| ContentsEntry {
                kind: "section",
                title,
                href: format!("{}#{id}", chapter.file),
                language: None,
                entries: section_entries(&section.sections, chapter, matter),
            })
        })
        .collect()
}

fn other_language(matter: Matter<'_>, chapter: &Chapter) -> Option<String> {
    let other = chapter.language != matter.edition.metadata.language;
    other.then(|| chapter.language.to_string())
}

/// An entry of the list of figures, or of tables.
#[derive(Debug, Serialize)]
pub(super) struct NumberedEntry {
    /// "Figure 3"
    number: String,
    caption: Markup,
    href: String,
    /// The chapter's language, where it is not the book's.
    language: Option<String>,
}

/// Returns the list of the figures or of the tables.
pub(super) fn numbered(matter: Matter<'_>, kind: NumberedKind) -> Vec<NumberedEntry> {
    let all = matter.edition.numbered.iter().filter(|entry| entry.kind == kind);
    all.filter_map(|entry| {
        let href = matter.survey.address_of(entry.id)?;
        let chapter = matter.survey.chapter(&entry.topic)?;
        let words = chapter.words();
        let word = match kind {
            NumberedKind::Figure => words.figure,
            NumberedKind::Table => words.table,
        };
        Some(NumberedEntry {
            number: format!("{word} {}", entry.number),
            caption: quiet::markup(&entry.caption, matter.edition),
            href,
            language: other_language(matter, chapter),
        })
    })
    .collect()
}

/// A figure on the page of clean figures.
#[derive(Debug, Serialize)]
pub(super) struct UnmarkedEntry {
    id: String,
    number: Option<String>,
    caption: Markup,
    /// The picture, or the panels.
    pictures: Markup,
    /// The figure with its marks.
    back: String,
}

/// Returns the clean twins of all figures that have marks.
pub(super) fn unmarked(matter: Matter<'_>) -> Vec<UnmarkedEntry> {
    // The edition's short caption, if it has one.
    let numbered = matter.edition.numbered.iter();
    let captions: BTreeMap<_, _> = numbered.map(|entry| (entry.id, &entry.caption)).collect();
    figures(matter)
        .filter_map(|(chapter, figure)| {
            let id = matter.survey.unmarked(figure.id)?;
            let mut clean = String::new();
            // The panels' ids are in the text.
            pictures(figure, matter, Links::default(), Face::Clean, &mut clean);
            let caption = captions.get(&figure.id).map_or(&figure.caption.long, |short| *short);
            Some(UnmarkedEntry {
                id: id.to_owned(),
                number: figure_number(matter, chapter, figure),
                caption: quiet::markup(caption, matter.edition),
                pictures: Markup::new(clean),
                back: matter.survey.address_of(figure.id)?,
            })
        })
        .collect()
}

fn figures<'a>(matter: Matter<'a>) -> impl Iterator<Item = (&'a Chapter, &'a Figure)> {
    let chapters = matter.survey.chapters.iter();
    chapters.flat_map(|chapter| chapter.figures.iter().map(move |figure| (chapter, figure)))
}

fn figure_number(matter: Matter<'_>, chapter: &Chapter, figure: &Figure) -> Option<String> {
    let number = matter.edition.numbers.get(&figure.id)?;
    Some(format!("{} {number}", chapter.words().figure))
}

/// Returns the title of a chapter where there is little room.
pub(super) fn short_title(matter: Matter<'_>, chapter: &Chapter) -> Markup {
    let topic = &chapter.topic;
    quiet::markup(topic.short_title.as_ref().unwrap_or(&topic.title), matter.edition)
}

/// Who made a picture.
#[derive(Debug, Serialize)]
pub(super) struct CreditEntry {
    /// "Figure 3" or "Figure 3a", or the title of the chapter for a figure without number.
    title: Markup,
    href: String,
    credit: Option<Markup>,
    license: Option<License>,
}

/// Returns the credits of all pictures, those that panels share as one.
pub(super) fn credits(matter: Matter<'_>) -> Vec<CreditEntry> {
    let mut entries = Vec::new();
    for (chapter, figure) in figures(matter) {
        let number = figure_number(matter, chapter, figure);
        for shared in figure.credits() {
            let letters = shared.lettering().unwrap_or_default();
            let panel = shared.panels.first().filter(|_| !letters.is_empty());
            let place = panel.map_or(figure.id, |panel| panel.id);
            let Some(href) = matter.survey.address_of(place) else { continue };
            entries.push(CreditEntry {
                title: number.as_ref().map_or_else(
                    || short_title(matter, chapter),
                    |number| {
                        Markup::new(crate::write::html::escaped(&format!("{number}{letters}")))
                    },
                ),
                href,
                credit: shared.credit.maker.map(|maker| quiet::linked(maker, matter.edition)),
                license: shared.credit.license.map(License::of),
            });
        }
    }
    entries
}

/// Returns the licenses of the topics' texts, each once.
pub(super) fn licenses(matter: Matter<'_>) -> Vec<License> {
    let mut all: Vec<License> = Vec::new();
    for spdx in matter.survey.chapters.iter().filter_map(|chapter| chapter.topic.license.as_ref()) {
        let license = License::of(spdx);
        if !all.contains(&license) {
            all.push(license);
        }
    }
    all
}
