//! How large outputs have pictures: `images` of the manifest.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Bounds, ImageSettings, PrintLimits};
use crate::yaml::{Fields, Node, Value};

/// What a side may be limited to, in pixels.
pub const PIXELS: (u32, u32) = (100, 10_000);
/// What print may keep, in dots per inch.
pub const DPI: (u32, u32) = (72, 1200);
/// What a file may be limited to, in bytes.
const BYTES: (u32, u32) = (20_000, 100_000_000);

/// Takes the key; what is not written keeps its default.
pub(super) fn take(fields: &mut Fields, diagnostics: &mut Diagnostics) -> ImageSettings {
    let default = ImageSettings::default();
    let Some(node) = fields.take("images") else { return default };
    let mut fields = Fields::new(node, "`images`", diagnostics);
    let print = fields.take("print").map(|node| read_print(node, default.print, diagnostics));
    let mut bounds = |key, default| {
        let node = fields.take(key);
        node.map_or(default, |node| read_bounds(key, node, default, diagnostics))
    };
    let (epub, anki) = (bounds("epub", default.epub), bounds("anki", default.anki));
    fields.finish("`images`", diagnostics);
    ImageSettings { print: print.unwrap_or(default.print), epub, anki }
}

fn read_print(node: Node, default: PrintLimits, diagnostics: &mut Diagnostics) -> PrintLimits {
    let what = "`print` of `images`";
    let mut fields = Fields::new(node, what, diagnostics);
    let dpi = fields.take("dpi").and_then(|node| whole("dpi", &node, DPI, diagnostics));
    let pixels = fields.take("pixels").and_then(|node| whole("pixels", &node, PIXELS, diagnostics));
    fields.finish(what, diagnostics);
    PrintLimits { dpi: dpi.unwrap_or(default.dpi), pixels: pixels.unwrap_or(default.pixels) }
}

fn read_bounds(key: &str, node: Node, default: Bounds, diagnostics: &mut Diagnostics) -> Bounds {
    let what = format!("`{key}` of `images`");
    let mut fields = Fields::new(node, &what, diagnostics);
    let pixels = fields.take("pixels").and_then(|node| whole("pixels", &node, PIXELS, diagnostics));
    let bytes = fields.take("bytes").and_then(|node| read_bytes(&node, diagnostics));
    fields.finish(&what, diagnostics);
    Bounds { pixels: pixels.unwrap_or(default.pixels), bytes: bytes.unwrap_or(default.bytes) }
}

/// Reads a whole number within limits.
pub(super) fn whole(
    key: &str,
    node: &Node,
    (least, most): (u32, u32),
    diagnostics: &mut Diagnostics,
) -> Option<u32> {
    let found = match node.value {
        Value::Number(number) if number.fract() == 0.0 => Some(number),
        _ => None,
    };
    let found = found.filter(|number| (f64::from(least)..=f64::from(most)).contains(number));
    if found.is_none() {
        diagnostics.push(
            Diagnostic::error(
                Code::InvalidValue,
                format!("`{key}` should be a whole number from {least} to {most}"),
            )
            .at(node.span),
        );
    }
    // It is within the limits.
    found.map(|number| number as u32)
}

/// Reads a number of bytes: `600 kB`, `1.5 MB`, 600000.
fn read_bytes(node: &Node, diagnostics: &mut Diagnostics) -> Option<u64> {
    let unit = |text: &str| {
        let text = text.trim();
        [("kB", 1e3), ("MB", 1e6)].into_iter().find_map(|(unit, factor)| {
            let number = text.strip_suffix(unit)?.trim().parse::<f64>().ok()?;
            Some((number * factor).round())
        })
    };
    let found = match &node.value {
        Value::Text(text) => unit(text),
        Value::Number(number) => Some(*number),
        _ => None,
    };
    let found = found.filter(|bytes| (f64::from(BYTES.0)..=f64::from(BYTES.1)).contains(bytes));
    if found.is_none() {
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, "`bytes` should be from 20 kB to 100 MB")
                .at(node.span)
                .hint("write a number with its unit, such as `600 kB` or `1.5 MB`"),
        );
    }
    // It is within the limits.
    found.map(|bytes| bytes as u64)
}
