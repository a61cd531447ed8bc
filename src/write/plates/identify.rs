//! What a file says of itself: which press it is for, and that it is PDF/X-4
//! (ISO 15930-7:2010).

use lopdf::{Document, Error, Object, ObjectId, Stream, StringFormat, dictionary};

use crate::picture::Inks;
use crate::write::html::escaped;

/// What the standard is called in files.
const STANDARD: &str = "PDF/X-4";

/// The printing condition that a profile is of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Condition {
    /// Its name in the registry of the ICC, such as "FOGRA51"; without one, it is
    /// the profile's own, and registered nowhere.
    pub name: Option<String>,
}

/// Takes away what paper has no use for, and what PDF/X does not allow: tags,
/// bookmarks, links, actions.
pub(super) fn undress(document: &mut Document) -> Result<(), Error> {
    let pages: Vec<ObjectId> = document.page_iter().collect();
    for id in pages {
        let page = document.get_dictionary_mut(id)?;
        for key in [b"Annots".as_slice(), b"StructParents", b"Tabs", b"AA"] {
            page.remove(key);
        }
        boxes(page);
    }
    let catalog = document.catalog_mut()?;
    for key in [
        b"StructTreeRoot".as_slice(),
        b"MarkInfo",
        b"Outlines",
        b"Names",
        b"Dests",
        b"OpenAction",
        b"AA",
        b"PageMode",
        b"OutputIntents",
    ] {
        catalog.remove(key);
    }
    Ok(())
}

/// Says what is cut (14.11.2): a page without boxes is cut to what it is.
fn boxes(page: &mut lopdf::Dictionary) {
    let Ok(media) = page.get(b"MediaBox").cloned() else { return };
    if !page.has(b"TrimBox") {
        page.set("TrimBox", page.get(b"CropBox").cloned().unwrap_or_else(|_| media.clone()));
    }
    if !page.has(b"BleedBox") {
        page.set("BleedBox", media);
    }
    // Readers show what is cut; whoever makes plates needs the rest as well.
    page.remove(b"CropBox");
    page.remove(b"ArtBox");
}

/// Says which press a document is for, and that it conforms to PDF/X-4.
pub(super) fn identify(
    document: &mut Document,
    intent: Option<(&Inks, &Condition)>,
    instance: [u8; 16],
) -> Result<(), Error> {
    // PDF/X-4 is of PDF 1.6.
    document.version = "1.6".to_owned();
    // What was changed since is another instance of the same document: 14.4.
    let ids = document.trailer.get(b"ID").and_then(Object::as_array).ok();
    let first = ids.and_then(|ids| ids.first()?.as_str().ok()).unwrap_or(&instance);
    let first = blake3::hash(first).as_bytes()[..16].to_vec();
    let id = |id: Vec<u8>| Object::String(id, StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id(first.clone()), id(instance.to_vec())]);
    describe(document, intent.is_some(), [uuid(&first), uuid(&instance)])?;
    let text = |text: &str| Object::String(text.as_bytes().to_vec(), StringFormat::Literal);
    let info = document.trailer.get(b"Info").and_then(Object::as_reference).ok();
    let name = |name: &[u8]| Object::Name(name.to_vec());
    if let Some(info) = info.and_then(|info| document.get_dictionary_mut(info).ok()) {
        info.set("Trapped", name(b"False"));
        if intent.is_some() {
            info.set("GTS_PDFXVersion", text(STANDARD));
        }
    }
    let Some((inks, condition)) = intent else { return Ok(()) };
    let mut profile = Stream::new(
        dictionary! { "N" => 4, "Alternate" => name(b"DeviceCMYK") },
        inks.profile().to_vec(),
    );
    profile.compress()?;
    let profile = document.add_object(profile);
    let own = if inks.name().is_empty() { "CMYK" } else { inks.name() };
    let mut intent = dictionary! {
        "Type" => name(b"OutputIntent"),
        "S" => name(b"GTS_PDFX"),
        "DestOutputProfile" => profile,
        "Info" => lopdf::text_string(own),
    };
    match &condition.name {
        Some(condition) => {
            intent.set("OutputConditionIdentifier", lopdf::text_string(condition));
            intent.set("RegistryName", text("http://www.color.org"));
        }
        None => {
            intent.set("OutputConditionIdentifier", text("Custom"));
            intent.set("OutputCondition", lopdf::text_string(own));
        }
    }
    let intent = document.add_object(intent);
    document.catalog_mut()?.set("OutputIntents", vec![Object::Reference(intent)]);
    Ok(())
}

/// Says it in the metadata (XMP), too.
fn describe(document: &mut Document, is_standard: bool, ids: [String; 2]) -> Result<(), Error> {
    let metadata = document.catalog()?.get(b"Metadata").and_then(Object::as_reference);
    let Ok(metadata) = metadata else { return Ok(()) };
    let stream = document.get_object_mut(metadata)?.as_stream_mut()?;
    let plain = stream.get_plain_content()?;
    let Ok(text) = String::from_utf8(plain) else { return Ok(()) };
    if let Some(text) = described(&text, is_standard, ids) {
        stream.set_plain_content(text.into_bytes());
    }
    Ok(())
}

/// Returns metadata of the press edition; `None` if it has no place for what is to be
/// said.
fn described(text: &str, is_standard: bool, [document, instance]: [String; 2]) -> Option<String> {
    const END: &str = "</rdf:Description></rdf:RDF>";
    let mut text = text.to_owned();
    for key in [
        "pdf:PDFVersion",
        "pdf:Trapped",
        "xmp:MetadataDate",
        "xmpMM:DocumentID",
        "xmpMM:InstanceID",
        "xmpMM:RenditionClass",
        "xmpMM:VersionID",
    ] {
        text = without(&text, key);
    }
    let modified = value(&text, "xmp:ModifyDate").unwrap_or_default();
    let (before, after) = text.rsplit_once(END)?;
    let standard = if is_standard {
        format!(
            "<pdfxid:GTS_PDFXVersion xmlns:pdfxid=\"http://www.npes.org/pdfx/ns/id/\">{STANDARD}</pdfxid:GTS_PDFXVersion>"
        )
    } else {
        String::new()
    };
    Some(format!(
        "{before}<xmp:MetadataDate>{}</xmp:MetadataDate><xmpMM:DocumentID>{document}</xmpMM:DocumentID><xmpMM:InstanceID>{instance}</xmpMM:InstanceID><xmpMM:RenditionClass>default</xmpMM:RenditionClass><xmpMM:VersionID>1</xmpMM:VersionID><pdf:PDFVersion>1.6</pdf:PDFVersion><pdf:Trapped>False</pdf:Trapped>{standard}{END}{after}",
        escaped(&modified)
    ))
}

/// Writes an id as XMP has them.
fn uuid(id: &[u8]) -> String {
    let digits: String = id.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| digits.get(part).unwrap_or("0"));
    format!("uuid:{}", parts.join("-"))
}

/// Returns what an element says.
fn value(text: &str, element: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{element}>"))?;
    rest.split_once(&format!("</{element}>")).map(|(value, _)| value.to_owned())
}

/// Returns a text without an element.
fn without(text: &str, element: &str) -> String {
    let whole = || {
        let (before, rest) = text.split_once(&format!("<{element}>"))?;
        let (_, after) = rest.split_once(&format!("</{element}>"))?;
        Some(format!("{before}{after}"))
    };
    whole().unwrap_or_else(|| text.to_owned())
}
