//! The tags of a PDF, as a screen reader goes through them.

use std::collections::BTreeMap;

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
    Text(String),
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

    /// Returns the text in it.
    pub(crate) fn text(&self) -> String {
        let text = |child: &Child| match child {
            Child::Tag(tag) => tag.text(),
            Child::Text(text) => text.clone(),
        };
        self.children.iter().map(text).collect()
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
                Child::Text(more) => text.push_str(more),
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
    for page in document.get_pages().into_values() {
        texts.insert(page, Page::read(&document, page));
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
    texts: &BTreeMap<ObjectId, BTreeMap<i64, String>>,
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
struct Page<'a> {
    document: &'a Document,
    fonts: BTreeMap<Vec<u8>, Font>,
    /// The marked content that is open: its id, and the text that stands for it.
    open: Vec<(Option<i64>, bool)>,
    texts: BTreeMap<i64, String>,
}

impl<'a> Page<'a> {
    fn read(document: &'a Document, page: ObjectId) -> BTreeMap<i64, String> {
        let fonts = document.get_page_fonts(page).expect("fonts");
        let fonts = fonts.into_iter().map(|(name, font)| (name, Font::read(document, font)));
        let fonts = fonts.collect();
        let mut page_of = Self { document, fonts, open: Vec::new(), texts: BTreeMap::new() };
        let content = Content::decode(&document.get_page_content(page)).expect("operators");
        let mut font: Option<Vec<u8>> = None;
        for Operation { operator, operands } in &content.operations {
            match operator.as_str() {
                "Tf" => {
                    font = operands.first().and_then(|name| name.as_name().ok()).map(<[u8]>::to_vec)
                }
                "BDC" | "BMC" => page_of.begin(operands.get(1)),
                "EMC" => {
                    page_of.open.pop();
                }
                "Tj" | "TJ" | "'" | "\"" => {
                    for operand in operands {
                        page_of.draw(operand, font.as_deref());
                    }
                }
                _ => {}
            }
        }
        page_of.texts
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
            self.texts.entry(id).or_default().push_str(&text);
        }
    }

    fn draw(&mut self, operand: &Object, font: Option<&[u8]>) {
        match operand {
            Object::Array(pieces) => pieces.iter().for_each(|piece| self.draw(piece, font)),
            Object::String(bytes, _) => {
                let Some(font) = font.and_then(|font| self.fonts.get(font)) else { return };
                let text = font.decode(bytes);
                let is_said = self.open.iter().any(|(_, stands)| *stands);
                if let Some(id) = self.id().filter(|_| !is_said) {
                    self.texts.entry(id).or_default().push_str(&text);
                }
            }
            _ => {}
        }
        let _ = self.document;
    }
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

    fn decode(&self, bytes: &[u8]) -> String {
        let code = |bytes: &[u8]| bytes.iter().fold(0, |code, byte| code << 8 | u32::from(*byte));
        let codes = bytes.chunks(self.width).map(code);
        codes.map(|code| self.texts.get(&code).map_or("\u{fffd}", String::as_str)).collect()
    }
}

fn utf16(hex: &str) -> String {
    let units: Vec<u16> = (0..hex.len() / 4)
        .map(|at| u16::from_str_radix(&hex[at * 4..at * 4 + 4], 16).expect("a unit"))
        .collect();
    String::from_utf16(&units).expect("UTF-16")
}
