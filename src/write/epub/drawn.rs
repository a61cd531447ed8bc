//! A picture with its marks drawn over it, as SVG in the page.
//!
//! Knows: overlays, and the words for marks. Must not know: the text round it.
//!
//! The picture is an `image` of the drawing, not an element below it: that needs no
//! style to lie right, and grows with the marks. It is named by `xlink:href`, for
//! some engines know no other. Letters are outlines, so no font is needed.

use crate::model::{Edition, Figure, Language, Media, Panel, plain_text};
use crate::words::mark_wording;
use crate::write::html::escaped;
use crate::write::illustration::Picture;
use crate::write::overlay::{self, Overlay, svg_path};

/// A picture, and what is drawn over it.
pub(super) struct Drawn<'a> {
    figure: &'a Figure,
    panel: &'a Panel,
    picture: &'a Picture,
    overlay: Overlay,
}

impl<'a> Drawn<'a> {
    /// Draws the marks of a picture; `None` if there are none.
    pub(super) fn of(
        figure: &'a Figure,
        panel: &'a Panel,
        picture: &'a Picture,
        edition: &Edition,
    ) -> Option<Self> {
        let media: &Media = edition.media.images.get(&panel.image.excerpt)?;
        let room = overlay::room(figure);
        let overlay = overlay::draw(panel, media, picture.width, picture.height, room);
        let drawn = overlay.drawings.iter().any(|drawing| !drawing.outlines.is_empty());
        drawn.then_some(Self { figure, panel, picture, overlay })
    }

    /// Writes it; `details` is the number of its long description. Marks say what they
    /// are in `language`; without one they are decoration.
    pub(super) fn write(
        &self,
        details: Option<usize>,
        language: Option<&Language>,
        out: &mut String,
    ) {
        let (width, height) = (self.picture.width, self.picture.height);
        let details = details.map(super::descriptions::id);
        let details = details.map(|id| format!(" aria-details=\"{id}\"")).unwrap_or_default();
        out.push_str(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" \
             xmlns:xlink=\"http://www.w3.org/1999/xlink\" class=\"overlay\" role=\"group\" \
             aria-label=\"{}\"{details} width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\">\n\
             <image xlink:href=\"{}/{}\" width=\"{width}\" height=\"{height}\"/>\n",
            escaped(&self.panel.image.alt),
            super::IMAGES,
            escaped(&self.picture.name),
        ));
        let drawn = self.panel.marks.iter().zip(&self.overlay.drawings);
        let drawn: Vec<_> = drawn
            .filter(|(_, drawing)| !drawing.outlines.is_empty())
            .map(|(mark, drawing)| (mark, drawing, svg_path(&drawing.outlines)))
            .collect();
        // Halos first, so that none covers another mark.
        out.push_str(&format!(
            "<g aria-hidden=\"true\" fill=\"none\" stroke-width=\"{:.2}\" \
             stroke-linejoin=\"round\" stroke-linecap=\"round\">\n",
            self.overlay.halo * 2.0
        ));
        for (_, drawing, path) in &drawn {
            let halo = hex(drawing.color.halo());
            out.push_str(&format!("<path d=\"{path}\" stroke=\"{halo}\"/>\n"));
        }
        out.push_str("</g>\n");
        for (mark, drawing, path) in &drawn {
            let said = language.map(|language| {
                let called = mark_wording(language, self.figure, &mark.id.value);
                let said = called.into_iter().chain([plain_text(&mark.means)]);
                said.collect::<Vec<_>>().join(": ")
            });
            let words = match said {
                Some(said) => format!("role=\"img\" aria-label=\"{}\"", escaped(&said)),
                None => "aria-hidden=\"true\"".to_owned(),
            };
            let fill = hex(drawing.color.rgb());
            out.push_str(&format!("<g {words}><path d=\"{path}\" fill=\"{fill}\"/></g>\n"));
        }
        out.push_str("</svg>\n");
    }
}

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}
