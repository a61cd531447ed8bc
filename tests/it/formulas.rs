//! Formulas in books: simple ones are text, which every reading system shows.

use crate::case::{artifact, build_memory, messages};
use crate::epub::{assert_sound, text, unpack};

/// A formula, and the text that it becomes; none if it stays `MathML`.
const CASES: &[(&str, Option<&str>)] = &[
    (r"\mathrm{H_2O}", Some("H<sub>2</sub>O")),
    (r"\ce{H2O}", Some("H<sub>2</sub>O")),
    (r"\ce{HCO3-}", Some("HCO<sub>3</sub><sup>−</sup>")),
    (r"\ce{Ca^2+}", Some("Ca<sup>2+</sup>")),
    (r"\text{Ca}^{2+}", Some("Ca<sup>2+</sup>")),
    (r"10^{-3}", Some("10<sup>−3</sup>")),
    (r"4.5 \times 10^9", Some("4.5\u{a0}×\u{a0}10<sup>9</sup>")),
    (r"\ce{^{99m}Tc}", Some("<sup>99m</sup>Tc")),
    (r"5\,\mathrm{mg}", Some("5\u{202f}mg")),
    (r"37\,^\circ\mathrm{C}", Some("37\u{202f}°C")),
    (r"-3", Some("−3")),
    // A variable leans, and a relation says something of two things.
    (r"x^2", None),
    (r"H_2O", None),
    (r"10^n", None),
    (r"2 + 3", None),
    (r"\mathrm{SpO_2} \ge 94", None),
    (r"\frac{1}{2}", None),
    (r"10^{10^3}", None),
    (r"\mathbb{R}", None),
    (r"\sum_{i=1}^3", None),
];

#[test]
fn simple_formulas_are_text() {
    let lines: Vec<String> =
        CASES.iter().enumerate().map(|(at, (latex, _))| format!("N{at}: ${latex}$.\n\n")).collect();
    let topic = format!("---\ntitle: T\n---\n\n{}$$10^{{-3}}$$\n", lines.concat());
    let outcome = build_memory(&[
        ("recto.yaml", b"title: B\ndate: 2026-01-02\nhandouts: []\ndecks: []\nbooks: [{}]\n"),
        ("sources/t.md", topic.as_bytes()),
    ]);
    let files = unpack(artifact(&outcome, "books/b.epub"));
    assert!(
        !outcome.diagnostics.has_errors(),
        "{}",
        messages(outcome.diagnostics, &outcome.sources)
    );
    assert_sound(&files);
    let page = text(&files, "topic-t.xhtml");
    for (at, (latex, expected)) in CASES.iter().enumerate() {
        let start = format!("<p>N{at}: ");
        let line = page.lines().find(|line| line.starts_with(&start)).expect("the line");
        match expected {
            Some(text) => {
                let expected = format!("{start}<span class=\"formula\">{text}</span>.</p>");
                assert_eq!(line, expected, "{latex}");
            }
            None => assert!(line.contains("<math ") && !line.contains("formula"), "{line}"),
        }
    }
    // What has a line of its own is shown as mathematics.
    assert!(page.contains("<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\""));
}
