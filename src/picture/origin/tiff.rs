//! Tags: of Exif data, and of TIFF files. TIFF 6.0, section 2; Exif 2.32, 4.6.

use std::collections::BTreeSet;

use super::{Collector, decode, decode_utf16, iptc, profile, walk as walk_file, xmp};

/// The most tags that are read.
const MAX_TAGS: usize = 4096;
/// The most bytes of a text that are read.
const MAX_VALUE: usize = 64 << 10;
/// The most directories that are read.
const MAX_DIRECTORIES: usize = 64;

/// What the tags belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Exif data in a file of another kind.
    Exif,
    /// A TIFF file, which keeps its pixels by tags, too.
    File,
}

/// What the value of a tag may tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    /// The name of a person.
    Person,
    /// Anything, in words.
    Text,
    /// Anything, in words that begin with the name of their encoding.
    Comment,
    /// The name of a person in UTF-16.
    WidePerson,
    /// Anything, in UTF-16.
    WideText,
    /// Nothing about anybody.
    Nothing,
}

/// The tags whose names are told, with what they tell.
const KNOWN: [(u16, &str, Tells); 43] = [
    (0x010d, "DocumentName", Tells::Text),
    (0x010e, "ImageDescription", Tells::Text),
    (0x010f, "Make", Tells::Nothing),
    (0x0110, "Model", Tells::Nothing),
    (0x011d, "PageName", Tells::Text),
    (0x0131, "Software", Tells::Text),
    (0x0132, "DateTime", Tells::Nothing),
    (0x013b, "Artist", Tells::Person),
    (0x013c, "HostComputer", Tells::Text),
    (0x0151, "TargetPrinter", Tells::Text),
    (0x8298, "Copyright", Tells::Text),
    (0x9003, "DateTimeOriginal", Tells::Nothing),
    (0x9004, "DateTimeDigitized", Tells::Nothing),
    (0x9010, "OffsetTime", Tells::Nothing),
    (0x9011, "OffsetTimeOriginal", Tells::Nothing),
    (0x9012, "OffsetTimeDigitized", Tells::Nothing),
    (0x9286, "UserComment", Tells::Comment),
    (0x9290, "SubSecTime", Tells::Nothing),
    (0x9291, "SubSecTimeOriginal", Tells::Nothing),
    (0x9292, "SubSecTimeDigitized", Tells::Nothing),
    (0x9c9b, "XPTitle", Tells::WideText),
    (0x9c9c, "XPComment", Tells::WideText),
    (0x9c9d, "XPAuthor", Tells::WidePerson),
    (0x9c9e, "XPKeywords", Tells::WideText),
    (0x9c9f, "XPSubject", Tells::WideText),
    (0xa004, "RelatedSoundFile", Tells::Text),
    (0xa420, "ImageUniqueID", Tells::Text),
    (0xa430, "CameraOwnerName", Tells::Person),
    (0xa431, "BodySerialNumber", Tells::Text),
    (0xa433, "LensMake", Tells::Nothing),
    (0xa434, "LensModel", Tells::Nothing),
    (0xa435, "LensSerialNumber", Tells::Text),
    (0xa436, "ImageTitle", Tells::Text),
    (0xa437, "Photographer", Tells::Person),
    (0xa438, "ImageEditor", Tells::Person),
    (0xa439, "CameraFirmware", Tells::Nothing),
    (0xa43a, "RAWDevelopingSoftware", Tells::Nothing),
    (0xa43b, "ImageEditingSoftware", Tells::Nothing),
    (0xa43c, "MetadataEditingSoftware", Tells::Nothing),
    (0xc614, "UniqueCameraModel", Tells::Nothing),
    (0xc62f, "CameraSerialNumber", Tells::Text),
    (0xc65d, "RawDataUniqueID", Tells::Text),
    (0xc68b, "OriginalRawFileName", Tells::Text),
];

const EXIF_DIRECTORY: u16 = 0x8769;
const GPS_DIRECTORY: u16 = 0x8825;
const INTEROPERABILITY_DIRECTORY: u16 = 0xa005;
const MAKER_NOTE: u16 = 0x927c;
const PHOTOSHOP: u16 = 0x8649;
const IPTC: u16 = 0x83bb;
const XMP: u16 = 0x02bc;
const PROFILE: u16 = 0x8773;
const THUMBNAIL_OFFSET: u16 = 0x0201;
const THUMBNAIL_LENGTH: u16 = 0x0202;
/// Two tags of GPS that hold words.
const GPS_TEXTS: [u16; 2] = [0x001b, 0x001c];

struct Tiff<'a> {
    bytes: &'a [u8],
    little: bool,
}

/// An entry of a directory.
struct Entry<'a> {
    tag: u16,
    kind: u16,
    value: &'a [u8],
}

impl<'a> Tiff<'a> {
    fn u16(&self, at: usize) -> Option<u16> {
        let two = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    }

    fn u32(&self, at: usize) -> Option<usize> {
        let four = *self.bytes.get(at..)?.first_chunk()?;
        let value = if self.little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) };
        usize::try_from(value).ok()
    }

    fn entry(&self, at: usize) -> Option<Entry<'a>> {
        let (tag, kind, count) = (self.u16(at)?, self.u16(at + 2)?, self.u32(at + 4)?);
        let size = match kind {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => 1,
        };
        let length = count.checked_mul(size)?;
        let start = if length <= 4 { at + 8 } else { self.u32(at + 8)? };
        Some(Entry { tag, kind, value: self.bytes.get(start..start.checked_add(length)?)? })
    }

    fn number(&self, entry: &Entry) -> Option<usize> {
        let value = Tiff { bytes: entry.value, little: self.little };
        if entry.kind == 3 { value.u16(0).map(usize::from) } else { value.u32(0) }
    }
}

pub(super) fn walk(bytes: &[u8], role: Role, collector: &mut Collector, depth: usize) {
    let little = bytes.starts_with(b"II");
    let tiff = Tiff { bytes, little };
    let mut queue: Vec<(usize, bool)> = tiff.u32(4).map(|at| (at, false)).into_iter().collect();
    let mut seen = BTreeSet::new();
    let mut names: Vec<&str> = Vec::new();
    let (mut fields, mut tags) = (0, 0);
    while let Some((at, is_gps)) = queue.pop() {
        if seen.len() >= MAX_DIRECTORIES || !seen.insert(at) {
            continue;
        }
        let Some(count) = tiff.u16(at).map(usize::from) else { continue };
        let mut thumbnail = (None, None);
        for index in 0..count {
            tags += 1;
            let Some(entry) = tiff.entry(at + 2 + index * 12) else { continue };
            if tags > MAX_TAGS || !collector.spend(12) {
                break;
            }
            match entry.tag {
                EXIF_DIRECTORY | INTEROPERABILITY_DIRECTORY | GPS_DIRECTORY => {
                    let is_gps = entry.tag == GPS_DIRECTORY;
                    if is_gps {
                        collector.removed("a GPS position");
                    }
                    queue.extend(tiff.number(&entry).map(|at| (at, is_gps)));
                }
                THUMBNAIL_OFFSET => thumbnail.0 = tiff.number(&entry),
                THUMBNAIL_LENGTH => thumbnail.1 = tiff.number(&entry),
                MAKER_NOTE => {
                    collector.removed("a maker note");
                    collector.runs(entry.value);
                }
                PHOTOSHOP => iptc::resources(entry.value, collector, depth),
                IPTC => iptc::records(entry.value, collector),
                XMP => xmp::walk(entry.value, collector),
                PROFILE => profile::walk(entry.value, collector),
                _ if is_gps => {
                    fields += 1;
                    if GPS_TEXTS.contains(&entry.tag) {
                        take(&entry, Tells::Comment, little, collector);
                    }
                }
                _ => {
                    let known = KNOWN.iter().find(|known| known.0 == entry.tag);
                    names.extend(known.map(|known| known.1));
                    let is_text = matches!(entry.kind, 2 | 129);
                    // The numbers of a TIFF file are about its pixels.
                    fields += usize::from(role == Role::Exif || known.is_some() || is_text);
                    let other = if is_text { Tells::Text } else { Tells::Nothing };
                    take(&entry, known.map_or(other, |known| known.2), little, collector);
                }
            }
        }
        // Exif keeps a second directory for a thumbnail.
        if let (Some(start), Some(length)) = thumbnail {
            let inner = bytes.get(start..start.saturating_add(length)).unwrap_or_default();
            collector.within("a thumbnail", |collector| {
                walk_file(inner, collector, depth + 1);
            });
        }
        queue.extend(tiff.u32(at + 2 + count * 12).filter(|next| *next != 0).map(|at| (at, false)));
    }
    if fields > 0 {
        names.sort_unstable();
        names.dedup();
        let what = if role == Role::Exif { "EXIF" } else { "TIFF tags" };
        let count = if fields == 1 { "1 field".into() } else { format!("{fields} fields") };
        collector.removed(match names.as_slice() {
            [] => format!("{what} ({count})"),
            names => format!("{what} ({count}; {})", names.join(", ")),
        });
    }
}

fn take(entry: &Entry, tells: Tells, little: bool, collector: &mut Collector) {
    let value = entry.value.get(..MAX_VALUE).unwrap_or(entry.value);
    match tells {
        Tells::Person => collector.person(&decode(value)),
        Tells::Text => collector.text(&decode(value)),
        Tells::Comment => comment(value, little, collector),
        // Windows writes these in its own order, whatever the file's.
        Tells::WidePerson => collector.person(&decode_utf16(value, true)),
        Tells::WideText => collector.text(&decode_utf16(value, true)),
        Tells::Nothing => {}
    }
}

/// Takes a text that begins with its encoding, in eight bytes: Exif 2.32, 4.6.5.
fn comment(value: &[u8], little: bool, collector: &mut Collector) {
    match value.split_at_checked(8) {
        Some((b"UNICODE\0", text)) => {
            collector.text(&decode_utf16(text, little));
            // Some write the other order all the same.
            collector.runs(text);
        }
        Some((b"ASCII\0\0\0" | b"\0\0\0\0\0\0\0\0" | b"JIS\0\0\0\0\0", text)) => {
            collector.text(&decode(text));
        }
        _ => collector.text(&decode(value)),
    }
}
