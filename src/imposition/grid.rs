//! Sheets that are not folded: several pages side by side, and one page many times.

use super::marks::{self, Mark, Stroke};
use super::{
    Binding, Duplex, Leaf, Matrix, Problem, Rect, Scaling, Settings, Sheet, Side, Size, Slot,
    is_back_turned, largest, mm, scale,
};

/// How far pages that are put side by side stand apart, in millimeters.
const GAP: f64 = 7.0;
/// How far lines to write on stand apart.
const LINES: f64 = 8.0;
/// How much of the width of its place a page leaves for notes, at the least.
const NOTES: f64 = 0.42;
/// How far marks where cards meet reach into them, in millimeters.
const CROSSING: f64 = 2.0;

/// Rows and columns of places for pages.
#[derive(Debug, Clone, Copy)]
struct Grid {
    sheet: Size,
    columns: usize,
    rows: usize,
    /// A place.
    cell: Size,
    gap: f64,
    /// The upper left corner of the first.
    left: f64,
    top: f64,
}

impl Grid {
    /// Divides a sheet but for its edges.
    fn divide(sheet: Size, columns: usize, rows: usize, edge: f64, gap: f64) -> Self {
        let part = |length: f64, count: usize| {
            (length - 2.0 * edge - gap * (count - 1) as f64) / count as f64
        };
        let cell = Size { width: part(sheet.width, columns), height: part(sheet.height, rows) };
        Self { sheet, columns, rows, cell, gap, left: edge, top: sheet.height - edge }
    }

    /// Puts as many cells as find room into the middle of a sheet.
    fn fill(sheet: Size, cell: Size, edge: f64, gap: f64) -> Self {
        // Not less for what a computer lost.
        let count = |length: f64, cell: f64| {
            ((length - 2.0 * edge + gap) / (cell + gap) + 1e-6).floor().max(0.0) as usize
        };
        let (columns, rows) = (count(sheet.width, cell.width), count(sheet.height, cell.height));
        let all = |count: usize, cell: f64| count as f64 * (cell + gap) - gap;
        let left = (sheet.width - all(columns, cell.width)) / 2.0;
        let top = sheet.height - (sheet.height - all(rows, cell.height)) / 2.0;
        Self { sheet, columns, rows, cell, gap, left, top }
    }

    fn count(&self) -> usize {
        self.columns * self.rows
    }

    /// Returns a place: those beside each other first, in the order of reading.
    fn cell(&self, index: usize, binding: Binding) -> Rect {
        let (row, column) = (index / self.columns, index % self.columns);
        let column = match binding {
            Binding::Left => column,
            Binding::Right => self.columns - 1 - column,
        };
        let left = self.left + column as f64 * (self.cell.width + self.gap);
        let top = self.top - row as f64 * (self.cell.height + self.gap);
        Rect::at(left, top - self.cell.height, self.cell)
    }
}

pub(super) fn n_up(
    settings: &Settings,
    leaves: &[Leaf],
    pages: usize,
    notes: bool,
) -> Result<Vec<Sheet>, Problem> {
    let page = largest(leaves);
    let edge = settings.margin;
    // What a page gets of its place.
    let room = |cell: Size| {
        if notes { Size { width: cell.width * (1.0 - NOTES), ..cell } } else { cell }
    };
    let mut best: Option<Grid> = None;
    for sheet in [settings.paper, settings.paper.turned()] {
        for columns in (1..=pages).filter(|columns| pages.is_multiple_of(*columns)) {
            let grid = Grid::divide(sheet, columns, pages / columns, edge, mm(GAP));
            let fit = |grid: &Grid| page.fit(room(grid.cell));
            if best.as_ref().is_none_or(|best| fit(&grid) > fit(best) + 1e-9) {
                best = Some(grid);
            }
        }
    }
    let grid = best.ok_or(Problem::NoPages)?;
    let factor = scale(settings.scaling, page, room(grid.cell))?;
    let side = |chunk: &[(usize, Leaf)]| {
        let mut side = Side::default();
        for (index, (page, leaf)) in chunk.iter().enumerate() {
            let cell = grid.cell(index, settings.binding);
            let size = Size { width: leaf.size.width * factor, height: leaf.size.height * factor };
            let trim = if notes {
                let left = match settings.binding {
                    Binding::Left => cell.left,
                    Binding::Right => cell.right - size.width,
                };
                Rect::at(left, cell.top - size.height, size)
            } else {
                let (x, y) = cell.center();
                Rect::at(x - size.width / 2.0, y - size.height / 2.0, size)
            };
            side.slots.push(Slot {
                page: Some(*page),
                matrix: Matrix::scale(factor).then(Matrix::shift(trim.left, trim.bottom)),
                trim,
                clip: trim,
            });
            side.marks.push(Mark::Outline(trim, Stroke::Frame));
            if notes {
                side.marks.extend(lines(cell, trim, settings.binding));
            }
        }
        side
    };
    let all: Vec<(usize, Leaf)> = leaves.iter().copied().enumerate().collect();
    let sides = all.chunks(pages).map(side).collect();
    Ok(sheets(settings, grid.sheet, sides))
}

/// Returns lines to write on, beside a page in its place.
fn lines(cell: Rect, page: Rect, binding: Binding) -> Vec<Mark> {
    let (from, to) = match binding {
        Binding::Left => (page.right + mm(GAP), cell.right),
        Binding::Right => (cell.left, page.left - mm(GAP)),
    };
    let mut out = Vec::new();
    let mut y = page.top - mm(LINES);
    while y >= page.bottom - 0.1 {
        out.push(Mark::Line([(from, y), (to, y)], Stroke::Rule));
        y -= mm(LINES);
    }
    out
}

pub(super) fn repeat(
    settings: &Settings,
    leaves: &[Leaf],
    gap: f64,
) -> Result<Vec<Sheet>, Problem> {
    let edge = settings.margin.max(marks::room(settings.marks));
    let (grid, factor) = filled(settings, leaves, gap, edge)?;
    let side = |page: usize, leaf: &Leaf| {
        let places = (0..grid.count()).map(|index| grid.cell(index, settings.binding));
        cut_side(settings, &grid, places.map(|cell| (page, *leaf, cell)), factor)
    };
    let sides = leaves.iter().enumerate().map(|(page, leaf)| side(page, leaf)).collect();
    Ok(sheets(settings, grid.sheet, sides))
}

/// Returns marks where four cards meet: cards fill the paper, and leave no room for
/// others.
fn crossings(grid: &Grid) -> Vec<Mark> {
    let reach = mm(CROSSING);
    let edges = |count: usize, start: f64, cell: f64| {
        let gap = grid.gap;
        (1..count).flat_map(move |index| {
            let at = start + index as f64 * (cell + gap);
            if gap > 0.0 { vec![at - gap, at] } else { vec![at] }
        })
    };
    let bottom = grid.top - grid.rows as f64 * (grid.cell.height + grid.gap) + grid.gap;
    let mut out = Vec::new();
    for x in edges(grid.columns, grid.left, grid.cell.width) {
        for y in edges(grid.rows, bottom, grid.cell.height) {
            out.push(Mark::Line([(x - reach, y), (x + reach, y)], Stroke::Cut));
            out.push(Mark::Line([(x, y - reach), (x, y + reach)], Stroke::Cut));
        }
    }
    out
}

/// Puts cards side by side, and their backs behind them.
pub(super) fn cards(settings: &Settings, leaves: &[Leaf], gap: f64) -> Result<Vec<Sheet>, Problem> {
    let (grid, factor) = filled(settings, leaves, gap, settings.margin)?;
    let all: Vec<(usize, Leaf)> = leaves.iter().copied().enumerate().collect();
    let mut sides = Vec::new();
    for chunk in all.chunks(2 * grid.count()) {
        // The back is seen from behind: what lies left there is right here.
        let other = match settings.binding {
            Binding::Left => Binding::Right,
            Binding::Right => Binding::Left,
        };
        for (first, order) in [(0, settings.binding), (1, other)] {
            let pages = chunk.iter().skip(first).step_by(2).enumerate();
            let places = pages.map(|(index, (page, leaf))| (*page, *leaf, grid.cell(index, order)));
            let mut side = cut_side(settings, &grid, places, factor);
            if settings.marks.crop {
                side.marks.extend(crossings(&grid));
            }
            sides.push(side);
        }
    }
    Ok(sheets(settings, grid.sheet, sides))
}

/// Returns as many places for the largest page as there are on paper, and how much it
/// is enlarged.
fn filled(
    settings: &Settings,
    leaves: &[Leaf],
    gap: f64,
    edge: f64,
) -> Result<(Grid, f64), Problem> {
    let page = largest(leaves);
    let factor = match settings.scaling {
        Scaling::By(factor) => factor,
        Scaling::Shrink | Scaling::Fit => 1.0,
    };
    let cell = Size { width: page.width * factor, height: page.height * factor };
    let [upright, turned] =
        [settings.paper, settings.paper.turned()].map(|sheet| Grid::fill(sheet, cell, edge, gap));
    let grid = if turned.count() > upright.count() { turned } else { upright };
    if grid.count() == 0 {
        let room = settings.paper;
        let room = Size { width: room.width - 2.0 * edge, height: room.height - 2.0 * edge };
        return Err(Problem::NoRoom { page: cell, room });
    }
    Ok((grid, factor))
}

pub(super) fn single(settings: &Settings, leaves: &[Leaf]) -> Result<Vec<Sheet>, Problem> {
    let page = largest(leaves);
    let edge = settings.margin.max(marks::room(settings.marks));
    let room =
        |sheet: Size| Size { width: sheet.width - 2.0 * edge, height: sheet.height - 2.0 * edge };
    let [upright, turned] = [settings.paper, settings.paper.turned()];
    let sheet = if page.fit(room(turned)) > page.fit(room(upright)) { turned } else { upright };
    let factor = scale(settings.scaling, page, room(sheet))?;
    let cell = Size { width: page.width * factor, height: page.height * factor };
    let grid = Grid {
        sheet,
        columns: 1,
        rows: 1,
        cell,
        gap: 0.0,
        left: (sheet.width - cell.width) / 2.0,
        top: (sheet.height + cell.height) / 2.0,
    };
    let side = |(page, leaf): (usize, &Leaf)| {
        let cell = grid.cell(0, settings.binding);
        cut_side(settings, &grid, std::iter::once((page, *leaf, cell)), factor)
    };
    let sides = leaves.iter().enumerate().map(side).collect();
    Ok(sheets(settings, sheet, sides))
}

/// Returns a side of pages that are cut out.
fn cut_side(
    settings: &Settings,
    grid: &Grid,
    places: impl Iterator<Item = (usize, Leaf, Rect)>,
    factor: f64,
) -> Side {
    let mut side = Side::default();
    let (mut across, mut up) = (Vec::new(), Vec::new());
    let mut block: Option<Rect> = None;
    for (page, leaf, cell) in places {
        let size = Size { width: leaf.size.width * factor, height: leaf.size.height * factor };
        let (x, y) = cell.center();
        let trim = Rect::at(x - size.width / 2.0, y - size.height / 2.0, size);
        let alone = grid.count() == 1;
        let bleed = (leaf.bleed * factor).min(if alone { f64::MAX } else { grid.gap / 2.0 });
        side.slots.push(Slot {
            page: Some(page),
            matrix: Matrix::scale(factor).then(Matrix::shift(trim.left, trim.bottom)),
            trim,
            clip: trim.grown(bleed).common(Rect::of(grid.sheet)),
        });
        across.extend([trim.left, trim.right]);
        up.extend([trim.bottom, trim.top]);
        block = Some(block.map_or(trim, |block| block.joined(trim)));
    }
    for edges in [&mut across, &mut up] {
        edges.sort_by(f64::total_cmp);
        edges.dedup_by(|next, before| *next - *before < 0.01);
    }
    if let Some(block) = block {
        side.marks = marks::of_cut(settings.marks, grid.sheet, block, &across, &up);
    }
    side
}

/// Puts sides on sheets.
fn sheets(settings: &Settings, size: Size, sides: Vec<Side>) -> Vec<Sheet> {
    let mut out = Vec::new();
    let mut sides = sides.into_iter();
    while let Some(front) = sides.next() {
        let back = if settings.duplex == Duplex::Off { None } else { sides.next() };
        let back = back.map(|back| {
            if is_back_turned(settings.duplex, size) { back.half_turned(size) } else { back }
        });
        out.push(Sheet { size, signature: 0, front, back });
    }
    out
}
