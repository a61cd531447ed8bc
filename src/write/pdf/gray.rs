//! Pages in black alone.

use std::sync::Arc;

use typst::ecow::EcoVec;
use typst::layout::{Frame, FrameItem, Ratio};
use typst::model::Document;
use typst::visualize::{
    Color, ColorSpace, FixedStroke, Gradient, Paint, ProcessColor, ProcessColorSpace, RatioOrAngle,
};
use typst_layout::PagedDocument;

/// The grays of a gradient are not between those of its stops: red to green is
/// darkest in the middle. So many are taken from each stop to the next.
const STEPS: u32 = 16;

/// The space that grays are mixed in.
const GRAYS: ColorSpace = ColorSpace::Process(ProcessColorSpace::D65Gray);

/// Returns a document whose text, lines and areas are gray, whatever its layout
/// draws them in. Pictures are made gray before they come to a page.
pub(super) fn document(document: &PagedDocument) -> PagedDocument {
    let mut pages = EcoVec::from(document.pages());
    for page in pages.make_mut() {
        frame(&mut page.frame);
        if let typst::foundations::Smart::Custom(Some(fill)) = &mut page.fill {
            paint(fill);
        }
    }
    PagedDocument::new(pages, document.info().clone())
}

fn frame(frame: &mut Frame) {
    frame.retain(|item| {
        match item {
            FrameItem::Group(group) => self::frame(&mut group.frame),
            FrameItem::Text(text) => {
                paint(&mut text.fill);
                text.stroke.iter_mut().for_each(stroke);
            }
            FrameItem::Shape(shape, _) => {
                shape.fill.iter_mut().for_each(paint);
                shape.stroke.iter_mut().for_each(stroke);
            }
            FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
        }
        true
    });
}

fn stroke(stroke: &mut FixedStroke) {
    paint(&mut stroke.paint);
}

/// Tilings stay, for Typst lets nobody make another of their cells, and are told of.
fn paint(paint: &mut Paint) {
    match paint {
        Paint::Solid(color) => *color = gray(color),
        Paint::Gradient(gradient) => self::gradient(gradient),
        Paint::Tiling(_) => {}
    }
}

fn gray(color: &Color) -> Color {
    Color::Process(ProcessColor::Luma(color.to_luma()))
}

fn gradient(gradient: &mut Gradient) {
    let stops = stops(gradient);
    match gradient {
        Gradient::Linear(linear) => {
            let linear = Arc::make_mut(linear);
            (linear.stops, linear.space) = (stops, GRAYS);
        }
        Gradient::Radial(radial) => {
            let radial = Arc::make_mut(radial);
            (radial.stops, radial.space) = (stops, GRAYS);
        }
        Gradient::Conic(conic) => {
            // krilla 0.8 writes the function of a conic gradient for three inks.
            let in_rgb = |(color, at): (Color, Ratio)| {
                (Color::Process(ProcessColor::Rgb(color.to_rgb())), at)
            };
            let conic = Arc::make_mut(conic);
            conic.stops = stops.into_iter().map(in_rgb).collect();
            conic.space = ColorSpace::Process(ProcessColorSpace::Srgb);
        }
    }
}

/// Returns the stops of a gradient with the grays between them, as its own space
/// mixes them.
fn stops(gradient: &Gradient) -> Vec<(Color, Ratio)> {
    let own = gradient.stops_ref();
    let mut all: Vec<_> = own.iter().take(1).map(|(color, at)| (gray(color), *at)).collect();
    for pair in own.windows(2) {
        let [(_, from), (color, to)] = pair else { continue };
        // Two stops at one place are an edge.
        let steps = if from == to { 1 } else { STEPS };
        for step in 1..steps {
            let at = *from + (*to - *from) * (f64::from(step) / f64::from(steps));
            all.push((gray(&gradient.sample(RatioOrAngle::Ratio(at))), at));
        }
        all.push((gray(color), *to));
    }
    all
}

/// Tells whether a paint is printed with black alone.
pub(super) fn is_gray(paint: &Paint) -> bool {
    match paint {
        Paint::Solid(color) => is_gray_color(color),
        Paint::Gradient(gradient @ Gradient::Conic(_)) => {
            let is_gray = |color: &Color| {
                let color = color.to_rgb();
                color.red == color.green && color.green == color.blue
            };
            gradient.stops_ref().iter().all(|(color, _)| is_gray(color))
                && gradient.space() == ColorSpace::Process(ProcessColorSpace::Srgb)
        }
        Paint::Gradient(gradient) => {
            gradient.space() == GRAYS
                && gradient.stops_ref().iter().all(|(color, _)| is_gray_color(color))
        }
        Paint::Tiling(tiling) => is_gray_frame(tiling.frame()),
    }
}

fn is_gray_color(color: &Color) -> bool {
    matches!(color, Color::Process(ProcessColor::Luma(_)))
}

/// Tells whether what is drawn in a cell of a tiling is. Pictures may be anything.
fn is_gray_frame(frame: &Frame) -> bool {
    let stroke = |stroke: &FixedStroke| is_gray(&stroke.paint);
    frame.items().all(|(_, item)| match item {
        FrameItem::Group(group) => is_gray_frame(&group.frame),
        FrameItem::Text(text) => is_gray(&text.fill) && text.stroke.as_ref().is_none_or(stroke),
        FrameItem::Shape(shape, _) => {
            shape.fill.as_ref().is_none_or(is_gray) && shape.stroke.as_ref().is_none_or(stroke)
        }
        FrameItem::Image(..) => false,
        FrameItem::Link(..) | FrameItem::Tag(_) => true,
    })
}

/// Tells whether a color leaves no ink on white paper.
pub(super) fn is_white(color: &Color) -> bool {
    let gray = color.to_luma();
    gray.luma > 0.999 || gray.alpha < 0.001
}
