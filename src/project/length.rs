//! Lengths of the manifest: numbers of millimeters, or with a unit.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::Spanned;
use crate::yaml::{Fields, Value};

/// Units, and how many millimeters each is.
const UNITS: [(&str, f64); 2] = [("mm", 1.0), ("in", 25.4)];

/// Reads a length, in millimeters: `3`, `3mm`, `0.125in`.
pub(super) fn millimeters(
    fields: &mut Fields,
    key: &'static str,
    (least, most): (f64, f64),
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<f64>> {
    let node = fields.take(key)?;
    let length = match &node.value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => with_unit(text),
        _ => None,
    };
    let length = length.filter(|length| (least..=most).contains(length));
    if length.is_none() {
        let message = format!("`{key}` should be a length of {least} to {most} mm");
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, message)
                .at(node.span)
                .hint("write a number of millimeters, or one with a unit: `3mm`, `0.125in`"),
        );
    }
    length.map(|length| Spanned::new(length, node.span))
}

fn with_unit(text: &str) -> Option<f64> {
    UNITS.iter().find_map(|(unit, factor)| {
        let number: f64 = text.trim().strip_suffix(unit)?.trim_end().parse().ok()?;
        number.is_finite().then_some(number * factor)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_units() {
        let near = |text: &str, length: f64| {
            assert!(with_unit(text).is_some_and(|is| (is - length).abs() < 1e-9), "{text}");
        };
        near("3mm", 3.0);
        near("0.5 mm", 0.5);
        near("0.125in", 3.175);
        for wrong in ["3", "3 m", "mm", "-", "infmm", "nanin", "3cm", "3mm3mm"] {
            assert_eq!(with_unit(wrong), None, "{wrong}");
        }
    }
}
