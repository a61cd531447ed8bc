//! Codes to scan: what a camera reads from a printed page, by a decoder that
//! shares nothing with the encoder.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::{RenderCache, RenderSettings};

use crate::case::{Outcome, artifact, build_memory, messages, short};
use crate::epub::unpack;

const TOPIC: &str = "---
title: Codes
summary: See [the summary](https://example.org/summary){.qr}.
---
Read [the guideline](https://example.org/guideline?a=1&b=(2)#part-3){.qr} first.

- A [long one](https://example.org/a/long/address/of/a/paper/with/many/parts/and/a/name.html){.more .qr}, and [another](https://doi.org/10.1000/182){.qr}.
- An [address without a code](https://example.org/none).
  1. Nested: <https://example.org/nested>, [this](https://bücher.example/größe/ß?ä=ö){.qr}[^n].

[^n]: A note of [its own](https://example.org/note){.qr}.

| What | Where |
|:-----|:------|
| Mail | [write](mailto:me@example.org){.qr} |

## A [heading](https://example.org/heading){.qr}

==[A blank](https://example.org/blank){.qr} to fill==, and [none](https://example.org/after){.qr}.

Term
:   What it means: [here](https://example.org/term){.qr}.

::: note
Mind [that](https://example.org/\"quoted\"/%7Bx%7D){.qr}.
:::
";

/// The addresses as they are scanned, those in blanks last.
const SCANNED: [&str; 12] = [
    "https://example.org/summary",
    "https://example.org/guideline?a=1&b=(2)#part-3",
    "https://example.org/a/long/address/of/a/paper/with/many/parts/and/a/name.html",
    "https://doi.org/10.1000/182",
    "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe/%C3%9F?%C3%A4=%C3%B6",
    "https://example.org/note",
    "mailto:me@example.org",
    "https://example.org/heading",
    "https://example.org/after",
    "https://example.org/term",
    "https://example.org/%22quoted%22/%7Bx%7D",
    "https://example.org/blank",
];

fn outcome(manifest: &str) -> Outcome {
    build_memory(&[("recto.yaml", manifest.as_bytes()), ("sources/t.md", TOPIC.as_bytes())])
}

/// How large the parts of a page are that are looked at, and how far they are apart, in
/// dots.
const WINDOW: usize = 230;
const STEP: usize = 30;

/// A page as a camera sees it.
struct Seen {
    width: usize,
    height: usize,
    grays: Vec<u8>,
}

impl Seen {
    fn at(&self, x: usize, y: usize) -> u8 {
        self.grays[y.min(self.height - 1) * self.width + x.min(self.width - 1)]
    }

    /// Tells whether about half of what is in the middle of a window is dark: of text,
    /// it is a tenth.
    fn may_be_code(&self, left: usize, top: usize) -> bool {
        let middle = WINDOW / 2 - 30..WINDOW / 2 + 30;
        let dots = middle.clone().flat_map(|y| middle.clone().map(move |x| (x, y)));
        let dark = dots.step_by(7).filter(|(x, y)| self.at(left + x, top + y) < 128).count();
        (150..380).contains(&dark)
    }

    /// Reads the codes in a window; what lies between dots is mixed, as by a lens.
    fn read(&self, left: usize, top: usize) -> Vec<String> {
        let between = |x: usize, y: usize| {
            let (x, y) = (2 * left + x, 2 * top + y);
            let columns = [x / 2, x / 2 + x % 2];
            let rows = [y / 2, y / 2 + y % 2];
            let four = rows.map(|y| columns.map(|x| u16::from(self.at(x, y))));
            (four.into_iter().flatten().sum::<u16>() / 4) as u8
        };
        let mut image =
            rqrr::PreparedImage::prepare_from_greyscale(2 * WINDOW, 2 * WINDOW, between);
        let grids = image.detect_grids();
        grids.iter().filter_map(|grid| Some(grid.decode().ok()?.1)).collect()
    }
}

/// Returns what is scanned from the pages of a PDF, printed at 150 dots to the inch, a
/// part after the other: of many codes at once, the decoder takes corners of one for
/// those of another.
fn scanned(bytes: &[u8]) -> Vec<String> {
    let pdf = Pdf::new(bytes.to_vec()).expect("a PDF");
    let scale = 150.0 / 72.0;
    let settings = RenderSettings {
        x_scale: scale,
        y_scale: scale,
        bg_color: hayro::vello_cpu::color::palette::css::WHITE,
        ..RenderSettings::default()
    };
    let mut found = Vec::new();
    for page in pdf.pages().iter() {
        let shown =
            hayro::render(page, &RenderCache::new(), &InterpreterSettings::default(), &settings);
        let seen = Seen {
            width: usize::from(shown.width()),
            height: usize::from(shown.height()),
            grays: shown.data_as_u8_slice().iter().step_by(4).copied().collect(),
        };
        let mut done: Vec<(usize, usize)> = Vec::new();
        for top in (0..seen.height).step_by(STEP) {
            for left in (0..seen.width).step_by(STEP) {
                let near = |(x, y): &(usize, usize)| x.abs_diff(left) < 80 && y.abs_diff(top) < 80;
                if done.iter().any(near) || !seen.may_be_code(left, top) {
                    continue;
                }
                let read = seen.read(left, top);
                if !read.is_empty() {
                    done.push((left, top));
                }
                found.extend(read);
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn sorted<'a>(all: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<String> = all.into_iter().map(str::to_owned).collect();
    all.sort_unstable();
    all
}

#[test]
fn codes_are_scanned_from_every_layout() {
    for layout in ["handout", "handout-compact", "notes", "slides"] {
        let size = if layout == "slides" { "34mm" } else { "20mm" };
        let outcome = outcome(&format!(
            "handouts: [{{layout: {layout}, options: {{code-size: {size}}}}}]\nbooks: []\ndecks: []\n"
        ));
        let found = scanned(artifact(&outcome, "handouts/t.pdf"));
        assert_eq!(sorted(found.iter().map(String::as_str)), sorted(SCANNED), "{layout}");
        let told = messages(outcome.diagnostics, &outcome.sources);
        assert!(!told.contains("code"), "{layout}: {told}");
    }
    let book = outcome(
        "handouts: []\ndecks: []\nbooks: [{title: B, name: b, paper: a4, options: {code-size: 20mm}}]\n",
    );
    let found = scanned(artifact(&book, "books/b.pdf"));
    assert_eq!(sorted(found.iter().map(String::as_str)), sorted(SCANNED));
}

/// Nobody scans what is to be written; and whoever wants no codes has none.
#[test]
fn blanks_have_no_codes_and_there_may_be_none() {
    let students =
        outcome("handouts: [{variants: [student, teacher, answers]}]\nbooks: []\ndecks: []\n");
    let visible = SCANNED.split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default();
    for name in ["t.student.pdf", "t.teacher.pdf"] {
        let found = scanned(artifact(&students, name));
        assert_eq!(sorted(found.iter().map(String::as_str)), sorted(visible.clone()), "{name}");
    }
    assert!(scanned(artifact(&students, "t.answers.pdf")).is_empty());
    let none = outcome("handouts: [{options: {codes: none}}]\nbooks: []\ndecks: []\n");
    assert!(scanned(artifact(&none, "t.pdf")).is_empty());
}

/// What a screen reads needs no camera.
#[test]
fn books_and_cards_have_the_links_alone() {
    let outcome = outcome("handouts: []\nbooks: [{title: B, name: b}]\ndecks: [{print: [a7]}]\n");
    let files = unpack(artifact(&outcome, "b.epub"));
    let page = files.iter().find(|(path, _)| path.ends_with("t.xhtml")).expect("the chapter");
    let page = String::from_utf8_lossy(page.1);
    assert!(page.contains("href=\"https://example.org/guideline?a=1&amp;b=(2)#part-3\""), "{page}");
    assert!(!page.contains("qr"), "{page}");
    assert!(scanned(artifact(&outcome, "-cards.pdf")).is_empty());
}

/// What cannot be scanned is told at its link.
#[test]
fn what_cannot_be_scanned_is_told() {
    let told = |text: &str, size: &str| {
        let manifest =
            format!("handouts: [{{options: {{code-size: {size}}}}}]\nbooks: []\ndecks: []\n");
        let topic = format!("---\ntitle: t\n---\n{text}\n");
        let outcome = build_memory(&[
            ("recto.yaml", manifest.as_bytes()),
            ("sources/t.md", topic.as_bytes()),
        ]);
        let pdf = outcome.built.artifacts.first().map(|artifact| artifact.bytes.clone());
        let (sources, diagnostics) = (outcome.sources, outcome.diagnostics);
        (short(diagnostics, &sources), pdf)
    };
    let long = |length: usize| format!("https://example.org/{}", "x".repeat(length - 20));
    let (said, _) = told(&format!("[The film]({}){{.qr}}", long(900)), "60mm");
    assert_eq!(said, "");
    let (said, pdf) = told(&format!("[The film]({}){{.qr}}", long(901)), "60mm");
    assert!(
        said.starts_with(
            "sources/t.md:4:1: warning: no code is made of this address: it has 901 characters"
        ),
        "{said}"
    );
    assert!(pdf.is_some_and(|bytes| scanned(&bytes).is_empty()));
    let (said, pdf) = told("[The film](#sec-a){.qr}\n\n## A {#sec-a}\n\nx", "18mm");
    assert!(said.contains("error: a link within the publication has no address"), "{said}");
    assert!(pdf.is_none());
    let (said, _) = told(
        "[One](https://example.org/a/rather/long/address){.qr}\n\n[Two](https://two.example/){.qr}, [three](https://example.org/another/long/one){.qr}",
        "12mm",
    );
    assert_eq!(said.matches("unscannable-code").count(), 3, "{said}");
    assert!(said.contains("t.md:4:7: ") && said.contains("`code-size: 15mm`"), "{said}");
    assert!(said.contains("t.md:6:7: ") && said.contains("`code-size: 14mm`"), "{said}");
}
