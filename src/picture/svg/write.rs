//! A drawing written anew: visible paths, and nothing that an author named.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use usvg::tiny_skia_path::{Path as Data, PathBuilder, PathSegment, Point};
use usvg::{
    BlendMode, Fill, FillRule, Group, LineCap, LineJoin, Node, Paint, PaintOrder, Path, Rect,
    SpreadMethod, Stop, Stroke, Transform, Tree,
};

/// The most rectangles that are tried as covers of what is under them.
const MAX_COVERS: usize = 64;

/// Writes a drawing as SVG of `width` by `height`; `None` if paths alone cannot
/// show it, or would hold what is hidden: then it is for pixels.
pub(super) fn write(tree: &Tree, width: u32, height: u32) -> Option<String> {
    let size = tree.size();
    let canvas = Rect::from_xywh(0.0, 0.0, size.width(), size.height())?;
    let mut covers = Covers::default();
    covers.find(tree.root(), Transform::identity(), canvas, true)?;
    covers.keep_largest();
    let mut writer = Writer { covers, ..Writer::default() };
    writer.group(tree.root(), Transform::identity(), canvas);
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\">",
        size.width(),
        size.height()
    );
    if !writer.definitions.is_empty() {
        let _ = write!(out, "<defs>{}</defs>", writer.definitions);
    }
    out += &writer.body;
    out += "</svg>\n";
    Some(out)
}

/// Opaque rectangles: what lies wholly under one, such as a name under a black
/// bar, is not written.
#[derive(Default)]
struct Covers {
    paths: usize,
    found: Vec<Cover>,
}

/// An opaque rectangle, perhaps turned.
struct Cover {
    /// After how many paths it is painted.
    after: usize,
    /// Its corners, in the order of its sides.
    corners: [Point; 4],
    /// The part of the canvas that it is clipped to.
    seen: Rect,
}

impl Cover {
    fn holds(&self, places: &[Point]) -> bool {
        places.iter().all(|place| {
            let (mut left, mut right) = (false, false);
            for (a, b) in self.corners.iter().zip(self.corners.iter().cycle().skip(1)) {
                let turn = (b.x - a.x) * (place.y - a.y) - (b.y - a.y) * (place.x - a.x);
                left |= turn > 0.0;
                right |= turn < 0.0;
            }
            !(left && right)
                && (self.seen.left()..=self.seen.right()).contains(&place.x)
                && (self.seen.top()..=self.seen.bottom()).contains(&place.y)
        })
    }

    fn size(&self) -> f32 {
        let [a, b, c, _] = self.corners;
        (b.x - a.x).hypot(b.y - a.y) * (c.x - b.x).hypot(c.y - b.y)
    }
}

/// Returns the corners of a rectangle, once it is moved.
fn corners(rect: Rect, transform: Transform) -> [Point; 4] {
    let mut corners = [
        Point::from_xy(rect.left(), rect.top()),
        Point::from_xy(rect.right(), rect.top()),
        Point::from_xy(rect.right(), rect.bottom()),
        Point::from_xy(rect.left(), rect.bottom()),
    ];
    transform.map_points(&mut corners);
    corners
}

impl Covers {
    /// Finds covers; `None` if there is something that paths alone cannot show.
    fn find(&mut self, group: &Group, above: Transform, seen: Rect, opaque: bool) -> Option<()> {
        let transform = above.pre_concat(group.transform());
        let plain = group.mask().is_none()
            && group.filters().is_empty()
            && group.blend_mode() == BlendMode::Normal;
        if !plain {
            return None;
        }
        let opaque = opaque && group.opacity().get() >= 1.0;
        let seen = match clip(group, transform)? {
            Clip::None => seen,
            Clip::To(rect) => match meet(seen, rect) {
                Some(seen) => seen,
                None => return Some(()),
            },
        };
        for node in group.children() {
            match node {
                Node::Group(group) => self.find(group, transform, seen, opaque)?,
                Node::Text(text) => self.find(text.flattened(), transform, seen, opaque)?,
                Node::Image(_) => return None,
                Node::Path(path) => {
                    if is_pattern(path.fill().map(Fill::paint))
                        || is_pattern(path.stroke().map(Stroke::paint))
                    {
                        return None;
                    }
                    self.paths += 1;
                    let solid = path.fill().is_some_and(|fill| {
                        matches!(fill.paint(), Paint::Color(_)) && fill.opacity().get() >= 1.0
                    });
                    if opaque && solid && path.is_visible() {
                        let rect = rectangle(path.data(), Transform::identity());
                        self.found.extend(rect.map(|rect| Cover {
                            after: self.paths,
                            corners: corners(rect, transform),
                            seen,
                        }));
                    }
                }
            }
        }
        Some(())
    }

    fn keep_largest(&mut self) {
        self.found.sort_by(|a, b| b.size().total_cmp(&a.size()));
        self.found.truncate(MAX_COVERS);
    }

    fn hide(&self, path: usize, places: &[Point]) -> bool {
        self.found.iter().any(|cover| cover.after > path && cover.holds(places))
    }
}

fn is_pattern(paint: Option<&Paint>) -> bool {
    matches!(paint, Some(Paint::Pattern(_)))
}

enum Clip {
    None,
    To(Rect),
}

/// Returns the part of the canvas that a group is clipped to; `None` if that is
/// no upright rectangle, for then paths would go on behind what is seen.
fn clip(group: &Group, transform: Transform) -> Option<Clip> {
    let Some(clip) = group.clip_path() else { return Some(Clip::None) };
    if clip.clip_path().is_some() {
        return None;
    }
    let (mut group, mut transform) = (clip.root(), transform.pre_concat(clip.transform()));
    loop {
        if group.clip_path().is_some() {
            return None;
        }
        transform = transform.pre_concat(group.transform());
        match group.children() {
            [Node::Group(inner)] => group = inner,
            [Node::Path(path)] => return rectangle(path.data(), transform).map(Clip::To),
            _ => return None,
        }
    }
}

/// Returns a path as an upright rectangle, if it is one.
fn rectangle(data: &Data, transform: Transform) -> Option<Rect> {
    let data = data.clone().transform(transform)?;
    let bounds = data.bounds();
    let mut corners = Vec::new();
    for segment in data.segments() {
        match segment {
            PathSegment::MoveTo(point) if corners.is_empty() => corners.push(point),
            PathSegment::LineTo(point) => corners.push(point),
            PathSegment::Close => {}
            _ => return None,
        }
    }
    if corners.len() == 5 && corners.first() == corners.last() {
        corners.pop();
    }
    let near = |a: f32, b: f32| (a - b).abs() <= 1e-3 * (1.0 + a.abs());
    let on_corner = |point: &Point| {
        (near(point.x, bounds.left()) || near(point.x, bounds.right()))
            && (near(point.y, bounds.top()) || near(point.y, bounds.bottom()))
    };
    let sides = corners.iter().zip(corners.iter().cycle().skip(1));
    let mut turns = sides.map(|(a, b)| near(a.x, b.x) != near(a.y, b.y));
    (corners.len() == 4 && corners.iter().all(on_corner) && turns.all(|turn| turn))
        .then_some(bounds)
}

fn meet(a: Rect, b: Rect) -> Option<Rect> {
    let (left, top) = (a.left().max(b.left()), a.top().max(b.top()));
    let (right, bottom) = (a.right().min(b.right()), a.bottom().min(b.bottom()));
    // Empty ones are no place; straight lines, which are, never come here.
    (left < right && top < bottom).then(|| Rect::from_ltrb(left, top, right, bottom)).flatten()
}

fn apart(a: Rect, b: Rect) -> bool {
    a.right() < b.left() || b.right() < a.left() || a.bottom() < b.top() || b.bottom() < a.top()
}

fn holds(outer: Rect, inner: Rect) -> bool {
    outer.left() <= inner.left()
        && outer.top() <= inner.top()
        && outer.right() >= inner.right()
        && outer.bottom() >= inner.bottom()
}

#[derive(Default)]
struct Writer {
    body: String,
    definitions: String,
    covers: Covers,
    paths: usize,
    clips: usize,
    gradients: BTreeMap<usize, String>,
}

impl Writer {
    /// Writes a group on the canvas, of which only `seen` is.
    fn group(&mut self, group: &Group, above: Transform, seen: Rect) {
        let transform = above.pre_concat(group.transform());
        let mut attributes = String::new();
        let mut seen = seen;
        if let Some(Clip::To(rect)) = clip(group, transform) {
            let Some(left) = meet(seen, rect) else {
                self.paths += count(group);
                return;
            };
            // What is clipped to more than is seen is not clipped.
            if !holds(rect, seen) {
                self.clips += 1;
                let _ = write!(
                    self.definitions,
                    "<clipPath id=\"c{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>",
                    self.clips,
                    left.x(),
                    left.y(),
                    left.width(),
                    left.height()
                );
                let _ = write!(attributes, " clip-path=\"url(#c{})\"", self.clips);
            }
            seen = left;
        }
        if group.opacity().get() < 1.0 {
            let _ = write!(attributes, " opacity=\"{}\"", group.opacity().get());
        }
        let start = self.body.len();
        if !attributes.is_empty() {
            let _ = write!(self.body, "<g{attributes}>");
        }
        let inside = self.body.len();
        for node in group.children() {
            match node {
                Node::Group(group) => self.group(group, transform, seen),
                Node::Text(text) => self.group(text.flattened(), transform, seen),
                Node::Path(path) => {
                    self.paths += 1;
                    self.path(path, transform, seen);
                }
                Node::Image(_) => {}
            }
        }
        if self.body.len() == inside {
            self.body.truncate(start);
        } else if !attributes.is_empty() {
            self.body += "</g>";
        }
    }

    fn path(&mut self, path: &Path, transform: Transform, seen: Rect) {
        if !path.is_visible() {
            return;
        }
        let reach = path.stroke().map_or(0.0, |stroke| {
            // Corners reach further than half the line.
            let miter = match stroke.linejoin() {
                LineJoin::Miter | LineJoin::MiterClip => stroke.miterlimit().get(),
                LineJoin::Round | LineJoin::Bevel => 1.0,
            };
            stroke.width().get() / 2.0 * miter.max(1.5)
        });
        let mut data = String::new();
        for piece in pieces(path.data()) {
            let bounds = piece.bounds().outset(reach, reach);
            let shown = bounds.is_some_and(|bounds| {
                bounds.transform(transform).is_some_and(|place| !apart(place, seen))
                    && !self.covers.hide(self.paths, &corners(bounds, transform))
            });
            if shown {
                write_data(&mut data, &piece);
            }
        }
        if data.is_empty() {
            return;
        }
        let mut attributes = String::new();
        match path.fill() {
            Some(fill) => {
                let paint = self.paint(fill.paint());
                let _ = write!(attributes, " fill=\"{paint}\"");
                if fill.rule() == FillRule::EvenOdd {
                    attributes += " fill-rule=\"evenodd\"";
                }
                number(&mut attributes, "fill-opacity", fill.opacity().get(), 1.0);
            }
            None => attributes += " fill=\"none\"",
        }
        if let Some(stroke) = path.stroke() {
            self.stroke(stroke, &mut attributes);
        }
        if path.paint_order() == PaintOrder::StrokeAndFill {
            attributes += " paint-order=\"stroke\"";
        }
        if !transform.is_identity() {
            let _ = write!(attributes, " transform=\"{}\"", matrix(transform));
        }
        let _ = write!(self.body, "<path{attributes} d=\"{}\"/>", data.trim_end());
    }

    fn stroke(&mut self, stroke: &Stroke, attributes: &mut String) {
        let paint = self.paint(stroke.paint());
        let _ = write!(attributes, " stroke=\"{paint}\"");
        number(attributes, "stroke-width", stroke.width().get(), 1.0);
        number(attributes, "stroke-opacity", stroke.opacity().get(), 1.0);
        number(attributes, "stroke-miterlimit", stroke.miterlimit().get(), 4.0);
        number(attributes, "stroke-dashoffset", stroke.dashoffset(), 0.0);
        match stroke.linecap() {
            LineCap::Butt => {}
            LineCap::Round => *attributes += " stroke-linecap=\"round\"",
            LineCap::Square => *attributes += " stroke-linecap=\"square\"",
        }
        match stroke.linejoin() {
            LineJoin::Miter => {}
            LineJoin::MiterClip => *attributes += " stroke-linejoin=\"miter-clip\"",
            LineJoin::Round => *attributes += " stroke-linejoin=\"round\"",
            LineJoin::Bevel => *attributes += " stroke-linejoin=\"bevel\"",
        }
        if let Some(dashes) = stroke.dasharray() {
            let dashes: Vec<String> = dashes.iter().map(f32::to_string).collect();
            let _ = write!(attributes, " stroke-dasharray=\"{}\"", dashes.join(" "));
        }
    }

    fn paint(&mut self, paint: &Paint) -> String {
        let (key, written) = match paint {
            Paint::Color(color) => {
                return format!("#{:02x}{:02x}{:02x}", color.red, color.green, color.blue);
            }
            Paint::LinearGradient(gradient) => (
                Arc::as_ptr(gradient) as usize,
                format!(
                    "linearGradient x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"{}",
                    gradient.x1(),
                    gradient.y1(),
                    gradient.x2(),
                    gradient.y2(),
                    spread(gradient.transform(), gradient.spread_method())
                ),
            ),
            Paint::RadialGradient(gradient) => (
                Arc::as_ptr(gradient) as usize,
                format!(
                    "radialGradient cx=\"{}\" cy=\"{}\" r=\"{}\" fx=\"{}\" fy=\"{}\" fr=\"{}\"{}",
                    gradient.cx(),
                    gradient.cy(),
                    gradient.r().get(),
                    gradient.fx(),
                    gradient.fy(),
                    gradient.fr().get(),
                    spread(gradient.transform(), gradient.spread_method())
                ),
            ),
            // Drawings that have one are shown as pixels.
            Paint::Pattern(_) => return "none".into(),
        };
        let stops = match paint {
            Paint::LinearGradient(gradient) => gradient.stops(),
            Paint::RadialGradient(gradient) => gradient.stops(),
            Paint::Color(_) | Paint::Pattern(_) => &[],
        };
        if let Some(id) = self.gradients.get(&key) {
            return format!("url(#{id})");
        }
        let id = format!("g{}", self.gradients.len() + 1);
        let (name, attributes) = written.split_once(' ').unwrap_or((&written, ""));
        let _ = write!(
            self.definitions,
            "<{name} id=\"{id}\" gradientUnits=\"userSpaceOnUse\" {attributes}>"
        );
        stops.iter().for_each(|stop| write_stop(&mut self.definitions, stop));
        let _ = write!(self.definitions, "</{name}>");
        let reference = format!("url(#{id})");
        self.gradients.insert(key, id);
        reference
    }
}

/// How many paths a group has.
fn count(group: &Group) -> usize {
    let of = |node: &Node| match node {
        Node::Group(group) => count(group),
        Node::Text(text) => count(text.flattened()),
        Node::Path(_) => 1,
        Node::Image(_) => 0,
    };
    group.children().iter().map(of).sum()
}

/// The closed or open lines that a path is made of. Each paints within its own
/// bounds only, so that those out of sight can be left out.
fn pieces(data: &Data) -> Vec<Data> {
    let mut pieces = Vec::new();
    let mut builder = PathBuilder::new();
    for segment in data.segments() {
        match segment {
            PathSegment::MoveTo(to) => {
                pieces.extend(std::mem::take(&mut builder).finish());
                builder.move_to(to.x, to.y);
            }
            PathSegment::LineTo(to) => builder.line_to(to.x, to.y),
            PathSegment::QuadTo(by, to) => builder.quad_to(by.x, by.y, to.x, to.y),
            PathSegment::CubicTo(a, b, to) => builder.cubic_to(a.x, a.y, b.x, b.y, to.x, to.y),
            PathSegment::Close => builder.close(),
        }
    }
    pieces.extend(builder.finish());
    pieces
}

fn write_data(out: &mut String, data: &Data) {
    for segment in data.segments() {
        let _ = match segment {
            PathSegment::MoveTo(to) => write!(out, "M{} {}", to.x, to.y),
            PathSegment::LineTo(to) => write!(out, "L{} {}", to.x, to.y),
            PathSegment::QuadTo(by, to) => write!(out, "Q{} {} {} {}", by.x, by.y, to.x, to.y),
            PathSegment::CubicTo(a, b, to) => {
                write!(out, "C{} {} {} {} {} {}", a.x, a.y, b.x, b.y, to.x, to.y)
            }
            PathSegment::Close => write!(out, "Z"),
        };
    }
}

fn number(attributes: &mut String, name: &str, value: f32, default: f32) {
    if (value - default).abs() > f32::EPSILON {
        let _ = write!(attributes, " {name}=\"{value}\"");
    }
}

fn matrix(transform: Transform) -> String {
    let Transform { sx, ky, kx, sy, tx, ty } = transform;
    format!("matrix({sx} {ky} {kx} {sy} {tx} {ty})")
}

fn spread(transform: Transform, method: SpreadMethod) -> String {
    let mut attributes = match method {
        SpreadMethod::Pad => String::new(),
        SpreadMethod::Reflect => " spreadMethod=\"reflect\"".into(),
        SpreadMethod::Repeat => " spreadMethod=\"repeat\"".into(),
    };
    if !transform.is_identity() {
        let _ = write!(attributes, " gradientTransform=\"{}\"", matrix(transform));
    }
    attributes
}

fn write_stop(out: &mut String, stop: &Stop) {
    let color = stop.color();
    let _ = write!(
        out,
        "<stop offset=\"{}\" stop-color=\"#{:02x}{:02x}{:02x}\"",
        stop.offset().get(),
        color.red,
        color.green,
        color.blue
    );
    number(out, "stop-opacity", stop.opacity().get(), 1.0);
    *out += "/>";
}
