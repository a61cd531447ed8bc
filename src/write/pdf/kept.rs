//! Finished documents as a cache keeps them: under what they were made of, and with
//! all that is known of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use blake3::{Hash, Hasher};
use serde_json::{Value, json};

use super::anchor;
pub use super::digest::{digest, pictures};
use super::preflight::{Flaw, FlawKind};
use super::ready::Ready;
use super::{Options, Pages, finish};
use crate::layout::Layout;
use crate::model::{Edition, NodeId, Pagination, PrintedPage, TopicId};
use crate::source::FileId;

/// Words of flaws, which are among the program's own.
const EDGES: [&str; 4] = ["left", "right", "top", "bottom"];

/// What a document is made of.
#[derive(Debug)]
pub struct Ingredients {
    /// A hash of all of it, but for the program and the files of layouts.
    pub hash: Hash,
    /// The names of the places in the topics: nodes have other numbers in a project
    /// that has got another file.
    places: Arc<BTreeMap<NodeId, String>>,
    /// The numbers of figures, tables and equations.
    numbers: BTreeMap<NodeId, u32>,
    /// What Typst gets of it, if that had to be made to find out.
    ready: Option<Ready>,
}

impl Ingredients {
    /// Returns what Typst gets of it, if that was made.
    pub(super) fn ready(&self) -> Option<&Ready> {
        self.ready.as_ref()
    }

    /// Says what is in it, for [`Ingredients::of_text`]; `None` if there are places in other
    /// texts than one.
    pub fn said(&self, text: FileId) -> Option<Value> {
        let Self { hash, places, numbers, ready: _ } = self;
        let own = |node: &NodeId| (node.file == text).then_some(node.index);
        let places = places.iter().map(|(node, name)| Some(json!([own(node)?, name])));
        let numbers = numbers.iter().map(|(node, number)| Some(json!([own(node)?, number])));
        Some(json!([
            hash.to_hex().as_str(),
            places.collect::<Option<Vec<_>>>()?,
            numbers.collect::<Option<Vec<_>>>()?,
        ]))
    }

    /// Reads what [`Ingredients::said`] said of a document whose places are in a text, which
    /// may have another number now; `None` if it is anything else.
    pub fn of_text(said: &Value, text: FileId) -> Option<Self> {
        let node = |pair: &Value| {
            Some(NodeId { file: text, index: u32::try_from(pair.get(0)?.as_u64()?).ok()? })
        };
        let list = |place: usize| Some(said.get(place)?.as_array()?.iter());
        Some(Self {
            hash: Hash::from_hex(said.get(0)?.as_str()?).ok()?,
            places: Arc::new(
                list(1)?
                    .map(|pair| Some((node(pair)?, self::text(pair.get(1)?)?)))
                    .collect::<Option<_>>()?,
            ),
            numbers: list(2)?
                .map(|pair| Some((node(pair)?, u32::try_from(pair.get(1)?.as_u64()?).ok()?)))
                .collect::<Option<_>>()?,
            ready: None,
        })
    }
}

/// Returns what a document is made of: whatever its layout receives, and its writer
/// takes beside.
pub fn ingredients(edition: &Edition, layout: &Layout, options: &Options) -> Ingredients {
    let ready = Ready::new(edition, layout, options);
    let urn = finish::urn(edition, options);
    let mut hasher = Hasher::new();
    let mut add = |part: &[u8]| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    };
    add(ready.data.hash.as_bytes());
    add(options.said().as_bytes());
    add(format!("{:?}", edition.metadata).as_bytes());
    add(finish::properties(edition, options.kind, &urn).as_bytes());
    add(layout.name.as_bytes());
    add(layout.manifest.entry.as_bytes());
    for (path, made_of) in ready.pictures.made_of() {
        add(path.as_bytes());
        add(made_of.as_bytes());
    }
    let (hash, places) = (hasher.finalize(), Arc::clone(&ready.places));
    Ingredients { hash, places, numbers: edition.numbers.clone(), ready: Some(ready) }
}

/// Returns what a document is made of, if the hash of it is known.
pub fn known(edition: &Edition, hash: Hash) -> Ingredients {
    let places = Arc::new(anchor::places(&edition.topics, &edition.numbers));
    Ingredients { hash, places, numbers: edition.numbers.clone(), ready: None }
}

/// Writes what is known of a document, but for its file.
pub fn write(pages: &Pages, of: &Ingredients) -> Vec<u8> {
    let Pages { bytes: _, count, flaws, pagination } = pages;
    let Pagination { source, pages, topics, nodes, numbers: _, parts, headings } = pagination;
    let known = json!({
        "count": count,
        "flaws": flaws.iter().map(flaw).collect::<Vec<_>>(),
        "source": source,
        "pages": pages.iter().map(|page| json!([page.number, page.text])).collect::<Vec<_>>(),
        "topics": topics.iter().map(|(id, page)| json!([id.as_str(), page])).collect::<Vec<_>>(),
        "nodes": nodes.iter().filter_map(|(node, page)| {
            Some(json!([of.places.get(node)?, page]))
        }).collect::<Vec<_>>(),
        "parts": parts.iter().map(|(part, page)| json!([part, page])).collect::<Vec<_>>(),
        "headings": headings.iter().map(|(said, page)| json!([said, page])).collect::<Vec<_>>(),
    });
    known.to_string().into_bytes()
}

/// Reads what [`write()`] wrote, without the bytes of the file; `None` if it is anything else.
pub fn read(kept: &[u8], of: &Ingredients) -> Option<Pages> {
    let known: Value = serde_json::from_slice(kept).ok()?;
    let nodes: BTreeMap<&str, NodeId> =
        of.places.iter().map(|(node, name)| (name.as_str(), *node)).collect();
    let list = |key: &str| known.get(key)?.as_array();
    let page = |pair: &Value| number(pair.get(1)?);
    let pagination = Pagination {
        source: known.get("source")?.as_str()?.to_owned(),
        pages: list("pages")?
            .iter()
            .map(|pair| {
                Some(PrintedPage { number: text(pair.get(0)?)?, text: text(pair.get(1)?)? })
            })
            .collect::<Option<_>>()?,
        topics: list("topics")?
            .iter()
            .map(|pair| Some((TopicId::new(pair.get(0)?.as_str()?).ok()?, page(pair)?)))
            .collect::<Option<_>>()?,
        nodes: list("nodes")?
            .iter()
            .map(|pair| Some((*nodes.get(pair.get(0)?.as_str()?)?, page(pair)?)))
            .collect::<Option<_>>()?,
        numbers: of.numbers.clone(),
        parts: list("parts")?
            .iter()
            .map(|pair| Some((number(pair.get(0)?)?, page(pair)?)))
            .collect::<Option<_>>()?,
        headings: list("headings")?
            .iter()
            .map(|pair| Some((text(pair.get(0)?)?, page(pair)?)))
            .collect::<Option<_>>()?,
    };
    Some(Pages {
        bytes: Vec::new(),
        count: number(known.get("count")?)?,
        flaws: list("flaws")?.iter().map(read_flaw).collect::<Option<_>>()?,
        pagination,
    })
}

fn number(value: &Value) -> Option<usize> {
    usize::try_from(value.as_u64()?).ok()
}

/// Floats are kept as their bits: decimal digits may lose the last.
fn float(value: &Value) -> Option<f64> {
    value.as_u64().map(f64::from_bits)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn flaw(flaw: &Flaw) -> Value {
    let kind = match &flaw.kind {
        FlawKind::Coarse { picture, dpi, enough } => {
            json!(["coarse", picture, dpi.to_bits(), enough])
        }
        FlawKind::Tiny { points, text } => json!(["tiny", points.to_bits(), text]),
        FlawKind::Outside { text, edge, distance } => {
            json!(["outside", text, edge, distance.to_bits()])
        }
        FlawKind::Thin { lines } => json!(["thin", lines]),
        FlawKind::Colored { what } => json!(["colored", what]),
        FlawKind::SmallCode { url, module, modules } => {
            json!(["code", url, module.to_bits(), modules.to_bits()])
        }
        FlawKind::Unseen { text } => json!(["unseen", text]),
    };
    json!([flaw.page, kind])
}

fn read_flaw(kept: &Value) -> Option<Flaw> {
    let kind = kept.get(1)?;
    let part = |place: usize| kind.get(place);
    let kind = match part(0)?.as_str()? {
        "coarse" => FlawKind::Coarse {
            picture: text(part(1)?),
            dpi: float(part(2)?)?,
            enough: u32::try_from(part(3)?.as_u64()?).ok()?,
        },
        "tiny" => FlawKind::Tiny { points: float(part(1)?)?, text: text(part(2)?)? },
        "outside" => FlawKind::Outside {
            text: text(part(1)?),
            edge: EDGES.into_iter().find(|edge| part(2).and_then(Value::as_str) == Some(edge))?,
            distance: float(part(3)?)?,
        },
        "thin" => FlawKind::Thin { lines: number(part(1)?)? },
        "code" => FlawKind::SmallCode {
            url: text(part(1)?)?,
            module: float(part(2)?)?,
            modules: float(part(3)?)?,
        },
        "unseen" => FlawKind::Unseen { text: text(part(1)?)? },
        // What is colored is said in words that only the inspection has: it is
        // looked for again.
        _ => return None,
    };
    Some(Flaw { page: number(kept.get(0)?)?, kind })
}
