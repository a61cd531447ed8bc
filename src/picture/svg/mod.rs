//! Drawings: SVG in, paths that nobody named out, or pixels where paths would
//! hold what is hidden.

mod draw;
mod scan;
mod write;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use usvg::fontdb::{Database, Family, Source};
use usvg::roxmltree::{Document, ParsingOptions};
use usvg::{FontFamily, FontResolver, ImageHrefResolver, ImageKind, Options, Tree};

use self::draw::View;
use super::pixels::Pixels;
use super::{Coding, Imported, Inspected, Problem};
use crate::fonts;
use crate::model::{Crop, Excerpt, Media, MediaFormat, Origin};

/// The most bytes of a drawing.
const MAX_BYTES: usize = 20 << 20;
/// The most elements, texts and comments of a drawing.
const MAX_NODES: u32 = 120_000;
/// The most pixels of all pictures in a drawing.
const MAX_PIXELS: u64 = 100_000_000;
/// The longer side of a drawing that goes into print as paths, in units.
const NOMINAL: f32 = 2000.0;
/// The longer side of a drawing as pixels: 20 cm in print.
const FINE: f32 = 2400.0;
/// The same, if there are pictures in it that have more.
const FINEST: f32 = 4800.0;
/// The family for whatever the fonts that Recto has cannot be asked for.
const FAMILY: &str = "Libertinus Serif";

/// Takes in a drawing. `most` is how many pixels it may have on its longer side,
/// if it has to have them.
pub(super) fn import(bytes: &[u8], excerpt: &Excerpt, most: u32) -> Result<Media, Problem> {
    media(&open(text(bytes)?, excerpt)?, excerpt.crop, most)
}

/// Looks at a drawing, and finds what [`import`] finds.
pub(super) fn inspect(bytes: &[u8], excerpt: &Excerpt) -> Result<Inspected, Problem> {
    let drawing = open(text(bytes)?, excerpt)?;
    let cost = check(&drawing, excerpt.crop)?;
    Ok(Inspected { origin: drawing.origin, cost })
}

/// Returns a clean drawing in shades of gray: it has its colors in attributes of
/// six hexadecimal digits, and no pictures.
pub(super) fn gray(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let ends = |rest: &[u8]| rest.get(7) == Some(&b'"');
    for at in 0..bytes.len() {
        let rest = &bytes[at..];
        if !rest.starts_with(b"#") || !ends(rest) {
            continue;
        }
        let digits = rest.get(1..7).and_then(|digits| std::str::from_utf8(digits).ok());
        let Some(color) = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else {
            continue;
        };
        let [_, r, g, b] = color.to_be_bytes().map(u32::from);
        let light = (299 * r + 587 * g + 114 * b + 500) / 1000;
        let gray = format!("{light:02x}{light:02x}{light:02x}");
        out[at + 1..at + 7].copy_from_slice(gray.as_bytes());
    }
    out
}

/// Takes in a drawing that was made of another format.
pub(super) fn import_text(text: &str, crop: Option<Crop>, most: u32) -> Result<Media, Problem> {
    media(&parse(text)?, crop, most)
}

/// Looks at a drawing that was made of another format. Returns how many bytes it
/// takes to draw it, and what a person must look at.
pub(super) fn inspect_text(text: &str, crop: Option<Crop>) -> Result<(u64, Vec<String>), Problem> {
    let drawing = parse(text)?;
    Ok((check(&drawing, crop)?, drawing.origin.concerns))
}

/// Paints a drawing that Recto wrote on white, its longer side `most` pixels long.
/// `None` only for what Recto did not write.
pub(super) fn rasterize(media: &Media, bytes: &[u8], most: u32) -> Option<Pixels> {
    let text = std::str::from_utf8(bytes).ok()?;
    let tree = Tree::from_str(text, &Options::default()).ok()?;
    let scale = f64::from(most.max(1)) / f64::from(media.width.max(media.height));
    let count = |length: u32| ((f64::from(length) * scale).round() as u32).max(1);
    draw::draw(&tree, View::of(tree.size()), count(media.width), count(media.height)).ok()
}

fn text(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.len() > MAX_BYTES {
        return Err(Problem::Unfit {
            message: format!("this drawing is larger than {} MB", MAX_BYTES >> 20),
            hint: "simplify it, or export it as PNG".into(),
        });
    }
    std::str::from_utf8(bytes).map_err(|_| Problem::Broken("its text is not UTF-8".into()))
}

fn open(text: &str, excerpt: &Excerpt) -> Result<Drawing, Problem> {
    if excerpt.page.is_some_and(|page| page > 1) {
        return Err(Problem::Page(1));
    }
    super::refuse_window(excerpt)?;
    parse(text)
}

/// A drawing, read.
struct Drawing {
    tree: Tree,
    origin: Origin,
    /// The most pixels that a picture in it has for a unit of the drawing.
    density: f32,
}

fn parse(text: &str) -> Result<Drawing, Problem> {
    let options =
        ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options)
        .map_err(|error| Problem::Broken(error.to_string()))?;
    let mut origin = scan::scan(&document)?.origin;
    let found = Found::default();
    let parsed = Tree::from_xmltree(&document, &found.options());
    let findings = found.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(problem) = findings.problem {
        return Err(problem);
    }
    let tree = parsed.map_err(|error| {
        Problem::Broken(match error {
            usvg::Error::InvalidSize => "it has neither a size nor a `viewBox`".into(),
            other => other.to_string(),
        })
    })?;
    let size = tree.size();
    if size.width() / size.height() > 1e3 || size.height() / size.width() > 1e3 {
        return Err(Problem::Broken("it is all but a line".into()));
    }
    if !tree.root().has_children() {
        return Err(Problem::Broken("it draws nothing".into()));
    }
    if !findings.families.is_empty() {
        let families: Vec<&str> = findings.families.iter().map(String::as_str).collect();
        origin.concerns.push(format!(
            "text that is set in {FAMILY}, for want of {}; turn text into paths to keep its shape",
            families.join(", ")
        ));
    }
    origin.removed.extend(findings.removed);
    origin.identifiers.extend(findings.identifiers);
    origin.concerns.extend(findings.concerns);
    let density = density(tree.root());
    Ok(Drawing { tree, origin, density })
}

/// What comes up while a drawing is read.
#[derive(Default)]
struct Found(Mutex<Findings>);

#[derive(Default)]
struct Findings {
    problem: Option<Problem>,
    families: BTreeSet<String>,
    pixels: u64,
    removed: Vec<String>,
    identifiers: Vec<String>,
    concerns: BTreeSet<String>,
}

impl Found {
    fn options(&self) -> Options<'_> {
        let mut options =
            Options { fontdb: database(), font_family: FAMILY.into(), ..Options::default() };
        options.image_href_resolver = ImageHrefResolver {
            resolve_data: Box::new(|_, data, _| self.picture(&data)),
            resolve_string: Box::new(|reference, _| {
                self.with(|findings| findings.problem = Some(scan::outside(reference)));
                None
            }),
        };
        let select = FontResolver::default_font_selector();
        let fall_back = FontResolver::default_fallback_selector();
        options.font_resolver = FontResolver {
            select_font: Box::new(move |font, database| {
                if let Some(FontFamily::Named(name)) = font.families().first()
                    && database
                        .query(&usvg::fontdb::Query {
                            families: &[Family::Name(name)],
                            ..usvg::fontdb::Query::default()
                        })
                        .is_none()
                {
                    self.with(|findings| findings.families.insert(name.clone()));
                }
                select(font, database)
            }),
            select_fallback: Box::new(move |c, used, database| {
                let fallback = fall_back(c, used, database);
                if fallback.is_none() && !c.is_whitespace() && !c.is_control() {
                    self.with(|findings| {
                        findings.problem.get_or_insert(Problem::Unfit {
                            message: format!(
                                "no font that Recto has shows `{c}` of this drawing's text"
                            ),
                            hint: "turn its text into paths (in Inkscape: Path > Object to Path)"
                                .into(),
                        });
                    });
                }
                fallback
            }),
        };
        options
    }

    fn with<T>(&self, change: impl FnOnce(&mut Findings) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A picture in a drawing is cleaned like any other.
    fn picture(&self, data: &[u8]) -> Option<ImageKind> {
        let imported = super::import_part(data);
        self.with(|findings| match imported {
            Ok(Imported { media, origin }) => {
                findings.pixels += u64::from(media.width) * u64::from(media.height);
                if findings.pixels > MAX_PIXELS {
                    findings.problem = Some(Problem::Unfit {
                        message: "the pictures in this drawing are too large".into(),
                        hint: "make them smaller, or export the drawing as PNG".into(),
                    });
                    return None;
                }
                let within = |text: String| format!("{text}, in a picture");
                findings.removed.extend(origin.removed.into_iter().map(within));
                findings.identifiers.extend(origin.identifiers);
                findings.concerns.extend(origin.concerns);
                // It was made a moment ago, in memory.
                let bytes = Arc::new(media.file.read()?.to_vec());
                Some(match media.format {
                    MediaFormat::Jpeg => ImageKind::JPEG(bytes),
                    MediaFormat::Png | MediaFormat::Svg => ImageKind::PNG(bytes),
                })
            }
            Err(problem) => {
                findings.problem = Some(match problem {
                    Problem::Broken(reason) => {
                        Problem::Broken(format!("of a picture in it, {reason}"))
                    }
                    other => other,
                });
                None
            }
        })
    }
}

/// The fonts that Recto has, for text in drawings.
fn database() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    let database = FONTS.get_or_init(|| {
        let mut database = Database::new();
        for font in fonts::embedded() {
            database.load_font_source(Source::Binary(Arc::new(font)));
        }
        // There is none without serifs; one of even width would be too wide.
        database.set_serif_family(FAMILY);
        database.set_sans_serif_family(FAMILY);
        database.set_cursive_family(FAMILY);
        database.set_fantasy_family(FAMILY);
        database.set_monospace_family("DejaVu Sans Mono");
        Arc::new(database)
    });
    Arc::clone(database)
}

/// Returns the most pixels that pictures have for a unit of the drawing.
fn density(group: &usvg::Group) -> f32 {
    let of = |node: &usvg::Node| match node {
        usvg::Node::Group(group) => density(group),
        usvg::Node::Text(text) => density(text.flattened()),
        usvg::Node::Image(image) => {
            let (x, y) = image.abs_transform().get_scale();
            1.0 / x.min(y).max(f32::MIN_POSITIVE)
        }
        usvg::Node::Path(_) => 0.0,
    };
    group.children().iter().map(of).fold(0.0, f32::max)
}

/// Returns the part of a drawing to keep.
fn view(tree: &Tree, crop: Option<Crop>) -> Result<View, Problem> {
    let size = tree.size();
    let Some(crop) = crop else { return Ok(View::of(size)) };
    let (author_width, author_height) = author_size(View::of(size));
    let share = |point: crate::model::Point| {
        (point.x.share(author_width) as f32, point.y.share(author_height) as f32)
    };
    let (min, max) = (share(crop.min), share(crop.max));
    if max.0 > 1.001 || max.1 > 1.001 || min.0 >= max.0 || min.1 >= max.1 {
        return Err(Problem::Crop(author_width, author_height));
    }
    Ok(View {
        left: min.0 * size.width(),
        top: min.1 * size.height(),
        width: (max.0.min(1.0) - min.0) * size.width(),
        height: (max.1.min(1.0) - min.1) * size.height(),
    })
}

/// Returns how many pixels the author counts: one for each unit of the drawing.
fn author_size(view: View) -> (u32, u32) {
    let count = |length: f32| (length.round() as u32).max(1);
    (count(view.width), count(view.height))
}

/// Returns how many pixels a drawing has, if it has to have them.
fn pixels(drawing: &Drawing, view: View, most: u32) -> (u32, u32) {
    let longer = view.width.max(view.height);
    let fine = (drawing.density * longer).clamp(FINE, FINEST).min(most as f32);
    scaled(view, fine / longer)
}

fn scaled(view: View, scale: f32) -> (u32, u32) {
    let count = |length: f32| ((length * scale).round() as u32).max(1);
    (count(view.width), count(view.height))
}

/// Sees that a drawing can be painted, for books and cards have pixels of all.
/// Returns how many bytes it takes.
fn check(drawing: &Drawing, crop: Option<Crop>) -> Result<u64, Problem> {
    let view = view(&drawing.tree, crop)?;
    let (width, height) = pixels(drawing, view, u32::MAX);
    let scale = (width as f32 / view.width, height as f32 / view.height);
    draw::refuse_costly(&drawing.tree, scale, f64::from(width) * f64::from(height))?;
    Ok(u64::from(width) * u64::from(height) * 8)
}

fn media(drawing: &Drawing, crop: Option<Crop>, most: u32) -> Result<Media, Problem> {
    let tree = &drawing.tree;
    check(drawing, crop)?;
    let view = view(tree, crop)?;
    let source = author_size(view);
    let whole = View::of(tree.size());
    let nominal = scaled(whole, NOMINAL / whole.width.max(whole.height));
    if crop.is_none()
        && let Some(svg) = write::write(tree, nominal.0, nominal.1)
    {
        let media = super::media(svg.into_bytes(), Coding::Png, nominal, source);
        return Ok(Media { format: MediaFormat::Svg, ..media });
    }
    let (width, height) = pixels(drawing, view, most);
    let mut drawn = draw::draw(tree, view, width, height)?;
    drawn.simplify();
    Ok(super::media(drawn.encode(Coding::Png, 0)?, Coding::Png, (width, height), source))
}
