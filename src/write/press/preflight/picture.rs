//! How much ink pictures of the press take.

use lopdf::{Object, Stream};

use super::walk::Shared;

/// A picture that is not wider or not higher is a color or a gradient.
pub(super) const FEW: u32 = 4;
/// No picture is larger unpacked, in bytes.
const MAX_PICTURE: usize = 256 << 20;
/// Of a thousand pixels, so many may be heavier than all others.
const SPARED: usize = 2;
/// How many kinds of pixels are told apart: the sum of four bytes.
const SUMS: usize = 4 * 255 + 1;

/// Returns the ink that all but very few pixels of a picture of four inks keep to, 4 being
/// all of all; `None` if it is packed in a way that is not looked into.
pub(super) fn most_ink(picture: &Stream, shared: &mut Shared<'_>) -> Option<f64> {
    let most = MAX_PICTURE.min(shared.left);
    let filters = picture.filters().unwrap_or_default();
    let inverted = picture.dict.get(b"Decode").and_then(Object::as_array).is_ok_and(|decode| {
        decode.first().and_then(|first| first.as_float().ok()).is_some_and(|first| first > 0.5)
    });
    let bits = picture.dict.get(b"BitsPerComponent").and_then(Object::as_i64).unwrap_or(8);
    let (bytes, flips) = match filters.as_slice() {
        [b"DCTDecode"] => {
            if picture.content.len() > most {
                return None;
            }
            let (bytes, is_adobe) = (shared.jpeg)(&picture.content)?;
            // What Adobe writes the other way round, PDF reads as it is written.
            (bytes, is_adobe != inverted)
        }
        _ if bits != 8 => return None,
        _ => (picture.get_plain_content_with_limit(most).ok()?, inverted),
    };
    shared.left = shared.left.saturating_sub(bytes.len());
    let mut sums = vec![0_usize; SUMS];
    let mut count = 0;
    for pixel in bytes.chunks_exact(4) {
        let sum: usize = pixel.iter().map(|byte| usize::from(*byte)).sum();
        let sum = if flips { SUMS - 1 - sum } else { sum };
        if let Some(known) = sums.get_mut(sum) {
            *known += 1;
        }
        count += 1;
    }
    let mut spared = count * SPARED / 1000;
    for (sum, pixels) in sums.iter().enumerate().rev() {
        if *pixels > spared {
            return Some(sum as f64 / 255.0);
        }
        spared -= pixels;
    }
    None
}
