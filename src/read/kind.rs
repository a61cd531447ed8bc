//! The kind that an author gives a section.

use super::Ctx;
use crate::diag::{Code, Diagnostic, near_miss};
use crate::model::KindId;
use crate::source::{Span, Spanned};

/// Reads the pairs of a heading, `{kind=imaging}`. `place` finds what was
/// written.
pub(super) fn from_pairs(
    pairs: &[(String, String)],
    place: impl Fn(&str) -> Span,
    ctx: &mut Ctx,
) -> Option<Spanned<KindId>> {
    let mut kind = None;
    for (key, value) in pairs {
        let span = place(key);
        if key == "kind" {
            kind = read(&Spanned::new(value.clone(), span), ctx);
        } else {
            let hint = near_miss(key, ["kind"])
                .unwrap_or_else(|| "it takes `kind=…`, a label and classes".into());
            let message = format!("a heading cannot have `{key}=…`");
            ctx.diagnostics.push(Diagnostic::error(Code::UnknownKey, message).at(span).hint(hint));
        }
    }
    kind
}

/// Reads the name of a kind.
pub(super) fn read(written: &Spanned<String>, ctx: &mut Ctx) -> Option<Spanned<KindId>> {
    match KindId::new(&written.value) {
        Ok(kind) => Some(Spanned::new(kind, written.span)),
        Err(invalid) => {
            ctx.error(Code::InvalidValue, invalid.to_string(), written.span);
            None
        }
    }
}
