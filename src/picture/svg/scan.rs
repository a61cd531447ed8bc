//! A look at the XML of a drawing before it is drawn: what it would cost, what
//! it refers to, and what it says beside lines.

use std::collections::{BTreeMap, BTreeSet};

use usvg::roxmltree::{Document, Node};

use crate::model::Origin;
use crate::picture::{Problem, counted};

/// The most elements, once all that refers to others is written out: far more
/// than a figure has, and drawn in well under a second.
const MAX_ELEMENTS: u64 = 60_000;
/// The most letters of a text: each is set with an eye to all others.
const MAX_LETTERS: usize = 4000;
/// The most elements within each other, those referred to counted in.
const MAX_DEPTH: u32 = 200;
/// The most comparisons of a style's rule with an element.
const MAX_RULES: u64 = 20_000_000;
/// The most texts that are kept to search outputs for.
const MAX_IDENTIFIERS: usize = 200;

/// What is known of a drawing from its XML.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// What never reaches an output.
    pub(super) origin: Origin,
}

/// Looks at a drawing's XML.
pub(super) fn scan(document: &Document) -> Result<Scan, Problem> {
    if document.root_element().tag_name().name() != "svg" {
        return Err(Problem::Broken("it is XML, but no SVG".into()));
    }
    refuse_references(document)?;
    refuse_bombs(document)?;
    Ok(Scan { origin: origin(document) })
}

/// A picture that needs another file would have a hole.
fn refuse_references(document: &Document) -> Result<(), Problem> {
    const REFERRING: [&str; 9] = [
        "image",
        "feImage",
        "use",
        "tref",
        "pattern",
        "linearGradient",
        "radialGradient",
        "textPath",
        "mpath",
    ];
    for node in document.descendants().filter(Node::is_element) {
        for attribute in node.attributes() {
            let value = attribute.value().trim();
            let is_reference =
                attribute.name() == "href" && REFERRING.contains(&node.tag_name().name());
            if is_reference && !is_within(value) {
                return Err(outside(value));
            }
            if let Some(url) = urls(value).find(|url| !is_within(url)) {
                return Err(outside(url));
            }
        }
    }
    Ok(())
}

fn is_within(reference: &str) -> bool {
    reference.is_empty()
        || reference.starts_with('#')
        || reference.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"))
}

/// Says that a drawing is not whole without another file.
pub(super) fn outside(reference: &str) -> Problem {
    let short: String = reference.chars().take(80).collect();
    let dots = if short.len() < reference.len() { "…" } else { "" };
    Problem::Unfit {
        message: format!("this drawing refers to another file, `{short}{dots}`"),
        hint: "embed it in the drawing (in Inkscape: Extensions > Images > Embed), for files that \
               a drawing names are not followed"
            .into(),
    }
}

/// Returns what stands in `url(…)` of an attribute.
fn urls(value: &str) -> impl Iterator<Item = &str> {
    value.match_indices("url(").filter_map(|(at, found)| {
        let rest = &value[at + found.len()..];
        let end = rest.find(')')?;
        Some(rest[..end].trim().trim_matches(['"', '\'']))
    })
}

/// What an element costs, with all that it holds and refers to.
#[derive(Debug, Clone, Copy)]
struct Cost {
    elements: u64,
    depth: u32,
}

struct Costs<'a, 'input> {
    by_id: BTreeMap<&'a str, Node<'a, 'input>>,
    known: BTreeMap<usize, Cost>,
    open: BTreeSet<usize>,
    /// The targets that style sheets name, which any element may use.
    styled: Vec<Node<'a, 'input>>,
    marked: bool,
}

fn refuse_bombs(document: &Document) -> Result<(), Problem> {
    let elements = document.descendants().filter(Node::is_element);
    let by_id: BTreeMap<&str, Node> =
        elements.filter_map(|node| Some((node.attribute("id")?, node))).collect();
    let mut sheet = String::new();
    let mut count = 0_u64;
    for node in document.descendants().filter(Node::is_element) {
        count += 1;
        if node.tag_name().name() == "text" {
            let texts = node.descendants().filter(Node::is_text).filter_map(|node| node.text());
            if texts.map(str::len).sum::<usize>() > MAX_LETTERS {
                return Err(too_much(&format!("has a text of more than {MAX_LETTERS} letters")));
            }
        }
        if node.tag_name().name() == "style" {
            node.descendants().filter_map(|node| node.text()).for_each(|text| sheet += text);
        }
    }
    if (sheet.matches('{').count() as u64).saturating_mul(count) > MAX_RULES {
        return Err(too_much("has too many styles"));
    }
    let mut targets: Vec<&str> = urls(&sheet).filter_map(|url| url.strip_prefix('#')).collect();
    targets.sort_unstable();
    targets.dedup();
    let styled = targets.into_iter().filter_map(|id| by_id.get(id).copied()).collect();
    let marked = sheet.contains("marker");
    let mut costs = Costs { by_id, known: BTreeMap::new(), open: BTreeSet::new(), styled, marked };
    let whole = costs.of(document.root_element(), 0)?;
    if whole.elements > MAX_ELEMENTS {
        return Err(too_much(&format!(
            "has more than {MAX_ELEMENTS} elements, once its references are written out"
        )));
    }
    Ok(())
}

fn too_much(what: &str) -> Problem {
    Problem::Unfit {
        message: format!("this drawing {what}"),
        hint: "simplify it, or export it as PNG".into(),
    }
}

impl<'a, 'input> Costs<'a, 'input> {
    fn of(&mut self, node: Node<'a, 'input>, depth: u32) -> Result<Cost, Problem> {
        if let Some(cost) = self.known.get(&node.id().get_usize()) {
            return self.within(*cost, depth);
        }
        if depth > MAX_DEPTH {
            return Err(too_deep());
        }
        // What refers to itself is not drawn.
        if !self.open.insert(node.id().get_usize()) {
            return Ok(Cost { elements: 0, depth: 0 });
        }
        let mut sum = Cost { elements: 1, depth: 0 };
        let mut add = |cost: Cost, times: u64| {
            sum.elements = sum.elements.saturating_add(cost.elements.saturating_mul(times));
            sum.depth = sum.depth.max(cost.depth);
        };
        for child in node.children() {
            if child.is_element() {
                add(self.of(child, depth + 1)?, 1);
            } else if child.is_text() && is_text(node) {
                // Each letter is an outline.
                let letters = child.text().map_or(0, str::len) as u64;
                add(Cost { elements: letters, depth: 0 }, 1);
            }
        }
        let mut marked = self.marked;
        let mut targets: Vec<Node> = Vec::new();
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            marked |= name.starts_with("marker") || (name == "style" && value.contains("marker"));
            let href = (name == "href").then(|| value.trim().strip_prefix('#')).flatten();
            let urls = urls(value).filter_map(|url| url.strip_prefix('#'));
            targets.extend(href.into_iter().chain(urls).filter_map(|id| self.by_id.get(id)));
        }
        targets.extend(self.styled.iter().filter(|_| is_drawn(node)));
        // A marker stands at each corner of a path.
        let data = ["d", "points"].into_iter().find_map(|name| node.attribute(name));
        let corners = data.filter(|_| marked).map_or(1, |data| 1 + data.len() as u64 / 4);
        for target in targets {
            add(self.of(target, depth + 1)?, corners);
        }
        self.open.remove(&node.id().get_usize());
        sum.depth += 1;
        self.known.insert(node.id().get_usize(), sum);
        self.within(sum, depth)
    }

    fn within(&self, cost: Cost, depth: u32) -> Result<Cost, Problem> {
        if depth + cost.depth > MAX_DEPTH + 1 { Err(too_deep()) } else { Ok(cost) }
    }
}

fn too_deep() -> Problem {
    too_much(&format!("has more than {MAX_DEPTH} elements within each other"))
}

fn is_text(node: Node) -> bool {
    matches!(node.tag_name().name(), "text" | "tspan" | "textPath" | "tref" | "a")
}

fn is_drawn(node: Node) -> bool {
    const DRAWN: [&str; 11] = [
        "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "use",
        "svg",
    ];
    DRAWN.contains(&node.tag_name().name())
}

/// Finds what is no drawing: it is counted, and its texts are kept, so that
/// outputs can be searched for them.
fn origin(document: &Document) -> Origin {
    let mut origin = Origin { format: "SVG".into(), ..Origin::default() };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut identifiers = BTreeSet::new();
    for node in document.descendants() {
        if node.is_comment() {
            *counts.entry("comment").or_default() += 1;
            identifiers.extend(node.text().and_then(identifier));
        }
        if !node.is_element() {
            continue;
        }
        let kind = match node.tag_name().name() {
            "script" => Some("script"),
            "foreignObject" => Some("piece of HTML"),
            "metadata" => Some("block of metadata"),
            "title" => Some("title"),
            "desc" => Some("description"),
            "animate" | "animateMotion" | "animateTransform" | "set" => Some("animation"),
            _ => None,
        };
        if let Some(kind) = kind {
            *counts.entry(kind).or_default() += 1;
        }
        if matches!(node.tag_name().name(), "metadata" | "title" | "desc") {
            let texts = node.descendants().filter(Node::is_text).filter_map(|node| node.text());
            identifiers.extend(texts.filter_map(identifier));
        }
        for attribute in node.attributes() {
            let name = attribute.name();
            if name.starts_with("on") && attribute.namespace().is_none() {
                *counts.entry("event handler").or_default() += 1;
            }
            // Editors keep the path of the file, and with it a name.
            if matches!(name, "docname" | "absref" | "export-filename") {
                *counts.entry("file name").or_default() += 1;
                identifiers.extend(identifier(attribute.value()));
            }
        }
    }
    if counts.contains_key("piece of HTML") {
        origin.concerns.push("parts written in HTML, which are not drawn".into());
    }
    origin.removed = counts.into_iter().map(|(what, count)| counted(count, what)).collect();
    origin.identifiers = identifiers.into_iter().take(MAX_IDENTIFIERS).collect();
    origin
}

/// Takes a text for one that may name somebody, unless it is an address, a media
/// type or a number.
fn identifier(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let speaks = letters >= 3 && text.len() <= 400;
    (speaks && !text.contains("://") && text != "image/svg+xml").then_some(text)
}
