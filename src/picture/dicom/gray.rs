//! From stored values to grays. PS3.3, C.7.6.3 and C.11.

/// From stored values to those of the modality, such as Hounsfield units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rescale {
    pub(super) slope: f64,
    pub(super) intercept: f64,
}

impl Rescale {
    pub(super) fn apply(self, stored: i32) -> f64 {
        f64::from(stored) * self.slope + self.intercept
    }
}

/// How values between black and white are spread. PS3.3, C.11.2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Linear,
    LinearExact,
    Sigmoid,
}

impl Function {
    /// Returns the function that a file names.
    pub(super) fn named(name: Option<&str>) -> Self {
        match name {
            Some("SIGMOID") => Self::Sigmoid,
            Some("LINEAR_EXACT") => Self::LinearExact,
            _ => Self::Linear,
        }
    }
}

/// The values that are told apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    pub(super) center: f64,
    pub(super) width: f64,
    pub(super) function: Function,
}

impl Window {
    /// Returns how bright a value is, 0 to 1.
    pub(super) fn apply(self, value: f64) -> f64 {
        let Self { center, width, function } = self;
        // The linear function counts whole values, and needs one at least.
        let function = if function == Function::Linear && width < 1.0 {
            Function::LinearExact
        } else {
            function
        };
        let share = match function {
            Function::Linear if width <= 1.0 => f64::from(u8::from(value > center - 0.5)),
            Function::Linear => (value - (center - 0.5)) / (width - 1.0) + 0.5,
            Function::LinearExact => (value - center) / width + 0.5,
            Function::Sigmoid => 1.0 / (1.0 + (-4.0 * (value - center) / width).exp()),
        };
        share.clamp(0.0, 1.0)
    }

    /// Returns the window that shows all values.
    pub(super) fn of(min: f64, max: f64) -> Self {
        let width = if max > min { max - min } else { 1.0 };
        Self { center: min + width / 2.0, width, function: Function::LinearExact }
    }
}

/// How samples are stored in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) allocated: u16,
    pub(super) stored: u16,
    pub(super) high: u16,
    pub(super) signed: bool,
}

impl Layout {
    /// Returns the samples; bits that do not belong to them are dropped.
    pub(super) fn samples(self, bytes: &[u8]) -> Vec<i32> {
        let shift = u32::from((self.high + 1).saturating_sub(self.stored));
        let mask = if self.stored >= 32 { u32::MAX } else { (1 << self.stored) - 1 };
        let sign = 1_u32 << (self.stored - 1).min(31);
        let value = |raw: u32| {
            let value = (raw >> shift) & mask;
            // The casts keep all bits.
            if self.signed && value & sign != 0 { (value | !mask) as i32 } else { value as i32 }
        };
        if self.allocated <= 8 {
            bytes.iter().map(|byte| value(u32::from(*byte))).collect()
        } else if self.allocated == 16 {
            bytes
                .as_chunks::<2>()
                .0
                .iter()
                .map(|pair| value(u32::from(u16::from_le_bytes(*pair))))
                .collect()
        } else {
            bytes.as_chunks::<4>().0.iter().map(|four| value(u32::from_le_bytes(*four))).collect()
        }
    }
}

/// Returns a share as a gray of eight bits.
pub(super) fn gray(share: f64) -> u8 {
    // The cast is exact: the value is 0 to 255.
    (share * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(function: Function, center: f64, width: f64, values: &[f64]) -> Vec<u8> {
        let window = Window { center, width, function };
        values.iter().map(|value| gray(window.apply(*value))).collect()
    }

    /// The examples of PS3.3, C.11.2.1.2: c = 2048 and w = 4096 spread 12 bits
    /// over all; c = 0 and w = 100 start at -50 and end at 49.
    #[test]
    fn windows_are_those_of_the_standard() {
        assert_eq!(levels(Function::Linear, 2048.0, 4096.0, &[0.0, 4095.0]), [0, 255]);
        assert_eq!(
            levels(Function::Linear, 0.0, 100.0, &[-51.0, -50.0, 49.0, 50.0]),
            [0, 0, 255, 255]
        );
        assert_eq!(levels(Function::Linear, 0.0, 1.0, &[-1.0, -0.5, 0.0]), [0, 0, 255]);
        assert_eq!(levels(Function::LinearExact, 0.0, 100.0, &[-50.0, 0.0, 50.0]), [0, 128, 255]);
        assert_eq!(levels(Function::Sigmoid, 40.0, 400.0, &[40.0, -1000.0, 1000.0]), [128, 0, 255]);
        assert_eq!(levels(Function::Linear, 0.5, 0.5, &[0.0, 0.5, 1.0]), [0, 128, 255]);
    }

    #[test]
    fn stored_bits_are_cut_out_and_signed() {
        let layout = Layout { allocated: 16, stored: 12, high: 11, signed: true };
        assert_eq!(layout.samples(&[0xff, 0xff, 0x00, 0x08, 0xff, 0x07]), [-1, -2048, 2047]);
        let layout = Layout { allocated: 16, stored: 12, high: 15, signed: false };
        assert_eq!(layout.samples(&[0xf7, 0xff]), [4095]);
        let layout = Layout { allocated: 8, stored: 8, high: 7, signed: true };
        assert_eq!(layout.samples(&[0x80, 0x7f]), [-128, 127]);
    }
}
