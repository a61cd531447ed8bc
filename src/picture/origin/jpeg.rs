//! The segments of a JPEG: ITU-T T.81, annex B; JFIF; Exif 2.32, 4.7.

use super::{Collector, decode, iptc, profile, tiff, trailing, u16_be, xmp};

/// The most segments that are walked.
const MAX_SEGMENTS: usize = 4096;

pub(super) fn walk(bytes: &[u8], collector: &mut Collector, depth: usize) {
    let mut at = 2;
    let mut comments = 0;
    let mut color = Vec::new();
    for _ in 0..MAX_SEGMENTS {
        // Any number of FF may stand before a marker.
        while bytes.get(at) == Some(&0xff) && bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let (Some(0xff), Some(marker)) = (bytes.get(at), bytes.get(at + 1)) else { break };
        at += 2;
        match marker {
            0xd9 => {
                trailing(bytes.get(at..).unwrap_or_default(), collector, depth);
                break;
            }
            // Without a length.
            0x01 | 0xd0..=0xd8 => continue,
            _ => {}
        }
        let Some(length) = u16_be(bytes, at) else { break };
        let end = at + usize::from(length);
        let contents = bytes.get(at + 2..end).unwrap_or_default();
        match marker {
            0xfe => {
                comments += 1;
                collector.text(&decode(contents));
            }
            0xe0..=0xef => application(marker - 0xe0, contents, &mut color, collector, depth),
            _ => {}
        }
        at = end;
        if *marker == 0xda {
            at = after_scan(bytes, at);
        }
    }
    match comments {
        0 => {}
        1 => collector.removed("a comment"),
        _ => collector.removed(format!("{comments} comments")),
    }
    profile::walk(&color, collector);
}

/// Returns where the next marker stands that is no part of a scan's data.
fn after_scan(bytes: &[u8], mut at: usize) -> usize {
    while let Some(step) = bytes.get(at..).and_then(|rest| rest.iter().position(|b| *b == 0xff)) {
        at += step;
        match bytes.get(at + 1) {
            Some(0 | 0xd0..=0xd7) => at += 2,
            // A fill byte.
            Some(0xff) => at += 1,
            _ => return at,
        }
    }
    bytes.len()
}

fn application(
    number: u8,
    contents: &[u8],
    color: &mut Vec<u8>,
    collector: &mut Collector,
    depth: usize,
) {
    const EXIF: &[u8] = b"Exif\0";
    const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
    const MORE_XMP: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
    const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";
    const PROFILE: &[u8] = b"ICC_PROFILE\0";
    let after = |start: &[u8]| contents.strip_prefix(start);
    if let Some(exif) = after(EXIF) {
        tiff::walk(exif.get(1..).unwrap_or_default(), tiff::Role::Exif, collector, depth);
    } else if let Some(packet) = after(XMP) {
        xmp::walk(packet, collector);
    } else if let Some(packet) = after(MORE_XMP) {
        // A digest (32), the length (4) and the offset (4) stand before it.
        xmp::walk(packet.get(40..).unwrap_or_default(), collector);
    } else if let Some(resources) = after(PHOTOSHOP) {
        iptc::resources(resources, collector, depth);
    } else if let Some(part) = after(PROFILE) {
        // Its number and the number of parts stand before it.
        color.extend(part.get(2..).unwrap_or_default());
    } else if let Some(header) = after(b"JFIF\0") {
        // Version (2), units, density (4), then the size of a thumbnail.
        if header.get(7..9).is_some_and(|size| size != [0, 0]) {
            collector.removed("a thumbnail");
        }
    } else if contents.starts_with(b"JFXX\0") {
        collector.removed("a thumbnail");
        collector.runs(contents);
    } else if !contents.starts_with(b"Adobe") {
        collector.removed(format!("an APP{number} segment"));
        collector.runs(contents);
    }
}
