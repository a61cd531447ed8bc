//! The pictures of an edition as files: clean, and with their marks baked in.
//!
//! Books and cards need pixels, since few reading systems show an SVG over a
//! raster. Names are flat and end in a hash of the bytes, so that a new picture
//! never hides behind an old name.

use std::collections::BTreeMap;
use std::sync::Arc;

use tiny_skia::{
    Color as Ink, FillRule, IntSize, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke,
    Transform,
};

use super::overlay::{self, Outline, Overlay, Segment};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Blob, Bounds, Media, MediaFormat, MediaSet, NodeId, Panel, Topic};
use crate::parallel::in_order;
use crate::picture::Renditions;

/// A picture as a file.
#[derive(Debug, Clone)]
pub struct Picture {
    /// A flat name, unique by content: `emh-frontal-1f0c9a2b.jpg`.
    pub name: String,
    /// The file.
    pub file: Blob,
    /// The BLAKE3 hash of the file, in hexadecimal digits.
    pub hash: Arc<str>,
    /// How it is encoded.
    pub format: MediaFormat,
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
}

impl Picture {
    /// Returns the file; `None`, after a message, if it is no longer where it was kept.
    pub fn read(&self, diagnostics: &mut Diagnostics) -> Option<Arc<[u8]>> {
        let bytes = self.file.read();
        if bytes.is_none() {
            let message = format!("the picture `{}` is no longer where it was kept", self.name);
            diagnostics.push(Diagnostic::error(Code::UnreadableImage, message).hint(
                "the cache in the output folder was emptied while it was in use: build again",
            ));
        }
        bytes
    }
}

/// The two faces of a panel.
#[derive(Debug, Clone)]
pub struct Illustration {
    /// Without marks.
    pub clean: Picture,
    /// With marks; `None` if nothing is drawn on it.
    pub annotated: Option<Picture>,
}

impl Illustration {
    /// Returns the picture that stands in the text: the annotated one if there
    /// is one.
    pub fn shown(&self) -> &Picture {
        self.annotated.as_ref().unwrap_or(&self.clean)
    }
}

/// The illustrations of the panels of figures.
#[derive(Debug, Clone, Default)]
pub struct Illustrations {
    panels: BTreeMap<NodeId, Illustration>,
}

impl Illustrations {
    /// Makes the pictures of all figures of topics within bounds, on `jobs`
    /// threads.
    pub fn prepare(
        topics: &[Arc<Topic>],
        media: &MediaSet,
        renditions: &Renditions,
        bounds: Bounds,
        jobs: usize,
    ) -> Self {
        let panels = overlay::panels(topics, |_| true);
        let made = in_order(jobs, &panels, |(panel, room)| {
            let media = media.images.get(&panel.image.excerpt)?;
            Some((panel.id, illustrate(panel, *room, media, renditions, bounds)))
        });
        Self { panels: made.into_iter().flatten().collect() }
    }

    /// Returns the illustration of a panel; `None` only if its picture could
    /// not be read.
    pub fn get(&self, panel: NodeId) -> Option<&Illustration> {
        self.panels.get(&panel)
    }
}

fn illustrate(
    panel: &Panel,
    room: f64,
    media: &Media,
    renditions: &Renditions,
    bounds: Bounds,
) -> Illustration {
    let stem = file_stem(panel.image.excerpt.path.stem());
    let clean = renditions.within(media, bounds);
    let clean = Picture {
        name: name(&stem, "", &clean.hash, clean.format),
        file: clean.file.clone(),
        hash: Arc::clone(&clean.hash),
        format: clean.format,
        width: clean.width,
        height: clean.height,
    };
    let overlay = overlay::draw(panel, media, clean.width, clean.height, room);
    let drawn = overlay.drawings.iter().any(|drawing| !drawing.outlines.is_empty());
    let what = format!("{overlay:?}");
    let bake = |pixels: &mut Vec<u8>, width, height| bake(pixels, width, height, &overlay);
    let baked = drawn.then(|| renditions.painted(media, bounds, &what, &bake)).flatten();
    let annotated = baked.map(|baked| Picture {
        name: name(&stem, "-marks", &baked.hash, baked.format),
        file: baked.file,
        hash: baked.hash,
        format: baked.format,
        width: baked.width,
        height: baked.height,
    });
    Illustration { clean, annotated }
}

fn name(stem: &str, suffix: &str, hash: &str, format: MediaFormat) -> String {
    let hash = hash.get(..8).unwrap_or(hash);
    format!("{stem}{suffix}-{hash}.{}", format.extension())
}

/// Keeps to the characters that are safe in file names, XML and Anki's fields.
fn file_stem(stem: &str) -> String {
    let safe: String = stem
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '-' })
        .take(60)
        .collect();
    if safe.trim_matches('-').is_empty() { "image".into() } else { safe.trim_matches('-').into() }
}

/// Draws the overlay into pixels of red, green, blue and alpha. `None` if they
/// are too many to draw on.
fn bake(pixels: &mut Vec<u8>, width: u32, height: u32, overlay: &Overlay) -> Option<()> {
    // Pixels are opaque here, and so the same whether multiplied by alpha or not.
    let size = IntSize::from_wh(width, height)?;
    let mut pixmap = Pixmap::from_vec(std::mem::take(pixels), size)?;
    paint(&mut pixmap, overlay);
    *pixels = pixmap.take();
    Some(())
}

/// Paints halos first and fills after, so that no halo covers another mark.
fn paint(pixmap: &mut Pixmap, overlay: &Overlay) {
    let shapes: Vec<_> = overlay
        .drawings
        .iter()
        .filter_map(|drawing| Some((drawing, path(&drawing.outlines)?)))
        .collect();
    let stroke = Stroke {
        width: (overlay.halo * 2.0) as f32,
        line_join: LineJoin::Round,
        line_cap: LineCap::Round,
        ..Stroke::default()
    };
    for (drawing, path) in &shapes {
        let paint = ink(drawing.color.halo());
        pixmap.stroke_path(path, &paint, &stroke, Transform::identity(), None);
    }
    for (drawing, path) in &shapes {
        let paint = ink(drawing.color.rgb());
        pixmap.fill_path(path, &paint, FillRule::Winding, Transform::identity(), None);
    }
}

fn ink([r, g, b]: [u8; 3]) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(Ink::from_rgba8(r, g, b, 255));
    paint.anti_alias = true;
    paint
}

fn path(outlines: &[Outline]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for outline in outlines {
        builder.move_to(outline.start.0 as f32, outline.start.1 as f32);
        for segment in &outline.segments {
            match *segment {
                Segment::Line(to) => builder.line_to(to.0 as f32, to.1 as f32),
                Segment::Cubic(a, b, to) => builder.cubic_to(
                    a.0 as f32,
                    a.1 as f32,
                    b.0 as f32,
                    b.1 as f32,
                    to.0 as f32,
                    to.1 as f32,
                ),
            }
        }
        builder.close();
    }
    builder.finish()
}
