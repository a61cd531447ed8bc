//! Which picture a figure shows, and what is taken of it.

use super::part::Part;
use crate::diag::{Code, Diagnostic};
use crate::model::Image;
use crate::read::Ctx;
use crate::source::{ProjectPath, Spanned};

/// Returns a picture, or what is taken of it.
pub(super) fn excerpt(path: Spanned<ProjectPath>, part: Part, alt: String) -> Image {
    Image { excerpt: part.of(path.value), span: path.span, alt, pixel_size: None }
}

pub(super) fn read_path(written: &Spanned<String>, ctx: &mut Ctx) -> Option<Spanned<ProjectPath>> {
    if written.value.contains("://") {
        ctx.diagnostics.push(
            Diagnostic::error(Code::MissingImage, "pictures from the web are not taken")
                .at(written.span)
                .hint("save it beside the topic, and name it by its path"),
        );
        return None;
    }
    match ctx.path.sibling(&written.value) {
        Ok(path) => Some(Spanned::new(path, written.span)),
        Err(reason) => {
            let hint = "put the picture below the project's folder, and name it from the topic's";
            ctx.refuse(Code::MissingImage, reason, written.span, hint);
            None
        }
    }
}
