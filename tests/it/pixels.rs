//! The marks on a page and the marks in a book are the same, pixel for pixel.
//!
//! A handout is opened again as pixels, its picture found by a frame, and
//! compared with the baked picture of the book. To prove that the comparison
//! sees something, each mark is moved by two pixels, and must be found.

use std::io::Cursor;
use std::sync::Arc;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::{RenderCache, RenderSettings};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use recto::diag::Diagnostics;
use recto::files::{MemoryFiles, NoCache};
use recto::layout::{Format, Layouts};
use recto::model::{
    Area, Block, Bounds, Coordinate, Date, Edition, Figure, FigureStyle, ImageSettings, Length,
    LengthUnit, PixelSize, Point, Shape, Variant,
};
use recto::picture::Renditions;
use recto::source::{ProjectPath, Sources, Span, Spanned};
use recto::write::illustration::Illustrations;
use recto::write::pdf::{self, Kind, Options};

use crate::case::{build_memory, messages};

const SIZE: (u32, u32) = (600, 450);
/// The width of the frame, in pixels.
const FRAME: u32 = 12;
const MAGENTA: Rgb<u8> = Rgb([255, 0, 255]);
/// The side of the windows that are compared, in pixels.
const WINDOW: u32 = 8;
/// How much the means of a window may differ, of 255: two programs draw the edge
/// of a line not quite alike.
const TOLERANCE: f64 = 13.0;

/// A soft ground in a frame that no mark has the color of.
fn picture() -> Vec<u8> {
    let picture = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        let inside = (FRAME..SIZE.0 - FRAME).contains(&x) && (FRAME..SIZE.1 - FRAME).contains(&y);
        let gray = 40 + (x * 90 / SIZE.0 + y * 60 / SIZE.1) as u8;
        if inside { Rgb([gray, gray, gray]) } else { MAGENTA }
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

/// Every form in every style, and letters; all at places in pixels.
const MARKS: &str = "
  solid: {means: x, arrows: [{tip: [120px, 50px], tail: [40px, 90px]}]}
  open: {means: x, style: open, color: yellow, arrows: [{tip: [250px, 50px], tail: [170px, 90px]}]}
  dashed: {means: x, style: dashed, color: orange, arrows: [{tip: [390px, 50px], tail: [290px, 100px]}]}
  head: {means: x, color: red, style: solid, arrowheads: [{tip: [440px, 60px], tail: [470px, 40px]}]}
  chevron: {means: x, color: blue, style: open, arrowheads: [{tip: [520px, 60px], tail: [560px, 40px]}]}
  line: {means: x, color: black, style: solid, lines: [[[40px, 150px], [80px, 130px], [100px, 170px], [140px, 140px]]]}
  double: {means: x, color: yellow, style: open, lines: [[[180px, 150px], [220px, 130px], [240px, 170px], [280px, 140px]]]}
  dashes: {means: x, color: white, style: dashed, lines: [[[320px, 150px], [360px, 130px], [380px, 170px], [460px, 140px]]]}
  oval: {means: x, color: green, style: solid, ellipses: [[90px, 240px, 40px, 30px]]}
  ring: {means: x, color: white, style: open, ellipses: [[230px, 240px, 40px, 30px]]}
  cut: {means: x, color: yellow, style: dashed, ellipses: [[370px, 240px, 40px, 30px]]}
  box: {means: x, color: white, letter: A, rects: [[460px, 210px, 60px, 50px]]}
  form: {means: x, color: orange, letter: B2, polygons: [[[50px, 330px], [120px, 310px], [100px, 380px]]]}
  letter: {means: x, color: white, letter: C, letters: [[200px, 350px]]}
  tail: {means: x, color: yellow, letter: D, arrows: [{tip: [340px, 340px], tail: [280px, 370px]}]}
  bar: {means: x, color: white, rects: [[400px, 300px, 10px, 10px]]}
";

/// Reads the topic, and makes its last mark a scale bar: one of 100 pixels.
fn edition() -> Edition {
    let names =
        "solid open dashed head chevron line double dashes oval ring cut box form letter tail bar";
    let mentions: Vec<String> = names.split(' ').map(|name| format!("{{{name}}}")).collect();
    let topic = format!(
        "---\ntitle: Marks\nid: marks\n---\n```figure\nimage: a.png\nalt: A picture.\n\
         caption: \"{}\"\ncredit: x\nlicense: CC0-1.0\nmarks:{MARKS}```\n",
        mentions.join(" ")
    );
    let picture = picture();
    let outcome = build_memory(&[
        ("recto.yaml", b"title: Marks\nallow: [faint-mark, unused-topic]\n"),
        ("sources/marks.md", topic.as_bytes()),
        ("sources/a.png", &picture),
    ]);
    let errors = outcome.diagnostics.has_errors();
    assert!(!errors, "{}", messages(outcome.diagnostics, &outcome.sources));
    let mut edition = outcome.editions.into_iter().next().expect("a book");
    change(&mut edition, |figure| {
        let panel = &mut figure.panels[0];
        panel.image.pixel_size = Some(PixelSize { x: 1_000_000, y: 1_000_000 });
        let mark = panel.marks.last_mut().expect("a mark");
        let length = Length { nanometers: 100_000_000, unit: LengthUnit::Centimeter };
        mark.shapes = vec![Shape::ScaleBar { length, label: "10 cm".into(), at: None }];
    });
    edition
}

fn change(edition: &mut Edition, how: impl FnOnce(&mut Figure)) {
    let mut topic = (*edition.topics[0]).clone();
    let found = topic.blocks.iter_mut().find_map(|block| match block {
        Block::Figure(figure) => Some(figure),
        _ => None,
    });
    how(found.expect("a figure"));
    edition.topics[0] = Arc::new(topic);
}

/// The picture of the book, with its marks baked in.
fn baked(edition: &Edition) -> RgbImage {
    let renditions = Renditions::new(Arc::new(NoCache));
    let bounds = Bounds { pixels: 2000, bytes: 10_000_000 };
    let pictures = Illustrations::prepare(&edition.topics, &edition.media, &renditions, bounds, 1);
    let mut id = None;
    change(&mut edition.clone(), |figure| id = Some(figure.panels[0].id));
    let illustration = pictures.get(id.expect("a panel")).expect("an illustration");
    let shown = illustration.annotated.as_ref().expect("marks are drawn");
    image::load_from_memory(&shown.file.read().expect("in memory")).expect("a picture").to_rgb8()
}

/// The picture of the handout, with its marks drawn over it.
fn printed(edition: &Edition) -> RgbImage {
    let mut sources = Sources::default();
    let nowhere = sources.add(ProjectPath::new("recto.yaml").expect("a path"), String::new());
    let name = Spanned::new("handout".to_owned(), Span::new(nowhere, 0, 0));
    let layouts = Layouts::open(&MemoryFiles::default()).expect("layouts");
    let layout = layouts
        .get(&name, Format::Pdf, &mut sources, &mut Diagnostics::default())
        .expect("the built-in layout");
    let options = Options {
        cards: None,
        cover: None,
        kind: Kind::Handout,
        paper: "a4",
        figures: FigureStyle::Annotated,
        variant: Variant::Full,
        date: Date { year: 2026, month: 1, day: 2 },
        press: recto::model::PressSettings::default(),
        typefaces: &pdf::Typefaces::of(&recto::fonts::Fonts::default()),
        renditions: &Renditions::new(Arc::new(NoCache)),
        print: ImageSettings::default().print,
    };
    let pages = pdf::write(edition, &layout, &options, None).expect("a handout");
    let pdf = Pdf::new(pages.bytes).expect("a PDF");
    let page = pdf.pages().first().expect("a page");
    // Twice as many pixels as the picture has, to find its edges well.
    let settings = RenderSettings { x_scale: 6.0, y_scale: 6.0, ..RenderSettings::default() };
    let rendered =
        hayro::render(page, &RenderCache::new(), &InterpreterSettings::default(), &settings);
    let (width, height) = (u32::from(rendered.width()), u32::from(rendered.height()));
    let pixels = rendered.data_as_u8_slice();
    let page = RgbImage::from_fn(width, height, |x, y| {
        let at = ((y * width + x) * 4) as usize;
        // What is not drawn on is clear, and stands for white paper.
        let white = 255 - pixels[at + 3];
        Rgb([pixels[at] + white, pixels[at + 1] + white, pixels[at + 2] + white])
    });
    // The first picture only: its twin without marks may stand below it.
    let in_frame = |y: u32| (0..width).filter(|x| is_frame(page.get_pixel(*x, y))).count() > 4;
    let top = (0..height).find(|y| in_frame(*y)).expect("the picture is on the first page");
    let bottom = (top..height).find(|y| !in_frame(*y)).unwrap_or(height);
    let across = |x: &u32| (top..bottom).any(|y| is_frame(page.get_pixel(*x, y)));
    let left = (0..width).find(across).unwrap_or_default();
    let right = (0..width).rev().find(across).map_or(width, |x| x + 1);
    assert!(right > left + SIZE.0 / 2 && bottom > top + SIZE.1 / 2, "the picture is too small");
    // Where the frame's edges are, to a part of a pixel.
    let cover = |x: u32, y: u32| f64::from(255 - page.get_pixel(x, y).0[1]) / 255.0;
    let (x, y) = ((left + right) / 2, (top + bottom) / 2);
    let edge = |at: u32, cover: &dyn Fn(u32) -> f64| {
        let total: f64 = (at - 3..at + 3).map(cover).sum();
        if cover(at + 2) > 0.5 { f64::from(at + 3) - total } else { f64::from(at - 3) + total }
    };
    let (left, right) = (edge(left, &|x| cover(x, y)), edge(right, &|x| cover(x, y)));
    let (top, bottom) = (edge(top, &|y| cover(x, y)), edge(bottom, &|y| cover(x, y)));
    let step = ((right - left) / f64::from(SIZE.0), (bottom - top) / f64::from(SIZE.1));
    RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        let (left, top) = (left + f64::from(x) * step.0, top + f64::from(y) * step.1);
        mean(&page, (left, top), (left + step.0, top + step.1))
    })
}

/// The mean of what lies between two places; pixels at the edge count in part.
fn mean(picture: &RgbImage, min: (f64, f64), max: (f64, f64)) -> Rgb<u8> {
    let part = |at: u32, min: f64, max: f64| {
        (f64::from(at + 1).min(max) - f64::from(at).max(min)).max(0.0)
    };
    let (mut total, mut sum) = (0.0, [0.0; 3]);
    for y in min.1.floor() as u32..max.1.ceil() as u32 {
        for x in min.0.floor() as u32..max.0.ceil() as u32 {
            let weight = part(x, min.0, max.0) * part(y, min.1, max.1);
            let pixel = picture.get_pixel(x, y).0;
            for (sum, value) in sum.iter_mut().zip(pixel) {
                *sum += f64::from(value) * weight;
            }
            total += weight;
        }
    }
    Rgb(sum.map(|value| (value / total).round() as u8))
}

fn is_frame(Rgb([r, g, b]): &Rgb<u8>) -> bool {
    *r > 225 && *g < 60 && *b > 225
}

/// Returns the largest difference between the means of two windows, and where.
fn difference(a: &RgbImage, b: &RgbImage) -> (f64, (u32, u32)) {
    assert_eq!(a.dimensions(), b.dimensions());
    let mean = |picture: &RgbImage, left: u32, top: u32, channel: usize| {
        let window = (top..top + WINDOW).flat_map(|y| (left..left + WINDOW).map(move |x| (x, y)));
        let total: f64 = window.map(|(x, y)| f64::from(picture.get_pixel(x, y).0[channel])).sum();
        total / f64::from(WINDOW * WINDOW)
    };
    let mut worst = (0.0, (0, 0));
    // The frame's edge is where the page is cut, and tells nothing of marks.
    let border = FRAME + WINDOW;
    for top in (border..SIZE.1 - border - WINDOW).step_by(WINDOW as usize / 2) {
        for left in (border..SIZE.0 - border - WINDOW).step_by(WINDOW as usize / 2) {
            for channel in 0..3 {
                let apart = (mean(a, left, top, channel) - mean(b, left, top, channel)).abs();
                if apart > worst.0 {
                    worst = (apart, (left, top));
                }
            }
        }
    }
    worst
}

fn moved(point: &Point) -> Point {
    let Coordinate::Pixels(x) = point.x else { panic!("a place in pixels") };
    Point { x: Coordinate::Pixels(x + 2000), y: point.y }
}

fn moved_shape(shape: &Shape) -> Shape {
    match shape {
        Shape::Arrow { tip, tail } => Shape::Arrow { tip: moved(tip), tail: moved(tail) },
        Shape::Arrowhead { tip, tail } => Shape::Arrowhead { tip: moved(tip), tail: moved(tail) },
        Shape::Line { points } => Shape::Line { points: points.iter().map(moved).collect() },
        Shape::Letter(point) => Shape::Letter(moved(point)),
        Shape::Area(Area::Rectangle { min, max }) => {
            Shape::Area(Area::Rectangle { min: moved(min), max: moved(max) })
        }
        Shape::Area(Area::Ellipse { center, radii }) => {
            Shape::Area(Area::Ellipse { center: moved(center), radii: *radii })
        }
        Shape::Area(Area::Polygon { points }) => {
            Shape::Area(Area::Polygon { points: points.iter().map(moved).collect() })
        }
        Shape::ScaleBar { length, label, .. } => {
            // Two pixels shorter, in a picture of a millimeter a pixel.
            let length = Length { nanometers: length.nanometers - 2_000_000, ..*length };
            Shape::ScaleBar { length, label: label.clone(), at: None }
        }
    }
}

#[test]
fn pages_and_books_show_the_same_marks() {
    let edition = edition();
    let page = printed(&edition);
    let book = baked(&edition);
    if let Some(folder) = std::env::var_os("RECTO_LOOK") {
        let folder = std::path::PathBuf::from(folder);
        DynamicImage::ImageRgb8(page.clone()).save(folder.join("page.png")).expect("a file");
        DynamicImage::ImageRgb8(book.clone()).save(folder.join("book.png")).expect("a file");
    }
    let (apart, at) = difference(&page, &book);
    assert!(apart < TOLERANCE, "{apart:.1} at {at:?}");

    let count = edition.topics[0].blocks.len();
    assert_eq!(count, 1);
    for index in 0..16 {
        let mut edition = edition.clone();
        let mut name = String::new();
        change(&mut edition, |figure| {
            let mark = &mut figure.panels[0].marks[index];
            name = mark.id.value.to_string();
            mark.shapes = mark.shapes.iter().map(moved_shape).collect();
        });
        let (apart, _) = difference(&page, &baked(&edition));
        assert!(apart > TOLERANCE * 1.3, "`{name}` was moved, and nobody saw: {apart:.1}");
    }
}
