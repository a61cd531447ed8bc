//! Flashcards of paper: what a layout gets of them, and how they meet on sheets.

use std::collections::BTreeSet;
use std::sync::Arc;

use lopdf::content::Content;
use lopdf::{Document, Object};
use recto::diag::Diagnostics;
use recto::files::NoCache;
use recto::fonts::Fonts;
use recto::ledger::Ledger;
use recto::model::{
    Date, FigureStyle, ImageSettings, PressSettings, Printed, SectionKinds, Variant,
};
use recto::picture::Renditions;
use recto::resolve;
use recto::write::pdf::{self, Cards, Kind, Options, Typefaces};
use serde_json::Value;

use crate::case::{artifact, build, build_memory, layout, messages, root};
use crate::guide::page;

/// The data of the fixture's cards.
fn data() -> Value {
    let outcome = build(&root().join("tests/fixtures/valid/printed"));
    let mut edition = outcome.editions.into_iter().next().expect("a book");
    edition.flashcards = resolve::flashcards::flashcards(
        &edition.topics,
        &SectionKinds::default(),
        &mut Ledger::default(),
        &mut Diagnostics::default(),
    );
    let printed = Printed::default();
    let options = Options {
        kind: Kind::Handout,
        paper: "a7",
        figures: FigureStyle::Annotated,
        variant: Variant::Full,
        date: Date { year: 2026, month: 1, day: 31 },
        typefaces: &Typefaces::of(&Fonts::default()),
        renditions: &Renditions::new(Arc::new(NoCache)),
        print: ImageSettings::default().print,
        press: PressSettings::default(),
        cards: Some(Cards { width: 105.0, height: 74.0, printed: &printed }),
        cover: None,
    };
    let data = pdf::layout_data(&edition, &layout("cards"), &options);
    serde_json::from_str(&data).expect("JSON")
}

/// All text in a value.
fn text(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        Value::Object(fields) => match fields.get("text") {
            Some(Value::String(text)) => text.clone(),
            _ => fields.values().map(text).collect(),
        },
        _ => String::new(),
    }
}

#[test]
fn a_card_asks_on_its_front_and_answers_on_its_back() {
    let data = data();
    let cards = data["cards"].as_array().expect("cards");
    let said: Vec<(String, String)> = cards
        .iter()
        .map(|card| (text(&card["front"]["blocks"]), text(&card["back"]["blocks"])))
        .collect();
    let said: Vec<(&str, &str)> =
        said.iter().map(|(front, back)| (front.as_str(), back.as_str())).collect();
    // What is asked is not in the data of the front; nor is a citation, or the gap
    // that stood before it.
    let expected = [
        ("A bullet with .", "A bullet with a cloze."),
        ("A list of , two and .", "A list of one, two and three."),
        ("A list of one,  and three.", "A list of one, two and three."),
        ("What is asked?", "What is answered."),
        ("What is answered.", "What is asked?"),
        ("What does the  show?", "the dark side"),
        ("What is seen here?", "the dark side"),
        (
            "What is read from right to left is bound on the right: .",
            "What is read from right to left is bound on the right: a blank.",
        ),
    ];
    assert_eq!(said, expected);
    let ids: BTreeSet<&str> = cards.iter().filter_map(|card| card["id"].as_str()).collect();
    assert_eq!(ids.len(), cards.len(), "each can be told from the others");
    assert_eq!(cards[1]["sources"][0], "Doe 2020, A Journal");
    // Marks are seen in the question, and not where something is covered.
    let drawings = |side: &str, card: usize| {
        cards[card][side]["picture"]["overlay"]["drawings"].as_array().map_or(0, Vec::len)
    };
    assert_eq!([drawings("front", 5), drawings("back", 5)], [1, 0]);
    assert_eq!([drawings("front", 6), drawings("back", 6)], [0, 1]);
    assert_eq!(cards[6]["front"]["picture"]["covers"][0]["asked"], true);
}

#[test]
fn the_contract_of_cards_names_all_of_their_fields() {
    let data = data();
    let guide = page("layout-cards.md");
    let mut fields: BTreeSet<&String> = BTreeSet::new();
    for card in data["cards"].as_array().expect("cards") {
        fields.extend(card.as_object().expect("a card").keys());
        fields.extend(card["front"].as_object().expect("a side").keys());
        let covers = card["front"]["picture"]["covers"].as_array();
        for cover in covers.into_iter().flatten() {
            fields.extend(cover.as_object().expect("a box").keys());
        }
    }
    assert!(fields.len() > 15, "{fields:?}");
    let missing: Vec<_> =
        fields.into_iter().filter(|field| !guide.contains(&format!("`{field}`"))).collect();
    assert!(missing.is_empty(), "not in the guide: {missing:?}");
}

/// The pages on a side of a sheet, each with the middle of where it is seen.
fn places(document: &Document, id: lopdf::ObjectId) -> Vec<(usize, (f32, f32))> {
    let content = document.get_page_content(id);
    let mut found = Vec::new();
    let mut clip = (0.0, 0.0);
    for operation in Content::decode(&content).expect("operations").operations {
        let number = |at: usize| operation.operands[at].as_float().expect("a number");
        match operation.operator.as_str() {
            "re" => clip = (number(0) + number(2) / 2.0, number(1) + number(3) / 2.0),
            "Do" => {
                let name = operation.operands[0].as_name().expect("a name");
                let name = std::str::from_utf8(name).expect("letters");
                found.push((name[1..].parse().expect("a page"), clip));
            }
            _ => {}
        }
    }
    found
}

#[test]
fn backs_lie_behind_their_fronts() {
    let outcome = build(&root().join("tests/fixtures/valid/printed"));
    for (path, size, about_upright_edge) in [
        ("decks/printed-cards.pdf", (595.276, 841.89), true),
        // Landscape, about the short edge.
        ("decks/printed-cards-2.pdf", (792.0, 612.0), true),
    ] {
        let document = Document::load_mem(artifact(&outcome, path)).expect("a PDF");
        let sides: Vec<_> = document.page_iter().collect();
        let mut cards = 0;
        for pair in sides.chunks(2) {
            let [front, back] = pair else { panic!("{path}: a sheet without a back") };
            let media = document.get_dictionary(*front).expect("a page").get(b"MediaBox");
            let media = media.and_then(Object::as_array).expect("a size");
            let wide = media[2].as_float().expect("a number");
            assert!((wide - size.0).abs() < 0.1, "{path}: {wide}");
            let (fronts, backs) = (places(&document, *front), places(&document, *back));
            assert_eq!(fronts.len(), backs.len());
            for (page, (x, y)) in fronts {
                let there = if about_upright_edge { (size.0 - x, y) } else { (x, size.1 - y) };
                let behind = backs
                    .iter()
                    .find(|(_, (x, y))| (x - there.0).abs() < 0.1 && (y - there.1).abs() < 0.1);
                assert_eq!(behind.map(|(page, _)| *page), Some(page + 1), "{path}");
                cards += 1;
            }
        }
        assert_eq!(cards, 8, "{path}");
    }
}

#[test]
fn a_note_too_long_for_its_card_is_told_and_stays_one_card() {
    let words = "far too many words for a card as small as that ".repeat(60);
    let topic = format!("---\ntitle: A\n---\n```card\nfront: Say it.\nback: {words}\n```\n");
    let manifest = b"books: []\nhandouts: []\ndecks: [{name: d, print: business-card}]\n";
    let outcome = build_memory(&[("recto.yaml", manifest), ("sources/a.md", topic.as_bytes())]);
    let document = Document::load_mem(artifact(&outcome, "d-cards.pdf")).expect("a PDF");
    assert_eq!(document.page_iter().count(), 2);
    let said = messages(outcome.diagnostics, &outcome.sources);
    assert!(
        said.contains("outside-margin") && said.contains("page 2 of `decks/d-cards.pdf`"),
        "{said}"
    );
}
