//! What hayagriva 0.10.1 does otherwise than CSL has it: why works are rendered by
//! [`super::processor`], and not by the engine that Typst has.
//!
//! The tests ask both. One that fails tells that hayagriva has learned it; when all
//! do, and it is as fast, the processor can go.

use hayagriva::citationberg::json::Item as Work;
use hayagriva::citationberg::{IndependentStyle, LocaleCode};
use hayagriva::{BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest};

use super::locale::locales;
use super::processor::{Cite, Item, Program};
use crate::model::{CiteKey, Name, NameList, NameVariable, PersonName, RichText, StandardVariable};
use crate::model::{Reference, WorkKind, plain_text};
use crate::source::{ProjectPath, Sources, Span};

fn style(layout: &str) -> IndependentStyle {
    let text = format!(
        "<style xmlns=\"http://purl.org/net/xbiblio/csl\" class=\"in-text\" version=\"1.0\">\
         <info><title>x</title><id>x</id><updated>2024-01-01T00:00:00+00:00</updated></info>\
         <citation><layout><text variable=\"title\"/></layout></citation>\
         <bibliography><layout>{layout}</layout></bibliography></style>"
    );
    IndependentStyle::from_xml(&text).expect("a style")
}

/// Returns what hayagriva makes of a book.
fn by_hayagriva(csl: &IndependentStyle, title: &str) -> String {
    let work = serde_json::json!({
        "id": "a", "type": "book", "title": title,
        "author": [{"family": "Light", "given": "Richard"}],
    });
    let work: Work = serde_json::from_value(work).expect("an item");
    let locale = LocaleCode::en_us();
    let mut driver = BibliographyDriver::new();
    let items = vec![CitationItem::with_entry(&work)];
    let code = Some(locale.clone());
    driver.citation(CitationRequest::new(items, csl, code.clone(), locales(&locale), None));
    let rendered = driver.finish(BibliographyRequest::new(csl, code, locales(&locale)));
    format!("{:#}", rendered.bibliography.expect("a list").items[0].content)
}

/// Returns what the processor makes of it.
fn by_processor(csl: &IndependentStyle, title: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add(ProjectPath::new("a.bib").expect("a path"), String::new());
    let mut work = crate::model::Work::new(WorkKind::Book);
    work.set(StandardVariable::Title, RichText::from(title));
    let light = PersonName {
        family: "Light".into(),
        given: Some("Richard".into()),
        ..PersonName::default()
    };
    let names = NameList { names: vec![Name::Person(light)], others: false };
    work.names.insert(NameVariable::Author, names);
    let reference = Reference { work, verbatim: None, span: Span::new(file, 0, 0) };
    let key = CiteKey::new("a").expect("a key");
    let item = Item::new(&key, &reference);
    let program = Program::new(csl, &LocaleCode::en_us());
    let content = program.entry(Cite::of(&item)).content();
    plain_text(&super::tidy::tidy(content, &program.terms.marks))
}

#[test]
fn hayagriva_has_faults_that_the_processor_has_not() {
    for (layout, title, fault, right) in [
        // Its archived Vancouver loses all authors.
        ("<group><names variable=\"author\"><label/></names></group>", "", "", "Richard Light"),
        (
            "<text variable=\"title\" text-case=\"title\"/>",
            "the PLoS guide",
            "The Plos Guide",
            "The PLoS Guide",
        ),
        (
            "<text variable=\"title\" text-case=\"title\"/>",
            "bone, and joint",
            "Bone, And Joint",
            "Bone, and Joint",
        ),
        (
            "<group delimiter=\". \"><text variable=\"title\"/><text value=\"x\"/></group>",
            "In crisis?",
            "In crisis?. x",
            "In crisis? x",
        ),
        ("<text variable=\"title\" quotes=\"true\"/>", "Beyond “p”", "“Beyond “p”", "“Beyond ‘p’”"),
    ] {
        let csl = style(layout);
        assert_eq!(by_hayagriva(&csl, title), fault, "is it right at last?");
        assert_eq!(by_processor(&csl, title), right);
    }
}
