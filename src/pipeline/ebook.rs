//! Books for reading systems: their covers, and what is said of them.

use blake3::{Hash, Hasher};

use super::kept::Kept;
use super::{OwnLayouts, Press, Publication, report};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::files::Spool;
use crate::layout::{Layout, Layouts};
use crate::model::{
    Block, Bounds, Edition, Excerpt, FigureStyle, MediaSet, Pagination, PressSettings, Section,
};
use crate::source::Sources;
use crate::write::epub;
use crate::write::illustration::Illustrations;
use crate::write::pdf::kept::{digest, pictures};
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
    /// Those of the project among them.
    pub(super) layouts: &'a Layouts,
    pub(super) press: &'a Press<'a>,
    pub(super) kept: &'a Kept,
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
        jobs: means.press.jobs,
    };
    let (layout, illustrations) = (&means.own.epub, means.illustrations);
    epub::write(publication.edition(), illustrations, layout, &options, &mut spool, diagnostics)?;
    Some(spool)
}

fn cover(
    publication: &Publication,
    Means { media, own, layouts, press, kept, .. }: &Means<'_>,
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
    let is_ours = ["cover", "recto"].iter().all(|name| layouts.own_files(name).next().is_none());
    let mut draw = || {
        let shown = is_ours.then(|| pdf::shown_on_covers(edition));
        let shown = shown.as_ref().unwrap_or(edition);
        pdf::render_first_page(shown, &own.cover, &options, COVER_WIDTH)
            .map_err(|problems| {
                report(problems, &own.cover, &edition.topics, press.fonts, sources, diagnostics);
            })
            .ok()
    };
    match made_of(edition, &own.cover, &options, is_ours) {
        Some(made_of) => kept.bytes_or_make("cover", &made_of, draw),
        None => draw(),
    }
}

/// Returns what a cover is made of. A layout may show anything of a book, but ours shows what
/// it says of itself, and a picture: a word in a chapter draws no other cover.
fn made_of(
    edition: &Edition,
    layout: &Layout,
    options: &pdf::Options,
    is_ours: bool,
) -> Option<Hash> {
    if !is_ours {
        return digest(edition, layout, options);
    }
    let mut hasher = Hasher::new();
    let Edition { metadata, topics, media, .. } = edition;
    hasher.update(pictures(topics, media).as_bytes());
    hasher.update(format!("{metadata:?} {} {:?}", options.said(), layout.settings).as_bytes());
    let mut fronts = Vec::new();
    topics.iter().for_each(|topic| add_fronts(&topic.sections, &mut fronts));
    hasher.update(format!("{fronts:?}").as_bytes());
    Some(hasher.finalize())
}

/// Adds the pictures that our cover chooses from: those of figures that stand in sections,
/// and in nothing else there.
fn add_fronts<'a>(sections: &'a [Section], fronts: &mut Vec<Option<&'a Excerpt>>) {
    for section in sections {
        fronts.extend(section.blocks.iter().filter_map(|block| match block {
            Block::Figure(figure) => Some(figure.panels.first().map(|panel| &panel.image.excerpt)),
            _ => None,
        }));
        add_fronts(&section.sections, fronts);
    }
}
