//! The samples of one frame, from whatever its file keeps them in.

use dicom_object::InMemDicomObject;
use dicom_pixeldata::PixelDecoder;

use super::gray::Layout;
use super::{File, PIXELS, Shape, broken, is_compressed, word};
use crate::picture::Problem;

/// The samples of a frame, and how they stand.
pub(super) struct Frame {
    /// The samples: of all pixels, or of all planes.
    pub(super) samples: Vec<i32>,
    /// What they are: `MONOCHROME2`, `RGB`, …
    pub(super) color: String,
    /// Whether planes stand one after the other.
    pub(super) by_plane: bool,
}

const RLE: &str = "1.2.840.10008.1.2.5";
const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

/// Reads a frame, counted from 0.
pub(super) fn read(file: &File, shape: &Shape, frame: u32) -> Result<Frame, Problem> {
    let short = || Problem::Broken("it has fewer pixels than its header says".into());
    let syntax = file.meta().transfer_syntax().to_owned();
    let mut color = word(file, super::COLOR).unwrap_or_else(|| "MONOCHROME2".into());
    let mut by_plane = super::number(file, super::PLANAR) == Some(1);
    let mut layout = shape.layout;
    let bytes = if syntax == RLE {
        by_plane = false;
        runs(fragment(file, shape, frame).ok_or_else(short)?, shape)
            .ok_or_else(|| Problem::Broken("its runs are damaged".into()))?
    } else if is_compressed(&syntax) {
        let decoded = file.decode_pixel_data_frame(frame).map_err(|error| broken(&error))?;
        // What a JPEG holds is turned to red, green and blue.
        if shape.planes == 3 {
            color = "RGB".into();
        }
        by_plane = false;
        decoded.data().to_vec()
    } else {
        let all = file.get(PIXELS).and_then(|pixels| pixels.to_bytes().ok()).ok_or_else(short)?;
        let bits = shape.count() * usize::from(layout.allocated);
        if layout.allocated == 1 {
            layout = Layout { allocated: 8, stored: 1, high: 0, signed: false };
            let start = bits * frame as usize;
            let bit = |at: usize| Some(all.get(at / 8)? >> (at % 8) & 1);
            (start..start + bits).map(bit).collect::<Option<Vec<u8>>>().ok_or_else(short)?
        } else {
            let start = bits / 8 * frame as usize;
            let mut bytes = all.get(start..start + bits / 8).ok_or_else(short)?.to_vec();
            // Words of 16 bits are turned when the file is read, and only they.
            if syntax == BIG_ENDIAN && layout.allocated == 32 {
                bytes.as_chunks_mut::<4>().0.iter_mut().for_each(|four| four.rotate_left(2));
            }
            bytes
        }
    };
    let mut samples = layout.samples(&bytes);
    if samples.len() < shape.count() {
        return Err(short());
    }
    samples.truncate(shape.count());
    // Such grays came out negative; better none than wrong ones.
    if shape.planes == 1 && !layout.signed && samples.iter().any(|sample| *sample < 0) {
        return Err(Problem::Unfit {
            message: "its values are larger than are read here".into(),
            hint: "export the picture as PNG".into(),
        });
    }
    Ok(Frame { samples, color, by_plane })
}

/// Returns the bytes of a frame, which has a fragment of its own.
fn fragment<'a>(file: &'a InMemDicomObject, shape: &Shape, frame: u32) -> Option<&'a [u8]> {
    let fragments = file.get(PIXELS)?.value().fragments()?;
    let is_whole = fragments.len() == shape.frames as usize;
    is_whole.then(|| fragments.get(frame as usize).map(|fragment| &fragment[..])).flatten()
}

/// Undoes runs of bytes: a segment for each byte of each sample, the highest
/// first. PS3.5, annex G.
fn runs(fragment: &[u8], shape: &Shape) -> Option<Vec<u8>> {
    let offset = |index: usize| -> Option<usize> {
        let four: [u8; 4] = fragment.get(index * 4..index * 4 + 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(four)).ok()
    };
    let wide = usize::from(shape.layout.allocated.div_ceil(8));
    let pixels = shape.count() / shape.planes;
    let segments = offset(0)?;
    if segments != wide * shape.planes || segments > 15 {
        return None;
    }
    let mut bytes = vec![0; shape.count() * wide];
    for segment in 0..segments {
        let end = if segment + 1 < segments { offset(segment + 2)? } else { fragment.len() };
        let mut rest = fragment.get(offset(segment + 1)?..end)?;
        let (plane, high) = (segment / wide, segment % wide);
        let place = |pixel: usize| (pixel * shape.planes + plane) * wide + (wide - 1 - high);
        let mut pixel = 0;
        while pixel < pixels {
            let (head, tail) = rest.split_first()?;
            let count = match *head {
                128 => {
                    rest = tail;
                    continue;
                }
                head @ ..128 => usize::from(head) + 1,
                head => 257 - usize::from(head),
            };
            let taken = if *head < 128 { count } else { 1 };
            let run = tail.get(..taken)?;
            for byte in run.iter().cycle().take(count.min(pixels - pixel)) {
                *bytes.get_mut(place(pixel))? = *byte;
                pixel += 1;
            }
            rest = tail.get(taken..)?;
        }
    }
    Some(bytes)
}
