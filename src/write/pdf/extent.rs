//! How far pages are filled.

use typst::introspection::{Location, Tag};
use typst::layout::{Frame, FrameItem};
use typst::pdf::ArtifactElem;
use typst_layout::PagedDocument;

/// How much room a document takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// How many pages it has.
    pub pages: usize,
    /// The same, with the last page only as far as it is filled: 2.25.
    pub filled: f64,
}

/// Returns the extent of a document. A page is as full as text and pictures cover
/// it, beside the fullest one; running heads and decorations do not count.
pub(super) fn of(document: &PagedDocument) -> Extent {
    let covered = document.pages().iter().map(|page| {
        let mut cover = Cover::default();
        cover.walk(&page.frame);
        cover.area
    });
    let covered: Vec<f64> = covered.collect();
    let fullest = covered.iter().copied().fold(1.0, f64::max);
    let last = covered.last().copied().unwrap_or_default();
    let others = covered.len().saturating_sub(1) as f64;
    Extent { pages: covered.len(), filled: others + last / fullest }
}

/// How much of a page is covered, in square points.
#[derive(Default)]
struct Cover {
    area: f64,
    artifacts: Vec<Location>,
}

impl Cover {
    fn walk(&mut self, frame: &Frame) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => self.walk(&group.frame),
                FrameItem::Tag(Tag::Start(content, _)) => {
                    if content.is::<ArtifactElem>() {
                        self.artifacts.extend(content.location());
                    }
                }
                FrameItem::Tag(Tag::End(location, ..)) => {
                    self.artifacts.retain(|artifact| artifact != location);
                }
                FrameItem::Text(text) if self.artifacts.is_empty() => {
                    self.area += (text.width().to_pt() * text.size.to_pt()).abs();
                }
                FrameItem::Image(_, size, _) if self.artifacts.is_empty() => {
                    self.area += size.x.to_pt() * size.y.to_pt();
                }
                FrameItem::Text(_)
                | FrameItem::Image(..)
                | FrameItem::Shape(..)
                | FrameItem::Link(..) => {}
            }
        }
    }
}
