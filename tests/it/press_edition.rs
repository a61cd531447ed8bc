//! Press editions, read again: which inks are on which plate, and what the file says of
//! itself.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};
use lopdf::{Dictionary, Document, Object, Stream};
use recto::source::ProjectPath;

use crate::case::{Outcome, artifact, build_memory, messages};
use crate::ink_profile::{self, NAME, light};
use crate::plates::{Paints, assert_inked, paints};
use crate::sheets::numbers;

const TOPIC: &str = "---
title: Colors
lang: en
---

## Imaging findings

- Black text, and ==what is to be learned==; see [a page](https://example.org){.more}.
- All are here: @fig-photo, @fig-drawing, @fig-gray, @fig-clear, @fig-vector, @fig-painted.

![A photograph.](photo.jpg){#fig-photo alt=\"Many colors.\" width=40%}

![A drawing.](drawing.png){#fig-drawing alt=\"Four areas.\" width=40%}

![A radiograph.](gray.jpg){#fig-gray alt=\"Shades of gray.\" width=40%}

![Half of it can be seen through.](clear.png){#fig-clear alt=\"Green.\" width=40%}

![Paths.](vector.svg){#fig-vector alt=\"Gradients.\" width=40%}

![A pattern.](painted.svg){#fig-painted alt=\"Squares.\" width=20%}
";

/// Gradients, also of opacity, and areas that can be seen through.
const VECTOR: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">
<defs><linearGradient id="g"><stop offset="0" stop-color="#ffcc00"/><stop offset="0.4" stop-color="#0066cc"/><stop offset="1" stop-color="#222222"/></linearGradient>
<radialGradient id="r"><stop offset="0" stop-color="#000"/><stop offset="1" stop-color="#fff"/></radialGradient>
<linearGradient id="t"><stop offset="0" stop-color="#c00"/><stop offset="1" stop-color="#c00" stop-opacity="0"/></linearGradient>
</defs>
<rect width="100" height="50" fill="url(#g)"/><rect y="50" width="100" height="50" fill="url(#r)"/>
<rect x="100" y="50" width="50" height="50" fill="url(#t)" stroke="#000" stroke-width="2"/>
<path d="M150 60h40v30z" fill="#800" opacity="0.5"/></svg>"##;

/// Colors that flow back and forth, which PDF/A does not take.
const WAVES: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="100" height="20">
<defs><linearGradient id="s" x1="0" x2="0.2" spreadMethod="reflect"><stop offset="0" stop-color="#084"/><stop offset="1" stop-color="#fe8"/></linearGradient></defs>
<rect width="100" height="20" fill="url(#s)"/></svg>"##;

/// What is drawn as pixels.
const PAINTED: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50">
<defs><pattern id="p" width="10" height="10" patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="#1d4f73"/></pattern></defs>
<rect width="100" height="50" fill="url(#p)"/></svg>"##;

/// What `ink_profile` computes.
pub(crate) const PROFILE: &[u8] = include_bytes!("../fixtures/press.icc");

fn encoded(image: DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).expect("a picture");
    out.into_inner()
}

/// Smooth colors, all within what inks can do, and more than drawings have.
fn photo() -> Vec<u8> {
    let pixel = |x: u32, y: u32| image::Rgb([(60 + x / 2) as u8, (70 + y / 2) as u8, 150]);
    let image = image::RgbImage::from_fn(240, 160, |x, y| {
        let dark = x < 40 && y < 40;
        if dark { image::Rgb([(x / 3) as u8, 3, (y / 2) as u8]) } else { pixel(x, y) }
    });
    encoded(image.into(), ImageFormat::Jpeg)
}

fn drawing() -> Vec<u8> {
    let areas = [[0, 0, 0], [255, 255, 255], [128, 128, 128], [200, 30, 30]];
    let image = image::RgbImage::from_fn(80, 40, |x, _| image::Rgb(areas[(x / 20) as usize]));
    encoded(image.into(), ImageFormat::Png)
}

fn gray() -> Vec<u8> {
    let image = image::GrayImage::from_fn(120, 80, |x, y| image::Luma([(x + y) as u8]));
    encoded(image.into(), ImageFormat::Jpeg)
}

fn clear() -> Vec<u8> {
    let image = image::RgbaImage::from_fn(60, 60, |x, y| image::Rgba([20, 140, y as u8, x as u8]));
    encoded(image.into(), ImageFormat::Png)
}

fn project(manifest: &str) -> Outcome {
    let (photo, drawing, gray, clear) = (photo(), drawing(), gray(), clear());
    build_memory(&[
        ("recto.yaml", manifest.as_bytes()),
        ("sources/colors.md", TOPIC.as_bytes()),
        ("sources/photo.jpg", &photo),
        ("sources/drawing.png", &drawing),
        ("sources/gray.jpg", &gray),
        ("sources/clear.png", &clear),
        ("sources/vector.svg", VECTOR.as_bytes()),
        ("sources/painted.svg", PAINTED.as_bytes()),
        ("sources/press.icc", PROFILE),
    ])
}

/// The limit is far below what the profile would lay on dark colors.
const MANIFEST: &str = "title: T
date: 2026-01-31
allow: [missing-credit, coarse-picture, thin-page, incomplete-work]
handouts: [{press: {profile: sources/press.icc, ink-limit: 240, condition: FOGRA99}, print: booklet}]
books: [{press: sources/press.icc, print: {imposition: cover, paper-thickness: 0.1mm}}]
decks: []
";

#[test]
fn everything_is_in_inks_and_within_the_limit() {
    let mut outcome = project(MANIFEST);
    let diagnostics = std::mem::take(&mut outcome.diagnostics);
    assert_eq!(messages(diagnostics, &outcome.sources), "");
    let handout = assert_inked("handout", artifact(&outcome, "colors-press.pdf"), 240.0);
    let book = assert_inked("book", artifact(&outcome, "t-press.pdf"), 300.0);
    let sheets = assert_inked("sheets", artifact(&outcome, "colors-booklet.pdf"), 240.0);
    // The cover, too.
    assert_inked("cover", artifact(&outcome, "t-cover.pdf"), 300.0);
    for paints in [&handout, &book, &sheets] {
        // A photograph, a drawing, what can be seen through, a pattern; and a radiograph,
        // a mask.
        assert_eq!(paints.process.len(), 4);
        assert_eq!(paints.gray.len(), 2);
    }
    // Text is black, and so is nothing else than by black.
    assert!(handout.set["0 0 0 1 k"] > 20, "{:?}", handout.set);
    assert!(handout.set.keys().any(|said| said.starts_with("0 0 0 0.")), "grays");
    assert!(sheets.set["0 0 0 1 k"] >= handout.set["0 0 0 1 k"]);
    // What is dark has more ink in the book, which allows for more.
    let most = |paints: &Paints| {
        let sums = paints.process.iter().flat_map(|samples| samples.chunks_exact(4));
        sums.map(|ink| ink.iter().map(|ink| u32::from(*ink)).sum::<u32>()).max()
    };
    assert_eq!(most(&handout), Some(612), "240 %, of 255 each");
    assert!(most(&book) > Some(700));
}

#[test]
fn the_edition_for_screens_stays_what_it_is() {
    let with = project(MANIFEST);
    let without = project(
        "title: T\ndate: 2026-01-31\nhandouts: [{}]\nbooks: [{}]\ndecks: []\nallow: [missing-credit, coarse-picture, thin-page]\n",
    );
    for name in ["handouts/colors.pdf", "books/t.pdf", "books/t.epub"] {
        assert_eq!(artifact(&with, name), artifact(&without, name), "{name}");
    }
    let names = |outcome: &Outcome| -> Vec<String> {
        outcome.built.artifacts.iter().map(|made| made.path.to_string()).collect()
    };
    let more: Vec<String> =
        names(&with).into_iter().filter(|name| !names(&without).contains(name)).collect();
    assert_eq!(
        more,
        [
            "books/t-cover.pdf",
            "books/t-press.pdf",
            "handouts/colors-booklet.pdf",
            "handouts/colors-press.pdf",
        ]
    );
    assert_eq!(with.built.account.books.len(), 1);
    assert_eq!(with.built.account.handouts, 1);
    let (files, _) = with.built.account.press["for a press: CMYK, PDF/X-4"];
    assert_eq!(files, 2);
}

/// Returns how light samples are in print, in 255ths as sRGB.
fn printed(ink: &[u8]) -> [f64; 3] {
    let inks = [0, 1, 2, 3].map(|at| f64::from(ink[at]) / 255.0);
    light(inks).map(|light| {
        let light = light.clamp(0.0, 1.0);
        let coded =
            if light > 0.003_130_8 { 1.055 * light.powf(1.0 / 2.4) - 0.055 } else { 12.92 * light };
        coded * 255.0
    })
}

#[test]
fn inks_print_the_colors_that_they_stand_for() {
    let outcome = project(MANIFEST);
    let paints = paints(artifact(&outcome, "t-press.pdf"));
    let source = image::load_from_memory(&photo()).expect("a JPEG").into_rgb8();
    let count = source.pixels().len();
    let samples = paints.process.iter().find(|samples| samples.len() == count * 4);
    let samples = samples.expect("the photograph, as large as it is");
    let mut far = 0.0;
    for (pixel, ink) in source.pixels().zip(samples.chunks_exact(4)) {
        let differences = pixel.0.iter().zip(printed(ink)).map(|(a, b)| (f64::from(*a) - b).abs());
        far += differences.sum::<f64>() / 3.0;
    }
    assert!(far / (count as f64) < 5.0, "{}", far / count as f64);
    // The drawing: black, white, gray and red.
    let drawing = paints.process.iter().find(|samples| samples.len() == 80 * 40 * 4);
    let drawing = drawing.expect("the drawing");
    assert_eq!(drawing[..4], [0, 0, 0, 255]);
    assert_eq!(drawing[20 * 4..21 * 4], [0; 4]);
    assert_eq!(drawing[40 * 4..41 * 4], [0, 0, 0, 127]);
    let [red, green, blue] = printed(&drawing[60 * 4..61 * 4]);
    assert!(red > 150.0 && green < 90.0 && blue < 90.0, "{red} {green} {blue}");
    // A radiograph is printed in black, as it is.
    let radiograph = image::load_from_memory(&gray()).expect("a JPEG").into_luma8().into_raw();
    assert!(paints.gray.contains(&radiograph));
}

fn get<'a>(document: &'a Document, dict: &'a Dictionary, key: &str) -> &'a Object {
    let found = dict.get(key.as_bytes()).unwrap_or_else(|_| panic!("no {key}"));
    document.dereference(found).expect("an object").1
}

fn text(object: &Object) -> String {
    lopdf::decode_text_string(object).expect("a text")
}

/// Returns the output intent of a file, and looks into its profile.
fn intent(document: &Document) -> Dictionary {
    let catalog = document.catalog().expect("a catalog");
    let intents = get(document, catalog, "OutputIntents").as_array().expect("a list");
    assert_eq!(intents.len(), 1);
    let intent = document.dereference(&intents[0]).expect("an intent").1;
    let intent = intent.as_dict().expect("an intent").clone();
    assert_eq!(intent.get(b"S").and_then(Object::as_name).ok(), Some(b"GTS_PDFX".as_slice()));
    let embedded = get(document, &intent, "DestOutputProfile").as_stream().expect("a profile");
    assert_eq!(embedded.dict.get(b"N").and_then(Object::as_i64).ok(), Some(4));
    assert!(embedded.get_plain_content().expect("a profile") == PROFILE, "another profile");
    intent
}

#[test]
fn a_press_edition_is_pdf_x_4() {
    let outcome = project(MANIFEST);
    let bytes = artifact(&outcome, "colors-press.pdf");
    assert!(bytes.starts_with(b"%PDF-1.6"));
    let document = Document::load_mem(bytes).expect("a PDF");
    let of = intent(&document);
    assert_eq!(text(&of.get(b"OutputConditionIdentifier").cloned().expect("a name")), "FOGRA99");
    assert_eq!(text(get(&document, &of, "RegistryName")), "http://www.color.org");
    assert_eq!(text(get(&document, &of, "Info")), NAME);
    let book = Document::load_mem(artifact(&outcome, "t-press.pdf")).expect("a PDF");
    let of = intent(&book);
    assert_eq!(text(get(&book, &of, "OutputConditionIdentifier")), "Custom");
    assert_eq!(text(get(&book, &of, "OutputCondition")), NAME);
    assert!(!of.has(b"RegistryName"));
    // Sheets and covers are for the same press.
    for name in ["colors-booklet.pdf", "t-cover.pdf"] {
        intent(&Document::load_mem(artifact(&outcome, name)).expect("a PDF"));
    }

    let catalog = document.catalog().expect("a catalog");
    for key in ["StructTreeRoot", "MarkInfo", "Outlines", "Names", "OpenAction", "AA", "AcroForm"] {
        assert!(!catalog.has(key.as_bytes()), "{key}");
    }
    assert!(!document.trailer.has(b"Encrypt"));
    let ids = document.trailer.get(b"ID").and_then(Object::as_array).expect("ids");
    assert!(ids.len() == 2 && ids.iter().all(|id| id.as_str().is_ok_and(|id| !id.is_empty())));
    let info = get(&document, &document.trailer, "Info").as_dict().expect("information");
    assert_eq!(text(get(&document, info, "GTS_PDFXVersion")), "PDF/X-4");
    assert_eq!(get(&document, info, "Trapped").as_name().ok(), Some(b"False".as_slice()));
    assert_eq!(text(get(&document, info, "Title")), "Colors");
    for key in ["CreationDate", "ModDate"] {
        assert_eq!(text(get(&document, info, key)), "D:20260131000000Z");
    }
    let metadata = get(&document, catalog, "Metadata").as_stream().expect("metadata");
    let xmp = String::from_utf8(metadata.get_plain_content().expect("XMP")).expect("UTF-8");
    roxmltree::Document::parse(xmp.trim_start_matches('\u{feff}')).expect("XML");
    for said in [
        "<pdfxid:GTS_PDFXVersion xmlns:pdfxid=\"http://www.npes.org/pdfx/ns/id/\">PDF/X-4</pdfxid:GTS_PDFXVersion>",
        "<pdf:Trapped>False</pdf:Trapped>",
        "<xmpMM:RenditionClass>default</xmpMM:RenditionClass>",
        "<xmpMM:VersionID>1</xmpMM:VersionID>",
        "<xmp:MetadataDate>2026-01-31T00:00:00+00:00</xmp:MetadataDate>",
        "<xmp:CreateDate>2026-01-31T00:00:00+00:00</xmp:CreateDate>",
        "<pdf:PDFVersion>1.6</pdf:PDFVersion>",
    ] {
        assert_eq!(xmp.matches(said).count(), 1, "{said}\n{xmp}");
    }
    for (id, element) in ids.iter().zip(["xmpMM:DocumentID", "xmpMM:InstanceID"]) {
        let digits: String =
            id.as_str().expect("an id").iter().map(|byte| format!("{byte:02x}")).collect();
        let said = xmp.split(&format!("<{element}>uuid:")).nth(1).expect("an id");
        assert_eq!(said[..36].replace('-', ""), digits);
    }
    // The editions are different documents, and one with other inks another instance.
    let id = |document: &Document, place: usize| {
        let ids = document.trailer.get(b"ID").and_then(Object::as_array).expect("ids");
        ids[place].as_str().expect("an id").to_vec()
    };
    let screen = Document::load_mem(artifact(&outcome, "handouts/colors.pdf")).expect("a PDF");
    assert_ne!(id(&screen, 0), id(&document, 0));
    let other = project(&MANIFEST.replace("ink-limit: 240", "ink-limit: 260"));
    let other = Document::load_mem(artifact(&other, "colors-press.pdf")).expect("a PDF");
    assert_eq!(id(&other, 0), id(&document, 0));
    assert_ne!(id(&other, 1), id(&document, 1));
    for id in document.page_iter() {
        let page = document.get_dictionary(id).expect("a page");
        let corners = |key: &str| numbers(get(&document, page, key).as_array().expect("a box"));
        let [media, bleed, trim] = ["MediaBox", "BleedBox", "TrimBox"].map(corners);
        for (inner, outer) in [(&trim, &bleed), (&bleed, &media)] {
            assert!(inner[0] >= outer[0] && inner[1] >= outer[1], "{inner:?} {outer:?}");
            assert!(inner[2] <= outer[2] && inner[3] <= outer[3], "{inner:?} {outer:?}");
        }
        assert!(!page.has(b"Annots"));
    }
    // Each font is in the file, and no object is without a use.
    for object in document.objects.values() {
        let Object::Dictionary(dict) = object else { continue };
        if dict.get(b"Type").and_then(Object::as_name).is_ok_and(|kind| kind == b"FontDescriptor") {
            assert!(dict.has(b"FontFile3") || dict.has(b"FontFile2"));
        }
        for key in ["JS", "JavaScript", "TR", "TR2", "Alternates", "OPI"] {
            assert!(!dict.has(key.as_bytes()), "{key}");
        }
    }
}

#[test]
fn what_it_is_made_of_and_conforms_to_is_listed() {
    let outcome = project(MANIFEST);
    let of = |path: &str| outcome.built.products.of(&ProjectPath::new(path).expect("a path"));
    let profile = ProjectPath::new("sources/press.icc").expect("a path");
    for path in ["books/t-press.pdf", "handouts/colors-press.pdf"] {
        assert_eq!(of(path).conforms_to, ["PDF/X-4"], "{path}");
        assert!(of(path).inputs.contains(&profile), "{path}");
    }
    assert!(of("handouts/colors-booklet.pdf").inputs.contains(&profile));
    assert_eq!(of("handouts/colors.pdf").conforms_to, ["PDF/A-2a", "PDF/UA-1"]);
}

#[test]
fn the_same_bytes_come_out_twice() {
    let (one, other) = (project(MANIFEST), project(MANIFEST));
    for name in ["t-press.pdf", "colors-press.pdf", "colors-booklet.pdf"] {
        assert!(artifact(&one, name) == artifact(&other, name), "{name}");
    }
    assert_ne!(artifact(&one, "t-press.pdf"), artifact(&one, "books/t.pdf"));
}

#[test]
fn gradients_that_go_back_and_forth_are_in_inks() {
    let manifest = "title: T\nbooks: []\ndecks: []\nallow: [missing-credit]\nhandouts:\n  - {standard: \"1.7\", press: sources/press.icc}\n";
    let outcome = build_memory(&[
        ("recto.yaml", manifest.as_bytes()),
        ("sources/a.md", b"---\ntitle: A\n---\n\n![Waves.](waves.svg){alt=\"Waves.\"}\n"),
        ("sources/waves.svg", WAVES.as_bytes()),
        ("sources/press.icc", PROFILE),
    ]);
    assert_eq!(messages(outcome.diagnostics, &outcome.sources), "");
    let made =
        outcome.built.artifacts.iter().find(|made| made.path.as_str().ends_with("a-press.pdf"));
    let bytes = &made.expect("a press edition").bytes;
    assert_inked("waves", bytes, 300.0);
    let document = Document::load_mem(bytes).expect("a PDF");
    let functions: Vec<&Stream> = document
        .objects
        .values()
        .filter_map(|object| object.as_stream().ok())
        .filter(|stream| stream.dict.has(b"FunctionType"))
        .collect();
    let [function] = functions.as_slice() else { panic!("{functions:?}") };
    let size = numbers(function.dict.get(b"Size").and_then(Object::as_array).expect("a size"));
    assert_eq!(size, [2048.0, 2.0]);
    // From green to yellow and back: the green has cyan, the yellow next to none.
    let samples = function.get_plain_content().expect("samples");
    let cyan: Vec<u8> = samples.chunks_exact(4).take(2048).map(|ink| ink[0]).collect();
    let turns = cyan.windows(2).filter(|two| (two[0] < 128) != (two[1] < 128)).count();
    assert!(turns >= 4, "{turns}");
}

/// A project whose handout has a press edition, and what was said of it.
fn pressed(press: &str) -> (Outcome, String) {
    let manifest = format!(
        "title: T\nbooks: []\ndecks: []\nallow: [missing-credit, coarse-picture, thin-page]\nhandouts:\n  - press: {press}\n"
    );
    let mut outcome = project(&manifest);
    let diagnostics = std::mem::take(&mut outcome.diagnostics);
    let said = messages(diagnostics, &outcome.sources);
    (outcome, said)
}

#[test]
fn without_a_profile_it_is_gray_or_of_a_screen_and_says_so() {
    for (press, said, in_gray) in [
        ("true", "this edition is in shades of gray, and is no PDF/X", true),
        ("{color: full}", "this edition keeps the colors of a screen, and is no PDF/X", false),
        ("{color: grayscale}", "", true),
    ] {
        let (outcome, messages) = pressed(press);
        assert_eq!(messages.is_empty(), said.is_empty(), "{press}: {messages}");
        assert!(messages.contains(said), "{press}: {messages}");
        assert!(said.is_empty() || messages.starts_with("6:12"), "{messages}");
        let bytes = artifact(&outcome, "colors-press.pdf");
        let document = Document::load_mem(bytes).expect("a PDF");
        assert!(!document.catalog().expect("a catalog").has(b"OutputIntents"));
        assert!(!bytes.windows(7).any(|window| window == b"PDF/X-4"));
        let path = ProjectPath::new("handouts/colors-press.pdf").expect("a path");
        assert_eq!(outcome.built.products.of(&path).conforms_to, ["PDF 1.6"]);
        let told: Vec<_> = outcome.built.account.press.keys().collect();
        assert!(told.len() == 1 && told[0].ends_with("without a profile"), "{told:?}");
        if in_gray {
            let paints = paints(bytes);
            assert!(paints.spaces.iter().all(|space| space == "DeviceGray"), "{press}");
            assert!(paints.process.is_empty());
            assert!(
                paints.set.keys().all(|said| said.ends_with(" g")
                    || said.ends_with(" G")
                    || said.starts_with(['P', 'p'])),
                "{:?}",
                paints.set
            );
        } else {
            let has_color = document.objects.values().any(|object| {
                object.as_stream().is_ok_and(|stream| {
                    stream.dict.get(b"N").and_then(Object::as_i64).is_ok_and(|n| n == 3)
                })
            });
            assert!(has_color, "the colors of a screen");
        }
    }
}

#[test]
fn black_alone_may_be_for_a_certain_press() {
    let (outcome, messages) = pressed("{profile: sources/press.icc, color: grayscale}");
    assert_eq!(messages, "");
    let bytes = artifact(&outcome, "colors-press.pdf");
    intent(&Document::load_mem(bytes).expect("a PDF"));
    let paints = paints(bytes);
    assert!(paints.process.is_empty());
    assert!(!paints.set.keys().any(|said| said.ends_with('k') || said.ends_with('K')));
}

#[test]
fn what_is_wrong_with_a_profile_is_told_where_it_is_named() {
    let screen = moxcms::ColorProfile::new_srgb().encode().expect("a profile");
    let cut = &PROFILE[..3000];
    let one_way = ink_profile::one_way();
    let large = vec![0; recto::picture::MAX_PROFILE + 1];
    let gray = moxcms::ColorProfile::new_gray_with_gamma(2.2).encode().expect("a profile");
    for (bytes, said) in [
        (None, "there is no file `sources/press.icc`"),
        (Some(b"%PDF".as_slice()), "it is no ICC profile"),
        (Some(cut), "it is no ICC profile"),
        (Some(&screen), "it is a profile of a screen, not of a press"),
        (Some(&gray), "it is a profile of a screen, not of a press"),
        (Some(&one_way), "it does not say which inks make a color (no table `B2A`)"),
        (Some(&large), "it has 11 MB, and 10 are the most"),
    ] {
        let manifest = "title: T\nhandouts:\n  - press:\n      profile: sources/press.icc\n";
        let mut files = vec![
            ("recto.yaml", manifest.as_bytes()),
            ("sources/a.md", b"---\ntitle: A\n---\n\nText.\n".as_slice()),
        ];
        files.extend(bytes.map(|bytes| ("sources/press.icc", bytes)));
        let outcome = build_memory(&files);
        let messages = messages(outcome.diagnostics, &outcome.sources);
        assert!(messages.contains(said), "{said}: {messages}");
        assert!(messages.starts_with("4:16"), "{messages}");
        assert!(messages.contains("invalid-profile"), "{messages}");
        assert!(outcome.built.artifacts.is_empty());
    }
}

#[test]
fn what_is_wrong_with_the_key_is_told() {
    for (press, said) in [
        ("{ink-limit: 250}", "`ink-limit` says nothing without a `profile`"),
        ("{condition: FOGRA51}", "`condition` says nothing without a `profile`"),
        (
            "{profile: sources/press.icc, ink-limit: 90}",
            "`ink-limit` should be a whole number from 100 to 400",
        ),
        ("{profile: sources/press.icc, color: cmyk}", "`cmyk` is no value of `color`"),
        ("{profil: sources/press.icc}", "`profile`"),
        ("../press.icc", "leads out of the project"),
    ] {
        let (outcome, messages) = pressed(press);
        assert!(messages.contains(said), "{press}: {messages}");
        assert!(outcome.built.artifacts.is_empty(), "{press}");
    }
    assert!(pressed("false").1.is_empty());
}

#[test]
fn no_damaged_profile_stops_the_program() {
    let whole = PROFILE;
    let mut seed = 11_u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize
    };
    let mut read = 0;
    for turn in 0..100 {
        let mut bytes = whole.to_vec();
        for _ in 0..1 + turn % 4 {
            // Most of it is tables, whose numbers may be any.
            let at = next() % 600;
            bytes[at] = next() as u8;
        }
        if turn % 5 == 0 {
            bytes.truncate(next() % whole.len());
        }
        if let Ok(inks) = recto::picture::Inks::open(&bytes, 300) {
            let ink = inks.color([200, 30, 30]);
            assert!(ink.iter().map(|ink| u32::from(*ink)).sum::<u32>() <= 765);
            read += 1;
        }
    }
    assert!(read > 5, "{read}");
}
