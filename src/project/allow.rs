//! `allow`: the warnings that a project does not want to see.

use crate::diag::{Allowance, Code, Diagnostic, Diagnostics, near_miss};
use crate::source::Spanned;
use crate::yaml::{Fields, Node, Value, expect_text};

const WHAT: &str = "an entry of `allow`";

/// Takes the list of codes, each alone or with the files that it is about.
pub(super) fn take(fields: &mut Fields, diagnostics: &mut Diagnostics) -> Vec<Allowance> {
    fields.list("allow").into_iter().filter_map(|node| entry(node, diagnostics)).collect()
}

fn entry(node: Node, diagnostics: &mut Diagnostics) -> Option<Allowance> {
    if !matches!(node.value, Value::Mapping(_)) {
        let written = expect_text(node, "allow", diagnostics)?;
        return Some(Allowance { code: code(&written, diagnostics)?, files: Vec::new() });
    }
    let mut fields = Fields::new(node, WHAT, diagnostics);
    let written = fields.required_text("code", WHAT, diagnostics);
    let listed = fields.take("files");
    fields.finish(WHAT, diagnostics);
    let code = code(&written?, diagnostics)?;
    let named = listed.is_some();
    let files = match listed {
        None => Vec::new(),
        Some(Node { value: Value::List(items), span }) if items.is_empty() => {
            // Empty stands for all files elsewhere, and is not what was meant.
            diagnostics.push(
                Diagnostic::error(Code::InvalidValue, "`files` names no file")
                    .at(span)
                    .hint("name files, such as `sources/old/*`, or leave the key out for all"),
            );
            return None;
        }
        Some(Node { value: Value::List(items), .. }) => items,
        Some(node) => vec![node],
    };
    let files = files.into_iter().filter_map(|node| expect_text(node, "files", diagnostics));
    let files: Vec<String> = files.map(|file| file.value).collect();
    // A `files` whose every entry was wrong must not come to mean all files.
    (!named || !files.is_empty()).then_some(Allowance { code, files })
}

fn code(written: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<Code> {
    let found = Code::ALL.iter().copied().find(|code| code.name() == written.value);
    if let Some(code) = found.filter(|code| code.may_warn()) {
        return Some(code);
    }
    let mut allowed: Vec<&str> =
        Code::ALL.iter().filter(|code| code.may_warn()).map(|code| code.name()).collect();
    allowed.sort_unstable();
    let diagnostic = match found {
        Some(_) => Diagnostic::error(
            Code::InvalidValue,
            format!("`{}` is an error, and cannot be allowed", written.value),
        ),
        None => Diagnostic::error(
            Code::InvalidValue,
            format!("there is no message with the code `{}`", written.value),
        )
        .maybe_hint(near_miss(&written.value, Code::ALL.iter().map(|code| code.name()))),
    };
    diagnostics.push(
        diagnostic
            .at(written.span)
            .hint(format!("the warnings that can be allowed are: {}", allowed.join(", "))),
    );
    None
}
