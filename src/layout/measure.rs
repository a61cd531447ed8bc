//! Measures: how a layout may be set tighter, or larger, so that pages suffice.

use super::option::{self, LayoutOption, OptionType, Setting, Settings};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::yaml::{Node, expect_list, expect_mapping};

/// The smallest that running text may be, in points.
pub const FLOOR: f64 = 9.0;
/// The smallest that running text may be in large print, in points.
pub const LARGE_FLOOR: f64 = 12.0;

/// The option that is the size of the running text.
const SIZE: &str = "size";

/// What a layout may be set like: each entry is values of some options.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measures {
    /// From the one after the usual to the tightest.
    pub tighter: Vec<Settings>,
    /// For large print, from the usual to the tightest; none if the layout has no
    /// large print.
    pub large: Vec<Settings>,
}

/// Reads the measures of one key of a manifest; running text is nowhere smaller
/// than `floor`.
pub(super) fn declared(
    key: &str,
    node: Node,
    options: &[LayoutOption],
    floor: f64,
    diagnostics: &mut Diagnostics,
) -> Vec<Settings> {
    let what = format!("an entry of `{key}`");
    let mut measures = Vec::new();
    for node in expect_list(node, key, diagnostics).unwrap_or_default() {
        let mut settings = Settings::new();
        for (name, node) in expect_mapping(node, key, diagnostics).unwrap_or_default() {
            let Some(option) = options.iter().find(|option| option.name == name.value) else {
                let message =
                    format!("{what} names the option `{}`, which is not declared", name.value);
                let names = options.iter().map(|option| option.name.as_str());
                diagnostics.push(
                    Diagnostic::error(Code::UnknownKey, message)
                        .at(name.span)
                        .maybe_hint(crate::diag::near_miss(&name.value, names)),
                );
                continue;
            };
            let Some(setting) = option.take(&node) else {
                diagnostics.push(option::wrong_here(option, &node, key));
                continue;
            };
            let is_small = matches!(setting, Setting::Number(points) if points < floor);
            if option.name == SIZE && option.of == OptionType::Length && is_small {
                let message = format!("{what} has text smaller than {floor} pt");
                diagnostics.push(
                    Diagnostic::error(Code::InvalidValue, message)
                        .at(node.span)
                        .hint(format!("write `{floor}pt` or more: smaller text is hard to read")),
                );
                continue;
            }
            settings.insert(name.value, setting);
        }
        measures.push(settings);
    }
    measures
}
