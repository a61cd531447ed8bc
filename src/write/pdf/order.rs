//! Text that runs from right to left, in the order in which it is read.
//!
//! A line is drawn, and so tagged, in the order of what it says. But where words
//! and the spaces between them are of two fonts, because a font of another script
//! stands in, Typst leaves these pieces in the order in which they lie on the
//! page, and words would be read aloud from the last to the first.

use typst::ecow::EcoVec;
use typst::layout::{Abs, Frame, FrameItem, Point};
use typst::model::Document;
use typst::text::TextItem;
use typst_layout::PagedDocument;

/// Returns a document whose pieces of text are in order; `None` if they are.
pub(super) fn document(document: &PagedDocument) -> Option<PagedDocument> {
    if !document.pages().iter().any(|page| has_turned(&page.frame)) {
        return None;
    }
    let mut pages = EcoVec::from(document.pages());
    for page in pages.make_mut() {
        order(&mut page.frame);
    }
    Some(PagedDocument::new(pages, document.info().clone()))
}

fn has_turned(frame: &Frame) -> bool {
    frame.items().any(|(_, item)| match item {
        FrameItem::Group(group) => has_turned(&group.frame),
        FrameItem::Text(text) => has_turned_letters(text),
        FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {
            false
        }
    })
}

/// Tells whether a piece of text has letters that run from right to left.
fn has_turned_letters(text: &TextItem) -> bool {
    !text.text.is_ascii() && text.text.chars().any(is_turned)
}

/// Tells whether a letter runs from right to left: the blocks of Unicode that are set aside
/// for them.
pub(super) fn is_turned(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

fn order(frame: &mut Frame) {
    frame.retain(|item| {
        if let FrameItem::Group(group) = item {
            order(&mut group.frame);
        }
        true
    });
    let mut items: Vec<(Point, FrameItem)> = frame.items().cloned().collect();
    let mut changed = false;
    let mut start = 0;
    while start < items.len() {
        let mut end = start + 1;
        while end < items.len() && follows(&items[end - 1], &items[end]) {
            end += 1;
        }
        let run = &mut items[start..end];
        let turned = |(_, item): &(Point, FrameItem)| matches!(item, FrameItem::Text(text) if has_turned_letters(text));
        if run.len() > 1 && run.iter().any(turned) {
            run.reverse();
            changed = true;
        }
        start = end;
    }
    if changed {
        let mut ordered = Frame::new(frame.size(), frame.kind());
        if frame.has_baseline() {
            ordered.set_baseline(frame.baseline());
        }
        ordered.push_multiple(items);
        *frame = ordered;
    }
}

/// Tells whether a piece of text lies right behind another on the page, but stands
/// before it in what the line says.
fn follows((place, before): &(Point, FrameItem), (next_place, next): &(Point, FrameItem)) -> bool {
    let (FrameItem::Text(before), FrameItem::Text(next)) = (before, next) else { return false };
    let end = place.x + before.width();
    let touches = (next_place.x - end).abs() < Abs::pt(0.01) && next_place.y == place.y;
    // Where the letters were in the text that was shaped.
    let first = |text: &TextItem| text.glyphs.iter().map(|glyph| glyph.span.1).min();
    // Words that run from left to right end what is turned.
    let may_turn =
        |text: &TextItem| has_turned_letters(text) || !text.text.chars().any(char::is_alphabetic);
    touches && may_turn(before) && may_turn(next) && first(next) < first(before)
}
