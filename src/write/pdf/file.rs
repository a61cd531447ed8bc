//! A finished file as its objects: to say more in one, and to pack all of them, which makes
//! tagged files half as large. Nothing is understood of an object but where it ends, so that
//! a book of a thousand pages costs no more than it is long.
//!
//! Knows what Typst writes: one table of places, and no streams of objects (ISO 32000-1,
//! 7.5.4).

use std::borrow::Cow;
use std::io::Write;
use std::ops::Range;

use flate2::{Compress, Compression, FlushCompress, Status};
use memchr::memmem;

/// How well objects are packed: a level above takes twice the time for a fifteenth
/// of the size.
const PACKING: u32 = 3;
/// How many objects are packed together: readers unpack all for one of them.
const TOGETHER: usize = 200;
/// How long a line of the table of places is.
const LINE: usize = 20;
/// What the content of a stream stands between.
const OPENS: &[u8] = b"stream\n";
const ENDS: &[u8] = b"endstream";
/// What says how long it is.
const LENGTH: &[u8] = b"/Length ";

/// A file.
pub(super) struct File<'a> {
    /// What stands before the first object.
    header: &'a [u8],
    /// The objects by their numbers, without the words around them; `None` where a number
    /// has none.
    objects: Vec<Option<Cow<'a, [u8]>>>,
    /// What the trailer says, but for how many objects there are.
    trailer: Vec<u8>,
}

impl<'a> File<'a> {
    /// Opens a file; `None` if it is not as Typst writes them.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let table = number(after(bytes, last(bytes, b"startxref")?..bytes.len(), b"startxref")?)?;
        let lines = after(bytes, table..bytes.len(), b"xref\n0 ")?;
        let count = number(lines)?;
        let start = bytes.len() - lines.len() + digits(lines) + 1;
        let end = start.checked_add(count.checked_mul(LINE)?)?;
        let mut places = Vec::with_capacity(count);
        for (id, line) in bytes.get(start..end)?.chunks_exact(LINE).enumerate() {
            if line.get(17) == Some(&b'n') {
                places.push((number(line)?, id));
            }
        }
        places.sort_unstable();
        let header = bytes.get(..places.first()?.0)?;
        let ends = places.iter().skip(1).map(|(place, _)| *place).chain([table]);
        let mut objects = vec![None; count];
        for ((place, id), end) in places.iter().zip(ends) {
            let object = bytes.get(*place..end).filter(|object| number(object) == Some(*id))?;
            let body = object[digits(object)..].strip_prefix(b" 0 obj")?.trim_ascii();
            let body = body.strip_suffix(b"endobj")?.trim_ascii();
            *objects.get_mut(*id)? = Some(Cow::Borrowed(body));
        }
        let trailer = after(bytes, end..bytes.len(), b"trailer")?.trim_ascii_start();
        let size = trailer.strip_prefix(b"<</Size ")?;
        let said = &size[digits(size)..];
        let trailer = said.get(..memmem::rfind(said, b">>\nstartxref")?)?.to_vec();
        Some(Self { header, objects, trailer })
    }

    /// Returns an object.
    pub(super) fn object(&self, id: usize) -> Option<&[u8]> {
        self.objects.get(id)?.as_deref()
    }

    /// Returns the number of the object that a key of the trailer names: `/Root `.
    pub(super) fn named(&self, key: &[u8]) -> Option<usize> {
        reference(&self.trailer, key)
    }

    /// Puts an object in the place of another.
    pub(super) fn replace(&mut self, id: usize, object: Vec<u8>) {
        if let Some(place) = self.objects.get_mut(id) {
            *place = Some(Cow::Owned(object));
        }
    }

    /// Puts others in the place of objects.
    pub(super) fn change(&mut self, change: impl Fn(&[u8]) -> Option<Vec<u8>>) {
        for object in self.objects.iter_mut().flatten() {
            if let Some(changed) = change(object) {
                *object = Cow::Owned(changed);
            }
        }
    }

    /// Writes the file with all objects as they are, for versions that know no other way;
    /// `stream` may put another in the place of a stream, while it is written.
    pub(super) fn plain(&self, stream: &Change<'_>) -> Vec<u8> {
        let mut out = Out::new(self.header);
        for (id, object) in self.all() {
            let changed = is_stream(object).then(|| stream(object)).flatten();
            out.put(id, changed.as_deref().unwrap_or(object));
        }
        let start = out.bytes.len();
        let count = self.objects.len();
        out.places.resize(count, Place::None);
        out.say(format_args!("xref\n0 {count}\n"));
        for (id, place) in out.places.clone().iter().enumerate() {
            match place {
                Place::At(place) => out.say(format_args!("{place:010} 00000 n\r\n")),
                // Each names the next.
                Place::None | Place::In(..) => {
                    let after = out.places.iter().skip(id + 1);
                    let next = after.take_while(|next| !matches!(next, Place::None)).count();
                    let next = if id + 1 + next < count { id + 1 + next } else { 0 };
                    let generation = if id == 0 { 65_535 } else { 0 };
                    out.say(format_args!("{next:010} {generation:05} f\r\n"));
                }
            }
        }
        out.say(format_args!("trailer\n<</Size {count}"));
        out.bytes.extend_from_slice(&self.trailer);
        out.say(format_args!(">>\nstartxref\n{start}\n%%EOF"));
        out.bytes
    }

    /// Writes the file with objects packed: 7.5.7 and 7.5.8. `stream` may put another in the
    /// place of a stream, while it is written.
    pub(super) fn packed(&self, stream: &Change<'_>) -> Vec<u8> {
        let mut out = Out::new(self.header);
        let mut together = Vec::with_capacity(TOGETHER);
        let mut next = self.objects.len();
        for (id, object) in self.all() {
            if is_stream(object) {
                out.put(id, stream(object).as_deref().unwrap_or(object));
                continue;
            }
            together.push((id, object));
            if together.len() == TOGETHER {
                out.pack(next, &together);
                next += 1;
                together.clear();
            }
        }
        if !together.is_empty() {
            out.pack(next, &together);
            next += 1;
        }
        let start = out.bytes.len();
        out.place(next, Place::At(start));
        let mut table = Vec::with_capacity(out.places.len() * 7);
        for place in &out.places {
            let (kind, first, second) = match place {
                // None of them is free for another.
                Place::None => (0, 0, 65_535),
                Place::At(place) => (1, *place, 0),
                Place::In(stream, index) => (2, *stream, *index),
            };
            table.push(kind);
            // Files are shorter than four gigabytes, and few objects are together.
            table.extend_from_slice(&(first as u32).to_be_bytes());
            table.extend_from_slice(&(second as u16).to_be_bytes());
        }
        let table = out.packer.deflated(&table);
        let (count, length) = (next + 1, table.len());
        out.say(format_args!("{next} 0 obj\n<</Type/XRef/Size {count}"));
        out.bytes.extend_from_slice(&self.trailer);
        out.say(format_args!("/W[1 4 2]/Filter/FlateDecode/Length {length}>>\nstream\n"));
        out.bytes.extend_from_slice(&table);
        out.say(format_args!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF"));
        out.bytes
    }

    fn all(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let all = self.objects.iter().enumerate();
        all.filter_map(|(id, object)| Some((id, object.as_deref()?)))
    }
}

/// Returns what stands in the place of an object, if that changes.
pub(super) type Change<'a> = dyn Fn(&[u8]) -> Option<Vec<u8>> + 'a;

fn is_stream(object: &[u8]) -> bool {
    object.ends_with(ENDS)
}

/// Where an object is.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// There is none.
    None,
    /// In the file, so many bytes from its start.
    At(usize),
    /// In a stream of objects, the so-manieth of it.
    In(usize, usize),
}

/// A file that is being written.
struct Out {
    bytes: Vec<u8>,
    places: Vec<Place>,
    packer: Packer,
}

impl Out {
    fn new(header: &[u8]) -> Self {
        Self { bytes: header.to_vec(), places: vec![Place::None], packer: Packer::new() }
    }

    fn say(&mut self, said: std::fmt::Arguments<'_>) {
        self.bytes.write_fmt(said).expect("memory can be written to");
    }

    fn place(&mut self, id: usize, place: Place) {
        if self.places.len() <= id {
            self.places.resize(id + 1, Place::None);
        }
        self.places[id] = place;
    }

    fn put(&mut self, id: usize, object: &[u8]) {
        self.place(id, Place::At(self.bytes.len()));
        self.say(format_args!("{id} 0 obj\n"));
        self.bytes.extend_from_slice(object);
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    fn pack(&mut self, stream: usize, objects: &[(usize, &[u8])]) {
        let (mut head, mut body) = (Vec::new(), Vec::new());
        for (index, (id, object)) in objects.iter().enumerate() {
            self.place(*id, Place::In(stream, index));
            write!(head, "{id} {} ", body.len()).expect("memory can be written to");
            body.extend_from_slice(object);
            body.push(b'\n');
        }
        let (count, first) = (objects.len(), head.len());
        let packed = self.packer.deflated(&[head, body].concat());
        let length = packed.len();
        let dictionary = format!(
            "<</Type/ObjStm/N {count}/First {first}/Filter/FlateDecode/Length {length}>>\nstream\n"
        );
        self.put(stream, &[dictionary.as_bytes(), &packed, b"\nendstream"].concat());
    }
}

/// Packs one after the other: to clear its memory anew takes as long as to pack a few pages.
struct Packer(Compress);

impl Packer {
    fn new() -> Self {
        Self(Compress::new(Compression::new(PACKING), true))
    }

    fn deflated(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Self(compress) = self;
        compress.reset();
        let mut out = Vec::with_capacity(bytes.len() / 2 + 64);
        let mut rest = bytes;
        loop {
            let before = compress.total_in();
            let status = compress.compress_vec(rest, &mut out, FlushCompress::Finish);
            if status.expect("no dictionary is needed") == Status::StreamEnd {
                return out;
            }
            rest = &rest[(compress.total_in() - before) as usize..];
            out.reserve(out.len());
        }
    }
}

/// Returns the number of the object that a key names: `/Metadata ` in `/Metadata 12 0 R`.
pub(super) fn reference(dictionary: &[u8], key: &[u8]) -> Option<usize> {
    number(dictionary.get(memmem::find(dictionary, key)? + key.len()..)?)
}

/// Returns a stream as its dictionary and its content; `None` if it is none.
pub(super) fn content(object: &[u8]) -> Option<(&[u8], &[u8])> {
    let (dictionary, rest) = object.split_at(memmem::find(object, OPENS)?);
    let length = number(&dictionary[memmem::find(dictionary, LENGTH)? + LENGTH.len()..])?;
    Some((dictionary, rest.get(OPENS.len()..)?.get(..length)?))
}

/// Lets a stream that is not coded have other bytes; `None` if it is coded, or no stream.
pub(super) fn with_content(
    object: &[u8],
    change: impl FnOnce(&[u8]) -> Option<Vec<u8>>,
) -> Option<Vec<u8>> {
    let (dictionary, content) = content(object)?;
    if memmem::find(dictionary, b"/Filter").is_some() {
        return None;
    }
    stream(dictionary, &change(content)?)
}

/// Returns a stream that has a dictionary, but for its length.
pub(super) fn stream(dictionary: &[u8], content: &[u8]) -> Option<Vec<u8>> {
    let dictionary = with_number(dictionary, LENGTH, content.len())?;
    Some([&dictionary, OPENS, content, b"\n", ENDS].concat())
}

/// Returns a dictionary in which a key has another number.
pub(super) fn with_number(dictionary: &[u8], key: &[u8], number: usize) -> Option<Vec<u8>> {
    let (before, after) = dictionary.split_at(memmem::find(dictionary, key)? + key.len());
    Some([before, number.to_string().as_bytes(), &after[digits(after)..]].concat())
}

/// Returns what follows some words, which a part of a text begins with.
fn after<'a>(text: &'a [u8], part: Range<usize>, words: &[u8]) -> Option<&'a [u8]> {
    text.get(part)?.strip_prefix(words)
}

fn last(text: &[u8], words: &[u8]) -> Option<usize> {
    memmem::rfind(text, words)
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|letter| letter.is_ascii_digit()).count()
}

/// Reads the number that a text begins with, after white space.
fn number(text: &[u8]) -> Option<usize> {
    let text = text.trim_ascii_start();
    std::str::from_utf8(&text[..digits(text)]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use lopdf::{Document, Object};

    use super::*;

    /// As Typst writes: a catalog, metadata, a number that stands for nothing, and pages.
    fn written() -> Vec<u8> {
        let objects = [
            (1, "<</Type/Catalog/Pages 5 0 R/Metadata 2 0 R>>"),
            (2, "<</Length 5/Type/Metadata/Subtype/XML>>\nstream\n<a/>\n\nendstream"),
            (5, "<</Type/Pages/Count 0/Kids[]/Note(endobj >> stream)>>"),
            (4, "[(endstream)]"),
        ];
        let mut out = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n".to_vec();
        let mut places = [None; 6];
        for (id, object) in objects {
            places[id] = Some(out.len());
            out.extend_from_slice(format!("{id} 0 obj\n{object}\nendobj\n\n").as_bytes());
        }
        let start = out.len();
        out.extend_from_slice(b"xref\n0 6\n0000000003 65535 f\r\n");
        for place in &places[1..] {
            let line = match place {
                Some(place) => format!("{place:010} 00000 n\r\n"),
                None => "0000000000 00000 f\r\n".to_owned(),
            };
            out.extend_from_slice(line.as_bytes());
        }
        let trailer = format!("trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF");
        out.extend_from_slice(trailer.as_bytes());
        out
    }

    fn as_it_is(_: &[u8]) -> Option<Vec<u8>> {
        None
    }

    fn metadata(file: &[u8]) -> (Vec<u8>, usize) {
        let document = Document::load_mem(file).expect("a file that opens");
        let packed = [b"ObjStm".as_slice(), b"XRef"];
        let others = document.objects.values().filter(|object| {
            let kind = object.as_stream().ok().and_then(|stream| stream.dict.get(b"Type").ok());
            !kind.and_then(|kind| kind.as_name().ok()).is_some_and(|kind| packed.contains(&kind))
        });
        let pages = document.get_object((5, 0)).and_then(Object::as_dict).expect("pages");
        assert_eq!(
            pages.get(b"Note").and_then(Object::as_str).ok(),
            Some(&b"endobj >> stream"[..])
        );
        let stream = document.get_object((2, 0)).and_then(Object::as_stream).expect("metadata");
        (stream.content.clone(), others.count())
    }

    #[test]
    fn what_is_packed_is_the_same_whatever_was_packed_before() {
        // Bytes that cannot be made shorter, and that can.
        let hashes = (0..20_000_u32).flat_map(|at| *blake3::hash(&at.to_le_bytes()).as_bytes());
        let pieces = [hashes.collect(), b"many words and ".repeat(9000), Vec::new(), b"x".to_vec()];
        let mut packer = Packer::new();
        for piece in pieces.iter().chain(&pieces) {
            let packed = packer.deflated(piece);
            assert!(packed.len() <= piece.len() + piece.len() / 100 + 64);
            assert!(packed == Packer::new().deflated(piece));
            let mut unpacked = Vec::new();
            let mut decoder = flate2::read::ZlibDecoder::new(packed.as_slice());
            std::io::Read::read_to_end(&mut decoder, &mut unpacked).expect("what was packed");
            assert!(unpacked == *piece);
        }
    }

    #[test]
    fn files_are_the_same_plain_and_packed() {
        let bytes = written();
        let mut file = File::open(&bytes).expect("a file as Typst writes them");
        let expected = (b"<a/>\n".to_vec(), 4);
        assert_eq!(metadata(&file.plain(&as_it_is)), expected);
        assert_eq!(metadata(&file.packed(&as_it_is)), expected);
        let said = reference(file.object(1).expect("the catalog"), b"/Metadata ");
        assert_eq!((file.named(b"/Root "), said), (Some(1), Some(2)));
        let longer = with_content(file.object(2).expect("metadata"), |text| {
            Some([text, b"<b/>     "].concat())
        });
        file.replace(2, longer.expect("a stream"));
        let expected = (b"<a/>\n<b/>     ".to_vec(), 4);
        assert_eq!(metadata(&file.plain(&as_it_is)), expected);
        assert_eq!(metadata(&file.packed(&as_it_is)), expected);
    }

    #[test]
    fn other_files_are_none() {
        let bytes = written();
        for length in 0..bytes.len() - 6 {
            assert!(File::open(&bytes[..length]).is_none(), "{length} bytes");
        }
        assert!(File::open(b"%PDF-1.7\nxref\n0 1\nstartxref\n9\n%%EOF").is_none());
        let endless = b"%PDF-1.7\nxref\n0 99999999999999999999\nstartxref\n9\n%%EOF";
        assert!(File::open(endless).is_none());
        let large = b"%PDF-1.7\nxref\n0 18446744073709551615\nstartxref\n9\n%%EOF";
        assert!(File::open(large).is_none());
    }
}
