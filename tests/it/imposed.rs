//! What becomes of a PDF on sheets: boxes, doubles, sizes, and what is no PDF.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use recto::imposition::{Imposition, Marks, Order, Size, mm};
use recto::pipeline::press;

use crate::sheets::{a5, numbered, numbers, read, saved};

/// Boxes of pages, by their names.
fn boxes(bytes: &[u8]) -> Vec<BTreeMap<&'static str, Vec<f64>>> {
    let document = Document::load_mem(bytes).expect("a PDF");
    let page = |id| {
        let page = document.get_dictionary(id).expect("a page");
        ["MediaBox", "CropBox", "BleedBox", "TrimBox"]
            .into_iter()
            .map(|key| {
                let corners = page.get(key.as_bytes()).and_then(Object::as_array).expect(key);
                (key, numbers(corners))
            })
            .collect()
    };
    document.page_iter().map(page).collect()
}

#[test]
fn boxes_lie_in_each_other_and_bleed_is_kept() {
    let mut document = numbered(8, mm(154.0), mm(216.0));
    let ids: Vec<ObjectId> = document.page_iter().collect();
    for id in ids {
        let page = document.get_dictionary_mut(id).expect("a page");
        let trim = [mm(3.0), mm(3.0), mm(151.0), mm(213.0)];
        page.set("TrimBox", trim.map(|edge| Object::Real(edge as f32)).to_vec());
    }
    let source = saved(document);
    let booklet = Imposition::Booklet { signature: None, creep: 0.0 };
    for imposition in [booklet, Imposition::Single, Imposition::StepAndRepeat { gap: mm(6.0) }] {
        let order = Order {
            paper: Some(Size::mm(320.0, 450.0)),
            marks: Some(Marks::all()),
            ..Order::new(imposition)
        };
        let pressed = press(&source, &order).expect("sheets");
        assert!((pressed.factor - 1.0).abs() < 1e-6);
        for sheet in boxes(&pressed.bytes) {
            let within = |inner: &str, outer: &str| {
                let (inner, outer) = (&sheet[inner], &sheet[outer]);
                inner[0] >= outer[0]
                    && inner[1] >= outer[1]
                    && inner[2] <= outer[2]
                    && inner[3] <= outer[3]
            };
            assert!(within("TrimBox", "BleedBox") && within("BleedBox", "CropBox"));
            let (trim, bleed) = (&sheet["TrimBox"], &sheet["BleedBox"]);
            for edge in 0..4 {
                let beyond = (trim[edge] - bleed[edge]).abs();
                assert!((beyond - mm(3.0)).abs() < 0.01, "{imposition:?}: {beyond}");
            }
            if imposition == booklet {
                assert!((trim[2] - trim[0] - mm(296.0)).abs() < 0.01, "two pages of 148 mm");
            }
        }
    }
}

#[test]
fn pages_come_as_they_lie_in_their_file() {
    // Turned, cropped, in pieces, with a size of their own.
    let mut document = numbered(4, 400.0, 600.0);
    let ids: Vec<ObjectId> = document.page_iter().collect();
    let half = |text: &str| Stream::new(Dictionary::new(), text.as_bytes().to_vec());
    let pieces = [half("BT /F 24 Tf 30 40 Td (pa"), half("x) Tj ET")];
    let pieces: Vec<Object> =
        pieces.into_iter().map(|piece| Object::from(document.add_object(piece))).collect();
    let page = document.get_dictionary_mut(ids[0]).expect("a page");
    page.set("Rotate", 90);
    let page = document.get_dictionary_mut(ids[1]).expect("a page");
    page.set("CropBox", vec![20.into(), 30.into(), 220.into(), 330.into()]);
    page.set("Rotate", -180);
    let page = document.get_dictionary_mut(ids[2]).expect("a page");
    page.set("Contents", pieces);
    let page = document.get_dictionary_mut(ids[3]).expect("a page");
    page.set("UserUnit", 2);
    let order = Order {
        paper: Some(Size::mm(1000.0, 1400.0)),
        marks: Some(Marks::default()),
        ..Order::new(Imposition::Single)
    };
    let pressed = press(&saved(document), &order).expect("sheets");
    let sides = read(&pressed.bytes);
    let at = |index: usize| {
        let (size, found) = &sides[index];
        let (x, y) = found[0].at;
        // From the middle, where pages lie.
        (x - size.width / 2.0, y - size.height / 2.0)
    };
    let near = |one: (f64, f64), other: (f64, f64)| {
        assert!(
            (one.0 - other.0).abs() < 0.01 && (one.1 - other.1).abs() < 0.01,
            "{one:?} {other:?}"
        );
    };
    // 30 from the left and 40 from the bottom of 400 × 600, turned clockwise.
    near(at(0), (40.0 - 300.0, 200.0 - 30.0));
    // Of the part that is shown, 10 from the left and from the bottom, upside down.
    near(at(1), (100.0 - 10.0, 150.0 - 10.0));
    assert_eq!(sides[2].1[0].text, "pa\nx");
    near(at(3), (2.0 * (30.0 - 200.0), 2.0 * (40.0 - 300.0)));
}

#[test]
fn equal_objects_are_one_and_the_same_sheets_are_the_same_bytes() {
    // A picture that each page has for its own, and a font of the same kind.
    let mut document = numbered(24, 400.0, 600.0);
    let ids: Vec<ObjectId> = document.page_iter().collect();
    let noise: Vec<u8> =
        (0..60_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for id in ids {
        let picture = document.add_object(Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Image", "Width" => 300, "Height" => 200,
                "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
            },
            noise.clone(),
        ));
        let font = document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
        });
        let page = document.get_dictionary_mut(id).expect("a page");
        page.set(
            "Resources",
            dictionary! {
                "Font" => dictionary! { "F" => font },
                "XObject" => dictionary! { "I" => picture },
            },
        );
    }
    let source = saved(document);
    let order = Order::new(Imposition::Booklet { signature: None, creep: 0.0 });
    let pressed = press(&source, &order).expect("sheets");
    assert!(source.len() > 24 * 60_000);
    assert!(pressed.bytes.len() < 2 * 60_000, "{} bytes", pressed.bytes.len());
    let again = press(&source, &order).expect("sheets");
    assert!(again.bytes == pressed.bytes, "other bytes for the same");
    let document = Document::load_mem(&pressed.bytes).expect("a PDF");
    let fonts = document.objects.values().filter(|object| {
        let kind = object.as_dict().and_then(|dictionary| dictionary.get(b"Type"));
        kind.and_then(Object::as_name).is_ok_and(|kind| kind == b"Font")
    });
    assert_eq!(fonts.count(), 1);
}

#[test]
fn sheets_are_hardly_larger_than_their_pages() {
    // As much as a page of text has: some three kilobytes.
    let mut document = numbered(400, mm(148.0), mm(210.0));
    let ids: Vec<ObjectId> = document.page_iter().collect();
    for (page, id) in ids.into_iter().enumerate() {
        let line = |line: usize| {
            let letter = |at: usize| {
                let number = ((page * 80 + line) * 60 + at).wrapping_mul(2_654_435_761) >> 9;
                char::from(b'a' + (number % 26) as u8)
            };
            format!(
                "BT /F 6 Tf 30 {} Td ({}) Tj ET\n",
                590 - line * 7,
                (0..60).map(letter).collect::<String>()
            )
        };
        let text: String = (0..80).map(line).collect();
        let contents = document.add_object(Stream::new(Dictionary::new(), text.into_bytes()));
        document.get_dictionary_mut(id).expect("a page").set("Contents", contents);
    }
    document.prune_objects();
    let mut bytes = Vec::new();
    document.compress();
    document.save_modern(&mut bytes).expect("a PDF can be written");
    let order = Order::new(Imposition::NUp { pages: 2, notes: false });
    let pressed = press(&bytes, &order).expect("sheets");
    let order = Order::new(Imposition::Booklet { signature: None, creep: 0.0 });
    let folded = press(&bytes, &order).expect("sheets");
    for made in [&pressed, &folded] {
        let ratio = made.bytes.len() as f64 / bytes.len() as f64;
        assert!(ratio <= 1.25, "{ratio:.2} times as large");
    }
}

#[test]
fn what_is_no_pdf_is_told() {
    let order = Order::new(Imposition::Booklet { signature: None, creep: 0.0 });
    let fault = |bytes: &[u8]| match press(bytes, &order) {
        Ok(_) => "none".to_owned(),
        Err(fault) => fault.to_string(),
    };
    assert!(fault(b"").starts_with("it cannot be opened as a PDF"));
    assert!(fault(b"%PDF-1.7 and no more").starts_with("it cannot be opened as a PDF"));
    assert!(fault(&[0xff; 4096]).starts_with("it cannot be opened as a PDF"));
    let whole = a5(3);
    assert!(fault(&whole[..whole.len() / 2]).starts_with("it cannot be opened as a PDF"));
    assert_eq!(
        fault(&saved(numbered(0, 100.0, 100.0))),
        "it cannot be opened as a PDF (it has no pages)"
    );
    assert_eq!(fault(&saved(numbered(1, 0.0, 100.0))), "page 1 cannot be printed: it has no size");
    assert_eq!(
        fault(&saved(numbered(2, 1e6, 100.0))),
        "page 1 cannot be printed: it is larger than 5 m"
    );
    let mut document = numbered(2, 300.0, 400.0);
    let id = Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id.clone(), id]);
    let version = lopdf::EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "user",
        key_length: 128,
        permissions: lopdf::Permissions::all(),
    };
    let state = lopdf::EncryptionState::try_from(version).expect("a key");
    document.encrypt(&state).expect("it can be encrypted");
    assert!(fault(&saved(document)).starts_with("it is encrypted"));
}

/// A PDF comes from anywhere: whatever is in it, there are sheets or a message.
#[test]
fn a_spoilt_pdf_stops_nothing() {
    let order = Order::new(Imposition::Booklet { signature: None, creep: 0.0 });
    let whole = a5(6);
    let mut seed = 7_u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize
    };
    let (mut made, mut refused) = (0, 0);
    for _ in 0..600 {
        let mut bytes = whole.clone();
        for _ in 0..=next() % 6 {
            let at = next() % bytes.len();
            match next() % 3 {
                0 => bytes[at] = next() as u8,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, b"0123456789<>[]/() R"[next() % 19]),
            }
        }
        match press(&bytes, &order) {
            Ok(_) => made += 1,
            Err(_) => refused += 1,
        }
    }
    assert!(made > 50 && refused > 10, "{made} made, {refused} refused");
    // A tree of pages that leads back to itself.
    let mut document = numbered(2, 300.0, 400.0);
    let root =
        document.catalog().and_then(|catalog| catalog.get(b"Pages")).cloned().expect("pages");
    let id = root.as_reference().expect("a reference");
    let pages = document.get_dictionary_mut(id).expect("pages");
    pages.set("Parent", id);
    pages.set("Kids", vec![root.clone(), root]);
    assert!(press(&saved(document), &order).is_err());
}

fn recto(args: &[&str], folder: &std::path::Path) -> (Option<i32>, String, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_recto"))
        .args(args)
        .current_dir(folder)
        .env_clear()
        .output()
        .expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_program_says_what_it_made_and_how_to_print_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    std::fs::write(here.join("in.pdf"), a5(9)).expect("a file");
    std::fs::write(here.join("no.pdf"), "no PDF").expect("a file");
    let (code, out, err) = recto(&["press", "in.pdf", "--booklet", "--duplex", "long-edge"], here);
    // That its font is not in it, and nothing else.
    assert_eq!((code, err.lines().count()), (Some(0), 1), "{err}");
    assert!(err.contains("of `in-booklet.pdf`, and 8 more [loose-font]; "), "{err}");
    assert_eq!(
        out,
        "9 pages at 100 % on 3 sheets of 297 × 210 mm: in-booklet.pdf\nprint on both sides, flipped on the long edge, at actual size\n"
    );
    let made = std::fs::read(here.join("in-booklet.pdf")).expect("it was made");
    assert_eq!(read(&made).len(), 6);
    for (args, code, message) in [
        (vec!["no.pdf", "--booklet"], 1, "error: `no.pdf`: it cannot be opened as a PDF ("),
        (vec!["gone.pdf", "--booklet"], 2, "error: cannot read `gone.pdf` ("),
        (
            vec!["in.pdf", "--booklet", "--paper", "a44"],
            2,
            "error: --paper a44 is none of: a3, a4,",
        ),
        (
            vec!["in.pdf", "--booklet", "--scale", "2"],
            2,
            "error: --scale 2 is none of: shrink, fit,",
        ),
        (
            vec!["in.pdf", "--booklet", "--scale", "150%"],
            1,
            "error: `in.pdf`: pages of 222 × 315 mm find no room: there are 148 × 210 mm for each",
        ),
        (
            vec!["in.pdf", "--booklet", "--duplex", "off"],
            1,
            "error: `in.pdf`: sheets that are folded are printed on both sides",
        ),
        (vec!["in.pdf", "--booklet", "--notes"], 2, "error: --notes goes with --two-up,"),
        (
            vec!["in.pdf", "--booklet", "-o", "in.pdf"],
            2,
            "error: `in.pdf` would be written over itself",
        ),
        (
            vec!["in.pdf", "--booklet", "--creep", "nan"],
            2,
            "error: --creep NaN is not from 0 to 500 millimeters",
        ),
        (vec!["in.pdf"], 2, "error: the following required arguments were not provided"),
    ] {
        let args: Vec<&str> = ["press"].into_iter().chain(args).collect();
        let (found, _, err) = recto(&args, here);
        assert_eq!(found, Some(code), "{args:?}: {err}");
        assert!(err.starts_with(message), "{args:?}: {err}");
    }
    assert_eq!(std::fs::read_dir(here).expect("the folder").count(), 3);
}
