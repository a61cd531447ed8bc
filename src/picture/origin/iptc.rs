//! Image resources of Photoshop, and the IPTC records in them: IIM 4.2.

use super::{Collector, decode, tiff, u16_be, u32_be, walk as walk_file, xmp};

/// The most resources and records that are read.
const MAX_PARTS: usize = 4096;

/// The records about people: by-line and its title, contact, writer, credit,
/// and their like.
const PERSONS: [u8; 5] = [80, 85, 110, 118, 122];

/// Walks resources: `8BIM`, a number, a name, and data, each padded to even
/// lengths.
pub(super) fn resources(mut bytes: &[u8], collector: &mut Collector, depth: usize) {
    let mut others = 0;
    for _ in 0..MAX_PARTS {
        let Some(number) = bytes.strip_prefix(b"8BIM").and_then(|rest| u16_be(rest, 0)) else {
            break;
        };
        let name_length = bytes.get(6).copied().map_or(0, usize::from);
        collector.text(&decode(bytes.get(7..7 + name_length).unwrap_or_default()));
        let at = 6 + (name_length + 2) / 2 * 2;
        let Some(length) = u32_be(bytes, at) else { break };
        let data = bytes.get(at + 4..).unwrap_or_default();
        let data = data.get(..length).unwrap_or(data);
        match number {
            0x0404 => records(data, collector),
            0x0409 | 0x040c => collector.within("a thumbnail", |collector| {
                // A header of 28 bytes stands before the JPEG.
                walk_file(data.get(28..).unwrap_or_default(), collector, depth + 1);
            }),
            0x0422 | 0x0423 => tiff::walk(data, tiff::Role::Exif, collector, depth),
            0x0424 => xmp::walk(data, collector),
            _ => {
                others += 1;
                collector.runs(data);
            }
        }
        let next = at.saturating_add(4).saturating_add(length).saturating_add(length % 2);
        bytes = bytes.get(next..).unwrap_or_default();
    }
    match others {
        0 => {}
        1 => collector.removed("a resource of Photoshop"),
        _ => collector.removed(format!("{others} resources of Photoshop")),
    }
}

/// Walks records: 1C, the record's number, the data set's, the length, the data.
pub(super) fn records(mut bytes: &[u8], collector: &mut Collector) {
    let mut count = 0;
    while let [0x1c, record, set, high, low, rest @ ..] = bytes {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some((data, after)) = rest.split_at_checked(length) else { break };
        if *record == 2 && PERSONS.contains(set) {
            collector.person(&decode(data));
        }
        // Record 1 is the envelope, with numbers and dates.
        collector.text(&decode(data));
        count += 1;
        if count >= MAX_PARTS {
            break;
        }
        bytes = after;
    }
    match count {
        0 => collector.runs(bytes),
        1 => collector.removed("IPTC (1 record)"),
        _ => collector.removed(format!("IPTC ({count} records)")),
    }
}
