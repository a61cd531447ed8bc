//! Whether a file of JSON is a bibliography, by how it begins.

use crate::model::work_kind_named;

/// Tells whether a text begins as CSL-JSON does: with a list of works, or a
/// mapping that has one under `items` or `references`. What comes later may be
/// broken; any other JSON is none of ours.
pub(in crate::read::bibliography) fn is_csl(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let list = if text.starts_with('[') { Some(text) } else { list_of_works(text) };
    let item = list.and_then(|list| list[1..].trim_start().strip_prefix('{'));
    let Some(item) = item else { return false };
    let mut has_id = false;
    let mut has_variable = false;
    let found = keys(item, &mut |key, value| {
        has_id |= key == "id";
        has_variable |= matches!(key, "issued" | "container-title" | "DOI" | "citation-key");
        let name = value.strip_prefix('"').and_then(|value| value.split('"').next());
        key == "type" && name.is_some_and(|name| work_kind_named(name).is_some())
    });
    found || (has_id && has_variable)
}

/// Returns the text from the list of works on, which stands in a mapping.
fn list_of_works(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('{')?;
    let mut list = None;
    keys(inner, &mut |key, value| {
        if matches!(key, "items" | "references") && value.starts_with('[') {
            list = Some(value.len());
        }
        list.is_some()
    });
    list.map(|length| &text[text.len() - length..])
}

/// Calls `visit` with each key of a mapping and the text from its value on,
/// until it returns `true`, or the mapping ends. `text` follows the brace.
fn keys(text: &str, visit: &mut dyn FnMut(&str, &str) -> bool) -> bool {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' if depth == 0 => return false,
            b']' | b'}' => depth -= 1,
            b'"' => {
                let start = at + 1;
                at = start;
                while bytes.get(at).is_some_and(|byte| *byte != b'"') {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let after = text.get(at + 1..).map(str::trim_start);
                if depth == 0
                    && let Some(value) = after.and_then(|after| after.strip_prefix(':'))
                    && visit(text.get(start..at).unwrap_or_default(), value.trim_start())
                {
                    return true;
                }
            }
            _ => {}
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bibliographies_are_told_from_other_json() {
        for text in [
            r#"[{"id": "a", "type": "book"}]"#,
            r#" [ { "title": "\"type\"", "author": [{"type": 1}], "type" : "webpage""#,
            r#"{"x": [1], "items": [{"type": "article-journal"}]}"#,
            r#"{"references": [{"id": 7, "type": "bok", "issued": 2006}]}"#,
            r#"[{"id": "a", "DOI": "10.1/x", broken"#,
        ] {
            assert!(is_csl(text), "{text}");
        }
        for text in [
            "",
            "[]",
            "[1]",
            "{}",
            r#"{"type": "book"}"#,
            r#"[{"id": 1, "title": "x"}]"#,
            r#"[{"type": "Feature", "id": 1}]"#,
            r#"[{"x": {"type": "book"}}]"#,
            r#"{"items": {"type": "book"}}"#,
            "[{\"",
            "[{\"a\\",
        ] {
            assert!(!is_csl(text), "{text}");
        }
    }
}
