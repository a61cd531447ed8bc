//! What printpdf leaves open in sheets: boxes, resources, what pages refer to, and all
//! that would be other bytes next time.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Document, Object, ObjectId, SaveOptions, StringFormat};

use super::Fault;
use super::draw::{ALL_INKS, moved, name, refer};
use super::merge::merged;
use super::source::{Pages, Taken};
use crate::imposition::{Rect, Sheet, Side, Size};

/// As the finished pages are packed.
const PACKING: u32 = 3;
const TOGETHER: usize = 200;

/// Finishes sheets.
///
/// # Errors
/// If what printpdf made is not what it was.
pub(super) fn finish(
    mut document: Document,
    pages: Pages,
    sheets: &[Sheet],
    used: &BTreeSet<ObjectId>,
) -> Result<Vec<u8>, Fault> {
    let wrong = |error: lopdf::Error| Fault::NotPdf(error.to_string());
    let sides = sheets.iter().flat_map(|sheet| {
        let sides = [Some(&sheet.front), sheet.back.as_ref()].into_iter().flatten();
        sides.map(|side| (sheet.size, side))
    });
    let ids: Vec<ObjectId> = document.page_iter().collect();
    for (id, (size, side)) in ids.into_iter().zip(sides) {
        let resources = resources(&document, id, side).map_err(wrong)?;
        let page = document.get_dictionary_mut(id).map_err(wrong)?;
        page.set("Resources", resources);
        page.remove(b"Annots");
        boxes(page, size, side);
    }
    let source = &pages.document;
    let mut needed = used.clone();
    let catalog = document.catalog_mut().map_err(wrong)?;
    catalog.remove(b"PageLayout");
    // How layers are shown, and what inks the pages are meant for.
    for key in [b"OCProperties".as_slice(), b"OutputIntents"] {
        let found = source.catalog().ok().and_then(|catalog| catalog.get(key).ok());
        if let Some(mut found) = found.cloned() {
            refer(&mut found, &mut needed);
            catalog.set(key, found);
        }
    }
    for (id, object) in take(source, needed) {
        document.objects.insert(moved(id), object);
    }
    document.trailer.set("Info", information(source));
    let id = blake3::hash(format!("{} {sheets:?}", pages.hash).as_bytes());
    let id = Object::String(id.as_bytes()[..16].to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id.clone(), id]);
    // Forms may use what the pages' own version has.
    let version = source.version.as_str();
    document.version = if version > "1.5" { version.to_owned() } else { "1.5".to_owned() };
    let mut document = merged(document);
    let options = SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true)
        .max_objects_per_stream(TOGETHER)
        .compression_level(PACKING)
        .build();
    let mut out = Vec::new();
    for object in document.objects.values_mut() {
        if let Object::Stream(stream) = object
            && stream.allows_compression
        {
            stream.compress().map_err(wrong)?;
        }
    }
    document.save_with_options(&mut out, options).map_err(|error| wrong(error.into()))?;
    Ok(out)
}

/// Returns the resources of a side: its own pages, not those of all sheets.
fn resources(document: &Document, id: ObjectId, side: &Side) -> Result<Dictionary, lopdf::Error> {
    let page = document.get_dictionary(id)?;
    let all = document.get_dict_in_dict(page, b"Resources")?;
    let all = document.get_dict_in_dict(all, b"XObject")?;
    let mut own = Dictionary::new();
    for index in side.slots.iter().filter_map(|slot| slot.page) {
        let name = name(index).0;
        own.set(name.as_str(), all.get(name.as_bytes())?.clone());
    }
    let mut resources = Dictionary::new();
    if !own.is_empty() {
        resources.set("XObject", own);
    }
    if !side.marks.is_empty() {
        let mut spaces = Dictionary::new();
        spaces.set(ALL_INKS, all_inks());
        resources.set("ColorSpace", spaces);
    }
    Ok(resources)
}

/// Returns the color space of all inks; shown as black where there is none but gray.
fn all_inks() -> Vec<Object> {
    let mut tint = Dictionary::new();
    tint.set("FunctionType", 2);
    tint.set("Domain", vec![0.into(), 1.into()]);
    tint.set("C0", vec![1.into()]);
    tint.set("C1", vec![0.into()]);
    tint.set("N", 1);
    let names = ["Separation", "All", "DeviceGray"];
    let mut space: Vec<Object> =
        names.map(|name| Object::Name(name.as_bytes().to_vec())).into_iter().collect();
    space.push(tint.into());
    space
}

/// Writes the boxes of a page (ISO 32000-1, 14.11.2), each within the one before:
/// printpdf has none for bleed, and writes the size of a box for its corner.
fn boxes(page: &mut Dictionary, size: Size, side: &Side) {
    let paper = Rect::of(size);
    let join = |of: fn(&crate::imposition::Slot) -> Rect| {
        side.slots.iter().map(of).reduce(Rect::joined).map_or(paper, |rect| rect.common(paper))
    };
    let trim = join(|slot| slot.trim);
    let bleed = join(|slot| slot.clip).joined(trim);
    for (key, rect) in
        [("MediaBox", paper), ("CropBox", paper), ("BleedBox", bleed), ("TrimBox", trim)]
    {
        let corners = [rect.left, rect.bottom, rect.right, rect.top];
        page.set(key, corners.map(|edge| Object::Real(edge as f32)).to_vec());
    }
}

/// Takes objects and all that they refer to from a source, referring to where they go.
fn take(source: &Document, mut needed: BTreeSet<ObjectId>) -> Taken {
    let mut taken = Taken::new();
    let mut queue: Vec<ObjectId> = needed.iter().copied().collect();
    while let Some(id) = queue.pop() {
        let mut object = source.objects.get(&id).cloned().unwrap_or(Object::Null);
        if leads_away(&object) {
            object = Object::Null;
        }
        if let Object::Dictionary(dictionary)
        | Object::Stream(lopdf::Stream { dict: dictionary, .. }) = &mut object
        {
            // Tags and traces of other programs are left out.
            for key in [b"StructParent".as_slice(), b"StructParents", b"PieceInfo", b"Metadata"] {
                dictionary.remove(key);
            }
        }
        let mut found = BTreeSet::new();
        refer(&mut object, &mut found);
        queue.extend(found.iter().filter(|id| needed.insert(**id)));
        taken.insert(id, object);
    }
    taken
}

/// Tells whether an object belongs to a document and not to a page.
fn leads_away(object: &Object) -> bool {
    const WHOLE: [&[u8]; 5] = [b"Page", b"Pages", b"Catalog", b"StructElem", b"StructTreeRoot"];
    let kind = object.as_dict().and_then(|dictionary| dictionary.get(b"Type"));
    kind.and_then(Object::as_name).is_ok_and(|kind| WHOLE.contains(&kind))
}

/// Returns what the source says of itself: 14.3.3.
fn information(source: &Document) -> Dictionary {
    let mut out = Dictionary::new();
    let known = source.trailer.get(b"Info").ok();
    let known = known.and_then(|info| source.dereference(info).ok());
    let known = known.and_then(|(_, info)| info.as_dict().ok());
    for key in ["Title", "Author", "Subject", "Keywords", "CreationDate"] {
        let value = known.and_then(|known| known.get(key.as_bytes()).ok());
        let value = value.and_then(|value| source.dereference(value).ok());
        if let Some((_, value @ Object::String(..))) = value {
            out.set(key, value.clone());
        }
    }
    let producer = format!("Recto {}", env!("CARGO_PKG_VERSION"));
    out.set("Producer", Object::string_literal(producer));
    out
}
