//! What is taken of a file of pixels: `page`, `crop` and what pixels stand for, of
//! a figure's picture as of a panel's.

use super::place::read_area;
use super::values::Values;
use crate::diag::Code;
use crate::model::{Area, Crop, Excerpt};
use crate::read::Ctx;
use crate::source::{ProjectPath, Span};
use crate::yaml::{Fields, Node, Value};

/// What the keys say.
#[derive(Debug, Default)]
pub(super) struct Part {
    page: Option<u32>,
    crop: Option<Crop>,
    /// What its pixels stand for.
    pub(super) values: Values,
    /// The place of the first of the keys that is there.
    pub(super) first: Option<Span>,
}

impl Part {
    /// Takes the keys, and reports what is wrong with them.
    pub(super) fn take(fields: &mut Fields, ctx: &mut Ctx) -> Self {
        let (page, crop) = (fields.take_entry("page"), fields.take_entry("crop"));
        let (values, after) = Values::take(fields, ctx);
        let first = page.as_ref().or(crop.as_ref()).map(|(key, _)| key.span).or(after);
        let page = page.and_then(|(_, node)| read_page(&node, ctx));
        let crop = crop.and_then(|(_, node)| match read_area("crop", node, ctx)? {
            Area::Rectangle { min, max } => Some(Crop { min, max }),
            Area::Ellipse { .. } | Area::Polygon { .. } => None,
        });
        Self { page, crop, values, first }
    }

    /// Returns what is taken of a file.
    pub(super) fn of(self, path: ProjectPath) -> Excerpt {
        // The first page is the same whether it is named or not.
        let page = self.page.filter(|page| *page > 1);
        Excerpt { page, crop: self.crop, ..Excerpt::whole(path) }
    }
}

fn read_page(node: &Node, ctx: &mut Ctx) -> Option<u32> {
    let number = match node.value {
        Value::Number(number) if number.fract() == 0.0 => Some(number),
        _ => None,
    };
    let page = number.filter(|number| (1.0..=1e6).contains(number)).map(|number| number as u32);
    if page.is_none() {
        let hint = "pages and frames are counted from 1";
        ctx.refuse(Code::InvalidValue, "`page` should be a whole number", node.span, hint);
    }
    page
}
