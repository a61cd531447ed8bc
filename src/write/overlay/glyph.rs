//! Letters as outlines.

use std::sync::OnceLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::raw::TableProvider;
use skrifa::{FontRef, MetadataProvider};

use super::{Outline, Place, Segment};

/// A line of text, drawn.
#[derive(Debug, Clone)]
pub(super) struct Text {
    /// The outlines: the text starts at 0 and stands on 0.
    outlines: Vec<Outline>,
    /// Its width.
    pub(super) width: f64,
    /// The height of its capitals.
    pub(super) height: f64,
}

/// The height of capitals in em, of the face that letters are drawn with.
const CAPITAL: f64 = 0.729;
/// Letters of a face whose letters are all as wide stand too far apart.
const TRACKING: f64 = -0.045;
/// As for the space between a number and its unit.
const SPACE: f64 = 0.3;

/// Draws a text whose capitals are so high. Characters that the face lacks are
/// left out.
pub(super) fn text(text: &str, capital: f64) -> Text {
    let em = capital / CAPITAL;
    let mut outlines = Vec::new();
    if let Some(font) = face() {
        // Scaled here, for sizes of the crate are rounded to parts of a pixel.
        let (size, scale) = (Size::new(1000.0), em / 1000.0);
        let (charmap, glyphs) = (font.charmap(), font.outline_glyphs());
        let metrics = font.glyph_metrics(size, LocationRef::default());
        let mut x = 0.0;
        for character in text.chars() {
            if character.is_whitespace() {
                x += SPACE * em;
                continue;
            }
            let Some(id) = charmap.map(character) else { continue };
            let mut pen = Pen { x, scale, outlines: Vec::new(), here: (0.0, 0.0) };
            if let Some(glyph) = glyphs.get(id)
                && glyph
                    .draw(DrawSettings::unhinted(size, LocationRef::default()), &mut pen)
                    .is_ok()
            {
                outlines.append(&mut pen.outlines);
            }
            x += f64::from(metrics.advance_width(id).unwrap_or_default()) * scale + TRACKING * em;
        }
    }
    let (left, right) = outlines
        .iter()
        .flat_map(|outline| std::iter::once(outline.start.0).chain(ends(outline).map(|end| end.0)))
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(left, right), x| (left.min(x), right.max(x)));
    if left > right {
        return Text { outlines, width: 0.0, height: capital };
    }
    let outlines = outlines.iter().map(|outline| moved(outline, (-left, 0.0))).collect();
    Text { outlines, width: right - left, height: capital }
}

impl Text {
    /// Returns the outlines with the middle of the text at a place.
    pub(super) fn centered(&self, (x, y): Place) -> impl Iterator<Item = Outline> {
        let by = (x - self.width / 2.0, y + self.height / 2.0);
        self.outlines.iter().map(move |outline| moved(outline, by))
    }
}

fn ends(outline: &Outline) -> impl Iterator<Item = Place> {
    outline.segments.iter().map(|segment| match segment {
        Segment::Line(end) | Segment::Cubic(_, _, end) => *end,
    })
}

fn moved(outline: &Outline, (dx, dy): Place) -> Outline {
    let by = |(x, y): Place| (x + dx, y + dy);
    let segments = outline.segments.iter().map(|segment| match *segment {
        Segment::Line(end) => Segment::Line(by(end)),
        Segment::Cubic(a, b, end) => Segment::Cubic(by(a), by(b), by(end)),
    });
    Outline { start: by(outline.start), segments: segments.collect() }
}

/// The bold face without serifs, found by its name and weight.
fn face() -> Option<&'static FontRef<'static>> {
    static FACE: OnceLock<Option<FontRef<'static>>> = OnceLock::new();
    FACE.get_or_init(|| {
        crate::fonts::embedded().filter_map(|bytes| FontRef::from_index(bytes, 0).ok()).find(
            |font| {
                let name = skrifa::string::StringId::FAMILY_NAME;
                let is_sans = font
                    .localized_strings(name)
                    .any(|name| name.chars().eq("DejaVu Sans Mono".chars()));
                let upright = font.post().is_ok_and(|post| post.italic_angle().to_f64() == 0.0);
                let bold = font.os2().is_ok_and(|os2| os2.us_weight_class() >= 700);
                is_sans && upright && bold
            },
        )
    })
    .as_ref()
}

/// Takes what a face draws, which has its origin on the line and goes up.
struct Pen {
    x: f64,
    scale: f64,
    outlines: Vec<Outline>,
    here: Place,
}

impl Pen {
    fn place(&self, x: f32, y: f32) -> Place {
        (self.x + f64::from(x) * self.scale, -f64::from(y) * self.scale)
    }

    fn push(&mut self, segment: Segment) {
        if let Some(outline) = self.outlines.last_mut() {
            outline.segments.push(segment);
        }
        self.here = match segment {
            Segment::Line(end) | Segment::Cubic(_, _, end) => end,
        };
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.here = self.place(x, y);
        self.outlines.push(Outline { start: self.here, segments: Vec::new() });
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.push(Segment::Line(self.place(x, y)));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let (start, control, end) = (self.here, self.place(cx, cy), self.place(x, y));
        let toward = |from: Place| {
            (from.0 + (control.0 - from.0) * 2.0 / 3.0, from.1 + (control.1 - from.1) * 2.0 / 3.0)
        };
        self.push(Segment::Cubic(toward(start), toward(end), end));
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let (a, b, end) = (self.place(ax, ay), self.place(bx, by), self.place(x, y));
        self.push(Segment::Cubic(a, b, end));
    }

    fn close(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Letter;

    #[test]
    fn the_face_has_what_letters_may_be() {
        let charmap = face().expect("the face").charmap();
        for code in 0..0x500 {
            let Some(character) = char::from_u32(code) else { continue };
            if Letter::new(&character.to_string()).is_some() {
                assert!(charmap.map(character).is_some(), "{character}");
            }
        }
        assert!("0123456789 ,.nµmc".chars().all(|c| charmap.map(c).is_some()));
    }

    #[test]
    fn capitals_are_as_high_as_wanted() {
        let drawn = text("H", 100.0);
        let ys = drawn.outlines.iter().flat_map(ends).map(|place| place.1);
        let (top, bottom) =
            ys.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)));
        assert!((top + 100.0).abs() < 0.5 && bottom.abs() < 0.5, "{top} {bottom}");
        assert!(drawn.width > 50.0 && drawn.width < 90.0, "{}", drawn.width);
    }
}
