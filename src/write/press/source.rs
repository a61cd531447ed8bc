//! A PDF whose pages are put on sheets.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Error, LoadOptions, Object, ObjectId};

use super::Fault;
use crate::imposition::{Leaf, Matrix, Rect, Size};

/// More pages than any book that is folded has.
pub(super) const MAX_PAGES: usize = 20_000;
/// No stream that describes a page, or packs objects, is larger unpacked.
pub(super) const MAX_UNPACKED: usize = 256 << 20;
/// How far up the tree of pages something is inherited from.
const MAX_DEPTH: usize = 64;
/// The largest page, in points: ISO 32000-1, annex C.2.
const MAX_SIDE: f64 = 14_400.0;

/// A PDF, opened.
#[derive(Debug)]
pub struct Pages {
    pub(super) document: Document,
    pub(super) pages: Vec<Page>,
    /// What tells it from all others.
    pub(super) hash: blake3::Hash,
}

/// One of its pages.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) id: ObjectId,
    pub(super) leaf: Leaf,
    /// From the page's own system to one whose origin is its lower left trimmed corner.
    pub(super) upright: Matrix,
    /// What of it may be seen, in its own system.
    pub(super) bounds: Rect,
}

impl Pages {
    /// Opens a PDF.
    ///
    /// # Errors
    /// If it is broken or encrypted, or has pages without size.
    pub fn open(bytes: &[u8]) -> Result<Self, Fault> {
        let options =
            LoadOptions { max_decompressed_size: Some(MAX_UNPACKED), ..LoadOptions::default() };
        let document =
            Document::load_mem_with_options(bytes, options).map_err(|error| match error {
                Error::InvalidPassword | Error::Decryption(_) => Fault::Encrypted,
                error => Fault::NotPdf(error.to_string()),
            })?;
        if document.encryption_state.is_some() || document.is_encrypted() {
            return Err(Fault::Encrypted);
        }
        let ids: Vec<ObjectId> = document.page_iter().take(MAX_PAGES + 1).collect();
        if ids.is_empty() {
            return Err(Fault::NotPdf("it has no pages".to_owned()));
        }
        if ids.len() > MAX_PAGES {
            return Err(Fault::TooManyPages(document.page_iter().count()));
        }
        let pages = ids.into_iter().enumerate().map(|(index, id)| {
            page(&document, id).map_err(|cause| Fault::Page(index + 1, cause.to_owned()))
        });
        let pages = pages.collect::<Result<_, _>>()?;
        Ok(Self { document, pages, hash: blake3::hash(bytes) })
    }

    /// Returns the sizes of the pages.
    pub fn leaves(&self) -> Vec<Leaf> {
        self.pages.iter().map(|page| page.leaf).collect()
    }

    /// Returns the pages, counted from 1, whose boxes do not lie in each other, and what is
    /// wrong with these.
    pub fn odd_boxes(&self) -> Vec<(usize, String)> {
        let pages = self.pages.iter().enumerate();
        let odd = pages.filter_map(|(index, page)| {
            Some((index + 1, super::preflight::odd_boxes(&self.document, page.id)?))
        });
        odd.collect()
    }

    /// Returns the pages, counted from 1, that have notes, stamps or fields of forms:
    /// they lie above pages, and are not on sheets.
    pub fn annotated(&self) -> Vec<usize> {
        let is_seen = |annotation: &Dictionary| {
            let kind = annotation.get(b"Subtype").and_then(Object::as_name).unwrap_or_default();
            !matches!(kind, b"Link" | b"Popup")
        };
        let has = |page: &Page| {
            let annotations = self.document.get_page_annotations(page.id).unwrap_or_default();
            annotations.iter().any(|annotation| is_seen(annotation))
        };
        let found = self.pages.iter().enumerate().filter(|(_, page)| has(page));
        found.map(|(index, _)| index + 1).collect()
    }
}

/// Returns an entry of a page, or what it inherits (ISO 32000-1, 7.7.3.4).
pub(super) fn inherited<'a>(
    document: &'a Document,
    id: ObjectId,
    key: &[u8],
) -> Option<&'a Object> {
    let mut node = document.get_dictionary(id).ok()?;
    for _ in 0..MAX_DEPTH {
        if let Ok(found) = node.get(key) {
            return Some(found);
        }
        let parent = node.get(b"Parent").ok()?.as_reference().ok()?;
        node = document.get_dictionary(parent).ok()?;
    }
    None
}

fn page(document: &Document, id: ObjectId) -> Result<Page, &'static str> {
    let find = |key: &[u8]| {
        inherited(document, id, key)
            .and_then(|object| document.dereference(object).ok())
            .map(|(_, object)| object)
    };
    let rect = |key: &[u8]| find(key).and_then(|object| read_rect(document, object));
    let media = rect(b"MediaBox").ok_or("it has no size")?;
    let crop = rect(b"CropBox").map_or(media, |crop| crop.common(media));
    // What a page without boxes is cut to is what is shown of it: 14.11.2.
    let trim = rect(b"TrimBox").map_or(crop, |trim| trim.common(media));
    let bounds = match (rect(b"TrimBox"), rect(b"BleedBox")) {
        (_, Some(bleed)) => bleed.common(media),
        (Some(_), None) => media,
        (None, None) => crop,
    };
    let unit = find(b"UserUnit").and_then(number).filter(|unit| *unit > 0.0).unwrap_or(1.0);
    let Size { width, height } = trim.size();
    if !(width * unit >= 1.0 && height * unit >= 1.0) {
        return Err("it has no size");
    }
    if !(width * unit <= MAX_SIDE && height * unit <= MAX_SIDE) {
        return Err("it is larger than 5 m");
    }
    let bounds = bounds.joined(trim);
    let bleed = [
        trim.left - bounds.left,
        trim.bottom - bounds.bottom,
        bounds.right - trim.right,
        bounds.top - trim.top,
    ];
    let bleed = bleed.into_iter().fold(f64::MAX, f64::min).max(0.0) * unit;
    let rotation = find(b"Rotate").and_then(number).unwrap_or(0.0).rem_euclid(360.0) as i64;
    let (upright, size) = upright(trim, rotation);
    let size = Size { width: size.width * unit, height: size.height * unit };
    let upright = upright.then(Matrix::scale(unit));
    Ok(Page { id, leaf: Leaf { size, bleed }, upright, bounds })
}

/// Returns how a page that is turned clockwise comes to stand on the origin.
fn upright(trim: Rect, rotation: i64) -> (Matrix, Size) {
    let size = trim.size();
    let Rect { left, bottom, right, top } = trim;
    match rotation {
        90 => (Matrix([0.0, -1.0, 1.0, 0.0, -bottom, right]), size.turned()),
        180 => (Matrix([-1.0, 0.0, 0.0, -1.0, right, top]), size),
        270 => (Matrix([0.0, 1.0, -1.0, 0.0, top, -left]), size.turned()),
        _ => (Matrix::shift(-left, -bottom), size),
    }
}

fn number(object: &Object) -> Option<f64> {
    let number = match object {
        Object::Integer(number) => *number as f64,
        Object::Real(number) => f64::from(*number),
        _ => return None,
    };
    number.is_finite().then_some(number)
}

pub(super) fn read_rect(document: &Document, object: &Object) -> Option<Rect> {
    let corners = object.as_array().ok()?;
    let corners: Vec<f64> = corners
        .iter()
        .filter_map(|corner| {
            document.dereference(corner).ok().and_then(|(_, corner)| number(corner))
        })
        .collect();
    let [x, y, to_x, to_y] = corners.as_slice() else { return None };
    Some(Rect { left: x.min(*to_x), bottom: y.min(*to_y), right: x.max(*to_x), top: y.max(*to_y) })
}

/// Objects that pages take with them, by their ids in the source.
pub(super) type Taken = BTreeMap<ObjectId, Object>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turned_pages_stand_on_the_origin() {
        let trim = Rect { left: 10.0, bottom: 20.0, right: 110.0, top: 220.0 };
        for (rotation, corner) in
            [(0, (0.0, 0.0)), (90, (0.0, 100.0)), (180, (100.0, 200.0)), (270, (200.0, 0.0))]
        {
            let (matrix, size) = upright(trim, rotation);
            let lies = matrix.apply_to(trim);
            assert_eq!(lies, Rect::of(size), "{rotation}");
            // Where the page's own lower left corner is seen.
            assert_eq!(matrix.apply(10.0, 20.0), corner, "{rotation}");
        }
    }
}
