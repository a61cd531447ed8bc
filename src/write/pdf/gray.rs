//! Pages in black alone.

use typst::ecow::EcoVec;
use typst::layout::{Frame, FrameItem};
use typst::model::Document;
use typst::visualize::{Color, ColorSpace, FixedStroke, Paint, ProcessColor, ProcessColorSpace};
use typst_layout::PagedDocument;

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

/// Gradients and tilings stay, and are told of.
fn paint(paint: &mut Paint) {
    if let Paint::Solid(color) = paint {
        *color = Color::Process(ProcessColor::Luma(color.to_luma()));
    }
}

/// Tells whether a paint is printed with black alone.
pub(super) fn is_gray(paint: &Paint) -> bool {
    match paint {
        Paint::Solid(color) => matches!(color, Color::Process(ProcessColor::Luma(_))),
        Paint::Gradient(gradient) => {
            matches!(gradient.space(), ColorSpace::Process(ProcessColorSpace::D65Gray))
        }
        Paint::Tiling(_) => false,
    }
}

/// Tells whether a color leaves no ink on white paper.
pub(super) fn is_white(color: &Color) -> bool {
    let gray = color.to_luma();
    gray.luma > 0.999 || gray.alpha < 0.001
}
