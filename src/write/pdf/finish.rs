//! What Typst leaves out of a finished file: rights and publisher in its metadata
//! (XMP), and object streams, which make tagged files half as large.

use std::fmt::Write;

use lopdf::{Document, Object, SaveOptions};

use super::Kind;
use crate::model::{Edition, Standard};
use crate::write::html::escaped;
use crate::write::license::License;

/// How well objects are packed: a level above takes twice the time for a fifteenth
/// of the size.
const PACKING: u32 = 3;
/// How many objects are packed together: readers unpack all for one of them.
const TOGETHER: usize = 200;

/// Finishes a file.
///
/// # Errors
/// If it cannot be opened, and so is wrong.
pub(super) fn finish(
    bytes: Vec<u8>,
    edition: &Edition,
    kind: Kind,
    standard: Standard,
) -> Result<Vec<u8>, lopdf::Error> {
    let mut document = Document::load_mem(&bytes)?;
    let metadata = document.catalog()?.get(b"Metadata").and_then(Object::as_reference);
    if let Ok(metadata) = metadata {
        let stream = document.get_object_mut(metadata)?.as_stream_mut()?;
        if let Some(text) = with_properties(&stream.content, &properties(edition, kind)) {
            stream.set_plain_content(text);
        }
    }
    // PDF/A-1 is of PDF 1.4, which has no such streams.
    let packed = !matches!(standard, Standard::A1a | Standard::A1b);
    let options = SaveOptions::builder()
        .use_object_streams(packed)
        .use_xref_streams(packed)
        .max_objects_per_stream(TOGETHER)
        .compression_level(PACKING)
        .build();
    let mut out = Vec::with_capacity(bytes.len());
    document.save_with_options(&mut out, options)?;
    Ok(out)
}

/// Returns what is to be said in XMP besides: who published it (ISO 16684-1,
/// 8.3), its rights, and where its license can be read (8.5).
fn properties(edition: &Edition, kind: Kind) -> String {
    let metadata = &edition.metadata;
    let mut out = String::new();
    if let Some(publisher) = &metadata.publisher {
        let publisher = escaped(publisher);
        let _ = write!(
            out,
            "<dc:publisher><rdf:Bag><rdf:li>{publisher}</rdf:li></rdf:Bag></dc:publisher>"
        );
    }
    let mut licenses: Vec<&str> = Vec::new();
    for license in edition.topics.iter().filter_map(|topic| topic.license.as_deref()) {
        if !licenses.contains(&license) {
            licenses.push(license);
        }
    }
    let licenses: Vec<License> = licenses.into_iter().map(License::of).collect();
    // A topic's own license says more than what holds for the project.
    let own = licenses.first().filter(|_| kind == Kind::Handout);
    let rights = match (own, &metadata.rights) {
        (Some(own), _) => Some(own.name.clone()),
        (None, Some(rights)) => Some(rights.clone()),
        (None, None) if licenses.is_empty() => None,
        (None, None) => {
            let names: Vec<_> = licenses.iter().map(|license| license.name.as_str()).collect();
            Some(names.join(", "))
        }
    };
    if let Some(rights) = rights {
        let rights = escaped(&rights);
        let _ = write!(
            out,
            "<dc:rights><rdf:Alt><rdf:li xml:lang=\"x-default\">{rights}</rdf:li></rdf:Alt></dc:rights>"
        );
    }
    if let [License { href: Some(href), .. }] = licenses.as_slice() {
        let _ = write!(
            out,
            "<xmpRights:WebStatement xmlns:xmpRights=\"http://ns.adobe.com/xap/1.0/rights/\">{}</xmpRights:WebStatement>",
            escaped(href)
        );
    }
    out
}

/// Puts properties to the others; `None` if there are none, or no place for them.
fn with_properties(metadata: &[u8], properties: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(metadata).ok()?;
    let (before, after) = text.rsplit_once("</rdf:Description></rdf:RDF>")?;
    let whole = format!("{before}{properties}</rdf:Description></rdf:RDF>{after}");
    (!properties.is_empty()).then(|| whole.into_bytes())
}
