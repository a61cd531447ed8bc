//! Scale bars, and lengths in the world.

use super::place::read_point;
use crate::diag::Code;
use crate::model::{Language, Length, LengthUnit, Shape};
use crate::read::Ctx;
use crate::source::Spanned;
use crate::yaml::{Fields, Node};

const WHAT: &str = "a scale bar";

pub(super) fn read_scale_bar(node: Node, ctx: &mut Ctx) -> Option<Shape> {
    let mut fields = Fields::new(node, WHAT, ctx.diagnostics);
    let length = fields.required_text("length", WHAT, ctx.diagnostics);
    let at = fields.take("at");
    fields.finish(WHAT, ctx.diagnostics);
    let at = at.map(|node| read_point(node, ctx));
    let length = length.and_then(|length| read_length(&length, ctx))?;
    let label = label(length, &ctx.defaults.language);
    // A place with a mistake was reported.
    let at = match at {
        Some(point) => Some(point?),
        None => None,
    };
    Some(Shape::ScaleBar { length, label, at })
}

fn read_length(written: &Spanned<String>, ctx: &mut Ctx) -> Option<Length> {
    let text = written.value.trim();
    let length = parse_length(text);
    if length.is_none() {
        ctx.refuse(
            Code::InvalidValue,
            format!("`{text}` is not a length"),
            written.span,
            "write a number and its unit, `5 cm`; the units are nm, µm (or um), mm, cm and m",
        );
    }
    length
}

/// Reads a number more than 0, with point or comma, and its unit.
pub(super) fn parse_length(text: &str) -> Option<Length> {
    let end = text.find(|c: char| !matches!(c, '0'..='9' | '.' | ','))?;
    let (number, unit) = text.split_at(end);
    let number: f64 = number.replace(',', ".").parse().ok()?;
    let unit = match unit.trim() {
        // The micro sign, the Greek letter, and what keyboards have.
        "µm" | "\u{3bc}m" | "um" => LengthUnit::Micrometer,
        unit => LengthUnit::ALL.into_iter().find(|known| known.symbol() == unit)?,
    };
    let nanometers = (number * unit.nanometers() as f64).round();
    // A million kilometers: more than any picture shows, less than a float
    // has exactly.
    (1.0..=1e15).contains(&nanometers).then_some(Length { nanometers: nanometers as u64, unit })
}

/// The length as it is written at the bar.
fn label(length: Length, language: &Language) -> String {
    let number = length.nanometers as f64 / length.unit.nanometers() as f64;
    let number = number.to_string();
    let number = match language.primary() {
        "en" | "ja" | "zh" | "ko" | "th" | "he" | "hi" | "ms" => number,
        // Mexico and Central America write a point.
        "es" if matches!(language.region(), Some("MX" | "US" | "GT" | "HN" | "PA" | "DO")) => {
            number
        }
        _ => number.replace('.', ","),
    };
    format!("{number} {}", length.unit.symbol())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_written() {
        let nanometers = |text: &str| parse_length(text).map(|length| length.nanometers);
        assert_eq!(nanometers("5 cm"), Some(50_000_000));
        assert_eq!(nanometers("2.5cm"), Some(25_000_000));
        assert_eq!(nanometers("2,5 mm"), Some(2_500_000));
        assert_eq!(nanometers("50 um"), Some(50_000));
        assert_eq!(nanometers("50 \u{3bc}m"), Some(50_000));
        assert_eq!(nanometers("300 nm"), Some(300));
        for wrong in ["5", "cm", "-1 cm", "0 mm", "5 inches", "1.2.3 mm", "", "1e400 m"] {
            assert_eq!(nanometers(wrong), None, "{wrong}");
        }
        let label = |text, tag| {
            label(parse_length(text).expect("a length"), &Language::new(tag).expect("a tag"))
        };
        assert_eq!(label("2.5 cm", "en"), "2.5 cm");
        assert_eq!(label("2.5 cm", "de"), "2,5 cm");
        assert_eq!(label("2,50 um", "fr"), "2,5 µm");
        assert_eq!(label("0.5 mm", "es-MX"), "0.5 mm");
    }
}
