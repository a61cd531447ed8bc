//! Publications, resolved: the editions of books, handouts and decks.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::sheets::name_sheets;
use super::{Content, Loaded, PlannedDeck, Presses, Publication, cards};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::layout::{Format, Layout};
use crate::model::{
    Edition, FigureOverlay, Metadata, Topic, TopicId, Variant, plain_text, plain_text_with_blanks,
};
use crate::project::{Book, BookFormat, Deck, GivenOptions, Handouts, PressEdition};
use crate::resolve::Purpose;
use crate::source::{ProjectPath, Sources, Span, Spanned};
use crate::write::pdf::Kind;

/// Returns the decks that are to be made, not yet resolved.
pub(super) fn decks<'a>(loaded: &'a Loaded, diagnostics: &mut Diagnostics) -> Vec<PlannedDeck<'a>> {
    let plan = |deck: &'a Deck| {
        let topics = deck_topics(loaded, deck, diagnostics);
        PlannedDeck { deck, topics, sheets: cards::name(deck) }
    };
    loaded.project.decks.iter().map(plan).collect()
}

/// Returns the topics of a deck. One that names none holds all, those of the
/// first book first: so "Figure 3" is the same figure on a card and in the book.
pub(super) fn deck_topics(
    loaded: &Loaded,
    deck: &Deck,
    diagnostics: &mut Diagnostics,
) -> Vec<Arc<Topic>> {
    let all = &loaded.document.topics;
    let mut topics: Vec<Arc<Topic>> = Vec::new();
    if let Some(book) = loaded.project.books.first().filter(|_| deck.topics.is_all()) {
        topics.extend(book.chapters(all, diagnostics).0);
    }
    let mut taken: BTreeSet<TopicId> = topics.iter().map(|topic| topic.id.value.clone()).collect();
    for topic in deck.topics.of(all, diagnostics) {
        if taken.insert(topic.id.value.clone()) {
            topics.push(Arc::clone(topic));
        }
    }
    topics
}

/// Returns the editions of all books, as their writers get them.
pub fn book_editions(loaded: &Loaded, diagnostics: &mut Diagnostics) -> Vec<Edition> {
    let books = loaded.project.books.iter();
    let resolve = |book: &Book| {
        let content = book_content(loaded, book, diagnostics);
        diagnostics.append(content.resolve());
        content.into_edition()
    };
    books.map(resolve).collect()
}

fn book_content<'a>(
    loaded: &'a Loaded,
    book: &'a Book,
    diagnostics: &mut Diagnostics,
) -> Content<'a> {
    let (mut topics, outline) = book.chapters(&loaded.document.topics, diagnostics);
    if let Some(language) = &book.language {
        let others = &loaded.project.metadata.language;
        for topic in topics.iter_mut().filter(|topic| topic.language.is_none()) {
            // What a topic leaves out stays the project's, not the book's.
            if others != language {
                let language = Some(others.clone());
                *topic = Arc::new(Topic { language, ..Topic::clone(topic) });
            }
        }
    }
    let metadata = book_metadata(loaded, book);
    Content::new(loaded, topics, metadata, &book.citing, Purpose::Book).parted(outline)
}

/// Returns what is to be made, not yet resolved.
pub(super) fn publications<'a>(
    loaded: &'a Loaded,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Vec<Publication<'a>> {
    let mut publications = Vec::new();
    let mut taken: BTreeSet<ProjectPath> = BTreeSet::new();
    taken.extend(loaded.project.books.iter().map(|book| book_path(&book.name.value)));
    // Books come first, for they take longest.
    for book in &loaded.project.books {
        let layout = page_layout(loaded, &book.layout, &book.options, sources, diagnostics);
        let layout = layout.map(Arc::new);
        let content = Arc::new(book_content(loaded, book, diagnostics));
        if let Some(layout) = layout {
            let path = book_path(&book.name.value);
            let screen = Publication {
                kind: Kind::Book,
                layout,
                paper: book.paper,
                figures: book.figures,
                figure_overlay: book.figure_overlay,
                press: book.press,
                variant: Variant::Full,
                cover: book.cover.as_ref().map(|cover| cover.value.clone()),
                certified_by: book.certified_by.clone(),
                budget: None,
                large: false,
                entry: 0,
                has_pages: book.formats.contains(&BookFormat::Pdf),
                has_twin: book.formats.contains(&BookFormat::Epub),
                sheets: name_sheets(&book.print, &path, &content.metadata, &mut taken),
                plates: None,
                settled: None,
                content,
                path,
            };
            let press = book.press_edition.as_ref();
            publications.extend(with_press(screen, press, &loaded.presses, &mut taken));
        }
    }
    let mut entry = 0;
    for handouts in &loaded.project.handouts {
        let layout = handout_layout(loaded, handouts, sources, diagnostics).map(Arc::new);
        // The key looks the same whatever the handout looks like.
        let key = handouts.variants.contains(&Variant::Answers).then(|| {
            let name = Spanned::new("answers".to_owned(), handouts.layout.span);
            page_layout(loaded, &name, &GivenOptions::new(), sources, diagnostics).map(Arc::new)
        });
        for topic in handouts.topics.of(&loaded.document.topics, diagnostics) {
            entry += 1;
            for variant in handouts.variants.iter().copied() {
                let metadata = topic_metadata(loaded, topic, variant);
                let (topics, citing) = (vec![Arc::clone(topic)], &handouts.citing);
                let purpose = handout_purpose(variant);
                let content = Arc::new(Content::new(loaded, topics, metadata, citing, purpose));
                let layout = match variant {
                    Variant::Answers => key.clone().flatten(),
                    Variant::Full | Variant::Student | Variant::Teacher => layout.clone(),
                };
                let Some(layout) = layout else { continue };
                let id = &topic.id.value;
                let suffix = match variant {
                    Variant::Full => String::new(),
                    _ => format!(".{}", variant.name()),
                };
                let mut path = output_path(&format!("handouts/{id}{suffix}.pdf"));
                for count in 2.. {
                    if taken.insert(path.clone()) {
                        break;
                    }
                    // A second handout of one topic.
                    let name = &layout.name;
                    path = output_path(&format!("handouts/{id}-{name}-{count}{suffix}.pdf"));
                }
                let screen = Publication {
                    kind: Kind::Handout,
                    layout,
                    paper: handouts.paper,
                    figures: handouts.figures,
                    figure_overlay: FigureOverlay::default(),
                    press: handouts.press,
                    variant,
                    cover: None,
                    certified_by: None,
                    // The key takes what it takes.
                    budget: handouts.budget.clone().filter(|_| variant != Variant::Answers),
                    large: handouts.large_print.is_some(),
                    entry,
                    has_pages: true,
                    has_twin: false,
                    sheets: name_sheets(&handouts.print, &path, &content.metadata, &mut taken),
                    plates: None,
                    settled: None,
                    content,
                    path,
                };
                let press = handouts.press_edition.as_ref();
                publications.extend(with_press(screen, press, &loaded.presses, &mut taken));
            }
        }
    }
    publications
}

/// Returns a publication, and its press edition if there is one: sheets are made of
/// that.
fn with_press<'a>(
    mut screen: Publication<'a>,
    press: Option<&PressEdition>,
    presses: &Presses,
    taken: &mut BTreeSet<ProjectPath>,
) -> Vec<Publication<'a>> {
    let Some(plates) = press.and_then(|press| presses.of(press)) else { return vec![screen] };
    let stem = screen.path.as_str().trim_end_matches(".pdf");
    let mut path = output_path(&format!("{stem}-press.pdf"));
    for count in 2.. {
        if taken.insert(path.clone()) {
            break;
        }
        path = output_path(&format!("{stem}-press-{count}.pdf"));
    }
    let press = Publication {
        content: Arc::clone(&screen.content),
        layout: Arc::clone(&screen.layout),
        press: plates.settings(screen.press),
        budget: screen.budget.clone(),
        cover: screen.cover.clone(),
        certified_by: None,
        has_twin: false,
        sheets: std::mem::take(&mut screen.sheets),
        plates: Some(plates),
        settled: None,
        path,
        ..screen
    };
    vec![screen, press]
}

fn book_path(name: &str) -> ProjectPath {
    output_path(&format!("books/{name}.pdf"))
}

/// Returns the layout of a publication's pages, with its options set.
pub(super) fn page_layout(
    loaded: &Loaded,
    name: &Spanned<String>,
    options: &GivenOptions,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Layout> {
    let mut layout = loaded.layouts.get(name, Format::Pdf, sources, diagnostics)?;
    layout.set(options, diagnostics);
    Some(layout)
}

/// Returns the layout of handouts, with its options set.
pub(super) fn handout_layout(
    loaded: &Loaded,
    handouts: &Handouts,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Layout> {
    let mut layout =
        page_layout(loaded, &handouts.layout, &handouts.options, sources, diagnostics)?;
    if let Some(asked) = handouts.large_print {
        enlarge(&mut layout, asked, diagnostics);
    }
    Some(layout)
}

/// Sets a layout as it is for large print.
fn enlarge(layout: &mut Layout, asked: Span, diagnostics: &mut Diagnostics) {
    if layout.manifest.measures.large.is_empty() {
        let message = format!("the layout `{}` has no large print", layout.name);
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, message)
                .at(asked)
                .hint("take a layout that has, such as `handout`, or declare `large-print` in its `layout.yaml`"),
        );
        return;
    }
    if let Some(settings) = layout.measures(true).into_iter().next() {
        layout.settings = settings;
    }
}

pub(super) fn output_path(text: &str) -> ProjectPath {
    ProjectPath::new(text).expect("identifiers hold no character that paths cannot")
}

fn book_metadata(loaded: &Loaded, book: &Book) -> Metadata {
    let mut metadata = loaded.project.metadata.clone();
    if let Some(title) = &book.title {
        metadata.title.clone_from(title);
        metadata.subtitle.clone_from(&book.subtitle);
    }
    if let Some(language) = &book.language {
        metadata.language.clone_from(language);
    }
    if book.name.value != loaded.project.name {
        metadata.identifier = format!("{}/{}", metadata.identifier, book.name.value);
    }
    metadata
}

/// Returns what a variant of a handout is for.
pub(super) fn handout_purpose(variant: Variant) -> Purpose {
    match variant {
        Variant::Teacher => Purpose::Teacher,
        Variant::Full | Variant::Student | Variant::Answers => Purpose::Handout,
    }
}

fn topic_metadata(loaded: &Loaded, topic: &Topic, variant: Variant) -> Metadata {
    // No answer goes out by a side door.
    let plain_text = match variant {
        Variant::Student => plain_text_with_blanks,
        Variant::Full | Variant::Teacher | Variant::Answers => plain_text,
    };
    let project = &loaded.project.metadata;
    let contributors =
        if topic.contributors.is_empty() { &project.contributors } else { &topic.contributors };
    Metadata {
        title: plain_text(&topic.title),
        subtitle: Some(project.title.clone()),
        contributors: contributors.clone(),
        language: topic.language.clone().unwrap_or_else(|| project.language.clone()),
        identifier: format!("{}/{}", project.identifier, topic.id.value),
        publisher: project.publisher.clone(),
        rights: project.rights.clone(),
        description: topic.summary.as_deref().map(plain_text),
        subjects: topic.tags.iter().map(|tag| tag.as_str().to_owned()).collect(),
        published: project.published,
    }
}
