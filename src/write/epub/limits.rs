//! What some reading systems and stores do not take, as warnings.
//!
//! Knows: the limits that vendors name. Must not know: templates. EPUB itself has
//! no such limits, so no validator tells of them.

use std::sync::Arc;

use super::prose::Matter;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Panel, Topic};
use crate::write::illustration::Picture;

/// The largest chapter, in bytes as it is unpacked: the engine of many older devices
/// has little memory for one document.
const CHAPTER: usize = 300_000;
/// The largest picture, in pixels and in bytes: what large stores take.
const PIXELS: u64 = 4_000_000;
const PICTURE: u64 = 5_000_000;
/// The largest book, in bytes: what can be sent to a device.
const BOOK: u64 = 200_000_000;

/// Warns of a chapter that is too large for some.
pub(super) fn chapter(topic: &Topic, bytes: usize, diagnostics: &mut Diagnostics) {
    if bytes > CHAPTER {
        diagnostics.push(
            Diagnostic::warning(
                Code::HeavyBook,
                format!("this chapter is a file of {} kB in the EPUB", bytes / 1000),
            )
            .at(topic.id.span)
            .hint("older reading systems open no file of more than 300 kB: part the topic in two"),
        );
    }
}

/// Warns of pictures that are too large for some, each once.
pub(super) fn pictures(matter: Matter<'_>, diagnostics: &mut Diagnostics) {
    let figures = matter.survey.chapters.iter().flat_map(|chapter| &chapter.figures);
    for panel in figures.flat_map(|figure| &figure.panels) {
        let Some(illustration) = matter.illustrations.get(panel.id) else { continue };
        if let Some(message) = matter.faces(illustration).filter_map(too_large).next() {
            diagnostics.push(told(message, panel));
        }
    }
}

fn told(message: String, panel: &Panel) -> Diagnostic {
    Diagnostic::warning(Code::HeavyBook, message).at(panel.image.span).hint(
        "some stores take no picture of more than 4 megapixels or 5 MB: let `images` of the \
         manifest make those of `epub` smaller",
    )
}

fn too_large(picture: &Picture) -> Option<String> {
    let pixels = u64::from(picture.width) * u64::from(picture.height);
    let size = if pixels > PIXELS {
        format!("{:.1} megapixels", pixels as f64 / 1e6)
    } else if picture.file.size() > PICTURE {
        format!("{:.1} MB", picture.file.size() as f64 / 1e6)
    } else {
        return None;
    };
    Some(format!("this picture has {size} in the EPUB"))
}

/// Warns of a book that is too large for some.
pub(super) fn book(topics: &[Arc<Topic>], bytes: u64, diagnostics: &mut Diagnostics) {
    if bytes > BOOK {
        let message = format!("the EPUB that begins here has {} MB", bytes / 1_000_000);
        let mut diagnostic = Diagnostic::warning(Code::HeavyBook, message).hint(
            "books of more than 200 MB cannot be sent to some devices: make two of it, or let \
             `images` of the manifest make the pictures of `epub` smaller",
        );
        if let Some(topic) = topics.first() {
            diagnostic = diagnostic.at(topic.id.span);
        }
        diagnostics.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MediaFormat;

    fn picture(width: u32, height: u32, bytes: u64) -> Picture {
        let file = vec![0; usize::try_from(bytes).expect("few")].into();
        let hash = "".into();
        Picture { name: "a.jpg".into(), file, hash, format: MediaFormat::Jpeg, width, height }
    }

    #[test]
    fn pictures_are_measured_in_pixels_and_in_bytes() {
        assert_eq!(too_large(&picture(2000, 2000, PICTURE)), None);
        let wide = too_large(&picture(2001, 2000, 1)).expect("a message");
        assert_eq!(wide, "this picture has 4.0 megapixels in the EPUB");
        let heavy = too_large(&picture(10, 10, 5_200_000)).expect("a message");
        assert_eq!(heavy, "this picture has 5.2 MB in the EPUB");
    }

    #[test]
    fn whole_books_are_measured() {
        let told = |bytes| {
            let mut diagnostics = Diagnostics::default();
            book(&[], bytes, &mut diagnostics);
            let all = diagnostics.sorted().into_iter();
            all.map(|diagnostic| (diagnostic.code, diagnostic.message)).collect::<Vec<_>>()
        };
        assert_eq!(told(BOOK), []);
        let message = "the EPUB that begins here has 234 MB".to_owned();
        assert_eq!(told(234_567_890), [(Code::HeavyBook, message)]);
    }
}
