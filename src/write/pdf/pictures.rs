//! The pictures of a document, each in several sizes: a layout takes the one that
//! is sharp enough where it stands, and only what it takes is made.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::model::{Coloring, Media, MediaFormat};
use crate::picture::{Rendition, Renditions};

/// How wide the smallest size is, in pixels.
const NARROWEST: f64 = 200.0;
/// How much wider each size is than the one before: so much more than is needed
/// may be printed.
const STEP: f64 = 1.2;

/// A picture in one size.
#[derive(Debug, Clone)]
struct Size {
    media: Media,
    /// The width in pixels; `None` for the picture as it is.
    width: Option<u32>,
}

/// Pictures, each size under the virtual path that the data names it by.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    /// The number of each picture, by its hash.
    numbers: BTreeMap<String, usize>,
    sizes: BTreeMap<String, Size>,
}

impl Pictures {
    /// Adds a picture, and returns its virtual path. Paths are counted, so that
    /// every document uses the same few.
    pub(super) fn add(&mut self, media: &Media) -> String {
        let count = self.numbers.len();
        let number = *self.numbers.entry(media.hash.clone()).or_insert(count);
        let path = format!("/media/{number}.{}", media.format.extension());
        let whole = || Size { media: media.clone(), width: None };
        self.sizes.entry(path.clone()).or_insert_with(whole);
        path
    }

    /// Adds a picture in all its sizes, up to `most` pixels on the longer side, and
    /// returns them: width and virtual path, the smallest first.
    pub(super) fn ladder(&mut self, media: &Media, most: u32) -> Vec<Value> {
        let whole = self.add(media);
        let (stem, extension) = whole.rsplit_once('.').unwrap_or((&whole, ""));
        let mut sizes = Vec::new();
        let longer = f64::from(media.width.max(media.height));
        let scale = (f64::from(most) / longer).min(1.0);
        let widest = (f64::from(media.width) * scale).round().max(1.0);
        let mut width = NARROWEST;
        // What is drawn is sharp at any size, and a step that is next to nothing
        // is not worth another picture.
        while media.format != MediaFormat::Svg && width * 1.05 < widest {
            sizes.push(width.round());
            width *= STEP;
        }
        sizes.push(widest);
        let mut listed = Vec::new();
        for (step, width) in sizes.into_iter().enumerate() {
            // Both are whole numbers, and no more than the picture's width.
            let width = width as u32;
            let path = if width == media.width || media.format == MediaFormat::Svg {
                whole.clone()
            } else {
                let path = format!("{stem}-{step}.{extension}");
                let size = Size { media: media.clone(), width: Some(width) };
                self.sizes.insert(path.clone(), size);
                path
            };
            listed.push(json!({ "width": width, "path": path }));
        }
        listed
    }

    /// Returns the hash of the picture of a virtual path.
    pub(super) fn hash(&self, path: &str) -> Option<String> {
        Some(self.sizes.get(path)?.media.hash.clone())
    }

    /// Returns what the pictures are made of: for each virtual path, the hash of its
    /// source and its width.
    pub(super) fn made_of(&self) -> impl Iterator<Item = (&str, String)> {
        let sizes = self.sizes.iter();
        sizes.map(|(path, Size { media, width })| {
            (path.as_str(), format!("{} {} {width:?}", media.hash, media.width))
        })
    }

    /// Makes the picture of a virtual path; `None` if there is none.
    pub(super) fn make(
        &self,
        path: &str,
        coloring: Coloring,
        renditions: &Renditions,
    ) -> Option<Rendition> {
        let Size { media, width } = self.sizes.get(path)?;
        if coloring == Coloring::Grayscale {
            return Some(renditions.gray(media, width.unwrap_or(media.width)));
        }
        let made = width.map(|width| renditions.wide(media, width));
        Some(made.unwrap_or_else(|| media.clone().into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(width: u32, height: u32, format: MediaFormat) -> Media {
        Media {
            file: Vec::new().into(),
            format,
            width,
            height,
            source_width: width,
            source_height: height,
            pixel_size: None,
            hash: format!("{width}x{height}{format:?}"),
        }
    }

    #[test]
    fn sizes_climb_by_a_fifth_up_to_the_picture_itself() {
        let mut pictures = Pictures::default();
        let sizes = pictures.ladder(&media(1000, 500, MediaFormat::Jpeg), 6000);
        let widths: Vec<u64> = sizes.iter().filter_map(|size| size["width"].as_u64()).collect();
        assert_eq!(widths, [200, 240, 288, 346, 415, 498, 597, 717, 860, 1000]);
        assert_eq!(sizes[0]["path"], "/media/0-0.jpg");
        assert_eq!(sizes[9]["path"], "/media/0.jpg");
        let sizes = pictures.ladder(&media(8000, 9000, MediaFormat::Png), 6000);
        assert_eq!(sizes.last().map(|size| &size["width"]), Some(&json!(5333)));
        assert_ne!(sizes.last().map(|size| &size["path"]), Some(&json!("/media/1.png")));
        for (width, format) in [(150, MediaFormat::Jpeg), (1000, MediaFormat::Svg)] {
            let sizes = pictures.ladder(&media(width, 100, format), 6000);
            assert_eq!(sizes.len(), 1);
            assert_eq!(sizes[0]["width"], width);
        }
    }
}
