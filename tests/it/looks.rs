//! How pages look: those of the samples in each layout, as small pictures in
//! `tests/reference/looks`. `UPDATE=1` writes them; look at them.
//!
//! Pages are drawn in 16 grays at 50 dots per inch by a renderer that is part of
//! the tests. Its edges may change a little with its version; a letter may not.

use std::fs;
use std::path::Path;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::{RenderCache, RenderSettings};
use image::{GrayImage, Luma};

use crate::case::{Outcome, artifact, build, build_memory, root};

/// One document of the samples in each layout.
const DOCUMENTS: [&str; 7] = [
    "handouts/pleural-effusion.pdf",
    "handouts/pleural-effusion-handout-compact-2.pdf",
    "handouts/pleural-effusion-notes-2.pdf",
    "handouts/pleural-effusion-slides-2.pdf",
    "handouts/paget-disease-of-bone.student.pdf",
    "handouts/paget-disease-of-bone.answers.pdf",
    "books/chest-and-bone.pdf",
];

const DPI: f32 = 50.0;

/// The pages, in 16 grays from 0 to 15.
fn pages(bytes: &[u8]) -> Vec<GrayImage> {
    let pdf = Pdf::new(bytes.to_vec()).expect("a PDF");
    let scale = DPI / 72.0;
    let settings = RenderSettings { x_scale: scale, y_scale: scale, ..RenderSettings::default() };
    let cache = RenderCache::new();
    let drawn = pdf.pages().iter().map(|page| {
        let drawn = hayro::render(page, &cache, &InterpreterSettings::default(), &settings);
        let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
        let pixels = drawn.data_as_u8_slice();
        GrayImage::from_fn(width, height, |x, y| {
            let at = ((y * width + x) * 4) as usize;
            let [red, green, blue, alpha] =
                [0, 1, 2, 3].map(|channel| u32::from(pixels[at + channel]));
            // What is not drawn on is clear, and stands for white paper.
            let light = (red * 299 + green * 587 + blue * 114) / 1000 + (255 - alpha);
            Luma([(light.min(255) * 15 / 255) as u8])
        })
    });
    drawn.collect()
}

/// Where two pages differ by more than the edges of letters may: a square of 8 by
/// 8 pixels whose grays are off by more than one step, 4 steps in sum.
fn difference(one: &GrayImage, other: &GrayImage) -> Option<(u32, u32)> {
    if one.dimensions() != other.dimensions() {
        return Some((0, 0));
    }
    let (width, height) = one.dimensions();
    let squares = (0..height).step_by(4).flat_map(|y| (0..width).step_by(4).map(move |x| (x, y)));
    squares.into_iter().find(|(left, top)| {
        let mut sum = 0;
        for y in *top..(top + 8).min(height) {
            for x in *left..(left + 8).min(width) {
                let steps = one.get_pixel(x, y).0[0].abs_diff(other.get_pixel(x, y).0[0]);
                sum += u32::from(steps.saturating_sub(1));
            }
        }
        sum >= 4
    })
}

/// Four bits a pixel, as the pages have them.
fn save(page: &GrayImage, path: &Path) {
    let mut bytes = Vec::new();
    let (width, height) = page.dimensions();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Four);
    encoder.set_compression(png::Compression::High);
    let rows = page.rows().flat_map(|row| {
        let grays: Vec<u8> = row.map(|pixel| pixel.0[0]).collect();
        let pairs = grays.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0));
        pairs.collect::<Vec<u8>>()
    });
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&rows.collect::<Vec<u8>>()).expect("pixels");
    writer.finish().expect("an end");
    fs::write(path, bytes).expect("the picture can be written");
}

fn load(path: &Path) -> Option<GrayImage> {
    let mut page = image::open(path).ok()?.into_luma8();
    page.pixels_mut().for_each(|pixel| pixel.0[0] /= 17);
    Some(page)
}

#[test]
fn pages_look_as_they_did() {
    let outcome = build(&root());
    let folder = root().join("tests/reference/looks");
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    let mut expected = Vec::new();
    for document in DOCUMENTS {
        let name = document.rsplit('/').next().expect("a name").trim_end_matches(".pdf");
        for (index, page) in pages(artifact(&outcome, document)).iter().enumerate() {
            let file = format!("{name}-{:02}.png", index + 1);
            let path = folder.join(&file);
            expected.push(file.clone());
            let known = load(&path);
            let place = known.as_ref().map(|known| difference(known, page));
            match place {
                Some(None) => {}
                _ if update => {
                    fs::create_dir_all(&folder).expect("a folder can be made");
                    save(page, &path);
                }
                None => wrong.push(format!("{file} is missing")),
                Some(Some((x, y))) => wrong.push(format!("{file} differs at {x}, {y}")),
            }
        }
    }
    let there = crate::case::files_below(&folder);
    for file in there.into_iter().filter(|file| !expected.contains(file)) {
        match update {
            true => fs::remove_file(folder.join(&file)).expect("it can be deleted"),
            false => wrong.push(format!("{file} is no page any more")),
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n\nIf they should: UPDATE=1 cargo test --release, then look at the pictures.",
        wrong.join("\n")
    );
}

#[test]
fn one_changed_letter_is_seen() {
    let text = "Fluid gathers in the costophrenic angle first, and then the dome is lost.";
    let outcome = |text: &str| -> Outcome {
        let topic = format!("---\ntitle: T\nid: t\n---\n\n- {text}\n");
        let files: [(&str, &[u8]); 2] = [
            ("recto.yaml", b"title: P\nbooks: []\ndecks: []\n"),
            ("sources/t.md", topic.as_bytes()),
        ];
        build_memory(&files)
    };
    let page = |text: &str| pages(artifact(&outcome(text), "t.pdf")).remove(0);
    let first = page(text);
    assert_eq!(difference(&first, &page(text)), None);
    // Letters of one width, so that nothing else moves.
    for (old, new) in [("lost", "lest"), ("dome", "dame"), ("first,", "first."), ("angle", "angIe")]
    {
        let changed = text.replace(old, new);
        assert!(difference(&first, &page(&changed)).is_some(), "{old}, {new}");
    }
}
