//! Colors: which leave no ink, and how much ink those of the press are.

use lopdf::{Dictionary, Document, Object};

/// What colors are made of (ISO 32000-1, 8.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Gray,
    Rgb,
    /// The four inks of the press.
    Cmyk,
    /// Spot colors, patterns, and whatever else.
    Other,
}

/// What is painted with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Paint {
    pub(super) space: Space,
    pub(super) is_white: bool,
    /// How much ink of the press it is, 4 being all of all inks; 0 if it is of others.
    pub(super) ink: f64,
}

impl Paint {
    /// What a page begins with.
    pub(super) const BLACK: Self = Self { space: Space::Gray, is_white: false, ink: 0.0 };

    pub(super) fn of(space: Space, values: &[f64]) -> Self {
        let near = |value: &f64, to: f64| (value - to).abs() < 1e-3;
        let is_white = match space {
            Space::Gray | Space::Rgb => !values.is_empty() && values.iter().all(|it| near(it, 1.0)),
            Space::Cmyk => !values.is_empty() && values.iter().all(|it| near(it, 0.0)),
            Space::Other => false,
        };
        let ink = match space {
            Space::Cmyk => values.iter().take(4).map(|value| value.clamp(0.0, 1.0)).sum(),
            Space::Gray | Space::Rgb | Space::Other => 0.0,
        };
        Self { space, is_white, ink }
    }

    /// What a space begins with: all spaces of inks with black or full ink.
    pub(super) fn first(space: Space) -> Self {
        match space {
            Space::Cmyk => Self::of(space, &[0.0, 0.0, 0.0, 1.0]),
            Space::Gray | Space::Rgb | Space::Other => Self { space, is_white: false, ink: 0.0 },
        }
    }
}

/// Returns what a name stands for in descriptions of pages, or in pictures.
pub(super) fn named(document: &Document, resources: Option<&Dictionary>, name: &[u8]) -> Space {
    match name {
        b"DeviceGray" | b"G" | b"CalGray" => Space::Gray,
        b"DeviceRGB" | b"RGB" | b"CalRGB" => Space::Rgb,
        b"DeviceCMYK" | b"CMYK" => Space::Cmyk,
        _ => {
            let spaces =
                resources.and_then(|found| document.get_dict_in_dict(found, b"ColorSpace").ok());
            let found = spaces.and_then(|spaces| spaces.get(name).ok());
            found.map_or(Space::Other, |found| of(document, found))
        }
    }
}

/// Returns what a color space is.
pub(super) fn of(document: &Document, object: &Object) -> Space {
    let Ok((_, object)) = document.dereference(object) else { return Space::Other };
    if let Ok(name) = object.as_name() {
        return named(document, None, name);
    }
    let Ok([kind, rest @ ..]) = object.as_array().map(Vec::as_slice) else { return Space::Other };
    match (kind.as_name(), rest) {
        (Ok(b"ICCBased"), [profile, ..]) => {
            let profile = document.dereference(profile).ok();
            let profile = profile.and_then(|(_, profile)| profile.as_stream().ok());
            let inks = profile.and_then(|profile| profile.dict.get(b"N").ok()?.as_i64().ok());
            match inks {
                Some(1) => Space::Gray,
                Some(3) => Space::Rgb,
                Some(4) => Space::Cmyk,
                _ => Space::Other,
            }
        }
        (Ok(name), []) => named(document, None, name),
        (Ok(b"CalGray"), _) => Space::Gray,
        (Ok(b"CalRGB"), _) => Space::Rgb,
        _ => Space::Other,
    }
}
