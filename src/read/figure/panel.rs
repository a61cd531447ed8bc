//! The pictures of a figure: one, or the panels of a montage.

use super::image::ImageKeys;
use super::mark::read_marks;
use super::{read_line_of, warn_credit};
use crate::diag::{Code, Diagnostic};
use crate::model::{NodeId, Panel};
use crate::read::Ctx;
use crate::read::inline::Place;
use crate::read::markdown::read_label;
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Node, Value, expect_list};

const WHAT: &str = "a panel";

/// What the keys say that tell of pictures.
pub(super) struct PanelKeys {
    image: ImageKeys,
    marks: Option<(Spanned<String>, Node)>,
    panels: Option<(Spanned<String>, Node)>,
    columns: Option<Node>,
}

/// The pictures of a figure.
pub(super) struct Panels {
    /// The key to the figure.
    pub(super) figure: NodeId,
    /// Its pictures; `None` after a message.
    pub(super) list: Option<Vec<Panel>>,
    /// How many stand side by side.
    pub(super) columns: Option<usize>,
}

/// What a figure says for panels that say nothing themselves.
#[derive(Clone, Copy)]
pub(super) struct Inherited {
    pub(super) credit: bool,
    pub(super) license: bool,
}

impl PanelKeys {
    /// Takes the keys.
    pub(super) fn take(fields: &mut Fields, ctx: &mut Ctx) -> Self {
        Self {
            image: ImageKeys::take(fields, ctx),
            marks: fields.take_entry("marks"),
            panels: fields.take_entry("panels"),
            columns: fields.take("columns"),
        }
    }

    /// Reads the pictures of the figure at `span`.
    pub(super) fn read(self, span: Span, inherited: Inherited, ctx: &mut Ctx) -> Panels {
        let Some((key, node)) = self.panels else {
            if let Some(node) = self.columns {
                let hint = "give the figure `panels`, or take `columns` away";
                let message = "only panels stand in columns";
                ctx.refuse(Code::InvalidValue, message, node.span, hint);
            }
            warn_credit("this picture", inherited.credit, inherited.license, span, ctx);
            let image = self.image.read(super::WHAT, span, ctx);
            let marks = self.marks.map(|(_, node)| read_marks(node, ctx)).unwrap_or_default();
            let figure = ctx.node_id();
            let list = image.map(|image| vec![Panel::only(figure, image, marks)]);
            return Panels { figure, list, columns: None };
        };
        let marks = self.marks.as_ref().map(|(key, _)| key.span);
        if let Some(first) = self.image.first.or(marks) {
            ctx.diagnostics.push(
                Diagnostic::error(
                    Code::InvalidValue,
                    "a figure has one picture or panels, not both",
                )
                .at(first)
                .hint_at(key.span, "the panels are here")
                .hint("move what is said of the one picture into a panel of its own"),
            );
        }
        let nodes = expect_list(node, "panels", ctx.diagnostics).unwrap_or_default();
        let count = nodes.len();
        if !(2..=LETTERS).contains(&count) {
            let message = format!("a montage has 2 to {LETTERS} panels, and this has {count}");
            let hint = if count < 2 {
                "write `image` and `alt` at the figure itself"
            } else {
                "make two figures of it"
            };
            ctx.refuse(Code::InvalidValue, message, key.span, hint);
        }
        let columns = self.columns.and_then(|node| read_columns(&node, ctx));
        let list: Vec<_> = nodes.into_iter().map(|node| read_panel(node, inherited, ctx)).collect();
        let list: Option<Vec<Panel>> = list.into_iter().collect();
        let list = list.filter(|list| (2..=LETTERS).contains(&list.len()));
        Panels { figure: ctx.node_id(), list, columns }
    }
}

/// Panels are called by the letters from a to z.
const LETTERS: usize = 26;

fn read_panel(node: Node, inherited: Inherited, ctx: &mut Ctx) -> Option<Panel> {
    let mut fields = Fields::new(node, WHAT, ctx.diagnostics);
    let span = fields.span;
    let label = fields.text("label", ctx.diagnostics);
    let image = ImageKeys::take(&mut fields, ctx);
    let marks = fields.take("marks");
    let credit = fields.text("credit", ctx.diagnostics);
    let license = fields.text("license", ctx.diagnostics);
    fields.finish(WHAT, ctx.diagnostics);

    // A panel has no place but that of its first key.
    let span = image.first.unwrap_or(span);
    let credited = inherited.credit || credit.is_some();
    warn_credit("this panel", credited, inherited.license || license.is_some(), span, ctx);
    let image = image.read(WHAT, span, ctx);
    let marks = marks.map(|node| read_marks(node, ctx)).unwrap_or_default();
    let label = label.and_then(|label| read_label(&label.value, label.span, ctx));
    let credit = read_line_of(credit, Place::Body, ctx);
    let id = ctx.node_id();
    let license = license.map(|license| license.value);
    Some(Panel { id, label, image: image?, marks, credit, license })
}

fn read_columns(node: &Node, ctx: &mut Ctx) -> Option<usize> {
    let columns = match node.value {
        Value::Number(number) => {
            (1..=LETTERS).find(|columns| (number - *columns as f64).abs() < f64::EPSILON)
        }
        _ => None,
    };
    if columns.is_none() {
        let message = "`columns` should be the number of panels side by side";
        let hint = "write a number such as 2, or leave it to the layout";
        ctx.refuse(Code::InvalidValue, message, node.span, hint);
    }
    columns
}
