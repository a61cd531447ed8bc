//! Books for reading systems: their covers, and what is said of them.

use super::{OwnLayouts, Press, Publication, report};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::files::Spool;
use crate::model::{Bounds, Excerpt, FigureStyle, MediaSet, Pagination, PressSettings};
use crate::source::Sources;
use crate::write::epub;
use crate::write::illustration::Illustrations;
use crate::write::pdf::{self, Kind};

/// How wide drawn covers are, in pixels: what stores ask for at the least, and what
/// a tablet shows sharp.
const COVER_WIDTH: u32 = 1200;

/// How large an author's cover may be: stores ask for 2560 pixels at the most.
const COVER: Bounds = Bounds { pixels: 2560, bytes: 2_000_000 };

/// What all books are made with.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    /// The pictures, for covers.
    pub(super) media: &'a MediaSet,
    /// The pictures of figures.
    pub(super) illustrations: &'a Illustrations,
    pub(super) own: &'a OwnLayouts,
    pub(super) press: &'a Press<'a>,
}

/// Writes the twin of a book for reading systems; `None` after messages.
pub(super) fn write(
    publication: &Publication,
    pagination: Option<&Pagination>,
    means: &Means<'_>,
    mut spool: Spool,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Spool> {
    let cover = cover(publication, means, sources, diagnostics)?;
    let options = epub::Options {
        modified: means.press.date.timestamp(),
        cover: Some(&cover),
        certified_by: publication.certified_by.as_deref(),
        overlay: publication.figure_overlay,
        pagination,
    };
    let (layout, illustrations) = (&means.own.epub, means.illustrations);
    epub::write(publication.edition(), illustrations, layout, &options, &mut spool, diagnostics)?;
    Some(spool)
}

fn cover(
    publication: &Publication,
    Means { media, own, press, .. }: &Means<'_>,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<u8>> {
    let picture = publication.cover.as_ref().map(|path| Excerpt::whole(path.clone()));
    if let Some(picture) = picture.and_then(|excerpt| media.images.get(&excerpt)) {
        let file = press.renditions.within(picture, COVER).file;
        return file.read().map(|bytes| bytes.to_vec()).or_else(|| {
            let message = "the picture of the cover is no longer where it was kept";
            diagnostics.push(Diagnostic::error(Code::UnreadableImage, message).hint(
                "the cache in the output folder was emptied while it was in use: build again",
            ));
            None
        });
    }
    let edition = publication.edition();
    // Covers have a paper of their own.
    let options = press.options(Kind::Book, "a5", FigureStyle::default(), PressSettings::default());
    pdf::render_first_page(edition, &own.cover, &options, COVER_WIDTH)
        .map_err(|problems| {
            report(problems, &own.cover, &edition.topics, press.fonts, sources, diagnostics);
        })
        .ok()
}
