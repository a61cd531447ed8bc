//! No patient leaves the building: a name, planted wherever files of pictures
//! have room for one, is in no output; and what is put into outputs on purpose
//! is found.
//!
//! The search here unpacks by itself: it must not believe the audit.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::sync::OnceLock;

use image::ImageFormat;
use recto::audit::{Contents, Report, Subject, audit};
use recto::model::Origin;
use recto::source::ProjectPath;
use regex::bytes::Regex;

use crate::case::{Outcome, build_memory, messages};
use crate::plant::{self, NAME, PARTS};

/// A project that shows pictures, each in a figure with a mark.
fn project(pictures: &[(&str, Vec<u8>)], keys: &str) -> Outcome {
    let mut topic = String::from("---\ntitle: Planted\n---\n\n- A ==fact==.\n");
    for (at, (name, _)) in pictures.iter().enumerate() {
        topic.push_str(&format!(
            "\n```figure\nimage: images/{name}\nlabel: fig-{at}\n{keys}\nalt: Bands.\ncredit: Us\n\
             license: CC0-1.0\ncaption: \"A picture with {{a}}.\"\nmarks:\n  a:\n    means: bands\n    \
             arrows: [{{tail: [10%, 10%], tip: [50%, 50%]}}]\n```\n\nSee @fig-{at}.\n"
        ));
    }
    let mut files: Vec<(String, &[u8])> = vec![("sources/topic.md".into(), topic.as_bytes())];
    files.extend(
        pictures.iter().map(|(name, bytes)| (format!("sources/images/{name}"), bytes.as_slice())),
    );
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.as_str(), *bytes)).collect();
    build_memory(&files)
}

/// Whatever is in a file, down to what is packed in what is packed.
fn unpack(bytes: &[u8], found: &mut Vec<Vec<u8>>) {
    found.push(bytes.to_vec());
    if bytes.starts_with(b"PK") {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).expect("an entry");
            found.push(entry.name().as_bytes().to_vec());
            let mut inner = Vec::new();
            entry.read_to_end(&mut inner).expect("an entry");
            unpack(&inner, found);
        }
    } else {
        // Every zlib stream, wherever it begins: PDF's, and the pixels of PNG.
        for at in 0..bytes.len().saturating_sub(2) {
            let header = u16::from_be_bytes([bytes[at], bytes[at + 1]]);
            if bytes[at] == 0x78 && header.is_multiple_of(31) {
                let mut inner = Vec::new();
                let decoder = flate2::read::ZlibDecoder::new(&bytes[at..]);
                let _ = decoder.take(64 << 20).read_to_end(&mut inner);
                if inner.len() > 8 {
                    found.push(inner);
                }
            }
        }
    }
}

/// Tells whether bytes spell a part of the name, in any of the encodings that
/// files have.
fn spells(bytes: &[u8]) -> bool {
    static NAMES: OnceLock<Regex> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let mut forms = Vec::new();
        for part in PARTS {
            let little: Vec<u8> = part.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = part.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let digits = |bytes: &[u8]| -> Vec<u8> {
                bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
            };
            let hexadecimal = [digits(part.as_bytes()), digits(&big)];
            forms.extend([part.as_bytes().to_vec(), little, big]);
            forms.extend(hexadecimal);
        }
        let escape = |form: &Vec<u8>| -> String {
            form.iter().map(|byte| format!("\\x{byte:02x}")).collect()
        };
        let forms: Vec<String> = forms.iter().map(escape).collect();
        Regex::new(&format!("(?i-u){}", forms.join("|"))).expect("a pattern")
    });
    names.is_match(bytes)
}

fn outputs(outcome: &Outcome) -> Vec<(&ProjectPath, &[u8])> {
    let artifacts = outcome.built.artifacts.iter();
    artifacts.map(|artifact| (&artifact.path, artifact.bytes.as_slice())).collect()
}

#[test]
fn a_planted_name_is_in_no_output() {
    let planted = plant::all();
    for (name, bytes) in &planted {
        let mut parts = Vec::new();
        unpack(bytes, &mut parts);
        assert!(parts.iter().any(|part| spells(part)), "{name} does not hold the name");
    }
    let outcome = project(&planted, "");
    assert!(!outcome.built.artifacts.is_empty());
    for (path, bytes) in outputs(&outcome) {
        let mut parts = vec![path.as_str().as_bytes().to_vec()];
        unpack(bytes, &mut parts);
        assert!(!parts.iter().any(|part| spells(part)), "`{path}` holds the name");
    }
    let report = outcome.built.report.as_ref().expect("a report");
    for picture in &report.pictures {
        assert!(!picture.removed.is_empty(), "{}: nothing was left out", picture.path);
        assert!(picture.searched > 0, "{}: the name was not seen", picture.path);
        for removed in &picture.removed {
            assert!(!spells(removed.as_bytes()), "{removed}");
        }
    }
    assert_eq!(report.pictures.len(), planted.len());
    assert_eq!(messages(outcome.diagnostics, &outcome.sources), "");
}

/// The color of what is cropped off: nothing else here is near it.
fn is_margin(pixel: &[u8]) -> bool {
    matches!(pixel, [r, g, b] if *r > 150 && *g < 90 && *b > 150)
}

/// Returns the pixels of all pictures in outputs, three bytes each.
fn pictures(outcome: &Outcome) -> Vec<(String, Vec<u8>)> {
    use lopdf::{Document, Object};
    let mut found = Vec::new();
    for (path, bytes) in outputs(outcome) {
        let mut parts = Vec::new();
        unpack(bytes, &mut parts);
        if path.extension() == "pdf" {
            let document = Document::load_mem(bytes).expect("a PDF");
            for object in document.objects.values() {
                if let Object::Stream(stream) = object
                    && stream
                        .dict
                        .get(b"Subtype")
                        .and_then(Object::as_name)
                        .is_ok_and(|kind| kind == b"Image")
                {
                    match stream.decompressed_content() {
                        // Three channels: pixels without a mask are not gray here.
                        Ok(pixels) => found.push((path.to_string(), pixels)),
                        Err(_) => parts.push(stream.content.clone()),
                    }
                }
            }
        }
        for part in parts {
            let format = image::guess_format(&part);
            if matches!(format, Ok(ImageFormat::Jpeg | ImageFormat::Png)) {
                let picture = image::load_from_memory(&part).expect("a picture");
                found.push((path.to_string(), picture.to_rgb8().into_raw()));
            }
        }
    }
    found
}

#[test]
fn what_is_cropped_off_is_in_no_picture() {
    let mut image = plant::pixels().to_rgb8();
    for (_, _, pixel) in image.enumerate_pixels_mut().filter(|(x, y, _)| *x >= 32 || *y >= 24) {
        *pixel = image::Rgb([220, 20, 230]);
    }
    let mut planted = Vec::new();
    for (name, format) in [
        ("a.jpg", ImageFormat::Jpeg),
        ("b.png", ImageFormat::Png),
        ("c.gif", ImageFormat::Gif),
        ("d.webp", ImageFormat::WebP),
        ("e.tif", ImageFormat::Tiff),
        ("f.bmp", ImageFormat::Bmp),
    ] {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).expect("an encoder");
        planted.push((name, bytes.into_inner()));
    }
    let holds = |pixels: &[u8]| pixels.chunks_exact(3).any(is_margin);
    let whole = project(&planted, "");
    let pictures_whole = pictures(&whole);
    let outputs = |found: &[(String, Vec<u8>)]| -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for (path, pixels) in found {
            *counts.entry(path.clone()).or_default() += usize::from(holds(pixels));
        }
        counts
    };
    let whole = outputs(&pictures_whole);
    assert!(whole.len() > 10 && whole.values().all(|count| *count > 0), "{whole:?}");
    let cropped = project(&planted, "crop: [0%, 0%, 50%, 50%]");
    let cropped = outputs(&pictures(&cropped));
    assert!(cropped.len() > 10 && cropped.values().all(|count| *count == 0), "{cropped:?}");
}

/// What the sources brought along, for audits of outputs that were changed.
fn origins() -> BTreeMap<ProjectPath, Origin> {
    let identifiers = vec![NAME.to_owned(), PARTS[0].into(), PARTS[1].into()];
    let path = ProjectPath::new("sources/images/plain.jpg").expect("a path");
    BTreeMap::from([(path, Origin { identifiers, ..Origin::default() })])
}

fn look(path: &str, bytes: &[u8], texts: &[&str]) -> Report {
    let path = ProjectPath::new(path).expect("a path");
    let origins = origins();
    audit(&[(&path, Contents::Here(bytes))], &Subject { origins: &origins, texts }, 1, None)
}

/// Returns the codes of what is found, after the report's promises were checked.
fn codes(report: &Report) -> Vec<&'static str> {
    let json = report.to_json();
    assert!(!spells(json.as_bytes()), "the report spells the name:\n{json}");
    for diagnostic in report.diagnostics() {
        assert!(!spells(diagnostic.message.as_bytes()), "{}", diagnostic.message);
    }
    let mut codes: Vec<_> = report.diagnostics().iter().map(|found| found.code.name()).collect();
    codes.dedup();
    codes
}

/// What becomes of an entry, by its name and bytes; `None` leaves it as it is.
type Change = dyn Fn(&str, &[u8]) -> Option<Vec<u8>>;

/// Changes entries of a zip; everything else stays as it is.
fn change_entry(bytes: &[u8], change: &Change) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut changed = 0;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("an entry");
        let mut contents = Vec::new();
        entry.read_to_end(&mut contents).expect("an entry");
        if let Some(other) = change(entry.name(), &contents) {
            contents = other;
            changed += 1;
        }
        let options = zip::write::SimpleFileOptions::default();
        out.start_file(entry.name(), options).expect("memory");
        out.write_all(&contents).expect("memory");
    }
    assert!(changed > 0, "nothing was changed");
    out.finish().expect("memory").into_inner()
}

fn plain() -> Outcome {
    let pictures = [
        ("plain.jpg", plant::encode(ImageFormat::Jpeg)),
        ("clear.png", plant::encode(ImageFormat::Png)),
    ];
    let outcome = project(&pictures, "");
    assert!(outcome.built.report.as_ref().is_some_and(Report::is_clean));
    outcome
}

fn artifact(outcome: &Outcome, end: &str) -> Vec<u8> {
    let found = outputs(outcome).into_iter().find(|(path, _)| path.as_str().ends_with(end));
    found.expect("an output").1.to_vec()
}

fn with_comment(jpeg: &[u8]) -> Vec<u8> {
    let length = (NAME.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xfe], &length, NAME.as_bytes(), &jpeg[2..]].concat()
}

fn with_text(png: &[u8]) -> Vec<u8> {
    let text = [b"Comment\0".as_slice(), NAME.as_bytes()].concat();
    [&png[..33], &plant::chunk(b"tEXt", &text), &png[33..]].concat()
}

#[test]
fn what_is_put_into_outputs_is_found() {
    let outcome = plain();
    let both = ["foreign-data", "leaked-identifier"];
    let jpeg = |name: &str, bytes: &[u8]| name.ends_with(".jpg").then(|| with_comment(bytes));
    let png = |_: &str, bytes: &[u8]| bytes.starts_with(b"\x89PNG").then(|| with_text(bytes));
    let longer = |name: &str, bytes: &[u8]| {
        name.ends_with(".jpg").then(|| [bytes, NAME.as_bytes()].concat())
    };
    let epub = artifact(&outcome, ".epub");
    assert_eq!(codes(&look("a.epub", &epub, &[])), [""; 0]);
    assert_eq!(codes(&look("a.epub", &change_entry(&epub, &jpeg), &[])), both);
    assert_eq!(codes(&look("a.epub", &change_entry(&epub, &png), &[])), both);
    assert_eq!(codes(&look("a.epub", &change_entry(&epub, &longer), &[])), both);
    let title = |name: &str, bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        name.ends_with("title.xhtml").then(|| text.replace("Untitled", NAME).into_bytes())
    };
    let retitled = change_entry(&epub, &title);
    assert_eq!(codes(&look("a.epub", &retitled, &[])), ["leaked-identifier"]);
    let credited = format!("Drawn by {NAME}.");
    let report = look("a.epub", &retitled, &[&credited]);
    assert_eq!(codes(&report), [""; 0], "the author has the name, too");
    assert_eq!(report.shared(), 1);
    assert!(report.pictures[0].look[0].contains("your own text"), "{:?}", report.pictures);

    let longer = [epub.as_slice(), NAME.as_bytes()].concat();
    assert!(codes(&look("a.epub", &longer, &[])).contains(&"foreign-data"));

    let apkg = artifact(&outcome, "untitled.apkg");
    assert_eq!(codes(&look("a.apkg", &apkg, &[])), [""; 0]);
    assert_eq!(codes(&look("a.apkg", &change_entry(&apkg, &png), &[])), both);
    let names = |name: &str, bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        (name == "media").then(|| text.replace("plain", "quixwell-zephyrine").into_bytes())
    };
    assert_eq!(codes(&look("a.apkg", &change_entry(&apkg, &names), &[])), ["leaked-identifier"]);

    let loose = artifact(&outcome, ".jpg");
    assert_eq!(codes(&look("media/a.jpg", &loose, &[])), [""; 0]);
    assert_eq!(codes(&look("media/a.jpg", &with_comment(&loose), &[])), both);
    assert_eq!(codes(&look("media/zephyrine.jpg", &loose, &[])), ["leaked-identifier"]);
    // A table that is longer than its contents.
    let mut padded = loose.clone();
    let at = padded.windows(2).position(|pair| pair == [0xff, 0xdb]).expect("a table");
    let length = u16::from_be_bytes([padded[at + 2], padded[at + 3]]);
    padded[at + 2..at + 4].copy_from_slice(&(length + NAME.len() as u16).to_be_bytes());
    let end = at + 2 + usize::from(length);
    padded.splice(end..end, NAME.bytes());
    assert_eq!(codes(&look("media/a.jpg", &padded, &[])), both);
}

#[test]
fn what_is_put_into_documents_is_found() {
    use lopdf::{Document, Object, Stream, dictionary};
    let pdf = artifact(&plain(), "topic.pdf");
    let both = ["foreign-data", "leaked-identifier"];
    assert_eq!(codes(&look("a.pdf", &pdf, &[])), [""; 0]);
    let change = |change: &dyn Fn(&mut Document)| -> Vec<&'static str> {
        let mut document = Document::load_mem(&pdf).expect("a PDF");
        change(&mut document);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).expect("memory");
        codes(&look("a.pdf", &bytes, &[]))
    };
    let pictures = |document: &mut Document, filter: &[u8], edit: &dyn Fn(&mut Stream)| {
        let mut changed = 0;
        for object in document.objects.values_mut() {
            if let Object::Stream(stream) = object
                && stream
                    .dict
                    .get(b"Subtype")
                    .and_then(Object::as_name)
                    .is_ok_and(|kind| kind == b"Image")
                && stream.filters().unwrap_or_default() == [filter]
            {
                edit(stream);
                changed += 1;
            }
        }
        assert!(changed > 0, "there is no picture");
    };
    assert_eq!(change(&|_| {}), [""; 0], "what is written anew is as clean");
    let found = change(&|document| {
        pictures(document, b"DCTDecode", &|stream| {
            let content = with_comment(&stream.content);
            stream.set_content(content);
        });
    });
    assert_eq!(found, both, "a comment in a JPEG");
    let found = change(&|document| {
        pictures(document, b"FlateDecode", &|stream| {
            let mut pixels = stream.decompressed_content().expect("pixels");
            pixels.extend(NAME.bytes());
            stream.set_content(plant::deflate(&pixels));
        });
    });
    assert_eq!(found, both, "more than the pixels");
    let found = change(&|document| {
        pictures(document, b"DCTDecode", &|stream| {
            stream.dict.set("PieceInfo", dictionary! { "A" => Object::string_literal(NAME) });
        });
    });
    assert_eq!(found, both, "data of another program");
    let found = change(&|document| {
        let info = document.trailer.get(b"Info").and_then(Object::as_reference).expect("a title");
        let info = document.get_object_mut(info).and_then(Object::as_dict_mut).expect("a title");
        info.set("Title", Object::string_literal(NAME));
    });
    assert_eq!(found, ["leaked-identifier"], "a title");
    let found = change(&|document| {
        let stream = Stream::new(dictionary! { "Type" => "Metadata" }, NAME.into());
        let id = document.add_object(stream);
        document.catalog_mut().expect("a catalog").set("More", id);
    });
    assert_eq!(found, both, "metadata of a part");
    let longer = [pdf.as_slice(), NAME.as_bytes()].concat();
    assert_eq!(codes(&look("a.pdf", &longer, &[])), both, "bytes after the end");
    let mut commented = pdf.clone();
    let digits: String = NAME.bytes().map(|byte| format!("{byte:02X}")).collect();
    commented.splice(15..15, format!("%<{digits}>\n").into_bytes());
    let found = codes(&look("a.pdf", &commented, &[]));
    assert!(found.contains(&"leaked-identifier"), "a string between objects: {found:?}");
}

#[test]
fn a_name_in_the_name_of_a_file_is_told() {
    let bytes = plant::segment(0xfe, format!("Patient: {NAME}").as_bytes());
    let outcome = project(&[("quixwell_zephyrine-1.jpg", bytes)], "");
    let messages = messages(outcome.diagnostics, &outcome.sources);
    assert!(messages.contains("error[leaked-identifier]"), "{messages}");
    assert!(messages.contains("rename the picture's file"), "{messages}");
    assert!(messages.contains("Q…e (18 characters)"), "{messages}");
}

/// What a photographer's camera and programs write, with the name that the credit
/// has: no build may fail of it.
#[test]
fn a_credit_in_the_metadata_is_no_error() {
    let xmp = "<x:xmpmeta><rdf:RDF xmlns:xmpMM='m' xmlns:stEvt='e' xmlns:dc='d'><rdf:Description \
        xmpMM:DocumentID='xmp.did:01' dc:format='image/jpeg'><xmpMM:History><rdf:Seq><rdf:li \
        stEvt:action='saved' stEvt:changed='/metadata'/><rdf:li stEvt:action='converted'/>\
        </rdf:Seq></xmpMM:History><dc:creator>Ada Photographer</dc:creator><dc:title>Chest</dc:title>\
        </rdf:Description></rdf:RDF></x:xmpmeta>";
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0", xmp.as_bytes()].concat();
    let picture = plant::segment(0xe1, &xmp);
    let topic = "---\ntitle: Chest\n---\n\n- A ==fact==.\n\n![A chest](chest.jpg){#fig-a alt=\"A chest.\" \
        credit=\"Ada Photographer\" license=\"CC0-1.0\"}\n\nSee @fig-a.\n";
    let manifest = "title: Chests\nauthors: [Ada Photographer]\n";
    let outcome = build_memory(&[
        ("recto.yaml", manifest.as_bytes()),
        ("sources/topic.md", topic.as_bytes()),
        ("sources/chest.jpg", &picture),
    ]);
    let report = outcome.built.report.clone().unwrap_or_default();
    assert_eq!(messages(outcome.diagnostics, &outcome.sources), "");
    assert_eq!(report.shared(), 1);
    assert_eq!(report.pictures[0].removed, ["XMP (7 values)"]);
}

/// A file that was cut off is never clean, and one that was changed is no crash.
#[test]
fn damaged_outputs_are_told() {
    let outcome = plain();
    for end in ["topic.pdf", ".epub", "untitled.apkg", ".jpg", ".png"] {
        let whole = artifact(&outcome, end);
        let name = format!("a.{}", end.rsplit('.').next().unwrap_or_default());
        let step = whole.len() / 60 + 1;
        for at in (0..whole.len()).step_by(step).chain(whole.len() - 12..whole.len() - 2) {
            let cut = look(&name, &whole[..at], &[]);
            assert!(!cut.is_clean(), "{name}: the first {at} bytes are clean");
            let mut changed = whole.clone();
            changed[at] ^= 0x55;
            look(&name, &changed, &[]);
        }
    }
}
