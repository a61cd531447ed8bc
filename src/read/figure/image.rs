//! Which picture is shown, and what is taken of it: the keys that say so, of a
//! figure with one picture as of a panel.

use super::part::Part;
use crate::diag::{Code, Diagnostic};
use crate::model::Image;
use crate::read::Ctx;
use crate::source::{ProjectPath, Span, Spanned};
use crate::yaml::{Fields, Node, expect_text};

/// What the keys of one picture say.
pub(super) struct ImageKeys {
    image: Option<Node>,
    part: Part,
    alt: Option<Node>,
    description: Option<Node>,
    /// The place of the first key that is there.
    pub(super) first: Option<Span>,
}

impl ImageKeys {
    /// Takes the keys.
    pub(super) fn take(fields: &mut Fields, ctx: &mut Ctx) -> Self {
        let image = fields.take_entry("image");
        let part = Part::take(fields, ctx);
        let alt = fields.take_entry("alt");
        let description = fields.take_entry("description");
        let span =
            |entry: &Option<(Spanned<String>, Node)>| entry.as_ref().map(|(key, _)| key.span);
        let first = span(&image).or(span(&alt)).or(span(&description)).or(part.first);
        let node = |entry: Option<(Spanned<String>, Node)>| entry.map(|(_, node)| node);
        Self { image: node(image), part, alt: node(alt), description: node(description), first }
    }

    /// Returns the picture; `what` is what has the keys, and `span` its place.
    pub(super) fn read(self, what: &str, span: Span, ctx: &mut Ctx) -> Option<Image> {
        let path = match self.image {
            Some(node) => expect_text(node, "image", ctx.diagnostics),
            None => {
                let hint = "add `image: …`";
                ctx.refuse(Code::MissingKey, format!("{what} has no `image`"), span, hint);
                None
            }
        };
        let alt = self.alt.and_then(|node| expect_text(node, "alt", ctx.diagnostics));
        let alt = require_alt(alt, span, ctx);
        let description =
            self.description.and_then(|node| expect_text(node, "description", ctx.diagnostics));
        let description = description.map(|text| paragraphs(&text, ctx)).unwrap_or_default();
        let path = path.and_then(|path| read_path(&path, ctx));
        Some(Image { description, ..excerpt(path?, self.part, alt?.value) })
    }
}

/// Returns a picture, or what is taken of it.
pub(super) fn excerpt(path: Spanned<ProjectPath>, part: Part, alt: String) -> Image {
    let values = part.values;
    let (excerpt, description) = (part.of(path.value), Vec::new());
    values.of(Image { excerpt, span: path.span, alt, description, pixel_size: None })
}

/// Returns the paragraphs of a long description, which empty lines part.
fn paragraphs(text: &Spanned<String>, ctx: &mut Ctx) -> Vec<String> {
    let mut paragraphs = vec![Vec::new()];
    for line in text.value.lines() {
        match (line.trim(), paragraphs.last_mut()) {
            ("", _) => paragraphs.push(Vec::new()),
            (line, Some(last)) => last.extend(line.split_whitespace()),
            (_, None) => {}
        }
    }
    paragraphs.retain(|words| !words.is_empty());
    if paragraphs.is_empty() {
        let hint = "say at length what is seen, or take the key away";
        ctx.refuse(Code::InvalidValue, "the `description` is empty", text.span, hint);
    }
    paragraphs.into_iter().map(|words| words.join(" ")).collect()
}

/// Returns the text for those who cannot see the picture, which must be there.
pub(super) fn require_alt(
    alt: Option<Spanned<String>>,
    span: Span,
    ctx: &mut Ctx,
) -> Option<Spanned<String>> {
    if let Some(alt) = alt.filter(|alt| !alt.value.trim().is_empty()) {
        return Some(alt.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    ctx.diagnostics.push(
        Diagnostic::error(Code::MissingAlt, "this picture has no `alt` text")
            .at(span)
            .hint("say in `alt` what is seen, for readers who cannot see it; the caption says what to make of it"),
    );
    None
}

/// Returns the path of a picture.
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
