//! Packets of XMP: the values of all properties, whatever their schema.
//!
//! No XML parser: what is not well-formed leaks as well as what is.

use super::Collector;

/// The most bytes of a packet that are read.
const MAX_BYTES: usize = 1 << 20;
/// The most values that are taken.
const MAX_VALUES: usize = 2000;

/// Schemas of settings, histories and ids of files: they name nobody, and every
/// picture of some programs has hundreds of their values.
const TECHNICAL: [&str; 7] = ["stEvt", "stRef", "xmpMM", "crs", "xmpTPg", "xmpG", "xmpGImg"];

/// What is in the names of properties that name people.
const PERSONS: [&str; 10] = [
    "creator",
    "author",
    "person",
    "owner",
    "patient",
    "artist",
    "name",
    "contributor",
    "credit",
    "by-line",
];

pub(super) fn walk(packet: &[u8], collector: &mut Collector) {
    if !collector.spend(packet.len().min(MAX_BYTES)) {
        return;
    }
    // In UTF-16, every second byte is a zero.
    let bytes: Vec<u8> = packet.iter().copied().filter(|byte| *byte != 0).take(MAX_BYTES).collect();
    let text = String::from_utf8_lossy(&bytes);
    let mut values = 0;
    // Within `dc:creator`, the value stands in `rdf:li`.
    let mut open: Vec<&str> = Vec::new();
    for part in text.split('<').skip(1) {
        let (tag, after) = part.split_once('>').unwrap_or((part, ""));
        if let Some(comment) = tag.strip_prefix("!--") {
            collector.text(comment.trim_end_matches("--"));
        }
        if tag.starts_with(['!', '?']) {
            continue;
        }
        let name = tag.split([' ', '\t', '\r', '\n', '/']).find(|name| !name.is_empty());
        let name = name.unwrap_or_default();
        if tag.starts_with('/') {
            open.pop();
        } else {
            for (key, value) in attributes(tag.get(name.len()..).unwrap_or_default()) {
                let is_syntax =
                    key.starts_with("xmlns") || key.starts_with("rdf:") || key == "x:xmptk";
                if !is_syntax && !value.trim().is_empty() && values < MAX_VALUES {
                    values += 1;
                    let within: Vec<&str> = open.iter().copied().chain([key]).collect();
                    take(&within, value, collector);
                }
            }
            if !tag.ends_with('/') && open.len() < 100 {
                open.push(name);
            }
        }
        if !after.trim().is_empty() && values < MAX_VALUES {
            values += 1;
            take(&open, after, collector);
        }
    }
    match values {
        0 => collector.removed("XMP"),
        1 => collector.removed("XMP (1 value)"),
        _ => collector.removed(format!("XMP ({values} values)")),
    }
}

fn take(names: &[&str], value: &str, collector: &mut Collector) {
    let is_technical =
        |name: &&str| name.split_once(':').is_some_and(|(schema, _)| TECHNICAL.contains(&schema));
    if names.iter().any(is_technical) {
        return;
    }
    let value = unescape(value);
    let is_person = names.iter().rev().take(3).any(|name| {
        let name = name.rsplit(':').next().unwrap_or(name).to_lowercase();
        PERSONS.iter().any(|person| name.contains(person))
            && !["creatortool", "filename", "documentname"].contains(&name.as_str())
    });
    if is_person {
        collector.person(&value);
    }
    collector.text(&value);
}

/// Returns the names and values of the attributes in a tag.
fn attributes(mut text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    while let Some((key, rest)) = text.split_once('=') {
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { break };
        let Some((value, after)) = rest.get(1..).and_then(|rest| rest.split_once(quote)) else {
            break;
        };
        found.push((key.trim(), value));
        text = after;
    }
    found
}

/// Replaces the five entities of XML, and characters by their number.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        // The longest name of a character is `&#x10ffff;`.
        let near = after.get(..after.floor_char_boundary(10)).unwrap_or(after);
        let known = near.split_once(';').and_then(|(name, _)| {
            let after = after.get(name.len() + 1..)?;
            let number =
                name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
                    Some(digits) => u32::from_str_radix(digits, 16).ok(),
                    None => digits.parse().ok(),
                });
            let c = match name {
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                _ => number.and_then(char::from_u32),
            };
            Some((c?, after))
        });
        match known {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out + rest
}
