//! What is said of places once pages are set: where links lead, and the numbers of pages.
//!
//! Typst sets a document again as long as anything in it asked for a place, until what was
//! said of it is true. That is a fifth of the time of a handout, whose links, heads and feet
//! are all that asks. So they leave a mark instead, which neither lines nor pages depend on,
//! and what belongs there is put into finished pages.

use std::sync::LazyLock;

use typst::World;
use typst::comemo::Track;
use typst::diag::{At, SourceResult};
use typst::ecow::{EcoString, EcoVec};
use typst::engine::{Engine, Route, Sink, Traced};
use typst::foundations::{Label, Smart, StyleChain};
use typst::introspection::{Introspector, Tag};
use typst::layout::{Abs, Frame, FrameItem, Point};
use typst::model::{Destination, Document, LinkMarker, Url};
use typst::syntax::Span;
use typst::text::{TextElem, TextItem};
use typst::utils::{PicoStr, Protected};
use typst_layout::PagedDocument;

/// What addresses of links to places in the document begin with: the name of the place follows.
pub(super) const PLACE: &str = "recto:place:";

/// Stands for a number: apart, so that none leans on another.
pub(super) const DIGITS: &str = "0 1 2 3 4 5 6 7 8 9";

/// The number of a page.
pub(super) const THIS_PAGE: &str = "recto:this-page";
/// How many pages there are.
pub(super) const PAGE_COUNT: &str = "recto:page-count";
/// A line about both, which ends at the right.
pub(super) const FOLIO_AT_RIGHT: &str = "recto:folio-at-right";
/// The same, at the left.
pub(super) const FOLIO_AT_LEFT: &str = "recto:folio-at-left";
/// What only the first page has.
pub(super) const ON_FIRST: &str = "recto:on-first";
/// What all pages but the first have.
pub(super) const ON_LATER: &str = "recto:on-later";

/// Marks a piece of a page, for [`document`] to find.
pub(super) fn mark(frame: &mut Frame, name: &str) {
    if let Some(label) = Label::new(PicoStr::intern(name)) {
        frame.label(label);
    }
}

/// The marks as Typst knows them.
struct Marks {
    this_page: Option<Label>,
    page_count: Option<Label>,
    at_right: Option<Label>,
    at_left: Option<Label>,
    on_first: Option<Label>,
    on_later: Option<Label>,
}

static MARKS: LazyLock<Marks> = LazyLock::new(|| {
    let label = |name| Label::new(PicoStr::intern(name));
    Marks {
        this_page: label(THIS_PAGE),
        page_count: label(PAGE_COUNT),
        at_right: label(FOLIO_AT_RIGHT),
        at_left: label(FOLIO_AT_LEFT),
        on_first: label(ON_FIRST),
        on_later: label(ON_LATER),
    }
});

/// What a group is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    ThisPage,
    PageCount,
    Folio { at_right: bool },
    OnFirst,
    OnLater,
}

fn mark_of(label: Option<Label>) -> Option<Mark> {
    let marks = &*MARKS;
    label?;
    Some(match label {
        _ if label == marks.this_page => Mark::ThisPage,
        _ if label == marks.page_count => Mark::PageCount,
        _ if label == marks.at_right => Mark::Folio { at_right: true },
        _ if label == marks.at_left => Mark::Folio { at_right: false },
        _ if label == marks.on_first => Mark::OnFirst,
        _ if label == marks.on_later => Mark::OnLater,
        _ => return None,
    })
}

/// Returns a document in which links lead to their places, and pages have their numbers;
/// `None` if it has none of either.
///
/// # Errors
/// If a link leads to a place that is set nowhere, or more than once.
pub(super) fn document(
    document: &PagedDocument,
    world: &dyn World,
) -> SourceResult<Option<PagedDocument>> {
    if !document.pages().iter().any(|page| is_open(&page.frame)) {
        return Ok(None);
    }
    let mut pages = EcoVec::from(document.pages());
    let count = pages.len();
    let mut links = Links { document, world };
    for (place, page) in pages.make_mut().iter_mut().enumerate() {
        if is_open(&page.frame) {
            Page { number: place + 1, count }.close(&mut page.frame, &mut links)?;
        }
    }
    Ok(Some(PagedDocument::new(pages, document.info().clone())))
}

fn name(url: &Url) -> Option<&str> {
    url.strip_prefix(PLACE)
}

/// Tells whether anything in a piece of a page is left to be said.
fn is_open(frame: &Frame) -> bool {
    frame.items().any(|(_, item)| match item {
        FrameItem::Group(group) => mark_of(group.label).is_some() || is_open(&group.frame),
        FrameItem::Link(Destination::Url(url), _) => name(url).is_some(),
        FrameItem::Tag(Tag::Start(content, _)) => content
            .to_packed::<LinkMarker>()
            .and_then(|marker| marker.alt.as_ref())
            .is_some_and(|alt| alt.starts_with(PLACE)),
        _ => false,
    })
}

/// Finds the places that links lead to.
struct Links<'a> {
    document: &'a PagedDocument,
    world: &'a dyn World,
}

impl Links<'_> {
    fn destination(&self, name: &str, span: Span) -> SourceResult<Destination> {
        let label = Label::new(PicoStr::intern(name)).ok_or("a link has no name").at(span)?;
        let introspector: &dyn Introspector = self.document.introspector().as_ref();
        let found = introspector.query_label(label).at(span)?;
        let place = found.location().ok_or("a place is nowhere").at(span)?;
        Ok(Destination::Location(place))
    }

    /// Returns what is said of a link to those who do not see it.
    fn said(&self, destination: &Destination, span: Span) -> SourceResult<EcoString> {
        let world = self.world.track();
        let library = self.world.library();
        let introspector: &dyn Introspector = self.document.introspector().as_ref();
        let (traced, mut sink) = (Traced::default(), Sink::new());
        let mut engine = Engine {
            library,
            world,
            introspector: Protected::new(introspector.track()),
            traced: traced.track(),
            sink: sink.track_mut(),
            route: Route::default(),
        };
        let base = StyleChain::new(&library.styles);
        // In the language of the document.
        let language = match self.document.info().locale {
            Smart::Custom(locale) => Some((locale.lang, locale.region)),
            Smart::Auto => None,
        };
        let spoken = language.map(|(lang, region)| {
            [TextElem::lang.set(lang).wrap(), TextElem::region.set(region).wrap()]
        });
        match &spoken {
            None => destination.alt_text(&mut engine, base, span),
            Some([lang, region]) => {
                let styles = base.chain(lang);
                destination.alt_text(&mut engine, styles.chain(region), span)
            }
        }
    }
}

struct Page {
    number: usize,
    count: usize,
}

impl Page {
    fn close(&self, frame: &mut Frame, links: &mut Links) -> SourceResult<()> {
        let mut result = Ok(());
        frame.retain(|item| {
            if result.is_err() {
                return true;
            }
            match self.close_item(item, links) {
                Ok(stays) => stays,
                Err(error) => {
                    result = Err(error);
                    true
                }
            }
        });
        result
    }

    /// Returns whether an item stays on the page.
    fn close_item(&self, item: &mut FrameItem, links: &mut Links) -> SourceResult<bool> {
        match item {
            FrameItem::Group(group) => match mark_of(group.label) {
                Some(Mark::OnFirst) if self.number > 1 => return Ok(false),
                Some(Mark::OnLater) if self.number == 1 => return Ok(false),
                Some(Mark::Folio { at_right }) => self.number(&mut group.frame, at_right),
                Some(Mark::ThisPage | Mark::PageCount | Mark::OnFirst | Mark::OnLater) | None => {
                    if is_open(&group.frame) {
                        self.close(&mut group.frame, links)?;
                    }
                }
            },
            FrameItem::Link(destination, _) => {
                if let Destination::Url(url) = destination
                    && let Some(name) = name(url)
                {
                    *destination = links.destination(name, Span::detached())?;
                }
            }
            FrameItem::Tag(Tag::Start(content, _)) => {
                let span = content.span();
                if let Some(marker) = content.to_packed::<LinkMarker>()
                    && let Some(name) = marker.alt.as_ref().and_then(|alt| alt.strip_prefix(PLACE))
                {
                    let said = links.said(&links.destination(name, span)?, span)?;
                    if let Some(marker) = content.to_packed_mut::<LinkMarker>() {
                        marker.alt = Some(said);
                    }
                }
            }
            _ => {}
        }
        Ok(true)
    }

    /// Puts numbers into a line about pages. They take less room than what stands for them;
    /// what follows moves up, and the line to its end again.
    fn number(&self, frame: &mut Frame, at_right: bool) {
        let mut items: Vec<(Point, FrameItem)> = frame.items().cloned().collect();
        let mut spared = Vec::new();
        for (point, item) in &mut items {
            let FrameItem::Group(group) = item else { continue };
            let number = match mark_of(group.label) {
                Some(Mark::ThisPage) => self.number,
                Some(Mark::PageCount) => self.count,
                _ => continue,
            };
            let less = put_number(&mut group.frame, number);
            spared.push((point.x, less));
        }
        let all: Abs = spared.iter().map(|(_, less)| *less).sum();
        for (point, _) in &mut items {
            let before = spared.iter().filter(|(x, _)| *x < point.x);
            point.x -= before.map(|(_, less)| *less).sum::<Abs>();
            if at_right {
                point.x += all;
            }
        }
        let mut numbered = Frame::new(frame.size(), frame.kind());
        if frame.has_baseline() {
            numbered.set_baseline(frame.baseline());
        }
        numbered.push_multiple(items);
        *frame = numbered;
    }
}

/// Puts a number where [`DIGITS`] are, and returns how much less room it takes.
fn put_number(frame: &mut Frame, number: usize) -> Abs {
    let before = frame.width();
    let mut after = None;
    frame.retain(|item| {
        match item {
            FrameItem::Group(group) => {
                let less = put_number(&mut group.frame, number);
                after = Some(before - less);
            }
            FrameItem::Text(text) => {
                if let Some(set) = set_number(text, number) {
                    after = Some(set.width());
                    *text = set;
                }
            }
            _ => {}
        }
        true
    });
    before - after.unwrap_or(before)
}

/// Sets a number as the digits are set that stand for it: in their font, with its features.
fn set_number(text: &TextItem, number: usize) -> Option<TextItem> {
    if text.text != DIGITS {
        return None;
    }
    let said = number.to_string();
    let glyphs = said.bytes().enumerate().map(|(place, digit)| {
        // Each digit has a space behind it.
        let wanted = u16::from(digit.checked_sub(b'0')?) * 2;
        let mut glyph = text.glyphs.iter().find(|glyph| glyph.range.start == wanted)?.clone();
        let place = u16::try_from(place).ok()?;
        glyph.range = place..place + 1;
        Some(glyph)
    });
    let glyphs = glyphs.collect::<Option<Vec<_>>>()?;
    Some(TextItem { glyphs, text: said.into(), ..text.clone() })
}
