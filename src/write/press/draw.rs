//! Sheets, drawn with printpdf: pages as external forms (ISO 32000-1, 8.10),
//! and marks.
//!
//! What a page needs stays where it is, in its document; forms refer to it by numbers
//! that are out of the way of those that printpdf gives, and [`super::mend`] puts it
//! there.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, ObjectId, Stream};
use printpdf::{
    Color, CurTransMat, DictItem, ExternalStream, ExternalXObject, Greyscale, Line,
    LineDashPattern, LinePoint, Mm, Op, PaintMode, PdfDocument, PdfPage, PdfSaveOptions, Point, Pt,
    Rect as Box, XObject, XObjectId, XObjectTransform,
};

use super::Fault;
use super::merge::each_reference;
use super::source::{MAX_UNPACKED, Page, Pages, inherited};
use crate::imposition::{CROSS, Mark, Matrix, Rect, Sheet, Side, Stroke};

/// What is added to the numbers of the source's objects.
pub(super) const APART: u32 = 1 << 28;
/// The color space of marks that all inks print: ISO 32000-1, 8.6.6.4.
pub(super) const ALL_INKS: &str = "All";

/// A document of sheets as printpdf makes it, and the objects of the source that it
/// refers to.
pub(super) fn draw(
    pages: &Pages,
    sheets: &[Sheet],
) -> Result<(lopdf::Document, BTreeSet<ObjectId>), Fault> {
    let mut document = PdfDocument::new("");
    let mut used = BTreeSet::new();
    let sides = || sheets.iter().flat_map(|sheet| [Some(&sheet.front), sheet.back.as_ref()]);
    let slots = sides().flatten().flat_map(|side| &side.slots);
    let placed: BTreeSet<usize> = slots.filter_map(|slot| slot.page).collect();
    for index in placed {
        let Some(page) = pages.pages.get(index) else { continue };
        let form = form(pages, page, &mut used)
            .map_err(|error| Fault::Page(index + 1, error.to_string()))?;
        document.resources.xobjects.map.insert(name(index), XObject::External(form));
    }
    for sheet in sheets {
        for side in [Some(&sheet.front), sheet.back.as_ref()].into_iter().flatten() {
            let mut page = PdfPage::new(Mm(0.0), Mm(0.0), operations(side, pages));
            // All boxes are mended later: printpdf writes a corner as a size.
            let size = Box::from_wh(pt(sheet.size.width), pt(sheet.size.height));
            (page.media_box, page.trim_box, page.crop_box) = (size.clone(), size.clone(), size);
            document.pages.push(page);
        }
    }
    let options = PdfSaveOptions { optimize: false, secure: false, ..PdfSaveOptions::default() };
    Ok((document.to_lopdf_document(&options, &mut Vec::new()), used))
}

/// Returns the name of a page among the objects of sheets.
pub(super) fn name(page: usize) -> XObjectId {
    XObjectId(format!("P{}", page + 1))
}

/// Returns a page as a form. What describes it is taken over as it is packed.
fn form(
    pages: &Pages,
    page: &Page,
    used: &mut BTreeSet<ObjectId>,
) -> Result<ExternalXObject, lopdf::Error> {
    let document = &pages.document;
    let contents = document.get_page_contents(page.id);
    let stream = match contents.as_slice() {
        [only] => document.get_object(*only)?.as_stream()?.clone(),
        // One description in many pieces, between which a number may be parted.
        _ => {
            let content = document.get_page_content_with_limit(page.id, MAX_UNPACKED)?;
            let mut stream = Stream::new(Dictionary::new(), content);
            stream.compress()?;
            stream
        }
    };
    let mut dict: BTreeMap<String, DictItem> = BTreeMap::new();
    let mut set = |key: &str, item: DictItem| dict.insert(key.to_owned(), item);
    set("Type", DictItem::Name(b"XObject".to_vec()));
    set("Subtype", DictItem::Name(b"Form".to_vec()));
    set("FormType", DictItem::Int(1));
    let Rect { left, bottom, right, top } = page.bounds;
    let bounds = [left, bottom, right, top].map(|edge| DictItem::Real(edge as f32));
    set("BBox", DictItem::Array(bounds.to_vec()));
    for key in ["Filter", "DecodeParms"] {
        if let Ok(value) = stream.dict.get(key.as_bytes()) {
            set(key, DictItem::from_lopdf(document.dereference(value)?.1));
        }
    }
    for (key, value) in [
        ("Resources", inherited(document, page.id, b"Resources")),
        ("Group", document.get_dictionary(page.id)?.get(b"Group").ok()),
    ] {
        let Some(value) = value else { continue };
        let mut value = value.clone();
        refer(&mut value, used);
        set(key, DictItem::from_lopdf(&value));
    }
    let stream = ExternalStream { dict, content: stream.content, compress: false };
    Ok(ExternalXObject { stream, width: None, height: None, dpi: None })
}

/// Lets references lead where the source's objects will be, and notes them.
pub(super) fn refer(object: &mut Object, used: &mut BTreeSet<ObjectId>) {
    each_reference(object, &mut |id| {
        used.insert(*id);
        *id = moved(*id);
    });
}

/// Returns where an object of the source goes.
pub(super) fn moved((number, generation): ObjectId) -> ObjectId {
    (number.saturating_add(APART), generation)
}

fn pt(length: f64) -> Pt {
    Pt(length as f32)
}

fn operations(side: &Side, pages: &Pages) -> Vec<Op> {
    let mut out = Vec::new();
    for slot in &side.slots {
        let Some((index, page)) =
            slot.page.and_then(|index| Some((index, pages.pages.get(index)?)))
        else {
            continue;
        };
        let Matrix(matrix) = page.upright.then(slot.matrix);
        out.extend([
            Op::SaveGraphicsState,
            Op::DrawRectangle { rectangle: boxed(slot.clip, PaintMode::Clip) },
            Op::SetTransformationMatrix {
                matrix: CurTransMat::Raw(matrix.map(|number| number as f32)),
            },
            Op::UseXobject {
                id: name(index),
                transform: XObjectTransform { no_auto_scale: true, ..XObjectTransform::default() },
            },
            Op::RestoreGraphicsState,
        ]);
    }
    for mark in &side.marks {
        out.push(Op::SaveGraphicsState);
        draw_mark(*mark, &mut out);
        out.push(Op::RestoreGraphicsState);
    }
    out
}

fn boxed(rect: Rect, mode: PaintMode) -> Box {
    let size = rect.size();
    let mut out = Box::from_xywh(pt(rect.left), pt(rect.bottom), pt(size.width), pt(size.height));
    out.mode = Some(mode);
    out
}

fn draw_mark(mark: Mark, out: &mut Vec<Op>) {
    match mark {
        Mark::Line([from, to], stroke) => {
            pen(stroke, out);
            out.push(line(&[from, to]));
        }
        Mark::Outline(rect, stroke) => {
            pen(stroke, out);
            out.push(Op::DrawRectangle { rectangle: boxed(rect, PaintMode::Stroke) });
        }
        Mark::Bar(rect) => {
            out.push(Op::SetFillColor { col: gray(0.0) });
            out.push(Op::DrawRectangle { rectangle: boxed(rect, PaintMode::Fill) });
        }
        Mark::Target((x, y), radius) => {
            pen(Stroke::Cut, out);
            let reach = radius * CROSS;
            out.push(line(&[(x - reach, y), (x + reach, y)]));
            out.push(line(&[(x, y - reach), (x, y + reach)]));
            out.push(circle(x, y, radius));
        }
    }
}

/// Takes a pen for lines.
fn pen(stroke: Stroke, out: &mut Vec<Op>) {
    let (width, color) = match stroke {
        Stroke::Cut => {
            // Marks for the knife are on every plate, or plates are cut apart.
            out.push(Op::SetColorSpaceStroke { id: ALL_INKS.to_owned() });
            out.push(Op::Unknown { key: "SCN".to_owned(), value: vec![DictItem::Real(1.0)] });
            (0.3, None)
        }
        Stroke::Fold => {
            out.push(Op::SetLineDashPattern { dash: LineDashPattern::new(0.0, &[3.0, 2.0]) });
            (0.4, Some(0.0))
        }
        Stroke::Rule => (0.4, Some(0.55)),
        Stroke::Frame => (0.5, Some(0.45)),
    };
    if let Some(level) = color {
        out.push(Op::SetOutlineColor { col: gray(level) });
    }
    out.push(Op::SetOutlineThickness { pt: Pt(width) });
}

fn gray(level: f32) -> Color {
    Color::Greyscale(Greyscale { percent: level, icc_profile: None })
}

fn line(points: &[(f64, f64)]) -> Op {
    let points = points.iter().map(|point| at(*point, false)).collect();
    Op::DrawLine { line: Line { points, is_closed: false } }
}

fn at((x, y): (f64, f64), bezier: bool) -> LinePoint {
    LinePoint { p: Point { x: pt(x), y: pt(y) }, bezier }
}

/// Returns a circle of four Bézier curves, off by a fiftieth of a percent.
fn circle(x: f64, y: f64, radius: f64) -> Op {
    let pull = radius * 0.552_285;
    let mut points = vec![at((x + radius, y), false)];
    for (dx, dy) in [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)] {
        // The next corner is a quarter turn further.
        let (nx, ny) = (-dy, dx);
        let (fx, fy) = (x + dx * radius, y + dy * radius);
        let (tx, ty) = (x + nx * radius, y + ny * radius);
        points.push(at((fx + nx * pull, fy + ny * pull), true));
        points.push(at((tx + dx * pull, ty + dy * pull), true));
        points.push(at((tx, ty), false));
    }
    Op::DrawLine { line: Line { points, is_closed: true } }
}
