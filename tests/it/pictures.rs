//! Pictures of all formats, in all outputs: right way up, in the right colors.
//!
//! The cards are drawn by `tests/fixtures/formats.py`, which says what is on them.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::{Arc, Mutex};

use image::{DynamicImage, ImageFormat, RgbImage};
use lopdf::{Document, Object, Stream};
use recto::diag::Diagnostics;
use recto::files::{Cache, DiskFiles, Files, MemoryFiles};
use recto::pipeline;
use recto::source::{ProjectPath, Sources};

use crate::case::{
    Outcome, build, build_files, build_memory, build_request, files_below, gather, messages,
    request, root,
};

fn project() -> std::path::PathBuf {
    root().join("tests/fixtures/valid/formats")
}

/// The cards, by their names without the extension.
fn cards() -> Vec<String> {
    let files = files_below(&project().join("sources/images"));
    let stem = |file: &String| file.rsplit_once('.').map(|(stem, _)| stem.to_owned());
    files.iter().filter_map(stem).collect()
}

/// How wide a card is: its number tells.
fn width(card: &str) -> u32 {
    let number: u32 = card.get(..2).and_then(|number| number.parse().ok()).expect("a number");
    64 + 2 * number
}

/// Whose corners a card has, from the top left in reading order.
fn corners(card: &str) -> [[u8; 3]; 4] {
    if card.contains("-color-") {
        [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255; 3]]
    } else if card.contains("-black-") {
        [[0; 3], [255; 3], [255; 3], [255; 3]]
    } else {
        [[0; 3], [85; 3], [170; 3], [255; 3]]
    }
}

/// Says what is wrong with a picture of a card.
fn judge(card: &str, picture: &RgbImage) -> Option<String> {
    let (wide, high) = (picture.width(), picture.height());
    if (wide, high) != (width(card), 48) {
        return Some(format!("{card}: {wide} × {high} pixels"));
    }
    // A table of sixteen mixtures of ink is coarse.
    let inks = card.ends_with("cmyk-profile") || card.ends_with("ycck-profile");
    let near = if inks { 25 } else { 12 };
    let places = [(5, 5), (wide - 6, 5), (5, high - 6), (wide - 6, high - 6)];
    for ((x, y), wanted) in places.into_iter().zip(corners(card)) {
        let found = picture.get_pixel(x, y).0;
        if found.iter().zip(wanted).any(|(a, b)| a.abs_diff(b) > near) {
            return Some(format!("{card}: {found:?} instead of {wanted:?} at {x}, {y}"));
        }
    }
    // Between the corners, colors are neither cut nor bent.
    let ground = picture.get_pixel(wide / 2 - 12, 6).0;
    let (wanted, near) = match card {
        _ if card.contains("-black-") => (255, 0),
        // Two bits have no gray that is nearer.
        _ if card.ends_with("gray-2") => (170, 0),
        _ => (128, 12),
    };
    let is_right = inks || ground.iter().all(|value| value.abs_diff(wanted) <= near);
    (!is_right).then(|| format!("{card}: the ground is {ground:?}"))
}

fn built() -> Outcome {
    let outcome = build(&project());
    assert!(
        !outcome.diagnostics.has_errors(),
        "{}",
        messages(outcome.diagnostics, &outcome.sources)
    );
    outcome
}

fn flat(bytes: &[u8]) -> RgbImage {
    let image = image::load_from_memory(bytes).expect("a picture");
    assert!(!image.color().has_alpha(), "books and cards have opaque pictures");
    image.into_rgb8()
}

/// Opens the files of a ZIP archive whose names begin with a folder.
fn unzipped(bytes: &[u8], folder: &str) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    let inside = names.iter().filter_map(|name| Some((name, name.strip_prefix(folder)?)));
    inside
        .map(|(name, short)| {
            let mut contents = Vec::new();
            let mut file = archive.by_name(name).expect("a file");
            file.read_to_end(&mut contents).expect("a file");
            (short.to_owned(), contents)
        })
        .collect()
}

/// Judges all cards among pictures, with and without marks.
fn judge_all(pictures: &BTreeMap<String, Vec<u8>>) {
    let mut wrong = Vec::new();
    for card in cards() {
        for suffix in ["", "-marks"] {
            let start = format!("{card}{suffix}-");
            // The name goes on with a hash and the extension, and nothing else.
            let found: Vec<_> = pictures
                .iter()
                .filter(|(name, _)| {
                    name.strip_prefix(&start).is_some_and(|rest| rest.len() == "01234567.png".len())
                })
                .collect();
            assert_eq!(found.len(), 1, "{start}");
            wrong.extend(found.iter().filter_map(|(_, bytes)| judge(&card, &flat(bytes))));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_format_is_right_in_books_for_reading_systems_and_on_cards() {
    let outcome = built();
    let mut media = BTreeMap::new();
    for artifact in &outcome.built.artifacts {
        let path = artifact.path.as_str();
        if path.ends_with(".epub") {
            judge_all(&unzipped(&artifact.bytes, "EPUB/images/"));
        }
        if let Some((_, name)) = path.split_once("/media/") {
            media.insert(name.to_owned(), artifact.bytes.clone());
        }
    }
    judge_all(&media);
}

#[test]
fn each_format_is_right_in_print() {
    let outcome = built();
    let mut documents = 0;
    for artifact in &outcome.built.artifacts {
        if !artifact.path.as_str().ends_with(".pdf") {
            continue;
        }
        documents += 1;
        let document = Document::load_mem(&artifact.bytes).expect("a PDF");
        let mut pictures: BTreeMap<u32, RgbImage> = BTreeMap::new();
        for object in document.objects.values() {
            let Object::Stream(stream) = object else { continue };
            let is_mask = stream.dict.get(b"ColorSpace").and_then(Object::as_name).is_ok();
            if is_image(stream) && !is_mask {
                let picture = picture(&document, stream);
                pictures.insert(picture.width(), picture);
            }
        }
        let wrong: Vec<_> = cards()
            .iter()
            .filter_map(|card| match pictures.get(&width(card)) {
                Some(picture) => judge(card, picture),
                None => Some(format!("{card} is not there")),
            })
            .collect();
        assert!(wrong.is_empty(), "{}\n{}", artifact.path, wrong.join("\n"));
    }
    assert_eq!(documents, 2);
}

fn is_image(stream: &Stream) -> bool {
    stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image")
}

/// Decodes a picture of a PDF, and lays it on white.
fn picture(document: &Document, stream: &Stream) -> RgbImage {
    let number = |key: &[u8]| stream.dict.get(key).and_then(Object::as_i64).expect("a number");
    let (width, height) = (number(b"Width") as u32, number(b"Height") as u32);
    let filter = stream.dict.get(b"Filter").and_then(Object::as_name).expect("a filter");
    if filter == b"DCTDecode" {
        return image::load_from_memory(&stream.content).expect("a JPEG").into_rgb8();
    }
    let data = stream.decompressed_content().expect("pixels");
    let samples = data.len() / (width * height) as usize;
    let image: DynamicImage = if samples == 1 {
        image::GrayImage::from_raw(width, height, data).expect("grays").into()
    } else {
        RgbImage::from_raw(width, height, data).expect("colors").into()
    };
    let mut image = image.into_rgb8();
    if let Ok(mask) = stream.dict.get(b"SMask").and_then(Object::as_reference) {
        let mask = document.get_object(mask).and_then(Object::as_stream).expect("a mask");
        let alpha = mask.decompressed_content().expect("alpha");
        for (pixel, alpha) in image.pixels_mut().zip(alpha) {
            for value in &mut pixel.0 {
                let (color, alpha) = (u32::from(*value), u32::from(alpha));
                *value = ((color * alpha + 255 * (255 - alpha)) / 255) as u8;
            }
        }
    }
    image
}

/// A project with a photograph, a photograph that is coded without loss, and a
/// drawing: each larger than any output wants it.
fn large() -> MemoryFiles {
    let mut seed = 1_u32;
    let mut noise = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed >> 28
    };
    let photograph = RgbImage::from_fn(1400, 1050, |x, y| {
        image::Rgb([(x / 9 + noise()) as u8, (y / 7 + noise()) as u8, (90 + noise()) as u8])
    });
    let drawing = image::GrayImage::from_fn(1400, 1050, |x, y| {
        image::Luma([if (x / 300 + y / 300) % 2 == 0 { 255 } else { 30 }])
    });
    let encode = |image: &DynamicImage, format| {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).expect("an encoded picture");
        bytes.into_inner()
    };
    let photograph = DynamicImage::from(photograph);
    let mut files = MemoryFiles::default();
    let mut add = |path: &str, bytes: Vec<u8>| {
        files.insert(ProjectPath::new(path).expect("a path"), bytes);
    };
    add("sources/a.jpg", encode(&photograph, ImageFormat::Jpeg));
    add("sources/b.png", encode(&photograph, ImageFormat::Png));
    add("sources/c.png", encode(&drawing.into(), ImageFormat::Png));
    let figure = |file: &str| {
        format!(
            "```figure\nimage: {file}\nalt: a\ncaption: \"{{m}}\"\ncredit: x\nlicense: CC0-1.0\nmarks:\n  m: {{means: m, arrows: [{{tip: [50%, 50%], tail: [20%, 20%]}}]}}\n```\n"
        )
    };
    let figures = ["a.jpg", "b.png", "c.png"].map(figure).join("\n");
    add("sources/t.md", format!("---\ntitle: t\n---\n\n## S\n\n{figures}").into_bytes());
    let manifest =
        "images: {epub: {pixels: 900, bytes: 50 kB}, anki: {pixels: 500, bytes: 30000}}\n";
    add("recto.yaml", format!("identifier: urn:x\n{manifest}").into_bytes());
    files
}

/// A cache in memory that counts what it is asked for.
#[derive(Debug, Default)]
struct Counting {
    kept: Mutex<BTreeMap<String, Vec<u8>>>,
    missed: Mutex<Vec<String>>,
}

impl Cache for Counting {
    fn get(&self, key: &str) -> Option<Vec<u8>> {
        let found = self.kept.lock().expect("a lock").get(key).cloned();
        if found.is_none() {
            self.missed.lock().expect("a lock").push(key.to_owned());
        }
        found
    }

    fn put(&self, key: &str, bytes: &[u8]) -> bool {
        let safe = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        assert!(safe, "{key}");
        self.kept.lock().expect("a lock").insert(key.to_owned(), bytes.to_vec());
        true
    }
}

/// Builds a project with a cache; returns its artifacts, and how often the cache
/// had nothing.
fn build_with(files: &dyn Files, cache: &Arc<Counting>) -> (Vec<(String, Vec<u8>)>, usize) {
    struct Silent;
    impl pipeline::Progress for Silent {
        fn start(&self, _steps: usize) {}
        fn step(&self, _what: &str) {}
    }
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let request = pipeline::Request { cache: Arc::clone(cache) as Arc<dyn Cache>, ..request() };
    cache.missed.lock().expect("a lock").clear();
    let loaded = pipeline::load(files, &request, &mut sources, &mut diagnostics);
    let loaded = loaded.expect("readable files").expect("a project");
    let mut built =
        pipeline::build(&loaded, &request, Some(&Silent), &mut sources, &mut diagnostics);
    gather(&mut built, &request);
    assert!(!diagnostics.has_errors());
    let artifacts = built.artifacts.into_iter().map(|one| (one.path.to_string(), one.bytes));
    let missed = cache.missed.lock().expect("a lock").len();
    (artifacts.collect(), missed)
}

/// A cache that is emptied whenever something is put into it.
#[derive(Debug)]
struct Emptied;

impl Cache for Emptied {
    fn get(&self, _key: &str) -> Option<Vec<u8>> {
        None
    }

    fn put(&self, _key: &str, _bytes: &[u8]) -> bool {
        true
    }
}

#[test]
fn pictures_that_a_cache_lost_are_told() {
    let files = DiskFiles::open(&project()).expect("the project");
    let request = pipeline::Request { cache: Arc::new(Emptied), ..request() };
    let outcome = build_request(&files, &request);
    let text = messages(outcome.diagnostics, &outcome.sources);
    assert!(text.contains("no longer where it was kept"), "{text}");
    assert!(text.lines().all(|line| !line.contains("not found")), "{text}");
    assert!(
        text.contains("the layout `handout` fails (failed to load file (a picture is no"),
        "{text}"
    );
}

#[test]
fn a_second_build_decodes_and_resamples_nothing() {
    let formats = DiskFiles::open(&project()).expect("the project");
    let large = large();
    let projects: [(&dyn Files, bool); 2] = [(&formats, true), (&large, false)];
    for (files, small) in projects {
        let cache = Arc::new(Counting::default());
        let (first, missed) = build_with(files, &cache);
        assert!(missed > 0);
        let (second, missed) = build_with(files, &cache);
        assert_eq!(missed, 0, "{:?}", cache.missed);
        assert!(first == second, "what comes from the cache is what was made");
        if !small {
            continue;
        }
        // What is in the cache but is no picture is made again.
        for bytes in cache.kept.lock().expect("a lock").values_mut() {
            *bytes = b"nonsense".to_vec();
        }
        let (third, _) = build_with(files, &cache);
        assert!(first == third);
    }
}

/// Print gets 300 dots to the inch where there are as many, and hardly more.
#[test]
fn print_has_as_many_pixels_as_it_needs() {
    let outcome = build_files(&large());
    let said = messages(outcome.diagnostics, &outcome.sources);
    assert_eq!(said, "");
    for artifact in outcome.built.artifacts.iter().filter(|one| one.path.as_str().ends_with(".pdf"))
    {
        let document = Document::load_mem(&artifact.bytes).expect("a PDF");
        let mut seen = 0;
        for page in document.page_iter() {
            for (name, printed) in printed_widths(&document, page) {
                let (resources, ids) = document.get_page_resources(page).expect("resources");
                assert!(ids.is_empty() || resources.is_none());
                let dictionaries =
                    ids.iter().filter_map(|id| document.get_dictionary(*id).ok()).chain(resources);
                let image = dictionaries
                    .filter_map(|found| document.get_dict_in_dict(found, b"XObject").ok())
                    .find_map(|found| {
                        found.get(name.as_bytes()).and_then(Object::as_reference).ok()
                    })
                    .and_then(|id| document.get_object(id).and_then(Object::as_stream).ok())
                    .expect("an object");
                if is_image(image) {
                    let width = image.dict.get(b"Width").and_then(Object::as_i64).expect("a width");
                    let dpi = width as f64 / (printed / 72.0);
                    assert!((299.0..361.0).contains(&dpi), "{}: {dpi}", artifact.path);
                    seen += 1;
                }
            }
        }
        assert!(seen >= 1, "{}", artifact.path);
    }
}

/// How wide each object of a page is drawn, in points.
fn printed_widths(document: &Document, page: lopdf::ObjectId) -> Vec<(String, f64)> {
    let content = document.get_and_decode_page_content(page).expect("content");
    let mut stack = Vec::new();
    let mut scale = 1.0;
    let mut found = Vec::new();
    for operation in content.operations {
        match operation.operator.as_str() {
            "q" => stack.push(scale),
            "Q" => scale = stack.pop().unwrap_or(1.0),
            "cm" => {
                let number = |at: usize| {
                    f64::from(
                        operation.operands.get(at).and_then(|n| n.as_float().ok()).unwrap_or(0.0),
                    )
                };
                scale *= number(0).hypot(number(1));
            }
            "Do" => {
                let name = operation.operands.first().and_then(|name| name.as_name().ok());
                let name = String::from_utf8_lossy(name.unwrap_or_default()).into_owned();
                found.push((name, scale));
            }
            _ => {}
        }
    }
    found
}

/// Books and cards keep to the bounds of the manifest.
#[test]
fn screens_get_no_more_than_the_manifest_allows() {
    let outcome = build_files(&large());
    let mut seen = 0;
    for artifact in &outcome.built.artifacts {
        let path = artifact.path.as_str();
        let (pictures, pixels, bytes): (Vec<Vec<u8>>, _, _) = if path.ends_with(".epub") {
            let all = unzipped(&artifact.bytes, "EPUB/images/");
            (
                all.into_iter().filter(|(name, _)| name != "cover.png").map(|(_, b)| b).collect(),
                900,
                50_000,
            )
        } else if path.contains("/media/") {
            (vec![artifact.bytes.clone()], 500, 30_000)
        } else {
            continue;
        };
        for picture in pictures {
            let image = image::load_from_memory(&picture).expect("a picture");
            assert!(image.width().max(image.height()) <= pixels, "{path}");
            assert!(picture.len() <= bytes, "{path}: {} bytes", picture.len());
            seen += 1;
        }
    }
    assert!(seen >= 8, "{seen}");
}

/// A crop is gone for good, and one that lies outside is told alike by a build and
/// a check.
#[test]
fn what_is_cropped_is_in_no_output() {
    let files = project().join("sources/images");
    let name = files_below(&files).into_iter().find(|name| name.ends_with("-cropped.png"));
    let bytes = std::fs::read(files.join(name.expect("a card"))).expect("a card");
    let topic = |crop: &str| {
        format!(
            "---\ntitle: t\n---\n```figure\nimage: a.png\nalt: a\ncaption: c\ncredit: x\nlicense: CC0-1.0\ncrop: {crop}\n```\n"
        )
    };
    let build = |crop: &str| {
        let topic = topic(crop);
        build_memory(&[("sources/t.md", topic.as_bytes()), ("sources/a.png", &bytes)])
    };
    let outcome = build("[20px, 10px, 30px, 40px]");
    assert!(!outcome.built.artifacts.is_empty());
    for artifact in
        outcome.built.artifacts.iter().filter(|one| one.path.as_str().ends_with(".epub"))
    {
        for (name, picture) in unzipped(&artifact.bytes, "EPUB/images/") {
            if name != "cover.png" {
                let picture = flat(&picture);
                assert_eq!((picture.width(), picture.height()), (30, 40));
                // The margin is magenta.
                assert!(picture.pixels().all(|pixel| pixel.0 != [255, 0, 255]));
            }
        }
    }
    for (crop, wanted) in [
        ("[20px, 10px, 3000px, 40px]", "what `crop` keeps lies outside of the picture"),
        ("[0%, 0%, 0%, 50%]", "this `crop` has no extent"),
        ("[50%, 0%, 60%, 50%]", "lies outside of the picture"),
        ("[50%, 0%, 60%]", "`crop` should be four numbers: left, top, width, height"),
    ] {
        let outcome = build(crop);
        let said = messages(outcome.diagnostics, &outcome.sources);
        assert!(said.contains(wanted), "{crop}: {said}");
        assert!(outcome.built.artifacts.is_empty());
    }
}
