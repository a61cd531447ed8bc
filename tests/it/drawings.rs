//! Drawings and pages of PDFs: what is seen goes out, and nothing else does.

use std::fmt::Write as _;
use std::sync::Arc;

use recto::files::NoCache;
use recto::model::{Bounds, Coordinate, Crop, Excerpt, MediaFormat, Point, Ratio};
use recto::picture::{Imported, Imports, Problem, Renditions, inspect};
use recto::source::ProjectPath;

use crate::case::compare;

fn excerpt() -> Excerpt {
    Excerpt::whole(ProjectPath::new("sources/drawing").expect("a path"))
}

fn import(bytes: &[u8], excerpt: &Excerpt) -> Result<Imported, Problem> {
    Imports::new(Arc::new(NoCache), 6000).import(bytes, excerpt)
}

fn take(bytes: &[u8], excerpt: &Excerpt) -> Imported {
    import(bytes, excerpt).unwrap_or_else(|problem| panic!("{}", told(problem)))
}

fn told(problem: Problem) -> String {
    match problem {
        Problem::Unfit { message, hint } => format!("{message}\n  {hint}"),
        other => format!("{other:?}"),
    }
}

/// Why both a build and a check refuse a file.
fn refusal(bytes: &[u8], excerpt: &Excerpt) -> String {
    let built = told(import(bytes, excerpt).expect_err("a problem"));
    assert_eq!(built, told(inspect(bytes, excerpt).expect_err("a problem")));
    built
}

fn svg(body: &str) -> Vec<u8> {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         viewBox=\"0 0 120 80\">{body}</svg>"
    )
    .into_bytes()
}

/// Red, green, blue and yellow in the corners, on gray.
const CARD: &str = "<rect width='120' height='80' fill='#808080'/>\
    <rect width='40' height='30' fill='#ff0000'/>\
    <rect x='80' width='40' height='30' fill='#00ff00'/>\
    <rect y='50' width='40' height='30' fill='#0000ff'/>\
    <rect x='80' y='50' width='40' height='30' fill='#ffff00'/>";

pub(crate) const CORNERS: [[u8; 3]; 4] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]];

/// The pixels that books and cards get.
fn pixels(imported: &Imported) -> image::RgbImage {
    let bounds = Bounds { pixels: 240, bytes: 500_000 };
    let rendition = Renditions::new(Arc::new(NoCache)).within(&imported.media, bounds);
    assert_eq!(rendition.format, MediaFormat::Png);
    image::load_from_memory(&rendition.file.read().expect("in memory"))
        .expect("a picture")
        .to_rgb8()
}

/// The colors a tenth from each corner: top left, top right, bottom left, bottom
/// right.
pub(crate) fn corners(image: &image::RgbImage) -> [[u8; 3]; 4] {
    let (right, bottom) = (image.width() * 9 / 10, image.height() * 9 / 10);
    let (left, top) = (image.width() / 10, image.height() / 10);
    [(left, top), (right, top), (left, bottom), (right, bottom)]
        .map(|(x, y)| image.get_pixel(x, y).0)
}

pub(crate) fn is_in(text: &str, bytes: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text.as_bytes()))
}

#[test]
fn a_drawing_of_paths_stays_one() {
    let imported = take(&svg(CARD), &excerpt());
    let media = &imported.media;
    assert_eq!(media.format, MediaFormat::Svg);
    assert_eq!((media.source_width, media.source_height), (120, 80));
    // Line widths of marks go by its units, so that they are many.
    assert_eq!((media.width, media.height), (2000, 1333));
    let image = pixels(&imported);
    assert_eq!((image.width(), image.height()), (240, 160));
    assert_eq!(corners(&image), CORNERS);
}

/// What is written is as reviewed: names are gone, text is paths, and so on.
#[test]
fn a_drawing_is_written_anew() {
    let body = "<title>Secret title</title><desc>Secret words</desc>\
        <metadata>Secret metadata</metadata><!-- Secret comment -->\
        <script>alert('Secret script')</script>\
        <style>.secret { fill: #123456 }</style>\
        <linearGradient id='secret-gradient'><stop stop-color='red'/>\
        <stop offset='1' stop-color='blue' stop-opacity='.5'/></linearGradient>\
        <clipPath id='secret-clip'><rect x='10' y='10' width='50' height='50'/></clipPath>\
        <g id='secret-group' inkscape:label='Secret layer' xmlns:inkscape='urn:i' \
           clip-path='url(#secret-clip)' opacity='.5'>\
        <circle cx='40' cy='40' r='30' class='secret' onclick='secret()' data-name='Secret'/></g>\
        <path d='M70 10h30v30h-30z' fill='url(#secret-gradient)' stroke='#00f' \
          stroke-width='2' stroke-dasharray='4 2' stroke-linejoin='round'/>\
        <text x='70' y='70' font-size='8'>i</text>\
        <foreignObject><p>Secret HTML</p></foreignObject>";
    let imported = take(&svg(body), &excerpt());
    let written =
        String::from_utf8(imported.media.file.read().expect("in memory").to_vec()).expect("text");
    assert!(!is_in("secret", written.as_bytes()), "{written}");
    let mut text = written.replace("><", ">\n<");
    for removed in imported.origin.removed {
        writeln!(text, "removed: {removed}").expect("a string");
    }
    for identifier in imported.origin.identifiers {
        writeln!(text, "identifier: {identifier}").expect("a string");
    }
    for concern in imported.origin.concerns {
        writeln!(text, "concern: {concern}").expect("a string");
    }
    compare("picture/drawing.svg.txt", &text);
}

/// What nobody sees is not in the file: beside the canvas, outside of a clip,
/// invisible, or under a bar.
#[test]
fn what_is_hidden_is_left_out() {
    let paths = |body: &str| {
        let imported = take(&svg(body), &excerpt());
        assert_eq!(imported.media.format, MediaFormat::Svg, "{body}");
        String::from_utf8_lossy(&imported.media.file.read().expect("in memory"))
            .matches('M')
            .count()
    };
    assert_eq!(paths("<rect width='9' height='9'/>"), 1);
    for hidden in [
        "<rect x='130' width='9' height='9'/>",
        "<text x='10' y='200'>name</text>",
        "<text x='200' y='20'>name</text>",
        "<rect width='9' height='9' visibility='hidden'/>",
        "<rect width='9' height='9' display='none'/>",
        "<clipPath id='c'><rect width='5' height='5'/></clipPath>\
         <rect x='20' width='9' height='9' clip-path='url(#c)'/>",
    ] {
        assert_eq!(paths(&format!("{hidden}<rect width='9' height='9'/>")), 1, "{hidden}");
    }
    // Of a word that reaches out of the canvas, the letters that are seen.
    let all = paths("<text x='20' y='40' font-size='20'>vvvvvv</text>");
    let some = paths("<text x='100' y='40' font-size='20'>vvvvvv</text>");
    assert!(0 < some && some < all, "{some} of {all}");
    let bar = "<rect x='5' y='20' width='110' height='50' fill='#000'/>";
    let name = "<text x='20' y='40' font-size='12'>vvvv</text>";
    assert_eq!(paths(&format!("{name}{bar}")), 1);
    assert_eq!(paths(&format!("<g transform='rotate(10)'>{name}{bar}</g>")), 1);
    // What shines through, or lies on top, stays.
    assert_eq!(paths(&format!("{bar}{name}")), 5);
    assert_eq!(paths(&format!("{name}{}", bar.replace("'#000'", "'#000' opacity='.9'"))), 5);
}

/// Where paths would hold what is hidden, pixels do not.
#[test]
fn what_paths_cannot_hide_becomes_pixels() {
    let name = "<text x='20' y='40' font-size='12'>name</text>";
    for hiding in [
        format!("<clipPath id='c'><circle r='30'/></clipPath><g clip-path='url(#c)'>{name}</g>"),
        format!(
            "<mask id='m'><rect width='60' height='80' fill='#fff'/></mask><g mask='url(#m)'>{name}</g>"
        ),
        format!(
            "<filter id='f'><feGaussianBlur stdDeviation='5'/></filter><g filter='url(#f)'>{name}</g>"
        ),
        format!(
            "<pattern id='p' width='9' height='9' patternUnits='userSpaceOnUse'>{name}</pattern><rect width='50' height='50' fill='url(#p)'/>"
        ),
    ] {
        let imported = take(&svg(&hiding), &excerpt());
        assert_eq!(imported.media.format, MediaFormat::Png, "{hiding}");
        assert_eq!(imported.media.width, 2400);
    }
    let place = |x, y| Point {
        x: Coordinate::Share(Ratio::new(x).expect("a share")),
        y: Coordinate::Share(Ratio::new(y).expect("a share")),
    };
    let crop = Some(Crop { min: place(0.0, 0.0), max: place(0.5, 0.5) });
    let cropped = take(&svg(CARD), &Excerpt { crop, ..excerpt() });
    assert_eq!(cropped.media.format, MediaFormat::Png);
    assert_eq!((cropped.media.source_width, cropped.media.source_height), (60, 40));
    let gray = [128, 128, 128];
    assert_eq!(corners(&pixels(&cropped)), [CORNERS[0], gray, gray, gray]);
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place > three.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

/// A JPEG with a name in a comment.
fn photograph() -> Vec<u8> {
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 90)
        .encode_image(&image::RgbImage::from_pixel(32, 32, image::Rgb([250, 10, 10])))
        .expect("a JPEG");
    let comment = b"ZZYZX ZELDA";
    let mut named = jpeg[..2].to_vec();
    named.extend([0xff, 0xfe, 0, comment.len() as u8 + 2]);
    named.extend(comment);
    named.extend(&jpeg[2..]);
    named
}

#[test]
fn pictures_in_drawings_are_cleaned() {
    let jpeg = photograph();
    assert!(is_in("ZELDA", &jpeg));
    let body = format!(
        "<image width='120' height='80' preserveAspectRatio='none' \
         xlink:href='data:image/jpeg;base64,{}'/>",
        base64(&jpeg)
    );
    let imported = take(&svg(&body), &excerpt());
    assert_eq!(imported.media.format, MediaFormat::Png);
    assert!(!is_in("ZELDA", &imported.media.file.read().expect("in memory")));
    let [r, g, b] = corners(&pixels(&imported))[0];
    assert!(r > 230 && g < 40 && b < 40, "{r} {g} {b}");
    // One that cannot be read is a hole.
    let cut = format!("<image xlink:href='data:image/jpeg;base64,{}'/>", base64(&jpeg[..200]));
    assert!(import(&svg(&cut), &excerpt()).is_err());
}

/// Each ends in a message, and soon.
#[test]
fn hostile_drawings_are_refused() {
    let mut text = String::new();
    let mut tell = |name: &str, bytes: &[u8]| {
        writeln!(text, "{name}: {}", refusal(bytes, &excerpt())).expect("a string");
    };
    tell("empty", b"");
    tell("other XML", b"<html><svg/></html>");
    tell("cut off", &svg(CARD)[..200]);
    tell("not UTF-8", b"<svg \xff\xfe/>");
    tell("nothing", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    tell("all but a line", b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 90000 1\"/>");
    tell("compressed", b"\x1f\x8b\x08\0\0\0\0\0\0\x03");
    for reference in
        ["file:///etc/passwd", "https://example.org/a.png", "../b.png", "C:\\c.png", "//host/d.png"]
    {
        tell("a picture elsewhere", &svg(&format!("<image xlink:href='{reference}'/>")));
    }
    tell("a drawing elsewhere", &svg("<use href='other.svg#a'/>"));
    tell("a filter elsewhere", &svg("<filter><feImage href='http://example.org/e.png'/></filter>"));
    tell("a color elsewhere", &svg("<rect width='9' height='9' fill='url(other.svg#a)'/>"));
    tell(
        "a drawing within",
        &svg(&format!("<image href='data:image/svg+xml;base64,{}'/>", base64(&svg(CARD)))),
    );
    tell("unknown letters", &svg("<text y='40'>\u{4e2d}</text>"));

    let mut uses = String::from("<g id='g0'><rect width='1' height='1'/></g>");
    for level in 1..40 {
        write!(uses, "<g id='g{level}'><use href='#g{0}'/><use href='#g{0}'/></g>", level - 1)
            .expect("a string");
    }
    tell("a bomb of uses", &svg(&uses));
    let mut patterns = String::new();
    for level in 0..40 {
        let fill = format!("<rect width='9' height='9' fill='url(#p{})'/>", level + 1);
        write!(patterns, "<pattern id='p{level}' width='9' height='9'>{fill}{fill}</pattern>")
            .expect("a string");
    }
    tell(
        "a bomb of patterns",
        &svg(&format!("{patterns}<rect width='9' height='9' fill='url(#p0)'/>")),
    );
    let mut entities = String::from("<!DOCTYPE svg [<!ENTITY e0 'lol'>");
    for level in 1..12 {
        let ten = format!("&e{};", level - 1).repeat(10);
        write!(entities, "<!ENTITY e{level} '{ten}'>").expect("a string");
    }
    let bomb =
        format!("{entities}]><svg xmlns='http://www.w3.org/2000/svg'><text>&e11;</text></svg>");
    tell("a bomb of entities", bomb.as_bytes());
    tell("deep", &svg(&format!("{}{}", "<g>".repeat(5000), "</g>".repeat(5000))));
    let chain: String =
        (0..5000).map(|link| format!("<g id='c{link}'><use href='#c{}'/></g>", link + 1)).collect();
    tell("a chain", &svg(&chain));
    tell("many", &svg(&"<g/>".repeat(300_000)));
    let markers = format!(
        "<marker id='m'>{}</marker><path marker-mid='url(#m)' d='M0 0{}'/>",
        "<rect width='1' height='1'/>".repeat(2000),
        "h1v1".repeat(2000)
    );
    tell("a bomb of markers", &svg(&markers));
    tell("dashes", &svg("<path stroke='#000' stroke-dasharray='.0001' d='M0 0h120'/>"));
    let layers =
        "<g opacity='.9'><rect width='120' height='80'/>".repeat(150) + &"</g>".repeat(150);
    tell("layers", &svg(&layers));
    tell(
        "a costly filter",
        &svg("<filter id='f'><feTurbulence numOctaves='99999' baseFrequency='.1'/></filter>\
              <rect width='120' height='80' filter='url(#f)'/>"),
    );
    compare("picture/drawings.refused.txt", &text);
}

#[test]
fn what_refers_to_itself_is_drawn_without() {
    let body = format!("{CARD}<g id='a'><use href='#a'/></g><use id='b' href='#b'/>");
    assert_eq!(corners(&pixels(&take(&svg(&body), &excerpt()))), CORNERS);
}

/// A PDF of one page for each content, its boxes and its turn.
struct Page<'a> {
    boxes: &'a str,
    content: &'a str,
}

fn pdf(pages: &[Page], more: &str) -> Vec<u8> {
    let mut objects = vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned()];
    let kids: String = (0..pages.len()).map(|index| format!("{} 0 R ", 4 + 2 * index)).collect();
    objects.push(format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()));
    objects.push("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".into());
    for (index, page) in pages.iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R {} /Resources << /Font << /F 3 0 R >> >> /Contents {} 0 R >>",
            page.boxes,
            5 + 2 * index
        ));
        let content = page.content;
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    objects.push("<< /Title (Scan of ZZYZX ZELDA) /Producer (Test) >>".into());
    let mut out = String::from("%PDF-1.7\n");
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(out.len());
        write!(out, "{} 0 obj\n{object}\nendobj\n", index + 1).expect("a string");
    }
    let start = out.len();
    write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).expect("a string");
    for place in places {
        writeln!(out, "{place:010} 00000 n ").expect("a string");
    }
    let size = objects.len() + 1;
    write!(
        out,
        "trailer\n<< /Size {size} /Root 1 0 R /Info {} 0 R {more} >>\nstartxref\n{start}\n%%EOF\n",
        size - 1
    )
    .expect("a string");
    out.into_bytes()
}

/// The card, in a box of 120 by 80 points that starts at 100, 100.
const CARD_IN_PDF: &str = ".5 g 0 0 400 400 re f 1 0 0 rg 100 150 40 30 re f \
    0 1 0 rg 180 150 40 30 re f 0 0 1 rg 100 100 40 30 re f 1 1 0 rg 180 100 40 30 re f \
    0 g BT /F 12 Tf 20 20 Td (NAME) Tj ET";
const BOXES: &str = "/MediaBox [0 0 400 400] /CropBox [100 100 220 180]";

#[test]
fn a_page_is_what_its_boxes_show() {
    let imported = take(&pdf(&[Page { boxes: BOXES, content: CARD_IN_PDF }], ""), &excerpt());
    assert_eq!(imported.media.format, MediaFormat::Svg);
    assert_eq!((imported.media.source_width, imported.media.source_height), (120, 80));
    assert_eq!(corners(&pixels(&imported)), CORNERS);
    // The name lies beside the box: nothing is left of its letters.
    let written =
        String::from_utf8_lossy(&imported.media.file.read().expect("in memory")).into_owned();
    assert_eq!(written.matches("<path").count(), 5, "{written}");
    assert!(imported.origin.identifiers.contains(&"Scan of ZZYZX ZELDA".to_owned()));
    assert!(!is_in("ZELDA", &imported.media.file.read().expect("in memory")));

    let boxes = format!("{BOXES} /Rotate 90");
    let turned = take(&pdf(&[Page { boxes: &boxes, content: CARD_IN_PDF }], ""), &excerpt());
    assert_eq!((turned.media.source_width, turned.media.source_height), (80, 120));
    let [red, green, blue, yellow] = CORNERS;
    assert_eq!(corners(&pixels(&turned)), [blue, red, yellow, green]);
}

#[test]
fn pages_are_counted_from_one() {
    let red = Page { boxes: "/MediaBox [0 0 50 50]", content: "1 0 0 rg 0 0 50 50 re f" };
    let blue = Page { boxes: "/MediaBox [0 0 50 50]", content: "0 0 1 rg 0 0 50 50 re f" };
    let bytes = pdf(&[red, blue], "");
    let page = |page| Excerpt { page, ..excerpt() };
    let first = |page| corners(&pixels(&take(&bytes, &page)))[0];
    assert_eq!(first(page(None)), [255, 0, 0]);
    assert_eq!(first(page(Some(2))), [0, 0, 255]);
    assert_eq!(refusal(&bytes, &page(Some(3))), "Page(2)");
    assert_eq!(refusal(&bytes, &page(Some(0))), "Page(2)");
    assert_eq!(refusal(&svg(CARD), &page(Some(2))), "Page(1)");
}

#[test]
fn hostile_documents_are_refused() {
    let mut text = String::new();
    let mut tell = |name: &str, bytes: &[u8]| {
        writeln!(text, "{name}: {}", refusal(bytes, &excerpt())).expect("a string");
    };
    let whole = pdf(&[Page { boxes: BOXES, content: CARD_IN_PDF }], "");
    tell("garbage", b"%PDF-1.7\nnothing of use");
    tell("cut off", &whole[..150]);
    tell(
        "encrypted",
        &pdf(&[Page { boxes: BOXES, content: "" }], "/Encrypt << /Filter /Standard /V 1 /R 2 >>"),
    );
    tell("no page", &pdf(&[], ""));
    tell("endless", &pdf(&[Page { boxes: "/MediaBox [0 0 900000 900000]", content: "" }], ""));
    // Ten forms, each of which draws the next one ten times.
    let form = |level: usize| {
        let next = format!("/Resources << /XObject << /X {} 0 R >> >>", 100 + level + 1);
        let content = if level < 9 { "/X Do ".repeat(10) } else { "0 0 9 9 re f".to_owned() };
        format!(
            "{} 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] {next} /Length {} >>\n\
             stream\n{content}\nendstream\nendobj\n",
            100 + level,
            content.len()
        )
    };
    let forms: String = (0..10).map(form).collect();
    let page = Page {
        boxes: "/MediaBox [0 0 50 50] /Resources << /XObject << /X 100 0 R >> >>",
        content: "/X Do",
    };
    // Without a table of cross-references, readers look for the objects.
    let text_of = String::from_utf8(pdf(&[page], "")).expect("a text");
    let body = text_of.split("xref").next().unwrap_or_default().replacen(
        "/Resources << /Font << /F 3 0 R >> >> /Contents",
        "/Contents",
        1,
    );
    tell(
        "drawings that multiply",
        format!("{body}{forms}trailer\n<< /Root 1 0 R >>\n%%EOF\n").as_bytes(),
    );
    compare("picture/documents.refused.txt", &text);
}

/// Whatever is cut off or changed is refused or shown, and no more.
#[test]
fn damaged_files_do_no_harm() {
    let pages = pdf(&[Page { boxes: BOXES, content: CARD_IN_PDF }], "");
    for whole in [pages, svg(CARD)] {
        for at in (0..whole.len()).step_by(3) {
            let _ = import(&whole[..at], &excerpt());
            let mut changed = whole.clone();
            changed[at] ^= 0x15;
            let _ = import(&changed, &excerpt());
        }
    }
}

/// What else people try, and what they are told.
#[test]
fn other_formats_are_refused_with_what_to_do() {
    let mut text = String::new();
    let mut tell = |name: &str, bytes: &[u8]| {
        writeln!(text, "{name}: {}", refusal(bytes, &excerpt())).expect("a string");
    };
    tell("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    tell("AVIF", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1");
    tell("JPEG XL", b"\xff\x0a\xfa\x1f\x90\x01");
    tell("JPEG XL in a box", b"\0\0\0\x0cJXL \r\n\x87\n");
    tell("JPEG 2000", b"\0\0\0\x0cjP  \r\n\x87\n");
    tell("JPEG 2000 alone", b"\xff\x4f\xff\x51\0\x29");
    tell("PSD", b"8BPS\0\x01");
    tell("EPS", b"%!PS-Adobe-3.0 EPSF-3.0");
    tell("CR3", b"\0\0\0\x18ftypcrx ");
    tell("CR2", b"II*\0\x10\0\0\0CR\x02\0");
    // Directories with DNG's version, and with a thumbnail and others.
    tell("DNG", b"II*\0\x08\0\0\0\x01\0\x12\xc6\x01\0\x04\0\0\0\x01\x04\0\0\0\0\0\0");
    tell(
        "NEF",
        b"MM\0*\0\0\0\x08\0\x02\0\xfe\0\x04\0\0\0\x01\0\0\0\x01\x01\x4a\0\x04\0\0\0\x02\0\0\0\0",
    );
    tell("MP4", b"\0\0\0\x18ftypisom");
    tell("WebM", b"\x1a\x45\xdf\xa3\x01");
    tell("AVI", b"RIFF\0\0\0\0AVI LIST");
    tell("DOCX", b"PK\x03\x04\x14\0\x06\0");
    tell("DOC", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    tell("ICO", b"\0\0\x01\0\x01\0");
    tell("text", b"just words");
    compare("picture/refused.txt", &text);
}
