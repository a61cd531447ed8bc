//! The faults of hayagriva 0.10.1 in entries that are worked round here, each held
//! by a test; those in citations are in [`super::faults`].
//!
//! The tests ask hayagriva without any of that. One that fails tells that it has
//! learned to do it right: then what works round it can go.

use hayagriva::citationberg::json::Item;
use hayagriva::citationberg::{IndependentStyle, LocaleCode};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, BufWriteFormat, CitationItem, CitationRequest,
};

use super::locale::locales;
use super::mend::mend;

/// Returns what hayagriva makes of a work.
fn rendered(csl: &IndependentStyle, work: &str) -> String {
    let item: Item = serde_json::from_str(work).expect("an item");
    let mut driver = BibliographyDriver::new();
    let locale = || Some(LocaleCode::en_us());
    let items = vec![CitationItem::with_entry(&item)];
    driver.citation(CitationRequest::new(
        items,
        csl,
        locale(),
        locales(&LocaleCode::en_us()),
        None,
    ));
    let rendered =
        driver.finish(BibliographyRequest::new(csl, locale(), locales(&LocaleCode::en_us())));
    let list = rendered.bibliography.expect("a list");
    let mut out = String::new();
    let content = &list.items[0].content;
    content.write_buf(&mut out, BufWriteFormat::Html).expect("a string takes it");
    // The elements around dates and names.
    out.replace("<span style=\"font-style: italic;\">", "<i>").replace("</span>", "</i>")
}

fn style(layout: &str) -> IndependentStyle {
    let text = format!(
        "<style xmlns=\"http://purl.org/net/xbiblio/csl\" class=\"in-text\" version=\"1.0\">\
         <info><title>x</title><id>x</id><updated>2024-01-01T00:00:00+00:00</updated></info>\
         <citation><layout><text variable=\"title\"/></layout></citation>\
         <bibliography><layout>{layout}</layout></bibliography></style>"
    );
    IndependentStyle::from_xml(&text).expect("a style")
}

/// Checks what comes of a layout without and with mends.
fn check(layout: &str, work: &str, fault: &str, right: &str) {
    let mut csl = style(layout);
    let work = format!("{{\"id\": \"a\", \"type\": \"book\", {work}}}");
    assert_eq!(rendered(&csl, &work), fault, "is it right at last?");
    mend(&mut csl);
    assert_eq!(rendered(&csl, &work), right, "mended");
}

#[test]
fn names_without_a_name_are_lost() {
    check(
        "<group><names variable=\"author\"><label/></names></group>",
        "\"author\": [{\"family\": \"Light\", \"given\": \"R.\"}]",
        "",
        "R. Light",
    );
}

#[test]
fn short_titles_are_unknown() {
    let layout = "<text variable=\"container-title\" form=\"short\"/>";
    let long = "\"container-title\": \"Annals of Medicine\"";
    check(
        layout,
        &format!("{long}, \"container-title-short\": \"Ann Med\""),
        "Annals of Medicine",
        "Ann Med",
    );
    check(layout, long, "Annals of Medicine", "Annals of Medicine");
}

#[test]
fn labels_of_pages_are_plural() {
    check(
        "<label variable=\"page\" form=\"short\" plural=\"never\"/>",
        "\"page\": \"3-5\"",
        "pp.",
        "p.",
    );
}

#[test]
fn years_come_with_seasons() {
    check(
        "<date variable=\"issued\" form=\"numeric\" date-parts=\"year\"/>",
        "\"issued\": {\"date-parts\": [[1992]], \"season\": \"2\"}, \"keyword\": \"x\"",
        "Summer/1992",
        "1992",
    );
}

#[test]
fn affixes_are_italic() {
    check(
        "<text variable=\"title\" font-style=\"italic\" suffix=\".\"/>",
        "\"title\": \"Chest\"",
        "<i>Chest.</i>",
        "<i>Chest</i>.",
    );
}

/// See [`super::texts`].
#[test]
fn words_in_titles_change_that_should_not() {
    let mut csl = style("<text variable=\"title\" text-case=\"title\"/>");
    let work =
        |title: &str| format!("{{\"id\": \"a\", \"type\": \"book\", \"title\": \"{title}\"}}");
    mend(&mut csl);
    for (title, fault) in [
        ("the PLoS guide", "The Plos Guide"),
        ("bone, joint, and muscle", "Bone, Joint, And Muscle"),
        ("use of β-blockers", "Use of Β-Blockers"),
    ] {
        assert_eq!(rendered(&csl, &work(title)), fault);
    }
}

/// See [`super::tidy`].
#[test]
fn signs_meet() {
    let csl =
        style("<group delimiter=\". \"><text variable=\"title\"/><text value=\"x\"/></group>");
    let work = "{\"id\": \"a\", \"type\": \"book\", \"title\": \"A movement in crisis?\"}";
    assert_eq!(rendered(&csl, work), "A movement in crisis?. x");
    let csl = style("<text variable=\"title\" quotes=\"true\"/>");
    let work = "{\"id\": \"a\", \"type\": \"book\", \"title\": \"Beyond “p”\"}";
    assert_eq!(rendered(&csl, work), "“Beyond “p”");
}

/// See [`super::settle`].
#[test]
fn issues_have_a_dash() {
    let csl = style("<text variable=\"issue\"/>");
    assert_eq!(rendered(&csl, "{\"id\": \"a\", \"type\": \"book\", \"issue\": \"1-2\"}"), "1–2");
}

/// See [`super::settle`]: spans of time never reach hayagriva.
#[test]
fn spans_of_time_make_it_panic() {
    let csl = style("<date variable=\"issued\" form=\"text\"/>");
    let work =
        "{\"id\": \"a\", \"type\": \"book\", \"issued\": {\"date-parts\": [[2001], [2002]]}}";
    assert!(std::panic::catch_unwind(|| rendered(&csl, work)).is_err());
}

/// See [`super::pages`].
#[test]
fn pages_that_are_no_numbers_are_one_page() {
    let csl =
        style("<label variable=\"page\" form=\"short\" suffix=\" \"/><text variable=\"page\"/>");
    let work = "{\"id\": \"a\", \"type\": \"book\", \"page\": \"iii-v\"}";
    assert_eq!(rendered(&csl, work), "p. iii–v");
}

#[test]
fn delimiters_of_works_are_within_works() {
    let layout = "<choose><if variable=\"title\"><text variable=\"title\"/><text value=\"x\"/></if></choose>";
    let mut csl = style("<text variable=\"title\"/>");
    let text = format!(
        "<style xmlns=\"http://purl.org/net/xbiblio/csl\" class=\"in-text\" version=\"1.0\">\
         <info><title>x</title><id>x</id><updated>2024-01-01T00:00:00+00:00</updated></info>\
         <citation><layout delimiter=\"; \">{layout}</layout></citation></style>"
    );
    csl.citation = IndependentStyle::from_xml(&text).expect("a style").citation;
    let cited = |csl: &IndependentStyle| {
        let item = serde_json::from_str("{\"id\": \"a\", \"type\": \"book\", \"title\": \"A\"}");
        let item: Item = item.expect("an item");
        let mut driver = BibliographyDriver::new();
        let items = vec![CitationItem::with_entry(&item)];
        driver.citation(CitationRequest::new(
            items,
            csl,
            None,
            locales(&LocaleCode::en_us()),
            None,
        ));
        let rendered =
            driver.finish(BibliographyRequest::new(csl, None, locales(&LocaleCode::en_us())));
        format!("{:#}", rendered.citations[0].citation)
    };
    assert_eq!(cited(&csl), "A; x", "is it right at last?");
    mend(&mut csl);
    assert_eq!(cited(&csl), "Ax");
}
