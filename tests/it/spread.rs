//! Covers of printed books, and pages that go on beyond where they are cut.

use std::collections::BTreeSet;
use std::sync::Arc;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::{RenderCache, RenderSettings};
use lopdf::{Document, Object};
use recto::files::NoCache;
use recto::fonts::Fonts;
use recto::model::{
    Date, Direction, FigureStyle, ImageSettings, Isbn, Language, PressSettings, Variant,
};
use recto::picture::Renditions;
use recto::write::pdf::{self, Cover, Kind, Options, Typefaces};
use serde_json::Value;

use crate::case::{Outcome, artifact, build_memory, layout, messages, root};
use crate::guide::page;

const MM: f64 = 72.0 / 25.4;

/// A book of so many topics, each a page or two; `more` are keys of the project, `entry`
/// those of the book.
fn book(topics: usize, more: &str, entry: &str) -> Outcome {
    let manifest = format!("title: The Chest\n{more}\nhandouts: []\ndecks: []\nbooks: [{entry}]\n");
    let picture = std::fs::read(root().join("sources/images/emh-frontal.jpg")).expect("a picture");
    let topics: Vec<(String, String)> = (0..topics)
        .map(|number| {
            let text = format!("---\ntitle: Topic {number}\n---\nText.\n");
            (format!("sources/t{number}.md"), text)
        })
        .collect();
    let mut files: Vec<(&str, &[u8])> = vec![("recto.yaml", manifest.as_bytes())];
    if entry.contains("cover.jpg") {
        files.push(("sources/cover.jpg", &picture));
    }
    files.extend(topics.iter().map(|(path, text)| (path.as_str(), text.as_bytes())));
    build_memory(&files)
}

/// A box of the first page, in millimeters.
fn bounds(document: &Document, key: &str) -> [f64; 4] {
    let first = document.page_iter().next().expect("a page");
    let page = document.get_dictionary(first).expect("a page");
    let corners = page.get(key.as_bytes()).and_then(Object::as_array).expect(key);
    let corners = corners.iter().map(|corner| f64::from(corner.as_float().expect("a number")) / MM);
    corners.collect::<Vec<_>>().try_into().expect("four numbers")
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.02
}

/// The pixels of the first page, in color, at 72 to the inch, and how wide a row is.
fn rendered(bytes: &[u8]) -> (Vec<[u8; 3]>, usize) {
    let pdf = Pdf::new(bytes.to_vec()).expect("a PDF");
    let page = pdf.pages().first().expect("a page");
    let settings = RenderSettings { x_scale: 1.0, y_scale: 1.0, ..RenderSettings::default() };
    let shown =
        hayro::render(page, &RenderCache::new(), &InterpreterSettings::default(), &settings);
    let width = usize::from(shown.width());
    let pixels = shown.data_as_u8_slice().chunks_exact(4);
    (pixels.map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect(), width)
}

#[test]
fn a_spine_is_as_wide_as_the_leaves_of_the_book() {
    let mut outcome = book(
        9,
        "",
        "{name: b, paper: a5, print: [{imposition: cover, paper-thickness: 0.8mm, spine-allowance: 1}]}",
    );
    let found = std::mem::take(&mut outcome.diagnostics);
    assert_eq!(messages(found, &outcome.sources), "");
    let [(path, cover)] = outcome.built.account.covers.as_slice() else { panic!("one cover") };
    assert_eq!(path.as_str(), "books/b-cover.pdf");
    let pages = Document::load_mem(artifact(&outcome, "books/b.pdf")).expect("a PDF");
    assert_eq!(cover.pages, pages.page_iter().count());
    let spine = cover.pages.div_ceil(2) as f64 * 0.8 + 1.0;
    assert!(near(cover.spine, spine) && spine > 6.0 && cover.is_lettered, "{cover:?}");
    let document = Document::load_mem(artifact(&outcome, "b-cover.pdf")).expect("a PDF");
    assert_eq!(document.page_iter().count(), 1);
    let [media, bleed, trim] =
        ["MediaBox", "BleedBox", "TrimBox"].map(|key| bounds(&document, key));
    assert!(near(trim[2] - trim[0], 2.0 * 148.0 + spine), "{trim:?}");
    assert!(near(trim[3] - trim[1], 210.0), "{trim:?}");
    for edge in 0..4 {
        // The usual bleed, though the book has none; then marks.
        assert!(near((bleed[edge] - trim[edge]).abs(), 3.0), "{bleed:?}");
        assert!(near((media[edge] - bleed[edge]).abs(), 5.0), "{media:?}");
    }
}

#[test]
fn the_ground_of_a_cover_reaches_into_its_bleed() {
    let of = |more: &str| {
        let entry = format!(
            "{{name: b, paper: a5, bleed: 5mm, print: [{{imposition: cover, grammage: 80, marks: none}}]{more}}}"
        );
        let outcome = book(2, "", &entry);
        let document = Document::load_mem(artifact(&outcome, "b-cover.pdf")).expect("a PDF");
        let boxes = ["MediaBox", "BleedBox"].map(|key| bounds(&document, key));
        assert!(boxes[0].into_iter().zip(boxes[1]).all(|(one, other)| near(one, other)));
        let (pixels, width) = rendered(artifact(&outcome, "b-cover.pdf"));
        let said = messages(outcome.diagnostics, &outcome.sources);
        ([pixels[width + 1], pixels[pixels.len() - width - 2]], said)
    };
    let (ground, said) = of("");
    assert_eq!((ground, said.as_str()), ([[0x16, 0x32, 0x4a]; 2], ""));
    // In gray, all of it is gray by itself, gradients among it.
    let (ground, said) = of(", color: grayscale");
    let is_gray = |[r, g, b]: [u8; 3]| r == g && g == b && r < 100;
    assert!(ground.into_iter().all(is_gray) && said.is_empty(), "{ground:?} {said}");
}

#[test]
fn a_spine_too_narrow_for_text_has_none() {
    for (thickness, is_lettered) in [("0.1mm", false), ("3mm", false), ("1.4mm", true)] {
        let topics = if thickness == "3mm" { 1 } else { 6 };
        let entry = format!(
            "{{name: b, print: [{{imposition: cover, paper-thickness: {}}}]}}",
            if thickness == "3mm" { "0.5mm" } else { thickness }
        );
        let outcome = book(topics, "authors: [Ada Reader]", &entry);
        let [(_, cover)] = outcome.built.account.covers.as_slice() else { panic!("one cover") };
        assert_eq!(cover.is_lettered, is_lettered, "{cover:?}");
        let said: usize = crate::sheets::count_texts(artifact(&outcome, "b-cover.pdf"));
        // The title, and who wrote it; once more on the spine.
        assert_eq!(said, if is_lettered { 4 } else { 2 }, "{thickness}");
    }
}

/// What the layout gets of a cover in a language.
fn data(language: &str, spine: f64) -> Value {
    let outcome = book(1, &format!("lang: {language}"), "{name: b}");
    let edition = outcome.editions.first().expect("a book");
    let isbn = Isbn::new("978-3-16-148410-0").expect("a number");
    let language = Language::new(language).expect("a language");
    let picture = edition.media.images.values().next();
    let options = Options {
        kind: Kind::Book,
        paper: "a5",
        figures: FigureStyle::Annotated,
        variant: Variant::Full,
        date: Date { year: 2026, month: 1, day: 31 },
        typefaces: &Typefaces::of(&Fonts::default()),
        renditions: &Renditions::new(Arc::new(NoCache)),
        print: ImageSettings::default().print,
        press: PressSettings::default(),
        cards: None,
        cover: Some(Cover {
            width: 148.0,
            height: 210.0,
            spine,
            pages: 96,
            reads: language.direction(),
            picture,
            isbn: Some(&isbn),
        }),
    };
    let data = pdf::layout_data(edition, &layout("cover-spread"), &options);
    serde_json::from_str(&data).expect("JSON")
}

#[test]
fn spines_are_read_as_the_language_is_used_to() {
    for (language, front, runs) in [
        ("en", "right", "down"),
        ("ja", "right", "down"),
        ("de", "right", "up"),
        ("fr-CA", "right", "up"),
        ("es", "right", "up"),
        ("ar", "left", "down"),
        ("he", "left", "down"),
    ] {
        let cover = &data(language, 6.0)["cover"];
        assert_eq!((&cover["front"], &cover["spine-text"]), (&front.into(), &runs.into()));
        assert_eq!(data(language, 5.9)["cover"]["spine-text"], Value::Null);
    }
    assert_eq!(Language::new("ar").map(|it| it.direction()), Some(Direction::RightToLeft));
}

#[test]
fn the_contract_of_covers_names_all_of_their_fields() {
    let data = data("en", 12.0);
    assert_eq!(data["kind"], "cover");
    assert_eq!(data["cover"]["isbn"]["bars"].as_array().map(Vec::len), Some(95));
    let guide = page("layout-cover.md");
    let mut fields: BTreeSet<&String> = BTreeSet::new();
    for value in [&data["cover"], &data["cover"]["isbn"]] {
        fields.extend(value.as_object().expect("a dictionary").keys());
    }
    assert!(fields.len() > 9, "{fields:?}");
    let missing: Vec<_> =
        fields.into_iter().filter(|field| !guide.contains(&format!("`{field}`"))).collect();
    assert!(missing.is_empty(), "not in the guide: {missing:?}");
}

#[test]
fn the_front_is_the_picture_of_the_author() {
    let entry = "{name: b, paper: a5, cover: sources/cover.jpg, print: [{imposition: cover, paper-thickness: 1.5}]}";
    let outcome = book(5, "", entry);
    let bytes = artifact(&outcome, "b-cover.pdf");
    // The title stands on the spine alone.
    assert_eq!(crate::sheets::count_texts(bytes), 1);
    let path = recto::source::ProjectPath::new("books/b-cover.pdf").expect("a path");
    let inputs = &outcome.built.products.of(&path).inputs;
    assert!(inputs.iter().any(|input| input.as_str() == "sources/cover.jpg"), "{inputs:?}");
    let said = messages(outcome.diagnostics, &outcome.sources);
    // It is told that it is too coarse, as any picture is, and nothing else.
    assert_eq!(said.lines().filter(|line| line.contains("warning[")).count(), 1, "{said}");
    assert!(said.contains("warning[coarse-picture]"), "{said}");
}

#[test]
fn pages_have_a_bleed_and_keep_to_their_standard() {
    let mut outcome = book(1, "", "{name: b, paper: a5, bleed: 0.125in}");
    let found = std::mem::take(&mut outcome.diagnostics);
    assert_eq!(messages(found, &outcome.sources), "");
    let bytes = artifact(&outcome, "books/b.pdf");
    let document = Document::load_mem(bytes).expect("a PDF");
    let [media, bleed, trim] =
        ["MediaBox", "BleedBox", "TrimBox"].map(|key| bounds(&document, key));
    assert_eq!(media, bleed);
    assert!(near(trim[0], 3.175) && near(trim[2] - trim[0], 148.0), "{trim:?}");
    assert!(near(media[2], 148.0 + 6.35) && near(media[3], 210.0 + 6.35), "{media:?}");
    let said = |what: &[u8]| bytes.windows(what.len()).any(|part| part == what);
    assert!(said(b"pdfaid:part") && said(b"pdfuaid:part"));
    // Without one, nothing is said of where pages are cut.
    let outcome = book(1, "", "{name: b, paper: a5}");
    let document = Document::load_mem(artifact(&outcome, "books/b.pdf")).expect("a PDF");
    let first = document.page_iter().next().expect("a page");
    let page = document.get_dictionary(first).expect("a page");
    assert!(!page.has(b"TrimBox") && !page.has(b"BleedBox"));
}

#[test]
fn what_is_wrong_with_a_cover_is_told_where_it_is_written() {
    let said = |print: &str| {
        let outcome = book(1, "", &format!("{{name: b, print: [{print}]}}"));
        messages(outcome.diagnostics, &outcome.sources)
    };
    for (print, expected) in [
        ("cover", "error[missing-key]: a cover needs to know how thick the paper of its book is"),
        ("{imposition: cover, bulk: 1.2}", "`bulk` tells nothing without `grammage`"),
        ("{imposition: cover, grammage: 8}", "`grammage` should be a number from 20 to 600"),
        (
            "{imposition: cover, paper-thickness: 0.1m}",
            "`paper-thickness` should be a length of 0.01 to 2.54 mm",
        ),
        (
            "{imposition: cover, grammage: 80, pages-per-inch: 500}",
            "the thickness of the paper is said twice",
        ),
        (
            "{imposition: cover, grammage: 80, scale: fit}",
            "error[unknown-key]: unknown key `scale` in a cover",
        ),
        (
            "{imposition: booklet, grammage: 80}",
            "error[unknown-key]: unknown key `grammage` in an entry of `print`",
        ),
        (
            "{imposition: cover, grammage: 80, isbn: \"978-3-16-148410-1\"}",
            "`978-3-16-148410-1` is no ISBN, or one of its digits is wrong",
        ),
        (
            "{imposition: cover, grammage: 80, paper: a4}",
            "error[impossible-sheets]: `books/b.pdf` cannot be put on these sheets: pages of 352 × 250 mm find no room: there are 281 × 194 mm for each",
        ),
    ] {
        let said = said(print);
        assert_eq!(said.matches("error[").count(), 1, "{print}: {said}");
        assert!(said.contains(expected), "{print}: {said}");
    }
    // A handout has none.
    let outcome = build_memory(&[
        ("recto.yaml", b"books: []\nhandouts: [{print: cover}]\n"),
        ("sources/a.md", b"---\ntitle: A\n---\nText.\n"),
    ]);
    let said = messages(outcome.diagnostics, &outcome.sources);
    assert!(said.contains("pages are not put on sheets as `cover`"), "{said}");
}
