//! What a file is, told from its first bytes. Its name is not asked: a wrong
//! extension is nobody's fault.

/// The kinds of pictures that are known by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// JPEG: ITU-T T.81.
    Jpeg,
    /// PNG: W3C, third edition.
    Png,
    /// WebP: RFC 9649.
    WebP,
    /// GIF: 87a and 89a.
    Gif,
    /// TIFF 6.0, and its sibling for large files.
    Tiff,
    /// Windows bitmap.
    Bmp,
    /// SVG: drawings as text.
    Svg,
    /// PDF: a page of a document.
    Pdf,
    /// DICOM: PS3.10.
    Dicom,
    /// HEIC: a phone's photographs.
    Heic,
    /// AVIF.
    Avif,
}

impl Kind {
    /// Returns the name that people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Tiff => "TIFF",
            Self::Bmp => "BMP",
            Self::Svg => "SVG",
            Self::Pdf => "PDF",
            Self::Dicom => "DICOM",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
        }
    }
}

/// How far into a file of text its kind is looked for.
const TEXT: usize = 4096;

/// Tells what a file is; `None` for what is no known kind of picture.
pub fn recognize(bytes: &[u8]) -> Option<Kind> {
    let at =
        |start: usize, text: &[u8]| bytes.get(start..).is_some_and(|rest| rest.starts_with(text));
    // ISO base media files name their brand after a length: ISO/IEC 14496-12, 4.3.
    let brand = |names: &[&[u8; 4]]| at(4, b"ftyp") && names.iter().any(|name| at(8, *name));
    // First: archives put the head of a TIFF before it, so that both kinds of
    // programs open the file. PS3.10, 7.1.
    Some(if at(128, b"DICM") {
        Kind::Dicom
    } else if at(0, b"\xff\xd8\xff") {
        Kind::Jpeg
    } else if at(0, b"\x89PNG\r\n\x1a\n") {
        Kind::Png
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Kind::WebP
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        Kind::Gif
    } else if [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"].iter().any(|magic| at(0, *magic)) {
        Kind::Tiff
    } else if at(0, b"%PDF-") {
        Kind::Pdf
    } else if brand(&[b"avif", b"avis"]) {
        Kind::Avif
    } else if brand(&[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"]) {
        Kind::Heic
    } else if at(0, b"BM") && bytes.len() > 26 {
        Kind::Bmp
    } else if is_svg(bytes) {
        Kind::Svg
    } else {
        return None;
    })
}

fn is_svg(bytes: &[u8]) -> bool {
    let start = bytes.get(..TEXT).unwrap_or(bytes);
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    text.starts_with(b"<") && text.windows(4).any(|window| window == b"<svg")
}
