//! Equal objects of a document made one, and what nothing refers to left out.

use std::collections::BTreeMap;

use blake3::{Hash, Hasher};
use lopdf::{Document, Object, ObjectId};

/// Deeper than fonts and pictures are nested: what is equal only by more steps stays.
const ROUNDS: usize = 16;
/// Deeper than objects are nested without references.
const MAX_DEPTH: usize = 200;

/// Returns a document without doubles, numbered in the order in which objects are
/// reached.
pub(super) fn merged(mut document: Document) -> Document {
    let same = same(&document);
    let mut numbers: BTreeMap<ObjectId, u32> = BTreeMap::new();
    let mut queue = Vec::new();
    let mut trailer = document.trailer.clone();
    let mut next = 0;
    let mut visit = |object: &mut Object, queue: &mut Vec<ObjectId>| {
        each_reference(object, &mut |id| {
            let target = *same.get(id).unwrap_or(id);
            let number = *numbers.entry(target).or_insert_with(|| {
                next += 1;
                queue.push(target);
                next
            });
            *id = (number, 0);
        });
    };
    for (_, object) in trailer.iter_mut() {
        visit(object, &mut queue);
    }
    let mut out = BTreeMap::new();
    let mut at = 0;
    while let Some(id) = queue.get(at).copied() {
        at += 1;
        let mut object = document.objects.remove(&id).unwrap_or(Object::Null);
        visit(&mut object, &mut queue);
        out.insert((at as u32, 0), object);
    }
    document.max_id = at as u32;
    document.objects = out;
    document.trailer = trailer;
    document
}

/// Returns for objects that are equal to an earlier one, which that is.
fn same(document: &Document) -> BTreeMap<ObjectId, ObjectId> {
    // Streams are long, and hashed once.
    let contents: BTreeMap<ObjectId, Hash> = document
        .objects
        .iter()
        .filter_map(|(id, object)| Some((*id, blake3::hash(&object.as_stream().ok()?.content))))
        .collect();
    let mut same: BTreeMap<ObjectId, ObjectId> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let mut first: BTreeMap<[u8; 32], ObjectId> = BTreeMap::new();
        let mut next = BTreeMap::new();
        for (id, object) in document.objects.iter().filter(|(_, object)| may_be_shared(object)) {
            let mut hasher = Hasher::new();
            if let Some(content) = contents.get(id) {
                hasher.update(content.as_bytes());
            }
            feed(object, &same, &mut hasher, 0);
            let earlier = *first.entry(*hasher.finalize().as_bytes()).or_insert(*id);
            if earlier != *id {
                next.insert(*id, earlier);
            }
        }
        let is_done = next == same;
        same = next;
        if is_done {
            break;
        }
    }
    same
}

/// Tells whether an object may be in two places: a page may not.
fn may_be_shared(object: &Object) -> bool {
    let kind = object.as_dict().and_then(|dictionary| dictionary.get(b"Type"));
    !kind.and_then(Object::as_name).is_ok_and(|kind| matches!(kind, b"Page" | b"Pages" | b"OCG"))
}

/// Hashes what an object says, with its references led to what they are the same as.
fn feed(object: &Object, same: &BTreeMap<ObjectId, ObjectId>, hasher: &mut Hasher, depth: usize) {
    let text = |bytes: &[u8], hasher: &mut Hasher| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    let entries = |dictionary: &lopdf::Dictionary, hasher: &mut Hasher| {
        let mut entries: Vec<_> = dictionary.iter().collect();
        entries.sort_by(|one, other| one.0.cmp(other.0));
        hasher.update(&(entries.len() as u64).to_le_bytes());
        for (key, value) in entries {
            text(key, hasher);
            feed(value, same, hasher, depth + 1);
        }
    };
    if depth > MAX_DEPTH {
        // Nothing is known to be the same as what is not looked at.
        hasher.update(&(std::ptr::from_ref(object) as usize).to_le_bytes());
        return;
    }
    match object {
        Object::Null => drop(hasher.update(b"0")),
        Object::Boolean(is_it) => drop(hasher.update(&[b'b', u8::from(*is_it)])),
        Object::Integer(number) => {
            hasher.update(b"i");
            hasher.update(&number.to_le_bytes());
        }
        Object::Real(number) => {
            hasher.update(b"r");
            hasher.update(&number.to_bits().to_le_bytes());
        }
        Object::Name(name) => {
            hasher.update(b"n");
            text(name, hasher);
        }
        Object::String(string, _) => {
            hasher.update(b"s");
            text(string, hasher);
        }
        Object::Array(array) => {
            hasher.update(b"a");
            hasher.update(&(array.len() as u64).to_le_bytes());
            array.iter().for_each(|object| feed(object, same, hasher, depth + 1));
        }
        Object::Dictionary(dictionary) => {
            hasher.update(b"d");
            entries(dictionary, hasher);
        }
        Object::Stream(stream) => {
            hasher.update(b"t");
            entries(&stream.dict, hasher);
        }
        Object::Reference(id) => {
            let (number, generation) = same.get(id).unwrap_or(id);
            hasher.update(b"f");
            hasher.update(&number.to_le_bytes());
            hasher.update(&generation.to_le_bytes());
        }
    }
}

/// Shows all references of an object.
pub(super) fn each_reference(object: &mut Object, show: &mut dyn FnMut(&mut ObjectId)) {
    match object {
        Object::Reference(id) => show(id),
        Object::Array(array) => array.iter_mut().for_each(|object| each_reference(object, show)),
        Object::Dictionary(dictionary) => {
            dictionary.iter_mut().for_each(|(_, object)| each_reference(object, show));
        }
        Object::Stream(stream) => {
            stream.dict.iter_mut().for_each(|(_, object)| each_reference(object, show));
        }
        Object::Null
        | Object::Boolean(_)
        | Object::Integer(_)
        | Object::Real(_)
        | Object::Name(_)
        | Object::String(..) => {}
    }
}
