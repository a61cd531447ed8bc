//! An ICC profile of a press that there is not, computed from a model of its inks: what
//! real profiles say belongs to those who measured it.
//!
//! Each ink lets a share of red, green and blue light through, dots grow in print, and a
//! spot is what dots that lie on each other by chance leave of paper's light. Black
//! takes over from the three colors as these get dark.

/// What full inks let through of red, green and blue light: cyan, magenta, yellow, black.
const INKS: [[f64; 3]; 4] =
    [[0.04, 0.42, 0.76], [0.66, 0.05, 0.32], [0.92, 0.80, 0.06], [0.025, 0.025, 0.028]];
/// How much dots grow: the power of a dot's area.
const GAIN: f64 = 0.8;
/// How many samples the tables have on a side, from inks and to inks.
const GRIDS: [usize; 2] = [7, 17];
/// Lab in 16 bits of version 2: ICC.1:2001-04, annex A.
const FULL_LIGHT: f64 = 65280.0;
/// Linear sRGB to XYZ of D50.
const TO_XYZ: [[f64; 3]; 3] = [
    [0.436_065_7, 0.385_151_5, 0.143_078_4],
    [0.222_493_2, 0.716_887_0, 0.060_616_9],
    [0.013_921_6, 0.097_097_0, 0.713_905_4],
];
const FROM_XYZ: [[f64; 3]; 3] = [
    [3.133_856_1, -1.616_866_7, -0.490_614_6],
    [-0.978_768_4, 1.916_141_5, 0.033_454_0],
    [0.071_945_3, -0.228_991_4, 1.405_242_7],
];
const WHITE: [f64; 3] = [0.964_2, 1.0, 0.824_9];

/// Light that inks leave: red, green and blue, linear.
pub(crate) fn light(inks: [f64; 4]) -> [f64; 3] {
    let mut light = [1.0; 3];
    for (ink, through) in inks.iter().zip(INKS) {
        let dots = ink.clamp(0.0, 1.0).powf(GAIN);
        for (light, through) in light.iter_mut().zip(through) {
            *light *= 1.0 - dots * (1.0 - through);
        }
    }
    light
}

/// The inks that leave light. With as much black as dark colors have.
fn inks(target: [f64; 3]) -> [f64; 4] {
    let target = target.map(|light: f64| light.clamp(0.0, 1.0));
    let [c, m, y, _] = solved(target, 0.0);
    let gray = c.min(m).min(y);
    let black = ((gray - 0.25) / 0.75).clamp(0.0, 1.0).powi(2) * 0.95;
    solved(target, black)
}

/// Solves for the three colors, with so much black: each is found in turn by halving,
/// for each takes most of one light.
fn solved(target: [f64; 3], black: f64) -> [f64; 4] {
    let mut inks = [0.0, 0.0, 0.0, black];
    for _ in 0..12 {
        for ink in 0..3 {
            let (mut low, mut high) = (0.0, 1.0);
            for _ in 0..14 {
                inks[ink] = (low + high) / 2.0;
                if light(inks)[ink] > target[ink] {
                    low = inks[ink];
                } else {
                    high = inks[ink];
                }
            }
        }
    }
    inks
}

fn lab(light: [f64; 3]) -> [f64; 3] {
    let f = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let xyz = TO_XYZ.map(|row| row.iter().zip(light).map(|(a, b)| a * b).sum::<f64>());
    let [x, y, z] = [0, 1, 2].map(|at| f(xyz[at] / WHITE[at]));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn from_lab([l, a, b]: [f64; 3]) -> [f64; 3] {
    let f = |t: f64| if t > 0.206_893 { t.powi(3) } else { (t - 16.0 / 116.0) / 7.787 };
    let y = (l + 16.0) / 116.0;
    let (x, z) = (y + a / 500.0, y - b / 200.0);
    let xyz = [f(x) * WHITE[0], f(y) * WHITE[1], f(z) * WHITE[2]];
    FROM_XYZ.map(|row| row.iter().zip(xyz).map(|(a, b)| a * b).sum())
}

/// All points of a grid, the first number slowest.
fn grid(side: usize, channels: usize) -> impl Iterator<Item = Vec<f64>> {
    (0..side.pow(channels as u32)).map(move |at| {
        (0..channels)
            .rev()
            .map(|channel| (at / side.pow(channel as u32) % side) as f64 / (side - 1) as f64)
            .collect()
    })
}

fn sixteen(share: f64) -> u16 {
    (share.clamp(0.0, 1.0) * 65535.0).round() as u16
}

/// A table of 16 bits: ICC.1:2010, 10.8.
fn table(from: u8, to: u8, side: usize, samples: &[u16]) -> Vec<u8> {
    let mut out = b"mft2\0\0\0\0".to_vec();
    out.extend([from, to, side as u8, 0]);
    for at in 0..9 {
        let unit: u32 = if at % 4 == 0 { 1 << 16 } else { 0 };
        out.extend(unit.to_be_bytes());
    }
    let line: Vec<u8> = [0_u16, 65535].iter().flat_map(|end| end.to_be_bytes()).collect();
    out.extend([0, 2, 0, 2]);
    (0..from).for_each(|_| out.extend(&line));
    out.extend(samples.iter().flat_map(|sample| sample.to_be_bytes()));
    (0..to).for_each(|_| out.extend(&line));
    out
}

/// The table from inks to colors.
fn from_inks() -> Vec<u8> {
    let coded = grid(GRIDS[0], 4).flat_map(|point| {
        let [l, a, b] = lab(light([point[0], point[1], point[2], point[3]]));
        let share = |ab: f64| ((ab + 128.0) * 256.0).clamp(0.0, 65535.0).round() as u16;
        [(l / 100.0 * FULL_LIGHT).clamp(0.0, 65535.0).round() as u16, share(a), share(b)]
    });
    table(4, 3, GRIDS[0], &coded.collect::<Vec<_>>())
}

/// The table from colors to inks.
fn to_inks() -> Vec<u8> {
    let coded = grid(GRIDS[1], 3).flat_map(|point| {
        let l = point[0] * 65535.0 / FULL_LIGHT * 100.0;
        let [a, b] = [point[1], point[2]].map(|share| share * 65535.0 / 256.0 - 128.0);
        inks(from_lab([l, a, b])).map(sixteen)
    });
    table(3, 4, GRIDS[1], &coded.collect::<Vec<_>>())
}

/// What the profile calls itself.
pub(crate) const NAME: &str = "Recto test press";

/// A text in version 2's way: ICC.1:2001-04, 6.5.17.
fn description() -> Vec<u8> {
    let mut out = b"desc\0\0\0\0".to_vec();
    out.extend((NAME.len() as u32 + 1).to_be_bytes());
    out.extend(NAME.as_bytes());
    // The end of it, no Unicode, no Macintosh.
    out.extend([0; 1 + 8 + 3 + 67]);
    out
}

/// A profile that says how inks look, and no more.
pub(crate) fn one_way() -> Vec<u8> {
    let mut bytes = include_bytes!("../fixtures/press.icc").to_vec();
    let at = bytes.windows(4).position(|tag| tag == b"B2A0").expect("a table");
    bytes[at..at + 4].copy_from_slice(b"zzzz");
    bytes
}

/// The profile.
fn profile() -> Vec<u8> {
    let point = |values: [f64; 3]| {
        let mut out = b"XYZ \0\0\0\0".to_vec();
        out.extend(values.iter().flat_map(|v| ((v * 65536.0).round() as i32).to_be_bytes()));
        out
    };
    let tags = [
        (*b"desc", description()),
        (*b"cprt", b"text\0\0\0\0No copyright: computed for tests.\0".to_vec()),
        (*b"wtpt", point(WHITE)),
        (*b"A2B0", from_inks()),
        (*b"B2A0", to_inks()),
    ];
    let mut list = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data = Vec::new();
    let start = 128 + 4 + tags.len() * 12;
    for (name, mut tag) in tags {
        list.extend(name);
        list.extend(((start + data.len()) as u32).to_be_bytes());
        list.extend((tag.len() as u32).to_be_bytes());
        tag.resize(tag.len().next_multiple_of(4), 0);
        data.extend(tag);
    }
    let mut out = Vec::new();
    out.extend(((start + data.len()) as u32).to_be_bytes());
    out.extend(b"\0\0\0\0\x02\x40\0\0prtrCMYKLab ");
    for part in [2026_u16, 1, 31, 0, 0, 0] {
        out.extend(part.to_be_bytes());
    }
    out.extend(b"acsp");
    out.resize(68, 0);
    out.extend(point(WHITE).split_off(8));
    out.resize(128, 0);
    [out, list, data].concat()
}

#[test]
fn the_profile_is_computed_and_is_what_is_kept() {
    let made = profile();
    let path = crate::case::root().join("tests/fixtures/press.icc");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &made).expect("a file can be written");
    }
    let kept = std::fs::read(&path).expect("the profile");
    assert_eq!(made.len(), kept.len());
    // Powers and roots may differ in their last bit between machines.
    let far = made.iter().zip(&kept).filter(|(one, other)| one != other).count();
    assert!(far * 100 < made.len(), "{far} bytes of {} differ; run with UPDATE=1", made.len());
}

#[test]
fn colors_come_back_from_inks() {
    for color in [[1.0, 1.0, 1.0], [0.2, 0.2, 0.2], [0.5, 0.3, 0.2], [0.3, 0.5, 0.6]] {
        let back = light(inks(color));
        for (one, other) in color.iter().zip(back) {
            assert!((one - other).abs() < 0.02, "{color:?} {back:?}");
        }
    }
}
