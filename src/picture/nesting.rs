//! Drawings in the drawings of a PDF: how many are drawn in the end.
//!
//! A form may draw another one ten times, and that one a third: a few hundred
//! bytes for more than any patience. ISO 32000-2, 8.10 (forms) and 8.7.3 (tiling
//! patterns).

use std::collections::BTreeMap;

use hayro_syntax::object::{Dict, Name, Object, ObjectIdentifier, Stream};
use hayro_syntax::page::{Page, Resources};

/// How deep drawings may stand in one another; what holds itself has no end.
const MAX_DEPTH: usize = 24;
/// The most drawings that a page draws.
const MAX_DRAWN: u64 = 20_000;

/// Tells whether a page draws more than anybody would wait for.
pub(super) fn is_endless(page: &Page) -> bool {
    let Some(content) = page.page_stream() else { return false };
    let mut drawn = BTreeMap::new();
    count(content, page.resources(), 0, &mut drawn).is_none_or(|count| count > MAX_DRAWN)
}

/// Counts what a content stream draws of other drawings, and they of others.
/// `None` if they stand in one another too deep. `drawn` holds what is known of
/// drawings.
fn count<'a>(
    content: &[u8],
    resources: &Resources<'a>,
    depth: usize,
    drawn: &mut BTreeMap<ObjectIdentifier, u64>,
) -> Option<u64> {
    if depth > MAX_DEPTH {
        return None;
    }
    let mut total = 0_u64;
    let mut before: &[u8] = &[];
    for token in content.split(|byte| byte.is_ascii_whitespace()).filter(|token| !token.is_empty())
    {
        let name = before.strip_prefix(b"/").and_then(Name::new);
        let inner: Option<Stream<'a>> = match (token, name) {
            (b"Do", Some(name)) => resources.get_x_object(&name),
            (b"scn" | b"SCN", Some(name)) => match resources.get_pattern(&name) {
                Some(Object::Stream(stream)) => Some(stream),
                _ => None,
            },
            _ => None,
        };
        before = token;
        let Some(inner) = inner else { continue };
        let id = inner.obj_id();
        let known = drawn.get(&id).copied();
        let known = match known {
            Some(count) => count,
            None => {
                let count = of(&inner, resources, depth, drawn)?;
                drawn.insert(id, count);
                count
            }
        };
        total = total.saturating_add(known);
    }
    Some(total)
}

fn of<'a>(
    stream: &Stream<'a>,
    outer: &Resources<'a>,
    depth: usize,
    drawn: &mut BTreeMap<ObjectIdentifier, u64>,
) -> Option<u64> {
    let dict = stream.dict();
    // A picture draws nothing else; a mask of its own is a picture, too.
    if dict.get::<u32>("Width").is_some() {
        return Some(1);
    }
    let Ok(content) = stream.decoded() else { return Some(1) };
    let own = dict.get::<Dict>("Resources").unwrap_or_default();
    let resources = Resources::from_parent(own, outer.clone());
    Some(count(&content, &resources, depth + 1, drawn)?.saturating_add(1))
}
