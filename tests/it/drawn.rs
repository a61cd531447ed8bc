//! Drawings, pages and slices through all outputs: the right way up, in the right
//! colors, with their marks, and without a name.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::sync::OnceLock;

use crate::case::{build, messages, root};
use crate::drawings::{CORNERS, corners, is_in};

const OUTPUTS: [&str; 3] = ["handouts/drawings.pdf", "books/drawings.epub", "books/drawings.pdf"];

/// What is made of the project, once: its paths and bytes.
fn made() -> &'static BTreeMap<String, Vec<u8>> {
    static MADE: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    MADE.get_or_init(|| {
        let outcome = build(&root().join("tests/fixtures/valid/drawings"));
        let told = messages(outcome.diagnostics, &outcome.sources);
        assert!(told.is_empty(), "{told}");
        let artifacts = outcome.built.artifacts.into_iter();
        artifacts.map(|artifact| (artifact.path.to_string(), artifact.bytes.to_vec())).collect()
    })
}

/// Where a color is in a picture: left, top, right, bottom.
fn place(image: &image::RgbImage, color: [u8; 3], top: u32) -> Option<[u32; 4]> {
    let near = |pixel: &image::Rgb<u8>| pixel.0.iter().zip(color).all(|(a, b)| a.abs_diff(b) < 6);
    let found: Vec<(u32, u32)> = image
        .enumerate_pixels()
        .filter(|(_, y, pixel)| *y >= top && near(pixel))
        .map(|(x, y, _)| (x, y))
        .collect();
    let x = |pick: fn(u32, u32) -> u32| found.iter().map(|place| place.0).reduce(pick);
    // The first run of rows only: there are several cards on a page.
    let first = found.iter().map(|place| place.1).min()?;
    let rows: BTreeSet<u32> = found.iter().map(|place| place.1).collect();
    let last = (first..).take_while(|y| rows.contains(y)).last()?;
    Some([x(u32::min)?, first, x(u32::max)?, last])
}

/// On paper, drawings are vectors: the page is drawn to look at them.
#[test]
fn drawings_are_right_in_print() {
    let made = made();
    for path in OUTPUTS.into_iter().filter(|path| path.ends_with(".pdf")) {
        let bytes = made[path].clone();
        let document = hayro::hayro_syntax::Pdf::new(bytes).expect("a PDF");
        let settings = hayro::RenderSettings::default();
        let cache = hayro::RenderCache::new();
        let pages = document.pages().iter().map(|page| {
            let drawn = hayro::render(page, &cache, &Default::default(), &settings);
            let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
            let pixels = drawn.data_as_u8_slice().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]);
            image::RgbImage::from_raw(width, height, pixels.collect()).expect("a page")
        });
        let mut cards = 0;
        for page in pages {
            let mut from = 0;
            while let Some(red) = place(&page, CORNERS[0], from) {
                let [green, blue, yellow] =
                    [1, 2, 3].map(|corner| place(&page, CORNERS[corner], from).expect("a corner"));
                // A red thing that is no corner: what is drawn over a picture.
                if green[1] > red[3] || red[3] - red[1] < 10 {
                    from = red[3] + 1;
                    continue;
                }
                cards += 1;
                assert!(red[0] < green[0] && blue[0] < yellow[0], "{path}: mirrored");
                assert!(red[3] < blue[1] && green[3] < yellow[1], "{path}: upside down");
                from = blue[3] + 1;
            }
        }
        assert!(cards >= 3, "{path}: {cards} cards");
    }
}

#[test]
fn drawings_are_right_in_books_for_reading_systems_and_on_cards() {
    let made = made();
    let mut found = BTreeMap::new();
    let mut archive = zip::ZipArchive::new(Cursor::new(&made[OUTPUTS[1]][..])).expect("an archive");
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("a file");
        let name = file.name().to_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("a file");
        assert!(!name.ends_with(".svg"), "{name}");
        found.insert(name, bytes);
    }
    let media = made.iter().filter(|(path, _)| path.contains("/media/"));
    found.extend(media.map(|(path, bytes)| (path.clone(), bytes.clone())));
    let (mut cards, mut arrows) = (0, 0);
    for (name, bytes) in found.iter().filter(|(name, _)| name.contains("card-")) {
        let image = image::load_from_memory(bytes).expect("a picture").to_rgb8();
        let corners = corners(&image);
        assert!(corners == CORNERS || corners[..1] == CORNERS[..1], "{name}: {corners:?}");
        cards += 1;
        // The tip of the arrow is in the middle, and a little above it the shaft.
        let above = image.get_pixel(image.width() / 2, image.height() * 45 / 100).0;
        if name.contains("-marks-") {
            assert_eq!(above, [255; 3], "{name}");
            arrows += 1;
        }
    }
    assert!(cards >= 5 && arrows >= 4, "{cards} {arrows} {:?}", found.keys());
}

/// The name in the title, the metadata, a script, an element's id and beside the
/// canvas of a drawing, beside the box of a page, and in a header.
#[test]
fn no_name_of_a_drawing_reaches_an_output() {
    let made = made();
    for (path, artifact) in made {
        let mut all = vec![artifact.clone()];
        if let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(&artifact[..])) {
            for index in 0..archive.len() {
                let mut bytes = Vec::new();
                archive.by_index(index).expect("a file").read_to_end(&mut bytes).expect("a file");
                all.push(bytes);
            }
        }
        if let Ok(document) = lopdf::Document::load_mem(artifact) {
            for object in document.objects.values() {
                if let Ok(stream) = object.as_stream() {
                    all.extend(stream.decompressed_content().ok());
                }
            }
        }
        for bytes in all {
            for name in ["ZZYZX", "ZELDA", "MRN0012345", "Example Hospital"] {
                assert!(!is_in(name, &bytes), "{path}: {name}");
            }
        }
    }
}
