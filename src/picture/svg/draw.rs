//! A drawing as pixels, and what drawing it costs.

use resvg::tiny_skia::Pixmap;
use usvg::filter::{Filter, Kind};
use usvg::{Group, ImageKind, Node, Paint, Path, Size, Transform, Tree};

use crate::picture::Problem;
use crate::picture::pixels::{Layout, Pixels};

/// The most that is painted, in pixels of one color: a second or so.
const MAX_WORK: f64 = 1e9;
/// The most bytes of layers at a time.
const MAX_OPEN: f64 = 160e6;
/// The most dashes of all lines.
const MAX_DASHES: f64 = 200_000.0;

/// A part of a drawing, in its own units.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

impl View {
    /// Returns the whole canvas.
    pub(super) fn of(size: Size) -> Self {
        Self { left: 0.0, top: 0.0, width: size.width(), height: size.height() }
    }
}

/// Paints a part of a drawing on white.
pub(super) fn draw(tree: &Tree, view: View, width: u32, height: u32) -> Result<Pixels, Problem> {
    let scale = (width as f32 / view.width, height as f32 / view.height);
    refuse_costly(tree, scale, f64::from(width) * f64::from(height))?;
    let broken = || Problem::Size(width, height);
    let mut pixmap = Pixmap::new(width, height).ok_or_else(broken)?;
    pixmap.fill(resvg::tiny_skia::Color::WHITE);
    let transform = Transform::from_scale(scale.0, scale.1).pre_translate(-view.left, -view.top);
    resvg::render(tree, transform, &mut pixmap.as_mut());
    // On white, every pixel is opaque, so that its color is not premultiplied.
    let pixels = pixmap.pixels().iter().flat_map(|p| [p.red(), p.green(), p.blue()]).collect();
    Pixels::new(width, height, Layout::Rgb, pixels).ok_or_else(broken)
}

/// Refuses what would take seconds or gigabytes to paint.
pub(super) fn refuse_costly(tree: &Tree, scale: (f32, f32), canvas: f64) -> Result<(), Problem> {
    let mut budget = Budget { work: MAX_WORK, dashes: MAX_DASHES, canvas, scale };
    match budget.group(tree.root(), MAX_OPEN) {
        Some(()) => Ok(()),
        None => Err(Problem::Unfit {
            message: "this drawing would take too long to draw".into(),
            hint: "simplify its filters, masks, patterns and dashes, or export it as PNG".into(),
        }),
    }
}

struct Budget {
    work: f64,
    dashes: f64,
    canvas: f64,
    scale: (f32, f32),
}

impl Budget {
    /// Pays for a group; `None` if there is not enough left. `open` is how many
    /// bytes layers may still have that are held while it is drawn.
    fn group(&mut self, group: &Group, open: f64) -> Option<()> {
        let mut open = open;
        if group.should_isolate() {
            let place = group.abs_layer_bounding_box();
            // Layers of filters are as large as four canvases.
            let most = if group.filters().is_empty() { self.canvas } else { self.canvas * 4.0 };
            let area = self.pixels(place.width(), place.height()).min(most);
            let mut layers = 1.0;
            if let Some(clip) = group.clip_path() {
                layers += 1.0;
                self.group(clip.root(), open)?;
            }
            if let Some(mask) = group.mask() {
                layers += 2.0;
                self.group(mask.root(), open)?;
            }
            let filters: f64 = group.filters().iter().map(|filter| filter_cost(filter)).sum();
            layers += filters;
            open -= area * 4.0 * layers.min(6.0);
            self.pay(area * layers * 4.0)?;
            if open < 0.0 {
                return None;
            }
        }
        for node in group.children() {
            match node {
                Node::Group(group) => self.group(group, open)?,
                Node::Text(text) => self.group(text.flattened(), open)?,
                Node::Path(path) => self.path(path, open)?,
                Node::Image(image) => {
                    let size = image.size();
                    self.pay(f64::from(size.width()) * f64::from(size.height()))?;
                    if matches!(image.kind(), ImageKind::SVG(_)) {
                        return None;
                    }
                }
            }
        }
        Some(())
    }

    fn path(&mut self, path: &Path, open: f64) -> Option<()> {
        let paint = |paint: &Paint| match paint {
            Paint::Color(_) => 1.0,
            Paint::LinearGradient(_) | Paint::RadialGradient(_) | Paint::Pattern(_) => 4.0,
        };
        if let Some(fill) = path.fill() {
            let place = path.abs_bounding_box();
            let area = self.pixels(place.width(), place.height()).min(self.canvas);
            self.pay(area * paint(fill.paint()) + self.crossings(path))?;
        }
        if let Some(stroke) = path.stroke() {
            let grown = path.abs_transform().get_scale();
            let width = stroke.width().get() * grown.0.max(grown.1);
            let length = length(path.data()) * grown.0.max(grown.1);
            let area = self.pixels(length, width).min(self.canvas);
            // A line has two edges, and a dash four.
            self.pay(area * paint(stroke.paint()) + self.crossings(path) * 3.0)?;
        }
        if let Some(stroke) = path.stroke()
            && let Some(dashes) = stroke.dasharray()
        {
            let period = dashes.iter().sum::<f32>().max(f32::MIN_POSITIVE);
            let length: f32 = length(path.data());
            self.dashes -= f64::from(length / period);
            if self.dashes.is_nan() || self.dashes < 0.0 {
                return None;
            }
        }
        let paints = [path.fill().map(|fill| fill.paint()), path.stroke().map(|line| line.paint())];
        for paint in paints.into_iter().flatten() {
            if let Paint::Pattern(pattern) = paint {
                let place = pattern.rect();
                let grown = path.abs_transform().pre_concat(pattern.transform()).get_scale();
                let area = self.pixels(place.width() * grown.0, place.height() * grown.1);
                self.pay(area)?;
                let left = open - area * 4.0;
                if left < 0.0 {
                    return None;
                }
                self.group(pattern.root(), left)?;
            }
        }
        Some(())
    }

    /// How often the edges of a path cross a row of pixels, in pixels that could be
    /// painted meanwhile.
    fn crossings(&self, path: &Path) -> f64 {
        let transform = path.abs_transform();
        let rows = f64::from(self.scale.1);
        let points = path.data().points();
        let mut sum = 0.0;
        for pair in points.windows(2) {
            let [a, b] = pair else { continue };
            let (dx, dy) = (f64::from(b.x - a.x), f64::from(b.y - a.y));
            let down = dx * f64::from(transform.ky) + dy * f64::from(transform.sy);
            sum += (down * rows).abs().min(self.canvas.sqrt()) + 1.0;
        }
        sum * 16.0
    }

    fn pixels(&self, width: f32, height: f32) -> f64 {
        f64::from(width * self.scale.0).abs() * f64::from(height * self.scale.1).abs()
    }

    fn pay(&mut self, pixels: f64) -> Option<()> {
        self.work -= pixels + 1.0;
        // What is no number is too much.
        (self.work >= 0.0).then_some(())
    }
}

/// How many layers a filter costs.
fn filter_cost(filter: &Filter) -> f64 {
    let costs = filter.primitives().iter().map(|primitive| match primitive.kind() {
        Kind::ConvolveMatrix(matrix) => matrix.matrix().data().len() as f64 * 2.0,
        Kind::Turbulence(turbulence) => f64::from(turbulence.num_octaves()) * 20.0,
        Kind::Morphology(shape) => {
            f64::from(shape.radius_x().get() + shape.radius_y().get()).mul_add(2.0, 4.0)
        }
        Kind::GaussianBlur(_)
        | Kind::DropShadow(_)
        | Kind::DiffuseLighting(_)
        | Kind::SpecularLighting(_) => 12.0,
        // It draws another part of the drawing.
        Kind::Image(_) => 50.0,
        Kind::Blend(_)
        | Kind::ColorMatrix(_)
        | Kind::ComponentTransfer(_)
        | Kind::Composite(_)
        | Kind::DisplacementMap(_)
        | Kind::Flood(_)
        | Kind::Merge(_)
        | Kind::Offset(_)
        | Kind::Tile(_) => 3.0,
    });
    costs.sum()
}

/// How long the lines of a path are, about.
fn length(data: &usvg::tiny_skia_path::Path) -> f32 {
    let points = data.points();
    points.iter().zip(points.iter().skip(1)).map(|(a, b)| (b.x - a.x).hypot(b.y - a.y)).sum()
}
