//! Places: the right line and column after whatever stands before them, in
//! every kind of file, and under the right cells in a terminal.

use recto::diag::{Code, Place, json, short};

use crate::case::build_memory;

/// What may stand before a mistake in its line.
const BEFORE: [(&str, &str); 8] = [
    ("nothing", ""),
    ("a tab", "a\tb\t"),
    ("accents", "größer "),
    ("combining marks", "e\u{301}a\u{308} "),
    ("wide characters", "肺の胸水 "),
    ("beyond the basic plane", "😀𝛼 "),
    ("joined signs", "👩‍⚕️🇩🇪 "),
    ("all", "é\te\u{301} 肺 😀 "),
];

/// Files with `BEFORE` for what stands before a mistake. What is wrong is always
/// `nobody`, as often as it stands there.
const FILES: [(&str, &str); 24] = [
    ("sources/t.md", "---\ntitle: t\n---\n\nBEFORE[@nobody]\n"),
    ("sources/t.md", "---\ntitle: t\n---\n\nBEFOREsee @nobody here\n"),
    ("sources/t.md", "---\ntitle: t\n---\n\nx\nBEFORE[@nobody]\n"),
    ("sources/t.md", "---\ntitle: t\n---\n\n## BEFORE[@nobody]\n"),
    ("sources/t.md", "---\ntitle: t\n---\n\n- x\n  - BEFORE[@nobody]\n"),
    ("sources/t.md", "---\ntitle: t\n---\n\n1. BEFORE*x* [@nobody]\n"),
    ("sources/t.md", "---\ntitle: t\n---\n\n> BEFORE[@nobody]\n"),
    ("sources/t.md", "---\ntitle: t\n---\n\n| a | b |\n|---|---|\n| BEFOREx | BEFORE[@nobody] |\n"),
    ("sources/t.md", "---\ntitle: t\n---\n\nx[^1]\n\n[^1]: BEFORE[@nobody]\n"),
    ("sources/t.md", "---\ntitle: t\n---\n\nBEFOREx^[BEFORE[@nobody]]\n"),
    ("sources/t.md", "---\ntitle: t\n---\n\n::: note\nBEFORE[@nobody]\n:::\n"),
    ("sources/t.md", "---\ntitle: t\n---\n\nTerm\n: BEFORE[@nobody]\n"),
    ("sources/t.md", "---\ntitle: \"x BEFORE[@nobody]\"\n---\n"),
    ("sources/t.md", "---\ntitle: t\nobjectives: [\"BEFORE\", \"BEFORE[@nobody]\"]\n---\n"),
    ("sources/t.md", "---\ntitle: t\nauthors: [{name: \"BEFOREx\", nobody: x}]\n---\n"),
    ("sources/t.yaml", "title: t\ntext: |\n  x\n  BEFORE[@nobody]\n"),
    ("sources/t.yaml", "title: t\ntext: >\n  x\n  BEFORE[@nobody]\n"),
    (
        "sources/t.yaml",
        "title: t\nsections:\n  - heading: 'BEFORE[@nobody]'\n    text: |\n      - BEFORE[@nobody]\n",
    ),
    ("sources/t.yaml", "{title: \"x BEFORE\", nobody: x}\n"),
    (
        "sources/t.md",
        "---\ntitle: t\n---\n\n```card\nfront: \"BEFORE[@nobody]\"\nback: |\n  x BEFORE[@nobody]\n```\n",
    ),
    (
        "sources/t.md",
        "---\ntitle: t\n---\n\n- x\n\n  ```card\n  front: |\n    BEFORE[@nobody]\n  back: x\n  ```\n",
    ),
    ("sources/t.md", "---\n{title: t, summary: \"BEFORE\", references: [nobody]}\n---\n"),
    ("recto.yaml", "{title: \"BEFORE\", nobody: x}\n"),
    (
        "sources/r.bib",
        "@book{nobod, title={xBEFORE}, date={2001}} @book{nobody, title={x}, date={2001}} @book{nobody, title={x}, date={2001}}\n",
    ),
];

/// Returns the places of `what` in a text as people count: lines end with LF or
/// CRLF, columns count code points, a byte order mark counts nothing.
fn places(text: &str, what: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_start_matches('\u{feff}');
        for (byte, _) in line.match_indices(what) {
            found.push(format!("{}:{}", at + 1, line[..byte].chars().count() + 1));
        }
    }
    found
}

#[test]
fn columns_are_right() {
    let mut wrong = Vec::new();
    for (name, before) in BEFORE {
        for (path, pattern) in FILES {
            for (start, end) in [("", "\n"), ("\u{feff}", "\n"), ("", "\r\n"), ("\u{feff}", "\r\n")]
            {
                let text =
                    format!("{start}{}", pattern.replace("BEFORE", before)).replace('\n', end);
                let other = ("sources/other.md", "---\ntitle: o\n---\n".as_bytes());
                let outcome = build_memory(&[(path, text.as_bytes()), other]);
                let expected: Vec<String> = places(&text, "nobody");
                let mut actual = Vec::new();
                let list = outcome.diagnostics.sorted();
                // Some of what stands before has no font.
                for diagnostic in list.iter().filter(|one| one.code != Code::MissingGlyph) {
                    let Some(Place::Span(span)) = diagnostic.place else { continue };
                    let position = outcome.sources.position(span.file, span.start);
                    let line = short(diagnostic, &outcome.sources);
                    let shown = format!("{path}:{}:{}: ", position.line, position.column);
                    assert!(line.starts_with(&shown), "{line}");
                    let value: serde_json::Value =
                        serde_json::from_str(&json(diagnostic, &outcome.sources)).expect("JSON");
                    assert_eq!(value["column"], position.column);
                    let byte =
                        |key: &str| value[key].as_u64().and_then(|n| usize::try_from(n).ok());
                    let slice = byte("byte").zip(byte("end_byte"));
                    let slice = slice.and_then(|(start, end)| text.get(start..end)).unwrap_or("");
                    if slice.trim_start_matches('@') != "nobody" {
                        wrong.push(format!("{path} after {name}: `{slice}` in {line}\n{text:?}"));
                    }
                    let at = usize::from(slice.starts_with('@'));
                    actual.push(format!("{}:{}", position.line, position.column + at));
                }
                // Of a key that is there twice, the second one is wrong.
                let expected =
                    if path.ends_with(".bib") { expected[1..].to_vec() } else { expected };
                if actual != expected {
                    wrong.push(format!(
                        "{path} after {name}: {actual:?} is not {expected:?}\n{text:?}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}
