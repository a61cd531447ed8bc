//! The coded pixels of a JPEG, gone through without making any: ITU-T T.81, F.2.2.
//!
//! Does: sees that each block of a picture has its codes, to the last, in a third of
//! the time that it takes to decode it. Knows: Huffman codes. Must not know: what the
//! numbers mean that they stand for.
//!
//! Pictures of the usual kind alone are looked at: one scan, row by row. Whatever is
//! not as it should be is left to the decoder, which may show it even so.

use memchr::memchr;

use super::jpeg::{SCAN, Segment};

const HUFFMAN_TABLES: u8 = 0xc4;
const QUANTIZATION_TABLES: u8 = 0xdb;
const RESTART_INTERVAL: u8 = 0xdd;

/// How many bits are looked up in one go: few codes are longer.
const LOOKUP: u32 = 10;
/// The longest code.
const LONGEST: usize = 16;
/// The most bits of a first value, which is one more than others have.
const MOST_BITS: u8 = 11;
/// How many values are known at the end of a block: more than any has.
const END: u8 = 128;
/// What is put behind the codes, so that they can be read in steps of eight bytes.
const ROOM: usize = 16;

/// Tells whether a picture is of the usual kind, and each of its blocks can be decoded.
pub(super) fn is_whole(segments: &[Segment<'_>]) -> bool {
    walk(segments).is_some()
}

/// Goes through all codes; `None` if there is anything that is not as it should be.
fn walk(segments: &[Segment<'_>]) -> Option<()> {
    let tables = Tables::before_scan(segments)?;
    let is_scan = |segment: &&Segment<'_>| segment.marker == SCAN;
    let scan = segments.iter().find(is_scan)?;
    let is_frame = |segment: &&Segment<'_>| matches!(segment.marker, 0xc0..=0xcf if segment.marker != HUFFMAN_TABLES);
    let mut frames = segments.iter().filter(is_frame);
    let frame = frames.next()?;
    let alone = frames.next().is_none() && segments.iter().filter(is_scan).count() == 1;
    // Sequential, and of 8 bits.
    let [8, h1, h0, w1, w0, count, components @ ..] = frame.contents else { return None };
    if !alone || !matches!(frame.marker, 0xc0 | 0xc1) || !matches!(count, 1 | 3) {
        return None;
    }
    let [in_scan, choices @ ..] = scan.contents else { return None };
    let count = usize::from(*count);
    // All components, all values of each block, all bits of each value.
    let (choices, [0, 63, 0]) = choices.split_at_checked(2 * count)? else { return None };
    if usize::from(*in_scan) != count || components.len() != 3 * count {
        return None;
    }
    let mut blocks = Vec::new();
    let mut sampling = Vec::new();
    for (component, choice) in components.chunks_exact(3).zip(choices.chunks_exact(2)) {
        let ([id, factors, quantization], [chosen, numbers]) = (component, choice) else {
            return None;
        };
        let (across, down) = (usize::from(factors >> 4), usize::from(factors & 15));
        if id != chosen || !*tables.quantization.get(usize::from(*quantization))? {
            return None;
        }
        let first = tables.codes[0].get(usize::from(numbers >> 4))?.as_ref()?;
        let others = tables.codes[1].get(usize::from(numbers & 15))?.as_ref()?;
        // What is alone has its blocks one by one, whatever it says of itself.
        let many = if count == 1 { 1 } else { across * down };
        blocks.extend(std::iter::repeat_n((first, others), many));
        sampling.push((across, down));
    }
    let (across, down) = match sampling.as_slice() {
        [_] => (1, 1),
        [(across @ (1 | 2), down @ (1 | 2)), (1, 1), (1, 1)] => (*across, *down),
        _ => return None,
    };
    let pixels = |high: &u8, low: &u8| usize::from(u16::from_be_bytes([*high, *low]));
    let mut left = pixels(w1, w0).div_ceil(8 * across) * pixels(h1, h0).div_ceil(8 * down);
    let mut bytes = Vec::with_capacity(scan.scan.len() + ROOM);
    let mut rest = scan.scan;
    for restart in 0_u8.. {
        let (length, next) = piece(rest, &mut bytes)?;
        let turn = if tables.interval == 0 { left } else { left.min(tables.interval) };
        // After a restart, nothing is left of what was before.
        let mut reader = Reader::default();
        for _ in 0..turn {
            for (first, others) in &blocks {
                reader = reader.block(&bytes, first, others)?;
            }
        }
        reader.is_at_end(length).then_some(())?;
        left -= turn;
        match next {
            None if left == 0 => return Some(()),
            Some([marker, next @ ..]) if left > 0 && *marker == 0xd0 + restart % 8 => rest = next,
            _ => return None,
        }
    }
    None
}

/// Takes the bytes up to the next restart, without those that only tell them from
/// markers. Returns how many there are, and what comes behind, from the marker's second
/// byte; `None` of that at the end.
fn piece<'a>(scan: &'a [u8], bytes: &mut Vec<u8>) -> Option<(usize, Option<&'a [u8]>)> {
    bytes.clear();
    let mut rest = scan;
    let next = loop {
        let Some(at) = memchr(0xff, rest) else {
            bytes.extend_from_slice(rest);
            break None;
        };
        match rest.get(at + 1)? {
            0 => bytes.extend_from_slice(&rest[..=at]),
            0xd0..=0xd7 => {
                bytes.extend_from_slice(&rest[..at]);
                break rest.get(at + 1..);
            }
            _ => return None,
        }
        rest = rest.get(at + 2..)?;
    };
    let length = bytes.len();
    bytes.resize(length + ROOM, 0);
    Some((length, next))
}

/// The tables that are set before the scan.
#[derive(Default)]
struct Tables {
    /// The codes of first values, and those of all others, by their numbers.
    codes: [[Option<Table>; 4]; 2],
    /// Whether there is a table of quantization, by its number.
    quantization: [bool; 4],
    /// How many MCUs come before a restart; 0 if there is none.
    interval: usize,
}

impl Tables {
    fn before_scan(segments: &[Segment<'_>]) -> Option<Self> {
        let mut set = Self::default();
        for segment in segments.iter().take_while(|segment| segment.marker != SCAN) {
            let mut rest = segment.contents;
            match segment.marker {
                HUFFMAN_TABLES => {
                    while let [kind, counts @ ..] = rest {
                        let (counts, symbols) = counts.split_at_checked(LONGEST)?;
                        let total = counts.iter().map(|count| usize::from(*count)).sum();
                        let (symbols, next) = symbols.split_at_checked(total)?;
                        let class = set.codes.get_mut(usize::from(kind >> 4))?;
                        let place = class.get_mut(usize::from(kind & 15))?;
                        *place = Some(Table::new(counts, symbols, kind >> 4 == 0)?);
                        rest = next;
                    }
                }
                QUANTIZATION_TABLES => {
                    while let [kind, next @ ..] = rest {
                        *set.quantization.get_mut(usize::from(kind & 15))? = true;
                        rest = next.get(64 * (1 + usize::from(kind >> 4))..)?;
                    }
                }
                RESTART_INTERVAL => {
                    let [high, low] = rest else { return None };
                    set.interval = usize::from(u16::from_be_bytes([*high, *low]));
                }
                _ => {}
            }
        }
        Some(set)
    }
}

/// A table of codes.
struct Table {
    /// What the next bits begin with.
    short: Box<[Step; 1 << LOOKUP]>,
    /// The longer codes, in their order: length, code, and what it says.
    long: Vec<(u32, u32, Step)>,
}

/// What a code says.
#[derive(Debug, Clone, Copy, Default)]
struct Step {
    /// How many bits it has, with those of the value that follows; 0 of what is no
    /// code.
    bits: u8,
    /// How many values of the block are known then.
    values: u8,
}

impl Table {
    /// Reads a table: T.81, B.2.4.2 and annex C.
    fn new(counts: &[u8], symbols: &[u8], is_first: bool) -> Option<Self> {
        let short = Box::new([Step::default(); 1 << LOOKUP]);
        let mut table = Self { short, long: Vec::new() };
        let mut symbols = symbols.iter();
        let mut code = 0_u32;
        for (length, count) in (1_u32..).zip(counts) {
            for symbol in symbols.by_ref().take(usize::from(*count)) {
                // As many bits as there are, and not all of them ones.
                if code + 1 >= 1 << length {
                    return None;
                }
                let step = Step::of(*symbol, length, is_first)?;
                match LOOKUP.checked_sub(length) {
                    Some(free) => {
                        let start = (code << free) as usize;
                        table.short[start..start + (1 << free)].fill(step);
                    }
                    None => table.long.push((length, code, step)),
                }
                code += 1;
            }
            code <<= 1;
        }
        Some(table)
    }

    /// Returns what the code says that bits begin with.
    fn step(&self, bits: u64) -> Option<Step> {
        let step = self.short[(bits >> (64 - LOOKUP)) as usize];
        if step.bits > 0 {
            return Some(step);
        }
        let is_it =
            |(length, code, _): &&(u32, u32, Step)| bits >> (64 - length) == u64::from(*code);
        self.long.iter().find(is_it).map(|(.., step)| *step)
    }
}

impl Step {
    /// Returns what a symbol says: how many values are zero, and how many bits the
    /// next one has. T.81, F.1.2.
    fn of(symbol: u8, length: u32, is_first: bool) -> Option<Self> {
        let length = u8::try_from(length).ok()?;
        let (zeros, bits) = (symbol >> 4, symbol & 15);
        let values = match (zeros, bits) {
            _ if is_first => 1,
            (0, 0) => END,
            _ => zeros + 1,
        };
        let is_known = match is_first {
            true => symbol <= MOST_BITS,
            false => bits < MOST_BITS && (bits > 0 || matches!(zeros, 0 | 15)),
        };
        is_known.then_some(Self { bits: length + bits, values })
    }
}

/// How far codes were read.
#[derive(Clone, Copy, Default)]
struct Reader {
    /// How many bytes were taken into `bits`.
    taken: usize,
    /// The next bits, from the highest.
    bits: u64,
    /// How many there are.
    count: u32,
}

impl Reader {
    /// Reads the codes of a block; returns how far they were read then.
    fn block(mut self, bytes: &[u8], first: &Table, others: &Table) -> Option<Self> {
        self.step(bytes, first)?;
        let mut values = 1;
        while values < 64 {
            values += self.step(bytes, others)?;
        }
        // All values, or the end.
        (values == 64 || values > END).then_some(self)
    }

    /// Reads a code and the value that follows it; returns how many values are known.
    #[inline(always)]
    fn step(&mut self, bytes: &[u8], table: &Table) -> Option<u8> {
        if self.count < 32 {
            // Behind the end there are zeros; they are counted, and too many.
            let next = bytes.get(self.taken..)?.first_chunk()?;
            self.bits |= u64::from_be_bytes(*next) >> self.count;
            let bytes = (63 - self.count) / 8;
            self.taken += bytes as usize;
            self.count += bytes * 8;
        }
        let Step { bits, values } = table.step(self.bits)?;
        self.bits <<= bits;
        self.count -= u32::from(bits);
        Some(values)
    }

    /// Tells whether all bytes were read, of which there are so many, and no more.
    fn is_at_end(self, length: usize) -> bool {
        let read = self.taken * 8 - self.count as usize;
        read.div_ceil(8) == length
    }
}

#[cfg(test)]
mod tests {
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
    use zune_core::bytestream::ZCursor;
    use zune_core::options::DecoderOptions;
    use zune_jpeg::JpegDecoder;

    use super::super::jpeg::segments;

    /// Pictures of noise, which have codes of all lengths; and whether they have one scan, and restarts.
    fn pictures() -> Vec<(bool, bool, Vec<u8>)> {
        let mut all = Vec::new();
        for (color, channels) in [(ColorType::Luma, 1), (ColorType::Rgb, 3)] {
            for (width, height) in [(8, 8), (40, 17)] {
                let mut seed = 7_u32;
                let mut noise = || {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 24) as u8
                };
                let count = usize::from(width * height) * channels;
                let pixels: Vec<u8> = (0..count).map(|_| noise()).collect();
                for kind in 0..24 {
                    let mut bytes = Vec::new();
                    let mut encoder = Encoder::new(&mut bytes, [30, 100][kind % 2]);
                    let factors = [SamplingFactor::F_1_1, SamplingFactor::F_2_2];
                    encoder.set_sampling_factor(factors[kind / 2 % 2]);
                    encoder.set_optimized_huffman_tables(kind / 4 % 2 == 1);
                    encoder.set_progressive(kind / 8 == 1);
                    encoder.set_restart_interval([0, 0, 3][kind / 8]);
                    encoder.encode(&pixels, width, height, color).expect("a picture");
                    // The encoder counts codes in scans of their own.
                    let in_one = kind / 8 != 1 && (kind / 4 % 2 == 0 || channels == 1);
                    all.push((in_one, kind / 8 == 2, bytes));
                }
            }
        }
        all
    }

    fn is_whole(bytes: &[u8]) -> bool {
        segments(bytes).is_ok_and(|segments| super::is_whole(&segments))
    }

    /// What the decoder says when it forgives nothing.
    fn decodes(bytes: &[u8]) -> bool {
        let options = DecoderOptions::default().set_strict_mode(true);
        JpegDecoder::new_with_options(ZCursor::new(bytes), options).decode().is_ok()
    }

    #[test]
    fn what_is_whole_can_be_decoded() {
        let (mut restarted, mut whole) = (0, 0);
        for (is_usual, restarts, bytes) in pictures() {
            assert!(decodes(&bytes) || (restarts && !is_whole(&bytes)));
            if restarts && is_usual {
                // Before a restart, this encoder may lose the last bits of a block.
                (restarted, whole) = (restarted + 1, whole + usize::from(is_whole(&bytes)));
            } else {
                assert_eq!(is_whole(&bytes), is_usual);
            }
            // Nothing is whole that ends early, and no codes are left over.
            for end in (0..bytes.len() - 2).step_by(11).chain([bytes.len() - 3]) {
                assert!(!is_whole(&[&bytes[..end], &[0xff, 0xd9]].concat()));
            }
            assert!(!is_whole(&[&bytes[..bytes.len() - 2], &[0, 0, 0xff, 0xd9]].concat()));
            // Whatever is damaged: what is called whole is so.
            for at in (2..bytes.len()).step_by(5) {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << (at % 8);
                assert!(!is_whole(&damaged) || decodes(&damaged), "byte {at}");
            }
        }
        assert!(restarted > 0 && whole * 2 > restarted, "{whole} of {restarted}");
    }
}
