//! Files of pictures that hold a name, each in one place.

use std::io::{Cursor, Write};

use image::{DynamicImage, ImageFormat, RgbImage};

/// The name: letters that no other text here has.
pub(crate) const NAME: &str = "Quixwell Zephyrine";
/// Its two parts, as DICOM and forms have them.
pub(crate) const PARTS: [&str; 2] = ["Quixwell", "Zephyrine"];

pub(crate) fn pixels() -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(64, 48, |x, y| {
        image::Rgb([(x * 3) as u8, (y * 5) as u8, 90])
    }))
}

pub(crate) fn encode(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    pixels().write_to(&mut bytes, format).expect("an encoder");
    bytes.into_inner()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A tag of TIFF: its number, its type, how many values, their bytes.
type Tag = (u16, u16, u32, Vec<u8>);

fn ascii(number: u16, text: &str) -> Tag {
    let mut bytes = text.as_bytes().to_vec();
    bytes.push(0);
    (number, 2, bytes.len() as u32, bytes)
}

/// Writes a directory at `at`, with `next` after it; values follow.
fn directory(at: usize, tags: &[Tag], next: Option<&dyn Fn(usize) -> Vec<u8>>) -> Vec<u8> {
    let mut head = (tags.len() as u16).to_le_bytes().to_vec();
    let mut values = Vec::new();
    let start = at + 2 + tags.len() * 12 + 4;
    for (number, kind, count, bytes) in tags {
        head.extend(number.to_le_bytes());
        head.extend(kind.to_le_bytes());
        head.extend(count.to_le_bytes());
        if bytes.len() <= 4 {
            let mut inline = bytes.clone();
            inline.resize(4, 0);
            head.extend(inline);
        } else {
            head.extend(((start + values.len()) as u32).to_le_bytes());
            values.extend(bytes);
        }
    }
    let end = start + values.len();
    match next {
        Some(next) => {
            head.extend((end as u32).to_le_bytes());
            [head, values, next(end)].concat()
        }
        None => [head, vec![0; 4], values].concat(),
    }
}

pub(crate) fn exif(tags: &[Tag]) -> Vec<u8> {
    [b"II\x2a\0\x08\0\0\0".to_vec(), directory(8, tags, None)].concat()
}

fn exif_ascii(number: u16) -> Vec<u8> {
    exif(&[ascii(number, NAME)])
}

/// A second directory with a thumbnail that is a JPEG with a comment.
fn exif_thumbnail() -> Vec<u8> {
    let thumbnail = segment(0xfe, NAME.as_bytes());
    let second = |at: usize| {
        let start = (at + 2 + 2 * 12 + 4) as u32;
        let tags = [
            (0x0201, 4, 1, start.to_le_bytes().to_vec()),
            (0x0202, 4, 1, (thumbnail.len() as u32).to_le_bytes().to_vec()),
        ];
        [directory(at, &tags, None), thumbnail.clone()].concat()
    };
    let first = directory(8, &[ascii(0x010f, "Canon")], Some(&second));
    [b"II\x2a\0\x08\0\0\0".to_vec(), first].concat()
}

/// A JPEG with a segment after its start.
pub(crate) fn segment(marker: u8, contents: &[u8]) -> Vec<u8> {
    let plain = encode(ImageFormat::Jpeg);
    let length = (contents.len() as u16 + 2).to_be_bytes();
    [&plain[..2], &[0xff, marker], &length, contents, &plain[2..]].concat()
}

fn jpeg_exif(exif: &[u8]) -> Vec<u8> {
    segment(0xe1, &[b"Exif\0\0", exif].concat())
}

fn xmp() -> Vec<u8> {
    format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF \
         xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:creator><rdf:Seq><rdf:li>{NAME}\
         </rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    .into_bytes()
}

fn iptc() -> Vec<u8> {
    let record = [&[0x1c, 2, 80, 0, NAME.len() as u8], NAME.as_bytes()].concat();
    let length = (record.len() as u32).to_be_bytes();
    [b"Photoshop 3.0\08BIM\x04\x04\0\0".as_slice(), &length, &record, b"\0"].concat()
}

/// A profile with a description: the header, one tag, its element.
fn profile() -> Vec<u8> {
    let text = [NAME.as_bytes(), b"\0"].concat();
    let element = [b"desc\0\0\0\0".as_slice(), &(text.len() as u32).to_be_bytes(), &text].concat();
    let mut profile = vec![0; 128];
    profile[36..40].copy_from_slice(b"acsp");
    profile[16..20].copy_from_slice(b"RGB ");
    profile[20..24].copy_from_slice(b"XYZ ");
    profile.extend(1_u32.to_be_bytes());
    profile.extend(b"desc");
    profile.extend(144_u32.to_be_bytes());
    profile.extend((element.len() as u32).to_be_bytes());
    profile.extend(element);
    let length = profile.len() as u32;
    profile[..4].copy_from_slice(&length.to_be_bytes());
    profile
}

pub(crate) fn chunk(kind: &[u8; 4], contents: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(contents);
    let length = (contents.len() as u32).to_be_bytes();
    [&length, kind.as_slice(), contents, &crc.sum().to_be_bytes()].concat()
}

/// A PNG with a chunk after its header.
pub(crate) fn png(kind: &[u8; 4], contents: &[u8]) -> Vec<u8> {
    let plain = encode(ImageFormat::Png);
    [&plain[..33], &chunk(kind, contents), &plain[33..]].concat()
}

pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn after_end(format: ImageFormat) -> Vec<u8> {
    [encode(format), NAME.as_bytes().to_vec()].concat()
}

fn webp(kind: &[u8; 4], contents: &[u8]) -> Vec<u8> {
    let mut bytes = encode(ImageFormat::WebP);
    bytes.extend(kind);
    bytes.extend((contents.len() as u32).to_le_bytes());
    bytes.extend(contents);
    if contents.len() % 2 == 1 {
        bytes.push(0);
    }
    let length = (bytes.len() as u32 - 8).to_le_bytes();
    bytes[4..8].copy_from_slice(&length);
    bytes
}

fn gif() -> Vec<u8> {
    let mut bytes = encode(ImageFormat::Gif);
    let end = bytes.pop();
    bytes.extend([0x21, 0xfe, NAME.len() as u8]);
    bytes.extend(NAME.as_bytes());
    bytes.push(0);
    bytes.extend(end);
    bytes
}

/// A TIFF of gray pixels, with an artist and a description.
fn tiff() -> Vec<u8> {
    let short = |number: u16, value: u16| (number, 3, 1, value.to_le_bytes().to_vec());
    let mut tags = vec![
        short(0x0100, 64),
        short(0x0101, 48),
        short(0x0102, 8),
        short(0x0103, 1),
        short(0x0106, 1),
        ascii(0x010e, &format!("Patient: {NAME}")),
        (0x0111, 4, 1, vec![0; 4]),
        short(0x0115, 1),
        short(0x0116, 48),
        (0x0117, 4, 1, (64_u32 * 48).to_le_bytes().to_vec()),
        ascii(0x013b, NAME),
    ];
    let start = 8 + directory(8, &tags, None).len();
    tags[6].3 = (start as u32).to_le_bytes().to_vec();
    let gray: Vec<u8> = (0..64 * 48).map(|at| (at / 16) as u8).collect();
    [b"II\x2a\0\x08\0\0\0".to_vec(), directory(8, &tags, None), gray].concat()
}

/// All places, each with the name of its file and its bytes.
pub(crate) fn all() -> Vec<(&'static str, Vec<u8>)> {
    let png_text = [b"Comment\0".as_slice(), NAME.as_bytes()].concat();
    let packed = deflate(NAME.as_bytes());
    let icc = profile();
    let mut comment = b"UNICODE\0".to_vec();
    comment.extend(wide(NAME));
    let utf16 = wide(&format!("{NAME}\0"));
    vec![
        ("exif-artist.jpg", jpeg_exif(&exif_ascii(0x013b))),
        ("exif-description.jpg", jpeg_exif(&exif_ascii(0x010e))),
        ("exif-comment.jpg", jpeg_exif(&exif(&[(0x9286, 7, comment.len() as u32, comment)]))),
        ("exif-author.jpg", jpeg_exif(&exif(&[(0x9c9d, 1, utf16.len() as u32, utf16)]))),
        ("exif-thumbnail.jpg", jpeg_exif(&exif_thumbnail())),
        ("xmp.jpg", segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", xmp().as_slice()].concat())),
        ("iptc.jpg", segment(0xed, &iptc())),
        ("comment.jpg", segment(0xfe, NAME.as_bytes())),
        ("unknown.jpg", segment(0xe7, NAME.as_bytes())),
        ("profile.jpg", segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", icc.as_slice()].concat())),
        ("after-end.jpg", after_end(ImageFormat::Jpeg)),
        ("text.png", png(b"tEXt", &png_text)),
        ("packed.png", png(b"zTXt", &[b"Comment\0\0".as_slice(), &packed].concat())),
        (
            "international.png",
            png(b"iTXt", &[b"Comment\0\x01\0en\0\0".as_slice(), &packed].concat()),
        ),
        ("exif.png", png(b"eXIf", &exif_ascii(0x013b))),
        ("unknown.png", png(b"quIx", NAME.as_bytes())),
        ("profile.png", png(b"iCCP", &[b"p\0\0".as_slice(), &deflate(&icc)].concat())),
        ("after-end.png", after_end(ImageFormat::Png)),
        ("comment.gif", gif()),
        ("after-end.gif", after_end(ImageFormat::Gif)),
        ("exif.webp", webp(b"EXIF", &exif_ascii(0x013b))),
        ("xmp.webp", webp(b"XMP ", &xmp())),
        ("tags.tif", tiff()),
        ("after-end.bmp", after_end(ImageFormat::Bmp)),
        ("metadata.svg", svg(&format!("<metadata><a>{NAME}</a></metadata>"))),
        ("title.svg", svg(&format!("<title>{NAME}</title><desc>{NAME}</desc>"))),
        ("comment.svg", svg(&format!("<!-- Patient: {NAME} -->"))),
        ("information.pdf", pdf()),
        #[cfg(feature = "dicom")]
        ("header.dcm", dicom()),
    ]
}

/// A drawing with the name in metadata, title, comment, ids and attributes.
fn svg(inside: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"64\" \
         height=\"48\">{inside}<rect id=\"{}\" class=\"{}\" width=\"30\" height=\"20\" \
         fill=\"#369\"/></svg>",
        PARTS[0], PARTS[1]
    )
    .into_bytes()
}

/// Radiological gray pixels, in explicit little-endian elements: PS3.5, 7.1.2.
#[cfg(feature = "dicom")]
fn dicom() -> Vec<u8> {
    let element = |group: u16, number: u16, kind: &str, value: &[u8]| {
        let mut value = value.to_vec();
        if value.len() % 2 == 1 {
            value.push(if kind == "UI" { 0 } else { b' ' });
        }
        let mut bytes = [group.to_le_bytes(), number.to_le_bytes()].concat();
        bytes.extend(kind.bytes());
        if matches!(kind, "OB" | "OW") {
            bytes.extend([0, 0]);
            bytes.extend((value.len() as u32).to_le_bytes());
        } else {
            bytes.extend((value.len() as u16).to_le_bytes());
        }
        bytes.extend(value);
        bytes
    };
    let short = |group, number, value: u16| element(group, number, "US", &value.to_le_bytes());
    let name = PARTS.join("^");
    let syntax = [
        element(2, 1, "OB", &[0, 1]),
        element(2, 2, "UI", b"1.2.840.10008.5.1.4.1.1.7"),
        element(2, 3, "UI", b"1.2.3.4"),
        element(2, 0x10, "UI", b"1.2.840.10008.1.2.1"),
        element(2, 0x12, "UI", b"1.2.3"),
    ]
    .concat();
    let length = element(2, 0, "UL", &(syntax.len() as u32).to_le_bytes());
    let data = [
        element(8, 0x16, "UI", b"1.2.840.10008.5.1.4.1.1.7"),
        element(8, 0x18, "UI", b"1.2.3.4"),
        element(8, 0x60, "CS", b"OT"),
        element(0x10, 0x10, "PN", name.as_bytes()),
        element(0x10, 0x20, "LO", b"QX-4815162342"),
        element(0x10, 0x4000, "LT", NAME.as_bytes()),
        short(0x28, 2, 1),
        element(0x28, 4, "CS", b"MONOCHROME2"),
        short(0x28, 0x10, 48),
        short(0x28, 0x11, 64),
        short(0x28, 0x100, 8),
        short(0x28, 0x101, 8),
        short(0x28, 0x102, 7),
        short(0x28, 0x103, 0),
        element(0x7fe0, 0x10, "OW", &(0..64 * 48).map(|at| (at / 16) as u8).collect::<Vec<_>>()),
    ]
    .concat();
    [vec![0; 128], b"DICM".to_vec(), length, syntax, data].concat()
}

/// A page with a square, whose document tells a name.
fn pdf() -> Vec<u8> {
    use lopdf::{Document, Object, Stream, dictionary};
    let mut document = Document::with_version("1.7");
    let content =
        document.add_object(Stream::new(dictionary! {}, b"0 0 1 rg 5 5 40 30 re f".into()));
    let pages = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => dictionary! {},
        "MediaBox" => vec![0.into(), 0.into(), 64.into(), 48.into()],
    });
    let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(pages, Object::Dictionary(tree));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    let info = document.add_object(dictionary! { "Author" => Object::string_literal(NAME) });
    document.trailer.set("Root", catalog);
    document.trailer.set("Info", info);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("memory");
    bytes
}
