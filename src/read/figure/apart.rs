//! The marks of one figure together: each must be told from the others, also by
//! readers who see no colors.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic};
use crate::model::{Mark, MarkId, Panel, Style};
use crate::read::Ctx;

/// Gives the marks of a figure styles that tell them apart, and reports those
/// that are alike, and marks of several panels that do not agree with
/// themselves.
pub(super) fn tell_apart(panels: &mut [Panel], ctx: &mut Ctx) {
    let marks = || panels.iter().flat_map(|panel| &panel.marks);
    let mut firsts: Vec<Mark> = Vec::new();
    for mark in marks() {
        match firsts.iter().find(|first| first.id.value == mark.id.value) {
            None => firsts.push(mark.clone()),
            Some(first) => agree(first, mark, ctx),
        }
    }
    letters(&firsts, ctx);
    let styles = styles(&mut firsts, ctx);
    for mark in panels.iter_mut().flat_map(|panel| &mut panel.marks) {
        if let Some(style) = styles.get(&mark.id.value) {
            mark.style = *style;
        }
    }
}

/// A mark of several panels is one mark: it has one color, letter and style.
fn agree(first: &Mark, other: &Mark, ctx: &mut Ctx) {
    let id = &first.id.value;
    let mut disagree = |what: &str| {
        ctx.diagnostics.push(
            Diagnostic::error(
                Code::InvalidValue,
                format!("the mark `{id}` has another {what} in this panel"),
            )
            .at(other.id.span)
            .hint_at(first.id.span, "it is here first")
            .hint(format!("give it the same {what} in both, or another name in one of them")),
        );
    };
    if first.color != other.color {
        disagree("color");
    }
    if first.letter != other.letter {
        disagree("letter");
    }
    if (first.names_style, first.style) != (other.names_style, other.style) {
        disagree("style");
    }
    if first.called.is_some() && other.called.is_some() && first.called != other.called {
        disagree("`called`");
    }
}

fn letters(marks: &[Mark], ctx: &mut Ctx) {
    let mut seen: BTreeMap<&str, &Mark> = BTreeMap::new();
    for mark in marks {
        let Some(letter) = &mark.letter else { continue };
        if let Some(first) = seen.get(letter.as_str()) {
            ctx.diagnostics.push(
                Diagnostic::error(
                    Code::DuplicateLetter,
                    format!(
                        "the marks `{}` and `{}` have the same letter `{}`",
                        first.id.value,
                        mark.id.value,
                        letter.as_str()
                    ),
                )
                .at(mark.id.span)
                .hint_at(first.id.span, "it is used here first")
                .hint("give one of them another letter"),
            );
        } else {
            seen.insert(letter.as_str(), mark);
        }
    }
}

/// Gives each mark the first style that nothing before it has, and nothing that
/// the author gave a style; what needs none stays solid.
fn styles(marks: &mut [Mark], ctx: &mut Ctx) -> BTreeMap<MarkId, Style> {
    for index in 0..marks.len() {
        let Some(form) = marks[index].form().filter(|_| !marks[index].names_style) else {
            continue;
        };
        let is_free = |style: &&Style| {
            let wanted = Mark { style: **style, ..marks[index].clone() };
            let mut others = marks
                .iter()
                .enumerate()
                .filter(|(other, mark)| *other < index || (mark.names_style && *other != index));
            !others.any(|(_, mark)| mark.looks_like(&wanted))
        };
        if let Some(style) = form.styles().iter().find(is_free) {
            marks[index].style = *style;
        }
    }
    for (index, mark) in marks.iter().enumerate() {
        let Some(twin) = marks[..index].iter().find(|other| other.looks_like(mark)) else {
            continue;
        };
        ctx.diagnostics.push(
            Diagnostic::warning(
                Code::SimilarMarks,
                format!(
                    "without colors, the marks `{}` and `{}` look alike",
                    twin.id.value, mark.id.value
                ),
            )
            .at(mark.id.span)
            .hint_at(twin.id.span, "it is drawn like this one")
            .hint("give them letters: `letter: A`, `letter: B`"),
        );
    }
    marks.iter().map(|mark| (mark.id.value.clone(), mark.style)).collect()
}
