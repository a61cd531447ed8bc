//! The pictures of an edition as files: clean, and with their marks baked in.
//!
//! Books and cards need pixels, since few reading systems show an SVG over a
//! raster. Names are flat and end in a hash of the bytes, so that a new picture
//! never hides behind an old name.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageEncoder};
use tiny_skia::{
    Color as Ink, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, Transform,
};

use super::overlay::{self, Outline, Overlay, Segment};
use crate::model::{Figure, Media, MediaFormat, MediaSet, NodeId, Topic, Visitor, walk_topic};

/// A picture as a file.
#[derive(Debug, Clone)]
pub struct Picture {
    /// A flat name, unique by content: `emh-frontal-1f0c9a2b.jpg`.
    pub name: String,
    /// The file.
    pub bytes: Arc<[u8]>,
    /// How it is encoded.
    pub format: MediaFormat,
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
}

/// The two faces of a figure.
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

/// The illustrations of figures.
#[derive(Debug, Clone, Default)]
pub struct Illustrations {
    figures: BTreeMap<NodeId, Illustration>,
}

impl Illustrations {
    /// Makes the pictures of all figures of topics, on `jobs` threads.
    pub fn prepare(topics: &[Arc<Topic>], media: &MediaSet, jobs: usize) -> Self {
        let mut collector = Collector::default();
        for topic in topics {
            walk_topic(topic, &mut collector);
        }
        let queue = Mutex::new(collector.figures.iter());
        let done = Mutex::new(BTreeMap::new());
        std::thread::scope(|scope| {
            for _ in 0..jobs.clamp(1, collector.figures.len().max(1)) {
                scope.spawn(|| {
                    loop {
                        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                        let Some(figure) = next else { return };
                        let Some(media) = media.images.get(&figure.image.path.value) else {
                            continue;
                        };
                        let illustration = illustrate(figure, media);
                        done.lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .insert(figure.id, illustration);
                    }
                });
            }
        });
        Self { figures: done.into_inner().unwrap_or_else(PoisonError::into_inner) }
    }

    /// Returns the illustration of a figure; `None` only if its picture could
    /// not be read.
    pub fn get(&self, figure: NodeId) -> Option<&Illustration> {
        self.figures.get(&figure)
    }
}

#[derive(Default)]
struct Collector {
    figures: Vec<Figure>,
}

impl Visitor for Collector {
    fn figure(&mut self, figure: &Figure) {
        self.figures.push(figure.clone());
    }
}

fn illustrate(figure: &Figure, media: &Media) -> Illustration {
    let stem = file_stem(figure.image.path.value.stem());
    let clean = Picture {
        name: name(&stem, "", &media.hash, media.format),
        bytes: Arc::clone(&media.bytes),
        format: media.format,
        width: media.width,
        height: media.height,
    };
    let overlay = overlay::draw(figure, media.width, media.height);
    let drawn = overlay.drawings.iter().any(|drawing| !drawing.outlines.is_empty());
    let annotated = drawn.then(|| bake(media, &overlay)).flatten().map(|bytes| {
        let hash = blake3::hash(&bytes).to_hex();
        Picture {
            name: name(&stem, "-marks", &hash, media.format),
            bytes: bytes.into(),
            format: media.format,
            width: media.width,
            height: media.height,
        }
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

/// Draws the overlay into the picture's pixels. `None` if the picture cannot be
/// decoded; it was when it was read, so that is a picture too large to draw on.
fn bake(media: &Media, overlay: &Overlay) -> Option<Vec<u8>> {
    let decoded = image::load_from_memory(&media.bytes).ok()?;
    let profile = color_profile(media);
    let gray = !decoded.color().has_color()
        && overlay.drawings.iter().all(|drawing| {
            let [r, g, b] = drawing.color.rgb();
            r == g && g == b
        });
    let rgba = decoded.to_rgba8();
    let mut pixmap = Pixmap::new(media.width, media.height)?;
    for (pixel, source) in pixmap.pixels_mut().iter_mut().zip(rgba.pixels()) {
        let [r, g, b, a] = source.0;
        *pixel = tiny_skia::ColorU8::from_rgba(r, g, b, a).premultiply();
    }
    paint(&mut pixmap, overlay);

    let mut pixels = Vec::with_capacity(rgba.len());
    for pixel in pixmap.pixels() {
        let color = pixel.demultiply();
        pixels.extend([color.red(), color.green(), color.blue(), color.alpha()]);
    }
    let painted =
        DynamicImage::ImageRgba8(image::RgbaImage::from_raw(media.width, media.height, pixels)?);
    let opaque = if gray {
        DynamicImage::ImageLuma8(painted.to_luma8())
    } else {
        DynamicImage::ImageRgb8(painted.to_rgb8())
    };
    let mut bytes = Cursor::new(Vec::new());
    match media.format {
        MediaFormat::Jpeg => {
            let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
            if let Some(profile) = profile {
                encoder.set_icc_profile(profile).ok()?;
            }
            opaque.write_with_encoder(encoder).ok()?;
        }
        MediaFormat::Png => {
            let mut encoder = PngEncoder::new(&mut bytes);
            if let Some(profile) = profile {
                encoder.set_icc_profile(profile).ok()?;
            }
            let keep = if decoded.color().has_alpha() { painted } else { opaque };
            keep.write_with_encoder(encoder).ok()?;
        }
    }
    Some(bytes.into_inner())
}

/// The profile belongs to the pixels: what was read with one is written with it.
fn color_profile(media: &Media) -> Option<Vec<u8>> {
    use image::ImageDecoder;
    let reader =
        image::ImageReader::new(Cursor::new(&media.bytes[..])).with_guessed_format().ok()?;
    reader.into_decoder().ok()?.icc_profile().ok()?
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
        pixmap.fill_path(path, &paint, FillRule::EvenOdd, Transform::identity(), None);
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
