//! The dates of an entry.

use super::work::Maker;
use crate::model::{DateVariable, StandardVariable, WorkDate};
use crate::read::bibliography::dates;
use crate::read::bibliography::numbers::shown;

impl Maker<'_, '_, '_, '_> {
    /// Sets all dates.
    pub(super) fn dates(&mut self) {
        use DateVariable as D;
        let issued = [["date", "year", "month", "day"]];
        for names in issued {
            self.date(D::Issued, names);
        }
        self.date(D::OriginalDate, ["origdate", "origyear", "origmonth", "origday"]);
        self.date(D::EventDate, ["eventdate", "eventyear", "eventmonth", "eventday"]);
        self.date(D::Accessed, ["urldate", "urlyear", "urlmonth", "urlday"]);
        for name in ["lastaccessed", "lastchecked", "last-checked", "accessed", "access-date"] {
            self.date(D::Accessed, [name, "", "", ""]);
        }
        self.date(D::Submitted, ["submitted", "", "", ""]);
    }

    /// Sets a date: of one field, else of those of its parts.
    fn date(&mut self, variable: DateVariable, [whole, year, month, day]: [&str; 4]) {
        if self.work.dates.contains_key(&variable) {
            return;
        }
        for name in [whole, year] {
            let Some(field) = self.fields.get(name) else { continue };
            let Some(text) = self.plain(name) else { continue };
            let parts = (name == year).then(|| (self.plain(month), self.plain(day)));
            let date = match parts {
                Some((Some(month_text), day_text)) => {
                    let whole = of_parts(&text, &month_text, day_text.as_deref().unwrap_or(""));
                    whole.or_else(|| {
                        let only = dates::read(&text);
                        if only.is_some() {
                            self.bad_month(month, &month_text, day_text.as_deref());
                        }
                        only
                    })
                }
                _ => dates::read(&text),
            };
            match date {
                Some(date) => {
                    self.work.dates.insert(variable, date);
                    return;
                }
                None if is_no_date(&text) => {}
                None if variable == DateVariable::Issued && is_status(&text) => {
                    self.work.set(StandardVariable::Status, text);
                }
                None => {
                    let at = field.part(0..field.value.len());
                    let message = format!("`{}` is no date, and is left out", shown(&field.value));
                    let hint = match name == year {
                        true => "write a year, such as `2006`",
                        false => "write a date such as `2006-04-12`, `2006-04` or `2006`",
                    };
                    self.ctx.warn(at, message, hint);
                }
            }
        }
    }

    fn bad_month(&mut self, name: &str, month: &str, day: Option<&str>) {
        let Some(field) = self.fields.get(name) else { return };
        let at = field.part(0..field.value.len());
        let message = match day {
            Some(day) => format!("`{} {}` is no day of a year", shown(month), shown(day)),
            None => format!("`{}` is no month", shown(month)),
        };
        self.ctx.warn(at, message, "write a number from 1 to 12, or a name such as `apr`");
    }
}

/// Reads a date of its parts.
fn of_parts(year: &str, month: &str, day: &str) -> Option<WorkDate> {
    let number = |text: &str| text.parse::<u8>().ok();
    match (number(month), number(day)) {
        (Some(month), Some(day)) => dates::read(&format!("{year}-{month:02}-{day:02}")),
        (Some(month), None) if day.is_empty() => dates::read(&format!("{year}-{month:02}")),
        // A span over the turn of a year has the years in the month.
        _ => dates::read(format!("{year} {month} {day}").trim()).or_else(|| dates::read(month)),
    }
}

/// Tells whether this says that there is no date.
fn is_no_date(text: &str) -> bool {
    let text = text.to_lowercase().replace([' ', '.', '[', ']', '(', ')'], "");
    matches!(
        text.as_str(),
        "" | "nd" | "nodate" | "undated" | "oj" | "od" | "sd" | "sf" | "unknown"
    )
}

/// Tells whether this says that the work is not out yet.
fn is_status(text: &str) -> bool {
    let text = text.to_lowercase();
    let words = [
        "in press",
        "forthcoming",
        "to appear",
        "submitted",
        "accepted",
        "in preparation",
        "under review",
        "in review",
        "advance online publication",
        "ahead of print",
        "epub ahead of print",
        "im druck",
        "im erscheinen",
        "in vorbereitung",
        "eingereicht",
        "angenommen",
        "sous presse",
        "à paraître",
        "soumis",
        "en prensa",
        "próximamente",
        "inpress",
        "online first",
    ];
    words.contains(&text.trim_matches(['.', '(', ')', '[', ']']))
}
