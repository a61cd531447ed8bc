//! Documents: every object and every stream (ISO 32000-1).
//!
//! The text on pages is the author's own and is coded by fonts; it is not
//! searched. Titles, descriptions of pictures, bookmarks, metadata, and all
//! streams are.

use lopdf::{Dictionary, Document, LoadOptions, Object, Stream};
use memchr::memmem;

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
    let options =
        LoadOptions { max_decompressed_size: Some(MAX_UNPACKED), ..LoadOptions::default() };
    let document = match Document::load_mem_with_options(bytes, options) {
        Ok(document) => document,
        Err(error) => return auditor.foreign("", format!("cannot be opened ({error})")),
    };
    if document.encryption_state.is_some() {
        auditor.foreign("", "is encrypted");
    }
    if let Some(info) =
        document.trailer.get(b"Info").ok().and_then(|info| document.dereference(info).ok())
        && let Ok(info) = info.1.as_dict()
    {
        for (key, _) in info.iter().filter(|(key, _)| !INFORMATION.contains(&key.as_slice())) {
            let length = key.len();
            auditor.foreign("its information", format!("has an unknown entry ({length} letters)"));
        }
    }
    entries(&document.trailer, "its trailer", auditor, 0);
    let metadata = document.catalog().ok().and_then(|catalog| catalog.get(b"Metadata").ok());
    let metadata = metadata.and_then(|metadata| metadata.as_reference().ok());
    for (id, object) in &document.objects {
        let place = format!("object {}", id.0);
        walk(object, &place, auditor, 0);
        if let Object::Stream(stream) = object {
            stream_at(&document, stream, &place, Some(*id) == metadata, auditor);
        }
    }
}

/// Searches the strings and names of an object, and looks for keys that none of
/// ours has.
fn walk(object: &Object, place: &str, auditor: &mut Auditor, depth: usize) {
    // Deeper than anything that is written; references are not followed.
    const MAX_DEPTH: usize = 200;
    if depth > MAX_DEPTH {
        return auditor.foreign(place, "is nested too deeply");
    }
    match object {
        Object::String(text, _) => auditor.search(place, text, Zone::Text),
        // The names of PDF itself are letters only: `Document`, `Figure`.
        Object::Name(name) if !name.iter().all(u8::is_ascii_alphanumeric) => {
            auditor.search(place, name, Zone::Text);
        }
        Object::Name(_) => {}
        Object::Array(array) => {
            for object in array {
                walk(object, place, auditor, depth + 1);
            }
        }
        Object::Dictionary(dictionary) => entries(dictionary, place, auditor, depth),
        Object::Stream(stream) => entries(&stream.dict, place, auditor, depth),
        Object::Null
        | Object::Boolean(_)
        | Object::Integer(_)
        | Object::Real(_)
        | Object::Reference(_) => {}
    }
}

fn entries(dictionary: &Dictionary, place: &str, auditor: &mut Auditor, depth: usize) {
    for (key, value) in dictionary {
        if let Some((_, what)) = FOREIGN.iter().find(|(foreign, _)| foreign == key) {
            auditor.foreign(place, format!("has {what}"));
        }
        if !key.iter().all(u8::is_ascii_alphanumeric) {
            auditor.search(place, key, Zone::Text);
        }
        walk(value, place, auditor, depth + 1);
    }
}

fn name<'a>(dictionary: &'a Dictionary, key: &[u8]) -> &'a [u8] {
    dictionary.get(key).and_then(Object::as_name).unwrap_or_default()
}

fn stream_at(
    document: &Document,
    stream: &Stream,
    place: &str,
    is_metadata: bool,
    auditor: &mut Auditor,
) {
    if name(&stream.dict, b"Subtype") == b"Image" {
        return image(document, stream, &format!("{place}, a picture"), auditor);
    }
    match name(&stream.dict, b"Type") {
        b"EmbeddedFile" => auditor.foreign(place, "is an attached file"),
        b"Metadata" if !is_metadata => auditor.foreign(place, "is metadata of a part"),
        _ => {}
    }
    if stream.dict.get(b"F").is_ok() {
        auditor.foreign(place, "has its data in another file");
    }
    let contents = match stream.decompressed_content_with_limit(MAX_UNPACKED) {
        Ok(contents) => contents,
        Err(error) => return auditor.foreign(place, format!("cannot be unpacked ({error})")),
    };
    if is_metadata {
        schemas(&contents, auditor);
        auditor.search("its metadata", &contents, Zone::Text);
    } else if contents.get(36..40) == Some(b"acsp") {
        auditor.search(&format!("{place}, a color profile"), &contents, Zone::Structure);
    } else if is_attachment_like(&stream.dict) {
        auditor.search(place, &contents, Zone::Structure);
    } else {
        // Drawing instructions, fonts, tables of characters: mostly numbers.
        auditor.search(place, &contents, Zone::Raw);
        if memmem::find(&contents, b"BI").is_some() && has_inline_image(&contents) {
            auditor.foreign(place, "has a picture among its drawing instructions");
        }
    }
}

fn is_attachment_like(dictionary: &Dictionary) -> bool {
    matches!(name(dictionary, b"Type"), b"EmbeddedFile" | b"Metadata")
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
fn image(document: &Document, stream: &Stream, place: &str, auditor: &mut Auditor) {
    auditor.pictures += 1;
    if stream.dict.iter().any(|(key, _)| !IMAGE.contains(&key.as_slice())) {
        auditor.foreign(place, "has entries that are on no list");
    }
    match stream.filters().unwrap_or_default().as_slice() {
        [b"DCTDecode"] => raster::jpeg(place, &stream.content, auditor),
        [] | [b"FlateDecode"] => {
            let Some(wanted) = size(document, &stream.dict) else {
                return auditor.foreign(place, "has pixels of an unknown kind");
            };
            match stream.filters() {
                Ok(filters) if !filters.is_empty() => {
                    raster::inflate(place, &stream.content, wanted, auditor);
                }
                _ if stream.content.len() == wanted => {
                    auditor.search(place, &stream.content, Zone::Opaque);
                }
                _ => {
                    auditor.foreign(place, "has more or less than its pixels");
                    auditor.search(place, &stream.content, Zone::Structure);
                }
            }
        }
        _ => auditor.foreign(place, "is coded in a way that is on no list"),
    }
}

/// Returns how many bytes the pixels of a picture have. `None` for a color space
/// that is only named elsewhere.
fn size(document: &Document, dictionary: &Dictionary) -> Option<usize> {
    let number = |key: &[u8]| {
        let number = dictionary.get(key).and_then(Object::as_i64).ok();
        number.and_then(|number| usize::try_from(number).ok())
    };
    let (width, height) = (number(b"Width")?, number(b"Height")?);
    let is_mask = dictionary.get(b"ImageMask").and_then(Object::as_bool).unwrap_or(false);
    let (bits, channels) = if is_mask {
        (1, 1)
    } else {
        (number(b"BitsPerComponent")?, channels(document, dictionary.get(b"ColorSpace").ok()?)?)
    };
    // With PNG's predictors, each row begins with its own: 7.4.4.4.
    let parameters = dictionary.get(b"DecodeParms").and_then(Object::as_dict).ok();
    let predictor = parameters.and_then(|p| p.get(b"Predictor").and_then(Object::as_i64).ok());
    let filter = usize::from(predictor.is_some_and(|predictor| predictor >= 10));
    let row = width.checked_mul(channels)?.checked_mul(bits)?.div_ceil(8).checked_add(filter)?;
    row.checked_mul(height).filter(|size| *size <= MAX_UNPACKED)
}

/// Returns how many channels a color space has: 8.6.
fn channels(document: &Document, space: &Object) -> Option<usize> {
    let (_, space) = document.dereference(space).ok()?;
    let family = match space {
        Object::Array(array) => array.first()?.as_name().ok()?,
        other => other.as_name().ok()?,
    };
    match family {
        b"DeviceGray" | b"CalGray" | b"Indexed" => Some(1),
        b"DeviceRGB" | b"CalRGB" | b"Lab" => Some(3),
        b"DeviceCMYK" => Some(4),
        b"ICCBased" => {
            let (_, profile) = document.dereference(space.as_array().ok()?.get(1)?).ok()?;
            let number = profile.as_stream().ok()?.dict.get(b"N").and_then(Object::as_i64).ok()?;
            usize::try_from(number).ok()
        }
        _ => None,
    }
}
