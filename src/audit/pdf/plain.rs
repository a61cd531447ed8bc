//! Documents read in one pass, as long as they are plain.
//!
//! Does: goes through a file from its first byte to its last, object by object, and takes
//! nothing on trust that it can see: there is no byte that belongs to none of them. Knows:
//! how files are made of objects (ISO 32000-1, 7.5). Must not know: what is wrong with a
//! document.
//!
//! A library makes a tree of each object with room of its own for each name: three times the
//! work. Whatever is not plain (comments, encryption,
//! streams that are coded in another way than deflated, objects that were changed later, or
//! a mistake) is left to it.

use super::document::{Content, Dictionary, Document, Indirect, Value, inflated};
use super::places::{self, Entry, LINE};
use super::syntax::Reader;

/// A file, of which objects that are packed together are still to be unpacked.
pub(super) struct File<'a> {
    trailer: Dictionary<'a>,
    objects: Vec<Indirect<'a>>,
    /// Where they begin, in the same order.
    places: Vec<usize>,
    /// Where the table of places begins, and what it says; `None` if it is the last object.
    table: Option<(usize, Vec<(u32, Entry)>)>,
    /// Where the file says that it begins.
    start: usize,
}

/// Objects that were packed together, unpacked: 7.5.7.
pub(super) struct Pack {
    id: u32,
    /// The numbers of the objects, and where they begin in the body.
    heads: Vec<(u32, usize)>,
    /// Where the body begins.
    first: usize,
    bytes: Vec<u8>,
}

impl<'a> File<'a> {
    /// Reads a file; `None` if it is not plain.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader { rest: header(bytes)? };
        let (mut objects, mut places) = (Vec::new(), Vec::new());
        let (mut table, mut trailer) = (None, None);
        loop {
            reader.space();
            let place = bytes.len() - reader.rest.len();
            if reader.takes(b"startxref") {
                break;
            }
            if trailer.is_some() {
                return None;
            }
            if reader.takes(b"xref") {
                table = Some((place, reader.table()?));
                trailer = Some(reader.dictionary(0)?);
                continue;
            }
            objects.push(reader.indirect()?);
            places.push(place);
        }
        reader.space();
        let start = usize::try_from(reader.digits()?).ok()?;
        reader.space();
        let is_whole = reader.takes(b"%%EOF") && reader.rest.iter().all(u8::is_ascii_whitespace);
        // The last table of a file is one of its objects, and begins with the entries of a
        // trailer: 7.5.8.
        let trailer = trailer.or_else(|| {
            let last: &Indirect = objects.last()?;
            (last.entries().name(b"Type") == b"XRef").then(|| last.entries().clone())
        })?;
        let is_plain = trailer.get(b"Encrypt").is_none() && trailer.get(b"Prev").is_none();
        (is_whole && is_plain).then_some(Self { trailer, objects, places, table, start })
    }

    /// Unpacks what is packed together.
    pub(super) fn unpack(&self) -> Option<Vec<Pack>> {
        let packed =
            self.objects.iter().filter(|object| object.entries().name(b"Type") == b"ObjStm");
        let unpack = |object: &Indirect| {
            let (entries, content) = (object.entries(), object.content.as_ref()?);
            let is_deflated = entries.filters() == [b"FlateDecode"];
            let is_own = is_deflated && entries.get(b"Extends").is_none();
            let bytes = is_own.then(|| inflated(content.raw()))??;
            Pack::of(object.id, entries.number(b"N")?, entries.number(b"First")?, bytes)
        };
        packed.map(unpack).collect()
    }

    /// Tells whether each object is where the table of places says, and none is anywhere else.
    pub(super) fn is_listed(&self, packs: &[Pack]) -> bool {
        let last = || Some((*self.places.last()?, places::of_stream(self.objects.last()?)?));
        let Some((begins, listed)) = self.table.clone().or_else(last) else { return false };
        let ids = self.objects.iter().map(|object| object.id);
        let at = ids.zip(self.places.iter().map(|place| Entry::At(*place)));
        let packed = packs.iter().flat_map(|pack| {
            let place = usize::try_from(pack.id).unwrap_or(usize::MAX);
            let inside =
                move |(index, (id, _)): (usize, &(u32, usize))| (*id, Entry::In(place, index));
            pack.heads.iter().enumerate().map(inside)
        });
        let mut found: Vec<(u32, Entry)> = at.chain(packed).collect();
        found.sort_unstable();
        begins == self.start && listed == found
    }

    /// Puts both together; `None` if a number is given twice, or what is packed is not plain.
    pub(super) fn with(self, packs: &'a [Pack]) -> Option<Document<'a>> {
        let Self { trailer, mut objects, .. } = self;
        for pack in packs {
            pack.read(&mut objects)?;
        }
        objects.sort_by_key(|object| object.id);
        let is_once = objects.windows(2).all(|pair| match pair {
            [one, next] => one.id != next.id,
            _ => true,
        });
        is_once.then_some(Document { trailer, objects })
    }
}

impl Pack {
    /// Reads what stands before the objects: their numbers and places, and nothing else.
    fn of(id: u32, count: usize, first: usize, bytes: Vec<u8>) -> Option<Self> {
        let mut head = Reader { rest: bytes.get(..first)? };
        let mut heads = Vec::new();
        for _ in 0..count {
            head.space();
            let id = u32::try_from(head.digits()?).ok()?;
            head.space();
            heads.push((id, usize::try_from(head.digits()?).ok()?));
        }
        head.space();
        head.rest.is_empty().then_some(Self { id, heads, first, bytes })
    }

    fn read<'a>(&'a self, objects: &mut Vec<Indirect<'a>>) -> Option<()> {
        let mut body = Reader { rest: self.bytes.get(self.first..)? };
        let whole = body.rest.len();
        for (id, place) in &self.heads {
            // They follow each other, and nothing stands between them.
            body.space();
            if *place != whole - body.rest.len() {
                return None;
            }
            objects.push(Indirect { id: *id, value: body.value(0)?, content: None });
        }
        body.space();
        body.rest.is_empty().then_some(())
    }
}

/// Returns what follows the header of a file: its version, and a comment of four bytes that
/// are no letters, which says that it is binary (7.5.2).
fn header(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(b"%PDF-")?;
    let (version, rest) = rest.split_at_checked(3)?;
    let is_version = version.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let rest = rest.trim_ascii_start().strip_prefix(b"%")?;
    let (binary, rest) = rest.split_at_checked(4)?;
    let is_binary = binary.iter().all(|byte| *byte >= 0x80);
    (is_version && is_binary && rest.first()?.is_ascii_whitespace()).then_some(rest)
}

impl<'a> Reader<'a> {
    /// Reads an object with a number: 7.3.10.
    fn indirect(&mut self) -> Option<Indirect<'a>> {
        let id = u32::try_from(self.digits()?).ok()?;
        self.space();
        self.digits().filter(|generation| *generation == 0)?;
        self.space();
        self.word(b"obj")?;
        self.space();
        let value = self.value(0)?;
        self.space();
        let content = match &value {
            Value::Dictionary(entries) if self.takes(b"stream") => Some(self.content(entries)?),
            _ => None,
        };
        self.word(b"endobj")?;
        Some(Indirect { id, value, content })
    }

    /// Reads what a stream holds: 7.3.8. What is not deflated is a JPEG, or as it is.
    fn content(&mut self, entries: &Dictionary) -> Option<Content<'a>> {
        let starts = self.takes(b"\n") || self.takes(b"\r\n");
        let content = self.take(starts.then(|| entries.number(b"Length"))??)?;
        self.space();
        self.word(b"endstream")?;
        self.space();
        let is_picture = entries.name(b"Subtype") == b"Image";
        let is_plain = match entries.filters().as_slice() {
            [] => entries.get(b"Filter").is_none(),
            [b"FlateDecode"] => is_picture || entries.get(b"DecodeParms").is_none(),
            [b"DCTDecode"] => is_picture,
            _ => false,
        };
        is_plain.then_some(Content::Plain(content))
    }

    /// Reads a table of places, and the word after it: 7.5.4.
    fn table(&mut self) -> Option<Vec<(u32, Entry)>> {
        self.space();
        self.digits().filter(|first| *first == 0)?;
        self.space();
        let count = usize::try_from(self.digits()?).ok()?;
        self.space();
        let lines = self.take(count.checked_mul(LINE)?)?;
        self.space();
        self.word(b"trailer")?;
        self.space();
        places::of_lines(lines)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::document::{MAX_DEPTH, parse};
    use super::*;

    /// A value of each kind, as they may be written.
    const OBJECTS: [&str; 9] = [
        "<</Type/Catalog/Pages 2 0 R/Metadata 3 0 R/Lang(de)/Marked true/Open false/No null>>",
        "<< /Type /Pages /Kids [ ] /Count 0 /Box[0 -1 +2 .5 -3.25 4.]/Of[2 0 R 7 0 R 0 0 1]>>",
        "<</Type/Metadata/Subtype/XML/Length 4>>\nstream\n<a/>\nendstream",
        "(a \\(b\\) (c (d)) \\101\\7\\0534 \\\\ \\n\\\r\nend\r\nof line)",
        "<</A#20B/C#2fD/Name/ABCDEF+Serif-Italic/Text<FEFF 0041 00 4>/Empty()/None<>>>",
        "[[[(x)]<</A<</B[<</C/D>>]>>>>]true false null/x]",
        "-17",
        "(\\)endobj stream xref %%EOF)",
        "[/a/b(c)<64>1 2/e 3 0 R]",
    ];

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        let mut encoder =
            flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    /// A file with these objects.
    fn written(objects: &[&str]) -> Vec<u8> {
        let mut out = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n".to_vec();
        let mut places = vec![String::from("0000000000 65535 f\r\n")];
        for (at, object) in objects.iter().enumerate() {
            places.push(format!("{:010} 00000 n\r\n", out.len()));
            out.extend(format!("{} 0 obj\n{object}\nendobj\n\n", at + 1).into_bytes());
        }
        let (start, count, table) = (out.len(), places.len(), places.concat());
        let trailer = format!("trailer\n<</Size {count}/Root 1 0 R/ID[<61><62>]>>");
        out.extend(format!("xref\n0 {count}\n{table}{trailer}").into_bytes());
        out.extend(format!("\nstartxref\n{start}\n%%EOF").into_bytes());
        out
    }

    fn put(out: &mut Vec<u8>, id: usize, entries: &str, content: &[u8]) {
        let (content, end) = (deflated(content), b"\nendstream\nendobj\n");
        let entries = format!("{entries}/Filter/FlateDecode/Length {}", content.len());
        let head = format!("{id} 0 obj\n<<{entries}>>\nstream\n");
        out.extend([head.as_bytes(), &content, end].concat());
    }

    /// The same, with all packed together that is no stream.
    fn packed(objects: &[&str]) -> Vec<u8> {
        let mut out = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n".to_vec();
        let (mut head, mut body, mut count) = (String::new(), String::new(), 0);
        let pack = objects.len() + 1;
        let line = |kind: u8, place: usize, index: u8| {
            let [.., a, b, c] = place.to_be_bytes();
            [kind, a, b, c, index]
        };
        let mut table = vec![line(0, 0, 0)];
        for (at, object) in objects.iter().enumerate() {
            if object.contains("endstream\n") || object.ends_with("endstream") {
                table.push(line(1, out.len(), 0));
                out.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).into_bytes());
            } else {
                head.push_str(&format!("{} {} ", at + 1, body.len()));
                body.push_str(&format!("{object}\n"));
                table.push(line(2, pack, count));
                count += 1;
            }
        }
        table.push(line(1, out.len(), 0));
        let entries = format!("/Type/ObjStm/N {count}/First {}", head.len());
        put(&mut out, pack, &entries, (head + &body).as_bytes());
        let start = out.len();
        table.push(line(1, start, 0));
        let entries = format!("/Type/XRef/Size {}/W[1 3 1]/Root 1 0 R/ID[<61><62>]", pack + 2);
        put(&mut out, pack + 1, &entries, table.concat().as_slice());
        out.extend(format!("startxref\n{start}\n%%EOF").into_bytes());
        out
    }

    /// Reads a file in one pass, and counts its objects.
    fn plainly(bytes: &[u8]) -> Option<usize> {
        let file = File::read(bytes)?;
        let packs = file.unpack()?;
        file.with(&packs).map(|document| document.objects.len())
    }

    #[test]
    fn it_reads_what_a_library_reads() {
        for bytes in [written(&OBJECTS), packed(&OBJECTS)] {
            let file = File::read(&bytes).expect("a plain file");
            let packs = file.unpack().expect("objects that are deflated");
            let document = file.with(&packs).expect("a plain document");
            let parsed = parse(&bytes).expect("a PDF");
            let expected = Document::of(&parsed);
            for (id, _) in OBJECTS.iter().enumerate().map(|(at, object)| (at as u32 + 1, object)) {
                let (own, theirs) = (document.object(id), expected.object(id));
                let (own, theirs) = (own.expect("it is there"), theirs.expect("it is there"));
                assert_eq!(own.value, theirs.value, "{id}");
                let raw = |object: &Indirect| object.content.as_ref().map(|all| all.raw().to_vec());
                assert_eq!(raw(own), raw(theirs), "{id}");
            }
            assert_eq!(document.trailer.reference(b"Root"), Some(1));
            assert_eq!(document.trailer.get(b"ID"), expected.trailer.get(b"ID"));
        }
    }

    /// Nothing may stand where it is not looked at.
    #[test]
    fn whatever_is_not_plain_is_left_to_the_library() {
        let whole = written(&OBJECTS);
        assert!(plainly(&whole).is_some() && plainly(&packed(&OBJECTS)).is_some());
        let stream = "/Length 4>>\nstream\n<a/>\nendstream";
        for (part, other) in [
            ("%PDF-1.7\n", "%PDF-1.7 Jane\n"),
            ("%PDF-1.7\n", "%PDF-1.7\n%Jane\n"),
            ("endobj\n\n2 0", "endobj\n% Jane\n2 0"),
            ("endobj\n\n2 0", "endobj\nJane\n2 0"),
            ("endobj\n\n2 0", "endobj\n(Jane)\n2 0"),
            ("2 0 obj\n", "2 0 obj % Jane\n"),
            ("2 0 obj\n", "2 1 obj\n"),
            ("\n2 0 obj", "\n1 0 obj"),
            ("/Kids [ ]", "/Kids [ Jane ]"),
            ("/Kids [ ]", "/Kids [ 2 1 R ]"),
            ("/Kids [ ]", "/Kids [ >> ]"),
            ("/Kids [ ]", "/Kids [ ] Jane"),
            ("/Count 0", "/Count 0.0.0"),
            ("/Count 0", "/Count 0x"),
            ("/Count 0", "/Count --1"),
            ("/Count 0", "/Count 12345678901234567890"),
            ("<FEFF 0041 00 4>", "<Jane>"),
            ("/A#20B", "/A#2xB"),
            (stream, "/Length 3>>\nstream\n<a/>\nendstream"),
            (stream, "/Length 6>>\nstream\n<a/>\nendstream"),
            (stream, "/Length 7 0 R>>\nstream\n<a/>\nendstream"),
            (stream, "/Length 4>>\nstream\n<a/>Jane\nendstream"),
            (stream, "/Length 4>>\nstream\n<a/>\nendstream\nJane"),
            (stream, "/Filter/LZWDecode/Length 4>>\nstream\n<a/>\nendstream"),
            (stream, "/Filter 4/Length 4>>\nstream\n<a/>\nendstream"),
            ("0000000000 65535 f", "0000000000 Janes f"),
            ("trailer", "Jane trailer"),
            ("/Root 1 0 R", "/Root 1 0 R/Encrypt 2 0 R"),
            ("/Root 1 0 R", "/Root 1 0 R/Prev 15"),
            ("\nstartxref\n", "\n10 0 obj\n1\nendobj\nstartxref\n"),
            ("\n%%EOF", "\n%%EOF Jane"),
            ("\n%%EOF", "\n%%EO"),
        ] {
            let at = memchr::memmem::find(&whole, part.as_bytes()).expect("it is there");
            let after = &whole[at + part.len()..];
            let changed = [&whole[..at], other.as_bytes(), after].concat();
            assert_eq!(plainly(&changed), None, "{other}");
        }
        for end in 0..whole.len() {
            assert_eq!(plainly(&whole[..end]), None, "{end}");
        }
        let deep = format!("{}{}", "[".repeat(MAX_DEPTH + 2), "]".repeat(MAX_DEPTH + 2));
        assert_eq!(plainly(&written(&[OBJECTS[0], &deep])), None);
        let deep = "[".repeat(1_000_000);
        assert_eq!(plainly(&written(&[OBJECTS[0], &deep])), None);
    }

    fn is_listed(bytes: &[u8]) -> bool {
        let file = File::read(bytes).expect("a plain file");
        file.is_listed(&file.unpack().expect("objects that are deflated"))
    }

    /// As a reader that goes by the table would find other objects.
    #[test]
    fn objects_must_be_where_the_table_says() {
        let (whole, pressed) = (written(&OBJECTS), packed(&OBJECTS));
        assert!(is_listed(&whole) && is_listed(&pressed));
        let in_table = |number: usize, line: &str| {
            let table = memchr::memmem::find(&whole, b"0000000000 65535 f").expect("a table");
            let at = table + number * LINE;
            let mut changed = whole.clone();
            changed.splice(at..at + LINE, line.bytes());
            changed
        };
        for line in ["0000000015 00000 n\r\n", "0000000000 00000 f\r\n"] {
            assert!(!is_listed(&in_table(2, line)), "{line}");
        }
        for line in ["0000000000 00001 n\r\n", "000000000x 00000 n\r\n", "0000000000 00000 m\r\n"] {
            assert!(File::read(&in_table(2, line)).is_none(), "{line}");
        }
        let start = |bytes: &[u8]| {
            let at = memchr::memmem::rfind(bytes, b"startxref\n").expect("a start") + 10;
            [&bytes[..at], b"1", &bytes[at..]].concat()
        };
        assert!(!is_listed(&start(&whole)) && !is_listed(&start(&pressed)));
        // One more object than there are in the table, and one less.
        let [less, more] = [&OBJECTS[..8], &OBJECTS[..]].map(written);
        let table = |bytes: &[u8]| memchr::memmem::find(bytes, b"xref\n0").expect("a table");
        let mixed = |one: &[u8], other: &[u8]| {
            let start = table(one);
            let mut mixed = [&one[..start], &other[table(other)..]].concat();
            let said = memchr::memmem::rfind(&mixed, b"startxref\n").expect("a start") + 10;
            mixed.splice(said.., format!("{start}\n%%EOF").bytes());
            mixed
        };
        assert!(is_listed(&mixed(&more, &more)));
        assert!(!is_listed(&mixed(&more, &less)) && !is_listed(&mixed(&less, &more)));
    }

    #[test]
    fn packed_objects_must_be_where_the_table_says() {
        let table = |widths: &str, size: usize, lines: &[u8]| {
            let mut bytes = Vec::new();
            put(&mut bytes, 3, &format!("/Type/XRef/Size {size}/W[{widths}]"), lines);
            let mut reader = Reader { rest: &bytes };
            places::of_stream(&reader.indirect().expect("an object"))
        };
        let lines = [0, 0, 0, 0, 1, 0, 15, 0, 2, 0, 7, 3];
        let expected = vec![(1, Entry::At(15)), (2, Entry::In(7, 3))];
        assert_eq!(table("1 2 1", 3, &lines), Some(expected));
        assert_eq!(table("1 1 2", 3, &[0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]), None, "a kind");
        assert_eq!(table("1 2 1", 2, &lines), None, "more than it says");
        assert_eq!(table("1 2 1", 4, &lines), None, "less than it says");
        assert_eq!(table("1 2 1]/Index[0 3", 3, &lines), None, "a part of all numbers");
        assert_eq!(table("0 2 1", 4, &lines), None, "without a kind");
        assert_eq!(table("1 9 1", 1, &[0; 11]), None, "numbers that are too long");
        assert_eq!(table("1 2 1", 1, &[1, 0, 15, 1]), None, "a generation");
    }

    #[test]
    fn what_is_packed_must_be_all_of_the_pack() {
        let plain = |head: &str, body: &str, count: usize| {
            let pack = Pack::of(9, count, head.len(), [head, body].concat().into_bytes())?;
            pack.read(&mut Vec::new())
        };
        assert_eq!(plain("1 0 2 2 ", "1\n(a)", 2), Some(()));
        assert_eq!(plain("1 0 2 2 ", "1\n(a)", 1), None, "one more");
        assert_eq!(plain("1 0 2 2 ", "1\n(a)", 3), None, "one less");
        assert_eq!(plain("1 0 2 9 ", "1 (Jane) (a)", 2), None, "something between them");
        assert_eq!(plain("1 0 2 2 ", "1\n(a) (Jane)", 2), None, "something after them");
        assert_eq!(plain("1 0 2 2 (Jane)", "1\n(a)", 2), None, "something before them");
        assert_eq!(plain("1 0 2 0 ", "1\n(a)", 2), None, "one place for two");
        assert_eq!(plain("1 0 1 2 ", "1\n(a)", 2), Some(()), "who puts them together tells");
    }
}
