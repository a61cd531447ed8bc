//! Chapters as data for templates: one for each topic.
//!
//! Knows: topics, and where they are in the book. Must not know: what the
//! templates make of them.

use serde::Serialize;

use super::descriptions::DescriptionData;
use super::prose::{Matter, Note, NoteContent, Prose};
use super::questions::{self, AnswerData, AskedTogether, Questions};
use super::quiet;
use super::survey::Chapter;
use super::works::{self, Cited, TitledLink, WorksData};
use crate::model::{Block, Role, Section, Topic};
use crate::write::license::License;
use crate::write::template::Markup;

/// A chapter.
#[derive(Debug, Serialize)]
pub(super) struct ChapterData {
    /// The topic's name in the project.
    id: String,
    /// Its place among the chapters of the body, counted from 1; none before and
    /// after them.
    number: Option<usize>,
    /// Where it stands: `front`, `body` or `back`.
    matter: &'static str,
    title: Markup,
    subtitle: Option<Markup>,
    /// Its own authors; empty where the book's are.
    authors: Vec<String>,
    /// What readers are told of a topic that is not done.
    status: Option<&'static str>,
    /// The picture that opens it, with its credit.
    banner: Option<Markup>,
    summary: Option<Markup>,
    objectives: Vec<Markup>,
    see_also: Vec<TitledLink>,
    /// What stands before the first heading.
    content: Markup,
    sections: Vec<SectionData>,
    /// What is said of figures at length.
    descriptions: Vec<DescriptionData>,
    notes: Vec<NoteData>,
    lists: Vec<WorksData>,
    /// What readers may ask themselves.
    questions: Vec<AskedTogether>,
    answers: Vec<AnswerData>,
    /// The topics that lead on.
    read_on: Vec<ReadOn>,
    license: Option<License>,
}

/// A topic that leads on.
#[derive(Debug, Serialize)]
struct ReadOn {
    title: Markup,
    href: String,
    /// What it says in short.
    summary: Option<Markup>,
    /// Whether it is the chapter that follows.
    next: bool,
    /// Its language, where it is not the chapter's.
    language: Option<String>,
}

#[derive(Debug, Serialize)]
struct SectionData {
    id: String,
    /// The number of its heading element: 2 to 6.
    level: usize,
    heading: Markup,
    /// The kind that begins here.
    kind: Option<String>,
    /// `plain`, `boxed` or `small`.
    look: &'static str,
    /// The color of its box, `#rrggbb`.
    color: Option<String>,
    content: Markup,
    sections: Vec<SectionData>,
}

#[derive(Debug, Serialize)]
struct NoteData {
    id: String,
    number: u32,
    /// Where the note is called; none if there is no link to it.
    back: Option<String>,
    /// The first paragraph, so that the way back can stand in it.
    first: Markup,
    rest: Markup,
}

/// Returns a chapter's data, and its citations; `place` is its place among all
/// topics, counted from 0.
pub(super) fn data(
    matter: Matter<'_>,
    chapter: &Chapter,
    place: usize,
) -> (ChapterData, Vec<Cited>) {
    let Matter { edition, survey, .. } = matter;
    let topic: &Topic = &chapter.topic;
    let lists = works::lists_of_chapter(matter, chapter);
    let listed = lists.iter().flat_map(|(_, works)| works.iter().map(|work| &work.key));
    let mut prose = Prose::new(matter, chapter, listed);

    // In the order of the page: citations and notes are counted as they come.
    let title = Markup::new(prose.inlines(&topic.title));
    let subtitle = topic.subtitle.as_ref().map(|text| Markup::new(prose.inlines(text)));
    let banner = topic.banner.as_ref().map(|banner| Markup::new(prose.banner(banner)));
    let summary = topic.summary.as_ref().map(|text| Markup::new(prose.inlines(text)));
    let objectives = topic.objectives.iter().map(|text| Markup::new(prose.inlines(text))).collect();
    let see_also = topic
        .see_also
        .iter()
        .filter_map(|id| survey.chapter(&id.value))
        .map(|other| TitledLink {
            title: quiet::markup(&other.topic.title, edition),
            href: other.file.clone(),
        })
        .collect();
    let content = Markup::new(prose.blocks(&topic.blocks));
    let sections = sections(&topic.sections, 2, chapter, &mut prose);
    let Questions { asked, answers } = questions::of_chapter(matter, chapter, &mut prose);
    let mut notes = Vec::new();
    while let Some(note) = prose.next_note() {
        notes.push(note_data(note, &mut prose));
    }
    let lists = works::of_chapter(&lists, matter, chapter, &mut prose);
    let authors = topic.contributors.iter().filter(|person| person.role == Role::Author);
    let data = ChapterData {
        id: topic.id.value.to_string(),
        number: edition.outline.chapter_number(place),
        matter: edition.outline.matter(place).name(),
        title,
        subtitle,
        authors: authors.map(|person| person.name.clone()).collect(),
        status: topic.status.and_then(|status| chapter.words().status(status)),
        banner,
        summary,
        objectives,
        see_also,
        content,
        sections,
        descriptions: prose.descriptions(),
        notes,
        lists,
        questions: asked,
        answers,
        read_on: read_on(matter, chapter, place),
        license: topic.license.as_deref().map(License::of),
    };
    (data, prose.into_cited())
}

/// Returns the topics that the author names, and the chapter that follows.
fn read_on(matter: Matter<'_>, chapter: &Chapter, place: usize) -> Vec<ReadOn> {
    let Matter { edition, survey, .. } = matter;
    let named = chapter.topic.see_also.iter().filter_map(|id| survey.chapter(&id.value));
    let mut all: Vec<&Chapter> = named.collect();
    let next = survey.chapters.get(place + 1);
    let next = next.filter(|_| edition.outline.matter(place + 1) == edition.outline.matter(place));
    if let Some(next) = next
        && !all.iter().any(|other| other.file == next.file)
    {
        all.push(next);
    }
    let entry = |other: &Chapter| ReadOn {
        title: quiet::markup(&other.topic.title, edition),
        href: other.file.clone(),
        summary: other.topic.summary.as_ref().map(|text| quiet::markup(text, edition)),
        next: next.is_some_and(|next| next.file == other.file),
        language: (other.language != chapter.language).then(|| other.language.to_string()),
    };
    all.into_iter().map(entry).collect()
}

fn sections(
    all: &[Section],
    level: usize,
    chapter: &Chapter,
    prose: &mut Prose<'_>,
) -> Vec<SectionData> {
    let mut data = Vec::new();
    for section in all {
        prose.section = Some(section.id);
        let heading = Markup::new(prose.inlines(&section.heading));
        let content = Markup::new(prose.blocks(&section.blocks));
        let kind = prose.kind(section.id);
        data.push(SectionData {
            kind: kind.map(|kind| kind.id.to_string()),
            look: kind.map(|kind| kind.look).unwrap_or_default().name(),
            color: kind
                .and_then(|kind| kind.color)
                .map(|[r, g, b]| format!("#{r:02x}{g:02x}{b:02x}")),
            id: chapter.ids.get(&section.id).cloned().unwrap_or_default(),
            level,
            heading,
            content,
            sections: sections(&section.sections, (level + 1).min(6), chapter, prose),
        });
    }
    data
}

fn note_data(note: Note, prose: &mut Prose<'_>) -> NoteData {
    prose.section = note.section;
    let (first, rest) = match &note.content {
        NoteContent::Blocks(blocks) => match blocks.as_slice() {
            [Block::Paragraph(first), rest @ ..] => {
                (prose.inlines(&first.content), prose.blocks(rest))
            }
            blocks => (String::new(), prose.blocks(blocks)),
        },
        NoteContent::Citation(parts) => (prose.parts(parts), String::new()),
    };
    NoteData {
        id: format!("_note-{}", note.number),
        number: note.number,
        back: note.called.then(|| format!("#_call-{}", note.number)),
        first: Markup::new(first),
        rest: Markup::new(rest),
    }
}
