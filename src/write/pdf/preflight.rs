//! What would print badly, found on laid-out pages before they are written.
//!
//! Frames tell more than a finished file does: what is a running head, what a
//! picture was made from, where a chapter begins.

use std::collections::BTreeMap;

use typst::ecow::EcoString;
use typst::foundations::{StyleChain, Value};
use typst::introspection::{Location, MetadataElem, Tag};
use typst::layout::{Abs, Frame, FrameItem, Point, Rect, Transform};
use typst::model::HeadingElem;
use typst::pdf::ArtifactElem;
use typst::text::{FontFlags, TextItem};
use typst::visualize::{Image, ImageKind, Paint, Shape};
use typst_layout::{Page, PagedDocument};

use super::gray;

/// Fewer dots to the inch than these are seen.
pub const LEAST_DPI: f64 = 200.0;
/// Smaller text than this can hardly be read, in points.
pub const LEAST_TYPE: f64 = 6.0;
/// Modules of codes that are smaller than this, in millimeters, are no more than two
/// dots of a copier, and hard for the camera of a phone.
pub const LEAST_MODULE: f64 = 0.4;
/// How much of the edges printers cannot be trusted with, in millimeters.
pub const SAFE: f64 = 5.0;
/// Fewer lines than these on a page of their own are too few.
const LEAST_LINES: usize = 5;

/// Something that would print badly.
#[derive(Debug, Clone, PartialEq)]
pub struct Flaw {
    /// The page, from 1, as it lies in the file.
    pub page: usize,
    /// What.
    pub kind: FlawKind,
}

/// What would print badly.
#[derive(Debug, Clone, PartialEq)]
pub enum FlawKind {
    /// A picture that has too few dots for the size that it is printed in.
    Coarse {
        /// The hash of the picture; `None` for one of the layout.
        picture: Option<String>,
        /// Dots to the inch.
        dpi: f64,
        /// How many pixels across would be enough.
        enough: u32,
    },
    /// Text that is too small.
    Tiny {
        /// Its size, in points.
        points: f64,
        /// What it says.
        text: String,
    },
    /// Something too near to the edge.
    Outside {
        /// What it says, if it is text.
        text: Option<String>,
        /// The edge: "left", "right", "top", "bottom".
        edge: &'static str,
        /// How far from the edge, in millimeters; less than 0 beyond it.
        distance: f64,
    },
    /// A page with few lines that nothing else follows.
    Thin {
        /// How many lines.
        lines: usize,
    },
    /// Something in color, where gray was asked for.
    Colored {
        /// What: "a picture", "a gradient".
        what: &'static str,
    },
    /// A code to scan that is too small.
    SmallCode {
        /// The address that it is of.
        url: String,
        /// How wide a module is, in millimeters.
        module: f64,
        /// How wide the code is, with the quiet around it, in modules.
        modules: f64,
    },
    /// Characters without a glyph.
    Unseen {
        /// The text that holds them.
        text: String,
    },
}

/// A picture of topics.
pub(super) struct Picture {
    /// Its hash.
    pub(super) hash: String,
    /// How many pixels wide it is; 0 of a drawing.
    pub(super) width: u32,
}

/// Finds what would print badly, the worst of each kind on a page; of codes, all. `picture` tells
/// which one of topics a picture is; `in_gray` whether there is to be no color; `are_cards` whether
/// pages are cards, which may be wider than high.
pub(super) fn inspect(
    document: &PagedDocument,
    picture: &dyn Fn(&Image) -> Option<Picture>,
    in_gray: bool,
    are_cards: bool,
) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let mut started = false;
    for (index, page) in document.pages().iter().enumerate() {
        let mut sheet = Sheet::of(page, picture, in_gray);
        sheet.is_card = are_cards;
        sheet.walk(&page.frame, Transform::identity(), None);
        sheet.judge_text();
        sheet.judge_lines(started);
        started |= sheet.starts;
        let found = sheet.found.into_values().flatten();
        flaws.extend(found.map(|kind| Flaw { page: index + 1, kind }));
    }
    flaws
}

/// A piece of a line.
struct Run {
    from: f64,
    to: f64,
    baseline: f64,
    points: f64,
    text: String,
    is_artifact: bool,
    is_formula: bool,
}

/// A page that is looked at.
struct Sheet<'a> {
    page: &'a Page,
    picture: &'a dyn Fn(&Image) -> Option<Picture>,
    in_gray: bool,
    runs: Vec<Run>,
    /// The artifacts that the walk is in: running heads, decorations.
    artifacts: Vec<Location>,
    has_picture: bool,
    /// Whether a chapter begins here, or what has a heading as one: a colophon.
    opens: bool,
    /// Whether it is one that the contents list.
    starts: bool,
    /// Whether it is one side of a card.
    is_card: bool,
    /// By kind; of pictures, all that are not the same.
    found: BTreeMap<u8, Vec<FlawKind>>,
}

impl<'a> Sheet<'a> {
    fn of(page: &'a Page, picture: &'a dyn Fn(&Image) -> Option<Picture>, in_gray: bool) -> Self {
        Self {
            page,
            picture,
            in_gray,
            runs: Vec::new(),
            artifacts: Vec::new(),
            has_picture: false,
            opens: false,
            starts: false,
            is_card: false,
            found: BTreeMap::new(),
        }
    }

    /// Slides are for a screen: they have neither edges nor too few lines.
    fn is_for_paper(&self) -> bool {
        self.is_card || self.page.frame.width() <= self.page.frame.height()
    }

    fn walk(&mut self, frame: &Frame, transform: Transform, clip: Option<Rect>) {
        for (position, item) in frame.items() {
            let here = transform.pre_concat(Transform::translate(position.x, position.y));
            match item {
                FrameItem::Group(group) => {
                    let inner = here.pre_concat(group.transform);
                    let own = group.clip.as_ref().map(|clip| moved(clip.bbox(None), inner));
                    let clip = match (clip, own) {
                        (Some(outer), Some(own)) => Some(common(outer, own)),
                        (outer, own) => outer.or(own),
                    };
                    self.walk(&group.frame, inner, clip);
                }
                FrameItem::Text(text) => self.text(text, here, clip),
                FrameItem::Shape(shape, _) => self.shape(shape, here, clip),
                FrameItem::Image(image, size, _) => {
                    let rect = Rect::from_pos_size(Point::zero(), *size);
                    self.image(image, moved(rect, here), clip);
                }
                FrameItem::Tag(tag) => self.tag(tag, here),
                FrameItem::Link(..) => {}
            }
        }
    }

    fn tag(&mut self, tag: &Tag, transform: Transform) {
        match tag {
            Tag::Start(content, _) => {
                if content.is::<ArtifactElem>() {
                    self.artifacts.extend(content.location());
                } else if let Some(note) = content.to_packed::<MetadataElem>() {
                    self.code(&note.value, transform);
                } else if let Some(heading) = content.to_packed::<HeadingElem>() {
                    let styles = StyleChain::default();
                    let is_first = heading.depth.get(styles).get() == 1;
                    self.opens |= is_first;
                    self.starts |= is_first && heading.outlined.get(styles);
                }
            }
            Tag::End(location, ..) => self.artifacts.retain(|artifact| artifact != location),
        }
    }

    /// Codes are drawings as others are, but for what `code` of `recto.typ` notes.
    fn code(&mut self, note: &Value, transform: Transform) {
        let Value::Dict(note) = note else { return };
        let number = |key: &str| match note.get(key) {
            Ok(Value::Length(length)) => Some(length.abs.to_mm()),
            Ok(Value::Int(number)) => Some(*number as f64),
            _ => None,
        };
        let url = note.get("code").ok().and_then(|url| url.clone().cast::<EcoString>().ok());
        let (Some(url), Some(size), Some(modules)) = (url, number("size"), number("modules"))
        else {
            return;
        };
        let module = size * scale(transform) / modules.max(1.0);
        if module < LEAST_MODULE - 0.0005 {
            self.add(6, FlawKind::SmallCode { url: url.into(), module, modules });
        }
    }

    fn text(&mut self, item: &TextItem, transform: Transform, clip: Option<Rect>) {
        let (width, size) = (item.width(), item.size);
        // As letters reach; outlines would tell more, and cost more than layout.
        let rect = Rect::new(
            Point::new(Abs::zero().min(width), size * -0.7),
            Point::new(Abs::zero().max(width), size * 0.2),
        );
        let text = item.text.trim();
        if text.is_empty() {
            return;
        }
        let rect = moved(rect, transform);
        self.edge(rect, clip, Some(text));
        if item.glyphs.iter().any(|glyph| glyph.id == 0) {
            self.add(5, FlawKind::Unseen { text: text.into() });
        }
        self.color(&item.fill, "text");
        let start = Point::zero().transform(transform);
        self.runs.push(Run {
            from: rect.min.x.to_pt(),
            to: rect.max.x.to_pt(),
            baseline: start.y.to_pt(),
            points: size.to_pt() * scale(transform),
            text: text.into(),
            is_artifact: !self.artifacts.is_empty(),
            is_formula: item.font.info().flags.contains(FontFlags::MATH),
        });
    }

    fn shape(&mut self, shape: &Shape, transform: Transform, clip: Option<Rect>) {
        let stroke = shape.stroke.as_ref().map(|stroke| &stroke.paint);
        for paint in shape.fill.iter().chain(stroke) {
            self.color(paint, "a line or an area");
        }
        let is_seen =
            |paint: &&Paint| !matches!(paint, Paint::Solid(color) if gray::is_white(color));
        if shape.fill.iter().chain(stroke).any(|paint| is_seen(&paint)) {
            // The outline of a stroke would cost more than it tells.
            let half = shape.stroke.as_ref().map_or(Abs::zero(), |stroke| stroke.thickness / 2.0);
            let rect = shape.bbox(false);
            let by = Point::splat(half);
            self.edge(moved(Rect::new(rect.min - by, rect.max + by), transform), clip, None);
        }
    }

    fn image(&mut self, image: &Image, rect: Rect, clip: Option<Rect>) {
        // A blank to write in is no more than a text for those who hear the page.
        if let ImageKind::Svg(drawing) = image.kind()
            && drawing.tree().root().children().is_empty()
        {
            return;
        }
        self.has_picture = true;
        self.edge(rect, clip, None);
        let picture = (self.picture)(image);
        let pixels = match image.kind() {
            ImageKind::Raster(raster) => {
                if self.in_gray && raster.dynamic().color().has_color() {
                    self.add(4, FlawKind::Colored { what: "a picture" });
                }
                f64::from(picture.as_ref().map_or(raster.width(), |picture| picture.width))
            }
            ImageKind::Svg(_) | ImageKind::Pdf(_) => {
                if self.in_gray && picture.is_none() {
                    self.add(4, FlawKind::Colored { what: "a drawing of the layout" });
                }
                return;
            }
        };
        let inches = rect.size().x.to_pt() / 72.0;
        let dpi = pixels / inches.max(0.01);
        if dpi < LEAST_DPI - 0.5 {
            let enough = (inches * LEAST_DPI).ceil() as u32;
            let picture = picture.map(|picture| picture.hash);
            self.add(0, FlawKind::Coarse { picture, dpi, enough });
        }
    }

    fn color(&mut self, paint: &Paint, what: &'static str) {
        if self.in_gray && !gray::is_gray(paint) {
            self.add(4, FlawKind::Colored { what });
        }
    }

    /// Notes what is too near to an edge. What goes over it into the bleed is to
    /// be cut, and what covers the page is its ground.
    fn edge(&mut self, rect: Rect, clip: Option<Rect>, text: Option<&str>) {
        let rect = clip.map_or(rect, |clip| common(rect, clip));
        if !self.is_for_paper() || rect.min.x > rect.max.x || rect.min.y > rect.max.y {
            return;
        }
        let (size, bleed) = (self.page.frame.size(), self.page.bleed);
        let edges = [
            ("left", rect.min.x, bleed.left),
            ("right", size.x - rect.max.x, bleed.right),
            ("top", rect.min.y, bleed.top),
            ("bottom", size.y - rect.max.y, bleed.bottom),
        ];
        if text.is_none() && edges.iter().all(|(_, distance, _)| *distance <= Abs::zero()) {
            return;
        }
        for (edge, distance, bleed) in edges {
            let is_cut = bleed > Abs::zero() && distance < Abs::zero();
            let distance = distance.to_mm();
            if distance < SAFE - 0.05 && !(is_cut && text.is_none()) {
                let text = text.map(str::to_owned);
                self.add(2, FlawKind::Outside { text, edge, distance });
            }
        }
    }

    /// Notes small text. What is raised or lowered beside larger text, or in a
    /// formula, is small by its nature.
    fn judge_text(&mut self) {
        let is_tiny = |run: &Run| run.points < LEAST_TYPE - 0.05;
        let beside = |run: &Run, other: &Run| {
            let gap = (other.from - run.to).max(run.from - other.to);
            !is_tiny(other)
                && (other.baseline - run.baseline).abs() < other.points
                && gap < other.points
        };
        let tiny = self.runs.iter().filter(|run| is_tiny(run) && !run.is_formula);
        let alone = tiny.filter(|run| !self.runs.iter().any(|other| beside(run, other)));
        let worst = alone.min_by(|one, other| one.points.total_cmp(&other.points));
        if let Some(Run { points, text, .. }) = worst {
            let kind = FlawKind::Tiny { points: *points, text: text.clone() };
            self.add(1, kind);
        }
    }

    /// Notes a page that holds the few last lines of what went before. `started`
    /// tells that a chapter began on an earlier page.
    fn judge_lines(&mut self, started: bool) {
        if !started || self.opens || self.has_picture || !self.is_for_paper() {
            return;
        }
        let own = self.runs.iter().filter(|run| !run.is_artifact);
        let mut baselines: Vec<f64> = own.map(|run| run.baseline).collect();
        baselines.sort_by(f64::total_cmp);
        // What is raised is of the same line.
        baselines.dedup_by(|next, before| *next - *before < 5.0);
        let lines = baselines.len();
        if (1..LEAST_LINES).contains(&lines) {
            self.add(3, FlawKind::Thin { lines });
        }
    }

    /// Adds a flaw; of most kinds, a page has one, the worst.
    fn add(&mut self, order: u8, kind: FlawKind) {
        let found = self.found.entry(order).or_default();
        match (&kind, found.as_mut_slice()) {
            (FlawKind::Coarse { picture, dpi, .. }, known) => {
                let same = known.iter_mut().find(
                    |known| matches!(known, FlawKind::Coarse { picture: other, .. } if other == picture),
                );
                match same {
                    None => found.push(kind),
                    Some(FlawKind::Coarse { dpi: before, .. }) if *before <= *dpi => {}
                    Some(same) => *same = kind,
                }
            }
            (FlawKind::SmallCode { url, .. }, known) => {
                let is_same = |known: &FlawKind| matches!(known, FlawKind::SmallCode { url: other, .. } if other == url);
                if !known.iter().any(is_same) {
                    found.push(kind);
                }
            }
            (FlawKind::Outside { distance, .. }, [FlawKind::Outside { distance: before, .. }])
                if distance >= before => {}
            (FlawKind::Outside { .. }, [known]) => *known = kind,
            (_, []) => found.push(kind),
            _ => {}
        }
    }
}

/// How much larger a transform makes what it is applied to.
fn scale(transform: Transform) -> f64 {
    let (sx, sy) = (transform.sx.get(), transform.sy.get());
    (sx * sy - transform.kx.get() * transform.ky.get()).abs().sqrt()
}

/// Returns the box round a box after a transform.
fn moved(rect: Rect, transform: Transform) -> Rect {
    let corners = [
        rect.min,
        rect.max,
        Point::new(rect.min.x, rect.max.y),
        Point::new(rect.max.x, rect.min.y),
    ];
    let corners = corners.map(|corner| corner.transform(transform));
    let [first, ..] = corners;
    corners.into_iter().fold(Rect::new(first, first), |rect, corner| {
        Rect::new(rect.min.min(corner), rect.max.max(corner))
    })
}

/// Returns what two boxes have in common; its corners are the wrong way round if
/// that is nothing.
fn common(one: Rect, other: Rect) -> Rect {
    Rect::new(one.min.max(other.min), one.max.min(other.max))
}
