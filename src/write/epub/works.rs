//! Lists of references, as data for templates: of a chapter, and of the book.
//!
//! A chapter lists what it cites, whatever the edition's lists are of: pop-ups
//! look for a work in the file that cites it.
//!
//! Knows: the edition, and where works are cited. Must not know: what the
//! templates make of it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::lists::short_title;
use super::prose::{Matter, Prose};
use super::quiet;
use super::survey::Chapter;
use crate::model::{CiteKey, NodeId, ReferenceList, ReferenceListKind, RenderedReference, Section};
use crate::words::Words;
use crate::write::template::Markup;

/// A link with its title.
#[derive(Debug, Clone, Serialize)]
pub(super) struct TitledLink {
    pub(super) title: Markup,
    pub(super) href: String,
}

/// A list of works.
#[derive(Debug, Serialize)]
pub(super) struct WorksData {
    /// `references` or `further-reading`.
    kind: &'static str,
    /// The id of its heading.
    id: &'static str,
    title: &'static str,
    works: Vec<WorkData>,
}

#[derive(Debug, Serialize)]
struct WorkData {
    id: String,
    /// Its number or label, as the style writes it: `1.`, `[1]`.
    label: Option<String>,
    /// The first citation in the chapter; none if it is listed only, and on the
    /// page of the whole book.
    back: Option<String>,
    content: Markup,
    /// Where it can be read, if its text has no link.
    href: Option<String>,
    /// That, as a reader would type it.
    address: Option<String>,
    /// Where it is cited, if works tell that: sections in a chapter, chapters on
    /// the page of the whole book.
    cited: Vec<CitedIn>,
    /// On the page of the whole book, the chapters that cite or list it.
    chapters: Vec<TitledLink>,
}

impl WorksData {
    /// Returns the heading.
    pub(super) fn title(&self) -> &'static str {
        self.title
    }
}

/// A section or chapter that cites a work.
#[derive(Debug, Serialize)]
struct CitedIn {
    title: Markup,
    /// Its first citation there.
    href: String,
    /// The sections of a chapter.
    sections: Vec<TitledLink>,
}

/// A citation that links lead to.
#[derive(Debug, Clone)]
pub(super) struct Cited {
    /// The work.
    pub(super) key: CiteKey,
    /// The citation's id in its file.
    pub(super) id: String,
    /// The section that it stands in.
    pub(super) section: Option<NodeId>,
}

/// Returns the lists of works of a chapter, in the order of the page.
pub(super) fn lists_of_chapter<'a>(
    matter: Matter<'a>,
    chapter: &'a Chapter,
) -> Vec<(&'a ReferenceList, Vec<&'a RenderedReference>)> {
    let lists = matter.edition.lists_of(&chapter.topic.id.value);
    let named = lists.map(|list| {
        let works = list.items.iter().filter(|work| chapter.works.contains(&work.key));
        (list, works.collect::<Vec<_>>())
    });
    named.filter(|(_, works)| !works.is_empty()).collect()
}

/// Returns the data of a chapter's lists, once its text is written.
pub(super) fn of_chapter(
    lists: &[(&ReferenceList, Vec<&RenderedReference>)],
    matter: Matter<'_>,
    chapter: &Chapter,
    prose: &mut Prose<'_>,
) -> Vec<WorksData> {
    let mut place = 0;
    let mut data = Vec::new();
    for (list, works) in lists {
        let works = works.iter().map(|work| {
            place += 1;
            let citing = prose.cited().iter().filter(|cited| cited.key == work.key);
            let citing: Vec<Cited> = citing.cloned().collect();
            let citing: Vec<&Cited> = citing.iter().collect();
            WorkData {
                id: format!("_work-{place}"),
                back: citing.first().map(|cited| format!("#{}", cited.id)),
                content: Markup::new(prose.inlines(&work.content)),
                cited: if matter.edition.back_references {
                    sections(&citing, "", matter, chapter)
                } else {
                    Vec::new()
                },
                chapters: Vec::new(),
                ..work_data(work)
            }
        });
        let works = works.collect();
        data.push(works_data(list, works, chapter.words(), ["_references", "_further-reading"]));
    }
    data
}

/// Returns the data of the lists of the whole book; `cited` are the citations of
/// each chapter.
pub(super) fn of_book(matter: Matter<'_>, cited: &[Vec<Cited>]) -> Vec<WorksData> {
    let words = Words::of(&matter.edition.metadata.language);
    let naming = naming(matter);
    let citing = citing(matter, cited);
    let lists = matter.edition.references.iter().filter(|list| list.topic.is_none());
    let mut place = 0;
    let data = lists.map(|list| {
        let works = list.items.iter().map(|work| {
            place += 1;
            let naming = naming.get(&work.key).into_iter().flatten();
            let citing = citing.get(&work.key).map(Vec::as_slice).unwrap_or_default();
            WorkData {
                id: format!("_work-{place}"),
                back: None,
                content: quiet::linked(&work.content, matter.edition),
                cited: if matter.edition.back_references {
                    chapters_citing(citing, matter)
                } else {
                    Vec::new()
                },
                chapters: naming
                    .map(|chapter| TitledLink {
                        title: short_title(matter, chapter),
                        href: chapter.file.clone(),
                    })
                    .collect(),
                ..work_data(work)
            }
        });
        works_data(list, works.collect(), words, ["references", "further-reading"])
    });
    data.collect()
}

fn works_data(
    list: &ReferenceList,
    works: Vec<WorkData>,
    words: &'static Words,
    ids: [&'static str; 2],
) -> WorksData {
    let [references, further] = ids;
    let (kind, id, title) = match list.kind {
        ReferenceListKind::References => ("references", references, words.references),
        ReferenceListKind::FurtherReading => ("further-reading", further, words.further_reading),
    };
    WorksData { kind, id, title, works }
}

/// Returns what is the same wherever a work is listed.
fn work_data(work: &RenderedReference) -> WorkData {
    WorkData {
        id: String::new(),
        label: work.label.clone(),
        back: None,
        content: Markup::new(String::new()),
        href: work.address.as_ref().and(work.url.clone()),
        address: work.address.clone(),
        cited: Vec::new(),
        chapters: Vec::new(),
    }
}

/// Returns the chapters that cite or list each work.
fn naming<'a>(matter: Matter<'a>) -> BTreeMap<&'a CiteKey, Vec<&'a Chapter>> {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for chapter in &matter.survey.chapters {
        chapter.works.iter().for_each(|key| all.entry(key).or_default().push(chapter));
    }
    all
}

/// A chapter, and its citations of a work.
type Citing<'a> = (&'a Chapter, Vec<&'a Cited>);

/// Returns the chapters that cite each work; `cited` are the citations of all chapters.
fn citing<'a>(
    matter: Matter<'a>,
    cited: &'a [Vec<Cited>],
) -> BTreeMap<&'a CiteKey, Vec<Citing<'a>>> {
    let mut all: BTreeMap<_, Vec<Citing<'_>>> = BTreeMap::new();
    for (chapter, cited) in matter.survey.chapters.iter().zip(cited) {
        for one in cited {
            let chapters = all.entry(&one.key).or_default();
            match chapters.last_mut() {
                Some((last, cited)) if last.file == chapter.file => cited.push(one),
                _ => chapters.push((chapter, vec![one])),
            }
        }
    }
    all
}

fn chapters_citing(citing: &[Citing<'_>], matter: Matter<'_>) -> Vec<CitedIn> {
    let mut all = Vec::new();
    for (chapter, citing) in citing {
        let Some(first) = citing.first() else { continue };
        let within: Vec<&Cited> =
            citing.iter().filter(|cited| cited.section.is_some()).copied().collect();
        let sections = sections(&within, &chapter.file, matter, chapter).into_iter();
        let sections = sections.map(|CitedIn { title, href, .. }| TitledLink { title, href });
        all.push(CitedIn {
            title: short_title(matter, chapter),
            href: format!("{}#{}", chapter.file, first.id),
            sections: sections.collect(),
        });
    }
    all
}

/// Returns the sections that citations stand in, each with the first of them;
/// what stands in none is in the chapter.
fn sections(citing: &[&Cited], file: &str, matter: Matter<'_>, chapter: &Chapter) -> Vec<CitedIn> {
    let mut seen = Vec::new();
    let mut all = Vec::new();
    for cited in citing {
        let section = cited.section.and_then(|id| find(&chapter.topic.sections, id));
        let id = section.map(|section| section.id);
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let title = section.map(|section| quiet::markup(&section.heading, matter.edition));
        let title = title.filter(|title| !title.as_str().trim().is_empty());
        all.push(CitedIn {
            title: title.unwrap_or_else(|| short_title(matter, chapter)),
            href: format!("{file}#{}", cited.id),
            sections: Vec::new(),
        });
    }
    all
}

fn find(all: &[Section], id: NodeId) -> Option<&Section> {
    all.iter().find_map(
        |section| {
            if section.id == id { Some(section) } else { find(&section.sections, id) }
        },
    )
}
