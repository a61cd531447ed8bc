//! What is wrong with marks once their pictures are known: places in pixels that
//! lie outside, and scale bars that cannot be drawn.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{
    Area, Coordinate, Excerpt, Figure, Length, LengthUnit, Mark, Media, MediaSet, PixelSize, Point,
    Shape, Topic, Visitor, walk_topic,
};

/// Returns the pictures that have marks: checks need their pixels.
pub(super) fn marked(topics: &[Arc<Topic>]) -> BTreeSet<Excerpt> {
    struct Collector(BTreeSet<Excerpt>);
    impl Visitor for Collector {
        fn figure(&mut self, figure: &Figure) {
            let panels = figure.panels.iter().filter(|panel| !panel.marks.is_empty());
            self.0.extend(panels.map(|panel| panel.image.excerpt.clone()));
        }
    }
    let mut collector = Collector(BTreeSet::new());
    for topic in topics {
        walk_topic(topic, &mut collector);
    }
    collector.0
}

/// Reports marks that do not fit their pictures. A picture that could not be read
/// was reported.
pub fn check_marks(topics: &[Arc<Topic>], media: &MediaSet, diagnostics: &mut Diagnostics) {
    let mut checker = Checker { media, diagnostics };
    for topic in topics {
        walk_topic(topic, &mut checker);
    }
}

struct Checker<'a> {
    media: &'a MediaSet,
    diagnostics: &'a mut Diagnostics,
}

impl Visitor for Checker<'_> {
    fn figure(&mut self, figure: &Figure) {
        for panel in &figure.panels {
            let Some(media) = self.media.images.get(&panel.image.excerpt) else { continue };
            for mark in &panel.marks {
                self.places(mark, media);
                for shape in &mark.shapes {
                    if let Shape::ScaleBar { length, at, .. } = shape {
                        let pixel = panel.image.pixel_size.or(media.pixel_size);
                        self.scale_bar(mark, *length, at.as_ref(), pixel, media);
                    }
                }
            }
        }
    }
}

impl Checker<'_> {
    /// Places in shares were looked at when they were read.
    fn places(&mut self, mark: &Mark, media: &Media) {
        let (width, height) = (media.source_width, media.source_height);
        let outside = |(x, y): &(Coordinate, Coordinate)| {
            let beyond = |coordinate: Coordinate, extent: u32| {
                matches!(coordinate, Coordinate::Pixels(_)) && coordinate.share(extent) > 1.0
            };
            beyond(*x, width) || beyond(*y, height)
        };
        let mut places: Vec<(Coordinate, Coordinate)> = Vec::new();
        let mut add = |point: &Point| places.push((point.x, point.y));
        for shape in &mark.shapes {
            match shape {
                Shape::Arrow { tip, tail } | Shape::Arrowhead { tip, tail } => {
                    [tip, tail].into_iter().for_each(&mut add);
                }
                Shape::Line { points } => points.iter().for_each(&mut add),
                Shape::Letter(point) => add(point),
                Shape::ScaleBar { at, .. } => at.iter().for_each(&mut add),
                Shape::Area(area) => corners(area).iter().for_each(&mut add),
            }
        }
        if let Some(area) = &mark.region {
            corners(area).iter().for_each(&mut add);
        }
        if let Some((x, y)) = places.iter().find(|place| outside(place)) {
            self.diagnostics.push(
                Diagnostic::error(
                    Code::PointOutsideImage,
                    format!(
                        "the point ({}, {}) of the mark `{}` lies outside of the picture",
                        show(*x),
                        show(*y),
                        mark.id.value
                    ),
                )
                .at(mark.id.span)
                .hint(format!("the picture has {width} × {height} pixels, upright and cropped")),
            );
        }
    }

    fn scale_bar(
        &mut self,
        mark: &Mark,
        length: Length,
        at: Option<&Point>,
        pixel: Option<PixelSize>,
        media: &Media,
    ) {
        let refuse =
            |message: String| Diagnostic::error(Code::ImpossibleScaleBar, message).at(mark.id.span);
        let Some(pixel) = pixel else {
            self.diagnostics.push(
                refuse("the size of a pixel of this picture is not known".into()).hint(
                    "say how large one is in `pixel-size` of the figure, such as \
                     `pixel-size: 0.7 mm`, or take the scale bar out",
                ),
            );
            return;
        };
        let whole = u64::from(pixel.x) * u64::from(media.source_width);
        if length.nanometers >= whole {
            self.diagnostics.push(
                refuse(format!(
                    "a scale bar of {} is longer than the picture",
                    written(length.nanometers)
                ))
                .hint(format!("the picture is {} wide", written(whole))),
            );
            return;
        }
        let long = length.nanometers as f64 / whole as f64;
        let start = at.map_or(0.0, |at| at.x.share(media.source_width));
        if start + long > 1.0 {
            self.diagnostics.push(
                refuse("this scale bar ends outside of the picture".into()).hint(format!(
                    "`at` is its left end: move it to {:.0}% from the left, or less",
                    ((1.0 - long) * 100.0).floor()
                )),
            );
        }
    }
}

/// The outermost places of an area.
fn corners(area: &Area) -> Vec<Point> {
    match area {
        Area::Rectangle { min, max } => vec![*min, *max],
        Area::Polygon { points } => points.clone(),
        Area::Ellipse { center, radii } => {
            let plus = |a: Coordinate, b: Coordinate| match (a, b) {
                (Coordinate::Pixels(a), Coordinate::Pixels(b)) => {
                    Coordinate::Pixels(a.saturating_add(b))
                }
                (a, _) => a,
            };
            vec![*center, Point { x: plus(center.x, radii.x), y: plus(center.y, radii.y) }]
        }
    }
}

fn show(coordinate: Coordinate) -> String {
    match coordinate {
        Coordinate::Share(ratio) => format!("{:.1}%", ratio.get() * 100.0),
        Coordinate::Pixels(thousandths) => format!("{}px", f64::from(thousandths) / 1e3),
    }
}

/// Writes a length in the largest unit of which it has one.
fn written(nanometers: u64) -> String {
    let mut units = LengthUnit::ALL.into_iter().rev();
    let unit = units.find(|unit| nanometers >= unit.nanometers()).unwrap_or(LengthUnit::Nanometer);
    let number = nanometers as f64 / unit.nanometers() as f64;
    let number = (number * 100.0).round() / 100.0;
    format!("{number} {}", unit.symbol())
}
