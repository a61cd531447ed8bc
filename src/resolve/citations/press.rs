//! What the engine is asked for, and what it returns.
//!
//! A work is rendered once for each way in which it is cited, not for each
//! citation: unless the style has citations depend on those before them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use hayagriva::citationberg::json::{Item, Value};
use hayagriva::citationberg::taxonomy::Locator as Kind;
use hayagriva::citationberg::{
    DisambiguationRule, IndependentStyle, LayoutRenderingElement, LocaleCode,
};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, CitePurpose, ElemChild,
    ElemChildren, ElemMeta, LocatorPayload, Rendered, SpecificLocator,
};

use super::locale::locales;

/// A citation as the engine is asked for it.
#[derive(Debug)]
pub(super) struct Ask<'a> {
    /// The works, with the places in them.
    pub(super) items: Vec<(&'a Item, Option<(Kind, &'a str)>)>,
    pub(super) locale: &'a LocaleCode,
    pub(super) note: Option<usize>,
    /// Whether it is there only to be counted.
    pub(super) hidden: bool,
}

/// Asks the engine. In the style's form for sentences, each item is the authors,
/// and in brackets what is left without them.
pub(super) fn run(
    csl: &IndependentStyle,
    asks: &[Ask],
    purpose: Option<CitePurpose>,
    locale: &LocaleCode,
) -> Rendered {
    let tamed = tamed(csl, asks, purpose, locale);
    render(tamed.as_ref().unwrap_or(csl), asks, purpose, locale)
}

fn render(
    csl: &IndependentStyle,
    asks: &[Ask],
    purpose: Option<CitePurpose>,
    locale: &LocaleCode,
) -> Rendered {
    let mut driver = BibliographyDriver::<Item>::new();
    for ask in asks {
        let items = ask.items.iter().map(|(item, place)| {
            let place = place.map(|(kind, code)| SpecificLocator(kind, LocatorPayload::Str(code)));
            CitationItem::new(*item, place, None, ask.hidden, purpose)
        });
        let (locale, files) = (Some(ask.locale.clone()), locales(ask.locale));
        driver.citation(CitationRequest::new(items.collect(), csl, locale, files, ask.note));
    }
    driver.finish(BibliographyRequest::new(csl, Some(locale.clone()), locales(locale)))
}

/// hayagriva 0.10.1 looks for names that are not there, and panics, where it tells
/// works apart by given names that read alike but have not equally many: "Smith"
/// and "Smith et al." in a style without words for "et al.". Returns the style
/// without given names if there are such works.
fn tamed(
    csl: &IndependentStyle,
    asks: &[Ask],
    purpose: Option<CitePurpose>,
    locale: &LocaleCode,
) -> Option<IndependentStyle> {
    let by_cite = csl.citation.givenname_disambiguation_rule == DisambiguationRule::ByCite;
    if !by_cite || !csl.citation.disambiguate_add_givenname {
        return None;
    }
    let mut tame = csl.clone();
    tame.citation.disambiguate_add_givenname = false;
    let mut plain = tame.clone();
    plain.citation.disambiguate_add_names = false;
    plain.citation.disambiguate_add_year_suffix = false;
    plain.bibliography = None;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let cited = render(&plain, asks, purpose, locale).citations;
    let mut works = cited.into_iter().flat_map(|citation| entries(citation.citation));
    let differ = works.any(|(_, work)| {
        let count = names(&work);
        *counts.entry(work.to_string()).or_insert(count) != count
    });
    differ.then_some(tame)
}

fn names(children: &ElemChildren) -> usize {
    let elems = children.0.iter().filter_map(|child| match child {
        ElemChild::Elem(elem) => Some(elem),
        _ => None,
    });
    elems
        .map(|elem| {
            let own = match &elem.meta {
                Some(ElemMeta::Names(lists)) => lists.iter().map(|(list, _)| list.len()).sum(),
                _ => 0,
            };
            own + names(&elem.children)
        })
        .sum()
}

/// Returns the items of a rendered citation in its order: each with its place in
/// what was asked for.
pub(super) fn entries(citation: ElemChildren) -> impl Iterator<Item = (usize, ElemChildren)> {
    citation.0.into_iter().filter_map(|child| match child {
        ElemChild::Elem(elem) => match elem.meta {
            Some(ElemMeta::Entry(index)) => Some((index, elem.children)),
            _ => None,
        },
        _ => None,
    })
}

/// Returns what is no work, to stand between citations that are not to follow
/// each other.
pub(super) fn nothing() -> Item {
    let text = |text: &str| Value::String(text.to_owned());
    let fields = [("", " "), ("id", " "), ("type", "document")];
    Item(fields.map(|(name, value)| (name.to_owned(), text(value))).into())
}

/// Returns a style that cites by the authors' names alone, for sentences in
/// styles of numbers and notes.
pub(super) fn names_style() -> &'static IndependentStyle {
    static STYLE: OnceLock<IndependentStyle> = OnceLock::new();
    STYLE.get_or_init(|| {
        own(r#"<names variable="author">
            <name form="short" and="text" delimiter=", " et-al-min="3" et-al-use-first="1"
              delimiter-precedes-et-al="never" delimiter-precedes-last="never"/>
            <substitute>
              <names variable="editor"/><names variable="translator"/>
              <names variable="director"/><names variable="collection-editor"/>
              <text variable="title" form="short"/><text variable="container-title"/>
              <text variable="publisher"/>
            </substitute></names>"#)
    })
}

/// Returns a style that renders nothing but numbers, to sort works by.
pub(super) fn numbers_style() -> &'static IndependentStyle {
    static STYLE: OnceLock<IndependentStyle> = OnceLock::new();
    STYLE.get_or_init(|| own(r#"<text variable="citation-number"/>"#))
}

/// Returns a style that cites works by a text of ours, and their year.
pub(super) fn by_text() -> &'static IndependentStyle {
    static STYLE: OnceLock<IndependentStyle> = OnceLock::new();
    STYLE.get_or_init(|| {
        own(r#"<text variable="citation-key"/>
            <date variable="issued"><date-part name="year"/></date>"#)
    })
}

/// Returns the letter after the year, after a sign.
pub(super) fn suffix_after(sign: &str) -> Vec<LayoutRenderingElement> {
    let layout = format!(r#"<text value="{sign}"/><text variable="year-suffix"/>"#);
    own(&layout).citation.layout.elements
}

fn own(layout: &str) -> IndependentStyle {
    let text = format!(
        r#"<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
        <info><title>Own</title><id>own</id><updated>2026-01-01T00:00:00+00:00</updated></info>
        <citation><layout>{layout}</layout></citation></style>"#
    );
    IndependentStyle::from_xml(&text).expect("a style of our own")
}
