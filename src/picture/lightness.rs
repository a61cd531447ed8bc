//! How light a picture is, as the eye has it.

/// Returns how light a picture is at places, in CIE L* (0 black, 100 white), each
/// as the mean of the pixels round it; places are shares of the picture. `None`
/// if the bytes are no picture that can be decoded.
pub fn lightness(bytes: &[u8], places: &[(f64, f64)]) -> Option<Vec<f64>> {
    let picture = image::load_from_memory(bytes).ok()?;
    let picture = picture.to_rgba8();
    let (width, height) = picture.dimensions();
    // The cast is exact: places lie in the picture.
    let near = |share: f64, extent: u32| {
        let middle = (share * f64::from(extent)).floor().clamp(0.0, f64::from(extent - 1)) as u32;
        middle.saturating_sub(1)..(middle + 2).min(extent)
    };
    Some(
        places
            .iter()
            .map(|(x, y)| {
                let mut total = 0.0;
                let mut count = 0.0;
                for y in near(*y, height) {
                    for x in near(*x, width) {
                        let [r, g, b, a] = picture.get_pixel(x, y).0;
                        let alpha = f64::from(a) / 255.0;
                        let white = 1.0 - alpha;
                        total += luminance([r, g, b]) * alpha + white;
                        count += 1.0;
                    }
                }
                lightness_of(total / count)
            })
            .collect(),
    )
}

/// Returns how light a color of sRGB is, in CIE L*.
pub fn color_lightness(color: [u8; 3]) -> f64 {
    lightness_of(luminance(color))
}

/// The relative luminance of a color of sRGB, 0 to 1: IEC 61966-2-1.
fn luminance(color: [u8; 3]) -> f64 {
    let linear = color.map(|value| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    let weights = [0.2126, 0.7152, 0.0722];
    linear.iter().zip(weights).map(|(value, weight)| value * weight).sum()
}

/// CIE 15:2004, 8.2.1.
fn lightness_of(luminance: f64) -> f64 {
    if luminance > 0.008_856 { 116.0 * luminance.cbrt() - 16.0 } else { 903.3 * luminance }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lightness_goes_from_black_to_white() {
        assert!(color_lightness([0, 0, 0]).abs() < 1e-9);
        assert!((color_lightness([255, 255, 255]) - 100.0).abs() < 1e-6);
        // The known value of middle gray.
        assert!((color_lightness([119, 119, 119]) - 50.0).abs() < 0.1);
    }
}
