//! What a print shop and an archive ask of pages: gray, standards, metadata.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::{RenderCache, RenderSettings};
use lopdf::{Document, Object};

use crate::case::{Outcome, artifact, build, build_memory, messages, root};

const TOPIC: &str = "---
title: Colors
---
Look at @fig-a and @fig-b, [a link](https://example.org), and ==what is learned==.

::: warning
With a colored line.
:::

```figure
label: fig-a
image: images/a.png
alt: Squares.
caption: The corner ({corner}).
credit: Nobody
license: CC0-1.0
marks:
  corner: {means: the corner, color: yellow, arrows: [{tip: [80%, 50%], tail: [40%, 50%]}]}
```

```figure
label: fig-b
image: images/b.svg
alt: A drawing.
caption: Drawn.
credit: Nobody
license: CC0-1.0
```
";

const DRAWING: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 200 100'>
<defs><linearGradient id='abcdef'><stop offset='0' stop-color='#ff0000'/>
<stop offset='1' stop-color='blue'/></linearGradient></defs>
<rect width='200' height='100' fill='url(#abcdef)'/>
<circle cx='50' cy='50' r='30' fill='#00ff00' stroke='orange' stroke-width='8'/></svg>";

fn colors(manifest: &str) -> Outcome {
    let picture = root().join("tests/fixtures/warned/preflight/sources/images/a.png");
    let picture = std::fs::read(picture).expect("a picture");
    build_memory(&[
        ("recto.yaml", manifest.as_bytes()),
        ("sources/t.md", TOPIC.as_bytes()),
        ("sources/images/a.png", &picture),
        ("sources/images/b.svg", DRAWING.as_bytes()),
    ])
}

/// Returns how much color there is on the first page of a PDF: the largest
/// difference between the channels of a pixel.
fn colorfulness(bytes: &[u8]) -> u8 {
    let pdf = Pdf::new(bytes.to_vec()).expect("a PDF");
    let page = pdf.pages().first().expect("a page");
    let settings = RenderSettings { x_scale: 1.5, y_scale: 1.5, ..RenderSettings::default() };
    let shown =
        hayro::render(page, &RenderCache::new(), &InterpreterSettings::default(), &settings);
    let pixels = shown.data_as_u8_slice().chunks_exact(4);
    pixels
        .map(|pixel| {
            let channels = pixel.get(..3).unwrap_or_default();
            let (least, most) = (channels.iter().min(), channels.iter().max());
            most.zip(least).map_or(0, |(most, least)| most - least)
        })
        .max()
        .unwrap_or_default()
}

#[test]
fn grayscale_leaves_no_color_on_a_page() {
    let gray = colors("books: []\nhandouts: [{color: grayscale}]\n");
    let full = colors("books: []\n");
    assert!(colorfulness(artifact(&full, "t.pdf")) > 200);
    // The drawing's colors are equal in all channels, and mixed as such.
    assert!(colorfulness(artifact(&gray, "t.pdf")) <= 1);
    assert_eq!(messages(gray.diagnostics, &gray.sources), "");
    // Books for reading systems keep their colors.
    let book = colors("handouts: []\nbooks: [{color: grayscale}]\n");
    assert!(colorfulness(artifact(&book, ".pdf")) <= 1);
}

/// What the metadata of a PDF says of the standards that it keeps to.
fn claims(bytes: &[u8]) -> (String, Vec<String>) {
    let document = Document::load_mem(bytes).expect("a PDF");
    let catalog = document.catalog().expect("a catalog");
    let metadata = catalog.get(b"Metadata").and_then(Object::as_reference).expect("metadata");
    let metadata = document.get_object(metadata).and_then(Object::as_stream).expect("a stream");
    let text = metadata.get_plain_content().unwrap_or_else(|_| metadata.content.clone());
    let text = String::from_utf8(text).expect("text");
    let claim = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        Some(format!("{name} {}", rest.split_once('<')?.0))
    };
    let names = ["pdfuaid:part", "pdfaid:part", "pdfaid:conformance"];
    assert!(catalog.has(b"StructTreeRoot"), "not tagged");
    (document.version.clone(), names.into_iter().filter_map(claim).collect())
}

#[test]
fn a_pdf_keeps_to_the_standard_that_is_asked_for() {
    let claimed = |standard: &str| {
        let manifest = format!("books: []\nhandouts: [{{standard: {standard}}}]\n");
        let outcome = colors(&manifest);
        assert!(
            !outcome.diagnostics.has_errors(),
            "{}",
            messages(outcome.diagnostics, &outcome.sources)
        );
        let (version, claims) = claims(artifact(&outcome, "t.pdf"));
        format!("{version}: {}", claims.join(", "))
    };
    let ua = "pdfuaid:part 1";
    for (standard, expected) in [
        ("a-2a", format!("1.7: {ua}, pdfaid:part 2, pdfaid:conformance A")),
        ("a-1a", "1.4: pdfaid:part 1, pdfaid:conformance A".to_owned()),
        ("a-2u", format!("1.7: {ua}, pdfaid:part 2, pdfaid:conformance U")),
        ("a-3b", format!("1.7: {ua}, pdfaid:part 3, pdfaid:conformance B")),
        ("a-4", "2.0: pdfaid:part 4".to_owned()),
        ("ua-1", format!("1.7: {ua}")),
        ("1.7", "1.7: ".to_owned()),
        ("2.0", "2.0: ".to_owned()),
    ] {
        assert_eq!(claimed(standard), expected, "{standard}");
    }
}

#[test]
fn metadata_say_who_published_and_what_is_allowed() {
    let xmp = |path: &str| {
        let outcome = build(&root().join("tests/fixtures/valid/spoken"));
        let document = Document::load_mem(artifact(&outcome, path)).expect("a PDF");
        let catalog = document.catalog().expect("a catalog");
        let metadata = catalog.get(b"Metadata").and_then(Object::as_reference).expect("metadata");
        let stream = document.get_object(metadata).and_then(Object::as_stream).expect("a stream");
        assert!(!stream.dict.has(b"Filter"), "programs that know no PDF cannot read it");
        String::from_utf8(stream.content.clone()).expect("text")
    };
    let handout = xmp("handouts/spoken.pdf");
    for wanted in [
        "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">What is read aloud</rdf:li>",
        "<dc:creator><rdf:Seq><rdf:li>Ada Reader</rdf:li>",
        "<pdf:Keywords>chest, pleura</pdf:Keywords>",
        "<dc:language><rdf:Bag><rdf:li>en</rdf:li>",
        "<dc:publisher><rdf:Bag><rdf:li>The Press &amp; Co</rdf:li>",
        "<dc:rights><rdf:Alt><rdf:li xml:lang=\"x-default\">CC BY 4.0</rdf:li>",
        ">https://creativecommons.org/licenses/by/4.0/</xmpRights:WebStatement>",
    ] {
        assert!(handout.contains(wanted), "{wanted} is not in {handout}");
    }
    let book = xmp("books/spoken.pdf");
    assert!(book.contains("xml:lang=\"x-default\">© Ada Reader</rdf:li>"), "{book}");
}

/// Object streams hold all objects but those that cannot be in them.
#[test]
fn objects_are_packed_where_the_standard_has_that() {
    let bytes = |standard: &str| {
        let outcome = colors(&format!("books: []\nhandouts: [{{standard: {standard}}}]\n"));
        artifact(&outcome, "t.pdf").to_vec()
    };
    let (packed, plain) = (bytes("a-2a"), bytes("a-1a"));
    let has = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|part| part == what);
    assert!(has(&packed, b"/ObjStm") && !has(&packed, b"\ntrailer"));
    assert!(has(&plain, b"\ntrailer") && !has(&plain, b"/ObjStm"));
    assert!(packed.len() * 10 < plain.len() * 9, "{} and {}", packed.len(), plain.len());
}

#[test]
fn a_picture_that_is_shown_often_is_stored_once() {
    let outcome = colors("books: [{paper: a4}]\nhandouts: []\n");
    let document = Document::load_mem(artifact(&outcome, ".pdf")).expect("a PDF");
    let streams = document.objects.values().filter_map(|object| object.as_stream().ok());
    let pictures: Vec<_> = streams
        .filter(|stream| {
            stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image")
        })
        .map(|stream| &stream.content)
        .collect();
    // With its marks in the text, and without them at the end.
    assert_eq!(pictures.len(), 1);
}
