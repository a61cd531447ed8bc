//! The bytes of pictures, which need not be in memory: of two thousand pictures, a
//! writer needs one after the other.

use std::fmt;
use std::sync::{Arc, Weak};

/// Where bytes lie until somebody needs them.
pub trait Shelf: fmt::Debug + Send + Sync {
    /// Returns what lies under a key; `None` if it is no longer there.
    fn take(&self, key: &str) -> Option<Arc<[u8]>>;
}

/// Bytes that are in memory, or lie somewhere else. Copies are cheap.
#[derive(Clone)]
pub struct Blob {
    size: u64,
    place: Place,
}

#[derive(Clone)]
enum Place {
    Memory(Arc<[u8]>),
    Shelf(Arc<dyn Shelf>, Arc<str>),
}

impl Blob {
    /// Takes `size` bytes that lie on a shelf under a key.
    pub fn shelved(size: u64, shelf: Arc<dyn Shelf>, key: &str) -> Self {
        Self { size, place: Place::Shelf(shelf, key.into()) }
    }

    /// Returns how many bytes they are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the bytes; `None` if they are no longer where they lay.
    pub fn read(&self) -> Option<Arc<[u8]>> {
        match &self.place {
            Place::Memory(bytes) => Some(Arc::clone(bytes)),
            Place::Shelf(shelf, key) => shelf.take(key),
        }
    }

    /// Returns a blob that keeps nothing in memory by itself.
    pub fn downgrade(&self) -> WeakBlob {
        WeakBlob(match &self.place {
            Place::Memory(bytes) => WeakPlace::Memory(Arc::downgrade(bytes)),
            Place::Shelf(..) => WeakPlace::Shelf(self.clone()),
        })
    }
}

impl From<Arc<[u8]>> for Blob {
    fn from(bytes: Arc<[u8]>) -> Self {
        Self { size: bytes.len() as u64, place: Place::Memory(bytes) }
    }
}

impl From<Vec<u8>> for Blob {
    fn from(bytes: Vec<u8>) -> Self {
        Arc::<[u8]>::from(bytes).into()
    }
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match &self.place {
            Place::Memory(_) => "in memory",
            Place::Shelf(_, key) => key,
        };
        write!(f, "Blob({} bytes, {place})", self.size)
    }
}

/// A blob as long as somebody else keeps it.
#[derive(Debug)]
pub struct WeakBlob(WeakPlace);

#[derive(Debug)]
enum WeakPlace {
    Memory(Weak<[u8]>),
    /// Nothing of it is in memory.
    Shelf(Blob),
}

impl WeakBlob {
    /// Returns the blob, if it is still there.
    pub fn upgrade(&self) -> Option<Blob> {
        match &self.0 {
            WeakPlace::Memory(bytes) => bytes.upgrade().map(Blob::from),
            WeakPlace::Shelf(blob) => Some(blob.clone()),
        }
    }
}
