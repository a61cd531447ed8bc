//! Press editions: `press` of handouts and books in the manifest.

use super::images::whole;
use super::publications::choice;
use super::read_path;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Coloring;
use crate::source::{ProjectPath, Span, Spanned};
use crate::yaml::{Fields, Node, Value};

/// How much ink may be asked for on a spot, in percent: one full ink, or four.
pub const INK: (u32, u32) = (100, 400);
/// How much ink there is on a spot at most, where nothing is said: what coated paper
/// takes.
pub const USUAL_INK: u32 = 300;

/// A second edition of pages, for a print shop.
#[derive(Debug, Clone, PartialEq)]
pub struct PressEdition {
    /// The ICC profile of the press, by its path from the root of the project.
    pub profile: Option<Spanned<ProjectPath>>,
    /// What the printing condition is called in the registry of the ICC.
    pub condition: Option<String>,
    /// The most ink on a spot, in percent.
    pub ink_limit: u32,
    /// Which inks it is printed with.
    pub coloring: Coloring,
}

/// Reads `press`: `true`, the path of a profile, or a mapping. `screen` is how the
/// pages are colored.
pub(super) fn edition(
    fields: &mut Fields,
    screen: Coloring,
    diagnostics: &mut Diagnostics,
) -> Option<PressEdition> {
    let node = fields.take("press")?;
    let span = node.span;
    match node.value {
        Value::Bool(false) => return None,
        Value::Bool(true) => return Some(of(None, None, None, None, screen, span, diagnostics)),
        Value::Mapping(_) => {}
        _ => {
            let profile = read_path(node, "press", diagnostics)?;
            return Some(of(Some(profile), None, None, None, screen, span, diagnostics));
        }
    }
    let what = "`press`";
    let mut fields = Fields::new(node, what, diagnostics);
    let profile = fields.take("profile");
    let is_named = profile.is_some();
    let profile = profile.and_then(|node| read_path(node, "profile", diagnostics));
    let limit = fields.take("ink-limit").and_then(|node: Node| {
        let limit = whole("ink-limit", &node, INK, diagnostics)?;
        Some(Spanned::new(limit, node.span))
    });
    let condition = fields.text("condition", diagnostics);
    if let Some(empty) = condition.as_ref().filter(|name| name.value.trim().is_empty()) {
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, "the name of this printing condition is empty")
                .at(empty.span)
                .hint("write what the print shop calls it, such as `FOGRA51`, or delete it"),
        );
    }
    let names = Coloring::NAMES.map(|(name, coloring)| (name, Some(coloring)));
    let coloring = choice(&mut fields, "color", &names, &[], diagnostics);
    fields.finish(what, diagnostics);
    if is_named && profile.is_none() {
        return None;
    }
    Some(of(profile, limit, condition, coloring, screen, span, diagnostics))
}

fn of(
    profile: Option<Spanned<ProjectPath>>,
    limit: Option<Spanned<u32>>,
    condition: Option<Spanned<String>>,
    coloring: Option<Coloring>,
    screen: Coloring,
    span: Span,
    diagnostics: &mut Diagnostics,
) -> PressEdition {
    if profile.is_none() {
        let needless = [
            ("ink-limit", limit.as_ref().map(|limit| limit.span)),
            ("condition", condition.as_ref().map(|condition| condition.span)),
        ];
        for (key, place) in needless {
            let Some(place) = place else { continue };
            diagnostics.push(
                Diagnostic::error(
                    Code::InvalidValue,
                    format!("`{key}` says nothing without a `profile`"),
                )
                .at(place)
                .hint("name the profile of the press, too, or delete it"),
            );
        }
        if coloring != Some(Coloring::Grayscale) {
            let look = match coloring {
                Some(Coloring::Full) => "keeps the colors of a screen",
                _ => "is in shades of gray",
            };
            diagnostics.push(
                Diagnostic::warning(
                    Code::NoProfile,
                    format!("`press` names no profile of a press, so this edition {look}, and is no PDF/X"),
                )
                .at(span)
                .hint("ask the print shop for its CMYK profile, put it below `sources/`, and name it: `press: sources/NAME.icc`")
                .hint("if black alone is what you want, say so: `press: {color: grayscale}`"),
            );
        }
    }
    let usual = if profile.is_some() { screen } else { Coloring::Grayscale };
    PressEdition {
        profile,
        condition: condition.map(|condition| condition.value),
        ink_limit: limit.map_or(USUAL_INK, |limit| limit.value),
        coloring: coloring.unwrap_or(usual),
    }
}
