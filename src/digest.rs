//! BLAKE3 behind the interface of hashes of the standard library: of whatever has a
//! derived `Hash`, for caches that this program alone reads.
//!
//! Knows: BLAKE3. Must not know: what is hashed.

use std::hash::Hasher;

/// How much is gathered before it is hashed, in bytes: most writes have eight.
const ROOM: usize = 1 << 14;

/// A hash in the making.
#[derive(Debug)]
pub(crate) struct Digest {
    hasher: blake3::Hasher,
    buffer: Vec<u8>,
}

impl Default for Digest {
    fn default() -> Self {
        Self { hasher: blake3::Hasher::new(), buffer: Vec::with_capacity(ROOM) }
    }
}

impl Digest {
    /// Returns the hash of all that went in. It is the same for the same program on the same
    /// kind of machine.
    pub(crate) fn done(mut self) -> blake3::Hash {
        self.hasher.update(&self.buffer);
        self.hasher.finalize()
    }
}

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        if self.buffer.len() + bytes.len() > ROOM {
            self.hasher.update(&self.buffer);
            self.buffer.clear();
        }
        if bytes.len() > ROOM {
            self.hasher.update(bytes);
        } else {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// Eight bytes of the hash so far; nobody asks for them.
    fn finish(&self) -> u64 {
        let mut hasher = self.hasher.clone();
        hasher.update(&self.buffer);
        let bytes = *hasher.finalize().as_bytes();
        bytes.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}
