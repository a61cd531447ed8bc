//! Messages, shown: for people, for editors, for programs.

use std::io::Write;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::account::count;
use super::args::MessageFormat;
use crate::diag::{Diagnostic, Place, Severity, json, short};
use crate::source::{Sources, Span};

/// Prints a line to standard error. That nobody reads it is no failure.
macro_rules! say {
    ($($arguments:tt)*) => {{
        let _ = writeln!(std::io::stderr(), $($arguments)*);
    }};
}

/// Prints messages to standard error.
pub(super) fn messages(list: &[Diagnostic], sources: &Sources, format: MessageFormat, color: bool) {
    text(&lines(list, sources, format, color));
}

/// Returns messages as they are shown.
pub(super) fn lines(
    list: &[Diagnostic],
    sources: &Sources,
    format: MessageFormat,
    color: bool,
) -> String {
    let shown = list.iter().map(|diagnostic| match format {
        MessageFormat::Human => human(diagnostic, sources, color) + "\n\n",
        MessageFormat::Short => short(diagnostic, sources) + "\n",
        MessageFormat::Json => json(diagnostic, sources) + "\n",
    });
    shown.collect()
}

/// Prints what was put together before.
pub(super) fn text(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Prints why a command cannot do its work.
pub(super) fn failure(problem: &str) {
    say!("error: {problem}");
}

/// Prints what may not be as meant.
pub(super) fn warning(problem: &str) {
    say!("warning: {problem}");
}

/// Prints how many messages there were.
pub(super) fn summary(errors: usize, warnings: usize, left: &str, quiet: bool) {
    if quiet {
        return;
    }
    match (errors, warnings) {
        (0, 0) => say!("no errors, no warnings{left}"),
        (errors, 0) => say!("{}{left}", count(errors, "error")),
        (0, warnings) => say!("{}{left}", count(warnings, "warning")),
        (errors, warnings) => {
            say!("{}, {}{left}", count(errors, "error"), count(warnings, "warning"));
        }
    }
}

/// Returns a message with its source, underlined.
pub(super) fn human(diagnostic: &Diagnostic, sources: &Sources, color: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&diagnostic.message).id(diagnostic.code.name());
    let mut group = match &diagnostic.place {
        Some(Place::Span(span)) => {
            let mut group = Group::with_title(title);
            // A second mark near the first is drawn in the same excerpt.
            let near =
                |other: &Span| other.file == span.file && sources_near(sources, *span, *other);
            let beside: Vec<(Span, &str)> = diagnostic
                .hints
                .iter()
                .filter_map(|hint| Some((hint.span.filter(near)?, hint.text.as_str())))
                .collect();
            group = with_excerpt(group, sources, *span, AnnotationKind::Primary, None, &beside);
            for hint in &diagnostic.hints {
                if let Some(other) = hint.span.filter(|other| !near(other)) {
                    let text = Some(hint.text.as_str());
                    group = with_excerpt(group, sources, other, AnnotationKind::Context, text, &[]);
                }
            }
            group
        }
        Some(Place::File(path)) => Group::with_title(title).element(Origin::path(path.as_str())),
        None => Group::with_title(title),
    };
    for hint in diagnostic.hints.iter().filter(|hint| hint.span.is_none()) {
        group = group.element(Level::HELP.message(&hint.text));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

/// Lines between two marks that may still be one excerpt.
const NEAR: usize = 6;

fn sources_near(sources: &Sources, a: Span, b: Span) -> bool {
    let line = |span: Span| sources.position(span.file, span.start).line;
    line(a).abs_diff(line(b)) <= NEAR
}

/// How much of a line is shown before and after a mark, in bytes: a line may be
/// as long as its file, and have as many messages.
const AROUND: usize = 1000;

fn with_excerpt<'a>(
    group: Group<'a>,
    sources: &'a Sources,
    span: Span,
    kind: AnnotationKind,
    label: Option<&'a str>,
    beside: &[(Span, &'a str)],
) -> Group<'a> {
    let text = sources.text(span.file);
    let first = beside.iter().map(|(other, _)| other.start).chain([span.start]).min().unwrap_or(0);
    let last = beside.iter().map(|(other, _)| other.end).chain([span.end]).max().unwrap_or(0);
    // Only the lines round the marks are handed over: a source may be large.
    let (first, last) = ((first as usize).min(text.len()), (last as usize).min(text.len()));
    let (left, right) = (
        text.floor_char_boundary(first.saturating_sub(AROUND)),
        text.ceil_char_boundary(last.saturating_add(AROUND)),
    );
    let ends = ['\n', '\r'];
    let line = text.get(left..first).and_then(|before| before.rfind(ends));
    let start = line.map_or(left, |at| left + at + 1);
    let is_cut = line.is_none() && left > 0;
    let end =
        text.get(last..right).and_then(|after| after.find(ends)).map_or(right, |at| last + at);
    let lines = text.get(start..end).unwrap_or("");
    let at = |place: u32| plain(lines.get(..(place as usize).clamp(start, end) - start)).len();
    let cut = |span: Span| {
        let whole = at(span.start)..at(span.end).max(at(span.start));
        // A span over many lines is marked on its first.
        let shown = sources.slice(span);
        let length = shown.find(ends).unwrap_or(shown.len());
        whole.start..whole.end.min(whole.start + length)
    };
    let mut primary = kind.span(cut(span));
    if let Some(label) = label {
        primary = primary.label(label);
    }
    let mut snippet = Snippet::source(plain(Some(lines)))
        .line_start(sources.position(span.file, u32::try_from(start).unwrap_or(0)).line)
        .annotation(primary);
    for (other, label) in beside {
        snippet = snippet.annotation(AnnotationKind::Context.span(cut(*other)).label(*label));
    }
    let path = sources.path(span.file).as_str();
    if !is_cut {
        return group.element(snippet.path(path));
    }
    // Of a part of a line, the column would be counted from the cut.
    let position = sources.position(span.file, span.start);
    let origin = Origin::path(path).line(position.line).char_column(position.column);
    group.element(origin).element(snippet)
}

/// Returns lines as they are drawn: a byte order mark has no cell, and lines end
/// in one way only.
fn plain(lines: Option<&str>) -> String {
    lines.unwrap_or("").replace('\u{feff}', "").replace("\r\n", "\n").replace('\r', "\n")
}
