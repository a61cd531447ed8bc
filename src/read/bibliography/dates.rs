//! Dates, as bibliographies have them: EDTF ("2006-04/2006-05", "2006~",
//! "2006-21" for spring), and what people write ("2006 Mar-Apr", "12. April
//! 2006", "Spring 2006").

use crate::model::{PartialDate, WithinYear, WorkDate};

/// Reads a date. `None` if the text is none, or one that no calendar has.
pub(super) fn read(text: &str) -> Option<WorkDate> {
    let (text, said_circa) = without_circa(text);
    let (start, end, circa) = interval(text).or_else(|| numeric(text)).or_else(|| worded(text))?;
    let end = end.filter(|end| *end != start);
    Some(WorkDate { start, end, circa: circa || said_circa })
}

/// A date or span as it is read: start, end, and whether it is about right.
type Read = (PartialDate, Option<PartialDate>, bool);

/// Takes away brackets and words for "about".
fn without_circa(text: &str) -> (&str, bool) {
    let mut text = text.trim();
    if let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        text = inner.trim();
    }
    for word in ["circa", "ca.", "ca", "c.", "c", "about", "approx.", "um", "vers", "hacia"] {
        let Some((start, rest)) = text.split_at_checked(word.len()) else { continue };
        // "c1998" is when it was copyrighted.
        let digit = word != "c" && rest.starts_with(|c: char| c.is_ascii_digit());
        let ends = digit || rest.starts_with(char::is_whitespace);
        if start.eq_ignore_ascii_case(word) && ends {
            return (rest.trim_start(), true);
        }
    }
    // That, or its sign, stands before the year of some books.
    (text.trim_start_matches(['©', 'c', '\u{2117}']).trim_start(), false)
}

/// Reads EDTF: a date, or two with a slash between them. One that is open keeps
/// the end that is known.
fn interval(text: &str) -> Option<Read> {
    let Some((start, end)) = text.split_once('/') else { return edtf(text) };
    let open = |text: &str| matches!(text.trim(), "" | ".." | "open" | "unknown" | "*");
    match (open(start), open(end)) {
        (true, true) => None,
        (true, false) => edtf(end),
        (false, true) => edtf(start),
        (false, false) => {
            let (start, first, about) = edtf(start)?;
            let (end, last, too) = edtf(end)?;
            let end = last.unwrap_or(end);
            (first.is_none() && in_order(start, end)).then_some((start, Some(end), about || too))
        }
    }
}

/// Reads one date of EDTF: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` with a time that is
/// dropped; with `X` for digits that are not known, with seasons for months,
/// and with `?`, `~` or `%` behind it.
fn edtf(text: &str) -> Option<Read> {
    let text = text.trim();
    let bare = text.trim_end_matches(['?', '~', '%']);
    let circa = bare.len() < text.len();
    let bare = bare
        .split_once(['T', ' '])
        .map_or(bare, |(date, time)| if time.contains(':') { date } else { bare });
    let (before_christ, digits) = match bare.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, bare),
    };
    let mut parts = digits.split('-');
    let year = parts.next()?;
    if year.len() != 4 {
        return None;
    }
    let fill = |digit: &str| -> Option<i16> {
        let number: i16 = year.replace(['X', 'x', 'u'], digit).parse().ok()?;
        Some(if before_christ { -number } else { number })
    };
    let open = year.trim_start_matches(|c: char| c.is_ascii_digit());
    if !open.is_empty() {
        let only = |c: char| open.chars().all(|other| other == c);
        if !(only('X') || only('x') || only('u')) || parts.any(|part| !unknown(part)) {
            return None;
        }
        let (start, end) = (PartialDate::new(fill("0")?, None, None)?, fill("9")?);
        return Some((start, PartialDate::new(end, None, None), circa));
    }
    let year = fill("0")?;
    let (month, day) = (parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    let two = |text: &str| -> Option<u8> { (text.len() == 2).then(|| text.parse().ok())? };
    let start = match (month, day) {
        (None, _) => PartialDate::new(year, None, None)?,
        (Some(month), _) if unknown(month) => PartialDate::new(year, None, None)?,
        (Some(month), day) => match (two(month)?, day.filter(|day| !unknown(day))) {
            (season @ 21..=24, None) => {
                PartialDate { year, within: Some(WithinYear::Season(season - 20)) }
            }
            (month, None) => PartialDate::new(year, Some(month), None)?,
            (month, Some(day)) => PartialDate::new(year, Some(month), Some(two(day)?))?,
        },
    };
    Some((start, None, circa))
}

/// Tells whether this part of a date is not known.
fn unknown(part: &str) -> bool {
    matches!(part, "XX" | "xx" | "uu")
}

/// Reads dates of numbers alone that are not EDTF: "2006/04/12/" as RIS has it
/// (what stands behind the last slash says more: "2006///Spring"), "12.4.2006",
/// and "4/25/2006" where only one of the numbers can be a month.
fn numeric(text: &str) -> Option<Read> {
    let number = |text: &str| -> Option<u8> { text.trim().parse().ok() };
    let is_year = |text: &str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let at = |year: &str, month, day| {
        let start = PartialDate::new(year.trim().parse().ok()?, month, day)?;
        Some((start, None, false))
    };
    // A time may stand behind a space.
    let timeless = text.split_once(' ').filter(|(_, time)| time.contains(':'));
    let parts: Vec<&str> = timeless.map_or(text, |(date, _)| date).split('/').collect();
    if let [year, rest @ ..] = parts.as_slice()
        && is_year(year.trim())
        && !rest.is_empty()
    {
        let part = |index: usize| rest.get(index).map(|part| part.trim()).unwrap_or_default();
        let filled = |text: &str| (!text.is_empty()).then(|| number(text));
        let (month, day) = (filled(part(0)), filled(part(1)));
        let more = rest.get(2..).unwrap_or_default().join("/");
        return match (month, day) {
            (None, None) if !more.trim().is_empty() => {
                worded(&format!("{} {}", year.trim(), more.trim()))
            }
            (None, None) => at(year, None, None),
            (Some(month), None) => {
                let month = month?;
                let more = worded(&format!("{} {}", year.trim(), more.trim()));
                let span = more.filter(|(start, end, _)| {
                    end.is_some() && start.within == Some(WithinYear::Month(month))
                });
                span.or_else(|| at(year, Some(month), None))
            }
            (Some(month), Some(day)) => at(year, Some(month?), Some(day?)),
            (None, Some(_)) => None,
        };
    }
    if let [first, second, year] = parts.as_slice()
        && is_year(year.trim())
    {
        let (first, second) = (number(first)?, number(second)?);
        return match (first > 12, second > 12) {
            (false, false) if first != second => None,
            (true, _) => at(year, Some(second), Some(first)),
            _ => at(year, Some(first), Some(second)),
        };
    }
    let parts: Vec<&str> = text.split('.').collect();
    match parts.as_slice() {
        [day, month, year] if is_year(year.trim()) => {
            at(year, Some(number(month)?), Some(number(day)?))
        }
        [month, year] if is_year(year) => at(year, Some(number(month)?), None),
        _ => {
            // Years of antiquity, and dates of EDTF without its zeros.
            let parts: Vec<&str> = text.split('-').collect();
            match parts.as_slice() {
                [year] if year.len() == 3 => at(year, None, None),
                [year, month] if is_year(year) && month.len() == 1 => {
                    at(year, Some(number(month)?), None)
                }
                [year, month, day] if is_year(year) => {
                    at(year, Some(number(month)?), Some(number(day)?))
                }
                _ => None,
            }
        }
    }
}

/// What one side of a span names.
#[derive(Debug, Clone, Copy, Default)]
struct Side {
    year: Option<i16>,
    month: Option<u8>,
    day: Option<u8>,
    season: Option<u8>,
    quarter: Option<u8>,
}

impl Side {
    fn is_only_year(self) -> bool {
        self.year.is_some() && self.month.or(self.day).or(self.season).or(self.quarter).is_none()
    }

    fn date(self) -> Option<PartialDate> {
        let year = self.year?;
        match self.season {
            Some(season) if self.month.or(self.day).is_none() => {
                Some(PartialDate { year, within: Some(WithinYear::Season(season)) })
            }
            Some(_) => None,
            None => PartialDate::new(year, self.month, self.day),
        }
    }
}

/// Reads dates with names of months and seasons.
fn worded(text: &str) -> Option<Read> {
    // No date is that long, and this is tried on whatever is there.
    if text.len() > 60 {
        return None;
    }
    let circa = text.ends_with(['?', '~']);
    let text = text.trim_end_matches(['?', '~']).to_lowercase();
    let dashed = text.replace(['–', '—', '/', '‐', '‑'], "-");
    let sides: Vec<&str> = dashed.split('-').collect();
    match sides.as_slice() {
        [one] => span(side(one)?, None, circa),
        [start, end] => {
            let (start, end) = (side(start)?, side(end)?);
            match (start.year, end.year) {
                // "2006-Apr" and "Apr-2006" are no spans.
                (None, Some(_)) if end.is_only_year() => {
                    span(Side { year: end.year, ..start }, None, circa)
                }
                (Some(_), None) if start.is_only_year() => {
                    span(Side { year: start.year, ..end }, None, circa)
                }
                _ => span(start, Some(end), circa),
            }
        }
        // "12-Apr-2006".
        [_, middle, _] if month_name(middle.trim()).is_some() => {
            span(side(&dashed.replace('-', " "))?, None, circa)
        }
        _ => None,
    }
}

fn span(mut start: Side, end: Option<Side>, circa: bool) -> Option<Read> {
    let Some(mut end) = end else {
        if let Some(quarter) = start.quarter {
            let within = |month| PartialDate::new(start.year?, Some(month), None);
            return Some((within(quarter * 3 - 2)?, within(quarter * 3), circa));
        }
        return Some((start.date()?, None, circa));
    };
    // "12-19 April 2006", "2006 Mar-Apr": each side leaves out what the other
    // one says.
    start.year = start.year.or(end.year);
    end.year = end.year.or(start.year);
    if start.season.or(start.month).is_none() && start.day.is_some() {
        start.month = end.month;
    }
    if end.season.or(end.month).is_none() && end.day.is_some() {
        end.month = start.month;
    }
    let (start, end) = (start.date()?, end.date()?);
    in_order(start, end).then_some((start, Some(end), circa))
}

/// Tells whether a span may go from the one to the other; of the same year, as
/// far as both are known. The winter of a year is the one that it begins with, or
/// the one that it ends with.
fn in_order(start: PartialDate, end: PartialDate) -> bool {
    let within = match (start.within, end.within) {
        (Some(WithinYear::Season(start)), Some(WithinYear::Season(end))) => {
            start == 4 || start <= end
        }
        (Some(WithinYear::Day(month, day)), Some(WithinYear::Day(last, end))) => {
            (month, day) <= (last, end)
        }
        (
            Some(WithinYear::Month(month) | WithinYear::Day(month, _)),
            Some(WithinYear::Month(last) | WithinYear::Day(last, _)),
        ) => month <= last,
        _ => true,
    };
    start.year < end.year || (start.year == end.year && within)
}

/// Reads one side of a span: words and numbers in any order.
fn side(text: &str) -> Option<Side> {
    let mut side = Side::default();
    let mut any = false;
    for word in text.split([' ', ',', '\u{a0}', '\t', '\n', '\r']) {
        let word = word.trim_matches(['.', '(', ')', '\'']);
        if matches!(word, "" | "of" | "the" | "de" | "del") {
            continue;
        }
        any = true;
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let (number, letters) = word.split_at(digits);
        let taken = if matches!(letters, "st" | "nd" | "rd" | "th" | "er" | "º" | "") && digits > 0
        {
            match (number.len(), letters) {
                (4, "") => set(&mut side.year, number.parse().ok()?),
                (1 | 2, _) => set(&mut side.day, number.parse().ok()?),
                _ => false,
            }
        } else if matches!(word, "quart" | "quarter") {
            side.day.take().is_some_and(|number| set(&mut side.quarter, number))
        } else if let Some(quarter) = word.strip_prefix('q') {
            set(&mut side.quarter, quarter.parse().ok()?)
        } else if let Some(season) = season(word) {
            set(&mut side.season, season)
        } else {
            set(&mut side.month, month_name(word)?)
        };
        if !taken {
            return None;
        }
    }
    let possible = side.quarter.is_none_or(|quarter| (1..=4).contains(&quarter));
    (any && possible).then_some(side)
}

/// Keeps a value, unless there is one.
fn set<T>(slot: &mut Option<T>, value: T) -> bool {
    slot.replace(value).is_none()
}

fn season(word: &str) -> Option<u8> {
    Some(match word {
        "spring" | "frühling" | "frühjahr" | "printemps" | "primavera" => 1,
        "summer" | "sommer" | "été" | "verano" | "estate" => 2,
        "autumn" | "fall" | "herbst" | "automne" | "otoño" | "autunno" => 3,
        "winter" | "hiver" | "invierno" | "inverno" => 4,
        _ => return None,
    })
}

/// The months in the languages whose journals are cited most.
const MONTHS: [&[&str]; 12] = [
    &["january", "januar", "jänner", "janvier", "enero", "gennaio", "janeiro", "januari"],
    &["february", "februar", "février", "febrero", "febbraio", "fevereiro", "februari"],
    &["march", "märz", "maerz", "mars", "marzo", "março", "maart"],
    &["april", "avril", "abril", "aprile"],
    &["may", "mai", "mayo", "maggio", "maio", "mei"],
    &["june", "juni", "juin", "junio", "giugno", "junho"],
    &["july", "juli", "juillet", "julio", "luglio", "julho"],
    &["august", "août", "agosto", "augustus"],
    &["september", "septembre", "septiembre", "settembre", "setembro"],
    &["october", "oktober", "octobre", "octubre", "ottobre", "outubro"],
    &["november", "novembre", "noviembre", "novembro"],
    &["december", "dezember", "décembre", "diciembre", "dicembre", "dezembro"],
];

/// Reads a month's name, in lower case: whole, or its first three letters or
/// more, if they are of no other month.
fn month_name(word: &str) -> Option<u8> {
    let long_enough = word.chars().count() >= 3;
    let means = |names: &&[&str]| long_enough && names.iter().any(|name| name.starts_with(word));
    let found = (1..).zip(&MONTHS).filter(|(_, names)| means(names)).map(|(number, _)| number);
    let found: Vec<u8> = found.collect();
    match found.as_slice() {
        [month] => Some(*month),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows a date as EDTF.
    fn shown(text: &str) -> String {
        let one = |date: PartialDate| match date.within {
            None => format!("{:04}", date.year),
            Some(WithinYear::Season(season)) => format!("{:04}-{}", date.year, season + 20),
            Some(WithinYear::Month(month)) => format!("{:04}-{month:02}", date.year),
            Some(WithinYear::Day(month, day)) => format!("{:04}-{month:02}-{day:02}", date.year),
        };
        let Some(date) = read(text) else { return "none".into() };
        let end = date.end.map(|end| format!("/{}", one(end))).unwrap_or_default();
        format!("{}{end}{}", one(date.start), if date.circa { "~" } else { "" })
    }

    #[test]
    fn dates_of_machines() {
        for (written, expected) in [
            ("2006", "2006"),
            (" 2006-04 ", "2006-04"),
            ("2006-04-12", "2006-04-12"),
            ("2006-04-12T10:00:00Z", "2006-04-12"),
            ("2006-04-12 10:00", "2006-04-12"),
            ("2006-4-2", "2006-04-02"),
            ("2006-04/2006-05", "2006-04/2006-05"),
            ("2006/2007", "2006/2007"),
            ("2006/2006", "2006"),
            ("2006/", "2006"),
            ("2006/..", "2006"),
            ("../2006", "2006"),
            ("2007/2006", "none"),
            ("2006-04-12/2006-05", "2006-04-12/2006-05"),
            ("2006~", "2006~"),
            ("2006?", "2006~"),
            ("2006-04%", "2006-04~"),
            ("2006-21", "2006-21"),
            ("2006-24", "2006-24"),
            ("2006-25", "none"),
            ("199X", "1990/1999"),
            ("19XX", "1900/1999"),
            ("2006-XX-XX", "2006"),
            ("2006-04-XX", "2006-04"),
            ("-0044-03-15", "-044-03-15"),
            ("20x0", "none"),
            ("2006-13", "none"),
            ("2006-02-31", "none"),
            ("2006/04/12", "2006-04-12"),
            ("2006/04/12/", "2006-04-12"),
            ("2006/04//", "2006-04"),
            ("2006///", "2006"),
            ("2006/03//Mar-Apr", "2006-03/2006-04"),
            ("2006/03//1", "2006-03"),
            ("2006///Spring", "2006-21"),
            ("2006//12/", "none"),
            ("2006/13", "none"),
            ("2006/04/12 06:00", "2006-04-12"),
            ("12.4.2006", "2006-04-12"),
            ("4/12/2006", "none"),
            ("4/25/2006", "2006-04-25"),
            ("25/4/2006", "2006-04-25"),
            ("850", "850"),
        ] {
            assert_eq!(shown(written).trim_start_matches('0'), expected, "{written}");
        }
    }

    #[test]
    fn dates_of_people() {
        for (written, expected) in [
            ("2006 Apr 12", "2006-04-12"),
            ("2006 Apr", "2006-04"),
            ("April 2006", "2006-04"),
            ("Sept. 2006", "2006-09"),
            ("April 12, 2006", "2006-04-12"),
            ("12th of April 2006", "2006-04-12"),
            ("12. April 2006", "2006-04-12"),
            ("1er août 2006", "2006-08-01"),
            ("12 de abril de 2006", "2006-04-12"),
            ("2006 Mar-Apr", "2006-03/2006-04"),
            ("March–April 2006", "2006-03/2006-04"),
            ("2006 Apr 12-19", "2006-04-12/2006-04-19"),
            ("12-19 April 2006", "2006-04-12/2006-04-19"),
            ("2006 Mar 28-Apr 3", "2006-03-28/2006-04-03"),
            ("2006 Dec-2007 Jan", "2006-12/2007-01"),
            ("2005-2006", "2005/2006"),
            ("2005–2006", "2005/2006"),
            ("2006-Apr", "2006-04"),
            ("12-Apr-2006", "2006-04-12"),
            ("2006 Spring", "2006-21"),
            ("Fall 2006", "2006-23"),
            ("2006 Spring-Summer", "2006-21/2006-22"),
            ("1998 1st Quart", "1998-01/1998-03"),
            ("Q4 1998", "1998-10/1998-12"),
            ("c. 1850", "1850~"),
            ("ca 1850", "1850~"),
            ("[1850?]", "1850~"),
            ("c1998", "1998"),
            ("in press", "none"),
            ("n.d.", "none"),
            ("\\today", "none"),
            ("", "none"),
            ("April", "none"),
            ("2006 Apr 31", "none"),
            ("2006 2007", "none"),
            ("Jui 2006", "none"),
            ("12 2006", "none"),
        ] {
            assert_eq!(shown(written), expected, "{written}");
        }
    }
}
