//! Finished documents, read once more: are they XML, and what is in them?
//!
//! Does: parses what the templates made. Knows: XML, and which elements EPUB
//! wants to be told of. Must not know: templates, the model.
//!
//! What the package says of a document is taken from here, so it is true of a
//! project's own templates, too. Most documents are plain, and [`scan`] reads them
//! in one pass; all others are parsed.

use super::scan::scan;

use roxmltree::{Document, Node, ParsingOptions};

const XHTML: &str = "http://www.w3.org/1999/xhtml";
const SVG: &str = "http://www.w3.org/2000/svg";
const MATHML: &str = "http://www.w3.org/1998/Math/MathML";

/// What is in a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Findings {
    /// Whether there is SVG in the text.
    pub(super) svg: bool,
    /// Whether there is `MathML`.
    pub(super) mathml: bool,
    /// Whether anything runs: a script, or a form.
    pub(super) scripted: bool,
    /// Whether anything is fetched from the web to show the document.
    pub(super) remote_resources: bool,
    /// Whether anything may move or sound: audio, video, animation.
    pub(super) time_based: bool,
    /// Whether elements have ARIA roles.
    pub(super) roles: bool,
    /// Whether there are headings.
    pub(super) headings: bool,
    /// How many images and pictures of formulas there are.
    pub(super) images: usize,
    /// How many of them have a text alternative.
    pub(super) described_images: usize,
    /// How many elements say where more is said of them, and it is said there.
    pub(super) long_descriptions: usize,
    /// How many say so, and nothing is there.
    pub(super) missing_descriptions: usize,
    /// How many page breaks of a printed edition are marked.
    pub(super) page_breaks: usize,
    /// Whether there is a list of them.
    pub(super) page_list: bool,
    /// Whether there is an index.
    pub(super) index: bool,
}

impl Findings {
    /// Returns what is in either.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            svg: self.svg || other.svg,
            mathml: self.mathml || other.mathml,
            scripted: self.scripted || other.scripted,
            remote_resources: self.remote_resources || other.remote_resources,
            time_based: self.time_based || other.time_based,
            roles: self.roles || other.roles,
            headings: self.headings || other.headings,
            images: self.images + other.images,
            described_images: self.described_images + other.described_images,
            long_descriptions: self.long_descriptions + other.long_descriptions,
            missing_descriptions: self.missing_descriptions + other.missing_descriptions,
            page_breaks: self.page_breaks + other.page_breaks,
            page_list: self.page_list || other.page_list,
            index: self.index || other.index,
        }
    }

    /// Returns the `properties` that the manifest must give the document.
    pub(super) fn properties(&self) -> Vec<&'static str> {
        let all = [
            (self.mathml, "mathml"),
            (self.remote_resources, "remote-resources"),
            (self.scripted, "scripted"),
            (self.svg, "svg"),
        ];
        all.into_iter().filter_map(|(there, name)| there.then_some(name)).collect()
    }
}

/// Why a text is not XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Malformed {
    /// Where, and what is wrong.
    pub(super) message: String,
    /// Where in the text, in bytes.
    pub(super) offset: usize,
    /// The line of the text.
    pub(super) excerpt: String,
}

/// Reads a document.
///
/// # Errors
/// If it is not well-formed.
pub(super) fn inspect(text: &str) -> Result<Findings, Malformed> {
    scan(text).map_or_else(|| parsed(text), Ok)
}

/// Reads a document with all that XML may hold.
///
/// # Errors
/// If it is not well-formed.
pub(super) fn parsed(text: &str) -> Result<Findings, Malformed> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| {
        let place = error.pos();
        let line = usize::try_from(place.row).unwrap_or(1).saturating_sub(1);
        let column = usize::try_from(place.col).unwrap_or(1).saturating_sub(1);
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let excerpt = text.lines().nth(line).unwrap_or_default();
        let before: usize = excerpt.chars().take(column).map(char::len_utf8).sum();
        Malformed {
            message: without_place(&error.to_string()).to_owned(),
            offset: start + before,
            excerpt: excerpt.trim().chars().take(120).collect(),
        }
    })?;
    let mut findings = Findings::default();
    for node in document.descendants().filter(Node::is_element) {
        let plain = node.attributes().filter(|attribute| attribute.namespace().is_none());
        let said = Said::of(plain.map(|attribute| (attribute.name(), attribute.value())));
        let tag = node.tag_name();
        let drawing = look_at(Space::of(tag.namespace()), tag.name(), &said, &mut findings);
        if let Some(mut drawing) = drawing {
            drawing.titled = node.children().any(|child| child.has_tag_name((SVG, "title")));
            drawing.count(&mut findings);
        }
    }
    look_for_descriptions(&document, &mut findings);
    Ok(findings)
}

/// Follows `aria-details`, which counts if text is there and a link leads to it, for
/// few reading systems tell of the attribute.
fn look_for_descriptions(document: &Document<'_>, findings: &mut Findings) {
    let details = document.descendants().filter_map(|node| node.attribute("aria-details"));
    for id in details.flat_map(str::split_whitespace) {
        let mut nodes = document.descendants();
        let there = nodes.find(|node| node.attribute("id") == Some(id)).is_some_and(|node| {
            node.descendants().any(|node| node.text().is_some_and(|text| !text.trim().is_empty()))
        });
        let leads = |node: Node<'_, '_>| {
            node.attribute("href").and_then(|href| href.strip_prefix('#')) == Some(id)
        };
        let described = there && document.descendants().any(leads);
        findings.long_descriptions += usize::from(described);
        findings.missing_descriptions += usize::from(!described);
    }
}

/// The place is one in what was made, which the author never sees.
fn without_place(message: &str) -> &str {
    let digits = |c: char| c.is_ascii_digit() || c == ':';
    message.trim_end_matches(digits).trim_end_matches(" at ")
}

/// The namespaces that EPUB tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Xhtml,
    Svg,
    MathMl,
    /// Any other, or none.
    Other,
}

impl Space {
    /// Returns the namespace of that name.
    pub(super) fn of(name: Option<&str>) -> Self {
        match name {
            Some(XHTML) => Self::Xhtml,
            Some(SVG) => Self::Svg,
            Some(MATHML) => Self::MathMl,
            _ => Self::Other,
        }
    }
}

/// What the attributes of an element say.
#[derive(Debug, Default)]
pub(super) struct Said<'a> {
    role: Option<&'a str>,
    /// Whether there is a text alternative.
    named: bool,
    /// Whether it is hidden from those who listen.
    hidden: bool,
    /// Whether anything happens when it is touched.
    handled: bool,
    src: Option<&'a str>,
    data: Option<&'a str>,
    poster: Option<&'a str>,
    href: Option<&'a str>,
    /// Where more is said of it.
    pub(super) details: Option<&'a str>,
}

impl<'a> Said<'a> {
    /// Looks through the names and values of the attributes without a namespace.
    pub(super) fn of(attributes: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut said = Self::default();
        for (name, value) in attributes {
            // Bytes are compared one by one, which is faster for short names.
            match name.as_bytes() {
                b"role" => said.role = Some(value),
                b"alt" | b"alttext" | b"aria-label" | b"aria-labelledby" => {
                    said.named |= !value.trim().is_empty();
                }
                b"aria-hidden" => said.hidden = value == "true",
                b"src" => said.src = Some(value),
                b"data" => said.data = Some(value),
                b"poster" => said.poster = Some(value),
                b"href" => said.href = Some(value),
                b"aria-details" => said.details = Some(value),
                [b'o', b'n', ..] => said.handled = true,
                _ => {}
            }
        }
        said
    }
}

/// An image made of SVG.
#[derive(Debug)]
pub(super) struct Drawing {
    /// What is hidden from those who listen is decoration.
    decorates: bool,
    described: bool,
    /// Whether it has a title.
    pub(super) titled: bool,
}

impl Drawing {
    /// Counts it, when its title is known.
    pub(super) fn count(&self, findings: &mut Findings) {
        let Self { decorates, described, titled } = *self;
        findings.images += usize::from(!decorates);
        findings.described_images += usize::from(!decorates && (described || titled));
    }
}

/// Takes down what an element is, but for a drawing, which may have a title.
pub(super) fn look_at(
    space: Space,
    name: &str,
    said: &Said<'_>,
    findings: &mut Findings,
) -> Option<Drawing> {
    if let Some(role) = said.role {
        findings.roles = true;
        findings.page_breaks += usize::from(role == "doc-pagebreak");
        findings.page_list |= role == "doc-pagelist";
        findings.index |= role == "doc-index";
    }
    findings.scripted |= said.handled;
    let described = said.named || said.role == Some("presentation");
    match space {
        Space::Xhtml => {
            let mut is_link = false;
            match name.as_bytes() {
                b"img" => {
                    findings.images += 1;
                    findings.described_images += usize::from(described);
                }
                b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => findings.headings = true,
                b"audio" | b"video" | b"canvas" | b"object" => findings.time_based = true,
                b"script" | b"form" => findings.scripted = true,
                b"link" => is_link = true,
                // Where these lead is not fetched.
                b"a" | b"area" => return None,
                _ => {}
            }
            let fetched = if is_link { said.href } else { said.src.or(said.data).or(said.poster) };
            findings.remote_resources |= fetched.is_some_and(is_remote);
        }
        Space::Svg => {
            findings.time_based |= name.starts_with("animate") || name == "set";
            findings.scripted |= name == "script";
            if name == "svg" {
                findings.svg = true;
                return Some(Drawing { decorates: said.hidden, described, titled: false });
            }
        }
        Space::MathMl => findings.mathml = true,
        Space::Other => {}
    }
    None
}

fn is_remote(address: &str) -> bool {
    let address = address.trim_start().to_ascii_lowercase();
    address.starts_with("//") || address.starts_with("http:") || address.starts_with("https:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> Result<Findings, Malformed> {
        inspect(&format!("<!DOCTYPE html>\n<html xmlns=\"{XHTML}\">\n<body>{body}</body></html>"))
    }

    #[test]
    fn the_package_is_told_what_is_there() {
        let properties = |body: &str| page(body).expect("well-formed").properties();
        assert_eq!(properties("<p>a</p>"), [""; 0]);
        assert_eq!(properties(&format!("<svg xmlns=\"{SVG}\"/>")), ["svg"]);
        assert_eq!(properties(&format!("<math xmlns=\"{MATHML}\"/>")), ["mathml"]);
        assert_eq!(properties("<p onclick=\"x()\">a</p>"), ["scripted"]);
        assert_eq!(properties("<img src=\"https://a.org/x.png\"/>"), ["remote-resources"]);
        assert_eq!(properties("<a href=\"https://a.org/\">a</a>"), [""; 0]);
        let images = page("<img alt=\"x\"/><img alt=\"\"/>").expect("well-formed");
        assert_eq!((images.images, images.described_images), (2, 1));
        let more = |body: &str| {
            let found = page(body).expect("well-formed");
            (found.long_descriptions, found.missing_descriptions)
        };
        let image = "<img alt=\"x\" aria-details=\"d\"/>";
        assert_eq!(more(&format!("{image}<a href=\"#d\">a</a><p id=\"d\">b</p>")), (1, 0));
        assert_eq!(more(&format!("{image}<p id=\"d\">b</p>")), (0, 1));
        assert_eq!(more(&format!("{image}<a href=\"#d\">a</a><p id=\"d\"> </p>")), (0, 1));
        let drawings = format!("<svg xmlns=\"{SVG}\"/><svg xmlns=\"{SVG}\" aria-hidden=\"true\"/>");
        let drawings = page(&drawings).expect("well-formed");
        assert_eq!((drawings.images, drawings.described_images), (1, 0));
    }

    #[test]
    fn what_is_not_xml_is_found() {
        for body in ["<br>", "&nbsp;", "<p a='1' a='2'/>", "<x:y/>", "a & b", "\u{b}"] {
            let malformed = page(body).expect_err(body);
            assert!(malformed.offset > 55, "{body}: {malformed:?}");
        }
        assert_eq!(page("<p>x</b>").expect_err("crossed").excerpt, "<body><p>x</b></body></html>");
    }
}
