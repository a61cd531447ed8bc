//! Messages for editors and programs: one line each.

use serde::Serialize;

use super::{Diagnostic, Hint, Place};
use crate::source::{Sources, Span};

/// Returns a message as one line that editors can parse:
/// `file:line:column: severity: message [code]; hint`.
pub fn short(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = match &diagnostic.place {
        Some(Place::Span(span)) => format!("{}: ", short_place(*span, sources)),
        Some(Place::File(path)) => format!("{path}: "),
        None => String::new(),
    };
    let hints: String =
        diagnostic.hints.iter().map(|hint| format!("; {}", short_hint(hint, sources))).collect();
    let (severity, code) = (diagnostic.severity.name(), diagnostic.code.name());
    let line = format!("{place}{severity}: {} [{code}]{hints}", diagnostic.message);
    // What an author wrote, or what a crate says of it, may hold line breaks.
    line.replace(breaks, " ")
}

/// Tells whether some program takes a character for the end of a line, or a
/// terminal for a command.
fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn short_hint(hint: &Hint, sources: &Sources) -> String {
    match hint.span {
        Some(span) => format!("{} ({})", hint.text, short_place(span, sources)),
        None => hint.text.clone(),
    }
}

fn short_place(span: Span, sources: &Sources) -> String {
    let position = sources.position(span.file, span.start);
    format!("{}:{}:{}", sources.path(span.file), position.line, position.column)
}

/// The fields are a contract: `docs/messages.md`, "JSON".
#[derive(Serialize)]
struct JsonMessage<'a> {
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: JsonPlace<'a>,
    hints: Vec<JsonHint<'a>>,
}

#[derive(Serialize)]
struct JsonHint<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: JsonPlace<'a>,
}

/// Lines and columns start at 1, bytes at 0; ends are exclusive.
#[derive(Serialize, Default)]
struct JsonPlace<'a> {
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    byte: Option<u32>,
    end_byte: Option<u32>,
}

/// Returns a message as one JSON object in one line.
pub fn json(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let of_span = |span: Span| {
        let (start, end) =
            (sources.position(span.file, span.start), sources.position(span.file, span.end));
        JsonPlace {
            file: Some(sources.path(span.file).as_str()),
            line: Some(start.line),
            column: Some(start.column),
            end_line: Some(end.line),
            end_column: Some(end.column),
            byte: Some(span.start),
            end_byte: Some(span.end),
        }
    };
    let hints = diagnostic.hints.iter().map(|hint| JsonHint {
        message: &hint.text,
        place: hint.span.map(of_span).unwrap_or_default(),
    });
    let message = JsonMessage {
        severity: diagnostic.severity.name(),
        code: diagnostic.code.name(),
        message: &diagnostic.message,
        place: match &diagnostic.place {
            Some(Place::Span(span)) => of_span(*span),
            Some(Place::File(path)) => {
                JsonPlace { file: Some(path.as_str()), ..JsonPlace::default() }
            }
            None => JsonPlace::default(),
        },
        hints: hints.collect(),
    };
    serde_json::to_string(&message).expect("strings and numbers are JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;

    #[test]
    fn a_message_is_one_line() {
        let sources = Sources::default();
        let diagnostic = Diagnostic::error(Code::BrokenYaml, "a\nb\r\nc\u{2028}d\u{1b}[31m")
            .hint("one\u{85}two\nthree");
        let line = short(&diagnostic, &sources);
        assert_eq!(line, "error: a b  c d [31m [broken-yaml]; one two three");
        assert_eq!(json(&diagnostic, &sources).lines().count(), 1);
    }
}
