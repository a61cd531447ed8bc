//! Zip containers, as EPUB and Anki have them: every entry, and nothing between
//! them.

use std::io::{self, Read, Seek, SeekFrom};

use zip::ZipArchive;

use super::{Auditor, MAX_UNPACKED, Zone};

/// The size of the record at the end of a zip without a comment (APPNOTE,
/// 4.3.16), of an entry's header before its name (4.3.7), and of its record in
/// the directory (4.3.12).
const END: usize = 22;
const HEADER: usize = 30;
const RECORD: usize = 46;

/// How much room an entry gets at once, in bytes, before it is unpacked.
const MOST_RESERVED: usize = 64 << 20;

/// What is in an entry, not yet unpacked.
pub(super) struct Entry<'a> {
    /// How many bytes it says it has, unpacked.
    pub(super) size: usize,
    /// The bytes.
    pub(super) reader: &'a mut dyn Read,
    room: &'a mut Vec<u8>,
}

impl<'a> Entry<'a> {
    /// Unpacks the entry.
    ///
    /// # Errors
    /// If it cannot be.
    pub(super) fn unpack(self) -> io::Result<&'a [u8]> {
        self.room.clear();
        self.room.reserve(self.size.min(MOST_RESERVED));
        self.reader.read_to_end(self.room)?;
        Ok(self.room)
    }
}

/// Opens a container of `length` bytes and hands over each entry: its name, and its
/// bytes.
pub(super) fn open(
    container: &mut (impl Read + Seek),
    length: u64,
    auditor: &mut Auditor,
    look: &mut dyn FnMut(&str, Entry<'_>, &mut Auditor) -> io::Result<()>,
) {
    let Ok(mut archive) = ZipArchive::new(&mut *container) else {
        return auditor.foreign("", "is no zip container");
    };
    let size = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    let mut spans = Vec::new();
    let mut directory = 0;
    // One entry is in memory at a time.
    let mut contents = Vec::new();
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
        let limit = u64::try_from(MAX_UNPACKED).unwrap_or(u64::MAX);
        let unpacked = size(entry.size());
        let mut reader = entry.take(limit);
        let entry = Entry { size: unpacked, reader: &mut reader, room: &mut contents };
        if look(&name, entry, auditor).is_err() {
            auditor.foreign(&name, "cannot be unpacked");
        }
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
    has_room |= at != start || start + directory + END != size(length);
    if has_room {
        auditor.foreign("", "has bytes outside of its entries");
        drop(archive);
        for (start, part) in [(0, "before its entries"), (at, "after its entries")] {
            let searched = container
                .seek(SeekFrom::Start(start as u64))
                .and_then(|_| auditor.search_read(part, container, Zone::Raw));
            if searched.is_err() {
                auditor.foreign(part, "cannot be read");
            }
        }
    }
}
