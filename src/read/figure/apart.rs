//! The marks of one figure together: each must be told from the others, also by
//! readers who see no colors.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Mark, MarkId, Panel, Style, plain_text};

/// Gives the marks of a figure styles that tell them apart, and reports those
/// that are alike, and marks of several panels that do not agree with
/// themselves.
pub(super) fn tell_apart(panels: &mut [Panel], diagnostics: &mut Diagnostics) {
    let marks = || panels.iter().flat_map(|panel| &panel.marks);
    let mut firsts: Vec<Mark> = Vec::new();
    for mark in marks() {
        match firsts.iter().find(|first| first.id.value == mark.id.value) {
            None => firsts.push(mark.clone()),
            Some(first) => agree(first, mark, diagnostics),
        }
    }
    letters(&firsts, diagnostics);
    let styles = styles(&mut firsts, diagnostics);
    for mark in panels.iter_mut().flat_map(|panel| &mut panel.marks) {
        if let Some(style) = styles.get(&mark.id.value) {
            mark.style = *style;
        }
    }
}

/// A mark of several panels is one mark: it has one color, letter and style.
fn agree(first: &Mark, other: &Mark, diagnostics: &mut Diagnostics) {
    let id = &first.id.value;
    let mut disagree = |what: &str| {
        diagnostics.push(
            Diagnostic::error(
                Code::InvalidValue,
                format!("the mark `{id}` has another {what} in this panel"),
            )
            .at(other.id.span)
            .hint_at(first.id.span, "it is here first")
            .hint(format!("give it the same {what} in both, or another name in one of them")),
        );
    };
    if plain_text(&first.means) != plain_text(&other.means) {
        disagree("meaning");
    }
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

fn letters(marks: &[Mark], diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<&str, &Mark> = BTreeMap::new();
    for mark in marks {
        let Some(letter) = &mark.letter else { continue };
        if let Some(first) = seen.get(letter.as_str()) {
            diagnostics.push(
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
fn styles(marks: &mut [Mark], diagnostics: &mut Diagnostics) -> BTreeMap<MarkId, Style> {
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
        diagnostics.push(
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Color, Coordinate, Excerpt, Image, NodeId, Point, Ratio, Shape};
    use crate::source::{ProjectPath, Sources, Span, Spanned};

    fn mark(name: &str, color: Color) -> Mark {
        let mut sources = Sources::default();
        let file = sources.add(ProjectPath::new("sources/a.md").expect("a path"), String::new());
        let point = |value| {
            let share = Coordinate::Share(Ratio::new(value).expect("a share"));
            Point { x: share, y: share }
        };
        Mark {
            id: Spanned::new(MarkId::new(name).expect("a name"), Span::new(file, 0, 0)),
            means: Vec::new(),
            called: None,
            color,
            style: Style::Solid,
            names_style: false,
            letter: None,
            shapes: vec![Shape::Arrow { tip: point(0.5), tail: point(0.1) }],
            region: None,
        }
    }

    fn panel(marks: Vec<Mark>) -> Panel {
        let span = marks[0].id.span;
        let path = ProjectPath::new("sources/a.png").expect("a path");
        let alt = String::new();
        let (excerpt, description) = (Excerpt::whole(path), Vec::new());
        let image = Image { excerpt, span, alt, description, pixel_size: None };
        Panel::only(NodeId { file: span.file, index: 0 }, image, marks)
    }

    fn messages(panels: &mut [Panel]) -> Vec<String> {
        let mut diagnostics = Diagnostics::default();
        tell_apart(panels, &mut diagnostics);
        diagnostics.sorted().into_iter().map(|diagnostic| diagnostic.message).collect()
    }

    #[test]
    fn a_mark_of_several_panels_is_one_mark() {
        let first = || vec![mark("a", Color::White), mark("b", Color::Red)];
        let mut panels = [panel(first()), panel(vec![mark("b", Color::Red)])];
        assert_eq!(messages(&mut panels), [""; 0]);
        assert_eq!(panels[0].marks[1].style, Style::Open);
        assert_eq!(panels[1].marks[0].style, Style::Open);
        let mut panels = [panel(first()), panel(vec![mark("b", Color::Blue)])];
        assert_eq!(messages(&mut panels), ["the mark `b` has another color in this panel"]);
    }

    #[test]
    fn styles_that_the_author_chose_are_taken() {
        let named = Mark { style: Style::Solid, names_style: true, ..mark("c", Color::Red) };
        let marks = vec![mark("a", Color::White), mark("b", Color::Yellow), named];
        let mut panels = [panel(marks)];
        assert_eq!(messages(&mut panels), [""; 0]);
        let styles: Vec<Style> = panels[0].marks.iter().map(|mark| mark.style).collect();
        assert_eq!(styles, [Style::Open, Style::Dashed, Style::Solid]);
    }
}
