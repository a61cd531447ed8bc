//! Covers: the back, the spine and the front of a book side by side, on one sheet.

use super::marks;
use super::{Leaf, Marks, Matrix, Problem, Rect, Settings, Sheet, Side, Size, Slot, largest};

/// Returns how large paper is that has just room for a cover, its bleed and its marks.
pub fn cover_paper(cover: Size, bleed: f64, marks: Marks) -> Size {
    let (_, room) = marks::beyond(marks, bleed);
    Size { width: cover.width + 2.0 * room, height: cover.height + 2.0 * room }
}

/// Puts covers in the middle of sheets, as large as they are: a spine that is scaled fits
/// no book.
pub(super) fn cover(
    settings: &Settings,
    leaves: &[Leaf],
    spine: f64,
) -> Result<Vec<Sheet>, Problem> {
    let page = largest(leaves);
    let bleed = leaves.iter().map(|leaf| leaf.bleed).fold(0.0, f64::max);
    let (away, _) = marks::beyond(settings.marks, bleed);
    let needed = Rect::of(cover_paper(page, bleed, settings.marks));
    let papers = [settings.paper, settings.paper.turned()];
    let Some(sheet) = papers.into_iter().find(|paper| Rect::of(*paper).holds(needed)) else {
        let [upright, turned] = papers;
        let paper = if page.is_landscape() == upright.is_landscape() { upright } else { turned };
        let beyond = needed.size().width - page.width;
        let room = Size { width: paper.width - beyond, height: paper.height - beyond };
        return Err(Problem::NoRoom { page, room });
    };
    let on_sheet = |(index, leaf): (usize, &Leaf)| {
        let left = (sheet.width - leaf.size.width) / 2.0;
        let trim = Rect::at(left, (sheet.height - leaf.size.height) / 2.0, leaf.size);
        let (middle, _) = trim.center();
        let folds = [middle - spine / 2.0, middle + spine / 2.0];
        let slot = Slot {
            page: Some(index),
            matrix: Matrix::shift(trim.left, trim.bottom),
            trim,
            clip: trim.grown(leaf.bleed).common(Rect::of(sheet)),
        };
        let marks = marks::of_cover(settings.marks, sheet, trim, folds, away);
        let front = Side { slots: vec![slot], marks };
        Sheet { size: sheet, signature: 0, front, back: None }
    };
    Ok(leaves.iter().enumerate().map(on_sheet).collect())
}

#[cfg(test)]
mod tests {
    use super::super::{Imposition, Mark, Order, Stroke, impose, mm};
    use super::*;

    fn sheet(bleed: f64, order: &Order) -> Result<Sheet, Problem> {
        let size = Size::mm(362.0, 250.0);
        let leaves = [Leaf { size, bleed: mm(bleed) }];
        impose(&order.settings(size), &leaves).map(|mut sheets| sheets.remove(0))
    }

    #[test]
    fn marks_of_a_cover_are_beyond_its_bleed_and_on_the_paper() {
        for bleed in [0.0, 3.0, 3.175, 20.0] {
            let size = Size::mm(362.0, 250.0);
            let paper = cover_paper(size, mm(bleed), Marks::all());
            let imposition = Imposition::Cover { spine: mm(10.0) };
            let order = Order { paper: Some(paper), ..Order::new(imposition) };
            let sheet = sheet(bleed, &order).expect("room");
            let [slot] = sheet.front.slots.as_slice() else { panic!("one place") };
            assert!((slot.clip.left - (slot.trim.left - mm(bleed))).abs() < 1e-6);
            // Eight to cut, four to fold, four for inks.
            assert_eq!(sheet.front.marks.len(), 16);
            for mark in &sheet.front.marks {
                let lies = mark.extent();
                assert!(Rect::of(sheet.size).holds(lies), "{bleed}: {mark:?} is off the paper");
                let common = lies.common(slot.clip).size();
                assert!(common.width.min(common.height) <= 0.0, "{bleed}: {mark:?} is in it");
            }
            let folds = sheet.front.marks.iter().filter_map(|mark| match mark {
                Mark::Line([(x, _), _], Stroke::Fold) => Some(*x - slot.trim.left),
                _ => None,
            });
            let mut folds: Vec<f64> = folds.collect();
            folds.sort_by(f64::total_cmp);
            for (fold, expected) in folds.iter().zip([176.0, 176.0, 186.0, 186.0]) {
                assert!((fold - mm(expected)).abs() < 1e-6, "{folds:?}");
            }
        }
    }

    #[test]
    fn covers_are_turned_but_never_made_smaller() {
        let order = |width, height| Order {
            paper: Some(Size::mm(width, height)),
            ..Order::new(Imposition::Cover { spine: 0.0 })
        };
        assert_eq!(sheet(3.0, &order(320.0, 450.0)).expect("room").size, Size::mm(450.0, 320.0));
        let problem = sheet(3.0, &order(297.0, 370.0)).expect_err("no room for marks");
        let Problem::NoRoom { page, room } = problem else { panic!("{problem:?}") };
        assert_eq!((page.shown(), room.shown()), ("362 × 250 mm".into(), "354 × 281 mm".into()));
        let bare = Order { marks: Some(Marks::default()), ..order(297.0, 370.0) };
        assert!(sheet(3.0, &bare).is_ok());
    }
}
