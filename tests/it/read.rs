//! Reading: each file in `tests/suite/read/` against the outline and messages
//! beside it in `tests/reference/read/`.

use std::fs;

use crate::case::{compare, files_below, read, root};

#[test]
fn cases() {
    let folder = root().join("tests/suite/read");
    let cases = files_below(&folder);
    assert!(cases.len() > 5, "the cases are missing");
    for case in cases {
        let bytes = fs::read(folder.join(&case)).expect("a case");
        compare(&format!("read/{case}.txt"), &read(&format!("sources/{case}"), bytes));
    }
}

#[test]
fn odd_texts_are_read_or_refused() {
    let deep: String = (0..60).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect();
    let wide = "- x\n".repeat(10_000);
    let cases: [(&str, String); 8] = [
        ("empty", String::new()),
        ("only a fence", "---\n".into()),
        ("deep list", format!("---\ntitle: t\n---\n{deep}")),
        ("deep quotes", format!("---\ntitle: t\n---\n{} x", ">".repeat(2_000))),
        ("wide list", format!("---\ntitle: t\n---\n{wide}")),
        ("brackets", format!("---\ntitle: t\n---\n{}", "[".repeat(5_000))),
        ("stars", format!("---\ntitle: t\n---\n{}", "*a ".repeat(5_000))),
        ("control", "---\ntitle: t\n---\na\u{0}b\u{b}c".into()),
    ];
    for (name, text) in cases {
        for extension in ["md", "yaml"] {
            let result = read(
                &format!("sources/{}.{extension}", name.replace(' ', "-")),
                text.clone().into(),
            );
            assert!(!result.is_empty(), "{name}");
        }
    }
    let control = read("sources/x.md", "---\ntitle: t\n---\na\u{0}b".into());
    assert!(control.contains("4:2-4:3 error[unreadable-text]"), "{control}");
    let latin = read("sources/x.md", b"---\ntitle: \xe4\n---\n".to_vec());
    assert!(latin.contains("not UTF-8 (line 2, column 8)"), "{latin}");
}
