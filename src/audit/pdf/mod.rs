//! Documents: every object and every stream (ISO 32000-1).
//!
//! The text on pages is the author's own and is coded by fonts; it is not
//! searched. Titles, descriptions of pictures, bookmarks, metadata, and all
//! streams are.

mod document;
mod places;
mod plain;
mod syntax;

use memchr::memmem;

use self::document::{Content, Dictionary, Document, Value};
use self::plain::File;
use super::{Auditor, MAX_UNPACKED, Zone, after_end, raster};

/// What the document's information holds: 14.3.3.
const INFORMATION: [&[u8]; 10] = [
    b"Title",
    b"Author",
    b"Subject",
    b"Keywords",
    b"Creator",
    b"Producer",
    b"CreationDate",
    b"ModDate",
    b"Trapped",
    b"GTS_PDFXVersion",
];

/// The schemas of its metadata: what Typst writes, and press editions have.
const SCHEMAS: [&str; 16] = [
    "dc",
    "xmp",
    "xmpRights",
    "xmpMM",
    "xmpTPg",
    "pdf",
    "pdfaid",
    "pdfuaid",
    "pdfxid",
    "pdfaExtension",
    "pdfaSchema",
    "pdfaProperty",
    "stEvt",
    "rdf",
    "x",
    "xml",
];

/// What the dictionary of a picture holds: 8.9.5.1.
const IMAGE: [&[u8]; 15] = [
    b"Type",
    b"Subtype",
    b"Width",
    b"Height",
    b"ColorSpace",
    b"BitsPerComponent",
    b"Intent",
    b"ImageMask",
    b"Mask",
    b"Decode",
    b"Interpolate",
    b"SMask",
    b"Length",
    b"Filter",
    b"DecodeParms",
];

/// Keys that stand for what no document of ours has: attachments, scripts,
/// forms, thumbnails, data of other programs.
const FOREIGN: [(&[u8], &str); 9] = [
    (b"EmbeddedFiles", "attached files"),
    (b"EF", "attached files"),
    (b"AF", "attached files"),
    (b"JavaScript", "scripts"),
    (b"JS", "scripts"),
    (b"AcroForm", "a form"),
    (b"Thumb", "a thumbnail of a page"),
    (b"PieceInfo", "data of another program"),
    (b"Collection", "a portfolio"),
];

pub(super) fn open(bytes: &[u8], auditor: &mut Auditor) {
    // What stands around the document itself: 7.5.
    if !bytes.starts_with(b"%PDF-") {
        auditor.foreign("", "has bytes before its start");
    }
    const END: &[u8] = b"%%EOF";
    let ends: Vec<usize> = memmem::find_iter(bytes, END).map(|at| at + END.len()).collect();
    let rest = ends.first().and_then(|end| bytes.get(*end..)).unwrap_or_default();
    if ends.is_empty() {
        auditor.foreign("", "has no end");
    } else if !rest.iter().all(|byte| matches!(byte, b'\n' | b'\r')) {
        auditor.foreign("", after_end(rest));
        auditor.search("after its end", rest, Zone::Structure);
    }
    if look_plainly(bytes, auditor).is_some() {
        return;
    }
    let parsed = match document::parse(bytes) {
        Ok(parsed) => parsed,
        Err(error) => return auditor.foreign("", format!("cannot be opened ({error})")),
    };
    if parsed.encryption_state.is_some() {
        auditor.foreign("", "is encrypted");
    }
    look(&Document::of(&parsed), auditor);
}

/// Looks at a document that can be read in one pass; `None`, before anything is noted, if it
/// cannot.
fn look_plainly(bytes: &[u8], auditor: &mut Auditor) -> Option<()> {
    let file = File::read(bytes)?;
    let packs = file.unpack()?;
    let document = file.is_listed(&packs).then(|| file.with(&packs))??;
    look(&document, auditor);
    Some(())
}

fn look(document: &Document, auditor: &mut Auditor) {
    let info = document.trailer.get(b"Info").and_then(|info| document.resolve(info));
    if let Some(Value::Dictionary(Dictionary(info))) = info {
        for (key, _) in info.iter().filter(|(key, _)| !INFORMATION.contains(&key.as_ref())) {
            let length = key.len();
            auditor.foreign("its information", format!("has an unknown entry ({length} letters)"));
        }
    }
    entries(&document.trailer, "its trailer", auditor);
    let catalog = document.trailer.reference(b"Root").and_then(|root| document.object(root));
    let metadata = catalog.and_then(|catalog| catalog.entries().reference(b"Metadata"));
    for indirect in &document.objects {
        let place = &format!("object {}", indirect.id);
        walk(&indirect.value, place, auditor);
        if let Some(content) = &indirect.content {
            let is_metadata = Some(indirect.id) == metadata;
            stream_at(document, indirect.entries(), content, is_metadata, place, auditor);
        }
    }
}

/// Searches the strings and names of an object, and looks for keys that none of
/// ours has.
fn walk(value: &Value, place: &str, auditor: &mut Auditor) {
    match value {
        Value::Text(text) => auditor.search(place, text, Zone::Text),
        // The names of PDF itself are letters only: `Document`, `Figure`.
        Value::Name(name) if !name.iter().all(u8::is_ascii_alphanumeric) => {
            auditor.search(place, name, Zone::Text);
        }
        Value::Array(values) => values.iter().for_each(|value| walk(value, place, auditor)),
        Value::Dictionary(dictionary) => entries(dictionary, place, auditor),
        Value::Deep => auditor.foreign(place, "is nested too deeply"),
        // References are not followed.
        Value::Name(_)
        | Value::Boolean(_)
        | Value::Integer(_)
        | Value::Reference(_)
        | Value::Other => {}
    }
}

fn entries(dictionary: &Dictionary, place: &str, auditor: &mut Auditor) {
    for (key, value) in &dictionary.0 {
        if let Some((_, what)) = FOREIGN.iter().find(|(foreign, _)| *foreign == key.as_ref()) {
            auditor.foreign(place, format!("has {what}"));
        }
        if !key.iter().all(u8::is_ascii_alphanumeric) {
            auditor.search(place, key, Zone::Text);
        }
        walk(value, place, auditor);
    }
}

fn stream_at(
    document: &Document,
    entries: &Dictionary,
    content: &Content,
    is_metadata: bool,
    place: &str,
    auditor: &mut Auditor,
) {
    if entries.name(b"Subtype") == b"Image" {
        return image(document, entries, content, &format!("{place}, a picture"), auditor);
    }
    match entries.name(b"Type") {
        b"EmbeddedFile" => auditor.foreign(place, "is an attached file"),
        b"Metadata" if !is_metadata => auditor.foreign(place, "is metadata of a part"),
        _ => {}
    }
    if entries.get(b"F").is_some() {
        auditor.foreign(place, "has its data in another file");
    }
    let contents = match content.unpacked(entries) {
        Ok(contents) => contents,
        Err(error) => return auditor.foreign(place, format!("cannot be unpacked ({error})")),
    };
    if is_metadata {
        schemas(&contents, auditor);
        auditor.search("its metadata", &contents, Zone::Text);
    } else if contents.get(36..40) == Some(b"acsp") {
        auditor.search(&format!("{place}, a color profile"), &contents, Zone::Structure);
    } else if matches!(entries.name(b"Type"), b"EmbeddedFile" | b"Metadata") {
        auditor.search(place, &contents, Zone::Structure);
    } else {
        // Drawing instructions, fonts, tables of characters: mostly numbers.
        auditor.search(place, &contents, Zone::Raw);
        if memmem::find(&contents, b"BI").is_some() && has_inline_image(&contents) {
            auditor.foreign(place, "has a picture among its drawing instructions");
        }
    }
}

/// 8.9.7: `BI`, entries, `ID`, data, `EI`, each apart from others.
fn has_inline_image(contents: &[u8]) -> bool {
    let text = contents.split(u8::is_ascii_whitespace);
    let mut state = 0;
    for word in text {
        state = match (state, word) {
            (0, b"BI") => 1,
            (1, b"ID") => 2,
            (2, b"EI") => return true,
            (state, _) => state,
        };
    }
    false
}

/// Sees that the metadata has properties of known schemas only.
fn schemas(contents: &[u8], auditor: &mut Auditor) {
    let text = String::from_utf8_lossy(contents);
    let options =
        roxmltree::ParsingOptions { allow_dtd: false, ..roxmltree::ParsingOptions::default() };
    // The wrapper is a processing instruction, which may stand around the root.
    let Ok(tree) = roxmltree::Document::parse_with_options(&text, options) else {
        return auditor.foreign("its metadata", "is no XML");
    };
    for node in tree.descendants() {
        if node.is_comment() {
            auditor.foreign("its metadata", "has a comment");
        }
        let namespace = node.tag_name().namespace();
        let prefix = namespace.and_then(|namespace| node.lookup_prefix(namespace));
        if node.is_element() && !prefix.is_some_and(|prefix| SCHEMAS.contains(&prefix)) {
            auditor.foreign("its metadata", "has a property of an unknown schema");
        }
    }
}

/// Looks at a picture: JPEG as it is, or pixels of which there are just as many
/// as its size needs.
fn image(
    document: &Document,
    entries: &Dictionary,
    content: &Content,
    place: &str,
    auditor: &mut Auditor,
) {
    auditor.pictures += 1;
    if entries.0.iter().any(|(key, _)| !IMAGE.contains(&key.as_ref())) {
        auditor.foreign(place, "has entries that are on no list");
    }
    let (filters, bytes) = (entries.filters(), content.raw());
    match filters.as_slice() {
        [b"DCTDecode"] => raster::jpeg(place, bytes, auditor),
        [] | [b"FlateDecode"] => {
            let Some(wanted) = size(document, entries) else {
                return auditor.foreign(place, "has pixels of an unknown kind");
            };
            if !filters.is_empty() {
                raster::inflate(place, bytes, wanted, auditor);
            } else if bytes.len() == wanted {
                auditor.search(place, bytes, Zone::Opaque);
            } else {
                auditor.foreign(place, "has more or less than its pixels");
                auditor.search(place, bytes, Zone::Structure);
            }
        }
        _ => auditor.foreign(place, "is coded in a way that is on no list"),
    }
}

/// Returns how many bytes the pixels of a picture have. `None` for a color space
/// that is only named elsewhere.
fn size(document: &Document, entries: &Dictionary) -> Option<usize> {
    let (width, height) = (entries.number(b"Width")?, entries.number(b"Height")?);
    let (bits, channels) = if entries.get(b"ImageMask") == Some(&Value::Boolean(true)) {
        (1, 1)
    } else {
        (entries.number(b"BitsPerComponent")?, channels(document, entries.get(b"ColorSpace")?)?)
    };
    // With PNG's predictors, each row begins with its own: 7.4.4.4.
    let predictor = match entries.get(b"DecodeParms") {
        Some(Value::Dictionary(parameters)) => parameters.number(b"Predictor"),
        _ => None,
    };
    let filter = usize::from(predictor.is_some_and(|predictor| predictor >= 10));
    let row = width.checked_mul(channels)?.checked_mul(bits)?.div_ceil(8).checked_add(filter)?;
    row.checked_mul(height).filter(|size| *size <= MAX_UNPACKED)
}

/// Returns how many channels a color space has: 8.6.
fn channels(document: &Document, space: &Value) -> Option<usize> {
    let space = document.resolve(space)?;
    let (family, parameter) = match space {
        Value::Array(array) => (array.first()?, array.get(1)),
        other => (other, None),
    };
    let Value::Name(family) = family else { return None };
    match family.as_ref() {
        b"DeviceGray" | b"CalGray" | b"Indexed" => Some(1),
        b"DeviceRGB" | b"CalRGB" | b"Lab" => Some(3),
        b"DeviceCMYK" => Some(4),
        b"ICCBased" => match document.resolve(parameter?)? {
            Value::Dictionary(profile) => profile.number(b"N"),
            _ => None,
        },
        _ => None,
    }
}
