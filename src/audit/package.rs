//! Zip containers, as EPUB and Anki have them: every entry, and nothing between
//! them.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{Auditor, MAX_UNPACKED, Zone};

/// The size of the record at the end of a zip without a comment (APPNOTE,
/// 4.3.16), of an entry's header before its name (4.3.7), and of its record in
/// the directory (4.3.12).
const END: usize = 22;
const HEADER: usize = 30;
const RECORD: usize = 46;

/// Opens a container and hands over each entry: its name, and its bytes.
pub(super) fn open(
    bytes: &[u8],
    auditor: &mut Auditor,
    look: &mut dyn FnMut(&str, &[u8], &mut Auditor),
) {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else {
        return auditor.foreign("", "is no zip container");
    };
    let size = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    let mut spans = Vec::new();
    let mut directory = 0;
    for index in 0..archive.len() {
        let Ok(entry) = archive.by_index(index) else {
            auditor.foreign("", format!("has a broken entry ({index})"));
            continue;
        };
        let name = entry.name().to_owned();
        let head = HEADER + entry.name_raw().len();
        directory += RECORD + entry.name_raw().len();
        auditor.search(&name, name.as_bytes(), Zone::Name);
        if entry.extra_data().is_some_and(|extra| !extra.is_empty()) || !entry.comment().is_empty()
        {
            auditor.foreign(&name, "has fields beside its data");
        }
        let (start, data) = (size(entry.header_start()), size(entry.data_start()));
        let has_room = data.checked_sub(start) != Some(head);
        spans.push((start, data.saturating_add(size(entry.compressed_size())), has_room));
        let mut contents = Vec::new();
        let limit = u64::try_from(MAX_UNPACKED).unwrap_or(u64::MAX);
        if entry.take(limit).read_to_end(&mut contents).is_err() {
            auditor.foreign(&name, "cannot be unpacked");
            continue;
        }
        look(&name, &contents, auditor);
    }
    // Entries stand one after another, then the directory, then the end.
    spans.sort_unstable();
    let mut at = 0;
    let mut has_room = false;
    for (start, end, room) in spans {
        has_room |= room || start != at;
        at = end;
    }
    let start = size(archive.central_directory_start());
    has_room |= at != start || start + directory + END != bytes.len();
    if has_room {
        auditor.foreign("", "has bytes outside of its entries");
        for (start, part) in [(0, "before its entries"), (at, "after its entries")] {
            auditor.search(part, bytes.get(start..).unwrap_or_default(), Zone::Raw);
        }
    }
}
