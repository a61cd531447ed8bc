//! What Typst leaves out of a finished file: rights and publisher in its metadata
//! (XMP), and object streams, which make tagged files half as large.

use std::fmt::Write;
use std::sync::Arc;

use memchr::memmem;

use super::file::{File, content, reference, stream, with_content, with_number};
use super::{Kind, Options};
use crate::model::{Edition, Metadata, Standard};
use crate::write::html::escaped;
use crate::write::license::License;

/// Finishes a file; `None` if it is not as Typst writes them. `itself` returns the picture
/// that another stood for.
pub(super) fn finish(
    bytes: &[u8],
    edition: &Edition,
    kind: Kind,
    standard: Standard,
    urn: &str,
    itself: &dyn Fn(&[u8]) -> Option<Pictured>,
) -> Option<Vec<u8>> {
    let mut file = File::open(bytes)?;
    let metadata = reference(file.object(file.named(b"/Root ")?)?, b"/Metadata ");
    let properties = properties(edition, kind, urn);
    if let Some(metadata) = metadata {
        let with_properties = |text: &[u8]| with_properties(text, &properties);
        file.replace(metadata, with_content(file.object(metadata)?, with_properties)?);
    }
    file.change(with_bleed);
    // PDF/A-1 is of PDF 1.4, which has no such streams.
    let is_packed = !matches!(standard, Standard::A1a | Standard::A1b);
    let pictured = |object: &[u8]| with_picture(object, itself);
    Some(if is_packed { file.packed(&pictured) } else { file.plain(&pictured) })
}

/// A picture as it is.
pub(super) struct Pictured {
    pub(super) bytes: Arc<[u8]>,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Puts a picture where another stood for it. `None` for anything else.
fn with_picture(object: &[u8], itself: &dyn Fn(&[u8]) -> Option<Pictured>) -> Option<Vec<u8>> {
    let (dictionary, content) = content(object)?;
    memmem::find(dictionary, b"/Filter/DCTDecode")?;
    let Pictured { bytes, width, height } = itself(content)?;
    let dictionary = with_number(dictionary, b"/Width ", width as usize)?;
    let dictionary = with_number(&dictionary, b"/Height ", height as usize)?;
    stream(&dictionary, &bytes)
}

/// Says of a page that is cut that all beyond is bleed (ISO 32000-1, 14.11.2): without a
/// box of its own, readers take for it what they show of a page. `None` for anything else.
fn with_bleed(object: &[u8]) -> Option<Vec<u8>> {
    let is_page = object.starts_with(b"<</Type/Page/");
    memmem::find(object, b"/TrimBox[").filter(|_| is_page)?;
    let start = memmem::find(object, b"/MediaBox[")?;
    let end = start + memmem::find(&object[start..], b"]")? + 1;
    let media = &object[start + b"/MediaBox".len()..end];
    Some([&object[..end], b"/BleedBox", media, &object[end..]].concat())
}

/// Returns the name of a file as a URN: a UUID of version 8 (RFC 9562, 5.8), for
/// which what tells a file from others is hashed. Its pages are named by it.
pub(super) fn urn(edition: &Edition, options: &Options) -> String {
    let Metadata { identifier, title, .. } = &edition.metadata;
    let kind = match options.kind {
        Kind::Handout => "handout",
        Kind::Book => "book",
    };
    let mut all =
        [identifier.as_str(), title, kind, options.variant.name(), options.paper].join("\n");
    if options.press.standard.is_of_press() {
        all.push_str("\npress");
    }
    let mut id = [0; 16];
    id.copy_from_slice(&blake3::hash(all.as_bytes()).as_bytes()[..16]);
    id[6] = (id[6] & 0x0f) | 0x80;
    id[8] = (id[8] & 0x3f) | 0x80;
    let [a, b, c, d, e] = [&id[..4], &id[4..6], &id[6..8], &id[8..10], &id[10..]].map(hex);
    format!("urn:uuid:{a}-{b}-{c}-{d}-{e}")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns what is to be said in XMP besides: its name, who published it (ISO 16684-1,
/// 8.3), its rights, and where its license can be read (8.5).
pub(super) fn properties(edition: &Edition, kind: Kind, urn: &str) -> String {
    let metadata = &edition.metadata;
    let mut out = format!("<dc:identifier>{urn}</dc:identifier>");
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

/// Puts properties to the others; `None` if there is no place for them.
fn with_properties(metadata: &[u8], properties: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(metadata).ok()?;
    let (before, after) = text.rsplit_once("</rdf:Description></rdf:RDF>")?;
    let whole = format!("{before}{properties}</rdf:Description></rdf:RDF>{after}");
    Some(whole.into_bytes())
}
