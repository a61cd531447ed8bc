//! Dates of CSL-JSON.

use super::{Decoder, Manner};
use crate::diag::{Code, Diagnostic};
use crate::model::{PartialDate, StandardVariable, Work, WorkDate};
use crate::read::bibliography::dates;
use crate::source::Span;
use crate::yaml::{Fields, Node, Value, expect_text};

impl Decoder<'_> {
    /// Returns a date. `work` may learn of a status that stands in its place.
    pub(super) fn date(&mut self, name: &str, node: Node, work: &mut Work) -> Option<WorkDate> {
        if let Some(date) = plain_date(&node.value) {
            return Some(date);
        }
        let span = node.span;
        match node.value {
            Value::Text(text) => self.written_date(name, &text, span, work),
            Value::Number(number) => self.written_date(name, &number.to_string(), span, work),
            Value::Mapping(_) => self.date_mapping(name, node, work),
            Value::List(items) if self.manner != Manner::FrontMatter => {
                // Older Pandoc: one mapping for each end of a span of time.
                let mut ends = Vec::new();
                for item in items.into_iter().take(2) {
                    ends.push(self.date(name, item, work)?);
                }
                let start = ends.first()?;
                let end = ends.get(1).map(|date| date.start).or(start.end);
                Some(WorkDate { end: end.filter(|end| *end != start.start), ..*start })
            }
            Value::List(_) | Value::Bool(_) | Value::Null => {
                self.wrong_type(&node, name, "a date");
                None
            }
        }
    }

    fn written_date(
        &mut self,
        name: &str,
        written: &str,
        span: Span,
        work: &mut Work,
    ) -> Option<WorkDate> {
        let written = written.trim();
        let found = dates::read(written);
        if found.is_some() || written.is_empty() || is_no_date(written) {
            return found;
        }
        if is_status(written) {
            if work.text(StandardVariable::Status).is_none() {
                work.set(StandardVariable::Status, written);
            }
            return None;
        }
        self.bad_date(name, written, span);
        None
    }

    fn date_mapping(&mut self, name: &str, node: Node, work: &mut Work) -> Option<WorkDate> {
        let mut fields = Fields::new(node, "a date", self.diagnostics);
        let mut span = fields.span;
        let parts = fields.take("date-parts");
        let mut text = |key| fields.text(key, self.diagnostics);
        let season = text("season");
        let literal = text("literal");
        let raw = text("raw");
        let circa = fields.take("circa").is_some_and(|node| match &node.value {
            Value::Bool(circa) => *circa,
            Value::Number(number) => *number != 0.0,
            Value::Text(text) => !matches!(text.trim(), "" | "0" | "false" | "no"),
            Value::Null => false,
            Value::List(_) | Value::Mapping(_) => {
                self.wrong_type(&node, "circa", "`true` or `false`");
                false
            }
        });
        let mut single = Vec::new();
        if self.manner == Manner::FrontMatter {
            fields.finish("a date", self.diagnostics);
        } else {
            for key in ["year", "month", "day"] {
                single.extend(fields.text(key, self.diagnostics).map(|text| text.value));
            }
            for key in ["edtf", "other", "timestamp"] {
                fields.take(key);
            }
            for (key, _) in fields.rest() {
                self.unknown_part(&key, "a date", &DATE_PARTS);
            }
        }
        let mut ends = Vec::new();
        if let Some(node) = parts {
            span = node.span;
            ends = self.date_parts(node);
        }
        if ends.is_empty() && !single.is_empty() {
            ends.push(single);
        }
        let season = season.filter(|season| !season.value.trim().is_empty());
        if ends.iter().any(|end| !end.is_empty()) {
            let season = season.as_ref().map(|season| season.value.as_str());
            let found = dates_of(&ends, season);
            if found.is_none() {
                let parts: Vec<String> = ends.iter().map(|end| end.join("-")).collect();
                self.bad_date(name, &parts.join("/"), span);
            }
            return found.map(|date| WorkDate { circa: circa || date.circa, ..date });
        }
        let written = raw.or(literal)?;
        let date = self.written_date(name, &written.value, written.span, work)?;
        Some(WorkDate { circa: circa || date.circa, ..date })
    }

    /// Returns the parts of each end, as they were written.
    fn date_parts(&mut self, node: Node) -> Vec<Vec<String>> {
        let Value::List(ends) = node.value else {
            self.wrong_type(&node, "date-parts", "a list of lists: `[[2006, 4, 12]]`");
            return Vec::new();
        };
        let mut found = Vec::new();
        for end in ends {
            let Value::List(parts) = end.value else {
                self.wrong_type(&end, "date-parts", "a list of lists: `[[2006, 4, 12]]`");
                break;
            };
            let parts = parts.into_iter();
            let parts = parts.map_while(|part| expect_text(part, "date-parts", self.diagnostics));
            let parts: Vec<String> = parts.map(|part| part.value.trim().to_owned()).collect();
            found.push(parts);
        }
        // What is empty at the end is not known.
        for parts in &mut found {
            while parts.last().is_some_and(String::is_empty) {
                parts.pop();
            }
        }
        found
    }

    pub(super) fn bad_date(&mut self, name: &str, written: &str, span: Span) {
        let short = written.get(..written.floor_char_boundary(60)).unwrap_or(written);
        self.diagnostics.push(
            Diagnostic::warning(Code::BibliographyField, format!("`{name}` is no date: `{short}`"))
                .at(span)
                .hint("write a year, or as much as is known: `2006-04-12`, `2006-04/2006-05`, `2006~`"),
        );
    }
}

/// Reads a date of one year, with or without month and day, as nearly all are.
/// `None` where there is more to see to.
fn plain_date(value: &Value) -> Option<WorkDate> {
    let Value::Mapping(entries) = value else { return None };
    let [(key, Node { value: Value::List(ends), .. })] = entries.as_slice() else { return None };
    let [Node { value: Value::List(parts), .. }] = ends.as_slice() else { return None };
    if key.value != "date-parts" || parts.len() > 3 {
        return None;
    }
    let mut numbers = [None; 3];
    for (number, part) in numbers.iter_mut().zip(parts) {
        let Value::Number(part) = part.value else { return None };
        let is_usual = part.fract() == 0.0 && (1.0..10_000.0).contains(&part);
        *number = Some(is_usual.then_some(part as i16)?);
    }
    let [year, month, day] = numbers;
    let small = |number: Option<i16>| number.map(u8::try_from).transpose().ok();
    PartialDate::new(year?, small(month)?, small(day)?).map(WorkDate::at)
}

/// What CSL-JSON has a date's parts called.
const DATE_PARTS: [&str; 5] = ["date-parts", "season", "literal", "raw", "circa"];

/// Returns the date of the parts of one or two ends.
fn dates_of(ends: &[Vec<String>], season: Option<&str>) -> Option<WorkDate> {
    let edtf = |parts: &[String]| -> Option<String> {
        let year: i16 = parts.first()?.parse().ok()?;
        let sign = if year < 0 { "-" } else { "" };
        let mut text = format!("{sign}{:04}", year.unsigned_abs());
        for (at, part) in parts.iter().enumerate().skip(1) {
            let number: u8 = part.parse().ok()?;
            // Seasons, which older programs counted from 13 as if they were months.
            let is_season = at == 1 && (13..=16).contains(&number);
            let number = if is_season { number + 8 } else { number };
            text.push_str(&format!("-{number:02}"));
        }
        Some(text)
    };
    // An end that is zero is open.
    let is_open = |end: &Vec<String>| end.iter().all(|part| matches!(part.as_str(), "0" | ""));
    let (start, end) = match ends {
        [start] => (edtf(start)?, None),
        [start, end] if is_open(end) => (edtf(start)?, None),
        [start, end] => (edtf(start)?, Some(edtf(end)?)),
        _ => return None,
    };
    let text = match (end, season) {
        (Some(end), _) => format!("{start}/{end}"),
        (None, Some(season)) if ends[0].len() == 1 => {
            let season = match season.trim().parse::<u8>() {
                Ok(number @ 1..=4) => (20 + number).to_string(),
                Ok(number @ 13..=16) => (8 + number).to_string(),
                Ok(number) => number.to_string(),
                Err(_) => return dates::read(&format!("{} {start}", season.trim())),
            };
            format!("{start}-{season}")
        }
        (None, _) => start,
    };
    dates::read(&text)
}

/// Tells whether a text says that there is no date.
fn is_no_date(text: &str) -> bool {
    let plain = text.trim_matches(['[', ']', '(', ')']).to_lowercase().replace(' ', "");
    matches!(
        plain.as_str(),
        "n.d." | "n.d" | "nd" | "nodate" | "o.j." | "s.a." | "s.d." | "undated"
    )
}

/// Tells whether a text says where a work is on its way.
fn is_status(text: &str) -> bool {
    let plain = text.to_lowercase();
    let states = ["in press", "forthcoming", "submitted", "in preparation", "accepted", "im druck"];
    states.iter().any(|state| plain.starts_with(state))
}
