//! What is drawn on sheets besides pages: where to cut, where to fold, where inks must
//! meet, lines to write on.

use super::{Marks, Matrix, Rect, Size, mm};

/// How far marks stand from where is cut, in millimeters: so that a cut that is not
/// quite straight shows none, nor do they lie in the bleed.
const AWAY: f64 = 3.5;
/// How long they are.
const LONG: f64 = 4.5;
/// How far they stand from a bleed that is wider than that, at the least.
const CLEAR: f64 = 0.5;
/// The radius of a circle in which inks must meet.
const CIRCLE: f64 = 1.4;
/// How far the cross in it reaches, in radii.
pub const CROSS: f64 = 1.5;

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    /// Where to cut, in all inks: 0.25 pt.
    Cut,
    /// Where to fold, dashed.
    Fold,
    /// Where to write.
    Rule,
    /// Round a page that is not cut out.
    Frame,
}

/// Something that is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mark {
    /// A line from a point to another.
    Line([(f64, f64); 2], Stroke),
    /// A cross in a circle of a radius, [`CROSS`] times as large, in all inks.
    Target((f64, f64), f64),
    /// A black bar.
    Bar(Rect),
    /// The outline of a box.
    Outline(Rect, Stroke),
}

impl Mark {
    pub(super) fn half_turned(self, sheet: Size) -> Self {
        let turn = Matrix::half_turn(sheet);
        let point = |(x, y)| turn.apply(x, y);
        match self {
            Self::Line(points, stroke) => Self::Line(points.map(point), stroke),
            Self::Target(center, radius) => Self::Target(point(center), radius),
            Self::Bar(rect) => Self::Bar(rect.half_turned(sheet)),
            Self::Outline(rect, stroke) => Self::Outline(rect.half_turned(sheet), stroke),
        }
    }

    /// Returns the box round it, without the thickness of its lines.
    pub fn extent(self) -> Rect {
        match self {
            Self::Line([(x, y), (to_x, to_y)], _) => Rect {
                left: x.min(to_x),
                bottom: y.min(to_y),
                right: x.max(to_x),
                top: y.max(to_y),
            },
            Self::Target((x, y), radius) => {
                Rect { left: x, bottom: y, right: x, top: y }.grown(CROSS * radius)
            }
            Self::Bar(rect) | Self::Outline(rect, _) => rect,
        }
    }
}

/// Returns how much room marks take outside of pages, in points.
pub(super) fn room(marks: Marks) -> f64 {
    if marks.any() { mm(AWAY + LONG) } else { 0.0 }
}

/// Returns how far marks stand from a cover that goes on for a bleed, and how much room
/// they take, in points.
pub(super) fn beyond(marks: Marks, bleed: f64) -> (f64, f64) {
    let away = mm(AWAY).max(bleed + mm(CLEAR));
    (away, if marks.any() { away + mm(LONG) } else { bleed })
}

/// Returns the marks of a cover in a box, which is folded at lines upward.
pub(super) fn of_cover(
    marks: Marks,
    sheet: Size,
    block: Rect,
    folds: [f64; 2],
    away: f64,
) -> Vec<Mark> {
    let mut out = Vec::new();
    let (across, up) = ([block.left, block.right], [block.bottom, block.top]);
    if marks.crop {
        out.extend(cuts(sheet, block, &across, &up, away));
    }
    if marks.fold {
        for x in folds {
            for (from, to) in [
                (block.top + away, block.top + away + mm(LONG)),
                (block.bottom - away - mm(LONG), block.bottom - away),
            ] {
                push(&mut out, Mark::Line([(x, from), (x, to)], Stroke::Fold), Rect::of(sheet));
            }
        }
    }
    if marks.registration {
        out.extend(targets(sheet, block, away));
    }
    out
}

/// Returns the marks of a folded sheet whose pages lie in a box.
pub(super) fn of_folded(marks: Marks, sheet: Size, block: Rect, spine: f64) -> Vec<Mark> {
    let mut out = Vec::new();
    if marks.crop {
        let (across, up) = ([block.left, block.right], [block.bottom, block.top]);
        out.extend(cuts(sheet, block, &across, &up, mm(AWAY)));
    }
    if marks.fold {
        let paper = Rect::of(sheet);
        for (from, to) in [
            (block.top + mm(AWAY), block.top + mm(AWAY + LONG)),
            (block.bottom - mm(AWAY + LONG), block.bottom - mm(AWAY)),
        ] {
            push(&mut out, Mark::Line([(spine, from), (spine, to)], Stroke::Fold), paper);
        }
    }
    if marks.registration {
        out.extend(targets(sheet, block, mm(AWAY)));
    }
    out
}

/// Returns the marks of a sheet whose pages, in a box, are cut at lines.
pub(super) fn of_cut(
    marks: Marks,
    sheet: Size,
    block: Rect,
    across: &[f64],
    up: &[f64],
) -> Vec<Mark> {
    let mut out = Vec::new();
    if marks.crop {
        out.extend(cuts(sheet, block, across, up, mm(AWAY)));
    }
    if marks.registration {
        out.extend(targets(sheet, block, mm(AWAY)));
    }
    out
}

/// Returns marks outside of a box, where its content is cut upward at `across` and
/// across at `up`: as long as there is room, but not without any.
fn cuts(sheet: Size, block: Rect, across: &[f64], up: &[f64], away: f64) -> Vec<Mark> {
    let mut out = Vec::new();
    let paper = Rect::of(sheet);
    let ends = |low: f64, high: f64, most: f64| {
        [
            (high + away, (high + away + mm(LONG)).min(most)),
            ((low - away - mm(LONG)).max(0.0), low - away),
        ]
    };
    for (from, to) in ends(block.bottom, block.top, paper.top) {
        for x in across.iter().filter(|_| to - from > 1.0) {
            out.push(Mark::Line([(*x, from), (*x, to)], Stroke::Cut));
        }
    }
    for (from, to) in ends(block.left, block.right, paper.right) {
        for y in up.iter().filter(|_| to - from > 1.0) {
            out.push(Mark::Line([(from, *y), (to, *y)], Stroke::Cut));
        }
    }
    out
}

/// Returns crosses on all four sides of a box, those above and below beside the
/// middle, where sheets are folded.
fn targets(sheet: Size, block: Rect, away: f64) -> Vec<Mark> {
    let away = away + mm(LONG / 2.0);
    let (_, y) = block.center();
    let x = block.left + block.size().width * 0.25;
    let mut out = Vec::new();
    for center in [
        (block.left - away, y),
        (block.right + away, y),
        (x, block.top + away),
        (x, block.bottom - away),
    ] {
        push(&mut out, Mark::Target(center, mm(CIRCLE)), Rect::of(sheet));
    }
    out
}

/// Adds a mark if it lies on the paper.
fn push(out: &mut Vec<Mark>, mark: Mark, paper: Rect) {
    if paper.holds(mark.extent()) {
        out.push(mark);
    }
}
