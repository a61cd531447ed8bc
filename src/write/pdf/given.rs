//! Data as layouts get it: as values, by their hash.
//!
//! Typst could only read it from a text, which would be written and parsed for each document.
//! Here it is taken as it is; whoever wants a text, gets one.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError, Weak};

use blake3::Hash;
use serde_json::Value as Json;
use typst::diag::At;
use typst::foundations::{Array, Bytes, Dict, IntoValue, NativeFuncData, Str, Value};

use super::native::function;

/// The function.
pub(super) const FUNCTIONS: [&NativeFuncData; 1] = [&GIVEN];

/// `recto.given(read("/data.name"))`: what is given to a layout.
static GIVEN: NativeFuncData = function("given", &|_, _, args| {
    let name: Str = args.expect("name")?;
    let span = args.span;
    args.take().finish()?;
    let hash = Hash::from_hex(name.as_str()).ok();
    let held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    let value = hash.and_then(|hash| held.get(&hash)?.upgrade());
    let value =
        value.ok_or("nothing of this name is given; write `recto.given(read(\"/data.name\"))`");
    Ok(value.at(span)?.as_ref().clone())
});

/// What is held of data that is given to documents.
static HELD: LazyLock<Mutex<HashMap<Hash, Weak<Value>>>> = LazyLock::new(Mutex::default);

/// Data that is given to a document.
#[derive(Debug)]
pub(super) struct Given {
    /// A hash of all that is in it.
    pub(super) hash: Hash,
    value: Arc<Value>,
    text: OnceLock<Bytes>,
}

impl Given {
    /// Takes data, and says in it what it `holds` of what may be rare.
    pub(super) fn new(data: Json) -> Self {
        let mut reading = Reading::default();
        let mut value = reading.value(data);
        if let Value::Dict(data) = &mut value {
            // First, as it is told first.
            let holds: Array = reading.held().map(IntoValue::into_value).collect();
            let mut all = Dict::new();
            all.insert("holds".into(), holds.into_value());
            all.extend(std::mem::take(data));
            *data = all;
        }
        let hash = blake3::hash(&reading.said);
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        // Another document may be given the same.
        let value = held.get(&hash).and_then(Weak::upgrade).unwrap_or_else(|| Arc::new(value));
        held.insert(hash, Arc::downgrade(&value));
        Self { hash, value, text: OnceLock::new() }
    }

    /// Returns what layouts ask for it by.
    pub(super) fn name(&self) -> Bytes {
        Bytes::from_string(self.hash.to_hex().to_string())
    }

    /// Returns it as JSON.
    pub(super) fn text(&self) -> Bytes {
        let write = || serde_json::to_string(&*self.value).unwrap_or_default();
        self.text.get_or_init(|| Bytes::from_string(write())).clone()
    }
}

impl Drop for Given {
    fn drop(&mut self) {
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        if Arc::strong_count(&self.value) == 1 {
            held.remove(&self.hash);
        }
    }
}

/// What may be rare in a document, and wants rules of its own in a layout.
const RARE: [&str; 6] = ["code", "definitions", "footnote", "math", "quote", "table"];

/// Data on its way to be values.
#[derive(Default)]
struct Reading {
    /// All that was read, so that no two that differ say the same.
    said: Vec<u8>,
    /// Which of [`RARE`] was there.
    held: [bool; RARE.len()],
}

impl Reading {
    fn held(&self) -> impl Iterator<Item = &'static str> {
        RARE.into_iter().zip(self.held).filter(|(_, held)| *held).map(|(name, _)| name)
    }

    fn hold(&mut self, name: &str) {
        if let Some(place) = RARE.iter().position(|rare| *rare == name) {
            self.held[place] = true;
        }
    }

    fn say(&mut self, kind: u8, bytes: &[u8]) {
        self.said.push(kind);
        self.said.extend_from_slice(bytes);
    }

    fn say_text(&mut self, text: &str) {
        self.say(b's', &text.len().to_le_bytes());
        self.said.extend_from_slice(text.as_bytes());
    }

    fn value(&mut self, json: Json) -> Value {
        match json {
            Json::Null => {
                self.say(b'n', &[]);
                Value::None
            }
            Json::Bool(flag) => {
                self.say(b'b', &[u8::from(flag)]);
                Value::Bool(flag)
            }
            Json::Number(number) => match number.as_i64() {
                Some(number) => {
                    self.say(b'i', &number.to_le_bytes());
                    Value::Int(number)
                }
                None => {
                    let number = number.as_f64().unwrap_or_default();
                    self.say(b'f', &number.to_le_bytes());
                    Value::Float(number)
                }
            },
            Json::String(text) => {
                self.say_text(&text);
                Value::Str(text.into())
            }
            Json::Array(items) => {
                self.say(b'a', &items.len().to_le_bytes());
                Value::Array(items.into_iter().map(|item| self.value(item)).collect())
            }
            Json::Object(fields) => {
                self.say(b'o', &fields.len().to_le_bytes());
                let mut dict = Dict::new();
                for (key, value) in fields {
                    match (key.as_str(), &value) {
                        ("type", Json::String(kind)) => self.hold(kind),
                        // Of a style that cites in notes; an author's is of a type.
                        ("note", Json::Object(_)) => self.hold("footnote"),
                        _ => {}
                    }
                    self.say_text(&key);
                    let value = self.value(value);
                    dict.insert(key.into(), value);
                }
                Value::Dict(dict)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hash(data: Json) -> Hash {
        Given::new(data).hash
    }

    #[test]
    fn what_is_given_is_what_was_said() {
        let data = json!({
            "a": [1, -2, 2.5, 1e300, true, null, "\"\u{1F}ä", {}, []],
            "topics": [{ "type": "code" }, { "note": { "number": 1 } }, { "note": null }],
        });
        let given = Given::new(data.clone());
        let mut read: Json = serde_json::from_slice(&given.text()).expect("JSON");
        let holds = read.as_object_mut().and_then(|read| read.remove("holds"));
        assert_eq!(holds, Some(json!(["code", "footnote"])));
        assert_eq!(read, data);
        assert_eq!(*given.name(), *given.hash.to_hex().as_bytes());
    }

    #[test]
    fn data_that_differs_has_other_names() {
        let all = [
            json!({}),
            json!({ "a": null }),
            json!({ "a": 1 }),
            json!({ "a": 1.5 }),
            json!({ "a": "1" }),
            json!({ "a": ["1"] }),
            json!({ "a": [["1"]] }),
            json!({ "a": "", "b": "" }),
            json!({ "a": ["", ""] }),
            json!({ "a": ["", [""]] }),
            json!({ "a": { "b": "" } }),
            json!({ "ab": "" }),
        ];
        for (place, one) in all.iter().enumerate() {
            assert_eq!(hash(one.clone()), hash(one.clone()));
            for other in &all[place + 1..] {
                assert_ne!(hash(one.clone()), hash(other.clone()), "{one} {other}");
            }
        }
    }

    #[test]
    fn it_is_held_as_long_as_a_document_needs_it() {
        let is_held = |hash: &Hash| {
            let held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
            held.get(hash).and_then(Weak::upgrade).is_some()
        };
        let one = Given::new(json!({ "held": 1 }));
        let other = Given::new(json!({ "held": 1 }));
        let hash = one.hash;
        assert!(Arc::ptr_eq(&one.value, &other.value) && is_held(&hash));
        drop(other);
        assert!(is_held(&hash));
        drop(one);
        assert!(!is_held(&hash));
    }
}
