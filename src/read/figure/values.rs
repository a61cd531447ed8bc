//! What pixels stand for: `window`, the values that are shown, and `pixel-size`,
//! how large one is in the world.

use super::scale::parse_length;
use crate::diag::Code;
use crate::model::{Image, PixelSize, Window};
use crate::read::Ctx;
use crate::source::Span;
use crate::yaml::{Fields, Node, Value};

/// What the keys say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Values {
    window: Option<Window>,
    pixel_size: Option<PixelSize>,
}

impl Values {
    /// Takes the keys, and reports what is wrong with them. Returns the place of
    /// the first, too.
    pub(super) fn take(fields: &mut Fields, ctx: &mut Ctx) -> (Self, Option<Span>) {
        let (window, size) = (fields.take_entry("window"), fields.take_entry("pixel-size"));
        let first = window.as_ref().or(size.as_ref()).map(|(key, _)| key.span);
        let window = window.and_then(|(_, node)| read_window(&node, ctx));
        let pixel_size = size.and_then(|(_, node)| read_pixel_size(&node, ctx));
        (Self { window, pixel_size }, first)
    }

    /// Returns the picture with them.
    pub(super) fn of(self, mut image: Image) -> Image {
        image.excerpt.window = self.window;
        image.pixel_size = self.pixel_size;
        image
    }
}

/// Reads `[40, 400]`: the middle and the width.
fn read_window(node: &Node, ctx: &mut Ctx) -> Option<Window> {
    let thousandths = |node: &Node| match node.value {
        // The cast is exact: the value lies in the range of the type.
        Value::Number(number) if number.abs() <= 1e9 => Some((number * 1e3).round() as i64),
        _ => None,
    };
    let window = match &node.value {
        Value::List(items) => match &items[..] {
            [center, width] => thousandths(center)
                .zip(thousandths(width).filter(|width| *width > 0))
                .map(|(center, width)| Window { center, width }),
            _ => None,
        },
        _ => None,
    };
    if window.is_none() {
        let message = "`window` should be two numbers: its center, and its width, more than 0";
        let hint = "write `window: [40, 400]` for soft tissue in computed tomography";
        ctx.refuse(Code::InvalidValue, message, node.span, hint);
    }
    window
}

/// Reads `0.2 mm`, or `[0.2 mm, 0.25 mm]`: from left to right, and from top to
/// bottom.
fn read_pixel_size(node: &Node, ctx: &mut Ctx) -> Option<PixelSize> {
    let length = |node: &Node| match &node.value {
        Value::Text(text) => nanometers(text),
        _ => None,
    };
    let size = match &node.value {
        Value::List(items) => match &items[..] {
            [x, y] => length(x).zip(length(y)).map(|(x, y)| PixelSize { x, y }),
            _ => None,
        },
        _ => length(node).map(|side| PixelSize { x: side, y: side }),
    };
    if size.is_none() {
        let message = "`pixel-size` should be a length with its unit, or a width and a height";
        let hint = "write `pixel-size: 0.2 mm` or `[0.2 mm, 0.25 mm]`; the units are nm, µm (or \
                    um), mm, cm and m";
        ctx.refuse(Code::InvalidValue, message, node.span, hint);
    }
    size
}

/// Reads the side of a pixel; `None` also for what no pixel measures.
fn nanometers(text: &str) -> Option<u32> {
    u32::try_from(parse_length(text.trim())?.nanometers).ok()
}

#[cfg(test)]
mod tests {
    use super::nanometers;

    #[test]
    fn lengths_have_units() {
        assert_eq!(nanometers("0.2 mm"), Some(200_000));
        assert_eq!(nanometers("0,7mm"), Some(700_000));
        assert_eq!(nanometers(" 500 nm "), Some(500));
        assert_eq!(nanometers("1.5 µm"), Some(1500));
        for wrong in ["0.2", "mm", "0 mm", "-1 mm", "1 inch", "5 m", "1.2.3 mm", "1e3 mm"] {
            assert_eq!(nanometers(wrong), None, "{wrong}");
        }
    }
}
