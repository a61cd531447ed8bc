//! Photographs in inks, coded with loss, as they were before: a fraction as large as
//! without.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::inks::{Inks, jpeg_samples};

/// How well they are coded: better than pictures in colors, which they were before.
const QUALITY: u8 = 93;
/// Pixels that are coded together, on a side: ITU-R T.81, A.1.
const BLOCK: usize = 8;
/// How often a picture is coded until no spot has too much ink.
const TURNS: usize = 6;
/// How much less ink there is each time than would seem enough, in 255ths.
const SPARE: u32 = 3;

impl Inks {
    /// Codes a photograph in inks as JPEG, with Adobe's mark: 0 is full ink there. Coding
    /// lays ink beside where it was; where that would be too much, there is less. `None`
    /// if it cannot be kept within the limit so, or is too large.
    pub fn coded(&self, samples: &[u8], width: usize, height: usize) -> Option<Vec<u8>> {
        let size = (u16::try_from(width).ok()?, u16::try_from(height).ok()?);
        let across = width.div_ceil(BLOCK);
        let block = |at: usize| at / width / BLOCK * across + at % width / BLOCK;
        let mut less = vec![0; across * height.div_ceil(BLOCK)];
        for _ in 0..TURNS {
            let mut held = samples.to_vec();
            for (at, inks) in held.chunks_exact_mut(4).enumerate() {
                if let Some(less @ 1..) = less.get(block(at)).copied() {
                    inks.copy_from_slice(&self.spared([inks[0], inks[1], inks[2], inks[3]], less));
                }
            }
            let mut bytes = Vec::new();
            let mut encoder = Encoder::new(&mut bytes, QUALITY);
            encoder.set_sampling_factor(SamplingFactor::F_1_1);
            encoder.encode(&held, size.0, size.1, ColorType::Cmyk).ok()?;
            let (_, decoded) = jpeg_samples(&bytes)?;
            let mut over = vec![0; less.len()];
            for (at, inks) in decoded.chunks_exact(4).enumerate() {
                if let Some(over) = over.get_mut(block(at)) {
                    *over = self.over([inks[0], inks[1], inks[2], inks[3]]).max(*over);
                }
            }
            if over.iter().all(|over| *over == 0) {
                return Some(bytes);
            }
            // What is coded anew comes out a little otherwise.
            let more = over.into_iter().map(|over| if over > 0 { over + SPARE } else { 0 });
            less.iter_mut().zip(more).for_each(|(less, more)| *less += more);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_coded_has_no_more_ink_than_before() {
        let profile = include_bytes!("../../tests/fixtures/press.icc");
        let (width, height) = (61, 43);
        // Edges between dark colors and paper, and noise.
        let mut seed = 5_u32;
        let mut samples = Vec::new();
        for at in 0..width * height {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [noise, other] = [(seed >> 27) as u8, (seed >> 18) as u8 / 8];
            let dark = (at / 7) % 3 == 0;
            samples.extend(if dark { [noise, other, 20] } else { [250 - noise, 240, 200 - other] });
        }
        for limit in [150, 240, 300, 400] {
            let inks = Inks::open(profile, limit).expect("a profile");
            let super::super::Inked::Process { samples, is_drawing: false } =
                inks.picture(&samples)
            else {
                panic!("no photograph")
            };
            let coded = inks.coded(&samples, width, height).expect("a JPEG");
            let (channels, decoded) = jpeg_samples(&coded).expect("a JPEG");
            assert_eq!((channels, decoded.len()), (4, samples.len()));
            let mut far = 0;
            for (ink, before) in decoded.chunks_exact(4).zip(samples.chunks_exact(4)) {
                let sum: u32 = ink.iter().map(|ink| u32::from(*ink)).sum();
                assert!(sum * 100 <= limit * 255, "{limit} {ink:?}");
                assert!(ink[3] < 255 || ink[..3] == [0; 3], "{ink:?}");
                far += ink.iter().zip(before).map(|(a, b)| u32::from(a.abs_diff(*b))).sum::<u32>();
            }
            assert!(far < decoded.len() as u32 * 12, "{limit}: {}", far / decoded.len() as u32);
        }
    }
}
