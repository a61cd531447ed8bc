//! A document as its objects, whoever read it.

use std::borrow::Cow;
use std::io::Read;

use lopdf::{LoadOptions, Object};

use super::super::MAX_UNPACKED;

/// Deeper than anything that is written.
pub(super) const MAX_DEPTH: usize = 200;

/// A document.
#[derive(Debug)]
pub(super) struct Document<'a> {
    /// Where reading it begins: 7.5.5.
    pub(super) trailer: Dictionary<'a>,
    /// All that has a number, in the order of these.
    pub(super) objects: Vec<Indirect<'a>>,
}

/// An object with a number.
#[derive(Debug)]
pub(super) struct Indirect<'a> {
    pub(super) id: u32,
    pub(super) value: Value<'a>,
    /// What a stream holds.
    pub(super) content: Option<Content<'a>>,
}

/// What a stream holds.
#[derive(Debug)]
pub(super) enum Content<'a> {
    /// These bytes, which are not coded, deflated, or a JPEG.
    Plain(&'a [u8]),
    /// What another reader makes of it.
    Parsed(&'a lopdf::Stream),
}

/// An object: 7.3.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Boolean(bool),
    Integer(i64),
    Text(Cow<'a, [u8]>),
    Name(Cow<'a, [u8]>),
    Array(Vec<Self>),
    Dictionary(Dictionary<'a>),
    Reference(u32),
    /// Nothing, or a number that is not whole.
    Other,
    /// More than [`MAX_DEPTH`] levels below.
    Deep,
}

/// Entries by their keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Dictionary<'a>(pub(super) Vec<(Cow<'a, [u8]>, Value<'a>)>);

impl<'a> Document<'a> {
    /// Takes a document as a library read it, which knows what is not plain, too.
    pub(super) fn of(parsed: &'a lopdf::Document) -> Self {
        let indirect = |((id, _), object): (&(u32, u16), &'a Object)| Indirect {
            id: *id,
            value: value(object, 0),
            content: match object {
                Object::Stream(stream) => Some(Content::Parsed(stream)),
                _ => None,
            },
        };
        let objects = parsed.objects.iter().map(indirect).collect();
        Self { trailer: dictionary(&parsed.trailer, 0), objects }
    }

    /// Returns an object by its number.
    pub(super) fn object(&self, id: u32) -> Option<&Indirect<'a>> {
        let at = self.objects.binary_search_by_key(&id, |object| object.id).ok()?;
        self.objects.get(at)
    }

    /// Returns what is referred to, or the value itself; `None` if that leads nowhere, or
    /// round in a circle.
    pub(super) fn resolve<'s>(&'s self, value: &'s Value<'a>) -> Option<&'s Value<'a>> {
        let mut value = value;
        for _ in 0..MAX_DEPTH {
            match value {
                Value::Reference(id) => value = &self.object(*id)?.value,
                other => return Some(other),
            }
        }
        None
    }
}

/// Reads a document with a library.
///
/// # Errors
/// If it is no PDF, in the library's words.
pub(super) fn parse(bytes: &[u8]) -> Result<lopdf::Document, lopdf::Error> {
    let options =
        LoadOptions { max_decompressed_size: Some(MAX_UNPACKED), ..LoadOptions::default() };
    lopdf::Document::load_mem_with_options(bytes, options)
}

fn value(object: &Object, depth: usize) -> Value<'_> {
    if depth > MAX_DEPTH {
        return Value::Deep;
    }
    match object {
        Object::Boolean(flag) => Value::Boolean(*flag),
        Object::Integer(number) => Value::Integer(*number),
        Object::String(text, _) => Value::Text(Cow::Borrowed(text)),
        Object::Name(name) => Value::Name(Cow::Borrowed(name)),
        Object::Array(all) => Value::Array(all.iter().map(|one| value(one, depth + 1)).collect()),
        Object::Dictionary(entries) => Value::Dictionary(dictionary(entries, depth)),
        Object::Stream(stream) => Value::Dictionary(dictionary(&stream.dict, depth)),
        Object::Reference((id, _)) => Value::Reference(*id),
        Object::Null | Object::Real(_) => Value::Other,
    }
}

fn dictionary(entries: &lopdf::Dictionary, depth: usize) -> Dictionary<'_> {
    let entry = |(key, object)| (Cow::Borrowed::<[u8]>(key), value(object, depth + 1));
    Dictionary(entries.iter().map(|(key, object)| entry((key.as_slice(), object))).collect())
}

impl<'a> Indirect<'a> {
    /// Returns the entries of a dictionary, or of a stream; none for anything else.
    pub(super) fn entries(&self) -> &Dictionary<'a> {
        const NONE: &Dictionary = &Dictionary(Vec::new());
        match &self.value {
            Value::Dictionary(entries) => entries,
            _ => NONE,
        }
    }
}

impl<'a> Dictionary<'a> {
    /// Returns a value.
    pub(super) fn get(&self, key: &[u8]) -> Option<&Value<'a>> {
        self.0.iter().rfind(|(own, _)| **own == *key).map(|(_, value)| value)
    }

    /// Returns a name; an empty one if there is none.
    pub(super) fn name(&self, key: &[u8]) -> &[u8] {
        match self.get(key) {
            Some(Value::Name(name)) => name,
            _ => b"",
        }
    }

    pub(super) fn number(&self, key: &[u8]) -> Option<usize> {
        match self.get(key) {
            Some(Value::Integer(number)) => usize::try_from(*number).ok(),
            _ => None,
        }
    }

    pub(super) fn reference(&self, key: &[u8]) -> Option<u32> {
        match self.get(key) {
            Some(Value::Reference(id)) => Some(*id),
            _ => None,
        }
    }

    /// Returns how a stream is coded: 7.4.
    pub(super) fn filters(&self) -> Vec<&[u8]> {
        fn name<'v>(value: &'v Value) -> Option<&'v [u8]> {
            match value {
                Value::Name(name) => Some(name),
                _ => None,
            }
        }
        match self.get(b"Filter") {
            Some(Value::Array(all)) => all.iter().filter_map(name).collect(),
            Some(one) => name(one).into_iter().collect(),
            None => Vec::new(),
        }
    }
}

impl Content<'_> {
    /// Returns what is in the file.
    pub(super) fn raw(&self) -> &[u8] {
        match self {
            Self::Plain(bytes) => bytes,
            Self::Parsed(stream) => &stream.content,
        }
    }

    /// Unpacks it; in words, why that cannot be.
    ///
    /// # Errors
    /// If it is coded in another way than it says, or too long.
    pub(super) fn unpacked(&self, entries: &Dictionary) -> Result<Cow<'_, [u8]>, String> {
        match self {
            Self::Plain(bytes) if entries.filters().is_empty() => Ok(Cow::Borrowed(bytes)),
            Self::Plain(bytes) => inflated(bytes)
                .map(Cow::Owned)
                .ok_or_else(|| "it is not deflated, or goes on after its end".to_owned()),
            Self::Parsed(stream) => {
                let unpacked = stream.decompressed_content_with_limit(MAX_UNPACKED);
                unpacked.map(Cow::Owned).map_err(|error| error.to_string())
            }
        }
    }
}

/// Inflates bytes, which must be nothing else, and not too many.
pub(super) fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = flate2::bufread::ZlibDecoder::new(bytes);
    let mut out = Vec::with_capacity(bytes.len().saturating_mul(3).min(4 << 20));
    let limit = u64::try_from(MAX_UNPACKED).unwrap_or(u64::MAX);
    decoder.by_ref().take(limit + 1).read_to_end(&mut out).ok()?;
    let is_all = decoder.total_in() == bytes.len() as u64 && out.len() <= MAX_UNPACKED;
    is_all.then_some(out)
}
