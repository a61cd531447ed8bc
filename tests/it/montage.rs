//! Montages in every output, and figures that are shown in pairs or to be found.

use std::sync::Arc;

use lopdf::content::Content;
use lopdf::{Document, Object};
use recto::files::NoCache;
use recto::model::{Date, FigureStyle, ImageSettings, plain_text};
use recto::picture::Renditions;
use recto::write::pdf::{self, Kind, Options};
use serde_json::{Value, json};

use crate::case::{Outcome, build_memory, messages};

const TOPIC: &str = include_str!("../suite/write/montage.md");

fn picture(width: u32, height: u32) -> Vec<u8> {
    let image = image::GrayImage::from_fn(width, height, |x, y| {
        image::Luma([u8::try_from((x + y) / 8 % 256).unwrap_or(0)])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

/// Builds the topic with a manifest.
fn build(topic: &str, manifest: &str) -> Outcome {
    let outcome = build_memory(&[
        ("recto.yaml", manifest.as_bytes()),
        ("sources/views.md", topic.as_bytes()),
        ("sources/images/frontal.png", &picture(900, 1200)),
        ("sources/images/axial.png", &picture(1200, 900)),
    ]);
    let said = messages(outcome.diagnostics, &outcome.sources);
    assert_eq!(said, "");
    Outcome { diagnostics: recto::diag::Diagnostics::default(), ..outcome }
}

fn document(outcome: &Outcome, path: &str) -> Document {
    let found = outcome.built.artifacts.iter().find(|artifact| artifact.path.as_str() == path);
    Document::load_mem(&found.unwrap_or_else(|| panic!("no {path}")).bytes).expect("a PDF")
}

/// The text of a page without its spaces, which not all programs find again.
fn dense(document: &Document, page: u32) -> String {
    document.extract_text(&[page]).expect("text").split_whitespace().collect()
}

fn references(topic: &str) -> Vec<String> {
    let outcome = build(topic, "title: x\n");
    let edition = outcome.editions.first().expect("a book");
    let texts = edition.cross_references.values();
    texts.map(|text| plain_text(&text.content).replace('\u{a0}', " ")).collect()
}

#[test]
fn panels_are_called_by_number_and_letter_in_every_language() {
    let rest = ["1a", "1b", "1"];
    for (language, word) in
        [("en", "Figure"), ("de", "Abbildung"), ("fr", "Figure"), ("es", "Figura")]
    {
        let topic = TOPIC.replacen("title:", &format!("lang: {language}\ntitle:"), 1);
        let mut expected: Vec<_> = rest.map(|number| format!("{word} {number}")).to_vec();
        expected.extend(["the axial one".to_owned(), format!("{word} 3")]);
        assert_eq!(references(&topic), expected);
    }
}

#[test]
fn layouts_get_panels_with_letters_anchors_and_credits() {
    let outcome = build(TOPIC, "title: x\n");
    let edition = outcome.editions.first().expect("a book");
    let options = Options {
        cards: None,
        cover: None,
        kind: Kind::Book,
        paper: "a4",
        figures: FigureStyle::Pairs,
        variant: recto::model::Variant::Full,
        date: Date { year: 2026, month: 1, day: 2 },
        press: recto::model::PressSettings::default(),
        typefaces: &pdf::Typefaces::of(&recto::fonts::Fonts::default()),
        renditions: &Renditions::new(Arc::new(NoCache)),
        print: ImageSettings::default().print,
    };
    let data: Value =
        serde_json::from_str(&pdf::layout_data(edition, &crate::case::layout("book"), &options))
            .expect("JSON");
    assert_eq!(data["options"]["figures"], "pairs");
    let figures: Vec<&Value> = data["topics"][0]["blocks"]
        .as_array()
        .expect("blocks")
        .iter()
        .filter(|block| block["type"] == "figure")
        .collect();
    let panels = |figure: &Value, key: &str| -> Vec<Value> {
        figure["panels"].as_array().expect("panels").iter().map(|one| one[key].clone()).collect()
    };
    let [views, three, lone] = figures[..] else { panic!("{figures:?}") };
    assert_eq!(panels(views, "letter"), [json!("a"), json!("b")]);
    assert_eq!(panels(views, "anchor"), [json!("label:fig-views-a"), json!("label:fig-axial")]);
    assert_eq!(views["short-caption"][0]["text"], "Two views of one disease");
    let letters = |credits: &Value| -> Vec<Value> {
        let credits = credits.as_array().expect("credits");
        credits.iter().map(|credit| credit["letters"].clone()).collect()
    };
    assert_eq!(letters(&views["credits"]), [json!("a"), json!("b")]);
    assert_eq!(
        views["credits"][1]["license"]["url"],
        "https://creativecommons.org/licenses/by/4.0/"
    );
    assert_eq!((&three["columns"], &three["anchor"]), (&json!(2), &json!("figure:2")));
    assert_eq!(letters(&three["credits"]), [json!("a, c"), json!("b")]);
    assert_eq!(panels(lone, "letter"), [Value::Null]);
    assert_eq!(panels(lone, "anchor"), [Value::Null]);
    let all: Vec<_> = data["credits"]
        .as_array()
        .expect("credits")
        .iter()
        .map(|entry| (entry["number"].clone(), entry["letters"].clone(), entry["anchor"].clone()))
        .collect();
    assert_eq!(
        all,
        [
            (Value::Null, Value::Null, json!("topic:views")),
            (json!(1), json!("a"), json!("label:fig-views-a")),
            (json!(1), json!("b"), json!("label:fig-axial")),
            (json!(2), json!("a, c"), json!("figure:2")),
            (json!(2), json!("b"), json!("figure:2")),
            (json!(3), Value::Null, json!("label:fig-lone")),
        ]
    );
}

/// The widths and heights of the pictures on a page, in points.
fn sizes(document: &Document, page: u32) -> Vec<(f32, f32)> {
    let id = document.get_pages()[&page];
    let content = document.get_page_content(id);
    let content = Content::decode(&content).expect("operators");
    let mut last = (0.0, 0.0);
    let mut found = Vec::new();
    for operation in content.operations {
        let number = |at: usize| operation.operands[at].as_float().expect("a number");
        match operation.operator.as_str() {
            "cm" => last = (number(0).abs(), number(3).abs()),
            "Do" => found.push(last),
            _ => {}
        }
    }
    found.retain(|(width, height)| *width > 10.0 && *height > 10.0);
    found
}

#[test]
fn panels_of_a_row_are_of_one_height_and_rows_of_one_width() {
    let text = TOPIC.lines().filter(|line| !line.starts_with("banner")).collect::<Vec<_>>();
    let outcome = build(&text.join("\n"), "title: x\nbooks: []\n");
    let handout = document(&outcome, "handouts/views.pdf");
    let pages = handout.get_pages();
    let all: Vec<(f32, f32)> = pages.keys().flat_map(|page| sizes(&handout, *page)).collect();
    let near = |one: f32, other: f32| (one - other).abs() < 0.05;
    // 118 mm of text, and 2 mm between panels.
    let mm = |value: f32| value / 25.4 * 72.0;
    let [a, b, first, second, third, ..] = all[..] else { panic!("{all:?}") };
    for (left, right) in [(a, b), (first, second)] {
        assert!(near(left.1, right.1), "{all:?}");
        assert!(near(left.0 + right.0 + mm(2.0), mm(118.0)), "{all:?}");
    }
    // The third of three in two columns is as high as the two above.
    assert!(near(third.1, second.1), "{all:?}");
}

#[test]
fn montages_stay_on_their_page_whatever_is_asked_of_them() {
    let panel = "  - {image: images/axial.png, alt: x}\n".repeat(26);
    for extra in ["columns: 1", "columns: 26", "width: 5%", "width: 5%\ncolumns: 26"] {
        let topic = format!(
            "---\ntitle: Many\n---\n\n```figure\npanels:\n{panel}caption: Many.\n\
             credit: A\nlicense: CC0-1.0\n{extra}\n```\n"
        );
        let outcome = build(&topic, "title: x\nallow: unused-image\n");
        for path in ["handouts/views.pdf", "books/x.pdf"] {
            let document = document(&outcome, path);
            let pages = document.get_pages();
            let shown: Vec<usize> =
                pages.keys().map(|page| letters(&document, *page)).filter(|n| *n > 0).collect();
            assert_eq!(shown, [26], "{path}, {extra}");
        }
    }
}

/// Counts the letters of panels on a page, "(a)" to "(z)".
fn letters(document: &Document, page: u32) -> usize {
    let text = dense(document, page);
    ('a'..='z').filter(|letter| text.contains(&format!("({letter})"))).count()
}

/// Returns the texts of all pictures in the tag tree.
fn alternatives(document: &Document) -> Vec<String> {
    let dictionaries = document.objects.values().filter_map(|object| object.as_dict().ok());
    let figures = dictionaries.filter(|dictionary| {
        dictionary.get(b"S").and_then(Object::as_name).is_ok_and(|name| name == b"Figure")
    });
    let texts = figures.filter_map(|figure| figure.get(b"Alt").ok());
    let mut texts: Vec<_> =
        texts.map(|text| lopdf::decode_text_string(text).expect("a text")).collect();
    texts.sort();
    texts
}

#[test]
fn each_panel_says_what_is_seen() {
    let outcome = build(TOPIC, "title: x\nbooks: []\nhandouts: [{figures: pairs}]\n");
    let clean = |text: &str| format!("{text} (without the marks)");
    let (front, below) = ("What is seen from the front.", "What is seen from below.");
    assert_eq!(
        alternatives(&document(&outcome, "handouts/views.pdf")),
        [
            "Alone.",
            &clean("Alone."),
            "First",
            "Second",
            "The opening picture.",
            "Third",
            below,
            &clean(below),
            front,
            &clean(front),
        ]
    );
}

#[test]
fn what_is_to_be_found_is_not_shown_before_the_answer() {
    // Half-title, title, imprint, contents and list of figures of a book come before.
    for (manifest, path, before) in [
        ("title: x\nbooks: []\nhandouts: [{figures: find}]\n", "handouts/views.pdf", 0),
        ("title: x\nhandouts: []\nbooks: [{name: b, figures: find}]\n", "books/b.pdf", 6),
    ] {
        let outcome = build(TOPIC, manifest);
        let document = document(&outcome, path);
        let pages = document.get_pages();
        let pages = pages.keys().skip(before).map(|page| dense(&document, *page));
        let whole = pages.collect::<String>();
        let (questions, answers) = whole.split_once("Answers").expect("answers");
        let prompt = "Twoviewsofonedisease.Findityourself:paraspinalmasses;awidenedrib";
        assert!(questions.contains(prompt), "{questions}");
        assert!(questions.contains("Alone.Findityourself:theedge"), "{questions}");
        assert!(!questions.contains("arrow") && !questions.contains("isone"), "{questions}");
        assert!(answers.contains("whitearrows"), "{answers}");
        assert!(answers.contains("yellowellipse"), "{answers}");
        assert!(!answers.contains("Threepanelswithoutmarks."), "{answers}");
        assert!(!whole.contains("figureswithoutmarks"), "{whole}");
    }
}

#[test]
fn books_list_who_made_each_picture() {
    let outcome = build(TOPIC, "title: x\nhandouts: []\nbooks: [{name: b}]\n");
    let book = document(&outcome, "books/b.pdf");
    // The imprint is behind the title page.
    let credits = dense(&book, 4);
    for entry in [
        "TwoviewsBannermaker.CC01.0",
        "Figure1aAdaExample.CC01.0",
        "Figure1bBoOther.CCBY4.0",
        "Figure2a,cAdaExample.CC01.0",
        "Figure3AdaExample.CC01.0",
    ] {
        assert!(credits.contains(entry), "{entry}: {credits}");
    }
}

#[test]
fn a_card_shows_the_panel_of_its_mark() {
    let outcome = build(TOPIC, "title: x\nhandouts: []\nbooks: []\ndecks: [{name: d}]\n");
    let csv = outcome.built.artifacts.iter().find(|one| one.path.as_str() == "decks/d/notes.csv");
    let csv = String::from_utf8_lossy(&csv.expect("notes").bytes).into_owned();
    let note = |name: &str| {
        let found = csv.lines().find(|line| line.contains(name));
        found.unwrap_or_else(|| panic!("no {name}: {csv}")).to_owned()
    };
    let rib = note("views fig-axial rib figure-identify");
    assert!(rib.contains("axial-marks-") && !rib.contains("frontal"), "{rib}");
    assert!(rib.contains("Figure 1b") && rib.contains("Bo <em>Other</em> (CC-BY-4.0)"), "{rib}");
    let masses = note("views fig-views masses figure-identify");
    assert!(masses.contains("frontal-marks-") && masses.contains("Figure 1a"), "{masses}");
    assert!(masses.contains("Ada Example (CC0-1.0)"), "{masses}");
}
