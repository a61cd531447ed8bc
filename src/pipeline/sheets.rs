//! Finished pages, put on sheets.

use crate::imposition::{Duplex, Imposition, Order, Size, impose};
use crate::write::press::{Fault, Pages, write};

/// Sheets that were made.
#[derive(Debug, Clone)]
pub struct Pressed {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// How many pages there were.
    pub pages: usize,
    /// How many sheets there are.
    pub sheets: usize,
    /// How large these are.
    pub size: Size,
    /// How much pages were enlarged.
    pub factor: f64,
    /// How sheets are turned over.
    pub duplex: Duplex,
    /// In what way the pages lie on them.
    pub imposition: Imposition,
    /// Pages, counted from 1, with notes or fields that are not on the sheets.
    pub annotated: Vec<usize>,
}

/// Puts the pages of a PDF on sheets.
///
/// # Errors
/// If it is not what it should be, or its pages find no room.
pub fn press(bytes: &[u8], order: &Order) -> Result<Pressed, Fault> {
    let pages = Pages::open(bytes)?;
    let leaves = pages.leaves();
    let sizes = leaves.iter().map(|leaf| leaf.size);
    let largest = sizes.reduce(|one, other| Size {
        width: one.width.max(other.width),
        height: one.height.max(other.height),
    });
    let settings = order.settings(largest.unwrap_or(Size { width: 0.0, height: 0.0 }));
    let sheets = impose(&settings, &leaves)?;
    let first = sheets.first();
    let slot = first.and_then(|sheet| sheet.front.slots.first());
    let factor = slot.map_or(1.0, |slot| slot.matrix.factor());
    let size = first.map_or(settings.paper, |sheet| sheet.size);
    let annotated = pages.annotated();
    let bytes = write(pages, &sheets)?;
    Ok(Pressed {
        bytes,
        pages: leaves.len(),
        sheets: sheets.len(),
        size,
        factor,
        duplex: settings.duplex,
        imposition: settings.imposition,
        annotated,
    })
}
