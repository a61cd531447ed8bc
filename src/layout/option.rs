//! Options of layouts: what a manifest declares, and what a publication sets.

use std::collections::BTreeMap;

use super::manifest::Manifest;
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::source::Spanned;
use crate::yaml::{Fields, Node, Value, expect_list, expect_text};

/// Names that a layout cannot give to its options: the data has them already.
/// There may be more only in another contract.
pub const OWN: [&str; 5] = ["paper", "dpi", "figures", "color", "variant"];

/// The value of an option, as layouts get it.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// A flag.
    Boolean(bool),
    /// A number; of a length, its points.
    Number(f64),
    /// A text, a word of a choice, or a color such as `#1d4f73`.
    Text(String),
}

/// The values of all options of a layout, by their names.
pub type Settings = BTreeMap<String, Setting>;

/// What values an option takes.
#[derive(Debug, Clone, PartialEq)]
pub enum OptionType {
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A number with a unit: `12mm`.
    Length,
    /// Six hexadecimal digits: `#1d4f73`.
    Color,
    /// Any text.
    Text,
    /// One of these words.
    Choice(Vec<String>),
}

/// An option that a manifest declares.
#[derive(Debug, Clone, PartialEq)]
pub struct LayoutOption {
    /// Its name.
    pub name: String,
    /// What values it takes.
    pub of: OptionType,
    /// The least value, in points for lengths; `None` if there is none.
    pub minimum: Option<f64>,
    /// The largest value, in points for lengths; `None` if there is none.
    pub maximum: Option<f64>,
    /// The value that holds where a publication sets none.
    pub default: Setting,
    /// One sentence for lists of options.
    pub description: String,
}

/// The types by their names in manifests.
const TYPES: [(&str, OptionType); 7] = [
    ("boolean", OptionType::Boolean),
    ("integer", OptionType::Integer),
    ("number", OptionType::Number),
    ("length", OptionType::Length),
    ("color", OptionType::Color),
    ("text", OptionType::Text),
    ("choice", OptionType::Choice(Vec::new())),
];

/// Units of length, in points.
const UNITS: [(&str, f64); 4] =
    [("mm", 72.0 / 25.4), ("cm", 720.0 / 25.4), ("in", 72.0), ("pt", 1.0)];

impl OptionType {
    /// Returns the name that manifests use.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Length => "length",
            Self::Color => "color",
            Self::Text => "text",
            Self::Choice(_) => "choice",
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Integer | Self::Number | Self::Length)
    }
}

impl LayoutOption {
    /// Says what its value should be: "a whole number from 1 to 2".
    pub fn wanted(&self) -> String {
        let what = match &self.of {
            OptionType::Boolean => "`true` or `false`".to_owned(),
            OptionType::Integer => "a whole number".to_owned(),
            OptionType::Number => "a number".to_owned(),
            OptionType::Length => "a length such as `12mm`".to_owned(),
            OptionType::Color => "a color such as `\"#1d4f73\"`".to_owned(),
            OptionType::Text => "text".to_owned(),
            OptionType::Choice(values) => match values.as_slice() {
                [one] => format!("`{one}`"),
                [most @ .., last] => format!("`{}` or `{last}`", most.join("`, `")),
                [] => "nothing".to_owned(),
            },
        };
        let shown = |value| self.shown(&Setting::Number(value));
        match (self.minimum.map(shown), self.maximum.map(shown)) {
            (Some(least), Some(most)) => format!("{what} from {least} to {most}"),
            (Some(least), None) => format!("{what}, {least} or more"),
            (None, Some(most)) => format!("{what}, {most} or less"),
            (None, None) => what,
        }
    }

    /// Returns a value as one would write it.
    pub fn shown(&self, value: &Setting) -> String {
        match value {
            Setting::Boolean(flag) => flag.to_string(),
            Setting::Number(points) if self.of == OptionType::Length => {
                let millimeters = points / UNITS[0].1;
                let rounded = (millimeters * 100.0).round() / 100.0;
                if (rounded - millimeters).abs() < 1e-6 && points.fract() != 0.0 {
                    format!("{rounded}mm")
                } else {
                    format!("{points}pt")
                }
            }
            Setting::Number(number) => number.to_string(),
            Setting::Text(text) => text.clone(),
        }
    }

    /// Returns a value of this option's type, whatever the limits are.
    fn parse(&self, value: &Value) -> Option<Setting> {
        match (&self.of, value) {
            (OptionType::Boolean, Value::Bool(flag)) => Some(Setting::Boolean(*flag)),
            (OptionType::Integer, Value::Number(number)) if number.fract() == 0.0 => {
                number.is_finite().then_some(Setting::Number(*number))
            }
            (OptionType::Number, Value::Number(number)) => {
                number.is_finite().then_some(Setting::Number(*number))
            }
            (OptionType::Length, Value::Text(text)) => length(text).map(Setting::Number),
            (OptionType::Color, Value::Text(text)) => {
                let digits = text.strip_prefix('#')?;
                let right = digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit());
                right.then(|| Setting::Text(text.to_lowercase()))
            }
            (OptionType::Text, Value::Text(text)) => Some(Setting::Text(text.clone())),
            (OptionType::Text, Value::Number(number)) => Some(Setting::Text(number.to_string())),
            (OptionType::Choice(values), Value::Text(text)) => {
                values.contains(text).then(|| Setting::Text(text.clone()))
            }
            // A word such as `1` or `true` need not stand in quotes.
            (OptionType::Choice(values), Value::Number(_) | Value::Bool(_)) => {
                let text = written(value);
                values.contains(&text).then_some(Setting::Text(text))
            }
            _ => None,
        }
    }

    /// Returns the value that a node gives it, if it is of the right type and
    /// within the limits.
    pub(super) fn take(&self, node: &Node) -> Option<Setting> {
        let setting = self.parse(&node.value)?;
        if let Setting::Number(number) = setting {
            let low = self.minimum.is_some_and(|least| number < least);
            let high = self.maximum.is_some_and(|most| number > most);
            if low || high {
                return None;
            }
        }
        Some(setting)
    }

    /// Says that a value will not do.
    fn refuse(&self, node: &Node, layout: &str) -> Diagnostic {
        let is = match &node.value {
            Value::Text(_) | Value::Number(_) | Value::Bool(_) => {
                format!("`{}`", written(&node.value))
            }
            other => other.kind().to_owned(),
        };
        let message = format!(
            "the option `{}` of the layout `{layout}` should be {}, but is {is}",
            self.name,
            self.wanted()
        );
        let near = match (&self.of, &node.value) {
            (OptionType::Choice(values), Value::Text(text)) => {
                near_miss(text, values.iter().map(String::as_str))
            }
            (OptionType::Length, Value::Number(number)) => {
                Some(format!("write it with a unit: `{number}mm`, or with `cm`, `in` or `pt`"))
            }
            (OptionType::Color, Value::Null) => {
                Some("put a color into quotes, for `#` begins a comment".to_owned())
            }
            _ => None,
        };
        Diagnostic::error(Code::InvalidValue, message)
            .at(node.span)
            .maybe_hint(near)
            .hint(format!("without it, it is `{}`", self.shown(&self.default)))
    }
}

/// Returns the points of a length with its unit.
fn length(text: &str) -> Option<f64> {
    let text = text.trim();
    let (unit, points) = UNITS.into_iter().find(|(unit, _)| text.ends_with(unit))?;
    let number = text.strip_suffix(unit)?.trim_end();
    let plain = number.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    let number: f64 = number.parse().ok().filter(|_| plain)?;
    let exact = number * points;
    // So that `10pt` is 10, and `12mm` is the same number everywhere.
    exact.is_finite().then_some((exact * 1e6).round() / 1e6)
}

fn written(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null | Value::List(_) | Value::Mapping(_) => value.kind().to_owned(),
    }
}

/// Reads what a manifest declares.
pub(super) fn declared(node: Node, diagnostics: &mut Diagnostics) -> Vec<LayoutOption> {
    let mut options = Vec::new();
    for (name, node) in Fields::new(node, "`options`", diagnostics).rest() {
        if !is_name(&name.value) {
            diagnostics.push(
                Diagnostic::error(
                    Code::InvalidValue,
                    format!("`{}` cannot name an option", name.value),
                )
                .at(name.span)
                .hint("use letters of a to z, digits and hyphens, a letter first"),
            );
            continue;
        }
        if OWN.contains(&name.value.as_str()) {
            diagnostics.push(
                Diagnostic::error(
                    Code::InvalidValue,
                    format!("`{}` is an option of Recto's own", name.value),
                )
                .at(name.span)
                .hint("every layout gets it; call yours something else"),
            );
            continue;
        }
        options.extend(option(name.value, node, diagnostics));
    }
    options
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn option(name: String, node: Node, diagnostics: &mut Diagnostics) -> Option<LayoutOption> {
    let what = format!("the option `{name}`");
    let mut fields = Fields::new(node, &what, diagnostics);
    let written = fields.required_text("type", &what, diagnostics);
    let default = fields.required("default", &what, diagnostics);
    let description = fields.text("description", diagnostics);
    let values = fields.take("values");
    let limits = [fields.take("minimum"), fields.take("maximum")];
    fields.finish(&what, diagnostics);

    let written = written?;
    let Some((_, mut of)) = TYPES.into_iter().find(|(name, _)| *name == written.value) else {
        let names = TYPES.map(|(name, _)| name);
        diagnostics.push(
            Diagnostic::error(
                Code::InvalidValue,
                format!("unknown type `{}` of an option", written.value),
            )
            .at(written.span)
            .maybe_hint(near_miss(&written.value, names))
            .hint(format!("the types are: {}", names.join(", "))),
        );
        return None;
    };
    let unfit = |node: &Node, key: &str, only: &str| {
        Diagnostic::error(
            Code::InvalidValue,
            format!("an option of the type `{}` has no `{key}`", written.value),
        )
        .at(node.span)
        .hint(format!("only {only} have; delete it"))
    };
    if let OptionType::Choice(known) = &mut of {
        let Some(values) = values else {
            diagnostics.push(
                Diagnostic::error(Code::MissingKey, format!("{what} has no `values`"))
                    .at(written.span)
                    .hint("add `values: […]`, the words to choose from"),
            );
            return None;
        };
        let values = expect_list(values, "values", diagnostics)?.into_iter();
        let values = values.map(|node| match node.value {
            Value::Bool(flag) => Some(flag.to_string()),
            _ => expect_text(node, "values", diagnostics).map(|text| text.value),
        });
        *known = values.collect::<Option<_>>()?;
    } else if let Some(values) = &values {
        diagnostics.push(unfit(values, "values", "choices"));
    }
    let mut option = LayoutOption {
        name,
        of,
        minimum: None,
        maximum: None,
        default: Setting::Boolean(false),
        description: description.map(|text| text.value).unwrap_or_default(),
    };
    let mut bounds = [None, None];
    for ((node, bound), key) in limits.iter().zip(&mut bounds).zip(["minimum", "maximum"]) {
        let Some(node) = node else { continue };
        if !option.of.is_number() {
            diagnostics.push(unfit(node, key, "numbers and lengths"));
        } else if let Some(Setting::Number(number)) = option.parse(&node.value) {
            *bound = Some(number);
        } else {
            diagnostics.push(wrong_here(&option, node, key));
        }
    }
    [option.minimum, option.maximum] = bounds;
    let default = default?;
    let Some(setting) = option.take(&default) else {
        diagnostics.push(wrong_here(&option, &default, "default"));
        return None;
    };
    option.default = setting;
    Some(option)
}

pub(super) fn wrong_here(option: &LayoutOption, node: &Node, key: &str) -> Diagnostic {
    let message =
        format!("the `{key}` of the option `{}` should be {}", option.name, option.wanted());
    Diagnostic::error(Code::InvalidValue, message).at(node.span)
}

/// Returns the values of all options of a layout: what a publication gives, and
/// the defaults of the rest. What cannot be is reported.
pub(super) fn settle(
    layout: &str,
    manifest: &Manifest,
    given: &[(Spanned<String>, Node)],
    diagnostics: &mut Diagnostics,
) -> Settings {
    let options = &manifest.options;
    let mut settings: Settings =
        options.iter().map(|option| (option.name.clone(), option.default.clone())).collect();
    for (name, node) in given {
        let Some(option) = options.iter().find(|option| option.name == name.value) else {
            diagnostics.push(unknown(layout, options, name));
            continue;
        };
        match option.take(node) {
            Some(setting) => {
                settings.insert(option.name.clone(), setting);
            }
            None => diagnostics.push(option.refuse(node, layout)),
        }
    }
    settings
}

fn unknown(layout: &str, options: &[LayoutOption], name: &Spanned<String>) -> Diagnostic {
    let names: Vec<&str> = options.iter().map(|option| option.name.as_str()).collect();
    let hint = if matches!(name.value.as_str(), "paper" | "figures") {
        format!("write `{}: …` beside `options`, for it is no layout's", name.value)
    } else if names.is_empty() {
        "it has no options".to_owned()
    } else {
        let list = || format!("its options are: {}", names.join(", "));
        near_miss(&name.value, names.iter().copied()).unwrap_or_else(list)
    };
    let message = format!("the layout `{layout}` has no option `{}`", name.value);
    Diagnostic::error(Code::UnknownKey, message).at(name.span).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_units() {
        assert_eq!(length("10pt"), Some(10.0));
        assert_eq!(length(" 1.5 in "), Some(108.0));
        assert_eq!(length("25.4mm"), Some(72.0));
        assert_eq!(length("2.54cm"), Some(72.0));
        for wrong in ["", "mm", "10", "10em", "1e3pt", "infpt", "nanmm", "1,5cm", "--1pt"] {
            assert_eq!(length(wrong), None, "{wrong}");
        }
    }
}
