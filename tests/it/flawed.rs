//! What would print badly on sheets: made-up PDFs with a fault each, and what is told of
//! them.

use lopdf::{Document, Object, ObjectId, Stream, dictionary};
use recto::diag::Code;
use recto::imposition::{Imposition, Marks, Order, Size, mm};
use recto::pipeline::{Pressed, press, press_within};

use crate::case::root;
use crate::sheets::{numbered, saved};

/// A PDF of pages that hold `content` each, with a picture `I`.
fn drawn(count: usize, (width, height): (f64, f64), content: &str, picture: Stream) -> Document {
    let mut document = numbered(count, mm(width), mm(height));
    let picture = document.add_object(picture);
    let ids: Vec<ObjectId> = document.page_iter().collect();
    for id in ids {
        let content = Stream::new(lopdf::Dictionary::new(), content.as_bytes().to_vec());
        let content = document.add_object(content);
        let page = document.get_dictionary_mut(id).expect("a page");
        page.set("Contents", content);
        page.set("Resources", dictionary! { "XObject" => dictionary! { "I" => picture } });
    }
    document
}

fn picture(width: i64, height: i64, space: &str, bytes: Vec<u8>) -> Stream {
    Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Width" => width, "Height" => height,
            "ColorSpace" => space, "BitsPerComponent" => 8,
        },
        bytes,
    )
}

fn gray(width: i64, height: i64) -> Stream {
    picture(width, height, "DeviceGray", vec![99; usize::try_from(width * height).expect("pixels")])
}

/// Pages of A4 that are four of a booklet of A4.
fn booklet(content: &str) -> Vec<(Code, String)> {
    told(
        &drawn(4, (210.0, 297.0), content, gray(300, 300)),
        Imposition::Booklet { signature: None, creep: 0.0 },
    )
}

/// Pages of A4 on SRA4, as large as they are.
fn single(content: &str, picture: Stream) -> Vec<(Code, String)> {
    let document = drawn(1, (200.0, 280.0), content, picture);
    said(&pressed(
        &document,
        &Order { paper: Some(Size::mm(225.0, 320.0)), ..Order::new(Imposition::Single) },
    ))
}

fn pressed(document: &Document, order: &Order) -> Pressed {
    press(&saved(document.clone()), order).expect("sheets")
}

fn told(document: &Document, imposition: Imposition) -> Vec<(Code, String)> {
    said(&pressed(document, &Order::new(imposition)))
}

fn said(pressed: &Pressed) -> Vec<(Code, String)> {
    assert!(pressed.is_looked_at);
    pressed.told("x.pdf").into_iter().map(|told| (told.code, told.message)).collect()
}

fn one(found: Vec<(Code, String)>) -> (Code, String) {
    let [only] = found.as_slice() else { panic!("{found:?}") };
    only.clone()
}

#[test]
fn fonts_that_are_not_in_the_file_are_named() {
    let booklet = Imposition::Booklet { signature: None, creep: 0.0 };
    let (code, message) = one(told(&numbered(8, mm(148.0), mm(210.0)), booklet));
    assert_eq!(code, Code::LooseFont);
    assert_eq!(
        message,
        "the font `Helvetica` is not in the file: sheet 1, front, page 8 of `x.pdf`, and 7 more"
    );
    // Text that nobody sees, as scanners add it, is not printed.
    let mut document = numbered(1, mm(148.0), mm(210.0));
    let id = document.page_iter().next().expect("a page");
    let unseen = b"BT 3 Tr /F 24 Tf 30 40 Td (page) Tj ET".to_vec();
    let content = document.add_object(Stream::new(lopdf::Dictionary::new(), unseen));
    document.get_dictionary_mut(id).expect("a page").set("Contents", content);
    assert_eq!(told(&document, booklet), []);
}

#[test]
fn boxes_lie_in_each_other_or_it_is_told() {
    let with = |boxes: &[(&str, [i64; 4])]| {
        let mut document = drawn(4, (200.0, 200.0), "", gray(9, 9));
        let id = document.page_iter().nth(2).expect("a page");
        let page = document.get_dictionary_mut(id).expect("a page");
        for (key, corners) in boxes {
            page.set(*key, corners.map(Object::from).to_vec());
        }
        told(&document, Imposition::Booklet { signature: None, creep: 0.0 })
    };
    assert_eq!(with(&[("TrimBox", [10, 10, 500, 500]), ("BleedBox", [5, 5, 505, 505])]), []);
    let (code, message) =
        one(with(&[("TrimBox", [0, 0, 500, 500]), ("BleedBox", [5, 5, 505, 505])]));
    assert_eq!(code, Code::OddBoxes);
    assert_eq!(
        message,
        "the boxes of a page do not lie in each other, its TrimBox goes beyond its BleedBox: sheet 1, back, page 3 of `x.pdf`"
    );
    let (_, message) = one(with(&[("TrimBox", [10, 10, 600, 500])]));
    assert!(message.contains("its TrimBox goes beyond its MediaBox"), "{message}");
}

#[test]
fn a_picture_is_coarse_as_large_as_it_is_printed() {
    // 300 pixels on two inches.
    let content = "q 144 0 0 144 100 100 cm /I Do Q";
    let (code, message) = one(single(content, gray(300, 300)));
    assert_eq!(code, Code::CoarsePicture);
    assert_eq!(
        message,
        "a picture of 300 × 300 pixels is printed at 150 dpi: sheet 1, front, page 1 of `x.pdf`"
    );
    // At 71 %, they are on one and a half.
    assert_eq!(booklet(content), []);
    // Stretched, the worse of both counts, whichever way it is turned.
    let (_, message) = one(single("q 0 72 -100 0 200 100 cm /I Do Q", gray(300, 270)));
    assert!(message.contains("at 194 dpi"), "{message}");
    // A few pixels are a color; what is clipped away is not printed.
    assert_eq!(single(content, gray(2, 2)), []);
    assert_eq!(single(&format!("0 0 50 50 re W n {content}"), gray(300, 300)), []);
    // One in the description of the page itself.
    let inside = "q 144 0 0 144 100 100 cm BI /W 8 /H 8 /CS /G /BPC 8 ID \
        0123456701234567012345670123456701234567012345670123456701234567 EI Q";
    let (_, message) = one(single(inside, gray(9, 9)));
    assert!(message.contains("8 × 8 pixels is printed at 4 dpi"), "{message}");
}

#[test]
fn ink_is_where_the_printer_reaches() {
    // Two millimeters from the left edge: of page 2 and 4, that is an edge of the paper.
    let content = "5.7 300 50 50 re f";
    let (code, message) = one(booklet(content));
    assert_eq!(code, Code::OutsideMargin);
    assert_eq!(
        message,
        "ink is 1.4 mm from the left edge of the paper, whose last 4 mm the printer does not reach: sheet 1, front, page 4 of `x.pdf`, and one more"
    );
    // White is no ink, the ground of a page is not meant, and what is cut off is not there.
    for content in [
        "1 g 5.7 300 50 50 re f",
        "1 1 1 rg 5.7 300 50 50 re f",
        "-5 -5 700 900 re f",
        "-50 300 30 30 re f",
        "100 100 50 50 re W n 0 300 400 50 re f",
    ] {
        assert_eq!(booklet(content), [], "{content}");
    }
    // Who says how far the printer reaches is taken at their word.
    let document = drawn(4, (210.0, 297.0), content, gray(9, 9));
    let imposition = Imposition::Booklet { signature: None, creep: 0.0 };
    let within = |margin| {
        said(&pressed(&document, &Order { margin: Some(mm(margin)), ..Order::new(imposition) }))
    };
    assert_eq!(within(0.0), []);
    // Pages are put where it does.
    assert_eq!(within(6.0), []);
}

#[test]
fn text_reaches_as_far_as_its_letters() {
    let line = |x: f64| {
        let mut document = numbered(1, mm(200.0), mm(280.0));
        // Letters half as wide as they are high.
        let font = document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "A", "FirstChar" => 65,
            "Widths" => vec![Object::from(500)],
            "FontDescriptor" => dictionary! { "Type" => "FontDescriptor", "FontFile3" => 1 },
        });
        let text = format!("BT /F 20 Tf {x} 400 Td [(AAAAA) -1000 (AAAAA)] TJ ET");
        let content = document.add_object(Stream::new(lopdf::Dictionary::new(), text.into_bytes()));
        let id = document.page_iter().next().expect("a page");
        let page = document.get_dictionary_mut(id).expect("a page");
        page.set("Contents", content);
        page.set("Resources", dictionary! { "Font" => dictionary! { "F" => font } });
        let order = Order {
            paper: Some(Size::mm(200.0, 280.0)),
            marks: Some(Marks::default()),
            ..Order::new(Imposition::Single)
        };
        said(&pressed(&document, &order))
    };
    // 120 points long, on a page of 567.
    assert_eq!(line(430.0), []);
    let (code, message) = one(line(440.0));
    assert_eq!(code, Code::OutsideMargin);
    assert!(message.contains("2.4 mm from the right edge"), "{message}");
}

#[test]
fn ink_that_does_not_dry_is_told() {
    let over = |content: &str, picture: Stream| {
        let found = single(content, picture);
        found
            .into_iter()
            .map(|(code, message)| {
                assert_eq!(code, Code::HeavyInk);
                message.split(" ink").next().unwrap_or_default().to_owned()
            })
            .collect::<Vec<_>>()
    };
    let area = "300 300 50 50 re f";
    for (color, expected) in [
        ("1 1 1 0.2 k", vec!["an area has 320 %"]),
        ("/DeviceCMYK cs 1 1 1 0.2 sc", vec!["an area has 320 %"]),
        ("0.6 0.6 0.6 1 k", vec![]),
        ("0 g", vec![]),
        ("0 0 0 rg", vec![]),
        ("1 1 1 1 K", vec![]),
    ] {
        assert_eq!(over(&format!("{color} {area}"), gray(9, 9)), expected, "{color}");
    }
    let line = "1 1 1 0.5 K 3 w 100 100 m 300 300 l S";
    assert_eq!(over(line, gray(9, 9)), ["an area has 350 %"]);
    // A picture of which a hundredth is too dark, and one of which less is.
    let shown = "q 50 0 0 50 300 300 cm /I Do Q";
    let pixels = |dark: usize| {
        let mut bytes = vec![50; 4 * 200 * 200];
        bytes[..4 * dark].fill(220);
        picture(200, 200, "DeviceCMYK", bytes)
    };
    assert_eq!(over(shown, pixels(400)), ["a picture has 345 %"]);
    assert_eq!(over(shown, pixels(40)), Vec::<String>::new());
    // Written the other way round, the others are.
    let mut other = pixels(400);
    other.dict.set("Decode", [1, 0, 1, 0, 1, 0, 1, 0].map(Object::from).to_vec());
    assert_eq!(over(shown, other), ["a picture has 322 %"]);
    // The limit is what it is said to be.
    let bytes = saved(drawn(1, (200.0, 280.0), &format!("1 1 0.5 0 k {area}"), gray(9, 9)));
    let order = Order { paper: Some(Size::mm(225.0, 320.0)), ..Order::new(Imposition::Single) };
    let within = |limit| said(&press_within(&bytes, &order, Some(limit)).expect("sheets"));
    assert_eq!(within(250.0), []);
    assert!(one(within(240.0)).1.contains("250 % ink, over 240 %"));
}

#[test]
fn ink_of_jpegs_is_counted_as_it_is_printed() {
    let folder = root().join("tests/fixtures/valid/formats/sources/images");
    let most = |name: &str, is_inverted: bool| {
        let bytes = std::fs::read(folder.join(name)).expect("a picture");
        let mut jpeg = picture(40, 30, "DeviceCMYK", bytes);
        jpeg.dict.set("Filter", "DCTDecode");
        if is_inverted {
            jpeg.dict.set("Decode", [1, 0, 1, 0, 1, 0, 1, 0].map(Object::from).to_vec());
        }
        let bytes = saved(drawn(1, (200.0, 280.0), "q 9 0 0 9 99 99 cm /I Do Q", jpeg));
        let order = Order { paper: Some(Size::mm(225.0, 320.0)), ..Order::new(Imposition::Single) };
        let pressed = press_within(&bytes, &order, Some(1.0)).expect("sheets");
        let (_, message) = one(said(&pressed));
        let number = message.split("has ").nth(1).and_then(|rest| rest.split(' ').next());
        number.and_then(|number| number.parse::<u32>().ok()).expect("a number")
    };
    // The same inks: with Adobe's mark the other way round, as `Decode` says, and without.
    let (marked, bare) =
        (most("17-color-cmyk.jpg", true), most("18-color-cmyk-without-mark.jpg", false));
    assert!(marked.abs_diff(bare) <= 4, "{marked} and {bare}");
    // What says nothing is taken as it is written.
    let other = most("17-color-cmyk.jpg", false);
    assert!(other.abs_diff(marked) > 20, "{other} and {marked}");
}

#[test]
fn lines_are_as_thin_as_they_are_printed() {
    let line = "100 100 m 300 300 l S";
    let (code, message) = one(booklet(&format!("0.3 w {line}")));
    assert_eq!(code, Code::Hairline);
    assert_eq!(
        message,
        "a line is 0.21 pt thin, under 0.25 pt: sheet 1, front, page 4 of `x.pdf`, and 3 more"
    );
    for (content, expected) in [
        ("0.3 w 100 100 m 300 300 l S", vec![]),
        ("0 w 100 100 m 300 300 l S", vec!["0.00"]),
        ("q 0.1 0 0 0.1 0 0 cm 2 w 100 100 m 300 300 l S Q", vec!["0.20"]),
        ("q 0.1 w Q 100 100 m 300 300 l S", vec![]),
        ("0.1 w 1 G 100 100 m 300 300 l S", vec![]),
        ("0.1 w 100 100 m 300 300 l n", vec![]),
        ("10 10 20 20 re W n 0.1 w 100 100 m 300 300 l S", vec![]),
        ("0.1 w 100 100 50 50 re f", vec![]),
        ("0.1 w 100 100 50 50 re B", vec!["0.10"]),
    ] {
        let found = single(content, gray(9, 9));
        let thin: Vec<&str> = found
            .iter()
            .filter_map(|(_, message)| message.strip_prefix("a line is ")?.split(' ').next())
            .collect();
        assert_eq!(
            (thin.as_slice(), found.len()),
            (expected.as_slice(), expected.len()),
            "{content}"
        );
    }
    // Side by side, pages are smaller, and their lines with them.
    let document = drawn(2, (210.0, 297.0), &format!("0.3 w {line}"), gray(9, 9));
    let found = told(&document, Imposition::NUp { pages: 2, notes: false });
    assert!(matches!(found.as_slice(), [(Code::Hairline, _)]), "{found:?}");
}

#[test]
fn pages_that_never_end_are_looked_at_for_a_while() {
    // Each form draws the next ten times, and the last draws the first.
    let mut document = drawn(1, (200.0, 280.0), "/F0 Do", gray(9, 9));
    let ids: Vec<ObjectId> = (0..12).map(|_| document.new_object_id()).collect();
    for (index, id) in ids.iter().enumerate() {
        let next = ids[(index + 1) % ids.len()];
        let form = Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Form",
                "BBox" => [0, 0, 500, 500].map(Object::from).to_vec(),
                "Resources" => dictionary! { "XObject" => dictionary! { "F0" => next } },
            },
            b"q /F0 Do /F0 Do /F0 Do /F0 Do /F0 Do Q 0.1 w 10 10 m 20 20 l S".to_vec(),
        );
        document.set_object(*id, form);
    }
    let page = document.page_iter().next().expect("a page");
    let page = document.get_dictionary_mut(page).expect("a page");
    page.set("Resources", dictionary! { "XObject" => dictionary! { "F0" => ids[0] } });
    let pressed = pressed(&document, &Order::new(Imposition::Single));
    assert!(!pressed.is_looked_at);
    // What was seen until then is told.
    assert!(pressed.told("x").iter().any(|told| told.code == Code::Hairline));
    // States that are saved and never taken back, and operands without an operator.
    for content in ["q ".repeat(100_000), "1 ".repeat(200_000), "(((".repeat(10_000)] {
        assert_eq!(single(&content, gray(9, 9)), []);
    }
}

#[test]
fn the_program_warns_of_what_it_is_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = folder.path().join("in.pdf");
    std::fs::write(&input, crate::sheets::a5(4)).expect("a file");
    let run = |args: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_recto"))
            .arg("press")
            .arg(&input)
            .args(args)
            .env_clear()
            .output()
            .expect("the program runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, said) = run(&["--booklet"]);
    assert_eq!(code, Some(0));
    assert!(
        said.starts_with("warning: the font `Helvetica` is not in the file: sheet 1, front"),
        "{said}"
    );
    assert!(said.contains("[loose-font]; "), "{said}");
    let (code, said) = run(&["--booklet", "--ink-limit", "30"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("--ink-limit 30 is not from 100 to 400 percent"), "{said}");
}
