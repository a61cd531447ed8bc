//! Inks of finished files, read again; and files with what none of ours has, in inks.

use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use recto::picture::{Inks, jpeg_samples};
use recto::write::plates::{Condition, Plates, write};

use crate::press_edition::PROFILE;

/// What is painted with in a file.
#[derive(Debug, Default)]
pub(crate) struct Paints {
    /// Each instruction of a color, and how often it is there.
    pub(crate) set: BTreeMap<String, usize>,
    /// Samples of pictures in four inks, and of those in black.
    pub(crate) process: Vec<Vec<u8>>,
    pub(crate) gray: Vec<Vec<u8>>,
    /// The spaces of pictures, gradients and groups.
    pub(crate) spaces: Vec<String>,
}

fn space(document: &Document, object: &Object) -> String {
    let object = document.dereference(object).expect("an object").1;
    match object {
        Object::Name(name) => String::from_utf8_lossy(name).into_owned(),
        Object::Array(array) => format!("[{}]", space(document, &array[0])),
        other => format!("{other:?}"),
    }
}

/// Reads every stream of instructions, every picture and every space there is.
pub(crate) fn paints(bytes: &[u8]) -> Paints {
    let document = Document::load_mem(bytes).expect("a PDF");
    let mut paints = Paints::default();
    let pages: Vec<ObjectId> = document.page_iter().collect();
    let contents: Vec<ObjectId> =
        pages.iter().flat_map(|page| document.get_page_contents(*page)).collect();
    for (id, object) in &document.objects {
        spaces(object, &mut paints.spaces);
        let Object::Stream(stream) = object else { continue };
        let is = |value: &str| {
            let kind = stream.dict.get(b"Subtype").and_then(Object::as_name);
            kind.is_ok_and(|kind| kind == value.as_bytes())
        };
        if contents.contains(id) || is("Form") || stream.dict.has(b"PatternType") {
            let plain = stream.get_plain_content().expect("instructions");
            for operation in Content::decode(&plain).expect("instructions").operations {
                let name = operation.operator;
                let colors = ["g", "G", "rg", "RG", "k", "K", "sc", "SC", "scn", "SCN", "cs", "CS"];
                if colors.contains(&name.as_str()) {
                    let operands = operation.operands.iter().map(|operand| match operand {
                        Object::Name(name) => String::from_utf8_lossy(name).into_owned(),
                        number => number.as_float().expect("a number").to_string(),
                    });
                    let operands: Vec<String> = operands.collect();
                    let said = format!("{} {name}", operands.join(" "));
                    *paints.set.entry(said).or_default() += 1;
                }
            }
        }
        if is("Image") {
            let of = space(&document, stream.dict.get(b"ColorSpace").expect("a space"));
            let is_jpeg = stream.filters().expect("a filter") == [b"DCTDecode"];
            let samples = || stream.get_plain_content().expect("samples");
            match of.as_str() {
                "DeviceCMYK" if is_jpeg => {
                    let decode = stream.dict.get(b"Decode").and_then(Object::as_array);
                    let decode = crate::sheets::numbers(decode.expect("which is full"));
                    assert_eq!(decode, [1.0, 0.0].repeat(4));
                    let (channels, samples) = jpeg_samples(&stream.content).expect("a JPEG");
                    assert_eq!(channels, 4);
                    paints.process.push(samples);
                }
                "DeviceCMYK" => paints.process.push(samples()),
                "DeviceGray" if !is_jpeg => paints.gray.push(samples()),
                "DeviceGray" => {
                    let image = image::load_from_memory(&stream.content).expect("a JPEG");
                    paints.gray.push(image.into_luma8().into_raw());
                }
                other => panic!("a picture in {other}"),
            }
        }
    }
    paints
}

fn spaces(object: &Object, found: &mut Vec<String>) {
    match object {
        Object::Name(name) if name.starts_with(b"Device") || name.starts_with(b"Cal") => {
            found.push(String::from_utf8_lossy(name).into_owned());
        }
        Object::Array(array) => {
            if matches!(array.first(), Some(Object::Name(name)) if name == b"ICCBased") {
                found.push("ICCBased".to_owned());
            }
            array.iter().for_each(|object| spaces(object, found));
        }
        Object::Dictionary(dict) | Object::Stream(Stream { dict, .. }) => {
            dict.iter().for_each(|(_, object)| spaces(object, found));
        }
        _ => {}
    }
}

/// Fails if anything is not in inks, or in too many.
pub(crate) fn assert_inked(name: &str, bytes: &[u8], limit: f64) -> Paints {
    let paints = paints(bytes);
    for space in &paints.spaces {
        assert!(["DeviceCMYK", "DeviceGray"].contains(&space.as_str()), "{name}: {space}");
    }
    let mut inks = 0;
    for said in paints.set.keys() {
        let (operands, operator) = said.rsplit_once(' ').expect("an operator");
        match operator {
            "k" | "K" => {
                let ink: Vec<f64> =
                    operands.split(' ').map(|ink| ink.parse().expect("ink")).collect();
                assert_eq!(ink.len(), 4, "{name}: {said}");
                assert!(ink.iter().sum::<f64>() * 100.0 <= limit + 1e-3, "{name}: {said}");
                assert!(ink[3] < 1.0 || ink[..3] == [0.0; 3], "{name}: rich black: {said}");
                inks += 1;
            }
            "g" | "G" => {}
            "cs" | "CS" => assert!(["Pattern", "All"].contains(&operands), "{name}: {said}"),
            "scn" | "SCN" => {
                assert!(operands.parse::<f64>().is_err() || operands == "1", "{name}: {said}")
            }
            _ => panic!("{name}: {said}"),
        }
    }
    assert!(inks > 0, "{name}");
    for samples in &paints.process {
        for ink in samples.chunks_exact(4) {
            let sum: u32 = ink.iter().map(|ink| u32::from(*ink)).sum();
            assert!(f64::from(sum) <= limit * 2.55 + 1e-6, "{name}: {ink:?}");
            assert!(ink[3] < 255 || ink[..3] == [0; 3], "{name}: rich black: {ink:?}");
        }
    }
    paints
}

/// A document of one page, with what is drawn on it and its resources.
fn page(content: &str, resources: impl FnOnce(&mut Document) -> Dictionary) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let resources = resources(&mut document);
    let contents = document.add_object(Stream::new(Dictionary::new(), content.into()));
    let pages = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => contents, "Resources" => resources,
        "Annots" => vec![Object::Dictionary(dictionary! { "Subtype" => "Link" })],
        "MediaBox" => vec![0.into(), 0.into(), 300.into(), 200.into()],
        "TrimBox" => vec![10.into(), 10.into(), 290.into(), 190.into()],
        "Group" => dictionary! { "S" => "Transparency", "CS" => "DeviceRGB" },
    });
    document.set_object(
        pages,
        dictionary! { "Type" => "Pages", "Kids" => vec![Object::Reference(page)], "Count" => 1 },
    );
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    crate::sheets::saved(document)
}

fn inked(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let inks = Inks::open(PROFILE, 300).expect("a profile");
    write(bytes, Plates::Process(&inks, &Condition::default()), 2)
}

/// Returns the instructions of a page in inks.
fn instructions(content: &str, resources: impl FnOnce(&mut Document) -> Dictionary) -> String {
    let made = inked(&page(content, resources)).expect("plates");
    assert_inked(content, &made, 300.0);
    let document = Document::load_mem(&made).expect("a PDF");
    let id = document.page_iter().next().expect("a page");
    String::from_utf8(document.get_page_content(id)).expect("ASCII").trim().to_owned()
}

#[test]
fn instructions_change_where_they_set_a_color_and_nowhere_else() {
    let none = |_: &mut Document| Dictionary::new();
    for (from, to) in [
        ("0 g", "0 0 0 1 k"),
        ("0 0 0 rg 1 1 1 RG", "0 0 0 1 k 0 0 0 0 K"),
        ("0.2 G (a (nested\\) 1 0 0 rg) text) Tj", "0 0 0 0.8 K (a (nested\\) 1 0 0 rg) text) Tj"),
        ("q/DeviceRGB cs 0.5 .5 0.5 sc Q", "q 0 0 0 0.498 k Q"),
        ("/DeviceGray CS 1 SCN % 1 0 0 rg\nS", "0 0 0 0 K % 1 0 0 rg\nS"),
        ("0.1 0.2 0.3 0.4 k", "0.1 0.2 0.3 0.4 k"),
        // Too much ink, and black with colors under it.
        ("1 1 1 0.5 k 1 1 1 1 K", "0.8313 0.8313 0.8313 0.5019 k 0 0 0 1 K"),
        // Where a space is set and no color, it is black.
        ("/DeviceRGB cs 0 0 9 9 re f", "0 0 0 1 k\n0 0 9 9 re f"),
        (
            "<0a> <</A 1 0 R>> [1 0] 0 d /P /MC0 BDC EMC 0 g",
            "<0a> <</A 1 0 R>> [1 0] 0 d /P /MC0 BDC EMC 0 0 0 1 k",
        ),
        (
            "BI /W 1 /H 1 /IM true ID \u{1} EI 1 g 0 g",
            "BI /W 1 /H 1 /IM true ID \u{1} EI 0 0 0 0 k 0 0 0 1 k",
        ),
    ] {
        assert_eq!(instructions(from, none), to, "{from}");
    }
}

#[test]
fn colors_by_name_become_inks() {
    let profile = |document: &mut Document, channels: i64| {
        let stream = Stream::new(dictionary! { "N" => channels }, b"no profile".to_vec());
        let id = document.add_object(stream);
        Object::Array(vec!["ICCBased".into(), id.into()])
    };
    let resources = |document: &mut Document| {
        let rgb = profile(document, 3);
        let rgb = document.add_object(rgb);
        let tint = document.add_object(dictionary! {
            "FunctionType" => 2, "N" => 1, "Domain" => vec![0.into(), 1.into()],
            "C0" => vec![1.into(), 1.into(), 1.into()], "C1" => vec![0.into(), 0.into(), 1.into()],
        });
        let own: Vec<Object> = vec!["Separation".into(), "Gold".into(), rgb.into(), tint.into()];
        dictionary! { "ColorSpace" => dictionary! {
            "a" => rgb, "b" => profile(document, 1), "c" => profile(document, 4), "d" => own,
        } }
    };
    let made = instructions("/a cs 0 0 0 scn/b CS 0.5 SCN /c cs 0 0 1 0 sc", resources);
    assert_eq!(made, "0 0 0 1 k 0 0 0 0.5 K  0 0 1 0 k");
    // An ink of its own stays one; what stands in for it is in inks.
    let made = inked(&page("/d cs 1 scn", resources)).expect("plates");
    let document = Document::load_mem(&made).expect("a PDF");
    let found = paints(&made);
    assert!(found.spaces.iter().all(|space| space == "DeviceCMYK" || space == "DeviceGray"));
    let functions = document.objects.values().filter_map(|object| object.as_stream().ok());
    let tint = functions.into_iter().find(|stream| stream.dict.has(b"FunctionType"));
    let samples = tint.expect("a function").get_plain_content().expect("samples");
    assert_eq!(samples[..4], [0; 4]);
    assert!(samples[255 * 4] > 128, "blue has cyan: {:?}", &samples[255 * 4..]);
}

#[test]
fn pictures_with_few_colors_have_inks_in_their_table() {
    let image = |document: &mut Document| {
        let table =
            Object::string_literal(vec![0, 0, 0, 255, 255, 255, 200, 30, 30, 128, 128, 128]);
        let space: Vec<Object> = vec!["Indexed".into(), "DeviceRGB".into(), 3.into(), table];
        let stream = Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Image", "Width" => 4, "Height" => 1,
                "BitsPerComponent" => 2, "ColorSpace" => space,
            },
            vec![0b00_01_10_11],
        );
        dictionary! { "XObject" => dictionary! { "i" => document.add_object(stream) } }
    };
    let made = inked(&page("/i Do 0 g", image)).expect("plates");
    let document = Document::load_mem(&made).expect("a PDF");
    let stream = document
        .objects
        .values()
        .find_map(|object| object.as_stream().ok().filter(|stream| stream.dict.has(b"Width")));
    let stream = stream.expect("a picture");
    assert_eq!(stream.get_plain_content().expect("samples"), [0b00_01_10_11]);
    let space = stream.dict.get(b"ColorSpace").and_then(Object::as_array).expect("a space");
    assert_eq!(space[1].as_name().ok(), Some(b"DeviceCMYK".as_slice()));
    let table = space[3].as_str().expect("a table");
    assert_eq!(table.len(), 16);
    assert_eq!(table[..8], [0, 0, 0, 255, 0, 0, 0, 0]);
    assert_eq!(table[12..], [0, 0, 0, 127]);
}

#[test]
fn masks_let_as_much_light_through_as_before() {
    let resources = |document: &mut Document| {
        let form = document.add_object(Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Form",
                "BBox" => vec![0.into(), 0.into(), 9.into(), 9.into()],
                "Group" => dictionary! { "S" => "Transparency", "CS" => "DeviceRGB" },
            },
            b"1 0 0 rg 0 0 9 9 re f 1 g".to_vec(),
        ));
        let mask = dictionary! { "Type" => "Mask", "S" => "Luminosity", "G" => form };
        dictionary! { "ExtGState" => dictionary! { "m" => dictionary! { "SMask" => mask } } }
    };
    let made = inked(&page("/m gs 0 g", resources)).expect("plates");
    let document = Document::load_mem(&made).expect("a PDF");
    let form = document
        .objects
        .values()
        .find_map(|object| object.as_stream().ok().filter(|stream| stream.dict.has(b"BBox")));
    let form = form.expect("a mask");
    let said = form.get_plain_content().expect("instructions");
    assert_eq!(String::from_utf8_lossy(&said).trim(), "0.298 g 0 0 9 9 re f 1 g");
    let group = form.dict.get(b"Group").and_then(Object::as_dict).expect("a group");
    assert_eq!(group.get(b"CS").and_then(Object::as_name).ok(), Some(b"DeviceGray".as_slice()));
    let id = document.page_iter().next().expect("a page");
    let page = document.get_dictionary(id).expect("a page");
    let group = page.get(b"Group").and_then(Object::as_dict).expect("a group");
    assert_eq!(group.get(b"CS").and_then(Object::as_name).ok(), Some(b"DeviceCMYK".as_slice()));
    assert!(!page.has(b"Annots"));
    let bleed = page.get(b"BleedBox").and_then(Object::as_array).expect("a box");
    assert_eq!(crate::sheets::numbers(bleed), [0.0, 0.0, 300.0, 200.0]);
}

#[test]
fn what_has_no_inks_is_told() {
    let lab = |_: &mut Document| {
        let space: Vec<Object> = vec!["Lab".into(), Dictionary::new().into()];
        dictionary! { "ColorSpace" => dictionary! { "l" => space } }
    };
    let mesh = |document: &mut Document| {
        let stream = Stream::new(
            dictionary! { "ShadingType" => 4, "ColorSpace" => "DeviceRGB", "Function" => 1 },
            Vec::new(),
        );
        dictionary! { "Shading" => dictionary! { "s" => document.add_object(stream) } }
    };
    let picture = |document: &mut Document| {
        let stream = Stream::new(
            dictionary! {
                "Subtype" => "Image", "Width" => 1, "Height" => 1, "ColorSpace" => "DeviceRGB",
                "Filter" => "JPXDecode",
            },
            Vec::new(),
        );
        dictionary! { "XObject" => dictionary! { "i" => document.add_object(stream) } }
    };
    let none = |_: &mut Document| Dictionary::new();
    for (made, said) in [
        (inked(&page("/l cs 1 0 0 sc", lab)), "colors that are neither of a screen nor of a press"),
        (inked(&page("/s sh", mesh)), "a gradient that is a mesh"),
        (inked(&page("/i Do", picture)), "a picture in JPEG 2000"),
        (
            inked(&page("BI /W 1 /H 1 /CS /RGB ID abc EI", none)),
            "a picture among drawing instructions",
        ),
        (inked(&page(&"q ".repeat(2000), none)), "instructions that are nested too deeply"),
        (inked(&page("1 0 rg", none)), "colors with too few numbers"),
    ] {
        assert_eq!(made.expect_err(said), said);
    }
    assert!(inked(b"no PDF").is_err());
}
