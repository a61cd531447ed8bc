//! Colors, as they are set in inks.

use super::content::written_number;
use super::space::Space;
use crate::picture::{Inks, light};

/// What colors become.
#[derive(Debug, Clone, Copy)]
pub(super) enum Palette<'a> {
    /// Four inks.
    Process(&'a Inks),
    /// Black alone.
    Black,
    /// Light that a mask lets through, for which there is no ink.
    Light,
}

impl Palette<'_> {
    /// Returns the instruction that sets a color.
    pub(super) fn set(
        self,
        space: &Space,
        numbers: &[f64],
        is_stroke: bool,
    ) -> Result<String, String> {
        let numbers: Vec<String> =
            self.inks(space, numbers)?.into_iter().map(written_number).collect();
        let operator = match (numbers.len(), is_stroke) {
            (1, false) => "g",
            (1, true) => "G",
            (_, false) => "k",
            (_, true) => "K",
        };
        Ok(format!("{} {operator}", numbers.join(" ")))
    }

    /// Returns the numbers of a color in inks: four, or that of black.
    pub(super) fn inks(self, space: &Space, numbers: &[f64]) -> Result<Vec<f64>, String> {
        let wrong = || "colors with too few numbers".to_owned();
        let byte = |number: f64| (number.clamp(0.0, 1.0) * 255.0).round() as u8;
        let gray = match (space, numbers) {
            (Space::Gray, [gray]) => *gray,
            (Space::Rgb, [red, green, blue]) => {
                let color = [*red, *green, *blue].map(byte);
                match self {
                    Self::Process(inks) => {
                        return Ok(inks.color(color).map(|ink| f64::from(ink) / 255.0).to_vec());
                    }
                    Self::Black | Self::Light => f64::from(light(color)) / 255.0,
                }
            }
            (Space::Cmyk, [cyan, magenta, yellow, black]) => match self {
                Self::Process(inks) => {
                    let color = [*cyan, *magenta, *yellow, *black].map(byte);
                    let limited = match color {
                        // Black with colors under it is black.
                        [_, _, _, 255] => [0, 0, 0, 255],
                        color => inks.limited(color),
                    };
                    if limited == color {
                        return Ok(numbers.to_vec());
                    }
                    return Ok(limited.map(|ink| f64::from(ink) / 255.0).to_vec());
                }
                // ISO 32000-1, 10.3.3.
                Self::Black | Self::Light => {
                    1.0 - (0.3 * cyan + 0.59 * magenta + 0.11 * yellow + black).min(1.0)
                }
            },
            (Space::Gray | Space::Rgb | Space::Cmyk, _) => return Err(wrong()),
            _ => return Err("colors that are neither of a screen nor of a press".to_owned()),
        };
        Ok(match self {
            Self::Process(_) => vec![0.0, 0.0, 0.0, 1.0 - gray],
            Self::Black | Self::Light => vec![gray],
        })
    }

    /// Returns the space that inks are in, by its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Process(_) => "DeviceCMYK",
            Self::Black | Self::Light => "DeviceGray",
        }
    }
}
