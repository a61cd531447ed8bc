//! The tags of a PDF, as a screen reader goes through them.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId};

/// An element of the structure tree.
#[derive(Debug, Default)]
pub(crate) struct Tag {
    /// Its type: `P`, `H2`, `LI`.
    pub(crate) kind: String,
    /// The text for those who cannot see it.
    pub(crate) alt: Option<String>,
    /// What it holds, in order.
    pub(crate) children: Vec<Child>,
}

/// What an element holds.
#[derive(Debug)]
pub(crate) enum Child {
    Tag(Tag),
    Text(Piece),
}

/// Text on a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// The page and how high on it, from its foot, in points.
    pub(crate) at: (usize, i64),
}

impl Tag {
    /// Returns all elements of a type, in order.
    pub(crate) fn all<'a>(&'a self, kind: &str, found: &mut Vec<&'a Self>) {
        for child in &self.children {
            if let Child::Tag(tag) = child {
                if tag.kind == kind {
                    found.push(tag);
                }
                tag.all(kind, found);
            }
        }
    }

    /// Returns all paragraphs and headings, in order.
    pub(crate) fn walk<'a>(&'a self, found: &mut Vec<&'a Self>) {
        for child in &self.children {
            if let Child::Tag(tag) = child {
                if matches!(tag.kind.as_str(), "P" | "H1" | "H2" | "H3") {
                    found.push(tag);
                } else {
                    tag.walk(found);
                }
            }
        }
    }

    /// Returns the text in it.
    pub(crate) fn text(&self) -> String {
        let text = |child: &Child| match child {
            Child::Tag(tag) => tag.text(),
            Child::Text(piece) => piece.text.clone(),
        };
        self.children.iter().map(text).collect()
    }

    /// Returns the pages that it is on, and how many lines it has on each.
    pub(crate) fn lines(&self) -> BTreeMap<usize, usize> {
        let mut places = BTreeSet::new();
        self.places(&mut places);
        let mut lines: BTreeMap<usize, usize> = BTreeMap::new();
        let mut last: Option<(usize, i64)> = None;
        for (page, y) in places {
            // What is raised is of the same line.
            if last.is_none_or(|(before, other)| before != page || y - other > 5) {
                *lines.entry(page).or_default() += 1;
            }
            last = Some((page, y));
        }
        lines
    }

    fn places(&self, places: &mut BTreeSet<(usize, i64)>) {
        for child in &self.children {
            match child {
                Child::Tag(tag) => tag.places(places),
                Child::Text(piece) if piece.text.trim().is_empty() => {}
                Child::Text(piece) => {
                    places.insert(piece.at);
                }
            }
        }
    }

    /// Shows the tree, a line for each element and text.
    pub(crate) fn show(&self) -> String {
        let mut out = String::new();
        self.write(0, &mut out);
        out
    }

    fn write(&self, depth: usize, out: &mut String) {
        let indent = "  ".repeat(depth);
        let alt = self.alt.as_ref().map(|alt| format!(" [{alt}]")).unwrap_or_default();
        out.push_str(&format!("{indent}{}{alt}\n", self.kind));
        let mut text = String::new();
        let flush = |text: &mut String, out: &mut String| {
            if !text.trim().is_empty() {
                out.push_str(&format!("{indent}  “{}”\n", text.trim()));
            }
            text.clear();
        };
        for child in &self.children {
            match child {
                Child::Text(more) => text.push_str(&more.text),
                Child::Tag(tag) => {
                    flush(&mut text, out);
                    tag.write(depth + 1, out);
                }
            }
        }
        flush(&mut text, out);
    }
}

/// Reads the structure tree of a document.
pub(crate) fn read(bytes: &[u8]) -> Tag {
    let document = Document::load_mem(bytes).expect("a PDF");
    let mut texts = BTreeMap::new();
    for (number, page) in document.get_pages() {
        texts.insert(page, Page::read(&document, page, number as usize));
    }
    let root = document.catalog().and_then(|catalog| catalog.get(b"StructTreeRoot"));
    let root = resolve(&document, root.expect("a structure tree"));
    let root = root.as_dict().expect("a dictionary");
    let mut tag = Tag { kind: "Root".into(), ..Tag::default() };
    if let Ok(kids) = root.get(b"K") {
        children(&document, kids, None, &texts, &mut tag.children);
    }
    tag
}

fn resolve<'a>(document: &'a Document, object: &'a Object) -> &'a Object {
    document.dereference(object).map_or(object, |(_, object)| object)
}

fn children(
    document: &Document,
    kids: &Object,
    page: Option<ObjectId>,
    texts: &BTreeMap<ObjectId, BTreeMap<i64, Piece>>,
    out: &mut Vec<Child>,
) {
    let text = |page: Option<ObjectId>, id: i64| {
        let text = page.and_then(|page| texts.get(&page)).and_then(|texts| texts.get(&id));
        text.cloned().unwrap_or_default()
    };
    match resolve(document, kids) {
        Object::Array(kids) => {
            kids.iter().for_each(|kid| children(document, kid, page, texts, out));
        }
        Object::Integer(id) => out.push(Child::Text(text(page, *id))),
        Object::Dictionary(kid) => {
            let own = kid.get(b"Pg").and_then(Object::as_reference).ok().or(page);
            if let Ok(id) = kid.get(b"MCID").and_then(Object::as_i64) {
                out.push(Child::Text(text(own, id)));
            } else if let Ok(kind) = kid.get(b"S").and_then(Object::as_name) {
                let alt = kid.get(b"Alt").ok();
                let alt = alt.map(|alt| lopdf::decode_text_string(resolve(document, alt)));
                let mut tag = Tag {
                    kind: String::from_utf8_lossy(kind).into_owned(),
                    alt: alt.and_then(Result::ok),
                    children: Vec::new(),
                };
                if let Ok(kids) = kid.get(b"K") {
                    children(document, kids, own, texts, &mut tag.children);
                }
                out.push(Child::Tag(tag));
            }
        }
        _ => {}
    }
}

/// What is drawn on a page, by the ids of marked content.
struct Page {
    fonts: BTreeMap<Vec<u8>, Font>,
    /// The marked content that is open: its id, and whether a text stands for it.
    open: Vec<(Option<i64>, bool)>,
    /// How many marks of text that is drawn from its end are open (ISO 32000-1,
    /// 14.8.2.3.3), by their depths.
    reversed: Vec<usize>,
    /// The pieces of each, and whether they are drawn from the end.
    texts: BTreeMap<i64, Vec<(String, bool)>>,
    /// How high each is.
    heights: BTreeMap<i64, i64>,
}

impl Page {
    fn read(document: &Document, page: ObjectId, number: usize) -> BTreeMap<i64, Piece> {
        let fonts = document.get_page_fonts(page).expect("fonts");
        let fonts = fonts.into_iter().map(|(name, font)| (name, Font::read(document, font)));
        let fonts = fonts.collect();
        let mut page_of = Self {
            fonts,
            open: Vec::new(),
            reversed: Vec::new(),
            texts: BTreeMap::new(),
            heights: BTreeMap::new(),
        };
        let content = Content::decode(&document.get_page_content(page)).expect("operators");
        let mut font: Option<Vec<u8>> = None;
        for Operation { operator, operands } in &content.operations {
            match operator.as_str() {
                "Tf" => {
                    font = operands.first().and_then(|name| name.as_name().ok()).map(<[u8]>::to_vec)
                }
                "BDC" | "BMC" => {
                    if operands.first().and_then(|name| name.as_name().ok())
                        == Some(b"ReversedChars")
                    {
                        page_of.reversed.push(page_of.open.len());
                    }
                    page_of.begin(operands.get(1));
                }
                "cm" => {
                    let y = operands.get(5).and_then(|y| y.as_float().ok()).unwrap_or_default();
                    if let Some(id) = page_of.id() {
                        page_of.heights.entry(id).or_insert(y.round() as i64);
                    }
                }
                "EMC" => {
                    page_of.open.pop();
                    let depth = page_of.open.len();
                    page_of.reversed.retain(|open| *open < depth);
                }
                "Tj" | "TJ" | "'" | "\"" => {
                    for operand in operands {
                        page_of.draw(operand, font.as_deref());
                    }
                }
                _ => {}
            }
        }
        let heights = page_of.heights;
        let piece = |(id, pieces)| {
            let y = heights.get(&id).copied().unwrap_or_default();
            (id, Piece { text: joined(pieces), at: (number, y) })
        };
        page_of.texts.into_iter().map(piece).collect()
    }

    fn id(&self) -> Option<i64> {
        self.open.iter().rev().find_map(|(id, _)| *id)
    }

    fn begin(&mut self, properties: Option<&Object>) {
        let properties = properties.and_then(|properties| properties.as_dict().ok());
        let number = properties.and_then(|dictionary| dictionary.get(b"MCID").ok()?.as_i64().ok());
        let stands = properties.and_then(|dictionary| dictionary.get(b"ActualText").ok());
        let stands = stands.and_then(|text| lopdf::decode_text_string(text).ok());
        self.open.push((number, stands.is_some()));
        if let (Some(id), Some(text)) = (self.id(), stands) {
            self.texts.entry(id).or_default().push((text, false));
        }
    }

    fn draw(&mut self, operand: &Object, font: Option<&[u8]>) {
        match operand {
            Object::Array(pieces) if self.reversed.is_empty() => {
                pieces.iter().for_each(|piece| self.draw(piece, font));
            }
            Object::Array(pieces) => {
                pieces.iter().rev().for_each(|piece| self.draw(piece, font));
            }
            Object::String(bytes, _) => {
                let Some(font) = font.and_then(|font| self.fonts.get(font)) else { return };
                let mut text = font.decode(bytes);
                if !self.reversed.is_empty() {
                    text.reverse();
                }
                let text = text.concat();
                let (is_said, reversed) =
                    (self.open.iter().any(|(_, stands)| *stands), !self.reversed.is_empty());
                let Some(id) = self.id() else { return };
                let pieces = self.texts.entry(id).or_default();
                match pieces.last_mut() {
                    Some(said) if is_said => said.1 = reversed,
                    _ => pieces.push((text, reversed)),
                }
            }
            _ => {}
        }
    }
}

/// Joins pieces. Of several that are drawn from their ends, the first stands last:
/// one word may be drawn in parts, where a letter has a text of its own.
fn joined(pieces: Vec<(String, bool)>) -> String {
    let runs = pieces.chunk_by(|one, other| one.1 && other.1);
    let text = |run: &[(String, bool)]| {
        run.iter().rev().map(|(text, _)| text.as_str()).collect::<String>()
    };
    runs.map(text).collect()
}

/// What the codes of a font mean.
struct Font {
    width: usize,
    texts: BTreeMap<u32, String>,
}

impl Font {
    fn read(document: &Document, font: &Dictionary) -> Self {
        let map = font.get(b"ToUnicode").ok().map(|map| resolve(document, map));
        let map = map.and_then(|map| map.as_stream().ok()?.get_plain_content().ok());
        let map = String::from_utf8(map.expect("a map to Unicode")).expect("a map is text");
        let mut found = Self { width: 2, texts: BTreeMap::new() };
        let mut section = "";
        for line in map.lines() {
            let words: Vec<&str> =
                line.split(['<', '>']).filter(|w| !w.trim().is_empty()).collect();
            match line.split_whitespace().last() {
                Some("begincodespacerange") => section = "codes",
                Some("beginbfchar") => section = "one",
                Some("beginbfrange") => section = "range",
                Some("endcodespacerange" | "endbfchar" | "endbfrange") => section = "",
                _ => {
                    let number =
                        |at: usize| u32::from_str_radix(words[at].trim(), 16).expect("a code");
                    match section {
                        "codes" => found.width = words[0].trim().len() / 2,
                        "one" => {
                            found.texts.insert(number(0), utf16(words[1]));
                        }
                        "range" => panic!("ranges are not read: {line}"),
                        _ => {}
                    }
                }
            }
        }
        found
    }

    /// Returns the text of each code.
    fn decode(&self, bytes: &[u8]) -> Vec<String> {
        let code = |bytes: &[u8]| bytes.iter().fold(0, |code, byte| code << 8 | u32::from(*byte));
        let codes = bytes.chunks(self.width).map(code);
        codes
            .map(|code| self.texts.get(&code).map_or("\u{fffd}", String::as_str).to_owned())
            .collect()
    }
}

fn utf16(hex: &str) -> String {
    let units: Vec<u16> = (0..hex.len() / 4)
        .map(|at| u16::from_str_radix(&hex[at * 4..at * 4 + 4], 16).expect("a unit"))
        .collect();
    String::from_utf16(&units).expect("UTF-16")
}
