//! Sheets that publications are printed on: `print` of the manifest.

use super::cover::{self, CoverOf};
use super::publications::choice;
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::imposition::{
    Binding, Duplex, Imposition, Marks, Order, Size, mm, paper, paper_names, scaling,
};
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Node, Value, expect_text};

/// How many sheets may be folded together.
pub const SHEETS: (u32, u32) = (1, 100);
/// What lengths may be, in millimeters.
pub const MILLIMETERS: (f64, f64) = (0.0, 100.0);

/// Sheets of a publication.
#[derive(Debug, Clone, PartialEq)]
pub struct Printing {
    /// What is asked for.
    pub order: Order,
    /// What the cover is made for, if it is one.
    pub cover: Option<CoverOf>,
    /// Where.
    pub span: Span,
}

/// Impositions, by their names.
type Known = [(&'static str, Imposition)];

/// Reads `print`: one, or a list, of what `known` names.
pub(super) fn print(
    fields: &mut Fields,
    known: &Known,
    diagnostics: &mut Diagnostics,
) -> Vec<Printing> {
    let nodes = fields.list("print");
    nodes.into_iter().filter_map(|node| entry(node, known, diagnostics)).collect()
}

fn entry(node: Node, known: &Known, diagnostics: &mut Diagnostics) -> Option<Printing> {
    let span = node.span;
    if !matches!(node.value, Value::Mapping(_)) {
        // The name of an imposition alone.
        let name = expect_text(node, "print", diagnostics)?;
        let order = Order::new(imposition(&name, known, diagnostics)?);
        if is_cover(order.imposition) {
            let nothing = Node { value: Value::Mapping(Vec::new()), span };
            return cover_entry(Fields::new(nothing, "a cover", diagnostics), diagnostics);
        }
        return Some(Printing { order, cover: None, span });
    }
    let what = "an entry of `print`";
    let mut fields = Fields::new(node, what, diagnostics);
    let name = fields.required_text("imposition", what, diagnostics);
    let found = name.and_then(|name| imposition(&name, known, diagnostics));
    if found.is_some_and(is_cover) {
        return cover_entry(fields, diagnostics);
    }
    let parts = Parts::take(&mut fields, diagnostics);
    let mut order = Order::new(Imposition::Single);
    order.paper = fields.text("paper", diagnostics).and_then(|name| sheet(&name, diagnostics));
    order.duplex = chosen(&mut fields, "duplex", &Duplex::NAMES, diagnostics);
    order.margin = length(&mut fields, "margin", diagnostics).map(|margin| mm(margin.value));
    order.binding = chosen(&mut fields, "binding", &Binding::NAMES, diagnostics);
    if let Some(text) = fields.text("scale", diagnostics) {
        match scaling(&text.value) {
            Some(scaling) => order.scaling = scaling,
            None => {
                let message = format!("pages are not scaled to `{}`", text.value);
                diagnostics.push(
                    Diagnostic::error(Code::InvalidValue, message)
                        .at(text.span)
                        .hint("write `shrink`, `fit`, or a percentage such as `71%`"),
                );
            }
        }
    }
    order.marks = marks(&mut fields, diagnostics);
    fields.finish(what, diagnostics);
    order.imposition = parts.of(found?, diagnostics);
    if order.imposition.is_folded() && order.duplex == Some(Duplex::Off) {
        diagnostics.push(
            Diagnostic::error(
                Code::InvalidValue,
                "sheets that are folded are printed on both sides",
            )
            .at(span)
            .hint("write `duplex: short-edge` or `duplex: long-edge`, as the printer does it"),
        );
        return None;
    }
    Some(Printing { order, cover: None, span })
}

fn is_cover(imposition: Imposition) -> bool {
    matches!(imposition, Imposition::Cover { .. })
}

/// Reads what is left of an entry that is a cover.
fn cover_entry(mut fields: Fields, diagnostics: &mut Diagnostics) -> Option<Printing> {
    let span = fields.span;
    let mut order = Order::new(Imposition::Cover { spine: 0.0 });
    order.paper = fields.text("paper", diagnostics).and_then(|name| sheet(&name, diagnostics));
    order.binding = chosen(&mut fields, "binding", &Binding::NAMES, diagnostics);
    order.marks = marks(&mut fields, diagnostics);
    let cover = cover::take(&mut fields, diagnostics);
    fields.finish("a cover", diagnostics);
    Some(Printing { order, cover: Some(cover?), span })
}

fn imposition(
    name: &Spanned<String>,
    known: &Known,
    diagnostics: &mut Diagnostics,
) -> Option<Imposition> {
    let names = || known.iter().map(|(name, _)| *name);
    let found = known.iter().find(|(known, _)| *known == name.value);
    if found.is_none() {
        diagnostics.push(
            Diagnostic::error(
                Code::InvalidValue,
                format!("pages are not put on sheets as `{}`", name.value),
            )
            .at(name.span)
            .maybe_hint(near_miss(&name.value, names()))
            .hint(format!("they are as: {}", names().collect::<Vec<_>>().join(", "))),
        );
    }
    found.map(|(_, imposition)| *imposition)
}

/// What some impositions have besides.
struct Parts {
    signature: Option<Spanned<u32>>,
    creep: Option<Spanned<f64>>,
    milling: Option<Spanned<f64>>,
    gap: Option<Spanned<f64>>,
    notes: Option<Spanned<bool>>,
}

impl Parts {
    fn take(fields: &mut Fields, diagnostics: &mut Diagnostics) -> Self {
        let signature = fields.take("signature").and_then(|node| {
            let number = super::images::whole("signature", &node, SHEETS, diagnostics)?;
            Some(Spanned::new(number, node.span))
        });
        let [creep, milling, gap] =
            ["creep", "milling", "gap"].map(|key| length(fields, key, diagnostics));
        let place = fields.span;
        let notes = fields.maybe_flag("notes", diagnostics);
        let notes = notes.map(|notes| Spanned::new(notes, place));
        Self { signature, creep, milling, gap, notes }
    }

    /// Puts them to an imposition, and reports those that it does not have.
    fn of(self, imposition: Imposition, diagnostics: &mut Diagnostics) -> Imposition {
        let is_folded = imposition.is_folded();
        let is_bound = matches!(imposition, Imposition::PerfectBound { .. });
        let is_n_up = matches!(imposition, Imposition::NUp { .. });
        let is_repeated = matches!(imposition, Imposition::StepAndRepeat { .. });
        let folded = "`booklet` and `perfect-bound`";
        for (given, key, fits, whose) in [
            (self.signature.as_ref().map(|given| given.span), "signature", is_folded, folded),
            (self.creep.as_ref().map(|given| given.span), "creep", is_folded, folded),
            (self.milling.as_ref().map(|given| given.span), "milling", is_bound, "`perfect-bound`"),
            (self.gap.as_ref().map(|given| given.span), "gap", is_repeated, "`repeat`"),
            (
                self.notes.as_ref().map(|given| given.span),
                "notes",
                is_n_up,
                "`two-up`, `four-up` and `six-up`",
            ),
        ] {
            if let Some(span) = given.filter(|_| !fits) {
                let message = format!("`{key}` says nothing of `{}`", imposition.name());
                diagnostics.push(
                    Diagnostic::error(Code::InvalidValue, message)
                        .at(span)
                        .hint(format!("it goes with {whose}; delete it")),
                );
            }
        }
        let sheets = self.signature.and_then(|sheets| usize::try_from(sheets.value).ok());
        let points = |length: Option<Spanned<f64>>| length.map_or(0.0, |length| mm(length.value));
        match imposition {
            Imposition::Booklet { .. } => {
                Imposition::Booklet { signature: sheets, creep: points(self.creep) }
            }
            Imposition::PerfectBound { signature, .. } => Imposition::PerfectBound {
                signature: sheets.unwrap_or(signature),
                creep: points(self.creep),
                milling: points(self.milling),
            },
            Imposition::NUp { pages, .. } => {
                Imposition::NUp { pages, notes: self.notes.is_some_and(|notes| notes.value) }
            }
            Imposition::StepAndRepeat { .. } => Imposition::StepAndRepeat { gap: points(self.gap) },
            Imposition::Cards { .. } | Imposition::Single | Imposition::Cover { .. } => imposition,
        }
    }
}

/// Reads a length in millimeters.
fn length(
    fields: &mut Fields,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<f64>> {
    let node = fields.take(key)?;
    let (least, most) = MILLIMETERS;
    match node.value {
        Value::Number(number) if (least..=most).contains(&number) => {
            Some(Spanned::new(number, node.span))
        }
        _ => {
            let message = format!("`{key}` should be a number of millimeters, {least} to {most}");
            diagnostics.push(Diagnostic::error(Code::InvalidValue, message).at(node.span));
            None
        }
    }
}

fn sheet(name: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<Size> {
    let found = paper(&name.value);
    if found.is_none() {
        let names: Vec<_> = paper_names().collect();
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, format!("unknown paper `{}`", name.value))
                .at(name.span)
                .maybe_hint(near_miss(&name.value, names.iter().copied()))
                .hint(format!(
                    "the papers are: {}, and sizes in millimeters such as 148x210",
                    names.join(", ")
                )),
        );
    }
    found
}

/// Reads a key that has one of a few values, if it is there.
fn chosen<T: Copy>(
    fields: &mut Fields,
    key: &'static str,
    known: &[(&'static str, T)],
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    let known: Vec<(&'static str, Option<T>)> =
        known.iter().map(|(name, value)| (*name, Some(*value))).collect();
    choice(fields, key, &known, &[], diagnostics)
}

fn marks(fields: &mut Fields, diagnostics: &mut Diagnostics) -> Option<Marks> {
    let written = fields.texts("marks", diagnostics);
    if written.is_empty() {
        return None;
    }
    let mut marks = Marks::default();
    for name in written {
        match Marks::NAMES.iter().find(|(known, _)| *known == name.value) {
            Some((_, more)) => marks = marks.and(*more),
            None => {
                let names = Marks::NAMES.map(|(name, _)| name);
                diagnostics.push(
                    Diagnostic::error(
                        Code::InvalidValue,
                        format!("there are no marks called `{}`", name.value),
                    )
                    .at(name.span)
                    .maybe_hint(near_miss(&name.value, names))
                    .hint(format!("they are: {}", names.join(", "))),
                );
            }
        }
    }
    Some(marks)
}

/// Sheets of a deck's cards, to be cut out.
#[derive(Debug, Clone, PartialEq)]
pub struct CardSheets {
    /// How large a card is.
    pub card: Size,
    /// What is asked for.
    pub order: Order,
    /// Where.
    pub span: Span,
}

/// The papers that are cards, laid across.
pub const CARDS: [&str; 4] = ["a7", "a6", "index-card", "business-card"];

/// Reads `print` of a deck: one, or a list.
pub(super) fn cards(fields: &mut Fields, diagnostics: &mut Diagnostics) -> Vec<CardSheets> {
    let nodes = fields.list("print");
    nodes.into_iter().filter_map(|node| card_sheets(node, diagnostics)).collect()
}

fn card_sheets(node: Node, diagnostics: &mut Diagnostics) -> Option<CardSheets> {
    let span = node.span;
    let mut order = Order::new(Imposition::Cards { gap: 0.0 });
    if !matches!(node.value, Value::Mapping(_)) {
        let name = expect_text(node, "print", diagnostics)?;
        return Some(CardSheets { card: card(&name, diagnostics)?, order, span });
    }
    let what = "an entry of `print`";
    let mut fields = Fields::new(node, what, diagnostics);
    let name = fields.required_text("size", what, diagnostics);
    let size = name.and_then(|name| card(&name, diagnostics));
    order.paper = fields.text("paper", diagnostics).and_then(|name| sheet(&name, diagnostics));
    order.duplex = chosen(&mut fields, "duplex", &Duplex::NAMES, diagnostics);
    order.margin = length(&mut fields, "margin", diagnostics).map(|margin| mm(margin.value));
    order.marks = marks(&mut fields, diagnostics);
    fields.finish(what, diagnostics);
    Some(CardSheets { card: size?, order, span })
}

fn card(name: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<Size> {
    let found = CARDS.into_iter().find(|known| *known == name.value);
    if found.is_none() {
        diagnostics.push(
            Diagnostic::error(
                Code::InvalidValue,
                format!("there are no cards of the size `{}`", name.value),
            )
            .at(name.span)
            .maybe_hint(near_miss(&name.value, CARDS))
            .hint(format!("there are: {}", CARDS.join(", "))),
        );
    }
    found.and_then(paper).map(Size::turned)
}
