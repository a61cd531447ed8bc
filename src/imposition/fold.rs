//! Sheets that are folded once: booklets, and signatures of books.

use super::marks::{self, Mark};
use super::{
    Binding, Duplex, Leaf, Matrix, Problem, Rect, Settings, Sheet, Side, Size, Slot,
    is_back_turned, largest, scale,
};

/// How many pages a folded sheet has.
const PAGES: usize = 4;

/// How sheets are folded and put together.
pub(super) struct Folding {
    /// How many are put into each other; all, if nobody says.
    pub(super) signature: Option<usize>,
    pub(super) creep: f64,
    pub(super) milling: f64,
    /// Whether signatures are put on each other: marks on their backs then tell when
    /// one is in a wrong place.
    pub(super) is_gathered: bool,
}

pub(super) fn fold(
    settings: &Settings,
    leaves: &[Leaf],
    folding: &Folding,
) -> Result<Vec<Sheet>, Problem> {
    if settings.duplex == Duplex::Off {
        return Err(Problem::OneSided);
    }
    let page = largest(leaves);
    let place = Place::find(settings, page, folding)?;
    let total = leaves.len().div_ceil(PAGES);
    let usual = folding.signature.unwrap_or(total).clamp(1, total);
    let signatures = total.div_ceil(usual);
    let mut sheets = Vec::new();
    for (signature, first) in (0..total).step_by(usual).enumerate() {
        // The last has as many sheets as it needs.
        let count = usual.min(total - first);
        for sheet in 0..count {
            let [front, back] = order(count, sheet);
            let shift = folding.creep * sheet as f64;
            let side = |pair: [usize; 2]| {
                let pages = pair.map(|page| {
                    let page = first * PAGES + page;
                    leaves.get(page).map(|leaf| (page, *leaf))
                });
                place.side(settings, pages, shift)
            };
            let (mut front, mut back) = (side(front), side(back));
            if folding.is_gathered && settings.marks.fold && sheet == 0 && signatures > 1 {
                let block = place.block();
                front.marks.push(collation(block, place.sheet.width / 2.0, signature, signatures));
            }
            if is_back_turned(settings.duplex, place.sheet) {
                back = back.half_turned(place.sheet);
            }
            sheets.push(Sheet { size: place.sheet, signature, front, back: Some(back) });
        }
    }
    Ok(sheets)
}

/// Returns the pages of a sheet of a signature, from 0, as they lie from left to right
/// where books are bound on the left: on the front, which is outside when it is folded,
/// and on the back. Sheet 0 is the outermost.
fn order(sheets: usize, sheet: usize) -> [[usize; 2]; 2] {
    let pages = sheets * PAGES;
    let (low, high) = (2 * sheet, pages - 1 - 2 * sheet);
    [[high, low], [low + 1, high - 1]]
}

/// Where pages lie on a sheet.
struct Place {
    sheet: Size,
    /// How much they are enlarged.
    factor: f64,
    /// The largest of them, enlarged.
    page: Size,
    milling: f64,
}

impl Place {
    fn find(settings: &Settings, page: Size, folding: &Folding) -> Result<Self, Problem> {
        let room = |sheet: Size| {
            let edge = settings.margin.max(marks::room(settings.marks));
            Size {
                width: sheet.width / 2.0 - folding.milling - edge,
                height: sheet.height - 2.0 * edge,
            }
        };
        let upright = settings.paper;
        let most = |sheet: &Size| page.fit(room(*sheet));
        let sheet =
            if most(&upright) > most(&upright.turned()) { upright } else { upright.turned() };
        let factor = scale(settings.scaling, page, room(sheet))?;
        let page = Size { width: page.width * factor, height: page.height * factor };
        Ok(Self { sheet, factor, page, milling: folding.milling })
    }

    /// Returns the box round both pages.
    fn block(&self) -> Rect {
        let Self { sheet, page, milling, .. } = self;
        let half = page.width + milling;
        Rect::at(
            sheet.width / 2.0 - half,
            (sheet.height - page.height) / 2.0,
            Size { width: 2.0 * half, height: page.height },
        )
    }

    /// Returns a side with a left and a right page, each shifted toward the fold: so
    /// far inside of a booklet what is outside of it would be cut off.
    fn side(&self, settings: &Settings, pages: [Option<(usize, Leaf)>; 2], shift: f64) -> Side {
        let [left, right] = match settings.binding {
            Binding::Left => pages,
            Binding::Right => {
                let [left, right] = pages;
                [right, left]
            }
        };
        let Self { sheet, factor, .. } = *self;
        let spine = sheet.width / 2.0;
        let block = self.block();
        let mut slots = Vec::new();
        for (index, found) in [left, right].into_iter().enumerate() {
            let is_left = index == 0;
            // A page that is smaller than others lies at the fold, too.
            let size = found.map_or(self.page, |(_, leaf)| Size {
                width: leaf.size.width * factor,
                height: leaf.size.height * factor,
            });
            let bottom = (sheet.height - size.height) / 2.0;
            let x = if is_left {
                spine - self.milling - size.width + shift
            } else {
                spine + self.milling - shift
            };
            let half = if is_left {
                Rect { right: spine, ..Rect::of(sheet) }
            } else {
                Rect { left: spine, ..Rect::of(sheet) }
            };
            let lies = Rect::at(x, bottom, size);
            let bleed = found.map_or(0.0, |(_, leaf)| leaf.bleed * factor);
            // All pages are cut where those of the outermost sheet are.
            let cut = Rect::at(if is_left { x - shift } else { x + shift }, bottom, size);
            slots.push(Slot {
                page: found.map(|(page, _)| page),
                matrix: Matrix::scale(factor).then(Matrix::shift(x, bottom)),
                trim: cut,
                clip: lies.joined(cut).grown(bleed).common(half),
            });
        }
        let marks = marks::of_folded(settings.marks, sheet, block, spine);
        Side { slots, marks }
    }
}

/// Returns the mark on the back of a signature: those of all, put on each other, are a
/// flight of stairs.
fn collation(block: Rect, spine: f64, signature: usize, signatures: usize) -> Mark {
    let height = (block.size().height / (signatures + 2) as f64).min(super::mm(8.0));
    let top = block.top - height * (signature + 1) as f64;
    let half = super::mm(0.75);
    Mark::Bar(Rect { left: spine - half, right: spine + half, bottom: top - height, top })
}
