//! Results in the cache: under which key, and how they are written.

use std::cell::Cell;
use std::sync::Arc;

use super::CODE;
use crate::files::Cache;
use crate::model::{self, Blob, Excerpt, Media, MediaFormat};

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

thread_local! {
    /// The picture that was found last: who finds one most often takes it next, and need not
    /// read it again. A key says all that a picture is made of, so it is the same in each cache.
    static LAST: Cell<Option<(String, Arc<[u8]>)>> = const { Cell::new(None) };
}

/// The cache, as a shelf of clean pictures: what it keeps is not kept in memory, too.
#[derive(Debug)]
pub(super) struct Shelf(Arc<dyn Cache>);

impl Shelf {
    /// Keeps pictures in a cache.
    pub(super) fn of(cache: Arc<dyn Cache>) -> Arc<Self> {
        Arc::new(Self(cache))
    }

    /// Returns the cache.
    pub(super) fn cache(&self) -> &dyn Cache {
        &*self.0
    }

    /// Returns the picture that lies under a key, if there is one.
    pub(super) fn find(self: &Arc<Self>, key: &str) -> Option<Media> {
        let kept = self.0.get(key)?;
        let (media, bytes) = read(&kept)?;
        LAST.set(Some((key.to_owned(), bytes.into())));
        let shelf: Arc<dyn model::Shelf> = Arc::<Self>::clone(self);
        Some(Media { file: Blob::shelved(bytes.len() as u64, shelf, key), ..media })
    }

    /// Puts a picture under a key, and returns it. Where nothing is kept, it stays in
    /// memory.
    pub(super) fn keep(self: &Arc<Self>, key: &str, media: Media) -> Media {
        let Some(kept) = write(&media).filter(|kept| self.0.put(key, kept)) else { return media };
        drop(kept);
        let shelf: Arc<dyn model::Shelf> = Arc::<Self>::clone(self);
        Media { file: Blob::shelved(media.file.size(), shelf, key), ..media }
    }
}

impl model::Shelf for Shelf {
    fn take(&self, key: &str) -> Option<Arc<[u8]>> {
        if let Some((_, bytes)) = LAST.take().filter(|(last, _)| last == key) {
            return Some(bytes);
        }
        let kept = self.0.get(key)?;
        read(&kept).map(|(_, bytes)| bytes.into())
    }
}

/// Writes a picture: a line of what is known of it, and its file. `None` if that is
/// gone.
fn write(media: &Media) -> Option<Vec<u8>> {
    let Media { file, format, width, height, source_width, source_height, pixel_size, hash } =
        media;
    let (x, y) = pixel_size.map_or((0, 0), |size| (size.x, size.y));
    let format = format.extension();
    let line = format!("{format} {width} {height} {source_width} {source_height} {x} {y} {hash}\n");
    Some([line.as_bytes(), &file.read()?].concat())
}

/// Reads what [`write()`] wrote, its file apart; `None` if it is anything else. The
/// cache knows whether it is whole.
fn read(kept: &[u8]) -> Option<(Media, &[u8])> {
    let end = kept.iter().position(|byte| *byte == b'\n')?;
    let (line, bytes) = kept.split_at(end);
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let name = words.next()?;
    let format = FORMATS.into_iter().find(|format| format.extension() == name)?;
    let mut number = || words.next()?.parse().ok();
    let (width, height): (u32, u32) = (number()?, number()?);
    let (source_width, source_height) = (number()?, number()?);
    let (x, y) = (number()?, number()?);
    let hash = words.next()?.to_owned();
    let media = Media {
        file: Vec::new().into(),
        format,
        width,
        height,
        source_width,
        source_height,
        pixel_size: (x > 0 && y > 0).then_some(crate::model::PixelSize { x, y }),
        hash,
    };
    Some((media, bytes.get(1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PixelSize;

    #[test]
    fn what_is_written_is_read_again() {
        let media = Media {
            file: b"line\nline".to_vec().into(),
            format: MediaFormat::Png,
            width: 1,
            height: 2,
            source_width: 3,
            source_height: 4,
            pixel_size: Some(PixelSize { x: 5, y: 6 }),
            hash: blake3::hash(b"line\nline").to_hex().to_string(),
        };
        let kept = write(&media).expect("its file is in memory");
        let (again, bytes) = read(&kept).expect("a picture");
        assert_eq!(bytes, b"line\nline");
        let again = Media { file: bytes.to_vec().into(), ..again };
        assert_eq!(format!("{again:?}"), format!("{media:?}"));
        assert!(read(b"").is_none());
        assert!(read(b"png 1 2 3\n").is_none());
        assert_ne!(key("a", "b", "c"), key("a", "bc", ""));
    }
}
