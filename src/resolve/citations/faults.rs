//! What hayagriva 0.10.1 does otherwise than it should, and is worked round.
//!
//! Each test holds the fault itself: when it fails, hayagriva does right, and
//! what its comment names can go.

use std::collections::BTreeMap;

use hayagriva::citationberg::LocaleCode;
use hayagriva::citationberg::json::{
    DateValue, Item, NameItem, NameValue, Value, VecDate, VecDateRange,
};
use hayagriva::citationberg::taxonomy::Locator as Kind;
use hayagriva::{CitePurpose, Rendered};

use super::press::{Ask, run};
use super::style::Style;

fn work(id: &str, families: &[&str], year: i16, title: &str) -> Item {
    let name = |family: &&str| {
        NameValue::Item(NameItem {
            family: (*family).to_owned(),
            given: Some("Ann".to_owned()),
            non_dropping_particle: None,
            dropping_particle: None,
            suffix: None,
            comma_suffix: None,
        })
    };
    let date_parts = VecDateRange(vec![VecDate(vec![year])]);
    let issued = DateValue::DateParts { date_parts, literal: None, season: None, circa: false };
    Item(BTreeMap::from([
        ("id".to_owned(), Value::String(id.to_owned())),
        ("type".to_owned(), Value::String("book".to_owned())),
        ("title".to_owned(), Value::String(title.to_owned())),
        ("author".to_owned(), Value::Names(families.iter().map(name).collect())),
        ("issued".to_owned(), Value::Date(issued)),
    ]))
}

type Cite<'a> = Vec<(&'a Item, Option<(Kind, &'a str)>)>;

fn rendered(style: &str, cites: Vec<Cite>, purpose: Option<CitePurpose>) -> Rendered {
    let style = Style::archived(style).expect("a style");
    let locale = LocaleCode::en_us();
    let asks: Vec<Ask> = cites
        .into_iter()
        .enumerate()
        .map(|(at, items)| Ask { items, locale: &locale, note: Some(at + 1), hidden: false })
        .collect();
    run(&style.csl, &asks, purpose, &locale)
}

fn citation(rendered: &Rendered, at: usize) -> String {
    format!("{:#}", rendered.citations[at].citation)
}

/// `Engine::list_by_suffix`.
#[test]
fn lists_have_the_names_of_citations() {
    let (a, b) = (
        work("a", &["Lee", "Poe", "Roe"], 2016, "A"),
        work("b", &["Lee", "Poe", "Doe"], 2016, "B"),
    );
    let rendered = rendered("apa", vec![vec![(&a, None)], vec![(&b, None)]], None);
    let list = rendered.bibliography.expect("a list");
    assert!(
        format!("{:#}", list.items[0].content).starts_with("Lee, Poe"),
        "not: Lee, A., Poe, A."
    );
}

/// The years in `Joiner::collapse_years`.
#[test]
fn letters_of_different_years_are_collapsed() {
    let works: Vec<Item> = [("a", 2001), ("b", 2001), ("c", 2003), ("d", 2003)]
        .into_iter()
        .map(|(id, year)| work(id, &["Smith"], year, id))
        .collect();
    let mut cites: Vec<Cite> = works.iter().map(|work| vec![(work, None)]).collect();
    cites.push(vec![(&works[0], None), (&works[3], None)]);
    let rendered = rendered("springer-basic-author-date", cites, None);
    assert_eq!(citation(&rendered, 4), "(Smith 2001a, b)", "not: 2001a, 2003b");
}

/// The pauses of `sequence`.
#[test]
fn ibid_follows_several_works() {
    let (a, b) = (work("a", &["Lee"], 2016, "A"), work("b", &["Poe"], 2016, "B"));
    let cites = vec![vec![(&a, None), (&b, None)], vec![(&b, None)]];
    let rendered = rendered("gb-7714-2015-note", cites, None);
    assert!(citation(&rendered, 1).starts_with("同上"), "CSL: not after two works");
}

/// `place::Shape`.
#[test]
fn places_of_several_words_are_in_the_singular() {
    let a = work("a", &["Lee"], 2016, "A");
    let rendered = rendered("apa", vec![vec![(&a, Some((Kind::Page, "3–5 and 9")))]], None);
    assert_eq!(citation(&rendered, 0), "(Lee, 2016, p. 3–5 and 9)", "not: pp.");
}

/// `Engine::short_names`.
#[test]
fn sentences_have_the_names_of_the_list() {
    let a = work("a", &["Lee"], 2016, "A");
    let rendered = rendered("vancouver", vec![vec![(&a, None)]], Some(CitePurpose::Prose));
    assert!(citation(&rendered, 0).starts_with("Lee A"), "not: Lee (1)");
}

/// `cluster`, as far as ranges are concerned.
#[test]
fn ranges_swallow_places() {
    let works = ["a", "b", "c"].map(|id| work(id, &["Lee"], 2016, id));
    let place = Some((Kind::Page, "3"));
    let cites = vec![vec![(&works[0], None), (&works[1], place), (&works[2], None)]];
    assert_eq!(citation(&rendered("ama", cites, None), 0), "1–3", "not: 1,2(p3),3");
}
