//! How much ink is on pages, as far as one can tell without painting them.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::content::Content;
use lopdf::{Document, Object, ObjectId, Stream};

use super::separate::{inherited, references};
use super::space::{Space, space};
use crate::picture::jpeg_samples;

/// No stream is larger unpacked.
const MAX_UNPACKED: usize = 1 << 30;

/// Returns for each page of a press edition, or of sheets of one, the most ink that
/// something on it asks for on a spot, in percent of a full one. Inks that shine through
/// each other are not added up.
///
/// # Errors
/// If it cannot be read.
pub fn heaviest(bytes: &[u8]) -> Result<Vec<f64>, String> {
    let document = Document::load_mem(bytes).map_err(|error| error.to_string())?;
    let mut known = BTreeMap::new();
    let pages: Vec<ObjectId> = document.page_iter().collect();
    let mut found = Vec::with_capacity(pages.len());
    for page in pages {
        let mut most: f64 = 0.0;
        let own = document.get_page_contents(page);
        let mut seen: BTreeSet<ObjectId> = own.iter().copied().collect();
        let mut queue = Vec::new();
        references(&inherited(&document, page).into(), &mut queue);
        for id in own {
            most = most.max(*known.entry(id).or_insert_with(|| of(&document, id, true)));
        }
        while let Some(id) = queue.pop() {
            if seen.insert(id)
                && let Some(object) = document.objects.get(&id)
            {
                most = most.max(*known.entry(id).or_insert_with(|| of(&document, id, false)));
                references(object, &mut queue);
            }
        }
        found.push(most);
    }
    Ok(found)
}

/// Returns the most ink that an object asks for.
fn of(document: &Document, id: ObjectId, is_page: bool) -> f64 {
    let Some(Object::Stream(stream)) = document.objects.get(&id) else { return 0.0 };
    let is = |value: &[u8]| {
        let kind = stream.dict.get(b"Subtype").and_then(Object::as_name);
        kind.is_ok_and(|kind| kind == value)
    };
    if is_page || is(b"Form") || stream.dict.has(b"PatternType") {
        instructions(stream)
    } else if is(b"Image") {
        let of = stream.dict.get(b"ColorSpace").map(|object| space(document, object));
        match of {
            Ok(Space::Cmyk) => samples(stream),
            Ok(Space::Gray) => 100.0,
            _ => 0.0,
        }
    } else if stream.dict.has(b"FunctionType") {
        let range = stream.dict.get(b"Range").and_then(Object::as_array);
        if range.is_ok_and(|range| range.len() == 8) { samples(stream) } else { 0.0 }
    } else {
        0.0
    }
}

/// Returns the most ink in samples of four inks.
fn samples(stream: &Stream) -> f64 {
    let is_jpeg =
        stream.filters().is_ok_and(|filters| filters.last() == Some(&b"DCTDecode".as_slice()));
    let samples = if is_jpeg {
        jpeg_samples(&stream.content).map(|(_, samples)| samples)
    } else {
        stream.get_plain_content_with_limit(MAX_UNPACKED).ok()
    };
    let samples = samples.unwrap_or_default();
    let sum = |inks: &[u8]| inks.iter().map(|ink| u32::from(*ink)).sum::<u32>();
    f64::from(samples.chunks_exact(4).map(sum).max().unwrap_or(0)) / 2.55
}

/// Returns the most ink that instructions set.
fn instructions(stream: &Stream) -> f64 {
    let plain = stream.get_plain_content_with_limit(MAX_UNPACKED).unwrap_or_default();
    let operations = Content::decode(&plain).map(|content| content.operations);
    let mut most: f64 = 0.0;
    for operation in operations.unwrap_or_default() {
        let numbers = operation.operands.iter().filter_map(|operand| operand.as_float().ok());
        let sum: f64 = numbers.map(f64::from).sum();
        match operation.operator.as_str() {
            "k" | "K" => most = most.max(sum * 100.0),
            "g" | "G" => most = most.max((1.0 - sum) * 100.0),
            _ => {}
        }
    }
    most
}
