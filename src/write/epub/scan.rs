//! Documents read in one pass, as long as they are plain.
//!
//! Does: sees that a document is well-formed, and what is in it, without a tree:
//! in a tenth of the time. Knows: the XML that templates are made of. Must not know:
//! templates, the model, what is wrong with a document.
//!
//! It never accepts what a parser refuses. Whatever it does not know (comments, a
//! DTD, names that are not ASCII, or a mistake) is left to the parser of [`inspect`],
//! whose word counts.
//!
//! [`inspect`]: super::inspect

use memchr::{memchr, memchr3};

use super::inspect::{Drawing, Findings, Said, Space, look_at};

/// The most attributes of an element that are compared with each other.
const MOST_ATTRIBUTES: usize = 24;
/// The namespaces of XML itself, which must not be declared.
const RESERVED: &str = "http://www.w3.org/";

/// Reads a document; `None` if it is not plain, or not well-formed.
pub(super) fn scan(text: &str) -> Option<Findings> {
    if holds_odd_characters(text.as_bytes()) {
        return None;
    }
    let mut scanner = Scanner {
        rest: prolog(text),
        open: Vec::with_capacity(16),
        plain: Space::Other,
        spaces: Vec::with_capacity(4),
        attributes: Vec::with_capacity(8),
        findings: Findings::default(),
    };
    scanner.tag()?;
    while !scanner.open.is_empty() {
        scanner.text()?;
        scanner.tag()?;
    }
    scanner.rest.bytes().all(is_space).then_some(scanner.findings)
}

/// Tells whether there may be a character that XML cannot hold (XML 1.0, 2.2), or a
/// carriage return, which parsers take away.
fn holds_odd_characters(bytes: &[u8]) -> bool {
    let is_control = |byte: u8| byte < b' ' && byte != b'\t' && byte != b'\n';
    // In pieces, so that the compiler can look at many bytes at once.
    let odd = |piece: &[u8]| piece.iter().fold(false, |odd, byte| odd | is_control(*byte));
    // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
    let is_last = |at: usize| bytes.get(at + 1) == Some(&0xbf) && bytes.get(at + 2) >= Some(&0xbe);
    bytes.chunks(64).any(odd) || memchr::memchr_iter(0xef, bytes).any(is_last)
}

/// Returns what follows the declaration and the type of a document.
pub(super) fn prolog(text: &str) -> &str {
    let declared = text.strip_prefix("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
    let rest = declared.unwrap_or(text).trim_ascii_start();
    rest.strip_prefix("<!DOCTYPE html>").unwrap_or(rest).trim_ascii_start()
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}

struct Scanner<'a> {
    /// What was not read yet.
    rest: &'a str,
    /// The elements that are open, outermost first.
    open: Vec<Open<'a>>,
    /// The namespace of elements without a prefix.
    plain: Space,
    /// The namespaces that were declared with a prefix.
    spaces: Vec<(&'a str, Space)>,
    /// The attributes of the element that is read, but for what it declares.
    attributes: Vec<Attribute<'a>>,
    findings: Findings,
}

struct Open<'a> {
    /// Its name, as it was written.
    written: &'a str,
    /// The namespace of elements without a prefix outside of it.
    plain: Space,
    /// How many namespaces had been declared outside of it.
    spaces: usize,
    /// What it is, if it is a drawing.
    drawing: Option<Drawing>,
}

struct Attribute<'a> {
    prefix: &'a str,
    local: &'a str,
    value: &'a str,
}

/// Compares names, which are short: byte by byte, that is faster than a call.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().eq(b.bytes())
}

impl<'a> Scanner<'a> {
    /// Takes so many bytes, which end at a character's end.
    fn take(&mut self, count: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    /// Takes a byte that must come.
    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.rest.as_bytes().first() == Some(&byte)).then_some(())?;
        self.take(1).map(|_| ())
    }

    /// Takes white space; tells whether there was any.
    fn spaces(&mut self) -> bool {
        let count = self.rest.bytes().take_while(|byte| is_space(*byte)).count();
        self.take(count).is_some() && count > 0
    }

    /// Takes a name; returns its prefix, which may be empty, and the rest.
    fn name(&mut self) -> Option<(&'a str, &'a str)> {
        let first = self.name_part()?;
        if self.rest.as_bytes().first() != Some(&b':') {
            return Some(("", first));
        }
        self.expect(b':')?;
        Some((first, self.name_part()?))
    }

    fn name_part(&mut self) -> Option<&'a str> {
        let bytes = self.rest.as_bytes();
        let starts = matches!(bytes.first()?, b'a'..=b'z' | b'A'..=b'Z' | b'_');
        let goes_on = |byte: &&u8| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.');
        let count = bytes.iter().take_while(goes_on).count();
        self.take(count).filter(|_| starts)
    }

    /// Takes text up to the next tag.
    fn text(&mut self) -> Option<()> {
        loop {
            let at = memchr3(b'<', b'&', b']', self.rest.as_bytes())?;
            self.take(at)?;
            match self.rest.as_bytes().first()? {
                b'<' => return Some(()),
                b'&' => self.take(reference(self.rest)?)?,
                _ if self.rest.starts_with("]]>") => return None,
                _ => self.take(1)?,
            };
        }
    }

    /// Takes a tag: an element opens, or closes, or both.
    fn tag(&mut self) -> Option<()> {
        self.expect(b'<')?;
        if self.rest.as_bytes().first() == Some(&b'/') {
            self.expect(b'/')?;
            let open = self.open.pop()?;
            let name = self.take(open.written.len())?;
            same(name, open.written).then_some(())?;
            self.spaces();
            self.expect(b'>')?;
            return self.close(open);
        }
        let start = self.rest;
        let (prefix, local) = self.name()?;
        let written = start.get(..start.len() - self.rest.len())?;
        let (plain, spaces) = (self.plain, self.spaces.len());
        self.attributes()?;
        let closes = self.rest.as_bytes().first() == Some(&b'/');
        if closes {
            self.expect(b'/')?;
        }
        self.expect(b'>')?;
        let space = if prefix.is_empty() { self.plain } else { self.space(prefix)? };
        let without = self.attributes.iter().filter(|attribute| attribute.prefix.is_empty());
        let said = Said::of(without.map(|attribute| (attribute.local, attribute.value)));
        // Whether a description is there is seen in the whole document.
        if said.details.is_some() {
            return None;
        }
        if space == Space::Svg
            && local == "title"
            && let Some(Open { drawing: Some(drawing), .. }) = self.open.last_mut()
        {
            drawing.titled = true;
        }
        let drawing = look_at(space, local, &said, &mut self.findings);
        let open = Open { written, plain, spaces, drawing };
        if closes {
            return self.close(open);
        }
        self.open.push(open);
        Some(())
    }

    fn close(&mut self, open: Open<'a>) -> Option<()> {
        self.plain = open.plain;
        self.spaces.truncate(open.spaces);
        if let Some(drawing) = open.drawing {
            drawing.count(&mut self.findings);
        }
        Some(())
    }

    /// Takes the attributes of an element, and what it declares.
    fn attributes(&mut self) -> Option<()> {
        self.attributes.clear();
        let declared = self.spaces.len();
        let mut declares = false;
        loop {
            let parted = self.spaces();
            if matches!(self.rest.as_bytes().first()?, b'>' | b'/') {
                break;
            }
            let (prefix, local) = self.name().filter(|_| parted)?;
            self.expect(b'=')?;
            let value = self.value()?;
            match (prefix.as_bytes(), local.as_bytes()) {
                (b"", b"xmlns") => {
                    if declares {
                        return None;
                    }
                    (self.plain, declares) = (Space::declared(value)?, true);
                }
                (b"xmlns", b"xml" | b"xmlns") => return None,
                (b"xmlns", _) => {
                    if self.spaces[declared..].iter().any(|(known, _)| same(known, local)) {
                        return None;
                    }
                    self.spaces.push((local, Space::declared(value)?));
                }
                _ => {
                    // Two prefixes may stand for one namespace.
                    let is_same = |other: &Attribute| {
                        other.prefix.is_empty() == prefix.is_empty() && same(other.local, local)
                    };
                    let is_full = self.attributes.len() == MOST_ATTRIBUTES;
                    if is_full || self.attributes.iter().any(is_same) {
                        return None;
                    }
                    self.attributes.push(Attribute { prefix, local, value });
                }
            }
        }
        let is_known = |attribute: &Attribute| match attribute.prefix {
            "" | "xml" => true,
            prefix => self.space(prefix).is_some(),
        };
        self.attributes.iter().all(is_known).then_some(())
    }

    /// Takes the value of an attribute with its quotation marks.
    fn value(&mut self) -> Option<&'a str> {
        let quote = *self.rest.as_bytes().first()?;
        if !matches!(quote, b'"' | b'\'') {
            return None;
        }
        self.take(1)?;
        let start = self.rest;
        loop {
            let at = memchr3(quote, b'<', b'&', self.rest.as_bytes())?;
            self.take(at)?;
            match self.rest.as_bytes().first()? {
                b'<' => return None,
                b'&' => self.take(reference(self.rest)?)?,
                _ => break,
            };
        }
        let value = start.get(..start.len() - self.rest.len());
        self.expect(quote)?;
        value
    }

    /// Returns the namespace that a prefix stands for.
    fn space(&self, prefix: &str) -> Option<Space> {
        self.spaces.iter().rev().find(|(known, _)| same(known, prefix)).map(|(_, space)| *space)
    }
}

impl Space {
    /// Returns a namespace that a document declares; `None` if it must not, or there
    /// is more to it.
    fn declared(name: &str) -> Option<Self> {
        let space = Self::of(Some(name));
        let is_plain = memchr(b'&', name.as_bytes()).is_none() && !name.bytes().any(is_space);
        let is_reserved = space == Self::Other && (name.is_empty() || name.starts_with(RESERVED));
        (is_plain && !is_reserved).then_some(space)
    }
}

/// Returns the length of the reference that a text begins with.
fn reference(text: &str) -> Option<usize> {
    let known = ["&amp;", "&quot;", "&lt;", "&gt;", "&apos;"];
    known.into_iter().find(|known| text.starts_with(known)).map(str::len)
}

#[cfg(test)]
mod tests {
    use super::super::inspect::parsed;
    use super::*;

    const OPEN: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE html>\n\
        <html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\" \
        xml:lang=\"en\" lang=\"en\">\n<body epub:type=\"bodymatter\">";

    /// Pieces of documents: right ones, and what may be wrong with them.
    const PIECES: [&str; 60] = [
        "<p>a &amp; b</p>",
        "<p title='\"&lt;' >]] > ]</p >",
        "<br/>",
        "<br />",
        "<img alt=\"a\" src=\"images/a.png\"/>",
        "<img alt=\" \" src=\"https://a.org/x.png\"/>",
        "<img alt=\"\" role=\"presentation\"/>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><g><title>a</title></g></svg>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>a</title><set/></svg>",
        "<s:svg xmlns:s=\"http://www.w3.org/2000/svg\" aria-hidden=\"true\"><s:a/></s:svg>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><svg aria-label=\"a\"/></svg>",
        "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi>x</mi></math>",
        "<h2 id=\"a\">é</h2>",
        "<nav role=\"doc-pagelist\"><a href=\"#a\" onclick=\"x()\">a</a></nav>",
        "<section role=\"doc-index\"><span role=\"doc-pagebreak\" id=\"p\"/></section>",
        "<form></form><audio/><link href=\"http://a.org\"/>",
        "<video poster=\" //a.org/x\"/>",
        "<p epub:type=\"a\" type=\"b\">a\tb\nc</p>",
        "<p xmlns=\"urn:x\"><img alt=\"a\"/></p>",
        "<script/>",
        "\u{ff0c}\u{10ffff}",
        "a",
        // Not plain, but right.
        "<!-- a -->",
        "<![CDATA[<]]>",
        "<?a b?>",
        "<p>&#228;&#xe4;</p>",
        "<é/>",
        "a\r\nb",
        "<img alt=\"a\" aria-details=\"d\"/><a href=\"#d\">a</a><p id=\"d\">b</p>",
        "<p xmlns:a=\"urn:a\" xmlns:b=\"urn:b\" a:x=\"1\" b:x=\"2\"/>",
        "<p a = \"1\"/>",
        // Wrong.
        "<br>",
        "</p>",
        "<p></b>",
        "<p><b></p></b>",
        "<p",
        "<",
        "< p/>",
        "</",
        "<p a/>",
        "<p a=b/>",
        "<p a=\"1/>",
        "<p a=\"1\"b=\"2\"/>",
        "<p a=\"<\"/>",
        "<p a='1' a='2'/>",
        "<p xmlns:a=\"urn:a\" xmlns:b=\"urn:a\" a:x=\"1\" b:x=\"2\"/>",
        "<p xmlns:a=\"urn:a\" xmlns:a=\"urn:b\"/>",
        "<p xmlns:a=\"http://www.w3.org/XML/1998/namespace\"/>",
        "<p xmlns:a=\"http://www.w3.org/2000/xmlns/\"/>",
        "<p xmlns:xml=\"urn:a\"/>",
        "<x:y/>",
        "<p x:y=\"1\"/>",
        "<p xmlns:x=\"urn:x\"/><x:y/>",
        "<xmlns:p/>",
        "a & b",
        "&nbsp;",
        "<p a=\"&x;\"/>",
        "]]>",
        "\u{b}",
        "<p a=\"\u{fffe}\"/>",
    ];

    #[test]
    fn what_is_accepted_is_what_the_parser_says() {
        let mut accepted = 0;
        let mut compare = |text: &str| {
            if let Some(findings) = scan(text) {
                accepted += 1;
                assert_eq!(parsed(text).as_ref(), Ok(&findings), "{text}");
            }
        };
        for piece in PIECES {
            for other in PIECES {
                compare(&format!("{OPEN}{piece}{other}</body>\n</html>\n"));
            }
            compare(&format!("{OPEN}{piece}"));
            compare(&format!("{OPEN}</body></html>{piece}"));
            compare(&format!("{piece}{OPEN}</body></html>"));
            compare(piece);
        }
        // A document that ends early, wherever that is.
        let whole = format!("{OPEN}{}</body></html>", PIECES[..22].concat());
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            assert_eq!(scan(&whole[..end]), None, "{}", &whole[..end]);
        }
        compare(&whole);
        // What is plain is not left to the parser.
        assert!(accepted >= 22 * 22, "{accepted}");
    }
}
