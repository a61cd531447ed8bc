//! Results in the cache: under which key, and how they are written.

use super::CODE;
use crate::model::{Excerpt, Media, MediaFormat};

/// Returns the key of a result: a word for what it is, and a hash of what it was
/// made from and of the code that made it.
pub(super) fn key(what: &str, source: &str, parameters: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [CODE, source, parameters] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    format!("{what}-{}", hasher.finalize().to_hex())
}

/// Returns the key of a file that is taken in.
pub(super) fn import_key(bytes: &[u8], excerpt: &Excerpt, most: u32) -> String {
    let Excerpt { path: _, page, window, crop } = excerpt;
    let hash = blake3::hash(bytes).to_hex();
    key("import", &hash, &format!("{page:?} {window:?} {crop:?} {most}"))
}

/// Names of formats, by their extensions.
const FORMATS: [MediaFormat; 3] = [MediaFormat::Jpeg, MediaFormat::Png, MediaFormat::Svg];

/// Writes a picture: a line of what is known of it, and its file.
pub(super) fn write(media: &Media) -> Vec<u8> {
    let Media { bytes, format, width, height, source_width, source_height, pixel_size, hash: _ } =
        media;
    let (x, y) = pixel_size.map_or((0, 0), |size| (size.x, size.y));
    let format = format.extension();
    let line = format!("{format} {width} {height} {source_width} {source_height} {x} {y}\n");
    [line.as_bytes(), bytes].concat()
}

/// Reads what [`write()`] wrote; `None` if it is anything else.
pub(super) fn read(kept: &[u8]) -> Option<Media> {
    let end = kept.iter().position(|byte| *byte == b'\n')?;
    let (line, bytes) = kept.split_at(end);
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let name = words.next()?;
    let format = FORMATS.into_iter().find(|format| format.extension() == name)?;
    let mut number = || words.next()?.parse().ok();
    let (width, height): (u32, u32) = (number()?, number()?);
    let (source_width, source_height) = (number()?, number()?);
    let (x, y) = (number()?, number()?);
    let bytes = bytes.get(1..)?;
    Some(Media {
        bytes: bytes.into(),
        format,
        width,
        height,
        source_width,
        source_height,
        pixel_size: (x > 0 && y > 0).then_some(crate::model::PixelSize { x, y }),
        hash: blake3::hash(bytes).to_hex().to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PixelSize;

    #[test]
    fn what_is_written_is_read_again() {
        let media = Media {
            bytes: (*b"line\nline").into(),
            format: MediaFormat::Png,
            width: 1,
            height: 2,
            source_width: 3,
            source_height: 4,
            pixel_size: Some(PixelSize { x: 5, y: 6 }),
            hash: blake3::hash(b"line\nline").to_hex().to_string(),
        };
        let kept = write(&media);
        let again = read(&kept).expect("a picture");
        assert_eq!(format!("{again:?}"), format!("{media:?}"));
        assert!(read(b"").is_none());
        assert!(read(b"png 1 2 3\n").is_none());
        assert_ne!(key("a", "b", "c"), key("a", "bc", ""));
    }
}
