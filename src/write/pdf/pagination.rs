//! Finished pages to data: which page what stands on.
//!
//! Taken from the pages themselves and from the places that a layout sets, so it
//! is true of a project's own layouts, too.

use std::collections::BTreeMap;

use typst::foundations::{Content, Label, NativeElement, Smart, StyleChain};
use typst::introspection::{Introspector, Location, Tag};
use typst::layout::{Frame, FrameItem};
use typst::model::{FigureElem, FigureKind, FootnoteEntry, HeadingElem, Numbering};
use typst::pdf::ArtifactElem;
use typst::text::FontFlags;
use typst::utils::PicoStr;
use typst::visualize::ImageElem;
use typst_layout::{Page, PagedDocument};

use super::anchor;
use crate::model::{Edition, NodeId, Pagination, PrintedPage, push_letter};

/// Returns the pagination of a document. `places` are the names of the places of
/// sections, figures, tables and equations; `source` is what the file is called.
pub(super) fn of(
    document: &PagedDocument,
    edition: &Edition,
    places: &BTreeMap<NodeId, String>,
    source: String,
) -> Pagination {
    let introspector = document.introspector();
    let page = |name: &str| {
        let label = Label::new(PicoStr::intern(name))?;
        let location = introspector.query_label(label).ok()?.location()?;
        introspector.page(location).map(|page| page.get() - 1)
    };
    let mut pagination = Pagination {
        source,
        pages: document.pages().iter().map(printed).collect(),
        numbers: edition.numbers.clone(),
        ..Pagination::default()
    };
    for topic in &edition.topics {
        let Some(page) = page(&anchor::topic(&topic.id.value)) else { continue };
        pagination.topics.insert(topic.id.value.clone(), page);
    }
    for place in 0..edition.outline.parts.len() {
        pagination.parts.extend(page(&anchor::part(place + 1)).map(|page| (place, page)));
    }
    pagination.nodes =
        places.iter().filter_map(|(node, name)| Some((*node, page(name)?))).collect();
    for heading in introspector.query(&HeadingElem::ELEM.select()) {
        let Some(element) = heading.to_packed::<HeadingElem>() else { continue };
        // Topics and parts have a label.
        let level = element.resolve_level(StyleChain::default()).get();
        if level != 1 || heading.label().is_some() {
            continue;
        }
        let found = heading.location().and_then(|location| introspector.page(location));
        let said = element.body.plain_text().to_string();
        pagination.headings.extend(found.map(|page| (said, page.get() - 1)));
    }
    pagination
}

fn printed(page: &Page) -> PrintedPage {
    let number = match &page.numbering {
        Some(Numbering::Pattern(pattern)) => pattern.apply(None, &[page.number]).ok(),
        // What a function makes of it is not known outside of the layout.
        Some(Numbering::Func(_)) | None => None,
    };
    let mut listener = Listener { text: String::new(), apart: Vec::new() };
    listener.listen(&page.frame);
    let number = number.map_or_else(|| page.number.to_string(), |number| number.to_string());
    PrintedPage { number, text: listener.text }
}

/// Hears what a page says, in the order that it is read.
struct Listener {
    text: String,
    /// What it is in that stands apart from the running text.
    apart: Vec<Location>,
}

impl Listener {
    fn listen(&mut self, frame: &Frame) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => self.listen(&group.frame),
                FrameItem::Text(text) => {
                    let is_formula = text.font.info().flags.contains(FontFlags::MATH);
                    if self.apart.is_empty() && !is_formula {
                        text.text.chars().for_each(|c| push_letter(c, &mut self.text));
                    }
                }
                FrameItem::Tag(Tag::Start(content, _)) => {
                    if stands_apart(content) {
                        self.apart.extend(content.location());
                    }
                }
                FrameItem::Tag(Tag::End(location, ..)) => {
                    self.apart.retain(|apart| apart != location);
                }
                FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) => {}
            }
        }
    }
}

fn stands_apart(content: &Content) -> bool {
    content.is::<ArtifactElem>()
        || content.is::<FootnoteEntry>()
        || content.to_packed::<FigureElem>().is_some_and(|figure| {
            let kind = figure.kind.get_ref(StyleChain::default());
            matches!(kind, Smart::Custom(FigureKind::Elem(kind)) if *kind == ImageElem::ELEM)
        })
}
