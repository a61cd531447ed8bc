//! Covers of printed books: what `print` of a book says of them, and of its paper.

use super::length::millimeters;
use crate::diag::{Code, Diagnostic, Diagnostics, Severity};
use crate::model::Isbn;
use crate::source::Spanned;
use crate::yaml::{Fields, Value};

/// How thick paper may be, in millimeters.
pub const THICKNESS: (f64, f64) = (0.01, 2.54);
/// How heavy paper may be, in grams a square meter.
pub const GRAMMAGE: (f64, f64) = (20.0, 600.0);
/// How much room a gram of paper may take, in cubic centimeters.
pub const BULK: (f64, f64) = (0.5, 4.0);
/// How many pages may be an inch thick.
pub const PAGES_PER_INCH: (f64, f64) = (25.0, 2500.0);
/// How much wider a spine may be than its pages are thick, in millimeters.
pub const ALLOWANCE: (f64, f64) = (0.0, 25.4);

/// The bulk of uncoated paper that books are printed on, where nobody says.
const USUAL_BULK: f64 = 1.25;

/// What a cover is made for.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverOf {
    /// How thick a leaf is, in millimeters.
    pub leaf: f64,
    /// How much wider the spine is than all leaves are thick, in millimeters.
    pub allowance: f64,
    /// The number of the book.
    pub isbn: Option<Isbn>,
}

impl CoverOf {
    /// Returns how wide the spine of a book of so many pages is, in millimeters.
    pub fn spine(&self, pages: usize) -> f64 {
        pages.div_ceil(2) as f64 * self.leaf + self.allowance
    }
}

/// Reads what an entry of `print` says of a cover.
pub(super) fn take(fields: &mut Fields, diagnostics: &mut Diagnostics) -> Option<CoverOf> {
    let place = fields.span;
    let before = diagnostics.count(Severity::Error);
    let thickness = millimeters(fields, "paper-thickness", THICKNESS, diagnostics);
    let grammage = number(fields, "grammage", GRAMMAGE, diagnostics);
    let bulk = number(fields, "bulk", BULK, diagnostics);
    let per_inch = number(fields, "pages-per-inch", PAGES_PER_INCH, diagnostics);
    let allowance = millimeters(fields, "spine-allowance", ALLOWANCE, diagnostics);
    let number = fields.text("isbn", diagnostics);
    let span = |found: &Option<Spanned<f64>>| found.as_ref().map(|found| found.span);
    // What is wrong is not missing, too.
    let is_wrong = diagnostics.count(Severity::Error) > before;
    let isbn = number.and_then(|number| isbn(&number, diagnostics));
    let ways = [span(&thickness), span(&grammage), span(&per_inch)];
    let mut ways = ways.into_iter().flatten();
    let first = ways.next();
    if let (Some(first), Some(second)) = (first, ways.next()) {
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, "the thickness of the paper is said twice")
                .at(second)
                .hint_at(first, "it is said here, too")
                .hint("delete one of them"),
        );
    }
    if let Some(bulk) = bulk.as_ref().filter(|_| grammage.is_none()) {
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, "`bulk` tells nothing without `grammage`")
                .at(bulk.span)
                .hint("write how heavy the paper is, too: `grammage: 80`"),
        );
        return None;
    }
    let leaf = match (thickness, grammage, per_inch) {
        (Some(thickness), ..) => thickness.value,
        // A square meter of a gram and a cubic centimeter to the gram is a micrometer.
        (_, Some(grammage), _) => grammage.value * bulk.map_or(USUAL_BULK, |bulk| bulk.value) / 1e3,
        (.., Some(pages)) => 2.0 * 25.4 / pages.value,
        (None, None, None) if is_wrong => return None,
        (None, None, None) => {
            diagnostics.push(
                Diagnostic::error(
                    Code::MissingKey,
                    "a cover needs to know how thick the paper of its book is",
                )
                .at(place)
                .hint("write `{imposition: cover, paper-thickness: 0.1mm}`, or `grammage: 80`, or `pages-per-inch: 500`, as the print shop says"),
            );
            return None;
        }
    };
    Some(CoverOf { leaf, allowance: allowance.map_or(0.0, |length| length.value), isbn })
}

fn isbn(number: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<Isbn> {
    let isbn = Isbn::new(&number.value);
    if isbn.is_none() {
        let message = format!("`{}` is no ISBN, or one of its digits is wrong", number.value);
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, message)
                .at(number.span)
                .hint("write it in quotes, as it was given: `\"978-3-16-148410-0\"`"),
        );
    }
    isbn
}

fn number(
    fields: &mut Fields,
    key: &'static str,
    (least, most): (f64, f64),
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<f64>> {
    let node = fields.take(key)?;
    match node.value {
        Value::Number(number) if (least..=most).contains(&number) => {
            Some(Spanned::new(number, node.span))
        }
        _ => {
            let message = format!("`{key}` should be a number from {least} to {most}");
            diagnostics.push(Diagnostic::error(Code::InvalidValue, message).at(node.span));
            None
        }
    }
}
