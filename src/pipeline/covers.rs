//! Covers of printed books: back, spine and front, on one sheet.

use super::kept::Kept;
use super::pages::{deep, report};
use super::plates::PlatesOf;
use super::sheets::{Pressed, SheetsOf, press_within};
use super::{Account, OwnLayouts, Press, Publication, plates, preflight};
use crate::diag::Diagnostics;
use crate::imposition::{Binding, Imposition, Order, Size, cover_paper, mm, to_mm};
use crate::model::{
    Bleed, Direction, Edition, Excerpt, FigureStyle, MediaSet, PressSettings, Standard,
};
use crate::project::CoverOf;
use crate::source::Sources;
use crate::write::pdf::{self, Cover, Kind, LETTERED};
use crate::write::press::{Fault, Pages};

/// What all covers are made with.
pub(super) struct Means<'a> {
    pub(super) own: &'a OwnLayouts,
    pub(super) press: &'a Press<'a>,
    pub(super) kept: &'a Kept,
    /// The pictures, for those that authors have.
    pub(super) media: &'a MediaSet,
}

/// A cover in the account of a build.
#[derive(Debug, Clone, PartialEq)]
pub struct MadeCover {
    /// How many pages its book has.
    pub pages: usize,
    /// How wide the spine is, in millimeters.
    pub spine: f64,
    /// Whether that is wide enough for text.
    pub is_lettered: bool,
}

/// Makes the cover of a book whose pages are given; `None` after messages.
pub(super) fn make(
    publication: &Publication,
    (sheets, cover): (&SheetsOf, &CoverOf),
    pages: &[u8],
    Means { own, press: with, kept, media }: &Means,
    (account, sources, diagnostics): (&mut Account, &mut Sources, &mut Diagnostics),
) -> Option<Result<Pressed, Fault>> {
    let SheetsOf { path, order, .. } = sheets;
    let leaves = match Pages::open(pages) {
        Ok(pages) => pages.leaves(),
        Err(fault) => return Some(Err(fault)),
    };
    let front = leaves.first()?.size;
    let spine = cover.spine(leaves.len());
    let mut edition: Edition = publication.edition().clone();
    edition.metadata.identifier = format!("{}/{path}", edition.metadata.identifier);
    let own_bleed = publication.press.bleed;
    let bleed = if own_bleed.is_none() { Bleed::USUAL } else { own_bleed };
    // Tags do not reach the sheets.
    let settings = PressSettings { standard: Standard::Pdf17, bleed, ..publication.press };
    let picture = publication.cover.clone().map(Excerpt::whole);
    let spread = Cover {
        width: to_mm(front.width),
        height: to_mm(front.height),
        spine,
        pages: leaves.len(),
        reads: match order.binding.unwrap_or_default() {
            Binding::Left => Direction::LeftToRight,
            Binding::Right => Direction::RightToLeft,
        },
        picture: picture.as_ref().and_then(|excerpt| media.images.get(excerpt)),
        isbn: cover.isbn.as_ref(),
    };
    let options = with.options(Kind::Book, publication.paper, FigureStyle::default(), settings);
    let options = pdf::Options { cover: Some(spread), ..options };
    let work = |of: Option<&_>| pdf::write(&edition, &own.spread, &options, of);
    let made = match kept.pages_or_make(&edition, &own.spread, &options, |of| deep(|| work(of))) {
        Ok(made) => made,
        Err(problems) => {
            report(problems, &own.spread, &edition.topics, with.fonts, sources, diagnostics);
            return None;
        }
    };
    let bytes = match plates::inked(publication, made.bytes, path, with.jobs) {
        Ok(bytes) => bytes,
        Err(problems) => {
            let (layout, topics) = (&own.spread, &edition.topics);
            report(problems, layout, topics, with.fonts, sources, diagnostics);
            return None;
        }
    };
    let subject = preflight::Subject { topics: &edition.topics, edition: &|| &edition };
    preflight::report(&made.flaws, subject, path, with.fonts, sources, diagnostics);
    let made_cover = MadeCover { pages: leaves.len(), spine, is_lettered: spine >= LETTERED };
    account.covers.push((path.clone(), made_cover));
    let order = Order { imposition: Imposition::Cover { spine: mm(spine) }, ..*order };
    let size = Size { width: 2.0 * front.width + mm(spine), height: front.height };
    let marks = order.settings(size).marks;
    let paper = order.paper.unwrap_or_else(|| cover_paper(size, mm(bleed.to_mm()), marks));
    let ink = publication.plates.as_ref().and_then(PlatesOf::most_ink);
    Some(press_within(&bytes, &Order { paper: Some(paper), ..order }, ink))
}
