//! What would print badly on finished sheets, found in the file that is printed: so it is
//! found of pages that others made, too.

mod font;
mod picture;
mod scan;
mod space;
mod walk;

use std::collections::BTreeMap;

use lopdf::{Document, LoadOptions, Object, ObjectId};

use self::scan::{Operand, Scanner};
use self::walk::{Seen, Shared};
use super::Fault;
use super::source::MAX_UNPACKED;
use crate::imposition::{Matrix, Rect, Sheet, Side, to_mm};

/// Fewer dots to the inch than these are seen.
pub const LEAST_DPI: f64 = 200.0;
/// Thinner lines than this, in points, break when a plate is made.
pub const HAIRLINE: f64 = 0.25;
/// More ink than this, in percent, does not dry.
pub const INK_LIMIT: f64 = 300.0;
/// How much is read of descriptions of pages, and of pixels, all in all, in bytes.
const MAX_READ: usize = 512 << 20;

/// Unpacks a JPEG of four inks: its samples, four bytes a pixel, as the file means them,
/// and whether Adobe's mark is in it, which says that they are written the other way round.
pub type Jpeg<'a> = &'a dyn Fn(&[u8]) -> Option<(Vec<u8>, bool)>;

/// What sheets are held to.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// How much of the edges of paper the printer does not reach, in points.
    pub margin: f64,
    /// How thick lines are at the least, in points.
    pub hairline: f64,
    /// How much ink may come together, in percent.
    pub ink: f64,
    /// Unpacks pictures.
    pub jpeg: Jpeg<'a>,
}

/// A side of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    /// What is printed first.
    Front,
    /// What is behind it.
    Back,
}

/// Something that would print badly.
#[derive(Debug, Clone, PartialEq)]
pub struct Flaw {
    /// The sheet, counted from 1.
    pub sheet: usize,
    /// The side of it.
    pub face: Face,
    /// The page, counted from 1; `None` if it is about the sheet.
    pub page: Option<usize>,
    /// What.
    pub kind: FlawKind,
}

/// What would print badly.
#[derive(Debug, Clone, PartialEq)]
pub enum FlawKind {
    /// A font is not in the file, and printers take another.
    LooseFont(String),
    /// Boxes of a page do not lie in each other: what is wrong with them.
    OddBoxes(String),
    /// A picture has too few dots.
    Coarse {
        /// How wide it is, in pixels.
        width: u32,
        /// How high it is.
        height: u32,
        /// Dots to the inch.
        dpi: f64,
    },
    /// Ink is where the printer does not reach.
    Outside {
        /// The edge of the sheet: "left", "right", "top", "bottom".
        edge: &'static str,
        /// How far from it, in millimeters.
        distance: f64,
        /// How far the printer does not reach.
        margin: f64,
    },
    /// More ink than dries.
    HeavyInk {
        /// How much, in percent.
        percent: f64,
        /// The most that is allowed.
        limit: f64,
        /// Whether it is in a picture.
        in_picture: bool,
    },
    /// A line that is thinner than can be printed.
    Hairline {
        /// How thick it is, in points.
        points: f64,
        /// How thick it should be.
        least: f64,
    },
}

/// What is found on sheets.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    /// What would print badly, by sheets.
    pub flaws: Vec<Flaw>,
    /// Whether all was looked at, and nothing was too large.
    pub is_whole: bool,
}

/// Looks at finished sheets.
///
/// # Errors
/// If the file cannot be opened.
pub fn inspect(bytes: &[u8], sheets: &[Sheet], limits: &Limits<'_>) -> Result<Looked, Fault> {
    let options =
        LoadOptions { max_decompressed_size: Some(MAX_UNPACKED), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options)
        .map_err(|error| Fault::NotPdf(error.to_string()))?;
    let mut shared = Shared::new(&document, limits.jpeg, MAX_READ, limits.ink / 100.0 + 1e-6);
    let mut known: BTreeMap<ObjectId, Seen> = BTreeMap::new();
    let sides = sheets.iter().enumerate().flat_map(|(index, sheet)| {
        let sides = [(Face::Front, Some(&sheet.front)), (Face::Back, sheet.back.as_ref())];
        sides.into_iter().filter_map(move |(face, side)| Some((index, sheet, face, side?)))
    });
    let mut flaws = Vec::new();
    for ((index, sheet, face, side), id) in sides.zip(document.page_iter()) {
        let mut add = |page: Option<usize>, kind: FlawKind| {
            flaws.push(Flaw { sheet: index + 1, face, page, kind });
        };
        if let Some(odd) = odd_boxes(&document, id) {
            add(None, FlawKind::OddBoxes(odd));
        }
        let paper = Rect::of(sheet.size);
        let placed = placed(&document, id, side);
        for ((form, matrix), slot) in placed.into_iter().zip(pages_of(side)) {
            let Ok(stream) = document.get_object(form).and_then(Object::as_stream) else {
                continue;
            };
            let Some(back) = inverse(matrix) else { continue };
            let seen = known
                .entry(form)
                .or_insert_with(|| walk::page(&mut shared, stream, back.apply_to(slot.trim)));
            let page = slot.page.map(|page| page + 1);
            for kind in judge(seen, matrix, slot.trim, paper, limits) {
                add(page, kind);
            }
        }
    }
    Ok(Looked { flaws, is_whole: shared.left > 0 })
}

/// The places of a side that hold a page.
fn pages_of(side: &Side) -> impl Iterator<Item = &crate::imposition::Slot> {
    side.slots.iter().filter(|slot| slot.page.is_some())
}

/// Returns the pages on a side in their order, each as the form that it is and how it comes
/// to lie there.
fn placed(document: &Document, id: ObjectId, side: &Side) -> Vec<(ObjectId, Matrix)> {
    let mut out = Vec::new();
    let Ok(content) = document.get_page_content_with_limit(id, MAX_UNPACKED) else { return out };
    let objects = document.get_dictionary(id).and_then(|page| {
        let resources = document.get_dict_in_dict(page, b"Resources")?;
        document.get_dict_in_dict(resources, b"XObject")
    });
    let Ok(objects) = objects else { return out };
    let start = Matrix::scale(1.0);
    let (mut matrix, mut saved) = (start, Vec::new());
    let mut scanner = Scanner::new(&content);
    let mut operands = Vec::new();
    while let Some(operator) = scanner.next(&mut operands) {
        let n = |at: usize| operands.get(at).and_then(Operand::number).unwrap_or(0.0);
        match operator {
            b"q" => saved.push(matrix),
            b"Q" => matrix = saved.pop().unwrap_or(start),
            b"cm" => matrix = Matrix([n(0), n(1), n(2), n(3), n(4), n(5)]).then(matrix),
            b"Do" => {
                if let Some(Operand::Name(name)) = operands.first()
                    && let Ok(form) = objects.get(name).and_then(Object::as_reference)
                {
                    out.push((form, matrix));
                }
            }
            _ => {}
        }
    }
    // Marks draw no objects; were it otherwise, places would be those of others.
    if out.len() == pages_of(side).count() { out } else { Vec::new() }
}

/// Judges what is on a page where it lies on a sheet.
fn judge(
    seen: &Seen,
    matrix: Matrix,
    trim: Rect,
    paper: Rect,
    limits: &Limits<'_>,
) -> Vec<FlawKind> {
    let scale = matrix.factor();
    let mut out: Vec<FlawKind> = seen.loose.iter().cloned().map(FlawKind::LooseFont).collect();
    let coarse = seen.pictures.iter().filter_map(|((width, height), dpi)| {
        let dpi = dpi / scale;
        let kind = FlawKind::Coarse { width: *width, height: *height, dpi };
        (dpi < LEAST_DPI - 0.5).then_some(kind)
    });
    out.extend(coarse);
    if let Some(ink) = seen.ink {
        let lies = matrix.apply_to(ink).common(trim);
        let edges = [
            ("left", lies.left - paper.left),
            ("bottom", lies.bottom - paper.bottom),
            ("right", paper.right - lies.right),
            ("top", paper.top - lies.top),
        ];
        let (edge, distance) = edges
            .into_iter()
            .min_by(|(_, one), (_, other)| one.total_cmp(other))
            .unwrap_or(("left", f64::MAX));
        if distance < limits.margin - 0.3 {
            let (distance, margin) = (to_mm(distance), to_mm(limits.margin));
            out.push(FlawKind::Outside { edge, distance, margin });
        }
    }
    if let Some((ink, in_picture)) = seen.heaviest {
        out.push(FlawKind::HeavyInk { percent: ink * 100.0, limit: limits.ink, in_picture });
    }
    if let Some(thinnest) = seen.thinnest {
        let points = thinnest * scale;
        if points < limits.hairline - 0.005 {
            out.push(FlawKind::Hairline { points, least: limits.hairline });
        }
    }
    out
}

/// Returns the way back; `None` if there is none.
fn inverse(Matrix([a, b, c, d, e, f]): Matrix) -> Option<Matrix> {
    let whole = a * d - b * c;
    if whole.abs() < 1e-12 {
        return None;
    }
    let (a, b, c, d) = (d / whole, -b / whole, -c / whole, a / whole);
    Some(Matrix([a, b, c, d, -(e * a + f * c), -(e * b + f * d)]))
}

/// Returns what is wrong with the boxes of a page, each of which lies in the one before
/// (ISO 32000-1, 14.11.2), as they are written.
pub(super) fn odd_boxes(document: &Document, id: ObjectId) -> Option<String> {
    let find = |key: &[u8]| {
        let found = super::source::inherited(document, id, key)?;
        let (_, found) = document.dereference(found).ok()?;
        super::source::read_rect(document, found)
    };
    let media = find(b"MediaBox")?;
    let [crop, bleed, trim, art] =
        [b"CropBox".as_slice(), b"BleedBox", b"TrimBox", b"ArtBox"].map(find);
    let pairs = [
        ("CropBox", crop, "MediaBox", Some(media)),
        ("BleedBox", bleed, "MediaBox", Some(media)),
        ("TrimBox", trim, "BleedBox", bleed),
        ("TrimBox", trim, "MediaBox", Some(media)),
        ("ArtBox", art, "MediaBox", Some(media)),
    ];
    let odd = pairs.into_iter().find(|(_, inner, _, outer)| {
        inner.zip(*outer).is_some_and(|(inner, outer)| !outer.grown(0.1).holds(inner))
    });
    odd.map(|(inner, _, outer, _)| format!("its {inner} goes beyond its {outer}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_back_lead_back() {
        let matrix = Matrix([0.0, -2.0, 2.0, 0.0, 30.0, 40.0]);
        let both = matrix.then(inverse(matrix).expect("a way"));
        let (x, y) = both.apply(5.0, 7.0);
        assert!((x - 5.0).abs() < 1e-9 && (y - 7.0).abs() < 1e-9);
        assert!(inverse(Matrix([1.0, 2.0, 2.0, 4.0, 0.0, 0.0])).is_none());
    }
}
